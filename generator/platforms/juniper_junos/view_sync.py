"""Shared session tables of a plan → ``chassis high-availability`` (Multinode High Availability)."""

from __future__ import annotations

import msgspec

from generator.model.facts import Facts

INTERVAL_MS, MULTIPLIER = 1000, 3
"""How the other node is watched (BFD): a commit needs the numbers, a plan has none."""


class Node(msgspec.Struct):
    """One node of two, and how it reaches the other one."""

    number: int
    address: str
    other: int
    other_address: str
    interface: str
    instance: str
    interval: int
    multiplier: int


def nodes(facts: Facts) -> list[Node]:
    """At most one.  Redundancy group 0 alone: both nodes pass packets, and each knows the sessions of the other."""
    return [
        Node(
            one.local_id,
            str(one.local),
            3 - one.local_id,
            str(one.peer),
            one.interface,
            facts.interfaces[one.interface].vrf if one.interface in facts.interfaces else "",
            INTERVAL_MS,
            MULTIPLIER,
        )
        for one in facts.state_sync.values()
    ]
