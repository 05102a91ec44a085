"""``python -m generator.lab.engine.keeper FOLDER LIFELINE``: one process that a lab lives and dies with.

It makes namespaces, starts the agent (or a User-Mode-Linux kernel with the agent in it) as their first
process, and waits.  The namespaces' first process is killed by the kernel when the keeper ends, however
that comes about, and with it goes everything inside: so a lab needs no cleaning up on the machine.

``LIFELINE`` is the read end of a pipe whose other end belongs to the command that started the lab.  Where
that command ends before it said ``k`` (keep), a crash included, the keeper ends the lab.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import msgspec

from generator.lab.agent import guest, kernel
from generator.lab.engine.process import Mark, mark_of

TAP: Final = "tap0"
_BOX: Final = kernel.CLONE_NEWNET | kernel.CLONE_NEWNS | kernel.CLONE_NEWUTS | kernel.CLONE_NEWIPC


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be kept; the file ``order.json`` of the lab's folder."""

    engine: str
    python: str
    path: str
    """``PYTHONPATH``, so that the agent is the same peerwright."""
    kernel: str = ""
    """The User-Mode-Linux kernel; empty: this machine's own."""
    memory_mb: int = 1024
    cgroup: str = ""
    """Folder for the devices' control groups, made by the keeper; empty: none."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The file ``kept.json``: the processes by which a lab is known."""

    keeper: Mark
    box: Mark | None = None
    """The first process of the namespaces, seen from outside."""


def main(argv: list[str]) -> int:
    """Keep the lab of a folder."""
    folder, lifeline = Path(argv[0]), int(argv[1])
    order = msgspec.json.decode((folder / "order.json").read_bytes(), type=Order)
    own = mark_of(os.getpid())
    assert own is not None
    _write(folder, Kept(keeper=own))
    wakeup, poke = os.pipe()
    os.set_blocking(poke, False)
    signal.set_wakeup_fd(poke)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    if order.cgroup:
        Path(order.cgroup).mkdir(exist_ok=True)
    made, tell = os.pipe()
    child = kernel.fork_in_new_pid_namespace()
    if child == 0:
        _box(folder, order, tell)
    os.close(tell)
    os.read(made, 1)  # who looks for the box before it has namespaces of its own would find the machine's
    _write(folder, Kept(keeper=own, box=mark_of(child)))
    told = _wait(child, lifeline, wakeup)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    remove_cgroup(order.cgroup)
    if told:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _wait(child: int, lifeline: int, wakeup: int) -> bool:
    """Until the lab shall end (true) or ended by itself (false)."""
    ended = os.pidfd_open(child)
    watched = [ended, lifeline, wakeup]
    while True:
        readable, _, _ = select.select(watched, [], [])
        if wakeup in readable:
            return True
        if lifeline in readable:
            if os.read(lifeline, 1) != b"k":
                return True
            watched.remove(lifeline)
            os.close(lifeline)
        elif ended in readable:
            return False


def _box(folder: Path, order: Order, tell: int) -> None:
    """In the first process of the new PID namespace: the other namespaces, then what runs in them.  Never returns."""
    try:
        kernel.die_with_parent()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        kernel.unshare(_BOX)
        os.close(tell)
        kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
        kernel.mount("proc", "/proc", "proc")
        os.environ["PYTHONPATH"] = order.path
        if not order.kernel:
            command = ["-m", "generator.lab.agent", str(folder / "topology.json"), str(folder / "agent.sock")]
            os.execv(order.python, [order.python, *command, order.cgroup])  # noqa: S606 - no shell wanted
        os._exit(_user_mode_linux(folder, order))
    except BaseException as error:  # the log is the only place where it can be read
        sys.stderr.write(f"keeper: {type(error).__name__}: {error}\n")
        sys.stderr.flush()
    os._exit(1)


def _user_mode_linux(folder: Path, order: Order) -> int:
    """Its memory is a file, which must not be on a disk; its network is one tap in this namespace.

    Both ends of the tap know each other for good: on a machine that has no time for the guest, a question for
    its hardware address would go unanswered for seconds, and the guest would count as unreachable.
    """
    kernel.mount("tmpfs", "/dev/shm", "tmpfs", options=f"mode=1777,size={order.memory_mb + 64}m")  # noqa: S108 - ours
    lines = (
        "link set dev lo up",
        f"tuntap add mode tap name {TAP}",
        f"address add {guest.KEEPER}/30 dev {TAP}",
        f"link set dev {TAP} address {guest.KEEPER_MAC} up",
        f"neighbour replace {guest.ADDRESS} lladdr {guest.MAC} dev {TAP} nud permanent",
    )
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines).encode(), check=True)  # noqa: S607
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a descriptor here for every file that is open in there
    os.environ["TMPDIR"] = "/dev/shm"  # noqa: S108 - mounted above
    with (folder / "console.log").open("wb") as console:
        return subprocess.run(  # noqa: S603 - the kernel that we built
            [order.kernel, *boot_words(folder, order)],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            check=False,
        ).returncode


def boot_words(folder: Path, order: Order) -> list[str]:
    """The command line of the kernel.  Without a console of its own it prints to the standard output."""
    return [
        f"mem={order.memory_mb}M",
        "quiet",
        "rootfstype=hostfs",
        "ro",
        f"init={folder / 'init'}",
        f"uml_dir={folder / 'uml'}",
        "umid=lab",
        "con=null",
        "con0=null,fd:1",
        "con1=null",
        f"vec0:transport=tap,ifname={TAP},mac={guest.MAC},depth=64,gro=0",
    ]


def remove_cgroup(path: str) -> None:
    """Control groups go when their last process has gone; that may take a moment."""
    import time

    if not path:
        return
    for _ in range(50):
        try:
            for inner in sorted(Path(path).rglob("*"), key=lambda one: -len(one.parts)):
                if inner.is_dir():
                    inner.rmdir()
            Path(path).rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return


def _write(folder: Path, kept: Kept) -> None:
    new = folder / "kept.new"
    new.write_bytes(msgspec.json.encode(kept))
    new.replace(folder / "kept.json")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
