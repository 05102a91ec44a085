"""What leads a router from the config it runs to the one it should run, and back."""

from __future__ import annotations

import msgspec


class Command(msgspec.Struct, frozen=True):
    """One line as typed into the router (or one line of a candidate config)."""

    context: tuple[str, ...]
    """The lines that lead to where it is typed, outermost first; empty at the top level."""
    text: str
    """As the router takes it, keys in clear: for command files and for the push, never for a report."""
    shown: str
    """The same with every key masked: for everything that a person sees."""


class Step(msgspec.Struct, frozen=True):
    """A few commands that belong together; the router is safe after each of them."""

    commands: tuple[Command, ...]
    why: str
    """A sentence: ``define the new filter before the neighbour refers to it``."""
    subjects: tuple[str, ...] = ()
    """Customers that it concerns; empty for what all share."""


class Reset(msgspec.Struct, frozen=True):
    """A session that goes down on the way, because it must."""

    vrf: str
    neighbour: str
    seconds: int
    """How long at most until it is Established again, where nothing else is wrong."""
    why: str


class Risk(msgspec.Struct, frozen=True):
    """What could go wrong for traffic, and why we think so."""

    text: str
    why: str


class ChangeSet(msgspec.Struct, frozen=True):
    """One router: the way there in order, and the way back in order."""

    device: str
    platform: str
    steps: tuple[Step, ...]
    rollback: tuple[Step, ...]
    resets: tuple[Reset, ...] = ()
    risks: tuple[Risk, ...] = ()
    atomic: bool = False
    """The platform applies all steps in one commit, so that only the two ends are ever live."""
