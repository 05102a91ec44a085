"""The sheet of IPsec over one peering: VPN gateway, local network gateways, connections, tunnels."""

from __future__ import annotations

from typing import Final

from generator.handover.terms import TunnelTerms, tunnel_terms
from generator.handover.text import key_reference, texts, vnet_name
from generator.handover.vnet_sheets import (
    ConnectionRow,
    InstanceRow,
    LocalGatewayRow,
    PolicySheet,
    SelectorRow,
    TunnelRow,
    VpnGatewaySheet,
    VpnSheet,
)
from generator.inventory.intent import IpsecIntent, PeeringIntent
from generator.inventory.models import Gateway, VNet
from generator.model.address import parse_prefix
from generator.model.crypto import CryptoPolicy
from generator.model.plan import Domain, Role

APIPA: Final = parse_prefix("169.254.0.0/16")


def vpn_sheet(peering: PeeringIntent, ipsec: IpsecIntent) -> VpnSheet:
    """Everything about the tunnels of one peering."""
    terms = tuple(tunnel_terms(peering, ipsec))
    firsts = {one.role: one for one in reversed(terms)}
    ours = [firsts[role] for role in Role if role in firsts]
    gateway = None if ipsec.gateway is None else _gateway(peering, ipsec.gateway)
    return VpnSheet(
        circuit=peering.circuit.name,
        peering=peering.domain.value,
        gateway=gateway,
        local_network_gateways=tuple([_local_gateway(peering, one) for one in ours]),
        connections=tuple([_connection(peering, ipsec, one, terms, gateway) for one in ours]),
        tunnels=tuple([_tunnel(peering, one) for one in terms]),
        announced=texts(ipsec.announce),
        accepted=texts(ipsec.accept),
        mtu=ipsec.mtu,
        mss=ipsec.mss,
    )


def _gateway(peering: PeeringIntent, gateway: Gateway) -> VpnGatewaySheet:
    vnet = _vnet_of(peering, gateway)
    return VpnGatewaySheet(
        kind=gateway.kind,
        name=gateway.name or "",
        vnet=vnet_name(vnet),
        region=gateway.region or vnet.region or "",
        sku=gateway.sku or "",
        subnet=None if gateway.subnet is None else str(gateway.subnet),
        active_active=len(gateway.addresses) > 1,
        asn=gateway.asn,
        apipa=any(one in APIPA for one in gateway.bgp),
        private_ip=peering.domain is Domain.PRIVATE,
        instances=tuple(
            [
                InstanceRow(
                    instance=index,
                    address=str(address),
                    bgp_address=str(gateway.bgp[index]) if index < len(gateway.bgp) else None,
                )
                for index, address in enumerate(gateway.addresses)
            ]
        ),
    )


def _vnet_of(peering: PeeringIntent, gateway: Gateway) -> VNet:
    return next(vnet for vnet in peering.customer.vnets if any(one is gateway for one in vnet.gateways))


def _device(peering: PeeringIntent, one: TunnelTerms) -> str:
    """Our device in names; where the appliance is not in the inventory, the link."""
    return one.device or f"{peering.circuit.name}-{one.role.value}"


def _several(peering: PeeringIntent) -> bool:
    """Whether names need the circuit, because the customer has tunnels over several peerings."""
    return sum(one.ipsec is not None for one in peering.customer.peerings()) > 1


def _scope(peering: PeeringIntent) -> str:
    customer = peering.customer.name
    return f"{customer}-{peering.circuit.name}-{peering.domain.value}" if _several(peering) else customer


def _local_name(peering: PeeringIntent, one: TunnelTerms) -> str:
    return f"lng-{_scope(peering)}-{_device(peering, one)}"


def _connection_name(peering: PeeringIntent, one: TunnelTerms) -> str:
    return f"cn-{_scope(peering)}-{_device(peering, one)}"


def _local_gateway(peering: PeeringIntent, one: TunnelTerms) -> LocalGatewayRow:
    return LocalGatewayRow(
        name=_local_name(peering, one),
        link=one.role.value,
        device=_device(peering, one),
        ip_address=str(one.local),
        address_space=(),
        asn=one.asn,
        bgp_peer_address=str(one.bgp_local),
    )


def _connection(
    peering: PeeringIntent,
    ipsec: IpsecIntent,
    one: TunnelTerms,
    terms: tuple[TunnelTerms, ...],
    gateway: VpnGatewaySheet | None,
) -> ConnectionRow:
    """Both instances of the gateway share it: their APIPA addresses are its primary and secondary custom BGP address."""
    custom = [str(other.bgp_remote) for other in terms if other.role is one.role and other.bgp_remote is not None]
    if gateway is None or not gateway.apipa:
        custom = []
    return ConnectionRow(
        name=_connection_name(peering, one),
        local_network_gateway=_local_name(peering, one),
        shared_key=key_reference(one.key),
        use_azure_private_ip=peering.domain is Domain.PRIVATE,
        enable_bgp=True,
        custom_bgp_primary=custom[0] if custom else None,
        custom_bgp_secondary=custom[1] if len(custom) > 1 else None,
        policy=policy_sheet(one.crypto),
        use_policy_based_traffic_selectors=bool(one.selectors),
        selectors=tuple([SelectorRow(azure=str(two.remote), on_premises=str(two.local)) for two in one.selectors]),
        dpd_timeout_seconds=ipsec.dpd_seconds,
        connection_mode="Default",
    )


def policy_sheet(crypto: CryptoPolicy) -> PolicySheet:
    """The policy under the names of Azure's form."""
    return PolicySheet(
        ike_encryption=crypto.ike_encryption,
        ike_integrity=crypto.ike_integrity,
        dh_group=crypto.dh_group,
        ipsec_encryption=crypto.ipsec_encryption,
        ipsec_integrity=crypto.ipsec_integrity,
        pfs_group=crypto.pfs_group,
        sa_lifetime_kilobytes=crypto.sa_kilobytes,
        sa_lifetime_seconds=crypto.sa_seconds,
        ike_lifetime_seconds=crypto.ike_seconds,
        ike_version=crypto.ike_version,
        mode=crypto.mode,
    )


def _tunnel(peering: PeeringIntent, one: TunnelTerms) -> TunnelRow:
    place = list(Role).index(one.role) + 1
    return TunnelRow(
        name=f"T{place}{one.instance + 1}",
        connection=_connection_name(peering, one),
        device=_device(peering, one),
        instance=one.instance,
        local=str(one.local),
        remote=str(one.remote),
        local_identity=str(one.local),
        remote_identity=str(one.remote),
        bgp_local=str(one.bgp_local),
        bgp_remote=None if one.bgp_remote is None else str(one.bgp_remote),
        shared_key=key_reference(one.key),
    )
