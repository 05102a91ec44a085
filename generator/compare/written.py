"""From an inventory to a written change pack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from generator.change.commands import CannotPlanError, change_set
from generator.change.pack import Pack
from generator.change.simulate import CannotSimulateError, explain
from generator.compare import comparison_of, described
from generator.compare.cases import Live, cases_of, earlier_intent
from generator.compare.files import pack_files, write_files
from generator.compare.state import Case, planned_state
from generator.compare.window import pack_of, pictures_of
from generator.inventory.intent import Intent
from generator.model.change import ChangeSet
from generator.model.finding import Finding, Severity
from generator.plan import plan


class Written(msgspec.Struct):
    """A change pack, and what became of its files."""

    pack: Pack
    written: int = 0
    unchanged: int = 0
    refused: bool = False
    """Something stands against the change, so no file was written."""


def write_pack(
    intent: Intent,
    inventory: Path,
    out: Path,
    *,
    running: Path | None,
    live: Live | None,
    since: str | None,
    prune: bool,
    findings: Sequence[Finding],
    settle: Callable[[Sequence[Finding]], tuple[Finding, ...]],
) -> Written:
    """Compare, work out the commands, write.  ``settle`` gives findings their places in the inventory's files."""
    with earlier_intent(inventory, since) as (earlier, commit):
        cases, against = cases_of(intent, running=running, live=live, earlier=earlier)
        name, other = described(intent, inventory, running=running, live=live, commit=commit)
        edit = None if earlier is None else (earlier, intent)
        found = comparison_of(cases, against, name, other, edit)
    found = msgspec.structs.replace(found, findings=settle(found.findings))
    changes = {case.device: change for case in cases if (change := commands_of(case, prune=prune)) is not None}
    pack = pack_of(found, cases, plan(intent).plan.pairs, changes, findings)
    if any(one.severity is Severity.ERROR and not one.acknowledged for one in found.findings):
        return Written(pack, refused=True)
    written, unchanged = write_files(out, pack_files(pack, pictures_of(found, cases)))
    return Written(pack, written, unchanged)


def commands_of(case: Case, *, prune: bool) -> ChangeSet | None:
    """The commands for one router and the way back; None where its platform does not tell how it is changed.

    Where both sides are texts of ours, the first one stands for what the router runs.
    """
    after, before = case.after, case.before
    if after is None or after.side.plan is None or before is None or before.platform.id != after.platform.id:
        return None
    known = before.texts if case.rendered else None
    if not case.rendered and before.side.plan is not None:
        known = planned_state(before.side.plan).texts
    try:
        return change_set(after.platform, after.side.plan, before.texts, after.texts, before=known, prune=prune)
    except CannotPlanError:
        return None


def explained(cases: Sequence[Case], *, prune: bool) -> str:
    """Every command of every router, what the simulated router is like after it, and whether that is safe; keys masked."""
    parts = []
    for case in cases:
        change = commands_of(case, prune=prune)
        if case.before is None or change is None:
            parts.append(f"{case.device}: no commands were worked out\n")
            continue
        try:
            parts.append(explain(case.before.platform, case.before.texts, change) + "\n")
        except CannotSimulateError as error:
            parts.append(f"{case.device}: {error}\n")
    return "\n".join(parts)
