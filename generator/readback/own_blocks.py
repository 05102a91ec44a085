"""Which lines of a foreign text stand inside an object of ours?"""

from __future__ import annotations

from collections.abc import Mapping

from generator.model.facts import Facts, ReadResult


class OwnBlocks:
    """The first lines of the plan's objects, and the lines that are indented below them.

    A reader gives only the first line of an object.  Both syntaxes that platforms have (indentation,
    and braces as devices print them) indent what belongs to it.
    """

    def __init__(self, plan: Facts, result: ReadResult, texts: Mapping[str, str]) -> None:
        self._lines = {name: text.splitlines() for name, text in texts.items()}
        self._starts = {place for (table, key), place in result.places.items() if key in getattr(plan, table, ())}

    def holds(self, file: str, line: int) -> bool:
        """Whether a line (counted from 1), or a line above it that it is indented under, begins an object of ours."""
        if (file, line) in self._starts:
            return True
        lines = self._lines.get(file, [])
        if not 0 < line <= len(lines):
            return False
        edge = _indent(lines[line - 1])
        for number in range(line - 1, 0, -1):
            if not edge:
                return False
            text = lines[number - 1]
            if text.strip() and _indent(text) < edge:
                if (file, number) in self._starts:
                    return True
                edge = _indent(text)
        return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
