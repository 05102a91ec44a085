"""Firewalls between the routers of a pair and the core: each stands behind one router, with a config of its own.

    MSEE ── router ── session of the inventory ── firewall ── session behind it ── core
                       (VRF of the peering)                   (the same VRF, or the one inside the tunnels)

The router speaks to the firewall as it would to the core; the firewall speaks BGP on both sides, admits
the declared flows with a session table, translates where `nat` is its task, and ends the tunnels where
`ipsec` is.
"""

from __future__ import annotations

from typing import Final

from generator.inventory.addressing import link_of
from generator.inventory.intent import AttachmentIntent, CustomerIntent, EndIntent, LinkPair, PeeringIntent
from generator.inventory.security import FirewallSide
from generator.model.address import LinkAddress, Prefix, parse_link
from generator.model.facts import Family, Interface, Neighbor, Policy, PolicyRule, StaticRoute
from generator.model.filters import StateSync
from generator.model.naming import description, object_name
from generator.model.plan import Peer, Role, Session, Side
from generator.model.secret import Secret
from generator.model.vlan import UNTAGGED, Dot1q
from generator.plan import policies
from generator.plan.attachments import AttachmentPlanner
from generator.plan.device import DeviceDraft
from generator.plan.peerings import FAMILIES, of_family, usable, vrf_key
from generator.plan.security import plan_appliance_filters
from generator.plan.traffic import translate_at
from generator.plan.tunnels import TunnelPlanner
from generator.platforms.base import Feature

SYNC: Final = (parse_link("169.254.255.1/30"), parse_link("169.254.255.2/30"))
"""Addresses of the first and the second firewall on the link between them; they never leave it."""


def firewall_of(peering: PeeringIntent, role: Role) -> str:
    """The firewall behind the router of a link; empty if there is none."""
    names = peering.circuit.pair.firewalls
    index = 0 if role is Role.PRIMARY else 1
    return names[index] if index < len(names) else ""


class AppliancePlanner:
    """Plans one session of the inventory that ends on firewalls, on each of them."""

    def __init__(
        self,
        customer: CustomerIntent,
        attachment: AttachmentIntent,
        peerings: list[PeeringIntent],
        secret: Secret | None,
        *,
        lab: bool,
    ) -> None:
        self.customer = customer
        self.attachment = attachment
        self.peerings = peerings
        self.peering = peerings[0]
        self.beside = AttachmentPlanner(customer, attachment, peerings)
        """What the router says on the same session: the firewall says the opposite."""
        self.secret = secret
        self.lab = lab
        ipsec = self.peering.ipsec
        self.ipsec = ipsec if ipsec is not None and ipsec.spec.at == "firewall" else None
        self.inner_vrf = self.beside.vrf if self.ipsec is None else self.ipsec.inner_vrf

    @property
    def spec(self) -> FirewallSide:
        side = self.attachment.spec.firewall
        assert side is not None
        return side

    def name(self, *words: str) -> str:
        return object_name(self.customer.name, self.attachment.name, "fw", *words)

    def plan(self, device: DeviceDraft, end: EndIntent) -> None:
        """One firewall; ``end`` is the router's end of the session."""
        outside, inside = device.router.outside_port, device.router.inside_port
        if outside is None or inside is None or end.tags is None:
            return
        far = self._outside(device, end, outside)
        self._inside(device, end, inside)
        peering_end = self.peering.ends.get(end.role)
        if self.ipsec is not None and peering_end is not None:
            TunnelPlanner(self.peering, self.ipsec).plan(device, peering_end)
        nat = self.peering.spec.nat
        if nat is not None and self.peering.nat_at == "firewall":
            translate_at(self.peering, device, end.role, far)
            pool = nat.pool.primary if end.role is Role.PRIMARY else nat.pool.secondary
            for prefix in (pool, *(one.outside for one in nat.static)):
                self._anchor(device, prefix)
        plan_appliance_filters(self.peering, self.attachment, device, end, far, lab=self.lab)

    def _outside(self, device: DeviceDraft, end: EndIntent, port: str) -> str:
        """Towards the router: the other end of its session."""
        assert end.tags is not None
        vrf, words = self.beside.vrf, description(f"to {end.router} {self.attachment.name}")
        draft = device.vrf(vrf, self.attachment.spec.asn, self._key(end), self.attachment.path)
        links = [link for link in (end.v4, end.v6) if link is not None]
        device.port(port, f"to {end.router}")
        interface = Interface(
            "", vrf, words, addresses=tuple([link.peer for link in links]), mtu=end.settings.mtu, bfd=end.settings.bfd
        )
        name = device.subinterface(port, end.tags, None, None, interface, self.attachment.path, Side.AZURE)
        for family, link in ((FAMILIES[0], end.v4), (FAMILIES[1], end.v6)):
            if link is not None:
                draft.families.add(family)
                draft.router_id = draft.router_id or (str(link.peer.ip) if family == 4 else "")
                self._to_router(device, end, family, link)
        return name

    def _key(self, end: EndIntent) -> int:
        return vrf_key(end.tags, self.attachment.domain, "", "")

    def _to_router(self, device: DeviceDraft, end: EndIntent, family: Family, link: LinkPair) -> None:
        attachment, settings = self.attachment, end.settings
        announce = self._own_part(end, family)
        accept = () if self.beside.by_path else of_family(self.beside.advertise, family)
        neighbor = Neighbor(
            self.beside.vrf,
            link.own.ip,
            family,
            self.beside.asn,
            attachment.spec.asn,
            description(f"{end.router} {attachment.name}"),
            password=usable(attachment.password),
            keepalive=settings.keepalive,
            hold=settings.hold,
            bfd=settings.bfd,
            import_policy=self._from_router(device, family, accept),
            export_policy=self._listed(device, ("out",), family, announce),
            max_prefix=settings.max_prefix_v4 if family == 4 else settings.max_prefix_v6,
            send_community=True,
        )
        session = Session(
            peer=Peer.FIREWALL,
            neighbor=neighbor.key,
            family=family,
            customer=self.customer.name,
            domain=attachment.domain,
            role=end.role,
            announce=announce,
            accept=accept,
            origin=attachment.path,
        )
        device.neighbor(neighbor, session, attachment.path)

    def _own_part(self, end: EndIntent, family: Family) -> tuple[Prefix, ...]:
        """What this firewall brings to its router: of pools for each router only its own (ER-NAT-05)."""
        found = of_family(self.attachment.accept, family)
        nat = self.peering.spec.nat
        if nat is None or self.peering.nat_at != "firewall" or nat.design != "per_router":
            return found
        other = nat.pool.secondary if end.role is Role.PRIMARY else nat.pool.primary
        return tuple([one for one in found if one != other])

    def _from_router(self, device: DeviceDraft, family: Family, accept: tuple[Prefix, ...]) -> str:
        """From the router: exactly what it is planned to announce; Microsoft's services by their path."""
        if not self.beside.by_path:
            return self._listed(device, ("in",), family, accept)
        device.as_path_lists[policies.THROUGH_MSEE.name] = policies.THROUGH_MSEE
        rule = PolicyRule("10", True, as_path_lists=(policies.THROUGH_MSEE.name,))
        return self._add(device, Policy(self.name("in", f"v{family}"), (rule, policies.LAST)))

    # towards the core ---------------------------------------------------------------------------------

    def _inside(self, device: DeviceDraft, end: EndIntent, port: str) -> None:
        spec = self.spec
        links: list[tuple[Family, LinkPair]] = []
        for family, block in ((FAMILIES[0], spec.v4), (FAMILIES[1], spec.v6)):
            found = link_of(block, end.role, family)
            if found is not None:
                links.append((family, found))
        vrf = self.inner_vrf
        draft = device.vrf(
            vrf, self.attachment.spec.asn, self._key(end) + (3 if self.ipsec else 0), self.attachment.path
        )
        device.port(port, "own network")
        words = description(f"core {self.customer.name} {self.attachment.name}")
        interface = Interface("", vrf, words, addresses=tuple([link.own for _, link in links]))
        device.subinterface(port, Dot1q(spec.vlan), None, None, interface, self.attachment.path, Side.INSIDE)
        for family, link in links:
            draft.families.add(family)
            draft.router_id = draft.router_id or (str(link.own.ip) if family == 4 else "")
            self._to_core(device, end, family, link.peer)

    def _to_core(self, device: DeviceDraft, end: EndIntent, family: Family, peer: LinkAddress) -> None:
        accept = of_family(self._home(), family)
        announce = self._far(family)
        neighbor = Neighbor(
            self.inner_vrf,
            peer.ip,
            family,
            self.spec.asn,
            self.attachment.spec.asn,
            description(f"core {self.customer.name} {self.attachment.name}"),
            password=usable(self.secret),
            import_policy=self._listed(device, ("core", "in"), family, accept),
            export_policy=self._towards_core(device, family, announce),
            max_prefix=end.settings.max_prefix_v4 if family == 4 else end.settings.max_prefix_v6,
            send_community=True,
        )
        session = Session(
            peer=Peer.BESIDE,
            neighbor=neighbor.key,
            family=family,
            customer=self.customer.name,
            domain=self.attachment.domain,
            role=end.role,
            announce=announce,
            accept=accept,
            origin=(*self.attachment.path, "firewall"),
        )
        device.neighbor(neighbor, session, self.attachment.path)

    def _home(self) -> tuple[Prefix, ...]:
        """What the core brings: what is at home, whether it goes on to the router as it is or not."""
        return tuple(self.customer.spec.onprem)

    def _far(self, family: Family) -> tuple[Prefix, ...]:
        if self.ipsec is not None:
            return of_family(self.ipsec.accept, family)
        return () if self.beside.by_path else of_family(self.beside.advertise, family)

    def _towards_core(self, device: DeviceDraft, family: Family, announce: tuple[Prefix, ...]) -> str:
        if not self.beside.by_path or self.ipsec is not None:
            return self._listed(device, ("core", "out"), family, announce)
        rule = PolicyRule("10", True, as_path_lists=(policies.THROUGH_MSEE.name,))
        return self._add(device, Policy(self.name("core", "out", f"v{family}"), (rule, policies.LAST)))

    def _listed(self, device: DeviceDraft, words: tuple[str, ...], family: Family, prefixes: tuple[Prefix, ...]) -> str:
        """A policy that lets exactly these prefixes pass."""
        listed = self.name(*words) if prefixes else ""
        if listed:
            device.prefix_lists[listed, family] = policies.exact_list(listed, family, prefixes)
            device.origins["prefix_lists", (listed, family)] = self.attachment.path
        return self._add(device, policies.from_customer(self.name(*words, f"v{family}"), listed, None))

    def _add(self, device: DeviceDraft, policy: Policy) -> str:
        device.policies[policy.name] = policy
        device.origins["policies", policy.name] = self.attachment.path
        return policy.name

    def _anchor(self, device: DeviceDraft, prefix: Prefix) -> None:
        """A pool is nobody's network: originated here, with a discard route behind it (ER-RTE-18, PLT-JUN-17)."""
        vrf = self.beside.vrf
        device.vrfs[vrf].networks.add(prefix)
        device.static_routes[vrf, prefix, "discard"] = StaticRoute(vrf, prefix, "discard")
        device.origins["static_routes", (vrf, prefix, "discard")] = self.attachment.path


def plan_appliances(
    customer: CustomerIntent, peerings: list[PeeringIntent], drafts: dict[str, DeviceDraft], *, lab: bool
) -> None:
    """Every session of a customer that ends on firewalls."""
    for attachment in customer.attachments:
        if attachment.spec.firewall is None:
            continue
        same = [
            one for one in peerings if one.domain is attachment.domain and one.circuit.pair_name == attachment.pair_name
        ]
        if not same:
            continue
        planner = AppliancePlanner(customer, attachment, same, attachment.core_password, lab=lab)
        for role, end in attachment.ends.items():
            device = drafts.get(firewall_of(same[0], role))
            if device is not None:
                planner.plan(device, end)
        plan_state_sync(same[0], drafts)


def plan_state_sync(peering: PeeringIntent, drafts: dict[str, DeviceDraft]) -> None:
    """The link over which the two firewalls of a pair tell each other of their sessions (FW-PLACE-03)."""
    pair = peering.circuit.pair
    both = [drafts.get(name) for name in pair.firewalls]
    if not pair.state_sync or len(both) != 2:
        return
    for index, device in enumerate(both):
        port = None if device is None else device.router.sync_port
        if device is None or port is None or device.state_sync or Feature.STATE_SYNC not in device.can:
            continue
        name = device.platform.subinterface(port, UNTAGGED, None)
        local, peer = SYNC[index], SYNC[1 - index]
        path = ("pairs", peering.circuit.pair_name, "state_sync")
        device.port(port, f"state of sessions with {pair.firewalls[1 - index]}")
        words = description(f"state of sessions with {pair.firewalls[1 - index]}")
        device.add(Interface(name, "", words, addresses=(local,)), path)
        device.state_sync[name] = StateSync(name, index + 1, local.ip, peer.ip)
        device.origins["state_sync", name] = path
