"""``peerwright plan``: the change pack for a window."""

from __future__ import annotations

import argparse

from generator.cli import arguments, codes
from generator.cli.diff import against

DESCRIPTION = """
Write the change pack for a window: what changes in words, a picture of every circuit that it touches, the lines, the
commands and the way back for each router, what to look at before and after, which router goes first, what could go
wrong and why. One HTML page that needs nothing else, the same as Markdown and as JSON, and the commands as plain files.

Keys are masked in the page, the Markdown and the JSON. The command files are what a router takes, so keys are in them:
every file of the pack is readable by its owner alone. The same inputs give the same bytes.
"""

EXAMPLES = """\
  peerwright plan inventories/northlake --running backups/ -o change-1234/
  peerwright plan inventories/northlake --running backups/ --since v41 -o change-1234/
  peerwright plan inventories/northlake --running backups/ --explain
"""

CODES = """\
exit codes:
  0  written, or nothing changes
  1  the inventory has errors that nobody accepted, or Azure does not allow the change; nothing was written
  2  wrong usage, an inventory or config that cannot be read, a folder that cannot be written
  4  a bug in peerwright
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``plan``."""
    new = arguments.new_parser("plan", DESCRIPTION, EXAMPLES, CODES)
    arguments.inventory(new)
    against(new)
    where = new.add_mutually_exclusive_group(required=True)
    where.add_argument("-o", "--output", metavar="DIR", help="folder of the pack; a new one for each change")
    where.add_argument(
        "--explain",
        action="store_true",
        help="print every command and whether the router is safe after it; write nothing",
    )
    new.add_argument("--prune", action="store_true", help="remove foreign lines inside of what is ours too")
    arguments.color(new)
    return new


def run(options: argparse.Namespace) -> int:
    """Compare, write the pack, print what it is about."""
    from pathlib import Path

    from generator.api import Refused, change_pack, fetcher
    from generator.cli.output import colored, columns, conclude
    from generator.cli.stdout import emit
    from generator.report.change_text import comparison_text
    from generator.report.terminal import printable
    from generator.report.text import findings_text

    if options.running is None and options.since is None and not options.live:
        raise Refused("nothing to compare with", "give --running DIR, --live or --since REV")
    options.quiet, options.fail_on, options.format = True, "error", "text"
    if options.explain:
        return _explain(options)
    written, result = change_pack(
        Path(options.inventory),
        Path(options.output),
        running=None if options.running is None else Path(options.running),
        since=options.since,
        live=fetcher(Path(options.inventory)) if options.live else None,
        prune=options.prune,
    )
    if written is None:
        return conclude(result, options, verb="plan") or codes.FINDINGS
    color = colored(options)
    found = written.pack.comparison
    findings = findings_text(found.findings, color=color, width=columns())
    emit((findings + "\n" if findings else "") + comparison_text(found, color=color, lines=False))
    if written.refused:
        emit("nothing was written\n")
        return codes.FINDINGS
    emit(f"wrote {written.written} files to {printable(options.output)}, {written.unchanged} unchanged\n")
    return codes.CLEAN


def _explain(options: argparse.Namespace) -> int:
    """Print the simulated way."""
    from pathlib import Path

    from generator.api import explain_change, fetcher
    from generator.cli.output import conclude
    from generator.cli.stdout import emit

    text, result = explain_change(
        Path(options.inventory),
        running=None if options.running is None else Path(options.running),
        since=options.since,
        live=fetcher(Path(options.inventory)) if options.live else None,
        prune=options.prune,
    )
    if text is None:
        return conclude(result, options, verb="plan") or codes.FINDINGS
    emit(text)
    return codes.FINDINGS if "UNSAFE" in text else codes.CLEAN
