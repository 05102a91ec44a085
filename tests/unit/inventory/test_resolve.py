"""Where a value comes from when the peering does not say it: router, provider, inventory, built in; and dangling names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.inventory.intent import PeeringIntent
from generator.inventory.load import validate
from generator.inventory.resolve import resolve
from generator.inventory.secrets import SecretStore
from generator.model.facts import Bfd, MaxPrefix
from generator.model.finding import path_text
from generator.model.plan import Role
from tests.inventories import BASE, intent_of, with_values

PEERING = "customers.alpha.circuits.alpha-ams.peerings.private"
CIRCUIT = "customers.alpha.circuits.alpha-ams"


def peering(values: dict[str, Any]) -> PeeringIntent:
    return next(iter(intent_of(with_values(BASE, values)).peerings()))


SETTINGS: dict[str, tuple[str, list[Any], Any]] = {
    "keepalive": ("timers", [[10, 30], [20, 60], [30, 90], [40, 120], [50, 150]], lambda one: one.keepalive // 10),
    "hold": ("timers", [[10, 30], [20, 60], [30, 90], [40, 120], [50, 150]], lambda one: one.hold // 30),
    "BFD interval": ("bfd", [{"tx": number * 100} for number in range(1, 6)], lambda one: one.bfd.transmit_ms // 100),
    "BFD multiplier": ("bfd", [{"mult": number} for number in range(1, 6)], lambda one: one.bfd.multiplier),
    "MTU": ("mtu", [1401, 1402, 1403, 1404, 1405], lambda one: one.mtu - 1400),
    "ethertype": ("tpid", [1, 2, 3, 4, 5], lambda one: one.tpid),
    "IPv4 limit": ("max_prefix", [{"v4": number} for number in range(1, 6)], lambda one: one.max_prefix_v4.limit),
    "IPv6 limit": ("max_prefix", [{"v6": number} for number in range(1, 6)], lambda one: one.max_prefix_v6.limit),
}
"""Key, five values (for five levels, nearest first), and which of the five a session has: 1 to 5."""

LEVELS = [
    PEERING,
    "routers.pe1.defaults.private",
    "routers.pe1.defaults.peering",
    "providers.northlake.defaults.private",
    "defaults.peering",
]


@pytest.mark.parametrize("name", SETTINGS)
def test_the_nearest_level_that_says_it_wins(name: str) -> None:
    key, values, which = SETTINGS[name]
    said = {f"{level}.{key}": value for level, value in zip(LEVELS, values, strict=True)}
    for nearest in range(1, 6):
        ends = peering(said).ends
        assert which(ends[Role.PRIMARY].settings) == nearest
        # What only pe1 has as a default does not reach pe2.
        assert which(ends[Role.SECONDARY].settings) == (nearest if nearest in (1, 4, 5) else 4)
        said.pop(f"{LEVELS[nearest - 1]}.{key}")


def test_what_nobody_says_is_built_in() -> None:
    settings = peering({}).ends[Role.PRIMARY].settings
    assert (settings.keepalive, settings.hold) == (60, 180)
    assert settings.bfd == Bfd(300, 300, 3)
    assert (settings.mtu, settings.tpid, settings.bfd_confirmed) == (1500, 0x8100, False)
    assert (settings.max_prefix_v4, settings.max_prefix_v6) == (MaxPrefix(1100), MaxPrefix(110))


def test_the_two_limits_come_from_where_each_is_said() -> None:
    values = {
        f"{PEERING}.max_prefix": {"v6": 50},
        "providers.northlake.defaults.peering.max_prefix": {"v4": 900, "v6": 60},
    }
    settings = peering(values).ends[Role.PRIMARY].settings
    assert (settings.max_prefix_v4.limit, settings.max_prefix_v6.limit) == (900, 50)


def test_bfd_can_be_switched_off_and_on_again() -> None:
    off = {"defaults.peering.bfd": False}
    assert peering(off).ends[Role.PRIMARY].settings.bfd is None
    assert peering(off | {f"{PEERING}.bfd": True}).ends[Role.PRIMARY].settings.bfd == Bfd()


def test_a_default_of_private_peering_does_not_reach_others() -> None:
    values = {
        "defaults.microsoft.mtu": 1400,
        "defaults.private.mtu": 1450,
        "defaults.ce.mtu": 1300,
    }
    intent = intent_of(with_values(BASE, values))
    assert next(iter(intent.peerings())).ends[Role.PRIMARY].settings.mtu == 1450
    assert intent.customers[0].attachments[0].ends[Role.PRIMARY].settings.mtu == 1300


CIRCUIT_VALUES: dict[str, tuple[Any, Any, Any, Any]] = {
    "kind": ("a", "b", "c", "provider"),
    "tier": ("Premium", "Local", "c", "Standard"),
    "family": ("a", "b", "c", "MeteredData"),
    "handoff": ("dot1q", "provider_translated", "c", "qinq"),
    "layer": ("l3", "l2", "l3", "l2"),
    "location": ("Paris", "London", "Oslo", "Amsterdam"),
    "bandwidth_mbps": (50, 100, 200, None),
}
"""Circuit, provider, inventory, built in (for the location: of the pair)."""


@pytest.mark.parametrize("key", CIRCUIT_VALUES)
def test_a_circuit_s_values_come_from_the_nearest_level(key: str) -> None:
    *values, built_in = CIRCUIT_VALUES[key]
    places = [f"{CIRCUIT}.{key}", f"providers.northlake.defaults.circuit.{key}", f"defaults.circuit.{key}"]
    said = dict(zip(places, values, strict=True))
    for place, value in zip(places, values, strict=True):
        assert getattr(peering(said).circuit, key) == value
        said[place] = None
    assert getattr(peering(said).circuit, key) == built_in


@pytest.mark.parametrize(("key", "values", "built_in"), [
    ("mode", ("active_passive", "x", "y"), "active_active"),
    ("registry", ("ARIN", "APNIC", "RIPENCC"), ""),
    ("loa", (True, False, True), False),
])  # fmt: skip
def test_a_peering_s_values_come_from_the_nearest_level(key: str, values: tuple[Any, ...], built_in: Any) -> None:
    places = [f"{PEERING}.{key}", f"providers.northlake.defaults.peering.{key}", f"defaults.private.{key}"]
    said = dict(zip(places, values, strict=True))
    for place, value in zip(places, values, strict=True):
        assert getattr(peering(said), key) == value
        said[place] = None
    assert getattr(peering(said), key) == built_in


DANGLING: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "a provider of a router": (
        {"routers.pe1.provider": "southlake"},
        [("SCH-004", "routers.pe1.provider", "provider 'southlake' is not defined; there are: northlake")],
    ),
    "a provider of a pair": (
        {"pairs.ams.provider": "southlake"},
        [("SCH-004", "pairs.ams.provider", "provider 'southlake' is not defined; there are: northlake")],
    ),
    "a router of a pair": (
        {"pairs.ams.routers": ["pe1", "pe3"]},
        [("SCH-004", "pairs.ams.routers[1]", "router 'pe3' is not defined; there are: pe1, pe2")],
    ),
    "a router of a link": (
        {f"{CIRCUIT}.links": {"primary": {"router": "pe3"}, "secondary": {"router": "pe2"}}},
        [("SCH-004", f"{CIRCUIT}.links.primary.router", "router 'pe3' is not defined; there are: pe1, pe2")],
    ),
    "a pair of a circuit": (
        {f"{CIRCUIT}.pair": "lon"},
        [("SCH-004", f"{CIRCUIT}.pair", "pair 'lon' is not defined; there are: ams")],
    ),
    "a pair of a customer": (
        {"customers.alpha.pair": "lon"},
        [("SCH-004", "customers.alpha.pair", "pair 'lon' is not defined; there are: ams")],
    ),
    "a key in the environment": (
        {f"{PEERING}.md5": "env:PEERWRIGHT_NOT_SET"},
        [
            (
                "SEC-001",
                f"{PEERING}.md5",
                "secret env:PEERWRIGHT_NOT_SET cannot be resolved: the environment variable is not set",
            )
        ],
    ),
}


@pytest.mark.parametrize("name", DANGLING)
def test_a_name_that_is_not_there(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERWRIGHT_TEST_KEY", "AlphaKey2016")
    values, expected = DANGLING[name]
    inventory, wrong = validate(yaml.safe_load(with_values(BASE, values)))
    assert inventory is not None, wrong
    _, findings = resolve(inventory, SecretStore(Path()))
    assert [(one.rule, path_text(one.path), one.message) for one in findings] == expected
