"""Facts before and after → what changes, as sentences, each difference told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from generator.change.meaning import Change, Foreign, Kind
from generator.change.meaning_objects import ObjectDiff, object_diffs
from generator.change.meaning_sessions import SessionPair, pair_sessions, session_told
from generator.change.meaning_words import in_brief, told
from generator.change.reach import resets_of
from generator.change.units import SHARED, Side, Unit, subjects, unit_of
from generator.change.whole_units import whole_unit
from generator.model.facts import FactKey, NeighborKey
from generator.readback.compare import touches
from generator.readback.words import title

LEFT = frozenset(("extra", "fhrp"))
"""Attributes that hold lines of somebody else's inside of an object of ours."""


HEADLINES = frozenset(("shapers", "tunnels", "nat_rules", "macsec", "state_sync", "vrfs"))
"""Tables whose objects are news by themselves, not only what goes with a session."""


class Meaning(msgspec.Struct, frozen=True):
    """What changes on one router."""

    changes: tuple[Change, ...]
    diffs: tuple[ObjectDiff, ...]
    """The objects of ours that differ."""
    foreign: tuple[Foreign, ...] = ()


def meaning(device: str, before: Side, after: Side) -> Meaning:
    """Every difference between the two sides of a router in words, and whose objects they are.

    What is on the router and in neither side's plan is not ours: it is foreign where it touches what
    is ours, and nothing where it does not.
    """
    pairs = pair_sessions(before, after)
    moved = {pair.before.key for pair in pairs if pair.before is not None}
    ours: list[ObjectDiff] = []
    foreign: list[Foreign] = []
    for diff in object_diffs(before.facts, after.facts):
        if diff.after is None and not before.planned(diff.fact) and not _moved(diff, moved):
            foreign += _outsider(device, after, diff)
        elif diff.fields and LEFT.issuperset(diff.fields):
            foreign.append(_addition(device, diff))
        else:
            ours.append(diff)
    return Meaning(tuple(_Telling(device, before, after, pairs, ours).run()), tuple(ours), tuple(foreign))


def _moved(diff: ObjectDiff, moved: set[NeighborKey]) -> bool:
    return diff.table == "neighbors" and diff.key in moved


def _outsider(device: str, after: Side, diff: ObjectDiff) -> Iterator[Foreign]:
    if touches(after.facts, diff.table, diff.before):
        text = title(diff.table, diff.key, diff.before)
        yield Foreign(device=device, text=text, why="it is in no inventory, and touches what is ours")


def _addition(device: str, diff: ObjectDiff) -> Foreign:
    lines = [str(one) for name in diff.fields for one in getattr(diff.before, name)]
    text = f"{title(diff.table, diff.key, diff.after)}: {', '.join(lines)}"
    return Foreign(device=device, text=text, why="it stands inside of an object of ours")


class _Telling:
    """Sentences in their order: customer by customer, what all share last."""

    def __init__(
        self, device: str, before: Side, after: Side, pairs: list[SessionPair], diffs: list[ObjectDiff]
    ) -> None:
        self.device = device
        self.before, self.after = before, after
        self.pairs = pairs
        self.names = subjects((before, after))
        self.units: dict[Unit, list[ObjectDiff]] = {}
        for diff in diffs:
            self.units.setdefault(self.unit(diff), []).append(diff)
        self.facts = {diff.fact for diff in diffs}
        self.left = set(self.facts)
        """Differences that no sentence has told yet."""

    def unit(self, diff: ObjectDiff) -> Unit:
        return self.after.units.get(diff.fact) or self.before.units.get(diff.fact, SHARED)

    def run(self) -> list[Change]:
        out = self.device_wide()
        for unit, diffs in self.units.items():
            out += self.whole(unit, diffs)
        for pair in self.pairs:
            out += self.session(pair)
        headlines = {one.customer for one in out}
        for unit, diffs in self.units.items():
            implied = unit.customer in headlines or (bool(headlines) and not unit.customer)
            out += [self.single(unit, diff, implied) for diff in diffs if diff.fact in self.left]
        order = {unit: number for number, unit in enumerate(self.names)}
        last = len(order)
        out.sort(
            key=lambda one: (not one.customer, order.get(Unit(one.customer, one.circuit, one.domain, _part(one)), last))
        )
        return _once(out)

    def device_wide(self) -> list[Change]:
        before, after = self.before.facts, self.after.facts
        out = []
        if before.hostname != after.hostname:
            out.append(
                self.change(SHARED, "changed", f"is named {after.hostname} instead of {before.hostname or 'nothing'}")
            )
        out += [
            self.change(SHARED, "added", f"gets the setting {one}") for one in sorted(after.switches - before.switches)
        ]
        if self.before.plan is not None:
            gone = before.switches - after.switches
            planned = self.before.plan.facts.switches
            out += [self.change(SHARED, "removed", f"loses the setting {one}") for one in sorted(gone & planned)]
        return out

    def whole(self, unit: Unit, diffs: list[ObjectDiff]) -> list[Change]:
        """A unit that comes or goes as a whole is one sentence."""
        found = whole_unit(unit, diffs, self.before, self.after)
        if found is None:
            return []
        kind, text, sessions = found
        covers = tuple(diff.fact for diff in diffs)
        self.take(covers)
        starts, ends = (sessions, ()) if kind == "added" else ((), sessions)
        return [self.change(unit, kind, text, covers=covers, starts=starts, ends=ends)]

    def session(self, pair: SessionPair) -> list[Change]:
        unit = unit_of(pair.session.origin)
        if pair.before is None or pair.after is None:
            return self.one_sided(unit, pair)
        out = []
        for one in session_told(pair, self.before.facts, self.after.facts):
            covers = tuple(sorted(one.covers & self.facts, key=repr))
            if one.text:
                resets = (pair.after.key,) if one.resets else ()
                out.append(self.change(unit, "changed", one.text, covers=covers, resets=resets))
            self.take(covers)
        return out

    def one_sided(self, unit: Unit, pair: SessionPair) -> list[Change]:
        thing = pair.before or pair.after
        if thing is None or ("neighbors", thing.key) not in self.left:
            return []
        self.take([("neighbors", thing.key)])
        where = f"{thing.address}{f' in VRF {thing.vrf}' if thing.vrf else ''}, AS {thing.remote_as}"
        if pair.before is None:
            return [
                self.change(
                    unit,
                    "added",
                    f"opens a session with {where}",
                    covers=(("neighbors", thing.key),),
                    starts=(thing.key,),
                )
            ]
        return [
            self.change(
                unit, "removed", f"ends its session with {where}", covers=(("neighbors", thing.key),), ends=(thing.key,)
            )
        ]

    def single(self, unit: Unit, diff: ObjectDiff, implied: bool) -> Change:
        kind: Kind = "added" if diff.before is None else "removed" if diff.after is None else "changed"
        resets = resets_of(diff, self.before, self.after)
        detail = implied and not resets and diff.table not in HEADLINES
        text = in_brief(diff) if detail else told(diff)
        one = self.change(unit, kind, text, covers=(diff.fact,), resets=resets)
        return msgspec.structs.replace(one, detail=detail)

    def take(self, facts: Iterable[FactKey]) -> None:
        self.left.difference_update(facts)

    def change(
        self,
        unit: Unit,
        kind: Kind,
        text: str,
        *,
        covers: tuple[FactKey, ...] = (),
        resets: tuple[NeighborKey, ...] = (),
        starts: tuple[NeighborKey, ...] = (),
        ends: tuple[NeighborKey, ...] = (),
    ) -> Change:
        origins = (self.after.origin(fact) or self.before.origin(fact) for fact in covers)
        return Change(
            device=self.device,
            kind=kind,
            text=text,
            customer=unit.customer,
            subject=self.names.get(unit, unit.subject),
            circuit=unit.circuit,
            domain=unit.domain,
            resets=resets,
            starts=starts,
            ends=ends,
            covers=covers,
            path=next(filter(None, origins), ()),
        )


def _part(change: Change) -> str:
    return "" if change.circuit else change.subject


def _once(changes: list[Change]) -> list[Change]:
    """Two sessions through one policy say the same: one sentence, with what both tell."""
    found: dict[tuple[str, str, str], Change] = {}
    for one in changes:
        key = (one.customer, one.subject, one.text)
        there = found.get(key)
        if there is not None:
            resets = tuple(dict.fromkeys((*there.resets, *one.resets)))
            one = msgspec.structs.replace(
                there, covers=tuple(dict.fromkeys((*there.covers, *one.covers))), resets=resets
            )
        found[key] = one
    return list(found.values())
