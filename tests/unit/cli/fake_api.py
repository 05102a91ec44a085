"""A `generator.api` that does nothing but answer: the inventory's name says what is found in it.

As a program it runs the command line on this api in a process of its own:
``python -m tests.unit.cli.fake_api check clean``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from generator.handover import HandoverDocument
from generator.model.finding import Finding, Location, Severity
from generator.model.secret import Secret
from generator.report.progress import ProgressBar
from tests.unit.report.samples import ACCEPTED, KEY, NO_PLACE, RUN, VLAN, Run

CALLS: list[tuple[Any, ...]] = []
"""What the command line called, in order."""


class Refused(Exception):  # noqa: N818 - the api's name for it
    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


class Shown:
    def __init__(self, path: str, value: str, origin: str, where: Location | None = None, note: str = "") -> None:
        self.path, self.value, self.origin, self.where, self.note = path, value, origin, where, note


MANY = tuple(
    Finding(rule="INV-001", severity=Severity.ERROR, message=f"number {n} " + "x" * 200, where=Location("a", n + 1, 1))
    for n in range(5_000)
)

ANSWERS = {
    "clean": Run((), RUN.tiers, RUN.devices),
    "errors": RUN,
    "warnings": Run((NO_PLACE, KEY), RUN.tiers, RUN.devices),
    "accepted": Run((ACCEPTED,), RUN.tiers, RUN.devices),
    "unreadable": Run((), customers=0, circuits=0, stopped="unreadable: the folder has no YAML file"),
    "stopped": Run((VLAN,), RUN.tiers[:1], stopped="rendering: there are errors"),
    "many": Run(MANY),
}


def answer(inventory: Path) -> Run:
    if inventory.name == "bug":
        key = Secret("hunter2", "env:KEY")
        raise KeyError(f"{key.reveal()} is not a key I know")
    if inventory.name == "refused":
        raise Refused("'build' cannot be written to: no space left", "make room, or give another folder with -o")
    if inventory.name == "interrupted":
        raise KeyboardInterrupt
    if inventory.name == "slow":
        sys.stderr.write("working\n")
        sys.stderr.flush()
        time.sleep(60)
    return ANSWERS[inventory.name]


def check(inventory: Path, *, jobs: int = 1, native: bool = True, progress: ProgressBar | None = None) -> Run:
    CALLS.append(("check", inventory, jobs, native, progress))
    return answer(inventory)


def render(
    inventory: Path,
    out: Path,
    *,
    only: Sequence[str] = (),
    jobs: int = 1,
    native: bool = True,
    progress: ProgressBar | None = None,
) -> Run:
    CALLS.append(("render", inventory, out, only, jobs, native))
    return answer(inventory)


def verify(inventory: Path, configs: Path, *, only: Sequence[str] = ()) -> Run:
    CALLS.append(("verify", inventory, configs, only))
    return answer(inventory)


def show(inventory: Path, path: str) -> tuple[list[Shown], tuple[Finding, ...]]:
    if path == "nowhere":
        return [], ()
    where = Location("inventories/northlake/customers/charlie.yaml", 3, 8)
    return [
        Shown("customers.charlie.vrf", "CHARLIE", "inventory", where),
        Shown("customers.charlie.hold", "180", "built-in default", None, "Microsoft's edge is fixed at it"),
    ], answer(inventory).findings


def handover(inventory: Path, customer: str, circuit: str | None = None) -> tuple[HandoverDocument | None, Run]:
    CALLS.append(("handover", inventory, customer, circuit))
    result = answer(inventory)
    if result is not ANSWERS["clean"]:
        return None, result
    empty = HandoverDocument(
        version=1,
        inventory="",
        lab=False,
        customer=customer,
        name=customer.title(),
        model="connect_to",
        circuits=(),
        vnets=(),
        vpns=(),
        steps=(),
    )
    return empty, result


def json_schema() -> dict[str, object]:
    return {"title": "inventory", "type": "object"}


def init(directory: Path) -> list[Path]:
    if directory.name == "full":
        raise Refused(f"{directory} is not empty", "give a new folder")
    return [directory / "inventory.yaml", directory / "customers" / "example.yaml"]


def module() -> ModuleType:
    """This as `generator.api`."""
    fake = ModuleType("generator.api")
    for name in ("check", "render", "verify", "show", "handover", "json_schema", "init", "Refused", "Shown"):
        setattr(fake, name, globals()[name])
    return fake


if __name__ == "__main__":
    sys.modules["generator.api"] = module()
    from generator.cli import main

    sys.exit(main())
