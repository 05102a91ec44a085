"""``peerwright init``: an inventory to start from."""

from __future__ import annotations

import argparse

from generator.cli import arguments

DESCRIPTION = """
Write a commented inventory into a new or empty folder.  It renders as it is; change it step by step.
"""

EXAMPLES = """\
  peerwright init my-network
  peerwright check my-network
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``init``."""
    new = arguments.new_parser("init", DESCRIPTION, EXAMPLES)
    new.add_argument("directory", metavar="DIR", help="folder to write to; made if it is not there, empty if it is")
    return new


def run(options: argparse.Namespace) -> int:
    """Write the files and say which."""
    import shlex
    from pathlib import Path

    from generator.api import init
    from generator.cli.stdout import emit
    from generator.report.terminal import printable

    written = init(Path(options.directory))
    place = printable(shlex.quote(options.directory))
    emit("".join(f"wrote {printable(str(path))}\n" for path in written))
    emit(f"\nnext:\n  peerwright check {place}\n  peerwright render {place} -o build/\n")
    return 0
