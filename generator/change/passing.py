"""Which routes a policy lets pass, and what it does to them, taken out of its rules and lists."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from generator.change.meaning_objects import canonical
from generator.model.facts import FactKey, Facts, Family, PolicyRule, PrefixEntry


class Passing(msgspec.Struct, frozen=True):
    """What one policy does, in the words that sentences are made of."""

    prefixes: frozenset[PrefixEntry] = frozenset()
    """Entries that rules let pass."""
    communities: frozenset[str] = frozenset()
    """A route with one of these passes."""
    preference: frozenset[int] = frozenset()
    prepend: tuple[int, ...] = ()
    med: frozenset[int] = frozenset()
    marks: frozenset[str] = frozenset()
    """Communities that it sets."""
    rest: tuple[object, ...] = ()
    """The rules without all of that: equal where nothing else changed."""


def passing(facts: Facts, name: str, family: Family) -> Passing | None:
    """What the policy does; None where there is none of that name."""
    policy = facts.policies.get(name)
    if policy is None:
        return None
    permits = [rule for rule in policy.rules if rule.permit]
    plain = canonical(policy)
    return Passing(
        prefixes=frozenset(entry for rule in permits for entry in _entries(facts, rule, family)),
        communities=frozenset(
            one
            for rule in permits
            for name in rule.community_lists
            if name in facts.community_lists
            for one in facts.community_lists[name].communities
        ),
        preference=frozenset(one.local_preference for one in permits if one.local_preference is not None),
        prepend=next((one.prepend for one in permits if one.prepend), ()),
        med=frozenset(one.med for one in permits if one.med is not None),
        marks=frozenset(mark for one in permits for mark in one.set_communities),
        rest=(policy.default_permit, *(_rest(facts, rule, family) for rule in plain.rules)),
    )


def serves(facts: Facts, name: str, family: Family) -> set[FactKey]:
    """The policy and every list that it looks at, as far as they are there."""
    policy = facts.policies.get(name)
    if policy is None:
        return set()
    keys: set[FactKey] = {("policies", name)}
    for rule in policy.rules:
        keys |= {("prefix_lists", (one, family)) for one in rule.prefix_lists if (one, family) in facts.prefix_lists}
        keys |= {("as_path_lists", one) for one in rule.as_path_lists if one in facts.as_path_lists}
        keys |= {("community_lists", one) for one in rule.community_lists if one in facts.community_lists}
    return keys


def _entries(facts: Facts, rule: PolicyRule, family: Family) -> Iterable[PrefixEntry]:
    yield from rule.prefixes
    for name in rule.prefix_lists:
        found = facts.prefix_lists.get((name, family))
        if found is not None:
            yield from (entry for entry in found.entries if entry.permit)


def _rest(facts: Facts, rule: PolicyRule, family: Family) -> object:
    """A rule with its lists replaced by what is in them, less what the other fields of `Passing` tell."""
    lists = [facts.prefix_lists.get((name, family)) for name in rule.prefix_lists]
    entries = [None if one is None else canonical(one).entries for one in lists]
    if rule.permit:
        entries = [None if one is None else tuple(entry for entry in one if not entry.permit) for one in entries]
    communities = [getattr(facts.community_lists.get(name), "communities", None) for name in rule.community_lists]
    return (
        rule.permit,
        bool(rule.prefix_lists or rule.prefixes),
        tuple(entries),
        () if rule.permit else rule.prefixes,
        tuple(getattr(facts.as_path_lists.get(name), "entries", None) for name in rule.as_path_lists),
        tuple(one is None for one in communities) if rule.permit else tuple(communities),
        rule.protocols,
        rule.unknown,
    )
