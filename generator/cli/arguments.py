"""The arguments that verbs share, and the shape of every verb's help."""

from __future__ import annotations

import argparse
from typing import Final

CODES: Final = """\
exit codes:
  0  clean
  1  findings at or above --fail-on
  2  wrong usage, or an inventory that cannot be read
  4  a bug in peerwright
"""

PLAIN_CODES: Final = """\
exit codes:
  0  done
  2  wrong usage, or an input that cannot be read
  4  a bug in peerwright
"""


def new_parser(verb: str, description: str, examples: str, codes: str = PLAIN_CODES) -> argparse.ArgumentParser:
    """A parser whose help has the description, the options, examples and exit codes."""
    parser = argparse.ArgumentParser(
        prog=f"peerwright {verb}",
        description=description.strip(),
        epilog=f"examples:\n{examples.rstrip()}\n\n{codes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--debug", action="store_true", help="show a traceback where peerwright fails; it holds no keys"
    )
    return parser


def inventory(parser: argparse.ArgumentParser) -> None:
    """The first argument of most verbs."""
    parser.add_argument("inventory", metavar="INVENTORY", help="folder of the inventory, or its one file")


def output_format(parser: argparse.ArgumentParser, *formats: str) -> None:
    """``--format``; the first one given is the default."""
    parser.add_argument(
        "--format",
        choices=formats,
        default=formats[0],
        help=f"{formats[0]} for people (default), the others for programs",
    )


def color(parser: argparse.ArgumentParser) -> None:
    """``--color``."""
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colour the text (default: on a terminal; NO_COLOR and FORCE_COLOR are obeyed)",
    )


def reporting(parser: argparse.ArgumentParser) -> None:
    """How findings are printed, and from which severity on they fail the run."""
    output_format(parser, "text", "json", "sarif")
    parser.add_argument(
        "--fail-on",
        choices=("error", "warning", "never"),
        default="error",
        help="exit 1 from this severity on (default: error); accepted findings never count",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print the findings only: no table, no progress")
    color(parser)


def only(parser: argparse.ArgumentParser) -> None:
    """``--only``."""
    parser.add_argument(
        "--only", action="append", default=[], metavar="ROUTER", help="this router only; repeat it for several"
    )


def work(parser: argparse.ArgumentParser) -> None:
    """How the work is done."""
    parser.add_argument(
        "--jobs", type=_jobs, default=1, metavar="N", help="processes to work in (default: 1; 0: one for every core)"
    )
    parser.add_argument(
        "--no-native",
        dest="native",
        action="store_false",
        help="do not run the programs of the routers, such as vtysh -C",
    )


def _jobs(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of processes: give 0, 1, 2, …")
    return int(text) or _cores()


def _cores() -> int:
    """The cores this process may use."""
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
