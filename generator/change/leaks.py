"""Does a filter let through, in a state between two configs, what neither of them would?

Found with samples: every edge of every entry of both ends' lists, with and without the AS paths and communities that
they tell apart, and for packets the corners of every rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

import msgspec

from generator.change.within_reach import reachable
from generator.model.address import Prefix, parse_prefix
from generator.model.asn import MICROSOFT
from generator.model.facts import Facts, Family, Neighbor, Policy
from generator.model.filters import ANY, ICMP, ICMP6, TCP, UDP, Filter, FilterRule
from generator.readback.packet import Packet, PacketFilter
from generator.readback.policy import Policies, Route
from generator.readback.ways import host_in

FAMILIES: Final[tuple[Family, ...]] = (4, 6)
_PATHS: Final = ((), (MICROSOFT,), (MICROSOFT, 8075), (64999,), (64999, MICROSOFT))
"""AS paths that are asked for, and the first two once more with each number of the lists behind them."""
Closure = tuple[object, ...]
Points = Mapping[str, tuple[str, ...]]


class Leaks:
    """The two ends."""

    def __init__(self, old: Facts, new: Facts, old_points: Points, new_points: Points) -> None:
        self.old, self.new = old, new
        self.ends = (Policies(old), Policies(new))
        self.old_points, self.new_points = old_points, new_points
        self.safe: set[object] = set()
        """Closures that were found to be in order with a neighbour."""

    def of_routes(self, facts: Facts) -> Iterator[str]:
        """Routes that pass towards or from Microsoft's edge, and would neither before nor after."""
        now = Policies(facts)
        for key, one in facts.neighbors.items():
            if one.remote_as != MICROSOFT or not (one.enabled and reachable(facts, one)):
                continue
            for direction in ("import_policy", "export_policy"):
                name = getattr(one, direction)
                if not name:
                    continue
                closure = _closure(facts, name)
                mark = (key, direction, closure)
                if mark in self.safe:
                    continue
                ends = [
                    (policies, getattr(other, direction))
                    for policies in self.ends
                    for other in policies.facts.neighbors.values()
                    if other.family == one.family and _same_peering(one, other)
                ]
                if not any(_closure(policies.facts, other) == closure for policies, other in ends):
                    found = self._leak(facts, now, one, name, ends)
                    if found is not None:
                        yield f"{name} lets {found.prefix} with path {found.as_path} through, which neither end does"
                        continue
                self.safe.add(mark)

    def _leak(
        self, facts: Facts, now: Policies, one: Neighbor, name: str, ends: list[tuple[Policies, str]]
    ) -> Route | None:
        sources = [(facts, name), *((policies.facts, other) for policies, other in ends)]
        prefixes = {prefix for source, policy in sources for prefix in _prefixes(source, policy, one.family)}
        communities = {()} | {(text,) for source, policy in sources for text in _communities(source, policy)}
        numbers = {number for source, policy in sources for number in _numbers(source, policy)}
        for path in (*_PATHS, *((*front, number) for number in sorted(numbers) for front in _PATHS[:2])):
            for carried in sorted(communities):
                for prefix in sorted(prefixes, key=str):
                    route = Route(prefix, path, frozenset(carried))
                    if now.evaluate(name, route).permit and not any(
                        policies.evaluate(other, route).permit for policies, other in ends
                    ):
                        return route
        return None

    def of_packets(self, facts: Facts, points: Points) -> Iterator[str]:
        """Packets that pass a filter, and would neither before nor after."""
        for place, names in points.items():
            for family in FAMILIES:
                here = _filters(facts, names, family)
                ends = [
                    _filters(end, found.get(place, ()), family)
                    for end, found in ((self.old, self.old_points), (self.new, self.new_points))
                ]
                rules = tuple(one.rules for one in here)
                if not here or any(rules == tuple(one.rules for one in end) for end in ends):
                    continue
                mark = (place, family, rules)
                if mark in self.safe:
                    continue
                leak = _packet_leak(here, ends)
                if leak is not None:
                    yield f"{place} lets {leak} through, which neither end does"
                else:
                    self.safe.add(mark)


def _same_peering(one: Neighbor, other: Neighbor) -> bool:
    """Whether two neighbours are the same edge of Microsoft's, perhaps in another VRF or under another address."""
    return one.address == other.address or bool(one.description and one.description == other.description)


def _closure(facts: Facts, name: str) -> Closure:
    """All that decides what a policy does, without the names."""
    policy = facts.policies.get(name)
    if policy is None:
        return ("undefined", name)
    rules = tuple(
        (
            msgspec.structs.replace(rule, prefix_lists=(), as_path_lists=(), community_lists=()),
            frozenset(
                facts.prefix_lists[key].entries
                for text in rule.prefix_lists
                for family in FAMILIES
                if (key := (text, family)) in facts.prefix_lists
            ),
            frozenset(facts.as_path_lists[text].entries for text in rule.as_path_lists if text in facts.as_path_lists),
            frozenset(
                facts.community_lists[text].communities
                for text in rule.community_lists
                if text in facts.community_lists
            ),
            (len(rule.prefix_lists), len(rule.as_path_lists), len(rule.community_lists)),
        )
        for rule in policy.rules
    )
    return (rules, policy.default_permit)


def _rules(facts: Facts, name: str) -> Policy | None:
    return facts.policies.get(name)


def _prefixes(facts: Facts, name: str, family: Family) -> Iterator[Prefix]:
    yield from map(
        parse_prefix, ("0.0.0.0/0", "8.8.8.0/24", "10.99.99.0/24") if family == 4 else ("::/0", "2001:4860::/32")
    )
    policy = _rules(facts, name)
    for rule in policy.rules if policy else ():
        entries = list(rule.prefixes)
        for text in rule.prefix_lists:
            found = facts.prefix_lists.get((text, family))
            entries += found.entries if found else ()
        for entry in entries:
            yield entry.prefix
            for length in {entry.low, entry.high, min(entry.high + 1, entry.prefix.max_prefixlen)}:
                if length > entry.prefix.prefixlen:
                    yield cast(Prefix, next(iter(entry.prefix.subnets(new_prefix=length))))


def _numbers(facts: Facts, name: str) -> Iterator[int]:
    """AS numbers that the lists of a policy tell apart."""
    policy = _rules(facts, name)
    for rule in policy.rules if policy else ():
        for text in rule.as_path_lists:
            found = facts.as_path_lists.get(text)
            for entry in found.entries if found else ():
                yield from map(int, re.findall(r"\d+", entry.pattern.text or str(entry.pattern.asn)))


def _communities(facts: Facts, name: str) -> Iterator[str]:
    policy = _rules(facts, name)
    for rule in policy.rules if policy else ():
        for text in rule.community_lists:
            found = facts.community_lists.get(text)
            yield from found.communities if found else ()


def _filters(facts: Facts, names: Iterable[str], family: int) -> list[Filter]:
    return [facts.filters[name, family] for name in names if (name, family) in facts.filters]  # type: ignore[index]


def _packet_leak(here: list[Filter], ends: list[list[Filter]]) -> Packet | None:
    now, before = [PacketFilter(one) for one in here], [[PacketFilter(one) for one in end] for end in ends]
    for packet in {
        packet
        for group in (here, *ends)
        for one in group
        for rule in one.rules
        for packet in _packets(rule, one.family)
    }:
        if any(one.decide(packet).permitted for one in now) and not any(
            one.decide(packet).permitted for end in before for one in end
        ):
            return packet
    return None


def _packets(rule: FilterRule, family: Family) -> Iterator[Packet]:
    anywhere = parse_prefix("198.18.7.0/24" if family == 4 else "2001:db8:77::/64")
    for source in (*rule.sources[:3], anywhere) if not rule.sources else rule.sources[:3]:
        for destination in rule.destinations[:3] or (anywhere,):
            for protocol in (rule.protocol,) if rule.protocol != ANY else (TCP, UDP, ICMP if family == 4 else ICMP6):
                for sport in {one.low for one in rule.source_ports} or {40000}:
                    for dport in {one.low for one in rule.destination_ports} or {40001}:
                        for icmp in rule.icmp or (None,):
                            yield Packet(
                                source=host_in(source),
                                destination=host_in(destination),
                                protocol=protocol,
                                source_port=sport,
                                destination_port=dport,
                                icmp_type=icmp.type if icmp else 8,
                                icmp_code=max(icmp.code, 0) if icmp else 0,
                                answer=rule.established,
                            )
