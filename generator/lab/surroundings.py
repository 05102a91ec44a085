"""Intent → sites and wires: what stands around the routers of an inventory, and who is wired to whom.

::

    onprem ══ (switch) ══ router ══ exchange ══ edge ── VNet ── VPN gateway
                            ║                     └──── services
    onprem ══ (switch) ══ router ══ exchange ══ edge ── …

A double line carries tags, a single one addresses of the lab's own.
"""

from __future__ import annotations

from typing import Final

from generator.inventory.addressing import link_of
from generator.inventory.intent import AttachmentIntent, CircuitIntent, CustomerIntent, EndIntent, Intent, LinkPair
from generator.inventory.models import Gateway, VNet
from generator.lab.edge.services import services_of
from generator.lab.model import DeviceRole, Interface
from generator.lab.sites import (
    EdgePeering,
    EdgeSite,
    GatewaySite,
    OnpremSession,
    OnpremSite,
    ServicesSite,
    Site,
    VnetSite,
    Wire,
)
from generator.lab.wiring import STACKED_MTU, WIDE_MTU, Draft, Wiring, device_name
from generator.model.address import LinkAddress, Prefix, link_at, parse_link
from generator.model.facts import Family
from generator.model.plan import Domain, Role
from generator.model.vlan import Dot1q, Tags, Untagged

HOST_NUMBER: Final = 10
"""Which address of a prefix is the host's."""
FIRST_IN_AZURE: Final = 4
"""Azure keeps the first three addresses of a subnet."""


def turned(link: LinkPair | None) -> LinkPair | None:
    """Seen from the other end."""
    return None if link is None else LinkPair(link.peer, link.own)


def host_in(prefix: Prefix, number: int) -> LinkAddress:
    """An address of the prefix for a host; of a short one the last but one."""
    family: Family = 4 if prefix.version == 4 else 6
    last = max(prefix.num_addresses - 2, 0)
    return link_at(int(prefix.network_address) + min(number, last), prefix.max_prefixlen, family)


class Surroundings:
    """Goes through the intent once; afterwards ``sites`` and ``wiring`` are complete."""

    def __init__(self, intent: Intent, routers: frozenset[str]) -> None:
        self.intent = intent
        self.routers = routers
        self.wiring = Wiring()
        self.sites: dict[str, Site] = {}
        self.unproven: list[str] = []
        self._edges: dict[tuple[str, Role], tuple[Draft, list[Wire]]] = {}
        self._switched: dict[tuple[str, str], list[tuple[Draft, str]]] = {}
        """Router and port → who is on it: draft and port."""
        for name in sorted(routers):
            self.wiring.device(name, DeviceRole.ROUTER)

    def build(self) -> None:
        for customer in self.intent.customers:
            circuits = [one for one in customer.circuits if all(name in self.routers for name, _ in one.links.values())]
            for circuit in circuits:
                for role in circuit.links:
                    self._edge(circuit, role)
            for index, vnet in enumerate(customer.vnets, 1):
                self._vnet(customer, circuits, vnet, index)
            for circuit in circuits:
                self._services(circuit)
            self._onprem(customer)
        self._finish_edges()
        self._pairs()
        self._lay_router_ports()

    # Azure ------------------------------------------------------------------------------------------

    def _edge(self, circuit: CircuitIntent, role: Role) -> None:
        name = device_name("edge", circuit.name, "1" if role is Role.PRIMARY else "2")
        draft = self.wiring.device(name, DeviceRole.EDGE, f"Microsoft edge, {role.value} connection of {circuit.name}")
        draft.port("wan0", STACKED_MTU + 4)
        for peering in circuit.peerings:
            end = peering.ends.get(role)
            if end is not None:
                links = [turned(link) for link in (end.v4, end.v6)]
                owns = tuple([link.own for link in links if link is not None])
                draft.subinterface("wan0", end.tags, owns, end.settings.mtu)
        exchange = self.wiring.device(
            device_name("xp", circuit.pair_name), DeviceRole.EXCHANGE, f"exchange provider of pair {circuit.pair_name}"
        )
        router, port = circuit.links[role]
        bridge = self._bridge(exchange, router, port)
        far = exchange.port(exchange.next_port("e"), WIDE_MTU, master=bridge)
        self.wiring.lay(exchange, far, draft, "wan0")
        self._edges[circuit.name, role] = (draft, [])

    def _bridge(self, exchange: Draft, router: str, port: str) -> str:
        """One for each port of a router, with the router on it."""
        there = self._switched.setdefault((router, port), [])
        for draft, towards in there:
            if draft is exchange:
                return exchange.interfaces[towards].master
        bridge = exchange.add(Interface(name=exchange.next_port("br"), kind="bridge", mtu=WIDE_MTU))
        there.append((exchange, exchange.port(exchange.next_port("r"), WIDE_MTU, master=bridge)))
        return bridge

    def _finish_edges(self) -> None:
        for customer in self.intent.customers:
            for circuit in customer.circuits:
                for role in circuit.links:
                    found = self._edges.get((circuit.name, role))
                    if found is not None:
                        self._edge_site(circuit, role, *found)

    def _edge_site(self, circuit: CircuitIntent, role: Role, draft: Draft, wires: list[Wire]) -> None:
        peerings = []
        for peering in circuit.peerings:
            end = peering.ends.get(role)
            if end is not None:
                name = _subinterface_name("wan0", end.tags)
                v4, v6 = turned(end.v4), turned(end.v6)
                peerings.append(EdgePeering(peering=peering, interface=name, router=end.router, v4=v4, v6=v6))
        services = next((one for one in wires if one.interface.startswith("svc")), None)
        self.sites[draft.name] = EdgeSite(
            name=draft.name,
            circuit=circuit,
            role=role,
            port="wan0",
            peerings=tuple(peerings),
            vnets=tuple([one for one in wires if one is not services]),
            services=services,
        )

    def _vnet(self, customer: CustomerIntent, circuits: list[CircuitIntent], vnet: VNet, index: int) -> None:
        name = device_name("vnet", customer.name, vnet.name or str(index))
        draft = self.wiring.device(name, DeviceRole.VNET, f"VNet {vnet.name or index} of {customer.name}")
        wires = []
        for circuit in circuits:
            if vnet.circuits is None or circuit.name in vnet.circuits:
                for role in circuit.links:
                    edge, of_edge = self._edges[circuit.name, role]
                    ours, theirs = self.wiring.numbered(draft, "msee", edge, "vnet")
                    wires.append(ours)
                    of_edge.append(theirs)
        gateways = tuple(
            [
                self._gateway(customer, vnet, gateway, instance, draft)
                for gateway in vnet.gateways
                if gateway.kind == "vpn"
                for instance in range(len(gateway.addresses))
            ]
        )
        hosts = tuple([host_in(prefix, FIRST_IN_AZURE) for prefix in vnet.prefixes])
        draft.hosts(hosts)
        self.sites[name] = VnetSite(
            name=name, customer=customer, vnet=vnet, edges=tuple(wires), gateways=gateways, hosts=hosts
        )

    def _gateway(self, customer: CustomerIntent, vnet: VNet, gateway: Gateway, instance: int, behind: Draft) -> Wire:
        name = device_name("gw", customer.name, gateway.name or "vpn", str(instance))
        title = f"VPN gateway {gateway.name or ''} of {customer.name}, instance {instance}"
        draft = self.wiring.device(name, DeviceRole.GATEWAY, title)
        uplink, downlink = self.wiring.numbered(draft, "up", behind, "gw")
        address = gateway.addresses[instance]
        bgp = gateway.bgp[instance] if instance < len(gateway.bgp) else None
        for interface, one in (("outer0", address), ("bgp0", bgp)):
            if one is not None:
                draft.hosts((parse_link(f"{one}/{one.max_prefixlen}"),), interface)
        tunnels = [
            (peering.ipsec, tunnel)
            for peering in customer.peerings()
            if peering.ipsec is not None and peering.ipsec.gateway is gateway
            for tunnel in peering.ipsec.tunnels
            if tunnel.instance == instance
        ]
        self.sites[name] = GatewaySite(
            name=name,
            customer=customer,
            vnet=vnet,
            gateway=gateway,
            instance=instance,
            address=address,
            bgp=bgp,
            uplink=uplink,
            tunnels=tuple(tunnels),
        )
        return downlink

    def _services(self, circuit: CircuitIntent) -> None:
        if all(peering.domain is Domain.PRIVATE for peering in circuit.peerings):
            return
        name = device_name("services", circuit.name)
        draft = self.wiring.device(name, DeviceRole.SERVICES, f"Microsoft's services, through {circuit.name}")
        wires = []
        for role in circuit.links:
            edge, of_edge = self._edges[circuit.name, role]
            ours, theirs = self.wiring.numbered(draft, "msee", edge, "svc")
            wires.append(ours)
            of_edge.append(theirs)
        hosts = tuple([host for service in services_of(circuit) for host in service.hosts])
        draft.hosts(hosts)
        self.sites[name] = ServicesSite(name=name, circuit=circuit, edges=tuple(wires), hosts=hosts)

    # on premises ------------------------------------------------------------------------------------

    def _onprem(self, customer: CustomerIntent) -> None:
        """One device for each network that the customer's sessions lead to: its own, and that of shared services."""
        shared = [one for one in customer.attachments if one.spec.nat is not None]
        own = [one for one in customer.attachments if one.spec.nat is None]
        groups = (
            ("onprem", "network of", own, customer.spec.onprem),
            ("shared", "shared services of", shared, [prefix for one in shared for prefix in one.accept]),
        )
        for kind, words, attachments, prefixes in groups:
            if not attachments:
                continue
            name = device_name(kind, customer.name)
            draft = self.wiring.device(name, DeviceRole.ONPREM, f"{words} {customer.name}")
            hosts = tuple([host_in(prefix, HOST_NUMBER) for prefix in dict.fromkeys(prefixes)])
            draft.hosts(hosts)
            sessions = [
                self._session(customer, draft, attachment, end)
                for attachment in attachments
                for end in attachment.ends.values()
                if end.router in self.routers
            ]
            self.sites[name] = OnpremSite(name=name, customer=customer, sessions=tuple(sessions), hosts=hosts)

    def _session(
        self, customer: CustomerIntent, draft: Draft, attachment: AttachmentIntent, end: EndIntent
    ) -> OnpremSession:
        """At the router, or behind the firewall on which the router's session ends."""
        side = attachment.spec.firewall
        firewall = "" if side is None else self._firewall(customer, end)
        if side is None or not firewall:
            router, near, tags, v4, v6 = end.router, end.port, end.tags, turned(end.v4), turned(end.v6)
            asn, router_asn = attachment.spec.asn, self._asn(customer, attachment)
        else:
            self._outside(firewall, end)
            router, near, tags = firewall, self.intent.routers[firewall].inside_port or "", Dot1q(side.vlan)
            v4, v6 = turned(link_of(side.v4, end.role, 4)), turned(link_of(side.v6, end.role, 6))
            asn, router_asn = side.asn, attachment.spec.asn
        port = self._towards(draft, router, near)
        owns = tuple([link.own for link in (v4, v6) if link is not None])
        name = draft.subinterface(port, tags, owns, end.settings.mtu)
        return OnpremSession(
            attachment=attachment,
            role=end.role,
            interface=name,
            router=router,
            asn=asn,
            router_asn=router_asn,
            v4=v4,
            v6=v6,
        )

    def _asn(self, customer: CustomerIntent, attachment: AttachmentIntent) -> int:
        same = [one for one in customer.peerings() if one.circuit.pair_name == attachment.pair_name]
        same.sort(key=lambda one: one.domain is not attachment.domain)
        ipsec = same[0].ipsec if same and attachment.domain is Domain.PRIVATE else None
        return 0 if not same else ipsec.asn if ipsec is not None and ipsec.spec.at == "router" else same[0].asn

    def _firewall(self, customer: CustomerIntent, end: EndIntent) -> str:
        for circuit in customer.circuits:
            router = circuit.links.get(end.role)
            index = 0 if end.role is Role.PRIMARY else 1
            if router is not None and router[0] == end.router and index < len(circuit.pair.firewalls):
                name = circuit.pair.firewalls[index]
                return name if name in self.routers else ""
        return ""

    def _outside(self, firewall: str, end: EndIntent) -> None:
        port = self.intent.routers[firewall].outside_port or ""
        self._attach(end.router, end.port, self.wiring.drafts[firewall], port)

    def _towards(self, draft: Draft, router: str, port: str) -> str:
        """The port of ``draft`` that leads to a port of a router: one for all sessions over it."""
        for other, name in self._switched.get((router, port), []):
            if other is draft:
                return name
        name = draft.port(draft.next_port("lan"), STACKED_MTU + 4)
        self._attach(router, port, draft, name)
        return name

    # routers ----------------------------------------------------------------------------------------

    def _attach(self, router: str, port: str, draft: Draft, name: str) -> None:
        there = self._switched.setdefault((router, port), [])
        if (draft, name) not in there:
            there.append((draft, name))

    def _pairs(self) -> None:
        """Between the two routers, and between the two firewalls, of a pair."""
        for pair in self.intent.inventory.pairs.values():
            for names, field in ((pair.routers, "interlink_port"), (pair.firewalls, "sync_port")):
                ends = [(name, getattr(self.intent.routers[name], field)) for name in names if name in self.routers]
                if len(ends) == 2 and all(port for _, port in ends) and ends[0] != ends[1]:
                    (a, a_port), (b, b_port) = ends
                    self._attach(a, a_port, self.wiring.drafts[b], b_port)

    def _lay_router_ports(self) -> None:
        """One neighbour on a port: a wire.  Several: a switch between them."""
        for (router, port), there in list(self._switched.items()):
            draft = self.wiring.drafts[router]
            if not port:
                continue
            draft.port(port)
            for other, name in there:
                if other.role is DeviceRole.ROUTER:
                    other.port(name)
            if len(there) == 1:
                self.wiring.lay(draft, port, *there[0])
                continue
            switch = self.wiring.device(
                device_name("sw", router, port), DeviceRole.SWITCH, f"switch at {router} {port}"
            )
            switch.add(Interface(name="br0", kind="bridge", mtu=WIDE_MTU))
            for other, name in ((draft, port), *there):
                self.wiring.lay(switch, switch.port(switch.next_port("p"), WIDE_MTU, master="br0"), other, name)


def _subinterface_name(port: str, tags: Tags | None) -> str:
    return port if tags is None or isinstance(tags, Untagged) else f"{port}.{tags}"
