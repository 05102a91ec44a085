"""Tunnels and MACsec of a plan → ``security ike``, ``security ipsec``, ``security macsec``."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from generator.model.crypto import GROUP_NUMBER, CryptoPolicy, Tunnel
from generator.model.facts import Facts
from generator.model.macsec import Macsec
from generator.model.secret import Secret
from generator.platforms.juniper_junos.security_forms import Association, IpsecPolicy, Proposal, Vpn
from generator.platforms.juniper_junos.security_words import dead_peer

_ENCRYPTION = {
    "GCMAES256": "aes-256-gcm",
    "GCMAES192": "aes-192-gcm",
    "GCMAES128": "aes-128-gcm",
    "AES256": "aes-256-cbc",
    "AES192": "aes-192-cbc",
    "AES128": "aes-128-cbc",
    "DES3": "3des-cbc",
    "DES": "des-cbc",
    "None": "",
}
_IKE_HASH = {"SHA384": "sha-384", "SHA256": "sha-256", "SHA1": "sha1", "MD5": "md5"}
_ESP_HASH = {"SHA256": "hmac-sha-256-128", "SHA1": "hmac-sha1-96", "MD5": "hmac-md5-96"}
_CIPHER = {
    "gcmaes128": "gcm-aes-128",
    "gcmaes256": "gcm-aes-256",
    "gcmaesxpn128": "gcm-aes-xpn-128",
    "gcmaesxpn256": "gcm-aes-xpn-256",
}


KeyWriter = Callable[[Secret | None], str]
"""Writes a key down; the view's own, because nobody else may see one."""


class Crypto:
    """Proposals and policies of all tunnels; tunnels that agree on the same share them."""

    def __init__(self, facts: Facts, write_key: KeyWriter) -> None:
        self.ike: dict[CryptoPolicy, Proposal] = {}
        self.ipsec: dict[CryptoPolicy, Proposal] = {}
        self.policies: list[IpsecPolicy] = []
        self.vpns = [
            self._vpn(facts, one, one.crypto, write_key) for one in facts.tunnels.values() if one.crypto is not None
        ]

    def _share(self, crypto: CryptoPolicy) -> str:
        if crypto not in self.ike:
            name = f"AZURE-{len(self.ike) + 1}"
            self.ike[crypto] = _ike_proposal(name, crypto)
            self.ipsec[crypto] = _ipsec_proposal(name, crypto)
            self.policies.append(IpsecPolicy(name, _group(crypto.pfs_group), name))
        return self.ike[crypto].name

    def _vpn(self, facts: Facts, one: Tunnel, crypto: CryptoPolicy, write_key: KeyWriter) -> Vpn:
        shared = self._share(crypto)
        interval, retries = dead_peer(one)
        return Vpn(
            name=f"TUNNEL-{one.name.partition('.')[2]}",
            interface=one.name,
            ike_proposal=shared,
            ipsec_policy=shared,
            key=write_key(one.key),
            address=str(one.remote),
            version="v2-only" if crypto.ike_version == 2 else "v1-only",
            dpd_interval=interval,
            dpd_retries=retries,
            local_identity=_identity(one.local_identity),
            remote_identity=_identity(one.remote_identity),
            external_interface=_holder(facts, one),
            local_address=str(one.local),
            selectors=tuple(
                (f"TS-{number}", str(pair.local), str(pair.remote)) for number, pair in enumerate(one.selectors, 1)
            ),
            establish="immediately" if one.initiate else "responder-only",
        )


def _ike_proposal(name: str, crypto: CryptoPolicy) -> Proposal:
    """With GCM there is no hash to set: the PRF comes with the cipher, and Junos refuses to commit another."""
    gcm = crypto.ike_encryption.startswith("GCM")
    return Proposal(
        name,
        "" if gcm else _IKE_HASH.get(crypto.ike_integrity, crypto.ike_integrity),
        _ENCRYPTION.get(crypto.ike_encryption, crypto.ike_encryption),
        _group(crypto.dh_group),
        None,
        crypto.ike_seconds,
    )


def _ipsec_proposal(name: str, crypto: CryptoPolicy) -> Proposal:
    gcm = crypto.ipsec_encryption.startswith("GCM")
    return Proposal(
        name,
        "" if gcm else _ESP_HASH.get(crypto.ipsec_integrity, crypto.ipsec_integrity),
        _ENCRYPTION.get(crypto.ipsec_encryption, crypto.ipsec_encryption),
        "",
        crypto.sa_kilobytes,
        crypto.sa_seconds,
    )


def _group(word: str) -> str:
    number = GROUP_NUMBER.get(word)
    return word if number is None else f"group{number}" if number else ""


def _identity(text: str) -> str:
    """The identity with its kind before it; empty: that of the address."""
    if not text:
        return ""
    try:
        return f"{'inet' if ip_address(text).version == 4 else 'inet6'} {text}"
    except ValueError:
        return f"{'user-at-hostname' if '@' in text else 'hostname'} {text}"


def _holder(facts: Facts, tunnel: Tunnel) -> str:
    """The interface of the front VRF that has the outer source (PLT-JUN-16)."""
    for one in facts.interfaces.values():
        if one.vrf == tunnel.front_vrf and any(address.ip == tunnel.local for address in one.addresses):
            return one.name
    return ""


def associations(facts: Facts, write_key: KeyWriter) -> list[Association]:
    return [_association(one, write_key) for one in facts.macsec.values()]


def _association(one: Macsec, write_key: KeyWriter) -> Association:
    return Association(
        name=f"MACSEC-{one.port.replace('/', '-').replace(':', '-')}",
        port=one.port,
        cipher=_CIPHER.get(one.cipher.lower(), one.cipher),
        secure="must-secure" if one.must_secure else "should-secure",
        ckn=one.ckn,
        cak=write_key(one.cak),
        sci=one.sci,
    )
