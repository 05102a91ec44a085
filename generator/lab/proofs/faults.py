"""Faults that must be noticed, and changes that must not be: for scenarios."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

from msgspec.structs import replace

from generator.lab.edge.gateway import SWANCTL_CONF, VICI
from generator.lab.edge.gateway import gateway as refit
from generator.lab.lab import Lab
from generator.lab.proof import Proof, ProofRow, Verdict
from generator.lab.proofs.failover import PATIENCE, measured_ways
from generator.lab.proofs.places import open_port, sites
from generator.lab.proofs.traffic import streams
from generator.lab.proofs.tunnels import tunnels_up
from generator.lab.recast import lab_support
from generator.lab.sites import EdgeSite, GatewaySite
from generator.lab.topology import rendered
from generator.model.filters import UDP
from generator.model.plan import Plan, Role
from generator.model.secret import Secret

SETTLE: Final = 45.0
"""Seconds until what comes up has come up, and what is dropped has been dropped."""
WATCH: Final = 10.0
"""Seconds in which a session must not go down: one that is dropped for its prefixes comes back every few seconds."""
NEW_KEY: Final = Secret("NewKeyOfTheScenario42", "scenario")


def caught(proof: Proof) -> Proof:
    """The proof of a fault: it is refuted."""

    def noticed(lab: Lab) -> Iterator[ProofRow]:
        found = proof(lab)
        for one in [found] if isinstance(found, ProofRow) else found:
            verdict = {Verdict.PROVEN: Verdict.REFUTED, Verdict.REFUTED: Verdict.PROVEN}.get(one.verdict, one.verdict)
            yield replace(one, name=f"the fault is caught by: {one.name}", verdict=verdict)

    noticed.__doc__ = f"The fault is caught by: {(proof.__doc__ or '').strip()}"
    return noticed


def established(lab: Lab) -> ProofRow:
    """Every planned BGP session is Established, and stays so."""
    _, missing = lab.wait_ready(SETTLE)
    deadline = time.monotonic() + WATCH
    while not missing and time.monotonic() < deadline:
        missing = lab.waiting()
    total = sum(len(device.facts.neighbors) for device in lab.plan.devices.values())
    return ProofRow(
        name="every planned BGP session is Established, and stays so",
        verdict=Verdict.REFUTED if missing else Verdict.PROVEN,
        figure=f"{total - len(missing)} of {total}",
        detail="; ".join(missing),
    )


def one_link_carries(lab: Lab) -> ProofRow:
    """In active-passive nothing of the customer's is on the passive link, in either direction (ER-PATH-04)."""
    name = "the passive link carries nothing"
    found = measured_ways(lab)
    if found is None:
        return ProofRow(name=name, verdict=Verdict.NOT_RUN, detail="no private peering with two links and a UDP flow")
    peering, ways = found
    counts = {}
    routes = [way.route(open_port(peering.customer, UDP, inbound=way.inbound) or 0) for way in ways]
    with streams(lab, routes) as sent:
        for edge in sites(lab, EdgeSite):
            if edge.circuit.name == peering.circuit.name:
                counts[edge.role] = _on(lab, edge)
    passive, active = counts[peering.preferred.other], counts[peering.preferred]
    good = not passive and active and all(one.count for one in sent)
    return ProofRow(
        name=name,
        verdict=Verdict.PROVEN if good else Verdict.REFUTED,
        figure=f"{active} packets on the active link in a second, {passive} on the passive one",
    )


def _on(lab: Lab, edge: EdgeSite) -> int:
    from generator.lab.proofs.maintenance import carried

    return carried(
        lab.run(edge.name, ("timeout", "1", "tcpdump", "-i", edge.peerings[0].interface, "-nn", "-l")).stdout
    )


def instance_dead(lab: Lab) -> Iterator[ProofRow]:
    """One instance of the VPN gateway, and with it a tunnel of each router, loses its power."""
    yield from _without(lab, "one tunnel dead", lambda site: lab.kill(site.name))


def _without(lab: Lab, name: str, hurt: Callable[[GatewaySite], None]) -> Iterator[ProofRow]:
    gateways, found = sites(lab, GatewaySite), measured_ways(lab)
    if len(gateways) < 2 or found is None:
        yield ProofRow(name=name, verdict=Verdict.NOT_RUN, detail="there is no second instance of a gateway")
        return
    peering, ways = found
    routes = [way.route(open_port(peering.customer, UDP, inbound=way.inbound) or 0) for way in ways]
    with streams(lab, routes) as sent:
        hurt(gateways[0])
        time.sleep(PATIENCE)
    for way, stream in zip(ways, sent, strict=True):
        good = bool(stream.count) and stream.gap_ms < PATIENCE * 1000
        yield ProofRow(
            name=f"{name}, felt from {'Azure to home' if way.inbound else 'home to Azure'}",
            verdict=Verdict.PROVEN if good else Verdict.REFUTED,
            figure=f"{stream.gap_ms:.0f} ms" if stream.count else "nothing arrived",
            detail="a gateway has no BFD: BGP's hold time of 180 s decides (IPS-BGP-08)",
        )


def keys_rotated(lab: Lab) -> Iterator[ProofRow]:
    """A connection gets a new key at both ends while its tunnels carry traffic, and comes up again with it."""
    name = "the key of a connection is changed"
    gateways, found = sites(lab, GatewaySite), measured_ways(lab)
    if not gateways or found is None:
        yield ProofRow(name=name, verdict=Verdict.NOT_RUN, detail="nothing is encrypted")
        return
    peering, ways = found
    routes = [way.route(open_port(peering.customer, UDP, inbound=way.inbound) or 0) for way in ways]
    with streams(lab, routes) as sent:
        for site in gateways:
            _new_key_at_gateway(lab, site)
        for router in dict.fromkeys(one.router for one in [peering.ends[Role.PRIMARY]]):
            _new_key_at_router(lab, router)
        for site in gateways:
            for number, (_, tunnel) in enumerate(site.tunnels, 1):
                if tunnel.role is Role.PRIMARY:
                    lab.run(
                        site.name,
                        ("swanctl", "--terminate", "--ike", f"tun{number}", "--uri", f"unix://{VICI}"),
                        timeout=20,
                    )
        time.sleep(10.0)
    yield replace(tunnels_up(lab), name=f"{name}: every tunnel is up again")
    gap = max(one.gap_ms for one in sent)
    yield ProofRow(
        name=f"{name}: traffic comes back",
        verdict=Verdict.PROVEN if gap < 10_000 and all(one.count for one in sent) else Verdict.REFUTED,
        figure=f"{gap:.0f} ms",
    )


def _new_key_at_gateway(lab: Lab, site: GatewaySite) -> None:
    tunnels = tuple(
        [(ipsec, replace(one, key=NEW_KEY) if one.role is Role.PRIMARY else one) for ipsec, one in site.tunnels]
    )
    text = refit(replace(site, tunnels=tunnels)).files[SWANCTL_CONF]
    lab.run(site.name, ("sh", "-c", f"cat > {SWANCTL_CONF}"), input=text, check=True)
    lab.run(site.name, ("swanctl", "--load-creds", "--clear", "--noprompt", "--uri", f"unix://{VICI}"), check=True)


def _new_key_at_router(lab: Lab, router: str) -> None:
    """As a push would: the files of the same plan with another key, and the step of the boot that loads tunnels."""
    device = lab.plan.devices[router]
    tunnels = {name: replace(one, key=NEW_KEY) for name, one in device.facts.tunnels.items()}
    other = replace(device, facts=replace(device.facts, tunnels=tunnels))
    found = lab_support(device.platform).boot(rendered(Plan({router: other}, ()))[router])
    for path, text in found.files.items():
        if lab.topology.devices[router].files.get(path) != text:
            lab.run(router, ("sh", "-c", f"cat > {path}"), input=text, check=True)
    for step in found.steps:
        if step.title == "tunnels":
            lab.run(router, step.argv, check=True)
