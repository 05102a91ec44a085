"""Every way to encrypt, filter and translate that the inventory offers, from YAML to checked text on the platforms that can.

Each inventory here is small and right: it renders, reads back, and no rule has an error to tell.  What is
particular about it is then looked up in the plan.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import api
from generator.model.finding import Severity
from generator.model.plan import DevicePlan, Peer, Plan, Side
from generator.pipeline import read_inventory
from generator.plan import plan
from generator.platforms import load

PORTS = {
    "cisco_xe": ("TenGigabitEthernet0/1/0", "TenGigabitEthernet0/1/1", "TenGigabitEthernet0/1/2"),
    "juniper_junos": ("xe-0/1/0", "xe-0/1/1", "xe-0/1/2"),
    "linux_frr": ("eth1", "eth2", "eth3"),
}
CAPABLE = [("cisco_xe", ""), ("linux_frr", ""), ("juniper_junos", "SRX1500")]
"""Platforms (and models) that encrypt and translate themselves."""
KEYS = {"primary": "Lab.Only_7qT4mXz2Rk9s", "secondary": "Lab.Only_Wb3eHn8uYc5d"}
GATEWAY = {
    "kind": "vpn",
    "name": "hub",
    "sku": "VpnGw2AZ",
    "region": "West Europe",
    "subnet": "10.128.255.0/27",
    "addresses": ["10.128.255.14", "10.128.255.15"],
    "bgp": ["169.254.21.2", "169.254.22.2"],
}
PRIVATE = {"azure_vlan": 310, "v4": "172.16.255.240/29", "md5": "Abcdefgh123456789"}
IPSEC = {"source": {"primary": "172.20.0.1", "secondary": "172.20.0.2"}, "key": KEYS, "path_mtu": 1400}


def router(platform: str, model: str = "") -> dict[str, Any]:
    azure, customer, interlink = PORTS[platform]
    found = {
        "platform": platform,
        "azure_port": azure,
        "customer_port": customer,
        "interlink_port": interlink,
        "management": {"prefixes": ["10.8.250.0/24"]},
    }
    return found | ({"model": model} if model else {})


def inventory(peerings: dict[str, Any], *routers: dict[str, Any], **customer: Any) -> dict[str, Any]:
    """One enterprise with its own pair."""
    circuit = {
        "service_key": "44444444-4444-4444-8444-444444444444",
        "bandwidth_mbps": 1000,
        "tier": "Premium",
        "s_tag": 45,
        "peerings": peerings,
    }
    spec: dict[str, Any] = {
        "asn": 3303,
        "onprem": ["10.8.0.0/14"],
        "vnets": [{"name": "hub", "prefixes": ["10.128.0.0/16"], "gateways": [GATEWAY]}],
        "sessions": {"core": {"asn": 64512, "vlan": 20, "v4": "192.168.254.0/29"}},
        "circuits": {"acme-lon": circuit},
    }
    return {
        "routers": dict(zip(("r1", "r2"), routers, strict=True)),
        "pairs": {"hq": {"routers": ["r1", "r2"]}},
        "customers": {"acme": spec | customer},
    }


def errors(data: dict[str, Any], folder: Path) -> list[str]:
    path = folder / "inventory.yaml"
    path.write_text(yaml.safe_dump(data))
    found = api.check(folder, native=False)
    assert found.devices
    assert not found.stopped
    return [f"{one.rule} {one.message}" for one in found.findings if one.severity is Severity.ERROR]


def planned(folder: Path) -> Plan:
    intent = read_inventory(folder).intent
    assert intent is not None
    return plan(intent).plan


def tunnels(device: DevicePlan) -> list[tuple[str, str]]:
    return [(str(one.local), str(one.remote)) for one in device.facts.tunnels.values()]


@pytest.mark.parametrize(("platform", "model"), CAPABLE)
def test_tunnels_over_private_peering(platform: str, model: str, tmp_path: Path) -> None:
    one = router(platform, model)
    data = inventory({"private": PRIVATE | {"ipsec": IPSEC, "mode": "active_passive"}}, one, one)
    data["customers"]["acme"]["firewall"] = {"state": "stateful"} if model else True
    assert errors(data, tmp_path) == []
    assert tunnels(planned(tmp_path).devices["r2"]) == [("172.20.0.2", a) for a in GATEWAY["addresses"]]


@pytest.mark.parametrize("platform", ["cisco_xe", "linux_frr"])
def test_tunnels_over_microsoft_peering(platform: str, tmp_path: Path) -> None:
    """The sources are public and inside what is registered; only the gateway may send, and only encrypted (FW-PERM-12)."""
    microsoft = {
        "azure_vlan": 320,
        "v4": "198.41.0.0/29",
        "md5": "Abcdefgh123456789",
        "registry": "RIPENCC",
        "advertised_public_prefixes": ["198.41.1.0/28"],
        "public_servers": True,
        "route_filter": ["West Europe"],
        "ipsec": {"source": {"primary": "198.41.1.1", "secondary": "198.41.1.2"}, "key": KEYS},
    }
    gateway = GATEWAY | {"sku": "VpnGw2", "addresses": ["20.50.1.4", "20.50.1.5"]}
    del gateway["subnet"]
    data = inventory({"microsoft": microsoft}, router(platform), router(platform))
    data["customers"]["acme"]["vnets"][0]["gateways"] = [gateway]
    assert errors(data, tmp_path) == []
    device = planned(tmp_path).devices["r1"]
    assert tunnels(device) == [("198.41.1.1", "20.50.1.4"), ("198.41.1.1", "20.50.1.5")]
    (link,) = [name for name, side in device.sides.items() if side is Side.AZURE]
    (zone,) = [one.name for one in device.facts.zones.values() if link in one.interfaces]
    inbound = device.facts.filters[device.facts.zone_policies[zone, "ACME-MS-IN"].filter, 4]
    assert {one.protocol for one in inbound.rules if one.permit} == {17, 50, 1}
    assert not [one for one in device.passages if one.vrf == "ACME-MS"]
    assert {one.vrf for one in device.passages} == {"ACME"}


@pytest.mark.parametrize("model", ["MX204", ""])
def test_firewalls_at_both_ends_encrypt(model: str, tmp_path: Path) -> None:
    """The router sees the firewall's sources and the gateway, and its own config has no tunnel in it (FW-PLACE-05)."""
    firewall = {
        "platform": "juniper_junos",
        "model": "SRX1500",
        "outside_port": "xe-0/0/16",
        "inside_port": "xe-0/0/17",
        "sync_port": "xe-0/0/18",
        "management": {"prefixes": ["10.8.250.0/24"]},
    }
    appliance = {"kind": "appliance", "name": "nva", "asn": 65010}
    appliance |= {"addresses": ["10.128.1.4", "10.128.1.5"], "bgp": ["10.128.2.4", "10.128.2.5"]}
    ipsec = IPSEC | {"at": "firewall", "bgp": {"primary": "172.20.1.1", "secondary": "172.20.1.2"}}
    side = {"asn": 64513, "vlan": 120, "v4": "192.168.252.0/29"}
    core = {"asn": 64512, "vlan": 20, "v4": "192.168.254.0/29", "firewall": side}
    one = router("juniper_junos", model)
    data = inventory({"private": PRIVATE | {"ipsec": ipsec}}, one, one, sessions={"core": core})
    data["routers"] |= {"fw1": firewall, "fw2": firewall}
    data["pairs"]["hq"] |= {"firewalls": ["fw1", "fw2"], "state_sync": True}
    data["customers"]["acme"]["vnets"][0]["gateways"] = [appliance]
    assert errors(data, tmp_path) == []
    devices = planned(tmp_path).devices
    assert set(devices) == {"r1", "r2", "fw1", "fw2"}
    assert tunnels(devices["r1"]) == []
    assert tunnels(devices["fw1"]) == [("172.20.0.1", "10.128.1.4"), ("172.20.0.1", "10.128.1.5")]
    (session,) = [one for one in devices["r1"].sessions if one.peer is Peer.MSEE]
    assert [str(one) for one in session.announce] == ["172.20.0.1/32", "172.20.0.2/32"]
    assert all(one.stateful for key, one in devices["fw1"].facts.zone_policies.items() if "self" not in key)


@pytest.mark.parametrize(("platform", "model"), CAPABLE)
def test_traffic_selectors_for_a_policy_based_gateway(platform: str, model: str, tmp_path: Path) -> None:
    gateway = GATEWAY | {"addresses": ["10.128.255.14"], "bgp": ["169.254.21.2"]}
    pairs = [
        {"local": "10.8.0.0/14", "remote": "10.128.0.0/16"},
        {"local": "169.254.100.0/30", "remote": "169.254.21.2/32"},
    ]
    ipsec = IPSEC | {"selectors": pairs, "profile": "compatibility"}
    one = router(platform, model)
    data = inventory({"private": PRIVATE | {"ipsec": ipsec, "mode": "active_passive"}}, one, one)
    data["customers"]["acme"]["vnets"][0]["gateways"] = [gateway]
    found = [one for one in errors(data, tmp_path) if not one.startswith("IPS-BGP-13")]
    assert found == []
    (tunnel,) = planned(tmp_path).devices["r1"].facts.tunnels.values()
    assert [str(one.remote) for one in tunnel.selectors] == ["10.128.0.0/16", "169.254.21.2/32"]
    assert tunnel.crypto is not None
    assert (tunnel.crypto.dh_group, tunnel.crypto.pfs_group) == ("DHGroup14", "PFS2048")


@pytest.mark.parametrize("platform", sorted(PORTS))
def test_a_default_route_leaves_only_while_there_is_a_way_out(platform: str, tmp_path: Path) -> None:
    """Forced tunnelling: announced when the core brings it, never originated by the router (ER-DEF-05)."""
    private = PRIVATE | {"forced_tunnelling": True, "internet_exit": True, "kms_noted": True}
    core = {"asn": 64512, "vlan": 20, "v4": "192.168.254.0/29", "default_route": True}
    data = inventory({"private": private}, router(platform), router(platform), sessions={"core": core})
    data["customers"]["acme"]["vnets"] = ["10.128.0.0/16"]
    assert errors(data, tmp_path) == []
    for device in planned(tmp_path).devices.values():
        (session,) = [one for one in device.sessions if one.peer is Peer.MSEE]
        assert [str(one) for one in session.announce] == ["0.0.0.0/0", "10.8.0.0/14"]
        assert not [one for one in device.facts.static_routes.values() if one.prefix.prefixlen == 0]
        assert not [one for bgp in device.facts.bgp.values() for one in bgp.networks if one.prefixlen == 0]
        outward = [one for one in device.passages if one.source is Side.AZURE and not one.destinations]
        assert outward, "what Azure sends to the Internet passes the filters"


@pytest.mark.parametrize("platform", ["cisco_xe", "juniper_junos"])
def test_macsec_on_the_ports_of_a_direct_circuit(platform: str, tmp_path: Path) -> None:
    data = inventory({"private": PRIVATE}, router(platform), router(platform))
    data["customers"]["acme"]["vnets"] = ["10.128.0.0/16"]
    circuit = data["customers"]["acme"]["circuits"]["acme-lon"]
    circuit |= {"kind": "direct", "macsec": {"cipher": "GcmAesXpn256", "ckn": "1000", "cak": "0123456789abcdef" * 4}}
    assert errors(data, tmp_path) == []
    port = PORTS[platform][0]
    for device in planned(tmp_path).devices.values():
        assert (device.facts.macsec[port].cipher, device.facts.macsec[port].must_secure) == ("GcmAesXpn256", True)


def test_macsec_on_a_linux_router_is_refused_before_anything_is_rendered(tmp_path: Path) -> None:
    data = inventory({"private": PRIVATE}, router("linux_frr"), router("linux_frr"))
    circuit = data["customers"]["acme"]["circuits"]["acme-lon"]
    circuit |= {"kind": "direct", "macsec": {"ckn": "1000", "cak": "0123456789abcdef" * 4}}
    assert [one.split()[0] for one in errors(data, tmp_path)] == ["INV-066"]


@pytest.mark.parametrize("platform", sorted(PORTS))
def test_a_customer_may_do_without_filters(platform: str, tmp_path: Path) -> None:
    data = inventory({"private": PRIVATE}, router(platform), router(platform), firewall=False)
    data["customers"]["acme"]["vnets"] = ["10.128.0.0/16"]
    assert errors(data, tmp_path) == []
    facts = planned(tmp_path).devices["r1"].facts
    assert (facts.zones, facts.zone_policies) == ({}, {})
    assert {name for name, _ in facts.filters} == {"CONTROL-PLANE"}
    assert {one.urpf for one in facts.interfaces.values()} == {""}


@pytest.mark.parametrize(("platform", "peerings"), [("cisco_xe", 2), ("linux_frr", 1), ("juniper_junos", 1)])
def test_the_peerings_of_a_circuit_share_its_rate(platform: str, peerings: int, tmp_path: Path) -> None:
    """Where several subinterfaces cannot share one shaper each gets a part, so that the sum is the circuit's rate."""
    microsoft = {
        "azure_vlan": 320,
        "v4": "198.41.0.0/29",
        "md5": "Abcdefgh123456780",
        "registry": "RIPENCC",
        "advertised_public_prefixes": ["198.41.1.0/28"],
        "public_servers": True,
        "route_filter": ["West Europe"],
    }
    data = inventory({"private": PRIVATE, "microsoft": microsoft}, router(platform), router(platform))
    data["customers"]["acme"]["vnets"] = ["10.128.0.0/16"]
    assert errors(data, tmp_path) == []
    shapers = planned(tmp_path).devices["r1"].facts.shapers
    assert len(shapers) == peerings
    assert sum(one.rate_mbps for one in shapers.values()) == 1000
    assert sum(len(one.interfaces) for one in shapers.values()) == 2
    assert load(platform).can("")


@pytest.mark.parametrize(("platform", "model"), CAPABLE)
@pytest.mark.parametrize(
    ("ipsec", "rule"),
    [
        ({"ike": {"encryption": "AES256", "integrity": "SHA256", "dh_group": "None"}}, "INV-057"),
        ({"ike": {"encryption": "ROT13", "integrity": "SHA256", "dh_group": "ECP384"}}, "INV-057"),
        ({"esp": {"encryption": "None", "integrity": "SHA256", "pfs_group": "ECP384"}}, "INV-057"),
        ({"esp": {"encryption": "GCMAES256", "integrity": "GCMAES128", "pfs_group": "ECP384"}}, "INV-059"),
        ({"source": {"primary": "fd00:20::1", "secondary": "fd00:20::2"}}, "ER-V6-02"),
    ],
    ids=["no group", "no cipher of Azure's", "no encryption", "unequal", "IPv6"],
)
def test_tunnels_that_no_router_can_have_are_a_finding(
    platform: str, model: str, ipsec: dict[str, Any], rule: str, tmp_path: Path
) -> None:
    one = router(platform, model)
    data = inventory({"private": PRIVATE | {"ipsec": IPSEC | ipsec, "mode": "active_passive"}}, one, one)
    assert rule in {one.split()[0] for one in errors(data, tmp_path)}
