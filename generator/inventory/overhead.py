"""What ESP adds to a packet, and what that leaves for the packet inside (IPS-TUN-03 to IPS-TUN-05)."""

from __future__ import annotations

from typing import Final

from generator.model.crypto import CryptoPolicy

OUTER_IP: Final = 20
ESP_HEADER: Final = 8
"""Security parameter index and sequence number."""
TRAILER: Final = 2
"""Pad length and next header, inside the padding."""
NAT_TRAVERSAL: Final = 8
TCP_IP: Final = 40
"""TCP and IPv4 headers without options."""
ADVISED_MSS: Final = 1350
ADVISED_MTU: Final = 1400
"""Microsoft's general advice (IPS-TUN-03)."""

_IV: Final = {"GCM": 8, "AES": 16, "DES3": 8, "DES": 8, "None": 0}
_BLOCK: Final = {"GCM": 4, "AES": 16, "DES3": 8, "DES": 8, "None": 4}
_CHECK: Final = {"GCM": 16, "SHA256": 16, "SHA1": 12, "MD5": 12}
"""Bytes of the integrity check value: HMACs are cut to half of theirs (SHA-1 and MD5 to 96 bits)."""


def _kind(word: str) -> str:
    return "GCM" if word.startswith("GCM") else "AES" if word.startswith("AES") else word


def _fixed(crypto: CryptoPolicy, *, nat_traversal: bool) -> int:
    """Bytes around the padded part."""
    encryption, integrity = _kind(crypto.ipsec_encryption), _kind(crypto.ipsec_integrity)
    check = _CHECK.get(integrity, 16)
    return OUTER_IP + ESP_HEADER + _IV.get(encryption, 16) + check + (NAT_TRAVERSAL if nat_traversal else 0)


def outer_size(inner: int, crypto: CryptoPolicy, *, nat_traversal: bool = False) -> int:
    """Bytes on the wire of an IPv4 ESP packet in tunnel mode around a packet of ``inner`` bytes.

    >>> outer_size(1390, CryptoPolicy())
    1444
    """
    block = _BLOCK.get(_kind(crypto.ipsec_encryption), 16)
    padded = -(-(inner + TRAILER) // block) * block
    return padded + _fixed(crypto, nat_traversal=nat_traversal)


def largest_inner(outer: int, crypto: CryptoPolicy, *, nat_traversal: bool = False) -> int:
    """The largest packet whose ESP packet is at most ``outer`` bytes.

    >>> largest_inner(1400, CryptoPolicy())
    1346
    """
    block = _BLOCK.get(_kind(crypto.ipsec_encryption), 16)
    room = outer - _fixed(crypto, nat_traversal=nat_traversal)
    return room // block * block - TRAILER


def tunnel_mtu(path_mtu: int, crypto: CryptoPolicy, *, nat_traversal: bool = False) -> int:
    """IP MTU of the tunnel: what fits, at most Microsoft's 1,400."""
    return min(ADVISED_MTU, largest_inner(path_mtu, crypto, nat_traversal=nat_traversal))


def tunnel_mss(path_mtu: int, crypto: CryptoPolicy, *, nat_traversal: bool = False) -> int:
    """TCP MSS through the tunnel: what fits, at most Microsoft's 1,350."""
    return min(ADVISED_MSS, largest_inner(path_mtu, crypto, nat_traversal=nat_traversal) - TCP_IP)
