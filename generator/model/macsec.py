"""MACsec on a port of ExpressRoute Direct (ER-MACS-01 to ER-MACS-04)."""

from __future__ import annotations

import msgspec

from generator.model.secret import Secret


class Macsec(msgspec.Struct, frozen=True):
    """Encryption of a whole port with a pre-shared key; keyed by port."""

    port: str
    cipher: str
    """Azure's word: ``GcmAes128``, ``GcmAes256``, ``GcmAesXpn128``, ``GcmAesXpn256``."""
    ckn: str
    """Name of the key, hexadecimal digits, lower case."""
    cak: Secret | None
    """The key, hexadecimal digits."""
    sci: bool = False
    """The frames carry the secure channel identifier."""
    must_secure: bool = True
    """No fallback to clear text."""
