"""What every part of the reader uses: the notebook it writes in, and Junos' ways to write a value."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.facts import FactKey, UnrecognisedLine
from generator.platforms.tree import Node


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
            self.problems.append(UnrecognisedLine(self.file, node.line, masked(node.text), reason))


def inactive(node: Node) -> bool:
    return node.text.startswith("inactive: ")


def masked(text: str) -> str:
    """A statement without the key in it."""
    for word in ("authentication-key", "secret", "password", "encrypted-password"):
        if word in text:
            head, _, _ = text.partition(word)
            return f"{head}{word} ••••"
    return text


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
