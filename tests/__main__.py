"""Everything that must hold before a change lands, as one command: ``python -m tests [pytest options]``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LABS = os.environ.get("PEERWRIGHT_LABS") != "no"
"""Whether the labs are run too: CI leaves them out (``no``) for a second Python, for they test the same devices."""


def steps(extra: list[str]) -> list[tuple[str, list[str]]]:
    """Name and command of each step, in order."""
    python = sys.executable
    parallel = ["-n", "2"] if "-n" not in extra else []
    parallel += [] if extra else ["--ignore=tests/lab"]
    return [
        ("ruff", [python, "-m", "ruff", "check", "."]),
        ("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        ("mypy --strict", [python, "-m", "mypy"]),
        ("import contract", [str(Path(python).with_name("lint-imports")), "--no-cache"]),
        ("pytest", [python, "-m", "pytest", *parallel, *extra]),
    ] + (
        # A kernel of its own has the machine to itself.
        [("pytest, labs", [python, "-m", "pytest", "tests/lab"])] if not extra and LABS else []
    )


def main(extra: list[str]) -> int:
    """Run every step, also after one that failed; 0 if all passed."""
    failed = []
    if not LABS:
        print("the labs are left out, as PEERWRIGHT_LABS=no says")
    for name, command in steps(extra):
        program = shutil.which(command[0])
        print(f"== {name}", flush=True)
        started = time.monotonic()
        code = 127 if program is None else subprocess.run(command, cwd=ROOT, check=False).returncode
        print(
            f"== {name}: {'ok' if code == 0 else f'failed ({code})'} in {time.monotonic() - started:.0f} s", flush=True
        )
        if code:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
