"""``peerwright push``: through NAPALM to the routers, one path of a pair at a time."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from generator.cli import arguments, codes

if TYPE_CHECKING:
    import threading

    from generator.push.push import PushOptions, PushResult

DESCRIPTION = """
Connect to both routers of every pair, load the new config, compare, discard, and print what would change;
keys are masked.  That is all, unless --commit: then the same is shown, you are asked, and the routers are
changed.  One path at a time, the secondary first: traffic is drained off it, the commit carries a timer, and
it is confirmed only when BGP, BFD, prefixes and tunnels are as planned and the other path did not notice.
Whatever goes wrong, that router goes back by itself and the other one is not touched.

IOS-XE and Junos get commands, from what they run to what they should run: what the plan has no more is
removed, what is not peerwright's stays.  They are tried on a simulated router first, and what the router
runs afterwards is compared with the plan.  Linux routers get whole files; one that would take away the
interface over which we are logged in is refused.
"""

EXAMPLES = """\
  peerwright push inventories/northlake                      show what would change
  peerwright push inventories/northlake --only charlie --commit
  peerwright push inventories/northlake --commit --yes --max-parallel 20 --format json
  peerwright push inventories/northlake --commit --resume    go on where it stopped
"""

CODES = """\
exit codes:
  0  done, or nothing to do
  1  the inventory has errors: nothing was sent
  2  wrong usage, or an inventory that cannot be read
  3  a router refused, could not be reached, or was rolled back
  4  a bug in peerwright

connection: `connect:` of the router in the inventory (host, port, username, password, key_file, ssh_config,
known_hosts, jump, timeout), else PEERWRIGHT_USERNAME, PEERWRIGHT_PASSWORD, PEERWRIGHT_KEY_FILE and
PEERWRIGHT_SSH_CONFIG, else ~/.ssh/config and the agent.  Unknown host keys are refused.
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``push``."""
    new = arguments.new_parser("push", DESCRIPTION, EXAMPLES, CODES)
    arguments.inventory(new)
    new.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="this customer's pairs, or this router, only; repeat it for several",
    )
    new.add_argument("--commit", action="store_true", help="change the routers; without it nothing is changed")
    new.add_argument("--yes", action="store_true", help="do not ask")
    new.add_argument("--max-parallel", type=_count, default=10, metavar="N", help="pairs at once (default: 10)")
    new.add_argument(
        "--without-confirm", action="store_true", help="push also to routers whose driver has no commit timer"
    )
    new.add_argument("--resume", action="store_true", help="leave out the pairs that the journal says are done")
    new.add_argument("--journal", metavar="FILE", help="where every step is noted, and --resume reads")
    new.add_argument(
        "--revert-in", type=_count, default=300, metavar="SECONDS", help="a router's own timer (default: 300)"
    )
    new.add_argument(
        "--gate-timeout",
        type=_count,
        default=180,
        metavar="SECONDS",
        help="how long gates may stay shut (default: 180)",
    )
    new.add_argument(
        "--settle", type=int, default=5, metavar="SECONDS", help="for a drained path to run empty (default: 5)"
    )
    arguments.output_format(new, "text", "json")
    new.add_argument("-q", "--quiet", action="store_true", help="no progress")
    arguments.color(new)
    return new


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 on")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Compare, ask, change, report."""
    from pathlib import Path

    from generator.api import Refused, push
    from generator.cli.output import progress

    if options.commit and not options.yes and not sys.stdin.isatty():
        raise Refused("there is no terminal to ask on", "--yes changes the routers without asking")
    if options.gate_timeout > options.revert_in - 5:
        raise Refused(
            f"gates may stay shut for {options.gate_timeout} s, but the routers go back after {options.revert_in} s",
            "give --revert-in some 60 s more than --gate-timeout",
        )
    with _leaving() as stop, progress(options) as bar:
        result = push(
            Path(options.inventory),
            _chosen(options),
            only=tuple(options.only),
            agree=lambda found: options.yes or _asked(found, options),
            stop=stop,
            progress=bar,
        )
    _print(result, options)
    return exit_code(result)


def _chosen(options: argparse.Namespace) -> PushOptions:
    from pathlib import Path

    from generator.push.push import PushOptions
    from generator.push.world import Options

    return PushOptions(
        commit=options.commit,
        max_parallel=options.max_parallel,
        without_confirm=options.without_confirm,
        resume=options.resume,
        journal=Path(options.journal) if options.journal else None,
        rollout=Options(revert_in=options.revert_in, gate_timeout=options.gate_timeout, settle=options.settle),
    )


class _leaving:  # noqa: N801 - used as a function
    """Ctrl-C: routers that are not confirmed go back, and that takes a moment.  A second one leaves it to their timers."""

    def __enter__(self) -> threading.Event:
        import signal
        import threading

        self.stop = threading.Event()
        self.old = None
        if threading.current_thread() is threading.main_thread():
            self.old = signal.signal(signal.SIGINT, self._interrupted)
        return self.stop

    def _interrupted(self, *_: object) -> None:
        if self.stop.is_set():
            sys.stderr.write("\npeerwright: leaving; what is not confirmed goes back by the routers' own timers\n")
            sys.stderr.flush()
            import os

            os._exit(codes.INTERRUPTED)
        self.stop.set()
        sys.stderr.write(
            "\npeerwright: stopping; what is not confirmed goes back (Ctrl-C again: leave it to the timers)\n"
        )

    def __exit__(self, *_: object) -> None:
        import signal

        if self.old is not None:
            signal.signal(signal.SIGINT, self.old)


def _asked(found: PushResult, options: argparse.Namespace) -> bool:
    from generator.cli.output import colored
    from generator.cli.stdout import emit
    from generator.push.report import diffs_text

    emit(diffs_text(found, color=colored(options)))
    routers = sum(bool(diff) for one in found.pairs for diff in one.diffs.values())
    sys.stderr.write(f"change {routers} router{'' if routers == 1 else 's'}, one path at a time? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _print(result: PushResult, options: argparse.Namespace) -> None:
    from generator.cli.output import colored
    from generator.cli.stdout import emit
    from generator.push.report import push_json, push_text

    if options.format == "json":
        emit(push_json(result))
    elif result.check.stopped:
        from generator.report.text import findings_text

        emit(findings_text(result.check.findings, color=colored(options), width=100) + f"\n{result.check.stopped}\n")
    else:
        shown = options.commit and not options.yes
        emit(push_text(result, color=colored(options), diffs=not shown))


def exit_code(result: PushResult) -> int:
    """By what became of the routers."""
    if result.check.stopped:
        return codes.USAGE if result.check.stopped.startswith("unreadable") else codes.FINDINGS
    if any(one.state == "stopped" for one in result.pairs):
        return codes.INTERRUPTED
    return codes.CLEAN if result.good else codes.DEVICE
