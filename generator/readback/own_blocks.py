"""Which lines of a foreign text stand inside an object of ours?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from generator.model.facts import Facts, ReadResult


class OwnBlocks:
    """The lines below an object of the plan that are indented more than its first line.

    A reader gives only the first line of an object.  Both syntaxes that platforms have (indentation,
    and braces as devices print them) indent what belongs to it.
    """

    def __init__(self, plan: Facts, result: ReadResult, texts: Mapping[str, str]) -> None:
        self._lines = {name: text.splitlines() for name, text in texts.items()}
        starts: dict[str, set[int]] = {}
        for (table, key), (file, line) in result.places.items():
            if key in getattr(plan, table, ()):
                starts.setdefault(file, set()).add(line)
        self._starts = {file: sorted(lines) for file, lines in starts.items()}

    def holds(self, file: str, line: int) -> bool:
        """Whether a line (counted from 1) belongs to an object of ours."""
        lines, starts = self._lines.get(file), self._starts.get(file, [])
        position = bisect_right(starts, line) - 1
        if lines is None or position < 0:
            return False
        start = starts[position]
        if start == line:
            return True
        edge = _indent(lines[start - 1])
        return all(_indent(one) > edge for one in lines[start:line] if one.strip())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
