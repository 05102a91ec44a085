"""NAT, route filters, MACsec: the services around a peering."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inventories import ALPHA, CIRCUIT, MICROSOFT, PRIVATE, found_by, microsoft

INTERNET = f"{ALPHA}.internet"


def pool(primary: str, secondary: str, **values: Any) -> dict[str, Any]:
    nat = {"design": "per_router", "pool": {"primary": primary, "secondary": secondary}, **values}
    return {MICROSOFT: microsoft(nat=nat, advertised_public_prefixes=[primary, secondary])}


def test_no_nat_on_private_peering() -> None:
    assert found_by("INV-045", {f"{PRIVATE}.nat": {"pool": "198.41.1.0/28"}}) == [
        (
            "error",
            f"{PRIVATE}.nat",
            "nat is set on the private peering of circuit alpha-ams, which takes no translation",
        )
    ]
    assert found_by("INV-045", {MICROSOFT: microsoft()}) == []


def test_the_pool_is_not_the_internets() -> None:
    assert found_by("INV-046", {MICROSOFT: microsoft(), INTERNET: {"pool": ["198.42.0.0/24", "198.41.1.0/24"]}}) == [
        (
            "error",
            f"{MICROSOFT}.nat.pool",
            "NAT pool 198.41.1.0/28 shares addresses with the Internet's pool 198.41.1.0/24, separate pools were expected",
        )
    ]
    assert found_by("INV-046", {MICROSOFT: microsoft(), INTERNET: {"pool": ["198.42.0.0/24"]}}) == []


def test_pools_fit_the_design() -> None:
    assert found_by("INV-046", pool("198.41.1.0/28", "198.41.1.16/28")) == []
    assert found_by("INV-046", pool("198.41.1.0/28", "198.41.1.0/29")) == [
        (
            "error",
            f"{MICROSOFT}.nat.pool",
            "NAT pools 198.41.1.0/28 and 198.41.1.0/29 share addresses, design per_router has a pool for each link",
        )
    ]
    assert found_by("INV-046", pool("198.41.1.0/28", "198.41.1.16/28", design="common")) == [
        (
            "error",
            f"{MICROSOFT}.nat.pool",
            "NAT pools 198.41.1.0/28 and 198.41.1.16/28 differ, design common has one pool on both links",
        )
    ]


def test_a_pool_is_public_and_said_once() -> None:
    values = {
        MICROSOFT: microsoft(
            nat={"pool": {"primary": "10.9.0.0/28", "secondary": "198.41.1.0/28"}, "design": "per_router"}
        )
    }
    assert found_by("INV-046", values) == [
        (
            "error",
            f"{MICROSOFT}.nat.pool.primary",
            "NAT pool 10.9.0.0/28 is in private (RFC 1918) 10.0.0.0/8, public addresses were expected",
        )
    ]
    listed = {MICROSOFT: microsoft(nat={"pool": "203.0.113.0/28"}, advertised_public_prefixes=["203.0.113.0/28"])}
    assert found_by("INV-046", listed) == []  # INV-040 says it
    alone = {MICROSOFT: microsoft(nat={"pool": "203.0.113.0/28"}), "meta.lab": True}
    assert [severity for severity, _, _ in found_by("INV-046", alone)] == ["warning"]


def test_private_addresses_need_nat_on_microsoft_peering() -> None:
    assert found_by("INV-047", {MICROSOFT: microsoft(nat=None)}) == [
        (
            "error",
            MICROSOFT,
            "microsoft peering of circuit alpha-ams has no nat, and on-premises prefix 10.0.0.0/16 is not public",
        )
    ]
    assert found_by("INV-047", {MICROSOFT: microsoft(nat=None, public_servers=True)}) == []
    assert found_by("INV-047", {MICROSOFT: microsoft(nat=None), f"{ALPHA}.onprem": ["198.43.0.0/16"]}) == []
    dmz = {"asn": 64702, "domain": "microsoft", "vlan": 9, "v4": "192.168.254.0/29", "accept": ["198.41.1.0/28"]}
    assert found_by("INV-047", {MICROSOFT: microsoft(nat=None), f"{ALPHA}.sessions": {"dmz": dmz}}) == []


def test_microsoft_peering_has_a_route_filter_and_private_peering_none() -> None:
    assert found_by("INV-048", {MICROSOFT: microsoft(route_filter=None)}) == [
        (
            "warning",
            MICROSOFT,
            "microsoft peering of circuit alpha-ams has no route_filter, and Microsoft announces nothing without one",
        )
    ]
    assert found_by("INV-048", {f"{PRIVATE}.route_filter": ["12076:50002"]}) == [
        (
            "error",
            f"{PRIVATE}.route_filter",
            "route_filter is set on the private peering of circuit alpha-ams, only Microsoft peering has one",
        )
    ]
    assert found_by("INV-048", {MICROSOFT: microsoft()}) == []


@pytest.mark.parametrize(
    ("entry", "severity", "message"),
    [
        ("Atlantis", "error", "'Atlantis' is neither a known service or region nor of the form 12076:NNNNN"),
        (
            "12076:50002",
            "error",
            "community 12076:50002 never matches on the microsoft peering of circuit alpha-ams, 12076:51NNN was expected",
        ),
        ("12076:51099", "warning", "community 12076:51099 is not one that Microsoft is known to set"),
        ("65000:1", "warning", "community 65000:1 is not one that Microsoft is known to set"),
    ],
)
def test_entries_of_the_route_filter(entry: str, severity: str, message: str) -> None:
    values = {MICROSOFT: microsoft(route_filter=["West Europe", entry])}
    assert found_by("INV-048", values) == [(severity, f"{MICROSOFT}.route_filter[1]", message)]
    values = {MICROSOFT: microsoft(router_accepts=["West Europe", entry])}
    assert found_by("INV-048", values) == [(severity, f"{MICROSOFT}.router_accepts[1]", message)]


def test_names_of_ones_own() -> None:
    values: dict[str, Any] = {
        MICROSOFT: microsoft(route_filter=["Atlantis", "12076:51099"]),
        "communities": {"regions": {"Atlantis": "12076:51099"}},
    }
    assert found_by("INV-048", values) == []
    values["communities"] = {"regions": {"Atlantis": "12076:510999"}}
    assert (
        "error",
        "communities.regions.Atlantis",
        "community '12076:510999' of Atlantis is not of the form 12076:NNNNN",
    ) in (found_by("INV-048", values))


def test_microsoft_365_needs_authorisation_and_premium() -> None:
    path = f"{MICROSOFT}.route_filter[0]"
    office = {MICROSOFT: microsoft(route_filter=["Exchange Online"])}
    assert found_by("INV-048", office) == [
        ("warning", path, "'Exchange Online' is a part of Microsoft 365, and office365_authorised is not true"),
        ("warning", path, "'Exchange Online' is a part of Microsoft 365, which needs tier Premium instead of Standard"),
    ]
    office = {
        MICROSOFT: microsoft(route_filter=["12076:5010"], office365_authorised=True),
        f"{CIRCUIT}.tier": "Premium",
    }
    assert found_by("INV-048", office) == []


def test_communities_of_2016() -> None:
    assert found_by("INV-049", {MICROSOFT: microsoft(route_filter=["12076:51022"])}) == [
        (
            "warning",
            f"{MICROSOFT}.route_filter[0]",
            "community 12076:51022 is out of use since 2016, expected 12076:51026 (West US 2)",
        )
    ]
    assert found_by("INV-048", {MICROSOFT: microsoft(route_filter=["12076:51022"])}) == []
    own = {"communities": {"regions": {"West US 2": "12076:51022"}}, MICROSOFT: microsoft(route_filter=["West US 2"])}
    assert [path for _, path, _ in found_by("INV-049", own)] == ["communities.regions.West US 2"]
    assert found_by("INV-049", {MICROSOFT: microsoft(route_filter=["West US 2"])}) == []


def test_the_filter_lets_the_vpn_gateway_through() -> None:
    vnet = {
        "prefixes": ["10.100.0.0/16"],
        "region": "West US 2",
        "gateways": [{"kind": "vpn", "transport": "microsoft"}],
    }
    values = {MICROSOFT: microsoft(route_filter=["West US"]), f"{ALPHA}.vnets": [vnet]}
    assert found_by("INV-050", values) == [
        (
            "error",
            f"{MICROSOFT}.route_filter",
            "route_filter lacks West US 2 (12076:51026), where a VPN gateway is that it must let through",
        )
    ]
    values[MICROSOFT] = microsoft(route_filter=["West US", "12076:51026"])
    assert found_by("INV-050", values) == []


def test_a_local_circuit_reaches_what_is_near() -> None:
    local = {
        f"{CIRCUIT}.tier": "Local",
        MICROSOFT: microsoft(route_filter=["West Europe", "Azure Resource Manager", "East US"]),
    }
    assert found_by("INV-072", local) == [
        (
            "warning",
            f"{MICROSOFT}.route_filter[2]",
            "route_filter of a circuit of tier Local has 'East US', which is in North America, not in Europe; "
            "one or two near regions are reached",
        )
    ]
    assert found_by("INV-072", {**local, f"{CIRCUIT}.tier": "Standard"}) == []
    near = microsoft(route_filter=["West Europe", "Storage West Europe", "North Europe"])
    assert found_by("INV-072", {**local, MICROSOFT: near}) == []
    reach = {f"{CIRCUIT}.tier": "Local", f"{PRIVATE}.global_reach": [{"prefixes": ["10.200.0.0/16"]}]}
    assert found_by("INV-072", reach) == [
        ("warning", f"{PRIVATE}.global_reach[0]", "circuit alpha-ams is of tier Local, which has no Global Reach")
    ]


def macsec(kind: str = "direct", **values: Any) -> dict[str, Any]:
    given = {"ckn": "1000", "cak": "0F" * 32, **values}
    return {f"{CIRCUIT}.kind": kind, f"{CIRCUIT}.macsec": {key: one for key, one in given.items() if one is not None}}


def test_macsec() -> None:
    path = f"{CIRCUIT}.macsec"
    assert found_by("INV-053", macsec()) == []
    assert found_by("INV-053", macsec("provider")) == [
        ("error", path, "macsec is set on circuit alpha-ams of kind provider, only direct can have it")
    ]
    assert found_by("INV-053", macsec(cak="0" * 32)) == [
        ("error", f"{path}.cak", "cak of circuit alpha-ams is not of the 64 hexadecimal digits that GcmAes256 takes")
    ]
    assert [place for _, place, _ in found_by("INV-053", macsec(cipher="GcmAes512"))] == [f"{path}.cipher"]
    assert [place for _, place, _ in found_by("INV-053", macsec(ckn="100"))] == [f"{path}.ckn"]
    assert [place for _, place, _ in found_by("INV-053", macsec(ckn="10" * 33))] == [f"{path}.ckn"]
    assert found_by("INV-053", macsec(cipher="GcmAesXpn128", cak="0F" * 16)) == []


def test_macsec_without_its_keys() -> None:
    found = found_by("INV-053", macsec(ckn=None, cak=None))
    assert found == [
        (
            "error",
            f"{CIRCUIT}.macsec",
            f"macsec of circuit alpha-ams has no {key}, the one that is set in Azure was expected",
        )
        for key in ("ckn", "cak")
    ]
