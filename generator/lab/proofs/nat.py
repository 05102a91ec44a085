"""Address translation: which sources Microsoft, and the provider's shared services, see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.lab.edge.services import chosen_of, services_of
from generator.lab.lab import Lab
from generator.lab.proof import ProofRow
from generator.lab.proofs.places import host, open_port, row, sites
from generator.lab.proofs.traffic import Route, called
from generator.lab.sites import OnpremSite, ServicesSite
from generator.model.address import Prefix, parse_address
from generator.model.filters import TCP
from generator.model.plan import Domain

AGAIN: Final = 7
"""Further connections where firewalls of the lab should know each other's sessions and cannot: half of the answers come
back through the other one."""


def translated(lab: Lab) -> ProofRow:
    """Services are reached, and see addresses of the pool and no other (ER-NAT-02)."""
    wrong: list[str] = []
    seen: set[str] = set()
    total = 0
    for site, route, pools in _calls(lab):
        total += 1
        good, sources = called(lab, route)
        for _ in range(AGAIN if site.circuit.pair.state_sync and not _synchronised(lab) else 0):
            if good:
                break
            good, sources = called(lab, route)
        seen |= sources
        strange = [one for one in sources if not any(parse_address(one) in pool for pool in pools)]
        if not good:
            wrong.append(f"{site.name}: {route.target} is not reached from {route.source}")
        elif strange:
            wrong.append(f"{site.name}: seen as {', '.join(sorted(strange))}")
    found = row(
        "services see addresses of the NAT pool and no other", wrong, total, "services", why_none="no router translates"
    )
    figure = f"{found.figure}, seen as {', '.join(sorted(seen))}" if seen else found.figure
    return ProofRow(name=found.name, verdict=found.verdict, figure=figure, detail=found.detail)


def _synchronised(lab: Lab) -> bool:
    return any(device.facts.state_sync for device in lab.plan.devices.values())


def _calls(lab: Lab) -> Iterator[tuple[ServicesSite, Route, tuple[Prefix, ...]]]:
    """From a host at home to a service that was chosen, for every circuit on which our devices translate."""
    for site in sites(lab, ServicesSite):
        for peering in site.circuit.peerings:
            nat, customer = peering.spec.nat, site.circuit.customer
            port = open_port(customer, TCP, inbound=False, domain=peering.domain)
            if nat is None or peering.domain is Domain.PRIVATE or peering.nat_at == "elsewhere" or port is None:
                continue
            home = next(
                (one for one in sites(lab, OnpremSite) if one.customer is customer and _reaches(one, peering.domain)),
                None,
            )
            source = None if home is None else host(home.hosts, 4)
            if home is None or source is None:
                continue
            chosen = chosen_of(site.circuit)
            for service in services_of(site.circuit):
                target = host(service.hosts, 4)
                if service.community in chosen and target is not None:
                    route = Route(home.name, source, site.name, target, port)
                    yield site, route, (nat.pool.primary, nat.pool.secondary)


def _reaches(site: OnpremSite, domain: Domain) -> bool:
    return any(one.attachment.domain is domain for one in site.sessions)
