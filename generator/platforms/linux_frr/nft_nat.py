"""Translations → chains of nftables.

Filters between zones are about real addresses, and get them: nftables translates destinations before
the hook *forward* and sources after it, and answers the other way round.

Where a packet came in is not known any more where sources are translated (*postrouting*; in a VRF only
the VRF device is).  So it gets a mark on its way through *forward*, one number for each set of inside
interfaces.
"""

from __future__ import annotations

from msgspec import Struct

from generator.model.address import Prefix
from generator.model.facts import Facts
from generator.model.filters import NatRule
from generator.platforms.linux_frr.nft_rules import addresses, names, one_or_set


class Marking(Struct, frozen=True):
    """What comes in over these interfaces carries this mark."""

    interfaces: str
    mark: str


class Translation(Struct, frozen=True):
    """One rule of a NAT chain."""

    matches: str
    to: str
    name: str


class Nat(Struct, frozen=True):
    """Marks, new sources and new destinations."""

    markings: tuple[Marking, ...]
    sources: tuple[Translation, ...]
    destinations: tuple[Translation, ...]


def nat(facts: Facts) -> Nat:
    """Single hosts and prefixes before pools: the first rule that matches decides."""
    rules = sorted(facts.nat_rules.values(), key=lambda one: one.kind != "static")
    marks = {inside: hex(number) for number, inside in enumerate(dict.fromkeys(_insides(rules)), 1)}
    return Nat(
        markings=tuple([Marking(names(inside), mark) for inside, mark in marks.items()]),
        sources=tuple([_source(one, marks) for one in rules]),
        destinations=tuple([_destination(one) for one in rules if one.kind == "static"]),
    )


def _insides(rules: list[NatRule]) -> list[tuple[str, ...]]:
    return [one.inside_interfaces for one in rules if one.inside_interfaces]


def _source(one: NatRule, marks: dict[tuple[str, ...], str]) -> Translation:
    ip = _word(one.outside)
    words = []
    if one.inside_interfaces:
        words.append(f"meta mark {marks[one.inside_interfaces]}")
    if one.outside_interfaces:
        words.append(f"oifname {names(one.outside_interfaces)}")
    words.append(f"{ip} saddr {one_or_set(addresses(one.inside))}")
    if one.kind == "static":
        return Translation(" ".join(words), _static("snat", ip, "saddr", one.inside[0], one.outside), one.name)
    return Translation(" ".join(words), f"snat {ip} to {_pool(one.outside)}", one.name)


def _destination(one: NatRule) -> Translation:
    """What is sent to the prefix that stands for the inside one."""
    ip = _word(one.outside)
    words = [f"iifname {names(one.outside_interfaces)}"] if one.outside_interfaces else []
    words.append(f"{ip} daddr {addresses((one.outside,))[0]}")
    return Translation(" ".join(words), _static("dnat", ip, "daddr", one.outside, one.inside[0]), one.name)


def _static(word: str, ip: str, field: str, old: Prefix, new: Prefix) -> str:
    """A host for a host; else address by address, the host part kept."""
    if old.prefixlen == old.max_prefixlen:
        return f"{word} {ip} to {new.network_address}"
    return f"{word} {ip} prefix to {ip} {field} map {{ {old} : {new} }}"


def _pool(prefix: Prefix) -> str:
    return str(prefix.network_address) if prefix.prefixlen == prefix.max_prefixlen else str(prefix)


def _word(prefix: Prefix) -> str:
    return "ip" if prefix.version == 4 else "ip6"
