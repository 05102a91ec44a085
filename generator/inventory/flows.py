"""Flows in plain words → prefixes and services, each with the routing domain it crosses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from generator.inventory import services
from generator.inventory.models import Customer, Peering
from generator.inventory.security import Flow
from generator.inventory.services import Service
from generator.model.address import Prefix, parse_prefix, prefix_key
from generator.model.facts import Family
from generator.model.filters import ANY, ICMP, TCP, UDP
from generator.model.finding import DataPath
from generator.model.plan import Domain

ONPREM: Final = "onprem"
VNETS: Final = "vnets"
MICROSOFT: Final = "microsoft"
INTERNET: Final = "internet"
PUBLISHED: Final = "published"
OUTWARD: Final = (Service(TCP), Service(UDP), Service(ICMP, icmp=services.ECHO))
"""What leaves to Microsoft by default: connections, whose answers can be told from new ones where they are TCP."""
WORDS: Final = (ONPREM, VNETS, MICROSOFT, INTERNET, PUBLISHED)


class End(msgspec.Struct, frozen=True):
    """One side of a flow.  ``anywhere``: no condition on the address, ``prefixes`` is empty then."""

    azure: bool
    """It is reached over a peering; else it is at home."""
    prefixes: tuple[Prefix, ...] = ()
    anywhere: bool = False
    public: bool = False
    """It belongs to Microsoft peering."""

    def of(self, family: Family) -> tuple[Prefix, ...] | None:
        """Its prefixes of a family, empty for anywhere; None if it has none in this family."""
        if self.anywhere:
            return ()
        return tuple([one for one in self.prefixes if one.version == family]) or None


class FlowIntent(msgspec.Struct, frozen=True):
    """One flow, every name followed."""

    path: DataPath
    domain: Domain
    inbound: bool
    """From Azure to what is at home."""
    source: End
    destination: End
    services: tuple[Service, ...]
    log: bool = False


class Broken(msgspec.Struct, frozen=True):
    """A name in a flow that nothing stands behind, or a flow that crosses no peering."""

    path: DataPath
    message: str
    fix: str


def flows_of(customer: Customer, path: DataPath, own: Mapping[str, list[str]]) -> tuple[list[FlowIntent], list[Broken]]:
    """The customer's flows, or what holds where none are written."""
    if customer.flows is None:
        return _default(customer, path), []
    found: list[FlowIntent] = []
    broken: list[Broken] = []
    for index, flow in enumerate(customer.flows):
        _flow(customer, flow, (*path, "flows", index), own, found, broken)
    return found, broken


def _flow(
    customer: Customer,
    flow: Flow,
    path: DataPath,
    own: Mapping[str, list[str]],
    found: list[FlowIntent],
    broken: list[Broken],
) -> None:
    sources = _ends(customer, flow.source, (*path, "from"), broken)
    destinations = _ends(customer, flow.destination, (*path, "to"), broken)
    wanted, unknown = services.resolve(flow.services, own)
    for index, name in unknown:
        fix = "write a name of the table or of services, or tcp/8443, udp/5000-5010, icmp, protocol/47"
        place = (*path, "services", index) if len(flow.services) > 1 else (*path, "services")
        broken.append(Broken(place, f"service {name!r} is not known", fix))
    crossing = [
        (one, two) for one in sources for two in destinations if one.azure is not two.azure and _same_domain(one, two)
    ]
    if sources and destinations and not crossing:
        message = f"the flow from {', '.join(flow.source)} to {', '.join(flow.destination)} crosses no peering"
        broken.append(Broken(path, message, "name one side at home and one in Azure or at Microsoft"))
    if not wanted:
        return
    for one, two in crossing:
        azure = one if one.azure else two
        domain = Domain.MICROSOFT if azure.public else Domain.PRIVATE
        found.append(FlowIntent(path, domain, one.azure, one, two, wanted, flow.log))


def _same_domain(one: End, two: End) -> bool:
    """What is published stands on the side of home in Microsoft peering only."""
    home, azure = (two, one) if one.azure else (one, two)
    return azure.public or not home.public


def _ends(customer: Customer, names: list[str], path: DataPath, broken: list[Broken]) -> list[End]:
    """One end for each kind of side that the names lead to."""
    azure: list[Prefix] = []
    home: list[Prefix] = []
    out: list[End] = []
    for index, name in enumerate(names):
        place = (*path, index) if len(names) > 1 else path
        word = name.strip().lower()
        if word == MICROSOFT:
            out.append(End(True, anywhere=True, public=True))
        elif word == INTERNET:
            out.append(End(False, anywhere=True))
        elif word == PUBLISHED:
            out.append(End(False, published(customer), public=True))
        else:
            prefixes = _named(customer, name)
            if prefixes is None:
                known = (*WORDS, *customer.networks, *(vnet.name for vnet in customer.vnets if vnet.name))
                broken.append(
                    Broken(
                        place,
                        f"{name!r} is no network of this customer",
                        f"write one of {', '.join(known)}, or a prefix",
                    )
                )
                continue
            for prefix in prefixes:
                (azure if in_azure(customer, prefix) else home).append(prefix)
    if azure:
        out.append(End(True, tuple(sorted(azure, key=prefix_key))))
    if home:
        out.append(End(False, tuple(sorted(home, key=prefix_key))))
    return out


def _named(customer: Customer, name: str) -> list[Prefix] | None:
    word = name.strip().lower()
    if word == ONPREM:
        return list(customer.onprem)
    if word == VNETS:
        return [prefix for vnet in customer.vnets for prefix in vnet.prefixes]
    if name in customer.networks:
        return list(customer.networks[name])
    for vnet in customer.vnets:
        if vnet.name == name:
            return list(vnet.prefixes)
    if "/" not in name:
        return None
    try:
        return [parse_prefix(name)]
    except ValueError:
        return None


def in_azure(customer: Customer, prefix: Prefix) -> bool:
    """Whether a prefix is inside a VNet, or reached through Global Reach."""
    spaces = [space for vnet in customer.vnets for space in vnet.prefixes]
    spaces += [space for peering in _peerings(customer) for reach in peering.global_reach for space in reach.prefixes]
    return any(space.version == prefix.version and prefix.subnet_of(space) for space in spaces)


def published(customer: Customer) -> tuple[Prefix, ...]:
    """Prefixes registered for Microsoft peering, sorted; not the pools of a translation, behind which are other addresses."""
    peerings = _peerings(customer)
    found = {one.prefix for peering in peerings for one in peering.advertised_public_prefixes or ()}
    here = [one.nat for one in peerings if one.nat is not None and one.nat.at != "elsewhere"]
    found -= {pool for nat in here for pool in (nat.pool.primary, nat.pool.secondary)}
    return tuple(sorted(found, key=prefix_key))


def _peerings(customer: Customer) -> list[Peering]:
    return [peering for circuit in customer.circuits.values() for peering in circuit.peerings.values()]


def _default(customer: Customer, path: DataPath) -> list[FlowIntent]:
    """Everything between home and VNets, in both directions; from home to Microsoft; with forced tunnelling, to anywhere."""
    anything = (Service(ANY),)
    peerings = _peerings(customer)
    reached = {space for peering in peerings for reach in peering.global_reach for space in reach.prefixes}
    azure = {space for vnet in customer.vnets for space in vnet.prefixes} | reached
    home, far = End(False, _sorted(customer.onprem)), End(True, _sorted(azure))
    public = End(True, anywhere=True, public=True)
    out = [
        FlowIntent(path, Domain.PRIVATE, False, home, far, anything),
        FlowIntent(path, Domain.PRIVATE, True, far, home, anything),
        FlowIntent(path, Domain.MICROSOFT, False, home, public, OUTWARD),
    ]
    shown = published(customer)
    if shown:
        out.append(FlowIntent(path, Domain.MICROSOFT, False, End(False, shown, public=True), public, OUTWARD))
    if any(peering.forced_tunnelling for peering in peerings):
        out.append(FlowIntent(path, Domain.PRIVATE, True, far, End(False, anywhere=True), anything))
    return out


def _sorted(prefixes: Iterable[Prefix]) -> tuple[Prefix, ...]:
    return tuple(sorted(set(prefixes), key=prefix_key))
