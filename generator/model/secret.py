"""Secrets: references until the last moment, never visible in any text but the config itself."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Final

MASK: Final = "••••"


class Secret:
    """A key, together with the reference it came from.

    Equality compares the keys, so a swapped or changed secret is seen; ``repr``, ``str`` and
    ``format`` give the mask, so no log, diff, table or exception can print it.  Only
    :meth:`reveal` gives the text, and only a platform's view may call it.

    >>> str(Secret("hunter2", "env:KEY"))
    '••••'
    """

    __slots__ = ("_text", "reference")

    def __init__(self, text: str | None, reference: str = "") -> None:
        self._text = text
        self.reference = reference

    @property
    def known(self) -> bool:
        """False where the text cannot be had: an unresolved reference, a type-6 password."""
        return self._text is not None

    def reveal(self) -> str:
        """The text itself.  Raises ``ValueError`` where it is not known."""
        if self._text is None:
            raise ValueError(f"secret {self.reference or 'without reference'} is not known")
        return self._text

    def passes(self, test: Callable[[str], bool]) -> bool:
        """Whether the key passes a test of its form; one that is not known passes every test."""
        return self._text is None or test(self._text)

    def mask_in(self, text: str) -> str:
        """``text`` with the mask wherever the key stands in it, as it is or as ``repr`` would write it."""
        if not self._text:
            return text
        return text.replace(self._text, MASK).replace(repr(self._text)[1:-1], MASK)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        if self._text is None or other._text is None:
            return self._text is None and other._text is None and self.reference == other.reference
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce__(self) -> tuple[type[Secret], tuple[str | None, str]]:
        return (Secret, (self._text, self.reference))
