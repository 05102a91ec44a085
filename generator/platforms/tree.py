"""The small tree that readers read: a line, its number, and the lines under it."""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct):
    """One config line, stripped, with the lines that belong to it.

    For brace syntax the text is the statement without ``{`` or ``;``.
    """

    text: str
    line: int
    children: list[Node] = []

    def __repr__(self) -> str:
        return f"Node({self.text!r}, {self.line}, {len(self.children)} children)"
