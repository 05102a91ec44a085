"""Which sessions go down on the way, why, and for how long."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from ipaddress import ip_interface
from typing import Final

from generator.model.change import Reset, Risk, Step
from generator.model.facts import Facts, Interface, Neighbor
from generator.platforms.base import Platform
from generator.platforms.changing import Grammar, Typed
from generator.platforms.tree import Node

CONNECT_RETRY: Final = 120
"""Seconds until a router tries again to connect (RFC 4271, 8.1)."""


def resets_between(
    platform: Platform,
    now: Mapping[str, list[Node]],
    then: Mapping[str, list[Node]],
    rebuilt: Collection[tuple[str, str]] = (),
) -> tuple[Reset, ...]:
    """Sessions that are there before and after, and cannot stay up.  ``rebuilt``: those that go and come back."""
    old, new = platform.read(now).facts, platform.read(then).facts
    found = []
    for key, after in new.neighbors.items():
        before = old.neighbors.get(key)
        if before is None or not (before.enabled and after.enabled):
            continue
        why = "; ".join(_reasons(before, after, old, new))
        if not why and any(vrf == after.vrf and address.lower() == str(after.address) for vrf, address in rebuilt):
            why = "what it stands in can only be taken away and made again"
        if why:
            # The other end notices by BFD or by its hold timer, and either may wait before it tries again.
            silent = 1 if after.bfd is not None else after.hold
            found.append(Reset(after.vrf, str(after.address), silent + CONNECT_RETRY, why))
    return tuple(found)


def _reasons(before: Neighbor, after: Neighbor, old: Facts, new: Facts) -> Iterator[str]:
    for name, words in (
        ("remote_as", "its AS number changes"),
        ("local_as", "our AS number changes"),
        ("update_source", "its source address changes"),
        ("multihop", "the number of hops it may be away changes"),
    ):
        if getattr(before, name) != getattr(after, name):
            yield words
    one, two = old.bgp.get(before.vrf), new.bgp.get(after.vrf)
    if one is not None and two is not None and one.router_id != two.router_id:
        yield "the router id changes"
    was, becomes = _link(old, before), _link(new, after)
    if was is not None and becomes is not None:
        if was.name != becomes.name:
            yield f"its link moves from {was.name} to {becomes.name}"
        elif (was.tags, was.vrf, was.addresses) != (becomes.tags, becomes.vrf, becomes.addresses):
            yield f"tags, VRF or addresses of {was.name} change"


def _link(facts: Facts, neighbor: Neighbor) -> Interface | None:
    for one in facts.interfaces.values():
        if one.vrf == neighbor.vrf and any(neighbor.address in ip_interface(link).network for link in one.addresses):
            return one
    return None


def risks_of(grammar: Grammar, steps: tuple[Step, ...]) -> tuple[Risk, ...]:
    """What a person should know before the window: what holds everywhere, and what is the platform's own."""
    texts = [(command.text, step) for step in steps for command in step.commands]
    found = []
    if any("route-map" in text or "prefix-list" in text for text, _ in texts):
        found.append(
            Risk(
                "new filters act on routes that were already exchanged only after a soft clear or a route refresh",
                "routers apply an inbound policy when a route arrives",
            )
        )
    found += grammar.risks(Typed(command.context, command.text) for step in steps for command in step.commands)
    return tuple(found)
