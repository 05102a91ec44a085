"""What users write: the inventory, strict, unknown keys refused.

A field that is None (or absent) was not said: its value comes from the defaults of the router, the
provider or the inventory, and else from `generator.inventory.defaults`.  Values that are wrong only in
the light of the domain (VLAN 0, AS 12076, a /28) are accepted here and found by the rules, which can
say why.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from generator.inventory.connect import Connect
from generator.inventory.schema import Model, both, switch
from generator.inventory.security import (
    BlocksField,
    FirewallField,
    FirewallSide,
    Flow,
    Ipsec,
    Macsec,
    Management,
    Nat,
    ProviderNat,
    QosField,
)
from generator.inventory.types import (
    AddressField,
    AddressListField,
    AsnField,
    EthertypeField,
    LinkField,
    PrefixField,
    PrefixListField,
    RouterIdField,
    SecretField,
    TextListField,
)


def _timers(value: object) -> object:
    return {"keepalive": value[0], "hold": value[1]} if isinstance(value, list) and len(value) == 2 else value


def _limit(value: object) -> object:
    return {"limit": value} if isinstance(value, int) and not isinstance(value, bool) else value


def _interlink(value: object) -> object:
    return {} if value is True else value


def _vnet(value: object) -> object:
    return {"prefixes": [value]} if isinstance(value, str) else value


def _public(value: object) -> object:
    return {"prefix": value} if isinstance(value, str) else value


class Timers(Model):
    """BGP timers in seconds."""

    keepalive: int
    hold: int


class BfdSettings(Model):
    """BFD: transmit and receive interval in milliseconds, detection multiplier."""

    enabled: bool = True
    tx: int = 300
    rx: int = 300
    mult: int = 3
    echo: bool = False
    strict: bool = False


class LimitSettings(Model):
    """Maximum prefixes of one family."""

    limit: int = Field(ge=1, le=4294967295)
    warn_percent: int = Field(default=80, ge=1, le=100)
    restart_minutes: int | None = Field(default=None, ge=1, le=65535)
    warning_only: bool = False


class MaxPrefixSettings(Model):
    v4: Annotated[LimitSettings | None, BeforeValidator(_limit, json_schema_input_type=LimitSettings | int | None)] = (
        None
    )
    v6: Annotated[LimitSettings | None, BeforeValidator(_limit, json_schema_input_type=LimitSettings | int | None)] = (
        None
    )


class BothInts(Model):
    """One number for each link; a plain number stands for both."""

    primary: int
    secondary: int


Preference = Annotated[int, Field(ge=0, le=4294967295)]
"""A BGP local preference."""


class BothPreferences(Model):
    """One local preference for each link; a plain number stands for both."""

    primary: Preference
    secondary: Preference


class BothNames(Model):
    """One name for each link; a plain name stands for both."""

    primary: str
    secondary: str


BothInt = Annotated[BothInts, BeforeValidator(both, json_schema_input_type=BothInts | int)]
BothPreference = Annotated[BothPreferences, BeforeValidator(both, json_schema_input_type=BothPreferences | int)]
BothName = Annotated[BothNames, BeforeValidator(both, json_schema_input_type=BothNames | str)]


class Settings(Model):
    """Settings of a BGP session that may stand in a peering and in the defaults of every level."""

    timers: Annotated[Timers | None, BeforeValidator(_timers, json_schema_input_type=Timers | list[int] | None)] = None
    bfd: Annotated[BfdSettings | None, BeforeValidator(switch, json_schema_input_type=BfdSettings | bool | None)] = None
    bfd_confirmed: bool | None = None
    """BFD on Microsoft peering was tried with Microsoft (ER-BGP-07)."""
    max_prefix: MaxPrefixSettings | None = None
    mtu: int | None = Field(default=None, ge=68, le=65535)
    """IP MTU of the link in bytes."""
    tpid: EthertypeField | None = None
    """Outer ethertype (ER-VLAN-08)."""


class CircuitDefaults(Model):
    kind: str | None = None
    bandwidth_mbps: int | None = None
    tier: str | None = None
    family: str | None = None
    handoff: str | None = None
    layer: Literal["l2", "l3"] | None = None
    location: str | None = None


class PeeringDefaults(Settings):
    mode: str | None = None
    registry: str | None = None
    loa: bool | None = None


class Defaults(Model):
    """Defaults, settable for the inventory, for a provider and (sessions only) for a router."""

    circuit: CircuitDefaults | None = None
    peering: PeeringDefaults | None = None
    private: PeeringDefaults | None = None
    microsoft: PeeringDefaults | None = None
    public: PeeringDefaults | None = None
    ce: Settings | None = None
    firewall: FirewallField = None


class RouterDefaults(Model):
    """Defaults of one router: what belongs to a link."""

    peering: Settings | None = None
    private: Settings | None = None
    microsoft: Settings | None = None
    public: Settings | None = None
    ce: Settings | None = None


class Meta(Model):
    name: str | None = None
    lab: bool = False
    """Documentation prefixes and AS numbers are warnings only."""
    legacy: bool = False
    """Render the retired public peering (ER-PEER-02)."""
    require_dual_router: bool = False
    """Both links on one router is an error (INV-002)."""


class Provider(Model):
    name: str | None = None
    asn: AsnField
    defaults: Defaults | None = None


class Port(Model):
    speed_mbps: int | None = Field(default=None, ge=1)
    description: str | None = None


class Router(Model):
    platform: str
    model: str | None = None
    """The hardware, where a platform's models differ: ``MX204``, ``SRX1500``."""
    hostname: str | None = None
    provider: str | None = None
    router_id: RouterIdField | None = None
    azure_port: str | None = None
    customer_port: str | None = None
    interlink_port: str | None = None
    outside_port: str | None = None
    """Of a firewall: towards the router."""
    inside_port: str | None = None
    """Of a firewall: towards the core."""
    sync_port: str | None = None
    """Of a firewall: towards the other one, for the state of sessions."""
    ports: dict[str, Port] = {}
    management: Management | None = None
    connect: Connect | None = None
    defaults: RouterDefaults | None = None


class Interlink(Model):
    """The link between the two routers of a pair, over which they speak iBGP in every VRF."""

    v4: LinkField | None = None
    v6: LinkField | None = None


class Pair(Model):
    """Two routers: the first takes the primary links."""

    routers: list[str] = Field(min_length=1, max_length=2)
    firewalls: list[str] = Field(default=[], max_length=2)
    """Appliances between these routers and the core: the first behind the first router."""
    state_sync: bool = False
    """The two firewalls share their session tables (FW-PLACE-03)."""
    drain: Literal["none", "prepend", "local_preference", "shutdown"] = "prepend"
    """How `peerwright push` takes traffic off a path before it changes it: ``prepend`` announces longer AS paths and
    prefers the other router, ``local_preference`` only the latter, ``shutdown`` ends the sessions with Azure."""
    provider: str | None = None
    asn: AsnField | None = None
    location: str | None = None
    interlink: (
        Annotated[Interlink, BeforeValidator(_interlink, json_schema_input_type=Interlink | bool)]
        | Literal[False]
        | None
    ) = None


class Attachment(Settings):
    """A BGP session beside Azure's: the customer's CE (connect-through), or the provider's or core network (connect-to)."""

    asn: AsnField
    domain: Literal["private", "microsoft", "public"] = "private"
    circuit: str | None = None
    """The circuit whose routers it is on; default: the customer's first."""
    vlan: BothInt | None = None
    s_tag: BothInt | None = None
    port: BothName | None = None
    v4: BlocksField | None = None
    v6: BlocksField | None = None
    md5: SecretField | None = None
    accept: PrefixListField | None = None
    advertise: PrefixListField | None = None
    default_route: bool = False
    """The default route may come in here (for forced tunnelling)."""
    local_pref: Preference | None = None
    nat: ProviderNat | None = None
    """The customer's space is translated 1:1 on this session: shared services of the provider."""
    firewall: FirewallSide | None = None
    """The session ends on the pair's firewalls; this is what they speak to behind it."""
    description: str | None = None


class Gateway(Model):
    """A VNet gateway, as Azure shows it, or an appliance in the VNet that takes its place."""

    kind: Literal["expressroute", "vpn", "appliance"] = "expressroute"
    name: str | None = None
    sku: str | None = None
    subnet: PrefixField | None = None
    addresses: AddressListField = []
    """Of its instances, read from Azure (IPS-BGP-17)."""
    bgp: AddressListField = []
    """BGP address of each instance, in the order of ``addresses`` (IPS-BGP-01)."""
    asn: AsnField = 65515
    onprem_asn: AsnField | None = None
    """AS of our side of the VPN's BGP sessions; default: the peering's."""
    region: str | None = None
    transport: Literal["private", "microsoft"] | None = None


class Udr(Model):
    """A user-defined route in the VNet."""

    prefix: PrefixField
    next_hop: str


class VNet(Model):
    name: str | None = None
    prefixes: PrefixListField = Field(min_length=1)
    region: str | None = None
    custom_community: str | None = None
    circuits: TextListField | None = None
    """The circuits it is linked to; default: all of the customer."""
    gateways: list[Gateway] = []
    udrs: list[Udr] = []


class PublicPrefix(Model):
    """A prefix registered for Microsoft peering, and who vouches for it (ER-RTE-11)."""

    prefix: PrefixField
    registry: str | None = None
    loa: bool | None = None
    """A Letter of Authorization was given to Microsoft."""


class PeeringLink(Model):
    """What differs between the two links of a peering."""

    wire_vlan: int | None = None
    unit: int | None = Field(default=None, ge=0, le=4294967295)
    """Subinterface number."""
    own: AddressField | None = None
    msee: AddressField | None = None
    own_v6: AddressField | None = None
    msee_v6: AddressField | None = None


class PeeringLinks(Model):
    primary: PeeringLink | None = None
    secondary: PeeringLink | None = None


class GlobalReach(Model):
    """Another circuit reached through Microsoft (ER-RTE-15)."""

    prefixes: PrefixListField
    circuit: str | None = None


class Peering(Settings):
    """One routing domain on a circuit: a pair of BGP sessions."""

    azure_vlan: int
    v4: BlocksField | None = None
    v6: BlocksField | None = None
    asn: AsnField | None = None
    peer_asn: AsnField = 12076
    customer_asn: AsnField | None = None
    md5: SecretField | None = None
    vrf: str | None = None
    links: PeeringLinks | None = None
    mode: str | None = None
    preferred: Literal["primary", "secondary"] | None = None
    prepend: int | None = Field(default=None, ge=1, le=20)
    prepend_asn: AsnField | None = None
    local_pref: BothPreference | None = None
    advertise: PrefixListField | None = None
    accept: PrefixListField | None = None
    advertised_public_prefixes: (
        list[Annotated[PublicPrefix, BeforeValidator(_public, json_schema_input_type=PublicPrefix | str)]] | None
    ) = None
    registry: str | None = None
    loa: bool | None = None
    route_filter: TextListField | None = None
    """Service or region names, or ``12076:…`` values (A.10)."""
    office365_authorised: bool = False
    router_accepts: TextListField | None = None
    """Communities the routers accept, where they are more than the route filter."""
    nat: Nat | None = None
    ipsec: Ipsec | None = None
    qos: QosField = None
    shape_mbps: int | None = Field(default=None, ge=1)
    """Egress rate of this peering where the peerings of a circuit cannot share one; default: equal parts."""
    public_servers: bool = False
    forced_tunnelling: bool = False
    internet_exit: bool = False
    """There is a way out to the Internet on premises (ER-DEF-02)."""
    kms_noted: bool = False
    """Windows activation was thought of: a UDR for KMS exists (ER-DEF-03)."""
    global_reach: list[GlobalReach] = []
    different_announcements: str | None = None
    """Why the two links announce different prefixes (PAIR-015)."""
    interlink_vlan: int | None = None
    fhrp: Any = None
    hsrp: Any = None
    vrrp: Any = None
    glbp: Any = None
    description: str | None = None


class Link(Model):
    """Where one connection of a circuit ends."""

    router: str | None = None
    port: str | None = None


class Links(Model):
    primary: Link | None = None
    secondary: Link | None = None


class AzurePeering(Model):
    state: str | None = None
    advertised_public_prefixes_state: str | None = None


class AzureCircuit(Model):
    """What Azure reports of the circuit, typed in or imported."""

    provider_state: str | None = None
    circuit_state: str | None = None
    bandwidth_mbps: int | None = None
    tier: str | None = None
    family: str | None = None
    s_tag: int | None = None
    peerings: dict[str, AzurePeering] = {}
    gateway_addresses: AddressListField = []


class Circuit(Model):
    service_key: str | None = None
    pair: str | None = None
    kind: str | None = None
    bandwidth_mbps: int | None = None
    tier: str | None = None
    family: str | None = None
    handoff: str | None = None
    layer: Literal["l2", "l3"] | None = None
    location: str | None = None
    s_tag: BothInt | None = None
    links: Links | None = None
    peerings: dict[str, Peering] = Field(min_length=1)
    azure: AzureCircuit | None = None
    macsec: Macsec | None = None
    sla_waiver: str | None = None
    """Why one connection is enough (ER-CKT-22)."""
    description: str | None = None


class Internet(Model):
    """What the customer announces to the Internet, and from which pool it translates there."""

    advertised: PrefixListField = []
    pool: PrefixListField = []
    local_pref: Preference | None = None


class Customer(Model):
    name: str | None = None
    model: Literal["connect_through", "connect_to"] | None = None
    pair: str | None = None
    asn: AsnField | None = None
    """AS of the customer's own routers (connect-to)."""
    vrf: str | None = None
    vrf_dmz: str | None = None
    isolation: Literal["shared_circuit", "separate_circuits"] | None = None
    ce: Attachment | None = None
    sessions: dict[str, Attachment] = {}
    firewall: FirewallField = None
    flows: list[Flow] | None = None
    """What may pass; default: everything between ``onprem`` and ``vnets``, and from ``onprem`` to Microsoft."""
    networks: dict[str, PrefixListField] = {}
    """Names for prefixes, to be used in flows."""
    onprem: PrefixListField = []
    vnets: list[Annotated[VNet, BeforeValidator(_vnet, json_schema_input_type=VNet | str)]] = []
    internet: Internet | None = None
    circuits: dict[str, Circuit] = Field(min_length=1)


class ExtraCommunities(Model):
    """Names for community values that are not in the package's table (A.10)."""

    regions: dict[str, str] = {}
    services: dict[str, str] = {}


class Inventory(Model):
    """Everything a user describes."""

    meta: Meta = Meta()
    defaults: Defaults | None = None
    services: dict[str, TextListField] = {}
    """Names for services of one's own: ``erp: [tcp/8443, tcp/9000-9010]``."""
    providers: dict[str, Provider] = {}
    routers: dict[str, Router] = Field(min_length=1)
    pairs: dict[str, Pair] = Field(min_length=1)
    customers: dict[str, Customer] = Field(min_length=1)
    communities: ExtraCommunities | None = None
