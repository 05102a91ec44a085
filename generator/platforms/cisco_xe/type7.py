"""Cisco's type 7 passwords, which hide a text but do not protect it (PLT-XE-08)."""

from __future__ import annotations

from typing import Final

KEY: Final = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"
"""The fixed key that all Cisco devices share."""


def decode(text: str) -> str:
    """``0822455D0A16`` → ``cisco``.

    The first two digits say (in decimal) where in the key to begin.  `ValueError` for anything that is not type 7.
    """
    if len(text) < 4 or len(text) % 2:
        raise ValueError("a type 7 password has two digits and then pairs of hexadecimal digits")
    start, coded = int(text[:2]), bytes.fromhex(text[2:])
    if start >= len(KEY):
        raise ValueError("a type 7 password begins with a number below 53")
    return bytes(byte ^ KEY[(start + place) % len(KEY)] for place, byte in enumerate(coded)).decode("utf-8")
