"""What a terminal does with text: characters that would drive it, how wide text is, and colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

_NAMED: Final = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}

_CODES: Final = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "accepted": "2",
    "place": "1",
    "label": "2",
    "good": "32",
}


class Stream(Protocol):
    """As much of a text stream as the question for colour needs."""

    def isatty(self) -> bool: ...


def printable(text: str) -> str:
    """``text`` with every control, format and odd space character escaped.

    An inventory is somebody else's text: an escape sequence or a right-to-left override in it must be
    seen, not obeyed.

    >>> printable("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cells(text: str) -> int:
    """How many columns of a terminal printable ``text`` takes: two for East Asian wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(0 if category(one) in ("Mn", "Me") else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """``text`` filled with spaces to ``width`` columns; to the right of them if ``right``."""
    fill = " " * (width - cells(text))
    return fill + text if right else text + fill


def wants_color(mode: str, stream: Stream, environment: Mapping[str, str]) -> bool:
    """Whether to colour: ``--color`` first, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal that can."""
    if mode != "auto":
        return mode == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


class Painter:
    """Puts colour on text that is already safe to print, or leaves it alone."""

    def __init__(self, color: bool) -> None:
        self.color = color

    def __call__(self, style: str, text: str) -> str:
        """``text`` in ``style``: a severity's word, ``accepted``, ``place``, ``label`` or ``good``."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.color and text else text
