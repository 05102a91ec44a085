"""Where in a lab things are, in the inventory's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from generator.inventory.intent import CustomerIntent, LinkPair
from generator.lab.edge.msee import table_of
from generator.lab.lab import Lab
from generator.lab.proof import ProofRow, Verdict
from generator.lab.sites import EdgePeering, EdgeSite, OnpremSite, Site, VnetSite
from generator.model.address import Address, LinkAddress
from generator.model.facts import Family
from generator.model.filters import ANY
from generator.model.plan import Domain

S = TypeVar("S", bound=Site)


class EdgeSession(msgspec.Struct, frozen=True):
    """One BGP session of an edge with a router."""

    edge: EdgeSite
    one: EdgePeering
    family: Family
    link: LinkPair

    @property
    def name(self) -> str:
        """Of the BIRD protocol."""
        return f"{self.one.peering.domain.value}{self.family}"

    @property
    def table(self) -> str:
        return table_of(self.one.peering.domain, self.family)

    def __str__(self) -> str:
        return f"{self.edge.name} {self.name}"


class Ends(msgspec.Struct, frozen=True):
    """A customer's host at home and one in a VNet, of one family."""

    customer: CustomerIntent
    onprem: OnpremSite
    vnet: VnetSite
    home: Address
    azure: Address


def sites(lab: Lab, kind: type[S]) -> list[S]:
    """The lab's sites of a kind."""
    return [one for one in lab.sites.values() if isinstance(one, kind)]


def edge_sessions(lab: Lab) -> Iterator[EdgeSession]:
    """Every session of every edge with a router."""
    families: tuple[Family, ...] = (4, 6)
    for edge in sites(lab, EdgeSite):
        for one in edge.peerings:
            for family in families:
                link = one.v4 if family == 4 else one.v6
                if link is not None:
                    yield EdgeSession(edge, one, family, link)


def both_ends(lab: Lab) -> Iterator[Ends]:
    """For each customer and VNet, hosts that should reach each other over private peering, IPv4 first."""
    for onprem in sites(lab, OnpremSite):
        shared = all(one.attachment.spec.nat is not None for one in onprem.sessions)
        if shared or not any(one.attachment.domain is Domain.PRIVATE for one in onprem.sessions):
            continue
        for vnet in sites(lab, VnetSite):
            if vnet.customer is not onprem.customer:
                continue
            for version in (4, 6):
                home, azure = host(onprem.hosts, version), host(vnet.hosts, version)
                if home is not None and azure is not None:
                    yield Ends(onprem.customer, onprem, vnet, home, azure)


def host(hosts: tuple[LinkAddress, ...], version: int) -> Address | None:
    """The first host of a family."""
    return next((one.ip for one in hosts if one.version == version), None)


def open_port(customer: CustomerIntent, protocol: int, *, inbound: bool, domain: Domain = Domain.PRIVATE) -> int | None:
    """A destination port that the customer's flows let through; None: there is none."""
    for flow in customer.flows:
        if flow.domain is domain and flow.inbound == inbound:
            for service in flow.services:
                if service.protocol == ANY or (service.protocol == protocol and not service.ports):
                    return 5201
                if service.protocol == protocol:
                    return service.ports[0].low
    return None


def row(name: str, wrong: list[str], total: int, what: str, *, why_none: str = "") -> ProofRow:
    """How many of ``total`` things are as they should be; none to look at: not run."""
    if not total:
        return ProofRow(name=name, verdict=Verdict.NOT_RUN, detail=why_none or f"there is no {what.rstrip('s')}")
    verdict = Verdict.REFUTED if wrong else Verdict.PROVEN
    return ProofRow(
        name=name, verdict=verdict, figure=f"{max(total - len(wrong), 0)} of {total} {what}", detail="; ".join(wrong)
    )
