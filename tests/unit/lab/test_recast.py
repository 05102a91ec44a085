"""``--as``: the same inventory with all routers on one platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.inventory.load import validate
from generator.inventory.models import Inventory
from generator.lab.recast import lab_support, recast
from generator.model.outcome import Refused
from generator.source import load
from tests.inventories import BASE, with_values

PORTS = {
    "routers.pe2.azure_port": "TenGigabitEthernet0/2/0",
    "customers.alpha.circuits.alpha-ams.links": {
        "primary": {"port": "TenGigabitEthernet0/1/0"},
        "secondary": {"router": "pe2", "port": "TenGigabitEthernet0/3/0"},
    },
    "customers.alpha.ce.port": {"primary": "GigabitEthernet0/0/1", "secondary": "GigabitEthernet0/0/7"},
    "customers.alpha.circuits.alpha-ams.peerings.private.links": {"primary": {"unit": 77}},
}


def inventory_of(tmp_path: Path, text: str) -> Inventory:
    file = tmp_path / "inventory.yaml"
    file.write_text(text)
    inventory, _ = validate(load(file).data)
    assert inventory is not None
    return inventory


def test_a_port_has_one_new_name_wherever_it_is_used(tmp_path: Path) -> None:
    new = recast(inventory_of(tmp_path, with_values(BASE, PORTS)), "linux_frr")
    pe1, pe2 = new.routers["pe1"], new.routers["pe2"]
    assert {one.platform for one in new.routers.values()} == {"linux_frr"}
    assert (pe1.azure_port, pe1.customer_port, list(pe1.ports)) == ("eth1", "eth2", ["eth1"])
    circuit = new.customers["alpha"].circuits["alpha-ams"]
    assert circuit.links is not None
    assert circuit.links.primary is not None
    assert circuit.links.secondary is not None
    assert (circuit.links.primary.port, circuit.links.secondary.port) == (pe1.azure_port, "eth4")
    ce = new.customers["alpha"].ce
    assert ce is not None
    assert ce.port is not None
    assert ce.port.primary == pe1.customer_port
    assert ce.port.secondary not in (pe2.azure_port, pe2.customer_port, "eth4")


def test_unit_numbers_are_the_old_platforms(tmp_path: Path) -> None:
    new = recast(inventory_of(tmp_path, with_values(BASE, PORTS)), "linux_frr")
    links = new.customers["alpha"].circuits["alpha-ams"].peerings["private"].links
    assert links is not None
    assert links.primary is not None
    assert links.primary.unit is None


def test_the_users_own_inventory_stays_as_it_is(tmp_path: Path) -> None:
    old = inventory_of(tmp_path, BASE)
    before = old.model_copy(deep=True)
    recast(old, "linux_frr")
    assert old == before


@pytest.mark.parametrize("platform", ["cisco_xe", "nobody_knows"])
def test_a_platform_without_software_for_the_lab_is_refused_with_the_way_out(platform: str) -> None:
    with pytest.raises(Refused, match=platform) as refused:
        lab_support(platform)
    assert "--as linux_frr" in refused.value.fix
