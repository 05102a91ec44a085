"""Two parsers on purpose: our one-pass trees and ciscoconfparse2's say the same of every text that we render."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from generator.model.facts import ReadResult
from generator.pipeline import read_inventory
from generator.plan import plan
from generator.platforms import load
from generator.readback.braces import parse_braces
from generator.readback.ciscoconf import parse_device
from generator.readback.indent import parse_indent
from generator.readback.read import read_device, read_rendered
from generator.render.engine import Artifact, renderer_of
from tests.properties.inventories import inventories, written

INVENTORIES = Path(__file__).parents[2] / "inventories"


def artifacts(path: Path) -> list[tuple[str, Artifact]]:
    loaded = read_inventory(path)
    assert loaded.intent is not None
    devices = plan(loaded.intent).plan.devices.values()
    return [(device.platform, one) for device in devices for one in renderer_of(device.platform).render(device)]


def assert_equal_trees(path: Path) -> int:
    seen = 0
    for _, artifact in artifacts(path):
        file, text = artifact.file, artifact.text
        if file.syntax == "braces":
            ours, problems = parse_braces(text)
            assert not problems
        else:
            ours = parse_indent(text, file.comment)
        assert ours == parse_device(text, file.syntax, file.comment), f"{artifact.device}/{file.name}"
        seen += len(ours)
    return seen


@pytest.mark.parametrize("name", ["northlake", "hollins", "saltmarsh", "starter"])
def test_on_every_shipped_inventory(name: str) -> None:
    assert assert_equal_trees(INVENTORIES / name) > 5


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(inventory=inventories())
def test_on_any_inventory(inventory: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert assert_equal_trees(written(inventory, Path(folder))) > 0


def without_places(result: ReadResult) -> object:
    return result.facts, result.unrecognised


@pytest.mark.parametrize("name", ["northlake", "hollins", "saltmarsh"])
def test_and_so_the_facts_are_the_same(name: str) -> None:
    texts: dict[tuple[str, str], dict[str, str]] = {}
    for platform, artifact in artifacts(INVENTORIES / name):
        texts.setdefault((artifact.device, platform), {})[artifact.file.name] = artifact.text
    for (_, platform), files in texts.items():
        one, two = read_rendered(load(platform), files), read_device(load(platform), files)
        assert without_places(one) == without_places(two)
        assert one.places == two.places


def test_the_trees_differ_where_the_texts_do() -> None:
    one = parse_indent("router bgp 1\n neighbor 1.1.1.1 remote-as 2\n", "!")
    two = parse_device("router bgp 1\n neighbor 1.1.1.1 remote-as 3\n", "indent", "!")
    assert one != two
