"""Planned maintenance of one edge is not felt (A.12, ER-PATH-05)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from generator.lab.edge.maintenance import drain
from generator.lab.lab import Lab
from generator.lab.proof import ProofRow, Verdict
from generator.lab.proofs.failover import measured_ways, victim
from generator.lab.proofs.places import open_port, sites
from generator.lab.proofs.traffic import streams
from generator.lab.sites import EdgeSite
from generator.model.filters import UDP

_NOISE: Final = ("BFD", ".179", "ARP", "ICMP6", "LLDP")
"""What is on a link that carries no customer's traffic."""


def drain_without_loss(lab: Lab) -> Iterator[ProofRow]:
    """12076 eight times more: the traffic leaves the link, and no packet is lost."""
    name = "maintenance of an edge"
    found = measured_ways(lab)
    if found is None:
        yield ProofRow(name=name, verdict=Verdict.NOT_RUN, detail="no private peering with two links and a UDP flow")
        return
    peering, ways = found
    router, _ = victim(peering)
    edge = next(
        one
        for one in sites(lab, EdgeSite)
        if one.circuit is peering.circuit and any(p.router == router for p in one.peerings)
    )
    interface = next(one.interface for one in edge.peerings if one.peering is peering)
    routes = [way.route(open_port(peering.customer, UDP, inbound=way.inbound) or 0) for way in ways]
    with streams(lab, routes) as sent:
        lab.run(edge.name, drain(True), check=True)
        time.sleep(3.0)
        left = carried(lab.run(edge.name, ("timeout", "1", "tcpdump", "-i", interface, "-nn", "-l")).stdout)
        lab.run(edge.name, drain(False), check=True)
        time.sleep(3.0)
    lost, count = sum(one.lost for one in sent), sum(one.count for one in sent)
    yield ProofRow(
        name=f"{name}: no packet is lost, out of it and back",
        verdict=Verdict.REFUTED if lost or not all(one.count for one in sent) else Verdict.PROVEN,
        figure=f"{lost} of {count + lost} packets lost",
    )
    yield _left(f"{name}: the traffic leaves the link", left, pinned=peering.mode == "active_passive")


def _left(name: str, packets: int, *, pinned: bool) -> ProofRow:
    """In active-passive the lower local preference keeps what goes out on the link until the session ends (ER-PATH-04)."""
    figure = f"{packets} packets in a second"
    if pinned:
        why = "active-passive: local preference keeps what goes to Azure on the link, however long its path is"
        return ProofRow(name=name, verdict=Verdict.NOT_RUN, figure=figure, detail=why)
    return ProofRow(name=name, verdict=Verdict.REFUTED if packets else Verdict.PROVEN, figure=figure)


def carried(text: str) -> int:
    """Packets of customers in what tcpdump printed."""
    lines = [line for line in text.splitlines() if " > " in line]
    return sum(not any(word in line for word in _NOISE) and ".3784" not in line for line in lines)
