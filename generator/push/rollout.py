"""One pair: which steps, in which order, and what happens where one fails.

Knows no device: sessions, clock and the wish to stop are given.  The order for a pair with a drain::

    secondary:  look ─ drain ─ gates ─ change (drained) ─ gates ─ undo the drain ─ gates
    primary:    the same, only when all of that was good

Every commit carries a timer on the router and is confirmed behind its gates.  Whatever goes wrong in
between, the router goes back: at our word if it still listens, by its own timer if not.  The other
router is not touched then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from generator.push.candidate import Candidate
from generator.push.gates import Seen, failing
from generator.push.session import DeviceRefused, Running, Session, SessionLost
from generator.push.state import Expectation, RouterState


class Kind(StrEnum):
    """What a commit is for."""

    DRAIN = "drain"
    CHANGE = "change"
    UNDRAIN = "undo the drain"


@dataclass(frozen=True, slots=True)
class Target:
    """One router, and all that is to be sent to it."""

    router: str
    final: Candidate
    wanted: Expectation
    drained: Candidate | None = None
    drained_wanted: Expectation | None = None
    drain_running: Callable[[str], Candidate | None] = lambda _: None
    """Running config → the same, drained; None where that cannot be said."""
    timer: bool = True
    """The router can go back by itself."""
    other: str = ""
    """The router of the other path, which must not notice anything."""


@dataclass(frozen=True, slots=True)
class Step:
    """One commit."""

    kind: Kind
    candidate: Candidate
    wanted: Expectation


@dataclass(frozen=True, slots=True)
class Options:
    """How patient, and what to do where there is no timer."""

    revert_in: int = 300
    """Seconds after which a router goes back by itself."""
    gate_timeout: float = 180.0
    """Seconds until all gates must be open."""
    poll: float = 2.0
    """Seconds between two looks."""
    settle: float = 5.0
    """Seconds that a drained path gets to run empty."""
    reach: float = 60.0
    """Seconds beyond the timer in which a lost router is looked for."""


@dataclass(slots=True)
class Event:
    """Something that happened, for journal and report."""

    router: str
    step: str
    outcome: str
    detail: str = ""


@dataclass(slots=True)
class PairResult:
    """How it ended for one pair."""

    pair: str
    state: str = "done"
    """``done``, ``unchanged``, ``failed``, ``refused``, ``stopped`` or ``skipped``."""
    changed: list[str] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)
    why: str = ""
    events: list[Event] = field(default_factory=list)
    diffs: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        return self.state in ("done", "unchanged")


class Stopped(Exception):  # noqa: N818
    """Somebody wants to leave."""


class Failed(Exception):  # noqa: N818
    """A step did not come to its end; the text says why, and what became of the router."""


@dataclass(slots=True)
class World:
    """What a rollout cannot make itself."""

    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep
    stopping: Callable[[], bool] = lambda: False
    tell: Callable[[Event], None] = lambda _: None


def steps_of(target: Target, running: str) -> list[Step]:
    """The commits of one router, from what it runs now."""
    if target.drained is None or target.drained_wanted is None:
        return [Step(Kind.CHANGE, target.final, target.wanted)]
    steps = []
    first = target.drain_running(running)
    if first is not None:
        steps.append(Step(Kind.DRAIN, first, target.drained_wanted))
    steps.append(Step(Kind.CHANGE, target.drained, target.drained_wanted))
    steps.append(Step(Kind.UNDRAIN, target.final, target.wanted))
    return steps


class Rollout:
    """Carries one pair through.

    ``targets``: in the order of change, secondary first.  ``sessions``: of every router of the pair, also of one that
    only watches.  ``wanted``: what each of them should show.
    """

    def __init__(
        self,
        pair: str,
        targets: Sequence[Target],
        sessions: dict[str, Session],
        wanted: dict[str, Expectation],
        options: Options,
        world: World,
    ) -> None:
        self.result = PairResult(pair)
        self.targets = targets
        self.sessions = sessions
        self.options = options
        self.world = world
        self.wanted = wanted
        self.digests: dict[str, str] = {}
        self.texts: dict[str, str] = {}

    # ---------------------------------------------------------------- looking

    def look(self) -> PairResult:
        """Connect, load, compare, discard: what would change.  Changes nothing."""
        started = self.world.clock()
        try:
            for target in self.targets:
                self._compare(target)
            if not any(self.result.diffs.values()):
                self.result.state = "unchanged"
        except (SessionLost, DeviceRefused) as error:
            self._end("refused", str(error))
        except Stopped:
            self._end("stopped", "interrupted")
        finally:
            self.close()
        self.result.seconds = self.world.clock() - started
        return self.result

    def _compare(self, target: Target) -> None:
        self._leave_if_asked()
        session = self.sessions[target.router]
        try:
            session.open()
            if session.pending():
                raise DeviceRefused("a commit of somebody waits for its confirmation")
            now = session.running()
            session.load(target.final)
            self.result.diffs[target.router] = session.diff()
            session.discard()
        except (SessionLost, DeviceRefused) as error:
            self._say(target.router, "compare", "failed", str(error))
            raise type(error)(f"{target.router}: {error}") from None
        self.digests[target.router], self.texts[target.router] = now.digest, now.text
        self._say(target.router, "compare", "done" if self.result.diffs[target.router] else "unchanged")

    def close(self) -> None:
        """Hang up on both."""
        for session in self.sessions.values():
            session.close()

    # --------------------------------------------------------------- changing

    def change(self) -> PairResult:
        """Push the pair.  `look` was called before; what has changed since is noticed."""
        started = self.world.clock()
        todo = [one for one in self.targets if self.result.diffs.get(one.router)]
        self.result.untouched = [one.router for one in todo]
        self.result.state = "done" if todo else "unchanged"
        try:
            for session in self.sessions.values() if todo else ():
                session.open()
            for target in todo:
                self._path(target, last=target is todo[-1])
                self.result.changed.append(target.router)
        except Stopped as error:
            self._end("stopped", str(error) or "interrupted before anything was changed")
        except Failed as error:
            self._end("failed", str(error))
        except (SessionLost, DeviceRefused) as error:
            self._end("refused", str(error))
        finally:
            self.close()
        self.result.seconds += self.world.clock() - started
        return self.result

    def _path(self, target: Target, *, last: bool) -> None:
        """One router, from drained to normal."""
        session, other = self.sessions[target.router], self._other(target)
        self._leave_if_asked()
        before = session.observe()
        other_before = other.observe() if other is not None else None
        now = session.running()
        if now.digest != self.digests[target.router]:
            raise DeviceRefused(
                f"{target.router}: its config changed since it was compared; look at the new diff first"
            )
        self._say(
            target.router, "look", "done", f"{sum(one.up for one in before.sessions.values())} sessions Established"
        )
        expected = now.digest
        self.result.untouched.remove(target.router)
        kept: list[Kind] = []
        for step in steps_of(target, now.text):
            try:
                expected = self._commit(target, step, expected, before, other_before, last)
                kept.append(step.kind)
                if step.kind is not Kind.UNDRAIN and target.drained is not None:
                    self._pause(self.options.settle)
            except (Failed, Stopped) as error:
                if kept:
                    raise type(error)(f"{error}; {self._undo_drain(target, kept, now)}") from None
                raise

    def _commit(
        self, target: Target, step: Step, expected: str, before: RouterState, other: RouterState | None, last: bool
    ) -> str:
        """One commit behind its gates; the digest of what runs then."""
        session = self.sessions[target.router]
        revert_in = self.options.revert_in if target.timer else None
        try:
            self._leave_if_asked()
            session.load(step.candidate)
            if not session.diff():
                session.discard()
                self._say(target.router, step.kind, "unchanged")
                return expected
            if session.running().digest != expected:
                session.discard()
                raise DeviceRefused("its config changed since it was compared; the commit was not made")
        except (SessionLost, DeviceRefused) as error:
            self._say(target.router, step.kind, "failed", str(error))
            raise Failed(f"{target.router}: {error}") from None
        committed = self.world.clock()
        try:
            session.commit(revert_in)
            self._say(
                target.router, step.kind, "committed", f"goes back in {revert_in} s" if revert_in else "without a timer"
            )
            self._read_back(target, step)
            self._gates(target, step, before, other, last)
            if revert_in:
                session.confirm()
            digest = session.running().digest
        except SessionLost as error:
            raise Failed(f"{target.router}: {error}; {self._lost(target, committed, expected)}") from None
        except DeviceRefused as error:
            raise Failed(f"{target.router}: {error}; {self._back(target, expected)}") from None
        except Stopped:
            raise Stopped(f"{target.router}: interrupted; {self._back(target, expected)}") from None
        self._say(target.router, step.kind, "confirmed" if revert_in else "kept")
        return digest

    def _read_back(self, target: Target, step: Step) -> None:
        """What the router runs must mean what was sent: some drivers do not see that a line was refused (NAP-03)."""
        wrong = step.candidate.problems(self.sessions[target.router].running().text)
        if wrong:
            self._say(target.router, step.kind, "reads back wrong", wrong[0])
            raise DeviceRefused(f"what it runs is not what was sent: {'; '.join(wrong[:4])}")
        self._say(target.router, step.kind, "reads back")

    def _gates(self, target: Target, step: Step, before: RouterState, other: RouterState | None, last: bool) -> None:
        """Until all gates are open, or the time is over (`DeviceRefused` with what was seen last)."""
        end = self.world.clock() + min(self.options.gate_timeout, self.options.revert_in - 5)
        partner = self._other(target)
        while True:
            now = self.sessions[target.router].observe()
            seen = Seen(
                step.wanted,
                before,
                now,
                other,
                partner.observe() if partner is not None else None,
                self.wanted.get(target.other),
                last,
            )
            shut = failing(seen)
            if not shut:
                self._say(target.router, step.kind, "gates open")
                return
            if self.world.clock() >= end:
                text = "; ".join(f"{gate}: {what}" for gate, what in shut[:6])
                self._say(target.router, step.kind, "gate shut", text)
                raise DeviceRefused(text)
            self._pause(self.options.poll)

    # ------------------------------------------------------------- going back

    def _back(self, target: Target, expected: str) -> str:
        """Tell the router to go back, and see whether it did."""
        session = self.sessions[target.router]
        try:
            # Where its timer was faster, going back once more could bring the new config again (NAP-11).
            if session.running().digest != expected:
                session.rollback()
            good = session.running().digest == expected
        except (SessionLost, DeviceRefused) as error:
            self._say(target.router, "roll back", "failed", str(error))
            left = "its timer takes it back" if target.timer else "IT IS NOT KNOWN what it runs: look at it"
            return f"it could not be told to go back ({error}): {left}"
        self._say(target.router, "roll back", "done" if good else "different")
        return "it went back to what it ran before" if good else "it went back, but not to exactly what it ran before"

    def _lost(self, target: Target, committed: float, expected: str) -> str:
        """Look for a router that does not answer until its timer must be over."""
        session = self.sessions[target.router]
        end = committed + (self.options.revert_in if target.timer else 0) + self.options.reach
        self._say(target.router, "connection", "lost", "its timer runs" if target.timer else "it has no timer")
        while self.world.clock() < end:
            try:
                session.close()
                session.open()
                if session.running().digest == expected and not session.pending():
                    self._say(target.router, "roll back", "done", f"seen after {self.world.clock() - committed:.0f} s")
                    return "it went back by itself"
                if not target.timer:
                    return self._back(target, expected)
            except (SessionLost, DeviceRefused):
                pass
            self.world.wait(self.options.poll)
        self._say(target.router, "roll back", "not seen")
        return (
            "it was not seen going back: look at it"
            if not target.timer
            else "its timer is over, but it was not reached"
        )

    def _undo_drain(self, target: Target, kept: list[Kind], before: Running) -> str:
        """After a confirmed drain: say what is left on the router, having tried to leave nothing."""
        session = self.sessions[target.router]
        what = "changed and drained" if Kind.CHANGE in kept else "drained"
        try:
            if Kind.CHANGE in kept:
                raise DeviceRefused("the change itself was good and is kept")
            session.load(Candidate(before.text, replace=True))
            session.commit(None)
        except (SessionLost, DeviceRefused) as error:
            self._say(target.router, Kind.UNDRAIN, "failed", str(error))
            return f"it is left {what}: the other path carries the traffic ({error})"
        self._say(target.router, Kind.UNDRAIN, "done")
        return "the drain was undone"

    # ------------------------------------------------------------------ small

    def _other(self, target: Target) -> Session | None:
        return self.sessions.get(target.other)

    def _leave_if_asked(self) -> None:
        if self.world.stopping():
            raise Stopped

    def _pause(self, seconds: float) -> None:
        for piece in _pieces(seconds):
            self._leave_if_asked()
            self.world.wait(piece)
        self._leave_if_asked()

    def _say(self, router: str, step: str, outcome: str, detail: str = "") -> None:
        event = Event(router, str(step), outcome, detail)
        self.result.events.append(event)
        self.world.tell(event)

    def _end(self, state: str, why: str) -> None:
        self.result.state, self.result.why = state, why


def _pieces(seconds: float) -> Iterator[float]:
    """A pause in parts, so that Ctrl-C need not wait for its end."""
    while seconds > 0:
        yield min(seconds, 0.5)
        seconds -= 0.5
