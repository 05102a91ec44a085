"""How a router gets back to what it ran before: told to, by its own timer, or by commands of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generator.push.candidate import Candidate
from generator.push.session import DeviceRefused, Running, Session, SessionLost
from generator.push.steps import Kind, Target
from generator.push.world import Options, World


@dataclass(frozen=True, slots=True)
class WayBack:
    """Of one router."""

    target: Target
    session: Session
    options: Options
    world: World
    say: Callable[..., None]
    """Router, step, outcome, detail: for journal and report."""

    def back(self, expected: str) -> str:
        """Tell the router to go back, and see whether it did.  ``expected``: digest of what it ran before."""
        session = self.session
        try:
            # Where its timer was faster, going back once more could bring the new config again (NAP-11).
            if session.running().digest != expected:
                session.rollback()
            good = session.running().digest == expected
        except (SessionLost, DeviceRefused) as error:
            self._say("roll back", "failed", str(error))
            left = "its timer takes it back" if self.target.timer else "IT IS NOT KNOWN what it runs: look at it"
            return f"it could not be told to go back ({error}): {left}"
        self._say("roll back", "done" if good else "different")
        return "it went back to what it ran before" if good else "it went back, but not to exactly what it ran before"

    def lost(self, committed: float, expected: str) -> str:
        """Look for a router that does not answer until its timer must be over."""
        session, timer = self.session, self.target.timer
        end = committed + (self.options.revert_in if timer else 0) + self.options.reach
        self._say("connection", "lost", "its timer runs" if timer else "it has no timer")
        while self.world.clock() < end:
            try:
                session.close()
                session.open()
                if session.running().digest == expected and not session.pending():
                    self._say("roll back", "done", f"seen after {self.world.clock() - committed:.0f} s")
                    return "it went back by itself"
                if not timer:
                    return self.back(expected)
            except (SessionLost, DeviceRefused):
                pass
            self.world.wait(self.options.poll)
        self._say("roll back", "not seen")
        return "its timer is over, but it was not reached" if timer else "it was not seen going back: look at it"

    def undo_drain(self, kept: Mapping[Kind, Candidate], before: Running) -> str:
        """After a confirmed drain: say what is left on the router, having tried to leave nothing."""
        session = self.session
        what = "changed and drained" if Kind.CHANGE in kept else "drained"
        try:
            if Kind.CHANGE in kept:
                raise DeviceRefused("the change itself was good and is kept")
            session.load(kept[Kind.DRAIN].undo(before.text))
            session.commit(None)
            good = session.running().digest == before.digest
        except (SessionLost, DeviceRefused) as error:
            self._say(Kind.UNDRAIN, "failed", str(error))
            return f"it is left {what}: the other path carries the traffic ({error})"
        self._say(Kind.UNDRAIN, "done" if good else "different")
        return "the drain was undone" if good else "the drain was undone, but not to exactly what it ran before"

    def _say(self, step: str, outcome: str, detail: str = "") -> None:
        self.say(self.target.router, step, outcome, detail)
