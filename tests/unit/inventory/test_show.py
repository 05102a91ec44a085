"""``peerwright show``: for any value of an inventory what it is and where it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator import api
from generator.model.outcome import Refused
from tests.inventories import BASE, TUNNELS, microsoft, with_values

PEERING = "customers.alpha.circuits.alpha-ams.peerings.private"
CIRCUIT = "customers.alpha.circuits.alpha-ams"
Row = tuple[str, str, str, str]
"""Value, origin, file:line, note."""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PEERWRIGHT_TEST_KEY", "AlphaKey2016")


def shown(path: str, text: str = BASE) -> dict[str, Row]:
    Path("a.yaml").write_text(text.removeprefix("\n"))
    values, findings = api.show(Path("a.yaml"), path)
    assert findings == ()
    return {
        one.path: (one.value, one.origin, f"{one.where.file}:{one.where.line}" if one.where else "", one.note)
        for one in values
    }


def test_what_is_written_is_shown_with_its_line() -> None:
    assert shown(f"{PEERING}.azure_vlan") == {f"{PEERING}.azure_vlan": ("100", "written", "a.yaml:26", "")}
    assert shown("customers.alpha.onprem") == {"customers.alpha.onprem[0]": ("10.0.0.0/16", "written", "a.yaml:18", "")}


def test_what_nobody_wrote_is_shown_with_the_rule_behind_it() -> None:
    assert shown(f"{PEERING}.timers") == {
        f"{PEERING}.timers.keepalive": ("60", "built-in default", "", "ER-BGP-04"),
        f"{PEERING}.timers.hold": ("180", "built-in default", "", "ER-BGP-04"),
    }
    assert shown(f"{CIRCUIT}.tier") == {f"{CIRCUIT}.tier": ("Standard", "built-in default", "", "ER-CKT-11")}


LEVELS = {
    "routers.pe1.defaults.private": "default of routers.pe1",
    "providers.northlake.defaults.peering": "default of providers.northlake",
    "defaults.private": "default of the inventory",
}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("key", "value", "name", "text"),
    [
        ("timers", {"keepalive": 20, "hold": 60}, "timers.hold", "60"),
        ("bfd", {"tx": 500}, "bfd.tx", "500"),
        ("mtu", 1400, "mtu", "1400"),
        ("tpid", 0x88A8, "tpid", "0x88a8"),
        ("max_prefix", {"v4": 900}, "max_prefix.v4.limit", "900"),
    ],
)
def test_a_default_is_shown_with_its_owner_and_line(level: str, key: str, value: Any, name: str, text: str) -> None:
    inventory = with_values(BASE, {f"{level}.{key}": value})
    found = shown(PEERING, inventory)
    # What pe1 alone has as its default is shown for the link that ends on it.
    path = f"{PEERING}.links.primary.{name}" if level.startswith("routers") else f"{PEERING}.{name}"
    value_shown, origin, place, note = found[path]
    assert (value_shown, origin, note) == (text, LEVELS[level], "")
    line = int(place.removeprefix("a.yaml:"))
    assert inventory.splitlines()[line - 1].strip().startswith((f"{key}:", "v4:", "keepalive:", "tx:"))


def test_where_only_one_router_has_a_default_each_link_has_its_own_line() -> None:
    found = shown(PEERING, with_values(BASE, {"routers.pe2.defaults.peering.mtu": 1400}))
    assert found[f"{PEERING}.links.primary.mtu"][:2] == ("1500", "built-in default")
    assert found[f"{PEERING}.links.secondary.mtu"][:2] == ("1400", "default of routers.pe2")
    assert f"{PEERING}.mtu" not in found


def test_the_limits_of_the_families_may_come_from_different_places() -> None:
    values = {f"{PEERING}.max_prefix": {"v6": 50}, "defaults.private.max_prefix": {"v4": 900}}
    found = shown(f"{PEERING}.max_prefix", with_values(BASE, values))
    assert found[f"{PEERING}.max_prefix.v4.limit"][:2] == ("900", "default of the inventory")
    assert found[f"{PEERING}.max_prefix.v6.limit"][:2] == ("50", "written")


@pytest.mark.parametrize("key", ["tier", "location", "handoff"])
def test_a_circuit_s_default_is_shown_with_its_owner(key: str) -> None:
    value = "qinq" if key == "handoff" else "London"
    found = shown(f"{CIRCUIT}.{key}", with_values(BASE, {f"defaults.circuit.{key}": value}))
    assert found[f"{CIRCUIT}.{key}"][:2] == (value, "default of the inventory")
    found = shown(f"{CIRCUIT}.{key}", with_values(BASE, {f"providers.northlake.defaults.circuit.{key}": value}))
    assert found[f"{CIRCUIT}.{key}"][:2] == (value, "default of providers.northlake")


def test_what_follows_from_other_values() -> None:
    found = shown("customers.alpha")
    assert found["customers.alpha.model"][0] == "connect_through"
    assert found[f"{CIRCUIT}.location"] == ("Amsterdam", "location of the pair", "a.yaml:14", "")
    assert found[f"{CIRCUIT}.pair"][:3] == ("ams", "the only pair there is", "a.yaml:14")
    assert found[f"{CIRCUIT}.links.secondary.router"][:3] == ("pe2", "position in the pair", "a.yaml:14")
    assert found[f"{CIRCUIT}.links.primary.port"][:3] == (
        "TenGigabitEthernet0/1/0",
        "azure_port of the router",
        "a.yaml:8",
    )
    assert found[f"{PEERING}.asn"][:3] == ("64600", "AS of the provider", "a.yaml:3")
    assert found[f"{PEERING}.vrf"][:2] == ("ALPHA", "made of the customer's name")
    assert found[f"{PEERING}.accept"][:2] == ("10.100.0.0/16", "the VNets it is linked to")
    assert found[f"{PEERING}.links.primary.tags"][0] == "101.100"
    assert found[f"{PEERING}.links.primary.own"][0] == "172.31.0.1/30"
    assert found[f"{PEERING}.links.secondary.own"][0] == "172.31.0.5/30"
    assert found[f"{PEERING}.links.secondary.msee"][0] == "172.31.0.6"
    assert found[f"{PEERING}.links.primary.announce"][:3] == ("10.0.0.0/16", "onprem of the customer", "a.yaml:18")


def test_a_key_is_shown_as_its_reference_and_never_in_clear() -> None:
    assert shown(f"{PEERING}.md5")[f"{PEERING}.md5"][0] == "env:PEERWRIGHT_TEST_KEY"
    clear = with_values(BASE, {f"{PEERING}.md5": "AlphaKey2016", "customers.alpha.ce.md5": "CeKey2016"})
    for row in (found := shown("customers", clear)).values():
        assert "Key2016" not in str(row)
    assert found[f"{PEERING}.md5"][0] == "••••"
    assert found["customers.alpha.ce.md5"][0] == "••••"


IPSEC = f"{PEERING}.ipsec"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERWRIGHT_TEST_PSK_1", "Lab.Only_7qT4mXz2Rk9s")
    monkeypatch.setenv("PEERWRIGHT_TEST_PSK_2", "Lab.Only_Wb3eHn8uYc5d")


@pytest.mark.usefixtures("keys")
def test_tunnels_are_shown_with_what_follows_for_them() -> None:
    found = shown(PEERING, TUNNELS)
    assert found[f"{PEERING}.vrf"] == ("ALPHA-FRONT", "front VRF of the tunnels", "", "IPS-TR-04")
    assert found[f"{IPSEC}.vrf"][:2] == ("ALPHA", "made of the customer's name")
    assert found[f"{IPSEC}.path_mtu"][:2] == ("1400", "written")
    assert [found[f"{IPSEC}.{key}"][0] for key in ("mtu", "mss", "outer_size")] == ["1346", "1306", "1400"]
    assert found[f"{IPSEC}.ike.dh_group"] == ("ECP384", "profile strongest", "", "IPS-POL-12")
    assert found[f"{IPSEC}.dpd_seconds"] == ("45", "built-in default", "", "IPS-POL-09")
    assert found[f"{IPSEC}.announce"][:2] == ("10.0.0.0/16", "onprem of the customer")
    assert found[f"{IPSEC}.accept"][:2] == ("10.60.0.0/16", "the VNets behind the gateway")
    assert found[f"{PEERING}.links.primary.announce"][:2] == (
        "172.20.0.1/32, 172.20.0.2/32",
        "sources of the tunnels, and clear",
    )
    mesh = [(key.removeprefix(f"{IPSEC}.tunnels."), row[0]) for key, row in found.items() if ".tunnels." in key]
    assert mesh == [
        ("primary[0].outer", "172.20.0.1 - 10.60.255.14"),
        ("primary[0].bgp", "169.254.100.1 - 169.254.21.2"),
        ("primary[1].outer", "172.20.0.1 - 10.60.255.15"),
        ("primary[1].bgp", "169.254.100.1 - 169.254.22.2"),
        ("secondary[0].outer", "172.20.0.2 - 10.60.255.14"),
        ("secondary[0].bgp", "169.254.100.2 - 169.254.21.2"),
        ("secondary[1].outer", "172.20.0.2 - 10.60.255.15"),
        ("secondary[1].bgp", "169.254.100.2 - 169.254.22.2"),
    ]


@pytest.mark.usefixtures("keys")
def test_what_is_written_of_tunnels_stays_written() -> None:
    ike = {"encryption": "AES256", "integrity": "SHA256", "dh_group": "DHGroup14"}
    values = {
        f"{IPSEC}.ike": ike,
        f"{IPSEC}.mss": 1200,
        f"{IPSEC}.bgp": {"primary": "10.9.0.1", "secondary": "10.9.0.2"},
    }
    found = shown(IPSEC, with_values(TUNNELS, values))
    assert found[f"{IPSEC}.ike.dh_group"][:2] == ("DHGroup14", "written")
    assert found[f"{IPSEC}.mss"][:2] == ("1200", "written")
    value, origin, place, _ = found[f"{IPSEC}.tunnels.secondary[1].bgp"]
    assert (value, origin, bool(place)) == (
        "10.9.0.2 - 169.254.22.2",
        "bgp of ipsec, and BGP address of the instance",
        True,
    )


def test_keys_of_tunnels_are_never_shown_in_clear() -> None:
    clear = {"primary": "Lab.Only_7qT4mXz2Rk9s", "secondary": "Lab.Only_Wb3eHn8uYc5d"}
    for key in (clear, clear["primary"]):
        found = shown("customers", with_values(TUNNELS, {f"{IPSEC}.key": key}))
        assert not any("Lab.Only" in str(row) for row in found.values())
        hidden = [row[0] for path, row in found.items() if path.startswith(f"{IPSEC}.key")]
        assert set(hidden) == {"••••"}


def test_firewall_and_flows() -> None:
    found = shown("customers.alpha")
    assert found["customers.alpha.firewall.urpf"] == ("loose", "built-in default", "", "FW-SPOOF-04")
    assert found["customers.alpha.flows.default[1]"][:2] == (
        "private: 10.100.0.0/16 to 10.0.0.0/16: any",
        "built-in default",
    )
    flows = [{"from": "onprem", "to": "vnets", "services": ["https", "dns"], "log": True}]
    values = {"customers.alpha.flows": flows, "providers.northlake.defaults": {"firewall": {"urpf": "off"}}}
    found = shown("customers.alpha", with_values(BASE, values))
    assert found["customers.alpha.flows[0].resolved[0]"][:2] == (
        "private: 10.0.0.0/16 to 10.100.0.0/16: tcp 53 443, udp 53, logged",
        "the flow",
    )
    assert not [path for path in found if "default[" in path]
    assert found["customers.alpha.firewall.urpf"][:2] == ("off", "default of providers.northlake")
    assert found["customers.alpha.firewall.state"][:2] == ("what fits the circuit and the router", "built-in default")


def test_translation_and_qos() -> None:
    peering = f"{CIRCUIT}.peerings.microsoft"
    given = {peering: microsoft(nat={"pool": "198.41.1.0/28"}, qos={"kept": [46]})}
    found = shown(peering, with_values(BASE, given))
    assert found[f"{peering}.nat.at"][:2] == ("router", "built-in default")
    assert found[f"{peering}.qos.kept[0]"][:2] == ("46", "written")
    assert f"{peering}.qos.kept" not in found
    assert found[f"{peering}.qos.voice_percent"] == ("10", "built-in default", "", "ER-QOS-02")


def test_an_index_and_a_part_of_a_name() -> None:
    assert list(shown("customers.alpha.vnets[0]")) == ["customers.alpha.vnets[0]"]
    with pytest.raises(Refused, match=r"there is nothing at 'customers\.alp'"):
        shown("customers.alp")


def test_an_inventory_with_errors_shows_them_instead() -> None:
    Path("a.yaml").write_text(with_values(BASE, {f"{PEERING}.azure_vlan": None}))
    values, findings = api.show(Path("a.yaml"), "customers")
    assert values == []
    assert [one.rule for one in findings] == ["SCH-002"]
