"""Two routers with tunnels, filters, NAT and QoS in which nothing is wrong: no rule says anything."""

from __future__ import annotations

from typing import Literal

import pytest

from generator.model.plan import Domain
from generator.readback.compare import compare
from generator.rules import REGISTRY, load
from tests import security_evidence
from tests.evidence import everything
from tests.security_evidence import PAPER, Router, device, pair, plan, tunnels

IDS = {f"PAIR-{number:03}" for number in (4, 7, 8, 9, 11, *range(21, 27), *range(29, 37))}


def test_every_rule_about_it_is_registered_and_documented() -> None:
    load()
    for rule_id in IDS:
        for rule in REGISTRY[rule_id]:
            assert all(rule.part(name) for name in ("Why", "Fix", "Bad", "Good")), rule_id


@pytest.mark.parametrize("router", ["r1", "r2"])
@pytest.mark.parametrize("stateful", [False, True])
def test_a_good_router_has_no_finding(router: Router, stateful: bool) -> None:
    assert everything(device(router, stateful=stateful)) == []


def test_good_tunnels_have_no_finding() -> None:
    assert everything(tunnels()) == []


@pytest.mark.parametrize(("domain", "family"), [(Domain.PRIVATE, 4), (Domain.MICROSOFT, 4), (Domain.MICROSOFT, 6)])
def test_a_good_pair_has_no_finding_but_that_the_two_do_not_speak_ibgp(domain: Domain, family: Literal[4, 6]) -> None:
    assert [one for one in everything(pair(domain, family)) if not one.startswith("PAIR-020")] == []


@pytest.mark.parametrize("router", ["r1", "r2"])
def test_a_good_router_equals_its_plan(router: Router) -> None:
    assert compare(plan(router), device(router).result, PAPER) == []


def test_the_other_router_is_another_one() -> None:
    one, two = plan("r1"), plan("r2")
    assert {str(t.local) for t in one.facts.tunnels.values()} == {"172.20.0.1"}
    assert {(str(t.local), t.local_identity) for t in two.facts.tunnels.values()} == {("172.20.0.2", "172.20.0.2")}
    assert two.sessions[0].role is security_evidence.Role.SECONDARY
    assert one.facts.filters.keys() == two.facts.filters.keys()


def test_a_pair_without_filters_is_not_asked_for_any() -> None:
    """A plan without a firewall: nothing is dropped, and nobody expects it to be."""
    from msgspec.structs import replace

    from tests.evidence import read

    bare = replace(
        plan("r1"), facts=replace(plan("r1").facts, zones={}, zone_policies={}, filters={}, control_plane={})
    )
    assert [one for one in everything(read(bare)) if one.startswith(("PAIR-021", "PAIR-022"))] == []
