"""The sheet of a circuit and its peerings: see `generator.handover.document`."""

from __future__ import annotations

import msgspec


class TagRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the exchange provider sets up on one port for one peering (ER-VLAN-02, ER-VLAN-07, ER-VLAN-11)."""

    link: str
    router: str
    port: str
    peering: str
    azure_vlan: int
    """The peering VLAN id, the same on both links (ER-VLAN-05)."""
    outer: int | None
    """S-tag on the port; null: frames have one tag."""
    inner: int
    """The tag that tells the peerings apart, on the port."""
    ethertype: str
    """Of the outer tag (ER-VLAN-08)."""


class MacsecSheet(msgspec.Struct, frozen=True, kw_only=True):
    """MACsec of an ExpressRoute Direct port pair; the same on both links (ER-MACS-01)."""

    cipher: str
    ckn: str | None
    cak: str | None
    sci: bool


class Subnets(msgspec.Struct, frozen=True, kw_only=True):
    """The link subnets of one family (ER-ADDR-01, ER-ADDR-02)."""

    primary: str | None
    secondary: str | None
    block: str | None
    """The /29 or /125 that both are the halves of, where there is one: for people, Azure takes the halves (ER-ADDR-13)."""


class AddressRow(msgspec.Struct, frozen=True, kw_only=True):
    """Who has which address on a link (ER-ADDR-03)."""

    link: str
    router: str
    family: int
    ours: str
    microsofts: str


class RouteRow(msgspec.Struct, frozen=True, kw_only=True):
    """A route that Azure should show for a link (Get-AzExpressRouteCircuitRouteTable)."""

    link: str
    prefix: str
    next_hop: str
    path: str
    """What its AS path begins with."""


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """How many prefixes one session takes; above it the session drops (ER-RTE-01 to ER-RTE-05)."""

    family: int
    announced: int
    """By the link that announces more."""
    to_microsoft: int
    from_azure: int | None
    """Null: a route filter decides."""


class BfdSheet(msgspec.Struct, frozen=True, kw_only=True):
    """BFD on our side: milliseconds and missed packets (ER-BGP-05)."""

    transmit_ms: int
    receive_ms: int
    multiplier: int


class PublicPrefixRow(msgspec.Struct, frozen=True, kw_only=True):
    """A prefix of the list that Microsoft validates, and who vouches for it (ER-RTE-09, ER-RTE-11)."""

    prefix: str
    registry: str
    loa: bool


class CommunityRow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the route filter (ER-RF-02)."""

    value: str
    """Empty: the inventory has a name that nobody knows; Get-AzBgpServiceCommunity prints the values."""
    name: str
    """Empty: not in our table."""
    needs_authorisation: bool
    """Microsoft must allow it first (ER-RF-04)."""


class StaticRow(msgspec.Struct, frozen=True, kw_only=True):
    inside: str
    outside: str


class NatSheet(msgspec.Struct, frozen=True, kw_only=True):
    """Translation towards Microsoft, for information: nothing of it is entered in Azure."""

    at: str
    """``router``, ``firewall`` or ``elsewhere``."""
    design: str
    inside: tuple[str, ...]
    pool_primary: str
    pool_secondary: str
    static: tuple[StaticRow, ...]


class ReachRow(msgspec.Struct, frozen=True, kw_only=True):
    """A Global Reach connection (ER-RTE-15)."""

    circuit: str
    """Empty: the inventory does not name it."""
    prefixes: tuple[str, ...]


class MicrosoftSheet(msgspec.Struct, frozen=True, kw_only=True):
    """What only Microsoft (and public) peering has."""

    advertised_public_prefixes: tuple[PublicPrefixRow, ...]
    customer_asn: int | None
    """Null: the prefixes are registered to the peer ASN (ER-ASN-08)."""
    registry: str
    """Empty: not said."""
    expected_state: str
    """AdvertisedPublicPrefixesState once it works (ER-PEER-08)."""
    manual_validation: bool
    """Microsoft's support must look at it first: a private AS, or a Letter of Authorization (ER-ASN-06, ER-RTE-11)."""
    route_filter: tuple[CommunityRow, ...]
    """Sorted by value, names without a value last; none: nothing comes in (ER-RF-01)."""


class PeeringSheet(msgspec.Struct, frozen=True, kw_only=True):
    """One peering, in the order in which the portal asks."""

    domain: str
    azure_type: str
    """``AzurePrivatePeering``, ``MicrosoftPeering``, ``AzurePublicPeering``."""
    peer_asn: int
    microsoft_asn: int
    v4: Subnets | None
    v6: Subnets | None
    vlan_id: int
    shared_key: str | None
    microsoft: MicrosoftSheet | None
    addresses: tuple[AddressRow, ...]
    mode: str
    preferred: str | None
    """The link that active-passive prefers."""
    keepalive: int
    hold: int
    """Seconds, ours; the lower value of both ends holds (ER-BGP-04)."""
    bfd: BfdSheet | None
    routes: tuple[RouteRow, ...]
    accepted: tuple[str, ...]
    """Prefixes that the routers take from Azure on private peering."""
    limits: tuple[Limit, ...]
    global_reach: tuple[ReachRow, ...]
    nat: NatSheet | None


class CircuitSheet(msgspec.Struct, frozen=True, kw_only=True):
    """One circuit."""

    name: str
    service_key: str | None
    port_type: str
    """``Provider`` or ``Direct``."""
    location: str
    bandwidth_mbps: int | None
    """On each link (ER-CKT-09)."""
    tier: str
    family: str
    sku: str
    """Azure's name of tier and family: ``Standard_MeteredData``."""
    handoff: str
    layer: str
    s_tag_primary: int | None
    s_tag_secondary: int | None
    order: tuple[TagRow, ...]
    macsec: MacsecSheet | None
    peerings: tuple[PeeringSheet, ...]
