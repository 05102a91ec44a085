"""Whether one flow lets through what another does."""

from __future__ import annotations

from collections.abc import Iterable

from generator.inventory.flows import End, FlowIntent
from generator.inventory.services import Service, joined
from generator.model.address import Prefix
from generator.model.filters import ANY, Ports

MOST_PAIRS = 64
"""Pairs of prefixes of a flow that are compared with the union of others; of one with more only single flows are."""


def same(one: FlowIntent, other: FlowIntent) -> bool:
    """Whether two flows are the same in all but their place and their log."""
    return (
        one.domain is other.domain
        and one.inbound is other.inbound
        and one.source == other.source
        and one.destination == other.destination
        and one.services == other.services
    )


def covers(outer: FlowIntent, inner: FlowIntent) -> bool:
    """Whether everything that passes by ``inner`` passes by ``outer`` alone."""
    return (
        outer.domain is inner.domain
        and outer.inbound is inner.inbound
        and _end_covers(outer.source, inner.source)
        and _end_covers(outer.destination, inner.destination)
        and all(_service_covered(one, outer.services) for one in inner.services)
    )


def covered_by_all(inner: FlowIntent, others: Iterable[FlowIntent]) -> bool:
    """Whether everything that passes by a flow passes by others together: for each pair of its prefixes some cover it,
    whose services together are all of its services."""
    sources, destinations = _parts(inner.source), _parts(inner.destination)
    if not sources or not destinations or len(sources) * len(destinations) > MOST_PAIRS:
        return False
    alike = [one for one in others if one.domain is inner.domain and one.inbound is inner.inbound]
    if len(alike) < 2:
        return False
    for source in sources:
        from_here = [one for one in alike if _end_covers(one.source, source)]
        for destination in destinations:
            there = [one for one in from_here if _end_covers(one.destination, destination)]
            services = _together(service for one in there for service in one.services)
            if not all(_service_covered(one, services) for one in inner.services):
                return False
    return True


def _parts(end: End) -> list[End]:
    """An end for each of its prefixes."""
    if end.anywhere:
        return [end]
    return [End(end.azure, (prefix,), public=end.public) for prefix in end.prefixes]


def _end_covers(outer: End, inner: End) -> bool:
    if outer.anywhere:
        return True
    if inner.anywhere:
        return False
    return all(any(_inside(prefix, space) for space in outer.prefixes) for prefix in inner.prefixes)


def _inside(inner: Prefix, outer: Prefix) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _together(services: Iterable[Service]) -> tuple[Service, ...]:
    """Services of several flows, ports of one protocol joined."""
    by_protocol: dict[int, list[Service]] = {}
    for one in services:
        by_protocol.setdefault(one.protocol, []).append(one)
    found = []
    for protocol, ones in by_protocol.items():
        if any(not one.ports and not one.icmp for one in ones):
            found.append(Service(protocol))
            continue
        ports: list[Ports] = [port for one in ones for port in one.ports]
        found.append(Service(protocol, joined(ports), tuple(sorted({kind for one in ones for kind in one.icmp}))))
    return tuple(found)


def _service_covered(inner: Service, outer: tuple[Service, ...]) -> bool:
    for one in outer:
        if one.protocol == ANY:
            return True
        if one.protocol != inner.protocol:
            continue
        if not one.ports and not one.icmp:
            return True
        if not inner.ports and not inner.icmp:
            continue
        ports = all(any(wide.low <= port.low and port.high <= wide.high for wide in one.ports) for port in inner.ports)
        if ports and set(inner.icmp) <= set(one.icmp):
            return True
    return False
