"""Keys hidden in what a person sees.  Both lines of a changed key stay, so the change is still seen."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "••••"

_KEYS: Final = (
    re.compile(r"(\bpassword (?:\d )?)(\S+)"),
    re.compile(r"(^[-+ ]?\s*secret\w*\s*=\s*)(.+)$", re.MULTILINE),
)


def masked(text: str) -> str:
    """``text`` with the key of every ``password`` and ``secret =`` replaced."""
    for pattern in _KEYS:
        text = pattern.sub(rf"\1{MASK}", text)
    return text
