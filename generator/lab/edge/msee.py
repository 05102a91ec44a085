"""A Microsoft edge in BIRD: what is entered in Azure, and how Azure treats what it hears.

Private and public peerings are two routing domains with a kernel table each, chosen by the interface
that a packet comes in by.  That does what VRFs would do, and works on kernels that have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from generator.inventory.communities import regional_value
from generator.inventory.models import VNet
from generator.lab.edge.behaviour import Behaviour
from generator.lab.edge.maintenance import MAINTENANCE_CONF, NORMAL
from generator.lab.edge.printing import BIRD, BIRD_CONF, FORWARDING, of_family, printed, router_id
from generator.lab.edge.services import MICROSOFT, services_of
from generator.lab.model import Program
from generator.lab.sites import EdgePeering, EdgeSite, Fitting, Wire
from generator.model.address import Address, Prefix
from generator.model.facts import Family
from generator.model.plan import Domain

GATEWAY: Final = 65515
"""AS of the ExpressRoute gateways in VNets."""
TABLES: Final = {"private": 101, "public": 102}
"""Routing domain → kernel table.  Microsoft and public peering lead to the same services."""


def table_of(domain: Domain, family: Family) -> str:
    """BIRD's table of a domain."""
    return f"rib_{'private' if domain is Domain.PRIVATE else 'public'}{family}"


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """One session with a router, as the template prints it."""

    name: str
    """Of the BIRD protocol: domain and family, ``private4``."""
    table: str
    router: str
    own: Address
    peer: Address
    microsoft_asn: int
    asn: int
    password: str
    bfd: bool
    passive: bool
    """Microsoft never opens it (public peering, ER-PEER-06)."""
    limit: int
    family: Family
    private: bool
    registered: tuple[Prefix, ...]
    """What is taken on Microsoft peering: exactly these (ER-RTE-09)."""
    route_filter: tuple[str, ...]
    """As BIRD writes them; the services announced.  Public peering has no choice of them (ER-PEER-06)."""
    nothing: bool
    """Microsoft peering without a route filter brings no route (ER-RF-01)."""
    reach: tuple[Prefix, ...]
    """What Global Reach brings from another circuit (ER-RTE-15)."""


class Inner(msgspec.Struct, frozen=True, kw_only=True):
    """A session with something inside Azure: a VNet or the services."""

    name: str
    table: str
    own: Address
    peer: Address
    asn: int
    family: Family
    communities: tuple[str, ...]
    """Put on every route of the VNet (ER-COMM-03)."""
    prefixes: tuple[Prefix, ...]
    """What a VNet may bring; empty: anything."""


def msee(site: EdgeSite, behaviour: Behaviour) -> Fitting:
    """BIRD with a session a peering and family, and the way to the VNets and services behind."""
    customers = [one for peering in site.peerings for one in _sessions(peering, behaviour)]
    inner = list(_inner(site))
    text = printed(
        "msee.conf",
        title=f"Microsoft edge, {site.role.value} connection of {site.circuit.name}",
        router_id=router_id(site.name),
        maintenance=MAINTENANCE_CONF,
        tables=[(name, number) for name, number in TABLES.items()],
        customers=customers,
        inner=inner,
        bfd=sorted(
            {one.interface for one in site.peerings if has_bfd(one)} | {wire.interface for wire in _wires(site)}
        ),
    )
    return Fitting(
        files={BIRD_CONF: text, MAINTENANCE_CONF: NORMAL},
        programs=(*_rules(site), BIRD),
        sysctls=FORWARDING,
    )


def _wires(site: EdgeSite) -> tuple[Wire, ...]:
    return (*site.vnets, *(() if site.services is None else (site.services,)))


def has_bfd(one: EdgePeering) -> bool:
    """On by default on private peering, on Microsoft peering where it was confirmed (ER-BGP-06, ER-BGP-07)."""
    settings = next(end for end in one.peering.ends.values() if end.router == one.router).settings
    return settings.bfd is not None and (one.peering.domain is Domain.PRIVATE or settings.bfd_confirmed)


def _sessions(one: EdgePeering, behaviour: Behaviour) -> Iterator[Customer]:
    peering, spec = one.peering, one.peering.spec
    private = peering.domain is Domain.PRIVATE
    registered = tuple([public.prefix for public in spec.advertised_public_prefixes or ()])
    reach = tuple([prefix for other in spec.global_reach for prefix in other.prefixes])
    chosen = peering.domain is not Domain.PUBLIC
    families: tuple[Family, ...] = (4, 6)
    for family in families:
        link = one.v4 if family == 4 else one.v6
        if link is None:
            continue
        yield Customer(
            name=f"{peering.domain.value}{family}",
            table="private" if private else "public",
            router=one.router,
            own=link.own.ip,
            peer=link.peer.ip,
            microsoft_asn=spec.peer_asn,
            asn=peering.asn,
            password="" if peering.password is None else peering.password.reveal(),
            bfd=has_bfd(one),
            passive=peering.domain is Domain.PUBLIC,
            limit=behaviour.limit(peering, family),
            family=family,
            private=private,
            registered=of_family(registered, family),
            route_filter=tuple([f"({value.replace(':', ',')})" for value in peering.route_filter if chosen]),
            nothing=chosen and not peering.route_filter,
            reach=of_family(reach, family),
        )


def _inner(site: EdgeSite) -> Iterator[Inner]:
    vnets = [one for one in site.circuit.customer.vnets if one.circuits is None or site.circuit.name in one.circuits]
    for index, (wire, vnet) in enumerate(zip(site.vnets, vnets, strict=True), 1):
        for family, own, peer in _ends(wire):
            yield Inner(
                name=f"vnet{index}_{family}",
                table="private",
                own=own,
                peer=peer,
                asn=GATEWAY,
                family=family,
                communities=_tags(vnet),
                prefixes=of_family(tuple(vnet.prefixes), family),
            )
    if site.services is not None and services_of(site.circuit):
        for family, own, peer in _ends(site.services):
            yield Inner(
                name=f"services{family}",
                table="public",
                own=own,
                peer=peer,
                asn=MICROSOFT,
                family=family,
                communities=(),
                prefixes=(),
            )


def _tags(vnet: VNet) -> tuple[str, ...]:
    """A VNet's routes carry its own community and that of its region, or neither (ER-COMM-03)."""
    if vnet.custom_community is None:
        return ()
    region = regional_value(vnet.region or "", private=True)
    values = (vnet.custom_community, *(() if region is None else (region,)))
    return tuple([f"({value.replace(':', ',')})" for value in values])


def _ends(wire: Wire) -> Iterator[tuple[Family, Address, Address]]:
    for own, peer in zip(wire.own, wire.peer, strict=True):
        yield (4 if own.version == 4 else 6), own.ip, peer


def _rules(site: EdgeSite) -> Iterator[Program]:
    """A table for each routing domain, which ends in nothing: no way from one to the other."""
    domains = [
        (one.interface, "private" if one.peering.domain is Domain.PRIVATE else "public") for one in site.peerings
    ]
    domains += [(wire.interface, "private") for wire in site.vnets]
    domains += [] if site.services is None else [(site.services.interface, "public")]
    for version in ("-4", "-6"):
        for interface, domain in domains:
            yield Program(argv=("ip", version, "rule", "add", "iif", interface, "lookup", str(TABLES[domain])))
        for number in TABLES.values():
            where = ("table", str(number), "metric", "4278198272")
            yield Program(argv=("ip", version, "route", "add", "unreachable", "default", *where))
