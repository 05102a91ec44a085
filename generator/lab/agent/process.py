"""Programs in a device: started through ``nsenter``, ended as a group."""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from generator.lab.agent.protocol import Answer

ENVIRONMENT: Final = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C.UTF-8",
    "TERM": os.environ.get("TERM", "xterm"),
}
_GRACE: Final = 3.0
"""Seconds between asking a program to end and ending it."""


class Inside:
    """A living device, as programs enter it."""

    def __init__(self, pid: int, cgroup: Path | None) -> None:
        self.pid = pid
        self.cgroup = cgroup
        self.network = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        """Kept open: where the device dies, its ports stay (and go down), as those of a machine without power."""
        self.dead = False

    def popen(
        self,
        argv: tuple[str, ...],
        stdin: int | IO[bytes],
        stdout: int | IO[bytes],
        stderr: int | IO[bytes],
        *,
        terminal: bool = False,
        most: int = 0,
    ) -> subprocess.Popen[bytes]:
        """Start it, the leader of a session of its own.  ``most``: bytes that a file of its may have; 0: any."""
        command = ["nsenter", "-t", str(self.pid), "-m", "-u", "-i", "-n", "-p", "-C", "--wdns=/root", "--", *argv]
        return subprocess.Popen(  # noqa: S603 - what the lab was asked for
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=ENVIRONMENT,
            start_new_session=True,
            preexec_fn=self._prepared(terminal, most),
        )

    def _prepared(self, terminal: bool, most: int) -> Callable[[], None]:
        """Between fork and exec: into the device's control group, so that ``ip vrf exec`` finds its way (system calls only)."""
        procs = None if self.cgroup is None else str(self.cgroup / "cgroup.procs")

        def prepare() -> None:
            if procs is not None:
                descriptor = os.open(procs, os.O_WRONLY)
                os.write(descriptor, b"0")
                os.close(descriptor)
            if terminal:
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if most:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        return prepare


def run(inside: Inside, argv: tuple[str, ...], given: bytes, timeout: float) -> Answer:
    """Run it to its end, or for ``timeout`` seconds."""
    process = inside.popen(argv, subprocess.PIPE, subprocess.PIPE, subprocess.PIPE)
    try:
        stdout, stderr = process.communicate(given, timeout=timeout)
        return Answer(status=process.returncode, stdout=stdout, stderr=stderr)
    except subprocess.TimeoutExpired:
        kill_group(process, signal.SIGKILL)
        stdout, stderr = process.communicate()
        return Answer(status=process.returncode, stdout=stdout, stderr=stderr, timed_out=True)


def kill_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal everything that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def end(process: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C does, then harder.  Returns when all of it has ended: ``nsenter`` does so before what it started."""
    kill_group(process, signal.SIGINT)
    deadline = time.monotonic() + _GRACE
    while not _gone(process):
        if time.monotonic() > deadline:
            kill_group(process, signal.SIGKILL)
            break
        time.sleep(0.01)
    process.wait()


def _gone(process: subprocess.Popen[bytes]) -> bool:
    """Whether nothing of its group is left."""
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return True
    return False


def set_size(descriptor: int, rows: int, columns: int) -> None:
    """Tell a terminal how large it is."""
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
