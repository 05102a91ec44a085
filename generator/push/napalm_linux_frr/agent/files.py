"""The files of a router by the names of a bundle, programs, and where the agent keeps its state."""

from __future__ import annotations

import contextlib
import fcntl
import grp
import json
import os
import pwd
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import Any

Files = dict[str, str]
Problem = tuple[str, int, str]
"""File, line (0: the file as a whole), message."""
ORDER = ("sysctl.conf", "interfaces", "nftables.conf", "swanctl.conf", "daemons", "frr.conf")
"""What must be there first comes first: links, then filters, then tunnels, then routing."""
RELOAD = "/usr/lib/frr/frr-reload.py"


class Refused(Exception):  # noqa: N818 - an answer
    """An answer for the user, with the lines at fault."""

    def __init__(self, kind: str, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.kind = kind
        self.problems = list(problems)


def boot() -> str:
    """What tells one start of the machine from the next: after a reboot, another process may have the timer's number."""
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as stream:
        return stream.read().strip()


def run(argv: Sequence[str], timeout: float = 300) -> tuple[int, str]:
    """Exit status and both outputs of a program; 127 where there is none."""
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError:
        return 127, f"{argv[0]} is not installed"
    except subprocess.TimeoutExpired:
        return 124, f"{argv[0]} did not end within {timeout} s"
    return done.returncode, done.stdout + done.stderr


class Box:
    """The files, by the names of a bundle, and where the agent keeps its state."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.paths = request["paths"]
        self.root = request.get("state", "/var/lib/peerwright")
        self.request = request
        self.connection = sys.argv[1] if len(sys.argv) > 1 else ""
        """``SSH_CONNECTION`` of the login, handed over because sudo clears it."""

    def text(self, name: str) -> str:
        """What is on disk; empty where there is none."""
        try:
            with open(self.paths[name]["path"], encoding="utf-8", errors="surrogateescape") as stream:
                return stream.read()
        except FileNotFoundError:
            return ""

    def write(self, name: str, text: str) -> None:
        """Whole or not at all, with the owner and mode that its reader expects."""
        spec = self.paths[name]
        folder = os.path.dirname(spec["path"])
        os.makedirs(folder, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".peerwright-")
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, int(spec.get("mode", "0640"), 8))
        with contextlib.suppress(KeyError, PermissionError):
            owner = spec.get("owner", "root")
            os.chown(temporary, pwd.getpwnam(owner).pw_uid, grp.getgrnam(spec.get("group", owner)).gr_gid)
        os.replace(temporary, spec["path"])

    def waiting(self) -> Files:
        """What works now and waits for its confirmation, while the old text is on disk; after a reboot, nothing."""
        pending = self.load("pending") or {}
        return dict(pending.get("files", {})) if pending.get("boot") == boot() else {}

    def running(self) -> Files:
        """Every file as it works now: of FRR the running config, of the others what is on disk, or waits for its confirmation."""
        waiting = self.waiting()
        texts = {name: waiting.get(name, self.text(name)) for name in self.paths}
        if "frr.conf" in texts:
            status, shown = run(["vtysh", "-c", "show running-config"])
            if status == 0:
                texts["frr.conf"] = shown.split("Current configuration:\n", 1)[-1]
        return texts

    def state_file(self, name: str) -> str:
        os.makedirs(self.root, mode=0o700, exist_ok=True)
        return os.path.join(self.root, name)

    def load(self, name: str) -> Any:
        try:
            with open(self.state_file(name), encoding="utf-8") as stream:
                return json.load(stream)
        except (FileNotFoundError, ValueError):
            return None

    def keep(self, name: str, value: object) -> None:
        path = self.state_file(name)
        handle = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(value, stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(path + ".new", path)

    def forget(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.state_file(name))

    @contextlib.contextmanager
    def lock(self, wait: float = 0.0) -> Iterator[None]:
        """One change at a time.  The descriptor is not inherited by programs, and the timer closes it."""
        handle = os.open(self.state_file("lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        end = time.monotonic() + wait
        try:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= end:
                        raise Refused("locked", "another change is being made on this router") from None
                    time.sleep(0.1)
            yield
        finally:
            os.close(handle)


def meant(text: str) -> bool:
    """Whether a file says anything beyond comments."""
    return any(line.strip() and not line.lstrip().startswith(("#", "!")) for line in text.splitlines())
