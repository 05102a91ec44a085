"""One pair: which steps, in which order, and what happens where one fails.

Knows no device: sessions, clock and the wish to stop are given.  The order for a pair with a drain::

    secondary:  look ─ drain ─ gates ─ change (drained) ─ gates ─ undo the drain ─ gates
    primary:    the same, only when all of that was good

Every commit carries a timer on the router and is confirmed behind its gates.  Whatever goes wrong in
between, the router goes back: at our word if it still listens, by its own timer if not.  The other
router is not touched then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.model.outcome import Refused
from generator.push.candidate import Candidate
from generator.push.gates import Seen, failing
from generator.push.outcome import Event, Failed, PairResult, Stopped
from generator.push.session import DeviceRefused, Running, Session, SessionLost
from generator.push.state import Expectation, RouterState, still
from generator.push.steps import Kind, Step, Target, steps_of
from generator.push.way_back import WayBack
from generator.push.world import Options, World


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
        self.result.untouched.remove(target.router)
        kept: dict[Kind, Candidate] = {}
        here = now
        for step in steps_of(target):
            try:
                candidate = self._made(target, step, here)
                done = self._commit(target, step, candidate, here, before, other_before, last) if candidate else None
                if candidate is None or done is None:
                    continue
                here, kept[step.kind] = done, candidate
                if step.kind is not Kind.UNDRAIN and target.drained is not None:
                    self._pause(self.options.settle)
            except (Failed, Stopped) as error:
                if kept:
                    raise type(error)(f"{error}; {self._way_back(target).undo_drain(kept, now)}") from None
                raise

    def _made(self, target: Target, step: Step, here: Running) -> Candidate | None:
        try:
            return step.make(here.text)
        except Refused as error:
            self._say(target.router, step.kind, "failed", error.message)
            raise Failed(error.message) from None

    def _commit(
        self,
        target: Target,
        step: Step,
        candidate: Candidate,
        here: Running,
        before: RouterState,
        other: RouterState | None,
        last: bool,
    ) -> Running | None:
        """One commit behind its gates; what runs then.  None: there was nothing to do."""
        session, way_back = self.sessions[target.router], self._way_back(target)
        revert_in = self.options.revert_in if target.timer else None
        try:
            if not self._loaded(session, candidate, here):
                self._say(target.router, step.kind, "unchanged")
                return None
        except (SessionLost, DeviceRefused) as error:
            self._say(target.router, step.kind, "failed", str(error))
            raise Failed(f"{target.router}: {error}") from None
        committed = self.world.clock()
        try:
            session.commit(revert_in)
            self._say(
                target.router, step.kind, "committed", f"goes back in {revert_in} s" if revert_in else "without a timer"
            )
            self._read_back(target, step, candidate)
            self._gates(target, step, before, other, last)
            if revert_in:
                session.confirm()
            after = session.running()
        except SessionLost as error:
            raise Failed(f"{target.router}: {error}; {way_back.lost(committed, here.digest)}") from None
        except DeviceRefused as error:
            raise Failed(f"{target.router}: {error}; {way_back.back(here.digest)}") from None
        except Stopped:
            raise Stopped(f"{target.router}: interrupted; {way_back.back(here.digest)}") from None
        self._say(target.router, step.kind, "confirmed" if revert_in else "kept")
        return after

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

    def _read_back(self, target: Target, step: Step, candidate: Candidate) -> None:
        """What the router runs must mean what was sent: some drivers do not see that a line was refused (NAP-03)."""
        wrong = candidate.problems(self.sessions[target.router].running().text)
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
                still(before, step.wanted) if step.kind is Kind.DRAIN else step.wanted,
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

    # ------------------------------------------------------------------ small

    def _way_back(self, target: Target) -> WayBack:
        return WayBack(target, self.sessions[target.router], self.options, self.world, self._say)

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
