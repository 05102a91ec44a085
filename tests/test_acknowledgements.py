"""A comment with a reason accepts a finding, from the file to the exit code; and what no comment can accept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator import api
from generator.cli import main
from generator.model.finding import Severity

INVENTORIES = Path(__file__).parent.parent / "inventories"
Change = Callable[[str, str], Path]


@pytest.fixture
def charlie(tmp_path: Path) -> Change:
    """Northlake with one text of charlie's file replaced."""

    def change(old: str, new: str) -> Path:
        root = tmp_path / "northlake"
        shutil.copytree(INVENTORIES / "northlake", root)
        file = root / "customers" / "charlie.yaml"
        text = file.read_text()
        assert text.count(old) == 1, old
        file.write_text(text.replace(old, new))
        return root

    return change


def rules(path: Path, **wanted: Any) -> list[str]:
    findings = api.check(path, native=False).findings
    return sorted(one.rule for one in findings if all(getattr(one, name) == value for name, value in wanted.items()))


def test_an_accepted_warning_says_by_whose_word_and_is_none_any_more(charlie: Change) -> None:
    path = charlie("microsoft:", "microsoft:  # peerwright: accept INV-028 case 4711 is open")
    (one,) = [one for one in api.check(path, native=False).findings if one.rule == "INV-028"]
    assert one.acknowledged == "case 4711 is open"
    assert one.severity is Severity.WARNING
    assert "ACK-001" not in rules(path)


def test_an_accepted_error_neither_fails_nor_stops_the_writing(
    charlie: Change, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vlan = "        s_tag: 103\n"
    path = charlie(vlan, f"{vlan}        family: Unlimited\n")
    file = path / "customers" / "charlie.yaml"
    file.write_text(file.read_text().replace("        family: UnlimitedData\n", ""))
    (rule,) = rules(path, severity=Severity.ERROR)
    assert main(["render", str(path), "-o", str(tmp_path / "build"), "--no-native"]) == 1
    assert not list(tmp_path.rglob("*.cfg"))
    file.write_text(
        file.read_text().replace("Unlimited\n", f"Unlimited  # peerwright: accept {rule} as the contract says\n")
    )
    assert main(["render", str(path), "-o", str(tmp_path / "build"), "--no-native"]) == 0
    assert len(list(tmp_path.rglob("*.cfg"))) == 2
    assert "as the contract says" in capsys.readouterr().out


def test_the_comment_may_stand_above_and_name_several_rules(charlie: Change) -> None:
    line = "            advertised_public_prefixes:"
    path = charlie(line, f"            # peerwright: accept INV-040, INV-015 a lab\n{line}")
    accepted = [one.rule for one in api.check(path, native=False).findings if one.acknowledged]
    assert accepted == ["INV-040", "INV-040"]
    assert "ACK-001" not in rules(path), "one of its rules was found, so the comment is used"


def test_a_comment_on_another_line_accepts_nothing_and_is_a_finding(charlie: Change) -> None:
    path = charlie("s_tag: 103", "s_tag: 103  # peerwright: accept INV-028 case 4711 is open")
    (one,) = [one for one in api.check(path, native=False).findings if one.rule == "ACK-001"]
    assert one.message == "this comment accepts INV-028, but there is no such finding here"
    assert one.severity is Severity.WARNING
    assert one.where is not None
    assert (Path(one.where.file).name, one.where.line) == ("charlie.yaml", 19)
    assert "INV-028" in rules(path, acknowledged="")


def test_a_comment_without_a_reason_is_an_error(charlie: Change) -> None:
    path = charlie("microsoft:", "microsoft:  # peerwright: accept INV-028")
    assert rules(path, severity=Severity.ERROR) == ["SRC-030"]


NEVER: dict[str, tuple[str, str, str]] = {
    "SCH-001": ("s_tag: 103", "s_tag: 103\n        s_tags: 1  # peerwright: accept SCH-001 I like it", "the schema"),
    "SCH-003": ("s_tag: 103", "s_tag: x  # peerwright: accept SCH-003 it is one", "the schema"),
    "SEC-001": (
        "md5: file:secrets/charlie-microsoft",
        "md5: file:secrets/gone  # peerwright: accept SEC-001 comes later",
        "a key",
    ),
    "SRC-014": ("s_tag: 103", "s_tag: 103\n        s_tag: 104  # peerwright: accept SRC-014 the last one wins", "YAML"),
}


@pytest.mark.parametrize("rule", NEVER)
def test_what_no_comment_accepts(rule: str, charlie: Change, tmp_path: Path) -> None:
    old, new, _ = NEVER[rule]
    path = charlie(old, new)
    refused = api.render(path, tmp_path / "build", native=False)
    errors = [one for one in refused.findings if one.severity is Severity.ERROR]
    assert rule in {one.rule for one in errors}
    assert not any(one.acknowledged for one in errors)
    assert not list(tmp_path.rglob("*.cfg"))


def test_accepting_a_contradiction_does_not_make_it_a_config(charlie: Change, tmp_path: Path) -> None:
    """Two peerings on one VLAN can be waved through as a rule, but there is no config that says it."""
    path = charlie("azure_vlan: 200", "azure_vlan: 100  # peerwright: accept INV-021 we like it so")
    result = api.render(path, tmp_path / "build", native=False)
    assert {one.rule for one in result.findings if one.severity is Severity.ERROR and not one.acknowledged} >= {
        "SCH-005"
    }
    assert not list(tmp_path.rglob("*.cfg"))


def test_the_reason_is_in_json_and_suppresses_in_sarif(charlie: Change, capsys: pytest.CaptureFixture[str]) -> None:
    path = charlie("microsoft:", "microsoft:  # peerwright: accept INV-028 case 4711 is open")
    main(["check", str(path), "--no-native", "--format", "json"])
    found = [one for one in json.loads(capsys.readouterr().out)["findings"] if one["rule"] == "INV-028"]
    assert "case 4711 is open" in json.dumps(found)
    main(["check", str(path), "--no-native", "--format", "sarif"])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    (one,) = [one for one in run["results"] if one["ruleId"] == "INV-028"]
    assert [entry["justification"] for entry in one["suppressions"]] == ["case 4711 is open"]


def test_a_warning_that_is_accepted_does_not_fail_a_strict_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "starter"
    shutil.copytree(INVENTORIES / "starter", root)
    file = next((root / "customers").glob("*.yaml"))
    text = file.read_text()
    assert main(["check", str(root), "--no-native", "--fail-on", "warning"]) == 0
    (root / "secrets" / "example-private").write_text("short1\n")
    (line,) = [one for one in text.splitlines() if "md5:" in one]
    clear = line.replace("file:secrets/example-private", "ExampleKey1")
    file.write_text(text.replace(line, clear))
    assert main(["check", str(root), "--no-native", "--fail-on", "warning"]) == 1
    file.write_text(text.replace(line, f"{clear}  # peerwright: accept INV-068 a lab"))
    assert main(["check", str(root), "--no-native", "--fail-on", "warning"]) == 0
    assert "ExampleKey1" not in capsys.readouterr().out


def test_a_run_that_does_not_run_every_rule_calls_no_comment_out_of_date(tmp_path: Path) -> None:
    """`verify` does not run the rules of the inventory, and a broken inventory runs none."""
    root = tmp_path / "northlake"
    shutil.copytree(Path(__file__).parent.parent / "inventories" / "northlake", root)
    file = root / "provider.yaml"
    file.write_text(file.read_text().replace("asn: 64600", "asn: 64600  # peerwright: accept INV-028 ticket 4711"))
    build = tmp_path / "build"
    api.render(root, build, native=False)
    assert "ACK-001" not in {one.rule for one in api.verify(root, build).findings}
    file.write_text(file.read_text() + "colour: blue\n")
    rules = {one.rule for one in api.check(root, native=False).findings}
    assert "SCH-001" in rules
    assert "ACK-001" not in rules
