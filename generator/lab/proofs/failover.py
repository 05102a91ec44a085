"""How long a fault is felt: numbered packets every 10 ms in both directions while something breaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

from generator.inventory.intent import PeeringIntent
from generator.lab.lab import Lab
from generator.lab.proof import ProofRow, Verdict
from generator.lab.proofs.flows import Way
from generator.lab.proofs.places import both_ends, open_port
from generator.lab.proofs.traffic import streams
from generator.model.filters import UDP
from generator.model.plan import Domain, Role

MOST_MS: Final = 3000
"""A fault that is felt longer was not found by carrier or BFD (0.9 s, ER-BGP-05), but by somebody's patience."""
WATCH: Final = 5.0
"""Seconds that are watched after the fault."""
PATIENCE: Final = 190.0
"""Seconds until a gateway gives up a dead peer in a tunnel: no BFD there, and a hold time of 180 s (IPS-BGP-08)."""


def link_down(lab: Lab) -> Iterator[ProofRow]:
    """The router loses its link to Microsoft."""
    yield from _felt(lab, "link down", lambda router, port: lab.link(router, port, up=False), _plugged(lab))


def silent_loss(lab: Lab) -> Iterator[ProofRow]:
    """The exchange provider loses every frame, and no link goes down."""
    yield from _felt(lab, "silent loss", _provider(lab, lost=True), _provider(lab, lost=False))


def router_dead(lab: Lab) -> Iterator[ProofRow]:
    """The router that carries the traffic loses its power."""
    yield from _felt(lab, "router dead", lambda router, _: lab.kill(router), None)


Act = Callable[[str, str], None]


def _plugged(lab: Lab) -> Act:
    return lambda router, port: lab.link(router, port, up=True)


def _provider(lab: Lab, *, lost: bool) -> Act:
    """Take the router's port out of the provider's bridge, or put it back."""

    def act(router: str, port: str) -> None:
        device, there = lab.far_end(router, port)
        bridge = next(one.master for one in lab.topology.devices[device].interfaces if one.name == there)
        lab.run(
            device, ("ip", "link", "set", "dev", there, *(("nomaster",) if lost else ("master", bridge))), check=True
        )

    return act


def victim(peering: PeeringIntent) -> tuple[str, str]:
    """The router that carries (most of) the traffic, and its port towards Microsoft."""
    role = peering.preferred if peering.mode == "active_passive" else Role.PRIMARY
    end = peering.ends.get(role) or next(iter(peering.ends.values()))
    return end.router, end.port


def measured_ways(lab: Lab) -> tuple[PeeringIntent, list[Way]] | None:
    """The first customer with two links for private peering and a flow that can be measured."""
    for ends in both_ends(lab):
        peerings = [one for one in ends.customer.peerings() if one.domain is Domain.PRIVATE and len(one.ends) == 2]
        found = [
            Way(ends, inbound)
            for inbound in (False, True)
            if open_port(ends.customer, UDP, inbound=inbound) is not None
        ]
        if peerings and found:
            return peerings[0], found
    return None


def _slow_at_home(peering: PeeringIntent) -> str:
    """Where a switch keeps the link up, a session without BFD is given up after its hold time only."""
    slow = [
        one.name for one in peering.customer.attachments if any(end.settings.bfd is None for end in one.ends.values())
    ]
    return f"; without BFD: session {', '.join(slow)}" if slow else ""


def _felt(lab: Lab, fault: str, hurt: Act, heal: Act | None) -> Iterator[ProofRow]:
    found = measured_ways(lab)
    if found is None:
        yield ProofRow(name=fault, verdict=Verdict.NOT_RUN, detail="no private peering with two links and a UDP flow")
        return
    peering, ways = found
    router, port = victim(peering)
    tunnelled = heal is None and peering.ipsec is not None
    routes = [way.route(open_port(peering.customer, UDP, inbound=way.inbound) or 0) for way in ways]
    with streams(lab, routes) as sent:
        hurt(router, port)
        time.sleep(PATIENCE if tunnelled else WATCH)
    for way, stream in zip(ways, sent, strict=True):
        limit = PATIENCE * 1000 if tunnelled else MOST_MS
        good = bool(stream.count) and stream.gap_ms < limit
        yield ProofRow(
            name=f"{fault} of {router}, felt from {'Azure to home' if way.inbound else 'home to Azure'}",
            verdict=Verdict.PROVEN if good else Verdict.REFUTED,
            figure=f"{stream.gap_ms:.0f} ms" if stream.count else "nothing arrived",
            detail="" if good else f"more than {limit:.0f} ms{_slow_at_home(peering)}",
        )
    if heal is not None:
        heal(router, port)
        lab.wait_ready(60.0)
        time.sleep(2.0)
