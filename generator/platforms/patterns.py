"""Statements told apart by patterns of words: the small language in which platforms say what their auditors look for.

``neighbor * route-map {} in|out``: a word as it is, one of several (``|``), any word (``*``), any number of
words (``...``), a name (``{}``), all names to the end (``{+}``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_PARTS: Final = {"*": r"\S+", "...": r".*?", "{}": r"(\S+)", "{+}": r"(.+)"}


def pattern(text: str) -> re.Pattern[str]:
    """The pattern as a regular expression on a statement whose words are one blank apart."""
    out = ""
    for word in text.split(" "):
        part = _PARTS.get(word) or "(?:" + "|".join(map(re.escape, word.split("|"))) + ")"
        # Any number of words may be none, and then one of the blanks around it is not there either.
        out += "(?: .*?)?" if word == "..." else f" {part}"
    return re.compile(out[1:] if out.startswith(" ") else out)


class Table(Generic[T]):
    """Patterns with what each means; looked up by a statement's first word, so that long texts stay cheap."""

    def __init__(self, rows: Sequence[tuple[T, str]]) -> None:
        self._by_first: dict[str, list[tuple[T, re.Pattern[str]]]] = {}
        for meaning, text in rows:
            for first in text.split(" ", 1)[0].split("|"):
                self._by_first.setdefault(first, []).append((meaning, pattern(text)))

    def find(self, text: str) -> Iterator[tuple[T, re.Match[str]]]:
        """Every row that the whole statement matches."""
        for meaning, expression in self._by_first.get(text.partition(" ")[0], ()):
            found = expression.fullmatch(text)
            if found is not None:
                yield meaning, found
