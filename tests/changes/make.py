"""Write the folders of ``tests/changes`` anew: ``python -m tests.changes.make``."""

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


def every() -> Iterator[tuple[str, str, str, Texts, Texts]]:
    """Platform, name, what it is about, running and intended texts of every change."""
    for name, (platform, about, *_) in EIGHT.items():
        file = load(platform).files[0].name
        running, intended = texts_of(name)
        yield platform, name, about, {file: running}, {file: intended}
    for platform in PLATFORMS:
        for name, (about, before, after) in EDITS.items():
            inventory = base(platform)
            before(inventory)
            _, running = rendered(inventory)
            after(inventory)
            yield platform, name, about, running, rendered(inventory)[1]


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


def main() -> None:
    """Write them."""
    for platform in PLATFORMS:
        shutil.rmtree(ROOT / platform, ignore_errors=True)
    for platform, name, about, running, intended in every():
        change: ChangeSet = planned(platform, name, running, intended).change
        folder = ROOT / platform / name
        for part, texts in (("running", running), ("intended", intended)):
            (folder / part).mkdir(parents=True)
            for file, text in texts.items():
                (folder / part / file).write_text(text)
        (folder / "about").write_text(f"{about}\n")
        (folder / "commands").write_text(text_of(change.steps))
        (folder / "rollback").write_text(text_of(change.rollback))
        resets = "".join(f"{one.vrf} {one.neighbour} {one.seconds}: {one.why}\n" for one in change.resets)
        (folder / "resets").write_text(resets)


if __name__ == "__main__":
    main()
