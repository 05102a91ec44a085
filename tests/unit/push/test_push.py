"""The whole push, from an inventory on disk to routers of words: diffs, agreement, waves, journal, locks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from generator import api
from generator.cli import codes, main
from generator.model.outcome import Refused
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.push.access import Access, access
from generator.push.back_out import BackOut
from generator.push.candidate import Candidate
from generator.push.journal import Journal, finished
from generator.push.locks import held
from generator.push.outcome import PairResult
from generator.push.push import PushOptions, PushResult
from generator.push.report import push_json, push_text
from generator.push.session import Session
from generator.push.waves import carry_out
from generator.push.world import Options
from tests.inventories import BASE, changed
from tests.unit.push.as_planned import as_planned
from tests.unit.push.fakes import Clock, FakeSession, Router
from tests.unit.push.shipped import written

pytest.importorskip("nornir", reason="nornir is not installed")

QUICK = Options(revert_in=100, gate_timeout=1, poll=0.01, settle=0, reach=0.1)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Journal and locks of a test are its own."""
    monkeypatch.setenv("PEERWRIGHT_STATE", str(tmp_path))
    monkeypatch.setenv("PEERWRIGHT_TEST_KEY", "Abc12345")
    return tmp_path


def inventory(**values: object) -> Path:
    """Two Linux routers."""
    text = changed(BASE, routers__pe1__platform="linux_frr", routers__pe2__platform="linux_frr", **values)
    return written(text.replace("TenGigabitEthernet0/1/0", "eth1").replace("GigabitEthernet0/0/1", "eth2"))


@dataclass
class Network:
    """Routers that show what their plan says, unless they are told to be bad."""

    clock: Clock = field(default_factory=Clock)
    routers: dict[str, Router] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)

    def session(self, plan: DevicePlan, reach: Access, secrets: Sequence[Secret]) -> Session:
        if plan.name not in self.routers:
            self.routers[plan.name] = Router(self.clock, seen=as_planned(plan, good=plan.name not in self.bad))
        return FakeSession(self.routers[plan.name])

    def push(self, path: Path, agree: Callable[[PushResult], bool] = lambda _: True, **words: object) -> PushResult:
        options = PushOptions(rollout=QUICK, **words)  # type: ignore[arg-type]
        return api.push(path, options, agree=agree, make_session=self.session)


def test_a_dry_run_is_the_default_and_changes_nothing() -> None:
    network = Network()
    result = network.push(inventory())
    assert not result.committed
    assert {router.text for router in network.routers.values()} == {"old"}
    assert "would change" in push_text(result, color=False, diffs=True)
    assert "nothing was changed: a dry run" in push_text(result, color=False, diffs=True)


def test_a_commit_is_shown_first_and_happens_only_if_agreed_to(state: Path) -> None:
    network = Network()
    shown: list[PushResult] = []
    result = network.push(inventory(), agree=lambda found: bool(shown.append(found)), commit=True)
    assert shown[0].pairs[0].diffs.keys() == {"pe1", "pe2"}
    assert result.declined
    assert network.routers["pe1"].text == "old"
    assert not (state / "push.jsonl").exists()


def test_a_commit_that_is_agreed_to_is_in_the_journal(state: Path) -> None:
    network = Network()
    result = network.push(inventory(), commit=True)
    assert result.good
    assert result.pairs[0].changed == ["pe2", "pe1"]
    events = [json.loads(line) for line in (state / "push.jsonl").read_text().splitlines()]
    assert events[-1]["step"] == "pair"
    assert events[-1]["outcome"] == "done"
    assert "Abc12345" not in (state / "push.jsonl").read_text() + push_json(result)


def test_the_way_back_is_on_disk_before_anything_is_committed(state: Path) -> None:
    """NAP-14, NAP-12: for its owner only, named in the report, and never written over by the next push."""
    network = Network()
    found: list[Path] = []
    hurt = lambda what: found.extend(state.glob("back-out/*/pe2.before")) if what == "commit" else None  # noqa: E731

    def session(plan: DevicePlan, reach: Access, secrets: Sequence[Secret]) -> Session:
        made = network.session(plan, reach, secrets)
        network.routers["pe2" if plan.name == "pe2" else "pe1"].hurt = hurt if plan.name == "pe2" else lambda _: None
        return made

    options = PushOptions(commit=True, rollout=QUICK)
    result = api.push(inventory(), options, agree=lambda _: True, make_session=session)
    assert result.good
    assert found[0].read_text() == "old"
    assert found[0].stat().st_mode & 0o777 == 0o600
    assert found[0].parent.stat().st_mode & 0o777 == 0o700
    assert result.pairs[0].back_out.keys() == {"pe1", "pe2"}
    assert f"way back  pe2: {found[0]}" in push_text(result, color=False, diffs=False)
    assert json.loads(push_json(result))["pairs"][0]["left"] == {"pe2": "changed", "pe1": "changed"}


def test_a_way_back_that_cannot_be_kept_stops_the_push(state: Path) -> None:
    (state / "back-out").write_text("in the way")
    network = Network()
    result = network.push(inventory(), commit=True)
    assert "pe2: cannot keep the way back in" in result.pairs[0].why
    assert {router.text for router in network.routers.values()} == {"old"}


def test_a_way_back_is_never_written_over(tmp_path: Path) -> None:
    kept = BackOut(tmp_path)
    paths = kept.keep("r1", "hostname r1", Candidate("x", False, back="no x"))
    assert [one.read_text() for one in paths] == ["hostname r1", "no x"]
    with pytest.raises(Refused, match="nothing was sent"):
        kept.keep("r1", "another", Candidate("y", True))
    assert paths[0].read_text() == "hostname r1"


def test_resume_leaves_out_what_is_done_but_not_what_is_to_be_something_else() -> None:
    network, path = Network(), inventory()
    network.push(path, commit=True)
    again = network.push(path, commit=True, resume=True)
    assert again.pairs == []
    assert again.notes == ["ams was finished before"]
    different = inventory(customers__alpha__onprem=["10.1.0.0/16"])
    assert [one.pair for one in Network().push(different, commit=True, resume=True).pairs] == ["ams"]


def test_only_one_router_is_changed_and_the_other_watched() -> None:
    network = Network()
    result = api.push(
        inventory(),
        PushOptions(commit=True, rollout=QUICK),
        only=("pe1",),
        agree=lambda _: True,
        make_session=network.session,
    )
    assert result.pairs[0].changed == ["pe1"]
    assert network.routers["pe2"].text == "old"


def test_a_name_that_is_neither_customer_nor_router_is_refused() -> None:
    with pytest.raises(Refused, match="no customer and no router 'pe9'"):
        api.push(inventory(), PushOptions(), only=("pe9",), make_session=Network().session)


def test_an_inventory_with_errors_is_not_even_compared() -> None:
    network = Network()
    result = network.push(
        inventory(customers__alpha__circuits={"a": {"peerings": {"private": {"azure_vlan": 0, "v4": "172.31.0.0/28"}}}})
    )
    assert result.check.stopped
    assert not network.routers


def test_a_driver_without_a_timer_needs_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    from generator.push import targets
    from generator.push.capability import Capability

    monkeypatch.setattr(targets, "capability", lambda _: Capability())
    network = Network()
    dry = network.push(inventory())
    assert "pe2 has no commit timer" in " ".join(dry.notes)
    with pytest.raises(Refused, match="cannot go back by itself") as caught:
        network.push(inventory(), commit=True)
    assert "--without-confirm" in caught.value.fix
    assert network.push(inventory(), commit=True, without_confirm=True).good


def test_two_pushes_at_once_exclude_each_other(state: Path) -> None:
    network, path = Network(), inventory()
    refused: list[str] = []

    def second(_: PushResult) -> bool:
        with pytest.raises(Refused) as caught:
            network.push(path, commit=True)
        refused.append(caught.value.message)
        return False

    network.push(path, agree=second, commit=True)
    assert "another push is at work on pe1:22" in refused[0]
    with held(["pe1:22"], state):
        pass  # the lock went with the first push


def test_locks_of_different_routers_do_not_meet(state: Path) -> None:
    with held(["a:22", "b:22"], state), held(["c:22"], state):
        pass


# ---------------------------------------------------------------------------- waves


def waves(names: list[str], bad: str = "", at_once: int = 3) -> tuple[list[PairResult], list[str], list[int]]:
    begun: list[str] = []
    at_work: list[int] = []
    now, lock = [0], threading.Lock()

    def work(name: str) -> PairResult:
        with lock:
            begun.append(name)
            now[0] += 1
            at_work.append(now[0])
        threading.Event().wait(0.01)
        with lock:
            now[0] -= 1
        return PairResult(name, "failed" if name == bad else "done")

    return carry_out(names, work, at_once=at_once, stop=threading.Event()), begun, at_work


def test_the_canary_is_alone_and_the_others_never_more_than_asked_for() -> None:
    results, begun, at_work = waves([f"p{number}" for number in range(20)])
    assert all(one.good for one in results)
    assert at_work[0] == at_work[1] == 1 or begun[0] == "p0"
    assert begun[0] == "p0"
    assert max(at_work) == 3


def test_a_canary_that_fails_is_the_only_one() -> None:
    results, begun, _ = waves(["p0", "p1", "p2"], bad="p0")
    assert begun == ["p0"]
    assert [one.state for one in results] == ["failed", "skipped", "skipped"]


def test_after_the_first_failure_nobody_begins() -> None:
    results, begun, _ = waves([f"p{number}" for number in range(40)], bad="p5", at_once=2)
    assert len(begun) < 12
    assert results[-1].state == "skipped"


def test_a_pair_that_fails_stops_the_push_and_names_what_was_not_touched() -> None:
    network = Network(bad={"pe2"})
    result = network.push(inventory(), commit=True)
    assert not result.good
    text = push_text(result, color=False, diffs=False)
    assert "gate shut" in text
    assert "not touched  pe1" in text
    assert network.routers["pe1"].text == "old"


# ------------------------------------------------------------------ journal and access


def test_a_journal_with_a_torn_last_line_is_read(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    journal.write(pair="a", step="pair", outcome="done", wanted="1")
    journal.write(pair="b", step="pair", outcome="failed", wanted="1")
    journal.close()
    with (tmp_path / "j").open("a") as stream:
        stream.write('{"pair": "b", "step": "pa')
    assert finished(tmp_path / "j", {"a": "1", "b": "1", "c": "1"}) == {"a"}
    assert finished(tmp_path / "j", {"a": "2"}) == set()
    assert (tmp_path / "j").stat().st_mode & 0o777 == 0o600


def test_access_is_from_the_inventory_then_the_environment_then_the_name(tmp_path: Path) -> None:
    from generator.inventory.connect import Connect

    environment = {"PEERWRIGHT_USERNAME": "env", "PEERWRIGHT_PASSWORD": "K3y", "PEERWRIGHT_SSH_CONFIG": "ssh_config"}
    bare = access("r1", None, tmp_path, environment)
    assert (bare.host, bare.username, bare.password.reveal()) == ("r1", "env", "K3y")
    assert bare.ssh_config == str(tmp_path / "ssh_config")
    assert "K3y" not in repr(bare)
    spec = Connect(host="192.0.2.1", port=2222, username="own", jump="bastion")
    said = access("r1", spec, tmp_path, environment)
    assert (said.host, said.username, said.jump, said.place) == ("192.0.2.1", "own", "bastion", "192.0.2.1:2222")
    with pytest.raises(Refused, match="router r1: secret env:NOT_SET_ANYWHERE cannot be resolved"):
        access("r1", Connect(password="env:NOT_SET_ANYWHERE"), tmp_path, {})


# ------------------------------------------------------------------------------ command


def test_the_command_prints_a_dry_run_and_says_when_a_router_is_out_of_reach(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("Host pe*\n  HostName 127.0.0.1\n  Port 1\n")
    monkeypatch.setenv("PEERWRIGHT_SSH_CONFIG", str(tmp_path / "config"))
    assert main(["push", str(inventory())]) == codes.DEVICE
    out = capsys.readouterr().out
    assert "pe2: cannot connect to pe2: " in out
    assert out.endswith("nothing was changed\n")


def test_the_command_asks_only_where_somebody_can_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["push", str(inventory()), "--commit"]) == codes.USAGE
    assert "--yes changes the routers without asking" in capsys.readouterr().err


def test_gates_must_end_before_the_timer_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["push", str(inventory()), "--gate-timeout", "300"]) == codes.USAGE
    assert "go back after 300 s" in capsys.readouterr().err


def test_without_napalm_the_command_says_how_to_get_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert main(["push", str(inventory())]) == codes.USAGE
    assert "pip install 'peerwright[push]'" in capsys.readouterr().err


def test_help_and_check_do_not_pay_for_the_push() -> None:
    import subprocess
    import sys

    code = "import sys; from generator.cli import main; main(['push', '--help']); print([m for m in ('napalm', 'nornir', 'paramiko') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.endswith("[]\n")


def test_rows_of_the_result_are_for_programs_too() -> None:
    network = Network()
    value = json.loads(push_json(network.push(inventory())))
    assert value["pairs"][0]["state"] == "would_change"
    assert value["committed"] is False
    assert replace(PairResult("x"), state="failed").good is False
