"""What protects one peering on its routers: zones and filters, translation, DSCP; planned when every interface is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from generator.inventory.flows import End, FlowIntent
from generator.inventory.intent import AttachmentIntent, EndIntent, IpsecIntent, LinkPair, PeeringIntent
from generator.inventory.tunnels import gateway_prefixes
from generator.model.address import Prefix, prefix_key
from generator.model.facts import Family
from generator.model.filters import ANY, ESP, SELF, FilterRule, Zone, ZonePolicy
from generator.model.naming import object_name
from generator.model.plan import Domain, Passage, Side
from generator.plan import filter_rules as rules
from generator.plan.device import DeviceDraft
from generator.plan.filter_rules import RuleList, host
from generator.plan.peerings import FAMILIES, which_end
from generator.plan.state import is_stateful
from generator.plan.traffic import plan_traffic

PAIR: Final[dict[Side, str]] = {Side.AZURE: "AZ", Side.TUNNEL: "TUN"}
"""How zones on the far side are called."""


def plan_security(peering: PeeringIntent, drafts: dict[str, DeviceDraft], *, lab: bool) -> None:
    """Filters, NAT and DSCP of a peering at both of its ends."""
    for end in peering.ends.values():
        device = drafts[end.router]
        if (peering.path, end.role) not in device.links:
            continue
        plan_traffic(peering, device, end)
        if peering.customer.firewall.enabled:
            _Planner(peering, device, end, lab=lab).plan()


def plan_appliance_filters(
    peering: PeeringIntent,
    attachment: AttachmentIntent,
    device: DeviceDraft,
    end: EndIntent,
    outside: str,
    *,
    lab: bool,
) -> None:
    """The filters of a firewall between a router and the core; ``end`` is the router's end of the session between them."""
    if peering.customer.firewall.enabled:
        _Appliance(peering, device, end, lab=lab).plan_between(attachment, outside)


class _Planner:
    """The filters of one peering on one router."""

    place = "router"
    """What ends tunnels and translates here, in the words of ``at``."""

    def __init__(self, peering: PeeringIntent, device: DeviceDraft, end: EndIntent, *, lab: bool) -> None:
        self.peering = peering
        self.device = device
        self.end = end
        self.lab = lab
        self.stateful = is_stateful(peering, device.can)
        self.translates = peering.nat_at == self.place
        self.ipsec = peering.ipsec
        self.which = which_end(peering, end.role)

    def name(self, *words: str) -> str:
        return object_name(self.peering.circuit.name, self.peering.domain.value, *self.which, *words)

    def plan(self) -> None:
        peering, device = self.peering, self.device
        link = device.links[peering.path, self.end.role]
        self._zone(Side.AZURE, peering.vrf, (link,))
        self._to_the_router()
        if self.ipsec is None:
            self._between(Side.AZURE, peering.vrf, self._flows(peering.domain))
            return
        self.device.gateways.update(one.remote for one in self.ipsec.tunnels)
        if peering.domain is Domain.PRIVATE:
            self._encrypted(self.ipsec)
        else:
            # A peering for tunnels carries nothing else unless somebody says so (FW-PERM-12).
            declared = peering.customer.spec.flows is not None
            self._between(Side.AZURE, peering.vrf, self._flows(peering.domain) if declared else [])
        if self.ipsec.spec.at == self.place:
            self._through_tunnels(self.ipsec)

    def _through_tunnels(self, ipsec: IpsecIntent) -> None:
        """The tunnels that end here are a zone of their own, in the inner VRF."""
        tunnels = self.device.on_side(Side.TUNNEL, ipsec.inner_vrf)
        mine = tuple(name for name in tunnels if self.device.origins["interfaces", name] == ipsec.path)
        if mine:
            self._zone(Side.TUNNEL, ipsec.inner_vrf, mine)
            self._to_the_router_through(ipsec)
            self._between(Side.TUNNEL, ipsec.inner_vrf, self._flows(Domain.PRIVATE))

    # zones --------------------------------------------------------------------------------------

    def _zone(self, side: Side, vrf: str, interfaces: tuple[str, ...]) -> None:
        name = self.name(PAIR[side])
        self.device.zones[name] = Zone(name, vrf, interfaces)
        self.device.origins["zones", name] = self.peering.path

    def _inside(self, vrf: str) -> str:
        """The zone of everything at home in a VRF; empty where there is no interface."""
        interfaces = self.device.on_side(Side.INSIDE, vrf)
        if not interfaces:
            return ""
        name = object_name(vrf, "IN")
        self.device.zones[name] = Zone(name, vrf, interfaces)
        self.device.origins.setdefault(("zones", name), self.peering.path)
        return name

    def _policy(self, source: str, destination: str, words: tuple[str, ...], lists: Iterable[RuleList]) -> None:
        """One direction between two zones; what has no rule at all passes nothing."""
        name = self.name(*words)
        device = self.device
        stateful = self.stateful and SELF not in (source, destination)
        for one in lists:
            device.filters[name, one.family] = one.finish(name)
            device.origins["filters", (name, one.family)] = self.peering.path
        key = (source, destination)
        device.zone_policies[key] = ZonePolicy(source, destination, name, stateful)
        device.origins["zone_policies", key] = self.peering.path

    # the router itself ----------------------------------------------------------------------------

    def _families(self) -> list[Family]:
        return [family for family in FAMILIES if (self.end.v4 if family == 4 else self.end.v6) is not None]

    def _ends(self, link: LinkPair) -> tuple[Prefix, Prefix]:
        """This device's address on the link, and the other end's."""
        return host(link.own), host(link.peer)

    def _to_the_router(self) -> None:
        """BGP, BFD, ping and errors with the other end, IKE and ESP with the gateway; nothing else (FW-PERM-11)."""
        inbound, outbound = [], []
        for family in self._families():
            link = self.end.v4 if family == 4 else self.end.v6
            assert link is not None
            own, peer = self._ends(link)
            there, back = RuleList(family), RuleList(family)
            sources = self._tunnel_sources() if family == 4 else ()
            there.add(rules.link_control(peer, own, self.end.settings.bfd, family, (own, *sources)))
            back.add(rules.link_control(own, peer, self.end.settings.bfd, family, ()))
            if sources and self.ipsec is not None:
                there.add(rules.ike(gateway_prefixes(self.ipsec), sources))
                back.add(rules.ike(sources, gateway_prefixes(self.ipsec)))
            inbound.append(there)
            outbound.append(back)
        zone = self.name("AZ")
        self._policy(zone, SELF, ("AZ", "SELF"), inbound)
        self._policy(SELF, zone, ("SELF", "AZ"), outbound)

    def _tunnel_sources(self) -> tuple[Prefix, ...]:
        """Outer addresses of this device's own tunnels."""
        if self.ipsec is None or self.ipsec.spec.at != self.place:
            return ()
        return tuple(sorted({host(one.local) for one in self.ipsec.of(self.end.role)}, key=prefix_key))

    def _to_the_router_through(self, ipsec: IpsecIntent) -> None:
        """Inside the tunnels: BGP and ping with the gateway's instances (FW-PERM-10)."""
        mesh = ipsec.of(self.end.role)
        peers = tuple(sorted({host(one.bgp_remote) for one in mesh if one.bgp_remote is not None}, key=prefix_key))
        own = tuple(sorted({host(one.bgp_local) for one in mesh}, key=prefix_key))
        there, back = RuleList(4), RuleList(4)
        for collected, sources, destinations in ((there, peers, own), (back, own, peers)):
            if peers:
                collected.add(rules.bgp(sources, destinations))
                collected.add((rules.permit(rules.icmp(4), sources, destinations, icmp=rules.ECHO[4]),))
            collected.add((rules.permit(rules.icmp(4), (), own if collected is there else (), icmp=rules.TROUBLE[4]),))
        zone = self.name("TUN")
        self._policy(zone, SELF, ("TUN", "SELF"), (there,))
        self._policy(SELF, zone, ("SELF", "TUN"), (back,))

    # through the router -----------------------------------------------------------------------------

    def _encrypted(self, ipsec: IpsecIntent) -> None:
        """In the front VRF: the other router's tunnels over this link, and what is allowed in clear (IPS-TR-03)."""
        inside = self._inside(self.peering.vrf)
        if not inside:
            return
        there, back = RuleList(4), RuleList(4)
        self._tunnels_in_transit(ipsec, there, back)
        if ipsec.spec.at != "router":
            sources = tuple(sorted({host(one.local) for one in ipsec.tunnels}, key=prefix_key))
            self._front_passages(ESP, gateway_prefixes(ipsec), sources, "source")
        clear = tuple(sorted((one for one in ipsec.spec.clear if one.version == 4), key=prefix_key))
        far = tuple(one for one in self.peering.accept if one.version == 4)
        if clear and far:
            there.add((rules.permit(ANY, far, clear),))
            back.add((rules.permit(ANY, clear, far),))
            self._front_passages(ANY, far, clear, "clear")
        zone = self.name("AZ")
        self._policy(zone, inside, ("AZ", "IN"), (there,))
        self._policy(inside, zone, ("IN", "AZ"), (back,))

    @staticmethod
    def _tunnels_in_transit(ipsec: IpsecIntent, there: RuleList, back: RuleList) -> None:
        """Azure spreads packets over both links: those for the other router, or for a firewall behind, pass here."""
        sources = tuple(sorted({host(one.local) for one in ipsec.tunnels}, key=prefix_key))
        gateways = gateway_prefixes(ipsec)
        if sources and gateways:
            there.add(rules.ike(gateways, sources))
            back.add(rules.ike(sources, gateways))
            there.add((rules.permit(rules.icmp(4), (), sources, icmp=rules.TROUBLE[4]),))

    def _front_passages(self, protocol: int, far: tuple[Prefix, ...], near: tuple[Prefix, ...], field: str) -> None:
        """What is meant to pass the front VRF, in both directions: the tunnels of a firewall, and what goes in clear."""
        assert self.ipsec is not None
        for source, destination, sources, destinations in (
            (Side.AZURE, Side.INSIDE, far, near),
            (Side.INSIDE, Side.AZURE, near, far),
        ):
            self.device.passages.append(
                Passage(
                    vrf=self.peering.vrf,
                    family=4,
                    source=source,
                    destination=destination,
                    protocol=protocol,
                    sources=sources,
                    destinations=destinations,
                    origin=(*self.ipsec.path, field),
                )
            )

    def _flows(self, domain: Domain) -> list[FlowIntent]:
        return [one for one in self.peering.customer.flows if one.domain is domain]

    def _between(self, side: Side, vrf: str, flows: list[FlowIntent]) -> None:
        """The declared flows between a far zone and home, in both directions."""
        inside = self._inside(vrf)
        if not inside:
            return
        families = self._families() if side is Side.AZURE else [FAMILIES[0]]
        inbound = {family: RuleList(family) for family in families}
        outbound = {family: RuleList(family) for family in families}
        for family in families:
            if side is Side.AZURE and self.peering.domain is not Domain.PRIVATE:
                inbound[family].add(self._spoofed(family))
                if self.ipsec is not None and family == 4:
                    self._tunnels_in_transit(self.ipsec, inbound[family], outbound[family])
            for flow in flows:
                self._flow(side, vrf, flow, family, inbound[family], outbound[family])
            self._trouble(side, flows, family, inbound[family], outbound[family])
        zone, word = self.name(PAIR[side]), PAIR[side]
        self._policy(zone, inside, (word, "IN"), inbound.values())
        self._policy(inside, zone, ("IN", word), outbound.values())

    def _flow(
        self, side: Side, vrf: str, flow: FlowIntent, family: Family, inbound: RuleList, outbound: RuleList
    ) -> None:
        sources = self._prefixes(side, flow.source, family)
        destinations = self._prefixes(side, flow.destination, family)
        if sources is None or destinations is None:
            return
        there, back = (inbound, outbound) if flow.inbound else (outbound, inbound)
        for service in flow.services:
            there.add((rules.there(service, sources, destinations, family, log=flow.log),))
            if not self.stateful:
                back.add(rules.back(service, sources, destinations, family))
            protocol, types = rules.of_family(service, family)
            self.device.passages.append(
                Passage(
                    vrf=vrf,
                    family=family,
                    source=side if flow.inbound else Side.INSIDE,
                    destination=Side.INSIDE if flow.inbound else side,
                    protocol=protocol,
                    sources=sources,
                    destinations=destinations,
                    ports=service.ports,
                    icmp=types,
                    origin=flow.path,
                )
            )

    def _prefixes(self, side: Side, end: End, family: Family) -> tuple[Prefix, ...] | None:
        """The addresses that packets have here; towards Microsoft those of the pool, where another device translates."""
        found = end.of(family)
        if end.azure or end.anywhere or side is Side.TUNNEL or self.peering.domain is Domain.PRIVATE:
            return found
        announced = tuple([one for one in self.peering.announce[self.end.role] if one.version == family])
        if end.public:
            return tuple([one for one in announced if one in end.prefixes]) or None
        if self.translates:
            return found if family == 4 else None
        return announced or None

    def _spoofed(self, family: Family) -> Iterator[FilterRule]:
        """Sources that cannot come from Microsoft: reserved space, and our own (FW-SPOOF-02)."""
        announced = {one for prefixes in self.peering.announce.values() for one in prefixes}
        own = tuple(sorted((one for one in announced if one.version == family), key=prefix_key))
        yield FilterRule("", False, sources=(*rules.bogons(family, self.lab), *own), log=True)

    def _trouble(
        self, side: Side, flows: list[FlowIntent], family: Family, inbound: RuleList, outbound: RuleList
    ) -> None:
        """Errors about packets that passed come from any router on the way (FW-PERM-08, -09)."""
        home = self._union(side, flows, family, azure=False)
        far = self._union(side, flows, family, azure=True)
        if home is not None:
            inbound.add((rules.permit(rules.icmp(family), (), home, icmp=rules.TROUBLE[family]),))
        if far is not None:
            outbound.add((rules.permit(rules.icmp(family), home or (), far, icmp=rules.TROUBLE[family]),))

    def _union(self, side: Side, flows: list[FlowIntent], family: Family, *, azure: bool) -> tuple[Prefix, ...] | None:
        found: set[Prefix] = set()
        anywhere = False
        for flow in flows:
            for end in (flow.source, flow.destination):
                prefixes = self._prefixes(side, end, family) if end.azure is azure else None
                if prefixes is not None:
                    anywhere = anywhere or not prefixes
                    found.update(prefixes)
        if anywhere:
            return ()
        return tuple(sorted(found, key=prefix_key)) or None


class _Appliance(_Planner):
    """The filters of one session on one firewall: the router is where Microsoft's edge is for a router."""

    place = "firewall"

    def plan_between(self, attachment: AttachmentIntent, outside: str) -> None:
        vrf, ipsec = self.device.interfaces[outside].vrf, self.ipsec
        self._zone(Side.AZURE, vrf, (outside,))
        self._to_the_router()
        if ipsec is None or ipsec.spec.at != self.place:
            self._between(Side.AZURE, vrf, self._flows(attachment.domain))
        else:
            self._through_tunnels(ipsec)

    def _ends(self, link: LinkPair) -> tuple[Prefix, Prefix]:
        """The router has the first address of the link between them, the firewall the second."""
        return host(link.peer), host(link.own)
