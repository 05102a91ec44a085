"""Text that we rendered → a tree, in one pass over its lines.

It is on the path of every run, so it does one thing only: the indentation of a line decides whose
child it is.  Text that a device printed goes through :mod:`generator.readback.ciscoconf`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.platforms.tree import Node

_CHUNK: Final = 1 << 16
"""Characters whose lines are in memory at the same time: the text of a large router has a million lines."""


def parse_indent(text: str, comment: str) -> list[Node]:
    """The top-level lines of ``text``, each with the lines indented under it.

    Blank lines and lines that begin with ``comment`` are left out, with one exception: a comment with
    words in it that stands before the first statement is the file's header, and is the first node
    (text with its comment sign), so that a reader can tell whose config it is (PAIR-048).
    """
    top: list[Node] = []
    header: Node | None = None
    parents: list[tuple[int, list[Node]]] = []
    """Indentation of each open line, and the list that the line itself is in."""
    siblings = top
    level = 0
    sign = comment[:1]
    number = 0
    for chunk in _chunks(text):
        for raw in chunk.split("\n"):
            number += 1
            line = raw.lstrip()
            if not line:
                continue
            indent = len(raw) - len(line)
            if line[-1].isspace():
                line = line.rstrip()
            if line[0] == sign and line.startswith(comment):
                if not top and header is None and line != comment:
                    header = Node(line, number)
                continue
            if indent != level:
                if indent > level and siblings:
                    parents.append((level, siblings))
                    siblings = siblings[-1].children
                elif indent < level:
                    while parents and parents[-1][0] >= indent:
                        siblings = parents.pop()[1]
                level = indent
            siblings.append(Node(line, number))
    if header is not None:
        top.insert(0, header)
    return top


def _chunks(text: str) -> Iterator[str]:
    """The text in pieces of whole lines."""
    start = 0
    while (end := text.find("\n", start + _CHUNK)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]
