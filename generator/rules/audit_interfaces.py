"""Audit: interfaces that face Microsoft: filters, forwarding checks, tags, quality of service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.model.address import Address, parse_address
from generator.model.facts import Interface
from generator.model.filters import ANY, SELF, TCP, Filter
from generator.model.finding import Severity
from generator.model.vlan import QinQ
from generator.readback.audited import AuditedPair, AuditedRouter, Edge
from generator.readback.packet import Firewall, Packet
from generator.rules.base import Problem, rule

_STRANGER: Final[dict[int, Address]] = {4: parse_address("192.0.2.77"), 6: parse_address("2001:db8:77::1")}
_SSH: Final = 22


@rule("AUD-024", Severity.WARNING, source="ER-MTU-01, IPS-TUN-03")
def packets_fit(router: AuditedRouter) -> Iterator[Problem]:
    """The MTU towards Microsoft is 1500, and tunnels clamp the MSS.

    Why:
        A smaller MTU on the link drops or fragments what Azure sends; a tunnel without a clamp loses large packets
        wherever the message about it does not come through.
    Fix:
        Leave the link at 1500; in tunnels clamp the MSS to 1350 or less, or set the MTU to 1400 or less.
    Bad:
        interface Tunnel1
         ip mtu 1436
    Good:
        interface Tunnel1
         ip mtu 1400
         ip tcp adjust-mss 1350
    """
    for name in router.facing:
        one = router.facts.interfaces[name]
        if one.mtu != 1500:
            yield _on(router, one, f"faces Microsoft with an MTU of {one.mtu}, expected 1500")
    for name in router.facts.tunnels:
        tunnel = router.facts.interfaces.get(name)
        if tunnel is not None and not tunnel.mss and tunnel.mtu > 1400:
            yield _on(router, tunnel, f"is a tunnel with an MTU of {tunnel.mtu} and no MSS clamp")
        elif tunnel is not None and tunnel.mss > 1350:
            yield _on(router, tunnel, f"clamps the MSS to {tunnel.mss}, expected 1350 or less")


@rule("AUD-025", Severity.ERROR, source="FW-PERM-11, FW-CP-01")
def management_is_shut(router: AuditedRouter) -> Iterator[Problem]:
    """Nobody behind Microsoft's edge can reach the router's management, and the control plane has a filter.

    Why:
        Whoever has a machine in one of the VNets, or gets into one, tries passwords on the router.
    Fix:
        Filter what arrives from Microsoft for the router itself down to BGP, BFD and ICMP; give the lines an access class.
    Bad:
        line vty 0 4
         transport input ssh
    Good:
        line vty 0 4
         access-class MANAGEMENT in vrf-also
    """
    lines = router.marks("open-line")
    firewall = Firewall(router.facts)
    reached: list[str] = []
    for name, edges in () if router.marks("guarded") else router.facing.items():
        for edge in edges[:1]:
            if edge.address is None:
                continue
            packet = Packet(
                source=_STRANGER[edge.address.version],
                destination=edge.address.ip,
                protocol=TCP,
                source_port=40000,
                destination_port=_SSH,
            )
            if firewall.verdict(packet, name, SELF).permitted is not False:
                reached.append(name)
    for name in reached:
        if lines:
            one = router.facts.interfaces[name]
            yield _on(router, one, f"lets SSH from behind Microsoft's edge reach the router, and {lines[0].detail}")
    if router.facing and not router.facts.control_plane and reached:
        first = router.facts.interfaces[reached[0]]
        yield Problem(
            message=f"{router.name} has no filter for its control plane, and interface {first.name} none for what "
            "arrives from Microsoft",
            device=router.name,
            fact=("interfaces", first.name),
            severity=Severity.WARNING,
        )
    if router.facing and not router.facts.control_plane and not router.marks("guarded"):
        for mark in lines:
            yield Problem(
                message=f"a way to log in without a list of addresses: {mark.detail}",
                device=router.name,
                place=(mark.file, mark.line),
                severity=Severity.WARNING,
            )


@rule("AUD-026", Severity.WARNING, source="SMP-E13")
def firewall_says_what(router: AuditedRouter) -> Iterator[Problem]:
    """No policy between Microsoft and the inside permits everything.

    Why:
        A firewall whose policy is any to any only costs time.
    Fix:
        Permit the flows that are meant.
    Bad:
        match source-address any; destination-address any; application any; then permit
    Good:
        match source-address VNETS; destination-address SERVERS; application junos-https; then permit
    """
    outside = router.facing.keys() | router.facts.tunnels.keys()
    zones = {name for name, one in router.facts.zones.items() if not outside.isdisjoint(one.interfaces)}
    for key, policy in router.facts.zone_policies.items():
        if SELF in key or zones.isdisjoint(key):
            continue
        for family in (4, 6):
            found = router.facts.filters.get((policy.filter, family))
            if found is not None and _anything(found):
                yield Problem(
                    message=f"the policy from zone {policy.source} to zone {policy.destination} permits everything (IPv{family})",
                    device=router.name,
                    fact=("zone_policies", key),
                )
    for name in router.facing:
        one = router.facts.interfaces[name]
        for way, text in (("inbound", one.filter_in), ("outbound", one.filter_out)):
            filters = [router.facts.filters.get((part, 4)) for part in text.split()]
            if filters and all(found is not None and _anything(found) for found in filters):
                yield _on(router, one, f"has the {way} filter {text}, which permits everything")


def _anything(one: Filter) -> bool:
    first = one.rules[0] if one.rules else None
    return (
        first is not None
        and first.permit
        and first.protocol == ANY
        and not (
            first.sources
            or first.destinations
            or first.source_ports
            or first.destination_ports
            or first.unknown
            or first.established
        )
    )


@rule("AUD-027", Severity.ERROR, source="FW-SPOOF-04, FW-SPOOF-06")
def urpf_is_loose(router: AuditedRouter) -> Iterator[Problem]:
    """The check of source addresses is loose towards Microsoft.

    Why:
        Traffic may come in by one link and leave by the other; strict uRPF drops it.
    Fix:
        Use loose uRPF, or a filter of the false sources.
    Bad:
        ip verify unicast source reachable-via rx
    Good:
        ip verify unicast source reachable-via any
    """
    for name in router.facing:
        one = router.facts.interfaces[name]
        if one.urpf == "strict":
            yield _on(router, one, "checks source addresses strictly (uRPF), expected loose: routing is asymmetric")


@rule("AUD-029", Severity.ERROR, source="ER-CKT-21")
def no_shared_gateway(router: AuditedRouter) -> Iterator[Problem]:
    """No HSRP, VRRP or GLBP runs on an interface that faces Microsoft.

    Why:
        Microsoft's edge speaks BGP with each router on its own link; a shared address there is never used, and the
        protocol's packets reach Microsoft.
    Fix:
        Remove it; the pair is redundant by BGP.
    Bad:
        standby 1 ip 172.31.0.17
    Good:
        ip address 172.31.0.17 255.255.255.252
    """
    for name in router.facing:
        one = router.facts.interfaces[name]
        if one.fhrp:
            yield _on(router, one, f"has {len(one.fhrp)} group{'s' if len(one.fhrp) > 1 else ''} of {_word(one)}")


def _word(one: Interface) -> str:
    first = one.fhrp[0].split()[0]
    return {"standby": "HSRP"}.get(first, first.upper() if first.isalpha() else "a shared gateway")


@rule("AUD-030", Severity.ERROR, source="ER-VLAN-08")
def ethertype_is_8100(router: AuditedRouter) -> Iterator[Problem]:
    """Both tags have the ethertype 0x8100.

    Why:
        Microsoft's ports and the exchanges do not take 0x88a8: nothing comes through.
    Fix:
        Use 0x8100 for the outer tag.
    Bad:
        dot1q tunneling ethertype 0x88A8
    Good:
        encapsulation dot1Q 103 second-dot1q 100
    """
    for name in router.facing:
        one = router.facts.interfaces[name]
        if one.outer_tpid != 0x8100 and isinstance(one.tags, QinQ):
            yield _on(router, one, f"sends the outer tag with ethertype {one.outer_tpid:#06x}, expected 0x8100")
    ports = {name.partition(".")[0] for name in router.facing}
    for mark in router.marks("outer-ethertype"):
        if mark.subject in ports:
            yield Problem(
                message=f"port {mark.subject} takes outer tags with ethertype {mark.detail}, expected 0x8100 only",
                device=router.name,
                place=(mark.file, mark.line),
            )


@rule("AUD-031", Severity.WARNING, source="ER-QOS-03")
def dscp_is_cleaned(router: AuditedRouter) -> Iterator[Problem]:
    """DSCP that the router trusts is rewritten before it goes to Microsoft.

    Why:
        Microsoft looks at a few values only; others have to be 0, or are treated as somebody decided elsewhere.
    Fix:
        Apply an outbound policy that keeps the voice values and sets the others to 0.
    Bad:
        mls qos trust dscp
    Good:
        service-policy output TO-AZURE
    """
    for mark in router.marks("dscp-trust"):
        if mark.subject in router.facing and mark.subject not in router.applied.remarks:
            yield Problem(
                message=f"interface {mark.subject} trusts DSCP and does not rewrite it towards Microsoft",
                device=router.name,
                place=(mark.file, mark.line),
            )


@rule("AUD-032", Severity.WARNING, source="ER-CKT-10")
def rate_is_shaped(pair: AuditedPair) -> Iterator[Problem]:
    """Both links of a peering are shaped to the same rate.

    Why:
        What is sent faster than the circuit is dropped by Microsoft, without regard to what it is.
    Fix:
        Shape both links to the circuit's bandwidth.
    Bad:
        ! pe1 shapes to 500 Mbit/s, pe2 does not
    Good:
        ! pe1 and pe2 shape to 500 Mbit/s
    """
    rates = [_rate(router, edge) for router, edge in pair.both]
    if rates[0] != rates[1]:
        here, there = (f"{rate} Mbit/s" if rate else "not shaped" for rate in rates)
        yield _at_edge(
            pair.two,
            pair.second,
            f"is on an interface that is {'' if rates[1] == 0 else 'shaped to '}{there}, {pair.one.name}'s is "
            f"{'' if rates[0] == 0 else 'shaped to '}{here} (a pair {pair.how})",
        )


def _rate(router: AuditedRouter, edge: Edge) -> int:
    """What the circuit may send in all: its peerings share one rate on some platforms, and have a part each on others."""
    one = edge.interface
    if one is None:
        return 0
    port, tags = one.name.partition(".")[0], one.tags
    shapers = {one.name: router.applied.shapers.get(one.name)}
    if isinstance(tags, QinQ):
        for name in router.facing:
            other = router.facts.interfaces[name]
            if isinstance(other.tags, QinQ) and other.tags.outer == tags.outer and name.partition(".")[0] == port:
                shapers[name] = router.applied.shapers.get(name)
    return sum(shaper.rate_mbps for shaper in {found.name: found for found in shapers.values() if found}.values())


@rule("AUD-032", Severity.WARNING, source="ER-CKT-10")
def rate_as_in_inventory(router: AuditedRouter) -> Iterator[Problem]:
    """A link is shaped to the bandwidth that the inventory gives its circuit; without an inventory, it is said where none is.

    Why:
        What is sent faster than the circuit is dropped by Microsoft, without regard to what it is.
    Fix:
        Shape the link to the circuit's bandwidth.
    Bad:
        interface TenGigabitEthernet0/1/0.1030100
    Good:
        interface TenGigabitEthernet0/1/0.1030100
         service-policy output CHARLIE-500M
    """
    planned = {} if router.plan is None else {n: s for s in router.plan.facts.shapers.values() for n in s.interfaces}
    for name in router.facing:
        found = router.applied.shapers.get(name)
        wanted = planned.get(name)
        one = router.facts.interfaces[name]
        if router.plan is None:
            if found is None:
                problem = _on(
                    router,
                    one,
                    "faces Microsoft without a shaper; right only where the port is no faster than the circuit",
                )
                yield Problem(message=problem.message, device=problem.device, fact=problem.fact, severity=Severity.INFO)
        elif wanted is not None and (found is None or found.rate_mbps != wanted.rate_mbps):
            have = "has no shaper" if found is None else f"is shaped to {found.rate_mbps} Mbit/s"
            yield _on(router, one, f"{have}, expected {wanted.rate_mbps} Mbit/s as in the inventory")


def _on(router: AuditedRouter, one: Interface, what: str) -> Problem:
    return Problem(message=f"interface {one.name} {what}", device=router.name, fact=("interfaces", one.name))


def _at_edge(router: AuditedRouter, edge: Edge, what: str) -> Problem:
    return Problem(message=f"{edge.name} {what}", device=router.name, fact=("neighbors", edge.neighbor.key))
