"""What the smoke tier boots: less of the inventory, planned again, and what is missing is said."""

from __future__ import annotations

from pathlib import Path

from generator.inventory.secrets import SecretStore
from generator.lab.access import Access
from generator.lab.flatten import flattened, without_dummies
from generator.lab.sites import Fitting
from generator.lab.topology import build
from generator.plan import plan
from tests.unit.lab.test_topology import INVENTORIES, intent_of


def test_one_customer_in_clear_without_tags_and_vrfs() -> None:
    intent, left_out = flattened(intent_of("northlake"), SecretStore(INVENTORIES / "northlake"))
    part = plan(intent)
    assert not part.findings
    for device in part.plan.devices.values():
        assert set(device.facts.vrfs) == set()
        assert not device.facts.tunnels
        assert set(device.facts.interfaces) == {"eth1", "eth2", "eth3"}
        assert {vrf for vrf, _, _ in device.facts.neighbors} == {""}
    assert any("bravo, charlie" in one for one in left_out)
    assert any("VRFs" in one for one in left_out)


def test_what_is_left_out_is_said() -> None:
    _, left_out = flattened(intent_of("hollins"), SecretStore(Path()))
    assert "microsoft peering" in left_out
    assert "the firewalls of the pair" in left_out


def test_a_kernel_without_dummies_gets_bridges() -> None:
    intent, _ = flattened(intent_of("fjellmark"), SecretStore(INVENTORIES / "fjellmark"))
    topology = build(
        "x", intent, plan(intent).plan, fit=lambda _: Fitting(), access=Access("", "a b", "", "a b")
    ).topology
    kinds = {one.kind for device in without_dummies(topology).devices.values() for one in device.interfaces}
    assert kinds == {"port", "bridge"}
