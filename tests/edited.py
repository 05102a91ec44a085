"""Shipped inventories with an edit, for tests that read what the edit means."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from generator.change.compared import Comparison
from generator.compare import compared
from generator.pipeline import read_inventory

SHIPPED = Path(__file__).parent.parent / "inventories"


def copied(name: str, folder: Path) -> Path:
    """A copy of a shipped inventory, to be edited."""
    shutil.copytree(SHIPPED / name, folder / name)
    return folder / name


def edit(inventory: Path, file: str, *replacements: tuple[str, str]) -> None:
    """Replace texts that must be there."""
    path = inventory / file
    text = path.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def between(before: Path, after: Path) -> Comparison:
    """What the edit means, without git."""
    old, new = read_inventory(before).intent, read_inventory(after).intent
    assert old is not None
    assert new is not None
    return compared(new, after, running=None, live=None, earlier=old, commit="0" * 40)


def news(found: Comparison, device: str) -> list[str]:
    """The sentences of one router that are no mere consequence."""
    return [one.sentence for one in found.changes if one.device == device and not one.detail]


def git(folder: Path, *words: str) -> None:
    """Run git in a repository of the test's own."""
    author = ["-c", "user.name=test", "-c", "user.email=test@example.net", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *author, *words], check=True, capture_output=True)


def repository(folder: Path) -> None:
    """A git repository with all that is in the folder."""
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
