"""``python -m tests.benchmarks.lab`` (root): how long a lab takes to be ready on each engine, faults, and a push of a pair.

Everything goes through the commands that a user has.  What a machine cannot do is said, not left out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
INVENTORY = ROOT / "inventories" / "fjellmark-linux"
FAULTS = ("link down", "silent loss", "router dead")
"""Words of the proofs whose figures are failover times."""


def peerwright(*words: str, **environment: str) -> dict[str, Any]:
    """What a verb says, as data.  `SystemExit` with its own words where it fails otherwise than by a finding."""
    done = subprocess.run(
        [sys.executable, "-m", "generator", *words, "--format", "json"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        return {"refused": done.stderr.strip().splitlines()[0] if done.stderr else f"exit code {done.returncode}"}
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def ready(folder: Path) -> list[str]:
    """Seconds from the command to all sessions Established, by engine."""
    rows = []
    for engine, inventory, more in (
        ("native", INVENTORY, ()),
        ("uml", INVENTORY, ()),
        ("flat", ROOT / "inventories" / "hollins", ("--as", "linux_frr")),
    ):
        copy = folder / f"bench-{engine}"
        shutil.copytree(inventory, copy)
        said = peerwright("lab", "up", str(copy), "--engine", engine, *more)
        if "refused" in said:
            rows.append(f"| lab ready, {engine} | not measured: {said['refused']} |")
            continue
        peerwright("lab", "down", str(copy))
        late = f", {len(said['not_established'])} sessions never" if said["not_established"] else ""
        rows.append(
            f"| lab ready, {engine} ({inventory.name}): devices, sessions "
            f"| {said['boot_seconds']:.0f} s, {said['ready_seconds']:.0f} s{late} |"
        )
    return rows


def faults(folder: Path) -> list[str]:
    """Failover times of the three faults."""
    copy = folder / "bench-faults"
    shutil.copytree(INVENTORY, copy)
    said = peerwright("lab", "run", str(copy), "--scenario", "planned", "--scenario", "router-dead")
    if "refused" in said:
        return [f"| faults | not measured: {said['refused']} |"]
    return [
        f"| {one['scenario']}: {one['proof']} | {one['figure']} ({one['verdict']}) |"
        for one in said["proofs"]
        if any(word in one["proof"] for word in FAULTS)
    ]


def push(folder: Path) -> list[str]:
    """A prefix is taken away from both routers, without a drain: seconds of the whole push."""
    copy = folder / "bench-push"
    shutil.copytree(INVENTORY, copy)
    file = copy / "fjellmark.yaml"
    text = file.read_text().replace("location: Oslo}", "location: Oslo, drain: none}")
    file.write_text(text.replace("onprem: [10.20.0.0/16]", "onprem: [10.20.0.0/16, 10.21.0.0/16]"))
    up = peerwright("lab", "up", str(copy))
    if "refused" in up:
        return [f"| push of a pair | not measured: {up['refused']} |"]
    file.write_text(text)
    started = time.monotonic()
    said = peerwright(
        *("push", str(copy), "--commit", "--yes"),
        PEERWRIGHT_SSH_CONFIG=f"/run/peerwright/{up['lab']}/ssh_config",
        PEERWRIGHT_STATE=str(folder / "state"),
    )
    took = time.monotonic() - started
    peerwright("lab", "down", str(copy))
    changed = said["refused"] if "refused" in said else ", ".join(said["pairs"][0]["changed"]) or "nothing changed"
    return [f"| push of a pair, {up['engine']} | {took:.0f} s ({changed}) |"]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="peerwright-bench-") as name:
        print("| | |\n|---|---:|", flush=True)
        for part in (ready, faults, push):
            print("\n".join(part(Path(name))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
