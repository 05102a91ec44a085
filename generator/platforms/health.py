"""What NAPALM's getters do not tell of a router: BFD, tunnels, and the prefixes behind the counts."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field

from generator.model.address import Address, Prefix
from generator.model.facts import NeighborKey
from generator.model.plan import DevicePlan


@dataclass(frozen=True, slots=True)
class Observed:
    """What the answers to a platform's commands say.  What is not in here is not known, which never counts as good."""

    bfd: Mapping[NeighborKey, bool] = field(default_factory=dict)
    """Whether the BFD session of a neighbour is up."""
    tunnels: Mapping[str, bool] = field(default_factory=dict)
    """Whether a tunnel, by its interface, has its security associations."""
    accepted: Mapping[NeighborKey, frozenset[Prefix]] = field(default_factory=dict)
    announced: Mapping[NeighborKey, frozenset[Prefix]] = field(default_factory=dict)
    best: Mapping[NeighborKey, frozenset[Prefix]] = field(default_factory=dict)
    """Those of ``accepted`` that no other neighbour has a better route for: traffic takes this one."""


def has_bfd(plan: DevicePlan) -> bool:
    return any(one.bfd is not None for one in plan.facts.neighbors.values())


def bfd_by_interface(
    plan: DevicePlan, up: Container[tuple[Address, str]], shown: Callable[[str], str]
) -> dict[NeighborKey, bool]:
    """Whether each neighbour's BFD session is ``up``, for a table that has address and interface but no VRF.

    ``shown``: an interface's name as the table writes it.
    """
    return {
        key: any(
            (one.address, shown(link.name)) in up
            for link in plan.facts.interfaces.values()
            if link.vrf == one.vrf and any(one.address in own.network for own in link.addresses)
        )
        for key, one in plan.facts.neighbors.items()
        if one.bfd is not None
    }


@dataclass(frozen=True, slots=True)
class Health:
    """The commands to type, and what their answers say."""

    commands: Callable[[DevicePlan], tuple[str, ...]]
    read: Callable[[DevicePlan, Mapping[str, str]], Observed]
