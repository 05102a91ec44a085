"""The order of changes: what must come before what, and what stands in for what meanwhile."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from generator.change.crossings import Crossings, crossed, waypoint
from generator.change.moves import Move, Moves
from generator.change.target import Items
from generator.platforms.changing import Grammar, Item, Key

_DEFINE, _EDIT, _REMOVE = 1, 2, 3
_WAYPOINTS = 4
"""How often a way is divided: each time other filters get a second name, and one is enough as a rule."""


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
        self.batches: dict[Key, list[Key]] = {}
        """Whose change an item's change is part of."""
        self.crossed: set[Key] = set()
        """Filters that change and through which those that come to them and those that leave wait for each other."""
        self._plan()
        self.crossings = Crossings(grammar, now, then, [key for key in self.actions if self._stage(key) == _EDIT])
        if self.actions and not grammar.atomic:  # else nothing is ever seen in between
            self._edges()
            self._batch()
            self._cross()
            self._wait_together()

    def run(self) -> Iterator[Move]:
        """The moves, in order."""
        if not self.actions:
            return
        ready = [action for key, action in self.actions.items() if not self.waits[key]]
        heapq.heapify(ready)
        while len(self.done) < len(self.actions):
            if not ready:
                yield from self._break_circle(ready)
                continue
            action = heapq.heappop(ready)
            if action.key in self.done or self.waits[action.key] or action != self.actions[action.key]:
                continue
            yield from self._do(action)
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
        holders = {claim: key for key, item in self.now.items() for claim in item.claims}
        for key, action in self.actions.items():
            if action.stage != _REMOVE:
                for ref in self.then[key].refs:
                    if self._stage(ref) == _DEFINE:
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

    def _batch(self) -> None:
        """Policies of which more than one part changes, with those that share a part: they change at once."""
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
        for keys in found.values():
            parts = {
                ref for key in keys for ref in self.then[key].refs | self.now[key].refs if self._stage(ref) == _EDIT
            }
            self.batches |= dict.fromkeys((*keys, *parts), keys)

    def _cross(self) -> None:
        """Those that come to a filter wait for its new text, and those that leave it go before that."""
        crossings = self.crossings
        soft = [one for one in crossings.edges(self.actions) if self._part_of(one[0]) != self._part_of(one[1])]
        if soft:
            self.crossed = crossed(self.after, soft, crossings.changed, self._part_of)
        for first, second in soft:
            if self.crossed.isdisjoint((first, second)):
                self._edge(first, second)

    def _part_of(self, key: Key) -> Key:
        return self.batches.get(key, (key,))[0]

    def _wait_together(self) -> None:
        """Whatever one of a batch waits for, the first of them waits for."""
        batches: dict[Key, set[Key]] = {}
        for member, keys in self.batches.items():
            batches.setdefault(keys[0], set(keys)).add(member)
        for members in batches.values():
            for first, seconds in list(self.after.items()):
                if first not in members and seconds & members:
                    for member in members & self.actions.keys():
                        self._edge(first, member)

    def _do(self, action: Action) -> Iterator[Move]:
        key = action.key
        if action.stage == _DEFINE:
            yield from self.moves.define(self.then[key])
        elif action.stage == _REMOVE:
            yield from self.moves.remove(key)
        elif key in self.batches:
            yield from self.moves.change_together(self.batches[key])
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


def ways(grammar: Grammar, now: Items, then: Items, most: int = _WAYPOINTS) -> list[Sequence]:
    """The sequences that lead from one set of items to another, one after the other: mostly it is one."""
    whole = Sequence(grammar, now, then)
    if not whole.crossed or not most:
        return [whole]
    middle = waypoint(whole.crossings, whole.actions, whole.crossed)
    return [*ways(grammar, now, middle, most - 1), *ways(grammar, middle, then, most - 1)]
