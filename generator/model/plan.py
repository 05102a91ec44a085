"""The plan: every number, name, default and order decided, for every router."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

from generator.model.address import Address, Prefix
from generator.model.facts import FactKey, Facts, Family, IcmpType, NeighborKey, Ports
from generator.model.finding import DataPath


class Domain(StrEnum):
    """The routing domains of a circuit (ER-PEER-01)."""

    PRIVATE = "private"
    MICROSOFT = "microsoft"
    PUBLIC = "public"


class Role(StrEnum):
    """The two connections of a circuit (ER-CKT-01)."""

    PRIMARY = "primary"
    SECONDARY = "secondary"

    @property
    def other(self) -> Role:
        return Role.SECONDARY if self is Role.PRIMARY else Role.PRIMARY


class Peer(StrEnum):
    """Who is at the other end of a BGP session."""

    MSEE = "msee"
    CUSTOMER = "customer"
    """The customer's CE, seen from the provider's PE (connect-through)."""
    BESIDE = "beside"
    """The provider's network or the core, seen from the customer's CE (connect-to)."""
    PARTNER = "partner"
    """The other router of the pair (iBGP)."""
    GATEWAY = "gateway"
    """One instance of the VPN gateway, inside its tunnel."""
    FIREWALL = "firewall"
    """The appliance between router and core, seen from the router, or the router seen from it."""


class Side(StrEnum):
    """What lies behind an interface, seen from the router."""

    AZURE = "azure"
    """Microsoft's edge."""
    TUNNEL = "tunnel"
    """A VPN gateway, inside a tunnel."""
    INSIDE = "inside"
    """The customer's CE, the core, the other router of the pair."""


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A flow that must pass the router between two kinds of interfaces of one VRF, as planned."""

    vrf: str
    family: Family
    source: Side
    destination: Side
    protocol: int
    """`generator.model.filters` numbers; -1: every protocol."""
    sources: tuple[Prefix, ...]
    """Empty: anywhere."""
    destinations: tuple[Prefix, ...]
    ports: tuple[Ports, ...] = ()
    """Destination ports; empty: every port."""
    icmp: tuple[IcmpType, ...] = ()
    origin: DataPath = ()


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What a BGP session is for, and what must pass over it."""

    peer: Peer
    neighbor: NeighborKey
    family: Family
    customer: str
    circuit: str = ""
    domain: Domain | None = None
    role: Role
    announce: tuple[Prefix, ...] = ()
    """Exactly these leave (sorted); for a partner session this is not used."""
    accept: tuple[Prefix, ...] = ()
    """Exactly these may come in."""
    accept_communities: tuple[str, ...] = ()
    """Routes with one of these may come in too, whatever the prefix (Microsoft peering)."""
    accept_any: bool = False
    """Any public route of Microsoft's may come in: public peering has no choice of services (ER-PEER-06), and on
    Microsoft peering none was made yet."""
    own: tuple[Prefix, ...] = ()
    """Prefixes of our side that must never come in here (FW-SPOOF-01)."""
    mode: Literal["active_active", "active_passive"] = "active_active"
    tunnel: str = ""
    """The tunnel interface it runs through, for a session with a VPN gateway."""
    origin: DataPath = ()


class DevicePlan(msgspec.Struct, frozen=True, kw_only=True):
    """One router: what its config must say, and why."""

    name: str
    platform: str
    title: str
    """The line that names the device and its role at the top of every file (PAIR-048)."""
    facts: Facts
    sessions: tuple[Session, ...]
    origins: dict[FactKey, DataPath]
    """Where in the inventory each object comes from."""
    model: str = ""
    """The hardware's model, upper case, where a person named one; some platforms differ by it."""
    sides: dict[str, Side] = {}
    """Interface name → what lies behind it."""
    gateways: frozenset[Address] = frozenset()
    """Outer addresses of the VPN gateways whose encrypted packets end here or pass through, to and from the tunnels'
    other ends."""
    passages: tuple[Passage, ...] = ()
    """What must pass through the router: the flows of the inventory, resolved."""
    ports: tuple[str, ...] = ()
    """Names in ``facts.interfaces`` that are ports (parents of subinterfaces), sorted."""
    inventory_path: DataPath = ()


class PairPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The two routers of one circuit's peering, each with its MSEE session in each family."""

    customer: str
    circuit: str
    domain: Domain
    family: Family
    primary: tuple[str, NeighborKey]
    """Router name and neighbour."""
    secondary: tuple[str, NeighborKey] | None
    """None: a single connection under an SLA waiver."""
    mode: Literal["active_active", "active_passive"]
    preferred: Role | None = None
    """Which link active-passive prefers."""
    same_announcements: bool = True
    origin: DataPath = ()


class TunnelPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The tunnels through one peering: from each of its routers to every instance of the gateway (IPS-BGP-01)."""

    customer: str
    circuit: str
    domain: Domain
    gateways: tuple[Address, ...]
    """Outer address of each instance."""
    primary: tuple[str, tuple[str, ...]]
    """Router name, and the names of its tunnel interfaces."""
    secondary: tuple[str, tuple[str, ...]] | None
    """None: a single connection under an SLA waiver."""
    origin: DataPath = ()


class Plan(msgspec.Struct, frozen=True):
    """All routers of an inventory."""

    devices: dict[str, DevicePlan]
    pairs: tuple[PairPlan, ...]
    tunnels: tuple[TunnelPlan, ...] = ()
    """One for each peering whose routers encrypt."""
