"""``policy-options`` → prefix, AS-path and community lists, and policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from generator.model.facts import Policy, PolicyRule
from generator.platforms.juniper_junos.reader_lists import HIDDEN, IPV6_NAME, LISTS, PolicyTables, hidden, parse_range
from generator.platforms.juniper_junos.reading import Reading, inactive, statements, unquote, values
from generator.platforms.tree import Node


def read_policy_options(reading: Reading, blocks: list[Node]) -> PolicyTables:
    """Lists first: policies refer to them."""
    tables = PolicyTables()
    policies: list[Node] = []
    for block in blocks:
        for node in block.children:
            word, _, name = node.text.partition(" ")
            if word == "policy-statement" and name:
                policies.append(node)
            elif word in LISTS and name:
                try:
                    LISTS[word](reading, tables, node, name)
                except ValueError as problem:
                    reading.unknown(node, str(problem))
            else:
                reading.unknown(node)
    for node in policies:
        _policy(reading, tables, node)
    return tables


def _policy(reading: Reading, tables: PolicyTables, node: Node) -> None:
    name = node.text.partition(" ")[2]
    reading.place("policies", name, node)
    rules: list[PolicyRule] = []
    last = Node("", node.line)
    accepting = self_set = 0
    for child in node.children:
        word, _, label = child.text.partition(" ")
        if word == "term" and label:
            rule, next_hop_self = _term(reading, tables, child, label)
            rules.append(rule)
            accepting += rule.permit
            self_set += next_hop_self
        elif word in ("from", "then", "to"):
            last.children.append(child)
        else:
            reading.unknown(child, _MISPLACED.get(word, ""))
    default = not (rules and _decides_all(rules[-1]))
    if last.children:
        if [one.text for child in last.children for one in statements(child, child.text[5:])] == [
            "load-balance per-packet"
        ]:
            tables.load_balance.add(name)
            return
        rule, next_hop_self = _term(reading, tables, last, "")
        if _decides_all(rule) and not _sets(rule) and not next_hop_self:
            default = rule.permit
        else:
            rules.append(rule)
            accepting += rule.permit
            self_set += next_hop_self
    if accepting and accepting == self_set:
        tables.next_hop_self.add(name)
    tables.policies[name] = Policy(name, tuple(rules), default)


_MISPLACED: Final = dict.fromkeys(
    ("route-filter", "route-filter-list", "prefix-list", "as-path", "community", "protocol", "exact", "orlonger"),
    "condition outside of from",
)


def _decides_all(rule: PolicyRule) -> bool:
    return not (
        rule.prefix_lists
        or rule.prefixes
        or rule.as_path_lists
        or rule.community_lists
        or rule.protocols
        or rule.unknown
    )


def _sets(rule: PolicyRule) -> bool:
    return bool(rule.local_preference is not None or rule.prepend or rule.med is not None or rule.set_communities)


def _term(reading: Reading, tables: PolicyTables, node: Node, label: str) -> tuple[PolicyRule, bool]:
    """A term as a rule, and whether it accepts with the router itself as next hop."""
    found: dict[str, Any] = {}
    for child in node.children:
        word, _, rest = child.text.partition(" ")
        table = _CONDITIONS if word == "from" else _ACTIONS if word == "then" else None
        if table is None:
            reading.unknown(child, _MISPLACED.get(word, ""))
            _add(found, "unknown", child.text)
            continue
        for one in statements(child, rest):
            key, _, value = one.text.partition(" ")
            try:
                table[key](found, tables, value)
            except (KeyError, ValueError) as problem:
                if not inactive(one):
                    reading.unknown(one, str(problem) if isinstance(problem, ValueError) else "")
                    _add(found, "unknown", one.text)
    next_hop_self = found.pop("next_hop_self", False)
    if "permit" not in found:
        found["permit"] = True
        _add(found, "unknown", "neither accept nor reject")
    return PolicyRule(label=label, **found), next_hop_self


Found = dict[str, Any]


def _add(found: Found, field: str, *more: object) -> None:
    found[field] = (*found.get(field, ()), *more)


def _from_list(found: Found, tables: PolicyTables, value: str) -> None:
    name = unquote(value)
    base = name.removesuffix(IPV6_NAME)
    if base != name and (base, 6) in tables.prefix_lists:
        name = base
    if name not in found.get("prefix_lists", ()):
        _add(found, "prefix_lists", name)


def _from_prefix_list(found: Found, _tables: PolicyTables, value: str) -> None:
    _add(found, "prefix_lists", unquote(value))


def _from_prefix_list_filter(found: Found, tables: PolicyTables, value: str) -> None:
    name, _, match = value.partition(" ")
    entries = [tables.prefix_lists[key].entries for key in ((name, 4), (name, 6)) if key in tables.prefix_lists]
    if not entries:
        raise ValueError(f"prefix-list {name} is not defined")
    _add(found, "prefixes", *(parse_range(f"{entry.prefix} {match}") for some in entries for entry in some))


def _from_route_filter(found: Found, _tables: PolicyTables, value: str) -> None:
    entry = parse_range(value) if value else None
    if entry is None:
        raise ValueError("prefix expected")
    before = found.get("prefixes", ())
    _add(found, "prefixes", entry)
    if hidden([*before, entry]):
        raise ValueError(HIDDEN)


def _names(field: str) -> Callable[[Found, PolicyTables, str], None]:
    def take(found: Found, _tables: PolicyTables, value: str) -> None:
        _add(found, field, *values(value))

    return take


def _number(field: str) -> Callable[[Found, PolicyTables, str], None]:
    def take(found: Found, _tables: PolicyTables, value: str) -> None:
        found[field] = int(value)

    return take


def _verdict(permit: bool) -> Callable[[Found, PolicyTables, str], None]:
    def take(found: Found, _tables: PolicyTables, value: str) -> None:
        if value:
            raise ValueError("unknown words after the action")
        found["permit"] = permit

    return take


def _prepend(found: Found, _tables: PolicyTables, value: str) -> None:
    text = value[1:-1] if value.startswith('"') else value
    _add(found, "prepend", *map(int, text.split()))


def _next_hop(found: Found, _tables: PolicyTables, value: str) -> None:
    if value != "self":
        raise ValueError("next hop other than self")
    found["next_hop_self"] = True


def _set_community(found: Found, tables: PolicyTables, value: str) -> None:
    how, _, name = value.partition(" ")
    if how not in ("add", "set") or name not in tables.community_lists:
        raise ValueError("community action that cannot be told as a set of communities")
    _add(found, "set_communities", *tables.community_lists[name].communities)


_CONDITIONS: Final[dict[str, Callable[[Found, PolicyTables, str], None]]] = {
    "route-filter-list": _from_list,
    "prefix-list": _from_prefix_list,
    "prefix-list-filter": _from_prefix_list_filter,
    "route-filter": _from_route_filter,
    "as-path": _names("as_path_lists"),
    "as-path-group": _names("as_path_lists"),
    "community": _names("community_lists"),
    "protocol": _names("protocols"),
}
_ACTIONS: Final[dict[str, Callable[[Found, PolicyTables, str], None]]] = {
    "accept": _verdict(True),
    "reject": _verdict(False),
    "local-preference": _number("local_preference"),
    "metric": _number("med"),
    "as-path-prepend": _prepend,
    "next-hop": _next_hop,
    "community": _set_community,
}
