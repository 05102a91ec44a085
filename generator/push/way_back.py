"""How a router gets back to what it ran before all of it: by its own timer, told to, or by what undoes each commit.

A commit that nobody confirmed goes back by the router's timer, or by its driver's rollback.  One that was confirmed
has no timer any more: a drain behind its gates, and the change behind its.  Those are undone by us, the last first:
with whole files the old ones are put back at once, with commands each commit has those that lead back.  What the
router runs is looked at before every step, so that nothing is undone twice, and nothing that somebody else wrote is
overwritten.  If the router is out of reach by then it stays drained, which harms nobody: the other path carries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from generator.push.candidate import Candidate
from generator.push.session import DeviceRefused, Running, Session, SessionLost
from generator.push.steps import Kind, Target
from generator.push.world import Options, World

AS_BEFORE = "as before"
UNKNOWN = "not known"


@dataclass(slots=True)
class Mark:
    """One commit that was made, or tried."""

    kind: Kind
    candidate: Candidate
    before: Running
    committed: float
    """By the rollout's clock."""
    seen: str = ""
    """Digest of what ran behind it; empty as long as that was not read."""
    after: str = ""
    """The same when it was kept; empty as long as it is not."""
    confirming: bool = False
    """The confirmation was sent."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a router is left as, in a word and in a sentence."""

    state: str
    text: str


class SomebodyElseError(Exception):
    """The config is neither what we found nor what we made."""


def state_of(kinds: Sequence[Kind], *, drains: bool) -> str:
    """What a router is behind these commits.  ``drains``: its change comes drained, whether or not a drain was first."""
    changed = Kind.CHANGE in kinds
    drained = Kind.UNDRAIN not in kinds and (Kind.DRAIN in kinds or (changed and drains))
    if changed:
        return "changed and drained" if drained else "changed"
    return "drained" if drained else AS_BEFORE


@dataclass(slots=True)
class WayBack:
    """Of one router."""

    target: Target
    session: Session
    options: Options
    world: World
    say: Callable[..., None]
    """Router, step, outcome, detail: for journal and report."""
    told: bool = False
    """The router was told to go back, by whatever means."""
    undone: int = 0
    """Commits that had been kept."""

    def home(self, trail: Sequence[Mark], *, lost: bool = False) -> Left:
        """Back to what ran before the first commit of the trail, the last of which may not be kept yet.

        ``lost``: there is no connection at the moment.
        """
        # As long as any timer may run, and then some; a router without one that is left drained is worth as much.
        end, hung = self.world.clock() + self.options.revert_in + self.options.reach, lost
        if lost:
            self._say("connection", "lost", "its timer runs" if self._timed(trail) else "no timer runs")
        while True:
            try:
                if hung:
                    self.session.close()
                    self.session.open()
                return self._homeward(trail)
            except SessionLost as error:
                hung, problem = True, str(error)
            except SomebodyElseError:
                self._say("roll back", "not done", "somebody else changed its config")
                return Left(
                    UNKNOWN, "somebody else changed its config meanwhile, which was not overwritten: look at it"
                )
            except DeviceRefused as error:
                self._say("roll back", "failed", str(error))
                return self._refused(trail, str(error))
            if self.world.clock() >= end:
                self._say("roll back", "not seen", problem)
                return self._unseen(trail)
            self.world.wait(self.options.poll)

    def _timed(self, trail: Sequence[Mark]) -> bool:
        return self.target.timer and not trail[-1].after

    # ---------------------------------------------------------------- there is a connection

    def _homeward(self, trail: Sequence[Mark]) -> Left:
        """One try.  What was done by an earlier one is seen by what runs."""
        start, last = trail[0].before, trail[-1]
        # First whether something waits: a router that is at work on it answers when it is done.
        waiting = self.session.pending()
        now = self.session.running()
        kept = [one for one in trail if one.after]
        known = {*(one.before.digest for one in trail), *(one.after for one in kept)}
        if not last.after and (waiting or now.digest not in known):
            now = self._revoke(last, now, waiting=waiting)
        elif now.digest not in known:
            raise SomebodyElseError
        for place in reversed(range(len(kept))):
            if now.digest == start.digest:
                break
            now = self._undo(kept[place], start, now, place)
        exact = now.digest == start.digest
        self._say("roll back", "done" if exact else "different")
        return Left(AS_BEFORE if exact else UNKNOWN, self._told(kept, exact=exact))

    def _revoke(self, last: Mark, now: Running, *, waiting: bool) -> Running:
        """The commit that nobody confirmed: by the driver, and where that does not lead back, by what undoes it."""
        self.told = True
        if waiting or not self.target.timer:
            after = self._rolled_back(last, now)
            # A timer that was faster makes a driver's rollback bring the new config again (NAP-11), another driver
            # goes back to what starts up (NAP-05).
            if after.digest == last.before.digest or not (last.candidate.replace or after.digest == now.digest):
                return after
        elif last.seen and now.digest != last.seen:
            raise SomebodyElseError
        # Its timer is over, and it runs something else: the confirmation got through, though no answer came.
        return self._put(last.candidate.undo(last.before.text))

    def _rolled_back(self, last: Mark, now: Running) -> Running:
        """What runs behind the driver's rollback.  One that fails is no end where it is known what would undo the commit."""
        try:
            self.session.rollback()
        except DeviceRefused:
            if not last.candidate.replace and now.digest != last.seen:
                raise
        return self.session.running()

    def _undo(self, one: Mark, start: Running, now: Running, place: int) -> Running:
        """A commit that was kept.  Whole files lead to the start at once."""
        if one.candidate.replace:
            self.undone = place + 1
            self.told = True
            return self._put(one.candidate.undo(start.text))
        if now.digest != one.after:
            # There already, or where a driver's rollback led, from which these commands may lead anywhere.
            return now
        self.undone, self.told = self.undone + 1, True
        return self._put(one.candidate.undo(one.before.text))

    def _put(self, candidate: Candidate) -> Running:
        """Without a timer: it is the config that worked before."""
        self.session.load(candidate)
        try:
            self.session.commit(None)
        except DeviceRefused:
            with suppress(SessionLost, DeviceRefused):
                self.session.discard()
            raise
        return self.session.running()

    def _told(self, kept: Sequence[Mark], *, exact: bool) -> str:
        if not exact:
            return "it went back, but not to exactly what it ran before: look at it"
        if not self.told:
            return "it went back by itself"
        if not self.undone:
            return "it went back to what it ran before"
        what = [f"the {one.kind}" for one in reversed(kept) if one.kind is not Kind.UNDRAIN]
        return f"{' and '.join(what)} {'were' if len(what) > 1 else 'was'} undone: it runs what it ran before"

    # ---------------------------------------------------------------- there is none, or it says no

    def _refused(self, trail: Sequence[Mark], problem: str) -> Left:
        """By what it runs, if it says that."""
        state = UNKNOWN
        with suppress(SessionLost, DeviceRefused):
            digest = self.session.running().digest
            places = [place for place, one in enumerate(trail) if one.after == digest]
            if digest == trail[0].before.digest:
                state = AS_BEFORE
            elif places:
                state = self._state(trail[: places[-1] + 1])
        end = "its timer takes it back" if self._timed(trail) else f"it is left {state}" if state != UNKNOWN else ""
        return Left(
            state, f"it could not be told to go back ({problem}): {end or 'look at it, what it runs is not known'}"
        )

    def _unseen(self, trail: Sequence[Mark]) -> Left:
        """Nobody reached it; its timer, where one ran, did its work."""
        last, kept = trail[-1], [one for one in trail if one.after]
        state, made = self._state(kept), self._state(trail)
        if last.after or (last.seen and not self.target.timer):
            return Left(made, f"it was not reached again: it is {made}, and the other path carries its traffic")
        if not self.target.timer:
            return Left(UNKNOWN, f"it was not reached again, and has no timer: it is {state} or {made}, look at it")
        if last.confirming:
            return Left(
                UNKNOWN, f"it was not reached again: it is {state}, or, if the confirmation got through, {made}"
            )
        return Left(state, f"its timer is over, but it was not reached: as far as that goes it is {state} now")

    def _state(self, trail: Sequence[Mark]) -> str:
        return state_of([one.kind for one in trail], drains=self.target.drained is not None)

    def _say(self, step: str, outcome: str, detail: str = "") -> None:
        self.say(self.target.router, step, outcome, detail)
