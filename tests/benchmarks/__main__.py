"""``python -m tests.benchmarks [--quick] [--pairs N] [--shapes wide deep] [--sizes 10 100 …] [--keep DIR]``

Whole processes, one after the other in turns (ours, ordinary, best, ours, …), so that a slow minute of
the machine hits all of them.  CPU seconds are user and system time of the process and its children.
Compare the ratios, which come from neighbouring runs; absolute seconds are this machine's at this hour.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import report
from tests.benchmarks.runs import Bench

FULL = {"wide": (10, 100, 1000, 10000), "deep": (10, 100, 1000)}
"""Tunnels take their numbers from the S-tag, so a PE has some 3,000 customers at most."""
QUICK = {"wide": (10, 100), "deep": (10, 100)}


def main(words: list[str]) -> int:
    """Measure, and print one Markdown document."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10 and 100 customers, three turns: a minute")
    parser.add_argument("--pairs", type=int, default=0, help="turns of each comparison (default 5, quick: 3)")
    parser.add_argument("--shapes", nargs="+", choices=("wide", "deep"), default=["wide", "deep"])
    parser.add_argument("--sizes", nargs="+", type=int, help="numbers of customers instead of the usual")
    parser.add_argument("--keep", type=Path, help="folder for the fleets and their output; default: a temporary one")
    options = parser.parse_args(words)
    pairs = options.pairs or (3 if options.quick else 5)
    with tempfile.TemporaryDirectory(prefix="peerwright-bench-") as temporary:
        bench = Bench(options.keep or Path(temporary), pairs)
        bench.warm_up()
        bench.same_bytes()
        for shape in options.shapes:
            sizes = options.sizes or (QUICK if options.quick else FULL)[shape]
            for size in sizes:
                sys.stderr.write(f"{shape} {size} …\n")
                bench.compare(shape, size)
            bench.stages(shape, 1000 if 1000 in sizes else sizes[-1])
        bench.second_run()
        bench.start_up()
        sys.stdout.write(report.markdown(bench))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
