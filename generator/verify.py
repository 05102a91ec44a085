"""Config files that came from elsewhere, a device or an editor, against the plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generator.inventory.intent import Intent
from generator.model.finding import Finding
from generator.model.outcome import DeviceRow, Tier
from generator.pipeline import difference, pair_things, placed, row_of, tunnel_things
from generator.plan import plan
from generator.platforms import load as load_platform
from generator.readback.compare import compare
from generator.readback.device_files import read_files
from generator.readback.evidence import DeviceEvidence
from generator.readback.other_end import handover_things
from generator.readback.read import read_device
from generator.rules import engine


def verify_configs(
    intent: Intent, configs: Path, only: Sequence[str]
) -> tuple[list[Finding], list[DeviceRow], list[Tier]]:
    """Findings, a row for each router that was read, and the tiers that ran."""
    part = plan(intent)
    findings = list(part.findings)
    evidence: dict[str, DeviceEvidence] = {}
    rows: list[DeviceRow] = []
    for device in part.plan.devices.values():
        if only and device.name not in only:
            continue
        platform = load_platform(device.platform)
        texts, trouble = read_files(device, platform, configs)
        findings += trouble
        if not texts:
            continue
        evidence[device.name] = one = DeviceEvidence(
            plan=device,
            platform=platform,
            result=read_device(platform, texts),
            texts=texts,
            own_render=False,
        )
        findings += [
            difference(found, rendered=False)
            for found in compare(device, one.result, platform, strict=False, texts=texts)
        ]
        rows.append(row_of(device, texts))
    complete = [
        pair
        for pair in part.plan.pairs
        if pair.primary[0] in evidence and (pair.secondary is None or pair.secondary[0] in evidence)
    ]
    things = (
        *evidence.values(),
        *pair_things(complete, evidence),
        *tunnel_things(part.plan.tunnels, evidence),
        *handover_things(intent.customers, evidence),
    )
    findings += [placed(found, evidence, rendered=False) for found in engine.run(things, lab=intent.lab)]
    tiers = [
        Tier("read-back", bool(evidence), "ciscoconfparse2" if evidence else "not run: no config was found"),
        Tier("pair rules", bool(complete), "" if complete else "not run: they need both routers of a pair"),
        Tier("both ends", bool(evidence), "" if evidence else "not run: no config was found"),
    ]
    return findings, rows, tiers
