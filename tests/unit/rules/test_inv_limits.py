"""Limits, gateways, platforms, names and reported states."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from generator.platforms import known, load
from generator.platforms.base import Feature, Platform
from generator.rules import capabilities, limits, platform
from tests.inventories import (
    ALPHA,
    BASE,
    CIRCUIT,
    MICROSOFT,
    PRIVATE,
    findings_of,
    found_by,
    intent_of,
    microsoft,
    with_values,
)


def vnets(count: int) -> list[str]:
    return [f"10.{100 + number}.0.0/16" for number in range(count)]


@pytest.mark.parametrize(
    ("count", "tier", "bandwidth", "limit"),
    [
        (10, "Standard", 200, None),
        (11, "Standard", 200, 10),
        (11, "Premium", 50, None),
        (21, "Premium", 50, 20),
        (26, "Premium", 200, 25),
        (26, "Premium", 500, None),
    ],
)
def test_vnets_of_a_circuit(count: int, tier: str, bandwidth: int, limit: int | None) -> None:
    values = {f"{ALPHA}.vnets": vnets(count), f"{CIRCUIT}.tier": tier, f"{CIRCUIT}.bandwidth_mbps": bandwidth}
    expected = []
    if limit is not None:
        message = f"circuit alpha-ams has {count} VNets, tier {tier} takes at most {limit}"
        expected = [("error", f"{ALPHA}.vnets[{limit}]", message)]
    assert found_by("INV-051", values) == expected


def test_global_reach_counts_as_a_link_and_other_circuits_vnets_do_not() -> None:
    reach = {f"{PRIVATE}.global_reach": [{"prefixes": ["10.250.0.0/16"]}]}
    assert [message for _, _, message in found_by("INV-051", {f"{ALPHA}.vnets": vnets(10), **reach})] == [
        "circuit alpha-ams has 10 VNets and 1 Global Reach connections, tier Standard takes at most 10"
    ]
    elsewhere = [{"prefixes": [prefix], "circuits": ["other"]} for prefix in vnets(11)]
    assert found_by("INV-051", {f"{ALPHA}.vnets": elsewhere}) == []


def test_no_ipv6_on_public_peering() -> None:
    public = {"azure_vlan": 300, "v4": "198.41.0.0/29", "v6": "2600:1f18:100:ff::/125"}
    path = f"{CIRCUIT}.peerings.public"
    assert found_by("INV-052", {path: public, "meta.legacy": True}) == [
        ("error", f"{path}.v6", "v6 is set on the public peering of circuit alpha-ams, which is IPv4 only")
    ]
    assert found_by("INV-052", {MICROSOFT: microsoft(v6="2600:1f18:100:ff::/125")}) == []


@pytest.mark.parametrize("key", ["fhrp", "hsrp", "vrrp", "glbp"])
def test_no_first_hop_redundancy(key: str) -> None:
    message = (
        f"{key} is asked for on the private peering of circuit alpha-ams, two BGP sessions are the redundancy there"
    )
    assert found_by("INV-054", {f"{PRIVATE}.{key}": 10}) == [("error", f"{PRIVATE}.{key}", message)]
    assert found_by("INV-054", {f"{PRIVATE}.{key}": False}) == []


def passive(**values: Any) -> list[tuple[str, str, str]]:
    return found_by(
        "INV-055", {f"{PRIVATE}.{key}": value for key, value in {"mode": "active_passive", **values}.items()}
    )


def test_active_passive_needs_both_levers_towards_the_same_link() -> None:
    both = {"primary": 200, "secondary": 150}
    assert passive() == []
    assert passive(prepend=3, local_pref=both) == []
    assert passive(preferred="secondary") == []
    assert passive(prepend=3) == [
        ("error", f"{PRIVATE}.prepend", "prepend 3 is set without local_pref, active_passive needs both")
    ]
    path = f"{PRIVATE}.local_pref"
    assert passive(local_pref=both) == [
        ("error", path, "local_pref 200 and 150 are set without prepend, active_passive needs both")
    ]
    assert passive(prepend=3, local_pref=200) == [
        (
            "error",
            path,
            "local_pref 200 and 200 prefer both links, active_passive needs a lower value on the passive one",
        )
    ]
    assert passive(prepend=3, local_pref=both, preferred="secondary") == [
        (
            "error",
            path,
            "local_pref 200 and 150 prefer the primary link, which is prepended because preferred is secondary",
        )
    ]
    assert passive(mode="active_active", prepend=3) == []


def test_an_unknown_mode() -> None:
    assert passive(mode="active_standby") == [
        ("error", f"{PRIVATE}.mode", "mode 'active_standby' is unknown, expected active_active or active_passive")
    ]
    found = found_by("INV-055", {"defaults": {"private": {"mode": "both"}}})
    assert [path for _, path, _ in found] == ["defaults.private.mode"]


def vpn(**values: Any) -> dict[str, Any]:
    return {f"{ALPHA}.vnets": [{"prefixes": ["10.60.0.0/16"], "gateways": [{"kind": "vpn", **values}]}]}


GATEWAY = f"{ALPHA}.vnets[0].gateways[0]"


@pytest.mark.parametrize("asn", [64499, 65540, 8074, 65517, 23456])
def test_as_numbers_a_vpn_gateway_refuses(asn: int) -> None:
    message = (
        f"onprem_asn {asn} is refused by a VPN gateway, expected 64512 to 64514, 65521 to 65534 or a public number of yours"
    ).replace("64514", "65514")
    assert found_by("INV-064", vpn(onprem_asn=asn)) == [("error", f"{GATEWAY}.onprem_asn", message)]


def test_the_two_sides_of_a_vpn_differ() -> None:
    message = "on-premises AS 65515 is also the VPN gateway's, different ones were expected"
    assert found_by("INV-064", vpn(onprem_asn=65515)) == [("error", f"{GATEWAY}.onprem_asn", message)]
    assert [path for _, path, _ in found_by("INV-064", vpn(asn=64600))] == [GATEWAY]
    assert [path for _, path, _ in found_by("INV-064", vpn(asn=65518))] == [f"{GATEWAY}.asn"]
    assert found_by("INV-064", vpn()) == []
    lab = found_by("INV-064", {**vpn(onprem_asn=64499), "meta.lab": True})
    assert [severity for severity, _, _ in lab] == ["warning"]


def test_tunnels_over_private_peering_need_a_sku_with_a_private_address() -> None:
    address = {"addresses": ["10.60.255.4"], "transport": "private"}
    assert found_by("INV-065", vpn(sku="VpnGw2", **address)) == [
        ("error", f"{GATEWAY}.sku", "sku VpnGw2 has no private address for tunnels, expected VpnGw1AZ to VpnGw5AZ")
    ]
    assert found_by("INV-065", vpn(sku="VpnGw2AZ", **address)) == []
    assert found_by("INV-065", vpn(sku="VpnGw2", transport="microsoft")) == []


def udr(next_hop: str, *kinds: str) -> dict[str, Any]:
    gateways = [{"kind": kind} for kind in kinds]
    return {
        f"{ALPHA}.vnets": [
            {
                "prefixes": ["10.60.0.0/16"],
                "gateways": gateways,
                "udrs": [{"prefix": "10.0.0.0/16", "next_hop": next_hop}],
            }
        ]
    }


def test_a_route_does_not_choose_expressroute() -> None:
    path = f"{ALPHA}.vnets[0].udrs[0].next_hop"
    assert found_by("INV-069", udr("VirtualNetworkGateway", "expressroute")) == [
        ("error", path, "next_hop VirtualNetworkGateway means a VPN gateway, and the VNet has only ExpressRoute")
    ]
    assert found_by("INV-069", udr("VirtualNetworkGateway", "expressroute", "vpn")) == []
    assert [place for _, place, _ in found_by("INV-069", udr("ExpressRoute"))] == [path]
    assert found_by("INV-069", udr("10.60.1.4", "expressroute")) == []


def test_gateway_addresses() -> None:
    subnet = {"subnet": "10.60.255.0/27"}
    assert found_by("INV-071", vpn(addresses=["10.60.255.4", "10.60.254.4"], **subnet)) == [
        ("error", f"{GATEWAY}.addresses[1]", "gateway address 10.60.254.4 is outside the subnet 10.60.255.0/27")
    ]
    assert [path for _, path, _ in found_by("INV-071", vpn(transport="private", **subnet))] == [GATEWAY]
    assert found_by("INV-071", vpn(addresses=["10.60.255.4"], **subnet)) == []


def test_gateway_addresses_against_what_azure_reports() -> None:
    gateway = vpn(subnet="10.60.255.0/27", addresses=["10.60.255.4"])
    azure = f"{CIRCUIT}.azure"
    assert found_by("INV-071", {**gateway, azure: {"gateway_addresses": ["10.60.255.4"]}}) == []
    assert found_by("INV-071", {**gateway, azure: {"gateway_addresses": ["10.61.255.4"]}}) == [
        (
            "error",
            f"{GATEWAY}.addresses[0]",
            "gateway address 10.60.255.4 is not among those that Azure reports, 10.61.255.4",
        ),
        (
            "error",
            f"{azure}.gateway_addresses[0]",
            "gateway address 10.61.255.4, which Azure reports, is in no gateway's subnet",
        ),
    ]


def test_states_that_azure_reports() -> None:
    azure = f"{CIRCUIT}.azure"
    assert found_by("ER-CKT-15", {azure: {"provider_state": "Provisioning", "circuit_state": "Disabled"}}) == [
        (
            "warning",
            f"{azure}.provider_state",
            "provider_state 'Provisioning' is reported for circuit alpha-ams, Provisioned was expected",
        ),
        (
            "warning",
            f"{azure}.circuit_state",
            "circuit_state 'Disabled' is reported for circuit alpha-ams, Enabled was expected",
        ),
    ]
    assert found_by("ER-CKT-15", {azure: {"provider_state": "Provisioned", "circuit_state": "Enabled"}}) == []
    assert found_by("ER-CKT-15", {azure: {"provider_state": "NotProvisioned"}, f"{CIRCUIT}.kind": "direct"}) == []
    peerings = {"microsoft": {"state": "Disabled", "advertised_public_prefixes_state": "ValidationNeeded"}}
    assert found_by("ER-PEER-08", {azure: {"peerings": peerings}}) == [
        (
            "warning",
            f"{azure}.peerings.microsoft.state",
            "state 'Disabled' is reported for the microsoft peering, Enabled was expected",
        ),
        (
            "warning",
            f"{azure}.peerings.microsoft.advertised_public_prefixes_state",
            "advertised_public_prefixes_state 'ValidationNeeded' is reported for the microsoft peering, "
            "Configured was expected",
        ),
    ]
    assert [path for _, path, _ in found_by("ER-PEER-08", {azure: {"peerings": {"privat": {}}}})] == [
        f"{azure}.peerings.privat"
    ]
    good = {"MicrosoftPeering": {"state": "Enabled", "advertised_public_prefixes_state": "Configured"}}
    assert found_by("ER-PEER-08", {azure: {"peerings": good}}) == []


@pytest.mark.parametrize(
    ("kind", "bandwidth", "expected"),
    [
        ("provider", 10000, []),
        ("provider", 40000, ["warning"] * 2),
        ("direct", 20000, ["warning"] * 2),
        ("direct", 40000, ["error"] * 2),
    ],
)
def test_circuits_fit_on_their_port(kind: str, bandwidth: int, expected: list[str]) -> None:
    found = found_by("INV-070", {f"{CIRCUIT}.kind": kind, f"{CIRCUIT}.bandwidth_mbps": bandwidth})
    assert [severity for severity, _, _ in found] == expected
    paths = [f"routers.{name}.ports.TenGigabitEthernet0/1/0.speed_mbps" for name in ("pe1", "pe2")]
    assert [path for _, path, _ in found] == paths[: len(expected)]


def test_an_unknown_platform_is_named_with_the_nearest() -> None:
    values = {"routers.pe1.platform": "cisco_xee"}
    assert found_by("INV-066", values) == [
        (
            "error",
            "routers.pe1.platform",
            f"platform 'cisco_xee' of router pe1 is unknown, expected one of {', '.join(known())}",
        )
    ]
    found = [one for one in findings_of(intent_of(with_values(BASE, values))) if one.rule == "INV-066"]
    assert [one.fix for one in found] == ["did you mean cisco_xe?"]


def test_ports_have_names_that_the_platform_knows() -> None:
    expected = "port 'xe-0/1/0' is not a name of a port on Cisco IOS-XE, expected one such as TenGigabitEthernet0/1/0"
    assert found_by("INV-066", {"routers.pe1.customer_port": "xe-0/1/0"}) == [
        ("error", "routers.pe1.customer_port", expected)
    ]
    for path in (f"{CIRCUIT}.links.primary.port", f"{ALPHA}.ce.port"):
        assert found_by("INV-066", {path: "xe-0/1/0", f"{CIRCUIT}.links.secondary": {"router": "pe2"}})[0] == (
            "error",
            path,
            expected,
        )
    assert [path for _, path, _ in found_by("INV-066", {"routers.pe1.ports": {"eth0.1": {}}})] == [
        "routers.pe1.ports.eth0.1"
    ]


class Poor:
    """A platform that can do less than the real one."""

    def __init__(self, *missing: Feature, **values: Any) -> None:
        real = load("cisco_xe")
        fields = {name: getattr(real, name) for name in Platform.__dataclass_fields__}
        self.platform = Platform(**{**fields, "features": real.features - set(missing), **values})

    def __call__(self, name: str) -> Platform:
        return self.platform


@pytest.mark.parametrize(
    ("feature", "path", "severity"),
    [
        (Feature.QINQ, CIRCUIT, "error"),
        (Feature.MD5, f"{PRIVATE}.md5", "error"),
        (Feature.BFD, PRIVATE, "error"),
        (Feature.IPV6, f"{PRIVATE}.v6", "error"),
        (Feature.VRF, PRIVATE, "error"),
        (Feature.KEEPALIVE, f"{PRIVATE}.timers", "warning"),
    ],
)
def test_what_a_platform_cannot_do_is_refused(
    feature: Feature, path: str, severity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {f"{PRIVATE}.v6": "fd12:76::/125", f"{PRIVATE}.timers": [50, 180], f"{ALPHA}.ce": None}
    monkeypatch.setattr(platform, "load", Poor(feature))
    words = capabilities.WORDS[feature]
    message = f"private peering of circuit alpha-ams needs {words}, which Cisco IOS-XE on router pe1 cannot do"
    assert found_by("INV-066", values) == [(severity, path, message)]


def test_one_as_number_where_the_platform_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "load", Poor(Feature.VRF_ASN))
    found = found_by("INV-066", {MICROSOFT: microsoft(asn=3303)})
    assert [(severity, path) for severity, path, _ in found] == [("error", f"{MICROSOFT}.asn")] * 2
    assert found[0][2] == (
        "AS 3303 of the microsoft peering of circuit alpha-ams is the second on router pe1 beside 64600, "
        "Cisco IOS-XE has one for all VRFs"
    )
    assert found_by("INV-066", {MICROSOFT: microsoft(asn=64600)}) == []


def test_a_firewall_at_the_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found_by("INV-056", {}) == []
    monkeypatch.setattr(limits, "load", Poor(firewall_class=True))
    assert found_by("INV-056", {"routers.spare": {"platform": "cisco_xe"}}) == [
        (
            "warning",
            f"routers.{name}.platform",
            f"platform cisco_xe of router {name} is a firewall, a router was expected",
        )
        for name in ("pe1", "pe2")
    ]


def test_outer_tags_that_some_junos_models_refuse() -> None:
    junos = {
        "platform": "juniper_junos",
        "provider": "northlake",
        "azure_port": "xe-0/1/0",
        "customer_port": "xe-0/1/1",
    }
    values: dict[str, Any] = {"routers.pe2": junos}
    message = (
        "s_tag 600 is above 511, which is all that some models with Juniper MX and SRX, Junos OS take as outer tag"
    )
    assert found_by("PLT-JUN-02", {**values, f"{CIRCUIT}.s_tag": 600}) == [("warning", f"{CIRCUIT}.s_tag", message)]
    each = {**values, f"{CIRCUIT}.s_tag": {"primary": 600, "secondary": 511}}
    assert found_by("PLT-JUN-02", each) == []
    each[f"{CIRCUIT}.s_tag"] = {"primary": 511, "secondary": 600}
    assert found_by("PLT-JUN-02", each) == [("warning", f"{CIRCUIT}.s_tag.secondary", message)]


def test_names() -> None:
    raw = "Müller & Söhne GmbH (Nord)"
    assert found_by("INV-067", {f"{ALPHA}.vrf": raw}) == [
        ("error", f"{ALPHA}.vrf", f"VRF name {raw!r} is not one that every platform takes")
    ]
    assert found_by("INV-067", {f"{ALPHA}.vrf": "MUELLER-NORD", f"{ALPHA}.name": raw}) == []
    assert [path for _, path, _ in found_by("INV-067", {f"{PRIVATE}.vrf": "alpha"})] == [f"{PRIVATE}.vrf"]
    assert [path for _, path, _ in found_by("INV-067", {"routers.pe1.hostname": "pe1\nreload"})] == [
        "routers.pe1.hostname"
    ]
    assert [path for _, path, _ in found_by("INV-067", {"routers.x/y": {"platform": "cisco_xe"}})] == ["routers.x/y"]


def test_two_names_stay_two_on_the_routers() -> None:
    values = {"customers.Alpha": {"circuits": {"second": {"s_tag": 7, "peerings": {"private": {"azure_vlan": 100}}}}}}
    assert found_by("INV-067", values) == [
        ("error", "customers.Alpha", "customer 'Alpha' has the name ALPHA on the routers, as has 'alpha'")
    ]


def test_descriptions() -> None:
    assert found_by("INV-067", {f"{PRIVATE}.description": "Alpha; #1"}) == [
        ("error", f"{PRIVATE}.description", "description 'Alpha; #1' has characters not every platform takes")
    ]
    assert [message[-26:] for _, _, message in found_by("INV-067", {f"{CIRCUIT}.description": "a" * 81})] == [
        "is longer than 80 characters"[-26:]
    ]
    assert found_by("INV-067", {f"{CIRCUIT}.description": "Alpha, no. 1 (Amsterdam)"}) == []


def test_secrets_in_clear_are_seen_and_not_told() -> None:
    values = {f"{PRIVATE}.md5": "Secret1", f"{ALPHA}.ce.md5": "Secret2", f"{CIRCUIT}.macsec": {"cak": "Secret3"}}
    found = findings_of(intent_of(with_values(BASE, values)))
    message = "is written in clear text, env:NAME or file:PATH was expected"
    assert found_by("INV-068", values) == [
        ("warning", f"{ALPHA}.ce.md5", f"md5 {message}"),
        ("warning", f"{CIRCUIT}.macsec.cak", f"cak {message}"),
        ("warning", f"{PRIVATE}.md5", f"md5 {message}"),
    ]
    assert not any(
        f"Secret{number}".encode() in msgspec.msgpack.encode([f.message, f.fix]) for f in found for number in (1, 2, 3)
    )
    assert found_by("INV-068", {}) == []
