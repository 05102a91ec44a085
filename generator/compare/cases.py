"""The routers of an inventory on both sides: two plans, or running configs and a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from generator.change.lifecycle import refused
from generator.compare.state import Case, Texts, planned_state, running_state
from generator.inventory.intent import Intent
from generator.inventory.secrets import PastSecrets
from generator.model.finding import Finding, Location, Severity
from generator.model.outcome import Refused
from generator.model.plan import DevicePlan
from generator.pipeline import read_inventory
from generator.plan import plan
from generator.platforms import load as load_platform
from generator.readback.device_files import read_files
from generator.source.revision import RevisionError, at_revision

Live = Callable[[DevicePlan], Texts]
"""Fetches what a router runs."""


def edited(before: Intent, after: Intent) -> list[Case]:
    """The routers of both states of an inventory."""
    old, new = plan(before).plan.devices, plan(after).plan.devices
    return [
        Case(
            device=name,
            before=planned_state(old[name]) if name in old else None,
            after=planned_state(new[name]) if name in new else None,
            rendered=True,
        )
        for name in dict.fromkeys((*new, *old))
    ]


def running_cases(after: Intent, texts: Mapping[str, Texts], earlier: Intent | None = None) -> list[Case]:
    """The routers whose running configs are there."""
    old = {} if earlier is None else plan(earlier).plan.devices
    return [
        Case(
            device=name,
            before=running_state(device, texts[name], old.get(name)),
            after=planned_state(device),
            rendered=False,
        )
        for name, device in plan(after).plan.devices.items()
        if name in texts
    ]


def cases_of(
    intent: Intent,
    *,
    running: Path | None,
    live: Live | None,
    earlier: Intent | None,
) -> tuple[list[Case], list[Finding]]:
    """Every router on both sides, and what stands against the change."""
    against = [] if earlier is None else refused(earlier, intent)
    if running is None and live is None:
        assert earlier is not None
        return edited(earlier, intent), against
    texts: dict[str, Texts] = {}
    for name, device in plan(intent).plan.devices.items():
        if live is not None:
            texts[name] = live(device)
        elif running is not None:
            found, trouble = read_files(device, load_platform(device.platform), running)
            against += trouble
            if found and not trouble:
                texts[name] = found
    cases = running_cases(intent, texts, earlier)
    against += [_broken(case) for case in cases if case.before is not None and case.before.broken]
    return [case for case in cases if case.before is None or not case.before.broken], against


def _broken(case: Case) -> Finding:
    assert case.before is not None
    first = case.before.broken[0]
    return Finding(
        rule="RB-005",
        severity=Severity.ERROR,
        message=f"the running config of {case.device} cannot be read: line {first.line} of {first.file or 'it'}, "
        f"{first.reason or 'which no reader knows'}",
        where=Location(case.device),
        device=case.device,
        fix="copy it from the router again, as a whole",
    )


@contextmanager
def earlier_intent(inventory: Path, since: str | None) -> Iterator[tuple[Intent | None, str]]:
    """The intent of a git revision of the inventory, and the revision's full name; None without one."""
    if since is None:
        yield None, ""
        return
    try:
        with at_revision(inventory, since) as past:
            now = inventory if inventory.is_dir() else inventory.parent
            loaded = read_inventory(past.path, secrets=PastSecrets(past.path, now))
            if loaded.intent is None:
                raise Refused(
                    f"the inventory of revision {since} cannot be read: {loaded.stopped}",
                    "name a revision whose inventory is valid",
                )
            yield loaded.intent, past.commit
    except RevisionError as error:
        raise Refused(error.message, error.fix) from None
