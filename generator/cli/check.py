"""``peerwright check``: everything but writing."""

from __future__ import annotations

import argparse

from generator.cli import arguments

DESCRIPTION = """
Read an inventory, run every rule on it, make the configuration of every router in memory and read it
back; write nothing.  All problems are reported in one run, each with its place and what to do.
"""

EXAMPLES = """\
  peerwright check inventories/northlake
  peerwright check inventories/northlake --fail-on warning
  peerwright check inventories/northlake --format sarif > peerwright.sarif
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``check``."""
    new = arguments.new_parser("check", DESCRIPTION, EXAMPLES, arguments.CODES)
    arguments.inventory(new)
    arguments.reporting(new)
    arguments.work(new)
    return new


def run(options: argparse.Namespace) -> int:
    """Check, print, and say by the exit code whether it is clean."""
    from pathlib import Path

    from generator.api import check
    from generator.cli.output import conclude, progress

    with progress(options) as bar:
        result = check(Path(options.inventory), jobs=options.jobs, native=options.native, progress=bar)
    return conclude(result, options, verb="check")
