"""Native checkers: real programs that parse our files (`vtysh -C`)."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from generator.model.finding import Finding, Location, Severity
from generator.model.plan import DevicePlan
from generator.platforms.base import NativeCheck, Platform

EXPLAIN: dict[str, tuple[str, str]] = {
    "RB-004": (
        "a native checker refuses a rendered file",
        "the program that will read the file on the router does not take it: report it, it is a bug in peerwright",
    ),
    "RB-005": (
        "a config to verify cannot be read",
        "put the router's config below the folder, under the name that `peerwright render` gives it",
    ),
    "RB-006": (
        "a file cannot be audited",
        "save the router's running config as text, as it shows it; `--platform` says what it is where the text does not",
    ),
}
"""Ids of findings made outside the rules: title and advice."""

_PATIENCE = 60
"""Seconds a checker may take for one file."""


class NativeRun(msgspec.Struct):
    """One checker on one router's file."""

    check: str
    ran: bool
    detail: str
    findings: list[Finding]


@cache
def program(name: str) -> str | None:
    """The checker's path; sbin folders are searched too, as users often have them not in PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin:/usr/lib/frr")


def native_checks(platform: Platform, device: DevicePlan, texts: Mapping[str, str]) -> list[NativeRun]:
    """Run every checker of the platform on this router's files; one that is not installed is reported as not run."""
    return [_run(check, device, texts[check.file]) for check in platform.checks if check.file in texts]


def _run(check: NativeCheck, device: DevicePlan, text: str) -> NativeRun:
    path = program(check.argv[0])
    if path is None:
        return NativeRun(
            check.title, False, f"not run: {check.argv[0]} is not installed (Debian package {check.package})", []
        )
    with tempfile.TemporaryDirectory(prefix="peerwright-") as folder:
        file = Path(folder) / check.file
        file.touch(0o600)
        file.write_text(text)
        try:
            said = check.run(file) if check.run is not None else _said(path, check, file)
        except subprocess.TimeoutExpired:
            return NativeRun(check.title, False, "not run: it took too long", [])
        except OSError as error:
            return NativeRun(check.title, False, f"not run: {error.strerror or type(error).__name__}", [])
        return NativeRun(check.title, True, "", [_refused(check, device, said, text)] if said else [])


def _said(path: str, check: NativeCheck, file: Path) -> str:
    """What a program says against a file; empty if it takes it."""
    argv = [path, *(part.replace("{file}", str(file)) for part in check.argv[1:])]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S603
    if done.returncode == 0:
        return ""
    return done.stdout + done.stderr or f"exit status {done.returncode}"


def _refused(check: NativeCheck, device: DevicePlan, output: str, text: str) -> Finding:
    """What the program said, without our temporary path, and without the line's own words, which may hold a key."""
    line = 0
    for word in output.replace(":", " ").replace(",", " ").split():
        if word.isdigit() and 0 < int(word) <= text.count("\n") + 1:
            line = int(word)
            break
    return Finding(
        rule="RB-004",
        severity=Severity.ERROR,
        message=f"{check.title} refuses {check.file} of {device.name}",
        path=device.inventory_path,
        where=Location(f"{device.name}/{check.file}", line),
        device=device.name,
        fix="this is most likely a bug in peerwright: please report it with the inventory that shows it",
    )
