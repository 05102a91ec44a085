"""diff(a, a) is empty: for what was rendered, for the same as a device would print it, and for an edit that is none."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from generator import api
from generator.compare import compared
from generator.pipeline import read_inventory
from tests.edited import SHIPPED, between
from tests.properties.inventories import MARK, inventories, written

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
@given(one=inventories(), two=inventories())
def test_between_any_two_inventories_every_difference_is_told_and_no_key_shown(
    one: dict[str, Any], two: dict[str, Any]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = between(written(one, Path(folder) / "one"), written(two, Path(folder) / "two"))
        for router in found.routers:
            assert bool(router.changes) or not router.blocks
        assert MARK not in repr(found)
