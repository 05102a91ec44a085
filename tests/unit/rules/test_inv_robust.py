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
from tests.inventories import BASE, MICROSOFT, TUNNELS, Found, as_found, findings, findings_of, microsoft, with_values

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


def test_northlake_has_documentation_prefixes_open_routers_and_little_else() -> None:
    path = "customers.charlie.circuits.charlie-ams.peerings.microsoft"
    assert [found[:3] for found in shipped("northlake")] == [
        ("FW-CP-01", "warning", "routers.pe1"),
        ("FW-CP-01", "warning", "routers.pe2"),
        ("INV-040", "warning", f"{path}.advertised_public_prefixes[0]"),
        ("INV-040", "warning", f"{path}.advertised_public_prefixes[1]"),
        ("INV-081", "warning", f"{path}.nat"),
    ]


def test_hollins_has_documentation_prefixes_open_routers_and_little_else() -> None:
    path = "customers.hollins.circuits.hollins-lon.peerings.microsoft"
    assert [found[:3] for found in shipped("hollins")] == [
        ("FW-CP-01", "warning", "routers.ce1"),
        ("FW-CP-01", "warning", "routers.ce2"),
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
ODD = [
    None, True, False, 0, -1, 1, 4095, 65515, 12076, 2**32 - 1, 10**12, "", "x", "private", "vpn", "active_passive", "direct",
    "Local", "Premium", "cisco_nxos", "linux_frr", "juniper_junos", "0.0.0.0/0", "::/0", "10.0.0.0/8", "198.41.1.0/28",
    "2001:db8::/125", "fe80::1", "255.255.255.255/32", "12076:50002", "West US 2", [], {}, ["10.0.0.0/8"], ["::/0"],
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


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(CHANGES)
def test_no_rule_raises_whatever_the_inventory_says(changes: list[tuple[tuple[Any, ...], Any, bool]]) -> None:
    data = copy.deepcopy(RICH)
    for place, value, remove in changes:
        put(data, place, copy.deepcopy(value), remove=remove)
    inventory, _ = validate(data)
    if inventory is not None:
        intent, _ = resolve(inventory, SecretStore(Path()))
        for found in engine.run(engine.things_of(intent), lab=intent.lab):
            assert found.message
            assert found.path
            assert not found.message.endswith(".")


@pytest.mark.parametrize("place", places(RICH)[1:], ids=lambda place: ".".join(map(str, place)))
def test_no_rule_raises_where_one_value_is_odd_or_missing(place: tuple[Any, ...]) -> None:
    for value, remove in [(None, True), *((value, False) for value in ODD)]:
        data = copy.deepcopy(RICH)
        put(data, place, copy.deepcopy(value), remove=remove)
        inventory, _ = validate(data)
        if inventory is not None:
            findings_of(resolve(inventory, SecretStore(Path()))[0])
