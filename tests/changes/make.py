"""Write the records of ``tests/changes`` anew: ``python -m tests.changes.make``.

Kept are the commands and the way back of every change.  Running and intended config are not kept: they are rendered from the
inventories of `tests.changes.cases`, or are the texts of `tests.changes.peers`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from generator.model.change import ChangeSet, Step
from generator.model.facts import Facts
from generator.model.plan import DevicePlan
from generator.platforms import load
from tests.changes.cases import EDITS, base
from tests.changes.peers import EIGHT, texts_of
from tests.changing import Texts, proven, rendered

ROOT = Path(__file__).parent
PLATFORMS = ("cisco_xe", "juniper_junos", "linux_frr")


def every() -> Iterator[tuple[str, str]]:
    """Platform and name of every change."""
    for name, (platform, *_) in EIGHT.items():
        yield platform, name
    for platform in PLATFORMS:
        for name in EDITS:
            yield platform, name


def texts(platform: str, name: str) -> tuple[Texts, Texts]:
    """Running and intended texts of a change."""
    if name in EIGHT:
        file = load(platform).files[0].name
        running, intended = texts_of(name)
        return {file: running}, {file: intended}
    _, before, after = EDITS[name]
    inventory = base(platform)
    before(inventory)
    _, old = rendered(inventory)
    after(inventory)
    return old, rendered(inventory)[1]


def about(name: str) -> str:
    """What a change is about, in a few words."""
    return EIGHT[name][1] if name in EIGHT else EDITS[name][0]


def plan_of(platform: str) -> DevicePlan:
    """A plan that says no more than whose config it is."""
    return DevicePlan(name="r1", platform=platform, title="", facts=Facts(hostname="r1"), sessions=(), origins={})


def planned(platform: str, name: str, running: Texts, intended: Texts):  # type: ignore[no-untyped-def]
    """The change with its proof.  What we rendered ourselves is known to be ours."""
    before = None if name in EIGHT else running
    return proven(plan_of(platform), running, intended, before=before)


def text_of(steps: tuple[Step, ...]) -> str:
    """Steps as a file that a reviewer can read; keys masked."""
    lines = []
    for step in steps:
        lines.append(f"# {step.why}")
        lines += [" / ".join((*command.context, command.shown)) for command in step.commands]
    return "".join(f"{line}\n" for line in lines)


def recorded(name: str, change: ChangeSet) -> dict[str, str]:
    """The files of a change: the commands, with what they are about and what they disturb, and the way back."""
    resets = [f"## resets {one.vrf} {one.neighbour}, {one.seconds} s: {one.why}" for one in change.resets]
    risks = [f"## risk: {one.text} ({one.why})" for one in change.risks]
    head = "".join(f"{line}\n" for line in (f"## {about(name)}", *resets, *risks))
    return {f"{name}.commands": head + text_of(change.steps), f"{name}.rollback": text_of(change.rollback)}


def main() -> None:
    """Write them."""
    for platform in PLATFORMS:
        shutil.rmtree(ROOT / platform, ignore_errors=True)
        (ROOT / platform).mkdir()
    for platform, name in every():
        for file, text in recorded(name, planned(platform, name, *texts(platform, name)).change).items():
            (ROOT / platform / file).write_text(text)


if __name__ == "__main__":
    main()
