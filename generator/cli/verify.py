"""``peerwright verify``: config files that came from elsewhere, against the inventory."""

from __future__ import annotations

import argparse

from generator.cli import arguments

DESCRIPTION = """
Read config files that came from elsewhere (a running router, an edited file) and say where they differ
in meaning from what the inventory describes: what is missing, what is unexpected, what is not understood.
DIR has one folder a router, named as in the inventory, with the files that `render` would write there; for
a platform with a single file, ROUTER.cfg (or any other ending) will do.
"""

EXAMPLES = """\
  peerwright verify inventories/northlake backups/
  peerwright verify inventories/northlake backups/ --only pe1 --format json
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``verify``."""
    new = arguments.new_parser("verify", DESCRIPTION, EXAMPLES, arguments.CODES)
    arguments.inventory(new)
    new.add_argument("configs", metavar="DIR", help="folder with the config files, one folder or file a router")
    arguments.only(new)
    arguments.reporting(new)
    return new


def run(options: argparse.Namespace) -> int:
    """Compare, print, and say by the exit code whether they agree."""
    from pathlib import Path

    from generator.api import verify
    from generator.cli.output import conclude

    result = verify(Path(options.inventory), Path(options.configs), only=tuple(options.only))
    return conclude(result, options, verb="verify")
