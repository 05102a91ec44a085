"""What should be on the router after the change: the intended items, and all that is not ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from generator.platforms.changing import Grammar, Item, Key

Items = dict[Key, Item]


def target(grammar: Grammar, running: Items, intended: Items, before: Mapping[Key, Item], *, prune: bool) -> Items:
    """The items after the change, in the intended order, what stays of others behind them.

    ``before``: what peerwright wrote when it last did; whatever of it is not intended any more, goes.
    """
    found: Items = {}
    for key, item in intended.items():
        there = running.get(key)
        if there is not None and there.lines != item.lines:
            item = grammar.merged(there, item, prune)
            if grammar.same(there, item):
                item = there
        found[key] = item
    gone = _gone(grammar, running, intended, before, prune=prune)
    return found | {key: item for key, item in running.items() if key not in found and key not in gone}


def _gone(grammar: Grammar, running: Items, intended: Items, before: Mapping[Key, Item], *, prune: bool) -> set[Key]:
    """What runs, is not intended, and is ours: it goes, with what is in its VRF and what nobody else refers to."""
    extra = {key: item for key, item in running.items() if key not in intended}
    if not extra:
        return set()
    users: dict[Key, set[Key]] = defaultdict(set)
    for key, item in running.items():
        for ref in item.refs:
            users[ref].add(key)
    kept: dict[Key, set[Key]] = defaultdict(set)
    for key, item in intended.items():
        for ref in item.refs:
            kept[ref].add(key)
    gone: set[Key] = set()

    def dead(key: Key) -> bool:
        """Whether everybody who refers to it goes too, or does not any more."""
        return not kept[key] and all(user in gone or user in intended for user in users[key])

    todo = [key for key, item in extra.items() if key in before or _is_ours(grammar, item, intended, prune)]
    todo += [ref for key in intended.keys() & running.keys() for ref in running[key].refs if ref in extra and dead(ref)]
    while todo:
        key = todo.pop()
        if key in gone or key not in extra:
            continue
        gone.add(key)
        space = grammar.space(extra[key])
        if space is not None and space in extra:
            todo.append(space)
        if not grammar.filters(key):
            todo += [user for user in users[key] if user in extra]
        todo += [ref for ref in extra[key].refs if ref in extra and dead(ref)]
    used = [key for key in gone if grammar.filters(key) and not dead(key)]
    while used:  # somebody else has come to use a list of ours: it stays
        key = used.pop()
        gone.discard(key)
        used += [ref for ref in extra[key].refs if ref in gone]
    return gone


def _is_ours(grammar: Grammar, item: Item, intended: Items, prune: bool) -> bool:
    space = grammar.space(item)
    if space is not None and space in intended:
        definitions = [ref for ref in item.refs if ref in intended and ref != space and grammar.filters(ref)]
        return prune or bool(definitions) or grammar.ours(item, intended)
    return grammar.ours(item, intended)
