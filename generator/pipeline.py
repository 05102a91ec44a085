"""The pipeline itself: from files on disk to checked configs, one component of routers at a time.

`generator.api` has the verbs; this module has what they share.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

import msgspec

from generator.inventory.intent import Intent
from generator.inventory.load import validate
from generator.inventory.resolve import resolve
from generator.inventory.secrets import SecretStore
from generator.model.facts import FactKey
from generator.model.finding import Finding, Location, Related, Severity
from generator.model.outcome import DeviceRow, Progress
from generator.model.plan import DevicePlan, PairPlan, TunnelPlan
from generator.plan import Component, components, plan_component
from generator.platforms import load as load_platform
from generator.readback.compare import Difference, compare
from generator.readback.evidence import DeviceEvidence, PairEvidence
from generator.readback.native import NativeRun, native_checks
from generator.readback.other_end import handover_things
from generator.readback.read import read_rendered
from generator.readback.sharing import share_policies
from generator.readback.tunnel_evidence import TunnelEvidence
from generator.render import Stage
from generator.render.engine import renderer_of
from generator.rules import engine
from generator.source import Source
from generator.source import load as load_source


class Loaded(msgspec.Struct):
    """An inventory as far as it could be read."""

    source: Source
    intent: Intent | None
    findings: list[Finding]
    stopped: str = ""


class Part(msgspec.Struct):
    """What came out of one component."""

    findings: list[Finding]
    rows: list[DeviceRow]
    natives: list[NativeRun]
    moves: list[tuple[str, str]]
    unplanned: list[str] = []
    """Routers whose plan holds a contradiction, so that nothing was rendered for them."""


def read_inventory(path: Path, *, keep: bool = False, secrets: SecretStore | None = None) -> Loaded:
    """Files → intent, with everything wrong on the way.

    ``keep``: the plain values stay in the source.  ``secrets``: where references lead, if not to files below ``path``.
    """
    source = load_source(path)
    findings = list(source.findings)
    if not source.data:
        return Loaded(source, None, findings, "unreadable: there is nothing to work on")
    inventory, wrong = validate(source.data)
    if not source.complete:
        # With a file missing, what it would have held is missing too: only what is certainly wrong is said.
        findings += [one for one in wrong if one.rule in ("SCH-001", "SCH-003")]
        return Loaded(source, None, findings, "unreadable: the inventory could not be read completely")
    findings += wrong
    if inventory is None:
        return Loaded(source, None, findings, "the inventory does not fit the schema, so nothing was planned")
    if not keep:
        source.data.clear()
    intent, dangling = resolve(inventory, secrets or SecretStore(source.root))
    return Loaded(source, intent, findings + dangling)


def inventory_findings(intent: Intent) -> list[Finding]:
    """All rules on the inventory."""
    return list(engine.run(engine.things_of(intent), lab=intent.lab))


class Worker:
    """Takes components through plan, render, read-back and rules; stages the files where a folder is given."""

    def __init__(self, intent: Intent, stage: Stage | None, *, native: bool, only: Sequence[str] = ()) -> None:
        self.intent = intent
        self.stage = stage
        self.native = native
        self.only = frozenset(only)

    def run(self, component: Component) -> Part:
        part = plan_component(self.intent, component)
        result = Part(list(part.findings), [], [], [])
        if any(one.severity is Severity.ERROR for one in part.findings):
            # Two things want one place: whatever a text of this plan says would only repeat that, less clearly.
            result.unplanned = component.routers
            return result
        evidence: dict[str, DeviceEvidence] = {}
        for device in part.plan.devices.values():
            evidence[device.name] = self._device(device, result)
        share_policies(evidence.values())
        things = (
            *evidence.values(),
            *pair_things(part.plan.pairs, evidence),
            *tunnel_things(part.plan.tunnels, evidence),
            *handover_things(component.customers, evidence),
        )
        found = list(engine.run(things, lab=self.intent.lab))
        result.findings += [placed(one, evidence, rendered=True) for one in found]
        return result

    def _device(self, device: DevicePlan, part: Part) -> DeviceEvidence:
        platform = load_platform(device.platform)
        texts = {artifact.file.name: artifact.text for artifact in renderer_of(device.platform).render(device)}
        read = read_rendered(platform, texts)
        evidence = DeviceEvidence(plan=device, platform=platform, result=read, texts=texts)
        differences = compare(device, read, platform, wanted=evidence.wanted)
        part.findings += [difference(one, rendered=True) for one in differences]
        if not differences:
            # Equal, so the plan's own objects can stand for those that were read: one copy in memory.
            evidence.result = read = msgspec.structs.replace(read, facts=evidence.wanted)
        if self.native:
            runs = native_checks(platform, device, texts)
            part.natives += runs
            part.findings += [finding for run in runs for finding in run.findings]
        row = row_of(device, texts)
        part.rows.append(row)
        if self.stage is not None and (not self.only or device.name in self.only):
            for name, text in texts.items():
                changed = self.stage.put(device.name, name, text)
                row.written += changed
                row.unchanged += not changed
        return evidence


def row_of(device: DevicePlan, texts: Mapping[str, str]) -> DeviceRow:
    """The router's row in the table at the end of a run."""
    return DeviceRow(
        device=device.name,
        platform=device.platform,
        role=role_of(device),
        sessions=len(device.facts.neighbors),
        files=len(texts),
        lines=sum(text.count("\n") for text in texts.values()),
    )


def role_of(device: DevicePlan) -> str:
    """``primary``, ``secondary``, or ``both`` for a router that holds links of both kinds."""
    roles = {session.role.value for session in device.sessions}
    return roles.pop() if len(roles) == 1 else "both"


def pair_things(pairs: Iterable[PairPlan], evidence: Mapping[str, DeviceEvidence]) -> list[PairEvidence]:
    """Pairs of the plan with what was read of their routers."""
    return [
        PairEvidence(
            pair=pair,
            primary=evidence[pair.primary[0]],
            secondary=None if pair.secondary is None else evidence[pair.secondary[0]],
        )
        for pair in pairs
    ]


def tunnel_things(tunnels: Iterable[TunnelPlan], evidence: Mapping[str, DeviceEvidence]) -> list[TunnelEvidence]:
    """Tunnels of the plan whose routers were read."""
    return [
        TunnelEvidence(
            plan=one,
            primary=evidence[one.primary[0]],
            secondary=None if one.secondary is None else evidence[one.secondary[0]],
        )
        for one in tunnels
        if one.primary[0] in evidence and (one.secondary is None or one.secondary[0] in evidence)
    ]


def difference(found: Difference, *, rendered: bool) -> Finding:
    """A difference between text and plan, as a finding."""
    line = None if found.place is None else Location(f"{found.device}/{found.place[0]}", found.place[1])
    finding = Finding(
        rule=found.rule,
        severity=found.severity,
        message=found.message,
        path=found.path,
        fix=found.fix,
        device=found.device,
        fact=found.fact,
    )
    return finding if line is None else _on_line(finding, line, rendered=rendered)


def placed(finding: Finding, evidence: Mapping[str, DeviceEvidence], *, rendered: bool) -> Finding:
    """Give a finding about a config the line it is about, where that can be known."""
    device = evidence.get(finding.device)
    if finding.where is not None or device is None or (finding.fact is None and finding.place is None):
        return finding
    fact = cast(FactKey, finding.fact)
    place = finding.place or device.result.places.get(fact)
    path = finding.path or device.plan.origins.get(fact, ())
    finding = msgspec.structs.replace(finding, path=path)
    if place is None:
        return finding
    return _on_line(finding, Location(f"{finding.device}/{place[0]}", place[1]), rendered=rendered)


def _on_line(finding: Finding, line: Location, *, rendered: bool) -> Finding:
    """A text that came from elsewhere is the place itself; of our own render the inventory is, and the line stands beside."""
    if rendered and finding.path:
        return msgspec.structs.replace(finding, related=(*finding.related, Related((), line, "rendered line")))
    return msgspec.structs.replace(finding, where=line)


def work_through(
    intent: Intent,
    stage: Stage | None,
    *,
    native: bool,
    only: Sequence[str] = (),
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[Part]:
    """Every component, in the inventory's order, in this process or in several."""
    todo = components(intent)
    if progress is not None:
        progress.stage("rendering and reading back", sum(len(one.routers) for one in todo))
    worker = Worker(intent, stage, native=native, only=only)
    processes = worth(jobs, todo)
    if processes > 1:
        return _in_processes(worker, todo, processes, progress)
    parts = []
    for component in todo:
        parts.append(worker.run(component))
        if progress is not None:
            progress.advance(len(component.routers))
    return parts


MIN_CHUNK = 64
"""Components a process must get at least, or starting it costs more than it saves."""


def worth(jobs: int, todo: Sequence[Component]) -> int:
    """How many processes pay: never more than asked for (0: one a core), nor than there are full chunks."""
    wanted = jobs or os.cpu_count() or 1
    return min(wanted, len(todo) // MIN_CHUNK) if hasattr(os, "fork") else 1


_worker: Worker | None = None
_todo: list[Component] = []


def _chunk(bounds: tuple[int, int]) -> Part:
    """In a forked process: the worker and the components were inherited, only indexes and results travel."""
    assert _worker is not None
    whole = Part([], [], [], [])
    for component in _todo[bounds[0] : bounds[1]]:
        part = _worker.run(component)
        whole.findings += part.findings
        whole.rows += part.rows
        whole.natives += part.natives
        whole.unplanned += part.unplanned
    # What is staged is the parent's to move or to remove.
    if _worker.stage is not None:
        whole.moves = list(_worker.stage.moves)
        _worker.stage.moves.clear()
    return whole


def _in_processes(worker: Worker, todo: list[Component], processes: int, progress: Progress | None) -> list[Part]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    global _worker, _todo
    size = max(MIN_CHUNK, -(-len(todo) // (processes * 4)))
    bounds = [(start, min(start + size, len(todo))) for start in range(0, len(todo), size)]
    _worker, _todo = worker, todo
    parts: list[Part] = []
    try:
        with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("fork")) as pool:
            for part in pool.map(_chunk, bounds):
                parts.append(part)
                if worker.stage is not None:
                    worker.stage.moves += part.moves
                if progress is not None:
                    progress.advance(len(part.rows))
    except BaseException:
        if worker.stage is not None:
            worker.stage.sweep(name for component in todo for name in component.routers)
        raise
    finally:
        _worker, _todo = None, []
    return parts
