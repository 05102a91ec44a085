"""``peerwright handover``: the other end."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from generator.cli import arguments, codes

if TYPE_CHECKING:
    from generator.handover import HandoverDocument
    from generator.report.result import Result

DESCRIPTION = """
Print the other end of a customer's circuits: every field of the forms in the Azure portal, in the portal's
words and order, what is ordered from the exchange provider, and in which order it is all done, so that both
ends match.  Keys are named (`file:secrets/alpha`), never shown.  Where the inventory has an error, the error is
printed instead, and no file is written.
"""

EXAMPLES = """\
  peerwright handover inventories/northlake charlie
  peerwright handover inventories/northlake charlie -o charlie.md
  peerwright handover inventories/hollins hollins --circuit hollins-lon --format json
"""

CODES = """\
exit codes:
  0  printed or written
  1  the inventory has errors that nobody accepted; nothing was written
  2  wrong usage, an inventory that cannot be read, no such customer, a file that cannot be written
  4  a bug in peerwright
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``handover``."""
    new = arguments.new_parser("handover", DESCRIPTION, EXAMPLES, CODES)
    arguments.inventory(new)
    new.add_argument("customer", metavar="CUSTOMER", help="the customer, by its key under `customers:`")
    new.add_argument("--circuit", metavar="NAME", help="one circuit of it (default: all)")
    new.add_argument("-o", "--output", metavar="FILE", help="write to a file instead of printing")
    arguments.output_format(new, "markdown", "json")
    arguments.color(new)
    return new


def run(options: argparse.Namespace) -> int:
    """Print or write the sheet, or what stands against it."""
    from pathlib import Path

    from generator.api import Refused, handover
    from generator.cli.stdout import emit
    from generator.cli.whole_file import write_whole
    from generator.report.terminal import printable

    document, result = handover(Path(options.inventory), options.customer, options.circuit)
    if document is None:
        return _refuse(result, options)
    text = _text(document, options.format)
    if options.output is None:
        emit(text)
        return codes.CLEAN
    try:
        write_whole(Path(options.output), text)
    except OSError as error:
        raise Refused(f"cannot write {options.output}: {error.strerror}", "choose another file with -o") from None
    emit(f"wrote {printable(options.output)}\n")
    return codes.CLEAN


def _text(document: HandoverDocument, form: str) -> str:
    from generator.report.handover import handover_json, handover_markdown

    return handover_json(document) if form == "json" else handover_markdown(document)


def _refuse(result: Result, options: argparse.Namespace) -> int:
    """The findings, as ``check`` prints them in the same format."""
    from generator.cli.output import conclude

    options.quiet, options.fail_on = True, "error"
    return conclude(result, options, verb="handover")
