"""One peering on one router: subinterface, neighbours, lists, policies, anchors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal
from zlib import crc32

from generator.inventory.intent import CustomerIntent, EndIntent, PeeringIntent
from generator.model.address import Prefix, parse_prefix
from generator.model.facts import CommunityList, Family, Interface, MaxPrefix, Neighbor, Policy, StaticRoute
from generator.model.naming import description, object_name
from generator.model.plan import Domain, Peer, Role, Session, Side
from generator.model.secret import Secret
from generator.model.vlan import QinQ, Tags
from generator.plan import policies
from generator.plan.device import DeviceDraft

DOMAIN_NUMBER: Final = {Domain.PRIVATE: 0, Domain.MICROSOFT: 1, Domain.PUBLIC: 2}
FAMILIES: Final[tuple[Family, Family]] = (4, 6)


def of_family(prefixes: Iterable[Prefix], family: Family) -> tuple[Prefix, ...]:
    return tuple([prefix for prefix in prefixes if prefix.version == family])


def usable(secret: Secret | None) -> Secret | None:
    """A key that could be had.  One that could not is an error already (SEC-001), and nothing will be written."""
    return secret if secret is not None and secret.known else None


def vrf_key(tags: Tags | None, domain: Domain, port: str, usual: str | None) -> int:
    """A number for the VRF that stays when other customers come and go: S-tag (or tag) × 4 + domain, 14 bits.

    S-tags are unique on a port only (ER-VLAN-10): on another port than the router's ``usual`` one, 14
    bits of the port's name go in front.
    """
    tag = 0 if tags is None else tags.outer if isinstance(tags, QinQ) else getattr(tags, "vlan", 0)
    number = int(tag) * 4 + DOMAIN_NUMBER[domain]
    return number if port == usual else (crc32(port.encode()) % 16383 + 1) << 14 | number


def sourced_elsewhere(customer: CustomerIntent, domain: Domain, pair: str) -> set[Prefix]:
    """Prefixes that a session beside Azure's brings to this pair, and that need no anchor of ours (ER-RTE-18)."""
    found: set[Prefix] = set()
    for attachment in customer.attachments:
        if attachment.domain is domain and attachment.pair_name == pair and attachment.ends:
            found.update(attachment.accept)
    return found


def which_end(peering: PeeringIntent, role: Role) -> tuple[str, ...]:
    """What tells the two ends of a peering apart in names, where both are on one router."""
    routers = {end.router for end in peering.ends.values()}
    return (role.value,) if len(routers) < len(peering.ends) else ()


class PeeringPlanner:
    """Plans one peering at each of its ends."""

    def __init__(self, peering: PeeringIntent, lab: bool) -> None:
        self.peering = peering
        self.lab = lab
        self.public = peering.domain is not Domain.PRIVATE
        self.sourced = sourced_elsewhere(peering.customer, peering.domain, peering.circuit.pair_name)
        self.shared = DOMAIN_NUMBER[peering.domain] if peering.customer.model == "connect_through" else None
        everywhere: set[Prefix] = set().union(*peering.announce.values())
        self.announced = sorted(everywhere, key=str)
        """On either link."""
        self.own = sorted(everywhere.union(peering.customer.spec.onprem), key=str)
        firewall = peering.customer.firewall
        self.urpf: Literal["", "strict", "loose"] = (
            firewall.urpf if firewall.enabled and firewall.urpf in ("strict", "loose") else ""  # type: ignore[assignment]
        )
        ipsec = peering.ipsec
        self.sources = (
            set()
            if ipsec is None
            else {parse_prefix(f"{one.local}/{one.local.max_prefixlen}") for one in ipsec.tunnels}
        )

    def name(self, *words: str) -> str:
        circuit, domain = self.peering.circuit.name, self.peering.domain.value
        return object_name(circuit, domain, *words)

    def plan(self, device: DeviceDraft, end: EndIntent) -> None:
        peering = self.peering
        if end.tags is None or (end.v4 is None and end.v6 is None):
            return
        draft = device.vrf(
            peering.vrf,
            peering.asn,
            vrf_key(end.tags, peering.domain, end.port, device.router.azure_port),
            peering.path,
        )
        draft.peerings += 1
        if end.v4 is not None and not draft.router_id:
            draft.router_id = str(end.v4.own.ip)
        device.port(end.port, "Azure ExpressRoute")
        words = f"{peering.customer.name} {peering.circuit.name} {peering.domain.value} {end.role.value}"
        interface = Interface(
            "",
            peering.vrf,
            description(peering.spec.description or f"Azure {words}"),
            addresses=end.addresses(),
            mtu=end.settings.mtu,
            bfd=end.settings.bfd,
            urpf=self.urpf,
            outer_tpid=end.settings.tpid,
        )
        name = device.subinterface(end.port, end.tags, end.unit, self.shared, interface, peering.path, Side.AZURE)
        device.links[peering.path, end.role] = name
        for family, link, limit in (
            (FAMILIES[0], end.v4, end.settings.max_prefix_v4),
            (FAMILIES[1], end.v6, end.settings.max_prefix_v6),
        ):
            if link is not None:
                draft.families.add(family)
                self._session(device, end, family, limit, description(f"MSEE {words}"))

    def _session(self, device: DeviceDraft, end: EndIntent, family: Family, limit: MaxPrefix, words: str) -> None:
        peering = self.peering
        link = end.v4 if family == 4 else end.v6
        assert link is not None
        announce = of_family(peering.announce[end.role], family)
        accept = of_family(peering.accept, family)
        settings = end.settings
        neighbor = Neighbor(
            peering.vrf,
            link.peer.ip,
            family,
            peering.spec.peer_asn,
            peering.asn,
            words,
            password=usable(peering.password),
            keepalive=settings.keepalive,
            hold=settings.hold,
            bfd=settings.bfd,
            import_policy=self._inbound(device, end, family, accept),
            export_policy=self._outbound(device, end, family, announce),
            max_prefix=limit,
        )
        self._anchor(device, announce)
        session = Session(
            peer=Peer.MSEE,
            neighbor=neighbor.key,
            family=family,
            customer=peering.customer.name,
            circuit=peering.circuit.name,
            domain=peering.domain,
            role=end.role,
            announce=announce,
            accept=accept,
            accept_communities=peering.communities,
            accept_any=self.public and not peering.communities,
            own=of_family(self.own, family),
            mode="active_passive" if peering.mode == "active_passive" else "active_active",
            origin=peering.path,
        )
        device.neighbor(neighbor, session, peering.path)

    def _inbound(self, device: DeviceDraft, end: EndIntent, family: Family, accept: tuple[Prefix, ...]) -> str:
        peering = self.peering
        name = self.name("in", f"v{family}")
        preference = peering.local_preference[end.role]
        if not self.public:
            listed = self._exact(device, self.name("in"), family, accept)
            policy = policies.private_in(name, listed, preference)
        else:
            device.prefix_lists[policies.BOGONS, family] = policies.bogons(family, self.lab)
            own = of_family(self.announced, family)
            listed = self.name("own") if own else ""
            if own:
                device.prefix_lists[listed, family] = policies.covering_list(listed, family, own)
            policy = policies.public_in(name, listed, self._communities(device), preference)
        device.as_path_lists[policies.FROM_MSEE.name] = policies.FROM_MSEE
        return self._add(device, policy)

    def _communities(self, device: DeviceDraft) -> str:
        values = self.peering.communities
        if not values:
            return ""
        name = self.name("services")
        device.community_lists[name] = CommunityList(name, values)
        device.origins["community_lists", name] = (*self.peering.path, "route_filter")
        return name

    def _outbound(self, device: DeviceDraft, end: EndIntent, family: Family, announce: tuple[Prefix, ...]) -> str:
        peering = self.peering
        listed = self._exact(device, self.name("out"), family, announce)
        own = peering.spec.prepend_asn or peering.asn
        preferred = peering.mode == "active_passive" and end.role is peering.preferred
        prepend = () if preferred else (own,) * peering.prepend
        if self.public:
            device.prefix_lists[policies.BOGONS, family] = policies.bogons(family, self.lab)
        device.as_path_lists[policies.THROUGH_MSEE.name] = policies.THROUGH_MSEE
        policy = policies.outbound(self.name("out", f"v{family}"), listed, prepend, public=self.public)
        return self._add(device, policy)

    def _exact(self, device: DeviceDraft, name: str, family: Family, prefixes: tuple[Prefix, ...]) -> str:
        if not prefixes:
            return ""
        device.prefix_lists[name, family] = policies.exact_list(name, family, prefixes)
        device.origins["prefix_lists", (name, family)] = self.peering.path
        return name

    def _add(self, device: DeviceDraft, policy: Policy) -> str:
        device.policies[policy.name] = policy
        device.origins["policies", policy.name] = self.peering.path
        return policy.name

    def _anchor(self, device: DeviceDraft, announce: Sequence[Prefix]) -> None:
        """Originate what nobody else brings: a discard route, so that it is announced whatever happens inside (ER-RTE-18)."""
        vrf = self.peering.vrf
        for prefix in announce:
            if prefix.prefixlen == 0 or prefix in self.sources:
                continue
            if prefix in self.sourced and not self._is_pool(prefix):
                continue
            device.vrfs[vrf].networks.add(prefix)
            device.static_routes[vrf, prefix, "discard"] = StaticRoute(vrf, prefix, "discard")
            device.origins["static_routes", (vrf, prefix, "discard")] = self.peering.path

    def _is_pool(self, prefix: Prefix) -> bool:
        """Whether the router itself translates to it; a pool of another device is that device's to announce."""
        nat = self.peering.spec.nat
        here = nat is not None and self.peering.nat_at == "router"
        return here and nat is not None and prefix in (nat.pool.primary, nat.pool.secondary)
