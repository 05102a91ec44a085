"""Two configs of one router, block by block: what goes, what comes, and nothing that means the same.

Lines are compared within their block only, and as a set: where a line stands among its neighbours is
no difference unless the object that they make up is another one for it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from typing import Literal

import msgspec
from msgspec.structs import replace

from generator.change.block_owners import NOBODY, Owner, owners
from generator.change.masking import Masker
from generator.change.meaning_objects import ObjectDiff
from generator.model.facts import FactKey
from generator.platforms.tree import Node

Mark = Literal[" ", "-", "+"]
CONTEXT = 2
"""Unchanged lines that are shown beside a changed one."""
BLOCK = "block"
"""Note of a kept line with lines below it: no context for anything."""

Influence = Callable[[str, int], bool]
"""File and line of one side → whether the side would mean anything else without that line."""


class DiffLine(msgspec.Struct, frozen=True):
    """One line of a block: kept, going or coming; keys are masked."""

    mark: Mark
    depth: int
    text: str
    note: str = ""
    line: int = 0
    """Its number in the text that it stands in; 0: none is known."""


class Block(msgspec.Struct, frozen=True):
    """A top-level block of a file in which something changes."""

    file: str
    lines: tuple[DiffLine, ...]

    @property
    def changed(self) -> tuple[DiffLine, ...]:
        return tuple(one for one in self.lines if one.mark != " ")


class Text(msgspec.Struct, frozen=True):
    """A config of one side, as trees, and where its objects begin."""

    trees: Mapping[str, list[Node]]
    places: Mapping[FactKey, tuple[str, int]]
    matters: Influence = lambda file, line: True  # noqa: ARG005
    """Asked for single lines of objects that changed; without an answer every line matters."""

    def owners(self, file: str) -> dict[int, Owner]:
        """Line number → objects, for one file."""
        begin: dict[int, set[FactKey]] = defaultdict(set)
        for fact, (name, line) in self.places.items():
            if name == file:
                begin[line].add(fact)
        return owners(self.trees.get(file, []), {line: frozenset(facts) for line, facts in begin.items()})


def block_diff(
    before: Text, after: Text, diffs: Collection[ObjectDiff], mask: Masker, *, exact: bool
) -> tuple[Block, ...]:
    """The blocks of all files in which an object of ``diffs`` stands.

    ``exact``: both texts are our own, so every line that differs does so for a reason.  Else the first
    one is a device's: lines that belong to no changed object are its own way to write the same, or
    somebody else's.
    """
    if not diffs and not exact:
        return ()
    blocks: list[Block] = []
    for file in dict.fromkeys((*after.trees, *before.trees)):
        worker = _Files(file, before, after, diffs, mask, exact=exact)
        found = worker.blocks(before.trees.get(file, []), after.trees.get(file, []))
        blocks += [Block(file, tuple(replace(line, text=mask(line.text)) for line in lines)) for lines in found]
    return tuple(blocks)


class _Files:
    """One file on both sides."""

    def __init__(
        self, file: str, before: Text, after: Text, diffs: Collection[ObjectDiff], mask: Masker, *, exact: bool
    ) -> None:
        self.file = file
        self.sides: dict[Mark, Text] = {"-": before, "+": after}
        self.old, self.new = before.owners(file), after.owners(file)
        self.partly = {diff.fact for diff in diffs if diff.before is not None and diff.after is not None}
        self.facts = {diff.fact for diff in diffs}
        self.new_keys = {diff.fact for diff in diffs if diff.new_key}
        self.mask = mask
        self.exact = exact
        self.names = _names(diffs)

    def blocks(self, old: list[Node], new: list[Node]) -> list[list[DiffLine]]:
        """Each top-level block with a change in it; flat lines of one object beside each other are one block."""
        groups: list[list[DiffLine]] = []
        before: list[DiffLine] = []
        for part in self.children(old, new, 0):
            head = part[0]
            if len(part) == 1 and head.mark == " ":
                before = [*before, head][-CONTEXT:]
                continue
            if len(part) == 1 and groups and len(groups[-1]) and _flat(groups[-1]) and _akin(groups[-1][-1], head):
                groups[-1] += [one for one in before if _akin(one, head)] + part
            elif len(part) == 1:
                groups.append([one for one in before if _akin(one, head)] + part)
            else:
                groups.append(part)
            before = []
        return groups

    def children(self, old: list[Node], new: list[Node], depth: int) -> list[list[DiffLine]]:
        """The children of one block, each as itself and what is below it; kept ones as their first line."""
        partner = self.partners(old, new)
        taken = set(partner.values())
        out: list[list[DiffLine]] = []
        pointer = 0
        for number, node in enumerate(new):
            there = partner.get(number)
            if there is None:
                while pointer < len(old) and pointer not in taken:
                    out += self.alone("-", old[pointer], depth, self.old)
                    pointer += 1
                out += self.alone("+", node, depth, self.new)
                continue
            for index in range(pointer, there):
                if index not in taken:
                    out += self.alone("-", old[index], depth, self.old)
            pointer = max(pointer, there + 1)
            out += self.both(old[there], node, depth)
        for index in range(pointer, len(old)):
            if index not in taken:
                out += self.alone("-", old[index], depth, self.old)
        return out

    def partners(self, old: list[Node], new: list[Node]) -> dict[int, int]:
        """Index of each new line whose like is among the old ones → that one's: the same text, or the same but for a key."""
        partner = _matched(dict(enumerate(one.text for one in old)), dict(enumerate(one.text for one in new)))
        taken = set(partner.values())
        rest = {number: self.mask(one.text) for number, one in enumerate(old) if number not in taken}
        more = {number: self.mask(one.text) for number, one in enumerate(new) if number not in partner}
        return partner | _matched(rest, more)

    def both(self, old: Node, new: Node, depth: int) -> list[list[DiffLine]]:
        if old.text != new.text and self.rekeyed(new):
            return [
                [DiffLine("-", depth, old.text, "the key that it has", old.line)],
                [DiffLine("+", depth, new.text, "another key", new.line)],
            ]
        head = DiffLine(" ", depth, new.text, "", new.line)
        whole = DiffLine(" ", depth, new.text, BLOCK, new.line)
        below = self.children(old.children, new.children, depth + 1) if old.children or new.children else []
        if all(len(part) == 1 and part[0].mark == " " for part in below):
            if not self.reordered(old, new):
                return [[whole if new.children else head]]
            below = self.in_order(old.children, new.children, depth + 1)
        return [[head, *_trimmed(below)]]

    def reordered(self, old: Node, new: Node) -> bool:
        """Whether the object that the block is says something else by the order of its lines alone."""
        if self.facts.isdisjoint(self.new.get(new.line, NOBODY)):
            return False
        return [one.text for one in old.children] != [one.text for one in new.children]

    def in_order(self, old: list[Node], new: list[Node], depth: int) -> list[list[DiffLine]]:
        """The lines of one block compared in their order."""
        from difflib import SequenceMatcher

        texts = [self.mask(one.text) for one in old], [self.mask(one.text) for one in new]
        out: list[list[DiffLine]] = []
        for kind, first, last, start, end in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
            if kind == "equal":
                out += [[DiffLine(" ", depth, one.text, "", one.line)] for one in new[start:end]]
                continue
            out += [_whole("-", one, depth) for one in old[first:last]]
            out += [_whole("+", one, depth) for one in new[start:end]]
        return out

    def rekeyed(self, node: Node) -> bool:
        return self.exact or not self.new_keys.isdisjoint(self.new.get(node.line, NOBODY))

    def alone(self, mark: Mark, node: Node, depth: int, whose: Mapping[int, Owner]) -> list[list[DiffLine]]:
        """A line on one side only, with what is below it; nothing where it only says the same in another way."""
        if not self.exact and not (self.matters(node, whose) and self.means_something(mark, node, whose)):
            return []
        return [_whole(mark, node, depth)]

    def means_something(self, mark: Mark, node: Node, whose: Mapping[int, Owner]) -> bool:
        """Whether a single line of an object that is on both sides has a part in what the object says."""
        if node.children or not self.partly.issuperset(whose.get(node.line, NOBODY)):
            return True
        return self.sides[mark].matters(self.file, node.line)

    def matters(self, node: Node, whose: Mapping[int, Owner]) -> bool:
        own = whose.get(node.line, NOBODY)
        if own:
            return not self.facts.isdisjoint(own) or any(self.matters(child, whose) for child in node.children)
        return any(name in node.text for name in self.names) or any(
            self.matters(child, whose) for child in node.children
        )


def _matched(old: dict[int, str], new: dict[int, str]) -> dict[int, int]:
    """Equal texts of two lists, each with each once: index in the new one → index in the old one."""
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for number, text in old.items():
        waiting[text].append(number)
    return {number: waiting[text].popleft() for number, text in new.items() if waiting.get(text)}


def _whole(mark: Mark, node: Node, depth: int) -> list[DiffLine]:
    lines = [DiffLine(mark, depth, node.text, "", node.line)]
    for child in node.children:
        lines += _whole(mark, child, depth + 1)
    return lines


def _trimmed(parts: list[list[DiffLine]]) -> list[DiffLine]:
    """The lines of a block's children, of the kept ones only those beside a change."""
    single = [number for number, part in enumerate(parts) if part[0].mark != " "]
    near = {one for number in single for one in range(number - CONTEXT, number + CONTEXT + 1)}
    return [
        line
        for number, part in enumerate(parts)
        if number in near or len(part) > 1
        if len(part) > 1 or part[0].mark != " " or part[0].note != BLOCK
        for line in part
    ]


def _flat(group: list[DiffLine]) -> bool:
    return all(one.depth == 0 for one in group)


def _akin(one: DiffLine, two: DiffLine) -> bool:
    """Whether two top-level lines are about one thing: they begin with the same three words."""
    return one.text.split()[:3] == two.text.split()[:3]


def _names(diffs: Collection[ObjectDiff]) -> tuple[str, ...]:
    """Names of objects that are new or go: lines that no reader takes for an object of its own may bear them."""
    found = {
        name
        for diff in diffs
        if diff.before is None or diff.after is None
        if isinstance(name := getattr(diff.thing, "name", None), str) and len(name) > 3
    }
    return tuple(sorted(found))
