"""The whole lab in a kernel of its own: two tags, VRFs, tunnels, as the routers of the inventory really have them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator.lab.engine.probe import Engine
from tests.lab.conftest import ROOT, Command, copy_of
from tests.lab.shared import alone, common_folder, shared
from tests.lab.test_flat import left
from tests.lab_needs import need

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1)]
"""Once more, with a lab booted anew: a machine that others keep busy may have no time for the kernel in user mode."""

Booted = tuple[str, Path, Callable[[], None]]


@pytest.fixture(scope="module")
def booted(tmp_path_factory: pytest.TempPathFactory, peerwright: Command) -> Iterator[Booted]:
    need(Engine.UML)
    folder = common_folder(tmp_path_factory)
    inventory = copy_of("fjellmark-linux", folder, "uml")

    def up() -> None:
        # A prefix more than the inventory has: the push takes it away again.
        onprem = inventory / "fjellmark.yaml"
        onprem.write_text(onprem.read_text().replace("onprem: [10.20.0.0/16]", "onprem: [10.20.0.0/16, 10.21.0.0/16]"))
        ran = peerwright("lab", "up", str(inventory), "--engine", "uml", "--format", "json", seconds=580)
        said = json.loads(ran.stdout) if ran.stdout else ran.stderr
        assert ran.returncode == 0, said
        assert said["not_established"] == []

    def down() -> None:
        assert peerwright("lab", "down", inventory.name).returncode == 0
        assert left(inventory.name) == []

    with shared(folder, "uml", up, down) as lock:

        def again() -> None:
            down()
            up()

        yield inventory.name, lock, again


@pytest.fixture
def lab(booted: Booted, peerwright: Command) -> Iterator[str]:
    name, lock, again = booted
    with alone(lock):
        if not answers(peerwright, name):
            again()
        yield name


def answers(peerwright: Command, lab: str) -> bool:
    """Whether the lab's kernel is alive."""
    try:
        return peerwright("lab", "shell", lab, "r1", "--", "true", seconds=60).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def shell(lab: str, device: str, script: str) -> str:
    command = [sys.executable, "-m", "generator", "lab", "shell", lab, device, "--", "sh", "-c", script]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_all_sessions_are_up_in_both_vrfs_through_the_tunnels_too(lab: str, peerwright: Command) -> None:
    ran = peerwright("lab", "status", lab, "--format", "json")
    sessions = json.loads(ran.stdout)["sessions"]
    assert ran.returncode == 0
    assert len(sessions) == 12
    assert {one["vrf"] for one in sessions} == {"CORP", "TRANSPORT"}
    assert sum(one["description"].startswith("VPN gateway") for one in sessions) == 4


def test_the_routers_run_in_a_kernel_of_their_own(lab: str) -> None:
    assert "-peerwright" in shell(lab, "r1", "uname -r")


def test_both_tags_on_the_wire_are_802_1q(lab: str) -> None:
    seen = shell(lab, "xp-fjellmark", "timeout 20 tcpdump -e -n -c 3 -i r0 udp or vlan 2>/dev/null")
    assert "ethertype 802.1Q (0x8100)" in seen
    assert "vlan 77" in seen
    assert "vlan 410" in seen
    assert "0x88a8" not in seen


def test_the_other_end_is_reached_through_the_tunnels_only(lab: str) -> None:
    """Each packet that is delivered was ESP on the link: no filter of the router lets it out in clear."""
    before = shell(
        lab, "r1", "cat /proc/net/xfrm_stat | awk '{s += $2} END {print s}'; ip -s xfrm state | grep -c 'proto esp'"
    )
    ran = shell(lab, "onprem-fjellmark", "ping -c 3 -i 0.3 -W 3 -I 10.20.0.10 10.60.0.4 | tail -2")
    assert " 0% packet loss" in ran
    assert int(before.split()[1]) >= 4


def test_a_link_that_goes_down_takes_its_session_and_comes_back(lab: str, peerwright: Command) -> None:
    shell(lab, "r1", "ip link set eth1 down")
    ran = peerwright("lab", "status", lab, "--format", "json")
    down = {one["neighbor"] for one in json.loads(ran.stdout)["sessions"] if one["state"] != "Established"}
    assert ran.returncode == 1
    assert "172.19.254.2" in down
    shell(lab, "r1", "ip link set eth1 up")
    deadline = time.monotonic() + 120
    while peerwright("lab", "status", lab).returncode and time.monotonic() < deadline:
        time.sleep(1)
    assert peerwright("lab", "status", lab).returncode == 0


def test_secrets_of_the_inventory_are_readable_by_root_only(lab: str) -> None:
    folder = Path("/run/peerwright", lab)
    assert folder.stat().st_mode & 0o077 == 0
    for name in ("topology.json", "id_ed25519"):
        assert (folder / name).stat().st_mode & 0o077 == 0, name


def test_a_pair_is_pushed_and_what_the_plan_has_no_more_is_gone(
    lab: str, peerwright: Command, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On-premises still announces the prefix; the gateways hear of it until the routers are pushed.  Without a drain:
    every commit takes its time in this kernel, and a drain makes three of one."""
    folder = common_folder(tmp_path_factory)
    inventory = copy_of("fjellmark-linux", folder, "uml-push")
    text = (inventory / "fjellmark.yaml").read_text()
    (inventory / "fjellmark.yaml").write_text(text.replace("location: Oslo}", "location: Oslo, drain: none}"))
    monkeypatch.setenv("PEERWRIGHT_SSH_CONFIG", f"/run/peerwright/{lab}/ssh_config")
    monkeypatch.setenv("PEERWRIGHT_STATE", str(folder / "push-state"))
    heard = "birdc -s /run/bird.ctl show route | grep -c 10.21.0.0/16 || true"
    assert int(shell(lab, "gw-fjellmark-hub-0", heard)) == 1
    ran = peerwright("push", str(inventory), "--commit", "--yes", "--format", "json", seconds=900)
    said = json.loads(ran.stdout) if ran.stdout else ran.stderr
    assert ran.returncode == 0, said
    assert said["pairs"][0]["changed"] == ["r2", "r1"]
    assert int(shell(lab, "gw-fjellmark-hub-0", heard)) == 0
    assert peerwright("lab", "status", lab).returncode == 0
    live = ("diff", str(inventory), "--live", "--format", "json")
    ran = peerwright(*live)
    said = json.loads(ran.stdout) if ran.stdout else ran.stderr
    assert (ran.returncode, said["changes"]) == (0, []), said
    by_hand = "ip prefix-list FJELLMARK-OSL-PRIVATE-OUT seq 99 permit 10.99.0.0/16"
    shell(lab, "r1", f"vtysh -c 'configure terminal' -c '{by_hand}'")
    ran = peerwright(*live)
    assert ran.returncode == 1
    assert [one["text"] for one in json.loads(ran.stdout)["changes"]] == ["no longer announces 10.99.0.0/16"]
    shell(lab, "r1", f"vtysh -c 'configure terminal' -c 'no {by_hand}'")
