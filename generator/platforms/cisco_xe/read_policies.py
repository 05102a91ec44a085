"""Prefix, AS-path and community lists, route-maps and static routes → facts."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeVar

from generator.model.address import Prefix, parse_address, parse_masked, parse_prefix
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
    StaticRoute,
)
from generator.platforms.cisco_xe.found import Found
from generator.platforms.tree import Node

T = TypeVar("T")

_ACTIONS: Final = {"permit": True, "deny": False}


def prefix_list(found: Found, words: list[str], node: Node) -> None:
    """``ip prefix-list NAME [seq N] permit|deny PREFIX [ge A] [le B]``, also for ``ipv6``."""
    if (len(words) > 3 and words[3] == "description") or words[2:3] == ["sequence-number"]:
        return
    family: Family = 4 if words[0] == "ip" else 6
    try:
        name = words[2]
        entries = found.prefix_entries.get((name, family))
        if entries is None:
            entries = found.prefix_entries[name, family] = {}
            found.place("prefix_lists", (name, family), node.line)
        if words[3] == "seq":
            sequence, rest = int(words[4]), words[5:]
        else:
            sequence, rest = max(entries, default=0) + 5, words[3:]
        entries[sequence] = _entry(family, rest[0], rest[1], *rest[2:])
    except ValueError as error:
        found.reject(node, "the prefix has bits behind its length" if "host bits" in str(error) else "")
    except (IndexError, KeyError):
        found.reject(node)


@lru_cache(maxsize=4096)
def _entry(family: Family, action: str, text: str, *rest: str) -> PrefixEntry:
    """``permit PREFIX [ge A] [le B]``.  Kept, because the routers of a pair have most lines in common, and all have the bogons."""
    prefix, permit = parse_prefix(text), _ACTIONS[action]
    if prefix.version != family:
        raise ValueError(text)
    length = prefix.prefixlen
    if not rest:
        return PrefixEntry(prefix, length, length, permit)
    bounds = dict(zip(rest[::2], rest[1::2], strict=True))
    if not bounds.keys() <= {"ge", "le"}:
        raise ValueError(rest[0])
    low = int(bounds["ge"]) if "ge" in bounds else length
    high = int(bounds["le"]) if "le" in bounds else prefix.max_prefixlen
    return PrefixEntry(prefix, low, high, permit)


def as_path(found: Found, words: list[str], node: Node) -> None:
    """``ip as-path access-list N permit|deny REGEX``."""
    if len(words) < 6 or words[2] != "access-list" or words[4] not in _ACTIONS:
        found.reject(node)
        return
    entry = AsPathEntry(_pattern(" ".join(words[5:])), _ACTIONS[words[4]])
    found.as_path_entries.setdefault(words[3], []).append(entry)
    found.place("as_path_lists", words[3], node.line)


_WHOLE: Final = {".*": "any", "": "any", "^$": "empty"}


def _pattern(text: str) -> AsPathPattern:
    """The vendor's regular expression, told apart where it is one of the simple kinds."""
    if text in _WHOLE:
        return AsPathPattern(_WHOLE[text])  # type: ignore[arg-type]
    for before, after, kind in (("^", "_", "starts"), ("^", "(_|$)", "starts"), ("_", "_", "contains")):
        middle = text[len(before) : -len(after)]
        if text.startswith(before) and text.endswith(after) and middle.isdigit():
            return AsPathPattern(kind, int(middle))  # type: ignore[arg-type]
    return AsPathPattern("regex", 0, text, "posix")


def community_list(found: Found, words: list[str], node: Node) -> None:
    """``ip community-list standard NAME permit VALUE``; a list that is not a plain any-of is reported."""
    rest = words[2:]
    if rest[:1] == ["expanded"]:
        found.reject(node, "an expanded community list is a regular expression, which is not evaluated")
        return
    if rest[:1] == ["standard"]:
        rest = rest[1:]
    if rest[1:2] == ["seq"]:
        rest = [rest[0], *rest[3:]]
    if len(rest) < 3:
        found.reject(node)
    elif rest[1] != "permit":
        found.reject(node, "a community list that denies is not a plain choice of values")
    elif len(rest) > 3:
        found.reject(node, "several communities on one line must all be present, which is not a plain choice of values")
    else:
        values = found.community_values.get(rest[0])
        if values is None:
            values = found.community_values[rest[0]] = set()
            found.place("community_lists", rest[0], node.line)
        values.add(_community(rest[2]))


def _community(text: str) -> str:
    """``aa:nn``; the old format is one number (PLT-XE-06)."""
    if text.isdigit():
        return f"{int(text) >> 16}:{int(text) & 0xFFFF}"
    return text


class _Rule:
    """One route-map entry while its lines are read."""

    __slots__ = (
        "as_paths",
        "communities",
        "family",
        "local_preference",
        "med",
        "prefix_lists",
        "prepend",
        "set_communities",
        "unknown",
    )

    def __init__(self) -> None:
        self.prefix_lists: tuple[str, ...] = ()
        self.family = 0
        self.as_paths: tuple[str, ...] = ()
        self.communities: tuple[str, ...] = ()
        self.local_preference: int | None = None
        self.med: int | None = None
        self.prepend: tuple[int, ...] = ()
        self.set_communities: tuple[str, ...] = ()
        self.unknown: tuple[str, ...] = ()


def route_map(found: Found, words: list[str], node: Node) -> None:
    """``route-map NAME permit|deny SEQ`` with its lines; what is not understood is kept in ``unknown``."""
    try:
        name, permit = words[1], _ACTIONS[words[2]] if len(words) > 2 else True
        sequence = int(words[3]) if len(words) > 3 else 10
    except (IndexError, KeyError, ValueError):
        found.reject(node)
        return
    rule = _Rule()
    for child in node.children:
        line = child.text.split()
        handler = _RULE_LINES.get(" ".join(line[:2]))
        if handler is not None and handler(rule, line):
            if line[-1] and line[1] in ("ip", "ipv6"):
                found.prefix_matches.setdefault(name, {}).setdefault(rule.family, child)
        elif line[0] not in ("description", "exit"):
            rule.unknown += (child.text,)
    found.policy_rules.setdefault(name, {})[sequence] = PolicyRule(
        label=str(sequence),
        permit=permit,
        prefix_lists=rule.prefix_lists,
        as_path_lists=rule.as_paths,
        community_lists=rule.communities,
        local_preference=rule.local_preference,
        prepend=rule.prepend,
        med=rule.med,
        set_communities=rule.set_communities,
        unknown=rule.unknown,
    )
    found.place("policies", name, node.line)


def _match_prefix(rule: _Rule, words: list[str]) -> bool:
    family = 4 if words[1] == "ip" else 6
    if words[2:4] != ["address", "prefix-list"] or len(words) < 5 or rule.family not in (0, family):
        return False
    rule.family = family
    rule.prefix_lists += tuple(words[4:])
    return True


def _match_as_path(rule: _Rule, words: list[str]) -> bool:
    rule.as_paths += tuple(words[2:])
    return len(words) > 2


def _match_community(rule: _Rule, words: list[str]) -> bool:
    if len(words) < 3 or words[-1] == "exact-match":
        return False
    rule.communities += tuple(words[2:])
    return True


def _set_local_preference(rule: _Rule, words: list[str]) -> bool:
    if len(words) != 3 or not words[2].isdigit():
        return False
    rule.local_preference = int(words[2])
    return True


def _set_metric(rule: _Rule, words: list[str]) -> bool:
    if len(words) != 3 or not words[2].isdigit():
        return False
    rule.med = int(words[2])
    return True


def _set_prepend(rule: _Rule, words: list[str]) -> bool:
    if words[2:3] != ["prepend"] or "last-as" in words:
        return False
    try:
        rule.prepend += tuple(parse_asn(word) for word in words[3:])
    except ValueError:
        return False
    return True


def _set_community(rule: _Rule, words: list[str]) -> bool:
    rule.set_communities += tuple(_community(word) for word in words[2:])
    return len(words) > 2


_RULE_LINES: Final[dict[str, Callable[[_Rule, list[str]], bool]]] = {
    "match ip": _match_prefix,
    "match ipv6": _match_prefix,
    "match as-path": _match_as_path,
    "match community": _match_community,
    "set local-preference": _set_local_preference,
    "set metric": _set_metric,
    "set as-path": _set_prepend,
    "set community": _set_community,
}


def static_route(found: Found, words: list[str], node: Node) -> None:
    """``ip route [vrf X] PREFIX MASK NEXT-HOP …`` and ``ipv6 route [vrf X] PREFIX NEXT-HOP …``."""
    rest = words[2:]
    if rest[:1] in (["static"], ["profile"]):
        return
    vrf = ""
    if rest[:1] == ["vrf"]:
        vrf, rest = rest[1] if len(rest) > 1 else "", rest[2:]
    try:
        if words[0] == "ip":
            prefix: Prefix = parse_masked(rest[0], rest[1])
            hops = rest[2:]
        else:
            prefix, hops = parse_prefix(rest[0].lower()), rest[1:]
        route = StaticRoute(vrf, prefix, _next_hop(hops))
    except (IndexError, ValueError):
        found.reject(node)
        return
    key = (vrf, prefix, route.next_hop)
    found.static_routes[key] = route
    found.place("static_routes", key, node.line)


def _next_hop(hops: list[str]) -> str:
    """``discard``, an address, or an interface; the address where both are given."""
    if hops[0].lower() == "null0":
        return "discard"
    for word in hops[:2]:
        if "." in word or ":" in word:
            try:
                return str(parse_address(word))
            except ValueError:
                continue
    return hops[0]


def finish(found: Found) -> None:
    """Put the entries of lists and route-maps in order: by sequence number, not by line."""
    for key, entries in found.prefix_entries.items():
        found.prefix_lists[key] = PrefixList(key[0], key[1], _ordered(entries))
    for number, patterns in found.as_path_entries.items():
        found.as_path_lists[number] = AsPathList(number, tuple(patterns))
    for name, values in found.community_values.items():
        found.community_lists[name] = CommunityList(name, tuple(sorted(values)))
    for name, rules in found.policy_rules.items():
        found.policies[name] = Policy(name, _ordered(rules))


def _ordered(entries: dict[int, T]) -> tuple[T, ...]:
    return tuple([entries[sequence] for sequence in sorted(entries)])
