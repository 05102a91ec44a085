"""Printing what a run found, in the format that was asked for, and the exit code that follows from it."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from generator.cli import codes
from generator.cli.stdout import emit
from generator.model.finding import Finding, Severity
from generator.report.order import counted
from generator.report.progress import ProgressBar
from generator.report.result import Result
from generator.report.terminal import Painter, printable, wants_color

_THRESHOLDS: Final = {"error": Severity.ERROR, "warning": Severity.WARNING}


def colored(options: argparse.Namespace) -> bool:
    """Whether to colour the standard output."""
    return wants_color(options.color, sys.stdout, os.environ)


def columns() -> int:
    """Columns for a source line: what the terminal has beside the gutter, 100 where it is none."""
    if not sys.stdout.isatty():
        return 100
    return max(40, shutil.get_terminal_size().columns - 8)


@contextmanager
def progress(options: argparse.Namespace) -> Iterator[ProgressBar | None]:
    """A progress bar on the standard error, if that is a terminal and nobody asked for quiet."""
    if options.quiet or not sys.stderr.isatty():
        yield None
        return
    with ProgressBar(sys.stderr) as bar:
        yield bar


def conclude(
    result: Result,
    options: argparse.Namespace,
    *,
    verb: str,
    done: str = "",
    more: Mapping[str, object] | None = None,
) -> int:
    """Print the whole result and return the exit code.

    ``done`` is a line about what was written; ``more``: fields that only this verb's JSON has.
    """
    if options.format == "json":
        from generator import __version__
        from generator.report.json import result_json

        emit(result_json(result, verb=verb, tool_version=__version__, more=more))
    elif options.format == "sarif":
        from generator import __version__
        from generator.report.rulebook import rulebook
        from generator.report.sarif import result_sarif

        emit(result_sarif(result, tool_version=__version__, book=rulebook()))
    else:
        emit(_text(result, options, done))
    return exit_code(result, options.fail_on)


def exit_code(result: Result, fail_on: str) -> int:
    """0, 1 or 2, by what was found and by the severity that fails a run."""
    if result.stopped.startswith("unreadable"):
        return codes.USAGE
    threshold = _THRESHOLDS.get(fail_on)
    if threshold is None:
        return codes.CLEAN
    failing = any(one.severity >= threshold and not one.acknowledged for one in result.findings)
    return codes.FINDINGS if failing else codes.CLEAN


def _text(result: Result, options: argparse.Namespace, done: str) -> str:
    from generator.report.table import devices_text, scope_text, tiers_text
    from generator.report.text import findings_text

    color = colored(options)
    findings: Sequence[Finding] = result.findings
    if options.quiet:
        findings = [one for one in findings if not one.acknowledged]
        found = findings_text(findings, color=color, width=columns())
        return f"{found}\n{summary(findings, color)}" if found else ""
    blocks = (
        findings_text(findings, color=color, width=columns()),
        devices_text(result.devices, color=color),
        scope_text(result)
        + tiers_text(result.tiers, color=color)
        + (f"{Painter(color)('warning', 'stopped')}  {printable(result.stopped)}\n" if result.stopped else "")
        + done
        + summary(findings, color),
    )
    return "\n".join(block for block in blocks if block)


def summary(findings: Sequence[Finding], color: bool) -> str:
    """``2 errors, 3 warnings, 1 accepted`` and a line end."""
    counts = counted(findings)
    style = "error" if counts.errors else "warning" if counts.warnings else "good"
    return f"{Painter(color)(style, str(counts))}\n"
