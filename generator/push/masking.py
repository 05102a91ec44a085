"""Keys hidden in whatever a router says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from generator.model.secret import MASK, Secret

_KEY: Final = re.compile(
    r"((?:password|secret|key-string|pre-shared-key(?: ascii-text| local| remote)?|authentication-key|community|psk|cak)"
    r"(?:\s*=)?(?:\s+[0-9]{1,2})?\s+)(\"[^\"]*\"|\S+)",
    re.IGNORECASE,
)
"""A key behind any word that announces one, on whatever platform: a word too many hidden does no harm."""


def masked(text: str, secrets: Iterable[Secret]) -> str:
    """Keys that we know, and whatever stands where a key stands."""
    for one in secrets:
        text = one.mask_in(text)
    return _KEY.sub(rf"\1{MASK}", text)
