"""Every change in ``tests/changes``: the recorded commands, the right end by the readers, and every state on the way."""

from __future__ import annotations

import pytest

from generator.platforms import load
from tests.changes.make import ROOT, every, planned, recorded, texts
from tests.changing import comparable, meaning

CASES = tuple(every())


def test_there_are_the_eight_and_more_than_forty_others_on_all_three_platforms() -> None:
    names = [name for _, name in CASES]
    assert sum(name[0] == "b" and name[1].isdigit() for name in names) == 8
    assert len(names) > 48
    assert {platform for platform, _ in CASES} == {"cisco_xe", "juniper_junos", "linux_frr"}


def test_every_record_is_that_of_a_change() -> None:
    assert sorted((path.parent.name, path.stem) for path in ROOT.glob("*/*.commands")) == sorted(CASES)


@pytest.mark.parametrize(("platform", "name"), CASES)
def test_a_change_has_the_recorded_commands_and_is_safe_there_and_back(platform: str, name: str) -> None:
    running, intended = texts(platform, name)
    proof = planned(platform, name, running, intended)
    for file, text in recorded(name, proof.change).items():
        assert text == (ROOT / platform / file).read_text()
    assert proof.problems() == []
    assert proof.comes_back()
    wanted = meaning(load(platform), intended)
    assert comparable(proof.end, wanted) == comparable(wanted, wanted)
