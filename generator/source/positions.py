"""Where values stand: a second reading of a file, made when the first place in it is asked for."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from typing import Final

import msgspec
import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from generator.model.finding import DataPath
from generator.source.events import Event, NextEvent, events_of
from generator.source.problems import MAX_DEPTH

_PROPERTIES: Final = re.compile(r"(?:(?:&[\w-]+|![^\s,\[\]{}]*)\s*(?:#[^\r\n]*\s*)*)+")
"""An anchor and a tag in front of a value, and the comments that may stand between."""


class Node(msgspec.Struct, gc=False):
    """A value in the text, from ``start`` to ``end`` (indexes), its anchor and tag included."""

    start: int
    end: int
    token: int
    """Where the value itself starts, behind anchor and tag."""
    kind: str = "scalar"
    """``scalar``, ``block`` (lines), ``flow`` (brackets)."""
    style: str = ""
    """How a scalar is written: empty (plain), ``'``, ``"``, ``|`` or ``>``."""
    children: dict[str, Entry] | list[Entry] | None = None
    merged: list[Node] = []
    """The mappings that ``<<`` brings in, those that win first."""
    ignored: list[tuple[str, Entry]] = []
    """Entries whose key stood there before."""

    @property
    def empty(self) -> bool:
        return self.kind == "scalar" and self.token >= self.end


class Entry(msgspec.Struct, gc=False):
    """A key with its value, or an item of a list, whose key is as empty as its own place."""

    key_start: int
    key_end: int
    node: Node
    alias: int = -1
    """Where the alias stands, if the value is one; the node is then elsewhere."""


def read_positions(text: str) -> Node | None:
    """The tree of a text; as far as it could be read where the text is broken; None: no value at all."""
    reader = _Reader(text)
    collecting = gc.isenabled()
    gc.disable()
    try:
        return reader.document()
    except (yaml.YAMLError, _TooDeepError):
        return reader.root
    finally:
        if collecting:
            gc.enable()


class _TooDeepError(Exception):
    """Deeper than the loader accepts."""


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._next: NextEvent
        self._anchors: dict[str, Node] = {}
        self.root: Node | None = None

    def document(self) -> Node | None:
        self._next = events_of(self._text)
        event = self._next()
        while type(event) in (StreamStartEvent, DocumentStartEvent):
            event = self._next()
        if type(event) is StreamEndEvent:
            return None
        if not _is_alias(event):
            self._fill(self._open(event), event, 0)
        return self.root

    def _open(self, event: Event) -> Node:
        """The node that starts with this event, still without children."""
        start, end = event.start_mark.index, event.end_mark.index
        token = start
        if event.anchor is not None or event.tag is not None:
            match = _PROPERTIES.match(self._text, start)
            token = match.end() if match else start
        if type(event) is ScalarEvent:
            node = Node(start, end, min(token, end), style=event.style or "")
        else:
            node = Node(start, end, token, kind="flow" if event.flow_style else "block")
        if self.root is None:
            self.root = node
        return node

    def _fill(self, node: Node, event: Event, depth: int) -> None:
        """Read what is below a node; only then its anchor is known, so no node is ever below itself."""
        anchor = event.anchor
        self._children(node, event, depth)
        if anchor is not None:
            self._anchors[anchor] = node

    def _children(self, node: Node, event: Event, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise _TooDeepError
        if type(event) is MappingStartEvent:
            node.children, node.merged, node.ignored = {}, [], []
            self._mapping(node, node.children, depth + 1)
        elif type(event) is SequenceStartEvent:
            node.children = items = list[Entry]()
            while not _ends(event := self._next(), SequenceEndEvent):
                self._item(items, event, depth + 1)
            node.end = event.end_mark.index

    def _item(self, items: list[Entry], event: Event, depth: int) -> None:
        start = event.start_mark.index
        if _is_alias(event):
            items.append(Entry(start, start, self._aliased(event), alias=start))
            return
        node = self._open(event)
        items.append(Entry(start, start, node))
        self._fill(node, event, depth)

    def _aliased(self, event: Event) -> Node:
        """The node of an alias; where there is none, the alias itself."""
        start, end = event.start_mark.index, event.end_mark.index
        return self._anchors.get(event.anchor or "") or Node(start, end, start)

    def _mapping(self, node: Node, children: dict[str, Entry], depth: int) -> None:
        while not _ends(event := self._next(), MappingEndEvent):
            if type(event) is not ScalarEvent:
                self._not_a_key(node, event, depth)
                continue
            key = self._open(event)
            if event.anchor is not None:
                self._anchors[event.anchor] = key
            text = str(event.value)
            merges = text == "<<" and not event.style and event.tag is None
            event = self._next()
            if _is_alias(event):
                entry = Entry(key.token, key.end, self._aliased(event), alias=event.start_mark.index)
                self._place(node, children, text, entry, merges)
                continue
            entry = Entry(key.token, key.end, self._open(event))
            self._place(node, children, text, entry, merges)
            self._fill(entry.node, event, depth)
            if merges and isinstance(entry.node.children, list):
                node.merged += [item.node for item in entry.node.children]
        node.end = event.end_mark.index

    def _not_a_key(self, node: Node, event: Event, depth: int) -> None:
        """What stands where a key should be, and its value: kept apart, nothing leads there."""
        items: list[Entry] = []
        self._item(items, event, depth)
        self._item(items, self._next(), depth)
        node.ignored += [("", item) for item in items]

    def _place(self, node: Node, children: dict[str, Entry], text: str, entry: Entry, merges: bool) -> None:
        if merges:
            if entry.node.kind != "scalar":
                node.merged.append(entry.node)
            node.ignored.append((text, entry))
        elif text in children:
            node.ignored.append((text, entry))
        else:
            children[text] = entry


def _is_alias(event: Event) -> bool:
    return type(event) is AliasEvent


def _ends(event: Event, kind: type) -> bool:
    return type(event) is kind


def find(node: Node, path: DataPath) -> tuple[Entry | None, Node, int]:
    """The entry and the node at ``path``, or the nearest above it, and how many steps of the path lead there."""
    entry: Entry | None = None
    for steps, part in enumerate(path):
        below = _child(node, part)
        if below is None:
            return entry, node, steps
        entry, node = below, below.node
    return entry, node, len(path)


def _child(node: Node, part: str | int) -> Entry | None:
    """The item or the entry of that name, the mapping's own before those that it merges, in their order."""
    if isinstance(part, int):
        items = node.children
        return items[part] if isinstance(items, list) and 0 <= part < len(items) else None
    waiting, seen = [node], set[int]()
    while waiting:
        current = waiting.pop()
        if id(current) in seen or not isinstance(current.children, dict):
            continue
        if part in current.children:
            return current.children[part]
        seen.add(id(current))
        waiting += reversed(current.merged)
    return None


def entries(node: Node, path: DataPath = ()) -> Iterator[tuple[DataPath, Entry]]:
    """Every entry that is written in the text below a node, once, with its path; ignored ones and ``<<`` too."""
    children = node.children
    if isinstance(children, list):
        pairs: list[tuple[str | int, Entry]] = list(enumerate(children))
    else:
        pairs = [*(children or {}).items(), *node.ignored]
    for part, entry in pairs:
        below = (*path, part)
        yield below, entry
        if entry.alias < 0:
            yield from entries(entry.node, below)


def scalars(node: Node, seen: set[int]) -> Iterator[Node]:
    """Every scalar below a node, through aliases and merge keys too; ``seen`` holds the nodes already given."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if current.kind == "scalar":
            yield current
            continue
        children = current.children
        waiting += [entry.node for entry in (children.values() if isinstance(children, dict) else children or ())]
        waiting += [entry.node for _, entry in current.ignored]
        waiting += current.merged
