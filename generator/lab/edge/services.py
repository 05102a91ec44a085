"""Microsoft's public services: a prefix and a host for each community, of those chosen and of some that were not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from generator.inventory.intent import CircuitIntent
from generator.lab.edge.printing import BIRD, BIRD_CONF, FORWARDING, first_host, printed, router_id
from generator.lab.sites import Fitting, ServicesSite
from generator.model.address import LinkAddress, Prefix, parse_link, parse_prefix
from generator.model.facts import Family
from generator.model.plan import Domain

MICROSOFT: Final = 8075
"""AS of Microsoft's global network, behind the edges; the edges keep it to themselves."""
NEVER_CHOSEN: Final = ("12076:5010", "12076:51010", "12076:52010")
"""Exchange Online, East Asia and Storage East Asia: announced to the edges, and beyond them only if the route filter says so."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """What stands for one service in one region: a prefix of each family, each with a host."""

    community: str
    """``12076:52002``."""
    prefixes: tuple[Prefix, ...]
    """IPv4, then IPv6.  Microsoft's own space, for a router that knows its bogons refuses any other; it never
    leaves the lab's namespaces."""
    hosts: tuple[LinkAddress, ...]

    @property
    def bird(self) -> str:
        """The community as BIRD writes it."""
        return f"({self.community.replace(':', ',')})"


def services_of(circuit: CircuitIntent) -> tuple[Service, ...]:
    """The services that a circuit could reach: those of its route filter, and at least one that is not in it."""
    chosen = [value for peering in circuit.peerings for value in peering.route_filter]
    values = sorted({*chosen, *NEVER_CHOSEN}, key=lambda one: (one not in chosen, one))
    families: tuple[Family, ...] = (4, 6)
    present = [family for family in families if any(_has(circuit, family))]
    return tuple([_service(index, value, present) for index, value in enumerate(values)])


def chosen_of(circuit: CircuitIntent) -> frozenset[str]:
    """The communities that the circuit's route filter lets through."""
    return frozenset(value for peering in circuit.peerings for value in peering.route_filter)


def _has(circuit: CircuitIntent, family: Family) -> list[bool]:
    return [
        (peering.v4 if family == 4 else peering.v6)
        for peering in circuit.peerings
        if peering.domain is not Domain.PRIVATE
    ]


def _service(index: int, value: str, families: list[Family]) -> Service:
    texts = {
        4: (f"20.60.{index}.0/24", f"20.60.{index}.10/32"),
        6: (f"2603:1060:{index:x}::/48", f"2603:1060:{index:x}::10/128"),
    }
    return Service(
        community=value,
        prefixes=tuple([parse_prefix(texts[family][0]) for family in families]),
        hosts=tuple([parse_link(texts[family][1]) for family in families]),
    )


def services(site: ServicesSite) -> Fitting:
    """A BIRD that announces every service to both edges, marked with its community."""
    sessions = [
        (f"edge{index}_{own.version}", own, peer)
        for index, wire in enumerate(site.edges, 1)
        for own, peer in zip(wire.own, wire.peer, strict=True)
    ]
    text = printed(
        "services.conf",
        title=site.name,
        router_id=router_id(site.name),
        asn=MICROSOFT,
        sessions=sessions,
        families=tuple(_families(site)),
    )
    return Fitting(files={BIRD_CONF: text}, programs=(BIRD,), sysctls=FORWARDING)


def _families(site: ServicesSite) -> Iterator[tuple[Family, str, list[tuple[Prefix, str]]]]:
    """For each family: the host that answers, and every prefix with its community."""
    families: tuple[Family, ...] = (4, 6)
    for family in families:
        announced = [
            (prefix, one.bird)
            for one in services_of(site.circuit)
            for prefix in one.prefixes
            if prefix.version == family
        ]
        yield family, first_host(site.hosts, family), announced
