"""What the rules on rendered configs look at: the plan of a router beside the facts that its text shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from generator.model.address import Address, LinkAddress
from generator.model.asn import MICROSOFT
from generator.model.facts import Facts, Interface, Neighbor, ReadResult, Tunnel
from generator.model.plan import DevicePlan, Domain, PairPlan, Peer, Role, Session
from generator.platforms.base import Platform
from generator.readback.applied import Applied
from generator.readback.as_path import AsPath
from generator.readback.flows import Flows
from generator.readback.packet import Firewall
from generator.readback.policy import Policies, UndefinedSemantics
from generator.readback.policy_filter import Filter
from generator.readback.prefix_match import Region, beyond
from generator.readback.ways import Ways

FROM_MICROSOFT: AsPath = (MICROSOFT,)
"""The path of a VNet's or a service's route outside maintenance."""


class Announced(msgspec.Struct):
    """What an outbound policy lets through, against what it should."""

    excess: list[Region]
    lacking: list[Region]
    regions: frozenset[Region]


class Link(msgspec.Struct):
    """One session with Microsoft's edge: what was planned, and what the text has for it."""

    session: Session
    neighbor: Neighbor | None
    interface: Interface | None
    """The interface whose network the neighbour is in, in the neighbour's VRF."""
    address: LinkAddress | None
    """Its address in that network."""
    announced: Announced | None = None
    """What its outbound policy lets through; see :meth:`DeviceEvidence.announced`."""

    @property
    def public(self) -> bool:
        """Microsoft and public peering, where private space may not pass."""
        return self.session.domain is not Domain.PRIVATE

    @property
    def title(self) -> str:
        """``charlie-ams private IPv4``."""
        session = self.session
        return f"{session.circuit} {session.domain or ''} IPv{session.family}"

    @property
    def name(self) -> str:
        """``neighbor 172.31.0.18 in VRF CHARLIE``."""
        vrf, address, _ = self.session.neighbor
        return f"neighbor {address} in VRF {vrf}" if vrf else f"neighbor {address}"


class DeviceEvidence(msgspec.Struct, dict=True, kw_only=True):
    """One router: its plan, and what was read from its text."""

    plan: DevicePlan
    platform: Platform
    result: ReadResult
    texts: Mapping[str, str] | None = None
    """The config files themselves, where they are at hand."""
    undefined: UndefinedSemantics = UndefinedSemantics()
    own_render: bool = True
    """False: the text came from elsewhere and may hold objects that are none of ours."""

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def facts(self) -> Facts:
        return self.result.facts

    @cached_property
    def wanted(self) -> Facts:
        """What of the plan's facts the platform's text can show."""
        return self.platform.observable(self.plan.facts)

    @cached_property
    def policies(self) -> Policies:
        return Policies(self.result.facts, self.undefined)

    @cached_property
    def firewall(self) -> Firewall:
        """The packet filters of the text."""
        return Firewall(self.result.facts)

    @cached_property
    def ways(self) -> Ways:
        return Ways(self.result.facts, self.wanted, self.plan.sides, self.firewall)

    @cached_property
    def flows(self) -> Flows:
        """The planned flows, judged by the filters of the text."""
        return Flows(self.plan.passages, self.ways, self.firewall)

    @cached_property
    def applied(self) -> Applied:
        """What the text applies to its interfaces."""
        return Applied(self.result.facts)

    @cached_property
    def to_apply(self) -> Applied:
        """What the plan applies to them."""
        return Applied(self.wanted)

    @cached_property
    def gateways(self) -> tuple[tuple[Session, Neighbor], ...]:
        """The sessions with VPN gateways that the text has."""
        return tuple(
            [(one, neighbor) for one, neighbor in self.ends if one.peer is Peer.GATEWAY and neighbor is not None]
        )

    @cached_property
    def gateways_in(self) -> dict[str, list[tuple[Session, Neighbor]]]:
        """The same by the tunnel that they run through."""
        out: dict[str, list[tuple[Session, Neighbor]]] = {}
        for one in self.gateways:
            out.setdefault(one[0].tunnel, []).append(one)
        return out

    @cached_property
    def tunnels(self) -> tuple[Tunnel, ...]:
        """The planned tunnels, as the text has them."""
        found = self.result.facts.tunnels
        return tuple([found[name] for name in self.plan.facts.tunnels if name in found]) if found else ()

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The sessions with Microsoft."""
        return tuple([self._link(one, neighbor) for one, neighbor in self.ends if one.peer is Peer.MSEE])

    @cached_property
    def links_in(self) -> dict[tuple[str, int], list[Link]]:
        """The same by VRF and family."""
        out: dict[tuple[str, int], list[Link]] = {}
        for link in self.links:
            out.setdefault((link.session.neighbor[0], link.session.family), []).append(link)
        return out

    @cached_property
    def ends(self) -> tuple[tuple[Session, Neighbor | None], ...]:
        """Every planned session, and what the text has for it."""
        neighbors = self.result.facts.neighbors
        return tuple([(one, neighbors.get(one.neighbor)) for one in self.plan.sessions])

    @cached_property
    def link_by_neighbor(self) -> dict[object, Link]:
        return {link.session.neighbor: link for link in self.links}

    @cached_property
    def links_of(self) -> dict[str, list[Link]]:
        """By customer."""
        out: dict[str, list[Link]] = {}
        for link in self.links:
            out.setdefault(link.session.customer, []).append(link)
        return out

    @cached_property
    def live(self) -> tuple[tuple[Link, Neighbor], ...]:
        """The sessions with Microsoft that the text has."""
        return tuple([(link, link.neighbor) for link in self.links if link.neighbor is not None])

    @cached_property
    def connected(self) -> dict[tuple[str, int, int, int], tuple[Interface, LinkAddress]]:
        """Interfaces by VRF, IP version, prefix length and network."""
        out: dict[tuple[str, int, int, int], tuple[Interface, LinkAddress]] = {}
        for interface in self.result.facts.interfaces.values():
            for address in interface.addresses:
                network = address.network
                key = (interface.vrf, address.version, network.prefixlen, int(network.network_address))
                out[key] = (interface, address)
        return out

    @cached_property
    def _lengths(self) -> dict[int, tuple[int, ...]]:
        """Prefix lengths of connected networks, by IP version."""
        out: dict[int, set[int]] = {4: set(), 6: set()}
        for _, version, length, _ in self.connected:
            out[version].add(length)
        return {version: tuple(sorted(lengths, reverse=True)) for version, lengths in out.items()}

    @cached_property
    def partners(self) -> dict[tuple[str, int], Neighbor]:
        """iBGP neighbours by VRF and family.  One that was planned as something else, an appliance say, is none."""
        neighbors = self.result.facts.neighbors.values()
        others = {one.neighbor for one in self.plan.sessions if one.peer is not Peer.PARTNER}
        return {
            (one.vrf, one.family): one for one in neighbors if one.remote_as == one.local_as and one.key not in others
        }

    @cached_property
    def customer_paths(self) -> dict[tuple[str, int], tuple[AsPath, ...]]:
        """AS paths that announced routes have here, by VRF and family: our own, and one for each AS beside us."""
        out: dict[tuple[str, int], dict[AsPath, None]] = {}
        for session, neighbor in self.ends:
            if neighbor is None or session.peer not in (Peer.CUSTOMER, Peer.BESIDE, Peer.FIREWALL):
                continue
            if neighbor.remote_as not in (neighbor.local_as, MICROSOFT):
                out.setdefault((session.neighbor[0], session.family), {})[(neighbor.remote_as,)] = None
        return {key: tuple(paths) for key, paths in out.items()}

    @cached_property
    def _owned(self) -> dict[tuple[str, int], tuple[Interface, LinkAddress, int]]:
        """Interfaces by VRF and own address, with the number of host bits."""
        out: dict[tuple[str, int], tuple[Interface, LinkAddress, int]] = {}
        for interface in self.result.facts.interfaces.values():
            for address in interface.addresses:
                out[(interface.vrf, int(address))] = (
                    interface,
                    address,
                    address.max_prefixlen - address.network.prefixlen,
                )
        return out

    def reach(self, vrf: str, address: Address) -> tuple[Interface, LinkAddress] | None:
        """The interface in a VRF on whose network an address is."""
        number, version = int(address), address.version
        # Both ends of a link are neighbours as numbers, too; else the networks are searched.
        for near in (number - 1, number + 1):
            found = self._owned.get((vrf, near))
            if found is not None and near >> found[2] == number >> found[2] and found[1].version == version:
                return found[:2]
        width = 32 if version == 4 else 128
        for length in self._lengths[version]:
            shift = width - length
            other = self.connected.get((vrf, version, length, number >> shift << shift))
            if other is not None:
                return other
        return None

    def announced(self, link: Link) -> Announced:
        """What the outbound policy of a session lets through, proved from its lists.

        For the routes that may be there to announce: our own, and those of the networks beside us.
        """
        if link.announced is None:
            link.announced = self._announced_by(link)
        return link.announced

    def _announced_by(self, link: Link) -> Announced:
        session, neighbor = link.session, link.neighbor
        if neighbor is None:
            return Announced([], [], frozenset())
        filters = self.outbound(link)
        wanted = frozenset([(int(one.network_address), one.prefixlen) for one in session.announce])
        permitted: frozenset[Region] = frozenset().union(*[one.permitted() for one in filters])
        intended = frozenset([(address, length, length, length) for address, length in wanted])
        if permitted == intended:
            return Announced([], [], permitted)
        lacking = [one for one in intended if not any(each.permits(one[0], one[1]) for each in filters)]
        return Announced(beyond(sorted(permitted), wanted, filters[0].width), sorted(lacking), permitted)

    def outbound(self, link: Link) -> list[Filter]:
        """The outbound policy of a session, for each AS path that an announced route may have; equal ones once."""
        vrf, _, family = link.session.neighbor
        name = link.neighbor.export_policy if link.neighbor else ""
        first = self.policies.filter(name, family, ())
        out = [first]
        for path in self.customer_paths.get((vrf, family), ()):
            other = self.policies.filter(name, family, path)
            if other.steps != first.steps:
                out.append(other)
        return out

    def _link(self, session: Session, neighbor: Neighbor | None) -> Link:
        vrf, address, _ = session.neighbor
        interface, own = self.reach(vrf, address) or (None, None)
        return Link(session, neighbor, interface, own)


class PairEvidence(msgspec.Struct, dict=True, kw_only=True):
    """The two routers of one peering in one family."""

    pair: PairPlan
    primary: DeviceEvidence
    secondary: DeviceEvidence | None = None

    @property
    def title(self) -> str:
        """``charlie-ams private IPv4``."""
        return f"{self.pair.circuit} {self.pair.domain} IPv{self.pair.family}"

    def device(self, role: Role) -> DeviceEvidence | None:
        return self.primary if role is Role.PRIMARY else self.secondary

    def session(self, role: Role) -> Session | None:
        """What was planned for a link."""
        link = self.link(role)
        return link.session if link else None

    def neighbor(self, role: Role) -> Neighbor | None:
        """What the text has for a link's session."""
        link = self.link(role)
        return link.neighbor if link else None

    def link(self, role: Role) -> Link | None:
        return self.both[0 if role is Role.PRIMARY else 1]

    @cached_property
    def both(self) -> tuple[Link | None, Link | None]:
        """The links of the primary and the secondary router."""
        pair, second = self.pair, self.secondary
        other = second.link_by_neighbor.get(pair.secondary[1]) if second and pair.secondary else None
        return (self.primary.link_by_neighbor.get(pair.primary[1]), other)

    @cached_property
    def live(self) -> tuple[Link, Link, Neighbor, Neighbor] | None:
        """Both links and both neighbours, where the texts of both routers have them."""
        one, two = self.both
        if one is None or two is None or one.neighbor is None or two.neighbor is None:
            return None
        return (one, two, one.neighbor, two.neighbor)

    def sides(self) -> Iterator[tuple[DeviceEvidence, Link]]:
        """The routers that the pair has, each with its link."""
        one, two = self.both
        if one is not None:
            yield self.primary, one
        if self.secondary is not None and two is not None:
            yield self.secondary, two
