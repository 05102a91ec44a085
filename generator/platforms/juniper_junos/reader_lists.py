"""The lists of ``policy-options``: prefixes, AS paths and communities."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import msgspec

from generator.model.address import Prefix, parse_prefix
from generator.model.facts import (
    AsPathEntry,
    AsPathList,
    AsPathPattern,
    CommunityList,
    Family,
    Policy,
    PrefixEntry,
    PrefixList,
)
from generator.platforms.juniper_junos.reading import Reading, statements, unquote, values
from generator.platforms.tree import Node

IPV6_NAME: Final = "-v6"
"""Ends the name of an IPv6 list whose IPv4 twin has the name without it."""
_NEVER: Final = ("255.255.255.255/32 exact", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128 exact")
"""A list of only this is how an empty list is written."""
HIDDEN: Final = "another entry's longer prefix hides lengths of this one: Junos looks at the longest prefix only"


class PolicyTables(msgspec.Struct):
    """What ``policy-options`` defines."""

    prefix_lists: dict[tuple[str, Family], PrefixList] = {}
    as_path_lists: dict[str, AsPathList] = {}
    community_lists: dict[str, CommunityList] = {}
    policies: dict[str, Policy] = {}
    next_hop_self: set[str] = set()
    """Policies that set the next hop in every term that accepts."""
    load_balance: set[str] = set()
    """Policies for the forwarding table, not for routes."""


def _route_filter_list(reading: Reading, tables: PolicyTables, node: Node, name: str) -> None:
    texts = tuple(child.text for child in node.children)
    entries, problems = _ranges(texts)
    for index, reason in problems:
        reading.unknown(node.children[index], reason)
    version: Family = 6 if (entries and entries[0].prefix.version == 6) or name.endswith(IPV6_NAME) else 4
    if texts in ((_NEVER[0],), (_NEVER[1],)):
        entries = ()
    key = (name.removesuffix(IPV6_NAME) if version == 6 else name, version)
    tables.prefix_lists[key] = PrefixList(key[0], version, entries)
    reading.place("prefix_lists", key, node)


@lru_cache(maxsize=1 << 14)
def _ranges(texts: tuple[str, ...]) -> tuple[tuple[PrefixEntry, ...], tuple[tuple[int, str], ...]]:
    """Entries of a route-filter-list, and index and reason of each line that is none or that is hidden."""
    entries: list[PrefixEntry] = []
    problems: list[tuple[int, str]] = []
    where: list[int] = []
    for index, text in enumerate(texts):
        try:
            entries.append(parse_range(text))
            where.append(index)
        except ValueError as problem:
            problems.append((index, str(problem)))
    if len({entry.prefix.version for entry in entries}) > 1:
        problems.append((0, "IPv4 and IPv6 prefixes in one list"))
    else:
        problems += [(where[index], HIDDEN) for index in hidden(entries)]
    return tuple(entries), tuple(problems)


def hidden(entries: list[PrefixEntry]) -> list[int]:
    """Indexes of entries some of whose routes are only looked up at a longer prefix that does not take them."""
    wide = [(index, one) for index, one in enumerate(entries) if one.high > one.prefix.prefixlen]
    at: dict[Prefix, list[PrefixEntry]] = {}
    for one in entries:
        at.setdefault(one.prefix, []).append(one)
    found: list[int] = []
    for index, one in wide:
        for prefix, others in at.items():
            low = max(one.low, prefix.prefixlen)
            if (
                prefix.prefixlen > one.prefix.prefixlen
                and low <= one.high
                and prefix.subnet_of(one.prefix)  # type: ignore[arg-type]
                and not any(other.low <= low and one.high <= other.high for other in others)
            ):
                found.append(index)
                break
    return found


def parse_range(text: str) -> PrefixEntry:
    """``10.0.0.0/8 orlonger`` and its sisters.  `ValueError` with the reason for anything else."""
    words = text.split()
    if not words or "/" not in words[0]:
        raise ValueError("prefix expected")
    prefix = parse_prefix(words[0])
    length, longest = prefix.prefixlen, prefix.max_prefixlen
    match words[1:]:
        case ["exact"]:
            low, high = length, length
        case ["orlonger"]:
            low, high = length, longest
        case ["longer"]:
            low, high = length + 1, longest
        case ["upto", limit] if limit.startswith("/"):
            low, high = length, int(limit[1:])
        case ["prefix-length-range", span] if span.startswith("/") and "-/" in span:
            first, _, last = span[1:].partition("-/")
            low, high = int(first), int(last)
        case ["through", _] | ["address-mask", _]:
            raise ValueError("match type that cannot be told as a range of lengths")
        case []:
            raise ValueError("match type expected after the prefix")
        case _:
            raise ValueError("action or unknown words in a route filter")
    if not length <= low <= high <= longest:
        raise ValueError("lengths out of order")
    return PrefixEntry(prefix, low, high)


def _prefix_list(reading: Reading, tables: PolicyTables, node: Node, name: str) -> None:
    """``prefix-list``: prefixes of both families, each exactly."""
    found: dict[Family, list[PrefixEntry]] = {}
    for child in node.children:
        try:
            prefix = parse_prefix(child.text)
        except ValueError:
            reading.unknown(child, "prefix expected")
            continue
        version: Family = 6 if prefix.version == 6 else 4
        found.setdefault(version, []).append(PrefixEntry(prefix, prefix.prefixlen, prefix.prefixlen))
    for version, entries in found.items():
        tables.prefix_lists[(name, version)] = PrefixList(name, version, tuple(entries))
        reading.place("prefix_lists", (name, version), node)


def _as_path(reading: Reading, tables: PolicyTables, node: Node, rest: str) -> None:
    name, _, text = rest.partition(" ")
    if not text:
        raise ValueError("expression expected")
    tables.as_path_lists[name] = AsPathList(name, (AsPathEntry(as_path_pattern(unquote(text))),))
    reading.place("as_path_lists", name, node)


def _as_path_group(reading: Reading, tables: PolicyTables, node: Node, name: str) -> None:
    entries = []
    for child in node.children:
        words = child.text.split(" ", 2)
        if len(words) == 3 and words[0] == "as-path":
            entries.append(AsPathEntry(as_path_pattern(unquote(words[2]))))
        else:
            reading.unknown(child)
    tables.as_path_lists[name] = AsPathList(name, tuple(entries))
    reading.place("as_path_lists", name, node)


@lru_cache(maxsize=1024)
def as_path_pattern(text: str) -> AsPathPattern:
    """A Junos expression in the words of the facts; it always covers the whole path, with or without anchors."""
    words = text.strip().removeprefix("^").removesuffix("$").split()
    match words:
        case ["()"]:
            return AsPathPattern("empty")
        case [".*"]:
            return AsPathPattern("any")
        case [asn, ".*"] if asn.isdecimal():
            return AsPathPattern("starts", int(asn))
        case [".*", asn, ".*"] if asn.isdecimal():
            return AsPathPattern("contains", int(asn))
    return AsPathPattern("regex", text=text, dialect="junos")


_COMMUNITY: Final = re.compile(r"\d+:\d+")
_ANY_OF: Final = re.compile(r"\^(?:(?P<asn>\d+):)?\((?P<choices>[\d:|]+)\)\$")


def _community(reading: Reading, tables: PolicyTables, node: Node, rest: str) -> None:
    name, _, inline = rest.partition(" ")
    members: tuple[str, ...] = ()
    for child in statements(node, inline):
        word, _, text = child.text.partition(" ")
        if word == "members" and text:
            members += values(text)
        else:
            reading.unknown(child, "turns the list round" if word == "invert-match" else "")
    communities = _choices(members[0]) if len(members) == 1 else None
    if communities is None:
        reason = (
            "all members must be on a route, not one of them" if len(members) > 1 else "members that cannot be listed"
        )
        reading.unknown(node, reason)
        communities = members
    tables.community_lists[name] = CommunityList(name, tuple(sorted(communities)))
    reading.place("community_lists", name, node)


@lru_cache(maxsize=1 << 12)
def _choices(member: str) -> tuple[str, ...] | None:
    """The communities that one member takes, where they can be listed."""
    if _COMMUNITY.fullmatch(member):
        return (member,)
    match = _ANY_OF.fullmatch(member)
    if match is None:
        return None
    choices = match["choices"].split("|")
    found = tuple(f"{match['asn']}:{one}" for one in choices) if match["asn"] else tuple(choices)
    return found if all(_COMMUNITY.fullmatch(one) for one in found) else None


LISTS: Final[dict[str, Callable[[Reading, PolicyTables, Node, str], None]]] = {
    "route-filter-list": _route_filter_list,
    "prefix-list": _prefix_list,
    "as-path": _as_path,
    "as-path-group": _as_path_group,
    "community": _community,
}
