"""What each emulated device is for, in the inventory's words: from this its configuration is made.

A function for each role takes its site and gives a `Fitting` (see `generator.lab.edge`).  Interfaces and
their addresses are decided here, by the topology; a fitting may add to them, such as XFRM interfaces.
"""

from __future__ import annotations

import msgspec

from generator.inventory.intent import (
    AttachmentIntent,
    CircuitIntent,
    CustomerIntent,
    IpsecIntent,
    LinkPair,
    PeeringIntent,
    TunnelIntent,
)
from generator.inventory.models import Gateway, VNet
from generator.lab.model import Interface, Program
from generator.model.address import Address, LinkAddress
from generator.model.plan import Role


class Fitting(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a bare device into what it stands for: goes into the `Device` as it is."""

    files: dict[str, str] = {}
    public: tuple[str, ...] = ()
    owned: dict[str, str] = {}
    empty: tuple[str, ...] = ()
    programs: tuple[Program, ...] = ()
    sysctls: dict[str, str] = {}
    interfaces: tuple[Interface, ...] = ()
    """Made after those of the topology."""


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """An interface of an emulated device to another emulated device, over addresses of the lab's own (RFC 2544, RFC 5180)."""

    interface: str
    peer_device: str
    own: tuple[LinkAddress, ...]
    """IPv4, then IPv6."""
    peer: tuple[Address, ...]
    """In the same order."""


class EdgePeering(msgspec.Struct, frozen=True, kw_only=True):
    """One peering on one edge.  Everything else (key, AS numbers, filters, timers) is in ``peering``."""

    peering: PeeringIntent
    interface: str
    router: str
    """The router at the other end."""
    v4: LinkPair | None
    """Seen from the edge: ``own`` is Microsoft's address, ``peer.ip`` the router's."""
    v6: LinkPair | None


class EdgeSite(msgspec.Struct, frozen=True, kw_only=True):
    """One Microsoft edge: one connection of a circuit, with all of its peerings."""

    name: str
    circuit: CircuitIntent
    role: Role
    port: str
    """Towards the exchange provider."""
    peerings: tuple[EdgePeering, ...]
    vnets: tuple[Wire, ...]
    """Towards the VNets linked to the circuit (private peering)."""
    services: Wire | None
    """Towards Microsoft's public services, where there is Microsoft or public peering."""


class VnetSite(msgspec.Struct, frozen=True, kw_only=True):
    """A VNet: ExpressRoute gateway (AS 65515) and host in one."""

    name: str
    customer: CustomerIntent
    vnet: VNet
    edges: tuple[Wire, ...]
    """Towards each edge of each circuit that it is linked to, primary first."""
    gateways: tuple[Wire, ...]
    """Towards the instances of its VPN gateway."""
    hosts: tuple[LinkAddress, ...]
    """Addresses of the host, on the interface ``host0``: one in each prefix of the VNet."""


class GatewaySite(msgspec.Struct, frozen=True, kw_only=True):
    """One instance of a VPN gateway.  Its outer address is on ``outer0``, its BGP address on ``bgp0``."""

    name: str
    customer: CustomerIntent
    vnet: VNet
    gateway: Gateway
    instance: int
    address: Address
    """Outer end of its tunnels."""
    bgp: Address | None
    uplink: Wire
    """Towards its VNet."""
    tunnels: tuple[tuple[IpsecIntent, TunnelIntent], ...]
    """Those that end on this instance."""


class ServicesSite(msgspec.Struct, frozen=True, kw_only=True):
    """Microsoft's public services as a circuit sees them."""

    name: str
    circuit: CircuitIntent
    edges: tuple[Wire, ...]
    hosts: tuple[LinkAddress, ...]
    """On ``host0``: documentation addresses in place of Microsoft's."""


class OnpremSession(msgspec.Struct, frozen=True, kw_only=True):
    """One session beside Azure's, seen from the customer's side."""

    attachment: AttachmentIntent
    role: Role
    interface: str
    router: str
    asn: int
    """Of this side."""
    router_asn: int
    v4: LinkPair | None
    """Seen from this side: ``own`` is ours, ``peer.ip`` the router's."""
    v6: LinkPair | None


class OnpremSite(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's own router, CE or core, with the sessions to the routers of the pair, and a host behind it."""

    name: str
    customer: CustomerIntent
    sessions: tuple[OnpremSession, ...]
    hosts: tuple[LinkAddress, ...]
    """On ``host0``: one in each prefix of ``onprem``."""


Site = EdgeSite | VnetSite | GatewaySite | ServicesSite | OnpremSite
