"""One router and the one of the other path, looked at before a change and until its gates open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.push.gates import Seen, failing, not_carried
from generator.push.session import DeviceRefused, Session, SessionLost
from generator.push.state import Expectation, RouterState, still
from generator.push.steps import Kind, Step, Target
from generator.push.world import Options, World


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen before a router was touched."""

    before: RouterState
    other: RouterState | None
    """The other path."""
    last: bool
    """It is the last router of its pair to change."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Of one router.  ``other``: the session of the other path, where there is one, and what that should show."""

    target: Target
    session: Session
    other: Session | None
    other_wanted: Expectation | None
    options: Options
    world: World
    say: Callable[..., None]
    pause: Callable[[float], None]
    """Raises where somebody wants to leave."""

    def look(self, *, last: bool) -> Look:
        """What there is before anything changes.  `DeviceRefused` where a drain would be an outage."""
        before = self.session.observe()
        look = Look(before, self._other(), last)
        self._not_alone(look)
        up = sum(one.up for one in before.sessions.values())
        self.say(self.target.router, "look", "done", f"{up} sessions Established")
        return look

    def _other(self) -> RouterState | None:
        try:
            return self.other.observe() if self.other is not None else None
        except (SessionLost, DeviceRefused) as error:
            raise DeviceRefused(f"{self.target.other}, the other path, shows nothing: {error}") from None

    def _not_alone(self, look: Look) -> None:
        """To drain the only path that carries would be an outage."""
        if self.target.drained is None or look.other is None:
            return
        if self.other_wanted is None or not self.other_wanted.sessions:
            return  # nothing is planned on it, so nothing is known of what it carries
        alone = not_carried(look.before, self.target.wanted, look.other, self.other_wanted)
        if alone:
            self.say(self.target.router, "look", "alone", ", ".join(alone))
            raise DeviceRefused(
                f"{self.target.other} does not carry what {', '.join(alone[:4])} does, so a drain would be an outage; "
                "repair the other path first, or write `drain: none` into the pair"
            )

    def gates(self, step: Step, look: Look, committed: float) -> None:
        """Until all gates are open, or the time is over (`DeviceRefused` with what was seen last)."""
        end = self.world.clock() + self.options.gate_timeout
        if self.target.timer:
            end = min(end, committed + self.options.revert_in - 5)
        while True:
            shut = self._shut(step, look)
            if not shut:
                self.say(self.target.router, step.kind, "gates open")
                return
            if self.world.clock() >= end:
                text = "; ".join(f"{gate}: {what}" for gate, what in shut[:6])
                self.say(self.target.router, step.kind, "gate shut", text)
                raise DeviceRefused(text)
            self.pause(self.options.poll)

    def _shut(self, step: Step, look: Look) -> list[tuple[str, str]]:
        now = self.session.observe()
        other, blind = self._other_now()
        wanted = still(look.before, step.wanted) if step.kind is Kind.DRAIN else step.wanted
        seen = Seen(wanted, look.before, now, look.other, other, self.other_wanted, look.last)
        return [*failing(seen), *(("the other path", f"{self.target.other} shows nothing: {one}") for one in blind)]

    def _other_now(self) -> tuple[RouterState | None, list[str]]:
        """On a new connection where the old one is gone; or why it cannot be seen, which shuts a gate."""
        if self.other is None:
            return None, []
        try:
            return self.other.observe(), []
        except (SessionLost, DeviceRefused):
            try:
                self.other.close()
                self.other.open()
                return self.other.observe(), []
            except (SessionLost, DeviceRefused) as error:
                return None, [str(error)]
