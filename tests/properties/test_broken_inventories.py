"""Northlake with something broken somewhere: whatever it is, it is a finding, and nothing is written where there is an error."""

from __future__ import annotations

import copy
import json
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import api
from generator.model.finding import DataPath, Severity

INVENTORIES = Path(__file__).parent.parent.parent / "inventories"

DELETED = object()
WRONG: list[Any] = [
    DELETED, None, True, False, 0, -1, 1, 4095, 4294967296, 1.5, "", "x", "no", "日本", "a b", "\u0000", "x\nevil", "x\u2028evil", "{{ evil }}", '"evil;}', "!evil", "env:UNSET_FOR_SURE",
    "0.0.0.0/0", "10.0.0.0/8", "10.0.0.1/8", "172.31.0.0/28", "172.31.0.0/31", "172.31.0.0/32", "172.31.0.0/29", "::/0",
    "fd00::/125", "fd00::/128", "203.0.113.64/28", "224.0.0.0/29", "255.255.255.255/32", 12076, 65515, 23456, 64600,
    "65536.1", "pe1", "pe2", "amsterdam", "northlake", "cisco_xe", "juniper_junos", "linux_frr", "qinq", "dot1q",
    "provider_translated", "direct", "Premium", "Local", "active_passive", "TenGigabitEthernet0/1/0", "12076:5060", "West Europe",
    [], [[]], ["pe1"], ["pe1", "pe1"], [60, 10], ["10.0.0.0/16", "10.0.0.0/16"], {}, {"": {}}, {"primary": 100, "secondary": 101},
    {"primary": "172.31.0.0/30"}, {"enabled": True}, {"x": {"y": [1]}},
]  # fmt: skip


@cache
def northlake() -> dict[str, Any]:
    """The whole inventory as one value; the keys in clear, so that no file is needed."""
    whole: dict[str, Any] = yaml.safe_load((INVENTORIES / "northlake" / "provider.yaml").read_text())
    for file in sorted((INVENTORIES / "northlake" / "customers").glob("*.yaml")):
        text = re.sub(
            r"file:secrets/([\w-]+)", lambda found: "Key" + found[1].title().replace("-", "")[:12], file.read_text()
        )
        whole.setdefault("customers", {}).update(yaml.safe_load(text)["customers"])
    found: dict[str, Any] = json.loads(json.dumps(whole))  # what an alias shared is written out
    return found


def places(value: Any, path: DataPath = ()) -> Iterator[DataPath]:
    if path:
        yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from places(inner, (*path, key))


PLACES = list(places(northlake()))


def broken(changes: list[tuple[DataPath, Any]]) -> dict[str, Any]:
    data = copy.deepcopy(northlake())
    for path, wrong in changes:
        here: Any = data
        try:
            for part in path[:-1]:
                here = here[part]
            if wrong is DELETED:
                del here[path[-1]]
            else:
                here[path[-1]] = copy.deepcopy(wrong)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    return data


changes = st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(WRONG)), min_size=1, max_size=3)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=changes)
def test_whatever_is_broken_is_a_finding_and_stops_the_writing(changes: list[tuple[DataPath, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, build = Path(folder) / "inventory.yaml", Path(folder) / "build"
        path.write_text(json.dumps(broken(changes), indent=1))
        result = api.render(path, build, native=False)
        assert all(one.rule and one.message for one in result.findings)
        errors = [one for one in result.findings if one.severity is Severity.ERROR]
        written = [one for one in build.rglob("*") if one.is_file()]
        assert not (errors and written)
        assert errors or written or result.stopped
        assert not [one for one in written if one.name.endswith(".new")]
        assert not [line for one in written for line in one.read_text().splitlines() if line.strip().startswith("evil")]
