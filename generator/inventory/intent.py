"""The inventory with every default filled in and every reference followed: what rules and planner look at.

An intent is made even of values that are wrong in the light of the domain, so that every rule can be
run in one go; what cannot be computed (the addresses of a /28) is None.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from generator.inventory.flows import Broken, FlowIntent
from generator.inventory.models import Attachment, Circuit, Customer, Gateway, Inventory, Pair, Peering, Router, VNet
from generator.inventory.security import Ipsec
from generator.model.address import Address, LinkAddress, Prefix
from generator.model.crypto import CryptoPolicy
from generator.model.facts import Bfd, MaxPrefix
from generator.model.finding import DataPath
from generator.model.plan import Domain, Role
from generator.model.secret import Secret
from generator.model.vlan import Tags


class SessionSettings(msgspec.Struct, frozen=True, gc=False):
    """Settings of one BGP session on one router, after all defaults."""

    keepalive: int
    hold: int
    bfd: Bfd | None
    bfd_confirmed: bool
    max_prefix_v4: MaxPrefix
    max_prefix_v6: MaxPrefix
    mtu: int
    tpid: int


class LinkPair(msgspec.Struct, frozen=True, gc=False):
    """Our address on a link with its mask, and the address at the other end."""

    own: LinkAddress
    peer: LinkAddress


class EndIntent(msgspec.Struct, frozen=True):
    """One end of a peering or of a session beside it: a subinterface of one router."""

    role: Role
    router: str
    port: str
    tags: Tags | None
    """None: cannot be known (an S-tag is missing)."""
    unit: int | None
    v4: LinkPair | None
    v6: LinkPair | None
    settings: SessionSettings

    def addresses(self) -> tuple[LinkAddress, ...]:
        return tuple(pair.own for pair in (self.v4, self.v6) if pair is not None)


class AttachmentIntent(msgspec.Struct, frozen=True):
    """A session beside Azure's, at one or both routers."""

    name: str
    spec: Attachment
    path: DataPath
    domain: Domain
    pair_name: str
    """The pair of routers it is on."""
    ends: dict[Role, EndIntent]
    accept: tuple[Prefix, ...]
    advertise: tuple[Prefix, ...] | None
    """None: whatever came from Azure in this domain."""
    password: Secret | None
    core_password: Secret | None = None
    """Of the session behind the firewall on which this one ends."""


class TunnelIntent(msgspec.Struct, frozen=True):
    """One tunnel: from one of our devices to one instance of the gateway."""

    role: Role
    instance: int
    """Index in the gateway's ``addresses``."""
    local: Address
    """Outer source, on our device."""
    remote: Address
    """Outer destination, in Azure."""
    bgp_local: Address
    bgp_remote: Address | None
    """BGP address of the instance; None: Azure has not been read yet."""
    key: Secret


class IpsecIntent(msgspec.Struct):
    """IPsec over one peering."""

    spec: Ipsec
    path: DataPath
    gateway: Gateway | None
    """None: it cannot be told which one is meant."""
    gateway_path: DataPath | None
    inner_vrf: str
    crypto: CryptoPolicy
    dpd_seconds: int
    asn: int
    """Our AS number inside the tunnels."""
    path_mtu: int
    """Largest outer packet in bytes."""
    mtu: int
    """IP MTU of the tunnels in bytes."""
    mss: int
    announce: tuple[Prefix, ...]
    accept: tuple[Prefix, ...]
    local_preference: dict[Role, int]
    tunnels: tuple[TunnelIntent, ...]
    """The full mesh, by router and then by instance."""

    def of(self, role: Role) -> tuple[TunnelIntent, ...]:
        """The tunnels of one of our devices."""
        return tuple([one for one in self.tunnels if one.role is role])


class PeeringIntent(msgspec.Struct):
    """One peering of one circuit.  ``circuit`` and ``customer`` lead back up."""

    circuit: CircuitIntent
    domain: Domain
    spec: Peering
    path: DataPath
    asn: int
    vrf: str
    mode: str
    preferred: Role
    ends: dict[Role, EndIntent]
    local_preference: dict[Role, int]
    prepend: int
    """How often announcements are prepended: on the passive link, or on both of an active-active circuit that another
    circuit is preferred to (ER-DR-03)."""
    announce: dict[Role, tuple[Prefix, ...]]
    accept: tuple[Prefix, ...]
    communities: tuple[str, ...]
    """What the routers accept by community, sorted; empty: no match on communities."""
    route_filter: tuple[str, ...]
    """Values of the route filter that are known, sorted."""
    unknown_communities: tuple[tuple[int, str], ...]
    """Index and text of route-filter entries that the table does not know."""
    registry: str
    loa: bool
    """A Letter of Authorization vouches for its public prefixes (ER-RTE-11)."""
    password: Secret | None
    v4: bool
    v6: bool
    nat_at: str = ""
    """Which device translates towards Microsoft: ``router``, ``firewall``, ``elsewhere``; empty: nobody."""
    ipsec: IpsecIntent | None = None

    @property
    def customer(self) -> CustomerIntent:
        return self.circuit.customer

    @property
    def home_vrf(self) -> str:
        """The VRF in which the customer's own side is on the routers: inside the tunnels where they end there."""
        return self.ipsec.inner_vrf if self.ipsec is not None and self.ipsec.spec.at == "router" else self.vrf


class CircuitIntent(msgspec.Struct):
    """One circuit with its two connections."""

    customer: CustomerIntent
    name: str
    spec: Circuit
    path: DataPath
    pair_name: str
    pair: Pair
    kind: str
    bandwidth_mbps: int | None
    tier: str
    family: str
    handoff: str
    layer: str
    location: str
    links: dict[Role, tuple[str, str]]
    """Role → router and port."""
    cak: Secret | None = None
    """MACsec's key."""
    peerings: list[PeeringIntent] = []


class FirewallIntent(msgspec.Struct, frozen=True):
    """Whether the routers filter for a customer, and how."""

    enabled: bool = True
    state: str = ""
    """``stateless`` or ``stateful``; empty: what fits the circuit and the router."""
    urpf: str = "loose"


class CustomerIntent(msgspec.Struct):
    """One customer."""

    name: str
    spec: Customer
    path: DataPath
    model: str
    circuits: list[CircuitIntent] = []
    attachments: list[AttachmentIntent] = []
    firewall: FirewallIntent = FirewallIntent()
    flows: list[FlowIntent] = []
    broken_flows: list[Broken] = []

    @property
    def vnets(self) -> list[VNet]:
        return self.spec.vnets

    def peerings(self) -> list[PeeringIntent]:
        return [peering for circuit in self.circuits for peering in circuit.peerings]


class Intent(msgspec.Struct):
    """The whole inventory."""

    inventory: Inventory
    customers: list[CustomerIntent]

    @property
    def routers(self) -> dict[str, Router]:
        return self.inventory.routers

    @property
    def lab(self) -> bool:
        return self.inventory.meta.lab

    def circuits(self) -> Iterator[CircuitIntent]:
        for customer in self.customers:
            yield from customer.circuits

    def peerings(self) -> Iterator[PeeringIntent]:
        for customer in self.customers:
            yield from customer.peerings()
