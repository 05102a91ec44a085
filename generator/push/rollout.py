"""One pair: which steps, in which order, and what happens where one fails.

Knows no device: sessions, clock and the wish to stop are given.  The order for a pair with a drain::

    secondary:  look ─ drain ─ gates ─ change (drained) ─ gates ─ undo the drain ─ gates
    primary:    the same, only when all of that was good

Every commit carries a timer on the router and is confirmed behind its gates.  Whatever goes wrong, wherever, the
router goes back to what it ran before all of it (`way_back`): at our word if it still listens, by its own timer if
not.  The other router is not touched then.  Before anything, the other path must be seen to carry what this one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from generator.model.outcome import Refused
from generator.push.candidate import Candidate
from generator.push.outcome import Event, Failed, PairResult, Stopped
from generator.push.session import DeviceRefused, Running, Session, SessionLost
from generator.push.state import Expectation
from generator.push.steps import Step, Target, steps_of
from generator.push.watch import Look, Watch
from generator.push.way_back import AS_BEFORE, Left, Mark, WayBack
from generator.push.world import Options, World


@contextmanager
def _named(router: str) -> Iterator[None]:
    """Whose fault it was."""
    try:
        yield
    except (SessionLost, DeviceRefused) as error:
        raise type(error)(f"{router}: {error}") from None


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
            self.result.diffs[target.router] = self._diff(session, target, now)
        except (SessionLost, DeviceRefused) as error:
            self._say(target.router, "compare", "failed", str(error))
            raise type(error)(f"{target.router}: {error}") from None
        except Refused as error:
            self._say(target.router, "compare", "failed", error.message)
            raise DeviceRefused(error.message) from None
        self.digests[target.router] = now.digest
        self._say(target.router, "compare", "done" if self.result.diffs[target.router] else "unchanged")

    @staticmethod
    def _diff(session: Session, target: Target, now: Running) -> str:
        """What would change.  A drained change is worked out too, so that one that cannot be is noticed now."""
        final = target.final(now.text)
        if not final.text:
            return ""
        if target.drained is not None:
            target.drained.change(now.text)
        session.load(final)
        diff = session.diff()
        session.discard()
        return diff or final.shown

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
            for router, session in self.sessions.items() if todo else ():
                with _named(router):
                    session.open()
            for target in todo:
                self._path(target, last=target is todo[-1])
                self.result.changed.append(target.router)
                self.result.left[target.router] = "changed"
        except Stopped as error:
            before = f"{self.result.untouched[0]} was touched" if self.result.changed else "anything was changed"
            self._end("stopped", str(error) or f"interrupted before {before}")
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
        self._leave_if_asked()
        watch = self._watch(target)
        with _named(target.router):
            now = self._looked(target)
            look = watch.look(last=last)
            self._keep(target, now)
        self.result.untouched.remove(target.router)
        trail: list[Mark] = []
        steps = steps_of(target)
        try:
            for step in steps:
                now = self._step(watch, step, now, look, trail, last=step is steps[-1])
        except Stopped:
            raise Stopped(self._left(target, "interrupted", trail)) from None
        except (SessionLost, DeviceRefused) as error:
            lost = isinstance(error, SessionLost)
            raise Failed(self._left(target, str(error), trail, lost=lost)) from None
        except Exception as error:
            raise Failed(self._left(target, f"a bug in peerwright, {type(error).__name__}", trail)) from error

    def _keep(self, target: Target, now: Running) -> None:
        """What leads back by hand is on disk before anything is committed (NAP-14)."""
        try:
            paths = self.world.keep(target.router, now.text, target.final(now.text))
        except Refused as error:
            raise DeviceRefused(error.message) from None
        if paths:
            self.result.back_out[target.router] = [str(one) for one in paths]
            self._say(target.router, "back-out", "kept", ", ".join(map(str, paths)))

    def _left(self, target: Target, why: str, trail: list[Mark], *, lost: bool = False) -> str:
        """The router goes back; in words, why and to where."""
        way_back = WayBack(target, self.sessions[target.router], self.options, self.world, self._say)
        left = way_back.home(trail, lost=lost) if trail else Left(AS_BEFORE, "nothing was committed")
        self.result.left[target.router] = left.state
        self._say(target.router, "left", left.state)
        return f"{target.router}: {why}; {left.text}"

    def _looked(self, target: Target) -> Running:
        """What it runs, if that is what was compared."""
        now = self.sessions[target.router].running()
        if now.digest != self.digests[target.router]:
            raise DeviceRefused("its config changed since it was compared; look at the new diff first")
        return now

    def _step(self, watch: Watch, step: Step, here: Running, look: Look, trail: list[Mark], *, last: bool) -> Running:
        """One commit behind its gates; what runs then."""
        target, session = watch.target, watch.session
        candidate = self._made(target, step, here)
        if candidate is None or not self._loaded(session, candidate, here):
            self._say(target.router, step.kind, "unchanged")
            return here
        revert_in = self.options.revert_in if target.timer else None
        mark = Mark(step.kind, candidate, here, self.world.clock())
        trail.append(mark)
        session.commit(revert_in)
        way = f"goes back in {revert_in} s" if revert_in else "without a timer"
        self._say(target.router, step.kind, "committed", way)
        mark.seen = self._read_back(target, step, candidate)
        watch.gates(step, look, mark.committed)
        self._leave_if_asked()
        if revert_in:
            mark.confirming = True
            session.confirm()
        mark.after = mark.seen
        self._say(target.router, step.kind, "confirmed" if revert_in else "kept")
        if last:
            return here
        here = session.running()
        mark.after = here.digest
        if target.drained is not None:
            self._pause(self.options.settle)
        return here

    def _made(self, target: Target, step: Step, here: Running) -> Candidate | None:
        try:
            return step.make(here.text)
        except Refused as error:
            self._say(target.router, step.kind, "failed", error.message)
            raise DeviceRefused(error.message) from None

    def _loaded(self, session: Session, candidate: Candidate, here: Running) -> bool:
        """Whether there is something to commit.  Of commands the router need not know what they would change."""
        self._leave_if_asked()
        if not candidate.text:
            return False
        session.load(candidate)
        if candidate.replace and not session.diff():
            session.discard()
            return False
        if session.running().digest != here.digest:
            session.discard()
            raise DeviceRefused("its config changed since it was compared; the commit was not made")
        return True

    def _read_back(self, target: Target, step: Step, candidate: Candidate) -> str:
        """What the router runs must mean what was sent: some drivers do not see that a line was refused (NAP-03).

        The digest of what it runs.
        """
        now = self.sessions[target.router].running()
        wrong = candidate.problems(now.text)
        if wrong:
            self._say(target.router, step.kind, "reads back wrong", wrong[0])
            raise DeviceRefused(f"what it runs is not what was sent: {'; '.join(wrong[:4])}")
        self._say(target.router, step.kind, "reads back")
        return now.digest

    # ------------------------------------------------------------------ small

    def _watch(self, target: Target) -> Watch:
        other, wanted = self.sessions.get(target.other), self.wanted.get(target.other)
        session = self.sessions[target.router]
        return Watch(target, session, other, wanted, self.options, self.world, self._say, self._pause)

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
