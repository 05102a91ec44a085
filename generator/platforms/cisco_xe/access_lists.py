"""Filters in the form in which IOS-XE can hold them: access lists.

An entry has one source, one destination, one range of ports on each side and one ICMP type.  A rule that
says more becomes several entries with the same action, numbered upwards from its own label.  The lists of
both address families share one set of names, so that of IPv6 gets an ending of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from typing import Final, TypeVar

from msgspec.structs import replace

from generator.model.address import Prefix, parse_prefix
from generator.model.facts import Facts, Family, Filter, FilterRule
from generator.model.filters import ANY, ICMP, ICMP6, TCP, UDP

T = TypeVar("T")

V6_ENDING: Final = "_V6"
"""No name of a plan has an underscore, so a name with this ending is never another object's."""
UNINSPECTED: Final = "_PASS"

_INSPECTED: Final = frozenset((ANY, TCP, UDP, ICMP, ICMP6))


def list_name(name: str, family: Family) -> str:
    """What the access list of a filter is called in a family."""
    return name if family == 4 else f"{name}{V6_ENDING}"


@lru_cache(maxsize=1 << 10)
def entries(rules: tuple[FilterRule, ...], *, log: bool = True) -> tuple[FilterRule, ...]:
    """The entries of a filter's access list, in order.  ``log`` False: none of them logs."""
    out: list[FilterRule] = []
    last = 0
    for rule in rules:
        for number, entry in enumerate((rule,) if _is_one(rule) else _split(rule)):
            last = max(int(rule.label) + number if rule.label.isdigit() else last + 10, last + 1)
            label = str(last)
            if label != entry.label or (entry.log and not log):
                entry = replace(entry, label=label, log=entry.log and log)
            out.append(entry)
    return tuple(out)


def _is_one(rule: FilterRule) -> bool:
    """Whether a rule is one entry as it is."""
    if len(rule.source_ports) > 1 or len(rule.destination_ports) > 1 or len(rule.icmp) > 1:
        return False
    return not (_not_one(rule.sources) or _not_one(rule.destinations))


def _split(rule: FilterRule) -> Iterator[FilterRule]:
    for source, destination, source_port, port, icmp in product(
        _addresses(rule.sources),
        _addresses(rule.destinations),
        _each(rule.source_ports),
        _each(rule.destination_ports),
        _each(rule.icmp),
    ):
        yield replace(
            rule,
            sources=source,
            destinations=destination,
            source_ports=source_port,
            destination_ports=port,
            icmp=icmp,
        )


def _not_one(prefixes: tuple[Prefix, ...]) -> bool:
    """Several prefixes, or one that is everything."""
    return len(prefixes) > 1 or (len(prefixes) == 1 and not prefixes[0].prefixlen)


def _each(values: tuple[T, ...]) -> Iterable[tuple[T, ...]]:
    return [(value,) for value in values] or [()]


def _addresses(prefixes: tuple[Prefix, ...]) -> Iterable[tuple[Prefix, ...]]:
    """``any`` is no condition at all."""
    return [()] if any(prefix.prefixlen == 0 for prefix in prefixes) else _each(prefixes)


def observable_filters(facts: Facts) -> dict[tuple[str, Family], Filter]:
    """The plan's filters as their access lists say them.

    Entries of the control plane's classes must not log: Cisco forbids the keyword there.
    """
    plain = facts.control_plane
    return {key: _as_list(one, one.name not in plain) for key, one in facts.filters.items()}


@lru_cache(maxsize=1 << 10)
def _as_list(one: Filter, log: bool) -> Filter:
    """Cached: a router's filters are asked for twice, and the routers of a pair share many."""
    return Filter(one.name, one.family, entries(one.rules, log=log))


def not_inspected(one: Filter) -> tuple[FilterRule, ...]:
    """The entries that a stateful policy must let through one by one: ESP, AH, GRE and the like.

    ``inspect`` drops them.  Entries that deny and may concern them stay in front, so that nothing more passes.
    """
    if not any(rule.permit and rule.protocol not in _INSPECTED for rule in one.rules):
        return ()
    return tuple([rule for rule in entries(one.rules) if _concerns_others(rule)])


def _concerns_others(rule: FilterRule) -> bool:
    if rule.protocol not in _INSPECTED:
        return True
    return not rule.permit and rule.protocol == ANY


def own_addresses(facts: Facts, family: Family) -> tuple[Prefix, ...]:
    """Every address of the plan's interfaces, each once, in order."""
    found = {link.ip for one in facts.interfaces.values() for link in one.addresses if link.version == family}
    return tuple(parse_prefix(f"{address}/{address.max_prefixlen}") for address in sorted(found))
