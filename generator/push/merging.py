"""Commands for platforms whose config is not ours alone: from what a router runs to what it should run.

A text that is merged removes nothing.  So what is sent is the change set between the running config and the rendered
one.  It is tried on the simulated router before anybody sends it, and what it was meant to remove must be gone
afterwards (NAP-03).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generator.change.commands import CannotPlanError, change_set
from generator.change.simulate import CannotSimulateError, router
from generator.change.texts import trees_of
from generator.model.change import Command, Step
from generator.model.facts import FACT_TABLES, Facts, ReadResult
from generator.model.outcome import Refused
from generator.model.plan import DevicePlan
from generator.platforms import load
from generator.platforms.base import Platform
from generator.push.candidate import Candidate, differences, drained_running, intended, missing, unbundle
from generator.push.drain import Drain
from generator.readback.read import read_trees
from generator.readback.words import title

NOTHING_SENT = "nothing was sent"


def can_merge(plan: DevicePlan) -> None:
    """`Refused` where a platform takes commands, but nobody knows which."""
    platform = load(plan.platform)
    if platform.change is None or platform.merge_text is None or platform.device is None:
        raise Refused(
            f"{plan.name}: push cannot change a {platform.title}: its package does not say how it is changed",
            "`peerwright render` writes its config; leave the router out with --only",
        )


def commands(plan: DevicePlan, running: str, *, known: Mapping[str, str] | None = None) -> Candidate:
    """The commands from what runs to a plan.  ``known``: files that were put on the router just before.

    `Refused` where they cannot be worked out, or where they would lead somewhere else.
    """
    return _commands(plan, running, intended(plan), known)[0]


def drain(plan: DevicePlan, running: str, how: Drain) -> Candidate | None:
    """The commands that drain what runs now, so that traffic is gone before anything else changes.

    None where they would do more than that, or something else.
    """
    found = drained_running(plan, running, how)
    if found is None:
        return None
    platform = load(plan.platform)
    try:
        made, end = _commands(found.plan, running, found.after, None)
    except Refused:
        return None
    meant = _lines(platform, found.before) - _lines(platform, found.after)
    done = _lines(platform, found.now) - _lines(platform, end)
    facts = platform.observable(found.plan.facts)
    return made if done <= meant and _read(platform, end).facts == facts else None


def _lines(platform: Platform, texts: Mapping[str, str]) -> set[str]:
    return set(router(platform, texts).text().splitlines())


def _commands(
    plan: DevicePlan, running: str, texts: Mapping[str, str], known: Mapping[str, str] | None
) -> tuple[Candidate, dict[str, str]]:
    """The commands, and the files that the router would run after them."""
    platform = load(plan.platform)
    now = unbundle(platform, running)
    there, back = _steps(plan, platform, now, texts, known)
    end = _after(plan, platform, now, there)
    wrong = missing(plan, _read(platform, end), end)
    if wrong:
        raise Refused(f"{plan.name}: the commands would not lead to the plan: {'; '.join(wrong[:4])}", NOTHING_SENT)
    before, after = _read(platform, now).facts, _read(platform, end).facts

    def problems(text: str) -> list[str]:
        return [
            *differences(plan, text),
            *_leftover(before, after, _read(platform, unbundle(platform, text)).facts),
        ]

    shown = "\n".join("\n".join((*one.context, one.shown)) for step in there for one in step.commands)
    made = Candidate(_merged(platform, there), False, problems, shown, _merged(platform, back))
    return made, end


def _steps(
    plan: DevicePlan,
    platform: Platform,
    now: Mapping[str, str],
    texts: Mapping[str, str],
    known: Mapping[str, str] | None,
) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """There, and back."""
    try:
        found = change_set(platform, plan, now, texts, before=known)
    except CannotPlanError as error:
        raise Refused(f"{plan.name}: {error}", NOTHING_SENT) from None
    return found.steps, found.rollback


def _read(platform: Platform, texts: Mapping[str, str]) -> ReadResult:
    """Quickly: the parser that takes its time reads what the router runs after a commit (`differences`)."""
    return read_trees(platform, trees_of(platform, texts), [])


def _after(plan: DevicePlan, platform: Platform, now: Mapping[str, str], steps: Iterable[Step]) -> dict[str, str]:
    """What the router would run after these steps."""
    try:
        device = router(platform, now)
    except CannotSimulateError as error:
        raise Refused(f"{plan.name}: {error}", NOTHING_SENT) from None
    for step in steps:
        for one in step.commands:
            refused = device.apply(one.context, one.text)
            if refused:
                line = " / ".join((*one.context, one.shown))
                raise Refused(f"{plan.name}: the router would refuse {line!r}: {refused}", NOTHING_SENT)
    return device.texts()


def _merged(platform: Platform, steps: Iterable[Step]) -> str:
    every: list[Command] = [one for step in steps for one in step.commands]
    return "" if platform.merge_text is None else platform.merge_text(every)


def _leftover(before: Facts, meant: Facts, now: Facts) -> list[str]:
    """What was to go and is there: a refused removal changes nothing that the plan asks for, so only this sees it."""
    return [
        f"{title(table, key, thing)} is still there"
        for table in FACT_TABLES
        for key, thing in getattr(now, table).items()
        if key in getattr(before, table) and key not in getattr(meant, table)
    ]
