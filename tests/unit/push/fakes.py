"""A router that is only words: what it runs, what it is asked, and what may go wrong with it.

It keeps time by a clock that tests move, so a rollout of minutes takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from msgspec.structs import replace as replaced

from generator.model.address import parse_address, parse_prefix
from generator.model.facts import NeighborKey
from generator.model.plan import Peer
from generator.push.candidate import Candidate
from generator.push.session import DeviceRefused, Running, SessionLost
from generator.push.state import Expectation, Expected, RouterState, SessionState
from generator.push.steps import Drained, Target
from generator.push.world import Options, World

AZURE: NeighborKey = ("CORP", parse_address("172.16.0.2"), 4)
CORE: NeighborKey = ("CORP", parse_address("192.168.0.2"), 4)
PARTNER: NeighborKey = ("CORP", parse_address("192.168.1.2"), 4)
VNET = frozenset({parse_prefix("10.100.0.0/16")})
OURS = frozenset({parse_prefix("10.0.0.0/16")})

GOOD = RouterState(
    0.0,
    {
        AZURE: SessionState(True, 1000, 1, 1, VNET, OURS, True),
        CORE: SessionState(True, 1000, 1, 1),
        PARTNER: SessionState(True, 1000, 1, 1),
    },
    {"tunnel1": True},
)
WANTED = Expectation(
    {
        AZURE: Expected(Peer.MSEE, bfd=True, accept=tuple(VNET), announce=tuple(OURS), most=1100, path=("circuit",)),
        CORE: Expected(Peer.CUSTOMER),
        PARTNER: Expected(Peer.PARTNER),
    },
    ("tunnel1",),
)
EMPTY = replaced(WANTED, drained=True)


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.at: list[tuple[float, Callable[[], None]]] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds
        for moment in [one for one in self.at if one[0] <= self.now]:
            self.at.remove(moment)
            moment[1]()


@dataclass
class Router:
    """The device itself; it outlives every session."""

    clock: Clock
    text: str = "old"
    dead: bool = False
    seen: RouterState = GOOD
    when: dict[str, RouterState] = field(default_factory=dict)
    """Running config → what is seen then, where that is not what is seen anyway."""
    log: list[str] = field(default_factory=list)
    before: str = ""
    deadline: float | None = None
    hurt: Callable[[str], None] = lambda _: None
    """Called with each request, so that a test can do harm at the worst moment."""
    slow: dict[str, float] = field(default_factory=dict)
    """Seconds that a request takes once the router has begun with it."""

    def tick(self) -> None:
        if self.deadline is not None and self.clock.now >= self.deadline:
            self.text, self.deadline = self.before, None
            self.log.append("went back by itself")


@dataclass
class FakeSession:
    """Fulfils `generator.push.session.Session`."""

    router: Router
    timer: bool = True
    open_now: bool = False
    candidate: Candidate | None = None

    def _ask(self, what: str) -> Router:
        self.router.hurt(what)
        self.router.tick()
        if self.router.dead:
            self.open_now = False
            raise SessionLost("no answer")
        if what != "open" and not self.open_now:
            raise SessionLost("there is no connection")
        if what not in ("running", "observe", "pending", "open", "diff"):
            self.router.log.append(what)
        return self.router

    def open(self) -> None:
        self._ask("open")
        self.open_now = True

    def close(self) -> None:
        self.open_now = False

    def running(self) -> Running:
        router = self._ask("running")
        return Running(router.text, f"digest of {router.text}")

    def load(self, candidate: Candidate) -> None:
        self._ask("load")
        self.candidate = candidate

    def diff(self) -> str:
        router = self._ask("diff")
        assert self.candidate is not None
        return "" if self.candidate.text == router.text else f"-{router.text}\n+{self.candidate.text}"

    def discard(self) -> None:
        self._ask("discard")
        self.candidate = None

    def commit(self, revert_in: int | None) -> None:
        router = self._ask("commit")
        assert self.candidate is not None
        router.before, router.text = router.text, self._outcome(router, self.candidate)
        router.log[-1] = f"commit {router.text}"
        router.deadline = router.clock.now + revert_in if revert_in else None
        router.clock.wait(router.slow.get("commit", 0))

    @staticmethod
    def _outcome(router: Router, candidate: Candidate) -> str:
        """What runs then.  Commands are ``from > to``."""
        if candidate.replace:
            return candidate.text
        start, _, end = candidate.text.partition(" > ")
        assert router.text == start, f"{candidate.text}, but it runs {router.text}"
        return end

    def confirm(self) -> None:
        router = self._ask("confirm")
        if router.deadline is None:
            raise DeviceRefused("no commit waits for its confirmation")
        router.deadline = None

    def rollback(self) -> None:
        router = self._ask("rollback")
        router.text, router.deadline = router.before, None

    def pending(self) -> bool:
        return self._ask("pending").deadline is not None

    def observe(self) -> RouterState:
        router = self._ask("observe")
        return replace_at(router.when.get(router.text, router.seen), router.clock.now)


def replace_at(state: RouterState, now: float) -> RouterState:
    """The same, seen later: whatever is up has been up for longer."""
    sessions = {
        key: SessionState(
            one.up,
            one.uptime + int(now) if one.uptime != -1 and one.up else one.uptime,
            one.accepted,
            one.announced,
            one.accepted_prefixes,
            one.announced_prefixes,
            one.bfd,
            one.best_prefixes,
        )
        for key, one in state.sessions.items()
    }
    return RouterState(now, sessions, state.tunnels)


def with_session(state: RouterState, key: NeighborKey, **values: object) -> RouterState:
    """``state`` with one session changed."""
    return replaced(state, sessions={**state.sessions, key: replaced(state.sessions[key], **values)})


def target(router: str, other: str, *, drain: bool = True, timer: bool = True) -> Target:
    """A router that runs ``old`` and is to run ``new``."""
    return Target(
        router,
        "new",
        lambda _: Candidate("new", True),
        WANTED,
        Drained(
            lambda running: Candidate(f"{running} drained", True),
            lambda _: Candidate("new drained", True),
            lambda _: Candidate("new", True),
            EMPTY,
        )
        if drain
        else None,
        timer,
        other,
    )


OPTIONS = Options(revert_in=100, gate_timeout=30, poll=2, settle=4, reach=60)


def world(clock: Clock, **values: object) -> World:
    """Time and wishes of a test."""
    return replace(World(clock=clock, wait=clock.wait), **values)  # type: ignore[arg-type]
