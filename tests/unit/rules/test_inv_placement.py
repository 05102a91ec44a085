"""Who translates and who filters: fixed translations, appliances, state on two paths, the control plane, QoS, capabilities."""

from __future__ import annotations

from typing import Any

import pytest

from generator.platforms import load
from generator.platforms.base import Feature, Platform
from generator.rules import limits, platform
from tests.inventories import (
    ALPHA,
    CIRCUIT,
    IPSEC,
    MICROSOFT,
    PRIVATE,
    TUNNELS,
    findings_of,
    found_by,
    intent_of,
    microsoft,
    with_values,
)

NAT = f"{MICROSOFT}.nat"
POOL = "198.41.1.0/28"
DMZ = {f"{ALPHA}.sessions": {"dmz": {"asn": 64702, "domain": "microsoft", "vlan": 9, "v4": "192.168.254.0/29"}}}


def nat(**values: Any) -> dict[str, Any]:
    """A Microsoft peering that translates, beside whose pool 198.41.1.16/28 is registered too."""
    given = {"pool": POOL, "at": "elsewhere", **values}
    registered = [POOL, "198.41.1.16/28"]
    clean = {key: value for key, value in given.items() if value is not None}
    return {MICROSOFT: microsoft(nat=clean, advertised_public_prefixes=registered)}


def static(inside: str, outside: str) -> dict[str, Any]:
    return {"inside": inside, "outside": outside}


def firewalls(**values: Any) -> dict[str, Any]:
    """Two Linux firewalls behind the routers."""
    appliance = {"platform": "linux_frr", "outside_port": "eth1", "inside_port": "eth2", "sync_port": "eth3"}
    return {
        "routers.fw1": dict(appliance),
        "routers.fw2": dict(appliance),
        "pairs.ams.firewalls": ["fw1", "fw2"],
        "pairs.ams.state_sync": True,
        **values,
    }


# Translation


@pytest.mark.parametrize(
    ("translations", "path", "words"),
    [
        ([static("10.0.9.0/24", "198.41.1.17/32")], f"{NAT}.static[0]", "of two sizes"),
        ([static("10.0.9.9/32", "10.9.9.9/32")], f"{NAT}.static[0].outside", "public addresses were expected"),
        (
            [static("10.0.9.9/32", "198.41.1.5/32")],
            f"{NAT}.static[0].outside",
            f"shares addresses with the pool {POOL}",
        ),
        ([static("10.0.9.9/32", "198.42.1.5/32")], f"{NAT}.static[0].outside", "in no prefix that"),
        (
            [static("10.0.9.9/32", "198.41.1.17/32"), static("10.0.9.9/32", "198.41.1.18/32")],
            f"{NAT}.static[1].inside",
            "each address once",
        ),
        (
            [static("10.0.9.8/32", "198.41.1.17/32"), static("10.0.9.9/32", "198.41.1.17/32")],
            f"{NAT}.static[1].outside",
            "each address once",
        ),
    ],
)
def test_fixed_translations(translations: list[dict[str, str]], path: str, words: str) -> None:
    found = found_by("INV-046", nat(static=translations))
    assert [(severity, place) for severity, place, message in found if words in message] == [("error", path)], found


def test_a_good_fixed_translation_and_families() -> None:
    assert found_by("INV-046", nat(static=[static("10.0.9.8/30", "198.41.1.20/30")])) == []
    assert [path for _, path, _ in found_by("INV-046", nat(inside=["fd00:1::/48"]))] == [f"{NAT}.inside[0]"]
    assert f"{NAT}.pool" in [path for _, path, _ in found_by("INV-046", nat(pool="2600:1f18::/64"))]


def test_a_router_with_nothing_to_translate() -> None:
    assert found_by("INV-081", nat(at="router")) == [
        (
            "warning",
            NAT,
            "microsoft peering of circuit alpha-ams translates at the router, and no session of its domain leads there",
        )
    ]
    assert found_by("INV-081", nat(at="router") | DMZ) == []
    assert found_by("INV-081", nat(at="elsewhere")) == []


def test_a_firewall_that_is_not_there() -> None:
    assert found_by("INV-083", nat(at="firewall")) == [
        (
            "error",
            f"{NAT}.at",
            "nat of the microsoft peering of circuit alpha-ams is at the firewall, and pair ams has no firewalls",
        )
    ]
    assert found_by("INV-083", nat(at="firewall") | firewalls()) == []
    behind = {f"{ALPHA}.ce.firewall": {"asn": 64512, "vlan": 40, "v4": "192.168.250.0/29"}}
    assert [path for _, path, _ in found_by("INV-083", behind)] == [f"{ALPHA}.ce.firewall"]
    assert found_by("INV-083", behind | firewalls()) == []


def shared(outside: str = "100.64.16.0/20", **values: Any) -> dict[str, Any]:
    translation = {"inside": "10.0.0.0/20", "outside": outside}
    return {
        "asn": 64512,
        "vlan": 30,
        "v4": "192.168.250.0/29",
        "nat": {**translation, **values.pop("nat", {})},
        **values,
    }


def test_translation_towards_shared_services() -> None:
    at = f"{ALPHA}.sessions.shared"
    assert found_by("INV-084", {at: shared()}) == []
    assert [path for _, path, _ in found_by("INV-084", {at: shared("100.64.16.0/24")})] == [f"{at}.nat"]
    assert [path for _, path, _ in found_by("INV-084", {at: shared("10.0.0.0/20")})] == [f"{at}.nat"]
    assert [path for _, path, _ in found_by("INV-084", {at: shared(domain="microsoft")})] == [f"{at}.nat"]
    assert [one[:2] for one in found_by("INV-084", {at: shared(nat={"inside": "10.9.0.0/20"})})] == [
        ("warning", f"{at}.nat.inside")
    ]


def test_customers_have_outside_prefixes_of_their_own() -> None:
    def both(outside: str) -> list[tuple[str, str, str]]:
        second = {
            "onprem": ["10.0.0.0/16"],
            "sessions": {"shared": shared(outside)},
            "circuits": {
                "bravo-ams": {"s_tag": 102, "peerings": {"private": {"azure_vlan": 100, "v4": "172.31.0.8/29"}}}
            },
        }
        return found_by("INV-084", {f"{ALPHA}.sessions.shared": shared(), "customers.bravo": second})

    assert both("100.64.32.0/20") == []
    assert [(severity, path) for severity, path, _ in both("100.64.16.0/20")] == [
        ("error", "customers.bravo.sessions.shared.nat.outside")
    ]


# Appliances


def test_firewalls_of_a_pair() -> None:
    assert found_by("INV-082", firewalls()) == []
    assert [path for _, path, _ in found_by("INV-082", firewalls(**{"routers.fw1.sync_port": None}))] == ["routers.fw1"]
    alone = firewalls(**{"routers.fw1.sync_port": None, "pairs.ams.state_sync": None})
    assert found_by("INV-082", alone) == []
    assert [path for _, path, _ in found_by("INV-082", firewalls(**{"routers.fw2.inside_port": None}))] == [
        "routers.fw2"
    ]
    assert [path for _, path, _ in found_by("INV-082", firewalls(**{"pairs.ams.firewalls": ["fw1"]}))] == [
        "pairs.ams.firewalls"
    ]
    assert [path for _, path, _ in found_by("INV-082", firewalls(**{"pairs.ams.firewalls": ["fw1", "fw1"]}))] == [
        "pairs.ams.firewalls[1]"
    ]
    assert found_by("INV-082", {"pairs.ams.state_sync": True}) == [
        ("error", "pairs.ams.state_sync", "state_sync is set on pair ams, which has no firewalls, two were expected")
    ]


def test_a_router_is_not_its_own_firewall() -> None:
    found = found_by(
        "INV-082", {"pairs.ams.firewalls": ["pe1", "fw2"], **firewalls()} | {"pairs.ams.firewalls": ["pe1", "fw2"]}
    )
    assert "pairs.ams.firewalls[0]" in [path for _, path, _ in found]


def test_a_firewall_has_zones_and_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    real = load("linux_frr")
    fields = {name: getattr(real, name) for name in Platform.__dataclass_fields__}
    poor = Platform(**{**fields, "features": real.features - {Feature.ZONES}})
    monkeypatch.setattr(platform, "load", lambda name: poor if name == "linux_frr" else load(name))
    assert [path for _, path, _ in found_by("INV-082", firewalls())] == ["routers.fw1.platform", "routers.fw2.platform"]


# State on two paths


def test_two_routers_do_not_share_a_pool() -> None:
    assert found_by("FW-PLACE-03", nat(at="router")) == [
        (
            "error",
            NAT,
            "both routers of the microsoft peering of circuit alpha-ams share the load and translate to one pool, "
            "a pool for each was expected",
        )
    ]
    assert found_by("FW-PLACE-03", nat(at="elsewhere")) == []
    own = nat(at="router", design="per_router", pool={"primary": POOL, "secondary": "198.41.1.16/28"})
    assert found_by("FW-PLACE-03", own) == []
    passive = nat(at="router")
    passive[MICROSOFT]["mode"] = "active_passive"
    assert found_by("FW-PLACE-03", passive) == []


def test_sessions_on_two_routers() -> None:
    stateful = {f"{ALPHA}.firewall": {"state": "stateful"}}
    assert [one[:2] for one in found_by("FW-PLACE-03", stateful)] == [("error", f"{ALPHA}.firewall.state")]
    assert found_by("FW-PLACE-03", stateful | {f"{PRIVATE}.mode": "active_passive"}) == []
    assert found_by("FW-PLACE-03", {f"{ALPHA}.firewall": {"state": "stateful", "enabled": False}}) == []
    default = {"defaults": {"firewall": {"state": "stateful"}}}
    assert [path for _, path, _ in found_by("FW-PLACE-03", default)] == ["defaults.firewall.state"]


def test_sessions_on_two_firewalls() -> None:
    behind = {f"{ALPHA}.ce.firewall": {"asn": 64512, "vlan": 40, "v4": "192.168.250.0/29"}}
    assert found_by("FW-PLACE-03", behind | firewalls()) == []
    unaware = behind | firewalls(**{"pairs.ams.state_sync": False})
    assert [one[:2] for one in found_by("FW-PLACE-03", unaware)] == [("error", "pairs.ams.firewalls")]
    assert found_by("FW-PLACE-03", firewalls(**{"pairs.ams.state_sync": False})) == []


def test_strict_reverse_path() -> None:
    strict = {f"{ALPHA}.firewall": {"urpf": "strict"}}
    assert [one[:2] for one in found_by("FW-SPOOF-04", strict)] == [("error", f"{ALPHA}.firewall.urpf")]
    passive = strict | {f"{PRIVATE}.mode": "active_passive"}
    assert [one[:2] for one in found_by("FW-SPOOF-04", passive)] == [("warning", f"{ALPHA}.firewall.urpf")]
    provider = {"providers.northlake.defaults": {"firewall": {"urpf": "strict"}}}
    assert [path for _, path, _ in found_by("FW-SPOOF-04", provider)] == ["providers.northlake.defaults.firewall.urpf"]
    assert found_by("FW-SPOOF-04", {}) == []


def test_an_open_control_plane() -> None:
    closed = {"routers.pe1.management": {"prefixes": ["192.168.10.0/24"]}}
    assert found_by("FW-CP-01", closed) == [
        ("warning", "routers.pe2", "router pe2 has no management, and its control plane is open")
    ]


# QoS


def test_dscp_values_that_microsoft_acts_on() -> None:
    ((severity, path, message),) = found_by("ER-QOS-02", {MICROSOFT: microsoft(qos={"kept": [46, 24, 0]})})
    assert (severity, path) == ("warning", f"{MICROSOFT}.qos.kept[1]")
    assert "(CS3)" in message
    assert "2015" in message
    assert found_by("ER-QOS-02", {MICROSOFT: microsoft(qos=True)}) == []
    assert found_by("ER-QOS-02", {MICROSOFT: microsoft(qos={"enabled": False, "kept": [26]})}) == []
    assert [one[:2] for one in found_by("ER-QOS-02", {f"{PRIVATE}.qos": True})] == [("info", f"{PRIVATE}.qos")]


# What a platform and a model can do


class Models:
    """IOS-XE, were the model "ROUTER" one that can do less, and "WALL" one that only keeps sessions."""

    def __init__(self, *missing: Feature) -> None:
        real = load("cisco_xe")
        fields = {name: getattr(real, name) for name in Platform.__dataclass_fields__}
        less = real.features - set(missing)
        wall = real.features - {Feature.STATELESS}
        self.platform = Platform(
            **{
                **fields,
                "features": less,
                "features_of": lambda model: {"ROUTER": less, "WALL": wall}.get(model, real.features),
                "models": ("WALL",),
            }
        )

    def __call__(self, name: str) -> Platform:
        return self.platform if name == "cisco_xe" else load(name)


MODEL = {"routers.pe1.model": "router"}


@pytest.mark.parametrize(
    ("feature", "values", "path", "severity"),
    [
        (Feature.IPSEC, {}, IPSEC, "error"),
        (Feature.SELECTORS, {f"{IPSEC}.selectors": [{"local": "0.0.0.0/0", "remote": "0.0.0.0/0"}]}, f"{IPSEC}.selectors", "error"),
        (Feature.NAT, nat(at="router"), NAT, "error"),
        (Feature.NAT, {f"{ALPHA}.sessions.shared": shared()}, f"{ALPHA}.sessions.shared.nat", "error"),
        (Feature.STATEFUL, {f"{ALPHA}.firewall": {"state": "stateful"}}, f"{ALPHA}.firewall.state", "error"),
        (Feature.STATELESS, {f"{ALPHA}.firewall": {"state": "stateless"}}, f"{ALPHA}.firewall.state", "error"),
        (Feature.REMARK, {MICROSOFT: microsoft(qos=True)}, f"{MICROSOFT}.qos", "warning"),
        (Feature.SHAPER, {f"{PRIVATE}.shape_mbps": 100}, f"{PRIVATE}.shape_mbps", "warning"),
        (Feature.MACSEC, {f"{CIRCUIT}.macsec": {}}, f"{CIRCUIT}.macsec", "error"),
        (Feature.CONTROL_PLANE, {"routers.pe1.management": {"prefixes": ["10.9.0.0/24"]}}, "routers.pe1.management", "error"),
    ],
)  # fmt: skip
def test_what_a_model_cannot_do(
    feature: Feature, values: dict[str, Any], path: str, severity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "load", Models(feature))
    found = [one for one in found_by("INV-066", values | MODEL, TUNNELS) if one[1] == path]
    assert [(one[0], "Cisco IOS-XE, model router, on router pe1" in one[2]) for one in found] == [(severity, True)]
    monkeypatch.setattr(platform, "load", Models())
    assert [one for one in found_by("INV-066", values | MODEL, TUNNELS) if one[1] == path] == []


def test_a_default_that_nobody_asked_for_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "load", Models(Feature.STATELESS, Feature.STATEFUL, Feature.REMARK, Feature.SHAPER))
    assert found_by("INV-066", MODEL) == []


def test_what_firewalls_cannot_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real = load("linux_frr")
    fields = {name: getattr(real, name) for name in Platform.__dataclass_fields__}
    poor = Platform(**{**fields, "features": real.features - {Feature.IPSEC}})
    monkeypatch.setattr(platform, "load", lambda name: poor if name == "linux_frr" else load(name))
    found = found_by("INV-066", firewalls(**{f"{IPSEC}.at": "firewall", "pairs.ams.state_sync": False}), TUNNELS)
    assert [(path, "on router fw1" in message) for _, path, message in found] == [(IPSEC, True)]


@pytest.mark.parametrize(("model", "able"), [("SRX1500", True), ("vSRX3", True), ("SRX345", False), ("MX204", False)])
def test_only_some_firewalls_share_their_sessions(model: str, able: bool) -> None:
    appliance = {
        "platform": "juniper_junos",
        "model": model,
        "outside_port": "xe-0/0/1",
        "inside_port": "xe-0/0/2",
        "sync_port": "xe-0/0/3",
    }
    values = firewalls(**{"routers.fw1": appliance, "routers.fw2": dict(appliance)})
    message = (
        "pair ams needs a session table that two firewalls share, which Juniper MX and SRX, Junos OS, "
        f"model {model}, on router fw1 cannot do"
    )
    found = [one for one in found_by("INV-066", values) if one[1] == "pairs.ams.state_sync"]
    assert found == ([] if able else [("error", "pairs.ams.state_sync", message)])


def test_the_edge_is_no_place_for_an_srx() -> None:
    at_edge = {"routers.pe1.platform": "juniper_junos", "routers.pe1.azure_port": "xe-0/1/0"}
    words = "platform juniper_junos, model SRX1500, of router pe1 is a firewall, a router was expected"
    assert [one[2] for one in found_by("INV-056", at_edge | {"routers.pe1.model": "SRX1500"})] == [words]
    assert found_by("INV-056", at_edge | {"routers.pe1.model": "MX204"}) == []


def test_who_can_is_told_with_the_model() -> None:
    values = {"routers.pe1.platform": "juniper_junos", "routers.pe1.azure_port": "xe-0/1/0"}
    found = [one for one in findings_of(intent_of(with_values(TUNNELS, values))) if "needs IPsec" in one.message]
    assert len(found) == 1
    assert "juniper_junos model SRX1500" in found[0].fix


def test_a_model_that_keeps_sessions_at_the_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "load", Models())
    assert found_by("INV-056", {"routers.pe1.model": "wall"}) == [
        (
            "warning",
            "routers.pe1.model",
            "platform cisco_xe, model wall, of router pe1 is a firewall, a router was expected",
        )
    ]
    assert found_by("INV-056", {"routers.pe1.model": "C8500"}) == []
