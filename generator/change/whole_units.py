"""A peering or session that comes or goes as a whole: one sentence instead of forty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from generator.change.meaning import Kind
from generator.change.meaning_objects import ObjectDiff
from generator.change.meaning_words import listed
from generator.change.passing import passing
from generator.change.units import Side, Unit
from generator.model.facts import FACT_TABLES, Facts, Interface, Neighbor, NeighborKey
from generator.model.plan import Peer
from generator.readback.words import WORDS, value_text

Whole = tuple[Kind, str, tuple[NeighborKey, ...]]
"""What happens to the unit, in words, and its sessions."""


def whole_unit(unit: Unit, diffs: list[ObjectDiff], before: Side, after: Side) -> Whole | None:
    """The sentence about a unit, where all of it is new or all of it goes and it has a session; else None."""
    if not (unit.domain or unit.part):
        return None
    if len(diffs) == _size(unit, after) and _is_new(unit, diffs, before):
        neighbors = _neighbors(diffs, after)
        text = f"turns it up: {_parts(diffs, neighbors, after)}"
        return None if not neighbors else ("added", text, tuple(one.key for one in neighbors))
    if all(one.after is None for one in diffs) and not _size(unit, after):
        neighbors = _neighbors(diffs, before)
        text = f"takes it down: {_parts(diffs, neighbors, before)}"
        return None if not neighbors else ("removed", text, tuple(one.key for one in neighbors))
    return None


def _is_new(unit: Unit, diffs: list[ObjectDiff], before: Side) -> bool:
    """Whether nothing of the unit was there; an interface that it takes over from another unit was not its own."""
    if before.plan is None:
        return all(one.before is None for one in diffs)
    return unit not in before.units.values()


def _size(unit: Unit, side: Side) -> int:
    """How many objects of the unit the side has."""
    return sum(owner == unit and key in getattr(side.facts, table) for (table, key), owner in side.units.items())


def _neighbors(diffs: list[ObjectDiff], side: Side) -> list[Neighbor]:
    """Those of Microsoft, the gateway, the customer; the partner router's is no news."""
    partners = set() if side.plan is None else {one.neighbor for one in side.plan.sessions if one.peer is Peer.PARTNER}
    found = [one.thing for one in diffs if one.table == "neighbors"]
    return [one for one in found if one.key not in partners]


def _parts(diffs: list[ObjectDiff], neighbors: list[Neighbor], side: Side) -> str:
    interfaces = [one.thing for one in diffs if one.table == "interfaces"]
    words = [part for neighbor in neighbors for part in _session(neighbor, interfaces, side.facts)]
    told = {"interfaces", "neighbors", "prefix_lists", "as_path_lists", "community_lists", "policies"}
    counts = Counter(one.table for one in diffs if one.table not in told)
    with_them = ", ".join(_counted(counts[table], WORDS[table]) for table in FACT_TABLES if counts[table])
    return "; ".join(words) + (f"; with {with_them}" if with_them else "")


def _session(neighbor: Neighbor, interfaces: list[Interface], facts: Facts) -> Iterator[str]:
    interface = next((one for one in interfaces if _reaches(one, neighbor)), None)
    place = f" in VRF {neighbor.vrf}" if neighbor.vrf else ""
    via = f" on {interface.name} (tags {interface.tags}, {value_text(interface.addresses)})" if interface else ""
    yield f"session with {neighbor.address} (AS {neighbor.remote_as}){via}{place}"
    for verb, name in (("announces", neighbor.export_policy), ("accepts", neighbor.import_policy)):
        found = passing(facts, name, neighbor.family)
        what = listed(sorted(found.prefixes, key=lambda one: (one.prefix, one.low))) if found else ""
        marks = listed(sorted(found.communities)) if found else ""
        if what or marks:
            yield f"{verb} {what or f'routes with {marks}'}"


def _reaches(interface: Interface, neighbor: Neighbor) -> bool:
    return interface.vrf == neighbor.vrf and any(neighbor.address in one.network for one in interface.addresses)


def _counted(number: int, word: str) -> str:
    if number == 1:
        return f"1 {word}"
    return f"{number} {word[:-1]}ies" if word.endswith("policy") else f"{number} {word}s"
