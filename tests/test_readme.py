"""The README: every command in it runs as it says, and what it shows is what peerwright prints."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from generator import api
from generator.platforms import known, load

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
INSTALL, WORK = [line for line in COMMANDS if line.startswith("pip install")]
VERBS = {
    "render",
    "check",
    "verify",
    "show",
    "explain",
    "platforms",
    "init",
    "schema",
    "handover",
    "diff",
    "plan",
    "audit",
    "push",
    "lab",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the inventories that ship, and the command `peerwright` in `bin`."""
    shutil.copytree(ROOT / "inventories", tmp_path / "inventories")
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "peerwright"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m generator "$@"\n')
    command.chmod(0o755)
    return tmp_path


def shell(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a line as a user types it; wide output, no colours, no configuration of this process."""
    keep = {name: os.environ[name] for name in ("HOME", "TMPDIR", "LANG") if name in os.environ}
    path = f"{folder}/bin:{os.environ['PATH']}"
    environment = keep | {"PATH": path, "PYTHONPATH": str(ROOT)} | more
    environment = {name: value for name, value in environment.items() if value}
    return subprocess.run(
        ["/bin/sh", "-ec", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_the_first_command_is_one_line_and_renders_northlake() -> None:
    assert INSTALL == "pip install . && peerwright render inventories/northlake -o build/"
    assert COMMANDS[0] == INSTALL


def test_every_verb_is_shown() -> None:
    assert {found for line in COMMANDS for found in re.findall(r"\bpeerwright (\w+)", line)} == VERBS


def test_every_command_runs(place: Path) -> None:
    """In the order of the README, as a new user goes through it; each exits with 0."""
    for line in COMMANDS:
        if line == WORK:
            continue
        done = shell(line.removeprefix("pip install . && "), place)
        assert (done.returncode, done.stderr) == (0, ""), f"{line}\n{done.stdout}{done.stderr}"
        assert done.stdout, line
    files = sorted(str(one.relative_to(place)) for one in place.rglob("*.cfg"))
    assert files == [f"{folder}/{router}/running.cfg" for folder in ("build", "my-build") for router in ("pe1", "pe2")]
    assert all(one.stat().st_mode & 0o777 == 0o600 for one in place.rglob("*.cfg"))


def test_a_second_render_writes_nothing(place: Path) -> None:
    line = INSTALL.partition("&& ")[2]
    assert "2 files written to build/, 0 unchanged" in shell(line, place).stdout
    assert "0 files written to build/, 2 unchanged" in shell(line, place).stdout


def test_the_second_install_runs_a_module_that_is_there() -> None:
    assert WORK == "pip install -e '.[dev]' && python -m tests"
    assert (ROOT / "tests" / "__main__.py").is_file()


def test_the_first_error_is_printed_exactly_as_shown(place: Path) -> None:
    """The mistake that the README tells of, typed into the file, and the block that it shows."""
    (shown,) = re.findall(r"```\n(inventories/.*?)```", README, re.DOTALL)
    charlie = place / "inventories" / "northlake" / "customers" / "charlie.yaml"
    charlie.write_text(charlie.read_text().replace("azure_vlan: 200", "azure_vlan: 100"))
    done = shell("peerwright check inventories/northlake", place)
    assert done.returncode == 1
    assert shown in done.stdout
    assert re.findall(r": error (\S+):", done.stdout) == ["INV-021"], "one mistake is one error"
    refused = shell("peerwright render inventories/northlake -o build/", place)
    assert refused.returncode == 1
    assert "nothing written to build/\n" in refused.stdout
    assert not list(place.rglob("build/**/*.cfg"))


def test_the_exit_codes(place: Path) -> None:
    assert "Exit codes: 0 clean · 1 findings at or above `--fail-on` · 2 usage or unreadable input" in README
    codes = {
        "check inventories/northlake": 0,
        "check inventories/northlake --fail-on warning": 1,
        "check inventories/nowhere": 2,
        "chek inventories/northlake": 2,
        "check inventories/northlake --colour": 2,
        "show inventories/northlake customers.nobody": 2,
        "explain INV-999": 2,
    }
    assert {line: shell(f"peerwright {line}", place).returncode for line in codes} == codes


def test_the_acceptance_shown_is_one_that_works(place: Path) -> None:
    (shown,) = re.findall(r"`(asn: 64600  # peerwright: accept INV-028 [^`]+)`", README)
    charlie = place / "inventories" / "northlake" / "customers" / "charlie.yaml"
    assert "warning INV-028" in shell("peerwright check inventories/northlake", place).stdout
    charlie.write_text(charlie.read_text().replace("microsoft:\n", f"microsoft:\n            {shown}\n"))
    done = shell("peerwright check inventories/northlake", place)
    assert "accepted warning INV-028" in done.stdout
    assert done.stdout.count("warning INV-028") == 1
    assert "ACK-001" not in done.stdout
    assert "1 accepted" in done.stdout


def test_the_table_of_platforms_is_complete() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (`.*`) \|$", README, re.MULTILINE)
    assert [platform for platform, _, _ in rows] == list(known())
    for platform, _, files in rows:
        assert re.findall(r"`([^`]+)`", files) == sorted(
            (file.name for file in load(platform).files), key=lambda name: files.index(f"`{name}`")
        )


@pytest.mark.slow
def test_the_first_command_for_real_in_a_fresh_environment(tmp_path: Path) -> None:
    """Install from a copy of the checkout, render; then far away from it, with nothing of it in reach."""
    checkout = tmp_path / "checkout"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    tops = {name.partition("/")[0] for name in listed.split("\0") if name} - {"tests", ".ci"}
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    checkout.mkdir()
    for name in sorted(tops or {"pyproject.toml", "README.md", "LICENSE", "generator", "templates", "inventories"}):
        one = ROOT / name
        shutil.copytree(one, checkout / name, ignore=ignore) if one.is_dir() else shutil.copy(one, checkout / name)
    venv.create(tmp_path / "venv", with_pip=True)
    tools = {
        "PYTHONPATH": "",
        "PATH": f"{tmp_path}/venv/bin:{os.environ['PATH']}",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    done = shell(INSTALL, checkout, **tools)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 files written to build/, 0 unchanged" in done.stdout

    far = tmp_path / "far"
    far.mkdir()
    (checkout / "inventories" / "northlake").rename(far / "northlake")
    (checkout / "build").rename(far / "before")
    shutil.rmtree(checkout)
    done = shell("peerwright render northlake -o build/ && diff -r before build && peerwright init mine", far, **tools)
    assert done.returncode == 0, done.stdout + done.stderr
    done = shell("peerwright check mine && peerwright platforms && peerwright explain", far, **tools)
    assert done.returncode == 0, done.stdout + done.stderr
    ask = "from generator.render.engine import templates_root; print(templates_root())"
    done = shell(f"{tmp_path}/venv/bin/python -c '{ask}'", far, **tools)
    assert Path(done.stdout.strip()).is_relative_to(tmp_path / "venv"), done.stdout + done.stderr


def test_the_inventory_shown_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = README.split("```yaml\n", 1)[1].split("```", 1)[0]
    (tmp_path / "inventory.yaml").write_text(text)
    monkeypatch.setenv("AZURE_MD5", "Readme2026")
    result = api.check(tmp_path, native=False)
    # It says nothing of who manages the routers (FW-CP-01), to stay short.
    assert [one.message for one in result.findings if one.rule != "FW-CP-01"] == []
    assert [row.device for row in result.devices] == ["ce1", "ce2"]
