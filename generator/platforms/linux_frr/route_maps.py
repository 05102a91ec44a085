"""Policies in the form in which FRR can hold them.

An FRR route-map entry takes one prefix list, one AS-path list and one community list, each prefix list
of one address family, and a route-map always ends in a deny.  A rule that says more becomes several
entries with the same action, numbered upwards from its own label.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from msgspec.structs import replace

from generator.model.facts import Facts, Family, Policy, PolicyRule

Entry = tuple[PolicyRule, Family]
"""A rule with at most one list of each kind, and the family its prefix list is of."""


def policy_families(facts: Facts) -> dict[str, tuple[Family, ...]]:
    """The address families each policy is used in, by the neighbours that name it."""
    used: dict[str, tuple[Family, ...]] = {}
    for neighbor in facts.neighbors.values():
        for name in (neighbor.import_policy, neighbor.export_policy):
            if name and neighbor.family not in used.get(name, ()):
                used[name] = (*used.get(name, ()), neighbor.family)
    return used


def entries(policy: Policy, families: tuple[Family, ...], facts: Facts) -> list[Entry]:
    """The entries of a policy's route-map, in order.  ``families``: those it is used in, none if it is not used."""
    out: list[Entry] = []
    last = 0
    for rule in policy.rules:
        for number, (one, family) in enumerate(_split(rule, families, facts)):
            last = max(int(rule.label) + number if rule.label.isdigit() else last + 10, last + 1)
            out.append((replace(one, label=str(last)), family) if one.label != str(last) else (one, family))
    if policy.default_permit:
        out.append((PolicyRule(str(last + 10 if last < 65000 else last + 1), True), 4))
    return out


def as_route_map(policy: Policy, families: tuple[Family, ...], facts: Facts) -> Policy:
    """The policy as its route-map says it."""
    rules = tuple([rule for rule, _ in entries(policy, families, facts)])
    return policy if rules == policy.rules and not policy.default_permit else Policy(policy.name, rules)


def _split(rule: PolicyRule, families: tuple[Family, ...], facts: Facts) -> Iterator[Entry]:
    if rule.protocols:
        if _says_nothing(rule):
            return
        rule = replace(rule, protocols=())
    lists: list[tuple[str, Family] | None] = [
        (name, family) for name in rule.prefix_lists for family in _list_families(name, families, facts)
    ]
    if len(lists) <= 1 and len(rule.as_path_lists) <= 1 and len(rule.community_lists) <= 1:
        yield rule, lists[0][1] if lists and lists[0] else 4
        return
    for prefixes, path, community in product(
        lists or [None], rule.as_path_lists or [None], rule.community_lists or [None]
    ):
        one = replace(
            rule,
            prefix_lists=(prefixes[0],) if prefixes else (),
            as_path_lists=(path,) if path else (),
            community_lists=(community,) if community else (),
        )
        yield one, prefixes[1] if prefixes else 4


def _says_nothing(rule: PolicyRule) -> bool:
    """Whether a rule on source protocols cannot be said without them.

    FRR's BGP table holds BGP routes only, networks of our own included.  So ``bgp`` is always true; a
    deny of other protocols never happens; a bare permit of other protocols would let everything out.
    """
    if "bgp" in rule.protocols:
        return False
    return not (rule.permit and (rule.prefix_lists or rule.as_path_lists or rule.community_lists))


def _list_families(name: str, families: tuple[Family, ...], facts: Facts) -> tuple[Family, ...]:
    """The families in which a rule's list exists and is asked for; one at least, so that the name is never lost."""
    both: tuple[Family, ...] = (4, 6)
    known = tuple([family for family in families or both if (name, family) in facts.prefix_lists])
    return known or families[:1] or (4,)
