"""Runs of whole processes, and what they cost.

Nothing of `generator` is imported here: a child's peak of memory is never below that of its parent.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.benchmarks import fleet

ROOT = Path(__file__).resolve().parent.parent.parent
START = "from generator.cli import main; raise SystemExit(main())"
"""What the command ``peerwright`` runs."""

SHAPES: Final[tuple[fleet.Shape, ...]] = ("wide", "deep")

Figures = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Run:
    """What one process took."""

    seconds: float
    """CPU, user and system, with its children."""
    megabytes: float
    """Peak of resident memory."""


@dataclass
class Comparison:
    """Runs of one fleet, by program."""

    shape: fleet.Shape
    customers: int
    runs: dict[str, list[Run]] = field(default_factory=dict)

    def seconds(self, program: str) -> float:
        return statistics.median(run.seconds for run in self.runs[program])

    def megabytes(self, program: str) -> float:
        return max(run.megabytes for run in self.runs[program])

    def ratio(self, program: str) -> float:
        """Ours by another, pair by pair; the median."""
        both = zip(self.runs["ours"], self.runs[program], strict=True)
        return statistics.median(one.seconds / two.seconds for one, two in both)


class Bench:
    """Makes fleets, runs programs on them and keeps the figures."""

    def __init__(self, folder: Path, pairs: int) -> None:
        self.folder = folder
        self.pairs = pairs
        self.comparisons: list[Comparison] = []
        self.stage_tables: dict[tuple[fleet.Shape, int], Figures] = {}
        self.rewritten: dict[fleet.Shape, int] = {}
        self.starts: dict[str, list[Run]] = {}

    def warm_up(self) -> None:
        """Byte code as an installed package has it, and one fleet of each shape in the file cache."""
        for shape in SHAPES:
            for program in ("ours", "ordinary"):
                self._program(program, shape, 2)

    def same_bytes(self) -> None:
        """The comparison is fair only if all write the same; and several processes must write what one does."""
        for shape, size in ((SHAPES[0], 3), (SHAPES[1], 3), (SHAPES[0], 200)):
            for program in ("ours", "ordinary", "best"):
                self._program(program, shape, size)
            self._program("ours", shape, size, "--jobs", "2", name="jobs")
            first = self._files(self.folder / f"{shape}-{size}-ours")
            for program in ("ordinary", "best", "jobs"):
                if self._files(self.folder / f"{shape}-{size}-{program}") != first:
                    raise SystemExit(f"{program} writes other files than peerwright ({shape}, {size} customers)")

    def compare(self, shape: fleet.Shape, customers: int) -> None:
        """Ours, the ordinary loop and the best loop in turns."""
        comparison = Comparison(shape, customers)
        for _ in range(self.pairs):
            for program in ("ours", "ordinary", "best"):
                run = self._program(program, shape, customers)
                comparison.runs.setdefault(program, []).append(run)
        self.comparisons.append(comparison)
        for program in ("ordinary", "best"):
            shutil.rmtree(self.folder / f"{shape}-{customers}-{program}")

    def stages(self, shape: fleet.Shape, customers: int) -> None:
        """The stages of a run; of several runs the quickest, stage by stage."""
        best: Figures = {}
        for _ in range(self.pairs):
            out = self._fresh(shape, customers, "stages")
            words = [sys.executable, "-m", "tests.benchmarks.stages", str(self._inventory(shape, customers)), str(out)]
            done = subprocess.run(words, env=self._environment(customers), cwd=ROOT, capture_output=True, check=True)
            figures: Figures = json.loads(done.stdout)
            for name, values in figures.items():
                if name not in best or values["seconds"] < best[name]["seconds"]:
                    best[name] = values
        self.stage_tables[shape, customers] = best

    def second_run(self) -> None:
        """Run again over what is there: how many files are written?"""
        for shape in {comparison.shape: None for comparison in self.comparisons}:
            size = max(one.customers for one in self.comparisons if one.shape == shape and one.customers <= 1000)
            out = self.folder / f"{shape}-{size}-ours"
            before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
            self._run(self._words("ours", shape, size, out), size)
            after = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
            self.rewritten[shape] = sum(before.get(path) != time for path, time in after.items())

    def start_up(self) -> None:
        """``peerwright --help`` against an interpreter that does nothing."""
        for _ in range(max(self.pairs, 10)):
            self.starts.setdefault("help", []).append(self._run([sys.executable, "-c", START, "--help"], 0))
            self.starts.setdefault("pass", []).append(self._run([sys.executable, "-c", "pass"], 0))

    def _program(self, program: str, shape: fleet.Shape, customers: int, *extra: str, name: str = "") -> Run:
        out = self._fresh(shape, customers, name or program)
        return self._run([*self._words(program, shape, customers, out), *extra], customers)

    def _words(self, program: str, shape: fleet.Shape, customers: int, out: Path) -> list[str]:
        inventory = str(self._inventory(shape, customers))
        if program == "ours":
            return [sys.executable, "-c", START, "render", inventory, "-o", str(out)]
        words = [sys.executable, "-m", "tests.benchmarks.ordinary", inventory, str(out)]
        return [*words, "best"] if program == "best" else words

    def _inventory(self, shape: fleet.Shape, customers: int) -> Path:
        path = self.folder / f"{shape}-{customers}"
        if not path.exists():
            fleet.write(path, shape, customers)
        return path

    def _fresh(self, shape: fleet.Shape, customers: int, name: str) -> Path:
        out = self.folder / f"{shape}-{customers}-{name}"
        shutil.rmtree(out, ignore_errors=True)
        return out

    def _environment(self, customers: int) -> dict[str, str]:
        given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        given["PYTHONPYCACHEPREFIX"] = str(self.folder / "bytecode")
        return {**given, **fleet.environment(customers)}

    def _run(self, words: Sequence[str], customers: int) -> Run:
        """Start a process and wait for it.  Raises `SystemExit` where it fails."""
        process = subprocess.Popen(words, env=self._environment(customers), cwd=ROOT, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(words)} ended with {process.returncode}")
        return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)

    @staticmethod
    def _files(folder: Path) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
