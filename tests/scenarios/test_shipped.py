"""The inventories that ship, and exactly what is expected of them: section G of the domain rules, and FW-CP-01, where nobody says who manages the routers."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.scenarios.test_scenarios import base_findings

EXPECTED = {
    "northlake": {
        "warning INV-015": 1,
        "warning INV-028": 1,
        "warning INV-040": 2,
        "warning PAIR-015": 1,
        "warning INV-081": 1,
        "warning FW-CP-01": 2,
    },
    "hollins": {"warning INV-015": 2, "warning INV-027": 1, "warning INV-040": 2, "warning FW-CP-01": 2},
    "saltmarsh": {"warning INV-015": 2, "warning INV-028": 2, "warning INV-040": 2, "warning FW-CP-01": 4},
    "starter": {},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_shipped_inventory_has_the_expected_findings_and_no_other(name: str) -> None:
    assert Counter(" ".join(line.split()[:2]) for line in base_findings(name)) == EXPECTED[name]
