"""The text of one file: its lines, the places in it, and the secrets to hide when a line of it is shown."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import Final

from generator.model.finding import DataPath, Location
from generator.model.secret import MASK
from generator.source.positions import Entry, Node, entries, find, read_positions, scalars

SECRET_KEYS: Final = frozenset(("md5", "psk", "key", "password", "secret", "cak"))
"""Keys whose value is never shown, unless it is a reference."""
REFERENCES: Final = ("env:", "file:")
_LOOSE_SECRET: Final = re.compile(
    r"""(?i)(?<![\w-])(["']?(?:md5|psk|key|password|secret|cak)["']?\s*:\s*)(?!["']?(?:env:|file:))(\S.*)"""
)
_SECRET_BELOW: Final = re.compile(
    r"""(?i)(?<![\w-])["']?(?:md5|psk|key|password|secret|cak)["']?\s*:\s*(?:[|>&!]\S*\s*)*$"""
)
"""A line that ends with such a key: the secret stands below it."""
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_LONG_LINE: Final = 1024 * 1024
_AROUND: Final = 200


class SourceText:
    """One file that was read.  What is costly is made when it is first asked for, and kept."""

    def __init__(self, name: str, path: str, data: bytes) -> None:
        self.name = name
        """As findings show it."""
        self.path = path
        self._data = data
        self.broken = False
        """The YAML ends early: there is no trustworthy tree behind the error."""

    @cached_property
    def text(self) -> str:
        """The text without byte order mark, as the parser counts its characters."""
        return self._data.decode("utf-8-sig")

    @cached_property
    def tree(self) -> Node | None:
        return read_positions(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    @cached_property
    def _secrets(self) -> list[tuple[int, int]]:
        """Where secrets in clear text stand, from index to index, in order."""
        if self.tree is None:
            return []
        found: set[tuple[int, int]] = set()
        seen: set[int] = set()
        for path, entry in entries(self.tree):
            if path[-1] in SECRET_KEYS:
                found.update((node.start, node.end) for node in scalars(entry.node, seen) if self._clear(node))
        return sorted(found)

    def _clear(self, node: Node) -> bool:
        """True for a secret written out, false for a reference and for nothing."""
        start = node.token + (node.style in ("'", '"'))
        return not node.empty and not self.text.startswith(REFERENCES, start)

    def release(self) -> None:
        """Drop the decoded text until it is needed again; the bytes stay."""
        self.__dict__.pop("text", None)

    def line_of(self, index: int) -> int:
        """The line of an index, from 1."""
        return bisect_right(self._starts, index)

    @property
    def lines(self) -> int:
        return len(self._starts)

    def line_text(self, line: int) -> str:
        """A line as it stands in the file, without its end, secrets included."""
        return self.text[self._starts[line - 1] : self._line_end(line)]

    def _line_end(self, line: int) -> int:
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        return len(self.text[self._starts[line - 1] : end].rstrip("\r\n")) + self._starts[line - 1]

    def place(self, start: int, end: int) -> Location:
        """The location of the characters from ``start`` to ``end``; only their first line is marked."""
        start = min(start, len(self.text))
        line = self.line_of(start)
        first, last = self._starts[line - 1], self._line_end(line)
        length = max(1, min(end, last) - start)
        if self._is_secret(start):
            length = len(MASK)
        shown = self._shown(first, last, start)
        return Location(file=self.name, line=line, column=start - first + 1, length=length, text=shown)

    def _spans(self, first: int, last: int) -> list[tuple[int, int]]:
        """The secrets that reach into the text between two indexes."""
        spans = self._secrets
        begin = max(bisect_left(spans, (first, 0)) - 1, 0)
        return [span for span in spans[begin : bisect_left(spans, (last, 0))] if span[1] > first]

    def _is_secret(self, index: int) -> bool:
        return bool(self._spans(index, index + 1))

    def _shown(self, first: int, last: int, start: int) -> str:
        """A line with its secrets masked, cut around ``start`` where it is monstrous."""
        cut = last - first > _LONG_LINE
        low, high = (max(first, start - _AROUND), min(last, start + _AROUND)) if cut else (first, last)
        parts, at = [], low
        for begin, end in self._spans(low, high):
            parts += [self.text[at : max(begin, at)], MASK]
            at = max(at, end)
        parts.append(self.text[at:high] if at < high else "")
        shown = "".join(parts)
        if self.broken:
            before = self.text[:first].rstrip().rpartition("\n")[2]
            shown = MASK if _SECRET_BELOW.search(before) else _LOOSE_SECRET.sub(_masked, shown)
        elif "#" in shown:
            code, mark, comment = shown.partition("#")
            shown = code + mark + _LOOSE_SECRET.sub(_masked, comment)
        return f"{'…' * (low > first)}{shown}{'…' * (high < last)}" if cut else shown

    def locate(self, path: DataPath, *, on_key: bool) -> Location | None:
        """Where a value of this file stands; the nearest above it where there is none."""
        if self.tree is None:
            return None
        entry, node, steps = find(self.tree, path)
        on_key = on_key or steps < len(path)
        if (
            entry is not None
            and entry.key_end > entry.key_start
            and entry.alias != entry.key_start
            and (on_key or _at_key(entry))
        ):
            return self.place(entry.key_start, entry.key_end)
        return self.place(*self._extent(node))

    def _extent(self, node: Node) -> tuple[int, int]:
        """What to underline for a value."""
        if node.kind == "block":
            if node.token > node.start:  # its anchor or tag
                return node.start, len(self.text[node.start : node.token].split(maxsplit=1)[0]) + node.start
            children = node.children
            if isinstance(children, dict) and children:
                first = next(iter(children.values()))
                return (
                    (first.key_start, first.key_end) if first.key_start >= node.token else (node.start, node.start + 1)
                )
            return node.start, node.start + 1
        return node.token, node.end

    def path_at(self, index: int) -> tuple[DataPath, bool]:
        """The path of the key or value that starts at an index, and whether a secret stands there."""
        path = self._paths.get(index, ())
        return path, self._is_secret(index) or any(part in SECRET_KEYS for part in path)

    @cached_property
    def _paths(self) -> dict[int, DataPath]:
        found: dict[int, DataPath] = {}
        for path, entry in entries(self.tree) if self.tree else ():
            found.setdefault(entry.node.start if entry.alias < 0 else entry.alias, path)
            found.setdefault(entry.key_start, path)
        return found

    def paths_on(self, line: int) -> tuple[DataPath, ...]:
        """Paths of all keys and values that start on a line."""
        return self._paths_by_line.get(line, ())

    @cached_property
    def _paths_by_line(self) -> dict[int, tuple[DataPath, ...]]:
        found: dict[int, dict[DataPath, None]] = {}
        for path, entry in entries(self.tree) if self.tree else ():
            for index in {entry.key_start, entry.alias if entry.alias >= 0 else entry.node.token}:
                found.setdefault(self.line_of(index), {})[path] = None
        return {line: tuple(paths) for line, paths in found.items()}


def _at_key(entry: Entry) -> bool:
    """True where a value has no word of its own to point at: a block of lines, or nothing at all."""
    node = entry.node
    return entry.alias < 0 and (node.empty or (node.kind == "block" and node.token == node.start))


def _masked(match: re.Match[str]) -> str:
    return f"{match[1]}{MASK}"
