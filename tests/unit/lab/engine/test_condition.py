"""What is said of a kernel that is silent: whether it lives, what of it answers, and what it printed."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.lab.engine.condition import asked, condition, last_words

MEMORY = "MemTotal:         725092 kB\nMemFree:           21200 kB\nMemAvailable:     121848 kB\n"
HEAD = struct.Struct("=III")
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; print(1, flush=True); time.sleep(99)'])"


class Console(threading.Thread):
    """A management console as User-Mode Linux has it: answers come in parts, and only to those that it knows."""

    def __init__(self, path: Path, answers: dict[str, list[str]]) -> None:
        super().__init__(daemon=True)
        path.parent.mkdir(parents=True)
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.server.bind(str(path))
        self.answers = answers
        self.heard: list[str] = []

    def run(self) -> None:
        while True:
            data, back = self.server.recvfrom(4096)
            magic, version, length = HEAD.unpack_from(data)
            assert (magic, version) == (0xCAFEBABE, 2)
            request = data[HEAD.size : HEAD.size + length].decode()
            self.heard.append(request)
            parts = self.answers.get(request, [])
            for index, part in enumerate(parts):
                text = part.encode() + b"\0"
                self.server.sendto(HEAD.pack(0, index + 1 < len(parts), len(text)) + text.ljust(512, b"\0"), back)


@pytest.fixture
def box() -> Iterator[int]:
    """A process with a child, as the keeper's box has its kernel."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, start_new_session=True)
    assert parent.stdout is not None
    parent.stdout.readline()
    yield parent.pid
    os.killpg(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("generator.lab.engine.condition._PATIENCE", 0.3)
    return tmp_path / "cache"


def folder(tmp_path: Path, answers: dict[str, list[str]]) -> tuple[Path, Console]:
    console = Console(tmp_path / "lab/uml/lab/mconsole", answers)
    console.start()
    (tmp_path / "lab/console.log").write_text("Out of memory: Killed process 7 (bgpd)\na\nb\nc\nd\n")
    return tmp_path / "lab", console


def test_a_kernel_that_lives_says_how_much_memory_it_has_and_prints_who_is_blocked(tmp_path: Path, box: int) -> None:
    lab, console = folder(tmp_path, {"version": ["Linux 6.1"], "proc meminfo": ["\n", MEMORY, ""]})
    said = condition(lab, box)
    assert said.startswith("its kernel is sleeping in ")
    assert "its interrupts and processes answer, 118 of 708 MB free" in said
    assert "it said: Out of memory: Killed process 7 (bgpd) | b | c | d" in said
    assert console.heard[-2:] == ["sysrq m", "sysrq w"]


def test_a_kernel_whose_processes_get_no_turn_is_told_from_one_that_stands_still(tmp_path: Path, box: int) -> None:
    lab, _ = folder(tmp_path, {"version": ["Linux 6.1"]})
    assert "its interrupts answer, its processes do not" in condition(lab, box)
    (lab / "uml/lab/mconsole").unlink()
    child = int(Path(f"/proc/{box}/task/{box}/children").read_text())
    os.kill(child, signal.SIGSTOP)
    said = condition(lab, box)
    assert "its kernel is stopped in " in said
    assert "0.00 s of processor time in the last second; its interrupts do not answer" in said


def test_what_it_printed_outlives_the_lab(tmp_path: Path, cache: Path) -> None:
    lab, _ = folder(tmp_path, {})
    said = condition(lab, 1 << 22)
    kept = cache / "peerwright/uml/console.log"
    assert said.startswith("its kernel has ended; ")
    assert said.endswith(f"all of it: {kept}")
    assert kept.read_text().startswith("Out of memory")


def test_nobody_there_is_no_answer_and_nothing_is_left_of_the_question(tmp_path: Path) -> None:
    assert asked(tmp_path / "mconsole", "version") is None
    assert last_words(tmp_path / "console.log") == ""
    assert list(tmp_path.iterdir()) == []
