"""The traps of drivers that no platform of ours has yet, with the real driver classes and a transport of words.

A platform package may name any of them (`Napalm.driver`), so what the push does about each is held here.  All traps of
E.11, and where each of them is tested:

NAP-01  timers that raise                 test_napalm_traps: the table, test_push: needs ``--without-confirm``
NAP-02  minutes, archive, same user       test_napalm_traps: IOS
NAP-03  lines refused in silence          test_napalm_traps, test_merging, test_rollout
NAP-04  whole files of IOS                test_napalm_traps: commands only, closed by ``end``
NAP-05  rollback to what starts up        here, test_way_back
NAP-06  somebody's session, 24 hours      here, test_napalm_traps: the timer
NAP-07  features of NX-OS                 here
NAP-08  merge line by line                here, test_way_back
NAP-09  messages that raise               test_napalm_traps: the table, IOS
NAP-10  set and curly text                test_napalm_traps: Junos
NAP-11  whole minutes, rollback 1         test_napalm_traps: Junos, test_way_back
NAP-12  a back-up named by its date       test_push: nothing is written over
NAP-13  secondary first                   test_rollout
NAP-14  back-out files                    test_push
NAP-15  dry run, fresh diff               test_push, test_rollout
NAP-16  partial configs are merged        test_napalm_traps, test_merging
"""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("napalm", reason="napalm is not installed")

from napalm.eos.eos import EOSDriver
from napalm.nxapi_plumbing import Device as NxApi
from napalm.nxos.nxos import NXOSDriver

from generator.push.candidate import Candidate
from generator.push.capability import CAPABILITIES
from generator.push.napalm_session import NapalmSession
from generator.push.session import DeviceRefused
from tests.unit.push.test_napalm_traps import session_of


class EosNode:
    """As much of a pyeapi node as the driver types into."""

    def __init__(self, sessions: dict[str, dict[str, str]] | None = None) -> None:
        self.typed: list[str] = []
        self.sessions = sessions or {}

    def run_commands(self, commands: list[str], **_: object) -> list[dict[str, Any]]:
        self.typed += commands
        return [{"sessions": self.sessions, "uptime": 1000} for _ in commands]


def eos(node: EosNode) -> NapalmSession:
    session = session_of("cisco_xe")
    session.able = CAPABILITIES["eos"]
    driver = EOSDriver("r1", "peer", "", optional_args={})
    driver.device, driver.config_session, driver.lock_disable = node, "napalm_1", False
    session.driver = driver
    return session


def test_eos_goes_back_to_what_started_up_not_to_what_ran() -> None:
    """NAP-05: the copy that its rollback loads is made of the start-up config.  `test_way_back` has what follows of it."""
    node = EosNode()
    session = eos(node)
    session.commit(120)
    assert node.typed[-2:] == [
        "copy startup-config flash:rollback-0",
        "configure session napalm_1 commit timer 00:02:00",
    ]
    session.rollback()
    assert "configure replace flash:rollback-0" in node.typed
    assert "running config saved" in session.able.needs


def test_eos_takes_no_message_and_no_timer_of_a_day() -> None:
    """NAP-06, NAP-09: it would begin to count anew at 24 hours."""
    node = EosNode()
    eos(node).commit(200_000)
    assert node.typed[-1].endswith("commit timer 23:59:59")


def test_a_session_of_somebody_else_on_eos_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """NAP-06: nothing is loaded beside it, and it says what to do about it."""
    monkeypatch.setattr("napalm.eos.eos.time.sleep", lambda _: None)
    session = eos(EosNode({"somebody": {"state": "pending"}}))
    session.driver._obtain_lock = lambda **_: session.driver._lock()  # type: ignore[union-attr]
    with pytest.raises(DeviceRefused, match="already in use"):
        session.load(Candidate("hostname r1", True))
    assert "configure session napalm_1" not in session.driver.device.typed  # type: ignore[union-attr]


class NxosApi(NxApi):  # type: ignore[misc]
    """As much of NX-API as the driver types into.  Line by line, until one is refused."""

    def __init__(self, refuse: str = "") -> None:
        self.running: list[str] = []
        self.checkpoint: list[str] = []
        self.refuse = refuse
        self.saved = 0

    def config_list(self, commands: list[str]) -> list[str]:
        for one in commands:
            if one.startswith("checkpoint"):
                self.checkpoint = list(self.running)
            elif one == self.refuse:
                raise RuntimeError("Invalid command")
            elif "dont-ask" not in one:
                self.running.append(one)
        return []

    def show(self, command: str, raw_text: bool = False) -> str:
        return "71803 rollback_config.txt"

    def rollback(self, name: str) -> None:
        self.running = list(self.checkpoint)

    def save(self, filename: str) -> bool:
        self.saved += 1
        return True


def nxos(api: NxosApi) -> NapalmSession:
    session = session_of("cisco_xe")
    session.able = CAPABILITIES["nxos"]
    driver = NXOSDriver("r1", "peer", "", optional_args={})
    driver.device = api
    session.driver = driver
    return session


def test_nxos_saves_with_the_commit_so_a_reload_is_no_way_back() -> None:
    """NAP-08, NAP-01: nor has it a timer, which is why it needs ``--without-confirm``."""
    api = NxosApi()
    session = nxos(api)
    session.load(Candidate("a\nb", False))
    session.commit(120)
    assert api.running == ["a", "b"]
    assert api.saved == 1
    assert not session.able.timer


def test_a_line_that_nxos_refuses_takes_those_before_it_back() -> None:
    """NAP-08: a merge is no transaction; the driver's checkpoint makes it one."""
    api = NxosApi(refuse="b")
    session = nxos(api)
    session.load(Candidate("a\nb\nc", False))
    with pytest.raises(DeviceRefused, match="automatic rollback attempted"):
        session.commit(None)
    assert api.running == []


def test_what_nxos_refused_is_not_sent_again_with_what_undoes_the_commit_before() -> None:
    """NAP-08: the driver adds a second candidate to the first."""
    api = NxosApi(refuse="b")
    session = nxos(api)
    session.load(Candidate("a\nb", False))
    with pytest.raises(DeviceRefused):
        session.commit(None)
    session.load(Candidate("no drain", False))
    session.commit(None)
    assert api.running == ["no drain"]


def test_a_refusal_says_what_the_driver_needs() -> None:
    """NAP-07, NAP-02: the first push to a router fails for a feature that is not set up."""
    session = nxos(NxosApi(refuse="a"))
    session.load(Candidate("a", False))
    with pytest.raises(DeviceRefused, match=r"\(its driver needs features nxapi and scp-server"):
        session.commit(None)
