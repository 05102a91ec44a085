"""What users write of encryption, firewall, translation and QoS."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from generator.inventory.schema import Model, both, switch
from generator.inventory.types import (
    AddressField,
    AsnField,
    LinkField,
    PrefixField,
    PrefixListField,
    SecretField,
    TextListField,
)


class BothAddresses(Model):
    """One address for each link."""

    primary: AddressField
    secondary: AddressField


class BothSecrets(Model):
    """One key for each link's connection; a single one stands for both."""

    primary: SecretField
    secondary: SecretField


class IkePolicy(Model):
    """Azure's words for the IKE SA; all of them or none (IPS-POL-01)."""

    encryption: str | None = None
    integrity: str | None = None
    dh_group: str | None = None


class EspPolicy(Model):
    """Azure's words for the child SA, and its lifetimes; all of the first three or none (IPS-POL-01)."""

    encryption: str | None = None
    integrity: str | None = None
    pfs_group: str | None = None
    lifetime_seconds: int | None = Field(default=None, ge=1, le=4294967295)
    lifetime_kilobytes: int | None = Field(default=None, ge=1, le=4294967295)


class SelectorSpec(Model):
    """One pair of traffic selectors (IPS-POL-10)."""

    local: PrefixField
    remote: PrefixField


class Ipsec(Model):
    """IPsec tunnels through a peering, from both routers to every instance of a gateway (IPS-BGP-01).

    Three lines turn it on: the gateway is described under ``vnets``, ``source`` and ``key`` stand here.
    """

    source: BothAddresses
    """Outer address of each router: a loopback in the front VRF, announced over the peering."""
    key: Annotated[BothSecrets, BeforeValidator(both, json_schema_input_type=BothSecrets | str)]
    """Pre-shared key of each router's connection in Azure (IPS-PSK-05)."""
    gateway: str | None = None
    """Name of the gateway; default: the customer's only one that is no ExpressRoute gateway."""
    at: Literal["router", "firewall"] = "router"
    """Which device encrypts: the router, or the appliance behind it."""
    bgp: BothAddresses | None = None
    """BGP address of each router inside the tunnels; default: 169.254.100.1 and 169.254.100.2."""
    profile: Literal["strongest", "compatibility"] = "strongest"
    ike: IkePolicy | None = None
    esp: EspPolicy | None = None
    dpd_seconds: int | None = None
    """Azure's DPD timeout in seconds (IPS-POL-09)."""
    path_mtu: int | None = Field(default=None, ge=576, le=9216)
    """Largest outer packet in bytes; default: the peering's MTU (IPS-TUN-05)."""
    mss: int | None = Field(default=None, ge=500, le=9000)
    advertise: PrefixListField | None = None
    """Announced inside the tunnels; default: what is at home."""
    clear: PrefixListField = []
    """Announced beside the tunnels' sources in clear, for what must not be encrypted."""
    selectors: list[SelectorSpec] = []
    """For gateways with policy-based traffic selectors; default: any to any."""
    local_pref: int | None = Field(default=None, ge=0, le=4294967295)
    nat_traversal: bool = False
    """A translation lies between source and gateway: eight bytes more a packet (IPS-NATT-01)."""
    vrf: str | None = None
    """The inner VRF; default: the customer's."""


class FirewallSettings(Model):
    """Packet filters for every peering, on by default."""

    enabled: bool = True
    state: Literal["stateless", "stateful"] | None = None
    """Default: stateless on routers that share the load of a circuit, for an answer may come in over the other one."""
    urpf: Literal["off", "loose", "strict"] | None = None
    """Reverse-path check on the links to Microsoft; default: loose (FW-SPOOF-04)."""


FirewallField = Annotated[
    FirewallSettings | None, BeforeValidator(switch, json_schema_input_type=FirewallSettings | bool | None)
]


class Flow(Model):
    """Who may open connections to whom, written once for all platforms.

    ``from`` and ``to`` take ``onprem``, ``vnets``, ``microsoft`` (public services over Microsoft peering),
    ``internet`` (anywhere, behind forced tunnelling), ``published`` (prefixes registered for Microsoft
    peering), names of VNets and of ``networks``, and prefixes.
    """

    source: TextListField = Field(alias="from")
    destination: TextListField = Field(alias="to")
    services: TextListField = ["any"]
    """Names (``https``), own names of ``services``, or ``tcp/8443``, ``udp/5000-5010``, ``icmp``, ``protocol/47``."""
    log: bool = False
    comment: str | None = None


class StaticTranslation(Model):
    """One inside prefix that always has the same public one; same length."""

    inside: PrefixField
    outside: PrefixField


class NatPools(Model):
    primary: PrefixField
    secondary: PrefixField


class Nat(Model):
    """Source NAT towards Microsoft: its pools are announced, anchored and translated to."""

    design: Literal["per_router", "common"] = "common"
    inside: PrefixListField = []
    pool: Annotated[NatPools, BeforeValidator(both, json_schema_input_type=NatPools | str)]
    at: Literal["router", "firewall", "elsewhere"] | None = None
    """Which device translates; default: the firewall where the session of the domain ends on one, else the router."""
    static: list[StaticTranslation] = []
    """Servers that Microsoft may open connections to."""


class ProviderNat(Model):
    """1:1 NAT towards shared services of the provider, for customers that overlap (ER-MT-03)."""

    inside: PrefixField
    outside: PrefixField


class QosSettings(Model):
    """DSCP towards Microsoft (ER-QOS-02, ER-QOS-03)."""

    enabled: bool = True
    kept: list[Annotated[int, Field(ge=0, le=63)]] = [46, 34, 18, 10]
    voice_percent: int = Field(default=10, ge=1, le=90)
    """Share of the circuit that the voice queue may take."""


QosField = Annotated[QosSettings | None, BeforeValidator(switch, json_schema_input_type=QosSettings | bool | None)]


class Macsec(Model):
    """MACsec on the ports of ExpressRoute Direct (ER-MACS-01)."""

    cipher: str = "GcmAes256"
    ckn: str | None = None
    cak: SecretField | None = None
    sci: bool = False


class Management(Model):
    """Who may reach the router itself beside its neighbours; with it the control plane is closed (FW-CP-01)."""

    prefixes: PrefixListField = Field(min_length=1)
    services: TextListField = ["ssh", "netconf", "snmp"]
    replies: TextListField = ["dns", "ntp", "syslog", "radius", "tacacs"]
    """Services the router itself uses at those prefixes."""
    protocols: TextListField = []
    """Further services that anybody may reach, such as ``ospf`` towards the core."""
    icmp_kbps: int = Field(default=512, ge=8, le=1000000)


class Blocks(Model):
    """Link blocks: one /29 (or /125) that is split, or one /30 (or /126) for each link."""

    both: LinkField | None = None
    primary: LinkField | None = None
    secondary: LinkField | None = None


def _blocks(value: object) -> object:
    return {"both": value} if isinstance(value, str) else value


BlocksField = Annotated[Blocks, BeforeValidator(_blocks, json_schema_input_type=Blocks | str)]


class FirewallSide(Model):
    """What is behind the appliance on which a session ends: its session with the core, of whose link it has the first address."""

    asn: AsnField
    vlan: int
    v4: BlocksField | None = None
    v6: BlocksField | None = None
    md5: SecretField | None = None
