"""What goes beside the tunnels on purpose is let through, and is a flow of the plan (IPS-TR-03)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.model.filters import ANY
from generator.model.plan import Side
from generator.pipeline import read_inventory
from generator.plan.build import plan
from tests.scenarios.test_scenarios import INVENTORIES, edit


@pytest.mark.parametrize("name", ["fjellmark", "fjellmark-linux"])
def test_a_prefix_in_clear_passes_the_front_vrf_in_both_directions(name: str, tmp_path: Path) -> None:
    root = tmp_path / name
    shutil.copytree(INVENTORIES / name, root)
    line = "              source: {primary"
    edit(root, [{"file": "fjellmark.yaml", "old": line, "new": f"              clear: [10.21.0.0/24]\n{line}"}])
    intent = read_inventory(root).intent
    assert intent is not None
    for device in plan(intent).plan.devices.values():
        here = [one for one in device.passages if one.vrf == "TRANSPORT"]
        assert [(one.source, one.destination, one.protocol) for one in here] == [
            (Side.AZURE, Side.INSIDE, ANY),
            (Side.INSIDE, Side.AZURE, ANY),
        ]
        assert [[str(one) for one in each.destinations] for each in here] == [["10.21.0.0/24"], ["10.60.0.0/16"]]
