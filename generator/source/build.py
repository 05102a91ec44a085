"""Events → plain values, as fast as Python can: the one loop that every line of every inventory goes through.

No place is kept but that of problems; `positions` reads a file again where a place is asked for.
"""

from __future__ import annotations

from typing import Final

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from generator.source.events import Event, NextEvent, events_of
from generator.source.problems import MAX_DEPTH, MAX_EXPANDED, GiveUpError, Problem
from generator.source.tags import tagged_mapping, tagged_scalar, tagged_sequence
from generator.source.traps import Trap, plain_value

_OPEN: Final = object()
"""Stands for the value of an anchor that is still being read."""


class Builder:
    """Builds the values of one file.

    ``problems`` fills while it works.  `document` raises ``yaml.YAMLError`` where the text is no YAML
    and `GiveUpError` where reading on makes no sense.
    """

    def __init__(self, keys: dict[str, str]) -> None:
        self.problems: list[Problem] = []
        self._next: NextEvent
        self._keys = keys
        """Ordinary keys seen so far, in any file: shared, so that ten thousand records hold each of them once."""
        self._anchors: dict[str, object] = {}
        self._sizes: dict[int, tuple[object, int, int]] = {}
        """By identity, with the value itself, so that it stays alive and the identity its own."""
        self._expanded = 0

    def document(self, text: str) -> object:
        """The value of the only document of a text; None where there is none."""
        self._next = events_of(text)
        self._next()  # start of the stream
        if type(self._next()) is StreamEndEvent:
            return None
        value = self._value(self._next(), 0)
        end = self._next()
        after = self._next()
        if type(end) is DocumentEndEvent and type(after) is not StreamEndEvent:
            raise GiveUpError(
                _at(
                    after,
                    "SRC-012",
                    "a second YAML document starts here, one is allowed",
                    "move it to a file of its own",
                )
            )
        return value

    def _mapping(self, depth: int) -> dict[str, object]:
        next_event, keys = self._next, self._keys
        result: dict[str, object] = {}
        merged: list[dict[str, object]] = []
        while True:
            event = next_event()
            kind = type(event)
            if kind is MappingEndEvent:
                break
            key = keys.get(event.value) if kind is ScalarEvent and event.tag is None else None
            if key is None or event.anchor is not None:
                self._new_key(event, result, merged, depth)
                continue
            if key in result:
                self._repeated(event, key)
            event = next_event()
            if type(event) is ScalarEvent and event.tag is None and event.anchor is None:
                value: object = event.value
                if not event.style and type(value := plain_value(event.value)) is Trap:
                    value = self._trapped(event, value)
            else:
                value = self._value(event, depth)
            result.setdefault(key, value)
        if merged:
            return self._merge(merged, result)
        return result

    def _sequence(self, depth: int) -> list[object]:
        next_event = self._next
        result: list[object] = []
        while True:
            event = next_event()
            if type(event) is SequenceEndEvent:
                return result
            result.append(self._value(event, depth))

    def _value(self, event: Event, depth: int) -> object:
        """Any value; ``depth`` is that of what holds it."""
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = _OPEN
        if kind is ScalarEvent:
            value = self._scalar(event)
        elif depth >= MAX_DEPTH:
            raise GiveUpError(_at(event, "SRC-019", f"nested deeper than {MAX_DEPTH} levels", "make the data flatter"))
        elif kind is MappingStartEvent:
            self._note(tagged_mapping(event))
            value = self._mapping(depth + 1)
        else:
            assert type(event) is SequenceStartEvent
            self._note(tagged_sequence(event))
            value = self._sequence(depth + 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value

    def _scalar(self, event: Event) -> object:
        if event.tag is not None:
            value, problem = tagged_scalar(event)
            self._note(problem)
            return value
        if event.style:
            return event.value
        plain = plain_value(event.value)
        return self._trapped(event, plain) if isinstance(plain, Trap) else plain

    def _note(self, problem: Problem | None) -> None:
        if problem is not None:
            self.problems.append(problem)

    def _trapped(self, event: Event, trap: Trap) -> str:
        """Report a word that readers differ about; its value is the text."""
        self.problems.append(
            _at(
                event,
                "INV-073",
                f"{trap.text} without quotes is ambiguous: {trap.reading}",
                f'put it in quotes: "{trap.text}"',
                hidden="the value without quotes is ambiguous: a YAML 1.1 reader does not take it for this text",
            )
        )
        return trap.text

    def _new_key(self, event: Event, result: dict[str, object], merged: list[dict[str, object]], depth: int) -> None:
        """A key not met before, and every unusual one; reads its value too."""
        if type(event) is not ScalarEvent:
            self._not_a_key(event, depth)
            return
        text = str(event.value)
        if text == "<<" and not event.style and event.tag is None:
            self._merge_key(merged, event, depth)
            return
        if event.anchor is not None:
            self._anchors[event.anchor] = text
        if event.tag is not None:
            self._note(tagged_scalar(event)[1])
        elif not isinstance(trap := plain_value(text), Trap):
            self._keys[text] = text
        elif not event.style:
            self._trapped(event, trap)
        if text in result:
            self._repeated(event, text)
        result.setdefault(text, self._value(self._next(), depth))

    def _not_a_key(self, event: Event, depth: int) -> None:
        """A list, a mapping or an alias where a key should be; its value is read and dropped."""
        what = {AliasEvent: "an alias", MappingStartEvent: "a mapping", SequenceStartEvent: "a list"}[type(event)]
        fix = "write the key as a word; text such as {{ name }} needs quotes"
        self._note(_at(event, "SRC-015", f"{what} stands where a key should be", fix))
        self._value(event, depth)
        self._value(self._next(), depth)

    def _repeated(self, event: Event, key: str) -> None:
        self._note(
            _at(event, "SRC-014", f"key {key!r} stands twice in this mapping, once was expected", "keep one of the two")
        )

    def _merge_key(self, merged: list[dict[str, object]], event: Event, depth: int) -> None:
        """``<<``: a mapping, or a list of mappings of which the first wins."""
        value = self._value(self._next(), depth)
        parts = value if isinstance(value, list) else [value]
        if not all(isinstance(part, dict) for part in parts):
            fix = "give it a mapping, or a list of mappings, such as <<: *defaults"
            self._note(_at(event, "SRC-020", "<< merges something that is not a mapping", fix))
        merged += [part for part in parts if isinstance(part, dict)]

    def _merge(self, merged: list[dict[str, object]], own: dict[str, object]) -> dict[str, object]:
        """The merged mappings, the first before the later ones, under the keys of the mapping itself."""
        result: dict[str, object] = {}
        for part in reversed(merged):
            result.update(part)
        result.update(own)
        return result

    def _alias(self, event: Event, depth: int) -> object:
        value = self._anchors.get(event.anchor or "")
        if event.anchor not in self._anchors:
            message, fix = (
                f"alias *{event.anchor} has no anchor above it",
                f"define &{event.anchor} above, or quote the text",
            )
            self._note(_at(event, "SRC-017", message, fix, hidden="an alias without an anchor above it"))
            return None
        if value is _OPEN:
            message = f"alias *{event.anchor} stands inside the value that it repeats, so it never ends"
            self._note(_at(event, "SRC-017", message, "write the value out", hidden="an alias inside its own value"))
            return None
        nodes, levels = self._size(value)
        self._expanded += nodes
        if self._expanded > MAX_EXPANDED:
            message = f"aliases repeat more than {MAX_EXPANDED:,} values"
            raise GiveUpError(_at(event, "SRC-018", message, "repeat less: nest no aliases inside repeated values"))
        if depth + levels > MAX_DEPTH:
            raise GiveUpError(_at(event, "SRC-019", f"nested deeper than {MAX_DEPTH} levels", "make the data flatter"))
        return value

    def _size(self, value: object) -> tuple[int, int]:
        """How many values, and how many levels of them, written out; at most a little above the limit."""
        if not isinstance(value, dict | list):
            return 1, 0
        known = self._sizes.get(id(value))
        if known is None:
            nodes, levels = 1, 0
            for item in value.values() if isinstance(value, dict) else value:
                more, deep = self._size(item)
                nodes, levels = nodes + more, max(levels, deep)
                if nodes > MAX_EXPANDED:
                    break
            known = self._sizes[id(value)] = value, nodes, levels + 1
        return known[1], known[2]


def _at(event: Event, rule: str, message: str, fix: str, *, hidden: str = "") -> Problem:
    start, end = event.start_mark.index, event.end_mark.index
    return Problem(rule=rule, start=start, end=end, message=message, hidden=hidden, fix=fix)
