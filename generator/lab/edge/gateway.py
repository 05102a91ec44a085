"""An instance of a VPN gateway: strongSwan with an XFRM interface a tunnel, and BIRD for BGP in the tunnels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from generator.inventory.intent import IpsecIntent, TunnelIntent
from generator.lab.edge.printing import BIRD, BIRD_CONF, FORWARDING, of_family, printed, router_id
from generator.lab.model import Interface, Program
from generator.lab.sites import Fitting, GatewaySite
from generator.model.address import Address
from generator.model.crypto import CryptoPolicy

SWANCTL_CONF: Final = "/etc/swanctl/swanctl.conf"
STRONGSWAN_CONF: Final = "/etc/strongswan.conf"
VICI: Final = "/run/charon.vici"
CHARON: Final = (
    Program(argv=("/usr/lib/ipsec/charon",), title="strongSwan", wait=False),
    Program(argv=("swanctl", "--load-all", "--noprompt", "--uri", f"unix://{VICI}"), title="its tunnels", needs=VICI),
)
MOST: Final = 4000
"""Prefixes that a gateway takes from a peer (IPS-BGP-09)."""

_CIPHERS: Final = {
    "GCMAES256": "aes256gcm16",
    "GCMAES192": "aes192gcm16",
    "GCMAES128": "aes128gcm16",
    "AES256": "aes256",
    "AES192": "aes192",
    "AES128": "aes128",
    "DES3": "3des",
    "DES": "des",
    "None": "null",
}
_GROUPS: Final = {
    "ECP384": "ecp384",
    "ECP256": "ecp256",
    "DHGroup24": "modp2048s256",
    "PFS24": "modp2048s256",
    "DHGroup14": "modp2048",
    "PFS2048": "modp2048",
    "DHGroup2": "modp1024",
    "PFS2": "modp1024",
    "DHGroup1": "modp768",
    "PFS1": "modp768",
}


class Tunnel(msgspec.Struct, frozen=True, kw_only=True):
    """A tunnel seen from Azure, as the templates print it."""

    name: str
    """Of the XFRM interface, and of the connection."""
    number: int
    """Of the XFRM interface."""
    own: Address
    peer: Address
    key: str
    ike: str
    esp: str
    ike_seconds: int
    sa_seconds: int
    rekey_seconds: int
    """Before the SA ends; the other end does it at its own time."""
    dpd: int
    bgp_own: Address | None
    bgp_peer: Address
    asn: int
    mtu: int


def gateway(site: GatewaySite) -> Fitting:
    """Everything of one instance.  Its policy is the custom one that is entered in Azure, and it takes no other (IPS-POL-01)."""
    tunnels = tuple(_tunnels(site))
    values: dict[str, object] = {"title": site.name, "tunnels": tunnels, "vici": VICI}
    uplink_own, uplink_peer = _uplink(site)
    bird = printed(
        "gateway.conf",
        router_id=router_id(site.name),
        asn=site.gateway.asn,
        most=MOST,
        vnet=of_family(tuple(site.vnet.prefixes), 4),
        address=site.address,
        uplink_own=uplink_own,
        uplink_peer=uplink_peer,
        **values,
    )
    return Fitting(
        files={
            BIRD_CONF: bird,
            SWANCTL_CONF: printed("swanctl.conf", **values),
            STRONGSWAN_CONF: printed("strongswan.conf", **values),
        },
        programs=(*_default(site), *CHARON, BIRD),
        sysctls=FORWARDING,
        interfaces=tuple(
            [
                Interface(name=one.name, kind="xfrm", xfrm_id=one.number, parent=site.uplink.interface, mtu=one.mtu)
                for one in tunnels
            ]
        ),
    )


def _uplink(site: GatewaySite) -> tuple[Address, Address]:
    """The VNet's side of the instance, IPv4: own address and the VNet's."""
    return next((own.ip, peer) for own, peer in zip(site.uplink.own, site.uplink.peer, strict=True) if own.version == 4)


def _default(site: GatewaySite) -> Iterator[Program]:
    """Outer packets go to the VNet, from the instance's own address."""
    _, peer = _uplink(site)
    yield Program(argv=("ip", "route", "add", "default", "via", str(peer), "src", str(site.address)))


def _tunnels(site: GatewaySite) -> Iterator[Tunnel]:
    for number, (ipsec, one) in enumerate(site.tunnels, 1):
        yield _tunnel(number, ipsec, one)


def _tunnel(number: int, ipsec: IpsecIntent, one: TunnelIntent) -> Tunnel:
    return Tunnel(
        name=f"tun{number}",
        number=number,
        own=one.remote,
        peer=one.local,
        key=one.key.reveal(),
        ike=ike_proposal(ipsec.crypto),
        esp=esp_proposal(ipsec.crypto),
        ike_seconds=ipsec.crypto.ike_seconds,
        sa_seconds=ipsec.crypto.sa_seconds,
        rekey_seconds=ipsec.crypto.sa_seconds * 9 // 10,
        dpd=max(ipsec.dpd_seconds // 3, 3),
        bgp_own=one.bgp_remote,
        bgp_peer=one.bgp_local,
        asn=ipsec.asn,
        mtu=ipsec.mtu,
    )


def ike_proposal(policy: CryptoPolicy) -> str:
    """Azure's words for phase 1 → strongSwan's (IPS-POL-02 to IPS-POL-04); with GCM the integrity is the PRF."""
    integrity = policy.ike_integrity.lower()
    middle = f"prf{integrity}" if policy.ike_encryption.startswith("GCM") else integrity
    return f"{_CIPHERS[policy.ike_encryption]}-{middle}-{_GROUPS[policy.dh_group]}"


def esp_proposal(policy: CryptoPolicy) -> str:
    """Azure's words for phase 2 → strongSwan's (IPS-POL-05 to IPS-POL-07)."""
    words = [_CIPHERS[policy.ipsec_encryption]]
    if not policy.ipsec_encryption.startswith("GCM"):
        words.append(policy.ipsec_integrity.lower())
    if policy.pfs_group in _GROUPS:
        words.append(_GROUPS[policy.pfs_group])
    return "-".join(words)
