"""`diff` and `plan` on the command line: what is printed, exit codes, and clear words for wrong use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator import api
from generator.cli import main
from tests.edited import SHIPPED, copied, edit, repository

NORTHLAKE = SHIPPED / "northlake"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("running")
    api.render(NORTHLAKE, folder, native=False)
    return folder


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    inventory = copied("northlake", tmp_path)
    repository(tmp_path)
    edit(inventory, "customers/charlie.yaml", ("203.0.113.80/28]", "203.0.113.80/28, 203.0.113.96/28]"))
    return inventory


def test_no_difference_is_exit_code_0(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(NORTHLAKE), "--running", str(running)]) == 0
    assert capsys.readouterr().out == f"no difference from the running configs in {running}\n"


def test_running_configs_and_revisions_tell_the_same_change(
    edited: Path, running: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = "  charlie, Microsoft peering: pe1 announces 203.0.113.96/28 in addition; no session resets\n"
    line = "  + ip prefix-list CHARLIE-AMS-MICROSOFT-OUT seq 10 permit 203.0.113.96/28\n"
    assert main(["diff", str(edited), "--running", str(running)]) == 1
    first = capsys.readouterr().out
    assert main(["diff", str(edited), "--since", "HEAD"]) == 1
    second = capsys.readouterr().out
    for printed in (first, second):
        assert sentence in printed
        assert line in printed
        assert "\x1b" not in printed


def test_a_summary_has_no_lines_and_a_router_alone_no_other(edited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(edited), "--since", "HEAD", "--summary", "--only", "pe2", "--color", "always"]) == 1
    printed = capsys.readouterr().out
    assert "ip prefix-list" not in printed
    assert "pe2 announces 203.0.113.96/28" in printed
    assert "pe1" not in printed
    assert "\x1b[1mcharlie\x1b[0m" in printed


def test_json_has_the_sentences_and_the_lines(edited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(edited), "--since", "HEAD", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["version"], document["verb"], document["different"]) == (1, "diff", True)
    first = document["changes"][0]
    assert (first["customer"], first["device"], first["domain"]) == ("charlie", "pe1", "microsoft")
    assert first["path"] == "customers.charlie.circuits.charlie-ams.peerings.microsoft"
    assert {one["device"] for one in document["routers"]} == {"pe1", "pe2"}


def test_markdown_goes_into_a_file(edited: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "change.md"
    assert main(["diff", str(edited), "--since", "HEAD", "--format", "markdown", "-o", str(out)]) == 1
    assert capsys.readouterr().out == f"wrote {out}\n"
    text = out.read_text(encoding="utf-8")
    assert "# Changes of Northlake Cloud" in text
    assert "```diff\n" in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "nothing to compare with"),
        (["--since", "nope"], "there is no revision 'nope' in the repository"),
        (["--running", "x", "--live"], "not allowed with argument --running"),
        (["--running", "x", "--only", "pe9"], "the inventory has no router 'pe9'"),
    ],
)
@pytest.mark.parametrize("verb", ["diff", "plan"])
def test_wrong_use_is_exit_code_2_in_a_clear_line(
    edited: Path, verb: str, options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if verb == "plan":
        if "--only" in options:
            return
        options = [*options, "-o", str(tmp_path / "out")]
    assert main([verb, str(edited), *options]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert "Traceback" not in printed.err
    assert not (tmp_path / "out").exists()


def test_configs_that_are_not_there_are_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(NORTHLAKE), "--running", str(tmp_path)]) == 2
    assert "error RB-005: " in capsys.readouterr().out


def test_a_router_that_does_not_answer_is_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(inventory: Path) -> None:
        raise api.Refused(f"pe1 of {inventory.name} gave no running config", "see whether SSH reaches it")

    monkeypatch.setattr(api, "fetcher", refuse)
    assert main(["diff", str(NORTHLAKE), "--live"]) == 2
    assert "pe1 of northlake gave no running config" in capsys.readouterr().err


def test_an_inventory_with_an_error_makes_no_pack(
    edited: Path, running: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(edited, "customers/charlie.yaml", ("azure_vlan: 200", "azure_vlan: 100"))
    assert main(["plan", str(edited), "--running", str(running), "-o", str(tmp_path / "out")]) == 1
    assert "error INV-021" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_every_command_is_explained_and_nothing_written(
    edited: Path, running: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(edited), "--running", str(running), "--explain"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("every state on the way is safe") == 2
    assert "ip prefix-list CHARLIE-AMS-MICROSOFT-OUT seq 10 permit 203.0.113.96/28" in printed
