"""Each folder here is a story: an inventory that ships, one thing changed in it, and exactly what peerwright says.

``scenario.yaml`` holds

- ``story``: what happened, in a sentence;
- ``base``: the inventory it starts from;
- ``edits``: texts replaced in its files, as a person would type them;
- ``config_edits``: texts replaced in the rendered configs, which are then verified as a device's;
- ``only``: routers to verify (default: all);
- ``adds``: the findings it leads to, beyond those that the base inventory has anyway;
- ``removes``: findings of the base that it makes go away.

A finding is written ``severity rule path: message``.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import api
from generator.model.finding import Finding, path_text

HERE = Path(__file__).parent
INVENTORIES = HERE.parent.parent / "inventories"
SCENARIOS = sorted(path.parent for path in HERE.rglob("scenario.yaml"))


def line(finding: Finding) -> str:
    """A finding as a scenario writes it."""
    place = path_text(finding.path) or finding.device
    return f"{finding.severity.word} {finding.rule} {place}: {finding.message}"


@cache
def base_findings(name: str) -> tuple[str, ...]:
    return tuple(line(one) for one in api.check(INVENTORIES / name, native=False).findings)


def edit(root: Path, edits: list[dict[str, str]]) -> None:
    for one in edits:
        file = root / one["file"]
        text = file.read_text()
        assert text.count(one["old"]) >= 1, f"{one['old']!r} is not in {one['file']}"
        file.write_text(text.replace(one["old"], one["new"]))


def run(scenario: dict[str, Any], folder: Path) -> list[str]:
    root = folder / scenario["base"]
    shutil.copytree(INVENTORIES / scenario["base"], root)
    edit(root, scenario.get("edits", []))
    if "config_edits" not in scenario:
        return [line(one) for one in api.check(root, native=False).findings]
    build = folder / "build"
    api.render(root, build, native=False)
    edit(build, scenario["config_edits"])
    return [line(one) for one in api.verify(root, build, only=scenario.get("only", ())).findings]


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda path: str(path.relative_to(HERE)))
def test_scenario(folder: Path, tmp_path: Path) -> None:
    scenario = yaml.safe_load((folder / "scenario.yaml").read_text())
    assert scenario["story"]
    found = set(run(scenario, tmp_path))
    base = set(base_findings(scenario["base"]))
    assert sorted(found - base) == sorted(scenario.get("adds", []))
    if "config_edits" not in scenario:
        assert sorted(base - found) == sorted(scenario.get("removes", []))


def test_every_scenario_adds_or_removes_something() -> None:
    for folder in SCENARIOS:
        scenario = yaml.safe_load((folder / "scenario.yaml").read_text())
        assert scenario.get("adds") or scenario.get("removes") or scenario.get("clean"), folder
