"""IPsec of a peering, every default filled in: the mesh of tunnels between our devices and a gateway (B of the domain rules)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from generator.inventory import overhead
from generator.inventory.intent import CustomerIntent, IpsecIntent, PeeringIntent, TunnelIntent
from generator.inventory.models import Gateway
from generator.inventory.secrets import SecretStore
from generator.inventory.security import EspPolicy, IkePolicy, Ipsec
from generator.model.address import Address, Prefix, parse_address, parse_prefix, prefix_key
from generator.model.crypto import CryptoPolicy
from generator.model.finding import DataPath
from generator.model.plan import Role
from generator.model.secret import Secret

STRONGEST: Final = CryptoPolicy()
"""GCM with 256-bit keys and elliptic curves of 384 bits: the best Azure has (IPS-POL-12)."""
COMPATIBILITY: Final = CryptoPolicy("AES256", "SHA256", "DHGroup14", "AES256", "SHA256", "PFS2048")
"""For devices without GCM in IKE (IPS-POL-12)."""
BGP_ADDRESSES: Final = {Role.PRIMARY: parse_address("169.254.100.1"), Role.SECONDARY: parse_address("169.254.100.2")}
"""Ours inside the tunnels, outside Azure's own window (IPS-BGP-04)."""
DPD_SECONDS: Final = 45
"""Azure's own default (IPS-POL-09)."""


def gateways(customer: CustomerIntent) -> list[tuple[DataPath, Gateway]]:
    """The customer's VPN gateways and appliances in Azure, with their places."""
    return [
        ((*customer.path, "vnets", index, "gateways", at), gateway)
        for index, vnet in enumerate(customer.vnets)
        for at, gateway in enumerate(vnet.gateways)
        if gateway.kind != "expressroute"
    ]


def gateway_of(customer: CustomerIntent, spec: Ipsec) -> tuple[DataPath, Gateway] | None:
    """The gateway that is named, or the only one there is."""
    found = gateways(customer)
    if spec.gateway is not None:
        found = [(path, one) for path, one in found if one.name == spec.gateway]
    return found[0] if len(found) == 1 else None


def crypto_of(spec: Ipsec) -> CryptoPolicy:
    """The policy: a profile, and what was written instead.  Words are kept as written; the rules know which are legal."""
    base = COMPATIBILITY if spec.profile == "compatibility" else STRONGEST
    ike, esp = spec.ike or IkePolicy(), spec.esp or EspPolicy()
    return CryptoPolicy(
        ike.encryption or base.ike_encryption,
        ike.integrity or base.ike_integrity,
        ike.dh_group or base.dh_group,
        esp.encryption or base.ipsec_encryption,
        esp.integrity or base.ipsec_integrity,
        esp.pfs_group or base.pfs_group,
        esp.lifetime_seconds or base.sa_seconds,
        esp.lifetime_kilobytes or base.sa_kilobytes,
    )


def ipsec_of(peering: PeeringIntent, inner_vrf: str, secrets: SecretStore) -> IpsecIntent | None:
    """The IPsec of a peering; None where it has none.  Without a gateway that can be found it has no tunnels."""
    spec = peering.spec.ipsec
    if spec is None:
        return None
    customer, path = peering.customer, (*peering.path, "ipsec")
    found = gateway_of(customer, spec)
    gateway = None if found is None else found[1]
    crypto = crypto_of(spec)
    path_mtu = spec.path_mtu or max((end.settings.mtu for end in peering.ends.values()), default=1500)
    natted = spec.nat_traversal
    mss = spec.mss or overhead.tunnel_mss(path_mtu, crypto, nat_traversal=natted)
    return IpsecIntent(
        spec=spec,
        path=path,
        gateway=gateway,
        gateway_path=None if found is None else found[0],
        inner_vrf=inner_vrf,
        crypto=crypto,
        dpd_seconds=DPD_SECONDS if spec.dpd_seconds is None else spec.dpd_seconds,
        asn=(gateway.onprem_asn if gateway is not None and gateway.onprem_asn else peering.asn),
        path_mtu=path_mtu,
        mtu=overhead.tunnel_mtu(path_mtu, crypto, nat_traversal=natted),
        mss=mss,
        announce=_sorted(customer.spec.onprem if spec.advertise is None else spec.advertise),
        accept=_accept(peering, gateway),
        local_preference=peering.local_preference if spec.local_pref is None else dict.fromkeys(Role, spec.local_pref),
        tunnels=_mesh(peering, spec, path, gateway, secrets),
    )


def _mesh(
    peering: PeeringIntent, spec: Ipsec, path: DataPath, gateway: Gateway | None, secrets: SecretStore
) -> tuple[TunnelIntent, ...]:
    """One tunnel from each of our devices to each instance of the gateway (IPS-BGP-01)."""
    if gateway is None:
        return ()
    keys = _keys(spec, path, secrets)
    tunnels = []
    for role in peering.ends:
        source: Address = getattr(spec.source, role.value)
        inside: Address = BGP_ADDRESSES[role] if spec.bgp is None else getattr(spec.bgp, role.value)
        for index, remote in enumerate(gateway.addresses):
            peer = gateway.bgp[index] if index < len(gateway.bgp) else None
            tunnels.append(TunnelIntent(role, index, source, remote, inside, peer, keys[role]))
    return tuple(tunnels)


def _keys(spec: Ipsec, path: DataPath, secrets: SecretStore) -> dict[Role, Secret]:
    """The key of each connection; one key for both has one place in the inventory."""
    if spec.key.primary == spec.key.secondary:
        return dict.fromkeys(Role, secrets.get(spec.key.primary, (*path, "key")))
    return {role: secrets.get(getattr(spec.key, role.value), (*path, "key", role.value)) for role in Role}


def _accept(peering: PeeringIntent, gateway: Gateway | None) -> tuple[Prefix, ...]:
    """What a gateway brings: its own VNet, and the others that hang on it (IPS-BGP-11)."""
    if gateway is None:
        return ()
    customer, circuit = peering.customer, peering.circuit
    own = [vnet for vnet in customer.vnets if any(one is gateway for one in vnet.gateways)]
    linked = [vnet for vnet in customer.vnets if vnet.circuits is None or circuit.name in vnet.circuits]
    return _sorted(prefix for vnet in (*own, *linked) for prefix in vnet.prefixes)


def gateway_prefixes(ipsec: IpsecIntent) -> tuple[Prefix, ...]:
    """The outer addresses of the gateway's instances as host prefixes."""
    return tuple([parse_prefix(f"{one.remote}/{one.remote.max_prefixlen}") for one in _first_of_each(ipsec)])


def _first_of_each(ipsec: IpsecIntent) -> list[TunnelIntent]:
    seen: dict[int, TunnelIntent] = {}
    for one in ipsec.tunnels:
        seen.setdefault(one.instance, one)
    return list(seen.values())


def _sorted(prefixes: Iterable[Prefix]) -> tuple[Prefix, ...]:
    return tuple(sorted(set(prefixes), key=prefix_key))
