"""Every VRF of a router has a route distinguisher of its own, and keeps it when other customers come and go."""

from __future__ import annotations

import pytest

from generator.plan import PlanPart, peerings, plan
from tests.inventories import BASE, intent_of, with_values

SECOND = {
    "ce": {"asn": 64702, "vlan": 702, "v4": "192.168.255.0/29"},
    "onprem": ["10.0.0.0/16"],
    "vnets": ["10.100.0.0/16"],
    "circuits": {
        "bravo-ams": {
            "service_key": "22222222-2222-4222-8222-222222222222",
            "s_tag": 101,
            "peerings": {"private": {"azure_vlan": 100, "v4": "172.31.0.8/29"}},
        }
    },
}
OTHER_PORT = {
    "primary": {"port": "TenGigabitEthernet0/1/4"},
    "secondary": {"port": "TenGigabitEthernet0/1/4"},
}


def planned(values: dict[str, object]) -> PlanPart:
    return plan(intent_of(with_values(BASE, values)))


def distinguishers(part: PlanPart) -> dict[str, str]:
    return {name: vrf.rd for name, vrf in part.plan.devices["pe1"].facts.vrfs.items()}


def test_the_s_tag_and_the_domain_make_the_number() -> None:
    assert distinguishers(planned({})) == {"ALPHA": "64600:404"}


def test_the_same_s_tag_on_another_port_is_another_number() -> None:
    part = planned({"customers.bravo": SECOND, "customers.bravo.circuits.bravo-ams.links": OTHER_PORT})
    found = distinguishers(part)
    assert found["ALPHA"] == "64600:404"
    assert found["BRAVO"] != found["ALPHA"]
    assert int(found["BRAVO"].split(":")[1]) < 1 << 32
    assert not [one for one in part.findings if "route distinguisher" in one.message]


def test_a_four_byte_as_number_leaves_no_less_room() -> None:
    part = planned(
        {
            "providers.northlake.asn": 4200000000,
            "customers.bravo": SECOND,
            "customers.bravo.circuits.bravo-ams.links": OTHER_PORT,
        }
    )
    found = distinguishers(part)
    assert found["ALPHA"] == "64512:404"
    assert found["BRAVO"].startswith("64512:")
    assert found["BRAVO"] != found["ALPHA"]


def test_where_two_meet_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peerings, "crc32", lambda name: 7)
    third = {"primary": {"port": "TenGigabitEthernet0/1/5"}, "secondary": {"port": "TenGigabitEthernet0/1/5"}}
    part = planned(
        {
            "customers.bravo": SECOND,
            "customers.bravo.circuits.bravo-ams.links": OTHER_PORT,
            "customers.alpha.circuits.alpha-ams.links": third,
        }
    )
    first, second = [one for one in part.findings if "route distinguisher" in one.message]
    assert (first.rule, first.device, second.device) == ("SCH-005", "pe1", "pe2")
    assert first.message == "VRFs ALPHA and BRAVO of pe1 would have the same route distinguisher 64600:131476"
