"""The documentation of the inventory rules is true: each bad example is found, each good one is not.

And what no rule may do: raise, whatever stands in the inventory.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.inventory.load import validate
from generator.inventory.models import Circuit, Customer, Peering
from generator.inventory.resolve import resolve
from generator.inventory.secrets import SecretStore
from generator.rules import engine, load
from generator.rules.base import Rule
from generator.source import load as load_source
from tests.inventories import (
    BASE,
    IPSEC,
    MICROSOFT,
    TUNNELS,
    Found,
    as_found,
    findings,
    findings_of,
    hub,
    microsoft,
    with_values,
)

MODULES = frozenset(
    [
        "sessions",
        "announcements",
        "nat",
        "route_filter",
        "limits",
        "gateways",
        "platform",
        "names",
        "secrets",
        "state",
        "macsec",
        "ports",
        "capabilities",
        "flows",
        "translation",
        "placement",
        "appliances",
        "qos",
    ]
)
TUNNEL_MODULES = frozenset(["crypto", "shared_keys", "mesh", "tunnel_bgp", "tunnel_routes"])
"""Their examples are parts of an inventory with tunnels."""
TOO_LONG = frozenset({"INV-035", "INV-036", "IPS-BGP-09", "IPS-PROP-07"})
"""Would need thousands of prefixes: see test_inv_announcements and test_inv_tunnels."""
ELSEWHERE = frozenset({"INV-073", "INV-056", "capabilities"})
"""Found while reading, or only on platforms that are not here: see the source's tests and test_inv_limits."""


def module_of(rule: Rule) -> str:
    return rule.check.__module__.rpartition(".")[2]


RULES = [
    one
    for entries in load().values()
    for one in entries
    if module_of(one) in MODULES | TUNNEL_MODULES and not {one.id, one.check.__name__} & (TOO_LONG | ELSEWHERE)
]


def merged(base: Any, more: Any) -> Any:
    """``more`` over ``base``, key by key."""
    if not isinstance(base, dict) or not isinstance(more, dict):
        return more
    return {**base, **{key: merged(base.get(key), value) for key, value in more.items()}}


def with_example(rule: Rule, part: str) -> str:
    """The base inventory with an example in it; each key goes where it belongs: circuit, customer, private peering or top."""
    data = yaml.safe_load(TUNNELS if module_of(rule) in TUNNEL_MODULES else BASE)
    data = copy.deepcopy(data)
    for key, value in yaml.safe_load(rule.part(part)).items():
        customer = data["customers"]["alpha"]
        circuit = customer["circuits"]["alpha-ams"]
        private = circuit["peerings"]["private"]
        for model, place in ((Circuit, circuit), (Customer, customer), (Peering, private)):
            if key in model.model_fields and key not in ("name", "circuits"):
                place[key] = merged(place.get(key), value)
                break
        else:
            data[key] = merged(data.get(key), value)
    return with_values(yaml.dump(data), {})


def ids(rule: Rule) -> str:
    return f"{rule.id}-{rule.check.__name__}"


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_the_bad_example_is_found(rule: Rule) -> None:
    assert rule.id in {found[0] for found in findings(with_example(rule, "Bad"))}


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_the_good_example_is_not(rule: Rule) -> None:
    assert rule.id not in {found[0] for found in findings(with_example(rule, "Good"))}


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_a_rule_is_about_a_thing_that_is_looked_at(rule: Rule) -> None:
    assert rule.scope in (
        "Intent",
        "CustomerIntent",
        "CircuitIntent",
        "PeeringIntent",
        "AttachmentIntent",
        "TunnelledPeering",
    )


def shipped(name: str) -> list[Found]:
    """What is found in a shipped example by the rules of these modules."""
    root = Path(__file__).parents[3] / "inventories" / name
    inventory, wrong = validate(load_source(root).data)
    assert inventory is not None, wrong
    mine = {one.id for one in RULES}
    return [as_found(one) for one in findings_of(resolve(inventory, SecretStore(root))[0]) if one.rule in mine]


def test_northlake_has_documentation_prefixes_a_full_packet_and_nothing_else() -> None:
    path = "customers.charlie.circuits.charlie-ams.peerings.microsoft"
    assert [found[:3] for found in shipped("northlake")] == [
        ("IPS-TUN-05", "warning", "customers.alpha.circuits.alpha-ams.peerings.private.ipsec"),
        ("INV-040", "warning", f"{path}.advertised_public_prefixes[0]"),
        ("INV-040", "warning", f"{path}.advertised_public_prefixes[1]"),
    ]


def test_hollins_has_documentation_prefixes_and_nothing_else() -> None:
    path = "customers.hollins.circuits.hollins-lon.peerings.microsoft"
    assert [found[:3] for found in shipped("hollins")] == [
        ("INV-040", "warning", f"{path}.advertised_public_prefixes[0]"),
        ("INV-040", "warning", f"{path}.advertised_public_prefixes[1]"),
    ]


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in plain data."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in items for place in places(value, (*path, key)))]


RICH = yaml.safe_load(
    with_values(
        BASE,
        {
            MICROSOFT: microsoft(bfd=True, advertise=["198.41.1.0/28"], v6="2600:1f18:100:ff::/125"),
            "meta": {"legacy": True, "lab": False},
            "defaults": {"peering": {"timers": [60, 180], "registry": "ARIN", "mode": "active_active"}},
            "communities": {"regions": {"Atlantis": "12076:51099"}, "services": {}},
            "customers.alpha.internet": {"advertised": ["198.42.0.0/24"], "pool": ["198.42.0.0/28"]},
            "customers.alpha.sessions": {
                "dmz": {"asn": 64702, "domain": "microsoft", "vlan": 9, "v4": "192.168.254.0/29"}
            },
            "customers.alpha.circuits.alpha-ams.macsec": {"ckn": "10", "cak": "0F"},
            "customers.alpha.circuits.alpha-ams.azure": {
                "provider_state": "Provisioned",
                "peerings": {"private": {"state": "Enabled"}},
                "gateway_addresses": ["10.60.255.4"],
            },
            "customers.alpha.circuits.alpha-ams.links": {"primary": {"router": "pe1", "port": "x"}, "secondary": {}},
            "customers.alpha.circuits.alpha-ams.peerings.private.global_reach": [{"prefixes": ["10.200.0.0/16"]}],
            "customers.alpha.circuits.alpha-ams.peerings.private.local_pref": {"primary": 1, "secondary": 2},
            "customers.alpha.vnets": [
                {
                    "prefixes": ["10.60.0.0/16"],
                    "circuits": ["alpha-ams"],
                    "region": "West US 2",
                    "gateways": [
                        {"kind": "vpn", "sku": "VpnGw1AZ", "subnet": "10.60.255.0/27", "addresses": ["10.60.255.4"]}
                    ],
                    "udrs": [{"prefix": "10.0.0.0/16", "next_hop": "None"}],
                }
            ],
        },
    )
)
SECURE = yaml.safe_load(
    with_values(
        TUNNELS,
        {
            MICROSOFT: microsoft(
                nat={"pool": "198.41.1.0/28", "static": [{"inside": "10.0.9.9/32", "outside": "198.41.1.17/32"}]},
                qos={"kept": [46, 24]},
                shape_mbps=100,
            ),
            "services": {"erp": ["tcp/8443", "https"]},
            "routers.pe1.model": "C8500",
            "routers.pe1.management": {"prefixes": ["192.168.10.0/24"]},
            "routers.fw1": {
                "platform": "linux_frr",
                "outside_port": "eth1",
                "inside_port": "eth2",
                "sync_port": "eth3",
            },
            "routers.fw2": {"platform": "linux_frr", "outside_port": "eth1", "inside_port": "eth2"},
            "pairs.ams.firewalls": ["fw1", "fw2"],
            "pairs.ams.state_sync": True,
            "customers.alpha.vnets": hub(name="hub", transport="private", region="West Europe", onprem_asn=64610),
            "customers.alpha.firewall": {"state": "stateful", "urpf": "strict"},
            "customers.alpha.networks": {"desks": ["10.0.4.0/24"]},
            "customers.alpha.flows": [
                {"from": ["onprem", "desks"], "to": "vnets", "services": ["https", "erp", "udp/5000-5010"]},
                {"from": "desks", "to": "10.60.0.0/16", "services": "erp", "log": True},
                {"from": "microsoft", "to": "published"},
            ],
            "customers.alpha.ce.firewall": {"asn": 64512, "vlan": 40, "v4": "192.168.250.0/29", "md5": "Clear1"},
            "customers.alpha.sessions": {
                "shared": {
                    "asn": 64512,
                    "vlan": 30,
                    "v4": "192.168.251.0/29",
                    "nat": {"inside": "10.0.0.0/20", "outside": "100.64.16.0/20"},
                }
            },
            "customers.alpha.circuits.alpha-ams.macsec": {"ckn": "10", "cak": "0F"},
            "customers.alpha.circuits.alpha-ams.azure": {"gateway_addresses": ["10.60.255.14"]},
            **{
                f"{IPSEC}.{key}": value
                for key, value in {
                    "gateway": "hub",
                    "at": "firewall",
                    "bgp": {"primary": "169.254.100.1", "secondary": "169.254.100.2"},
                    "ike": {"encryption": "AES256", "integrity": "SHA1", "dh_group": "ECP384"},
                    "esp": {"encryption": "AES256", "integrity": "SHA1", "pfs_group": "PFS2", "lifetime_seconds": 100},
                    "dpd_seconds": 9,
                    "mss": 1400,
                    "advertise": ["10.0.0.0/16"],
                    "clear": ["10.0.0.0/16"],
                    "selectors": [{"local": "10.0.0.0/16", "remote": "10.60.0.0/16"}],
                    "vrf": "CORP",
                }.items()
            },
        },
    )
)
"""With everything of tunnels, firewall, translation and flows in it, some of it wrong."""
ODD = [
    None, True, False, 0, -1, 1, 4095, 65515, 12076, 2**32 - 1, 10**12, "", "x", "private", "vpn", "active_passive", "direct",
    "Local", "Premium", "cisco_nxos", "linux_frr", "juniper_junos", "0.0.0.0/0", "::/0", "10.0.0.0/8", "198.41.1.0/28",
    "2001:db8::/125", "fe80::1", "255.255.255.255/32", "12076:50002", "West US 2", [], {}, ["10.0.0.0/8"], ["::/0"],
    "169.254.21.2", "10.60.255.14", "0.0.0.0", "appliance", "microsoft", "router", "elsewhere", "any", "GCMAES128", "stateless", [46],
    ["any"], ["10.60.255.14", "::1"], ["fw1"], ["pe1", "pe1", "pe2"], [{"from": "x", "to": "y"}], [{"local": "::/0", "remote": "::/0"}],
    {"primary": "172.20.0.1", "secondary": "::1"}, {"primary": "env:A", "secondary": "x"}, {"enabled": False}, {"x": ["tcp/1"]},
    {"primary": 1, "secondary": 2}, {"primary": "::1/126", "secondary": "::/0"}, {"enabled": True, "tx": -5},
]  # fmt: skip


def put(data: Any, place: tuple[Any, ...], value: Any, *, remove: bool) -> None:
    here = data
    for key in place[:-1]:
        try:
            here = here[key]
        except (KeyError, IndexError, TypeError):
            return
    try:
        if remove:
            del here[place[-1]]
        else:
            here[place[-1]] = value
    except (KeyError, IndexError, TypeError):
        return


CHANGES = st.lists(
    st.tuples(st.sampled_from(places(RICH)[1:]), st.sampled_from(ODD), st.booleans()), min_size=1, max_size=4
)


SECURE_CHANGES = st.lists(
    st.tuples(st.sampled_from(places(SECURE)[1:]), st.sampled_from(ODD), st.booleans()), min_size=1, max_size=4
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(CHANGES)
def test_no_rule_raises_whatever_the_inventory_says(changes: list[tuple[tuple[Any, ...], Any, bool]]) -> None:
    look(RICH, changes)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(SECURE_CHANGES)
def test_no_rule_raises_whatever_stands_there_of_tunnels_and_firewalls(
    changes: list[tuple[tuple[Any, ...], Any, bool]],
) -> None:
    look(SECURE, changes)


def look(base: Any, changes: list[tuple[tuple[Any, ...], Any, bool]]) -> None:
    """Run the rules on an inventory with some values odd or missing."""
    data = copy.deepcopy(base)
    for place, value, remove in changes:
        put(data, place, copy.deepcopy(value), remove=remove)
    inventory, _ = validate(data)
    if inventory is not None:
        intent, _ = resolve(inventory, SecretStore(Path()))
        for found in engine.run(engine.things_of(intent), lab=intent.lab):
            assert found.message
            assert found.path
            assert not found.message.endswith(".")


def named(place: tuple[Any, ...]) -> str:
    return ".".join(map(str, place))


@pytest.mark.parametrize("place", places(RICH)[1:], ids=named)
def test_no_rule_raises_where_one_value_is_odd_or_missing(place: tuple[Any, ...]) -> None:
    one_by_one(RICH, place)


@pytest.mark.parametrize("place", places(SECURE)[1:], ids=named)
def test_no_rule_raises_where_one_value_of_tunnels_and_firewalls_is_odd_or_missing(place: tuple[Any, ...]) -> None:
    one_by_one(SECURE, place)


def one_by_one(base: Any, place: tuple[Any, ...]) -> None:
    """Run the rules with each odd value at one place."""
    for value, remove in [(None, True), *((value, False) for value in ODD)]:
        data = copy.deepcopy(base)
        put(data, place, copy.deepcopy(value), remove=remove)
        inventory, _ = validate(data)
        if inventory is not None:
            findings_of(resolve(inventory, SecretStore(Path()))[0])
