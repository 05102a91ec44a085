"""The program on a Linux router, in this process: what is on its disk while a change waits, and what a reboot brings."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.push.napalm_linux_frr.agent import applying, files, requests, timer
from generator.push.napalm_linux_frr.agent.files import ORDER, Box

OLD = {name: f"old {name}\n" for name in ORDER}
NEW = {name: f"new {name}\n" for name in ORDER}


class PowerLost(BaseException):
    """Nothing of the program runs on, not even what cleans up."""


class Machine:
    """A router whose programs only note what they are given to load."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.boot, self.loaded = folder, "first", dict(OLD)
        self.paths = {name: {"path": str(folder / name)} for name in ORDER}
        self.beside: list[dict[str, str]] = []
        """What was on disk at each load."""
        self.dies_at, self.fails_at = "", ""
        for name, text in OLD.items():
            (folder / name).write_text(text)
        patch.setattr(applying, "APPLY", {name: self._loader(name) for name in ORDER})
        patch.setattr(requests, "check", lambda *_: [])
        patch.setattr(requests, "start_timer", lambda *_: 0)
        for module in (files, requests, timer):
            patch.setattr(module, "boot", lambda: self.boot)
        patch.setattr(requests, "alive", lambda pending: pending["boot"] == self.boot)
        patch.setattr(files, "run", lambda *_: (0, f"Current configuration:\n{self.loaded['frr.conf']}"))

    def _loader(self, name: str) -> Callable[[Box, str, str], str]:
        def load(box: Box, text: str, old: str) -> str:
            assert box.text(name) == text, "it is loaded from its place"
            if self.fails_at == name and text == NEW[name]:
                return "it is refused"
            self.loaded[name] = text
            self.beside.append(self.disk)
            if self.dies_at == name:
                raise PowerLost
            return ""

        return load

    @property
    def disk(self) -> dict[str, str]:
        return {name: (self.folder / name).read_text() for name in ORDER}

    def ask(self, op: str, **more: Any) -> dict[str, Any]:
        request = {"op": op, "paths": self.paths, "state": str(self.folder / "state"), **more}
        answer: dict[str, Any] = getattr(requests, f"op_{op}")(Box(request))
        return answer

    def reboot(self) -> None:
        self.boot, self.loaded = "second", self.disk
        self.dies_at = ""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_while_a_change_waits_a_reboot_brings_the_old_config(machine: Machine) -> None:
    machine.ask("commit", files=NEW, revert_in=60)
    assert machine.loaded == NEW
    assert machine.disk == OLD
    assert machine.ask("read")["running"] == NEW
    machine.reboot()
    assert machine.loaded == OLD
    assert machine.ask("read")["running"] == OLD, "what waited for its confirmation does not run any more"
    assert machine.ask("pending") == {"pending": None}
    with pytest.raises(files.Refused, match="no commit waits"):
        machine.ask("confirm")
    assert machine.disk == machine.loaded == OLD


@pytest.mark.parametrize("name", ORDER)
def test_a_router_that_loses_its_power_while_a_change_is_made_goes_back_at_the_next_question(
    machine: Machine, name: str
) -> None:
    """At most the file that is being loaded is a new one on disk."""
    machine.dies_at = name
    with pytest.raises(PowerLost):
        machine.ask("commit", files=NEW, revert_in=60)
    assert {one for one in ORDER if machine.disk[one] != OLD[one]} == {name}
    assert all(sum(disk[one] != OLD[one] for one in ORDER) == 1 for disk in machine.beside)
    machine.reboot()
    assert machine.ask("pending") == {"pending": None}
    assert machine.disk == machine.loaded == OLD


@pytest.mark.parametrize("name", ORDER)
def test_a_file_that_does_not_load_takes_the_others_back(machine: Machine, name: str) -> None:
    machine.fails_at = name
    with pytest.raises(files.Refused, match="it is refused; the old config is back"):
        machine.ask("commit", files=NEW, revert_in=60)
    assert machine.disk == machine.loaded == OLD


def test_what_is_confirmed_is_on_disk_and_what_is_rolled_back_is_not(machine: Machine) -> None:
    machine.ask("commit", files=NEW, revert_in=60)
    machine.ask("confirm")
    assert machine.disk == machine.loaded == NEW
    machine.ask("rollback")
    assert machine.disk == machine.loaded == OLD


def test_a_commit_without_a_timer_is_on_disk_at_once(machine: Machine) -> None:
    machine.ask("commit", files=NEW)
    assert machine.disk == machine.loaded == NEW
    machine.reboot()
    assert machine.ask("pending") == {"pending": None}
    assert machine.loaded == NEW


def test_who_asks_whether_a_commit_waits_waits_for_one_that_is_being_made(machine: Machine) -> None:
    """A connection is lost in the middle of a commit, which goes on: the next one must not read half of it."""
    box = Box({"paths": machine.paths, "state": str(machine.folder / "state")})
    order: list[str] = []

    def ask() -> None:
        machine.ask("pending")
        order.append("answered")

    with box.lock():
        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.3)
        order.append("committed")
    asking.join(5)
    assert order == ["committed", "answered"]
