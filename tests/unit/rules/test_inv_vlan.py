"""VLAN tags (INV-020 to INV-025)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inventories import BASE, with_values
from tests.unit.rules.fleet import BRAVO, CIRCUIT, MICROSOFT, PRIVATE, TWO_CUSTOMERS, WITH_MICROSOFT, found

PORT = "TenGigabitEthernet0/1/0"
BRAVO_CIRCUIT = "customers.bravo.circuits.bravo-ams"


# INV-020


@pytest.mark.parametrize("vlan", [0, 4095, -1])
def test_a_vlan_id_out_of_range(vlan: int) -> None:
    message = f"azure_vlan {vlan} is not a VLAN id, expected 1 to 4094"
    assert found("INV-020", P__azure_vlan=vlan) == [("INV-020", "error", f"{PRIVATE}.azure_vlan", message)]


@pytest.mark.parametrize(
    ("changes", "path", "field"),
    [
        ({"C__s_tag": 4095}, f"{CIRCUIT}.s_tag", "s_tag"),
        ({"C__s_tag": {"primary": 101, "secondary": 0}}, f"{CIRCUIT}.s_tag.secondary", "s_tag"),
        ({"P__links": {"primary": {"wire_vlan": 5000}}}, f"{PRIVATE}.links.primary.wire_vlan", "wire_vlan"),
        ({"P__interlink_vlan": 4095}, f"{PRIVATE}.interlink_vlan", "interlink_vlan"),
        ({"A__ce__vlan": 4095}, "customers.alpha.ce.vlan", "vlan"),
        ({"A__ce__s_tag": {"primary": 0, "secondary": 7}}, "customers.alpha.ce.s_tag.primary", "s_tag"),
    ],
)
def test_every_tag_is_looked_at(changes: dict[str, Any], path: str, field: str) -> None:
    [one] = found("INV-020", **changes)
    assert (one[2], one[3].split()[0]) == (path, field)


def test_a_vlan_id_that_ios_xe_keeps_for_itself() -> None:
    assert found("INV-020", P__azure_vlan=1003) == [
        (
            "INV-020",
            "error",
            f"{PRIVATE}.azure_vlan",
            "azure_vlan 1003 cannot be used on router pe1 (cisco_xe): "
            "reserved on images with layer 2 (PLT-XE-10), expected another id",
        )
    ]
    other = {"routers__pe1__platform": "linux_frr", "routers__pe2__platform": "made_up"}
    assert found("INV-020", P__azure_vlan=1003, **other) == []
    translated = {"primary": {"wire_vlan": 7}, "secondary": {"wire_vlan": 7}}
    assert found("INV-020", P__azure_vlan=1003, P__links=translated, C__handoff="provider_translated") == []


def test_a_vlan_id_of_two_peerings() -> None:
    assert found("INV-021", WITH_MICROSOFT, M__azure_vlan=100) == [
        (
            "INV-021",
            "error",
            f"{MICROSOFT}.azure_vlan",
            "azure_vlan 100 is already used by another peering of circuit alpha-ams",
        )
    ]
    assert found("INV-021", WITH_MICROSOFT) == found("INV-021", TWO_CUSTOMERS) == []


# INV-022


def test_a_tag_of_two_circuits_of_a_port() -> None:
    bravo = BRAVO["circuits"]["bravo-ams"] | {"handoff": "dot1q"}  # type: ignore[index]
    circuits = BRAVO | {"circuits": {"bravo-ams": bravo}}
    assert found("INV-022", C__handoff="dot1q", customers__bravo=circuits) == [
        (
            "INV-022",
            "error",
            f"{BRAVO_CIRCUIT}.peerings.private.azure_vlan",
            f"VLAN 100 on pe1 {PORT} is already used by the private peering of circuit alpha-ams, expected another one",
        )
    ]
    assert found("INV-022", C__handoff="dot1q", P__azure_vlan=101, customers__bravo=circuits) == []
    assert found("INV-022", TWO_CUSTOMERS) == [], "with two tags the inner may repeat"


def test_translated_tags_are_compared_as_they_are_on_the_wire() -> None:
    links = {"primary": {"wire_vlan": 7}, "secondary": {"wire_vlan": 7}}
    changes = {"C__handoff": "provider_translated", "P__links": links, "M__links": links}
    assert [one[2] for one in found("INV-022", WITH_MICROSOFT, **changes)] == [
        f"{MICROSOFT}.links.primary.wire_vlan",
        f"{MICROSOFT}.links.secondary.wire_vlan",
    ]


def test_a_tag_of_two_sessions_of_a_port() -> None:
    [one] = found("INV-022", TWO_CUSTOMERS, customers__bravo__ce__vlan=701)
    assert one[2] == "customers.bravo.ce.vlan"
    assert "already used by the session ce of customer alpha" in one[3]
    [one] = found("INV-022", TWO_CUSTOMERS, customers__bravo__ce__vlan={"primary": 702, "secondary": 701})
    assert one[2] == "customers.bravo.ce.vlan.secondary"
    stacked = {"A__ce__s_tag": 9, "customers__bravo__ce__s_tag": 9}
    assert found("INV-022", TWO_CUSTOMERS, **stacked) == []
    assert len(found("INV-022", TWO_CUSTOMERS, customers__bravo__ce__vlan=701, **stacked)) == 1


def test_a_tag_may_be_used_on_another_port_again() -> None:
    assert found("INV-022", C__handoff="dot1q", P__azure_vlan=701) == []


def test_a_tag_that_another_rule_finds_is_not_found_twice() -> None:
    assert found("INV-022", WITH_MICROSOFT, C__handoff="dot1q", M__azure_vlan=100) == [], "INV-021"
    assert found("INV-022", with_values(TWO_CUSTOMERS, {f"{BRAVO_CIRCUIT}.s_tag": 101})) == [], "INV-023"


def test_both_links_on_one_port_with_one_tag() -> None:
    links = {"primary": {"router": "pe1"}, "secondary": {"router": "pe1"}}
    one, session = found("INV-022", C__handoff="dot1q", C__links=links)
    assert one[2:] == (
        f"{PRIVATE}.azure_vlan",
        f"VLAN 100 on pe1 {PORT} is already used by the other link, expected another one",
    )
    assert session[2] == "customers.alpha.ce.vlan"


# INV-023


def test_an_s_tag_of_two_circuits_of_a_port() -> None:
    message = f"s_tag 101 of circuit bravo-ams is already used by circuit alpha-ams on pe1 {PORT}"
    text = with_values(TWO_CUSTOMERS, {f"{BRAVO_CIRCUIT}.s_tag": 101})
    assert found("INV-023", text) == [("INV-023", "error", f"{BRAVO_CIRCUIT}.s_tag", message)]
    text = with_values(TWO_CUSTOMERS, {f"{BRAVO_CIRCUIT}.s_tag": {"primary": 102, "secondary": 101}})
    assert [one[2] for one in found("INV-023", text)] == [f"{BRAVO_CIRCUIT}.s_tag.secondary"]
    text = with_values(text, {f"{BRAVO_CIRCUIT}.handoff": "dot1q"})
    assert found("INV-023", text) == found("INV-023", TWO_CUSTOMERS) == []


def test_one_port_for_both_links_needs_two_s_tags() -> None:
    links = {"primary": {"router": "pe1"}, "secondary": {"router": "pe1"}}
    [one] = found("INV-023", C__links=links)
    assert one[3] == f"s_tag 101 of circuit alpha-ams is already used by the other link of the circuit on pe1 {PORT}"
    assert found("INV-023", C__links=links, C__s_tag={"primary": 101, "secondary": 102}) == []


def test_an_s_tag_that_is_not_azures() -> None:
    message = "s_tag 101 of circuit alpha-ams is not the 77 that Azure assigned"
    assert found("INV-023", C__azure={"s_tag": 77}) == [("INV-023", "error", f"{CIRCUIT}.s_tag", message)]
    assert found("INV-023", C__azure={"s_tag": 101}) == []
    for azure in (77, 78):
        assert found("INV-023", C__azure={"s_tag": azure}, C__s_tag={"primary": 77, "secondary": 78}) == []


# INV-024, INV-025


def test_another_ethertype_in_a_peering_and_in_the_defaults() -> None:
    message = "tpid 0x88a8 does not match Microsoft's ports, expected 0x8100"
    assert found("INV-024", P__tpid="0x88a8") == [("INV-024", "error", f"{PRIVATE}.tpid", message)]
    [one] = found("INV-024", routers__pe1__defaults={"peering": {"tpid": 0x9100}})
    assert one[2] == "routers.pe1.defaults.peering.tpid"
    assert found("INV-024", P__tpid="0x8100", defaults={"ce": {"tpid": "0x88a8"}}) == []


def test_another_tag_on_the_wire() -> None:
    links = {"primary": {"wire_vlan": 100}, "secondary": {"wire_vlan": 101}}
    assert found("INV-025", P__links=links) == [
        (
            "INV-025",
            "error",
            f"{PRIVATE}.links.secondary.wire_vlan",
            "wire_vlan 101 differs from azure_vlan 100 with handoff qinq, expected the same",
        )
    ]
    assert found("INV-025", P__links=links, C__handoff="provider_translated") == []


def test_an_unknown_hand_off() -> None:
    message = "handoff 'QinQ' is not known, expected qinq, dot1q or provider_translated"
    assert found("INV-025", C__handoff="QinQ") == [("INV-025", "error", f"{CIRCUIT}.handoff", message)]
    assert found("INV-025", BASE) == []
