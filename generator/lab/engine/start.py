"""Starting an engine: its folder filled, its keeper running."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import msgspec

from generator.lab.channel import Channel
from generator.lab.engine import uml
from generator.lab.engine.condition import condition
from generator.lab.engine.keeper import Order
from generator.lab.engine.probe import Engine, require_root
from generator.lab.model import Topology
from generator.lab.state import Folder, lab_name
from generator.model.outcome import Progress, Refused

PACKAGE: Final = Path(__file__).resolve().parents[3]
"""The folder from which this very peerwright is imported."""
_PER_DEVICE_MB: Final = 24
"""Memory that a device takes at most in User-Mode Linux; only what is used is taken from the machine."""
_FOR_ALL_MB: Final = 768
"""For the programs' files, and what captures print."""


class Lifeline:
    """Our end of the pipe that the keeper watches: a command that dies takes the lab with it, until `release`."""

    def __init__(self) -> None:
        self.theirs, self._ours = os.pipe()
        self.released = False

    def handed_over(self) -> None:
        os.close(self.theirs)

    def release(self) -> None:
        """From now on the lab lives by itself."""
        os.write(self._ours, b"k")
        self.released = True
        self.cut()

    def cut(self) -> None:
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1


def fill(folder: Folder, topology: Topology, engine: Engine, progress: Progress | None) -> None:
    """Everything that the keeper reads."""
    kernel = str(uml.kernel(progress)) if engine is Engine.UML else ""
    order = Order(
        engine=engine.value,
        python=sys.executable,
        path=_search_path(),
        kernel=kernel,
        memory_mb=_FOR_ALL_MB + _PER_DEVICE_MB * len(topology.devices),
        cgroup=f"{_cgroup_root()}/peerwright-{folder.name}" if engine is Engine.NATIVE else "",
    )
    folder.write("topology.json", msgspec.json.encode(topology))
    folder.write("order.json", msgspec.json.encode(order))
    if engine is Engine.UML:
        folder.write("init", init_script(order, folder.path).encode())
        (folder / "init").chmod(0o700)


def init_script(order: Order, folder: Path) -> str:
    """The first process of the guest.  The kernel starts it with hardly an environment."""
    command = shlex.join([order.python, "-m", "generator.lab.agent", str(folder / "topology.json"), "--guest"])
    return (
        "#!/bin/sh\n"
        f"export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PYTHONPATH={shlex.quote(order.path)}\n"
        "export HOME=/ LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1\n"
        f"exec {command}\n"
    )


def start_keeper(folder: Folder) -> Lifeline:
    """The process that the lab lives with, in a session of its own: Ctrl-C is ours to handle."""
    lifeline = Lifeline()
    with (folder / "keeper.log").open("wb") as log:
        subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "generator.lab.engine.keeper", str(folder.path), str(lifeline.theirs)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(lifeline.theirs,),
            cwd="/",
            env={**os.environ, "PYTHONPATH": _search_path()},
        )
    lifeline.handed_over()
    return lifeline


def channel_of(folder: Folder, engine: str) -> Channel:
    """The way to the agent of a lab that runs."""
    kept = folder.kept()
    box = 0 if kept is None or kept.box is None else kept.box.pid
    if engine != Engine.UML.value:
        return Channel(folder / "agent.sock", box, folder.running)
    return Channel(None, box, folder.running, lambda: condition(folder.path, box))


def channel_to(inventory: str) -> Channel:
    """The agent of a lab that is up, without reading its inventory.  `Refused` where it is not up."""
    require_root()
    folder = Folder(lab_name(Path(inventory)))
    record = folder.record()
    if record is None or not folder.running():
        raise Refused(f"the lab {folder.name} is not up", f"peerwright lab up {inventory}")
    return channel_of(folder, record.engine)


def _search_path() -> str:
    """So that the agent, under the same interpreter, is the same peerwright."""
    return os.pathsep.join(
        dict.fromkeys((str(PACKAGE), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))))
    )


def _cgroup_root() -> str:
    """Where the machine has its control groups (version 2)."""
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, target, kind, *_ = line.split()
        if kind == "cgroup2":
            return target
    return "/sys/fs/cgroup"
