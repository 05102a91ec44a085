"""MD5 keys, timers, BFD: what Microsoft's edge takes and what is refused before anything is rendered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inventories import ALPHA, BASE, MICROSOFT, PRIVATE, TUNNELS, findings, found_by, microsoft, with_values

BRAVO = {
    "ce": {"asn": 64702, "vlan": 702, "v4": "192.168.255.0/29"},
    "onprem": ["10.0.0.0/16"],
    "vnets": ["10.100.0.0/16"],
    "circuits": {
        "bravo-ams": {
            "s_tag": 102,
            "peerings": {"private": {"azure_vlan": 100, "v4": "172.31.0.8/29", "md5": "BravoKey2016"}},
        }
    },
}


def test_the_base_inventory_has_no_finding() -> None:
    management = {f"routers.{name}.management": {"prefixes": ["192.168.10.0/24"]} for name in ("pe1", "pe2")}
    assert [rule for rule, *_ in findings(BASE)] == ["FW-CP-01"] * 2
    assert findings(with_values(BASE, management)) == []
    assert findings(with_values(TUNNELS, management)) == []
    # The Microsoft peering there has an AS number of its own, and IOS-XE has one for all.
    seen = {rule for rule, *_ in findings(with_values(BASE, {MICROSOFT: microsoft(), **management}))}
    assert seen == {"INV-066"}


@pytest.mark.parametrize("key", ["p@ss-word", "A" * 26, "", "Schlüssel", "two words", "Alpha-Key"])
def test_azure_refuses_keys_that_are_not_25_letters_and_digits(key: str) -> None:
    assert found_by("INV-031", {f"{PRIVATE}.md5": key}) == [
        (
            "error",
            f"{PRIVATE}.md5",
            "MD5 key of the private peering of circuit alpha-ams is not of 1 to 25 letters and digits",
        )
    ]


@pytest.mark.parametrize("key", ["AlphaKey2016", "A" * 25, "0", "env:NOT_SET"])
def test_keys_that_azure_takes(key: str) -> None:
    assert found_by("INV-031", {f"{PRIVATE}.md5": key}) == []


def test_a_key_on_the_customer_side_must_not_end_the_line_it_stands_in() -> None:
    message = (
        "MD5 key of session ce has a form that not every router takes, expected 1 to 80 letters, digits and . _ + = @ -"
    )
    assert found_by("INV-031", {f"{ALPHA}.ce.md5": 'x"; rm'}) == [("error", f"{ALPHA}.ce.md5", message)]
    assert found_by("INV-031", {f"{ALPHA}.ce.md5": "x\nno router bgp"}) == [("error", f"{ALPHA}.ce.md5", message)]
    assert found_by("INV-031", {f"{ALPHA}.ce.md5": "Alpha.Ce-2016"}) == []


def test_no_key_is_a_warning() -> None:
    assert found_by("INV-032", {f"{PRIVATE}.md5": None}) == [
        ("warning", PRIVATE, "private peering of circuit alpha-ams has no md5, a key of its own was expected")
    ]


@pytest.mark.parametrize("key", ["BravoKey2016", "env:PEERWRIGHT_TEST_KEY"])
def test_two_customers_never_share_a_key(key: str) -> None:
    values: dict[str, Any] = {f"{PRIVATE}.md5": key, "customers.bravo": BRAVO}
    place = "customers.bravo.circuits.bravo-ams.peerings.private.md5"
    expected = "MD5 key of customer bravo is also the key of customer alpha, expected one of its own"
    assert found_by("INV-032", {**values, place: key}) == [("error", place, expected)]
    assert found_by("INV-032", {**values, place: "AnotherKey"}) == []
    assert found_by("INV-032", {MICROSOFT: microsoft(md5=key), f"{PRIVATE}.md5": key}) == []


@pytest.mark.parametrize(
    ("timers", "severity", "message"),
    [
        ([1, 3], "error", "timers [1, 3] are refused by Microsoft's edge, at least [3, 10] is accepted"),
        ([3, 9], "error", "timers [3, 9] are refused by Microsoft's edge, at least [3, 10] is accepted"),
        (
            [60, 60],
            "error",
            "timers [60, 60] cannot work, a hold time above the keepalive and of at most 65535 s was expected",
        ),
        ([3, 10], "warning", "timers [3, 10] are aggressive, at least [10, 30] with BFD was expected"),
        (
            [60, 179],
            "warning",
            "timers [60, 179] leave a hold time below three keepalives, at least 180 s was expected",
        ),
    ],
)
def test_timers(timers: list[int], severity: str, message: str) -> None:
    assert found_by("INV-033", {f"{PRIVATE}.timers": timers}) == [(severity, f"{PRIVATE}.timers", message)]


def test_timers_that_stand_in_defaults_are_found_there_and_once() -> None:
    values = {"defaults": {"peering": {"timers": [1, 3]}}, "customers.bravo": BRAVO}
    assert [path for _, path, _ in found_by("INV-033", values)] == ["defaults.peering.timers"]
    values = {"routers.pe1.defaults": {"private": {"timers": [1, 3]}}}
    assert [path for _, path, _ in found_by("INV-033", values)] == ["routers.pe1.defaults.private.timers"]
    assert found_by("INV-033", {f"{PRIVATE}.timers": [60, 180]}) == []
    assert found_by("INV-033", {f"{PRIVATE}.timers": [10, 30]}) == []


def test_bfd_values() -> None:
    path = f"{PRIVATE}.bfd"
    assert found_by("INV-034", {path: {"tx": 50, "rx": 2000, "mult": 10, "strict": True, "echo": True}}) == [
        (
            "warning",
            f"{path}.tx",
            "bfd tx 50 ms is outside what works with Microsoft's edge, 300 to 1000 ms was expected",
        ),
        (
            "warning",
            f"{path}.rx",
            "bfd rx 2000 ms is outside what works with Microsoft's edge, 300 to 1000 ms was expected",
        ),
        ("warning", f"{path}.mult", "bfd mult 10 is unusual, 3 to 5 was expected"),
        (
            "error",
            f"{path}.strict",
            "bfd strict true keeps the session down where Microsoft's edge has no BFD, false was expected",
        ),
        ("warning", f"{path}.echo", "bfd echo true is not known to work with Microsoft's edge, false was expected"),
    ]
    assert found_by("INV-034", {path: {"tx": 750, "rx": 750, "mult": 5}}) == []
    assert found_by("INV-034", {path: {"enabled": False, "tx": 50}}) == []


def test_bfd_on_microsoft_peering_is_confirmed_by_a_person() -> None:
    message = "BFD is on for the microsoft peering of circuit alpha-ams, and bfd_confirmed is not true"
    assert found_by("INV-034", {MICROSOFT: microsoft(bfd=True)}) == [("warning", f"{MICROSOFT}.bfd", message)]
    values = {MICROSOFT: microsoft(), "defaults": {"microsoft": {"bfd": True}}}
    assert found_by("INV-034", values) == [("warning", MICROSOFT, message)]
    assert found_by("INV-034", {MICROSOFT: microsoft(bfd=True, bfd_confirmed=True)}) == []
    assert found_by("INV-034", {MICROSOFT: microsoft()}) == []
