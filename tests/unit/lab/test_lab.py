"""Two devices and a wire, in this machine's own kernel: commands, links, lives and deaths, and what is left afterwards."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from generator.inventory.intent import Intent
from generator.lab.agent.protocol import Request
from generator.lab.boot import boot_of
from generator.lab.channel import Channel, LabGone
from generator.lab.engine.probe import Engine
from generator.lab.engine.process import alive
from generator.lab.engine.start import Lifeline, fill, start_keeper
from generator.lab.lab import CommandFailed, Lab
from generator.lab.model import Device, DeviceRole, End, Interface, Link, Program, Topology
from generator.lab.proof import ProofRow, Verdict, prove
from generator.lab.state import Folder
from generator.model.outcome import Refused
from generator.model.plan import Plan
from tests.lab_needs import need


def device(name: str, address: str, **changed: object) -> Device:
    port = Interface(name="eth0", addresses=(address,))
    return Device(name=name, role=DeviceRole.ONPREM, interfaces=(port,), **changed)  # type: ignore[arg-type]


def two(**changed: object) -> Topology:
    """``left`` and ``right``, with files and a daemon on the left."""
    left = device(
        "left",
        "192.0.2.1/30",
        files={"/etc/lab/key": "secret\n", "/etc/lab/open": "all\n"},
        public=("/etc/lab/open",),
        owned={"/etc/lab/open": "nobody:nogroup"},
        empty=("/etc/ssh",),
        sysctls={"net.ipv4.ip_forward": "1"},
        programs=(
            Program(argv=("sh", "-c", "sleep 0.2; touch /run/there; exec sleep 1000"), wait=False),
            Program(argv=("cp", "/etc/lab/key", "/run/copied"), needs="/run/there"),
        ),
    )
    right = device("right", "192.0.2.2/30", **changed)
    return Topology(
        name="two", devices={"left": left, "right": right}, links=(Link(End("left", "eth0"), End("right", "eth0")),)
    )


def started(folder: Folder, topology: Topology) -> tuple[Lab, Lifeline]:
    folder.create()
    fill(folder, topology, Engine.FLAT, None)
    lifeline = start_keeper(folder)
    channel, _ = boot_of(folder, Engine.FLAT, len(topology.devices), None)
    nothing = cast(Intent, None)
    return Lab(channel, topology, nothing, Plan({}, ()), {}, folder=folder.path, engine="flat"), lifeline


def traces() -> tuple[str, list[str], str]:
    """What a lab might leave: mounts, interfaces, processes of ours."""
    processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    ours = "\n".join(line for line in processes.splitlines() if "pw-test-lab" in line)
    return Path("/proc/self/mountinfo").read_text(), sorted(os.listdir("/sys/class/net")), ours  # noqa: PTH208


def until(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    need(Engine.FLAT)
    before = traces()
    folder = Folder("pw-test-lab", tmp_path)
    yield folder
    folder.clear()
    assert until(lambda: traces() == before)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    need(Engine.FLAT)
    folder = Folder("pw-test-shared", tmp_path_factory.mktemp("labs"))
    lab, _ = started(folder, two())
    yield lab
    folder.clear()


def test_a_device_runs_commands_with_input_and_tells_how_they_ended(lab: Lab) -> None:
    ran = lab.run("left", ("sh", "-c", "cat; echo wrong >&2; exit 3"), input="given")
    assert (ran.status, ran.stdout, ran.stderr, ran.timed_out) == (3, "given", "wrong\n", False)
    with pytest.raises(CommandFailed, match="left: sh -c echo no >&2; false: no"):
        lab.sh("left", "echo no >&2; false", check=True)


def test_a_command_that_takes_too_long_is_ended_with_all_that_it_started(lab: Lab) -> None:
    ran = lab.sh("left", "sleep 987 & sleep 987", timeout=0.5)
    assert ran.timed_out
    assert until(lambda: "sleep 987" not in lab.run("left", ("ps", "ax")).stdout)


def test_devices_reach_each_other_and_nobody_else(lab: Lab) -> None:
    assert lab.run("left", ("ping", "-c", "1", "-W", "2", "192.0.2.2")).ok
    assert not lab.run("left", ("ping", "-c", "1", "-W", "1", "192.0.2.9")).ok
    routes = lab.run("left", ("ip", "route")).stdout.splitlines()
    assert routes == ["192.0.2.0/30 dev eth0 proto kernel scope link src 192.0.2.1 "]


def test_a_device_has_its_own_name_files_and_processes(lab: Lab) -> None:
    assert lab.run("left", ("hostname",)).stdout == "left\n"
    assert lab.run("left", ("ls", "-A", "/root", "/tmp", "/home", "/etc/ssh")).stdout.count(":") == 4
    assert len(lab.run("left", ("ps", "-e", "-o", "pid=")).stdout.split()) <= 4
    seen = lab.sh("left", "stat -c '%a %U' /etc/lab/key /etc/lab/open; cat /proc/sys/net/ipv4/ip_forward").stdout
    assert seen == "600 root\n644 nobody\n1\n"
    lab.sh("left", "echo left > /etc/lab/mine", check=True)
    assert not Path("/etc/lab").exists()
    assert not lab.sh("right", "ls /etc/lab/mine").ok


def test_a_program_waits_for_what_it_needs(lab: Lab) -> None:
    assert lab.run("left", ("cat", "/run/copied")).stdout == "secret\n"


def test_a_background_program_ends_when_it_is_told_and_says_what_it_said(lab: Lab) -> None:
    job = lab.start("right", ("ping", "-i", "0.2", "192.0.2.1"))
    time.sleep(0.7)
    said = lab.stop(job)
    assert "0% packet loss" in said.stdout
    with pytest.raises(LabGone, match="no job"):
        lab.stop(job)


def test_what_a_proof_that_breaks_off_had_started_is_ended(lab: Lab) -> None:
    def breaks_off(lab: Lab) -> ProofRow:
        """Something."""
        lab.start("left", ("sleep", "986"))
        lab.run("left", ("false",), check=True)
        raise AssertionError

    (row,) = prove(lab, [breaks_off])
    assert (row.verdict, row.name) == (Verdict.REFUTED, "Something")
    assert "sleep 986" not in lab.run("left", ("ps", "ax")).stdout


def test_a_background_program_cannot_fill_the_memory_with_what_it_prints(lab: Lab) -> None:
    job = lab.start("left", ("sh", "-c", "yes; exec sleep 98$((2 + 3))"))
    assert until(lambda: "sleep 985" in lab.run("left", ("ps", "ax")).stdout, 30)
    assert len(lab.stop(job).stdout) == 1 << 26


def test_bytes_go_both_ways_until_one_side_ends(lab: Lab) -> None:
    with lab.open("left", ("cat",)) as pipe:
        pipe.sendall(b"through")
        assert pipe.recv(100) == b"through"
        pipe.shutdown(socket.SHUT_WR)
        assert pipe.recv(100) == b""
    assert until(lambda: " cat" not in lab.run("left", ("ps", "ax")).stdout)


def test_who_has_said_everything_still_hears_the_answer(lab: Lab) -> None:
    with lab.open("left", ("sh", "-c", "read word; sleep 0.5; echo $word")) as pipe:
        pipe.sendall(b"late\n")
        pipe.shutdown(socket.SHUT_WR)
        assert pipe.recv(100) == b"late\n"


def test_a_terminal_is_one(lab: Lab) -> None:
    with lab.open("left", ("sh", "-c", "test -t 0 && test -t 1 && stty size"), terminal=(30, 77)) as pipe:
        said = b""
        while data := pipe.recv(100):
            said += data
    assert said.decode().split() == ["30", "77"]


def test_a_port_on_the_loopback_address_is_reached_past_all_networks(lab: Lab) -> None:
    server = "import socket; s = socket.create_server(('127.0.0.1', 2222)); c, _ = s.accept(); c.sendall(b'hello')"
    with lab.background("right", ("python3", "-c", server)):
        assert until(lambda: "127.0.0.1:2222" in lab.run("right", ("ss", "-ltn")).stdout)
        with lab.connect("right", 2222) as connection:
            assert connection.recv(100) == b"hello"


def test_nobody_knows_a_device_that_is_not_there(lab: Lab) -> None:
    with pytest.raises(LabGone, match="no device 'middle'"):
        lab.run("middle", ("true",))


def test_a_pulled_cable_is_seen_at_both_ends(folder: Folder) -> None:
    lab, _ = started(folder, two())
    assert lab.far_end("left", "eth0") == ("right", "eth0")
    lab.link("left", "eth0", up=False)
    assert "LOWER_UP" not in lab.run("right", ("ip", "link", "show", "eth0")).stdout
    lab.link("left", "eth0", up=True)
    assert until(lambda: lab.run("right", ("ping", "-c", "1", "-W", "1", "192.0.2.1")).ok)


def test_a_dead_device_is_silent_and_its_neighbour_keeps_a_port_without_carrier(folder: Folder) -> None:
    lab, _ = started(folder, two())
    lab.kill("right")
    with pytest.raises(LabGone, match="right is dead"):
        lab.run("right", ("true",))
    assert "NO-CARRIER" in lab.run("left", ("ip", "link", "show", "eth0")).stdout


def test_a_program_that_fails_fails_the_boot_and_is_named_with_what_it_said(folder: Folder) -> None:
    wrong = Program(argv=("sh", "-c", "echo line 7: syntax error; exit 1"), title="routing")
    with pytest.raises(Refused, match="1 of 2 devices") as refused:
        started(folder, two(programs=(wrong,)))
    assert "right: routing: exit status 1: line 7: syntax error" in refused.value.fix


def test_the_lab_outlives_its_command_only_if_it_was_told_to(folder: Folder) -> None:
    _, lifeline = started(folder, two())
    kept = folder.kept()
    assert kept is not None
    lifeline.cut()
    assert until(lambda: not alive(kept.keeper))
    assert not folder.path.exists()
    _, lifeline = started(folder, two())
    lifeline.release()
    time.sleep(0.5)
    assert folder.running()


KILLED = """
import sys, time
from pathlib import Path
from tests.unit.lab.test_lab import Folder, started, two
started(Folder("pw-test-lab", Path(sys.argv[1])), two())
print("up", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("moment", ["booting", "up"])
def test_a_command_that_is_killed_takes_everything_with_it(folder: Folder, moment: str) -> None:
    command = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder.path.parent)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[3],
    )
    assert command.stdout is not None
    if moment == "up":
        assert command.stdout.readline() == b"up\n"
    else:
        assert until(lambda: folder.kept() is not None)
    kept = folder.kept()
    command.send_signal(signal.SIGKILL)
    command.wait()
    assert kept is not None
    assert until(lambda: not alive(kept.keeper))
    assert until(lambda: not folder.path.exists())


def test_where_the_keeper_is_killed_the_devices_die_and_the_next_command_clears_up(folder: Folder) -> None:
    lab, _ = started(folder, two())
    kept = folder.kept()
    assert kept is not None
    assert kept.box is not None
    box = kept.box
    os.kill(kept.keeper.pid, signal.SIGKILL)
    assert until(lambda: not alive(box))
    with pytest.raises(LabGone):
        lab.run("left", ("true",))
    assert not folder.running()
    assert folder.clear()


def test_an_agent_that_is_not_there_is_a_lab_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(LabGone, match="does not answer"):
        Channel(tmp_path / "nobody").ask(Request(verb="exec"))
