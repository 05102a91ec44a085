"""Which engine is taken, why, and what is said where none is to be had."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generator.lab.engine import probe as probing
from generator.lab.engine import uml
from generator.lab.engine.probe import TRIES, Engine, Probe, choose, probe, require_root, script
from generator.model.outcome import Refused

STOCK = Probe(())
BARE = Probe(("VLAN", "VRF", "ESP"))
NOTHING = Probe((), namespaces=False)


@pytest.fixture
def without_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uml, "cached", lambda: None)
    monkeypatch.setattr(uml, "missing", lambda: ["flex", "bc"])


@pytest.fixture
def with_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uml, "cached", lambda: Path("/somewhere/linux"))


def test_a_stock_kernel_is_taken_as_it_is(with_kernel: None) -> None:
    assert choose(None, STOCK).engine is Engine.NATIVE


def test_user_mode_linux_where_the_kernel_lacks_something_and_it_is_said_what(with_kernel: None) -> None:
    choice = choose(None, BARE)
    assert choice.engine is Engine.UML
    assert "no VLAN, VRF, ESP" in choice.reason


def test_the_smoke_tier_where_no_kernel_can_be_built(without_kernel: None) -> None:
    choice = choose(None, BARE)
    assert choice.engine is Engine.FLAT
    assert "flex, bc" in choice.reason


@pytest.mark.parametrize(
    ("wanted", "found", "message", "fix"),
    [
        (Engine.NATIVE, BARE, "no VLAN, VRF, ESP", "--engine uml"),
        (Engine.UML, BARE, "packages for that are missing", "apt-get install flex bc"),
        (Engine.FLAT, NOTHING, "gives no namespaces", "--engine uml"),
        (None, NOTHING, "gives no namespaces", "apt-get install flex bc"),
    ],
)
def test_what_cannot_run_is_refused_with_the_way_out(
    without_kernel: None, wanted: Engine | None, found: Probe, message: str, fix: str
) -> None:
    with pytest.raises(Refused, match=message) as refused:
        choose(wanted, found)
    assert fix in refused.value.fix


def test_a_kernel_without_bridges_has_not_even_the_smoke_tier() -> None:
    assert Probe(("VLAN",)).flat
    assert not Probe(("bridge",)).flat


def test_everybody_but_root_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Refused, match="needs root") as refused:
        require_root()
    assert refused.value.fix.startswith("sudo peerwright lab")


def test_software_that_is_not_installed_is_named_by_its_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(probing, "FOLDERS", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(Refused) as refused:
        probing.require_programs()
    for package in ("frr", "bird2", "nftables", "strongswan-charon", "openssh-server"):
        assert package in refused.value.fix.split()


def test_the_script_tries_everything_and_names_what_fails() -> None:
    text = script()
    assert all(f"echo '{name}'" in text for name in TRIES)


@pytest.mark.skipif(os.geteuid() != 0, reason="it needs root")
def test_the_probe_says_what_this_very_kernel_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """One try that must succeed anywhere, one that must fail anywhere, and nothing is left on the machine."""
    before = Path("/proc/self/mountinfo").read_text(), sorted(Path("/sys/class/net").iterdir())
    monkeypatch.setattr(probing, "TRIES", {"loopback": "ip link show lo", "magic": "ip link add x type nosuchkind"})
    assert probe() == Probe(("magic",))
    assert (Path("/proc/self/mountinfo").read_text(), sorted(Path("/sys/class/net").iterdir())) == before
