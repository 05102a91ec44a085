"""Which sessions a difference of another object brings down: their interface, their tunnel, their VRF, their speaker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.change.meaning_objects import ObjectDiff
from generator.change.units import Side
from generator.model.facts import NeighborKey

MOVING: Final = frozenset(("vrf", "tags", "addresses", "enabled", "outer_tpid"))
REKEYING: Final = frozenset(
    ("vrf", "front_vrf", "local", "remote", "crypto", "key", "local_identity", "remote_identity")
)
"""Attributes of a tunnel that both ends agree on when it opens."""

IDENTITY: Final = frozenset(("asn", "router_id"))
"""What a BGP speaker says of itself when a session opens."""


def resets_of(diff: ObjectDiff, before: Side, after: Side) -> tuple[NeighborKey, ...]:
    """Sessions on both sides that go over a changed interface or tunnel, or are in a changed VRF."""
    kept = before.facts.neighbors.keys() & after.facts.neighbors.keys()
    return tuple(key for key in after.facts.neighbors if key in kept and key in set(_reached(diff, after)))


def _reached(diff: ObjectDiff, after: Side) -> Iterator[NeighborKey]:
    fields = frozenset(diff.fields)
    if diff.table == "interfaces" and fields & MOVING and diff.before.enabled:
        networks = [one.network for one in (*diff.before.addresses, *diff.after.addresses)]
        for key in after.facts.neighbors:
            vrf, address, _ = key
            if vrf in (diff.before.vrf, diff.after.vrf) and any(address in network for network in networks):
                yield key
    elif diff.table == "tunnels" and fields & REKEYING and after.plan is not None:
        yield from (one.neighbor for one in after.plan.sessions if one.tunnel == diff.key)
    elif (diff.table == "vrfs" and "rd" in fields) or (diff.table == "bgp" and fields & IDENTITY):
        yield from (key for key in after.facts.neighbors if key[0] == diff.key)
