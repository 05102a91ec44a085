"""Whatever valid inventory comes in: it plans, renders, reads back equal, twice the same, and no key gets out."""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import api
from generator.cli import main
from generator.model.finding import Severity
from tests.properties.inventories import MARK, inventories, written

PATIENT = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@PATIENT
@given(inventory=inventories())
def test_a_valid_inventory_renders_and_reads_back_equal_to_its_plan(inventory: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(inventory, Path(folder))
        result = api.check(path, native=False)
        wrong = [f"{one.rule} {one.message}" for one in result.findings if one.severity is Severity.ERROR]
        assert not wrong
        assert {row.device for row in result.devices} == {"r1", "r2"}
        assert not result.stopped


@PATIENT
@given(inventory=inventories())
def test_the_same_inventory_gives_the_same_bytes_and_a_second_run_writes_nothing(inventory: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(inventory, Path(folder) / "in")
        first, second = Path(folder) / "one", Path(folder) / "two"
        api.render(path, first, native=False)
        api.render(path, second, native=False)
        assert tree(first) == tree(second)
        again = api.render(path, first, native=False)
        assert sum(row.written for row in again.devices) == 0
        assert sum(row.unchanged for row in again.devices) == len(tree(first))


@PATIENT
@given(inventory=inventories())
def test_what_was_rendered_verifies_as_a_device_would_print_it(inventory: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(inventory, Path(folder) / "in")
        build = Path(folder) / "build"
        api.render(path, build, native=False)
        result = api.verify(path, build)
        wrong = [f"{one.rule} {one.message}" for one in result.findings if one.severity is Severity.ERROR]
        assert not wrong


def said(arguments: list[str]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), contextlib.suppress(SystemExit):
        main(arguments)
    return out.getvalue()


@PATIENT
@given(inventory=inventories(), broken=st.sampled_from(["", "asn", "vlan", "key"]))
def test_no_key_appears_in_any_output_but_the_config(inventory: dict[str, Any], broken: str) -> None:
    customer = next(iter(inventory["customers"].values()))
    peering = next(iter(next(iter(customer["circuits"].values()))["peerings"].values()))
    if broken == "asn":
        peering["peer_asn"] = 65000
    if broken == "vlan":
        peering["azure_vlan"] = "one hundred"
    if broken == "key":
        peering["md5"] += " with blanks!"
    with tempfile.TemporaryDirectory() as folder:
        path = str(written(inventory, Path(folder) / "in"))
        build = str(Path(folder) / "build")
        for arguments in (
            ["check", path, "--no-native"],
            ["check", path, "--no-native", "--format", "json"],
            ["check", path, "--no-native", "--format", "sarif"],
            ["render", path, "-o", build, "--no-native", "--debug"],
            ["verify", path, build, "--debug"],
            ["show", path, "customers"],
            ["handover", path, next(iter(inventory["customers"]))],
            ["handover", path, next(iter(inventory["customers"])), "--format", "json"],
        ):
            assert MARK not in said(arguments), arguments


def test_the_search_for_keys_can_find_one(tmp_path: Path) -> None:
    path = written({"customers": {MARK: 3}}, tmp_path)
    assert MARK in said(["check", str(path)])


@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    from generator import pipeline

    monkeypatch.setattr(pipeline, "MIN_CHUNK", 1)
    inventory: dict[str, Any] = {"routers": {}, "pairs": {}, "customers": {}}
    for index in range(8):
        one, two = f"r{index}a", f"r{index}b"
        for name in (one, two):
            inventory["routers"][name] = {"platform": "cisco_xe", "azure_port": "TenGigabitEthernet0/1/0"}
        inventory["pairs"][f"p{index}"] = {"routers": [one, two]}
        peering = {"azure_vlan": 100, "v4": "172.31.0.0/29", "md5": f"{MARK}{index}"}
        circuit = {
            "service_key": f"{index:08d}-1111-4111-8111-111111111111",
            "s_tag": 101,
            "bandwidth_mbps": 200,
            "peerings": {"private": peering},
        }
        inventory["customers"][f"c{index}"] = {
            "pair": f"p{index}",
            "asn": 65010,
            "onprem": ["10.0.0.0/16"],
            "vnets": ["10.1.0.0/16"],
            "circuits": {f"k{index}": circuit},
        }
    path = written(inventory, tmp_path / "in")
    alone = api.render(path, tmp_path / "alone", native=False)
    together = api.render(path, tmp_path / "together", native=False, jobs=jobs)
    assert tree(tmp_path / "alone") == tree(tmp_path / "together")
    assert len(tree(tmp_path / "alone")) == 16
    assert alone.findings == together.findings
    assert [row.device for row in alone.devices] == [row.device for row in together.devices]
