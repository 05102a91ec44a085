"""What must not pass a router's filters: management from Azure's side, strangers, one customer to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from generator.model.address import Address
from generator.model.facts import FilterRule, Neighbor
from generator.model.filters import ANY, SELF, TCP, UDP
from generator.model.finding import DataPath, Severity
from generator.model.plan import Session, Side
from generator.readback.evidence import DeviceEvidence
from generator.readback.flows import HIGH_PORT
from generator.readback.packet import Packet, Verdict
from generator.readback.ways import STRANGER, host_in
from generator.rules.base import Problem, rule
from generator.rules.pair_control import BGP, own_address

MANAGEMENT: Final[dict[tuple[int, int], str]] = {
    (TCP, 22): "ssh",
    (TCP, 23): "telnet",
    (TCP, 830): "NETCONF",
    (TCP, 443): "https",
    (UDP, 161): "SNMP",
}
BFD_ECHO: Final = 3785
BFD_MULTIHOP: Final = 4784


@rule("PAIR-021", Severity.ERROR, source="FW-PERM-03, FW-PERM-04, FW-PERM-11, FW-CP-01")
def nothing_else_reaches_the_router(device: DeviceEvidence) -> Iterator[Problem]:
    """Nobody on Azure's side reaches the router's management, nor a stranger its BGP, where the plan filters.

    Why:
        The other side of the link is not our network: whoever comes in from there must not get as far as
        a login prompt.
    Fix:
        Permit to the router itself only what its sessions need, and end with a deny.
    Bad:
        permit tcp any any
    Good:
        permit tcp host 172.31.0.18 host 172.31.0.17 eq 179
        deny ip any any log
    """
    for session, neighbor, name, own, title in _azure_facing(device):
        if not device.ways.guards_self(name):
            continue
        everything = device.ways.own(session.neighbor[0], session.family)
        for probe in _probes(session, neighbor, own, everything):
            found = _reached(device, name, probe)
            if found is not None:
                packet, verdict = found
                subject = f"{title}: {probe.what}"
                yield passes_wrongly(device, subject, packet, verdict, name, session.origin, probe.severity)


class Probe(msgspec.Struct, frozen=True):
    """What must not get from an interface to the router itself."""

    what: str
    protocol: int
    port: int
    sources: list[Address]
    targets: list[Address]
    severity: Severity | None = None


def _probes(session: Session, neighbor: Neighbor | None, own: Address, everything: list[Address]) -> Iterator[Probe]:
    peer = session.neighbor[1]
    strangers = [STRANGER[session.family], *[host_in(one) for one in session.accept[:1] if one.prefixlen]]
    for (protocol, port), word in MANAGEMENT.items():
        yield Probe(f"{word} of the router", protocol, port, [*strangers, peer], everything)
    yield Probe("BGP with a stranger", TCP, BGP, strangers, [own])
    if not session.tunnel:
        yield Probe("BFD multihop", UDP, BFD_MULTIHOP, [peer], [own], Severity.WARNING)
        if neighbor is None or neighbor.bfd is None or not neighbor.bfd.echo:
            yield Probe("BFD echo, which is off", UDP, BFD_ECHO, [peer], [own], Severity.WARNING)


def passes_wrongly(
    device: DeviceEvidence,
    subject: str,
    packet: Packet,
    verdict: Verdict,
    interface: str,
    path: DataPath,
    severity: Severity | None = None,
) -> Problem:
    """A packet that should be dropped, and is not, or perhaps is not."""
    fate = "passes" if verdict.permitted else "cannot be judged"
    return Problem(
        message=f"{subject} {fate} on interface {interface} ({packet}; {verdict.by}), expected it to be dropped",
        path=path,
        device=device.name,
        fact=("interfaces", interface),
        severity=severity,
    )


def _azure_facing(device: DeviceEvidence) -> Iterator[tuple[Session, Neighbor | None, str, Address, str]]:
    """Sessions towards Azure, each with its interface, the own address on it, and what it is called."""
    for link in device.links:
        if link.interface is not None and link.address is not None:
            yield link.session, link.neighbor, link.interface.name, link.address.ip, link.title
    for session, neighbor in device.gateways:
        own = own_address(device.facts, neighbor.update_source, session.family)
        # Tunnels that the filters treat alike are judged once.
        if own is not None and session.tunnel in device.ways.at(neighbor.vrf, Side.TUNNEL):
            yield session, neighbor, session.tunnel, own, f"VPN gateway {neighbor.address}"


def _reached(device: DeviceEvidence, name: str, probe: Probe) -> tuple[Packet, Verdict] | None:
    """A packet that gets through, or of which that cannot be told."""
    firewall = device.firewall
    for stage in firewall.stages(name, SELF, 4 if probe.sources[0].version == 4 else 6):
        if stage.filter is None or not stage.filter.reaches(probe.protocol, probe.port):
            return None
    for source in probe.sources:
        for target in probe.targets:
            packet = Packet(
                source=source,
                destination=target,
                protocol=probe.protocol,
                source_port=HIGH_PORT,
                destination_port=probe.port,
            )
            verdict = firewall.verdict(packet, name, SELF)
            if verdict.permitted is not False:
                return packet, verdict
    return None


@rule("PAIR-021", Severity.ERROR, source="FW-CP-01, FW-PERM-01")
def filters_end_with_deny(device: DeviceEvidence) -> Iterator[Problem]:
    """Every filter ends with a rule that denies everything.

    Why:
        What no rule decides is dropped on some platforms and passes on others; written out, it is dropped
        everywhere, and shows in the log.
    Fix:
        Add a last rule without conditions that denies.
    Bad:
        permit ip any any
    Good:
        deny ip any any log
    """
    planned = device.plan.facts.filters
    for key, one in device.facts.filters.items():
        if key not in planned:
            continue
        last = one.rules[-1] if one.rules else None
        if last is None or last.permit or not _for_all(last):
            what = f"ends with rule {last.label}" if last is not None else "is empty"
            verb = "" if last is None else ", which permits" if last.permit else ", which denies some packets only"
            yield Problem(
                message=f"filter {one.name} (IPv{one.family}) {what}{verb}, expected a last rule that denies everything",
                path=device.plan.origins.get(("filters", key), ()),
                device=device.name,
                fact=("filters", key),
            )


def _for_all(rule: FilterRule) -> bool:
    return rule.protocol == ANY and not (
        rule.sources
        or rule.destinations
        or rule.source_ports
        or rule.destination_ports
        or rule.icmp
        or rule.established
        or rule.unknown
    )


@rule("PAIR-021", Severity.ERROR, source="FW-PLACE-07, ER-MT-02")
def zones_of_one_vrf(device: DeviceEvidence) -> Iterator[Problem]:
    """Nothing passes between the zones of two VRFs, and a zone holds interfaces of one VRF.

    Why:
        Each customer has VRFs of its own.  A policy between zones of two of them, or a zone that holds
        interfaces of both, is a way from one customer to the other.
    Fix:
        Remove the policy; give each VRF its own zones.
    Bad:
        zone-pair security A source ALPHA-AZ destination BRAVO-IN
    Good:
        zone-pair security A source ALPHA-AZ destination ALPHA-IN
    """
    facts = device.facts
    planned = device.plan.facts
    vrf_of = {
        name: {facts.interfaces[one].vrf for one in zone.interfaces if one in facts.interfaces}
        for name, zone in facts.zones.items()
    }
    for name, vrfs in vrf_of.items():
        ours = device.own_render or name in planned.zones or not vrfs.isdisjoint(planned.vrfs)
        if len(vrfs) > 1 and ours:
            yield Problem(
                message=f"zone {name} holds interfaces of VRFs {', '.join(sorted(vrfs))}, expected those of one",
                path=device.plan.origins.get(("zones", name), ()),
                device=device.name,
                fact=("zones", name),
            )
    for key, policy in facts.zone_policies.items():
        one, two = vrf_of.get(policy.source), vrf_of.get(policy.destination)
        if one and two and one.isdisjoint(two) and not (one | two).isdisjoint(planned.vrfs):
            yield Problem(
                message=f"the policy from zone {policy.source} to zone {policy.destination} leads from VRF "
                f"{', '.join(sorted(one))} to VRF {', '.join(sorted(two))}, expected nothing between VRFs",
                path=device.plan.origins.get(("zone_policies", key), ()),
                device=device.name,
                fact=("zone_policies", key),
            )
