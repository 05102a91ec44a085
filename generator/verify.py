"""Config files that came from elsewhere, a device or an editor, against the plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generator.inventory.intent import Intent
from generator.model.finding import Finding, Location, Severity
from generator.model.outcome import DeviceRow, Tier
from generator.model.plan import DevicePlan
from generator.pipeline import difference, pair_things, placed, row_of, tunnel_things
from generator.plan import plan
from generator.platforms import load as load_platform
from generator.platforms.base import Platform
from generator.readback.compare import compare
from generator.readback.evidence import DeviceEvidence
from generator.readback.other_end import handover_things
from generator.readback.read import read_device
from generator.rules import engine

LARGEST = 64 << 20
"""Bytes of one config file; a larger one is not a config."""


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


def read_files(device: DevicePlan, platform: Platform, configs: Path) -> tuple[dict[str, str], list[Finding]]:
    """The texts of a router's files: ``configs/<router>/<file>``, or for a single-file platform ``configs/<router>.*``."""
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    for file in platform.files:
        found = _candidate(device.name, file.name, configs, single=len(platform.files) == 1)
        if found is None:
            findings.append(_unread(device, f"{configs / device.name / file.name} is not there", "RB-005"))
            continue
        text, trouble = _text(found)
        if trouble:
            findings.append(_unread(device, f"{found} {trouble}", "RB-005"))
        else:
            texts[file.name] = text
    return texts, findings


def _candidate(router: str, name: str, configs: Path, *, single: bool) -> Path | None:
    named = configs / router / name
    if named.is_file():
        return named
    if single:
        others = sorted(path for path in configs.glob(f"{router}.*") if path.is_file())
        return others[0] if others else None
    return None


def _text(path: Path) -> tuple[str, str]:
    try:
        if path.stat().st_size > LARGEST:
            return "", "is too large to be a router's config"
        raw = path.read_bytes()
    except OSError as error:
        return "", f"cannot be read: {error.strerror}"
    if b"\0" in raw[:4096]:
        return "", "is not text"
    return raw.decode("utf-8", "replace"), ""


def _unread(device: DevicePlan, message: str, rule: str) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.ERROR,
        message=message,
        path=device.inventory_path,
        where=Location(device.name),
        device=device.name,
        fix="put the router's config there, under the name that `peerwright render` gives it",
    )
