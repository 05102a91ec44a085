"""The flows of the plan as packets: which to ask about, and whether a packet belongs to one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final, TypeVar

import msgspec

from generator.model.address import Address, Prefix
from generator.model.facts import Family
from generator.model.filters import ANY, ICMP, ICMP6, TCP, UDP, Filter, FilterRule, IcmpType, Ports
from generator.model.plan import Passage, Side
from generator.readback.packet import Firewall, Packet, Stage, Verdict
from generator.readback.ways import STRANGER, Ways, host_in

T = TypeVar("T")

HIGH_PORT: Final = 50123
"""A port that clients use, and no service."""
_OF_ANY: Final[dict[Family, tuple[int, ...]]] = {4: (TCP, UDP, ICMP), 6: (TCP, UDP, ICMP6)}
ECHO: Final = {ICMP: 8, ICMP6: 128}


class Blocked(msgspec.Struct, frozen=True):
    """A packet of a planned flow that does not pass."""

    packet: Packet
    arrives: str
    leaves: str
    verdict: Verdict


class Flows:
    """The flows of one router's plan, judged by the filters of its text."""

    def __init__(self, passages: tuple[Passage, ...], ways: Ways, firewall: Firewall) -> None:
        self._ways = ways
        self._firewall = firewall
        self.passages = passages
        self._by_way: dict[tuple[str, Side, Side], list[Passage]] = {}
        for one in passages:
            self._by_way.setdefault((one.vrf, one.source, one.destination), []).append(one)

    @cached_property
    def blocked(self) -> dict[int, Blocked]:
        """By the flow's place in the plan, the first packet of it that is lost."""
        out = {}
        for index, passage in enumerate(self.passages):
            found = self._block(passage)
            if found is not None:
                out[index] = found
        return out

    @cached_property
    def passing(self) -> dict[tuple[str, Family], dict[object, Passage]]:
        """The flows that pass, by VRF and family, and then by what they are (whatever the VRF)."""
        out: dict[tuple[str, Family], dict[object, Passage]] = {}
        for index, one in enumerate(self.passages):
            if index not in self.blocked:
                key = (one.source, one.destination, one.protocol, one.sources, one.destinations, one.ports, one.icmp)
                out.setdefault((one.vrf, one.family), {})[key] = one
        return out

    def _block(self, passage: Passage) -> Blocked | None:
        for arrives, leaves in self._ways.crossings(passage.vrf, passage.source, passage.destination):
            there = self._firewall.stages(arrives, leaves, passage.family)
            back = self._firewall.stages(leaves, arrives, passage.family)
            if not there and not back:
                continue
            proven = proofs(*there, *back)
            key = (passage, filters(there), filters(back))
            if key in proven:
                continue
            for packet in first_packets(passage):
                verdict = self._firewall.passes(packet, arrives, leaves)
                if not verdict.permitted:
                    return Blocked(packet, arrives, leaves, verdict)
            proven.add(key)
        return None

    def between(self, vrf: str, source: Side, destination: Side) -> list[Passage]:
        return self._by_way.get((vrf, source, destination), [])

    def allow(self, packet: Packet, vrf: str, source: Side, destination: Side) -> bool:
        """Whether a packet belongs to a flow of the plan, as its first or a later one, or as an answer.

        What answers a flow of every protocol cannot be told from what begins something, but for TCP.
        """
        family = packet.family
        if any(one.family == family and holds(one, packet) for one in self.between(vrf, source, destination)):
            return True
        if packet.protocol == TCP and not packet.answer:
            return False
        opening = packet.opening()
        return any(
            one.family == family and (one.protocol == ANY or packet.can_answer) and holds(one, opening)
            for one in self.between(vrf, destination, source)
        )


def filters(stages: Iterable[Stage]) -> tuple[tuple[Filter | None, Filter | None], ...]:
    """What decides on a way."""
    return tuple([(one.filter.source if one.filter else None, one.back.source if one.back else None) for one in stages])


def proofs(*stages: Stage) -> set[object]:
    """Where to keep what was proven of a way: with its first filter, which is another router's too if it is equal."""
    return next((one.filter.proven for one in stages if one.filter is not None), set())


def holds(passage: Passage, packet: Packet) -> bool:
    """Whether a packet goes the way of a flow."""
    if passage.protocol not in (ANY, packet.protocol):
        return False
    for prefixes, address in ((passage.sources, packet.source), (passage.destinations, packet.destination)):
        if prefixes and not any(address in one for one in prefixes):
            return False
    if passage.ports and not any(one.low <= packet.destination_port <= one.high for one in passage.ports):
        return False
    return not passage.icmp or any(
        one.type == packet.icmp_type and one.code in (-1, packet.icmp_code) for one in passage.icmp
    )


def first_packets(passage: Passage) -> Iterator[Packet]:
    """Packets that open connections of a flow: each of its prefixes, ports and types at least once."""
    family = passage.family
    protocols = _OF_ANY[family] if passage.protocol == ANY else (passage.protocol,)
    sources = [host_in(one) for one in passage.sources] or [STRANGER[family]]
    destinations = [host_in(one) for one in passage.destinations] or [STRANGER[family]]
    ports = [one.low for one in passage.ports] or [HIGH_PORT]
    icmp = passage.icmp or (IcmpType(ECHO[ICMP if family == 4 else ICMP6]),)
    yield from _combined(protocols, sources, destinations, [HIGH_PORT], ports, icmp)


def packets_of(
    rule: FilterRule, family: Family, sources: Sequence[Address], destinations: Sequence[Address]
) -> Iterator[Packet]:
    """Packets that a rule lets through, from and to these addresses: first ones, unless it takes answers only."""
    protocols = _OF_ANY[family] if rule.protocol == ANY else (rule.protocol,)
    if rule.established:
        protocols = (TCP,)
    elif rule.source_ports or rule.destination_ports:
        protocols = tuple([one for one in protocols if one in (TCP, UDP)])
    from_ports = _ends(rule.source_ports)
    to_ports = _ends(rule.destination_ports)
    icmp = rule.icmp or (IcmpType(ECHO[ICMP if family == 4 else ICMP6]),)
    yield from _combined(protocols, sources, destinations, from_ports, to_ports, icmp, answer=rule.established)


def _ends(ports: tuple[Ports, ...]) -> list[int]:
    return list(dict.fromkeys(end for one in ports for end in (one.low, one.high))) or [HIGH_PORT]


def corners(prefixes: Iterable[Prefix], family: Family) -> list[Address]:
    """The first and the last address of each prefix of a family."""
    return [end for one in prefixes if one.version == family for end in (one.network_address, one.broadcast_address)]


def _combined(
    protocols: Sequence[int],
    sources: Sequence[Address],
    destinations: Sequence[Address],
    from_ports: Sequence[int],
    to_ports: Sequence[int],
    icmp: Sequence[IcmpType],
    *,
    answer: bool = False,
) -> Iterator[Packet]:
    """Each value of each list at least once with each protocol; not each with each."""
    if not (sources and destinations):
        return
    for protocol in protocols:
        ported = protocol in (TCP, UDP)
        typed = protocol in (ICMP, ICMP6)
        number = max(len(sources), len(destinations), len(from_ports), len(to_ports), len(icmp))
        for index in range(number):
            kind = _at(icmp, index)
            yield Packet(
                source=_at(sources, index),
                destination=_at(destinations, index),
                protocol=protocol,
                source_port=_at(from_ports, index) if ported else 0,
                destination_port=_at(to_ports, index) if ported else 0,
                icmp_type=kind.type if typed else 0,
                icmp_code=max(kind.code, 0) if typed else 0,
                answer=answer and protocol == TCP,
            )


def _at(values: Sequence[T], index: int) -> T:
    return values[index % len(values)]
