"""Zones for a router that has none: what its zone policies mean, as filters on the interfaces towards Azure.

The filter on what comes in holds the rules for the router itself, then a deny for every other packet to
one of its addresses, then the rules for what passes through; the filter on what goes out likewise.
"""

from __future__ import annotations

from msgspec.structs import replace

from generator.model.address import Prefix, parse_prefix
from generator.model.facts import Facts, Family
from generator.model.filters import SELF, Filter, FilterRule, Zone
from generator.model.naming import object_name

STEP = 10


def as_interface_filters(facts: Facts) -> Facts:
    """The facts without zones.  Zones with no policy of their own towards the router (the inside) need no filter."""
    filters = dict(facts.filters)
    interfaces = dict(facts.interfaces)
    for zone in facts.zones.values():
        if (zone.name, SELF) not in facts.zone_policies:
            continue
        own = _addresses(facts, zone.vrf)
        for family in (4, 6):
            _add(filters, _inbound(facts, zone, own, family))
            _add(filters, _outbound(facts, zone, own, family))
        for name in zone.interfaces:
            interfaces[name] = replace(
                interfaces[name], filter_in=object_name(zone.name, "I"), filter_out=object_name(zone.name, "O")
            )
    used = {one.filter_in for one in interfaces.values()} | {one.filter_out for one in interfaces.values()}
    used.update(one.filter for one in facts.control_plane.values())
    return replace(
        facts,
        interfaces=interfaces,
        filters={key: one for key, one in filters.items() if one.name in used},
        zones={},
        zone_policies={},
    )


def _addresses(facts: Facts, vrf: str) -> dict[int, tuple[Prefix, ...]]:
    """The router's own addresses in a VRF, by IP version."""
    found: dict[int, set[Prefix]] = {4: set(), 6: set()}
    for one in facts.interfaces.values():
        if one.vrf == vrf:
            for address in one.addresses:
                found[address.version].add(parse_prefix(f"{address.ip}/{address.max_prefixlen}"))
    return {version: tuple(sorted(prefixes, key=_number)) for version, prefixes in found.items()}


def _number(prefix: Prefix) -> int:
    return int(prefix.network_address)


def _inbound(facts: Facts, zone: Zone, own: dict[int, tuple[Prefix, ...]], family: Family) -> Filter | None:
    local = _rules(facts, zone.name, SELF, family)
    through = [rule for other in _others(facts, zone) for rule in _rules(facts, zone.name, other, family)]
    guard = FilterRule("", False, destinations=own[family], log=True)
    return _filter(object_name(zone.name, "I"), family, local, guard, through)


def _outbound(facts: Facts, zone: Zone, own: dict[int, tuple[Prefix, ...]], family: Family) -> Filter | None:
    local = _rules(facts, SELF, zone.name, family)
    through = [rule for other in _others(facts, zone) for rule in _rules(facts, other, zone.name, family)]
    guard = FilterRule("", False, sources=own[family], log=True)
    return _filter(object_name(zone.name, "O"), family, local, guard, through)


def _filter(
    name: str, family: Family, local: list[FilterRule], guard: FilterRule, through: list[FilterRule]
) -> Filter | None:
    if not local and not through:
        return None
    last = FilterRule("", False, log=True)
    rules = [*local, guard, *through, last]
    numbered = [replace(rule, label=str(place * STEP)) for place, rule in enumerate(rules, 1)]
    return Filter(name, family, tuple(numbered))


def _others(facts: Facts, zone: Zone) -> list[str]:
    """Zones that something may pass to or from, in the order of the plan."""
    found = [b if a == zone.name else a for a, b in facts.zone_policies if zone.name in (a, b)]
    return [name for name in dict.fromkeys(found) if name != SELF]


def _rules(facts: Facts, source: str, destination: str, family: Family) -> list[FilterRule]:
    """The rules of a policy without the deny at their end."""
    policy = facts.zone_policies.get((source, destination))
    found = None if policy is None else facts.filters.get((policy.filter, family))
    return [] if found is None else list(found.rules[:-1])


def _add(filters: dict[tuple[str, Family], Filter], found: Filter | None) -> None:
    if found is not None:
        filters[found.name, found.family] = found
