"""The command as a whole: help, unknown words, exit codes, failures."""

from __future__ import annotations

import json

import pytest

from generator.cli import VERBS
from tests.unit.cli.conftest import Command


def test_help_names_every_verb_the_first_steps_and_the_exit_codes(peerwright: Command) -> None:
    ran = peerwright("--help")
    assert (ran.code, ran.err) == (0, "")
    for verb, what in VERBS.items():
        assert f"  {verb:10} {what}\n" in ran.out
    assert "  peerwright render my-network -o build/\n" in ran.out
    for line in ("0  clean", "1  findings at or above", "2  wrong usage", "3  a device refused", "4  a bug"):
        assert f"\n  {line}" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 100


def test_no_verb_prints_the_help_and_is_wrong_usage(peerwright: Command) -> None:
    ran = peerwright()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == peerwright("--help").out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_help_worth_reading(peerwright: Command, verb: str) -> None:
    ran = peerwright(verb, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"usage: peerwright {verb} ")
    assert f"\nexamples:\n  peerwright {verb}" in ran.out
    assert "\nexit codes:\n  0  " in ran.out
    assert peerwright("help", verb).out == ran.out


def test_version(peerwright: Command) -> None:
    assert peerwright("--version").out == "peerwright 0.1.0\n"


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("rendr", "there is no verb 'rendr'; did you mean 'render'?"),
        ("CHECK", "there is no verb 'CHECK'; did you mean 'check'?"),
        ("xyzzy", "there is no verb 'xyzzy'"),
        ("\x1b[2J", "there is no verb '\\x1b[2J'"),
        ("--quiet", "--quiet comes before the verb; options come after it: peerwright VERB --quiet"),
    ],
)
def test_an_unknown_verb_suggests_the_nearest(peerwright: Command, word: str, problem: str) -> None:
    ran = peerwright(word)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"peerwright: error: {problem}\npeerwright --help lists the verbs\n"


@pytest.mark.parametrize(
    ("inventory", "fail_on", "code"),
    [
        ("clean", "error", 0),
        ("clean", "warning", 0),
        ("warnings", "error", 0),
        ("warnings", "warning", 1),
        ("warnings", "never", 0),
        ("errors", "error", 1),
        ("errors", "warning", 1),
        ("errors", "never", 0),
        ("accepted", "warning", 0),
        ("stopped", "error", 1),
        ("unreadable", "error", 2),
        ("unreadable", "never", 2),
        ("refused", "never", 2),
        ("bug", "never", 4),
        ("interrupted", "never", 130),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_exit_codes(
    peerwright: Command, monkeypatch: pytest.MonkeyPatch, inventory: str, fail_on: str, code: int, form: str
) -> None:
    monkeypatch.setattr("generator.report.rulebook.rulebook", dict)
    assert peerwright("check", inventory, "--fail-on", fail_on, "--format", form).code == code


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("check", "clean", "--jobs", "many"),
        ("check", "clean", "--jobs", "-1"),
        ("check", "clean", "--fail-on", "rain"),
        ("check", "clean", "--form", "json"),
        ("render", "clean"),
    ],
)
def test_wrong_options_are_wrong_usage(peerwright: Command, words: tuple[str, ...]) -> None:
    ran = peerwright(*words)
    assert (ran.code, ran.out) == (2, "")
    assert f"peerwright {words[0]}: error: " in ran.err


def test_a_refusal_says_what_to_do(peerwright: Command) -> None:
    ran = peerwright("render", "refused", "-o", "build")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "peerwright: error: 'build' cannot be written to: no space left\n"
        "   fix   make room, or give another folder with -o\n"
    )


def test_a_bug_is_called_ours_and_tells_nothing_of_the_users(peerwright: Command) -> None:
    ran = peerwright("check", "/home/user/bug")
    assert (ran.code, ran.out) == (4, "")
    first, report, more = ran.err.splitlines()
    assert first.startswith(
        "peerwright: this is a bug in peerwright, not in your inventory: KeyError in generator/cli/check.py:"
    )
    assert report.startswith("   report  peerwright 0.1.0, Python 3.")
    assert "verb check" in report
    assert "--debug" in more
    assert "hunter2" not in ran.err
    assert "/home/user" not in ran.err
    assert "Traceback" not in ran.err


def test_debug_shows_the_traceback_with_keys_masked(peerwright: Command) -> None:
    ran = peerwright("check", "bug", "--debug")
    assert ran.code == 4
    assert "Traceback (most recent call last):" in ran.err
    assert "KeyError: '•••• is not a key I know'" in ran.err
    assert "hunter2 is" not in ran.err


def test_ctrl_c_is_one_line(peerwright: Command) -> None:
    ran = peerwright("check", "interrupted")
    assert (ran.code, ran.out, ran.err) == (130, "", "peerwright: interrupted\n")


def test_json_is_the_only_thing_on_standard_output(peerwright: Command) -> None:
    ran = peerwright("check", "errors", "--format", "json")
    assert json.loads(ran.out)["verb"] == "check"
    assert ran.err == ""
