"""A router's plan while it is being made."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from generator.inventory.models import Router
from generator.model.address import Address, Prefix, prefix_key
from generator.model.crypto import Tunnel
from generator.model.facts import (
    AsPathList,
    BgpVrf,
    CommunityList,
    FactKey,
    Facts,
    Family,
    Interface,
    Neighbor,
    NeighborKey,
    Policy,
    PrefixList,
    StaticRoute,
    Vrf,
)
from generator.model.filters import ControlPlane, Filter, NatRule, Remark, Shaper, StateSync, Zone, ZonePolicy
from generator.model.finding import DataPath, Finding, Severity
from generator.model.macsec import Macsec
from generator.model.naming import description
from generator.model.plan import DevicePlan, Passage, Role, Session, Side
from generator.model.vlan import Tags
from generator.plan.interface_filters import as_interface_filters
from generator.platforms.base import Feature, Platform

LOCAL_ADMINISTRATOR: Final = 64512
"""In route distinguishers of routers with a four-byte AS number."""


class VrfDraft:
    """What is known so far of BGP in one VRF."""

    __slots__ = ("asn", "families", "key", "networks", "path", "peerings", "router_id")

    def __init__(self, asn: int, key: int, path: DataPath) -> None:
        self.asn = asn
        self.key = key
        """A number unique among the VRFs of a device, for the route distinguisher."""
        self.path = path
        self.families: set[Family] = set()
        self.networks: set[Prefix] = set()
        self.router_id = ""
        self.peerings = 0


class DeviceDraft:
    """Collects the objects of one router; `finish` makes the plan of them."""

    def __init__(self, name: str, router: Router, platform: Platform, title: str) -> None:
        self.name = name
        self.router = router
        self.platform = platform
        self.title = title
        self.vrfs: dict[str, VrfDraft] = {}
        self.ports: dict[str, str] = {}
        self.interfaces: dict[str, Interface] = {}
        self.prefix_lists: dict[tuple[str, Family], PrefixList] = {}
        self.as_path_lists: dict[str, AsPathList] = {}
        self.community_lists: dict[str, CommunityList] = {}
        self.policies: dict[str, Policy] = {}
        self.neighbors: dict[NeighborKey, Neighbor] = {}
        self.static_routes: dict[tuple[str, Prefix, str], StaticRoute] = {}
        self.tunnels: dict[str, Tunnel] = {}
        self.zones: dict[str, Zone] = {}
        self.zone_policies: dict[tuple[str, str], ZonePolicy] = {}
        self.filters: dict[tuple[str, Family], Filter] = {}
        self.control_plane: dict[str, ControlPlane] = {}
        self.nat_rules: dict[str, NatRule] = {}
        self.shapers: dict[str, Shaper] = {}
        self.remarks: dict[str, Remark] = {}
        self.macsec: dict[str, Macsec] = {}
        self.state_sync: dict[str, StateSync] = {}
        self.can: frozenset[Feature] = platform.can(router.model or "")
        self.sides: dict[str, Side] = {}
        self.passages: list[Passage] = []
        self.gateways: set[Address] = set()
        self.links: dict[tuple[DataPath, Role], str] = {}
        """Peering or session, and which of its two ends → its interface here."""
        self.sessions: list[Session] = []
        self.origins: dict[FactKey, DataPath] = {}
        self.findings: list[Finding] = []
        self._rds: dict[str, str] = {}
        self._by_vrf: dict[str, dict[str, None]] = {}
        """Interfaces that are on a side, by VRF."""

    def vrf(self, name: str, asn: int, key: int, path: DataPath) -> VrfDraft:
        draft = self.vrfs.get(name)
        if draft is None:
            draft = self.vrfs[name] = VrfDraft(asn, key, path)
            self.origins["vrfs", name] = path
        return draft

    def port(self, name: str, purpose: str) -> None:
        known = self.router.ports.get(name)
        if known is not None and known.description:
            purpose = known.description
        self.ports.setdefault(name, purpose)

    def subinterface(
        self,
        port: str,
        tags: Tags,
        unit: int | None,
        shared: int | None,
        interface: Interface,
        path: DataPath,
        side: Side,
    ) -> str:
        """Add a subinterface; its name is the platform's.  ``shared`` is the domain's number on a port of many customers."""
        hint = self.platform.unit_on_shared_port
        if unit is None and shared is not None and hint is not None:
            unit = hint(tags, shared)
        name = self.platform.subinterface(port, tags, unit)
        if name in self.interfaces:
            self.refuse(
                f"interface {name} of {self.name} would be used twice: tags {tags} and {self.interfaces[name].tags}",
                path,
                "set another unit under links, or other tags",
            )
        self.interfaces[name] = replace(interface, name=name, tags=tags)
        self.origins["interfaces", name] = path
        self.sides[name] = side
        self._by_vrf.setdefault(interface.vrf, {})[name] = None
        return name

    def add(self, interface: Interface, path: DataPath, side: Side | None = None) -> str:
        """Add an interface that has its name already: a loopback, a tunnel.  A loopback is on no side."""
        name = interface.name
        if name in self.interfaces:
            self.refuse(
                f"interface {name} of {self.name} would be used twice",
                path,
                "two circuits with tunnels have the same S-tag on this router: give one of them another",
            )
        self.interfaces[name] = interface
        self.origins["interfaces", name] = path
        if side is not None:
            self.sides[name] = side
            self._by_vrf.setdefault(interface.vrf, {})[name] = None
        return name

    def on_side(self, side: Side, vrf: str) -> tuple[str, ...]:
        """The interfaces of a VRF behind which something is, sorted."""
        names = self._by_vrf.get(vrf, ())
        return tuple(sorted(name for name in names if self.sides[name] is side and self.interfaces[name].vrf == vrf))

    def neighbor(self, neighbor: Neighbor, session: Session, path: DataPath) -> None:
        key = neighbor.key
        if key in self.neighbors:
            self.refuse(
                f"neighbor {neighbor.address} would be configured twice in VRF {neighbor.vrf} of {self.name}",
                path,
                "give one of the two another VRF or another link block",
            )
        self.neighbors[key] = neighbor
        self.sessions.append(session)
        self.origins["neighbors", key] = path

    def refuse(self, message: str, path: DataPath, fix: str) -> None:
        """Two things want one place, or a thing has none."""
        self.findings.append(
            Finding(rule="SCH-005", severity=Severity.ERROR, message=message, path=path, device=self.name, fix=fix)
        )

    def finish(self) -> DevicePlan:
        interfaces = {name: Interface(name, description=description(text)) for name, text in sorted(self.ports.items())}
        interfaces.update(self.interfaces)
        facts = Facts(
            hostname=self.router.hostname or self.name,
            vrfs={name: self._vrf(name, draft) for name, draft in self.vrfs.items() if name},
            interfaces=interfaces,
            prefix_lists=self.prefix_lists,
            as_path_lists=self.as_path_lists,
            community_lists=self.community_lists,
            policies=self.policies,
            bgp={name: self._bgp(name, draft) for name, draft in self.vrfs.items()},
            neighbors=self.neighbors,
            static_routes=self.static_routes,
            tunnels=self.tunnels,
            zones=self.zones,
            zone_policies=self.zone_policies,
            filters=self.filters,
            control_plane=self.control_plane,
            nat_rules=self.nat_rules,
            shapers=self.shapers,
            remarks=self.remarks,
            macsec=self.macsec,
            state_sync=self.state_sync,
        )
        if self.zones and Feature.ZONES not in self.can:
            facts = as_interface_filters(facts)
        return DevicePlan(
            name=self.name,
            platform=self.platform.id,
            title=self.title,
            facts=facts,
            sessions=tuple(self.sessions),
            origins=self.origins,
            model=(self.router.model or "").upper(),
            sides=self.sides,
            gateways=frozenset(self.gateways),
            passages=tuple(self.passages),
            ports=tuple(sorted(self.ports)),
            inventory_path=("routers", self.name),
        )

    def _vrf(self, name: str, draft: VrfDraft) -> Vrf:
        """Its route distinguisher never leaves the router: behind a longer AS number than two bytes there would be only
        16 bits for it, so a private one stands there instead."""
        rd = f"{draft.asn if draft.asn <= 65535 else LOCAL_ADMINISTRATOR}:{draft.key}"
        if self._rds.setdefault(rd, name) != name:
            self.refuse(
                f"VRFs {self._rds[rd]} and {name} of {self.name} would have the same route distinguisher {rd}",
                draft.path,
                "give one of the circuits another S-tag",
            )
        return Vrf(name, rd, tuple(sorted(draft.families)))

    def _bgp(self, name: str, draft: VrfDraft) -> BgpVrf:
        router_id = str(self.router.router_id) if self.router.router_id is not None else draft.router_id
        if not router_id:
            self.refuse(
                f"VRF {name} of {self.name} has no IPv4 address to take as BGP router id",
                draft.path,
                f"add router_id to router {self.name}",
            )
        networks = tuple(sorted(draft.networks, key=prefix_key))
        return BgpVrf(name, draft.asn, router_id, networks, maximum_paths=2 if draft.peerings > 1 else 1)
