"""NAT chains, and the zones of connections → translations."""

from __future__ import annotations

from typing import Literal

from generator.model.address import Prefix
from generator.model.filters import NatRule
from generator.platforms.linux_frr.found import Found
from generator.platforms.linux_frr.nft_statement import Statement, parse
from generator.platforms.linux_frr.nft_table import Table
from generator.platforms.linux_frr.read_filters import prefixes
from generator.platforms.tree import Node

_Half = tuple[tuple[Prefix, ...], Prefix, tuple[str, ...]]
"""Of a static translation: the addresses that are looked for, the new ones, and the outside interfaces."""


def read_nat(found: Found, table: Table) -> None:
    """Rules for sources; static ones need their other half, for destinations."""
    marks = _marks(found, table)
    destinations: dict[str, tuple[_Half, Node]] = {}
    for line in _lines(table, "nat-destination"):
        try:
            statement = parse(line.text)
            destinations[statement.comment] = (_half(statement, "dnat", "daddr", "iifname"), line)
        except (ValueError, LookupError):
            found.reject(line)
    for line in _lines(table, "nat-source"):
        try:
            statement = parse(line.text)
            inside, outside, interfaces = _half(statement, "snat", "saddr", "oifname")
            mark = statement.one("meta mark")
            insides = marks[int(mark.values[0], 0)] if mark is not None else ()
        except (ValueError, LookupError):
            found.reject(line)
            continue
        name = statement.comment
        kind: Literal["source", "static"] = "source"
        other = destinations.pop(name, None)
        if other is not None:
            kind = "static"
            if other[0] != ((outside,), inside[0], interfaces):
                found.reject(other[1], "it is not the way back of the translation of the same name")
        vrfs = {found.vrf_of(one) for one in (*insides, *interfaces)}
        if len(vrfs) > 1:
            found.reject(line, "its interfaces are in several VRFs")
        found.nat_rules[name] = NatRule(
            name, kind, min(vrfs, default=""), inside, outside, insides, interfaces, overload=kind == "source"
        )
        found.place("nat_rules", name, line.line)
    for _, line in destinations.values():
        found.reject(line, "nothing translates the sources of its answers")


def _lines(table: Table, chain: str) -> list[Node]:
    node = table.chains.get(chain)
    return node.children if node is not None else []


def _half(statement: Statement, word: str, field: str, side: str) -> _Half:
    """`ValueError` or `LookupError` where the rule says anything else."""
    if statement.translation is None or statement.translation[0] != word or not statement.comment:
        raise ValueError(word)
    _, key, to = statement.translation
    looked, interfaces = None, None
    for match in statement.matches:
        if match.form != "is":
            raise ValueError(match.key)
        if match.key in (f"ip {field}", f"ip6 {field}"):
            looked = prefixes(match.values)
        elif match.key == side:
            interfaces = tuple(sorted(match.values))
        elif match.key != "meta mark" or word == "dnat":
            raise ValueError(match.key)
    if looked is None:
        raise ValueError(field)
    if key:
        old, _, new = to[0].partition(" : ")
        if prefixes([old]) != looked or len(to) != 1:
            raise ValueError(key)
        to = [new]
    (new_prefix,) = prefixes(to)
    return looked, new_prefix, interfaces or ()


def _marks(found: Found, table: Table) -> dict[int, tuple[str, ...]]:
    """Mark → the interfaces that set it, by both of a packet's interface names."""
    seen: dict[int, dict[str, tuple[str, ...]]] = {}
    for line in _lines(table, "nat-inside"):
        try:
            statement = parse(line.text)
            (match,) = statement.matches
            (mark,) = statement.changes["meta mark"].values
            if match.key not in ("iifname", "meta sdifname") or match.form != "is":
                raise ValueError(match.key)
            seen.setdefault(int(mark, 0), {})[match.key] = tuple(sorted(match.values))
        except (ValueError, LookupError):
            found.reject(line)
    for value, names in seen.items():
        if len(names) != 2 or len(set(names.values())) != 1:
            found.reject(table.chains["nat-inside"], f"mark {value} is not set for both names of an interface")
    return {value: next(iter(names.values())) for value, names in seen.items()}


def read_connection_zones(found: Found, table: Table) -> None:
    """Each VRF has a table of connections of its own, where connections matter."""
    zones: dict[str, set[str]] = {}
    sides: list[set[str]] = []
    for chain, key in (("conntrack-in", "iifname"), ("conntrack-out", "oifname")):
        for line in _lines(table, chain):
            try:
                change = parse(line.text).changes["ct zone"]
                if change.key != key:
                    raise ValueError(change.key)
                sides.append(set(change.values))
                for element in change.values:
                    name, _, number = element.partition(" : ")
                    zones.setdefault(number, set()).add(found.vrf_of(name))
            except (ValueError, LookupError):
                found.reject(line)
    shared = [number for number, vrfs in zones.items() if len(vrfs) > 1]
    spread = sum(map(len, zones.values())) != len(set().union(*zones.values())) if zones else False
    if shared or spread:
        node = table.chains.get("conntrack-in", Node("chain conntrack-in", 0))
        found.reject(node, "a zone of connections is not one VRF")
    if zones and (len(sides) != 2 or sides[0] != sides[1]):
        node = table.chains.get("conntrack-in", Node("chain conntrack-in", 0))
        found.reject(node, "what comes in and what goes out are not in the same zones of connections")
    tracked = any(one.stateful for one in found.zone_policies.values()) or "nat-source" in table.chains
    vrfs = {one.vrf for one in found.zones.values() if one.vrf}
    if tracked and not vrfs <= set().union(*zones.values()):
        node = table.chains.get("zone-forward", Node("chain conntrack-in", 0))
        found.reject(node, "VRFs share one table of connections")
