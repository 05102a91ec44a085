"""All files or none: what `Stage` promises of a folder of configs."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from generator.render import Stage, StageError


def files(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}


def test_nothing_is_in_place_before_commit_and_everything_after(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    assert stage.put("pe1", "running.cfg", "one\n")
    assert not (tmp_path / "pe1" / "running.cfg").exists()
    assert stage.commit() == 1
    assert files(tmp_path) == {"pe1/running.cfg": "one\n"}


def test_only_the_owner_reads_a_config_even_one_that_was_open_before(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.put("pe1", "running.cfg", "one\n")
    stage.commit()
    target = tmp_path / "pe1" / "running.cfg"
    assert target.stat().st_mode & 0o777 == 0o600
    target.chmod(0o644)
    assert not stage.put("pe1", "running.cfg", "one\n")
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_file_that_says_the_same_is_not_touched(tmp_path: Path) -> None:
    first = Stage(tmp_path)
    first.put("pe1", "running.cfg", "one\n")
    first.commit()
    before = (tmp_path / "pe1" / "running.cfg").stat()
    second = Stage(tmp_path)
    assert not second.put("pe1", "running.cfg", "one\n")
    assert second.commit() == 0
    after = (tmp_path / "pe1" / "running.cfg").stat()
    assert (second.unchanged, before.st_mtime_ns, before.st_ino) == (1, after.st_mtime_ns, after.st_ino)


def test_abort_leaves_the_old_files_whole_and_nothing_of_the_new(tmp_path: Path) -> None:
    old = Stage(tmp_path)
    old.put("pe1", "running.cfg", "old\n")
    old.commit()
    stage = Stage(tmp_path)
    stage.put("pe1", "running.cfg", "new\n")
    stage.put("pe2", "running.cfg", "new\n")
    stage.abort()
    assert files(tmp_path) == {"pe1/running.cfg": "old\n"}


def test_sweep_removes_what_another_process_staged(tmp_path: Path) -> None:
    Stage(tmp_path).put("pe1", "running.cfg", "new\n")
    Stage(tmp_path).sweep(["pe1"])
    assert files(tmp_path) == {}


def test_a_link_at_the_place_of_a_config_is_replaced_and_its_target_kept(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious\n")
    (tmp_path / "build" / "pe1").mkdir(parents=True)
    (tmp_path / "build" / "pe1" / "running.cfg").symlink_to(elsewhere)
    stage = Stage(tmp_path / "build")
    stage.put("pe1", "running.cfg", "new\n")
    stage.commit()
    assert elsewhere.read_text() == "precious\n"
    assert (tmp_path / "build" / "pe1" / "running.cfg").read_text() == "new\n"


def test_a_folder_that_is_a_file_is_said_by_name(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("")
    with pytest.raises(StageError, match="Not a directory"):
        Stage(tmp_path / "build").put("pe1", "running.cfg", "x")


def test_a_full_disk_is_said_and_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = Stage(tmp_path)
    old.put("pe1", "running.cfg", "old\n")
    old.commit()

    def full(descriptor: int, data: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    stage = Stage(tmp_path)
    with pytest.raises(StageError, match="No space left on device"):
        stage.put("pe1", "running.cfg", "new\n")
    stage.abort()
    assert files(tmp_path) == {"pe1/running.cfg": "old\n"}


def test_the_error_travels_between_processes() -> None:
    error = pickle.loads(pickle.dumps(StageError(Path("build"), OSError(28, "No space left on device"))))
    assert (error.path, error.reason) == (Path("build"), "No space left on device")
