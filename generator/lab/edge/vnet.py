"""A VNet: its ExpressRoute gateway (AS 65515) and a host, in one device."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from generator.lab.edge.msee import GATEWAY
from generator.lab.edge.printing import BIRD, BIRD_CONF, FORWARDING, families_of, printed, router_id
from generator.lab.sites import Fitting, VnetSite, Wire
from generator.model.address import Address
from generator.model.facts import Family

EXPRESSROUTE: Final = 200
"""Local preference: ExpressRoute wins over a VPN on an equal prefix, so what is announced on both goes in clear (IPS-TR-03)."""
VPN: Final = 100


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """A session of a VNet, as the template prints it."""

    name: str
    own: Address
    peer: Address
    asn: int
    family: Family
    preference: int
    announces: bool


def vnet(site: VnetSite) -> Fitting:
    """BIRD that announces the VNet's prefixes to the edges and takes what these and the VPN gateways bring."""
    sessions = [*_sessions(site.edges, "edge", 12076, EXPRESSROUTE), *_sessions(site.gateways, "gateway", GATEWAY, VPN)]
    text = printed(
        "vnet.conf",
        title=site.name,
        router_id=router_id(site.name),
        asn=GATEWAY,
        families=families_of(tuple(site.vnet.prefixes), site.hosts),
        sessions=sessions,
        bfd=[wire.interface for wire in site.edges],
    )
    return Fitting(files={BIRD_CONF: text}, programs=(BIRD,), sysctls=FORWARDING)


def _sessions(wires: tuple[Wire, ...], kind: str, asn: int, preference: int) -> Iterator[Neighbour]:
    for index, wire in enumerate(wires, 1):
        for own, peer in zip(wire.own, wire.peer, strict=True):
            yield Neighbour(
                name=f"{kind}{index}_{own.version}",
                own=own.ip,
                peer=peer,
                asn=asn,
                family=4 if own.version == 4 else 6,
                preference=preference,
                announces=kind == "edge",
            )
