"""Plan → ``swanctl.conf``: one connection a tunnel, its children and its secret."""

from __future__ import annotations

import base64
import re
from typing import Final

from msgspec import Struct

from generator.model.crypto import GROUP_NUMBER, CryptoPolicy, Tunnel
from generator.model.facts import Facts
from generator.model.secret import Secret
from generator.platforms.linux_frr.names import interface_id

_CIPHER: Final = {
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
_GROUP: Final = {20: "ecp384", 19: "ecp256", 24: "modp2048s256", 14: "modp2048", 2: "modp1024", 1: "modp768"}
"""strongSwan's names for the groups (IPS-POL-11)."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.:@-]+")
_ANY: Final = ("0.0.0.0/0", "0.0.0.0/0")
"""Route-based: whatever the routing table sends into the tunnel (PLT-LNX-12)."""


class Child(Struct, frozen=True):
    """One pair of traffic selectors.  Lifetimes in seconds and bytes, the second of each is when it is renewed."""

    name: str
    local: str
    remote: str
    proposal: str
    life: int
    rekey: int
    bytes: str
    rekey_bytes: str
    mode: str


class Connection(Struct, frozen=True):
    """One tunnel.  Its child SAs go to the XFRM interface with ``interface_id``."""

    name: str
    version: int
    local: str
    remote: str
    proposal: str
    rekey: int
    over: int
    dpd: str
    local_identity: str
    remote_identity: str
    secret: str
    interface_id: int
    dpd_action: str
    close_action: str
    start_action: str
    children: tuple[Child, ...]


def connections(facts: Facts) -> tuple[Connection, ...]:
    """In the order of the plan."""
    return tuple([_connection(one) for one in facts.tunnels.values()])


def _connection(one: Tunnel) -> Connection:
    """The IKE SA's life is ``rekey_time`` and a tenth over it, together what the plan says (PLT-LNX-10)."""
    crypto = one.crypto or CryptoPolicy()
    over = crypto.ike_seconds // 10
    pairs = [(str(pair.local), str(pair.remote)) for pair in one.selectors] or [_ANY]
    return Connection(
        name=one.name,
        version=crypto.ike_version,
        local=str(one.local),
        remote=str(one.remote),
        proposal=_ike(crypto),
        rekey=crypto.ike_seconds - over,
        over=over,
        dpd=str(one.dpd_interval) if one.dpd_interval else "",
        local_identity=_text(one.local_identity),
        remote_identity=_text(one.remote_identity),
        secret=_secret(one.key) if one.key is not None else "",
        interface_id=interface_id(one.name),
        dpd_action="restart" if one.initiate else "clear",
        close_action="start" if one.initiate else "none",
        start_action="start" if one.initiate else "none",
        children=tuple([_child(one, crypto, pair, number) for number, pair in enumerate(pairs, 1)]),
    )


def _child(one: Tunnel, crypto: CryptoPolicy, pair: tuple[str, str], number: int) -> Child:
    size = crypto.sa_kilobytes * 1024
    return Child(
        name=one.name if not one.selectors else f"{one.name}-{number}",
        local=pair[0],
        remote=pair[1],
        proposal=_esp(crypto),
        life=crypto.sa_seconds,
        rekey=crypto.sa_seconds - crypto.sa_seconds // 10,
        bytes=str(size) if size else "",
        rekey_bytes=str(size - size // 10) if size else "",
        mode=crypto.mode,
    )


def _ike(crypto: CryptoPolicy) -> str:
    """With GCM the integrity algorithm is only the pseudo-random function (IPS-POL-03)."""
    prf = "prf" if crypto.ike_encryption.startswith("GCM") else ""
    return f"{_CIPHER[crypto.ike_encryption]}-{prf}{crypto.ike_integrity.lower()}{_group(crypto.dh_group)}"


def _esp(crypto: CryptoPolicy) -> str:
    words = _CIPHER[crypto.ipsec_encryption]
    if not crypto.ipsec_encryption.startswith("GCM"):
        words += f"-{crypto.ipsec_integrity.lower()}"
    return words + _group(crypto.pfs_group)


def _group(name: str) -> str:
    """No group in an ESP proposal: no perfect forward secrecy."""
    number = GROUP_NUMBER[name]
    return f"-{_GROUP[number]}" if number else ""


def _secret(key: Secret) -> str:
    """A key that begins as strongSwan's hexadecimal or Base64 keys do is given in Base64 (PLT-LNX-11)."""
    text = key.reveal()
    if text.lower().startswith(("0x", "0s")):
        text = "0s" + base64.b64encode(text.encode()).decode()
    return _quoted(text)


def _text(text: str) -> str:
    return text if _PLAIN.fullmatch(text) or not text else _quoted(text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
