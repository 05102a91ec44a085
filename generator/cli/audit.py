"""``peerwright audit``: config files that routers printed, judged."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from generator.cli import arguments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model.outcome import FileRow

DESCRIPTION = """
Judge config files that routers printed, also ones that peerwright did not write: sessions with Microsoft
without filters, names that are defined nowhere, keys in clear, weak crypto, pairs of routers that differ.
DIR has ROUTER.cfg (or any other ending) or a folder ROUTER for each router.  What kind of router it is, is
recognised from the text; lines of kinds that no rule looks at are counted and passed over.

With an inventory, sessions are compared with it too, pairs are those of the inventory, and a comment
`# peerwright: accept AUD-004 the reason` there accepts a finding.  Without one, two sessions belong together
by their links (two halves of one network), the name of their VRF, or their tags, and findings are accepted in
a file of their own (--waivers):

  accept:
    - rule: AUD-017
      router: edge1            # may be left out: on every router
      about: 172.20.0.2        # may be left out: a text that the finding has
      reason: ticket 4711, Microsoft has no key yet
"""

EXAMPLES = """\
  peerwright audit backups/
  peerwright audit backups/ --inventory inventories/northlake --format sarif
  peerwright audit backups/ --waivers accepted.yaml
  peerwright audit backups/ --only pe1 --platform cisco_xe
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``audit``."""
    new = arguments.new_parser("audit", DESCRIPTION, EXAMPLES, arguments.CODES)
    new.add_argument("configs", metavar="DIR", help="folder with the config files, one folder or file a router")
    new.add_argument("--inventory", metavar="INVENTORY", help="folder of the inventory, or its one file")
    new.add_argument(
        "--waivers", metavar="FILE", help="YAML that accepts findings: accept: [{rule, router, about, reason}]"
    )
    new.add_argument("--platform", default="", help="what the routers are, where their texts do not tell")
    arguments.only(new)
    arguments.reporting(new)
    return new


def run(options: argparse.Namespace) -> int:
    """Read, judge, print; the exit code."""
    from pathlib import Path

    import msgspec

    from generator.api import audit
    from generator.cli.output import conclude

    inventory = Path(options.inventory) if options.inventory else None
    result = audit(
        Path(options.configs),
        inventory=inventory,
        waivers=Path(options.waivers) if options.waivers else None,
        platform=options.platform,
        only=tuple(options.only),
    )
    more: dict[str, object] = {"files": [msgspec.structs.asdict(one) for one in result.files]}
    return conclude(result, options, verb="audit", done=_table(result.files, options), more=more)


def _table(files: Sequence[FileRow], options: argparse.Namespace) -> str:
    """How much of each file was understood."""
    from generator.cli.output import colored
    from generator.report.table import grid
    from generator.report.terminal import Painter

    if not files:
        return ""
    heads = ("file", "platform", "lines", "understood", "passed over")
    rows = [(one.file, one.platform, f"{one.lines:,}", f"{one.understood:,}", f"{one.passed_over:,}") for one in files]
    return "\n" + grid(heads, rows, left=2, paint=Painter(colored(options))) + "\n"
