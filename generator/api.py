"""The verbs, for the command line and for scripts: load, check, render, verify, audit, show, handover.

>>> from generator import api
>>> result = api.check(Path("inventories/northlake"))      # doctest: +SKIP
>>> [str(finding.where) for finding in result.findings]    # doctest: +SKIP
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from generator.model.finding import Finding, Related, Severity
from generator.model.outcome import AuditResult, CheckResult, DeviceRow, FileRow, Progress, Refused, Shown, Tier

if TYPE_CHECKING:
    from generator.change.compared import Comparison
    from generator.compare.written import Written
    from generator.handover import HandoverDocument
    from generator.inventory.intent import Intent
    from generator.model.plan import DevicePlan
    from generator.pipeline import Loaded, Part
    from generator.push.push import MakeSession, PushOptions, PushResult
    from generator.readback.native import NativeRun
    from generator.source import Source


__all__ = [
    "AuditResult",
    "CheckResult",
    "DeviceRow",
    "Progress",
    "Refused",
    "Shown",
    "Tier",
    "audit",
    "change_pack",
    "check",
    "compare",
    "explain_change",
    "fetcher",
    "handover",
    "init",
    "json_schema",
    "push",
    "render",
    "show",
    "verify",
]


LiveConfigs = Callable[["Intent"], Callable[["DevicePlan"], Mapping[str, str]]]
"""Of an inventory that was read: a router's plan → the config files that it runs, by their names."""

NEVER_ACCEPTED = ("SRC-", "SCH-", "SEC-", "RB-", "ACK-")
"""What no comment waives: without it there is no config that says what the inventory says."""


def check(inventory: Path, *, jobs: int = 1, native: bool = True, progress: Progress | None = None) -> CheckResult:
    """Read, check, plan, render in memory, read back, compare; write nothing."""
    return _run(inventory, None, (), jobs, native, progress)[0]


def render(
    inventory: Path,
    out: Path,
    *,
    only: Sequence[str] = (),
    jobs: int = 1,
    native: bool = True,
    progress: Progress | None = None,
) -> CheckResult:
    """`check`, then write the files of every router (or of ``only`` some) below ``out``.

    Nothing is written, and no old file is touched, if there is an error that nobody accepted.
    Raises `Refused` where the folder cannot be written or a router of ``only`` does not exist.
    """
    return _run(inventory, out, only, jobs, native, progress)[0]


def verify(inventory: Path, configs: Path, *, only: Sequence[str] = ()) -> CheckResult:
    """Read config files that came from elsewhere and say where they differ in meaning from the plan.

    ``configs`` holds a folder for each router with the files that `render` would write, or, for a
    platform with a single file, ``<router>.<anything>``.
    """
    from generator.model.collector import collector_paused
    from generator.pipeline import read_inventory
    from generator.verify import verify_configs

    with collector_paused():
        loaded = read_inventory(inventory)
        if loaded.intent is None:
            return _conclude(loaded, [], [], [], None)
        _known_routers(only, loaded.intent.routers)
        findings, rows, tiers = verify_configs(loaded.intent, configs, only)
        return _conclude(loaded, findings, rows, tiers, None)


def compare(
    inventory: Path,
    *,
    running: Path | None = None,
    since: str | None = None,
    live: LiveConfigs | None = None,
    only: Sequence[str] = (),
) -> tuple[Comparison | None, CheckResult]:
    """What changes on every router, in words and in lines: from what it runs, or from an earlier inventory.

    ``running`` is a folder with config files as for `verify`; ``live`` fetches them from the routers.
    ``since`` alone compares with the inventory of that git revision; beside one of the others it says which
    inventory made the running configs, so that what it had and this one has not is ours to remove.
    None instead of the comparison where the inventory cannot be planned.  Raises `Refused`.
    """
    from generator.compare import compared, earlier_intent
    from generator.model.collector import collector_paused
    from generator.pipeline import read_inventory
    from generator.plan import plan

    with collector_paused():
        loaded = read_inventory(inventory)
        if loaded.intent is None:
            return None, _conclude(loaded, [], [], [], None)
        result = _conclude(loaded, list(plan(loaded.intent).findings), [], [], None)
        if any(one.severity is Severity.ERROR for one in result.findings):
            return None, result
        _known_routers(only, loaded.intent.routers)
        with earlier_intent(inventory, since) as (earlier, commit):
            found = compared(
                loaded.intent,
                inventory,
                running=running,
                live=live and live(loaded.intent),
                earlier=earlier,
                commit=commit,
            )
        settled = _settle(loaded.source, found.findings, everything=False)
        routers = tuple(one for one in found.routers if not only or one.device in only)
        return msgspec.structs.replace(found, findings=settled, routers=routers), result


def change_pack(
    inventory: Path,
    out: Path,
    *,
    running: Path | None = None,
    since: str | None = None,
    live: LiveConfigs | None = None,
    prune: bool = False,
) -> tuple[Written | None, CheckResult]:
    """Write the change pack for a window into the folder ``out``; arguments as for `compare`.

    ``prune``: the commands remove foreign lines inside of what is ours too.

    None, and nothing written, where the inventory has an error that nobody accepted.  Raises `Refused`.
    """
    from generator.compare.written import write_pack

    result, loaded = _run(inventory, None, (), 1, False, None)
    if _refused(result.findings) or loaded.intent is None:
        return None, result
    done = write_pack(
        loaded.intent,
        inventory,
        out,
        running=running,
        live=live and live(loaded.intent),
        since=since,
        prune=prune,
        findings=result.findings,
        settle=lambda findings: _settle(loaded.source, findings, everything=False),
    )
    return done, result


def explain_change(
    inventory: Path,
    *,
    running: Path | None = None,
    since: str | None = None,
    live: LiveConfigs | None = None,
    prune: bool = False,
) -> tuple[str | None, CheckResult]:
    """The commands one after the other on a simulated router, and what is wrong after each; arguments as for `compare`."""
    from generator.compare.cases import cases_of, earlier_intent
    from generator.compare.written import explained

    result, loaded = _run(inventory, None, (), 1, False, None)
    if _refused(result.findings) or loaded.intent is None:
        return None, result
    with earlier_intent(inventory, since) as (earlier, _):
        cases, _ = cases_of(loaded.intent, running=running, live=live and live(loaded.intent), earlier=earlier)
        return explained(cases, prune=prune), result


def fetcher(inventory: Path, *, make_session: MakeSession | None = None) -> LiveConfigs:
    """For `compare`: what fetches the running configs from the routers of an inventory themselves.

    Raises `Refused` where NAPALM is not installed.
    """
    from generator.push.drivers import need_napalm
    from generator.push.fetch import fetcher as fetch_from
    from generator.push.push import napalm_session

    if make_session is None:
        need_napalm()
    return lambda intent: fetch_from(intent, _folder(inventory), make_session or napalm_session)


def _folder(inventory: Path) -> Path:
    """To which the names of key files are relative."""
    return inventory if inventory.is_dir() else inventory.parent


def push(
    inventory: Path,
    options: PushOptions,
    *,
    only: Sequence[str] = (),
    agree: Callable[[PushResult], bool] = lambda _: False,
    make_session: MakeSession | None = None,
    stop: threading.Event | None = None,
    progress: Progress | None = None,
) -> PushResult:
    """Compare the routers with the plan and, with ``options.commit``, change them: one path of a pair at a time.

    ``agree`` is asked once, with all the diffs, before anything is changed.  ``stop``: set it to leave; routers that
    were changed and not confirmed go back.  Nothing is even compared where `check` finds an error that nobody accepted.
    """
    from generator.plan import plan
    from generator.push.drivers import need_napalm
    from generator.push.push import Push, PushResult, napalm_session
    from generator.push.targets import pair_targets

    need_napalm()
    found, loaded = _run(inventory, None, (), 1, True, progress)
    if loaded.intent is None or _refused(found.findings):
        found.stopped = found.stopped or "nothing was sent: there are errors"
        return PushResult(found)
    pairs = pair_targets(loaded.intent, plan(loaded.intent).plan, only, _folder(inventory))
    return Push(pairs, options, make_session or napalm_session, stop=stop, progress=progress).run(found, agree)


def audit(
    configs: Path,
    *,
    inventory: Path | None = None,
    waivers: Path | None = None,
    platform: str = "",
    only: Sequence[str] = (),
) -> AuditResult:
    """Judge config files that routers printed, also ones that peerwright did not write.

    ``configs`` holds ``<router>.<anything>`` or a folder for each router.  With an inventory its sessions are
    compared with those found, and its comments accept findings; without one, pairs are told by the texts.
    ``waivers``: a file that accepts findings (`generator.waivers`).
    ``platform`` forces what is otherwise recognised.  Raises `Refused` where there is nothing to read.
    """
    from generator.audit import audit_configs
    from generator.model.collector import collector_paused
    from generator.pipeline import read_inventory
    from generator.waivers import read_waivers

    with collector_paused():
        accepted = read_waivers(waivers) if waivers is not None else None
        if accepted is not None and not accepted.entries:
            result = _conclude(_nothing_loaded(configs), list(accepted.findings), [], [], None)
            result.stopped = f"unreadable: {waivers} does not say what is accepted"
            return _audited(result, ())
        loaded = read_inventory(inventory) if inventory is not None else None
        if loaded is not None and loaded.intent is None:
            return _audited(_conclude(loaded, [], [], [], None), ())
        found = audit_configs(configs, loaded.intent if loaded else None, platform=platform, only=only)
        if not found.files and not found.findings:
            raise Refused(f"{configs} holds no config file", "put <router>.cfg or a folder for each router there")
        if loaded is None:
            loaded = _nothing_loaded(configs)
        findings = found.findings
        if accepted is not None:
            # The inventory's comments come first: what one of them accepts, an entry of the file did not.
            settled = _settle(loaded.source, findings, everything=False)
            findings = [*accepted.findings, *accepted.settle(settled, NEVER_ACCEPTED)]
        result = _conclude(loaded, findings, found.devices, found.tiers, None)
        if not found.files and not result.stopped:
            result.stopped = "unreadable: no file is a config of a platform that is known here"
        return _audited(result, tuple(found.files))


def _audited(result: CheckResult, files: tuple[FileRow, ...]) -> AuditResult:
    return AuditResult(**msgspec.structs.asdict(result), files=files)


def _nothing_loaded(configs: Path) -> Loaded:
    """No inventory: nothing is known, and no comment accepts anything."""
    from generator.pipeline import Loaded
    from generator.source.merge import Merged
    from generator.source.source import Source

    return Loaded(Source(configs, Merged(), [], [], [], complete=True), None, [])


def show(inventory: Path, path: str) -> tuple[list[Shown], tuple[Finding, ...]]:
    """The values at a path of the inventory, and for each where it was written or which default it is."""
    from generator.inventory.show import values_at
    from generator.pipeline import read_inventory

    loaded = read_inventory(inventory, keep=True)
    if loaded.intent is None:
        return [], _conclude(loaded, [], [], [], None).findings
    found = values_at(loaded.intent, loaded.source.data, path)
    if not found:
        raise Refused(f"there is nothing at {path!r}", "name a path as findings do: customers.alpha.circuits.alpha-ams")
    locate = loaded.source.locate
    return [
        Shown(one.path, one.value, one.origin, None if one.place is None else locate(one.place), one.note)
        for one in found
    ], ()


def handover(inventory: Path, customer: str, circuit: str | None = None) -> tuple[HandoverDocument | None, CheckResult]:
    """The other end of a customer, or of one of its circuits: what is entered in Azure and ordered from the provider.

    None instead of it where the inventory has an error that nobody accepted: what was typed into Azure is not
    easily taken back.  Raises `Refused` for a customer or a circuit that is not there.
    """
    from generator.handover import handover_of
    from generator.pipeline import inventory_findings, read_inventory

    loaded = read_inventory(inventory)
    if loaded.intent is None:
        return None, _conclude(loaded, [], [], [], None)
    customers = {one.name: one for one in loaded.intent.customers}
    if customer not in customers:
        raise _no_such("customer", customer, "the inventory", customers)
    chosen = customers[customer]
    if circuit is not None and circuit not in chosen.spec.circuits:
        raise _no_such("circuit", circuit, f"customer {customer}", chosen.spec.circuits)
    result = _conclude(loaded, inventory_findings(loaded.intent), [], [], None)
    if _refused(result.findings):
        return None, result
    return handover_of(loaded.intent, chosen, circuit), result


def json_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of the inventory, for an editor's completion."""
    from generator.inventory.models import Inventory

    schema: dict[str, object] = Inventory.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "peerwright inventory", **schema}


def init(directory: Path) -> list[Path]:
    """Put a commented inventory to start from into a new or empty folder; the files written."""
    from generator.starter import copy_starter

    return copy_starter(directory)


def _run(
    inventory: Path, out: Path | None, only: Sequence[str], jobs: int, native: bool, progress: Progress | None
) -> tuple[CheckResult, Loaded]:
    """What `check` and `render` do, and the inventory as it was read: whoever goes on with it need not read it again."""
    from generator.model.collector import collector_paused
    from generator.pipeline import inventory_findings, read_inventory, work_through
    from generator.render import Stage, StageError

    with collector_paused():
        if progress is not None:
            progress.stage("reading the inventory", 0)
        loaded = read_inventory(inventory)
        if loaded.intent is None:
            return _conclude(loaded, [], [], [], None), loaded
        _known_routers(only, loaded.intent.routers)
        findings = inventory_findings(loaded.intent)
        stage = None if out is None else Stage(out)
        try:
            parts = work_through(loaded.intent, stage, native=native, only=only, jobs=jobs, progress=progress)
            rows = [row for part in parts for row in part.rows]
            findings += [one for part in parts for one in part.findings]
            result = _conclude(loaded, findings, rows, _tiers(parts, native), stage, everything=not _unplanned(parts))
        except StageError as error:
            if stage is not None:
                stage.abort()
            changed = 0 if stage is None else stage.moved
            left = f"{changed} files were replaced before it" if changed else "nothing was changed"
            raise Refused(
                f"cannot write {error.path}: {error.reason}", f"{left}; make room or choose another -o"
            ) from None
        except BaseException:
            if stage is not None:
                stage.abort()
            raise
    return result, loaded


def _no_such(what: str, name: str, owner: str, known: Iterable[str]) -> Refused:
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    listed = ", ".join(names[:8]) + (f" and {len(names) - 8:,} more" if len(names) > 8 else "")
    fix = f"did you mean {near[0]!r}?" if near else f"there are: {listed or 'none'}"
    return Refused(f"{owner} has no {what} {name!r}", fix)


def _known_routers(only: Sequence[str], routers: Container[str]) -> None:
    unknown = [name for name in only if name not in routers]
    if unknown:
        raise Refused(f"the inventory has no router {unknown[0]!r}", "see `routers:` in the inventory for their names")


def _without_echoes(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Less the planner's complaints (SCH-005) about a place where a rule names the cause and nobody accepted that."""
    if not any(one.rule == "SCH-005" for one in findings):
        return findings
    named = {
        one.path[:length]
        for one in findings
        if one.rule.startswith("INV-") and one.severity is Severity.ERROR and not one.acknowledged
        for length in range(len(one.path) + 1)
    }
    return tuple(one for one in findings if one.rule != "SCH-005" or one.path not in named)


def _unplanned(parts: Sequence[Part]) -> list[str]:
    """Routers for which nothing was rendered, because their plan holds a contradiction."""
    return [name for part in parts for name in part.unplanned]


def _tiers(parts: Sequence[Part], native: bool) -> list[Tier]:
    from generator.rules.engine import count_of

    tiers = [
        Tier("schema", True, ""),
        Tier("inventory rules", True, f"{count_of('INV')} rules"),
        Tier("read-back", True, "own parser"),
        Tier("pair rules", True, f"{count_of('PAIR')} rules"),
        Tier("both ends", True, f"{count_of('HND')} rules"),
    ]
    without = _unplanned(parts)
    if without:
        reason = f"two things want the same place on {', '.join(without)}"
        tiers[2:] = [Tier(tier.name, False, reason) for tier in tiers[2:]]
    runs: dict[str, list[NativeRun]] = {}
    for part in parts:
        for run in part.natives:
            runs.setdefault(run.check, []).append(run)
    for title, found in runs.items():
        idle = [run for run in found if not run.ran]
        done = len(found) - len(idle)
        detail = idle[0].detail if idle else f"{done} file{'' if done == 1 else 's'}"
        tiers.append(Tier(title, not idle, detail))
    if not native:
        tiers.append(Tier("native checkers", False, "not run: switched off"))
    return tiers


def _refused(findings: Iterable[Finding]) -> bool:
    """Whether there is an error that nobody accepted."""
    return any(one.severity is Severity.ERROR and not one.acknowledged for one in findings)


def _conclude(
    loaded: Loaded,
    findings: list[Finding],
    rows: list[DeviceRow],
    tiers: list[Tier],
    stage: object,
    *,
    everything: bool = False,
) -> CheckResult:
    """Places and acknowledgements for the findings; then write, if nothing stands against it.

    ``everything``: all rules ran, so a comment that accepts nothing is out of date (ACK-001).
    """
    from generator.render import Stage

    final = _without_echoes(_settle(loaded.source, [*loaded.findings, *findings], everything=everything))
    failing = _refused(final)
    stopped = loaded.stopped
    if isinstance(stage, Stage):
        if failing:
            stage.abort()
            stopped = stopped or "nothing was written: there are errors"
            for row in rows:
                row.written = row.unchanged = 0
        else:
            stage.commit()
    counts: dict[str, list[int]] = {}
    for one in final:
        if one.device and not one.acknowledged and one.severity is not Severity.INFO:
            counts.setdefault(one.device, [0, 0])[one.severity is Severity.ERROR] += 1
    for row in rows:
        row.warnings, row.errors = counts.get(row.device, (0, 0))
    customers = loaded.intent.customers if loaded.intent is not None else []
    return CheckResult(
        final, tuple(tiers), tuple(rows), len(customers), sum(len(one.circuits) for one in customers), stopped
    )


def _settle(source: Source, findings: Sequence[Finding], *, everything: bool) -> tuple[Finding, ...]:
    """Each finding once, with its place in the files, and accepted where a comment accepts it."""
    seen: set[tuple[object, ...]] = set()
    settled: list[Finding] = []
    used: set[tuple[str, int]] = set()
    for one in findings:
        key = (one.rule, one.path, one.message, one.device, one.where)
        if key in seen:
            continue
        seen.add(key)
        waivable = bool(source.acknowledgements) and bool(one.path) and not one.rule.startswith(NEVER_ACCEPTED)
        accepted = source.acknowledgement_for(one.rule, one.path) if waivable else None
        if accepted is not None:
            used.add((accepted.file, accepted.line))
        settled.append(_located(source, one, "" if accepted is None else accepted.reason))
    settled += [
        Finding(
            rule="ACK-001",
            severity=Severity.WARNING,
            message=f"this comment accepts {', '.join(accepted.rules)}, but there is no such finding here",
            where=accepted.where,
            fix="remove the comment: what it waived is gone",
        )
        for accepted in source.acknowledgements
        if everything and (accepted.file, accepted.line) not in used
    ]
    return tuple(settled)


def _located(source: Source, finding: Finding, accepted: str) -> Finding:
    related = tuple(
        Related(one.path, one.where or source.locate(one.path), one.note) if one.where is None else one
        for one in finding.related
    )
    where = finding.where
    if finding.path:
        place = source.locate(finding.path, on_key=finding.on_key)
        if where is None:
            where = place
        elif place is not None and finding.device:
            related = (*related, Related(finding.path, place, "comes from here"))
    if where is finding.where and related == finding.related and not accepted:
        return finding
    return msgspec.structs.replace(finding, where=where, related=related, acknowledged=accepted)
