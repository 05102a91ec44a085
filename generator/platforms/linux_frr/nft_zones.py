"""Zones and their policies, interface filters and the table of connections → chains and maps of nftables.

A packet of a VRF shows the VRF device as ``iifname`` in the hooks *forward* and *input*; the
subinterface it came over is ``sdifname``, which is empty outside VRFs.  So each map is asked for both.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from generator.model.facts import Facts, Family
from generator.model.filters import SELF, ZonePolicy
from generator.platforms.linux_frr.names import vrf_tables
from generator.platforms.linux_frr.nft_rules import filter_chain

_FAMILIES: tuple[Family, ...] = (4, 6)


class Jump(Struct, frozen=True):
    """Into a filter, for one family."""

    family: str
    chain: str


class PairChain(Struct, frozen=True):
    """What may pass from one zone to another.  ``established`` is the condition for packets of known connections."""

    name: str
    established: str
    jumps: tuple[Jump, ...]


class FromChain(Struct, frozen=True):
    """Where packets from a zone may go: elements of a verdict map."""

    name: str
    targets: tuple[str, ...]


class InterfaceChain(Struct, frozen=True):
    """A filter on interfaces: a family that has it passes by it alone, the other passes."""

    name: str
    jumps: tuple[Jump, ...]


class Zones(Struct, frozen=True):
    """The elements of all maps, and the chains they lead to."""

    interfaces: tuple[str, ...]
    from_zone: tuple[str, ...]
    to_self: tuple[str, ...]
    from_self: tuple[str, ...]
    from_chains: tuple[FromChain, ...]
    pair_chains: tuple[PairChain, ...]


def zones(facts: Facts) -> Zones:
    """Pairs of zones that have a policy, or that have to let answers of one back."""
    pairs = _pairs(facts)
    return Zones(
        interfaces=tuple([_quoted(name) for one in facts.zones.values() for name in one.interfaces]),
        from_zone=tuple(
            [f"{_quoted(name)} : goto from/{one.name}" for one in facts.zones.values() for name in one.interfaces]
        ),
        to_self=_verdicts(facts, [(zone, (zone, SELF)) for zone in facts.zones if (zone, SELF) in pairs]),
        from_self=_verdicts(facts, [(zone, (SELF, zone)) for zone in facts.zones if (SELF, zone) in pairs]),
        from_chains=tuple([FromChain(f"from/{zone}", _targets(facts, zone, pairs)) for zone in facts.zones]),
        pair_chains=tuple([_pair(facts, pair) for pair in pairs]),
    )


def _pairs(facts: Facts) -> list[tuple[str, str]]:
    """In the order of the plan; a pair that only lets answers back after the one they belong to.

    Towards the router and from it everything passes that no policy forbids, so answers need no chain.
    """
    pairs = dict.fromkeys(facts.zone_policies)
    for (source, destination), one in facts.zone_policies.items():
        if one.stateful and SELF not in (source, destination):
            pairs.setdefault((destination, source))
    return list(pairs)


def _pair(facts: Facts, pair: tuple[str, str]) -> PairChain:
    there, back = facts.zone_policies.get(pair), facts.zone_policies.get((pair[1], pair[0]))
    return PairChain(
        name=pair_chain(*pair),
        established=_established(there, back),
        jumps=filter_jumps(facts, there.filter) if there is not None else (),
    )


def _established(there: ZonePolicy | None, back: ZonePolicy | None) -> str:
    """Packets of connections that this policy let through, answers to those that the other one let through, or both."""
    own, other = there is not None and there.stateful, back is not None and back.stateful
    if own and other:
        return "ct state established,related"
    if own:
        return "ct state established,related ct direction original"
    return "ct state established,related ct direction reply" if other else ""


def pair_chain(source: str, destination: str) -> str:
    """``zone/CORP-TUN/CORP-IN``, ``zone/CORP-TUN/self``."""
    return f"zone/{source}/{destination}"


def _targets(facts: Facts, zone: str, pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Within the zone everything passes; towards a zone that has a chain, what that lets through."""
    own = [f"{_quoted(name)} : accept" for name in facts.zones[zone].interfaces]
    return (*own, *_verdicts(facts, [(to, (source, to)) for source, to in pairs if source == zone and to != SELF]))


def _verdicts(facts: Facts, found: list[tuple[str, tuple[str, str]]]) -> tuple[str, ...]:
    return tuple(
        [f"{_quoted(name)} : goto {pair_chain(*pair)}" for zone, pair in found for name in facts.zones[zone].interfaces]
    )


def filter_jumps(facts: Facts, name: str) -> tuple[Jump, ...]:
    """A filter's chains, in the families in which it exists."""
    return tuple(
        [Jump(f"ipv{family}", filter_chain(name, family)) for family in _FAMILIES if (name, family) in facts.filters]
    )


def interface_chains(facts: Facts) -> tuple[InterfaceChain, ...]:
    """One chain for each filter that is on an interface."""
    used = dict.fromkeys(name for one in facts.interfaces.values() for name in (one.filter_in, one.filter_out) if name)
    return tuple([InterfaceChain(f"interface/{name}", filter_jumps(facts, name)) for name in used])


def filtered(facts: Facts, attribute: str) -> tuple[str, ...]:
    """Elements of the map from interface to its filter, for ``filter_in`` or ``filter_out``."""
    return tuple(
        [
            f"{_quoted(one.name)} : goto interface/{getattr(one, attribute)}"
            for one in facts.interfaces.values()
            if getattr(one, attribute)
        ]
    )


def connection_zones(facts: Facts) -> tuple[str, ...]:
    """Interface → number of its VRF's table, where connections are tracked at all.

    The kernel has one table of connections.  Two customers with the same addresses and ports would
    share an entry, and the one's answers would be let into the other's network (ER-MT-02).
    """
    if not facts.nat_rules and not any(one.stateful for one in facts.zone_policies.values()):
        return ()
    tables = vrf_tables(facts.vrfs)
    return tuple([f"{_quoted(one.name)} : {tables[one.vrf]}" for one in facts.interfaces.values() if one.vrf in tables])


def _quoted(name: str) -> str:
    return f'"{name}"'
