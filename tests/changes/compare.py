"""What hier_config 2.x makes of the same changes (IOS-XE): ``python -m tests.changes.compare`` prints a table."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

from hier_config.host import Host

from generator.change.simulate import router, simulate
from generator.model.change import Command, Reset, Step
from generator.platforms import load
from tests.changes.make import every, planned, texts
from tests.changing import Texts, comparable, meaning

FILE = "running.cfg"


def theirs(running: str, intended: str) -> tuple[Step, ...]:
    """hier_config's remediation as steps, one line after the other."""
    logging.disable(logging.ERROR)
    host = Host(hostname="r1", os="ios")
    host.load_running_config(running)
    host.load_generated_config(intended)
    commands = [
        Command(path, text, text)
        for child in host.remediation_config().all_children_sorted()
        for path, text in [_place(child)]
    ]
    return (Step(tuple(commands), "hier_config"),)


def _place(child: object) -> tuple[tuple[str, ...], str]:
    *path, text = child.path()  # type: ignore[attr-defined]
    return tuple(path), text


def judged(
    running: Texts, intended: Texts, steps: tuple[Step, ...], resets: tuple[Reset, ...]
) -> tuple[bool, int, int]:
    """Whether the end is right, how many commands there are, and after how many of them the router is not safe."""
    platform = load("cisco_xe")
    run = simulate(platform, running, steps, resets=resets)
    at = router(platform, running)
    for step in steps:
        for command in step.commands:
            at.apply(command.context, command.text)
    wanted = meaning(platform, intended)
    right = comparable(platform.read(at.trees()).facts, wanted) == comparable(wanted, wanted)
    return right, len(run.states), sum(bool(one.problems) for one in run.states)


def rows() -> Iterator[str]:
    yield "| change | ours: end, commands, unsafe | hier_config: end, commands, unsafe |"
    yield "|---|---|---|"
    score = [0, 0]
    names = sorted(name for platform, name in every() if platform == "cisco_xe")
    for name in names:
        running, intended = texts("cisco_xe", name)
        cells = []
        change = planned("cisco_xe", name, running, intended).change
        for place, steps in enumerate((change.steps, theirs(running[FILE], intended[FILE]))):
            right, commands, unsafe = judged(running, intended, steps, change.resets)
            score[place] += right and not unsafe
            cells.append(f"{'right' if right else 'wrong'}, {commands}, {unsafe}")
        yield f"| {name} | {cells[0]} | {cells[1]} |"
    yield f"| **right and safe** | {score[0]} of {len(names)} | {score[1]} of {len(names)} |"


if __name__ == "__main__":
    for row in rows():
        sys.stdout.write(f"{row}\n")
