"""A pair in which nothing is wrong: no rule says anything."""

from __future__ import annotations

from typing import Literal

import pytest

from generator.model.plan import Domain
from generator.readback.compare import compare
from generator.rules import REGISTRY, load
from tests.evidence import PLATFORM, device, everything, pair, plan, read

PAIR_IDS = {f"PAIR-{number:03}" for number in (*range(1, 21), 24, 27, 28, *range(37, 45), 48)} | {
    "RB-001",
    "RB-002",
    "RB-003",
}


def test_every_rule_of_the_rendered_pair_is_registered_and_documented() -> None:
    load()
    assert {one for one in REGISTRY if one.startswith(("PAIR-", "RB-"))} >= PAIR_IDS
    for rule_id in PAIR_IDS:
        for rule in REGISTRY[rule_id]:
            assert all(rule.part(name) for name in ("Why", "Fix", "Bad", "Good")), rule_id


@pytest.mark.parametrize(("domain", "family"), [(Domain.PRIVATE, 4), (Domain.MICROSOFT, 4), (Domain.MICROSOFT, 6)])
def test_a_good_pair_has_no_finding(domain: Domain, family: Literal[4, 6]) -> None:
    assert everything(pair(domain, family)) == []


@pytest.mark.parametrize("router", ["pe1", "pe2"])
def test_a_good_router_has_no_finding(router: Literal["pe1", "pe2"]) -> None:
    assert everything(device(router, texts={"pe.cfg": "router bgp 64600\n"})) == []


def test_a_good_router_equals_its_plan() -> None:
    planned = plan("pe1")
    assert compare(planned, read(planned).result, PLATFORM) == []
