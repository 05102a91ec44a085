"""The verb from start to end, on the engine that needs nothing but namespaces: real routers, a real second command, real ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.lab.engine.probe import Engine
from tests.lab.conftest import ROOT, Command, copy_of
from tests.lab.shared import alone, common_folder, shared
from tests.lab_needs import need

pytestmark = pytest.mark.slow
RUN = Path("/run/peerwright")


def left(name: str) -> list[str]:
    """Files and processes of a lab that there still are."""
    processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in processes.splitlines() if f"{RUN}/{name}" in line] + [
        str(one) for one in RUN.glob(f"*{name}*")
    ]


@pytest.fixture(scope="module")
def booted(tmp_path_factory: pytest.TempPathFactory, peerwright: Command) -> Iterator[tuple[Path, Path]]:
    """Hollins in clear: two stacks, booted once."""
    need(Engine.FLAT)
    folder = common_folder(tmp_path_factory)
    inventory = copy_of("hollins", folder, "flat")

    def up() -> None:
        ran = peerwright("lab", "up", str(inventory), "--engine", "flat", "--as", "linux_frr", "--format", "json")
        assert ran.returncode == 0, ran.stderr
        said = json.loads(ran.stdout)
        assert (said["engine"], said["not_established"]) == ("flat", [])
        assert "microsoft peering" in said["unproven"]
        assert {"ce1", "ce2", "edge-hollins-lon-1", "onprem-hollins"} <= set(said["devices"])

    def down() -> None:
        ran = peerwright("lab", "down", str(inventory))
        assert (ran.returncode, ran.stdout.decode()) == (0, f"lab {inventory.name} is down\n")
        assert left(inventory.name) == []

    with shared(folder, "flat", up, down) as lock:
        yield inventory, lock


@pytest.fixture
def lab(booted: tuple[Path, Path]) -> Iterator[Path]:
    inventory, lock = booted
    with alone(lock):
        yield inventory


def test_status_tells_every_session_and_its_exit_code_whether_all_are_up(lab: Path, peerwright: Command) -> None:
    ran = peerwright("lab", "status", lab.name, "--format", "json")
    sessions = json.loads(ran.stdout)["sessions"]
    assert ran.returncode == 0
    assert {one["state"] for one in sessions} == {"Established"}
    azure = {one["neighbor"] for one in sessions if one["router"] == "ce1" and one["description"].startswith("MSEE")}
    assert azure == {"172.16.255.242", "fd12:76::2"}
    assert len(sessions) == 12
    assert lab.name in peerwright("lab", "status").stdout.decode()


def test_a_second_start_is_refused_and_harms_nothing(lab: Path, peerwright: Command) -> None:
    ran = peerwright("lab", "up", str(lab), "--engine", "flat", "--as", "linux_frr")
    assert ran.returncode == 2
    assert f"the lab {lab.name} is up since" in ran.stderr.decode()
    assert peerwright("lab", "status", lab.name).returncode == 0


def test_a_command_in_a_router_ends_as_it_does_there(lab: Path, peerwright: Command) -> None:
    ran = peerwright("lab", "shell", lab.name, "ce1", "--", "sh", "-c", "hostname; echo no >&2; exit 7")
    assert (ran.returncode, ran.stdout, ran.stderr) == (7, b"ce1\n", b"no\n")
    ran = peerwright("lab", "shell", lab.name, "ce9", "--", "true")
    assert (ran.returncode, "no device 'ce9'" in ran.stderr.decode()) == (2, True)


def test_ssh_reaches_a_router_whose_filters_let_nobody_in(lab: Path) -> None:
    config = RUN / lab.name / "ssh_config"
    ran = subprocess.run(["ssh", "-F", config, "ce2", "hostname"], capture_output=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (0, b"ce2\n"), ran.stderr


def test_packets_come_as_a_capture_file(lab: Path) -> None:
    command = [sys.executable, "-m", "generator", "lab", "capture", lab.name, "ce1", "eth1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        head = process.stdout.read(24 + 16)
        process.send_signal(signal.SIGINT)
    assert head[:4] == bytes.fromhex("d4c3b2a1")
    assert len(head) == 40  # the file's head, and that of a first packet: BFD speaks three times a second


def test_ctrl_c_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    need(Engine.FLAT)
    inventory = copy_of("fjellmark-linux", tmp_path, "ended")
    command = [sys.executable, "-m", "generator", "lab", "up", str(inventory), "--engine", "flat"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True) as process:
        deadline = time.monotonic() + 30
        while not (RUN / inventory.name / "kept.json").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 130
    assert left(inventory.name) == []
