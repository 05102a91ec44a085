"""How one item of an IOS-XE config becomes another, command by command."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final

from generator.platforms.blocks import between
from generator.platforms.changing import Item, Typed
from generator.platforms.cisco_xe.change_items import network_of
from generator.platforms.entries import Entry, in_place

_SCALARS: Final = re.compile(
    r"description|encapsulation|vrf forwarding|mtu|ip mtu|ipv6 mtu|ip tcp adjust-mss|ipv6 tcp adjust-mss|bfd interval"
    r"|ip verify unicast|ipv6 verify unicast|ip unnumbered|tunnel (?:source|destination|vrf|mode)"
    r"|tunnel protection ipsec (?:profile|policy ipv4)|mka policy|mka pre-shared-key|macsec access-control|dot1q tunneling"
    r"|bgp router-id|bgp maxas-limit|maximum-paths ibgp|maximum-paths(?= \d)|lifetime|dpd|identity local|keyring local"
    r"|pre-shared-key(?! l| r)|address(?= \d)|set security-association lifetime (?:seconds|kilobytes)|set transform-set|set pfs"
    r"|set ikev2-profile|police|shape average|priority|set dscp|set local-preference|set metric|set as-path prepend"
    r"|encryption|integrity|prf|group|match fvrf|macsec-cipher-suite|cryptographic-algorithm|key-string|hostname|rd"
)
"""Beginnings of lines of which a block has one: the next replaces the last."""
_HARD: Final = re.compile(
    r"zone-member security|service-policy (?:type inspect|output|input)|set community|ip nat(?= )"
)
"""The same, but the old one must be taken away first."""
_DIRECTED: Final = re.compile(r"(ip access-group|ipv6 traffic-filter) \S+ (in|out)")
_NEIGHBOR: Final = re.compile(r"(?:no )?neighbor \S+ (\S+)(?: \S+)*?(?: (in|out))?")
_SECRET: Final = re.compile(r"(neighbor \S+ password|pre-shared-key|key-string) .*")
_BARE: Final = r"\1"
_PREFIX_ENTRY: Final = re.compile(r"(ip|ipv6) prefix-list \S+ seq (\d+) (.*)")
_ACL_ENTRY: Final = re.compile(r"(?:sequence )?(\d+) (.*)")


def negated(text: str) -> str:
    """The line that takes a line away."""
    if text.startswith("no "):
        return text.removeprefix("no ")
    return f"no {_SECRET.sub(_BARE, text)}"


def slot(text: str) -> tuple[str, bool]:
    """Which place in its block a line takes, and whether the next one there replaces it."""
    bare = text.removeprefix("no ")
    found = _NEIGHBOR.fullmatch(text)
    if found is not None:
        return f"neighbor {found[1]} {found[2] or ''}", True
    if bare.startswith("ip address") and not bare.endswith(" secondary"):
        return "ip address", True
    found = _DIRECTED.fullmatch(text)
    if found is not None:
        return f"{found[1]} {found[2]}", True
    found = _SCALARS.match(bare)
    if found is not None:
        return found[0], True
    found = _HARD.match(bare)
    return (found[0], False) if found is not None else (bare, True)


def lines_between(old: Iterable[Typed], new: Iterable[Typed]) -> list[Typed]:
    """What is new or different first, then what goes."""
    return between(old, new, slot, negated)


def edit_interface(old: Item, new: Item, _used: bool) -> list[Typed] | None:
    """A move to another VRF wipes the addresses (PLT-XE-02): they come back last of all."""
    commands = lines_between(old.lines, new.lines)
    if _one(old, "vrf forwarding ") == _one(new, "vrf forwarding ") and _one(old, "encap") == _one(new, "encap"):
        return sorted(commands, key=lambda line: bool(network_of(line.text)) and "secondary" not in line.text)
    header = old.lines[0].text
    moves = [line for line in commands if "vrf forwarding" in line.text or "encapsulation" in line.text]
    zones = [line for line in commands if line.text.startswith("no zone-member")]
    others = [line for line in commands if line not in moves and line not in zones and not _addresses(line.text)]
    return [*zones, *moves, *others, *(Typed((header,), one.text) for one in new.lines if _addresses(one.text))]


def _addresses(text: str) -> bool:
    return bool(network_of(text)) or text.startswith(
        ("ip unnumbered ", "no ip address ", "no ipv6 address ", "ipv6 address")
    )


def _one(item: Item, beginning: str) -> str:
    return next((line.text for line in item.lines if line.text.startswith(beginning)), "")


def edit_prefix_list(old: Item, new: Item, _used: bool) -> list[Typed] | None:
    there, wanted = _prefix_entries(old), _prefix_entries(new)
    if there is None or wanted is None:
        return None
    moves = in_place({key: one[0] for key, one in there.items()}, {key: one[0] for key, one in wanted.items()})
    if moves is None or not all(one[0].permit for one in (*there.values(), *wanted.values())):
        return None
    return [wanted[move.number][1] if move.add else Typed((), f"no {there[move.number][1].text}") for move in moves]


def _prefix_entries(item: Item) -> dict[int, tuple[Entry, Typed]] | None:
    found = {}
    for line in item.lines:
        match = _PREFIX_ENTRY.fullmatch(line.text)
        if match is not None:
            found[int(match[2])] = (Entry(match[3].startswith("permit"), match[3]), line)
        elif " description " not in line.text:
            return None
    return found


def edit_access_list(old: Item, new: Item, _used: bool) -> list[Typed] | None:
    if old.lines[0] != new.lines[0]:
        return None
    if old.lines[0].text.startswith("ip access-list standard"):
        return lines_between(old.lines, new.lines)
    there, wanted = _numbered(old), _numbered(new)
    if there is None or wanted is None:
        return None
    moves = in_place(there, wanted)
    if moves is None:
        return None
    context, sequence = (old.lines[0].text,), "sequence " if old.lines[0].text.startswith("ipv6") else ""
    return [
        Typed(
            context,
            f"{sequence}{move.number} {wanted[move.number].text}" if move.add else f"no {sequence}{move.number}",
        )
        for move in moves
    ]


def _numbered(item: Item) -> dict[int, Entry] | None:
    found = {}
    for line in item.lines[1:]:
        match = _ACL_ENTRY.fullmatch(line.text)
        if match is not None and not match[2].startswith("remark"):
            found[int(match[1])] = Entry(match[2].startswith("permit"), match[2])
        elif match is None:
            return None
    return found


def renumbered(old: Item, new: Item) -> bool:
    """Whether two lists have the same entries in the same order."""
    if old.key[0] == "prefix-list":
        one, two = _prefix_entries(old), _prefix_entries(new)
        if one is None or two is None:
            return False
        return [one[number][0] for number in sorted(one)] == [two[number][0] for number in sorted(two)]
    if old.lines[0] != new.lines[0] or old.lines[0].text.startswith("ip access-list standard"):
        return False
    there, wanted = _numbered(old), _numbered(new)
    if there is None or wanted is None:
        return False
    return [there[number] for number in sorted(there)] == [wanted[number] for number in sorted(wanted)]


def edit_route_map(old: Item, new: Item, used: bool) -> list[Typed] | None:
    """While it is in use: other values, or one condition for another; all else would pass through an empty entry."""
    headers = [line.text for line in old.lines if not line.context]
    if used and headers != [line.text for line in new.lines if not line.context]:
        return None
    commands = lines_between(old.lines, new.lines)
    conditions: dict[tuple[str, ...], list[Typed]] = defaultdict(list)
    for line in commands:
        if "match " in line.text:
            conditions[line.context].append(line)
    kinds = {tuple(sorted(line.text for line in found)) for found in conditions.values()}
    if used and (len(kinds) > 1 or any(not _one_for_another(kind) for kind in kinds)):
        return None
    return commands


def _one_for_another(lines: tuple[str, ...]) -> bool:
    """A condition comes, then one of the same kind goes."""
    if len(lines) != 2 or lines[0].startswith("no ") == lines[1].startswith("no "):
        return False
    one, two = (line.removeprefix("no ").split()[:-1] for line in lines)
    return one == two


def edit_policy_map(old: Item, new: Item, _used: bool) -> list[Typed] | None:
    """The order of classes counts: those that stand elsewhere go and come again."""
    if old.lines[0] != new.lines[0]:
        return None
    there = [line for line in old.lines if len(line.context) == 1]
    wanted = [line for line in new.lines if len(line.context) == 1]
    kept = 0
    while kept < min(len(there), len(wanted)) and there[kept] == wanted[kept]:
        kept += 1
    if there == wanted:
        return lines_between(old.lines, new.lines)
    moved = [
        line
        for line in there[kept:]
        if line.text != "class class-default" and line.text != "class type inspect class-default"
    ]
    lost = {(*line.context, line.text) for line in moved}
    rest = [line for line in old.lines if line not in moved and line.context[:2] not in lost]
    return [*(Typed(line.context, f"no {line.text}") for line in moved), *lines_between(rest, new.lines)]


def edit_lines(old: Item, new: Item, _used: bool) -> list[Typed] | None:
    """A block whose lines stand for themselves; another first line makes it another thing."""
    return lines_between(old.lines, new.lines) if old.lines[0] == new.lines[0] else None


def edit_set(old: Item, new: Item, _used: bool) -> list[Typed] | None:
    """Lines without a block and without an order."""
    return lines_between(old.lines, new.lines)


def edit_never(_old: Item, _new: Item, _used: bool) -> list[Typed] | None:
    """What has no way from one to the other but through nothing."""
    return None


EDITS: Final[dict[str, Callable[[Item, Item, bool], list[Typed] | None]]] = {
    "hostname": edit_set,
    "interface": edit_interface,
    "prefix-list": edit_prefix_list,
    "acl": edit_access_list,
    "route-map": edit_route_map,
    "policy-map": edit_policy_map,
    "community-list": edit_set,
    "neighbor": edit_set,
    "bgp-af": edit_set,
    "bgp": edit_set,
    "as-path": edit_never,
    "nat-pool": edit_never,
    "nat-rule": edit_never,
    "route": edit_never,
}
