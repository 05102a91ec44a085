"""diff(a, a) is empty: for what was rendered, for the same as a device would print it, and for an edit that is none."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import api
from generator.compare import compared, comparison_of
from generator.compare.cases import cases_of
from generator.compare.files import pack_files
from generator.compare.window import pack_of, pictures_of
from generator.pipeline import read_inventory
from generator.plan import plan
from tests.edited import SHIPPED, between
from tests.properties.inventories import MARK, inventories, platforms, written

PATIENT = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def against_its_own_render(inventory: Path, folder: Path) -> None:
    api.render(inventory, folder, native=False)
    intent = read_inventory(inventory).intent
    assert intent is not None
    found = compared(intent, inventory, running=folder, live=None, earlier=None, commit="")
    assert not found.findings
    assert not found.different, [one.sentence for one in found.changes]
    assert not any(router.foreign for router in found.routers)


@pytest.mark.parametrize("name", sorted(path.name for path in SHIPPED.iterdir() if path.name != "starter"))
def test_a_shipped_inventory_differs_neither_from_itself_nor_from_its_configs(name: str, tmp_path: Path) -> None:
    assert not between(SHIPPED / name, SHIPPED / name).different
    against_its_own_render(SHIPPED / name, tmp_path)


@PATIENT
@given(inventory=inventories())
def test_a_random_inventory_does_not_differ_from_its_configs(inventory: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(inventory, Path(folder) / "in")
        against_its_own_render(path, Path(folder) / "out")


@PATIENT
@given(data=st.data(), kinds=st.tuples(platforms, platforms))
def test_between_any_two_inventories_every_difference_is_told_and_no_key_shown(
    data: st.DataObject, kinds: tuple[str, str]
) -> None:
    one, two = data.draw(inventories(kinds)), data.draw(inventories(kinds))
    with tempfile.TemporaryDirectory() as folder:
        old = read_inventory(written(one, Path(folder) / "one")).intent
        new = read_inventory(written(two, Path(folder) / "two")).intent
    assert old is not None
    assert new is not None
    cases, findings = cases_of(new, running=None, live=None, earlier=old)
    found = comparison_of(cases, findings, "random", "the other one", (old, new))
    for router in found.routers:
        assert bool(router.changes) or not router.blocks
        told = {fact for change in router.changes for fact in change.covers}
        assert told.issuperset(diff.fact for diff in router.objects), "a difference that no sentence tells"
    pack = pack_of(found, cases, plan(new).plan.pairs, {}, findings)
    for text in (repr(found), *pack_files(pack, pictures_of(found, cases)).values()):
        assert MARK not in text
