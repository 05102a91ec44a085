"""The rules of filters: what a link, a tunnel and a flow need, in one direction and in the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from generator.inventory.services import Service
from generator.model.address import (
    DOCUMENTATION,
    RESERVED_V4,
    RESERVED_V6,
    Address,
    LinkAddress,
    Prefix,
    parse_prefix,
)
from generator.model.facts import Bfd, Family
from generator.model.filters import (
    AH,
    ANY,
    ESP,
    GRE,
    ICMP,
    ICMP6,
    TCP,
    UDP,
    Filter,
    FilterRule,
    IcmpType,
    Ports,
)

STEP: Final = 10
BGP: Final = (Ports(179, 179),)
BFD: Final = (Ports(3784, 3784),)
BFD_ECHO: Final = (Ports(3785, 3785),)
IKE: Final = (Ports(500, 500), Ports(4500, 4500))
ECHO: Final[dict[Family, tuple[IcmpType, ...]]] = {
    4: (IcmpType(0), IcmpType(8)),
    6: (IcmpType(128), IcmpType(129)),
}
"""Ping and its answer (FW-PERM-08)."""
TROUBLE: Final[dict[Family, tuple[IcmpType, ...]]] = {
    4: (IcmpType(3), IcmpType(11)),
    6: (IcmpType(1), IcmpType(2), IcmpType(3), IcmpType(4)),
}
"""Unreachable with fragmentation needed, packet too big, time exceeded: path MTU discovery lives on them (FW-PERM-08, -09)."""
NEIGHBORS: Final = (IcmpType(133), IcmpType(134), IcmpType(135), IcmpType(136), IcmpType(137))
"""Neighbour discovery on a link (FW-PERM-09)."""
MOST_SPECIFIC: Final = {4: 32, 6: 128}


@lru_cache(maxsize=1 << 12)
def host(address: Address | LinkAddress) -> Prefix:
    """An address as a prefix of its own."""
    plain = getattr(address, "ip", address)
    return parse_prefix(f"{plain}/{plain.max_prefixlen}")


def icmp(family: Family) -> int:
    return ICMP if family == 4 else ICMP6


@lru_cache(maxsize=64)
def bogons(family: Family, lab: bool) -> tuple[Prefix, ...]:
    """Sources that nobody has on the Internet; in a lab, documentation space is let through (FW-SPOOF-02)."""
    reserved: tuple[Prefix, ...] = RESERVED_V4 if family == 4 else RESERVED_V6
    return tuple([one for one in reserved if not (lab and one in DOCUMENTATION)])


class RuleList:
    """Rules of one filter in one family while they are collected; the same rule is taken once."""

    def __init__(self, family: Family) -> None:
        self.family: Family = family
        self._rules: dict[FilterRule, None] = {}

    def add(self, rules: Iterable[FilterRule]) -> None:
        for rule in rules:
            self._rules.setdefault(rule)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def finish(self, name: str) -> Filter:
        """Numbered in tens; the last rule denies everything else and logs it."""
        return Filter(name, self.family, _numbered(tuple(self._rules)))


@lru_cache(maxsize=1 << 10)
def _numbered(rules: tuple[FilterRule, ...]) -> tuple[FilterRule, ...]:
    """Cached: the routers of a pair share what lies between the networks behind them."""
    everything = {(one.sources, one.destinations) for one in rules if one.permit and one.protocol == ANY}
    kept = [
        one
        for one in rules
        if not one.permit or one.protocol == ANY or (one.sources, one.destinations) not in everything
    ]
    wanted = [*kept, FilterRule("", False, log=True)]
    return tuple([replace(rule, label=str(place * STEP)) for place, rule in enumerate(wanted, 1)])


def permit(protocol: int, sources: tuple[Prefix, ...], destinations: tuple[Prefix, ...], **more: object) -> FilterRule:
    return FilterRule("", True, protocol, sources, destinations, **more)  # type: ignore[arg-type]


def link_control(
    source: Prefix, destination: Prefix, bfd: Bfd | None, family: Family, errors_to: tuple[Prefix, ...]
) -> Iterator[FilterRule]:
    """BGP opened from either side, BFD and ping from one router of a link to the other (FW-PERM-01, -02, -08, -09).

    ``errors_to``: who may be told of packets that could not be delivered; empty: anybody.
    """
    here, there = (source,), (destination,)
    yield from bgp(here, there)
    if bfd is not None:
        ports = (*BFD, *BFD_ECHO) if bfd.echo else BFD
        yield permit(UDP, here, there, destination_ports=ports)
    yield permit(icmp(family), here, there, icmp=ECHO[family])
    yield permit(icmp(family), (), errors_to, icmp=TROUBLE[family])
    if family == 6:
        yield permit(ICMP6, (), (), icmp=NEIGHBORS)


def bgp(sources: tuple[Prefix, ...], destinations: tuple[Prefix, ...]) -> Iterator[FilterRule]:
    """A session that either side may open (FW-PERM-01)."""
    yield permit(TCP, sources, destinations, destination_ports=BGP)
    yield permit(TCP, sources, destinations, source_ports=BGP, established=True)


def ike(sources: tuple[Prefix, ...], destinations: tuple[Prefix, ...]) -> Iterator[FilterRule]:
    """IKE with and without NAT traversal, and ESP (FW-PERM-06, -07)."""
    yield permit(UDP, sources, destinations, destination_ports=IKE)
    yield permit(ESP, sources, destinations)


def there(
    service: Service, sources: tuple[Prefix, ...], destinations: tuple[Prefix, ...], family: Family, *, log: bool
) -> FilterRule:
    """The first packets of a flow."""
    protocol, types = of_family(service, family)
    return permit(protocol, sources, destinations, destination_ports=service.ports, icmp=types, log=log)


def back(
    service: Service, sources: tuple[Prefix, ...], destinations: tuple[Prefix, ...], family: Family
) -> Iterator[FilterRule]:
    """The answers to a flow from ``sources`` to ``destinations``, as far as they can be told from other packets.

    Answers to a flow of every protocol are spelt out: a rule for everything would open TCP connections backwards.
    """
    protocol, types = of_family(service, family)
    if protocol == ANY:
        yield permit(TCP, destinations, sources, established=True)
        for one in (UDP, ESP, AH, GRE):
            yield permit(one, destinations, sources)
        yield permit(icmp(family), destinations, sources, icmp=ECHO[family][-1:] if family == 6 else ECHO[family][:1])
    elif types:
        answers = tuple([IcmpType(0 if one.type == 8 else 129) for one in types if one.type in (8, 128)])
        if answers:
            yield permit(protocol, destinations, sources, icmp=answers)
    else:
        yield permit(protocol, destinations, sources, source_ports=service.ports, established=protocol == TCP)


def of_family(service: Service, family: Family) -> tuple[int, tuple[IcmpType, ...]]:
    """Protocol and ICMP types in a family: ICMP's ping is ICMPv6's under other numbers."""
    if family == 4 or service.protocol != ICMP:
        return service.protocol, service.icmp
    numbers = {8: 128, 0: 129, 3: 1, 11: 3}
    return ICMP6, tuple(sorted(IcmpType(numbers.get(one.type, one.type)) for one in service.icmp))


__all__ = [
    "ANY",
    "RuleList",
    "back",
    "bgp",
    "bogons",
    "host",
    "icmp",
    "ike",
    "link_control",
    "of_family",
    "permit",
    "there",
]
