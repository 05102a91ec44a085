"""The IPsec tunnels of one peering on one router: loopbacks, tunnels, their BGP sessions and host routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from generator.inventory.intent import CustomerIntent, EndIntent, IpsecIntent, PeeringIntent, TunnelIntent
from generator.model.address import Prefix, parse_link, parse_prefix
from generator.model.crypto import Selector, Tunnel
from generator.model.facts import Interface, MaxPrefix, Neighbor, StaticRoute
from generator.model.finding import DataPath
from generator.model.naming import description, object_name
from generator.model.plan import DevicePlan, Domain, Peer, Role, Session, Side, TunnelPlan
from generator.plan import policies
from generator.plan.device import DeviceDraft, VrfDraft
from generator.plan.peerings import of_family, sourced_elsewhere, usable, vrf_key

GATEWAY_LIMIT: Final = MaxPrefix(4000)
"""A gateway is dropped above it, and so is one that brings more (IPS-BGP-09)."""
MULTIHOP: Final = 5
"""The gateway's BGP address is not on the tunnel's own network (IPS-BGP-07)."""
INNER: Final = 3
"""In place of a domain's number, for the VRF inside the tunnels."""


def number_of(end: EndIntent, domain: Domain) -> int:
    """S-tag (or tag) × 4, + 2 on Microsoft peering: the first of four numbers for loopbacks and tunnels."""
    return vrf_key(end.tags, Domain.PRIVATE, "", "") + (0 if domain is Domain.PRIVATE else 2)


class TunnelPlanner:
    """Plans the tunnels of one peering at each of its ends."""

    def __init__(self, peering: PeeringIntent, ipsec: IpsecIntent) -> None:
        self.peering = peering
        self.ipsec = ipsec
        gateway = ipsec.gateway
        self.remote_as = 0 if gateway is None else gateway.asn
        self.sourced = sourced_elsewhere(peering.customer, Domain.PRIVATE, peering.circuit.pair_name)

    def name(self, *words: str) -> str:
        return object_name(self.peering.circuit.name, self.peering.domain.value, "tun", *words)

    def plan(self, device: DeviceDraft, end: EndIntent) -> None:
        # What cannot be configured is a finding already (INV-057, ER-V6-02), and nothing will be written.
        mesh = [one for one in self.ipsec.of(end.role) if one.local.version == one.remote.version == 4]
        if not mesh or end.tags is None or self.peering.vrf not in device.vrfs or not self.ipsec.crypto.feasible():
            return
        base = number_of(end, self.peering.domain)
        draft = self._inner_vrf(device, end)
        self._source(device, end, base, mesh[0])
        inside = self._bgp_loopback(device, base + 1, mesh[0])
        if not draft.router_id:
            draft.router_id = str(mesh[0].bgp_local)
        names = []
        for one in mesh:
            name = device.platform.tunnel(base + one.instance)
            names.append(name)
            self._tunnel(device, name, inside, one)
            if one.bgp_remote is not None:
                self._session(device, end, name, inside, one)
        if mesh[0].bgp_remote is None:
            self._static(device, draft, names[0])
        draft.peerings += len(names)
        self._anchor(device, draft)

    def _inner_vrf(self, device: DeviceDraft, end: EndIntent) -> VrfDraft:
        key = vrf_key(end.tags, Domain.PRIVATE, end.port, device.router.azure_port) + INNER
        draft = device.vrf(self.ipsec.inner_vrf, self.ipsec.asn, key, self.ipsec.path)
        draft.families.add(4)
        return draft

    def _source(self, device: DeviceDraft, end: EndIntent, number: int, tunnel: TunnelIntent) -> None:
        """The outer source: a loopback in the front VRF, announced over the peering (PAIR-031)."""
        host = parse_prefix(f"{tunnel.local}/{tunnel.local.max_prefixlen}")
        words = description(f"tunnel source {self.peering.circuit.name} {end.role.value}")
        interface = Interface(
            device.platform.loopback(number),
            self.peering.vrf,
            words,
            addresses=(parse_link(str(host)),),
        )
        device.add(interface, self.ipsec.path)
        device.vrfs[self.peering.vrf].networks.add(host)

    def _bgp_loopback(self, device: DeviceDraft, number: int, tunnel: TunnelIntent) -> str:
        words = description(f"BGP in tunnels {self.peering.circuit.name}")
        address = parse_link(f"{tunnel.bgp_local}/{tunnel.bgp_local.max_prefixlen}")
        interface = Interface(device.platform.loopback(number), self.ipsec.inner_vrf, words, addresses=(address,))
        return device.add(interface, self.ipsec.path)

    def _tunnel(self, device: DeviceDraft, name: str, inside: str, one: TunnelIntent) -> None:
        ipsec = self.ipsec
        words = description(
            f"VPN gateway {ipsec.spec.gateway or ''} instance {one.instance} {self.peering.circuit.name}"
        )
        interface = Interface(name, ipsec.inner_vrf, words, mtu=ipsec.mtu, unnumbered=inside, mss=ipsec.mss)
        device.add(interface, ipsec.path, Side.TUNNEL)
        device.tunnels[name] = Tunnel(
            name=name,
            vrf=ipsec.inner_vrf,
            front_vrf=self.peering.vrf,
            local=one.local,
            remote=one.remote,
            crypto=ipsec.crypto,
            key=usable(one.key),
            local_identity=str(one.local),
            remote_identity=str(one.remote),
            selectors=tuple([Selector(pair.local, pair.remote) for pair in ipsec.spec.selectors]),
        )
        device.origins["tunnels", name] = ipsec.path

    def _session(self, device: DeviceDraft, end: EndIntent, name: str, inside: str, one: TunnelIntent) -> None:
        """BGP with one instance, through its own tunnel (IPS-BGP-06 to IPS-BGP-09)."""
        ipsec, vrf = self.ipsec, self.ipsec.inner_vrf
        assert one.bgp_remote is not None
        host = parse_prefix(f"{one.bgp_remote}/{one.bgp_remote.max_prefixlen}")
        device.static_routes[vrf, host, name] = StaticRoute(vrf, host, name)
        device.origins["static_routes", (vrf, host, name)] = ipsec.path
        announce, accept = of_family(ipsec.announce, 4), of_family(ipsec.accept, 4)
        neighbor = Neighbor(
            vrf,
            one.bgp_remote,
            4,
            self.remote_as,
            ipsec.asn,
            description(f"VPN gateway instance {one.instance} {self.peering.circuit.name} {end.role.value}"),
            import_policy=self._inbound(device, end),
            export_policy=self._outbound(device, end),
            max_prefix=GATEWAY_LIMIT,
            multihop=MULTIHOP,
            update_source=inside,
        )
        session = Session(
            peer=Peer.GATEWAY,
            neighbor=neighbor.key,
            family=4,
            customer=self.peering.customer.name,
            circuit=self.peering.circuit.name,
            domain=self.peering.domain,
            role=end.role,
            announce=announce,
            accept=accept,
            own=announce,
            mode="active_passive" if self.peering.mode == "active_passive" else "active_active",
            tunnel=name,
            origin=ipsec.path,
        )
        device.neighbor(neighbor, session, ipsec.path)

    def _inbound(self, device: DeviceDraft, end: EndIntent) -> str:
        listed = self._list(device, "in", of_family(self.ipsec.accept, 4))
        preference = self.ipsec.local_preference[end.role]
        policy = policies.from_customer(self.name("in", "v4"), listed, preference)
        device.policies[policy.name] = policy
        device.origins["policies", policy.name] = self.ipsec.path
        return policy.name

    def _outbound(self, device: DeviceDraft, end: EndIntent) -> str:
        peering = self.peering
        listed = self._list(device, "out", of_family(self.ipsec.announce, 4))
        preferred = peering.mode == "active_passive" and end.role is peering.preferred
        prepend = () if preferred else (self.ipsec.asn,) * peering.prepend
        policy = policies.to_gateway(self.name("out", "v4"), listed, prepend)
        device.policies[policy.name] = policy
        device.origins["policies", policy.name] = self.ipsec.path
        return policy.name

    def _list(self, device: DeviceDraft, word: str, prefixes: tuple[Prefix, ...]) -> str:
        if not prefixes:
            return ""
        name = self.name(word)
        device.prefix_lists[name, 4] = policies.exact_list(name, 4, prefixes)
        device.origins["prefix_lists", (name, 4)] = self.ipsec.path
        return name

    def _static(self, device: DeviceDraft, draft: VrfDraft, name: str) -> None:
        """Without BGP in the tunnels: the VNets by static routes, originated towards our own side."""
        vrf = self.ipsec.inner_vrf
        for prefix in of_family(self.ipsec.accept, 4):
            device.static_routes[vrf, prefix, name] = StaticRoute(vrf, prefix, name)
            device.origins["static_routes", (vrf, prefix, name)] = self.ipsec.path
            draft.networks.add(prefix)

    def _anchor(self, device: DeviceDraft, draft: VrfDraft) -> None:
        """Originate inside what nobody beside us brings (ER-RTE-18)."""
        vrf = self.ipsec.inner_vrf
        for prefix in of_family(self.ipsec.announce, 4):
            if prefix.prefixlen and prefix not in self.sourced:
                draft.networks.add(prefix)
                device.static_routes[vrf, prefix, "discard"] = StaticRoute(vrf, prefix, "discard")
                device.origins["static_routes", (vrf, prefix, "discard")] = self.ipsec.path


def tunnels_by_path(devices: Mapping[str, DevicePlan]) -> dict[tuple[str, DataPath], list[str]]:
    """Router and place in the inventory → the tunnels from there."""
    found: dict[tuple[str, DataPath], list[str]] = {}
    for router, device in devices.items():
        for name in device.facts.tunnels:
            found.setdefault((router, device.origins["tunnels", name]), []).append(name)
    return found


def tunnel_plans(
    customer: CustomerIntent, devices: Mapping[str, DevicePlan], tunnels: Mapping[tuple[str, DataPath], list[str]]
) -> Iterator[TunnelPlan]:
    """What belongs together of the tunnels of a customer, where its routers (not firewalls behind them) end them."""
    for peering in customer.peerings():
        ipsec = peering.ipsec
        if ipsec is None or ipsec.spec.at != "router":
            continue
        sides: dict[Role, tuple[str, tuple[str, ...]]] = {}
        for role, end in peering.ends.items():
            if end.router in devices:
                sides[role] = (end.router, tuple(tunnels.get((end.router, ipsec.path), ())))
        if Role.PRIMARY in sides and sides[Role.PRIMARY][1]:
            gateways = dict.fromkeys(one.remote for one in ipsec.tunnels)
            yield TunnelPlan(
                customer=customer.name,
                circuit=peering.circuit.name,
                domain=peering.domain,
                gateways=tuple(gateways),
                primary=sides[Role.PRIMARY],
                secondary=sides.get(Role.SECONDARY),
                origin=ipsec.path,
            )
