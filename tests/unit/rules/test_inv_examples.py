"""What holds for all of INV-001 to INV-030: their examples, the shipped inventories, and that nothing makes them fail."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.inventory.load import validate
from generator.inventory.resolve import resolve
from generator.inventory.secrets import SecretStore
from generator.model.finding import path_text
from generator.pipeline import inventory_findings, read_inventory
from generator.rules import engine, load
from generator.rules.base import Rule
from tests.inventories import findings, with_values
from tests.unit.rules.fleet import BRAVO, CIRCUIT, CUSTOMER, MICROSOFT_PEERING, PRIVATE, TWO_CUSTOMERS, found

RULES: Final = [one for number in range(1, 31) for one in load()[f"INV-{number:03}"]]
ROOT: Final = Path(__file__).parents[3]

PLACES: Final = {
    "top": {"INV-019"},
    CUSTOMER: {"INV-003", "INV-010", "INV-017", "INV-018", "INV-011 session", "INV-012 session", "INV-014 session"},
    CIRCUIT: {
        *("INV-001", "INV-002", "INV-004", "INV-005", "INV-006", "INV-007", "INV-008", "INV-009", "INV-015", "INV-021"),
        *("INV-022", "INV-023", "INV-025", "INV-028", "INV-029"),
    },
    PRIVATE: {"INV-011", "INV-012", "INV-013", "INV-014", "INV-020", "INV-024", "INV-026", "INV-027", "INV-030"},
    f"{CIRCUIT}.peerings.microsoft": {"INV-016"},
}
"""Where in an inventory the examples of the rules belong."""

OTHERS: Final = {
    "INV-016": {"azure_vlan": 200, "v4": "203.0.113.0/29"},
    "INV-022": {"azure_vlan": 310, "v4": "172.31.0.8/29"},
}
"""The other peering that an example speaks of, on customer bravo's circuit."""


def place_of(rule: Rule) -> str:
    name = f"{rule.id} session" if rule.scope == "AttachmentIntent" else rule.id
    return next(place for place, names in PLACES.items() if name in names)


def merged(here: Any, example: Any) -> Any:
    if not isinstance(here, dict) or not isinstance(example, dict):
        return example
    return here | {key: merged(here.get(key), value) for key, value in example.items()}


def with_example(rule: Rule, part: str) -> str:
    """Customers alpha and bravo, with an example put where it belongs."""
    bravo = copy.deepcopy(BRAVO)
    circuit: Any = bravo["circuits"]["bravo-ams"]  # type: ignore[index]
    if rule.id == "INV-022":
        circuit["handoff"] = "dot1q"
        circuit["peerings"]["private"] = OTHERS[rule.id]
    if rule.id == "INV-016":
        circuit["peerings"]["microsoft"] = OTHERS[rule.id]
    if rule.id == "INV-023":
        circuit["s_tag"] = 101
    data: Any = yaml.safe_load(with_values(TWO_CUSTOMERS, {"customers.bravo": bravo, f"{CUSTOMER}.vrf": "ALPHA"}))
    if rule.id == "INV-016":
        data["customers"]["alpha"]["circuits"]["alpha-ams"]["peerings"]["microsoft"] = dict(MICROSOFT_PEERING)
    if part == "Good" and rule.id in ("INV-009", "INV-019", "INV-023"):
        # These examples are about what stands instead, not beside it.
        circuit = data["customers"]["bravo"]["circuits"]["bravo-ams"]
        circuit["s_tag"] = 103
        for field, other in (("onprem", "10.1.0.0/16"), ("vnets", "10.101.0.0/16")):
            data["customers"]["bravo"][field] = [other]
    place = place_of(rule)
    here: Any = data
    for step in () if place == "top" else place.split("."):
        here = here[step]
    merge = merged(here, yaml.safe_load(rule.part(part)))
    here.update(merge)
    return yaml.safe_dump(data, sort_keys=False)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.id}-{rule.check.__name__}")
def test_the_bad_example_has_the_finding_and_the_good_one_has_not(rule: Rule) -> None:
    assert [one for one in findings(with_example(rule, "Bad")) if one[0] == rule.id]
    assert [one for one in findings(with_example(rule, "Good")) if one[0] == rule.id] == []


def test_every_rule_is_there_once_for_each_thing_it_looks_at() -> None:
    assert {one.id for one in RULES} == {f"INV-{number:03}" for number in range(1, 31)}
    assert len({(one.id, one.scope) for one in RULES}) == len(RULES)


# The shipped inventories (domain rules G.1 and G.2).


def shipped(name: str) -> list[tuple[str, str, str]]:
    intent = read_inventory(ROOT / "inventories" / name).intent
    assert intent is not None
    found_there = [(one.rule, one.severity.word, path_text(one.path)) for one in inventory_findings(intent)]
    return [one for one in found_there if "INV-" <= one[0] <= "INV-030"]


def test_northlake() -> None:
    microsoft = "customers.charlie.circuits.charlie-ams.peerings.microsoft"
    assert shipped("northlake") == [("INV-015", "warning", f"{microsoft}.v4"), ("INV-028", "warning", microsoft)]


def test_hollins() -> None:
    microsoft = "customers.hollins.circuits.hollins-lon.peerings.microsoft"
    assert shipped("hollins") == [
        ("INV-027", "warning", "customers.hollins.asn"),
        ("INV-015", "warning", f"{microsoft}.v4"),
        ("INV-015", "warning", f"{microsoft}.v6"),
    ]


def test_a_vnet_that_hollins_aggregate_covers() -> None:
    text = (ROOT / "inventories" / "hollins" / "hollins.yaml").read_text()
    assert [one[1:3] for one in found("INV-018", text.replace("10.129.0.0/16", "10.9.0.0/16"))] == [
        ("warning", "customers.hollins.onprem[0]")
    ]


# Whatever an inventory says, rules look at it without failing.

RICH: Final[dict[str, Any]] = yaml.safe_load(
    with_values(
        TWO_CUSTOMERS,
        {
            f"{CIRCUIT}.peerings.microsoft": {
                **MICROSOFT_PEERING,
                "v6": {"primary": "2a00:1::/126", "secondary": "2a00:1::4/126"},
                "mode": "active_passive",
                "prepend": 3,
                "nat": {"pool": "20.30.41.0/28", "inside": ["10.0.0.0/16"]},
            },
            f"{CIRCUIT}.links": {"primary": {"router": "pe1"}, "secondary": {"router": "pe2", "port": "eth9"}},
            f"{CIRCUIT}.azure": {"bandwidth_mbps": 200, "tier": "Standard", "family": "MeteredData", "s_tag": 101},
            f"{PRIVATE}.links": {"primary": {"own": "172.31.0.1", "wire_vlan": 100, "own_v6": "fd00::1"}},
            f"{PRIVATE}.global_reach": [{"prefixes": ["10.50.0.0/16"]}],
            f"{CIRCUIT}.handoff": "qinq",
            f"{CIRCUIT}.kind": "provider",
            f"{CUSTOMER}.sessions": {"dmz": {"asn": 64512, "domain": "microsoft", "vlan": 9, "v4": "192.168.9.0/29"}},
            f"{CUSTOMER}.isolation": "shared_circuit",
            f"{CUSTOMER}.vrf": "ALPHA",
            "defaults": {"circuit": {"tier": "Standard"}, "peering": {"tpid": 0x8100}},
        },
    )
)
ODD: Final = (
    *(None, 0, -1, 1, 100, 101, 4095, 12076, 64500, 65517, 4294967295, True, False, "", "x", "pe1", "pe9", "alpha-ams"),
    *("10.0.0.0/8", "0.0.0.0/0", "::/0", "255.255.255.255/32", "172.31.0.0/29", "172.31.0.4/30", "10.0.0.1/31"),
    *("fd:1::/48", "fd12::/125", "ffff::/126", "::/125", "10.0.0.1", "fd00::1", "ALPHA", "dot1q", "direct", "Local"),
    *("microsoft", "public", "linux_frr", "separate_circuits", "provider_translated", "active_passive"),
    *([], {}, ["10.0.0.0/16", "10.0.0.0/8"], {"primary": 1, "secondary": 0}, {"primary": "10.0.0.0/30"}),
)


def places(here: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
    return [one for key, value in items for one in ((*path, key), *places(value, (*path, key)))]


ALL_PLACES: Final = places(RICH)


def changed_at(data: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    here: Any = data
    for step in path[:-1]:
        if not (isinstance(here, dict) and step in here) and not (isinstance(here, list) and len(here) > step):
            return
        here = here[step]
    if isinstance(here, dict) and value is None:
        here.pop(path[-1], None)
    elif isinstance(here, dict) or (isinstance(here, list) and len(here) > path[-1]):
        here[path[-1]] = copy.deepcopy(value)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ALL_PLACES), st.sampled_from(ODD)), min_size=1, max_size=4))
def test_no_inventory_that_fits_the_schema_makes_a_rule_fail(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    data = copy.deepcopy(RICH)
    for path, value in changes:
        before = copy.deepcopy(data)
        changed_at(data, path, value)
        if validate(data)[0] is None:
            data = before
    inventory, wrong = validate(data)
    assert inventory is not None, wrong
    intent, _ = resolve(inventory, SecretStore(Path()))
    for thing in engine.things_of(intent):
        for rule in engine.rules_for(type(thing).__name__):
            if rule in RULES:
                for problem in rule.check(thing):
                    assert problem.message
                    assert problem.path
