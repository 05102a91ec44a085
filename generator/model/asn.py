"""AS numbers: which are whose, and which nobody may use."""

from __future__ import annotations

from typing import Final

MICROSOFT: Final = 12076
"""Microsoft's AS on all three peerings (ER-ASN-01)."""

GATEWAY: Final = 65515
"""Azure VPN gateway's default AS (ER-ASN-10)."""


def is_private(asn: int) -> bool:
    """RFC 6996 private use, 2-byte and 4-byte (ER-ASN-05)."""
    return 64512 <= asn <= 65534 or 4200000000 <= asn <= 4294967294


def is_documentation(asn: int) -> bool:
    """RFC 5398 documentation AS numbers (ER-ASN-04)."""
    return 64496 <= asn <= 64511 or 65536 <= asn <= 65551


def is_forbidden(asn: int) -> bool:
    """Never usable as the own AS of a peering (ER-ASN-02, ER-ASN-04)."""
    return asn in (0, 23456, 65535, 4294967295, MICROSOFT) or 65515 <= asn <= 65520


def parse_asn(text: str) -> int:
    """``64600`` or asdot ``1.10`` → number (ER-ASN-03).  `ValueError` outside 0..4294967295."""
    high, dot, low = text.partition(".")
    number = (int(high) << 16) + int(low) if dot else int(text)
    if not 0 <= number <= 4294967295 or (dot and int(low) > 65535):
        raise ValueError(f"AS number {text!r} is outside 0..4294967295")
    return number
