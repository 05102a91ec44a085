"""What a router is seen to do, and what the plan says that it should."""

from __future__ import annotations

import msgspec

from generator.model.address import Prefix
from generator.model.facts import NeighborKey
from generator.model.plan import DevicePlan, Peer
from generator.push.drain import Drain, drained_sessions


class SessionState(msgspec.Struct, frozen=True):
    """One neighbour in one family.  -1 and None: the router does not say."""

    up: bool
    uptime: int = -1
    """Seconds."""
    accepted: int = -1
    announced: int = -1
    accepted_prefixes: frozenset[Prefix] | None = None
    announced_prefixes: frozenset[Prefix] | None = None
    bfd: bool | None = None
    best_prefixes: frozenset[Prefix] | None = None
    """Those that traffic takes this session for."""


class RouterState(msgspec.Struct, frozen=True):
    """One router at one moment."""

    at: float
    """Seconds of a monotonic clock."""
    sessions: dict[NeighborKey, SessionState] = {}
    tunnels: dict[str, bool] = {}


class Expected(msgspec.Struct, frozen=True):
    """What a session must show."""

    peer: Peer
    up: bool = True
    bfd: bool = False
    accept: tuple[Prefix, ...] | None = None
    """Exactly these come in; None: which, only Microsoft knows, but some do."""
    announce: tuple[Prefix, ...] | None = None
    """Exactly these leave; None: not planned by prefix."""
    most: int = 0
    """Limit of prefixes (ER-BGP-11), 0: none."""
    path: tuple[str, ...] = ()
    """What the session of the other path that does the same has in common with it; empty but for Azure's."""


class Expectation(msgspec.Struct, frozen=True):
    """What a whole router must show."""

    sessions: dict[NeighborKey, Expected]
    tunnels: tuple[str, ...] = ()
    drained: bool = False
    """Traffic with Azure takes the other path."""


def expectation(plan: DevicePlan, how: Drain = "none") -> Expectation:
    """Of a plan, drained or not; with ``shutdown`` the sessions with Azure are down on purpose."""
    closed = drained_sessions(plan) if how == "shutdown" else frozenset()
    found: dict[NeighborKey, Expected] = {}
    for one in plan.sessions:
        neighbor = plan.facts.neighbors[one.neighbor]
        azure = one.peer in (Peer.MSEE, Peer.GATEWAY)
        open_end = one.accept_any or bool(one.accept_communities)
        found[one.neighbor] = Expected(
            peer=one.peer,
            up=one.neighbor not in closed and neighbor.enabled,
            bfd=neighbor.bfd is not None,
            accept=one.accept if azure and not open_end else None,
            announce=one.announce if azure else None,
            most=neighbor.max_prefix.limit if neighbor.max_prefix is not None else 0,
            path=(one.peer, one.customer, one.circuit, one.domain or "", str(one.family)) if azure else (),
        )
    return Expectation(found, tuple(plan.facts.tunnels), how != "none")


def still(before: RouterState, wanted: Expectation) -> Expectation:
    """While what ran before is drained: routes as they were, for the plan has not come yet; sessions up or shut.

    ``wanted``: of the drained plan, which says what sessions are and which are shut.
    """
    found = {
        key: Expected(
            peer=one.peer,
            up=one.up and old.up,
            bfd=one.bfd and bool(old.bfd),
            accept=_exactly(old.accepted_prefixes, one.peer),
            announce=_exactly(old.announced_prefixes, one.peer),
            path=one.path,
        )
        for key, one in wanted.sessions.items()
        if (old := before.sessions.get(key)) is not None
    }
    return Expectation(found, tuple(name for name in wanted.tunnels if before.tunnels.get(name)), wanted.drained)


def _exactly(prefixes: frozenset[Prefix] | None, peer: Peer) -> tuple[Prefix, ...] | None:
    """Those of a session with Azure; towards others the best routes are the other router's while a path is drained."""
    return None if prefixes is None or peer not in (Peer.MSEE, Peer.GATEWAY) else tuple(prefixes)
