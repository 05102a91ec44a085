"""Every change in ``tests/changes``: the recorded commands, the right end by the readers, and every state on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.platforms import load
from tests.changes.make import ROOT, planned, text_of
from tests.changing import Texts, comparable, meaning

FOLDERS = sorted(path.parent for path in ROOT.glob("*/*/commands"))


def texts_in(folder: Path) -> Texts:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def test_there_are_the_eight_and_more_than_forty_others_on_all_three_platforms() -> None:
    names = [path.name for path in FOLDERS]
    assert sum(name[0] == "b" and name[1].isdigit() for name in names) == 8
    assert len(names) > 48
    assert {path.parent.name for path in FOLDERS} == {"cisco_xe", "juniper_junos", "linux_frr"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_change_has_the_recorded_commands_and_is_safe_there_and_back(folder: Path) -> None:
    running, intended = texts_in(folder / "running"), texts_in(folder / "intended")
    proof = planned(folder.parent.name, folder.name, running, intended)
    assert text_of(proof.change.steps) == (folder / "commands").read_text()
    assert text_of(proof.change.rollback) == (folder / "rollback").read_text()
    assert proof.problems() == []
    assert proof.comes_back()
    wanted = meaning(load(folder.parent.name), intended)
    assert comparable(proof.end, wanted) == comparable(wanted, wanted)
