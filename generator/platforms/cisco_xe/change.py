"""How a running IOS-XE router is changed line by line: what it makes of each command, and what it must never see.

From Cisco's command references: a line begins with ``no`` to take it away; a line of which a block has one replaces
the last; ``vrf forwarding`` wipes the addresses of an interface (PLT-XE-02); several names in ``match`` lines of one
entry are alternatives; a list in use is never empty, because an empty one permits everything; an entry of a route-map
without conditions matches everything; a neighbour in an address family of a VRF is active from its first line on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Final

from generator.model.change import Risk
from generator.platforms.changing import EMPTY, Item, Key, Typed
from generator.platforms.cisco_xe.change_edits import EDITS, edit_lines, lines_between, negated, renumbered
from generator.platforms.cisco_xe.change_items import finished, items, network_of
from generator.platforms.cisco_xe.change_risks import risks
from generator.platforms.cisco_xe.key_words import without_keys
from generator.platforms.tree import Node

_RANKS: Final = {
    kind: place
    for place, kind in enumerate(
        (
            "hostname", "switch", "vrf", "prefix-list", "community-list", "as-path", "acl", "route-map", "key chain",
            "mka policy", "crypto ikev2 proposal", "crypto ikev2 policy", "crypto ikev2 keyring", "crypto ikev2 profile",
            "crypto ipsec transform-set", "crypto ipsec profile", "class-map", "policy-map", "zone", "zone-pair",
            "nat-pool", "nat-rule", "bgp", "bgp-af", "neighbor", "interface", "route", "control-plane",
        )
    )
}  # fmt: skip
_TWINS: Final = frozenset(("prefix-list", "community-list", "as-path", "acl", "route-map", "class-map"))
_FILTERS: Final = frozenset(("prefix-list", "community-list", "as-path", "route-map"))
_FOREIGN: Final = {
    "interface": re.compile(
        r"(?:no )?(?:description|mtu|dot1q tunneling|encapsulation|vrf forwarding|ip (?:address|unnumbered|redirects|proxy-arp"
        r"|verify|mtu|tcp adjust-mss|access-group|nat)|ipv6 (?:address|verify|mtu|tcp adjust-mss|traffic-filter|nd ra)"
        r"|bfd|zone-member|service-policy output|mka|macsec|tunnel|shutdown)\b.*"
    ),
    "neighbor": re.compile(
        r"(?:no )?neighbor \S+ (?:remote-as|description|password|ebgp-multihop|update-source|timers|fall-over|shutdown"
        r"|activate|send-community|next-hop-self|default-originate|allowas-in|as-override|remove-private-as|route-map"
        r"|maximum-prefix)\b.*"
    ),
    "bgp": re.compile(
        r"router bgp .*|bgp (?:router-id|log-neighbor-changes|maxas-limit)\b.*|no bgp default ipv4-unicast"
    ),
    "bgp-af": re.compile(
        r"address-family .*|(?:bgp router-id|bgp bestpath as-path ignore|network|redistribute|maximum-paths)\b.*"
    ),
    "vrf": re.compile(r"vrf definition .*|(?:description|rd|address-family)\b.*"),
    "control-plane": re.compile(r"control-plane|service-policy input .*"),
}
"""The lines of such blocks that peerwright writes: all others there are not ours.  Of other blocks all lines are."""
_PORT: Final = re.compile(r"[A-Za-z]+[\d/]+")
_VIRTUAL: Final = ("Loopback", "Tunnel", "loopback", "tunnel")
PLACEHOLDER_AS: Final = "64496"
"""Nobody's (RFC 5398): a neighbour that is made with it cannot come up before its filters are there."""


class CiscoXe:
    """`generator.platforms.changing.Grammar` of IOS-XE."""

    atomic = False

    def items(
        self, trees: Mapping[str, list[Node]], texts: Mapping[str, str], like: Mapping[Key, Item] = EMPTY
    ) -> dict[Key, Item]:
        return items(trees, like)

    def create(self, item: Item, live: bool) -> list[Typed]:
        kind = item.key[0]
        if kind == "neighbor":
            return _new_neighbor(item, live)
        if kind == "interface":
            late = [line for line in item.lines if network_of(line.text)]
            if _is_port(item.key) and "shutdown" not in {line.text for line in item.lines}:
                late.append(Typed((item.lines[0].text,), "no shutdown"))
            return [*(line for line in item.lines if line not in late), *late]
        return list(item.lines)

    def destroy(self, item: Item) -> list[Typed]:
        kind, name = item.key
        first = item.lines[0]
        if kind == "neighbor":
            place = item.lines[0].context[: 2 if "||" not in name else 1]
            return [Typed(place, f"no neighbor {name.split('|')[2]}")]
        if _is_port(item.key):
            # A port stays where it is: what we wrote on it goes, and it is shut.
            gone = [
                Typed(line.context, negated(line.text)) for line in item.lines[1:] if not line.text.startswith("no ")
            ]
            return [*gone, Typed((first.text,), "shutdown")]
        if kind == "prefix-list":
            family, _, bare = name.partition(" ")
            return [Typed((), f"no {family} prefix-list {bare}")]
        if kind == "route-map":
            return [Typed((), f"no route-map {name}")]
        if kind == "as-path":
            return [Typed((), f"no ip as-path access-list {name}")]
        if kind == "community-list":
            return [Typed((), f"no ip community-list {_community_kind(first.text)}{name}")]
        if kind == "control-plane":
            return [Typed(line.context, negated(line.text)) for line in item.lines[1:]]
        if kind == "hostname":
            return []
        return [Typed(first.context, negated(first.text))]

    def edit(self, old: Item, new: Item, used: bool) -> list[Typed] | None:
        if old.key[0] == "vrf" and {line for line in old.lines if line.text.startswith("rd ")} - set(new.lines):
            return None  # without its distinguisher a VRF loses its routes, and BGP its neighbours in it
        return EDITS.get(old.key[0], edit_lines)(old, new, used)

    def same(self, old: Item, new: Item) -> bool:
        kind = old.key[0]
        if kind in ("as-path", "policy-map"):
            return old.lines == new.lines
        if set(old.lines) == set(new.lines):
            return True
        return kind in ("prefix-list", "acl") and renumbered(old, new)

    def release(self, item: Item, claims: Collection[str]) -> tuple[list[Typed], Item]:
        if item.key[0] != "interface":
            return [], item
        lines = [line for line in item.lines if network_of(line.text)]
        if any(claim.startswith("tag ") for claim in claims):
            lines += [line for line in item.lines if line.text.startswith("encapsulation ")]
        rest = tuple(line for line in item.lines if line not in lines)
        return lines_between(item.lines, rest), finished(item.key, rest)

    def twin(self, item: Item, taken: Collection[Key]) -> Item | None:
        kind, name = item.key
        if kind not in _TWINS:
            return None
        if kind == "as-path":
            number = next(one for one in range(500, 0, -1) if (kind, str(one)) not in taken)
            return _renamed(item, (kind, str(number)), name, str(number))
        other, number = f"{name}_NEXT", 1
        while (kind, other) in taken:
            number += 1
            other = f"{name}_NEXT{number}"
        return _renamed(item, (kind, other), name.split(" ")[-1], other.split(" ")[-1])

    def pointing(self, item: Item, old: Key, new: Key) -> Item:
        before, after = old[1].split(" ")[-1], new[1].split(" ")[-1]
        lines = tuple(
            Typed(line.context, _swap(line.text, before, after)) if _names(item.key, line, old) else line
            for line in item.lines
        )
        return finished(item.key, lines, item.number)

    def merged(self, running: Item, intended: Item, prune: bool) -> Item:
        pattern = _FOREIGN.get(intended.key[0])
        if prune or pattern is None:
            return intended
        kept = [
            line
            for line in running.lines
            if not pattern.fullmatch(line.text) and line not in intended.lines and not line.context[2:]
        ]
        contexts = {(*line.context, line.text) for line in kept}
        kept += [line for line in running.lines if line.context[2:] and line.context[:3] in contexts]
        if not kept:
            return intended
        return finished(intended.key, (*intended.lines, *kept), intended.number)

    def rank(self, key: Key) -> int:
        return _RANKS.get(key[0], 0)

    def filters(self, key: Key) -> bool:
        return key[0] in _FILTERS

    def ours(self, item: Item, intended: Mapping[Key, Item]) -> bool:
        if item.key[0] == "zone-pair":
            return any(ref in intended for ref in item.refs if ref[0] == "zone")
        if item.key[0] != "neighbor":
            return False
        texts = [line.text for line in item.lines]
        return any(text.endswith(" remote-as 12076") for text in texts) and any(
            " description MSEE " in text for text in texts
        )

    def space(self, item: Item) -> Key | None:
        kind, name = item.key
        if kind == "neighbor":
            family = name.split("|")[1]
            return ("vrf", family.rpartition(" ")[2]) if family else None
        if kind in ("interface", "route", "nat-rule", "bgp-af"):
            line = next((one.text for one in item.lines if one.text.startswith("vrf forwarding ")), "")
            if line:
                return ("vrf", line.split()[-1])
            spaces = item.named("vrf")
            return ("vrf", spaces[0]) if spaces and kind != "interface" else None
        return None

    def reaches(self, item: Item, neighbor: Item) -> bool:
        if self.space(item) != self.space(neighbor) or item.key[0] != "interface":
            return False
        try:
            address = ip_address(neighbor.key[1].split("|")[2])
        except ValueError:  # a peer group
            return False
        return any(
            address in ip_network(network) for network in map(network_of, (x.text for x in item.lines)) if network
        )

    def session(self, item: Item) -> tuple[str, str] | None:
        if item.key[0] != "neighbor":
            return None
        _, family, address = item.key[1].split("|")
        return family.rpartition(" ")[2] if family else "", address

    def risks(self, commands: Iterable[Typed]) -> Iterator[Risk]:
        return risks(commands)

    def mask(self, text: str) -> str:
        return without_keys(text)


GRAMMAR: Final = CiscoXe()


def _is_port(key: Key) -> bool:
    return key[0] == "interface" and _PORT.fullmatch(key[1]) is not None and not key[1].startswith(_VIRTUAL)


def _community_kind(text: str) -> str:
    word = text.split()[2]
    return f"{word} " if word in ("standard", "expanded") else ""


def _new_neighbor(item: Item, live: bool) -> list[Typed]:
    """First of all its AS, then its filters, and what lets routes through last of all."""
    first = next((line for line in item.lines if " remote-as " in line.text), None)
    rest = [line for line in item.lines if line != first and not line.text.endswith(" activate")]
    rest.sort(key=lambda line: (" route-map " not in line.text) if len(line.context) > 1 else False)
    activate = [line for line in item.lines if line.text.endswith(" activate")]
    if first is None:
        return [*rest, *activate]
    if live and " 12076" in first.text:
        closed = Typed(first.context, first.text.replace(" 12076", f" {PLACEHOLDER_AS}"))
        return [closed, *rest, *activate, first]
    return [first, *rest, *activate]


def _swap(text: str, before: str, after: str) -> str:
    return re.sub(rf"(?<!\S){re.escape(before)}(?!\S)", lambda _found: after, text)


def _renamed(item: Item, key: Key, before: str, after: str) -> Item:
    lines = tuple(
        Typed(
            tuple(_swap(one, before, after) for one in line.context),
            line.text if line.context else _swap(line.text, before, after),
        )
        for line in item.lines
    )
    return finished(key, lines)


def _names(key: Key, line: Typed, ref: Key) -> bool:
    return ref in finished(key, (line,)).refs
