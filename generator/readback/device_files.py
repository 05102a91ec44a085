"""The config files of a router that came from elsewhere, found in a folder."""

from __future__ import annotations

from pathlib import Path

from generator.model.finding import Finding, Location, Severity
from generator.model.plan import DevicePlan
from generator.platforms.base import Platform

LARGEST = 64 << 20
"""Bytes of one config file; a larger one is not a config."""


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
