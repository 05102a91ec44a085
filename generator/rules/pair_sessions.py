"""The BGP sessions of a pair: there, alike on both routers, up, and the same in IPv6."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.asn import MICROSOFT
from generator.model.facts import Neighbor
from generator.model.finding import Severity
from generator.model.plan import Session
from generator.readback.evidence import DeviceEvidence, Link, PairEvidence
from generator.rules.base import Problem, rule


def about(device: DeviceEvidence, session: Session, message: str, severity: Severity | None = None) -> Problem:
    """A problem with one session: its neighbour's config line, and its peering in the inventory."""
    return Problem(
        message=message,
        path=session.origin,
        device=device.plan.name,
        fact=("neighbors", session.neighbor),
        severity=severity,
    )


@rule("PAIR-002", Severity.ERROR, source="ER-CKT-22")
def present_on_both(pair: PairEvidence) -> Iterator[Problem]:
    """Each peering is present on both routers.

    Why:
        A circuit has two connections, and Microsoft's SLA only holds while both are in use.
    Fix:
        Configure the missing neighbour, as the plan has it.
    Bad:
        ! pe2: no neighbor 172.31.0.22 in address-family ipv4 vrf CHARLIE
    Good:
        neighbor 172.31.0.22 remote-as 12076
    """
    for device, link in pair.sides():
        if link.neighbor is None:
            yield about(
                device, link.session, f"{pair.title} is missing on {device.name}: {link.name} is not configured"
            )


@rule("PAIR-004", Severity.ERROR, source="ER-ASN-01, ER-ASN-09, ER-BGP-02")
def alike_on_both(pair: PairEvidence) -> Iterator[Problem]:
    """Both links have the same AS numbers, key, timers and BFD.

    Why:
        Azure has one AS, one key and one set of timers for both links of a peering.  A router that
        differs has no session, or notices a failure later than the other.
    Fix:
        Set on both routers what the peering says in the inventory.
    Bad:
        ! pe1
        neighbor 172.31.0.18 password CharlieKeyP1
        ! pe2
        neighbor 172.31.0.22 password CharlieKeyM1
    Good:
        ! pe1
        neighbor 172.31.0.18 password CharlieKeyP1
        ! pe2
        neighbor 172.31.0.22 password CharlieKeyP1
    """
    for device, link in pair.sides():
        neighbor = link.neighbor
        if neighbor is not None and neighbor.remote_as != MICROSOFT:
            message = f"{link.name} has remote AS {neighbor.remote_as}, Microsoft's is {MICROSOFT}"
            yield about(device, link.session, message)
    live = pair.live
    if live is None or pair.secondary is None:
        return
    first, second = pair.primary, pair.secondary
    for message, severity in _unlike(first.name, second.name, live[2], live[3]):
        yield about(second, live[1].session, f"{pair.title}: {message}, expected the same on both", severity)


def _unlike(one: str, two: str, first: Neighbor, second: Neighbor) -> Iterator[tuple[str, Severity | None]]:
    if first.local_as != second.local_as:
        yield f"the own AS is {first.local_as} on {one} and {second.local_as} on {two}", None
    here, there = first.password, second.password
    if (here is None) != (there is None):
        yield f"the MD5 key is set on {two if here is None else one} only", None
    elif here is not None and there is not None and here.known and there.known and here != there:
        yield f"the MD5 key on {two} differs from that on {one}", None
    if (first.keepalive, first.hold) != (second.keepalive, second.hold):
        timers = f"{first.keepalive}/{first.hold} s on {one} and {second.keepalive}/{second.hold} s on {two}"
        yield f"the timers are {timers}", Severity.WARNING
    if _bfd(first) != _bfd(second):
        yield f"BFD is {_bfd(first)} on {one} and {_bfd(second)} on {two}", None


def _bfd(neighbor: Neighbor) -> str:
    bfd = neighbor.bfd
    return "off" if bfd is None else f"{bfd.transmit_ms}/{bfd.receive_ms} ms x{bfd.multiplier}"


@rule("PAIR-018", Severity.ERROR, source="PLT-XE-05, PLT-NX-02")
def activated(device: DeviceEvidence) -> Iterator[Problem]:
    """Each neighbour is activated in its address family.

    Why:
        A session that is not activated comes up, or not, and carries no routes of the family.
    Fix:
        Activate the neighbour in the address family of its VRF.
    Bad:
        address-family ipv4 vrf CHARLIE
         neighbor 172.31.0.18 remote-as 12076
    Good:
        address-family ipv4 vrf CHARLIE
         neighbor 172.31.0.18 remote-as 12076
         neighbor 172.31.0.18 activate
    """
    for session, neighbor in device.ends:
        if neighbor is not None and not neighbor.activated:
            vrf = f" in VRF {neighbor.vrf}" if neighbor.vrf else ""
            message = f"neighbor {neighbor.address}{vrf} is not activated for IPv{session.family}, expected it to be"
            yield about(device, session, message)


@rule("PAIR-019", Severity.ERROR, source="ER-V6-04")
def ipv6_parity(device: DeviceEvidence) -> Iterator[Problem]:
    """IPv6 has all that IPv4 has: address, neighbour, address family, policies, BFD.

    Why:
        IPv6 has its own session, and everything on it is configured once more.  What is forgotten
        there is noticed late, because IPv4 works.
    Fix:
        Add what is missing for the IPv6 neighbour.
    Bad:
        neighbor 2001:db8:1::2 remote-as 12076
        ! no address-family ipv6 for it
    Good:
        address-family ipv6 vrf CHARLIE-MS
         neighbor 2001:db8:1::2 activate
         neighbor 2001:db8:1::2 route-map CHARLIE-AMS-MICROSOFT-IN-V6 in
         neighbor 2001:db8:1::2 route-map CHARLIE-AMS-MICROSOFT-OUT-V6 out
    """
    for link in device.links:
        if link.session.family == 6:
            lacks = _lacking(device, link)
            if lacks:
                message = f"{link.title}: {link.name} lacks {', '.join(lacks)}, expected what IPv4 has"
                yield about(device, link.session, message)


def _lacking(device: DeviceEvidence, link: Link) -> list[str]:
    neighbor = link.neighbor
    out = [] if link.address is not None else ["an address in its /126 on the interface"]
    if neighbor is None:
        return [*out, "the neighbor itself"]
    if not neighbor.activated:
        out.append("the activation in the address family")
    if not neighbor.import_policy or not neighbor.export_policy:
        out.append("a policy in each direction")
    if neighbor.bfd is None and any(
        other.neighbor is not None and other.neighbor.bfd is not None
        for other in device.links
        if other.session.family == 4
        and (other.session.circuit, other.session.domain) == (link.session.circuit, link.session.domain)
    ):
        out.append("BFD")
    return out


@rule("PAIR-038", Severity.ERROR, source="PLT-XE-04")
def not_shut_down(device: DeviceEvidence) -> Iterator[Problem]:
    """Ports, subinterfaces, tunnels and neighbours of the circuit are not shut down.

    Why:
        On a subinterface whose port is shut down everything looks configured, and nothing passes.
    Fix:
        Remove the shutdown, on the port as well as on the subinterface and the neighbour.
    Bad:
        interface TenGigabitEthernet0/1/0
         shutdown
    Good:
        interface TenGigabitEthernet0/1/0
         no shutdown
    """
    interfaces = device.facts.interfaces
    for port in device.plan.ports:
        found = interfaces.get(port)
        if found is not None and not found.enabled:
            yield Problem(
                message=f"interface {port} is shut down, expected it up: it carries links of the plan",
                path=device.plan.origins.get(("interfaces", port), ()),
                device=device.name,
                fact=("interfaces", port),
            )
    for link in device.links:
        interface, neighbor = link.interface, link.neighbor
        if interface is not None and not interface.enabled and interface.name not in device.plan.ports:
            yield Problem(
                message=f"interface {interface.name} of {link.title} is shut down, expected it up",
                path=link.session.origin,
                device=device.name,
                fact=("interfaces", interface.name),
            )
        if neighbor is not None and not neighbor.enabled:
            yield about(device, link.session, f"{link.name} is shut down, expected it up")
    yield from _tunnels_down(device)


def _tunnels_down(device: DeviceEvidence) -> Iterator[Problem]:
    """Tunnels, and the sessions with the gateways inside them."""
    for tunnel in device.tunnels:
        interface = device.facts.interfaces.get(tunnel.name)
        if interface is not None and not interface.enabled:
            yield Problem(
                message=f"tunnel {tunnel.name} is shut down, expected it up",
                path=device.plan.origins.get(("tunnels", tunnel.name), ()),
                device=device.name,
                fact=("interfaces", tunnel.name),
            )
    for session, neighbor in device.gateways:
        if not neighbor.enabled:
            vrf = f" in VRF {neighbor.vrf}" if neighbor.vrf else ""
            yield about(device, session, f"neighbor {neighbor.address}{vrf} is shut down, expected it up")
