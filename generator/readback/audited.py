"""What the audit's rules look at: routers as their texts have them, and pairs of their sessions with Microsoft.

With an inventory the pairs are those of its plan.  Without one, two sessions on two routers are a pair where
their links are the two halves of one network (ER-ADDR-03), or where each is the only one of its kind in a VRF of
the same name, or where both have the same tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from ipaddress import ip_network
from typing import Final

import msgspec

from generator.model.address import LinkAddress
from generator.model.asn import MICROSOFT
from generator.model.audit import AuditFacts, Mark
from generator.model.facts import Facts, Interface, Neighbor, NeighborKey, ReadResult, UnrecognisedLine
from generator.model.plan import DevicePlan, Domain, PairPlan, Peer
from generator.model.vlan import UNTAGGED
from generator.platforms.base import Platform
from generator.platforms.tree import Node
from generator.readback.applied import Applied
from generator.readback.device_tree import other_tree_of
from generator.readback.policy import Policies

_INSIDE: Final = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7")))


class Edge(msgspec.Struct, frozen=True):
    """One session with Microsoft's edge, as the text has it."""

    neighbor: Neighbor
    interface: Interface | None
    """Where it is connected; None: no interface of its VRF has a network with it."""
    address: LinkAddress | None
    domain: Domain
    guessed: str = ""
    """How the domain was told, where no inventory says it."""

    @property
    def name(self) -> str:
        """``neighbor 172.31.0.18 in VRF CHARLIE``."""
        vrf = self.neighbor.vrf
        return f"neighbor {self.neighbor.address}" + (f" in VRF {vrf}" if vrf else "")


class AuditedRouter(msgspec.Struct, dict=True, kw_only=True):
    """One router."""

    name: str
    platform: Platform
    result: ReadResult
    audit: AuditFacts
    broken: tuple[UnrecognisedLine, ...] = ()
    """Braces, semicolons and strings that do not fit."""
    plan: DevicePlan | None = None
    """What the inventory wants of it, where there is one."""

    @property
    def facts(self) -> Facts:
        return self.result.facts

    @cached_property
    def planned(self) -> frozenset[NeighborKey]:
        """Sessions with Microsoft that the inventory has here."""
        sessions = self.plan.sessions if self.plan else ()
        return frozenset(one.neighbor for one in sessions if one.peer is Peer.MSEE)

    @cached_property
    def policies(self) -> Policies:
        return Policies(self.facts)

    @cached_property
    def applied(self) -> Applied:
        return Applied(self.facts)

    @cached_property
    def microsoft(self) -> tuple[Neighbor, ...]:
        """Every neighbour in Microsoft's AS, also one that is switched off."""
        return tuple([one for one in self.facts.neighbors.values() if one.remote_as == MICROSOFT])

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """The sessions that can come up: switched on, activated, on an interface that is not shut down."""
        found = [self._edge(one) for one in self.microsoft if one.enabled and one.activated]
        return tuple([one for one in found if one.interface is None or one.interface.enabled])

    @cached_property
    def facing(self) -> dict[str, list[Edge]]:
        """By interface: the sessions with Microsoft on it."""
        out: dict[str, list[Edge]] = {}
        for one in self.edges:
            if one.interface is not None:
                out.setdefault(one.interface.name, []).append(one)
        return out

    @cached_property
    def by_key(self) -> dict[NeighborKey, Edge]:
        return {one.neighbor.key: one for one in self.edges}

    def marks(self, *kinds: str) -> list[Mark]:
        """What the platform's auditor noted, of these kinds."""
        return [one for one in self.audit.marks if one.kind in kinds]

    def lists(self, neighbor: Neighbor, way: str) -> list[str]:
        """Filters of a session beside its policy, as written: ``prefix-list X in``."""
        return [one for one in neighbor.extra if one.endswith(f" {way}") and "list" in one]

    @cached_property
    def _networks(self) -> dict[tuple[str, object], tuple[Interface, LinkAddress]]:
        return {
            (one.vrf, link.network): (one, link) for one in self.facts.interfaces.values() for link in one.addresses
        }

    @cached_property
    def _lengths(self) -> frozenset[int]:
        return frozenset(link.network.prefixlen for one in self.facts.interfaces.values() for link in one.addresses)

    def _edge(self, neighbor: Neighbor) -> Edge:
        interface, address = self.connected(neighbor)
        session = None
        if self.plan is not None:
            session = next((one for one in self.plan.sessions if one.neighbor == neighbor.key), None)
        if session is not None and session.domain is not None:
            return Edge(neighbor, interface, address, session.domain)
        return Edge(neighbor, interface, address, *_domain(neighbor, interface))

    def connected(self, neighbor: Neighbor) -> tuple[Interface | None, LinkAddress | None]:
        """The interface in the neighbour's VRF in whose network it is: that of the longest prefix."""
        for length in sorted(self._lengths, reverse=True):
            if length <= neighbor.address.max_prefixlen:
                network = ip_network((neighbor.address, length), strict=False)
                found = self._networks.get((neighbor.vrf, network))
                if found is not None:
                    return found
        return None, None


def _domain(neighbor: Neighbor, interface: Interface | None) -> tuple[Domain, str]:
    """What the names say, or else what the link's addresses do: those of Microsoft peering are public (ER-ADDR-07)."""
    texts = " ".join((neighbor.description, interface.description if interface else "", neighbor.vrf)).lower()
    for domain in (Domain.MICROSOFT, Domain.PRIVATE):
        if domain.value in texts:
            return domain, "by its description"
    if "public peering" in texts:
        return Domain.PUBLIC, "by its description"
    inside = any(neighbor.address in one for one in _INSIDE if one.version == neighbor.address.version)
    return (Domain.PRIVATE, "by its private address") if inside else (Domain.MICROSOFT, "by its public address")


class AuditedPair(msgspec.Struct, dict=True, kw_only=True):
    """The two sessions of one peering in one family."""

    one: AuditedRouter
    two: AuditedRouter
    first: Edge
    second: Edge
    how: str
    """How they were found to belong together."""
    plan: PairPlan | None = None

    @property
    def title(self) -> str:
        return f"{self.one.name} {self.first.name} and {self.two.name} {self.second.name}"

    @property
    def both(self) -> tuple[tuple[AuditedRouter, Edge], tuple[AuditedRouter, Edge]]:
        return (self.one, self.first), (self.two, self.second)


class AuditedCouple(msgspec.Struct, kw_only=True):
    """Two routers that have at least one pair of sessions."""

    one: AuditedRouter
    two: AuditedRouter


def read_audited(
    name: str, platform: Platform, texts: Mapping[str, str], plan: DevicePlan | None = None
) -> AuditedRouter:
    """One router from its files, which may be anybody's."""
    trees: dict[str, list[Node]] = {}
    broken: list[UnrecognisedLine] = []
    for file in platform.files:
        text = texts.get(file.name)
        if text is not None:
            trees[file.name], found = other_tree_of(file, text)
            broken += found
    result = platform.read(trees)
    return AuditedRouter(
        name=name,
        platform=platform,
        result=result,
        audit=platform.audit(trees, result),
        broken=tuple(broken),
        plan=plan,
    )


def pairs_of(routers: Mapping[str, AuditedRouter], plans: Iterable[PairPlan]) -> list[AuditedPair]:
    """Pairs of the plan, then those of the sessions that the plan does not know."""
    out: list[AuditedPair] = []
    taken: set[tuple[str, NeighborKey]] = set()
    for plan in plans:
        ends = [plan.primary, plan.secondary] if plan.secondary else []
        both = [(routers[name], routers[name].by_key.get(key)) for name, key in ends if name in routers]
        if len(both) == 2:
            (one, first), (two, second) = both
            if first is not None and second is not None:
                out.append(AuditedPair(one=one, two=two, first=first, second=second, how="by the inventory", plan=plan))
        taken.update(ends)
    loose = [(router, edge) for router in routers.values() for edge in router.edges]
    loose = [(router, edge) for router, edge in loose if (router.name, edge.neighbor.key) not in taken]
    for how, key_of in _WAYS:
        by_key: dict[object, list[tuple[AuditedRouter, Edge]]] = {}
        for router, edge in loose:
            key = key_of(edge)
            if key is not None:
                by_key.setdefault((key, edge.neighbor.family), []).append((router, edge))
        for ends_found in by_key.values():
            if len(ends_found) == 2 and ends_found[0][0] is not ends_found[1][0]:
                (one, first), (two, second) = ends_found
                out.append(AuditedPair(one=one, two=two, first=first, second=second, how=how))
                loose = [entry for entry in loose if entry not in ends_found]
    return out


def _half(edge: Edge) -> object:
    if edge.address is None or edge.address.network.prefixlen < 8:
        return None
    # A /29 has two /30; of IPv6 a /125 has room for two /126.
    return (edge.address.network.supernet(), edge.domain)


def _vrf(edge: Edge) -> object:
    return (edge.neighbor.vrf, edge.domain) if edge.neighbor.vrf else None


def _tags(edge: Edge) -> object:
    return edge.interface.tags if edge.interface is not None and edge.interface.tags != UNTAGGED else None


_WAYS: Final = (
    ("by their links, the halves of one network", _half),
    ("by the name of their VRF", _vrf),
    ("by their tags", _tags),
)


def couples_of(pairs: Iterable[AuditedPair]) -> list[AuditedCouple]:
    """Each two routers once."""
    seen: dict[tuple[str, str], AuditedCouple] = {}
    for pair in pairs:
        seen.setdefault((pair.one.name, pair.two.name), AuditedCouple(one=pair.one, two=pair.two))
    return list(seen.values())
