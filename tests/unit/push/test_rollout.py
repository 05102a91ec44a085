"""What happens to a pair, from the first look to the last word."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from generator.model.address import parse_prefix
from generator.push.outcome import PairResult
from generator.push.rollout import Rollout
from tests.unit.push.fakes import (
    AZURE,
    CORE,
    GOOD,
    OPTIONS,
    OURS,
    VNET,
    WANTED,
    Clock,
    FakeSession,
    Router,
    target,
    with_session,
    world,
)


@dataclass
class Pair:
    """r2 is the secondary, so it comes first."""

    drain: bool = True
    timer: bool = True
    clock: Clock = field(default_factory=Clock)
    stop: bool = False

    def __post_init__(self) -> None:
        self.r1, self.r2 = Router(self.clock), Router(self.clock)
        targets = [target("r2", "r1", drain=self.drain, timer=self.timer), target("r1", "r2", drain=self.drain)]
        sessions = {"r1": FakeSession(self.r1), "r2": FakeSession(self.r2)}
        wanted = {"r1": WANTED, "r2": WANTED}
        mine = world(self.clock, stopping=lambda: self.stop)
        self.rollout = Rollout("pair", targets, sessions, wanted, OPTIONS, mine)

    def push(self) -> PairResult:
        assert self.rollout.look().good
        self.r1.log.clear()
        self.r2.log.clear()
        return self.rollout.change()

    @property
    def untouched(self) -> bool:
        """The primary heard of nothing."""
        return self.r1.text == "old" and not any(one.startswith("commit") for one in self.r1.log)


def commits(router: Router) -> list[str]:
    return [one for one in router.log if one != "load"]


def test_each_path_is_drained_changed_and_drained_no_more_the_secondary_first() -> None:
    pair = Pair()
    result = pair.push()
    assert result.state == "done"
    assert result.changed == ["r2", "r1"]
    assert commits(pair.r2) == [
        "commit old drained",
        "confirm",
        "commit new drained",
        "confirm",
        "commit new",
        "confirm",
    ]
    assert commits(pair.r1) == commits(pair.r2)


def test_the_primary_is_touched_only_when_the_secondary_is_done() -> None:
    pair = Pair()
    order: list[str] = []
    pair.r1.hurt = lambda what: order.append("r1") if what == "commit" else None
    pair.r2.hurt = lambda what: order.append("r2") if what == "confirm" else None
    pair.push()
    assert order == ["r2"] * 3 + ["r1"] * 3


def test_a_look_changes_nothing() -> None:
    pair = Pair()
    result = pair.rollout.look()
    assert result.diffs == {"r2": "-old\n+new", "r1": "-old\n+new"}
    assert pair.r1.log == pair.r2.log == ["load", "discard"]


def test_what_runs_already_is_left_alone() -> None:
    pair = Pair()
    pair.r1.text = pair.r2.text = "new"
    assert pair.rollout.look().state == "unchanged"
    assert pair.rollout.change().state == "unchanged"
    assert commits(pair.r1) == commits(pair.r2) == ["discard"]


SHUT = {
    "BGP": with_session(GOOD, CORE, up=False),
    "BFD": with_session(GOOD, AZURE, bfd=False),
    "prefixes received": with_session(GOOD, AZURE, accepted_prefixes=frozenset()),
    "prefixes announced": with_session(GOOD, AZURE, announced_prefixes=None, announced=7),
}


@pytest.mark.parametrize("gate", SHUT)
def test_a_gate_that_stays_shut_takes_the_router_back_and_spares_the_other(gate: str) -> None:
    pair = Pair(drain=False)
    pair.r2.when["new"] = SHUT[gate]
    result = pair.push()
    assert result.state == "failed"
    assert f"{gate}: " in result.why
    assert "it went back to what it ran before" in result.why
    assert pair.r2.text == "old"
    assert pair.untouched
    assert result.untouched == ["r1"]


def test_while_the_old_config_is_drained_its_own_routes_are_expected() -> None:
    """The plan brings other prefixes: the gates ask for them when it has come, not before."""
    pair = Pair()
    older = with_session(GOOD, AZURE, announced_prefixes=frozenset({parse_prefix("10.9.0.0/16")}), announced=1)
    for router in (pair.r1, pair.r2):
        # To its partner and the customer a drained router announces less: the other path's routes are better.
        routes = {"announced_prefixes": VNET | OURS, "announced": 2}
        router.when |= {"old": with_session(older, CORE, **routes), "old drained": older}
    assert pair.push().state == "done"


def test_a_drain_that_takes_routes_away_is_noticed() -> None:
    pair = Pair()
    pair.r2.when["old drained"] = with_session(GOOD, AZURE, accepted_prefixes=frozenset())
    result = pair.push()
    assert "not accepted from 172.16.0.2" in result.why
    assert pair.r2.text == "old"
    assert pair.untouched


def test_gates_get_their_time() -> None:
    pair = Pair(drain=False)
    pair.r2.when["new"] = SHUT["BGP"]
    pair.clock.at.append((20, pair.r2.when.clear))
    assert pair.push().state == "done"
    assert pair.clock.now >= 20


def test_a_fault_that_the_other_path_notices_shuts_a_gate() -> None:
    """Both routers share the fault: what is committed on one resets a session of the other."""
    pair = Pair(drain=False)
    pair.r2.hurt = lambda what: (
        setattr(pair.r1, "seen", with_session(GOOD, AZURE, up=False)) if what == "commit" else None
    )
    result = pair.push()
    assert result.state == "failed"
    assert "on the other path, 172.16.0.2 (VRF CORP, IPv4) went down" in result.why
    assert pair.r2.text == "old"
    assert pair.untouched


def test_a_flap_of_the_other_path_is_seen_though_it_is_up_again() -> None:
    pair = Pair(drain=False)
    pair.r2.hurt = lambda what: (
        setattr(pair.r1, "seen", with_session(GOOD, AZURE, uptime=-889)) if what == "commit" else None
    )
    pair.clock.now = 890.0
    assert "was reset" in pair.push().why


def test_a_router_that_dies_in_the_middle_goes_back_by_itself() -> None:
    pair = Pair(drain=False)

    def die(what: str) -> None:
        if what == "observe" and pair.r2.text == "new" and not pair.r2.dead:
            pair.r2.dead = True
            pair.clock.at.append((pair.clock.now + 110, lambda: setattr(pair.r2, "dead", False)))

    pair.r2.hurt = die
    result = pair.push()
    assert result.state == "failed"
    assert "it went back by itself" in result.why
    assert pair.r2.log[-1] == "went back by itself"
    assert pair.r2.text == "old"
    assert pair.untouched


def test_a_router_that_never_answers_again_is_reported_and_not_waited_for_for_ever() -> None:
    pair = Pair(drain=False)
    pair.r2.hurt = lambda what: setattr(pair.r2, "dead", True) if pair.r2.text == "new" else None
    result = pair.push()
    assert "its timer is over, but it was not reached" in result.why
    assert pair.clock.now < OPTIONS.revert_in + OPTIONS.reach + 10
    assert pair.untouched


def test_a_confirmation_that_comes_too_late_rolls_nothing_back_twice() -> None:
    pair = Pair(drain=False)
    pair.r2.hurt = lambda what: pair.clock.wait(200) if what == "confirm" else None
    result = pair.push()
    assert result.state == "failed"
    assert "no commit waits" in result.why
    assert "rollback" not in pair.r2.log
    assert pair.r2.text == "old"
    assert pair.untouched


def test_who_leaves_between_commit_and_gates_leaves_the_old_config() -> None:
    pair = Pair(drain=False)
    pair.r2.when["new"] = SHUT["BGP"]
    pair.clock.at.append((10, lambda: setattr(pair, "stop", True)))
    result = pair.push()
    assert result.state == "stopped"
    assert "interrupted; it went back" in result.why
    assert pair.r2.text == "old"
    assert pair.untouched


def test_who_leaves_while_a_path_is_drained_leaves_no_drain() -> None:
    pair = Pair()
    pair.r2.hurt = lambda what: setattr(pair, "stop", True) if what == "confirm" else None
    result = pair.push()
    assert result.state == "stopped"
    assert pair.r2.text == "old"
    assert "the drain was undone" in result.why
    assert pair.untouched


def test_a_config_that_changed_since_the_diff_is_not_overwritten() -> None:
    pair = Pair()
    assert pair.rollout.look().good
    pair.r2.text = "somebody else's"
    result = pair.rollout.change()
    assert result.state == "refused"
    assert "changed since it was compared" in result.why
    assert pair.r2.text == "somebody else's"
    assert pair.untouched


def test_a_config_that_changes_while_the_path_is_drained_is_not_overwritten() -> None:
    pair = Pair()
    pair.clock.at.append((3, lambda: setattr(pair.r2, "text", "somebody else's")))
    result = pair.push()
    assert result.state == "failed"
    assert "commit new drained" not in pair.r2.log
    assert pair.untouched


def test_a_change_that_is_good_only_while_drained_goes_too() -> None:
    pair = Pair()
    pair.r2.when["new"] = SHUT["BGP"]
    result = pair.push()
    assert pair.r2.text == "old"
    assert "the change and the drain were undone: it runs what it ran before" in result.why
    assert result.left == {"r2": "as before"}
    assert pair.untouched


def test_the_only_path_that_carries_is_not_drained() -> None:
    """The other router has lost Azure: with this one drained, nobody would carry."""
    pair = Pair()
    pair.r1.seen = with_session(GOOD, AZURE, up=False)
    result = pair.push()
    assert result.state == "refused"
    assert "r1 does not carry what 172.16.0.2 (VRF CORP, IPv4) does, so a drain would be an outage" in result.why
    assert commits(pair.r2) == []
    assert result.untouched == ["r2", "r1"]


def test_a_router_that_carries_nothing_is_drained_whatever_the_other_does() -> None:
    pair = Pair()
    pair.r1.seen = pair.r2.seen = with_session(GOOD, AZURE, up=False)
    assert "an outage" not in pair.push().why


def test_a_drain_that_takes_no_traffic_off_shuts_a_gate() -> None:
    pair = Pair()
    pair.r2.when["old drained"] = with_session(GOOD, AZURE, best_prefixes=VNET)
    result = pair.push()
    assert "drain: traffic still takes 172.16.0.2 (VRF CORP, IPv4) for 10.100.0.0/16" in result.why
    assert pair.r2.text == "old"
    assert pair.untouched


def test_an_other_path_that_cannot_be_seen_shuts_a_gate_and_is_not_waited_for() -> None:
    pair = Pair(drain=False)
    pair.r2.hurt = lambda what: setattr(pair.r1, "dead", True) if what == "commit" else None
    result = pair.push()
    assert "the other path: r1 shows nothing: no answer" in result.why
    assert "it went back to what it ran before" in result.why
    assert pair.clock.now < OPTIONS.revert_in
    assert pair.untouched


def test_a_connection_to_the_other_path_that_breaks_is_made_again() -> None:
    pair = Pair(drain=False)
    session = pair.rollout.sessions["r1"]
    pair.r2.hurt = lambda what: session.close() if what == "commit" else None
    assert pair.push().state == "done"


def test_gates_end_before_the_timer_does_though_the_commit_took_long() -> None:
    pair = Pair(drain=False)
    pair.r2.when["new"] = SHUT["BGP"]
    pair.r2.slow["commit"] = 80
    assert "went back to what it ran before" in pair.push().why
    assert "went back by itself" not in pair.r2.log


def test_who_leaves_between_the_routers_is_told_which_is_done() -> None:
    pair = Pair(drain=False)
    pair.r2.hurt = lambda what: setattr(pair, "stop", True) if what == "confirm" else None
    result = pair.push()
    assert result.state == "stopped"
    assert result.why == "interrupted before r1 was touched"
    assert result.left == {"r2": "changed"}
    assert pair.untouched


def test_a_driver_that_hides_a_refused_line_is_found_out_by_reading_back() -> None:
    """NAP-03: some drivers see one kind of complaint only."""
    from dataclasses import replace

    from generator.push.candidate import Candidate

    pair = Pair(drain=False)
    wrong = Candidate("new", True, lambda running: [] if running == "old" else ["BGP neighbour 172.16.0.2 is missing"])
    pair.rollout.targets = [replace(pair.rollout.targets[0], final=lambda _: wrong)]
    result = pair.push()
    assert result.state == "failed"
    assert "what it runs is not what was sent: BGP neighbour 172.16.0.2 is missing" in result.why
    assert pair.r2.text == "old"


def test_without_a_timer_a_rollback_of_our_own_is_tried() -> None:
    pair = Pair(drain=False, timer=False)
    pair.r2.when["new"] = SHUT["BGP"]
    result = pair.push()
    assert pair.r2.log[-1] == "rollback"
    assert pair.r2.text == "old"
    assert "went back" in result.why


def test_a_router_with_a_pending_commit_is_somebody_elses() -> None:
    pair = Pair()
    pair.r1.deadline, pair.r1.before = 50.0, "older"
    result = pair.rollout.look()
    assert result.state == "refused"
    assert "r1: a commit of somebody waits" in result.why
