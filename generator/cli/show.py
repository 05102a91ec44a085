"""``peerwright show``: where a value comes from."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from generator.cli import arguments, codes

if TYPE_CHECKING:
    from generator.api import Shown
    from generator.model.finding import Finding

DESCRIPTION = """
Print the value at a path of the inventory, with all below it, and where each comes from: the file and
line that say it, or the default that fills it in.
"""

EXAMPLES = """\
  peerwright show inventories/northlake customers.charlie
  peerwright show inventories/northlake circuits.charlie-ams.peerings.private.bfd
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``show``."""
    new = arguments.new_parser(
        "show", DESCRIPTION, EXAMPLES, arguments.CODES.replace("at or above --fail-on", "of severity error")
    )
    arguments.inventory(new)
    new.add_argument(
        "path", metavar="PATH", help="keys with dots between them, indexes in brackets: circuits.x.links[0]"
    )
    arguments.output_format(new, "text", "json")
    arguments.color(new)
    return new


def run(options: argparse.Namespace) -> int:
    """Print the values, or why there are none."""
    import sys
    from pathlib import Path

    from generator.api import show
    from generator.cli.output import colored
    from generator.cli.stdout import emit
    from generator.report.terminal import printable

    values, findings = show(Path(options.inventory), options.path)
    if options.format == "json":
        emit(_json(values, findings))
    else:
        emit(_text(values, findings, colored(options)))
    failed = any(_fails(one) for one in findings)
    if not values and not failed:
        sys.stderr.write(f"peerwright: error: the inventory has nothing at '{printable(options.path)}'\n")
        return codes.USAGE
    return codes.FINDINGS if failed else codes.CLEAN


def _fails(finding: Finding) -> bool:
    from generator.model.finding import Severity

    return finding.severity == Severity.ERROR and not finding.acknowledged


def _text(values: Sequence[Shown], findings: Sequence[Finding], color: bool) -> str:
    from generator.cli.output import columns
    from generator.report.text import findings_text

    lines = "".join(f"{line}\n" for value in values for line in _lines(value, color))
    found = findings_text(findings, color=color, width=columns())
    return "\n".join(filter(None, (lines, found)))


def _lines(shown: Shown, color: bool) -> Iterator[str]:
    from generator.report.terminal import Painter, printable

    paint = Painter(color)
    yield f"{paint('place', printable(shown.path))} = {printable(shown.value)}"
    place = f"  {shown.where}" if shown.where is not None else ""
    yield f"   {paint('label', 'from')}  {printable(shown.origin + place)}"
    if shown.note:
        yield f"   {paint('label', 'note')}  {printable(shown.note)}"


def _json(values: Sequence[Shown], findings: Sequence[Finding]) -> str:
    from generator.report.json import VERSION, dumped, findings_data, location_data

    shown = [
        {
            "path": one.path,
            "value": one.value,
            "origin": one.origin,
            "where": location_data(one.where),
            "note": one.note,
        }
        for one in values
    ]
    return dumped({"version": VERSION, "values": shown, "findings": findings_data(findings)})
