"""One function makes every object name on every platform (PLT-NAME-01, PLT-NAME-03)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import Final

MAX_NAME: Final = 31
"""The strictest limit among the platforms (PAN-OS; NX-OS VRF names have 32)."""
MAX_DESCRIPTION: Final = 80

_FORBIDDEN: Final = re.compile(r"[^A-Z0-9-]+")
_SIMPLE: Final = re.compile(rf"[A-Za-z](?:[A-Za-z0-9-]{{,{MAX_NAME - 2}}}[A-Za-z0-9])?")
"""Most names: only put into capitals."""
_DESCRIPTION: Final = re.compile(r"[^ -~]|[\"'?!#;{}\\]")


@lru_cache(maxsize=1 << 16)
def object_name(*words: str) -> str:
    """Upper-case ASCII letters, digits and ``-``, at most 31 characters, not starting with a digit.

    What is cut off is replaced by a hash of the whole, so two long names never collide, and what is
    translated (``Müller`` → ``MULLER``) gets one too where the translation loses something.

    >>> object_name("alpha-ams", "private", "in")
    'ALPHA-AMS-PRIVATE-IN'
    """
    whole = "-".join(words)
    if _SIMPLE.fullmatch(whole):
        return whole.upper()
    plain = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode()
    name = _FORBIDDEN.sub("-", plain.upper()).strip("-")
    lossy = name != whole.upper().replace("_", "-")
    if not name or name[0].isdigit():
        name = f"X{name}"
    if len(name) <= MAX_NAME and not lossy:
        return name
    digest = hashlib.sha256(whole.encode()).hexdigest()[:6].upper()
    return f"{name[: MAX_NAME - 7].rstrip('-')}-{digest}"


def is_object_name(text: str) -> bool:
    """Whether a name typed by a person can be used on every platform as it is."""
    return re.fullmatch(r"[A-Z][A-Z0-9-]{0,30}", text) is not None


def description(text: str) -> str:
    """A description every platform takes: printable ASCII without quotes and comment signs, at most 80 characters (PLT-NAME-02)."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(_DESCRIPTION.sub(" ", plain).split())[:MAX_DESCRIPTION].rstrip()
