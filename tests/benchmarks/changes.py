"""``python -m tests.benchmarks.changes``: commands for one changed customer of 200, against hier_config; growth to 1,000.

Whole processes in turns.  Compare the ratios: absolute seconds are this machine's at this hour.
"""

from __future__ import annotations

import math
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.changes.cases import base, customer_of
from tests.changing import rendered

FILE = "running.cfg"


def fleet(customers: int, changed: int) -> tuple[str, str]:
    """Running and intended text of a PE."""
    found = base("cisco_xe")
    for number in range(2, customers + 1):
        one = customer_of(number % 250, f"10.{number % 200}.0.0/16")
        high, low = divmod(number, 200)
        circuit = {
            **one["circuits"].popitem()[1],
            "s_tag": 100 + number,
            "service_key": f"{number:08x}-1111-4111-8111-111111111111",
            "peerings": {
                "private": {"azure_vlan": 100, "v4": f"172.{16 + high}.{low}.0/29", "md5": f"Key.Of.{number}"}
            },
        }
        one["circuits"] = {f"line-{number}": circuit}
        one["ce"] = {"asn": 4200000000 + number, "vlan": 2 + number, "v4": "192.168.1.0/29"}
        found["customers"][f"c{number}"] = one
    running = rendered(found)[1][FILE]
    for number in range(2, 2 + changed):
        found["customers"][f"c{number}"]["onprem"] = ["10.0.0.0/16", "10.201.0.0/16"]
        found["customers"][f"c{number}"]["vnets"] = ["10.202.0.0/16"]
    return running, rendered(found)[1][FILE]


def one(tool: str, folder: Path) -> None:
    """In a process of its own: read both texts, work out the commands, say seconds, megabytes and commands."""
    running, intended = ((folder / part).read_text() for part in ("running", "intended"))
    if tool == "ours":
        from generator.change.commands import change_set
        from generator.platforms import load
        from tests.changes.make import plan_of

        platform, plan = load("cisco_xe"), plan_of("cisco_xe")
        start = time.process_time()
        change = change_set(platform, plan, {FILE: running}, {FILE: intended})
        commands = sum(len(step.commands) for step in change.steps)
    else:
        import logging

        from hier_config.host import Host

        logging.disable(logging.ERROR)
        start = time.process_time()
        host = Host(hostname="r1", os="ios")
        host.load_running_config(running)
        host.load_generated_config(intended)
        commands = len(list(host.remediation_config().all_children()))
    seconds = time.process_time() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, commands)


def measured(tool: str, folder: Path) -> tuple[float, float, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.changes", tool, str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, memory, commands = done.stdout.split()
    return float(seconds), float(memory), int(commands)


def main() -> None:
    """Measure, and print Markdown."""
    print("| customers | changed | lines | tool | CPU s (median of 3) | MB | commands |\n|---|---|---|---|---|---|---|")
    times: dict[int, tuple[int, float]] = {}
    for customers, changed, tools in ((200, 1, ("ours", "hier_config")), (100, 1, ("ours",)), (1000, 10, ("ours",))):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            running, intended = fleet(customers, changed)
            (folder / "running").write_text(running)
            (folder / "intended").write_text(intended)
            runs = {tool: [] for tool in tools}  # type: ignore[var-annotated]
            for _ in range(3):
                for tool in tools:
                    runs[tool].append(measured(tool, folder))
            for tool, found in runs.items():
                seconds = statistics.median(one[0] for one in found)
                lines = running.count("\n")
                print(
                    f"| {customers} | {changed} | {lines:,} | {tool} | {seconds:.2f} | {found[0][1]:.0f} | {found[0][2]} |"
                )
                if tool == "ours":
                    times[customers] = (lines, seconds)
    (few, short), (many, long) = times[100], times[1000]
    print(
        f"\ngrowth exponent from 100 to 1,000 customers, 1 % changed: {math.log(long / short) / math.log(many / few):.2f}"
    )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        one(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
