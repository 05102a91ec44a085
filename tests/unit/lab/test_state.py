"""A lab's folder: one command at a time, what a crash left is cleared, names are safe."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from generator.lab.engine.keeper import Kept, Order
from generator.lab.engine.process import Mark, mark_of
from generator.lab.state import Folder, lab_name, labs
from generator.model.outcome import Refused


def test_a_lab_is_named_after_its_inventory(tmp_path: Path) -> None:
    folder = tmp_path / "My Network_2"
    folder.mkdir()
    assert lab_name(folder) == "my-network-2"
    file = tmp_path / "one.yaml"
    file.touch()
    assert lab_name(file) == "one"
    assert lab_name(Path("fjellmark-linux")) == "fjellmark-linux"
    assert "/" not in lab_name(tmp_path / "..")
    assert len(lab_name(tmp_path / ("x" * 200))) <= 40


def test_two_commands_on_one_lab_exclude_each_other(tmp_path: Path) -> None:
    with Folder("a", tmp_path).locked():
        with pytest.raises(Refused, match="another command"), Folder("a", tmp_path).locked():
            pass
        with Folder("b", tmp_path).locked():
            pass
    with Folder("a", tmp_path).locked():
        pass


def test_the_lock_goes_with_the_lab(tmp_path: Path) -> None:
    root = tmp_path / "run"
    with Folder("a", root).locked():
        pass
    assert not root.exists()


def test_what_a_crash_left_is_cleared_and_strangers_are_not_ended(tmp_path: Path) -> None:
    folder = Folder("a", tmp_path)
    folder.create()
    own = mark_of(os.getpid())
    assert own is not None
    stranger = Mark(own.pid, own.started + 1)
    folder.write("kept.json", msgspec.json.encode(Kept(keeper=stranger, box=stranger)))
    folder.write("order.json", msgspec.json.encode(Order(engine="flat", python="x", path="y")))
    assert not folder.running()
    assert labs(tmp_path)[0].name == "a"
    assert folder.clear()
    assert not folder.path.exists()
    assert not folder.clear()


def test_a_half_written_folder_is_no_lab(tmp_path: Path) -> None:
    folder = Folder("a", tmp_path)
    folder.create()
    (folder / "kept.json").write_text("{")
    assert folder.kept() is None
    assert folder.record() is None
    assert not folder.running()
    assert folder.clear()


def test_only_root_reads_it(tmp_path: Path) -> None:
    folder = Folder("a", tmp_path)
    folder.create()
    folder.write("topology.json", b"keys")
    assert folder.path.stat().st_mode & 0o077 == 0
    assert (folder / "topology.json").stat().st_mode & 0o077 == 0
