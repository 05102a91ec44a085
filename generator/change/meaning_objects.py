"""Which objects of a router differ, where what has no meaning is no difference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import msgspec

from generator.model.facts import FACT_TABLES, FactKey, Facts, Policy, PolicyRule, PrefixList
from generator.model.filters import Filter, FilterRule
from generator.model.secret import Secret


class ObjectDiff(msgspec.Struct, frozen=True):
    """One object that is on one side only, or says something else on the other."""

    table: str
    key: object
    before: Any
    """None: it is new."""
    after: Any
    """None: it goes."""

    @property
    def fact(self) -> FactKey:
        return (self.table, self.key)

    @property
    def thing(self) -> Any:
        """The object as it will be, or as it was where it goes."""
        return self.before if self.after is None else self.after

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the attributes that differ; none where it is on one side only."""
        if self.before is None or self.after is None:
            return ()
        one, two = canonical(self.before), canonical(self.after)
        return tuple(name for name in one.__struct_fields__ if getattr(one, name) != getattr(two, name))

    @property
    def new_key(self) -> bool:
        """Whether a password or key of it differs."""
        pairs = ((getattr(self.before, name), getattr(self.after, name)) for name in self.fields)
        return any(isinstance(one, Secret) and isinstance(two, Secret) for one, two in pairs)


def object_diffs(before: Facts, after: Facts) -> Iterator[ObjectDiff]:
    """Every object that differs, in the order of the tables; new and changed ones first."""
    for table in FACT_TABLES:
        old: dict[object, Any] = getattr(before, table)
        new: dict[object, Any] = getattr(after, table)
        if old == new:
            continue
        for key, thing in new.items():
            was = old.get(key)
            if was is None or (was != thing and canonical(was) != canonical(thing)):
                yield ObjectDiff(table, key, was, thing)
        for key, was in old.items():
            if key not in new:
                yield ObjectDiff(table, key, was, None)


def canonical(thing: Any) -> Any:
    """The object without what has no meaning: numbers of rules and entries, and the order of neighbours that commute.

    Rules next to each other that decide the same way may change places: a packet or route that matches
    any of them meets the same fate.  A routing policy's permitting rules may set something, so only its
    denying ones may.
    """
    if isinstance(thing, PrefixList):
        runs = (sorted(run, key=repr) for _, run in groupby(thing.entries, key=lambda one: one.permit))
        return msgspec.structs.replace(thing, entries=tuple(one for run in runs for one in dict.fromkeys(run)))
    if isinstance(thing, Filter):
        return msgspec.structs.replace(thing, rules=_settled(map(_plain_rule, thing.rules), both=True))
    if isinstance(thing, Policy):
        return msgspec.structs.replace(thing, rules=_settled(map(_plain_step, thing.rules), both=False))
    return thing


def _settled(rules: Iterator[Any], *, both: bool) -> tuple[Any, ...]:
    out: list[Any] = []
    for permit, run in groupby(rules, key=lambda one: one.permit):
        same = list(run)
        out += sorted(same, key=repr) if both or not permit else same
    return tuple(out)


def _plain_rule(rule: FilterRule) -> FilterRule:
    return msgspec.structs.replace(
        rule,
        label="",
        sources=tuple(sorted(rule.sources)),
        destinations=tuple(sorted(rule.destinations)),
        source_ports=tuple(sorted(rule.source_ports)),
        destination_ports=tuple(sorted(rule.destination_ports)),
        icmp=tuple(sorted(rule.icmp)),
    )


def _plain_step(rule: PolicyRule) -> PolicyRule:
    return msgspec.structs.replace(
        rule,
        label="",
        prefix_lists=tuple(sorted(rule.prefix_lists)),
        as_path_lists=tuple(sorted(rule.as_path_lists)),
        community_lists=tuple(sorted(rule.community_lists)),
    )
