"""The inventories that ship, and exactly what is expected of them: section G of the domain rules."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.scenarios.test_scenarios import INVENTORIES, base_findings

EXPECTED = {
    "fjellmark": {"warning IPS-TUN-05": 1},
    "fjellmark-linux": {"warning IPS-TUN-05": 1},
    "northlake": {
        "warning INV-015": 1,
        "warning INV-028": 1,
        "warning INV-040": 2,
        "warning PAIR-015": 1,
        "warning IPS-TUN-05": 1,
    },
    "hollins": {"warning INV-015": 2, "warning INV-027": 1, "warning INV-040": 2},
    "saltmarsh": {"warning INV-015": 2, "warning INV-028": 2, "warning INV-040": 2},
    "starter": {},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_shipped_inventory_has_the_expected_findings_and_no_other(name: str) -> None:
    assert Counter(" ".join(line.split()[:2]) for line in base_findings(name)) == EXPECTED[name]


def test_every_shipped_inventory_has_its_expectations_here() -> None:
    assert EXPECTED.keys() == {path.name for path in INVENTORIES.iterdir() if path.is_dir()}
