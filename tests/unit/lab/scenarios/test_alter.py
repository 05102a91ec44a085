"""What scenarios change, and that nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.lab.access import new_access
from generator.lab.edge import fit
from generator.lab.edge.printing import BIRD_CONF
from generator.lab.proof import ProofRow, Verdict
from generator.lab.proofs.faults import caught
from generator.lab.scenarios import SCENARIOS
from generator.lab.scenarios.alter import (
    active_passive,
    no_route_filter,
    one_prefix_too_many,
    substituted,
    swapped_links,
    wrong_key,
    wrong_tag,
)
from generator.lab.topology import Built, build
from generator.pipeline import read_inventory
from generator.plan import plan

SHIPPED = Path(__file__).parents[4] / "inventories"
FRR = "/etc/frr/frr.conf"


@pytest.fixture
def built() -> Built:
    intent = read_inventory(SHIPPED / "fjellmark-linux").intent
    assert intent is not None
    return build("test", intent, plan(intent).plan, fit=fit, access=new_access())


def changed(before: Built, after: Built) -> dict[str, list[str]]:
    """Device → files that are not what they were."""
    return {
        name: files
        for name, device in after.topology.devices.items()
        if (
            files := [one for one, text in device.files.items() if before.topology.devices[name].files.get(one) != text]
        )
    }


def test_a_wrong_key_is_one_word_on_one_router(built: Built) -> None:
    after = wrong_key(built)
    assert changed(built, after) == {"r1": [FRR]}
    assert "password NotTheKeyOfTheOtherEnd" in after.topology.devices["r1"].files[FRR]
    assert after.plan is built.plan


def test_a_wrong_tag_is_another_subinterface_on_both_routers(built: Built) -> None:
    """What was ordered, and what the proofs compare with, stays as it was."""
    after = wrong_tag(built)
    assert set(changed(built, after)) == {"r1", "r2"}
    for router in ("r1", "r2"):
        text = after.topology.devices[router].files["/etc/network/interfaces"]
        assert "iface eth1.77.411\n    vlan-raw-device eth1.77\n    vlan-id 411\n" in text
        assert "410" not in text
    (peering,) = after.intent.peerings()
    assert {str(end.tags) for end in peering.ends.values()} == {"77.410"}
    assert after.plan is built.plan


def test_swapped_links_change_both_routers_and_no_edge(built: Built) -> None:
    after = swapped_links(built)
    assert set(changed(built, after)) == {"r1", "r2"}
    config = after.topology.devices["r1"].files[FRR]
    assert "neighbor 172.19.254.6 remote-as 12076" in config
    assert "neighbor 172.19.254.2 " not in config
    assert "172.19.254.5/30" in after.topology.devices["r1"].files["/etc/network/interfaces"]


def test_addresses_are_replaced_whole_and_once() -> None:
    swap = {"10.0.0.1": "10.0.0.5", "10.0.0.5": "10.0.0.1", "fd00::1": "fd00::5"}
    assert substituted("10.0.0.1/30 10.0.0.11 10.0.0.5, fd00::1/126 fd00::12", swap) == (
        "10.0.0.5/30 10.0.0.11 10.0.0.1, fd00::5/126 fd00::12"
    )


def test_the_limit_is_one_below_what_is_announced(built: Built) -> None:
    after = one_prefix_too_many(built)
    assert set(changed(built, after)) == {"edge-fjellmark-osl-1", "edge-fjellmark-osl-2"}
    assert "receive limit 1 action restart" in after.topology.devices["edge-fjellmark-osl-1"].files[BIRD_CONF]


def test_active_passive_is_planned_anew(built: Built) -> None:
    after = active_passive(built)
    assert "set as-path prepend 64610 64610 64610" in after.topology.devices["r2"].files[FRR]
    assert "prepend" not in after.topology.devices["r1"].files[FRR]
    assert after.plan is not built.plan


def test_without_a_route_filter_the_edge_announces_no_service() -> None:
    from generator.inventory.resolve import resolve
    from generator.lab.edge.secrets import LabSecrets
    from generator.lab.recast import recast

    intent = read_inventory(SHIPPED / "northlake").intent
    assert intent is not None
    intent, _ = resolve(recast(intent.inventory, "linux_frr"), LabSecrets(seed=b"test"))
    before = build("test", intent, plan(intent).plan, fit=fit, access=new_access())
    after = no_route_filter(before)
    assert set(changed(before, after)) == {"edge-charlie-ams-1", "edge-charlie-ams-2"}
    assert "51002" not in after.topology.devices["edge-charlie-ams-1"].files[BIRD_CONF]


def test_a_fault_that_no_proof_notices_is_a_failure() -> None:
    def blind(_: object) -> ProofRow:
        return ProofRow(name="all is well", verdict=Verdict.PROVEN)

    (row,) = caught(blind)(None)  # type: ignore[arg-type, misc]
    assert (row.verdict, row.name) == (Verdict.REFUTED, "the fault is caught by: all is well")


def test_every_scenario_has_a_name_of_its_own_and_proofs() -> None:
    assert len({one.name for one in SCENARIOS}) == len(SCENARIOS)
    assert all(one.proofs for one in SCENARIOS)
    assert SCENARIOS[0].name == "planned"
