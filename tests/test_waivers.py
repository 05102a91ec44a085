"""Findings that a file accepts, for an audit of routers of which there is no inventory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator import api
from generator.cli import main
from generator.model.finding import Severity
from tests.audited import Case, write

OPEN = Case("AUD-004", "", (("  neighbor {peer} route-map TO-AZ out\n", ""), (" no bfd echo\n", "")), both=True)
"""Two faults on both routers: no outbound filter, and BFD with echo."""
FILTER = "accept:\n  - rule: AUD-004\n    router: edge1\n    reason: case 4711 is open\n"


def said(folder: Path, text: str, name: str = "accepted.yaml") -> tuple[api.AuditResult, Path]:
    file = folder / name
    file.write_text(text)
    configs = folder / "in"
    if not configs.exists():
        write("cisco_xe", configs, OPEN)
    return api.audit(configs, waivers=file), file


def open_ones(result: api.AuditResult) -> set[tuple[str, str]]:
    return {(one.rule, one.device) for one in result.findings if one.severity > Severity.INFO and not one.acknowledged}


def test_a_finding_is_accepted_on_the_router_that_is_named(tmp_path: Path) -> None:
    result, _ = said(tmp_path, FILTER)
    found = [one for one in result.findings if one.rule == "AUD-004"]
    assert {one.device: one.acknowledged for one in found} == {"edge1": "case 4711 is open", "edge2": ""}
    assert ("AUD-016", "edge1") in open_ones(result)
    assert not [one for one in result.findings if one.rule == "ACK-001"]


def test_without_a_router_it_is_accepted_everywhere_and_with_a_text_only_there(tmp_path: Path) -> None:
    text = "accept:\n  - {rule: AUD-016, reason: ticket 1}\n  - {rule: AUD-004, about: 172.20.0.6, reason: ticket 2}\n"
    result, _ = said(tmp_path, text)
    assert not [one for one in open_ones(result) if one[0] == "AUD-016"]
    assert [one for one in open_ones(result) if one[0] == "AUD-004"] == [("AUD-004", "edge1")]


def test_the_exit_code_is_clean_when_everything_is_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configs = write("cisco_xe", tmp_path / "in", OPEN)
    assert main(["audit", str(configs)]) == 1
    capsys.readouterr()
    rules = sorted({one.rule for one in api.audit(configs).findings if one.severity > Severity.INFO})
    file = tmp_path / "accepted.yaml"
    file.write_text("accept:\n" + "".join(f"  - {{rule: {one}, reason: ticket 7}}\n" for one in rules))
    assert main(["audit", str(configs), "--waivers", str(file), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert "ticket 7" in {one["acknowledged"] for one in data["findings"]}


def test_an_entry_that_accepts_nothing_is_said_with_its_line(tmp_path: Path) -> None:
    result, file = said(tmp_path, FILTER + "  - rule: AUD-099\n    about: nothing\n    reason: old\n")
    (one,) = [one for one in result.findings if one.rule == "ACK-001"]
    assert "this entry accepts AUD-099 about 'nothing'" in one.message
    assert one.where is not None
    assert (Path(one.where.file).name, one.where.line) == (file.name, 5)


def test_what_makes_a_file_unreadable_cannot_be_accepted(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write("cisco_xe", tmp_path / "more", OPEN)
    (tmp_path / "more" / "empty.cfg").write_text("")
    (tmp_path / "in").rmdir()
    (tmp_path / "more").rename(tmp_path / "in")
    result, _ = said(tmp_path, "accept:\n  - {rule: RB-006, reason: never mind}\n")
    (one,) = [one for one in result.findings if one.rule == "RB-006"]
    assert not one.acknowledged
    assert "ACK-001" in {one.rule for one in result.findings}


@pytest.mark.parametrize(
    ("text", "rule", "part"),
    [
        ("", "", ""),
        ("accept: []\n", "SCH-003", "at least"),
        ("accept:\n  - {rule: AUD-004}\n", "SCH-002", "reason is missing"),
        ("accept:\n  - {rule: AUD-004, reason: '  '}\n", "SCH-003", "reason"),
        ("accept:\n  - {rule: everything, reason: x}\n", "SCH-003", "rule"),
        ("accept:\n  - {rule: AUD-004, reason: x, ruter: edge1}\n", "SCH-001", "unknown key 'ruter'"),
        ("acept:\n  - {rule: AUD-004, reason: x}\n", "SCH-001", "unknown key 'acept'"),
        ("accept: [\n", "SRC-", ""),
        ("- rule\n", "", ""),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(text: str, rule: str, part: str, tmp_path: Path) -> None:
    result, file = said(tmp_path, text)
    assert result.stopped.startswith("unreadable")
    assert [one for one in result.findings if one.rule.startswith(rule) and part in one.message], result.findings
    assert all(one.fix for one in result.findings)
    assert main(["audit", str(tmp_path / "in"), "--waivers", str(file)]) == 2


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("cisco_xe", tmp_path / "in")
    assert main(["audit", str(tmp_path / "in"), "--waivers", str(tmp_path / "gone.yaml")]) == 2
    assert "gone.yaml" in "".join(capsys.readouterr())


def test_a_key_is_proposed_for_one_that_is_misspelt(tmp_path: Path) -> None:
    result, _ = said(tmp_path, "accept:\n  - {rule: AUD-004, reason: x, ruter: edge1}\n")
    (one,) = [one for one in result.findings if one.rule == "SCH-001"]
    assert one.fix == "did you mean router?"
