"""``lab``: what it asks for before it does anything, and what it says to those who cannot have a lab."""

from __future__ import annotations

import argparse
import json
import os

import pytest

from generator.cli.lab_output import run_output
from generator.lab.proof import ProofRow, Verdict
from generator.lab.state import Record
from tests.unit.cli.conftest import Command

RECORD = Record(
    name="a",
    inventory="/i/a",
    engine="flat",
    reason="asked for",
    boot_seconds=2.04,
    ready_seconds=7.5,
    unproven=("tags",),
)
ROWS = [
    ProofRow(name="sessions are up", verdict=Verdict.PROVEN, figure="6 of 6", seconds=1.04),
    ProofRow(name="no plaintext", verdict=Verdict.REFUTED, figure="3 markers", detail="seen at r1\x1b[2J"),
    ProofRow(name="two customers", verdict=Verdict.NOT_RUN, detail="there is one"),
]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["up"], "lab up needs an inventory"),
        (["shell", "a"], "lab shell needs the name of a device"),
        (["capture", "a", "r1"], "lab capture needs an interface"),
        (["run", "a", "--keep", "--scenario", "all"], "only one lab of an inventory can be kept"),
        (["up", "a", "b"], "lab up takes one inventory and nothing behind it"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_done(peerwright: Command, words: list[str], problem: str) -> None:
    ran = peerwright("lab", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"peerwright: error: {problem}\n   fix   ")


@pytest.mark.parametrize("action", ["run", "up", "status", "down", "shell", "connect"])
def test_without_root_it_says_so(peerwright: Command, monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    ran = peerwright("lab", action, "inventories/fjellmark-linux", *(["r1"] if action in ("shell", "connect") else []))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("peerwright: error: the lab needs root")
    assert "   fix   sudo peerwright lab" in ran.err


def test_an_unknown_action_or_engine_is_wrong_usage(peerwright: Command) -> None:
    assert peerwright("lab", "dance", "a").code == 2
    assert peerwright("lab", "up", "a", "--engine", "qemu").code == 2


def options(form: str) -> argparse.Namespace:
    return argparse.Namespace(format=form, color="never")


def test_the_table_of_proofs_counts_what_was_not_run_as_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    run_output(options("text"), RECORD, [("planned", ROWS)])
    assert capsys.readouterr().out == (
        "planned          verdict  figure      took\n"
        "sessions are up  proven   6 of 6     1.0 s\n"
        "no plaintext     refuted  3 markers  0.0 s\n"
        "two customers    not run             0.0 s\n"
        "no plaintext: seen at r1\\x1b[2J\n"
        "two customers: there is one\n"
        "\n"
        "engine flat (asked for); devices up in 2.0 s, ready after 7.5 s\n"
        "unproven  tags\n"
        "\n"
        "1 proven, 1 refuted, 1 not run\n"
    )


def test_the_same_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    run_output(options("json"), RECORD, [("planned", ROWS)])
    said = json.loads(capsys.readouterr().out)
    assert (said["verb"], said["engine"], said["unproven"]) == ("lab run", "flat", ["tags"])
    assert [(one["scenario"], one["verdict"], one["figure"]) for one in said["proofs"]] == [
        ("planned", "proven", "6 of 6"),
        ("planned", "refuted", "3 markers"),
        ("planned", "not run", ""),
    ]
