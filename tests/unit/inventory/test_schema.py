"""The JSON Schema that editors complete from takes what peerwright takes, short forms included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from generator import api
from generator.source import load

INVENTORIES = Path(__file__).parents[3] / "inventories"
VALIDATOR = Draft202012Validator(api.json_schema())


def errors(data: Any) -> list[str]:
    return [f"{'.'.join(map(str, one.absolute_path))}: {one.message}" for one in VALIDATOR.iter_errors(data)]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(api.json_schema())


@pytest.mark.parametrize("name", ["northlake", "hollins", "saltmarsh", "starter"])
def test_the_shipped_inventories_fit(name: str) -> None:
    assert errors(load(INVENTORIES / name).data) == []


def test_short_and_long_forms_fit() -> None:
    data = load(INVENTORIES / "northlake").data
    peering: Any = data["customers"]["alpha"]["circuits"]["alpha-ams"]["peerings"]["private"]  # type: ignore[index, call-overload]
    for key, values in {
        "bfd": [True, {"tx": 300}],
        "timers": [[60, 180], {"keepalive": 60, "hold": 180}],
        "local_pref": [150, {"primary": 200, "secondary": 150}],
        "v4": ["172.31.0.0/29", {"primary": "172.31.0.0/30", "secondary": "172.31.0.4/30"}],
        "max_prefix": [{"v4": 100}, {"v4": {"limit": 100, "warn_percent": 70}}],
        "advertise": ["10.0.0.0/16", ["10.0.0.0/16"]],
        "asn": [64600, "1.10"],
    }.items():
        for value in values:
            peering[key] = value
            assert errors(data) == [], (key, value)
        del peering[key]


def test_what_does_not_fit_is_refused() -> None:
    data = load(INVENTORIES / "starter").data
    data["routers"]["pe1"]["colour"] = "blue"  # type: ignore[index]
    assert errors(data) == ["routers.pe1: Additional properties are not allowed ('colour' was unexpected)"]
