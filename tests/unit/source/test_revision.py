"""The inventory as it was at a git revision, and clear words where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.source.revision import RevisionError, at_revision
from tests.edited import git, repository


def kept(tmp_path: Path) -> Path:
    inventory = tmp_path / "repo" / "net with space"
    inventory.mkdir(parents=True)
    (inventory / "a.yaml").write_text("one: 1\n", encoding="utf-8")
    (inventory / "sub").mkdir()
    (inventory / "sub" / "ü.yaml").write_text("two: 2\n", encoding="utf-8")
    (tmp_path / "repo" / "other.yaml").write_text("not: ours\n", encoding="utf-8")
    repository(tmp_path / "repo")
    return inventory


def test_files_of_the_past_are_laid_out_and_others_are_not(tmp_path: Path) -> None:
    inventory = kept(tmp_path)
    (inventory / "a.yaml").write_text("one: 11\n", encoding="utf-8")
    with at_revision(inventory, "HEAD") as past:
        found = {one.relative_to(past.path).as_posix(): one.read_text("utf-8") for one in past.path.rglob("*.yaml")}
        assert len(past.commit) == 40
    assert found == {"a.yaml": "one: 1\n", "sub/ü.yaml": "two: 2\n"}
    assert not past.path.exists(), "nothing is left behind"


def test_an_inventory_may_be_one_file_or_the_whole_repository(tmp_path: Path) -> None:
    inventory = kept(tmp_path)
    with at_revision(inventory / "a.yaml", "HEAD") as past:
        assert past.path.read_text("utf-8") == "one: 1\n"
    with at_revision(inventory.parent, "HEAD") as past:
        assert (past.path / "net with space" / "a.yaml").is_file()


@pytest.mark.parametrize("revision", ["nope", "--output=/tmp/x", "", "HEAD~99", "HEAD:other.yaml"])
def test_what_is_no_revision_is_said(tmp_path: Path, revision: str) -> None:
    with pytest.raises(RevisionError, match="there is no revision"), at_revision(kept(tmp_path), revision):
        pass


def test_outside_of_a_repository(tmp_path: Path) -> None:
    with pytest.raises(RevisionError, match="is not in a git repository"), at_revision(tmp_path, "HEAD"):
        pass


def test_before_the_inventory_was_there(tmp_path: Path) -> None:
    inventory = kept(tmp_path)
    late = inventory.parent / "late"
    late.mkdir()
    with pytest.raises(RevisionError, match=r"there is no .*late in revision HEAD"), at_revision(late, "HEAD"):
        pass


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    inventory = kept(tmp_path)
    (inventory / "link.yaml").symlink_to("/etc/passwd")
    git(inventory, "add", "-A")
    git(inventory, "commit", "-q", "-m", "link")
    with pytest.raises(RevisionError, match=r"link.yaml is a symbolic link"), at_revision(inventory, "HEAD"):
        pass
