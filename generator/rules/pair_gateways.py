"""BGP with VPN gateways: its routes through the right tunnel, nothing in clear as well, its settings and policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from generator.model.address import Prefix
from generator.model.facts import Neighbor, StaticRoute, Tunnel
from generator.model.finding import Severity
from generator.model.plan import Domain, Session
from generator.readback.evidence import DeviceEvidence
from generator.readback.policy_filter import Filter
from generator.readback.prefix_match import WIDTH, Probes, Region, beyond, region_of, region_text
from generator.readback.tunnel_evidence import TunnelEvidence
from generator.rules.base import Problem, rule
from generator.rules.pair_announced import listed
from generator.rules.pair_sessions import about
from generator.rules.pair_tunnels import about_tunnel

KEEPALIVE: Final = 60
HOLD: Final = 180


def _name(neighbor: Neighbor) -> str:
    return f"neighbor {neighbor.address}" + (f" in VRF {neighbor.vrf}" if neighbor.vrf else "")


@rule("PAIR-032", Severity.ERROR, source="IPS-BGP-06, IPS-TR-05")
def route_to_each_instance(device: DeviceEvidence) -> Iterator[Problem]:
    """The BGP address of each instance has a host route through its own tunnel, and no outer address goes through a tunnel.

    Why:
        The session must run through the tunnel to that very instance.  And a route to the gateway's outer
        address that leads into the tunnel swallows the tunnel's own packets.
    Fix:
        Add a host route for each BGP address through the tunnel to its instance, in the inner VRF.
    Bad:
        ip route vrf CORP 169.254.21.2 255.255.255.255 Tunnel308
        ip route vrf CORP 169.254.22.2 255.255.255.255 Tunnel308
    Good:
        ip route vrf CORP 169.254.21.2 255.255.255.255 Tunnel308
        ip route vrf CORP 169.254.22.2 255.255.255.255 Tunnel309
    """
    if not device.gateways and not device.tunnels:
        return
    routes: dict[tuple[str, int, int], list[str]] = {}
    through: dict[str, list[StaticRoute]] = {}
    for route in device.facts.static_routes.values():
        address, length, _, _ = region_of(route.prefix)
        if length == route.prefix.max_prefixlen:
            routes.setdefault((route.vrf, route.prefix.version, address), []).append(route.next_hop)
        if route.next_hop in device.facts.tunnels:
            through.setdefault(route.vrf, []).append(route)
    for session, neighbor in device.gateways:
        found = routes.get((neighbor.vrf, neighbor.address.version, int(neighbor.address)), [])
        connected = device.reach(neighbor.vrf, neighbor.address)
        if session.tunnel in found or (connected is not None and connected[0].name == session.tunnel):
            wrong = [one for one in found if one != session.tunnel]
            if not wrong:
                continue
            what = f"has a route through {', '.join(wrong)} as well"
        else:
            what = f"goes through {', '.join(found)}" if found else "has no host route"
        yield about(device, session, f"{_name(neighbor)} {what}, expected a host route through {session.tunnel} alone")
    for tunnel in device.tunnels:
        yield from _swallowed(device, tunnel, through.get(tunnel.front_vrf, ()))


def _swallowed(device: DeviceEvidence, tunnel: Tunnel, through: Iterable[StaticRoute]) -> Iterator[Problem]:
    """Routes that lead the tunnel's own packets into a tunnel."""
    for route in through:
        if tunnel.remote in route.prefix:
            message = f"tunnel {tunnel.name}: static route {route.prefix} leads its outer address {tunnel.remote}"
            yield about_tunnel(
                device, tunnel.name, f"{message} into {route.next_hop}, expected the way over the peering"
            )
    if tunnel.vrf != tunnel.front_vrf:
        return
    for session, neighbor in device.gateways:
        if neighbor.vrf != tunnel.front_vrf:
            continue
        chosen = _inbound(device, session, neighbor)
        covering = [one for one in session.accept if tunnel.remote in one and chosen.permits(*region_of(one)[:2])]
        if covering:
            message = f"tunnel {tunnel.name}: {covering[0]} comes in from {_name(neighbor)} and covers {tunnel.remote}"
            yield about_tunnel(device, tunnel.name, f"{message}, expected a front VRF of its own or longer prefixes")
            return


def _inbound(device: DeviceEvidence, session: Session, neighbor: Neighbor) -> Filter:
    return device.policies.filter(neighbor.import_policy, session.family, (neighbor.remote_as,))


def _outbound(device: DeviceEvidence, session: Session, neighbor: Neighbor) -> list[Filter]:
    """The outbound policy for our own routes and those of the networks beside us; equal ones once."""
    out: list[Filter] = []
    for path in ((), *device.customer_paths.get((neighbor.vrf, session.family), ())):
        chosen = device.policies.filter(neighbor.export_policy, session.family, path)
        if all(chosen.steps != one.steps for one in out):
            out.append(chosen)
    return out


@rule("PAIR-033", Severity.ERROR, source="IPS-TR-03")
def nothing_both_in_clear_and_encrypted(tunnels: TunnelEvidence) -> Iterator[Problem]:
    """No prefix is announced both in clear, over ExpressRoute, and in the tunnels.

    Why:
        Azure prefers ExpressRoute to a VPN for equal prefixes, and the longer prefix always: what is
        announced in clear as well is sent in clear, and the tunnel stays empty.
    Fix:
        Announce over ExpressRoute the sources of the tunnels only, and the rest in the tunnels.
    Bad:
        ip prefix-list FJELL-LON-PRIVATE-OUT permit 10.20.0.0/16
        ip prefix-list FJELL-LON-VPN-OUT permit 10.20.0.0/16
    Good:
        ip prefix-list FJELL-LON-PRIVATE-OUT permit 172.20.0.1/32
        ip prefix-list FJELL-LON-VPN-OUT permit 10.20.0.0/16
    """
    inside: dict[int, set[Region]] = {4: set(), 6: set()}
    for device, session, neighbor in tunnels.sessions:
        for chosen in _outbound(device, session, neighbor):
            inside[session.family].update(chosen.permitted())
    for device, _, _ in tunnels.sides:
        for link in device.links_of.get(tunnels.plan.customer, ()):
            session = link.session
            if session.domain is not Domain.PRIVATE:
                continue
            intended = {region_of(one)[:2] for one in session.announce}
            for clear in sorted(device.announced(link).regions):
                hidden = _hidden(clear, inside[session.family], session, intended)
                if hidden is not None:
                    width = WIDTH[session.family]
                    message = f"{link.name} announces {region_text(clear, width)} in clear, and the tunnels {region_text(hidden, width)}"
                    yield about(device, session, f"{message}; expected each address in one of them only")


def _hidden(clear: Region, inside: set[Region], session: Session, intended: set[tuple[int, int]]) -> Region | None:
    """What in the tunnels a prefix in clear takes the traffic of.

    A longer prefix in clear that the inventory wants there is left alone: the tunnels' own sources, and
    what it says must not be encrypted (``clear``).
    """
    width = WIDTH[session.family]
    for tunnel in inside:
        shift = width - min(clear[1], tunnel[1])
        if clear[0] >> shift != tunnel[0] >> shift or clear[3] < tunnel[2]:
            continue
        equal = max(clear[2], tunnel[2]) <= min(clear[3], tunnel[3])
        if equal or clear[:2] not in intended:
            return tunnel
    return None


@rule("PAIR-034", Severity.ERROR, source="IPS-BGP-07, IPS-BGP-08")
def gateway_sessions(device: DeviceEvidence) -> Iterator[Problem]:
    """Sessions with VPN gateways have no BFD, 60/180 s timers, multihop, and a source of their own.

    Why:
        The gateway does not speak BFD, so a session that waits for it never comes up.  Both ends are
        loopbacks, so that one hop is not enough, and the gateway knows one source address only.
    Fix:
        Remove BFD, set timers 60 180, ebgp-multihop and update-source.
    Bad:
        neighbor 169.254.21.2 fall-over bfd
    Good:
        neighbor 169.254.21.2 ebgp-multihop 5
        neighbor 169.254.21.2 update-source Loopback310
        neighbor 169.254.21.2 timers 60 180
    """
    for session, neighbor in device.gateways:
        name = _name(neighbor)
        if neighbor.bfd is not None:
            yield about(device, session, f"{name} has BFD, which a VPN gateway does not speak; expected none")
        if not neighbor.multihop:
            yield about(device, session, f"{name} has no multihop, expected it: the gateway is no direct neighbour")
        if not neighbor.update_source:
            yield about(device, session, f"{name} has no update source, expected the BGP address of the tunnels")
        if (neighbor.keepalive, neighbor.hold) != (KEEPALIVE, HOLD):
            message = f"{name} has timers {neighbor.keepalive}/{neighbor.hold} s, the gateway has {KEEPALIVE}/{HOLD} s"
            yield about(device, session, f"{message}; expected the same", Severity.WARNING)


@rule("PAIR-008", Severity.ERROR, source="IPS-BGP-11, ER-RTE-14")
def policies_towards_gateways(device: DeviceEvidence) -> Iterator[Problem]:
    """Every session with a VPN gateway has a policy in each direction.

    Why:
        The gateway announces its VNet and whatever hangs on it, and takes whatever it is given.
    Fix:
        Bind both policies to the neighbour.
    Bad:
        neighbor 169.254.21.2 route-map FJELL-VPN-IN in
    Good:
        neighbor 169.254.21.2 route-map FJELL-VPN-IN in
        neighbor 169.254.21.2 route-map FJELL-VPN-OUT out
    """
    for session, neighbor in device.gateways:
        missing = [
            word
            for word, name in (("inbound", neighbor.import_policy), ("outbound", neighbor.export_policy))
            if not name
        ]
        if missing:
            message = f"{_name(neighbor)} (VPN gateway) has no {' and '.join(missing)} policy"
            yield about(device, session, f"{message}, expected one in each direction")


@rule("PAIR-009", Severity.ERROR, source="IPS-BGP-11, IPS-BGP-12")
def announces_the_intended_to_gateways(device: DeviceEvidence) -> Iterator[Problem]:
    """The outbound policy towards a VPN gateway lets through exactly the intended prefixes.

    Why:
        Azure sends into the tunnels whatever is announced there, and nothing else.
    Fix:
        Make the prefix list equal to what the inventory announces in the tunnels.
    Bad:
        ip prefix-list FJELL-VPN-OUT permit 0.0.0.0/0 le 32
    Good:
        ip prefix-list FJELL-VPN-OUT permit 10.20.0.0/16
    """
    for session, neighbor in device.gateways:
        if neighbor.export_policy:
            chosen = _outbound(device, session, neighbor)
            subject = f"{_name(neighbor)}: policy {neighbor.export_policy}"
            yield from _exactly(device, session, chosen, "out", subject)


@rule("PAIR-011", Severity.ERROR, source="IPS-BGP-11")
def accepts_the_intended_from_gateways(device: DeviceEvidence) -> Iterator[Problem]:
    """The inbound policy from a VPN gateway takes exactly the intended prefixes.

    Why:
        The gateway announces its VNet and what hangs on it.  Our own prefixes coming back through a
        tunnel, or a default route, pull traffic into Azure.
    Fix:
        Permit the VNets' address spaces exactly, and reject the rest.
    Bad:
        ip prefix-list FJELL-VPN-IN permit 0.0.0.0/0 le 32
    Good:
        ip prefix-list FJELL-VPN-IN permit 10.60.0.0/16
    """
    for session, neighbor in device.gateways:
        if neighbor.import_policy:
            chosen = [_inbound(device, session, neighbor)]
            yield from _exactly(device, session, chosen, "in", f"{_name(neighbor)}: policy {neighbor.import_policy}")


def _routes(prefixes: tuple[Prefix, ...]) -> Probes:
    return frozenset([region_of(one)[:2] for one in prefixes])


def _exactly(
    device: DeviceEvidence, session: Session, chosen: list[Filter], way: str, subject: str
) -> Iterator[Problem]:
    """What passes beside the intended prefixes, and which of these do not."""
    prefixes = session.announce if way == "out" else session.accept
    wanted, family = _routes(prefixes), session.family
    passing = frozenset[Region]().union(*[one.permitted() for one in chosen])
    excess = beyond(sorted(passing), wanted, WIDTH[family])
    lacking = [(*one, one[1], one[1]) for one in sorted(wanted) if not any(each.permits(*one) for each in chosen)]
    if excess:
        only = listed([region_of(one) for one in prefixes], family)
        yield about(
            device,
            session,
            f"{subject} lets {way} {listed(excess, family)}, expected {f'only {only}' if only else 'nothing'}",
        )
    if lacking:
        yield about(device, session, f"{subject} does not let {way} {listed(lacking, family)}, expected it to")
