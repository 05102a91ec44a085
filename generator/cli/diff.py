"""``peerwright diff``: what changes on every router, in words and in lines."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from generator.cli import arguments, codes

if TYPE_CHECKING:
    from generator.change.compared import Comparison

DESCRIPTION = """
Say what changes on every router: first in sentences, per customer, with the sessions that reset, then in the lines
of the config. Compared is what the inventory means with what the routers run (--running, --live), or with what
the inventory meant at a git revision (--since). Order that means nothing, defaults that a device does not show,
renumbered entries and keys encoded in another way are no difference. Keys are masked; that one changes is shown.

Lines that no inventory asks for are not ours: they are listed where they stand inside of what is ours, and left.
With --running and --since together, what the earlier inventory had on the routers is ours to remove.
"""

EXAMPLES = """\
  peerwright diff inventories/northlake --running backups/
  peerwright diff inventories/northlake --since main
  peerwright diff inventories/northlake --running backups/ --since v41 --only pe1
  peerwright diff inventories/northlake --since HEAD~1 --format markdown -o change.md
"""

CODES = """\
exit codes:
  0  no difference
  1  there are differences, or something stands against the change
  2  wrong usage, an inventory or config that cannot be read, no such revision
  4  a bug in peerwright
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``diff``."""
    new = arguments.new_parser("diff", DESCRIPTION, EXAMPLES, CODES)
    arguments.inventory(new)
    against(new)
    arguments.only(new)
    arguments.output_format(new, "text", "json", "markdown")
    new.add_argument("--summary", action="store_true", help="the sentences only, not the lines (text)")
    new.add_argument("-o", "--output", metavar="FILE", help="write to a file instead of printing")
    arguments.color(new)
    return new


def against(new: argparse.ArgumentParser) -> None:
    """What to compare with."""
    source = new.add_mutually_exclusive_group()
    source.add_argument("--running", metavar="DIR", help="folder with running configs, one folder or file a router")
    source.add_argument(
        "--live", action="store_true", help="fetch the running configs from the routers, through NAPALM"
    )
    new.add_argument("--since", metavar="REV", help="git revision of the inventory to compare with")


def run(options: argparse.Namespace) -> int:
    """Compare, print, and say by the exit code whether anything differs."""
    from pathlib import Path

    from generator.api import Refused, compare, fetcher
    from generator.cli.output import conclude

    if options.running is None and options.since is None and not options.live:
        raise Refused("nothing to compare with", "give --running DIR, --live or --since REV")
    found, result = compare(
        Path(options.inventory),
        running=None if options.running is None else Path(options.running),
        since=options.since,
        live=fetcher(Path(options.inventory)) if options.live else None,
        only=tuple(options.only),
    )
    if found is None:
        options.quiet, options.fail_on = True, "error"
        if options.format == "markdown":
            options.format = "text"
        return conclude(result, options, verb="diff") or codes.USAGE
    _give(_text(found, options), options.output)
    if not any(router.compared for router in found.routers):
        return codes.USAGE
    return codes.FINDINGS if found.different or found.findings else codes.CLEAN


def _text(found: Comparison, options: argparse.Namespace) -> str:
    if options.format == "json":
        from generator import __version__
        from generator.report.change_json import comparison_json

        return comparison_json(found, tool_version=__version__)
    if options.format == "markdown":
        from generator.report.change_markdown import comparison_markdown

        return comparison_markdown(found)
    from generator.cli.output import colored, columns
    from generator.report.change_text import comparison_text
    from generator.report.text import findings_text

    color = options.output is None and colored(options)
    findings = findings_text(found.findings, color=color, width=columns())
    return (findings + "\n" if findings else "") + comparison_text(found, color=color, lines=not options.summary)


def _give(text: str, output: str | None) -> None:
    """Print, or write to a file that is there as a whole or not changed."""
    from pathlib import Path

    from generator.api import Refused
    from generator.cli.stdout import emit
    from generator.cli.whole_file import write_whole
    from generator.report.terminal import printable

    if output is None:
        emit(text)
        return
    try:
        write_whole(Path(output), text)
    except OSError as error:
        raise Refused(f"cannot write {output}: {error.strerror}", "choose another file with -o") from None
    emit(f"wrote {printable(output)}\n")
