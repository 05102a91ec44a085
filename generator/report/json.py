"""A run as JSON, for programs.  The format is versioned: fields are added, never renamed or removed, within a version.

    version    number of this format
    tool       name and version of the program
    verb       what was run
    stopped    "" or why rendering or read-back did not happen
    counts     errors, warnings, infos, accepted; customers, circuits, devices
    findings   rule, severity (error, warning, info), message, path (as text), keys (the same as a list),
               where (file, line, column, length, text; or null), fix, related (path, keys, where, note),
               device, acknowledged (the reason; "" if it is not)
    tiers      name, ran, detail
    devices    device, platform, role, sessions, files, lines, written, unchanged, errors, warnings
    files      audit only: device, file, platform, lines, understood, passed_over

Lines and columns count from 1; 0 stands for "the file as a whole".  The text is ASCII.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from generator.model.finding import DataPath, Finding, Location, path_text
from generator.report.order import arranged, counted
from generator.report.result import DeviceLine, Result, TierRow

VERSION: Final = 1


def result_json(result: Result, *, verb: str, tool_version: str, more: Mapping[str, object] | None = None) -> str:
    """The run as a JSON text that ends with a line end.  ``more``: fields that only this verb has."""
    counts = counted(result.findings)
    document = {
        "version": VERSION,
        "tool": {"name": "peerwright", "version": tool_version},
        "verb": verb,
        "stopped": result.stopped,
        "counts": {
            "errors": counts.errors,
            "warnings": counts.warnings,
            "infos": counts.infos,
            "accepted": counts.accepted,
            "customers": result.customers,
            "circuits": result.circuits,
            "devices": len(result.devices),
        },
        "findings": findings_data(result.findings),
        "tiers": [_tier(tier) for tier in result.tiers],
        "devices": [_device(device) for device in result.devices],
        **(more or {}),
    }
    return dumped(document)


def dumped(document: object) -> str:
    """``document`` as indented ASCII JSON with a line end: it prints the same on any terminal."""
    return json.dumps(document, indent=2) + "\n"


def findings_data(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Findings, sorted and each once, as they stand in the document."""
    return [_finding(finding) for finding in arranged(findings)]


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "message": finding.message,
        **_path(finding.path),
        "where": location_data(finding.where),
        "fix": finding.fix,
        "related": [
            {**_path(one.path), "where": location_data(one.where), "note": one.note} for one in finding.related
        ],
        "device": finding.device,
        "acknowledged": finding.acknowledged,
    }


def _path(path: DataPath) -> dict[str, object]:
    return {"path": path_text(path), "keys": list(path)}


def location_data(where: Location | None) -> dict[str, object] | None:
    """A place, as it stands in the document."""
    if where is None:
        return None
    return {
        "file": where.file,
        "line": where.line,
        "column": where.column,
        "length": where.length,
        "text": where.text,
    }


def _tier(tier: TierRow) -> dict[str, object]:
    return {"name": tier.name, "ran": tier.ran, "detail": tier.detail}


def _device(row: DeviceLine) -> dict[str, object]:
    return {
        "device": row.device,
        "platform": row.platform,
        "role": row.role,
        "sessions": row.sessions,
        "files": row.files,
        "lines": row.lines,
        "written": row.written,
        "unchanged": row.unchanged,
        "errors": row.errors,
        "warnings": row.warnings,
    }
