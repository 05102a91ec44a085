"""Keys as IOS-XE prints them."""

from __future__ import annotations

import re
from typing import Final

from generator.model.secret import MASK, Secret
from generator.platforms.cisco_xe import type7

_KEY: Final = re.compile(
    r"((?:.*?\s)?(?:password|pre-shared-key|pre-share|key-string|secret|authentication-key|key|ppk)\s).+"
)
"""A line up to the word behind which a key may stand."""
_KIND: Final = re.compile(r"(.*\s)[067]\s+\S+\s*")
"""A line that ends as keys do, without that word."""
_KEYWORDS: Final = frozenset(
    ("address", "authentication", "crypto", "cryptographic-algorithm", "hostname", "identity", "key", "key-string",
     "peer", "ppk", "pre-shared-key")
)  # fmt: skip


def secret(words: list[str]) -> Secret:
    """``KEY``, ``0 KEY``, ``6 …`` (which only the device can read) or ``7 …``.  `ValueError` for anything else."""
    if len(words) == 1:
        return Secret(words[0])
    if len(words) == 2:
        if words[0] == "0":
            return Secret(words[1])
        if words[0] == "6":
            return Secret(None)
        if words[0] == "7":
            return Secret(type7.decode(words[1]))
    raise ValueError("neither a key nor a kind of key and a key")


def without_keys(text: str) -> str:
    """The line, cut off where a key may begin."""
    found = _KEY.fullmatch(text) or _KIND.fullmatch(text)
    return text if found is None else f"{found[1]}{MASK}"


def only_keyword(text: str) -> str:
    """What is left of a line that stands where keys stand: its first word, if it is one that belongs there."""
    first = text.split()[0]
    return f"{first} {MASK}" if first in _KEYWORDS else MASK
