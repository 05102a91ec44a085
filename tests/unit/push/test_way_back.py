"""Every place at which a push of a router can fail, on every kind of platform: what it is left as, and what is said of it.

The places are found by counting: a push that succeeds makes so many requests of the router, and each of them is made to
fail once.  A connection is lost before a request is carried out, or before its answer came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest

from generator.push.candidate import Candidate
from generator.push.outcome import PairResult
from generator.push.rollout import Rollout
from generator.push.session import DeviceRefused, SessionLost
from generator.push.steps import Drained, Target
from tests.unit.push.fakes import (
    CORE,
    EMPTY,
    GOOD,
    OPTIONS,
    WANTED,
    Clock,
    FakeSession,
    Router,
    target,
    with_session,
    world,
)

STATES = {"old": "as before", "old drained": "drained", "new drained": "changed and drained", "new": "changed"}
SHUT = with_session(GOOD, CORE, up=False)
FOREVER = 10_000.0


@dataclass(frozen=True)
class Kind:
    """Of a platform."""

    files: bool
    timer: bool

    def target(self, router: str, other: str) -> Target:
        found = target(router, other, timer=self.timer)
        return found if self.files else commands(found)


def commands(one: Target) -> Target:
    """The same with commands instead of files."""

    def way(start: str, end: str) -> Candidate:
        return Candidate(f"{start} > {end}", False, back=f"{end} > {start}")

    drained = Drained(
        lambda running: way(running, f"{running} drained"),
        lambda running: way(running, "new drained"),
        lambda running: way(running, "new"),
        EMPTY,
    )
    return replace(one, final=lambda running: way(running, "new"), drained=drained)


KINDS = {
    "files, timer": Kind(True, True),
    "commands, timer": Kind(False, True),
    "files, own rollback": Kind(True, False),
    "commands, own rollback": Kind(False, False),
}


@dataclass
class Fault:
    """What happens at one request."""

    at: int
    late: bool = False
    """After it was carried out."""
    refuse: bool = False
    away: float = 0
    """Seconds for which nobody reaches the router then."""
    leave: Callable[[], None] | None = None


@dataclass
class Faulty:
    """A session that fails once."""

    inner: FakeSession
    fault: Fault | None
    asked: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)

        def ask(*words: object) -> object:
            if name == "close":
                return method(*words)
            fault = self.fault if self.fault is not None and self.fault.at == len(self.asked) else None
            self.asked.append(name)
            if fault is None:
                return method(*words)
            if fault.late:
                method(*words)
            self._happens(fault)
            return method(*words)

        return ask

    def _happens(self, fault: Fault) -> None:
        router = self.inner.router
        if fault.leave is not None:
            fault.leave()
        elif fault.refuse:
            raise DeviceRefused("the router says no")
        else:
            self.inner.open_now, router.dead = False, bool(fault.away)
            router.clock.at.append((router.clock.now + fault.away, lambda: setattr(router, "dead", False)))
            raise SessionLost("the line is dead")


@dataclass
class Case:
    """One push with one fault, or without."""

    kind: Kind
    fault: Fault | None = None
    shut: str = ""
    """The config with which a gate stays shut."""

    def __post_init__(self) -> None:
        self.clock, self.stop = Clock(), False
        self.r1, self.r2 = Router(self.clock), Router(self.clock)
        if self.shut:
            self.r2.when[self.shut] = SHUT
        self.session = Faulty(FakeSession(self.r2), None)
        targets = [self.kind.target("r2", "r1"), self.kind.target("r1", "r2")]
        mine = world(self.clock, stopping=lambda: self.stop)
        wanted = {"r1": WANTED, "r2": WANTED}
        sessions = {"r1": FakeSession(self.r1), "r2": self.session}
        self.rollout = Rollout("pair", targets, sessions, wanted, OPTIONS, mine)  # type: ignore[arg-type]

    def leave(self) -> None:
        self.stop = True

    def push(self) -> PairResult:
        assert self.rollout.look().good
        self.session.asked.clear()
        self.r1.log.clear()
        self.session.fault = self.fault
        result = self.rollout.change()
        self.clock.now += OPTIONS.revert_in
        self.r2.tick()
        return result


@cache
def places(kind: str, shut: str = "") -> tuple[str, ...]:
    """What a push asks of the first router, from the connection to its end or to its way back."""
    case = Case(KINDS[kind], shut=shut)
    result = case.push()
    asked = tuple(case.session.asked)
    # Behind its last confirmation the first router is only watched.
    done = max(place for place, one in enumerate(asked) if one in ("confirm", "observe"))
    return asked if shut else asked[: done if not result.good else _end(asked, kind)]


def _end(asked: tuple[str, ...], kind: str) -> int:
    word = "confirm" if KINDS[kind].timer else "commit"
    return [place for place, one in enumerate(asked) if one == word][-1] + 1


def check(case: Case, result: PairResult, *, known: bool = True) -> None:
    """Nobody touched the other path, and what is said of the router is what it is."""
    assert not result.good
    assert "r1" in result.untouched
    assert case.r1.text == "old"
    assert not [one for one in case.r1.log if one.startswith("commit")]
    assert result.why
    assert "bug" not in result.why
    if "r2" in result.untouched:
        assert case.r2.text == "old"
        return
    left = result.left["r2"]
    assert left == STATES[case.r2.text] or (left == "not known" and not known), (left, case.r2.text, result.why)


def every(shut: str = "") -> list[tuple[str, int]]:
    return [(kind, place) for kind in KINDS for place in range(len(places(kind, shut)))]


def name(case: tuple[str, int]) -> str:
    return f"{case[0]}-{case[1]}-{places(case[0])[case[1]]}"


@pytest.mark.parametrize("case", every(), ids=name)
@pytest.mark.parametrize("late", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("away", [0, 20, 130], ids=["at once", "soon", "after its timer"])
def test_a_connection_lost_anywhere_ends_with_the_old_config(case: tuple[str, int], late: bool, away: float) -> None:
    kind, place = case
    one = Case(KINDS[kind], Fault(place, late, away=away))
    result = one.push()
    if result.state == "refused":
        assert "r2" in result.untouched
        assert one.r2.text == "old"
        return
    check(one, result)
    assert one.r2.text == "old"


@pytest.mark.parametrize("case", every(), ids=name)
@pytest.mark.parametrize("late", [False, True], ids=["before", "behind"])
def test_a_router_that_is_never_seen_again_is_reported_as_it_is(case: tuple[str, int], late: bool) -> None:
    kind, place = case
    one = Case(KINDS[kind], Fault(place, late, away=FOREVER))
    result = one.push()
    if places(kind)[place] == "confirm":
        # Nobody can say whether it got through; both ends are named.
        assert result.left["r2"] == "not known"
        assert f" {STATES[one.r2.text]}" in result.why
        assert "if the confirmation got through" in result.why
    else:
        check(one, result, known=KINDS[kind].timer)
    assert one.clock.now < 4 * (OPTIONS.revert_in + OPTIONS.reach)


@pytest.mark.parametrize("case", every(), ids=name)
def test_a_refusal_anywhere_ends_with_the_old_config(case: tuple[str, int]) -> None:
    kind, place = case
    one = Case(KINDS[kind], Fault(place, refuse=True))
    check(one, one.push())
    assert one.r2.text == "old"


@pytest.mark.parametrize("case", every(), ids=name)
def test_ctrl_c_anywhere_ends_with_the_old_config_or_with_a_whole_new_one(case: tuple[str, int]) -> None:
    kind, place = case
    one = Case(KINDS[kind])
    one.fault = Fault(place, leave=one.leave)
    result = one.push()
    assert result.state == "stopped"
    assert one.r1.text == "old"
    assert one.r2.text in ("old", "new")
    # Only who leaves behind the last gates finds the new config, confirmed, on the one router and the other untouched.
    assert (one.r2.text == "new") == (result.changed == ["r2"])
    assert "r1" in result.untouched


@pytest.mark.parametrize("shut", ["old drained", "new drained", "new"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_gate_that_stays_shut_anywhere_ends_with_the_old_config(kind: str, shut: str) -> None:
    one = Case(KINDS[kind], shut=shut)
    result = one.push()
    check(one, result)
    assert one.r2.text == "old"
    assert "BGP: BGP with 192.168.0.2 (VRF CORP, IPv4) is not Established" in result.why
    assert result.left == {"r2": "as before"}


@pytest.mark.parametrize("late", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("shut", ["old drained", "new drained", "new"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_connection_lost_on_the_way_back_is_made_again(kind: str, shut: str, late: bool) -> None:
    """After the gate: at the rollback, at each undoing, at each look in between."""
    asked = places(kind, shut)
    gate = max(place for place, what in enumerate(asked) if what == "observe")
    assert len(asked) - gate > 3
    for place in range(gate + 1, len(asked)):
        one = Case(KINDS[kind], Fault(place, late, away=5), shut)
        result = one.push()
        check(one, result)
        assert one.r2.text == "old", (place, asked[place], result.why)


class GoesElsewhere(FakeSession):
    """A driver whose rollback does not lead to what ran before: to what starts up (NAP-05), to the new config (NAP-11)."""

    to = ""

    def rollback(self) -> None:
        self._ask("rollback")
        if not self.to:
            raise DeviceRefused("there is no rollback of a merge")
        self.router.text, self.router.deadline = self.to, None


@pytest.mark.parametrize("to", ["what starts up", "new", ""])
@pytest.mark.parametrize("kind", KINDS)
def test_a_rollback_that_leads_elsewhere_is_made_good(kind: str, to: str) -> None:
    """NAP-05, NAP-08, NAP-11.  Commands do not lead back from a config that nobody knows; that is said then."""
    one = Case(KINDS[kind], shut="new")
    session = GoesElsewhere(one.r2)
    session.to = to
    one.session.inner = session
    result = one.push()
    if to == "what starts up" and not KINDS[kind].files:
        assert result.left == {"r2": "not known"}
        assert "look at it" in result.why
    else:
        check(one, result)
        assert one.r2.text == "old"
