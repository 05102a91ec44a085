"""What passes the filters of the routers, and what they refuse and count."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

import msgspec

from generator.lab.lab import Lab
from generator.lab.proof import ProofRow, Verdict
from generator.lab.proofs.places import Ends, both_ends, open_port, row
from generator.lab.proofs.traffic import Route, called, streams
from generator.lab.recast import lab_support
from generator.model.address import Address, parse_address
from generator.model.filters import ANY, TCP, UDP
from generator.model.plan import Domain

STRANGERS: Final = {4: parse_address("192.0.2.66"), 6: parse_address("2001:db8:bad::66")}
"""Sources that nobody at home has."""
CLOSED: Final = 9
"""A port that no inventory opens on purpose (discard)."""


class Way(msgspec.Struct, frozen=True):
    """One direction between two hosts."""

    ends: Ends
    inbound: bool

    def route(self, port: int, source: Address | None = None) -> Route:
        home = (self.ends.onprem.name, self.ends.home)
        azure = (self.ends.vnet.name, self.ends.azure)
        (sender, own), (receiver, target) = (azure, home) if self.inbound else (home, azure)
        return Route(sender, own if source is None else source, receiver, target, port)

    def __str__(self) -> str:
        words = ("Azure to home" if self.inbound else "home to Azure", f"IPv{self.ends.home.version}")
        return f"{self.ends.customer.name} {' '.join(words)}"


def ways(lab: Lab) -> Iterator[Way]:
    """Both directions of every pair of hosts."""
    for ends in both_ends(lab):
        for inbound in (False, True):
            yield Way(ends, inbound)


def flows_pass(lab: Lab) -> Iterator[ProofRow]:
    """Flows of the inventory pass, others are refused and counted by the routers."""
    found = list(ways(lab))
    wrong, total = [], 0
    for way in found:
        for protocol in (TCP, UDP):
            port = open_port(way.ends.customer, protocol, inbound=way.inbound)
            if port is None:
                continue
            total += 1
            if not _passes(lab, way.route(port), protocol):
                wrong.append(f"{way}: {'tcp' if protocol == TCP else 'udp'}/{port}")
    yield row("flows of the inventory pass", wrong, total, "flows")
    yield _refused(lab, found)


def _passes(lab: Lab, route: Route, protocol: int) -> bool:
    if protocol == TCP:
        return called(lab, route)[0]
    with streams(lab, [route], flows=1) as (stream,):
        time.sleep(0.3)
    return stream.count > 0


def _refused(lab: Lab, found: list[Way]) -> ProofRow:
    """One packet every 10 ms that may not pass, in every direction at once."""
    routes = [_forbidden(lab, way) for way in found]
    before = drops(lab)
    with streams(lab, routes, flows=1) as sent:
        time.sleep(1.0)
    counted = drops(lab) - before
    through = [str(way) for way, stream in zip(found, sent, strict=True) if stream.count]
    verdict = Verdict.REFUTED if through or counted < 50 * len(routes) else Verdict.PROVEN
    name = "what no flow names is refused and counted"
    if not routes:
        return ProofRow(name=name, verdict=Verdict.NOT_RUN, detail="there are no two ends")
    detail = "; ".join(f"{one}: came through" for one in through)
    return ProofRow(
        name=name,
        verdict=verdict,
        figure=f"{counted} packets dropped, {len(through)} flows came through",
        detail=detail,
    )


def _forbidden(lab: Lab, way: Way) -> Route:
    """A closed port; where every port is open, a source that nobody has."""
    flows = [one for one in way.ends.customer.flows if one.domain is Domain.PRIVATE and one.inbound == way.inbound]
    if not any(service.protocol in (ANY, UDP) and not service.ports for one in flows for service in one.services):
        return way.route(CLOSED)
    stranger = STRANGERS[way.ends.home.version]
    route = way.route(open_port(way.ends.customer, UDP, inbound=way.inbound) or CLOSED, stranger)
    lab.run(
        route.sender, ("ip", "address", "replace", f"{stranger}/{stranger.max_prefixlen}", "dev", "host0"), check=True
    )
    return route


def drops(lab: Lab) -> int:
    """Packets that all routers together have refused so far."""
    return sum(
        support.dropped(lab.run(name, support.drops, check=True).stdout)
        for name, device in lab.plan.devices.items()
        for support in [lab_support(device.platform)]
    )
