"""The blocks of ``nftables.conf`` and ``swanctl.conf``, from their braces alone.

Both parsers give a tree by indentation, which these languages do not care about: a person's file, and
what ``nft list`` prints, are indented as they please.  So the lines are taken in their order, and
nested anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from generator.platforms.linux_frr.found import Found
from generator.platforms.tree import Node

_TOKEN: Final = re.compile(r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<comment>#.*)|(?P<mark>[{};])|(?P<other>[^"#{};]+|")')
_NFT_BLOCKS: Final = frozenset(("table", "chain", "set", "map", "flowtable"))


def lines(nodes: Iterable[Node]) -> Iterator[tuple[str, int]]:
    """Every line with its number, in the order of the file."""
    for node in nodes:
        yield node.text, node.line
        yield from lines(node.children)


def nested_nft(found: Found, nodes: Iterable[Node]) -> list[Node]:
    """Tables, what is in them, and the statements in that.  A set that goes on over several lines is one statement."""
    nest = _Nest(found)
    inner = 0
    for text, number in lines(nodes):
        for token in _TOKEN.finditer(text):
            kind, word = token.lastgroup, token.group()
            if kind == "comment":
                break
            if kind != "mark":
                nest.add(word, number)
            elif word == "{" and (inner or not nest.begins_with(_NFT_BLOCKS)):
                inner += 1
                nest.add(word, number)
            elif word == "}" and inner:
                inner -= 1
                nest.add(word, number)
            else:
                nest.mark(word, number)
        nest.add(" ", number)
        if not inner:
            nest.end()
    return nest.finish()


def nested_settings(found: Found, nodes: Iterable[Node]) -> list[Node]:
    """Sections and ``key = value`` lines.  A section may open on the line of its name only."""
    nest = _Nest(found)
    for text, number in lines(nodes):
        for token in _TOKEN.finditer(text):
            kind, word = token.lastgroup, token.group()
            if kind == "comment":
                break
            if kind == "mark" and word != ";":
                nest.mark(word, number)
            else:
                nest.add(word, number)
        nest.end()
    return nest.finish()


class _Nest:
    """The blocks that are open, and the statement that is not over yet."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.roots: list[Node] = []
        self.open: list[Node] = []
        self.words = ""
        self.start = 0

    def add(self, word: str, line: int) -> None:
        if not self.words:
            word = word.lstrip()
            self.start = line
        self.words += word

    def begins_with(self, words: frozenset[str]) -> bool:
        return self.words.split(" ", 1)[0] in words

    def mark(self, mark: str, line: int) -> None:
        """A brace that opens or closes a block, or the end of a statement."""
        if mark == "{":
            self.start = self.start if self.words else line
            node = self._statement()
            self.open.append(node)
            return
        self.end()
        if mark == "}":
            if self.open:
                self.open.pop()
            else:
                self.found.reject(Node(mark, line), "surplus closing brace")

    def end(self) -> None:
        if self.words.strip():
            self._statement()
        self.words = ""

    def _statement(self) -> Node:
        node = Node(self.words.strip(), self.start)
        (self.open[-1].children if self.open else self.roots).append(node)
        self.words = ""
        return node

    def finish(self) -> list[Node]:
        self.end()
        for node in self.open:
            self.found.reject(node, "block is not closed")
        return self.roots
