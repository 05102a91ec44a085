"""The command line as a user has it, on labs of names that nobody else uses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.lab.shared import alone

ROOT: Final = Path(__file__).resolve().parents[2]
Ran = subprocess.CompletedProcess[bytes]
Command = Callable[..., Ran]


@pytest.fixture(scope="session")
def peerwright() -> Command:
    """``python -m generator`` in a process of its own; ``seconds`` is its limit."""

    def run(*words: str, seconds: float = 400, given: bytes = b"") -> Ran:
        return subprocess.run(
            [sys.executable, "-m", "generator", *words],
            cwd=ROOT,
            input=given,
            capture_output=True,
            timeout=seconds,
            check=False,
        )

    return run


def copy_of(name: str, folder: Path, label: str) -> Path:
    """An inventory of the repository under a name that is this test run's own: labs are named after them."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[-8:]
    target = folder / f"t-{label}-{run}"
    with alone(folder / "copies.lock"):
        if not target.exists():
            shutil.copytree(ROOT / "inventories" / name, target)
    return target
