"""The sheets of VNets and of IPsec: see `generator.handover.document`."""

from __future__ import annotations

import msgspec


class GatewayRow(msgspec.Struct, frozen=True, kw_only=True):
    """A gateway of a VNet."""

    kind: str
    """``expressroute``, ``vpn`` or ``appliance``."""
    name: str
    sku: str
    subnet: str | None


class UdrRow(msgspec.Struct, frozen=True, kw_only=True):
    """A user-defined route (AZ-UDR-01)."""

    prefix: str
    next_hop_type: str
    next_hop_address: str | None


class DefaultRow(msgspec.Struct, frozen=True, kw_only=True):
    """Where what matches no other route of a VNet goes (AZ-DEF-01)."""

    subnets: str
    """``workload`` or ``GatewaySubnet``."""
    family: int
    next_hop: str
    """``Internet``, ``ExpressRoute``, ``VPN``, ``appliance`` or ``None``."""
    because: str


class VNetSheet(msgspec.Struct, frozen=True, kw_only=True):
    """One VNet."""

    name: str
    prefixes: tuple[str, ...]
    region: str
    custom_community: str | None
    vnet_links: tuple[str, ...]
    """Circuits that it is linked to."""
    gateways: tuple[GatewayRow, ...]
    udrs: tuple[UdrRow, ...]
    default_routes: tuple[DefaultRow, ...]
    forced_tunnelling: bool
    """No workload reaches the Internet by Azure."""
    kms_noted: bool
    """The inventory says that Windows activation was thought of (ER-DEF-03)."""


class InstanceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One instance of a VPN gateway (IPS-BGP-01)."""

    instance: int
    address: str
    bgp_address: str | None
    """Null: read it from Azure (IPS-BGP-17)."""


class VpnGatewaySheet(msgspec.Struct, frozen=True, kw_only=True):
    """The virtual network gateway, or the appliance in its place."""

    kind: str
    """``vpn`` or ``appliance``."""
    name: str
    vnet: str
    region: str
    sku: str
    subnet: str | None
    active_active: bool
    asn: int
    apipa: bool
    """The BGP addresses are custom APIPA addresses (IPS-BGP-04)."""
    private_ip: bool
    """Tunnels end on the private addresses (IPS-TR-02)."""
    instances: tuple[InstanceRow, ...]


class LocalGatewayRow(msgspec.Struct, frozen=True, kw_only=True):
    """A local network gateway: one for each of our devices (IPS-BGP-02)."""

    name: str
    link: str
    device: str
    ip_address: str
    address_space: tuple[str, ...]
    """Always empty: BGP brings the prefixes (CONF-03)."""
    asn: int
    bgp_peer_address: str


class PolicySheet(msgspec.Struct, frozen=True, kw_only=True):
    """The custom IPsec/IKE policy; all of it or none (IPS-POL-01)."""

    ike_encryption: str
    ike_integrity: str
    dh_group: str
    ipsec_encryption: str
    ipsec_integrity: str
    pfs_group: str
    sa_lifetime_kilobytes: int
    sa_lifetime_seconds: int
    ike_lifetime_seconds: int
    """Fixed at the gateway (IPS-PROP-03)."""
    ike_version: int
    mode: str


class SelectorRow(msgspec.Struct, frozen=True, kw_only=True):
    """Traffic selectors as Azure takes them: its side is local."""

    azure: str
    on_premises: str


class ConnectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A connection: one for each local network gateway, for both instances of the gateway (IPS-PSK-05)."""

    name: str
    local_network_gateway: str
    shared_key: str
    use_azure_private_ip: bool
    enable_bgp: bool
    custom_bgp_primary: str | None
    custom_bgp_secondary: str | None
    policy: PolicySheet
    use_policy_based_traffic_selectors: bool
    selectors: tuple[SelectorRow, ...]
    dpd_timeout_seconds: int
    connection_mode: str


class TunnelRow(msgspec.Struct, frozen=True, kw_only=True):
    """One tunnel of the mesh; all of them come up."""

    name: str
    """``T12``: first device, second instance."""
    connection: str
    device: str
    instance: int
    local: str
    remote: str
    """Outer addresses, seen from our device; they are the IKE identities too."""
    local_identity: str
    remote_identity: str
    bgp_local: str
    bgp_remote: str | None
    shared_key: str


class VpnSheet(msgspec.Struct, frozen=True, kw_only=True):
    """IPsec over one peering."""

    circuit: str
    peering: str
    gateway: VpnGatewaySheet | None
    local_network_gateways: tuple[LocalGatewayRow, ...]
    connections: tuple[ConnectionRow, ...]
    tunnels: tuple[TunnelRow, ...]
    announced: tuple[str, ...]
    """What our devices announce inside the tunnels."""
    accepted: tuple[str, ...]
    mtu: int
    """Of the tunnels, bytes."""
    mss: int
