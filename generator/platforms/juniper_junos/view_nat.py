"""Address translation of a plan → ``security nat``."""

from __future__ import annotations

from collections.abc import Iterable

from generator.model.facts import Facts
from generator.model.filters import NatRule
from generator.platforms.juniper_junos.security_forms import NatPool, NatRuleSet, Translation


class Nat:
    """Pools and rule-sets.  Rules between the same interfaces share a rule-set: Junos takes one for each pair of places."""

    def __init__(self, facts: Facts) -> None:
        rules = facts.nat_rules.values()
        sources = [one for one in rules if one.kind == "source"]
        self.pools = [NatPool(one.name, str(one.outside), not one.overload) for one in sources]
        self.sources = [
            NatRuleSet(
                f"SOURCE-{number}",
                _some(group[0].inside_interfaces),
                _some(group[0].outside_interfaces),
                _sources(group),
            )
            for number, group in enumerate(_together(sources), 1)
        ]
        self.statics = [
            NatRuleSet(f"STATIC-{number}", _some(group[0].outside_interfaces), "", _statics(group))
            for number, group in enumerate(_together([one for one in rules if one.kind == "static"]), 1)
        ]
        self.used = bool(self.sources or self.statics)


def _together(rules: Iterable[NatRule]) -> list[list[NatRule]]:
    found: dict[object, list[NatRule]] = {}
    for one in rules:
        inside = one.inside_interfaces if one.kind == "source" else ()
        found.setdefault((inside, one.outside_interfaces), []).append(one)
    return list(found.values())


def _sources(group: Iterable[NatRule]) -> tuple[Translation, ...]:
    return tuple(Translation(one.name, _some(map(str, one.inside)), one.name) for one in group)


def _statics(group: Iterable[NatRule]) -> tuple[Translation, ...]:
    return tuple(Translation(one.name, str(one.outside), str(one.inside[0])) for one in group)


def _some(names: Iterable[str]) -> str:
    words = tuple(names)
    return words[0] if len(words) == 1 else f"[ {' '.join(words)} ]"
