"""``peerwright render``: the configuration of both routers of every circuit, checked and written."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from generator.cli import arguments

if TYPE_CHECKING:
    from generator.report.result import Result

DESCRIPTION = """
Do all that `check` does, then write the complete configuration of every router: one folder a router,
files that only their owner can read.  Files that did not change are not touched.  Where there is an
error that nobody accepted, nothing is written at all.
"""

EXAMPLES = """\
  peerwright render inventories/northlake -o build/
  peerwright render inventories/northlake -o build/ --only pe1 --only pe2
  peerwright render inventories/northlake -o build/ --jobs 0 --format json
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``render``."""
    new = arguments.new_parser("render", DESCRIPTION, EXAMPLES, arguments.CODES)
    arguments.inventory(new)
    new.add_argument("-o", "--output", required=True, metavar="DIR", help="folder to write to; made if it is not there")
    arguments.only(new)
    arguments.reporting(new)
    arguments.work(new)
    return new


def run(options: argparse.Namespace) -> int:
    """Render, print, and say by the exit code whether it is clean."""
    from pathlib import Path

    from generator.api import render
    from generator.cli.output import conclude, progress

    with progress(options) as bar:
        result = render(
            Path(options.inventory),
            Path(options.output),
            only=tuple(options.only),
            jobs=options.jobs,
            native=options.native,
            progress=bar,
        )
    return conclude(result, options, verb="render", done=_written(result, options.output))


def _written(result: Result, output: str) -> str:
    """``4 files written to build, 2 unchanged``."""
    from generator.report.terminal import printable

    written, unchanged = (sum(getattr(row, name) for row in result.devices) for name in ("written", "unchanged"))
    if not written and not unchanged:
        return f"nothing written to {printable(output)}\n"
    return f"{written:,} file{'' if written == 1 else 's'} written to {printable(output)}, {unchanged:,} unchanged\n"
