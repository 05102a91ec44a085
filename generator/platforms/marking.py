"""The notebook of a platform's auditor, and the walk over a tree that fills it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from generator.model.audit import AuditFacts, Mark, MarkKind, Named, NameKind
from generator.platforms.patterns import Table
from generator.platforms.tree import Node


class Marking:
    """What was found so far in the files of one router."""

    def __init__(self, definitions: Table[NameKind], references: Table[NameKind]) -> None:
        self.file = ""
        self.marks: list[Mark] = []
        self.definitions: dict[tuple[NameKind, str], Named] = {}
        self.references: list[Named] = []
        self.words: set[str] = set()
        self.foreign: dict[str, int] = {}
        self._definitions = definitions
        self._references = references

    def mark(self, kind: MarkKind, node: Node, detail: str = "", subject: str = "") -> None:
        """Note one thing at a statement."""
        self.marks.append(Mark(kind, self.file, node.line, detail, subject))

    def take(self, text: str, line: int) -> None:
        """The names that a statement defines or uses, and its words."""
        defined = False
        for kind, found in self._definitions.find(text):
            defined = True
            self.define(kind, found[1], line)
        names = list(self._references.find(text))
        for kind, found in names:
            for group in found.groups():
                self.refer(kind, group, line)
        if not defined:
            self.words.update(text.split())

    def define(self, kind: NameKind, name: str, line: int) -> None:
        name = name.strip('"')
        self.definitions.setdefault((kind, name), Named(kind, name, self.file, line))

    def refer(self, kind: NameKind, names: str, line: int) -> None:
        """One name or several, in brackets or not."""
        for name in names.split():
            name = name.strip('"[]()&|!')
            if name:
                self.references.append(Named(kind, name, self.file, line))
                self.words.add(name)

    def pass_over(self, node: Node) -> None:
        """A statement of a kind that no rule looks at, with all that is under it."""
        self.foreign[self.file] = self.foreign.get(self.file, 0) + size(node)
        self.words.update(word for text in texts(node) for word in text.split())

    def finish(self, undefined: Mapping[str, str]) -> AuditFacts:
        return AuditFacts(
            marks=tuple(self.marks),
            definitions=tuple(self.definitions.values()),
            references=tuple(self.references),
            words=frozenset(self.words),
            foreign=dict(self.foreign),
            undefined=undefined,
        )


def walk(nodes: Iterable[Node], visit: Callable[[Node, tuple[str, ...]], None]) -> None:
    """Visit every statement with the texts of the blocks around it.  No recursion: a garbled text may nest deeply."""
    waiting: list[tuple[Node, tuple[str, ...]]] = [(node, ()) for node in nodes]
    waiting.reverse()
    while waiting:
        node, above = waiting.pop()
        visit(node, above)
        if node.children:
            inside = (*above, node.text)
            waiting.extend((child, inside) for child in reversed(node.children))


def size(node: Node) -> int:
    """Statements of a block, itself included."""
    return sum(1 for _ in texts(node))


def texts(node: Node) -> Iterable[str]:
    """The texts of a statement and of all under it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one.text
        waiting.extend(one.children)
