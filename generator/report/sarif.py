"""A run as SARIF 2.1.0 (OASIS standard), for code scanning and for editors that read it.

Findings are results; the whole rule book is in the tool's rules, so that a reader can tell "found nothing"
from "does not exist".  An accepted finding is a suppressed result.  Paths are relative to the working directory.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Final
from urllib.parse import quote

from generator.model.finding import Finding, Location, Related, path_text
from generator.report.json import dumped
from generator.report.order import arranged
from generator.report.result import Result, TierRow
from generator.report.rulebook import Entry

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT: Final = "%SRCROOT%"
"""The base that relative paths are resolved against, by the name that code scanning knows."""

_LEVELS: Final = {"error": "error", "warning": "warning", "info": "note"}

Data = dict[str, object]


def result_sarif(
    result: Result, *, tool_version: str, book: Mapping[str, tuple[Entry, ...]], base: Path | None = None
) -> str:
    """The run as a SARIF text that ends with a line end.

    ``book`` documents the rules; ``base`` is the folder that paths are relative to, by default the working directory.
    """
    findings = arranged(result.findings)
    rules = _rules(book, findings)
    index = {str(rule["id"]): number for number, rule in enumerate(rules)}
    folder = base or Path.cwd()
    run: Data = {
        "tool": {"driver": {"name": "peerwright", "version": tool_version, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(result)],
        "results": [_result(finding, index[finding.rule], folder) for finding in findings],
    }
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rules(book: Mapping[str, tuple[Entry, ...]], findings: list[Finding]) -> list[Data]:
    """One descriptor for every id of the book and for every id that was found without being in it."""
    unknown = {one.rule: one.severity for one in findings if one.rule not in book}
    rules = [_rule(entries) for entries in book.values()]
    rules += [
        {"id": rule_id, "defaultConfiguration": {"level": _LEVELS[severity.word]}}
        for rule_id, severity in unknown.items()
    ]
    return sorted(rules, key=lambda rule: str(rule["id"]))


def _rule(entries: tuple[Entry, ...]) -> Data:
    """The descriptor of one id; the documentation of its several functions one after the other."""
    first = entries[0]
    titles = list(dict.fromkeys(one.title for one in entries))
    whys = [one.why for one in entries if one.why]
    return {
        "id": first.id,
        "shortDescription": {"text": "; ".join(titles)},
        "fullDescription": {"text": "\n\n".join(whys) or "; ".join(titles)},
        "help": {
            "text": "\n\n".join(_help(one, "") for one in entries),
            "markdown": "\n\n".join(_help(one, "```") for one in entries),
        },
        "defaultConfiguration": {"level": _LEVELS[first.severity]},
        "properties": {"sources": list(dict.fromkeys(source for one in entries for source in one.sources))},
    }


def _help(entry: Entry, fence: str) -> str:
    """Fix and examples of one function; the examples between ``fence`` lines, if it is not empty."""
    parts = [f"Fix: {entry.fix}"] if entry.fix else [entry.title]
    for label, example in (("Bad", entry.bad), ("Good", entry.good)):
        if example:
            parts.append(f"{label}:\n\n{fence}\n{example}\n{fence}" if fence else f"{label}:\n{example}")
    return "\n\n".join(parts)


def _invocation(result: Result) -> Data:
    notes = [_notification(tier) for tier in result.tiers if not tier.ran]
    if result.stopped:
        notes.append({"level": "error", "message": {"text": result.stopped}})
    return {
        "executionSuccessful": not result.stopped.startswith("unreadable"),
        "toolExecutionNotifications": notes,
    }


def _notification(tier: TierRow) -> Data:
    return {"level": "note", "message": {"text": f"{tier.name}: {tier.detail}" if tier.detail else tier.name}}


def _result(finding: Finding, index: int, base: Path) -> Data:
    text = f"{finding.message}\n\nFix: {finding.fix}" if finding.fix else finding.message
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity.word],
        "message": {"text": text},
        "locations": _locations(finding, base),
        "relatedLocations": [_related(one, number, base) for number, one in enumerate(finding.related, 1)],
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
        # The standard wants this on all results of a run or on none.
        "suppressions": _suppressions(finding),
        "properties": {"path": path_text(finding.path), "device": finding.device},
    }


def _suppressions(finding: Finding) -> list[Data]:
    if not finding.acknowledged:
        return []
    return [{"kind": "inSource", "status": "accepted", "justification": finding.acknowledged}]


def _locations(finding: Finding, base: Path) -> list[Data]:
    location: Data = {}
    if finding.where is not None:
        location["physicalLocation"] = _physical(finding.where, base)
    if finding.path:
        location["logicalLocations"] = [{"fullyQualifiedName": path_text(finding.path), "kind": "member"}]
    return [location] if location else []


def _related(related: Related, number: int, base: Path) -> Data:
    location: Data = {"id": number, "message": {"text": related.note or path_text(related.path) or "see also"}}
    if related.where is not None:
        location["physicalLocation"] = _physical(related.where, base)
    if related.path:
        location["logicalLocations"] = [{"fullyQualifiedName": path_text(related.path), "kind": "member"}]
    return location


def _physical(where: Location, base: Path) -> Data:
    physical: Data = {"artifactLocation": artifact(where.file, base)}
    if where.line:
        region: Data = {"startLine": where.line}
        if where.column:
            region["startColumn"] = where.column
            region["endColumn"] = where.column + max(where.length, 1)
        if where.text:
            region["snippet"] = {"text": where.text}
        physical["region"] = region
    return physical


def artifact(file: str, base: Path) -> Data:
    """Where a file is, as a percent-encoded URI: relative to ``base`` where it lies in it, else absolute."""
    path = PurePath(file)
    if path.is_absolute():
        if not path.is_relative_to(base):
            return {"uri": "file://" + _quoted(path)}
        path = path.relative_to(base)
    return {"uri": _quoted(path), "uriBaseId": ROOT}


def _quoted(path: PurePath) -> str:
    return quote(os.fsencode(path.as_posix()), safe="/")


def _fingerprint(finding: Finding) -> str:
    """Says that two runs found the same thing, though lines were added above it."""
    file = finding.where.file if finding.where is not None else ""
    words = (finding.rule, file, path_text(finding.path), finding.device, finding.message)
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()[:32]
