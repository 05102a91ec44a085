"""What may be announced to Microsoft, how much of it, and what must not be announced elsewhere too."""

from __future__ import annotations

from typing import Any

import pytest

from generator.model.address import parse_prefix
from generator.rules.prefix_space import nested, reserved_space
from tests.inventories import ALPHA, CIRCUIT, MICROSOFT, PRIVATE, found_by, microsoft


def v4(count: int) -> list[str]:
    """So many IPv4 prefixes that do not touch."""
    return [f"10.{number // 256}.{number % 256}.0/24" for number in range(count)]


def v6(count: int) -> list[str]:
    return [f"fd12:{number:x}::/48" for number in range(count)]


PUBLIC = [f"198.{41 + number // 256}.{number % 256}.0/24" for number in range(2, 300)]


@pytest.mark.parametrize(
    ("count", "tier", "expected"),
    [
        (3199, "Standard", []),
        (3200, "Standard", ["warning"]),
        (4000, "Standard", ["warning"]),
        (4001, "Local", ["error"]),
        (4001, "Premium", []),
        (10001, "Premium", ["error"]),
    ],
)
def test_private_peering_takes_4000_prefixes_or_10000_with_premium(count: int, tier: str, expected: list[str]) -> None:
    found = found_by("INV-035", {f"{ALPHA}.onprem": v4(count), f"{CIRCUIT}.tier": tier})
    assert [severity for severity, _, _ in found] == expected


def test_the_finding_says_how_many_and_points_at_the_list() -> None:
    assert found_by("INV-035", {f"{PRIVATE}.advertise": v4(4001)}) == [
        (
            "error",
            f"{PRIVATE}.advertise",
            "private peering of circuit alpha-ams announces 4001 IPv4 prefixes, Microsoft takes at most 4000 (tier Standard)",
        )
    ]
    assert found_by("INV-035", {f"{ALPHA}.onprem": v6(101)}) == [
        (
            "error",
            f"{ALPHA}.onprem",
            "private peering of circuit alpha-ams announces 101 IPv6 prefixes, Microsoft takes at most 100",
        )
    ]
    found = found_by("INV-035", {MICROSOFT: microsoft(advertised_public_prefixes=PUBLIC[:201], nat=None)})
    assert found == [
        (
            "error",
            f"{MICROSOFT}.advertised_public_prefixes",
            "microsoft peering of circuit alpha-ams announces 201 IPv4 prefixes, Microsoft takes at most 200",
        )
    ]


def test_a_small_gateway_learns_4000_routes() -> None:
    def vnets(sku: str) -> dict[str, Any]:
        gateway = {"prefixes": ["172.20.0.0/16"], "gateways": [{"sku": sku}]}
        return {f"{ALPHA}.vnets": [gateway], f"{ALPHA}.onprem": v4(5000), f"{CIRCUIT}.tier": "Premium"}

    assert found_by("INV-036", vnets("ErGw1Az")) == [
        (
            "warning",
            f"{ALPHA}.vnets[0].gateways[0].sku",
            "gateway of sku ErGw1Az learns 4000 routes, and 5000 are announced to it",
        )
    ]
    assert found_by("INV-036", vnets("ErGw2Az")) == []


def test_no_default_route_on_microsoft_peering() -> None:
    assert found_by("INV-037", {MICROSOFT: microsoft(advertise=["0.0.0.0/0"])}) == [
        (
            "error",
            f"{MICROSOFT}.advertise[0]",
            "default route 0.0.0.0/0 is announced on the microsoft peering of circuit alpha-ams, "
            "only private peering takes one",
        )
    ]
    assert [path for _, path, _ in found_by("INV-037", {MICROSOFT: microsoft(forced_tunnelling=True)})] == [
        f"{MICROSOFT}.forced_tunnelling"
    ]
    assert found_by("INV-037", {MICROSOFT: microsoft()}) == []


def test_a_default_route_on_private_peering_is_meant() -> None:
    assert found_by("INV-038", {f"{PRIVATE}.advertise": ["10.0.0.0/16", "::/0"]}) == [
        (
            "error",
            f"{PRIVATE}.advertise[1]",
            "default route ::/0 is announced on the private peering of circuit alpha-ams without forced_tunnelling",
        )
    ]
    assert found_by("INV-038", {f"{PRIVATE}.forced_tunnelling": True}) == []
    assert found_by("INV-038", {f"{PRIVATE}.advertise": ["0.0.0.0/0"], f"{PRIVATE}.forced_tunnelling": True}) == []


def test_forced_tunnelling_has_a_way_out_and_thinks_of_activation() -> None:
    forced = {f"{PRIVATE}.forced_tunnelling": True}
    way_out = (
        "warning",
        f"{PRIVATE}.forced_tunnelling",
        "forced_tunnelling true brings Internet traffic on premises, and no way out is known there",
    )
    kms = (
        "warning",
        f"{PRIVATE}.forced_tunnelling",
        "forced_tunnelling true breaks Windows activation, and kms_noted is not true",
    )
    assert found_by("INV-039", forced) == [way_out, kms]
    assert found_by("INV-039", {**forced, f"{PRIVATE}.internet_exit": True}) == [kms]
    assert found_by("INV-039", {**forced, f"{ALPHA}.internet": {"advertised": ["198.42.0.0/24"]}}) == [kms]
    assert found_by("INV-039", {**forced, MICROSOFT: microsoft(), f"{PRIVATE}.kms_noted": True}) == []


@pytest.mark.parametrize("prefix", ["10.8.0.0/14", "100.64.0.0/24", "192.0.0.0/8", "fd12::/48"])
def test_private_space_stays_an_error_even_in_a_lab(prefix: str) -> None:
    values = {MICROSOFT: microsoft(advertise=[prefix]), "meta.lab": True}
    assert [(severity, path) for severity, path, _ in found_by("INV-040", values)] == [
        ("error", f"{MICROSOFT}.advertise[0]")
    ]


def test_documentation_space_is_a_warning_in_a_lab_only() -> None:
    values: dict[str, Any] = {
        MICROSOFT: microsoft(advertised_public_prefixes=["198.41.1.0/28", {"prefix": "203.0.113.64/28", "loa": True}])
    }
    message = (
        "prefix 203.0.113.64/28 of the microsoft peering of circuit alpha-ams is in documentation space 203.0.113.0/24, "
        "public addresses were expected"
    )
    path = f"{MICROSOFT}.advertised_public_prefixes[1].prefix"
    assert found_by("INV-040", values) == [("error", path, message)]
    assert found_by("INV-040", {**values, "meta.lab": True}) == [("warning", path, message)]
    assert found_by("INV-040", {MICROSOFT: microsoft()}) == []


def test_what_is_announced_is_what_is_registered() -> None:
    values = {MICROSOFT: microsoft(advertise=["198.41.1.0/26"])}
    assert found_by("INV-041", values) == [
        (
            "error",
            f"{MICROSOFT}.advertise[0]",
            "prefix 198.41.1.0/26 is announced and is not one of advertised_public_prefixes",
        )
    ]
    values = {
        MICROSOFT: microsoft(advertise=["198.41.1.0/28"], advertised_public_prefixes=["198.41.1.0/28", "198.41.2.0/24"])
    }
    assert found_by("INV-041", values) == [
        (
            "warning",
            f"{MICROSOFT}.advertised_public_prefixes[1]",
            "prefix 198.41.2.0/24 is one of advertised_public_prefixes and is never announced",
        )
    ]
    values = {MICROSOFT: microsoft(nat={"pool": "198.41.3.0/28"})}
    assert [path for _, path, _ in found_by("INV-041", values)] == [f"{MICROSOFT}.nat.pool"]
    assert found_by("INV-041", {MICROSOFT: microsoft()}) == []


def test_somebody_vouches_for_a_public_prefix() -> None:
    assert found_by("INV-042", {MICROSOFT: microsoft(registry="LACNOG")}) == [
        (
            "error",
            f"{MICROSOFT}.registry",
            "registry 'LACNOG' is none that Microsoft looks into, "
            "expected one of ARIN, APNIC, AFRINIC, LACNIC, RIPENCC, RADB, ALTDB",
        )
    ]
    assert found_by("INV-042", {MICROSOFT: microsoft(registry=None)}) == [
        ("error", f"{MICROSOFT}.advertised_public_prefixes[0]", "prefix 198.41.1.0/28 has neither registry nor loa")
    ]
    assert found_by("INV-042", {MICROSOFT: microsoft(registry=None, loa=True)}) == []
    defaults = {MICROSOFT: microsoft(registry=None), "defaults": {"peering": {"loa": True}}}
    assert found_by("INV-042", defaults) == []
    wrong = {"providers.northlake.defaults": {"microsoft": {"registry": "RIPE NCC"}}}
    assert [path for _, path, _ in found_by("INV-042", wrong)] == ["providers.northlake.defaults.microsoft.registry"]
    bare = {MICROSOFT: microsoft(registry=None, advertised_public_prefixes=None)}
    assert [path for _, path, _ in found_by("INV-042", bare)] == [MICROSOFT]


@pytest.mark.parametrize(
    ("outside", "expected"),
    [
        ("198.41.1.0/28", ["error"]),
        ("198.41.1.0/24", ["warning"]),
        ("198.41.1.8/29", ["error"]),
        ("198.41.2.0/24", []),
        ("0.0.0.0/0", ["warning"]),
    ],
)
def test_a_prefix_goes_to_microsoft_or_to_the_internet(outside: str, expected: list[str]) -> None:
    found = found_by(
        "INV-043", {MICROSOFT: microsoft(), f"{ALPHA}.internet": {"advertised": ["198.42.0.0/24", outside]}}
    )
    assert [severity for severity, _, _ in found] == expected
    assert {path for _, path, _ in found} <= {f"{ALPHA}.internet.advertised[1]"}


def test_an_on_premises_prefix_is_not_a_vnets() -> None:
    assert found_by("INV-044", {f"{ALPHA}.onprem": ["10.0.0.0/16", "10.100.0.0/16"]}) == [
        (
            "error",
            f"{ALPHA}.onprem[1]",
            "on-premises prefix 10.100.0.0/16 is also a prefix of a VNet, different ones were expected",
        )
    ]
    assert [path for _, path, _ in found_by("INV-044", {f"{PRIVATE}.advertise": ["10.100.0.0/16"]})] == [
        f"{PRIVATE}.advertise[0]"
    ]
    assert found_by("INV-044", {f"{ALPHA}.onprem": ["10.0.0.0/8"]}) == []


def test_the_sweep_finds_what_comparing_every_pair_finds() -> None:
    left = [parse_prefix(text) for text in ("10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/24", "0.0.0.0/0", "fd00::/8")]
    right = [parse_prefix(text) for text in ("10.1.0.0/16", "10.0.0.0/9", "192.168.1.0/24", "fd12::/48", "fe80::/10")]
    pairs = {
        (a, b)
        for a, one in enumerate(left)
        for b, other in enumerate(right)
        if one.version == other.version and one.overlaps(other)
    }
    assert sorted(nested(left, right)) == sorted(pairs)


def test_reserved_space_is_touched_from_inside_and_from_above() -> None:
    space = {
        text: str(reserved_space(parse_prefix(text)))
        for text in (
            "192.0.0.0/8",
            "11.0.0.0/8",
            "172.31.0.0/16",
            "1.1.1.0/24",
            "2001:db8:1::/48",
            "2001::/16",
            "2600::/12",
        )
    }
    assert space == {
        "192.0.0.0/8": "192.168.0.0/16",
        "11.0.0.0/8": "None",
        "172.31.0.0/16": "172.16.0.0/12",
        "1.1.1.0/24": "None",
        "2001:db8:1::/48": "2001:db8::/32",
        "2001::/16": "2001:db8::/32",
        "2600::/12": "None",
    }
