"""Commands instead of files: what goes is removed, a drain goes back, and what a driver does not see is seen."""

from __future__ import annotations

from dataclasses import replace as changed
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("napalm", reason="napalm is not installed")

from generator.inventory.intent import Intent
from generator.model.outcome import Refused
from generator.model.plan import DevicePlan, Plan
from generator.model.secret import Secret
from generator.pipeline import read_inventory
from generator.plan import plan
from generator.platforms import load
from generator.push import merging
from generator.push.access import Access
from generator.push.candidate import bundle, differences, intended
from generator.push.drain import Drain, drained, drained_sessions
from generator.push.outcome import PairResult
from generator.push.rollout import Rollout
from generator.push.state import expectation
from generator.push.targets import pair_targets
from generator.push.world import Options
from tests.inventories import BASE
from tests.inventories import changed as edited
from tests.unit.push.fakes import Clock, world
from tests.unit.push.ios_router import IosRouter, IosSession
from tests.unit.push.shipped import shipped, written

QUICK = Options(revert_in=120, gate_timeout=1, poll=0.01, settle=0, reach=0.1)


@cache
def planned(name: str) -> dict[str, DevicePlan]:
    loaded = read_inventory(shipped(name))
    assert loaded.intent is not None
    return plan(loaded.intent).plan.devices


def both(**values: object) -> tuple[Intent, Plan]:
    loaded = read_inventory(written(edited(BASE, **values)))
    assert loaded.intent is not None
    return loaded.intent, plan(loaded.intent).plan


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERWRIGHT_TEST_KEY", "Abc12345")


# ------------------------------------------------------------------------------ commands


@pytest.mark.parametrize(("name", "router"), [("fjellmark", "r2"), ("northlake", "pe1"), ("hollins", "ce2")])
@pytest.mark.parametrize("how", ["prepend", "local_preference", "shutdown"])
def test_every_drain_is_commands_there_and_back(name: str, router: str, how: Drain) -> None:
    device = planned(name)[router]
    running, there = bundle(intended(device)), drained(device, how)
    first = merging.drain(device, running, how)
    assert first is not None
    assert first.problems(bundle(intended(there))) == []
    back = merging.commands(device, bundle(intended(there)), known=intended(there))
    assert back.text
    assert back.problems(running) == []
    assert not merging.commands(device, running).text
    assert merging.drain(device, bundle(intended(there)), how) is None


def test_a_closed_session_of_junos_is_switched_off_and_on_not_taken_away() -> None:
    device = planned("hollins")["ce1"]
    there = merging.drain(device, bundle(intended(device)), "shutdown")
    assert there is not None
    assert {line.split()[0] for line in there.text.splitlines()} == {"deactivate"}
    assert {line.split()[0] for line in there.back.splitlines()} == {"activate"}
    assert len(there.text.splitlines()) == len(drained_sessions(device))


def test_keys_are_in_what_is_sent_and_in_nothing_that_is_shown() -> None:
    device = planned("fjellmark")["r1"]
    made = merging.commands(device, "hostname r1\nend\n")
    secrets = [one.password.reveal() for one in device.facts.neighbors.values() if one.password is not None]
    assert secrets
    assert all(isinstance(one, str) and one in made.text and one not in made.shown for one in secrets)
    assert not any(isinstance(one, Secret) for one in secrets)


def test_what_was_to_go_and_is_there_is_a_problem() -> None:
    """NAP-03: the plan has all that it asks for, so nothing else would notice."""
    _, more = both(customers__alpha__onprem=["10.1.0.0/16"])
    old = more.devices["pe1"]
    running = bundle(intended(old)).replace("end\n", "ip prefix-list ALPHA-AMS-OLD seq 5 permit 10.7.0.0/16\nend\n")
    known = {"running.cfg": running}
    made = merging.commands(old, running, known=known)
    assert "no ip prefix-list ALPHA-AMS-OLD" in made.text
    assert differences(old, running) == []
    assert made.problems(running) == ["prefix list ALPHA-AMS-OLD (IPv4) is still there"]
    assert made.problems(bundle(intended(old))) == []


def test_a_platform_that_nobody_can_change_is_refused_before_anybody_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    intent, everything = both()
    without = changed(load("cisco_xe"), change=None)
    monkeypatch.setattr(merging, "load", lambda _: without)
    with pytest.raises(Refused, match="its package does not say how it is changed"):
        pair_targets(intent, everything, (), Path())


# ------------------------------------------------------------------- the real IOS driver


class Pair:
    """Two IOS-XE routers that run an earlier plan, and the push of the plan of now."""

    def __init__(self, **values: object) -> None:
        _, before = both(customers__alpha__onprem=["10.1.0.0/16", "10.7.0.0/16"])
        intent, now = both(customers__alpha__onprem=["10.1.0.0/16"], **values)
        target = pair_targets(intent, now, (), Path())[0]
        self.plans = target.plans
        foreign = "snmp-server contact us\nend\n"
        runs = {name: bundle(intended(one)).removesuffix("end\n") + foreign for name, one in before.devices.items()}
        self.routers = {name: IosRouter(one, runs[name]) for name, one in target.plans.items()}
        self.old = {name: one.running for name, one in self.routers.items()}
        sessions = {}
        for name, one in target.plans.items():
            sessions[name] = IosSession(one, Access(name, "peer"), target.secrets, "")
            sessions[name].router = self.routers[name]
        wanted = {name: expectation(one) for name, one in target.plans.items()}
        self.rollout = Rollout("ams", target.targets, sessions, wanted, QUICK, world(Clock()))

    def push(self) -> PairResult:
        found = self.rollout.look()
        return self.rollout.change() if found.good else found


def test_a_drain_by_prepend_there_and_back_on_ios() -> None:
    pair = Pair()
    # While the old config is drained, the world is that of the old plan; here both see what the new one says.
    result = pair.push()
    assert result.state == "done", result.why
    assert result.changed == ["pe2", "pe1"]
    for name, router in pair.routers.items():
        first, change, last = router.merged
        assert "set as-path prepend" in first
        assert "10.7.0.0/16" not in first
        assert "no ip prefix-list" in change
        assert " no set as-path prepend" in last
        assert all(one.endswith("end\n") for one in router.merged)
        assert differences(pair.plans[name], router.running) == []
        assert "10.7.0.0/16" not in router.running
        assert "as-path prepend" not in router.running
        assert "snmp-server contact us" in router.running
        assert not router.pending


@pytest.mark.parametrize("name", ["fjellmark", "northlake"])
def test_every_line_of_a_file_that_ios_merges_comes_in_its_mode(name: str) -> None:
    """The router reads no indentation: an ``exit`` too few, and a line belongs to the block before."""
    device = next(iter(planned(name).values()))
    one = IosRouter(device, f"hostname {device.facts.hostname}\nend\n")
    one.merge(merging.commands(device, one.running).text)
    assert differences(device, one.running) == []


def test_a_second_push_has_nothing_to_do() -> None:
    pair = Pair()
    pair.push()
    assert pair.rollout.look().diffs == {"pe2": "", "pe1": ""}


def test_a_removal_that_ios_refuses_in_silence_takes_the_router_back() -> None:
    """NAP-03: the driver sees "Invalid input detected" only."""
    pair = Pair()
    pair.rollout.targets = [changed(one, drained=None) for one in pair.rollout.targets]
    found = pair.rollout.look()
    line = next(one for one in found.diffs["pe2"].splitlines() if one.strip().startswith("no "))
    pair.routers["pe2"].refuse = line.strip()
    result = pair.rollout.change()
    assert result.state == "failed"
    assert "what it runs is not what was sent" in result.why
    assert "went back to what it ran before" in result.why
    assert pair.routers["pe2"].running == pair.old["pe2"]
    assert pair.routers["pe1"].merged == []
