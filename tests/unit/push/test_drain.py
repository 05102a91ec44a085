"""A drained plan: rendered by the same templates, read back, and only that."""

from __future__ import annotations

import pytest

from generator.model.plan import DevicePlan
from generator.pipeline import read_inventory
from generator.plan import plan
from generator.platforms import load
from generator.push.candidate import bundle, intended, unbundle, whole, whole_drain
from generator.push.drain import LAST_CHOICE, PREPENDED, Drain, drained, drained_sessions
from generator.push.state import expectation
from tests.unit.push.shipped import shipped


def planned(name: str = "fjellmark-linux", router: str = "r2") -> DevicePlan:
    loaded = read_inventory(shipped(name))
    assert loaded.intent is not None
    return plan(loaded.intent).plan.devices[router]


@pytest.mark.parametrize("name", ["fjellmark-linux", "fjellmark", "northlake", "hollins"])
@pytest.mark.parametrize("how", ["prepend", "local_preference", "shutdown"])
def test_every_platform_renders_a_drain_that_reads_back(name: str, how: Drain) -> None:
    """`intended` refuses what does not."""
    loaded = read_inventory(shipped(name))
    assert loaded.intent is not None
    for device in plan(loaded.intent).plan.devices.values():
        if drained_sessions(device):
            assert intended(drained(device, how)) != intended(device)


def test_prepend_makes_both_directions_unattractive_and_touches_nobody_else() -> None:
    before, after = planned(), drained(planned(), "prepend")
    azure = drained_sessions(before)
    for key, neighbor in before.facts.neighbors.items():
        old, new = (one.facts.policies.get(neighbor.export_policy) for one in (before, after))
        if key not in azure:
            assert old == new
            continue
        assert old is not None
        assert new is not None
        permits = [(a, b) for a, b in zip(old.rules, new.rules, strict=True) if a.permit]
        assert all(b.prepend == (neighbor.local_as,) * (len(a.prepend) + PREPENDED) for a, b in permits)
        inward = after.facts.policies[neighbor.import_policy]
        assert all(rule.local_preference == LAST_CHOICE for rule in inward.rules if rule.permit)


def test_shutdown_ends_the_sessions_with_azure_and_the_gates_know() -> None:
    device = planned()
    wanted = expectation(drained(device, "shutdown"), "shutdown")
    assert {key for key, one in wanted.sessions.items() if not one.up} == drained_sessions(device)


def test_what_runs_is_drained_without_touching_another_file() -> None:
    device = planned()
    running = whole(device).text
    found = whole_drain(device, running, "prepend")
    assert found is not None
    platform = load(device.platform)
    old, new = unbundle(platform, running), unbundle(platform, found.text)
    assert [name for name in old if old[name] != new[name]] == ["frr.conf"]
    assert "set as-path prepend 64610 64610 64610 64610 64610" in new["frr.conf"]


def test_a_running_config_with_a_line_that_nobody_knows_is_not_rendered_again() -> None:
    device = planned()
    running = whole(device).text.replace("exit\n!\n", "exit\n!\nrouter ospf\n!\n", 1)
    assert whole_drain(device, running, "prepend") is None


def test_a_running_config_that_is_empty_has_nothing_to_drain() -> None:
    assert whole_drain(planned(), "# file: frr.conf\nhostname r2\n", "prepend") is None


def test_a_bundle_comes_apart_as_it_was_put_together() -> None:
    platform = load("linux_frr")
    texts = {"frr.conf": "a\n", "interfaces": "# a comment\n", "swanctl.conf": ""}
    assert unbundle(platform, bundle(texts)) == texts


def test_a_router_that_was_left_drained_is_not_drained_twice() -> None:
    """Paths would become longer with each push that fails."""
    device = planned()
    assert whole_drain(device, whole(drained(device, "prepend")).text, "prepend") is None
    assert whole_drain(device, whole(drained(device, "shutdown")).text, "shutdown") is None
