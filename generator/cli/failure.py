"""What is printed when a command cannot go on: the user's turn, or our bug."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType

from generator.cli import VERBS, codes
from generator.cli.stdout import OutputError, abandon
from generator.report.terminal import printable


def told(error: Exception, words: Sequence[str]) -> int:
    """Print why ``words`` could not be done, to the standard error, and return the exit code."""
    if "--debug" in words:
        sys.stderr.write(_traceback(error))
    if isinstance(error, OutputError):
        abandon()
        sys.stderr.write(f"peerwright: error: cannot print the result: {printable(str(error))}\n")
        return codes.USAGE
    if _is_refusal(error):
        message, fix = str(getattr(error, "message", error)), str(getattr(error, "fix", ""))
        sys.stderr.write(f"peerwright: error: {printable(message)}\n")
        if fix:
            sys.stderr.write(f"   fix   {printable(fix)}\n")
        return codes.USAGE
    sys.stderr.write(_bug(error, words))
    return codes.BUG


def _is_refusal(error: Exception) -> bool:
    # Asks without importing it: the failure may be that it cannot be imported.
    modules = (sys.modules.get(name) for name in ("generator.model.outcome", "generator.api"))
    found = (getattr(module, "Refused", None) for module in modules)
    return any(isinstance(one, type) and isinstance(error, one) for one in found)


def _bug(error: Exception, words: Sequence[str]) -> str:
    """Only what cannot hold anything of the user's: no message of the exception, no arguments."""
    import platform

    from generator import __version__

    verb = words[0] if words and words[0] in VERBS else "-"
    system = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    lines = [
        f"peerwright: this is a bug in peerwright, not in your inventory: {type(error).__name__} in {_place(error.__traceback__)}",
        f"   report  peerwright {__version__}, {system}, verb {verb}, and the line above",
    ]
    if "--debug" not in words:
        lines.append("   more    the same command with --debug shows a traceback; known keys in it are masked")
    return "".join(f"{line}\n" for line in lines)


def _place(trace: TracebackType | None) -> str:
    """``generator/plan/build.py:123``: the innermost of our own lines."""
    place = "an unknown place"
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename.replace("\\", "/")
        _, ours, rest = file.rpartition("/generator/")
        if ours:
            place = f"generator/{rest}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _traceback(error: Exception) -> str:
    """The traceback, printable, with every key masked that the process knows."""
    import gc
    import traceback

    from generator.model.secret import Secret

    text = "".join(traceback.format_exception(error))
    for known in gc.get_objects():
        if type(known) is Secret:
            text = known.mask_in(text)
    return "".join(f"{printable(line)}\n" for line in text.splitlines())
