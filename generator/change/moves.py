"""Single moves on a running config, with what is there after each."""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from generator.change.target import Items
from generator.platforms.changing import Grammar, Item, Key, Typed


class Move(NamedTuple):
    """Commands that belong together."""

    commands: tuple[Typed, ...]
    why: str
    spaces: frozenset[str]
    """VRFs that it concerns."""


class Moves:
    """Makes, changes and removes items, and remembers what is there."""

    def __init__(self, grammar: Grammar, now: Items, then: Items) -> None:
        self.grammar = grammar
        self.state = dict(now)
        self.then = then
        self.users: dict[Key, dict[Key, None]] = defaultdict(dict)
        self.holders: dict[tuple[str, str], dict[Key, None]] = defaultdict(dict)
        """Kind and claim → who holds it."""
        for item in now.values():
            self._refer(item)
        self.taken_away: set[Key] = set()
        self.rebuilt: set[tuple[str, str]] = set()
        """Sessions that had to go and came back."""
        self.twins: dict[Key, Item] = {}
        """What stands in for which item."""

    def define(self, item: Item) -> Iterator[Move]:
        if item.key in self.state:
            yield from self.change(item.key, item)
            return
        if item.key in self.taken_away:
            session = self.grammar.session(item)
            if session is not None:
                self.rebuilt.add(session)
        yield from self._take(item)
        commands = self.grammar.create(item, self._is_live(item))
        self._put(item)
        yield self._move(commands, f"define {_name(item.key)}{_before(item.key)}", item)

    def remove(self, key: Key) -> Iterator[Move]:
        if key not in self.state:
            return
        item = self.state[key]
        commands = self.grammar.destroy(item)
        self.taken_away.add(key)
        move = self._move(commands, f"remove {_name(key)}, which nothing refers to any more", item)
        self._drop(key)
        yield move

    def change(self, key: Key, new: Item) -> Iterator[Move]:
        """Change an item, in place if that is safe, else behind a twin."""
        old = self.state.get(key)
        if old is None:
            yield from self.define(new)
            return
        if old.lines == new.lines or self.grammar.same(old, new):
            return
        yield from self._take(new)
        old = self.state[key]
        users = list(self.users[key])
        commands = self.grammar.edit(old, new, bool(users))
        if commands is not None:
            self._put(new)
            if commands:
                yield self._move(commands, f"change {_name(key)}", new)
        elif not users:
            yield from self._again(new)
        else:
            yield from self._behind_twin(new, users)

    def change_together(self, keys: list[Key]) -> Iterator[Move]:
        """Change policies and their lists at once: complete new ones stand in for them while they are rewritten."""
        if all(self.grammar.same(self.state[key], self.then[key]) for key in self._parts(keys)):
            return
        lists = [key for key in self._parts(keys) if key not in keys]
        twins: dict[Key, Item] = {}
        for key in lists:  # one is there before the next is named, so that no two get one number
            twins[key] = self._twin(self.then[key])
            yield from self.define(twins[key])
        stand_ins: dict[Key, Item] = {}
        for key in keys:
            item = self.then[key]
            for part, twin in twins.items():
                item = self.grammar.pointing(item, part, twin.key)
            stand_ins[key] = self._twin(item)
            yield from self.define(stand_ins[key])
            yield from self._point(list(self.users[key]), key, stand_ins[key].key)
            yield from self.remove(key)
        self.twins |= twins
        for key in lists:
            yield from self.change(key, self.then[key])
        for key in keys:
            yield from self.define(self.then[key])
            yield from self._point(list(self.users[stand_ins[key].key]), stand_ins[key].key, key)
            yield from self.remove(stand_ins[key].key)
        for key, twin in twins.items():
            del self.twins[key]
            yield from self.remove(twin.key)

    def _parts(self, keys: list[Key]) -> list[Key]:
        """The policies and the parts of theirs that change."""
        parts = dict.fromkeys(keys)
        for key in keys:
            for ref in sorted(self.then[key].refs | self.state[key].refs):
                if ref in self.then and ref in self.state and not self.grammar.same(self.state[ref], self.then[ref]):
                    parts[ref] = None
        return [key for key in parts if self.grammar.filters(key)]

    def _behind_twin(self, new: Item, users: list[Key]) -> Iterator[Move]:
        key = new.key
        waiting = self.twins.get(key)
        twin = waiting or self.grammar.twin(new, self._names())
        if twin is None:
            yield from self._rebuild(new)
            return
        if waiting is None:
            yield from self.define(twin)
        yield from self._point(users, key, twin.key)
        yield from self._again(new)
        yield from self._point(users, twin.key, key)
        if waiting is None:
            yield from self.remove(twin.key)

    def _point(self, users: Iterable[Key], old: Key, new: Key) -> Iterator[Move]:
        for user in users:
            yield from self.change(user, self.grammar.pointing(self.state[user], old, new))

    def _again(self, new: Item) -> Iterator[Move]:
        old = self.state[new.key]
        commands = [*self.grammar.destroy(old), *self.grammar.create(new, self._is_live(new))]
        self._put(new)
        yield self._move(commands, f"write {_name(new.key)} again while nothing refers to it", new)

    def _rebuild(self, new: Item) -> Iterator[Move]:
        """No way but through nothing: what refers to it goes first and comes back after."""
        dependents = self.dependents(new.key)
        for key in dependents:
            yield from self.remove(key)
        yield from self._again(new)
        for item in reversed(dependents.values()):
            yield from self.define(item)

    def dependents(self, key: Key) -> dict[Key, Item]:
        """What refers to an item, and what refers to that: those that must go first, first."""
        found: dict[Key, Item] = {}

        def collect(one: Key) -> None:
            for user in list(self.users[one]):
                if user not in found:
                    collect(user)
                    found[user] = self.state[user]

        collect(key)
        return found

    def _twin(self, item: Item) -> Item:
        twin = self.grammar.twin(item, self._names())
        assert twin is not None, "every kind of filter can have a twin"
        return twin

    def _names(self) -> Collection[Key]:
        """All that are taken, now or in the end; a view, for a router has thousands of items."""
        return ChainMap(self.state, self.then)

    def _take(self, item: Item) -> Iterator[Move]:
        """Others let go of what the item will hold."""
        if not item.claims:
            return
        held = self.state[item.key].claims if item.key in self.state else frozenset()
        wanted = item.claims - held
        if not wanted:
            return
        others = {key for claim in wanted for key in self.holders.get((item.key[0], claim), ()) if key != item.key}
        for key in sorted(others):
            other = self.state[key]
            taken = wanted & other.claims
            if taken:
                commands, rest = self.grammar.release(other, taken)
                if commands:
                    self._put(rest)
                    yield self._move(commands, f"free what {_name(item.key)} will hold", other)

    def _is_live(self, item: Item) -> bool:
        if item.key[0] != "neighbor":
            return False
        space = self.grammar.space(item)
        near = (self.state[key] for key in self.users[space]) if space is not None else self.state.values()
        return any(self.grammar.reaches(one, item) for one in near if one.claims)

    def _put(self, item: Item) -> None:
        self._drop(item.key)
        self.state[item.key] = item
        self._refer(item)

    def _drop(self, key: Key) -> None:
        old = self.state.pop(key, None)
        if old is not None:
            for ref in old.refs:
                self.users[ref].pop(key, None)
            for claim in old.claims:
                self.holders[key[0], claim].pop(key, None)

    def _refer(self, item: Item) -> None:
        for ref in item.refs:
            self.users[ref][item.key] = None
        for claim in item.claims:
            self.holders[item.key[0], claim][item.key] = None

    def _move(self, commands: Iterable[Typed], why: str, item: Item) -> Move:
        return Move(tuple(commands), why, frozenset(self._spaces(item.key, set())))

    def _spaces(self, key: Key, seen: set[Key]) -> Iterator[str]:
        """VRFs that an item is in, or those of its users (a filter's)."""
        seen.add(key)
        item = self.state.get(key)
        if item is None or len(seen) > 200:
            return
        space = self.grammar.space(item)
        if space is not None:
            yield space[1]
        elif key[0] == "vrf":
            yield key[1]
        else:
            for user in self.users[key]:
                if user not in seen:
                    yield from self._spaces(user, seen)


def _name(key: Key) -> str:
    return key[0] if key[1] in (key[0], "") else f"{key[0]} {key[1].replace('||', ' ').replace('|', ' ')}"


def _before(key: Key) -> str:
    return (
        " before it can be reached"
        if key[0] == "neighbor"
        else " before anything refers to it"
        if key[0] != "interface"
        else ""
    )
