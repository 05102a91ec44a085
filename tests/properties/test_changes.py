"""Any two inventories: the commands lead from one to the other, safely at every step, and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generator.platforms import load
from tests.changing import comparable, meaning, proven, rendered, whole_files
from tests.properties.inventories import inventories, router


def on(platform: str, inventory: dict[str, Any]) -> dict[str, Any]:
    """The inventory with both routers of one platform, and without what that cannot do."""
    for name, one in inventory["routers"].items():
        inventory["routers"][name] = {**one, **router(platform, one.get("provider"))}
    if platform == "juniper_junos":
        for customer in inventory["customers"].values():
            for circuit in customer["circuits"].values():
                for peering in circuit["peerings"].values():
                    peering.pop("ipsec", None)
                    peering.pop("nat", None)
    return inventory


def check(platform: str, first: dict[str, Any], second: dict[str, Any]) -> None:
    running = rendered(on(platform, first))[1]
    device, intended = rendered(on(platform, second))
    proof = proven(device, running, intended, before=running)
    wanted = meaning(load(platform), intended)
    assert proof.problems() == []
    assert comparable(proof.end, wanted) == comparable(wanted, wanted)
    assert proof.comes_back()
    assert proven(device, intended, intended).change.steps == ()
    if platform == "linux_frr":
        assert all(text == intended[name] for name, text in whole_files(proof.change.steps).items())
        assert all(text == running[name] for name, text in whole_files(proof.change.rollback).items())


def patient(examples: int) -> settings:
    """Without the search for a smaller counterexample: it costs more than all the rest, and the seed is fixed."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )


PLATFORMS = ("cisco_xe", "juniper_junos", "linux_frr")


@pytest.mark.parametrize("platform", PLATFORMS)
@patient(3)
@given(data=st.data())
def test_there_and_back_between_any_two_inventories(platform: str, data: st.DataObject) -> None:
    check(platform, data.draw(inventories(most=2)), data.draw(inventories(most=2)))


@pytest.mark.slow
@pytest.mark.parametrize("platform", PLATFORMS)
@patient(6)
@given(data=st.data())
def test_there_and_back_between_any_two_larger_inventories(platform: str, data: st.DataObject) -> None:
    check(platform, data.draw(inventories()), data.draw(inventories()))
