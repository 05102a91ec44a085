"""What every part of the reader uses: the notebook it writes in, and Junos' ways to write a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from generator.model.facts import FactKey, UnrecognisedLine
from generator.platforms.tree import Node

_KEY: Final = re.compile(
    r"(?:^|(?<= ))(authentication-key|encrypted-password|password|secret|pre-shared-key ascii-text|ascii-text"
    r"|pre-shared-key hexadecimal|hexadecimal|pre-shared-key cak|cak|key)(?= )"
)
"""Words that have a key after them."""


class Reading:
    """The notebook of one file: where each object stands, and the lines that were not understood."""

    __slots__ = ("file", "places", "problems")

    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[FactKey, tuple[str, int]] = {}
        self.problems: list[UnrecognisedLine] = []

    def place(self, table: str, key: object, node: Node) -> None:
        self.places.setdefault((table, key), (self.file, node.line))

    def unknown(self, node: Node, reason: str = "") -> None:
        """Report a statement, unless it is inactive: then it is not there (PLT-JUN-11)."""
        if not inactive(node):
            told = masked(reason) if '"' in reason else reason
            self.problems.append(UnrecognisedLine(self.file, node.line, masked(node.text), told))


def inactive(node: Node) -> bool:
    return node.text.startswith("inactive: ")


def masked(text: str) -> str:
    """A statement without the key in it."""
    found = _KEY.search(text)
    return f"{text[: found.end()]} ••••" if found else text


def unquote(text: str) -> str:
    """The text in a quoted string, or the word itself.  `ValueError` if it is neither (two values: a lost semicolon)."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        inner = text[1:-1]
        if "\\" not in inner and '"' not in inner:
            return inner
        return _unescaped(inner)
    if not text or " " in text or '"' in text:
        raise ValueError("one value expected")
    return text


def _unescaped(inner: str) -> str:
    out: list[str] = []
    characters = iter(inner)
    for one in characters:
        if one == '"':
            raise ValueError("one value expected")
        out.append(next(characters, "") if one == "\\" else one)
    return "".join(out)


def values(text: str) -> tuple[str, ...]:
    """``A`` or ``[ A B ]`` → words.  `ValueError` for anything else."""
    if text.startswith("[") and text.endswith("]"):
        return tuple(word.strip('"') for word in text[1:-1].split())
    return (unquote(text),)


def statements(node: Node, rest: str) -> Iterator[Node]:
    """The statements of a block, which Junos may also write on one line: ``then accept``, ``from protocol bgp``."""
    if rest:
        short = Node(rest, node.line)
        short.children = node.children
        return iter((short,))
    return iter(node.children)


def leaves(node: Node, before: str = "") -> Iterator[tuple[str, Node]]:
    """The statements under a node that have nothing under them, each with the words of all blocks around it.

    So ``then { accept; }`` and ``then accept;`` are the same.
    """
    for child in node.children:
        if inactive(child):
            continue
        text = f"{before}{child.text}"
        if child.children:
            yield from leaves(child, f"{text} " if child.text else before)
        elif child.text:
            yield text, child
