"""``peerwright explain``: the rule book."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from generator.cli import arguments, codes

if TYPE_CHECKING:
    from generator.report.rulebook import Entry
    from generator.report.terminal import Painter

DESCRIPTION = """
Explain rules: why each is there, how to fix what it finds, a bad and a good example, and the ids of the
facts it comes from.  Without a rule: all of them, one a line.
"""

EXAMPLES = """\
  peerwright explain INV-021
  peerwright explain inv-021 pair-013
  peerwright explain | grep -i vlan
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``explain``."""
    new = arguments.new_parser("explain", DESCRIPTION, EXAMPLES)
    new.add_argument("rules", nargs="*", metavar="RULE", help="id of a rule, in capitals or not")
    arguments.output_format(new, "text", "json")
    arguments.color(new)
    return new


def run(options: argparse.Namespace) -> int:
    """Print the rules asked for, or say which id is unknown."""
    from generator.cli.output import colored
    from generator.cli.stdout import emit
    from generator.report.rulebook import rulebook
    from generator.report.terminal import Painter

    book = rulebook()
    wanted = list(dict.fromkeys(rule.upper() for rule in options.rules))
    if not _all_known(wanted, book):
        return codes.USAGE
    chosen = {rule: book[rule] for rule in wanted} or book
    if options.format == "json":
        emit(_json(chosen))
    elif wanted:
        emit("\n".join(_text(entries, Painter(colored(options))) for entries in chosen.values()))
    else:
        emit(_list(chosen, Painter(colored(options))))
    return codes.CLEAN


def _all_known(wanted: Sequence[str], book: Mapping[str, object]) -> bool:
    """Whether all are in the book; says of each one that is not what it may have meant."""
    import sys

    from generator.cli.nearest import suggestion
    from generator.report.terminal import printable

    unknown = [rule for rule in wanted if rule not in book]
    for rule in unknown:
        sys.stderr.write(f"peerwright: error: there is no rule '{printable(rule)}'{suggestion(rule, book)}\n")
    return not unknown


def _list(book: Mapping[str, Sequence[Entry]], paint: Painter) -> str:
    from generator.report.terminal import padded

    rows = [entry for entries in book.values() for entry in entries]
    width = max((len(entry.id) for entry in rows), default=0)
    return "".join(
        f"{paint('place', padded(one.id, width))}  {paint(one.severity, padded(one.severity, 7))}  {one.title}\n"
        for one in rows
    )


def _text(entries: Sequence[Entry], paint: Painter) -> str:
    return "\n".join("".join(f"{line}\n" for line in _lines(entry, paint)) for entry in entries)


def _lines(entry: Entry, paint: Painter) -> Iterator[str]:
    yield f"{paint('place', entry.id)}  {entry.title}"
    source = f", from {', '.join(entry.sources)}" if entry.sources else ""
    yield f"{paint(entry.severity, entry.severity)}{source}"
    for label, text in (("Why", entry.why), ("Fix", entry.fix), ("Bad", entry.bad), ("Good", entry.good)):
        if text:
            yield ""
            yield paint("place", label)
            yield from (f"  {line}".rstrip() for line in text.splitlines())


def _json(book: Mapping[str, Sequence[Entry]]) -> str:
    from generator.report.json import VERSION, dumped

    rules = [
        {
            "id": one.id,
            "title": one.title,
            "severity": one.severity,
            "why": one.why,
            "fix": one.fix,
            "bad": one.bad,
            "good": one.good,
            "sources": list(one.sources),
        }
        for entries in book.values()
        for one in entries
    ]
    return dumped({"version": VERSION, "rules": rules})
