"""What must hold on a router in every state between two configs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from generator.change.leaks import Leaks
from generator.change.within_reach import reachable
from generator.model.asn import MICROSOFT
from generator.model.change import Reset
from generator.model.facts import Facts, Interface, Neighbor
from generator.platforms.base import Platform
from generator.platforms.changing import Device

_STEADY: Final = ("interfaces", "static_routes", "tunnels", "vrfs", "bgp", "macsec")


class Invariants:
    """The two ends, and the checks of a state between them."""

    def __init__(self, platform: Platform, old: Device, new: Device, resets: Iterable[Reset] = ()) -> None:
        self.platform = platform
        self.old = platform.read(old.trees()).facts
        self.new = platform.read(new.trees()).facts
        self.known_dangling = old.dangling() | (old.dangling() & new.dangling())
        self.resets = {(one.vrf, one.neighbour) for one in resets}
        self.disturbed = {vrf for vrf, _ in self.resets}
        """VRFs in which something has to go and come back."""
        self.leaks = Leaks(self.old, self.new, old.points(), new.points())

    def broken(self, device: Device) -> list[str]:
        """What does not hold now."""
        facts = self.platform.read(device.trees()).facts
        return [
            *(f"{name} is named and not defined" for name in sorted(device.dangling() - self.known_dangling)),
            *_unfiltered(facts, self.old),
            *self._steady(facts),
            *self._isolated(facts),
            *self.leaks.of_routes(facts),
            *self.leaks.of_packets(facts, device.points()),
        ]

    def _steady(self, facts: Facts) -> Iterator[str]:
        """What is the same before and after is the same in between: sessions, links, routes, the way of management."""
        for table in _STEADY:
            old, new, now = getattr(self.old, table), getattr(self.new, table), getattr(facts, table)
            if now in (old, new):
                continue
            for key, thing in old.items():
                if new.get(key) == thing and not _alike(now.get(key), thing) and not self._excused(table, key, thing):
                    yield f"{table} {key} is not as before, and will be again"
        for key, before in self.old.neighbors.items():
            after, between = self.new.neighbors.get(key), facts.neighbors.get(key)
            if (before.vrf, str(before.address)) in self.resets:
                continue
            if (
                after is not None
                and _session(before) == _session(after)
                and (between is None or _session(between) != _session(after))
            ):
                yield f"session with {key[1]} is broken needlessly"

    def _excused(self, table: str, key: object, thing: object) -> bool:
        vrf = key if table in ("bgp", "vrfs") else getattr(thing, "vrf", "")
        return vrf in self.disturbed

    def _isolated(self, facts: Facts) -> Iterator[str]:
        """No address is in a VRF, and no VRF takes routes, that it has neither before nor after."""
        if facts.interfaces != self.old.interfaces and facts.interfaces != self.new.interfaces:
            for name, one in facts.interfaces.items():
                ends = [end.interfaces[name] for end in (self.old, self.new) if name in end.interfaces]
                if one.addresses and not any(
                    one.vrf == end.vrf and set(one.addresses) <= set(end.addresses) for end in ends
                ):
                    yield f"{name} has {', '.join(map(str, one.addresses))} in {one.vrf or 'the global table'}"
        for name, vrf in facts.vrfs.items():
            allowed = {word for end in (self.old, self.new) if name in end.vrfs for word in end.vrfs[name].imports}
            if not allowed.issuperset(vrf.imports):
                yield f"VRF {name} takes routes of another"


def _alike(one: object, other: object) -> bool:
    """Equal but for the names of filters, for which a twin may stand."""
    if isinstance(one, Interface) and isinstance(other, Interface):
        one = replace(one, filter_in=other.filter_in, filter_out=other.filter_out)
    return one == other


def _session(one: Neighbor) -> tuple[object, ...]:
    return (one.remote_as, one.local_as, one.update_source, one.multihop, one.enabled, one.activated, one.bfd, one.hold)


def _unfiltered(facts: Facts, old: Facts) -> Iterator[str]:
    """No neighbour of AS 12076 that can be reached is without a filter that is there and not empty."""
    for key, one in facts.neighbors.items():
        if one.remote_as != MICROSOFT or not (one.activated and one.enabled) or not reachable(facts, one):
            continue
        for direction, name in (("in", one.import_policy), ("out", one.export_policy)):
            before = old.neighbors.get(key)
            if not name:
                if before is not None and not (before.import_policy if direction == "in" else before.export_policy):
                    continue
                yield f"neighbour {one.address} has no filter {direction}"
                continue
            policy = facts.policies.get(name)
            if policy is None or not policy.rules:
                yield f"neighbour {one.address} has {name} {direction}, which is not defined"
                continue
            for rule in policy.rules:
                yield from _undefined(facts, one, name, rule)


def _undefined(facts: Facts, one: Neighbor, name: str, rule) -> Iterator[str]:  # type: ignore[no-untyped-def]
    for list_name in rule.prefix_lists:
        found = facts.prefix_lists.get((list_name, one.family))
        if found is None and (list_name, 10 - one.family) not in facts.prefix_lists:
            yield f"filter {name} of {one.address}: prefix list {list_name} is not defined"
        elif found is not None and not found.entries:
            yield f"filter {name} of {one.address}: prefix list {list_name} is empty"
    for list_name in rule.as_path_lists:
        if list_name not in facts.as_path_lists:
            yield f"filter {name} of {one.address}: AS path list {list_name} is not defined"
    for list_name in rule.community_lists:
        if list_name not in facts.community_lists:
            yield f"filter {name} of {one.address}: community list {list_name} is not defined"
