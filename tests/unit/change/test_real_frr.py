"""Commands for FRRouting, one after the other, to real daemons: nothing is refused, and every state is as simulated."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from generator.change.invariants import Invariants
from generator.change.simulate import router
from generator.change.texts import trees_of
from generator.model.change import Command, Step
from generator.model.facts import Facts
from generator.platforms import load
from generator.platforms.tree import Node
from tests.changes.cases import EDITS
from tests.changes.make import planned, texts

DAEMONS = ("zebra", "staticd", "bfdd", "bgpd")
HOME = Path("/usr/lib/frr")
PLATFORM = load("linux_frr")
FEW = ("both-directions", "link-renumbered", "route-filter")
EVERY = sorted(EDITS)


class Frr:
    """FRRouting's daemons in a network namespace without links, with sockets of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed = ""
        self.running = [
            subprocess.Popen(
                ["unshare", "--net", HOME / name, "--vty_socket", folder, "-z", folder / "zserv.api",
                 "-i", folder / f"{name}.pid", *(["--bfdctl", folder / "bfdd.sock"] if name == "bfdd" else []), "-A", "127.0.0.1", "-P", "0", "--log", "file:/dev/null", "-f", "/dev/null"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for name in DAEMONS
        ]  # fmt: skip
        for _ in range(100):
            if all((folder / f"{name}.vty").exists() for name in DAEMONS):
                return
            time.sleep(0.05)
        self.stop()
        raise OSError("FRRouting does not start here")

    def stop(self) -> None:
        for one in self.running:
            one.terminate()
        for one in self.running:
            one.wait(10)

    def ask(self, *arguments: str) -> str:
        done = subprocess.run(
            ["vtysh", "--vty_socket", self.folder, *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout + done.stderr

    def type(self, command: Command) -> str:
        """What it says to a command; the config after it is kept."""
        lines = ["configure terminal", *command.context, command.text, "end", "show running-config"]
        said, mark, self.printed = self.ask(*(word for line in lines for word in ("-c", line))).partition(
            "Building conf"
        )
        assert mark, said
        return said

    def config(self) -> str:
        self.printed = self.printed or self.ask("-c", "show running-config")
        return self.printed


@pytest.fixture
def frr() -> Iterator[Frr]:
    if os.geteuid() != 0 or not (HOME / "bgpd").exists() or shutil.which("vtysh") is None:
        pytest.skip("it needs root and FRRouting")
    with tempfile.TemporaryDirectory(prefix="frr-") as folder:
        Path(folder).chmod(0o777)  # the daemons run as a user of their own
        one = Frr(Path(folder))
        try:
            yield one
        finally:
            with contextlib.suppress(ProcessLookupError):
                one.stop()


class Seen:
    """A real router as the invariants look at it: FRR's part as it prints it, the other files as simulated."""

    def __init__(self, frr: Frr, simulated: object) -> None:
        self.frr, self.simulated = frr, simulated

    def trees(self) -> dict[str, list[Node]]:
        own = trees_of(PLATFORM, {"frr.conf": self.frr.config()})
        return {
            **self.simulated.trees(),
            "frr.conf": [one for one in own["frr.conf"] if ":" not in one.text.split()[0]],
        }  # type: ignore[attr-defined]

    def dangling(self) -> frozenset[str]:
        return PLATFORM.device(self.trees()).dangling()  # type: ignore[misc]

    def points(self) -> dict[str, tuple[str, ...]]:
        return {}


def typed(frr: Frr, start: object, steps: tuple[Step, ...], invariants: Invariants) -> list[str]:
    """Type all commands; what was refused, what was unsafe after one."""
    wrong = []
    for step in steps:
        for command in step.commands:
            start.apply(command.context, command.text)  # type: ignore[attr-defined]
            if (command.context[:1] and command.context[0] in PLATFORM_FILES) or command.text in LOADS:
                continue
            said = frr.type(command)
            if "%" in said or "Unknown" in said:
                wrong.append(f"{command.context} {command.shown}: {said}")
            wrong += [f"after {command.context} {command.shown}: {one}" for one in invariants.broken(Seen(frr, start))]  # type: ignore[arg-type]
    return wrong


PLATFORM_FILES = frozenset(file.name for file in PLATFORM.files) - {"frr.conf"}
LOADS = ("nft -f /etc/nftables.conf", "ifreload -a", "swanctl --load-all", "systemctl restart frr", "sysctl -p /etc/sysctl.d/90-peerwright.conf")  # fmt: skip


def read(one: Any) -> Facts:
    """Its facts; ``vtysh`` prints the name of this machine as the hostname."""
    return msgspec.structs.replace(PLATFORM.read(one.trees()).facts, hostname="")


def follow(frr: Frr, name: str) -> None:
    running, intended = texts("linux_frr", name)
    proof = planned("linux_frr", name, running, intended)
    file = frr.folder / "frr.conf"
    file.write_text(running["frr.conf"])
    assert "%" not in frr.ask("-f", str(file))
    simulated, ends = router(PLATFORM, running), router(PLATFORM, running)
    before = read(Seen(frr, simulated))
    for step in proof.change.steps:
        for command in step.commands:
            ends.apply(command.context, command.text)
    there = Invariants(PLATFORM, router(PLATFORM, running), ends, proof.change.resets)
    assert typed(frr, simulated, proof.change.steps, there) == []
    assert read(Seen(frr, simulated)) == read(simulated)
    assert typed(frr, simulated, proof.change.rollback, there) == []
    assert read(Seen(frr, simulated)) == before


@pytest.mark.parametrize("name", FEW)
def test_real_frr_takes_every_command_and_is_safe_after_each(frr: Frr, name: str) -> None:
    follow(frr, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [one for one in EVERY if one not in FEW])
def test_real_frr_takes_every_command_of_all_other_changes(frr: Frr, name: str) -> None:
    follow(frr, name)
