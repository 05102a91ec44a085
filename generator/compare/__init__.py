"""Two states of an inventory's routers: running and intended, or before and after an edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator.change.absence import absence
from generator.change.compared import Absence, Comparison, RouterDiff
from generator.compare.cases import Live, cases_of, earlier_intent
from generator.compare.router import router_diff
from generator.compare.state import Case, masker
from generator.inventory.intent import Intent
from generator.model.finding import Finding

__all__ = ["compared", "comparison_of", "described", "earlier_intent"]


def compared(
    intent: Intent,
    inventory: Path,
    *,
    running: Path | None,
    live: Live | None,
    earlier: Intent | None,
    commit: str,
) -> Comparison:
    """The whole comparison.  ``earlier`` and ``commit``: an earlier inventory and the revision that it is of."""
    cases, findings = cases_of(intent, running=running, live=live, earlier=earlier)
    name, against = described(intent, inventory, running=running, live=live, commit=commit)
    return comparison_of(cases, findings, name, against, None if earlier is None else (earlier, intent))


def described(
    intent: Intent, inventory: Path, *, running: Path | None, live: Live | None, commit: str
) -> tuple[str, str]:
    """The name of the inventory, and what it is compared with."""
    against = f"revision {commit[:12]}"
    if running is not None or live is not None:
        source = f"the running configs in {running}" if running is not None else "the routers"
        against = f"{source}, made from revision {commit[:12]}" if commit else source
    return intent.inventory.meta.name or inventory.name, against


def comparison_of(
    cases: list[Case], findings: list[Finding], name: str, against: str, edit: tuple[Intent, Intent] | None
) -> Comparison:
    """Router by router.  ``edit``: the inventory before and after, where both are known."""
    routers = [router_diff(case) for case in cases]
    known = {case.device for case in cases}
    unread = {one.device for one in findings if one.rule == "RB-005"} - known
    routers += [RouterDiff(device=one, platform="", compared=False) for one in sorted(unread)]
    return Comparison(
        inventory=name,
        against=against,
        routers=tuple(routers),
        findings=tuple(findings),
        absences=() if edit is None else tuple(absences(*edit, cases)),
    )


def absences(before: Intent, after: Intent, cases: list[Case]) -> Iterator[Absence]:
    """The proof for every customer who is in the one inventory and not in the other."""
    gone = [one.name for one in before.customers if one.name not in {other.name for other in after.customers}]
    for case in cases:
        if case.before is None or case.after is None:
            continue
        for customer in gone:
            found = absence(
                customer, case.device, case.before.side, case.after.side.facts, case.after.texts, masker(case)
            )
            if found is not None:
                yield found
