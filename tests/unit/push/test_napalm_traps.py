"""The traps of NAPALM's drivers (domain rules E.11), with the real driver classes and a transport of words."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

pytest.importorskip("napalm", reason="napalm is not installed")

from napalm import get_network_driver
from napalm.base.exceptions import CommitConfirmException
from napalm.ios.ios import IOSDriver
from napalm.junos.junos import JunOSDriver

from generator.model.facts import Facts
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.platforms import known, load
from generator.push.access import Access
from generator.push.candidate import Candidate
from generator.push.capability import CAPABILITIES, Capability, timer
from generator.push.napalm_session import NapalmSession, digest_of, masked
from generator.push.session import DeviceRefused
from tests.unit.push.ios_router import Driver, IosTerminal


def ios(terminal: IosTerminal) -> NapalmSession:
    session = session_of("cisco_xe")
    driver = Driver("r1", "peer", "", optional_args={})
    driver.device = terminal
    session.driver = driver
    return session


def junos() -> tuple[NapalmSession, Any]:
    session = session_of("juniper_junos")
    driver = JunOSDriver("r1", "peer", "", optional_args=session.options())
    driver.device = MagicMock()
    session.driver = driver
    return session, driver.device


def session_of(platform: str, *secrets: Secret, message: str = "a change") -> NapalmSession:
    plan = DevicePlan(name="r1", platform=platform, title="", facts=Facts(hostname="r1"), sessions=(), origins={})
    return NapalmSession(plan, Access("r1", "peer"), secrets, message)


# ------------------------------------------------------------------ table (NAP-01, NAP-09)


@pytest.mark.parametrize(
    "name", [one for one in CAPABILITIES if one not in ("asa", "panos", "vyos", "fortios", "linux_frr")]
)
def test_the_table_says_what_the_drivers_do(name: str) -> None:
    """NAP-01, NAP-09: by the code of each driver itself, so that a new NAPALM is noticed."""
    source = inspect.getsource(get_network_driver(name).commit_config)
    able = CAPABILITIES[name]
    refuses_timer = "Commit confirm has not been implemented" in source
    assert able.timer == (not refuses_timer)
    assert able.message == ("Commit message not implemented" not in source)


def test_platforms_promise_what_their_driver_can_do() -> None:
    for name in known():
        napalm = load(name).napalm
        able = CAPABILITIES[napalm.driver]
        assert napalm.commit_confirm == able.timer, name
        assert able.replace or not napalm.replace, name
        assert able.merge or not napalm.merge, name


@pytest.mark.parametrize(
    ("able", "asked", "given"),
    [
        (CAPABILITIES["ios"], 90, 120),
        (CAPABILITIES["ios"], 10, 60),
        (CAPABILITIES["ios"], 99999, 7200),
        (CAPABILITIES["junos"], 61, 120),
        (CAPABILITIES["eos"], 99999, 86399),
        (CAPABILITIES["nxos"], 60, None),
        (Capability(timer=True), 61, 61),
    ],
)
def test_the_timer_is_what_the_driver_takes_and_never_shorter_than_asked(
    able: Capability, asked: int, given: int | None
) -> None:
    """NAP-02, NAP-06, NAP-11."""
    assert timer(able, asked) == given


# ------------------------------------------------------------------------------ IOS


def test_ios_gets_no_message_and_a_timer_in_minutes() -> None:
    """NAP-09, NAP-02: a message raises, and seconds are rounded down."""
    terminal = IosTerminal()
    ios(terminal).commit(90)
    assert "configure terminal revert timer 2" in terminal.typed
    assert "copy flash:/merge_config.txt running-config" in terminal.typed


def test_ios_saves_only_what_is_confirmed() -> None:
    """NAP-02: start-up is not written until the confirmation, so a reload is a way back too."""
    terminal = IosTerminal()
    session = ios(terminal)
    session.commit(120)
    assert terminal.saved == 0
    terminal.answers["show archive config rollback timer"] = "Time configured(UTC): now\nUser: peer"
    session.confirm()
    assert terminal.saved == 1
    assert "configure confirm" in terminal.typed


def test_ios_without_archive_refuses_a_timer() -> None:
    """NAP-02: told as a refusal of the router, not as a bug."""
    with pytest.raises(DeviceRefused, match="archive"):
        ios(IosTerminal({"show archive": "Archive feature not enabled"})).commit(120)


def test_ios_confirms_only_its_own_commit() -> None:
    """NAP-02: only the same user may confirm."""
    terminal = IosTerminal({"show archive config rollback timer": "Time configured(UTC): now\nUser: somebody"})
    with pytest.raises(DeviceRefused, match="not owned by peer"):
        ios(terminal).confirm()


def test_ios_passes_a_refused_line_over_in_silence() -> None:
    """NAP-03: why the rollout reads the running config back after every commit (`test_rollout` has that story)."""
    terminal = IosTerminal({"copy": "% Cannot enable bfd on this interface\n"})
    ios(terminal).commit(None)
    assert any(one.startswith("copy ") for one in terminal.typed)


def test_ios_rolls_back_at_once_where_a_timer_runs() -> None:
    terminal = IosTerminal({"show archive config rollback timer": "Time configured(UTC): now\nUser: peer"})
    ios(terminal).rollback()
    assert "configure revert now" in terminal.typed


def test_partial_configs_are_merged_never_put_in_place_of_the_whole() -> None:
    """NAP-16, NAP-04: the router's own lines (users, AAA) are not ours."""
    from generator.pipeline import read_inventory
    from generator.plan import plan
    from generator.push.merging import commands
    from tests.unit.push.shipped import shipped

    loaded = read_inventory(shipped("fjellmark"))
    assert loaded.intent is not None
    device = plan(loaded.intent).plan.devices["r1"]
    made = commands(device, "hostname r1\nend\n")
    assert not made.replace
    assert made.text.endswith("\nend\n")


# ---------------------------------------------------------------------------- Junos


def test_junos_timer_is_whole_minutes() -> None:
    """NAP-11: the driver refuses others."""
    session, device = junos()
    with pytest.raises(CommitConfirmException):
        session.driver.commit_config(revert_in=61)  # type: ignore[union-attr]
    session.commit(61)
    assert device.cu.commit.call_args.kwargs["confirm"] == 2
    assert "comment" not in device.cu.commit.call_args.kwargs, "the driver tells by it whether a commit waits"
    session.commit(None)
    assert device.cu.commit.call_args.kwargs["comment"] == "a change"


def test_junos_takes_our_text_as_commands_and_locks_the_candidate() -> None:
    """NAP-10: the format is guessed from the first token, so no comment may stand before the first command."""
    from generator.pipeline import read_inventory
    from generator.plan import plan
    from generator.push.merging import commands
    from tests.inventories import BASE, changed
    from tests.unit.push.shipped import written

    text = changed(BASE, routers__pe1__platform="juniper_junos", routers__pe2__platform="juniper_junos")
    text = text.replace("TenGigabitEthernet0/1/0", "xe-0/1/0").replace("GigabitEthernet0/0/1", "xe-0/1/1")
    loaded = read_inventory(written(text))
    assert loaded.intent is not None
    device = plan(loaded.intent).plan.devices["pe1"]
    session, transport = junos()
    session.load(commands(device, "system {\n    host-name pe1;\n}\n"))
    assert transport.cu.lock.called
    assert transport.cu.load.call_args.kwargs["format"] == "set"
    assert transport.cu.load.call_args.kwargs["overwrite"] is False


def test_junos_checks_host_keys() -> None:
    """The driver has no option for it, and its library checks none unless told to."""
    from generator.push.napalm_session import _check_host_keys

    driver = JunOSDriver("r1", "peer", "", optional_args={})
    assert driver.device._hostkey_verify is False
    _check_host_keys(driver)
    assert driver.device._hostkey_verify is True


def test_netmiko_checks_host_keys() -> None:
    driver = IOSDriver("r1", "peer", "", optional_args=session_of("cisco_xe").options())
    assert driver.netmiko_optional_args["ssh_strict"] is True
    assert driver.netmiko_optional_args["system_host_keys"] is True


# ------------------------------------------------------------------------- all of them


def test_a_clock_in_a_running_config_is_no_change() -> None:
    old = "!\n! Last configuration change at 10:00:01 UTC Mon Nov 2 2026 by peer\n!\nhostname r1\n"
    assert digest_of(old) == digest_of(old.replace("10:00:01", "11:11:11"))
    assert digest_of(old) != digest_of(old.replace("hostname r1", "hostname r2"))


@pytest.mark.parametrize(
    "line",
    [
        "+ neighbor 10.0.0.2 password 7 K3y.of-ours",
        "+   pre-shared-key local K3y.of-ours",
        '+    pre-shared-key ascii-text "K3y.of-ours";',
        "+    authentication-key K3y.of-ours;",
        "-snmp-server community K3y.of-ours RO",
        "+        secret = K3y.of-ours",
        "+  key-string 7 K3y.of-ours",
        "+ username x secret 9 K3y.of-ours",
    ],
)
def test_keys_are_masked_in_diffs_known_or_not(line: str) -> None:
    assert "K3y" not in masked(line, ())
    assert "••••" in masked(line, ())


def test_a_known_key_is_masked_wherever_it_stands() -> None:
    assert masked("% Invalid input: K3y.of-ours", [Secret("K3y.of-ours", "env:X")]) == "% Invalid input: ••••"


def test_an_exception_of_a_driver_never_shows_a_key() -> None:
    session = session_of("cisco_xe", Secret("K3y.of-ours", "env:X"))
    session.driver = SimpleNamespace(
        load_merge_candidate=MagicMock(side_effect=ValueError("line 3: neighbor x password K3y.of-ours"))
    )
    with pytest.raises(DeviceRefused) as caught:
        session.load(Candidate("", replace=False))
    assert "K3y" not in str(caught.value)
    assert caught.value.__suppress_context__
