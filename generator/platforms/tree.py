"""The small tree that readers read: a line, its number, and the lines under it."""

from __future__ import annotations

from typing import Final

import msgspec

from generator.model.facts import UnrecognisedLine

DEEPEST: Final = 64
"""Blocks inside of blocks that are told apart; no router has a quarter of it, and everything that walks is recursive."""


class Node(msgspec.Struct):
    """One config line, stripped, with the lines that belong to it.

    For brace syntax the text is the statement without ``{`` or ``;``.
    """

    text: str
    line: int
    children: list[Node] = []

    def __repr__(self) -> str:
        return f"Node({self.text!r}, {self.line}, {len(self.children)} children)"


Parsed = tuple[list[Node], list[UnrecognisedLine]]
"""A file's tree, and what keeps it from being read as a whole."""
