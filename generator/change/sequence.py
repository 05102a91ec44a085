"""The order of changes: what must come before what, and what stands in for what meanwhile."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from generator.change.moves import Move, Moves
from generator.change.target import Items
from generator.platforms.changing import Grammar, Item, Key

_DEFINE, _EDIT, _REMOVE = 1, 2, 3


class Action(NamedTuple):
    """One item to define, edit or remove.  They sort in the order in which they are best done."""

    turn: int
    rank: int
    place: int
    key: Key
    stage: int


class Sequence:
    """From one set of items to another."""

    def __init__(self, grammar: Grammar, now: Items, then: Items) -> None:
        self.grammar = grammar
        self.now = now
        self.then = then
        self.moves = Moves(grammar, now, then)
        self.actions: dict[Key, Action] = {}
        self.after: dict[Key, set[Key]] = defaultdict(set)
        """What must wait for an item's action."""
        self.waits: dict[Key, int] = defaultdict(int)
        self.done: set[Key] = set()

    def run(self) -> Iterator[Move]:
        """The moves, in order."""
        self._plan()
        if not self.actions:
            return
        self._edges()
        batches = self._batches()
        ready = [action for key, action in self.actions.items() if not self.waits[key]]
        heapq.heapify(ready)
        while len(self.done) < len(self.actions):
            if not ready:
                yield from self._break_circle(ready)
                continue
            action = heapq.heappop(ready)
            if action.key in self.done or self.waits[action.key] or action != self.actions[action.key]:
                continue
            yield from self._do(action, batches)
            self._finish(action.key, ready)

    @property
    def beyond_filters(self) -> bool:
        """Whether anything changes that a session could feel."""
        return not all(self.grammar.filters(key) for key in self.actions)

    def _plan(self) -> None:
        """What differs."""
        place = 0
        for key, item in self.then.items():
            place += 1
            old = self.now.get(key)
            if old is None:
                self.actions[key] = Action(_DEFINE, self.grammar.rank(key), place, key, _DEFINE)
            elif old is not item and old.lines != item.lines and not self.grammar.same(old, item):
                self.actions[key] = Action(_EDIT, self.grammar.rank(key), place, key, _EDIT)
        for key in self.now:
            if key not in self.then:
                place += 1
                # Sessions that go, go before their filters become those of others.
                turn = _DEFINE if self.grammar.session(self.now[key]) is not None else _REMOVE
                turn = 0 if self.grammar.atomic else turn
                rank = self.grammar.rank(key) if turn == _DEFINE else -self.grammar.rank(key)
                self.actions[key] = Action(turn, rank + (turn == _DEFINE) * 1000, place, key, _REMOVE)

    def _edges(self) -> None:
        if self.grammar.atomic:  # nothing is ever seen in between
            return
        holders = {claim: key for key, item in self.now.items() for claim in item.claims}
        for key, action in self.actions.items():
            if action.stage != _REMOVE:
                for ref in self.then[key].refs:
                    if self._stage(ref) == _DEFINE or self._comes_late(ref, action):
                        self._edge(ref, key)
                for claim in self.then[key].claims:
                    holder = holders.get(claim, key)
                    if holder[0] == key[0] and self._gives_up(holder, claim):
                        self._edge(holder, key)
            if action.stage != _DEFINE:
                for ref in self.now[key].refs:
                    if self._stage(ref) == _REMOVE:
                        self._edge(key, ref)
        self._sessions_first()

    def _sessions_first(self) -> None:
        """A new neighbour is complete before an interface brings it within reach."""
        near: dict[Key | None, list[Item]] = defaultdict(list)
        for key, action in self.actions.items():
            if action.stage != _REMOVE and self.then[key].claims:
                near[self.grammar.space(self.then[key])].append(self.then[key])
        for key, action in self.actions.items():
            if action.stage != _DEFINE or key[0] != "neighbor":
                continue
            item = self.then[key]
            for interface in near.get(self.grammar.space(item), ()):
                if interface.key not in item.refs and self.grammar.reaches(interface, item):
                    self._edge(key, interface.key)

    def _comes_late(self, ref: Key, action: Action) -> bool:
        """Whether a new filter would work with the old text of a list, which is changed later."""
        return action.stage == _DEFINE and self._stage(ref) == _EDIT and self.grammar.filters(ref)

    def _gives_up(self, holder: Key, claim: str) -> bool:
        """Whether a claim is only free once its holder has changed."""
        kept = holder in self.then and claim in self.then[holder].claims
        return self._stage(holder) in (_EDIT, _REMOVE) and not kept and not self._can_release(holder, claim)

    def _can_release(self, holder: Key, claim: str) -> bool:
        return bool(self.grammar.release(self.now[holder], (claim,))[0])

    def _stage(self, key: Key) -> int:
        action = self.actions.get(key)
        return 0 if action is None else action.stage

    def _edge(self, first: Key, second: Key) -> None:
        if first != second and second not in self.after[first]:
            self.after[first].add(second)
            self.waits[second] += 1

    def _batches(self) -> dict[Key, list[Key]]:
        """Policies of which more than one part changes, with those that share a part: they change at once."""
        if self.grammar.atomic:
            return {}
        group: dict[Key, Key] = {}

        def root(key: Key) -> Key:
            while group.setdefault(key, key) != key:
                key = group[key]
            return key

        together: list[Key] = []
        for key in self.now.keys() & self.then.keys():
            if not self.grammar.filters(key):
                continue
            parts = {ref for ref in self.now[key].refs | self.then[key].refs if self.grammar.filters(ref)}
            changed = [ref for ref in parts if self._stage(ref) == _EDIT]
            if changed and len(changed) + (self._stage(key) == _EDIT) > 1:
                together.append(key)
                for part in changed:
                    group[root(part)] = root(key)
        found: dict[Key, list[Key]] = defaultdict(list)
        for key in sorted(together):
            found[root(key)].append(key)
        batches = {}
        for keys in found.values():
            parts = {
                ref for key in keys for ref in self.then[key].refs | self.now[key].refs if self._stage(ref) == _EDIT
            }
            for member in (*keys, *parts):
                batches[member] = keys
            self._wait_together(keys, parts)
        return batches

    def _wait_together(self, keys: list[Key], parts: set[Key]) -> None:
        """Whatever one of a batch waits for, the first of them waits for."""
        members = {*keys, *parts}
        for first, seconds in list(self.after.items()):
            if first not in members and seconds & members:
                for member in members:
                    if member in self.actions:
                        self._edge(first, member)

    def _do(self, action: Action, batches: dict[Key, list[Key]]) -> Iterator[Move]:
        key = action.key
        if action.stage == _DEFINE:
            yield from self.moves.define(self.then[key])
        elif action.stage == _REMOVE:
            yield from self.moves.remove(key)
        elif key in batches:
            yield from self.moves.change_together(batches[key])
        else:
            yield from self.moves.change(key, self.then[key])

    def _finish(self, key: Key, ready: list[Action]) -> None:
        self.done.add(key)
        for second in self.after.pop(key, ()):
            self._release(second, ready)

    def _break_circle(self, ready: list[Action]) -> Iterator[Move]:
        """Two things wait for each other: one is taken away now, with what stands on it, and made again in its turn."""
        left = [one for key, one in self.actions.items() if key not in self.done and one.stage == _EDIT]
        if not left:
            raise AssertionError(f"a circle of names: {sorted(key for key in self.actions if key not in self.done)}")
        key = max(left).key
        for dependent in (*self.moves.dependents(key), key):
            yield from self.moves.remove(dependent)
            for second in self.after.pop(dependent, ()):
                self._release(second, ready)
            if dependent in self.then:
                self._make_again(dependent, ready)
            else:
                self.done.add(dependent)

    def _make_again(self, key: Key, ready: list[Action]) -> None:
        """Its turn comes after that of what it stands on."""
        self.actions[key] = Action(_DEFINE, self.grammar.rank(key), len(self.actions), key, _DEFINE)
        self.done.discard(key)
        for ref in self.then[key].refs:
            if ref in self.actions and ref not in self.done and self._stage(ref) == _DEFINE:
                self._edge(ref, key)
        if not self.waits[key]:
            heapq.heappush(ready, self.actions[key])

    def _release(self, key: Key, ready: list[Action]) -> None:
        self.waits[key] -= 1
        if not self.waits[key] and key in self.actions and key not in self.done:
            heapq.heappush(ready, self.actions[key])
