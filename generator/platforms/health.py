"""What NAPALM's getters do not tell of a router: BFD, tunnels, and the prefixes behind the counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from generator.model.address import Prefix
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


@dataclass(frozen=True, slots=True)
class Health:
    """The commands to type, and what their answers say."""

    commands: Callable[[DevicePlan], tuple[str, ...]]
    read: Callable[[DevicePlan, Mapping[str, str]], Observed]
