"""The small tree that readers read: a line, its number, and the lines under it."""

from __future__ import annotations


class Node:
    """One config line, stripped, with the lines that belong to it.

    For brace syntax the text is the statement without ``{`` or ``;``.
    """

    __slots__ = ("children", "line", "text")

    def __init__(self, text: str, line: int) -> None:
        self.text = text
        self.line = line
        self.children: list[Node] = []

    def __repr__(self) -> str:
        return f"Node({self.text!r}, {self.line}, {len(self.children)} children)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return self.text == other.text and self.line == other.line and self.children == other.children

    __hash__ = None  # type: ignore[assignment]
