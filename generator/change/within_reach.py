"""Can a neighbour be reached at all?"""

from __future__ import annotations

from generator.model.facts import Facts, Interface, Neighbor


def reachable(facts: Facts, neighbor: Neighbor) -> bool:
    """Whether a session can come up: an interface that is on has the neighbour's subnet."""
    if neighbor.multihop:
        return True
    return any(one.enabled and one.vrf == neighbor.vrf and _covers(one, neighbor) for one in facts.interfaces.values())


def _covers(one: Interface, neighbor: Neighbor) -> bool:
    return any(link.version == neighbor.address.version and neighbor.address in link.network for link in one.addresses)
