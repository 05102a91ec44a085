"""The verb: what it asks of the api, what it prints, and that a file is there as a whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from generator.cli import main
from generator.cli.whole_file import write_whole
from tests.unit.cli import fake_api
from tests.unit.cli.conftest import Command
from tests.unit.handover.fjellmark import FJELLMARK, SECRETS, write


def test_it_passes_its_arguments_on_and_prints_markdown(peerwright: Command) -> None:
    ran = peerwright("handover", "clean", "alpha", "--circuit", "alpha-ams")
    calls = fake_api.CALLS
    assert calls == [("handover", Path("clean"), "alpha", "alpha-ams")]
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# Handover: Alpha\n")


def test_json(peerwright: Command) -> None:
    ran = peerwright("handover", "clean", "alpha", "--format", "json")
    assert json.loads(ran.out)["customer"] == "alpha"


def test_an_inventory_with_errors_prints_them_and_writes_nothing(peerwright: Command, tmp_path: Path) -> None:
    target = tmp_path / "alpha.md"
    ran = peerwright("handover", "errors", "alpha", "-o", str(target))
    assert ran.code == 1
    assert "error INV-021" in ran.out
    assert not list(tmp_path.iterdir())
    as_json = peerwright("handover", "errors", "alpha", "--format", "json")
    assert as_json.code == 1
    assert json.loads(as_json.out)["verb"] == "handover"


def test_an_inventory_that_cannot_be_read(peerwright: Command) -> None:
    assert peerwright("handover", "unreadable", "alpha").code == 2


def test_a_file_is_written_and_said_to_be(peerwright: Command, tmp_path: Path) -> None:
    target = tmp_path / "alpha.md"
    before = os.umask(0o022)
    try:
        ran = peerwright("handover", "clean", "alpha", "-o", str(target))
    finally:
        os.umask(before)
    assert (ran.code, ran.out) == (0, f"wrote {target}\n")
    assert target.read_text() == peerwright("handover", "clean", "alpha").out
    assert target.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in tmp_path.iterdir()] == ["alpha.md"]


@pytest.mark.parametrize("place", [".", "nowhere/alpha.md"])
def test_a_file_that_cannot_be_written_is_a_refusal(peerwright: Command, tmp_path: Path, place: str) -> None:
    ran = peerwright("handover", "clean", "alpha", "-o", str(tmp_path / place))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"peerwright: error: cannot write {tmp_path / place}: ")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "alpha.md"
    target.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(target, "new")
    assert target.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["alpha.md"]


def test_a_link_stays_a_link_and_a_device_stays_a_device(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("old")
    (tmp_path / "link.md").symlink_to("real.md")
    write_whole(tmp_path / "link.md", "new\n")
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "real.md").read_text() == "new\n"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a file"):
        write_whole(tmp_path / "pipe", "new\n")


# With the real api.


@pytest.fixture
def net(tmp_path: Path) -> Path:
    return write(tmp_path / "net")


def test_the_whole_way(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["handover", str(net), "fjellmark"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("# Handover: Fjellmark Mutual\n")
    assert not [key for key in SECRETS.values() if key in said.out]


@pytest.mark.parametrize(
    ("words", "problem", "fix"),
    [
        (("fjelmark",), "the inventory has no customer 'fjelmark'", "did you mean 'fjellmark'?"),
        (("x",), "the inventory has no customer 'x'", "there are: fjellmark"),
        (("fjellmark", "--circuit", "y"), "customer fjellmark has no circuit 'y'", "there are: fjellmark-osl"),
        (("\x1b[2J",), "the inventory has no customer '\\x1b[2J'", "there are: fjellmark"),
    ],
)
def test_a_name_that_is_not_there(
    net: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], problem: str, fix: str
) -> None:
    assert main(["handover", str(net), *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"peerwright: error: {problem}\n   fix   {fix}\n"


def test_a_real_error_stops_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    net = write(tmp_path / "net", FJELLMARK.replace("172.19.254.0/29", "172.19.254.0/28"))
    assert main(["handover", str(net), "fjellmark", "-o", str(tmp_path / "out.md")]) == 1
    said = capsys.readouterr()
    assert "error INV-011" in said.out
    assert not (tmp_path / "out.md").exists()
