"""What is on the wire between the routers and Microsoft: tags, and nothing legible of what should be encrypted."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Final

from generator.lab.lab import Job, Lab
from generator.lab.proof import ProofRow, Verdict
from generator.lab.proofs.places import both_ends, edge_sessions, open_port, row, sites
from generator.lab.proofs.traffic import MARKER, Route, streams
from generator.lab.sites import EdgeSite
from generator.model.filters import UDP
from generator.model.plan import Domain
from generator.model.vlan import Dot1q, QinQ, Tags

_TAGS: Final = re.compile(
    r"ethertype 802\.1Q(?:-QinQ|ad)? \((0x[0-9a-f]+)\).*?vlan (\d+), p \d+(?:, \w+)*, (?:ethertype 802\.1Q \((0x[0-9a-f]+)\), vlan (\d+))?"
)
_ESP: Final = re.compile(r": ESP\(spi=|: UDP-encap: ESP\(spi=")
Seen = tuple[str, int, str, int]
"""Outer ethertype and tag, inner ethertype and tag; an empty one where there is none."""


def router_wires(lab: Lab) -> Iterator[tuple[str, str, str, str]]:
    """Router, its port towards Microsoft, and device and port at the other end of that cable."""
    seen = set()
    for circuit in lab.intent.circuits():
        for router, port in circuit.links.values():
            if (router, port) not in seen and router in lab.plan.devices:
                seen.add((router, port))
                yield router, port, *lab.far_end(router, port)


def tags_on_the_wire(lab: Lab) -> ProofRow:
    """Frames between routers and edges carry exactly the planned tags, each with ethertype 0x8100 (ER-VLAN-08)."""
    captures = {
        (router, port): lab.start(device, ("tcpdump", "-i", there, "-e", "-nn", "-l"))
        for router, port, device, there in router_wires(lab)
    }
    time.sleep(0.3)
    for one in edge_sessions(lab):
        lab.run(one.edge.name, ("birdc", "-s", "/run/bird.ctl", "reload", one.name))
    time.sleep(2.0)
    wrong: list[str] = []
    total = 0
    for (router, port), job in captures.items():
        found = frames(lab.stop(job).stdout)
        wanted = _planned(lab, router, port)
        total += len(wanted)
        wrong += [f"{router} {port}: no frame with {_words(one)}" for one in sorted(wanted - found)]
        wrong += [f"{router} {port}: frames with {_words(one)}" for one in sorted(found - wanted)]
    return row("frames carry exactly the planned tags, ethertype 0x8100", wrong, total, "tags")


def _planned(lab: Lab, router: str, port: str) -> frozenset[Seen]:
    """The tags of every peering on a port, as ordered from the exchange."""
    ends = [end for peering in lab.intent.peerings() for end in peering.ends.values()]
    return frozenset(seen_as(end.tags) for end in ends if (end.router, end.port) == (router, port))


def seen_as(tags: Tags | None) -> Seen:
    """Planned tags, as a capture shows them."""
    match tags:
        case QinQ(outer, inner):
            return "0x8100", outer, "0x8100", inner
        case Dot1q(vlan):
            return "0x8100", vlan, "", 0
        case _:
            return "", 0, "", 0


def frames(text: str) -> frozenset[Seen]:
    """The combinations of tags in what ``tcpdump -e`` printed; of IPv6's own start-up noise nothing is counted."""
    found = set()
    for line in text.splitlines():
        if " > " not in line or "ICMP6, multicast listener" in line or "router solicitation" in line:
            continue
        match = _TAGS.search(line)
        if match is None:
            if "ethertype" in line and "IPv6" not in line:
                found.add(("", 0, "", 0))
            continue
        outer, tag, inner, second = match.groups()
        found.add((outer, int(tag), inner or "", int(second or 0)))
    return frozenset(found)


def _words(seen: Seen) -> str:
    outer, tag, inner, second = seen
    if not outer:
        return "no tag"
    return f"tag {tag} ({outer})" + (f" and {second} ({inner})" if inner else "")


def encrypted(lab: Lab) -> ProofRow:
    """What the customer sends to Azure is ESP between the routers and the edges, and nothing of it can be read."""
    name = "encrypted traffic is ESP on the wire, and nothing of it can be read"
    routes = []
    for ends in both_ends(lab):
        port = open_port(ends.customer, UDP, inbound=False)
        tunnelled = any(one.ipsec is not None for one in ends.customer.peerings() if one.domain is Domain.PRIVATE)
        if tunnelled and port is not None and ends.home.version == 4:
            routes.append(Route(ends.onprem.name, ends.home, ends.vnet.name, ends.azure, port))
    if not routes:
        return ProofRow(name=name, verdict=Verdict.NOT_RUN, detail="nothing is encrypted")
    jobs = [
        lab.start(edge.name, ("tcpdump", "-i", edge.port, "-A", "-nn", "-l", "-s", "0"))
        for edge in sites(lab, EdgeSite)
    ]
    with streams(lab, routes) as sent:
        time.sleep(1.0)
    time.sleep(0.3)
    esp, clear = _counted(lab, jobs)
    count = sum(one.count for one in sent)
    figure = f"{esp} ESP packets, {clear} legible, {count} received"
    good = bool(esp) and not clear and all(one.count for one in sent)
    return ProofRow(name=name, verdict=Verdict.PROVEN if good else Verdict.REFUTED, figure=figure)


def _counted(lab: Lab, jobs: list[Job]) -> tuple[int, int]:
    texts = [lab.stop(job).stdout for job in jobs]
    return sum(len(_ESP.findall(text)) for text in texts), sum(text.count(MARKER) for text in texts)
