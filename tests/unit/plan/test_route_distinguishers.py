"""Every VRF of a router has a route distinguisher of its own, and keeps it when other customers come and go."""

from __future__ import annotations

from generator.plan import PlanPart, plan
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


def test_where_the_numbers_run_out_it_is_said() -> None:
    """Behind an AS number of four bytes there are 16 bits, and the port has two of them: one port in four meets the first."""
    values: dict[str, object] = {"providers.northlake.asn": 4200000000, "customers.bravo": SECOND}
    for number in range(2, 40):
        port = {"port": f"TenGigabitEthernet0/1/{number}"}
        values["customers.bravo.circuits.bravo-ams.links"] = {"primary": port, "secondary": port}
        part = planned(values)
        if len(set(distinguishers(part).values())) == 1:
            break
    first, second = [one for one in part.findings if "route distinguisher" in one.message]
    assert (first.rule, first.device, second.device) == ("SCH-005", "pe1", "pe2")
    assert first.message == "VRFs ALPHA and BRAVO of pe1 would have the same route distinguisher 4200000000:404"
