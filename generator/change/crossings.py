"""Who comes to use a filter that changes, and who stops: the one must see the new text only, the other the old one.

Where both wait for each other, through the filter, no order is right.  Then the change goes by a waypoint: the new
text stands under another name first, those that come use that one, and when the last user of the old text has gone,
the filter is rewritten and they are led back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from generator.change.target import Items
from generator.platforms.changing import Grammar, Item, Key

Edges = Mapping[Key, Collection[Key]]
"""Key → what must wait for it."""


class Crossings:
    """The filters that change between two sets of items, and who comes and goes."""

    def __init__(self, grammar: Grammar, now: Items, then: Items, changed: Collection[Key]) -> None:
        self.grammar = grammar
        self.now, self.then = now, then
        self.changed = frozenset(
            key for key in changed if key in now and key in then and grammar.twin(now[key], ()) is not None
        )
        """Filters with another text, under the same name."""
        self.known: dict[tuple[bool, Key], frozenset[Key]] = {}

    def parts(self, key: Key, *, after: bool) -> frozenset[Key]:
        """The changing ones of a filter and all that it looks at, on one of the two sides."""
        found = self.known.get((after, key))
        if found is None:
            own = self.changed & {key}
            item = (self.then if after else self.now).get(key)
            below = () if item is None or not (own or self.grammar.filters(key)) else item.refs
            self.known[after, key] = found = own.union(*(self.parts(ref, after=after) for ref in below))
        return found

    def edges(self, users: Collection[Key]) -> Iterator[tuple[Key, Key]]:
        """Pairs of what must come first and what after: a filter and who comes to it, who leaves it and the filter."""
        if not self.changed:
            return
        for user in users:
            before, after = _refs(self.now, user), _refs(self.then, user)
            for ref in sorted(after - before):
                yield from ((part, user) for part in sorted(self.parts(ref, after=True)) if part != user)
            for ref in sorted(before - after):
                yield from ((user, part) for part in sorted(self.parts(ref, after=False)) if part != user)


def _refs(items: Items, key: Key) -> frozenset[Key]:
    return items[key].refs if key in items else frozenset()


def crossed(
    edges: Edges, soft: Collection[tuple[Key, Key]], filters: Collection[Key], batch: Callable[[Key], Key]
) -> set[Key]:
    """The filters through which users wait for each other.  ``batch``: whose change an item's change is part of."""
    comes = {batch(first) for first, _ in soft if first in filters}
    goes = {batch(second) for _, second in soft if second in filters}
    suspects = comes & goes
    weak = frozenset(soft)
    found: set[Key] = set()
    while suspects:
        graph: dict[Key, set[Key]] = {}
        for first, second in [*((one, other) for one, others in edges.items() for other in others), *soft]:
            one, other = batch(first), batch(second)
            if one != other and not ((first, second) in weak and {one, other} & found):
                graph.setdefault(other, set()).add(one)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            guilty = suspects.intersection(error.args[1]) - found
            if not guilty:
                break  # a circle of another kind: whoever works the changes off breaks it
            found |= guilty
        else:
            break
    return {key for key in filters if batch(key) in found}


def waypoint(crossings: Crossings, acting: Collection[Key], filters: Collection[Key]) -> Items:
    """What should be there between the two ends: the new texts of ``filters`` beside the old ones."""
    return _Waypoint(crossings, acting, frozenset(filters)).items()


class _Waypoint:
    def __init__(self, crossings: Crossings, acting: Collection[Key], filters: frozenset[Key]) -> None:
        self.crossings = crossings
        self.grammar = crossings.grammar
        self.now, self.then = crossings.now, crossings.then
        self.acting = acting
        self.filters = filters
        self.shadows: dict[Key, Item] = {}

    def items(self) -> Items:
        found = {key: self.meanwhile(item) for key, item in self.then.items() if key not in self.filters}
        found = {one.key: one for one in self.shadows.values()} | found
        named = {ref for item in found.values() for ref in item.refs}
        todo = [key for key in self.filters if key in named]
        while todo:  # those who stay with a filter see it change later, and until then all of its old text
            key = todo.pop()
            if key not in found:
                found[key] = self.now[key]
                todo += [ref for ref in self.now[key].refs if ref in self.now]
        return found

    def meanwhile(self, item: Item) -> Item:
        """Whoever changes uses the new texts, under their other names."""
        if item.key not in self.acting:
            return item
        before = _refs(self.now, item.key)
        for ref in sorted(item.refs):
            if (ref not in before or self.grammar.filters(item.key)) and self.is_shadowed(ref):
                item = self.grammar.pointing(item, ref, self.shadow(ref).key)
        return item

    def is_shadowed(self, ref: Key) -> bool:
        """Whether the name will mean something else later: its own text, or one that it looks at."""
        if ref in self.filters:
            return True
        return ref not in self.acting and not self.filters.isdisjoint(self.crossings.parts(ref, after=True))

    def shadow(self, key: Key) -> Item:
        if key not in self.shadows:
            item = self.then[key]
            for ref in sorted(item.refs):
                if self.is_shadowed(ref):
                    item = self.grammar.pointing(item, ref, self.shadow(ref).key)
            taken = {*self.now, *self.then, *(one.key for one in self.shadows.values())}
            twin = self.grammar.twin(item, taken)
            assert twin is not None, "every kind of filter can have a twin"
            self.shadows[key] = twin
        return self.shadows[key]
