"""The command line: one module a verb, imported when the verb is chosen.

``peerwright --help`` is on the path of every new user, so nothing is imported here that it does not need.
"""

from __future__ import annotations

import sys

from generator.cli import codes
from generator.cli.stdout import abandon, emit

TYPE_CHECKING = False  # typing's own costs an import of typing
if TYPE_CHECKING:
    from collections.abc import Sequence

VERBS = {
    "check": "run every rule and read the configs back; write nothing",
    "render": "the same, then write the configuration of both routers",
    "verify": "compare config files from elsewhere with what the inventory means",
    "diff": "what changes on every router, in words and in lines",
    "plan": "the change pack for a window: words, pictures, commands, the way back, checks",
    "audit": "judge config files that routers printed, also ones written elsewhere",
    "handover": "the other end: what is entered in Azure and ordered from the provider",
    "push": "bring the routers to the plan, one path at a time; a dry run unless --commit",
    "lab": "boot the routers on this machine, with Azure around them, and prove it",
    "show": "say where any value of the inventory comes from",
    "explain": "a rule: why it is there, how to fix it, a bad and a good example",
    "platforms": "what each kind of router can and cannot do",
    "init": "a commented inventory to start from",
    "schema": "JSON Schema of the inventory, for the completion in an editor",
}
"""Verb (and module of this package) → what it does."""

HELP = """\
usage: peerwright VERB [options]

From one YAML inventory to the checked configs of both ExpressRoute routers, for every peering.

verbs:
{verbs}

first steps:
  peerwright init my-network
  peerwright check my-network
  peerwright render my-network -o build/

more help:
  peerwright VERB --help     options and examples of one verb
  peerwright explain         all rules, one a line
  peerwright --version

exit codes:
  0  clean
  1  findings at or above --fail-on (by default: errors that nobody accepted)
  2  wrong usage, or an input that cannot be read
  3  a device refused, or was rolled back
  4  a bug in peerwright
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.  ``argv`` is without the program's name; by default the process' own."""
    words = list(sys.argv[1:] if argv is None else argv)
    if argv is None:
        _tune_process()
    _prepare_streams()
    try:
        code = _dispatch(words)
        emit("")  # what argparse printed may still be in the buffer
    except KeyboardInterrupt:
        sys.stderr.write("peerwright: interrupted\n")
        return codes.INTERRUPTED
    except BrokenPipeError:
        abandon()
        return codes.BROKEN_PIPE
    except Exception as error:
        from generator.cli.failure import told

        return told(error, words)
    return code


def _dispatch(words: list[str]) -> int:
    if words[:1] == ["help"]:
        words = [*words[1:2], "--help"]
    if not words:
        sys.stderr.write(help_text())
        return codes.USAGE
    if words[0] in ("-h", "--help"):
        emit(help_text())
        return codes.CLEAN
    verb, *rest = words
    if verb in ("-V", "--version"):
        from generator import __version__

        emit(f"peerwright {__version__}\n")
        return codes.CLEAN
    if verb not in VERBS:
        return _unknown(verb)
    return _run(verb, rest)


def help_text() -> str:
    """What ``peerwright --help`` prints."""
    return HELP.format(verbs="\n".join(f"  {verb:10} {what}" for verb, what in VERBS.items()))


def _unknown(verb: str) -> int:
    from generator.cli.nearest import suggestion
    from generator.report.terminal import printable

    if verb.startswith("-"):
        problem = f"{printable(verb)} comes before the verb; options come after it: peerwright VERB {printable(verb)}"
    else:
        problem = f"there is no verb '{printable(verb)}'{suggestion(verb, VERBS)}"
    sys.stderr.write(f"peerwright: error: {problem}\npeerwright --help lists the verbs\n")
    return codes.USAGE


def _run(verb: str, rest: list[str]) -> int:
    from generator.cli.verb import load

    module = load(verb)
    try:
        options = module.parser().parse_args(rest)
    except SystemExit as stop:  # argparse: 0 after --help, 2 after an error
        return stop.code if isinstance(stop.code, int) else codes.USAGE
    return module.run(options)


def _tune_process() -> None:
    """The process is ours and short: nothing that only a long-lived or foreign one needs.

    No pauses of the collector, no last walk over millions of objects at the end (measured: a tenth of a
    run), and no search for pydantic plugins in every installed package (a tenth of the start).
    """
    import atexit
    import gc
    import os

    gc.disable()
    atexit.register(gc.freeze)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "true")


def _prepare_streams() -> None:
    """Make every text printable, in any locale, and stand closed streams."""
    import io
    import os

    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - open until the process ends
        elif isinstance(stream, io.TextIOWrapper):
            import codecs

            codecs.register_error("peerwright", _plain)
            stream.reconfigure(errors="peerwright")


_PLAIN = {"•": "*", "═": "=", "─": "-", "│": "|", "…": "~", "→": ">", "–": "-", "’": "'", "·": "-"}


def _plain(error: UnicodeError) -> tuple[str, int]:
    """A character for each one that the terminal's encoding lacks, so that columns and carets stay in place."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(one, "?") for one in lacking), error.end
