"""Circuits: links, owner, service key, what was ordered, isolation (INV-001 to INV-007, INV-010)."""

from __future__ import annotations

import pytest

from tests.inventories import BASE, findings, with_values
from tests.unit.rules.fleet import BRAVO, CIRCUIT, TWO_CUSTOMERS, WITH_MICROSOFT, found


@pytest.mark.parametrize("text", [BASE, TWO_CUSTOMERS])
def test_a_valid_inventory_has_no_finding_of_an_error(text: str) -> None:
    assert [one for one in findings(text) if one[1] == "error"] == []


# INV-001: "exactly one" of each: the schema has one place for each link, so that two of a role are duplicate keys.


def test_a_circuit_without_a_secondary_link() -> None:
    assert found("INV-001", C__links={"primary": {"router": "pe1"}}) == [
        (
            "INV-001",
            "error",
            f"{CIRCUIT}.links",
            "circuit alpha-ams has no secondary link, expected a primary and a secondary one",
        )
    ]


def test_a_circuit_on_a_pair_of_one_router() -> None:
    [one] = found("INV-001", pairs__ams__routers=["pe1"])
    assert one[1:3] == ("error", CIRCUIT)


def test_a_circuit_that_names_no_link_at_all() -> None:
    [one] = found("INV-001", C__links={}, C__sla_waiver="none at all is too few")
    assert one[3] == "circuit alpha-ams has neither link, expected a primary and a secondary one"


def test_one_link_is_enough_under_a_waiver_and_an_unknown_router_is_another_finding() -> None:
    assert found("INV-001", C__links={"primary": {"router": "pe1"}}, C__sla_waiver="a laboratory") == []
    assert found("INV-001", C__links={"primary": {"router": "pe1"}, "secondary": {"router": "pe9"}}) == []


# INV-002


def test_both_links_on_one_router() -> None:
    links = {"primary": {"router": "pe1"}, "secondary": {"router": "pe1", "port": "TenGigabitEthernet0/1/1"}}
    expected = "both links of circuit alpha-ams end on router pe1, expected two routers"
    assert found("INV-002", C__links=links) == [("INV-002", "warning", f"{CIRCUIT}.links.secondary.router", expected)]
    assert found("INV-002", C__links=links, meta__require_dual_router=True)[0][1] == "error"


def test_both_links_on_one_port_and_a_pair_of_one_router_twice() -> None:
    [one] = found("INV-002", C__links={"primary": {"router": "pe1"}, "secondary": {"router": "pe1"}})
    assert "end on port TenGigabitEthernet0/1/0 of router pe1" in one[3]
    assert found("INV-002", pairs__ams__routers=["pe1", "pe1"]) == [
        ("INV-002", "warning", "pairs.ams.routers[1]", "pair ams has router pe1 twice, expected two routers")
    ]


def test_two_routers_are_fine() -> None:
    assert found("INV-002", meta__require_dual_router=True) == []


# INV-003


def test_a_circuit_under_two_customers() -> None:
    circuit = {"s_tag": 109, "peerings": {"private": {"azure_vlan": 100, "v4": "172.31.0.8/29"}}}
    assert found("INV-003", customers__bravo=BRAVO | {"circuits": {"alpha-ams": circuit}}) == [
        (
            "INV-003",
            "error",
            "customers.bravo.circuits.alpha-ams",
            "circuit alpha-ams of customer bravo is already customer alpha's, expected one owner",
        )
    ]
    circuit["service_key"] = "22222222-2222-4222-8222-222222222222"
    assert found("INV-003", customers__bravo=BRAVO | {"circuits": {"alpha-ams": circuit}}) == [], "another circuit"


def test_a_vnet_on_another_customers_circuit() -> None:
    vnets = [{"prefixes": ["10.100.0.0/16"], "circuits": ["alpha-ams", "bravo-ams", "nowhere"]}]
    place = "customers.alpha.vnets[0].circuits"
    assert found("INV-003", TWO_CUSTOMERS, A__vnets=vnets) == [
        (
            "INV-003",
            "error",
            f"{place}[1]",
            "circuit 'bravo-ams' of a VNet is customer bravo's, expected a circuit of customer alpha",
        ),
        (
            "INV-003",
            "error",
            f"{place}[2]",
            "circuit 'nowhere' of a VNet is not defined, expected a circuit of customer alpha",
        ),
    ]


# INV-004


@pytest.mark.parametrize(
    "key", ["1234-ABCD", "11111111-1111-4111-8111-11111111111g", "11111111111141118111111111111111", ""]
)
def test_a_service_key_that_is_no_guid(key: str) -> None:
    message = f"service_key {key!r} of circuit alpha-ams is not a GUID of 8-4-4-4-12 hexadecimal digits"
    assert found("INV-004", C__service_key=key) == [("INV-004", "error", f"{CIRCUIT}.service_key", message)]


def test_a_service_key_used_twice_whatever_its_case() -> None:
    key = "abcdef00-1111-4111-8111-111111111111"
    bravo = "customers.bravo.circuits.bravo-ams.service_key"
    text = with_values(TWO_CUSTOMERS, {f"{CIRCUIT}.service_key": key, bravo: key.upper()})
    assert found("INV-004", text) == [
        (
            "INV-004",
            "error",
            bravo,
            f"service_key {key.upper()} of circuit bravo-ams is already used by circuit alpha-ams",
        )
    ]


def test_two_service_keys_are_fine() -> None:
    assert found("INV-004", TWO_CUSTOMERS) == []


# INV-005


def test_a_bandwidth_that_is_not_sold() -> None:
    assert found("INV-005", C__bandwidth_mbps=300) == [
        (
            "INV-005",
            "error",
            f"{CIRCUIT}.bandwidth_mbps",
            "bandwidth_mbps 300 of circuit alpha-ams is not sold for provider circuits, "
            "expected 50, 100, 200, 500, 1000, 2000, 5000 or 10000",
        )
    ]


def test_the_bandwidths_of_direct_follow_the_ports() -> None:
    assert found("INV-005", C__kind="direct", C__bandwidth_mbps=1000) == []
    [one] = found("INV-005", C__kind="direct", C__bandwidth_mbps=40000)
    assert one[3].endswith("direct circuits on ports of 10 Gb/s, expected 1000, 2000, 5000 or 10000")
    ports = {"routers__pe1__ports": {}, "routers__pe2__ports": {}}
    assert found("INV-005", C__kind="direct", C__bandwidth_mbps=40000, **ports) == []
    assert len(found("INV-005", C__kind="direct", C__bandwidth_mbps=200, **ports)) == 1


def test_a_bandwidth_from_the_defaults_is_reported_at_the_circuit_and_a_wrong_kind_where_it_stands() -> None:
    [one] = found("INV-005", C__bandwidth_mbps=None, defaults={"circuit": {"bandwidth_mbps": 300}})
    assert one[2] == CIRCUIT
    assert found("INV-005", defaults={"circuit": {"kind": "Provider"}}) == [
        ("INV-005", "error", "defaults.circuit.kind", "kind 'Provider' is not known, expected provider or direct")
    ]


# INV-006, INV-007


def test_a_bandwidth_lower_than_in_azure() -> None:
    message = "bandwidth_mbps 200 of circuit alpha-ams is lower than the 500 it has in Azure, which cannot be lowered"
    place = f"{CIRCUIT}.bandwidth_mbps"
    assert found("INV-006", C__azure={"bandwidth_mbps": 500}) == [("INV-006", "error", place, message)]
    assert found("INV-006", C__azure={"bandwidth_mbps": 200}) == found("INV-006", C__azure={"bandwidth_mbps": 50}) == []


def test_local_is_always_unlimited() -> None:
    message = "family MeteredData of circuit alpha-ams does not go with tier Local, expected UnlimitedData"
    assert found("INV-007", C__tier="Local") == [("INV-007", "error", f"{CIRCUIT}.tier", message)]
    assert found("INV-007", C__tier="Local", C__family="MeteredData")[0][2] == f"{CIRCUIT}.family"
    assert found("INV-007", C__tier="Local", C__family="UnlimitedData") == []


def test_words_that_azure_does_not_know() -> None:
    assert found("INV-007", C__tier="premium", providers__northlake__defaults={"circuit": {"family": "Metered"}}) == [
        (
            "INV-007",
            "error",
            "providers.northlake.defaults.circuit.family",
            "family 'Metered' is not known, expected MeteredData or UnlimitedData",
        ),
        ("INV-007", "error", f"{CIRCUIT}.tier", "tier 'premium' is not known, expected Local, Standard or Premium"),
    ]


def test_moves_that_azure_does_not_make() -> None:
    azure = {"tier": "Premium", "family": "UnlimitedData"}
    assert found("INV-007", C__azure=azure, C__tier="Standard") == [
        (
            "INV-007",
            "error",
            CIRCUIT,
            "family MeteredData of circuit alpha-ams cannot be reached from the UnlimitedData it has in Azure",
        )
    ]
    [one] = found("INV-007", C__azure=azure, C__tier="Local", C__family="UnlimitedData")
    assert one[2:] == (
        f"{CIRCUIT}.tier",
        "tier Local of circuit alpha-ams cannot be reached from the Premium it has in Azure",
    )


@pytest.mark.parametrize(("now", "wanted"), [("Standard", "Premium"), ("Premium", "Standard"), ("Local", "Premium")])
def test_moves_that_azure_makes(now: str, wanted: str) -> None:
    assert found("INV-007", C__azure={"tier": now, "family": "MeteredData"}, C__tier=wanted) == []


# INV-010


def test_a_customer_who_wants_circuits_apart() -> None:
    assert found("INV-010", WITH_MICROSOFT, A__isolation="separate_circuits") == [
        (
            "INV-010",
            "error",
            f"{CIRCUIT}.peerings.microsoft",
            "microsoft peering is on circuit alpha-ams beside the private one, "
            "expected a circuit of its own: customer alpha has isolation separate_circuits",
        )
    ]
    assert found("INV-010", WITH_MICROSOFT, A__isolation="shared_circuit") == []
    assert found("INV-010", BASE, A__isolation="separate_circuits") == []
