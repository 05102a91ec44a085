"""Which object each line of a config belongs to.

A reader says only where an object's first line is.  The lines under it belong to it, and so do the
lines beside it that begin with the same words, as far as no other object begins with them too:
``ip prefix-list X seq 10`` goes with ``ip prefix-list X seq 5``, ``neighbor 192.0.2.1 timers`` with
``neighbor 192.0.2.1 remote-as``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generator.model.facts import FactKey
from generator.platforms.tree import Node

Owner = frozenset[FactKey]
NOBODY: Owner = frozenset()
LONGEST = 6
"""Words of a line that are looked at."""

_Index = dict[tuple[str, ...], Owner | None]
"""First words → whose lines begin so; None where several objects' do."""


def owners(nodes: list[Node], places: Mapping[int, Owner]) -> dict[int, Owner]:
    """Line number → the objects that the line belongs to; no entry for lines of nobody.

    ``places``: line number → the objects that begin there.
    """
    found: dict[int, Owner] = {}
    _walk(nodes, places, NOBODY, [], found)
    return found


def _walk(
    nodes: list[Node], places: Mapping[int, Owner], above: Owner, scopes: list[_Index], found: dict[int, Owner]
) -> None:
    scopes = [_index(nodes, places), *scopes]
    for node in nodes:
        own = places.get(node.line) or _beside(node.text, scopes) or above
        if own:
            found[node.line] = own
        if node.children:
            _walk(node.children, places, own, scopes, found)


def _index(nodes: Iterable[Node], places: Mapping[int, Owner]) -> _Index:
    index: _Index = {}
    for node in nodes:
        own = places.get(node.line)
        if own is None:
            continue
        words = tuple(node.text.split()[:LONGEST])
        for length in range(2, len(words) + 1):
            key = words[:length]
            index[key] = own if index.get(key, own) == own else None
    return index


def _beside(text: str, scopes: list[_Index]) -> Owner | None:
    words = tuple(text.split()[:LONGEST])
    for index in scopes:
        for length in range(len(words), 1, -1):
            own = index.get(words[:length])
            if own is not None:
                return own
    return None
