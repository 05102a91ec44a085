"""What does not fit the schema is reported at its place, all of it in one run."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import api
from generator.inventory.load import EXPLAIN
from generator.model.finding import Severity
from tests.inventories import BASE

Found = tuple[str, str, str, str]
"""Rule, line:column, message, fix."""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PEERWRIGHT_TEST_KEY", "AlphaKey2016")


def found(text: str) -> list[Found]:
    Path("a.yaml").write_text(text.removeprefix("\n"))
    result = api.check(Path("a.yaml"), native=False)
    out = []
    for one in result.findings:
        assert one.where is not None, one
        assert one.where.file == "a.yaml"
        assert one.severity is Severity.ERROR
        out.append((one.rule, f"{one.where.line}:{one.where.column}", one.message, one.fix))
    return out


def edited(old: str, new: str) -> str:
    assert BASE.count(old) == 1, old
    return BASE.replace(old, new)


ONE: dict[str, tuple[str, str, Found]] = {
    "an unknown key": (
        "azure_vlan: 100",
        "azure_vlan: 100, azure_vlans: 1",
        ("SCH-001", "26:38", "unknown key 'azure_vlans'", "did you mean azure_vlan?"),
    ),
    "an unknown key that is like no other": (
        "meta: {name: Base}",
        "meta: {name: Base, zzz: 1}",
        ("SCH-001", "1:20", "unknown key 'zzz'", "remove it, or see `peerwright schema` for the keys there are"),
    ),
    "an unknown key at the top": (
        "customers:",
        "customer: {}\ncustomers:",
        ("SCH-001", "15:1", "unknown key 'customer'", "did you mean customers?"),
    ),
    "a missing value": (
        "azure_vlan: 100, ",
        "",
        ("SCH-002", "26:11", "azure_vlan is missing", "add azure_vlan: it has no default"),
    ),
    "text where a number goes": (
        "bandwidth_mbps: 200",
        'bandwidth_mbps: "200"',
        ("SCH-003", "23:25", "bandwidth_mbps: expected a whole number", "write a whole number, without quotes"),
    ),
    "a number where text goes": (
        "meta: {name: Base}",
        "meta: {name: 7}",
        ("SCH-003", "1:14", "name: expected text", "write text; put digits in quotes"),
    ),
    "a text where true or false goes": (
        "meta: {name: Base}",
        "meta: {name: Base, lab: maybe}",
        ("SCH-003", "1:25", "lab: expected true or false", "write true or false"),
    ),
    "host bits": (
        "onprem: [10.0.0.0/16]",
        "onprem: [10.9.0.0/16, 10.0.0.1/16]",
        (
            "SCH-003",
            "18:27",
            "onprem[1]: '10.0.0.1/16' has host bits set; the network is 10.0.0.0/16",
            "correct the value",
        ),
    ),
    "no prefix length": (
        "vnets: [10.100.0.0/16]",
        "vnets: [10.100.0.0]",
        (
            "SCH-003",
            "19:13",
            "vnets[0]: '10.100.0.0' has no prefix length; write it as 10.100.0.0/32 or with the length that is meant",
            "correct the value",
        ),
    ),
    "no AS number": (
        "asn: 64701",
        "asn: AS64701",
        (
            "SCH-003",
            "17:15",
            "asn: 'AS64701' is not an AS number; write 64600, or 1.10 in asdot form",
            "correct the value",
        ),
    ),
    "an AS number that is too large": (
        "asn: 64701",
        "asn: 4294967296",
        ("SCH-003", "17:15", "asn: AS number 4294967296 is outside 0..4294967295", "correct the value"),
    ),
}


@pytest.mark.parametrize("name", ONE)
def test_one_mistake_is_one_finding(name: str) -> None:
    old, new, expected = ONE[name]
    assert found(edited(old, new)) == [expected]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("local_pref: -1", "local_pref: expected greater than or equal to 0"),
        ("local_pref: {primary: 200, secondary: 4294967296}", "secondary: expected less than or equal to 4294967295"),
        ("mtu: 0", "mtu: expected greater than or equal to 68"),
        ("mtu: 99999", "mtu: expected less than or equal to 65535"),
        ("max_prefix: {v4: 99999999999}", "v4: expected less than or equal to 4294967295"),
        ("links: {primary: {unit: 99999999999}}", "unit: expected less than or equal to 4294967295"),
    ],
)
def test_numbers_that_no_router_takes(setting: str, words: str) -> None:
    messages = {
        (rule, message) for rule, _, message, _ in found(edited("azure_vlan: 100", f"azure_vlan: 100, {setting}"))
    }
    assert messages == {("SCH-003", words)}


def test_several_mistakes_in_one_run() -> None:
    text = (
        BASE.replace("platform: cisco_xe", "platform: 7")
        .replace("asn: 64600", "asnn: 64600")
        .replace("handoff", "hand_off")
        .replace("s_tag: 101", "s_tag: {primary: 101}")
        .replace("v4: 172.31.0.0/29", "v4: [172.31.0.0/29]")
    )
    assert [(rule, place, message) for rule, place, message, _ in found(text)] == [
        ("SCH-002", "3:3", "asn is missing"),
        ("SCH-001", "3:15", "unknown key 'asnn'"),
        ("SCH-003", "6:15", "platform: expected text"),
        ("SCH-003", "6:15", "platform: expected text"),
        ("SCH-002", "24:9", "secondary is missing"),
        ("SCH-003", "26:42", "v4: expected keys and values"),
    ]


def test_every_id_of_the_schema_is_explained() -> None:
    assert set(EXPLAIN) >= {"SCH-001", "SCH-002", "SCH-003", "SCH-004", "SCH-005", "SEC-001"}
    assert all(title and advice for title, advice in EXPLAIN.values())
