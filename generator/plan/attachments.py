"""Sessions beside Azure's: the customer's CE, or the provider's or core network."""

from __future__ import annotations

from generator.inventory.intent import AttachmentIntent, CustomerIntent, EndIntent, PeeringIntent
from generator.model.address import Prefix, prefix_key
from generator.model.facts import CommunityList, Family, Interface, Neighbor, StaticRoute
from generator.model.naming import description, object_name
from generator.model.plan import Domain, Peer, Session, Side
from generator.plan import policies
from generator.plan.device import DeviceDraft, VrfDraft
from generator.plan.peerings import DOMAIN_NUMBER, FAMILIES, of_family, usable, vrf_key


def vrf_at_home(peering: PeeringIntent, domain: Domain) -> str:
    """The VRF of a peering in which sessions of a domain are: inside the tunnels for private ones."""
    return peering.home_vrf if domain is Domain.PRIVATE else peering.vrf


def _brings(peering: PeeringIntent, domain: Domain) -> tuple[Prefix, ...]:
    """What comes in over a peering, in clear or in its tunnels."""
    inside = peering.ipsec is not None and peering.ipsec.spec.at == "router" and domain is Domain.PRIVATE
    return peering.ipsec.accept if inside and peering.ipsec is not None else peering.accept


def _shared_service(one: AttachmentIntent, other: AttachmentIntent) -> bool:
    """Whether ``other`` brings shared services of the provider that ``one`` has to hear of."""
    return other is not one and other.spec.nat is not None and other.domain is one.domain and one.spec.nat is None


class AttachmentPlanner:
    """Plans one session at each of its ends.  ``peerings``: those of the customer with their own side in the same VRF."""

    def __init__(self, customer: CustomerIntent, attachment: AttachmentIntent, peerings: list[PeeringIntent]) -> None:
        self.customer = customer
        self.attachment = attachment
        self.peerings = peerings
        self.shared = DOMAIN_NUMBER[attachment.domain] if customer.model == "connect_through" else None
        self.vrf = vrf_at_home(peerings[0], attachment.domain)
        self.asn = peerings[0].asn
        if attachment.advertise is not None:
            self.advertise = attachment.advertise
        else:
            everything = set().union(*(_brings(peering, attachment.domain) for peering in peerings))
            everything.update(*(other.accept for other in customer.attachments if _shared_service(attachment, other)))
            self.advertise = tuple(sorted(everything, key=prefix_key))
        self.communities = tuple(sorted(set().union(*(peering.communities for peering in peerings))))
        self.by_path = attachment.advertise is None and attachment.domain is not Domain.PRIVATE

    def name(self, *words: str) -> str:
        return object_name(self.customer.name, self.attachment.name, *words)

    def plan(self, device: DeviceDraft, end: EndIntent) -> None:
        if end.tags is None:
            return
        attachment = self.attachment
        draft = device.vrf(
            self.vrf,
            self.asn,
            vrf_key(end.tags, attachment.domain, end.port, device.router.azure_port),
            attachment.path,
        )
        if end.v4 is not None and not draft.router_id:
            draft.router_id = str(end.v4.own.ip)
        device.port(end.port, "customers" if self.shared is not None else "own network")
        words = description(attachment.spec.description or f"{self.customer.name} {attachment.name}")
        interface = Interface(
            "", self.vrf, words, addresses=end.addresses(), mtu=end.settings.mtu, bfd=end.settings.bfd
        )
        name = device.subinterface(end.port, end.tags, end.unit, self.shared, interface, attachment.path, Side.INSIDE)
        device.links[attachment.path, end.role] = name
        if attachment.spec.nat is not None:
            self._anchor(device, draft, attachment.spec.nat.outside)
        for family in FAMILIES:
            if (end.v4 if family == 4 else end.v6) is not None:
                draft.families.add(family)
                self._session(device, end, family, words)

    def _anchor(self, device: DeviceDraft, draft: VrfDraft, outside: Prefix) -> None:
        """The translated space is nobody's network: originated here, with a discard route behind it (ER-RTE-18)."""
        draft.networks.add(outside)
        key = (self.vrf, outside, "discard")
        device.static_routes[key] = StaticRoute(*key)
        device.origins["static_routes", key] = self.attachment.path

    def _session(self, device: DeviceDraft, end: EndIntent, family: Family, words: str) -> None:
        attachment, settings = self.attachment, end.settings
        link = end.v4 if family == 4 else end.v6
        assert link is not None
        internal = attachment.spec.asn == self.asn
        neighbor = Neighbor(
            self.vrf,
            link.peer.ip,
            family,
            attachment.spec.asn,
            self.asn,
            words,
            password=usable(attachment.password),
            keepalive=settings.keepalive,
            hold=settings.hold,
            bfd=settings.bfd,
            import_policy=self._inbound(device, family),
            export_policy=self._outbound(device, family),
            max_prefix=settings.max_prefix_v4 if family == 4 else settings.max_prefix_v6,
            next_hop_self=internal,
            send_community=True,
        )
        session = Session(
            peer=Peer.CUSTOMER if self.shared is not None else Peer.BESIDE,
            neighbor=neighbor.key,
            family=family,
            customer=self.customer.name,
            domain=attachment.domain,
            role=end.role,
            announce=of_family(self.advertise, family),
            accept=of_family(attachment.accept, family),
            origin=attachment.path,
        )
        device.neighbor(neighbor, session, attachment.path)

    def _inbound(self, device: DeviceDraft, family: Family) -> str:
        accept = of_family(self.attachment.accept, family)
        listed = self.name("in") if accept else ""
        if listed:
            device.prefix_lists[listed, family] = policies.exact_list(listed, family, accept)
            device.origins["prefix_lists", (listed, family)] = self.attachment.path
        policy = policies.from_customer(self.name("in", f"v{family}"), listed, self.attachment.spec.local_pref)
        device.policies[policy.name] = policy
        device.origins["policies", policy.name] = self.attachment.path
        return policy.name

    def _outbound(self, device: DeviceDraft, family: Family) -> str:
        advertise = () if self.by_path else of_family(self.advertise, family)
        listed = self.name("out") if advertise else ""
        if listed:
            device.prefix_lists[listed, family] = policies.exact_list(listed, family, advertise)
            device.origins["prefix_lists", (listed, family)] = self.attachment.path
        services = ""
        if self.by_path:
            device.as_path_lists[policies.FROM_MSEE.name] = policies.FROM_MSEE
            if self.communities:
                services = self.name("services")
                device.community_lists[services] = CommunityList(services, self.communities)
                device.origins["community_lists", services] = self.attachment.path
        policy = policies.to_customer(self.name("out", f"v{family}"), listed, services, by_path=self.by_path)
        device.policies[policy.name] = policy
        device.origins["policies", policy.name] = self.attachment.path
        return policy.name
