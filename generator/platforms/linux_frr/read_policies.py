"""Prefix, AS-path and community lists, and route-maps."""

from __future__ import annotations

from typing import Final, TypeVar

from generator.model.address import parse_prefix
from generator.model.asn import parse_asn
from generator.model.facts import (
    AsPathEntry,
    AsPathList,
    AsPathPattern,
    CommunityList,
    Family,
    Policy,
    PolicyRule,
    PrefixEntry,
    PrefixList,
)
from generator.platforms.linux_frr.found import Found, Options
from generator.platforms.tree import Node

_ACTIONS: Final = {"permit": True, "deny": False}
_T = TypeVar("_T")


def read_prefix_list(found: Found, words: list[str], node: Node) -> None:
    """``ip prefix-list NAME seq N permit PREFIX ge N le N``; without ``seq`` it goes on in steps of 5."""
    family: Family = 4 if words[0] == "ip" else 6
    if len(words) < 4:
        found.reject(node)
        return
    key = (words[2], family)
    if words[3] == "description":
        return
    try:
        entries = found.prefix_lists.setdefault(key, {})
        at = 5 if words[3] == "seq" else 3
        number = int(words[4]) if at == 5 else max(entries, default=0) + 5
        entries[number] = _prefix_entry(family, _ACTIONS[words[at]], words[at + 1 :])
    except (ValueError, LookupError):
        found.reject(node)
    else:
        found.place("prefix_lists", key, node.line)


def _prefix_entry(family: Family, permit: bool, words: list[str]) -> PrefixEntry:
    if words[0] == "any":
        return PrefixEntry(parse_prefix("0.0.0.0/0" if family == 4 else "::/0"), 0, 32 if family == 4 else 128, permit)
    prefix = parse_prefix(words[0])
    if prefix.version != family:
        raise ValueError(words)
    low = high = prefix.prefixlen
    if len(words) == 1:
        return PrefixEntry(prefix, low, high, permit)
    bounds = dict(zip(words[1::2], words[2::2], strict=True))
    if "ge" in bounds:
        low, high = int(bounds.pop("ge")), prefix.max_prefixlen
    if "le" in bounds:
        high = int(bounds.pop("le"))
    if bounds:
        raise ValueError(words)
    return PrefixEntry(prefix, low, high, permit)


def read_bgp_list(found: Found, words: list[str], node: Node) -> None:
    """``bgp as-path access-list`` and ``bgp community-list``; lists of other communities are passed over."""
    try:
        if words[1] == "as-path":
            _as_path(found, words[3], words[4:], node)
        elif words[1] == "community-list":
            _community(found, words[2:], node)
    except (ValueError, LookupError):
        found.reject(node)


def _as_path(found: Found, name: str, words: list[str], node: Node) -> None:
    entries = found.as_path_lists.setdefault(name, {})
    number = max(entries, default=0) + 5
    if words[0] == "seq":
        number, words = int(words[1]), words[2:]
    entries[number] = AsPathEntry(_pattern(" ".join(words[1:])), _ACTIONS[words[0]])
    found.place("as_path_lists", name, node.line)


def _pattern(text: str) -> AsPathPattern:
    """FRR's ``_`` matches at the end of the path too, so ``^N_`` and ``^N(_|$)`` are the same."""
    if text == ".*":
        return AsPathPattern("any")
    if text == "^$":
        return AsPathPattern("empty")
    middle = text[1:].removesuffix("(_|$)") if text.endswith("(_|$)") else text[1:-1]
    if middle.isdigit() and text[-1] in "_)":
        if text[0] == "^":
            return AsPathPattern("starts", int(middle))
        if text[0] == "_":
            return AsPathPattern("contains", int(middle))
    return AsPathPattern("regex", 0, text, "posix")


def _community(found: Found, words: list[str], node: Node) -> None:
    """``standard NAME seq N permit C``, or a number up to 99 for ``standard`` and the name."""
    if words[0] == "expanded" or (words[0].isdigit() and int(words[0]) > 99):
        found.reject(node, "an expanded community list is a regular expression")
        return
    if words[0] == "standard":
        words = words[1:]
    name, words = words[0], words[1:]
    if words[0] == "seq":
        words = words[2:]
    if words[0] != "permit":
        found.reject(node, "a deny in a community list")
    elif len(words) != 2:
        found.reject(node, "a route must have all communities of one line, not any of them")
    else:
        found.community_lists.setdefault(name, set()).add(words[1])
        found.place("community_lists", name, node.line)


def read_route_map(found: Found, words: list[str], node: Node) -> None:
    """One entry of a route-map with the lines under it."""
    try:
        _, name, action, number = words
        permit, sequence = _ACTIONS[action], int(number)
    except (ValueError, LookupError):
        found.reject(node)
        return
    found.place("policies", name, node.line)
    fields: Options = {}
    for line in node.children:
        part = line.text.split()
        handler = _MAP_LINES.get(part[0])
        try:
            if handler is None or not handler(part, fields):
                _unknown(found, line, fields)
        except (ValueError, LookupError):
            _unknown(found, line, fields)
    found.policies.setdefault(name, {})[sequence] = PolicyRule(number, permit, **fields)  # type: ignore[arg-type]


def _unknown(found: Found, line: Node, fields: Options) -> None:
    """A rule with such a line cannot be evaluated, so it keeps it."""
    if line.text in ("exit", "exit-route-map") or line.text.startswith("description "):
        return
    fields["unknown"] = (*fields.get("unknown", ()), line.text)  # type: ignore[misc]
    found.reject(line)


def _match(words: list[str], fields: Options) -> bool:
    if words[1] == "as-path" and len(words) == 3:
        fields["as_path_lists"] = (words[2],)
    elif words[1] == "community" and len(words) == 3:
        fields["community_lists"] = (words[2],)
    elif words[2:4] == ["address", "prefix-list"] or words[1:4] == ["ip", "address", "prefix-list"]:
        fields["prefix_lists"] = (words[4],)
    elif words[1] == "source-protocol":
        fields["protocols"] = (words[2],)
    else:
        return False
    return True


def _set(words: list[str], fields: Options) -> bool:
    if words[1] == "local-preference" and words[2].isdigit():
        fields["local_preference"] = int(words[2])
    elif words[1] == "metric" and words[2].isdigit():
        fields["med"] = int(words[2])
    elif words[1:3] == ["as-path", "prepend"]:
        fields["prepend"] = tuple([parse_asn(word) for word in words[3:]])
    elif words[1] == "community" and "additive" not in words and "none" not in words:
        fields["set_communities"] = tuple(words[2:])
    else:
        return False
    return True


_MAP_LINES: Final = {"match": _match, "set": _set}


def prefix_lists(found: Found) -> dict[tuple[str, Family], PrefixList]:
    """In order of their sequence numbers."""
    return {key: PrefixList(*key, _in_order(entries)) for key, entries in found.prefix_lists.items() if entries}


def as_path_lists(found: Found) -> dict[str, AsPathList]:
    return {name: AsPathList(name, _in_order(entries)) for name, entries in found.as_path_lists.items() if entries}


def community_lists(found: Found) -> dict[str, CommunityList]:
    return {name: CommunityList(name, tuple(sorted(values))) for name, values in found.community_lists.items()}


def policies(found: Found) -> dict[str, Policy]:
    """A route-map ends in a deny."""
    return {name: Policy(name, _in_order(rules)) for name, rules in found.policies.items()}


def _in_order(entries: dict[int, _T]) -> tuple[_T, ...]:
    return tuple([entries[number] for number in sorted(entries)])
