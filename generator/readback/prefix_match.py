"""Prefix lists as sets of routes.

A *region* is all routes inside one prefix whose length is between two bounds: one line of a prefix
list.  Regions are tuples of four integers, because a run evaluates millions of them:
``(network, prefix length, low, high)``.  The family is known by the *width*: 32 or 128 bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network

from generator.model.address import Prefix
from generator.model.facts import Family, PrefixEntry

Region = tuple[int, int, int, int]
Interval = tuple[int, int]
Probe = tuple[int, int]
"""One route: network and prefix length."""
Probes = frozenset[Probe]

WIDTH: dict[Family, int] = {4: 32, 6: 128}


def region_of(prefix: Prefix) -> Region:
    """The region that holds exactly this route."""
    length = prefix.prefixlen
    return (int(prefix.network_address), length, length, length)


def network_of(region: Region, width: int) -> Prefix:
    """The prefix of a region."""
    return IPv4Network(region[:2]) if width == 32 else IPv6Network(region[:2])


def region_text(region: Region, width: int) -> str:
    """``10.0.0.0/8``, or ``10.0.0.0/8 with lengths 16 to 24``."""
    _, length, low, high = region
    text = str(network_of(region, width))
    if low == high == length:
        return text
    return f"{text} with length {low}" if low == high else f"{text} with lengths {low} to {high}"


class PrefixMatcher:
    """An ordered list of prefix entries of one family, ready to be asked about routes.

    ``longest``: the entry with the longest prefix around the route decides, not the first one, as
    with Junos route filters.
    """

    __slots__ = ("_entries", "_groups", "_probed", "exact", "longest", "source", "width")

    def __init__(self, entries: Sequence[PrefixEntry], width: int, *, longest: bool = False) -> None:
        self.width = width
        self.longest = longest
        self.source = entries
        self._probed: dict[Probes, Probes] = {}
        self._entries: list[tuple[int, int, int, int, bool]] = []
        self._groups: list[tuple[int, int, dict[int, list[tuple[int, int, int, bool]]]]] | None = None
        singles = True
        for entry in entries:
            prefix = entry.prefix
            if prefix.max_prefixlen != width:
                continue
            length, low, high = prefix.prefixlen, entry.low, entry.high
            singles = singles and entry.permit and low == high == length
            self._entries.append((int(prefix.network_address), length, low, high, entry.permit))
        self.exact: frozenset[tuple[int, int]] | None = (
            frozenset([(entry[0], entry[1]) for entry in self._entries]) if singles else None
        )
        """The routes, where every entry permits one route only: the common case."""

    def matches(self, address: int, length: int) -> bool:
        """Whether the list permits the route ``address/length``."""
        if self.exact is not None:
            return (address, length) in self.exact
        best, verdict = len(self._entries), False
        for prefix_length, shift, table in self._grouped():
            if prefix_length > length:
                continue
            found = table.get(address >> shift)
            if found is None:
                continue
            for index, low, high, permit in found:
                if low <= length <= high:
                    if index < best:
                        best, verdict = index, permit
                    break
            if self.longest:
                return verdict
        return verdict

    def matching(self, probes: Probes) -> Probes:
        """Those of a set of routes that the list permits.  The answer is kept: probes are few and constant."""
        if self.exact is not None:
            return self.exact & probes
        found = self._probed.get(probes)
        if found is None:
            found = self._probed[probes] = frozenset([one for one in probes if self.matches(*one)])
        return found

    def _grouped(self) -> list[tuple[int, int, dict[int, list[tuple[int, int, int, bool]]]]]:
        """Entries by prefix length (longest first) and network, so that a lookup does not walk the list."""
        if self._groups is None:
            tables: dict[int, dict[int, list[tuple[int, int, int, bool]]]] = {}
            for index, (network, length, low, high, permit) in enumerate(self._entries):
                table = tables.setdefault(length, {})
                table.setdefault(network >> (self.width - length), []).append((index, low, high, permit))
            self._groups = [(length, self.width - length, tables[length]) for length in sorted(tables, reverse=True)]
        return self._groups

    def regions(self) -> list[Region]:
        """What the list permits, as regions (which may overlap)."""
        out: list[Region] = []
        denied: list[Region] = []
        for network, length, low, high, permit in self._entries:
            region = (network, length, low, high)
            if not permit:
                denied.append(region)
            elif self.longest:
                same = [one for one in denied if one[:2] == (network, length)]
                out += carve([region], same + self._closer(length), self.width)
            else:
                out += carve([region], denied, self.width)
        return out

    def _closer(self, length: int) -> list[Region]:
        """Everything inside entries with a longer prefix, which decide there instead."""
        return [(one[0], one[1], one[1], self.width) for one in self._entries if one[1] > length]


_shared: dict[tuple[object, ...], PrefixMatcher] = {}


def shared_matcher(entries: Sequence[PrefixEntry], width: int) -> PrefixMatcher:
    """A matcher for a list.  Lists with ranges (bogons, mostly) are the same on every router, and compiled once.

    Prefixes are parsed through a cache, so equal lists of two routers hold the same objects; a matcher
    keeps its entries, so their identities stay theirs.
    """
    if all([one.low == one.high and one.permit for one in entries]):  # noqa: C419  faster than a generator
        return PrefixMatcher(entries, width)
    key = (width, *[(id(one.prefix), one.low, one.high, one.permit) for one in entries])
    found = _shared.get(key)
    if found is None:
        if len(_shared) >= 1024:
            _shared.clear()
        found = _shared[key] = PrefixMatcher(entries, width)
    return found


def carve(regions: Iterable[Region], without: Sequence[Region], width: int) -> list[Region]:
    """``regions`` minus ``without``."""
    if not without:
        return list(regions)
    out: list[Region] = []
    for network, length, low, high in regions:
        near = [one for one in without if _nested(network, length, one[0], one[1], width)]
        _carve(network, length, [(max(low, length), high)], near, width, out)
    return out


def _nested(one: int, one_length: int, two: int, two_length: int, width: int) -> bool:
    """Whether one of two prefixes lies within the other."""
    shift = width - min(one_length, two_length)
    return one >> shift == two >> shift


def _carve(network: int, length: int, kept: list[Interval], near: list[Region], width: int, out: list[Region]) -> None:
    """Take off what covers the prefix whole; where something inside it remains, go down into its halves."""
    inside: list[Region] = []
    for one in near:
        if one[1] > length:
            inside.append(one)
        else:
            kept = _shorten(kept, one[2], one[3])
    kept = [(low, high) for low, high in kept if low <= high]
    if not kept:
        return
    if not inside:
        out += [(network, length, low, high) for low, high in kept]
        return
    if any(low <= length <= high for low, high in kept):
        out.append((network, length, length, length))
    below = [(max(low, length + 1), high) for low, high in kept]
    for half in (network, network | 1 << (width - length - 1)):
        _carve(
            half, length + 1, below, [one for one in inside if _nested(half, length + 1, *one[:2], width)], width, out
        )


def _shorten(kept: list[Interval], low: int, high: int) -> list[Interval]:
    """Lengths without those between ``low`` and ``high``."""
    out: list[Interval] = []
    for start, end in kept:
        if high < start or low > end:
            out.append((start, end))
        else:
            out += [(start, low - 1)] if start < low else []
            out += [(high + 1, end)] if high < end else []
    return out


def beyond(regions: Iterable[Region], wanted: frozenset[tuple[int, int]], width: int) -> list[Region]:
    """What of ``regions`` is not in a set of single routes.

    A region with more routes than are wanted reaches beyond them, and is given back whole.
    """
    out: list[Region] = []
    for region in regions:
        network, length, low, high = region
        if low == high == length:
            if (network, length) not in wanted:
                out.append(region)
        elif (1 << (high - length)) > len(wanted):
            out.append(region)
        else:
            out += [one for one in _routes(region, width) if one[:2] not in wanted]
    return out


def _routes(region: Region, width: int) -> list[Region]:
    """Every route of a (small) region."""
    network, length, low, high = region
    out: list[Region] = []
    for size in range(low, high + 1):
        step = width - size
        out += [(network + (number << step), size, size, size) for number in range(1 << (size - length))]
    return out
