"""The command as a process of its own: signals, pipes, locales, what is imported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FAKE = (sys.executable, "-m", "tests.unit.cli.fake_api")
ASCII = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def environment(**more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    return clean | more


def run(*words: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, cwd=ROOT, env=environment(**more), capture_output=True, check=False, timeout=60)


def test_a_terminal_that_knows_ascii_only_gets_ascii() -> None:
    done = run(*FAKE, "check", "warnings", **ASCII)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
    assert b"the key **** stands in clear text" in done.stdout
    assert b"md5: ****\n" in done.stdout


def test_a_terminal_that_knows_unicode_gets_it() -> None:
    done = run(*FAKE, "check", "warnings", LC_ALL="C.UTF-8")
    assert "the key •••• stands in clear text" in done.stdout.decode()


def test_a_name_that_is_not_text_is_no_trouble() -> None:
    done = subprocess.run(
        [*FAKE, "ch\udcffck"], cwd=ROOT, env=environment(**ASCII), capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert b"there is no verb 'ch\\udcffck'; did you mean 'check'?" in done.stderr


def test_a_reader_that_goes_away_is_no_trouble() -> None:
    with subprocess.Popen(
        [*FAKE, "check", "many"], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_reader_that_was_never_there_is_no_trouble() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [*FAKE, "check", "errors"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_ctrl_c_ends_it_with_one_line() -> None:
    with subprocess.Popen(
        [*FAKE, "check", "slow"], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"working\n"
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b"peerwright: interrupted\n"
    assert process.returncode == 130


def test_a_closed_standard_output_is_no_trouble() -> None:
    command = f"{' '.join(FAKE)} check errors >&-"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, env=environment(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("words", ["check errors", "--help", "check --help"])
def test_a_full_disk_is_not_called_a_bug(words: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"{' '.join(FAKE)} {words} >/dev/full"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == b"peerwright: error: cannot print the result: No space left on device\n"


def test_python_m_generator_is_the_same_command() -> None:
    assert run(sys.executable, "-m", "generator", "--version").stdout == b"peerwright 0.1.0\n"


HEAVY = ("msgspec", "pydantic", "jinja2", "rich", "yaml", "json", "ipaddress", "generator.api", "generator.rules")


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["--help"], ("argparse", "pathlib", "enum", "re")),
        (["--version"], ("argparse",)),
        (["check", "--help"], ()),
        (["explain", "--help"], ()),
    ],
)
def test_help_imports_only_what_it_needs(words: list[str], more: tuple[str, ...]) -> None:
    """On a bare interpreter (-S -E), so that what site-packages start up with does not count."""
    code = f"import sys; from generator.cli import main; main({words!r}); sys.stderr.write(' '.join(sys.modules))"
    done = run(sys.executable, "-S", "-E", "-c", code)
    assert done.stdout
    assert set(done.stderr.decode().split()).isdisjoint((*HEAVY, *more))
