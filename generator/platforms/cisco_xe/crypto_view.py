"""Tunnels → IKEv2, IPsec and the lines of the tunnel interface (PLT-XE-11 to PLT-XE-16).

The router goes from the tunnel to its IPsec profile, from there to the transform set and the IKEv2 profile,
from that to the keyring and, by the address of the peer, to the key.  The IKE proposal is not named by any of
them: it comes from the policy of the front VRF and the local address, so that all tunnels of one address have
the same.  There are no crypto maps (PLT-XE-13).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Final

import msgspec

from generator.model.address import Address, Prefix
from generator.model.crypto import GROUP_NUMBER, CryptoPolicy, Selector, Tunnel
from generator.model.facts import Facts
from generator.model.naming import object_name

_IKE_ENCRYPTION: Final = {
    "GCMAES256": "aes-gcm-256",
    "GCMAES128": "aes-gcm-128",
    "AES256": "aes-cbc-256",
    "AES192": "aes-cbc-192",
    "AES128": "aes-cbc-128",
}
_IKE_INTEGRITY: Final = {"SHA384": "sha384", "SHA256": "sha256", "SHA1": "sha1", "MD5": "md5"}
_ESP_ENCRYPTION: Final = {
    "GCMAES256": "esp-gcm 256",
    "GCMAES192": "esp-gcm 192",
    "GCMAES128": "esp-gcm 128",
    "AES256": "esp-aes 256",
    "AES192": "esp-aes 192",
    "AES128": "esp-aes",
    "DES3": "esp-3des",
    "DES": "esp-des",
    "None": "esp-null",
}
_ESP_INTEGRITY: Final = {"SHA256": "esp-sha256-hmac", "SHA1": "esp-sha-hmac", "MD5": "esp-md5-hmac"}


class ProposalView(msgspec.Struct, frozen=True):
    name: str
    encryption: str
    integrity: str
    """Empty with GCM, which protects integrity itself."""
    prf: str
    """Only with GCM (PLT-XE-16)."""
    group: int


class PeerView(msgspec.Struct, frozen=True):
    name: str
    address: str
    key: str


class EndView(msgspec.Struct, frozen=True):
    """What tunnels from one address of one front VRF have in common."""

    name: str
    front_vrf: str
    local: str
    proposal: str
    peers: tuple[PeerView, ...]


class ProfileView(msgspec.Struct, frozen=True):
    """The IKEv2 profile and the IPsec profile of one tunnel."""

    name: str
    front_vrf: str
    local: str
    remote_identity: str
    local_identity: str
    keyring: str
    lifetime: int
    dpd: str
    transform_set: str
    pfs: int
    """Group, 0: none."""
    seconds: int
    kilobytes: int
    responder_only: bool


class TransformSetView(msgspec.Struct, frozen=True):
    name: str
    transforms: str
    mode: str


class TunnelView(msgspec.Struct, frozen=True):
    """The tunnel's own lines on its interface."""

    source: str
    destination: str
    front_vrf: str
    selectors: str
    """Access list, empty: any to any."""
    profile: str


class SelectorsView(msgspec.Struct, frozen=True):
    name: str
    entries: tuple[tuple[int, str, str], ...]
    """Number, source and destination."""


def crypto_view(facts: Facts) -> Mapping[str, object]:
    """The part of the context that is about IPsec.  `ValueError` for what IOS-XE cannot do."""
    tunnels = tuple(facts.tunnels.values())
    proposals = {one.name: one for one in map(_proposal, tunnels)}
    sets = {one.name: one for one in map(_transform_set, tunnels)}
    return {
        "proposals": tuple(proposals.values()),
        "ends": tuple(_ends(tunnels)),
        "profiles": tuple(_profile(one) for one in tunnels),
        "transform_sets": tuple(sets.values()),
        "selectors": tuple(_selectors(tunnels)),
    }


def tunnel_view(one: Tunnel) -> TunnelView:
    """Over IPv4 only: over IPv6 the mode depends on what is inside, which the plan does not say."""
    if one.local.version != 4 or one.remote.version != 4:
        raise ValueError(f"tunnel {one.name} from {one.local} to {one.remote} is not over IPv4")
    return TunnelView(
        source=str(one.local).upper(),
        destination=str(one.remote).upper(),
        front_vrf=one.front_vrf,
        selectors=_selectors_name(one.selectors) if one.selectors else "",
        profile=object_name(one.name),
    )


def _policy(tunnel: Tunnel) -> CryptoPolicy:
    if tunnel.crypto is None:
        raise ValueError(f"tunnel {tunnel.name} has no crypto policy")
    return tunnel.crypto


def _word(words: Mapping[str, str], name: str, tunnel: Tunnel, what: str) -> str:
    word = words.get(name)
    if word is None:
        raise ValueError(
            f"{what} {name} of tunnel {tunnel.name} is unknown to IOS-XE, expected one of {', '.join(words)}"
        )
    return word


def _proposal(tunnel: Tunnel) -> ProposalView:
    policy = _policy(tunnel)
    gcm = policy.ike_encryption.startswith("GCM")
    integrity = _word(_IKE_INTEGRITY, policy.ike_integrity, tunnel, "IKE integrity")
    group = GROUP_NUMBER.get(policy.dh_group, 0)
    if not group:
        raise ValueError(
            f"IKE of tunnel {tunnel.name} has no Diffie-Hellman group that IOS-XE knows: {policy.dh_group}"
        )
    return ProposalView(
        name=object_name("IKE", policy.ike_encryption, policy.ike_integrity, policy.dh_group),
        encryption=_word(_IKE_ENCRYPTION, policy.ike_encryption, tunnel, "IKE encryption"),
        integrity="" if gcm else integrity,
        prf=integrity if gcm else "",
        group=group,
    )


def _end_name(tunnel: Tunnel) -> str:
    return object_name("IKE", tunnel.front_vrf or "GLOBAL", _dashed(tunnel.local))


def _dashed(address: Address) -> str:
    return str(address).replace(".", "-").replace(":", "-")


def _ends(tunnels: tuple[Tunnel, ...]) -> Iterator[EndView]:
    """One for each local address and front VRF."""
    ends: dict[tuple[str, Address], list[Tunnel]] = {}
    for one in tunnels:
        ends.setdefault((one.front_vrf, one.local), []).append(one)
    for (front_vrf, local), ours in ends.items():
        proposals = {_proposal(one).name: one.name for one in ours}
        if len(proposals) > 1:
            names = " and ".join(proposals.values())
            raise ValueError(f"IOS-XE has one IKE policy for an address: tunnels {names} from {local} need the same")
        yield EndView(
            name=_end_name(ours[0]),
            front_vrf=front_vrf,
            local=str(local).upper(),
            proposal=next(iter(proposals)),
            peers=tuple(_peer(one) for one in ours),
        )


def _peer(tunnel: Tunnel) -> PeerView:
    if tunnel.key is None:
        raise ValueError(f"tunnel {tunnel.name} has no key")
    return PeerView(object_name(tunnel.name), str(tunnel.remote).upper(), tunnel.key.reveal())


def _profile(tunnel: Tunnel) -> ProfileView:
    policy = _policy(tunnel)
    dpd = f"{tunnel.dpd_interval} {tunnel.dpd_retries}" if tunnel.dpd_interval else ""
    return ProfileView(
        name=object_name(tunnel.name),
        front_vrf=tunnel.front_vrf,
        local=str(tunnel.local).upper(),
        remote_identity=_identity(tunnel.remote_identity or str(tunnel.remote), remote=True),
        local_identity=_identity(tunnel.local_identity or str(tunnel.local), remote=False),
        keyring=_end_name(tunnel),
        lifetime=policy.ike_seconds,
        dpd=dpd,
        transform_set=_transform_set(tunnel).name,
        pfs=GROUP_NUMBER.get(policy.pfs_group, 0),
        seconds=policy.sa_seconds,
        kilobytes=policy.sa_kilobytes,
        responder_only=not tunnel.initiate,
    )


def _identity(text: str, *, remote: bool) -> str:
    """Kind and value of an IKE identity: an address, a mail address or a domain name."""
    try:
        address = ip_address(text)
    except ValueError:
        return f"email {text}" if "@" in text else f"fqdn {text}"
    if not remote:
        return f"address {str(address).upper()}"
    return f"address {address} 255.255.255.255" if address.version == 4 else f"address {str(address).upper()}/128"


def _transform_set(tunnel: Tunnel) -> TransformSetView:
    policy = _policy(tunnel)
    encryption = _word(_ESP_ENCRYPTION, policy.ipsec_encryption, tunnel, "IPsec encryption")
    words = [policy.ipsec_encryption]
    if not policy.ipsec_encryption.startswith("GCM"):
        encryption += " " + _word(_ESP_INTEGRITY, policy.ipsec_integrity, tunnel, "IPsec integrity")
        words.append(policy.ipsec_integrity)
    if policy.mode != "tunnel":
        words.append(policy.mode)
    return TransformSetView(object_name("ESP", *words), encryption, policy.mode)


# Traffic selectors


def _selectors_name(selectors: tuple[Selector, ...]) -> str:
    """The same selectors share a list; its name is made of what is in it."""
    return object_name("SELECTORS", *(f"{one.local} {one.remote}" for one in selectors))


def _selectors(tunnels: tuple[Tunnel, ...]) -> Iterator[SelectorsView]:
    for selectors in dict.fromkeys(one.selectors for one in tunnels if one.selectors):
        entries = []
        for number, one in enumerate(selectors, 1):
            if one.local.version != 4 or one.remote.version != 4:
                raise ValueError(f"IOS-XE cannot select {one.local} {one.remote} in a tunnel over IPv4")
            entries.append((number * 10, _wild(one.local), _wild(one.remote)))
        yield SelectorsView(_selectors_name(selectors), tuple(entries))


def _wild(prefix: Prefix) -> str:
    if prefix.prefixlen == 0:
        return "any"
    if prefix.prefixlen == 32:
        return f"host {prefix.network_address}"
    return f"{prefix.network_address} {prefix.hostmask}"
