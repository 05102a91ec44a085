"""One command after the other, and whether the router is safe after each.

The simulated router is the platform's (``PLATFORM.device``); what it says is read by the platform's reader.  Nothing
here comes from the planner, so that a fault there is seen here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from generator.change.invariants import Invariants
from generator.change.texts import trees_of
from generator.model.change import ChangeSet, Command, Reset, Step
from generator.platforms.base import Platform
from generator.platforms.changing import Device


class State(msgspec.Struct, frozen=True):
    """What is wrong after a command; nothing, if all is well."""

    step: Step
    command: Command
    problems: tuple[str, ...]


class Simulation(msgspec.Struct, frozen=True):
    """All states of the way."""

    states: tuple[State, ...]
    text: str
    """The config at the end, in the simulated router's own order."""

    @property
    def problems(self) -> list[str]:
        return [
            f"after {' / '.join((*one.command.context, one.command.shown))}: {text}"
            for one in self.states
            for text in one.problems
        ]

    @property
    def safe(self) -> bool:
        return not any(one.problems for one in self.states)


class CannotSimulateError(Exception):
    """The platform has no simulated router."""


def simulate(
    platform: Platform,
    running: Mapping[str, str],
    steps: Iterable[Step],
    *,
    resets: Iterable[Reset] = (),
    atomic: bool = False,
) -> Simulation:
    """Apply the steps to a router that runs these texts, and look at it after every command.

    ``resets``: sessions that may go down on the way.  ``atomic``: the platform takes them all in one commit, so that only the end is looked at.
    """
    steps = tuple(steps)
    first, last = router(platform, running), router(platform, running)
    ends = Invariants(platform, first, _at_end(last, steps), resets)
    device = router(platform, running)
    states = []
    commands = [(step, command) for step in steps for command in step.commands]
    for place, (step, command) in enumerate(commands, 1):
        refused = device.apply(command.context, command.text)
        problems = [f"refused: {refused}"] if refused else []
        if not atomic or place == len(commands):
            problems += ends.broken(device)
        states.append(State(step, command, tuple(problems)))
    return Simulation(tuple(states), device.text())


def router(platform: Platform, texts: Mapping[str, str]) -> Device:
    """A simulated router that runs these texts."""
    if platform.device is None:
        raise CannotSimulateError(f"cannot simulate {platform.title}")
    return platform.device(trees_of(platform, texts))


def _at_end(device: Device, steps: tuple[Step, ...]) -> Device:
    for step in steps:
        for command in step.commands:
            device.apply(command.context, command.text)
    return device


def explain(platform: Platform, running: Mapping[str, str], change: ChangeSet) -> str:
    """The way there as a text for people: each step, each command, and what is wrong after it, if anything is."""
    return "\n".join(
        _lines(change, simulate(platform, running, change.steps, resets=change.resets, atomic=change.atomic))
    )


def _lines(change: ChangeSet, run: Simulation) -> Iterator[str]:
    yield f"{change.device}: {len(change.steps)} steps, {len(run.states)} commands"
    step: Step | None = None
    number = 0
    for state in run.states:
        if state.step is not step:
            step, number = state.step, number + 1
            about = f" ({', '.join(step.subjects)})" if step.subjects else ""
            yield f"\n{number}. {step.why}{about}"
        yield f"   {' / '.join((*state.command.context, state.command.shown))}"
        yield from (f"      UNSAFE: {problem}" for problem in state.problems)
    yield "\nevery state on the way is safe" if run.safe else f"\n{len(run.problems)} unsafe states"
