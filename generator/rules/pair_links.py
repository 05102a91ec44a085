"""The links to Microsoft's edge: addresses, tags, VRF, MTU, and nothing on them that does not belong there."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.facts import Interface
from generator.model.finding import Severity
from generator.model.vlan import Dot1q, QinQ, Tags
from generator.readback.evidence import DeviceEvidence, Link, PairEvidence
from generator.rules.base import Problem, rule
from generator.rules.pair_sessions import about


def on_interface(device: DeviceEvidence, link: Link, interface: Interface, message: str) -> Problem:
    """A problem with the interface of a link."""
    return Problem(message=message, path=link.session.origin, device=device.name, fact=("interfaces", interface.name))


@rule("PAIR-003", Severity.ERROR, source="ER-ADDR-01, ER-ADDR-03")
def addresses_of_the_link(pair: PairEvidence) -> Iterator[Problem]:
    """The primary router has the first /30 (or /126), the secondary the second; the neighbour is our address plus one.

    Why:
        Of each link network the first address is ours and the second is Microsoft's, and Microsoft's
        edges are fixed to their halves.  With anything else the session does not come up.
    Fix:
        Split the /29 (or /125) in two and take the first address of each half.
    Bad:
        ! pe1 and pe2
        ip address 172.31.0.17 255.255.255.252
    Good:
        ! pe1
        ip address 172.31.0.17 255.255.255.252
        ! pe2
        ip address 172.31.0.21 255.255.255.252
    """
    for device, link in pair.sides():
        yield from _own_address(device, link)
    one, two = pair.both
    if one is None or two is None or one.address is None or two.address is None or pair.secondary is None:
        return
    first, second = int(one.address), int(two.address)
    if first >> 2 == second >> 2:
        message = (
            f"{pair.title}: both routers are in {two.address.network}, expected a network of its own for each link"
        )
        yield about(pair.secondary, two.session, message)
    elif first >> 3 == second >> 3 and first > second:
        message = (
            f"{pair.title}: {pair.primary.name} holds {one.address.network} and {pair.secondary.name} "
            f"{two.address.network}, expected the first half on the primary router"
        )
        yield about(pair.primary, one.session, message)


def _own_address(device: DeviceEvidence, link: Link) -> Iterator[Problem]:
    address, interface = link.address, link.interface
    if address is None or interface is None:
        return
    length = address.network.prefixlen
    wanted = 30 if address.version == 4 else 126
    if length != wanted:
        message = f"interface {interface.name} has {address}, expected a /{wanted} with {link.name}"
        yield on_interface(device, link, interface, message)
    elif (own := int(address)) + 1 != int(link.session.neighbor[1]) or own & 3 != 1:
        message = f"interface {interface.name} has {address} with {link.name}, expected the network's first address"
        yield on_interface(device, link, interface, f"{message} here and its second there")


@rule("PAIR-005", Severity.ERROR, source="ER-VLAN-02, ER-VLAN-05")
def tags_of_the_link(pair: PairEvidence) -> Iterator[Problem]:
    """Both links carry the peering's C-tag, each with the S-tag of the inventory.

    Why:
        The inner tag selects the peering at Microsoft's edge, on both links alike.  Frames with another
        one are dropped, or land in another peering.
    Fix:
        Use the peering's VLAN id on both routers.
    Bad:
        ! pe1
        encapsulation dot1Q 103 second-dot1q 200
        ! pe2
        encapsulation dot1Q 103 second-dot1q 201
    Good:
        ! pe1 and pe2
        encapsulation dot1Q 103 second-dot1q 200
    """
    for device, link in pair.sides():
        interface = link.interface
        if interface is None:
            continue
        planned = device.plan.facts.interfaces.get(interface.name)
        if planned is not None and planned.tags != interface.tags:
            message = (
                f"interface {interface.name} has {_tags(interface.tags)}, the inventory says {_tags(planned.tags)}"
            )
            yield on_interface(device, link, interface, message)
    one, two = pair.both
    if one is None or two is None or one.interface is None or two.interface is None or pair.secondary is None:
        return
    first, second = one.interface.tags, two.interface.tags
    if isinstance(first, QinQ) and isinstance(second, QinQ) and first.inner != second.inner:
        message = (
            f"{pair.title}: the C-tag is {first.inner} on {pair.primary.name} and {second.inner} on "
            f"{pair.secondary.name}, expected the same on both"
        )
        yield on_interface(pair.secondary, two, two.interface, message)


def _tags(tags: Tags) -> str:
    if isinstance(tags, QinQ):
        return f"S-tag {tags.outer} and C-tag {tags.inner}"
    return f"tag {tags.vlan}" if isinstance(tags, Dot1q) else "no tag"


@rule("PAIR-006", Severity.ERROR, source="PLT-XE-02, PLT-XE-03")
def vrf_of_the_link(device: DeviceEvidence) -> Iterator[Problem]:
    """The interface towards Microsoft is in the customer's VRF, with its address.

    Why:
        IOS-XE wipes the address of an interface that moves into a VRF, and the neighbour of one VRF
        cannot be reached over an interface of another.
    Fix:
        Put the VRF line before the address lines, and both in the customer's VRF.
    Bad:
        interface TenGigabitEthernet0/1/0.1030100
         ip address 172.31.0.17 255.255.255.252
         vrf forwarding CHARLIE
    Good:
        interface TenGigabitEthernet0/1/0.1030100
         vrf forwarding CHARLIE
         ip address 172.31.0.17 255.255.255.252
    """
    facts = device.facts
    for link in device.links:
        vrf, address, _ = link.session.neighbor
        if vrf and vrf not in facts.vrfs:
            yield about(device, link.session, f"VRF {vrf} of {link.title} is not defined, expected it on {device.name}")
        if link.interface is not None:
            continue
        elsewhere = next((one for one in ("", *facts.vrfs) if one != vrf and device.reach(one, address)), None)
        found = device.reach(elsewhere, address) if elsewhere is not None else None
        if found is not None:
            where = f"VRF {elsewhere}" if elsewhere else "no VRF"
            message = f"interface {found[0].name} with {found[1]} is in {where}, expected VRF {vrf or '(none)'}"
            yield on_interface(device, link, found[0], message)
        else:
            message = f"no interface{f' in VRF {vrf}' if vrf else ''} has an address in the network of {link.name}"
            yield about(device, link.session, f"{message}, expected one")


@rule("PAIR-024", Severity.WARNING, source="ER-MTU-01")
def mtu_of_the_link(device: DeviceEvidence) -> Iterator[Problem]:
    """The IP MTU towards Microsoft is 1500.

    Why:
        Microsoft's edge has 1500.  With less on our side large packets towards us are lost or
        fragmented; with more, those towards Azure.
    Fix:
        Remove the MTU, or raise the port's layer-2 MTU so that 1500 and both tags fit.
    Bad:
        ip mtu 1400
    Good:
        ip mtu 1500
    """
    for link in device.links:
        interface = link.interface
        if interface is not None and interface.mtu != 1500:
            message = f"interface {interface.name} of {link.title} has IP MTU {interface.mtu}, expected 1500"
            yield on_interface(device, link, interface, message)


@rule("PAIR-039", Severity.ERROR, source="ER-CKT-21")
def no_first_hop_redundancy(device: DeviceEvidence) -> Iterator[Problem]:
    """No HSRP, VRRP or GLBP towards Microsoft.

    Why:
        Each link has its own network and its own BGP session; there is no shared address to protect,
        and the group's packets only disturb.
    Fix:
        Remove the group: BGP does the failover.
    Bad:
        standby 1 ip 172.31.0.19
    Good:
        ! no standby, vrrp or glbp line on the subinterface
    """
    for link in device.links:
        interface = link.interface
        if interface is not None and interface.fhrp:
            message = f"interface {interface.name} of {link.title} has {interface.fhrp[0]!r}, expected no such group"
            yield on_interface(device, link, interface, message)


@rule("PAIR-040", Severity.ERROR, source="ER-MNT-02")
def no_static_route_to_microsoft(device: DeviceEvidence) -> Iterator[Problem]:
    """No static route points at one of Microsoft's edges.

    Why:
        A static route stays while BGP has long moved: during maintenance the link may be up and lead
        nowhere.
    Fix:
        Remove it; BGP brings the routes, the default route included.
    Bad:
        ip route vrf CHARLIE 0.0.0.0 0.0.0.0 172.31.0.18
    Good:
        ! none: 0.0.0.0/0 comes from the session beside Azure, by BGP
    """
    routes = device.facts.static_routes
    if not routes:
        return
    hops: dict[tuple[str, str], Link] | None = None
    for key, route in routes.items():
        if route.next_hop == "discard":
            continue
        if hops is None:
            hops = {}
            for link in device.links:
                vrf, address, _ = link.session.neighbor
                hops[(vrf, str(address))] = link
                if link.interface is not None:
                    hops[(vrf, link.interface.name)] = link
        towards = hops.get((route.vrf, route.next_hop))
        if towards is not None:
            yield Problem(
                message=f"static route {route.prefix} to {route.next_hop} pins traffic to one link of {towards.title}, expected BGP only",
                path=towards.session.origin,
                device=device.name,
                fact=("static_routes", key),
            )
