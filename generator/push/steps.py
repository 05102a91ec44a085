"""The commits of one router, and what each of them leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from generator.push.candidate import Candidate, Making
from generator.push.state import Expectation


class Kind(StrEnum):
    """What a commit is for."""

    DRAIN = "drain"
    CHANGE = "change"
    UNDRAIN = "undo the drain"


@dataclass(frozen=True, slots=True)
class Drained:
    """How a router's path is emptied before it is changed, and filled again."""

    running: Callable[[str], Candidate | None]
    """Running config → the same, drained; None where that cannot be said."""
    change: Making
    """To the new config, drained."""
    undo: Making
    """From there to the new config."""
    wanted: Expectation


@dataclass(frozen=True, slots=True)
class Target:
    """One router, and all that is to be sent to it."""

    router: str
    text: str
    """The config that it is to run, with keys: never for a report."""
    final: Making
    wanted: Expectation
    drained: Drained | None = None
    timer: bool = True
    """The router can go back by itself."""
    other: str = ""
    """The router of the other path, which must not notice anything."""


@dataclass(frozen=True, slots=True)
class Step:
    """One commit.  Its candidate is made of what runs when its turn comes."""

    kind: Kind
    make: Callable[[str], Candidate | None]
    wanted: Expectation


def steps_of(target: Target) -> tuple[Step, ...]:
    """The commits of one router, in their order."""
    path = target.drained
    if path is None:
        return (Step(Kind.CHANGE, target.final, target.wanted),)
    return (
        Step(Kind.DRAIN, path.running, path.wanted),
        Step(Kind.CHANGE, path.change, path.wanted),
        Step(Kind.UNDRAIN, path.undo, target.wanted),
    )
