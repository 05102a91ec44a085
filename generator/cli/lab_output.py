"""What the actions of ``lab`` print."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence

from generator import __version__
from generator.cli.output import colored
from generator.cli.stdout import emit
from generator.lab.lab import Lab
from generator.lab.proof import ProofRow, Verdict
from generator.lab.state import Folder, Record
from generator.report.table import grid
from generator.report.terminal import Painter, printable

_STYLES = {Verdict.PROVEN: "good", Verdict.REFUTED: "error", Verdict.NOT_RUN: "warning"}


def _json(verb: str, **said: object) -> None:
    emit(json.dumps({"verb": f"lab {verb}", "version": __version__, **said}, indent=2) + "\n")


def _about(record: Record | None) -> dict[str, object]:
    if record is None:
        return {}
    return {
        "lab": record.name,
        "engine": record.engine,
        "reason": record.reason,
        "boot_seconds": round(record.boot_seconds, 2),
        "ready_seconds": round(record.ready_seconds, 2),
        "unproven": list(record.unproven),
    }


def up_output(options: argparse.Namespace, record: Record, lab: Lab, missing: Sequence[str]) -> None:
    """The lab, and what is still down."""
    if options.format == "json":
        _json("up", **_about(record), devices=list(lab.topology.devices), not_established=list(missing))
        return
    paint = Painter(colored(options))
    total = sum(len(device.facts.neighbors) for device in lab.plan.devices.values())
    lines = [
        f"lab {record.name}: {len(lab.topology.devices)} devices up in {record.boot_seconds:.1f} s, "
        f"{total - len(missing)} of {total} BGP sessions Established after {record.ready_seconds:.1f} s",
        *(f"{paint('error', 'not up')}  {printable(one)}" for one in missing),
        *_unproven(record, paint),
        f"{paint('label', 'more')}    peerwright lab shell {record.name} {record.routers[0]}; "
        f"ssh -F {lab.folder}/ssh_config {record.routers[0]}; peerwright lab down {record.name}",
    ]
    emit("".join(f"{line}\n" for line in lines))


def down_output(options: argparse.Namespace, name: str, *, found: bool) -> None:
    """Which lab is down, and whether it was up before."""
    if options.format == "json":
        _json("down", lab=name, found=found)
    else:
        emit(f"lab {printable(name)} is down\n" if found else f"there was no lab {printable(name)}\n")


def _unproven(record: Record, paint: Painter) -> list[str]:
    return [f"{paint('warning', 'unproven')}  {printable(one)}" for one in record.unproven]


def run_output(
    options: argparse.Namespace, record: Record | None, outcome: Sequence[tuple[str, Sequence[ProofRow]]]
) -> None:
    """The table of proofs, a scenario after the other."""
    if options.format == "json":
        proofs = [
            {
                "scenario": name,
                "proof": row.name,
                "verdict": row.verdict.value,
                "figure": row.figure,
                "detail": row.detail,
                "seconds": round(row.seconds, 2),
            }
            for name, rows in outcome
            for row in rows
        ]
        _json("run", **_about(record), proofs=proofs)
        return
    paint = Painter(colored(options))
    blocks = []
    for name, rows in outcome:
        cells = [(row.name, row.verdict.value, row.figure, f"{row.seconds:.1f} s") for row in rows]
        text = grid((name, "verdict", "figure", "took"), cells, left=3, paint=paint)
        for verdict, style in _STYLES.items():
            text = text.replace(f"  {verdict.value} ", f"  {paint(style, verdict.value)} ")
        details = [f"{paint('label', row.name)}: {printable(row.detail)}" for row in rows if row.detail]
        blocks.append(text + "".join(f"{line}\n" for line in details))
    if record is not None:
        lines = [
            f"engine {record.engine} ({record.reason}); devices up in {record.boot_seconds:.1f} s, "
            f"ready after {record.ready_seconds:.1f} s",
            *_unproven(record, paint),
        ]
        blocks.append("".join(f"{line}\n" for line in lines))
    rows = [row for _, some in outcome for row in some]
    counts = ", ".join(f"{sum(row.verdict is one for row in rows)} {one.value}" for one in Verdict)
    failed = any(row.verdict is Verdict.REFUTED for row in rows)
    emit("\n".join([*blocks, f"{paint('error' if failed else 'good', counts)}\n"]))


def status_output(options: argparse.Namespace, record: Record, lab: Lab) -> bool:
    """Devices and sessions; whether every session is up."""
    states = {name: lab.sessions(name) for name in lab.plan.devices}
    rows = [
        (
            router,
            vrf or "-",
            str(address),
            lab.plan.devices[router].facts.neighbors[vrf, address, family].description,
            state,
        )
        for router, found in states.items()
        for (vrf, address, family), state in found.items()
    ]
    if options.format == "json":
        names = ("router", "vrf", "neighbor", "description", "state")
        sessions = [dict(zip(names, row, strict=True)) for row in rows]
        devices = [
            {"name": one.name, "role": one.role.value, "title": one.title} for one in lab.topology.devices.values()
        ]
        _json("status", **_about(record), devices=devices, sessions=sessions)
    else:
        paint = Painter(colored(options))
        devices_table = grid(
            ("device", "role", "what it is"),
            [(one.name, one.role.value, one.title) for one in lab.topology.devices.values()],
            left=3,
            paint=paint,
        )
        sessions_table = grid(("router", "vrf", "neighbor", "what it is", "state"), rows, left=5, paint=paint)
        since = time.strftime("%H:%M:%S", time.localtime(record.started))
        emit(f"lab {record.name}, engine {record.engine}, up since {since}\n\n{devices_table}\n{sessions_table}")
    return all(row[4] == "Established" for row in rows)


def labs_output(options: argparse.Namespace, found: Sequence[Folder]) -> None:
    """Which labs are up."""
    rows = []
    for folder in found:
        record = folder.record()
        state = "up" if folder.running() else "left by a crash: peerwright lab down clears it away"
        rows.append((folder.name, record.engine if record else "", record.inventory if record else "", state))
    if options.format == "json":
        names = ("lab", "engine", "inventory", "state")
        _json("status", labs=[dict(zip(names, row, strict=True)) for row in rows])
    elif rows:
        emit(grid(("lab", "engine", "inventory", "state"), rows, left=4, paint=Painter(colored(options))))
    else:
        emit("no lab is up\n")
