"""Prefixes as ranges of numbers: which are in reserved space, which lie in which."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from generator.model.address import DOCUMENTATION, RESERVED_V4, RESERVED_V6, RFC1918, Prefix

_SORTED: Final[dict[int, list[Prefix]]] = {
    4: sorted(RESERVED_V4, key=lambda one: int(one.network_address)),
    6: sorted(RESERVED_V6, key=lambda one: int(one.network_address)),
}
_STARTS: Final = {version: [int(one.network_address) for one in spaces] for version, spaces in _SORTED.items()}


@lru_cache(maxsize=1 << 16)
def reserved_space(prefix: Prefix) -> Prefix | None:
    """The reserved space that a prefix touches, from inside or by covering it; None: it is public."""
    index = bisect_right(_STARTS[prefix.version], int(prefix.broadcast_address)) - 1
    if index < 0:
        return None
    space = _SORTED[prefix.version][index]
    return space if int(space.broadcast_address) >= int(prefix.network_address) else None


@lru_cache(maxsize=1 << 16)
def is_documentation_space(prefix: Prefix) -> bool:
    """Whether a prefix lies in documentation space as a whole."""
    space = reserved_space(prefix)
    return space in DOCUMENTATION and space is not None and space.prefixlen <= prefix.prefixlen


def kind_of_space(space: Prefix) -> str:
    """What people call a reserved space."""
    if space in DOCUMENTATION:
        return "documentation space"
    return "private (RFC 1918)" if space in RFC1918 else "reserved space"


def nested(left: Iterable[Prefix], right: Iterable[Prefix]) -> Iterator[tuple[int, int]]:
    """Indexes of the pairs, one of each side, of which one lies in the other (or that are equal).

    One sweep over both sides in order of address: prefixes either nest or are disjoint, so that those
    that are open at a place are the ones that cover it.
    """
    ranges = [(p.version, int(p.network_address), p.prefixlen, 0, i, p) for i, p in enumerate(left)]
    ranges += [(p.version, int(p.network_address), p.prefixlen, 1, i, p) for i, p in enumerate(right)]
    ranges.sort(key=lambda one: one[:5])
    still_open: list[tuple[int, int, int, int]] = []
    for version, first, _, side, index, prefix in ranges:
        while still_open and (still_open[-1][0] != version or still_open[-1][1] < first):
            still_open.pop()
        for _, _, other_side, other in still_open:
            if other_side != side:
                yield (other, index) if side else (index, other)
        still_open.append((version, int(prefix.broadcast_address), side, index))
