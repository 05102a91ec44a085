"""One device: its first process, from its birth to its end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from generator.lab.agent import kernel, network, root
from generator.lab.model import Device, Program

LOG: Final = "/var/log/boot.log"
"""What the programs of the device print."""
PATIENCE: Final = 60.0
"""Seconds that a socket or pid file may take to appear."""
_ISOLATED: Final = (
    kernel.CLONE_NEWNET | kernel.CLONE_NEWNS | kernel.CLONE_NEWUTS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWCGROUP
)


class BootError(Exception):
    """A program of the device did not do what it should; the text says which and what it printed."""


class Booting:
    """A device on its way up, seen from the agent."""

    def __init__(self, device: Device, work: Path, cgroup: Path | None) -> None:
        self.device = device
        self._ours, theirs = socket.socketpair()
        self.pid = kernel.fork_in_new_pid_namespace()
        if self.pid == 0:
            self._ours.close()
            _live(device, work, cgroup, theirs)
        theirs.close()
        self._lines = self._ours.makefile("r", encoding="utf-8")

    def ready_for_wires(self) -> None:
        """Wait until its namespaces are there.  `BootError` if they cannot be made."""
        self._expect()

    def go(self) -> None:
        """Its ports are there: make the rest, start the programs."""
        self._ours.sendall(b"go\n")

    def booted(self) -> float:
        """Wait for the end of its boot; the seconds it took.  `BootError` with what went wrong."""
        return float(str(self._expect().get("seconds", 0)))

    def _expect(self) -> dict[str, object]:
        line = self._lines.readline()
        if not line:
            raise BootError(f"{self.device.name}: its first process ended")
        said: dict[str, object] = json.loads(line)
        if "error" in said:
            raise BootError(f"{self.device.name}: {said['error']}")
        return said


def _live(device: Device, work: Path, cgroup: Path | None, agent: socket.socket) -> None:
    """In the new process: never returns."""

    def tell(**said: object) -> None:
        agent.sendall(json.dumps(said).encode() + b"\n")

    try:
        kernel.die_with_parent()
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if cgroup is not None:
            cgroup.mkdir(exist_ok=True)
            (cgroup / "cgroup.procs").write_text("0")
        kernel.unshare(_ISOLATED)
        socket.sethostname(device.name)
        root.enter(device, work)
        tell(ready=True)
        if not agent.recv(16):
            os._exit(1)
        started = time.monotonic()
        _boot(device)
        tell(seconds=time.monotonic() - started)
    except (OSError, BootError, network.NetworkError, subprocess.SubprocessError) as error:
        tell(error=str(error))
    except BaseException as error:  # what is not foreseen must be said too: nobody else sees it
        tell(error=f"{type(error).__name__}: {error}")
    agent.close()
    _reap()


def _boot(device: Device) -> None:
    network.apply(network.interface_lines(device.interfaces))
    for name, value in device.sysctls.items():
        Path("/proc/sys", name.replace(".", "/")).write_text(value)
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LC_ALL": "C.UTF-8",
    }
    os.environ.clear()
    os.environ.update(environment)
    os.chdir("/root")
    Path("/run/network").mkdir(exist_ok=True)
    for program in device.programs:
        _start(program)


def _start(program: Program) -> None:
    title = program.title or " ".join(program.argv)
    if program.needs:
        _until(Path(program.needs).exists, f"{title}: {program.needs} did not appear")
    argv = [*(("ip", "vrf", "exec", program.vrf) if program.vrf else ()), *program.argv]
    with open(LOG, "ab") as log:  # noqa: PTH123 - a plain log
        log.write(f"== {title} ({time.monotonic():.2f} s)\n".encode())
        log.flush()
        before = log.tell()
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # noqa: S603
    if program.wait and process.wait() != 0:
        said = Path(LOG).read_bytes()[before:].decode(errors="replace").strip()
        raise BootError(f"{title}: exit status {process.returncode}: {said[-2000:]}")


def _until(true: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise BootError(otherwise)
        time.sleep(0.05)


def _reap() -> None:
    """What a first process is for: take in the orphans.  Ends by a signal from outside only."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            time.sleep(0.5)
