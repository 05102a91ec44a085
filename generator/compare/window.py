"""The change pack: a comparison, and what a change window needs beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from generator.change.checks import checks
from generator.change.command_file import command_text, placed
from generator.change.compared import Comparison, RouterDiff
from generator.change.pack import Pack, RouterPack
from generator.change.turns import risks, turns
from generator.change.units import Side
from generator.compare.state import Case, Texts, masked_hash, masker
from generator.model.change import ChangeSet, Step
from generator.model.facts import Facts, NeighborKey
from generator.model.finding import Finding
from generator.model.plan import DevicePlan, PairPlan
from generator.platforms import load as load_platform
from generator.report.circuit_picture import Picture, pictures


def pack_of(
    found: Comparison,
    cases: Sequence[Case],
    pairs: Sequence[PairPlan],
    changes: Mapping[str, ChangeSet],
    findings: Sequence[Finding],
) -> Pack:
    """The pack of the routers that change."""
    diffs = {one.device: one for one in found.routers if one.changes or one.blocks}
    by_name = {case.device: case for case in cases}
    mine = [
        pair for pair in pairs if pair.primary[0] in diffs and (pair.secondary is None or pair.secondary[0] in diffs)
    ]
    order = turns(diffs, mine)
    plans = {name: plan for name, case in by_name.items() if (plan := _after(case)) is not None}
    return Pack(
        comparison=found,
        routers=tuple(_router(diffs[turn.device], by_name[turn.device], changes.get(turn.device)) for turn in order),
        order=order,
        risks=tuple(dict.fromkeys(risks([diffs[turn.device] for turn in order], plans, pairs, changes))),
        findings=tuple(findings),
    )


def _router(diff: RouterDiff, case: Case, change: ChangeSet | None) -> RouterPack:
    platform = load_platform(diff.platform)
    after = Side(Facts(hostname=diff.device)) if case.after is None else case.after.side
    before = Side(Facts(hostname=diff.device)) if case.before is None else case.before.side
    mask = masker(case)
    facts = [one.fact for one in diff.objects]
    files = {file.name: file.path for file in platform.files} if len(platform.files) > 1 else {}
    hashes = ["", ""]
    if change is not None:
        texts = (
            command_text(change, rollback=back, files=files, one_line=platform.one_line, shown=True)
            for back in (False, True)
        )
        hashes = [masked_hash({"": text}, mask) for text in texts]
    return RouterPack(
        diff=diff,
        title=platform.title,
        change=change,
        one_line=platform.one_line,
        files=files,
        there={} if change is None or case.after is None else _files(change.steps, files, case.after.texts),
        back={} if change is None or case.before is None else _files(change.rollback, files, case.before.texts),
        checks=checks(diff.device, before, after, facts, _resets(diff, change, after.facts), platform.shows),
        command_hash=hashes[0],
        rollback_hash=hashes[1],
    )


def _files(steps: Sequence[Step], files: Mapping[str, str], texts: Texts) -> dict[str, str]:
    """Files that are put into place as a whole are the texts themselves, comments and all."""
    return {name: texts[name] for name in placed(steps, files) if name in texts}


def _resets(diff: RouterDiff, change: ChangeSet | None, facts: Facts) -> Iterator[NeighborKey]:
    """Sessions that reset, by what the sentences say and by what the commands do."""
    for one in diff.changes:
        yield from one.resets
    named = set() if change is None else {(one.vrf, one.neighbour) for one in change.resets}
    yield from (key for key in facts.neighbors if (key[0], str(key[1])) in named)


def pictures_of(found: Comparison, cases: Sequence[Case]) -> tuple[Picture, ...]:
    """A drawing of every circuit on which something changes."""
    after = {case.device: plan for case in cases if (plan := _after(case)) is not None}
    before = {
        case.device: case.before.side.plan
        for case in cases
        if case.before is not None and case.before.side.plan is not None
    }
    return pictures(before, after, found.changes)


def _after(case: Case) -> DevicePlan | None:
    return None if case.after is None else case.after.side.plan
