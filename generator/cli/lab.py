"""``peerwright lab``: the routers booted on this machine, with Azure around them, and what that proves."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli import arguments, codes

if TYPE_CHECKING:
    from generator.lab.boot import Wish
    from generator.lab.lab import Lab
    from generator.lab.proof import ProofRow

DESCRIPTION = """
Boot both routers of every pair on this machine, from exactly the files that `render` writes, with a pair
of emulated Microsoft edges for each circuit, VPN gateways, VNets, the exchange provider and the network on
premises around them.  Everything is in namespaces of its own: nothing of this machine is touched, and
nothing is left behind.  Needs root and Linux.

actions:
  run        boot, prove, print the table, take down
  up         boot and leave it running
  status     devices and BGP sessions of a lab that is up (without INVENTORY: which labs are up)
  shell      a shell in a router, or a command after --
  capture    packets of an interface of a device, as pcap to the standard output
  down       take it down, or clear away what a crash left
  connect    a byte stream to a router's SSH port, for ProxyCommand
  kernel     build the User-Mode-Linux kernel, if it is not in the cache, and print its path
"""

EXAMPLES = """\
  peerwright lab kernel
  sudo peerwright lab run inventories/fjellmark-linux
  sudo peerwright lab run inventories/northlake --as linux_frr --scenario router-dead
  sudo peerwright lab up inventories/fjellmark-linux --engine uml
  sudo peerwright lab shell fjellmark-linux r1 -- vtysh -c 'show bgp vrf all summary'
  sudo peerwright lab capture fjellmark-linux r1 eth1 > eth1.pcap
  sudo ssh -F /run/peerwright/fjellmark-linux/ssh_config r1
"""

LAB_CODES = """\
exit codes:
  0  up, or everything proven
  1  a session is not up, or a proof failed
  2  wrong usage, no root, or this machine cannot run it
  4  a bug in peerwright
"""

ACTIONS = ("run", "up", "status", "shell", "capture", "down", "connect", "kernel")


def parser() -> argparse.ArgumentParser:
    """The arguments of ``lab``."""
    new = arguments.new_parser("lab", DESCRIPTION, EXAMPLES, LAB_CODES)
    new.add_argument("action", choices=ACTIONS, metavar="ACTION", help=", ".join(ACTIONS))
    new.add_argument("inventory", nargs="?", metavar="INVENTORY", help="as for check; or the name of a lab that is up")
    new.add_argument("device", nargs="?", metavar="DEVICE", help="shell, capture, connect: which device")
    new.add_argument("rest", nargs="*", metavar="…", help="capture: the interface; shell: a command after --")
    new.add_argument(
        "--as", dest="platform", default="", metavar="PLATFORM", help="plan all routers on this platform: linux_frr"
    )
    new.add_argument(
        "--engine",
        choices=("native", "uml", "flat"),
        help="namespaces, User-Mode Linux, or the smoke tier (default: the best that this machine can)",
    )
    new.add_argument("--scenario", action="append", default=[], metavar="NAME", help="run: this one; repeat it, or all")
    new.add_argument("--keep", action="store_true", help="run: leave it up afterwards")
    arguments.output_format(new, "text", "json")
    new.add_argument("-q", "--quiet", action="store_true", help="no progress")
    arguments.color(new)
    return new


def run(options: argparse.Namespace) -> int:
    """Do the action."""
    from generator.lab.channel import LabGone
    from generator.lab.engine.probe import require_root
    from generator.model.outcome import Refused

    _check(options)
    if options.action != "kernel":
        require_root()
    actions: dict[str, Callable[[argparse.Namespace], int]] = {
        "run": _run,
        "up": _up,
        "status": _status,
        "shell": _shell,
        "capture": _capture,
        "down": _down,
        "connect": _connect,
        "kernel": _kernel,
    }
    try:
        return actions[options.action](options)
    except LabGone as error:
        raise Refused(str(error), "peerwright lab status says what is up") from None


def _check(options: argparse.Namespace) -> None:
    from generator.model.outcome import Refused

    action = options.action
    if options.inventory is None and action not in ("status", "kernel"):
        raise Refused(f"lab {action} needs an inventory", f"peerwright lab {action} INVENTORY")
    if action in ("shell", "capture", "connect") and options.device is None:
        raise Refused(
            f"lab {action} needs the name of a device", f"peerwright lab status {options.inventory} lists them"
        )
    if action == "capture" and not options.rest:
        raise Refused(
            "lab capture needs an interface", f"peerwright lab capture {options.inventory} {options.device} eth1"
        )
    if options.keep and (len(options.scenario) > 1 or "all" in options.scenario):
        raise Refused("only one lab of an inventory can be kept", "--keep with one --scenario")
    if action in ("run", "up", "status", "down") and options.device is not None:
        raise Refused(f"lab {action} takes one inventory and nothing behind it", f"peerwright lab {action} --help")


def _wish(options: argparse.Namespace) -> Wish:
    from generator.lab.boot import Wish
    from generator.lab.engine.probe import Engine

    engine = None if options.engine is None else Engine(options.engine)
    return Wish(inventory=Path(options.inventory), platform=options.platform, engine=engine)


def _told(options: argparse.Namespace) -> Callable[[str], None]:
    """What is worth knowing meanwhile goes to the standard error, so that the result can be redirected."""
    import sys

    from generator.report.terminal import printable

    if options.quiet:
        return lambda _: None
    return lambda text: print(printable(text), file=sys.stderr, flush=True)  # noqa: T201 - that is the purpose


def _up(options: argparse.Namespace) -> int:
    from generator.cli.lab_output import up_output
    from generator.cli.output import progress
    from generator.lab.boot import note_ready, up
    from generator.lab.edge import fit

    wish = _wish(options)
    with progress(options) as bar, up(wish, fit, progress=bar, told=_told(options)) as (lab, keep):
        ready, missing = lab.wait_ready()
        record = note_ready(lab, ready)
        keep()
    up_output(options, record, lab, missing)
    return codes.FINDINGS if missing else codes.CLEAN


def _run(options: argparse.Namespace) -> int:
    from generator.cli.lab_output import run_output
    from generator.cli.output import progress
    from generator.lab.boot import note_ready, up
    from generator.lab.edge import fit
    from generator.lab.proof import Verdict, prove
    from generator.lab.registry import chosen

    outcome: list[tuple[str, list[ProofRow]]] = []
    record = None
    told = _told(options)

    def said(row: ProofRow) -> None:
        told(f"{row.verdict.value:8} {row.name} {row.figure}")

    for scenario in chosen(options.scenario):
        told(f"scenario {scenario.name}: {scenario.title}")
        with (
            progress(options) as bar,
            up(_wish(options), fit, progress=bar, told=told, rewritten=scenario.rewrite, altered=scenario.alter) as (
                lab,
                keep,
            ),
        ):
            ready, missing = lab.wait_ready() if scenario.ready else (0.0, [])
            record = note_ready(lab, ready)
            rows = list(prove(lab, scenario.proofs, said))
            outcome.append((scenario.name, [*_sessions_row(lab, ready, missing, asked=scenario.ready), *rows]))
            if options.keep:
                keep()
    run_output(options, record, outcome)
    failed = any(row.verdict is Verdict.REFUTED for _, rows in outcome for row in rows)
    return codes.FINDINGS if failed else codes.CLEAN


def _sessions_row(lab: Lab, ready: float, missing: list[str], *, asked: bool) -> list[ProofRow]:
    from generator.lab.proof import ProofRow, Verdict

    if not asked:
        return []
    total = sum(len(device.facts.neighbors) for device in lab.plan.devices.values())
    return [
        ProofRow(
            name="every planned BGP session is Established",
            verdict=Verdict.REFUTED if missing else Verdict.PROVEN,
            figure=f"{total - len(missing)} of {total}",
            detail="; ".join(missing),
            seconds=ready,
        )
    ]


def _status(options: argparse.Namespace) -> int:
    from generator.cli.lab_output import labs_output, status_output
    from generator.lab.boot import running_lab
    from generator.lab.edge import fit
    from generator.lab.state import labs

    if options.inventory is None:
        labs_output(options, labs())
        return codes.CLEAN
    lab, record = running_lab(_wish(options), fit)
    return codes.CLEAN if status_output(options, record, lab) else codes.FINDINGS


def _down(options: argparse.Namespace) -> int:
    from generator.cli.lab_output import down_output
    from generator.lab.boot import down
    from generator.lab.state import lab_name

    found = down(Path(options.inventory))
    down_output(options, lab_name(Path(options.inventory)), found=found)
    return codes.CLEAN


def _shell(options: argparse.Namespace) -> int:
    import os
    import shutil
    import sys

    from generator.cli.lab_stream import interactive, plain
    from generator.lab.agent.protocol import Request
    from generator.lab.engine.start import channel_to

    channel = channel_to(options.inventory)
    argv = tuple(options.rest) or ("bash", "-l")
    if options.rest and not (sys.stdin.isatty() and sys.stdout.isatty()):
        return plain(channel, Request(verb="exec", device=options.device, argv=argv, timeout=3600.0))
    size = shutil.get_terminal_size()
    terminal = (size.lines, size.columns) if os.isatty(0) else None
    with channel.open(Request(verb="attach", device=options.device, argv=argv, terminal=terminal)) as connection:
        interactive(connection, raw=terminal is not None)
    return codes.CLEAN


def _capture(options: argparse.Namespace) -> int:
    import sys

    from generator.cli.lab_stream import copied
    from generator.lab.agent.protocol import Request
    from generator.lab.engine.start import channel_to
    from generator.model.outcome import Refused

    if sys.stdout.isatty():
        raise Refused("packets are not for a terminal", "redirect it: … > FILE.pcap, or … | tcpdump -r -")
    argv = ("tcpdump", "-i", options.rest[0], "-U", "-w", "-", *options.rest[1:])
    with channel_to(options.inventory).open(Request(verb="attach", device=options.device, argv=argv)) as connection:
        copied(connection)
    return codes.CLEAN


def _connect(options: argparse.Namespace) -> int:
    from generator.cli.lab_stream import interactive
    from generator.lab.agent.protocol import Request
    from generator.lab.engine.start import channel_to

    port = int(options.rest[0]) if options.rest and options.rest[0].isdigit() else 22
    with channel_to(options.inventory).open(Request(verb="connect", device=options.device, port=port)) as connection:
        interactive(connection, raw=False)
    return codes.CLEAN


def _kernel(options: argparse.Namespace) -> int:
    from generator.cli.output import progress
    from generator.cli.stdout import emit
    from generator.lab.engine import uml

    with progress(options) as bar:
        path = uml.kernel(bar)
    emit(f"{path}\n")
    return codes.CLEAN
