"""Lists whose first entry that matches decides: can one be changed entry by entry while it is in use?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Entry(NamedTuple):
    """One entry, by what follows its number."""

    permit: bool
    text: str


Entries = Mapping[int, Entry]
"""By sequence number."""


class Move(NamedTuple):
    """Add or remove the entry with this number."""

    add: bool
    number: int


def in_place(old: Entries, new: Entries) -> list[Move] | None:
    """Single moves from one to the other, so that no state in between lets through what neither does.

    None where there is no such order, or where it would need two entries with one number or one text: routers
    differ in what they do then.
    """
    common = old.keys() & new.keys()
    if any(old[number] != new[number] for number in common):
        return None
    added, removed = new.keys() - common, old.keys() - common
    if not new or {new[number].text for number in added} & {one.text for one in old.values()}:
        return None
    moves = [
        *(Move(True, number) for number in sorted(added, key=lambda one: (new[one].permit, one))),
        *(Move(False, number) for number in sorted(removed, key=lambda one: (not old[one].permit, one))),
    ]
    state = dict(old)
    for move in moves:
        if move.add:
            state[move.number] = new[move.number]
        else:
            del state[move.number]
        if not (_sound(state, old, new) and state):
            return None
    return moves


def _sound(state: Entries, old: Entries, new: Entries) -> bool:
    """Every permit of the state has before it all the denies that stand before it in a list that it comes from.

    Then whatever reaches it would be let through by that list too.
    """
    denies: list[tuple[int, Entry]] = []
    for number in sorted(state):
        entry = state[number]
        if not entry.permit:
            denies.append((number, entry))
        elif not any(_covered(denies, number, source) for source in (old, new) if source.get(number) == entry):
            return False
    return True


def _covered(denies: list[tuple[int, Entry]], number: int, source: Entries) -> bool:
    there = {entry.text for _, entry in denies}
    return all(entry.permit or entry.text in there for place, entry in source.items() if place < number)
