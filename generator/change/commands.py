"""Running and intended config → the commands between them, in an order that is safe after every one.

The order comes from three things.  What is named must be there before what names it, and go after it.  What only one
may hold (a subnet, a tag) is let go before another takes it.  And what is in use changes in one step: where its lines
cannot be changed one by one, a twin under another name stands in for it meanwhile, so that each neighbour always has
either the old filter or the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generator.change.resets import resets_between, risks_of
from generator.change.sequence import Sequence, ways
from generator.change.target import target
from generator.change.texts import trees_of
from generator.model.change import ChangeSet, Command, Step
from generator.model.collector import collector_paused
from generator.model.plan import DevicePlan
from generator.platforms.base import Platform
from generator.platforms.changing import Grammar


class CannotPlanError(Exception):
    """The platform has no way to change a running config."""


def change_set(
    platform: Platform,
    device: DevicePlan,
    running: Mapping[str, str],
    intended: Mapping[str, str],
    *,
    before: Mapping[str, str] | None = None,
    prune: bool = False,
) -> ChangeSet:
    """The way from the running texts to the intended ones, and back, for one router (texts by file name).

    ``before``: what peerwright rendered for the router the last time, where that is known.  What of it is not intended
    any more is removed; without it only what bears our marks is.  ``prune``: foreign lines in our blocks go too.
    Raises `CannotPlanError` where the platform has no grammar of changes.
    """
    if platform.change is None:
        raise CannotPlanError(f"cannot plan changes for {platform.title}: its package does not say how it is changed")
    with collector_paused():
        return _planned(platform, platform.change, device, running, intended, before, prune=prune)


def _planned(
    platform: Platform,
    grammar: Grammar,
    device: DevicePlan,
    running: Mapping[str, str],
    intended: Mapping[str, str],
    before: Mapping[str, str] | None,
    *,
    prune: bool,
) -> ChangeSet:
    now_trees, then_trees = trees_of(platform, running), trees_of(platform, intended)
    now = grammar.items(now_trees, running)
    then = grammar.items(then_trees, intended, now)
    known = {} if before is None else grammar.items(trees_of(platform, before), before, now)
    wanted = target(grammar, now, then, known, prune=prune)
    forward = ways(grammar, now, wanted)
    there = _steps(grammar, device, forward)
    back = _steps(grammar, device, ways(grammar, wanted, now))
    rebuilt = set[tuple[str, str]]().union(*(one.moves.rebuilt for one in forward))
    felt = any(one.beyond_filters for one in forward)
    return ChangeSet(
        device=device.name,
        platform=platform.id,
        steps=there,
        rollback=back,
        resets=resets_between(platform, now_trees, then_trees, rebuilt) if felt else (),
        risks=risks_of(grammar, there),
        atomic=grammar.atomic,
    )


def _steps(grammar: Grammar, device: DevicePlan, sequences: Iterable[Sequence]) -> tuple[Step, ...]:
    customers: dict[str, set[str]] = {}
    for session in device.sessions:
        customers.setdefault(session.neighbor[0], set()).add(session.customer)
    return tuple(
        Step(
            tuple(Command(one.context, one.text, grammar.mask(one.text)) for one in move.commands),
            move.why,
            tuple(sorted({name for space in move.spaces for name in customers.get(space, ())})),
        )
        for sequence in sequences
        for move in sequence.run()
    )
