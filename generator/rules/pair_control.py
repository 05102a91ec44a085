"""What a router itself needs passes its filters: BGP, BFD, IKE, ESP, ICMP, neighbour discovery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from generator.model.address import Address, parse_address
from generator.model.facts import Facts, Family, Tunnel
from generator.model.filters import ESP, ICMP, ICMP6, SELF, TCP, UDP
from generator.model.finding import DataPath, Severity
from generator.model.plan import Side
from generator.readback.evidence import DeviceEvidence, Link
from generator.readback.flows import HIGH_PORT
from generator.readback.packet import Packet, Verdict
from generator.readback.tunnel_evidence import TunnelEvidence
from generator.readback.ways import STRANGER
from generator.rules.base import Problem, rule

BGP: Final = 179
BFD: Final = 3784
IKE: Final = (500, 4500)
_BFD_SOURCE: Final = 49152

_MICROSOFT_LOCAL: Final = parse_address("fe80::1234:5678:9abc")
"""An address of the other end on the link itself, as neighbour discovery uses it."""


class Need(msgspec.Struct, frozen=True):
    """A packet that must pass, where, and how bad it is if it does not."""

    what: str
    packet: Packet
    arrives: str
    leaves: str
    connection: bool = False
    """The answer must pass as well."""
    severity: Severity = Severity.ERROR

    def judge(self, device: DeviceEvidence) -> Verdict:
        firewall = device.firewall
        if self.connection:
            return firewall.passes(self.packet, self.arrives, self.leaves)
        return firewall.verdict(self.packet, self.arrives, self.leaves)


@rule(
    "PAIR-021",
    Severity.ERROR,
    source="FW-PERM-01, FW-PERM-02, FW-PERM-06, FW-PERM-07, FW-PERM-08, FW-PERM-09, FW-PERM-10, FW-CP-01",
)
def control_packets_pass(device: DeviceEvidence) -> Iterator[Problem]:
    """What the router needs for its own sessions passes its filters, shown by probe packets.

    Why:
        A filter that forgets one pattern of BGP works until the other end opens the session; one that
        forgets BFD or IKE takes the link down at once, and one without ICMP hides why packets are lost.
    Fix:
        Permit BGP both ways round, BFD, IKE, ESP and ICMP between the known addresses, ahead of the last
        rule.
    Bad:
        deny ip any any
        permit udp host 172.31.0.18 host 172.31.0.17 eq 3784
    Good:
        permit udp host 172.31.0.18 host 172.31.0.17 eq 3784
        deny ip any any
    """
    if not filters_anything(device.facts):
        return
    for link in device.links:
        if link.interface is not None and link.address is not None:
            subject = f"{link.title}"
            fact_path = link.session.origin
            yield from lost(device, subject, fact_path, link_needs(link, link.interface.name, link.address.ip))
    for session, neighbor in device.gateways:
        own = own_address(device.facts, neighbor.update_source, session.family)
        if own is not None and session.tunnel in device.facts.interfaces:
            subject = f"VPN gateway {neighbor.address}"
            needs = bgp_needs(own, neighbor.address, session.tunnel, "in the tunnel ")
            yield from lost(device, subject, session.origin, needs)
    for tunnel in device.tunnels:
        path = device.plan.origins.get(("tunnels", tunnel.name), ())
        for name in device.ways.at(tunnel.front_vrf, Side.AZURE):
            yield from lost(device, f"tunnel {tunnel.name}", path, ike_needs(tunnel, name, SELF))


@rule("PAIR-021", Severity.ERROR, source="FW-PERM-06, FW-PERM-07")
def tunnels_of_the_other_router_pass(tunnels: TunnelEvidence) -> Iterator[Problem]:
    """The encrypted packets of the other router's tunnels pass this one.

    Why:
        Both sources are announced on both links, so Azure sends the other router's packets here as soon
        as its own link fails, and often without.
    Fix:
        Permit IKE and ESP between the other router's source and the gateway, from the link to Azure to
        the other router and back.
    Bad:
        permit esp host 10.60.255.14 host 172.20.0.1
    Good:
        permit esp host 10.60.255.14 host 172.20.0.1
        permit esp host 10.60.255.14 host 172.20.0.2
    """
    for device, _, _ in tunnels.sides:
        if not filters_anything(device.facts):
            continue
        for other, _, theirs in tunnels.sides:
            for tunnel in theirs if other is not device else ():
                for azure, inside in device.ways.crossings(tunnel.front_vrf, Side.AZURE, Side.INSIDE):
                    needs = ike_needs(tunnel, azure, inside)
                    subject = f"tunnel {tunnel.name} of {other.name}"
                    yield from lost(device, subject, tunnels.plan.origin, needs)


def filters_anything(facts: Facts) -> bool:
    return bool(facts.filters or facts.zones)


def lost(device: DeviceEvidence, subject: str, path: DataPath, needs: Iterator[Need]) -> Iterator[Problem]:
    """What does not pass of what must; each kind of packet once."""
    told: set[str] = set()
    for need in needs:
        if need.what in told:
            continue
        verdict = need.judge(device)
        if not verdict.permitted:
            told.add(need.what)
            interface = need.leaves if need.arrives == SELF else need.arrives
            fate = "is dropped" if verdict.permitted is False else "cannot be judged"
            message = f"{subject}: {need.what} {fate} on interface {interface} ({need.packet}; {verdict.by})"
            yield Problem(
                message=f"{message}, expected it to pass",
                path=path,
                device=device.name,
                fact=("interfaces", interface),
                severity=need.severity,
            )


def link_needs(link: Link, name: str, own: Address) -> Iterator[Need]:
    """What passes on a link to Microsoft's edge."""
    peer, family = link.session.neighbor[1], link.session.family
    yield from bgp_needs(own, peer, name, "")
    if link.neighbor is not None and link.neighbor.bfd is not None:
        hello = _udp(peer, own, _BFD_SOURCE, BFD)
        yield Need("BFD from the other end", hello, name, SELF)
        yield Need("BFD to the other end", _udp(own, peer, _BFD_SOURCE, BFD), SELF, name)
    yield from _icmp_needs(own, peer, name) if family == 4 else _icmp6_needs(own, peer, name)


def bgp_needs(own: Address, peer: Address, name: str, where: str) -> Iterator[Need]:
    """Either end may open the session (FW-PERM-01)."""
    theirs = Packet(source=peer, destination=own, protocol=TCP, source_port=HIGH_PORT, destination_port=BGP)
    ours = Packet(source=own, destination=peer, protocol=TCP, source_port=HIGH_PORT, destination_port=BGP)
    yield Need(f"BGP {where}opened by the other end", theirs, name, SELF, connection=True)
    yield Need(f"BGP {where}opened by {own}", ours, SELF, name, connection=True)


def _icmp_needs(own: Address, peer: Address, name: str) -> Iterator[Need]:
    yield Need("ping", _icmp(peer, own, 8), name, SELF, True, Severity.WARNING)
    yield Need("ping", _icmp(own, peer, 8), SELF, name, True, Severity.WARNING)
    from_path = STRANGER[4]
    yield Need("ICMP fragmentation needed", _icmp(from_path, own, 3, 4), name, SELF, False, Severity.WARNING)
    yield Need("ICMP time exceeded", _icmp(from_path, own, 11), name, SELF, False, Severity.WARNING)


def _icmp6_needs(own: Address, peer: Address, name: str) -> Iterator[Need]:
    # Solicitations go to a multicast address made of the last 24 bits of the one that is sought.
    for what, wanted, asking in (
        ("from the other end", own, _MICROSOFT_LOCAL),
        ("to the other end", peer, own),
    ):
        group = parse_address(f"ff02::1:ff{int(wanted) >> 16 & 0xFF:02x}:{int(wanted) & 0xFFFF:x}")
        inbound = asking is not own
        way = (name, SELF) if inbound else (SELF, name)
        yield Need(f"IPv6 neighbour solicitation {what}", _icmp(asking, group, 135), *way)
        answer = _icmp(peer, own, 136) if inbound else _icmp(own, peer, 136)
        yield Need(f"IPv6 neighbour advertisement {what}", answer, *way)
    yield Need("ICMPv6 packet too big", _icmp(STRANGER[6], own, 2), name, SELF, False, Severity.WARNING)
    yield Need("ping", _icmp(peer, own, 128), name, SELF, True, Severity.WARNING)


def ike_needs(tunnel: Tunnel, azure: str, other: str) -> Iterator[Need]:
    """IKE and ESP between a tunnel's source and its gateway; ``other``: where the source is, seen from Azure's link."""
    ours, theirs = tunnel.local, tunnel.remote
    for port in IKE:
        yield Need(f"IKE (udp/{port})", _udp(ours, theirs, port, port), other, azure, connection=True)
        yield Need(f"IKE (udp/{port})", _udp(theirs, ours, port, port), azure, other, connection=True)
    yield Need("ESP", Packet(source=ours, destination=theirs, protocol=ESP), other, azure)
    yield Need("ESP", Packet(source=theirs, destination=ours, protocol=ESP), azure, other)


def _udp(source: Address, destination: Address, source_port: int, port: int) -> Packet:
    return Packet(source=source, destination=destination, protocol=UDP, source_port=source_port, destination_port=port)


def _icmp(source: Address, destination: Address, kind: int, code: int = 0) -> Packet:
    protocol = ICMP if source.version == 4 else ICMP6
    return Packet(source=source, destination=destination, protocol=protocol, icmp_type=kind, icmp_code=code)


def own_address(facts: Facts, source: str, family: Family) -> Address | None:
    """The address that a session's update source stands for: that of an interface, or one written as it is."""
    interface = facts.interfaces.get(source)
    if interface is not None:
        return next((one.ip for one in interface.addresses if one.version == family), None)
    try:
        return parse_address(source)
    except ValueError:
        return None
