"""Gates: questions that all need a good answer before a change is confirmed.

What a router does not say is no good answer, except for counts that a driver cannot know: there the gate
says ``not known`` in the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from generator.model.facts import NeighborKey
from generator.model.plan import Peer
from generator.push.state import Expectation, Expected, RouterState, SessionState


@dataclass(frozen=True, slots=True)
class Seen:
    """What gates look at: the router that changes, and the one that must not."""

    wanted: Expectation
    before: RouterState
    now: RouterState
    other_before: RouterState | None = None
    other_now: RouterState | None = None
    other_wanted: Expectation | None = None
    last: bool = True
    """Both routers run the plan, so the session between them must be up; before, only where it was."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A question and who answers it: nothing is a yes, texts say what is missing."""

    name: str
    ask: Callable[[Seen], Iterator[str]]


def name_of(key: NeighborKey) -> str:
    """``10.0.0.2 (VRF CORP, IPv4)``."""
    vrf, address, family = key
    return f"{address} ({f'VRF {vrf}, ' if vrf else ''}IPv{family})"


def _established(seen: Seen) -> Iterator[str]:
    for key, wanted in seen.wanted.sessions.items():
        session = seen.now.sessions.get(key)
        up = session is not None and session.up
        if wanted.peer is Peer.PARTNER and not seen.last and not _was_up(seen.before, key):
            continue
        if up != wanted.up:
            yield f"BGP with {name_of(key)} is {'Established' if up else 'not Established'}"


def _was_up(before: RouterState, key: NeighborKey) -> bool:
    old = before.sessions.get(key)
    return old is not None and old.up


def _bfd(seen: Seen) -> Iterator[str]:
    for key, wanted in seen.wanted.sessions.items():
        if wanted.bfd and wanted.up and wanted.peer is not Peer.PARTNER:
            session = seen.now.sessions.get(key)
            if session is None or not session.bfd:
                known = session is not None and session.bfd is not None
                yield f"BFD with {name_of(key)} is {'down' if known else 'not known'}"


def _accepted(seen: Seen) -> Iterator[str]:
    for key, wanted, session in _up(seen):
        count = len(session.accepted_prefixes) if session.accepted_prefixes is not None else session.accepted
        if wanted.most and count > wanted.most:
            yield f"{count} prefixes from {name_of(key)}, the limit is {wanted.most}"
        if wanted.accept is None:
            if wanted.peer is Peer.MSEE and count == 0:
                yield f"no prefix is accepted from {name_of(key)}"
            continue
        yield from _compared("accepted from", key, wanted.accept, session.accepted_prefixes, session.accepted)


def _announced(seen: Seen) -> Iterator[str]:
    for key, wanted, session in _up(seen):
        if wanted.announce is not None:
            yield from _compared("announced to", key, wanted.announce, session.announced_prefixes, session.announced)


def _compared(how: str, key: NeighborKey, wanted: tuple[object, ...], found: object, count: int) -> Iterator[str]:
    if isinstance(found, frozenset):
        missing = sorted(map(str, set(wanted) - found))
        more = sorted(map(str, found - set(wanted)))
        if missing:
            yield f"not {how} {name_of(key)}: {_listed(missing)}"
        if more:
            yield f"{how} {name_of(key)} but not planned: {_listed(more)}"
    elif 0 <= count != len(wanted):
        yield f"{count} prefixes {how} {name_of(key)}, {len(wanted)} are planned"


def _listed(texts: list[str]) -> str:
    return ", ".join(texts[:4]) + (f" and {len(texts) - 4} more" if len(texts) > 4 else "")


def _up(seen: Seen) -> Iterator[tuple[NeighborKey, Expected, SessionState]]:
    for key, wanted in seen.wanted.sessions.items():
        session = seen.now.sessions.get(key)
        if wanted.up and session is not None and session.up:
            yield key, wanted, session


def _tunnels(seen: Seen) -> Iterator[str]:
    for name in seen.wanted.tunnels:
        if not seen.now.tunnels.get(name):
            yield f"tunnel {name} is down"


def _other_path(seen: Seen) -> Iterator[str]:
    """Sessions of the other router with Azure and the customer: as they were, without a flap in between."""
    before, now = seen.other_before, seen.other_now
    if before is None or now is None:
        return
    for key, old in before.sessions.items():
        wanted = seen.other_wanted.sessions.get(key) if seen.other_wanted is not None else None
        if wanted is not None and wanted.peer is Peer.PARTNER:
            continue
        new = now.sessions.get(key)
        if new is None or new.up != old.up:
            yield f"on the other path, {name_of(key)} {'went down' if old.up else 'changed'}"
        elif old.up and _was_reset(old.uptime, new.uptime, now.at - before.at):
            yield f"on the other path, {name_of(key)} was reset"
        elif wanted is not None and wanted.peer is Peer.MSEE:
            yield from _same(key, "accepted", old.accepted_prefixes, new.accepted_prefixes, old.accepted, new.accepted)
            yield from _same(
                key, "announced", old.announced_prefixes, new.announced_prefixes, old.announced, new.announced
            )
    for name, up in before.tunnels.items():
        if up and not now.tunnels.get(name):
            yield f"on the other path, tunnel {name} went down"


def _run_empty(seen: Seen) -> Iterator[str]:
    """A drained path: what the other one has a route for too takes that one.

    Where the session between the routers is down, neither of them knows of the other's routes.
    """
    if not seen.wanted.drained:
        return
    for key, wanted, session in _up(seen):
        if wanted.path and session.best_prefixes and _partner_up(seen, key[0]):
            both = session.best_prefixes & _offered(seen.other_wanted, seen.other_now, wanted.path)
            if both:
                yield f"traffic still takes {name_of(key)} for {_listed(sorted(map(str, both)))}"


def _partner_up(seen: Seen, vrf: str) -> bool:
    return any(
        wanted.peer is Peer.PARTNER and key[0] == vrf and _was_up(seen.now, key)
        for key, wanted in seen.wanted.sessions.items()
    )


def _offered(wanted: Expectation | None, state: RouterState | None, path: tuple[str, ...]) -> frozenset[object]:
    """The prefixes that a router's sessions of one peering bring."""
    found: set[object] = set()
    if wanted is None or state is None:
        return frozenset()
    for key, one in wanted.sessions.items():
        session = state.sessions.get(key)
        if one.path == path and session is not None and session.up:
            found |= session.accepted_prefixes or frozenset()
    return frozenset(found)


def not_carried(before: RouterState, wanted: Expectation, other: RouterState, other_wanted: Expectation) -> list[str]:
    """What only this path carries: with it drained, nobody would.  Sessions whose other half is up and brings routes."""
    carried = {
        one.path
        for key, one in other_wanted.sessions.items()
        if (session := other.sessions.get(key)) is not None and session.up and session.accepted != 0
    }
    return [
        name_of(key)
        for key, one in wanted.sessions.items()
        if one.path and (session := before.sessions.get(key)) is not None and session.up and session.accepted != 0
        if one.path not in carried
    ]


def _was_reset(old: int, new: int, passed: float) -> bool:
    """Younger than it was, or than the time we have been looking; some platforms count old sessions in hours."""
    return new >= 0 and (new < old or new < passed - 5)


def _same(key: NeighborKey, what: str, old: object, new: object, count: int, counted: int) -> Iterator[str]:
    if (old, count) != (new, counted):
        was, is_now = (len(o) if isinstance(o, frozenset) else n for o, n in ((old, count), (new, counted)))
        yield f"on the other path, {what} prefixes of {name_of(key)} changed: {was} before, {is_now} now"


GATES: Final = (
    Gate("BGP", _established),
    Gate("BFD", _bfd),
    Gate("prefixes received", _accepted),
    Gate("prefixes announced", _announced),
    Gate("tunnels", _tunnels),
    Gate("drain", _run_empty),
    Gate("the other path", _other_path),
)


def failing(seen: Seen) -> list[tuple[str, str]]:
    """Gate and problem, of every gate; empty: all are open."""
    return [(gate.name, text) for gate in GATES for text in gate.ask(seen)]
