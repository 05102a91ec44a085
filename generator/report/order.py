"""The order of findings in every report, each once, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from generator.model.finding import Finding, Severity, path_text


def arranged(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, by file, line, column, rule and message; those without a place in a file last."""
    return sorted(dict.fromkeys(findings), key=_key)


def _key(finding: Finding) -> tuple[bool, str, int, int, str, str, str, str]:
    where = finding.where
    file, line, column = (where.file, where.line, where.column) if where else ("", 0, 0)
    return (where is None, file, line, column, finding.rule, finding.message, path_text(finding.path), finding.device)


class Counts(msgspec.Struct, frozen=True):
    """How many findings of each kind; an accepted one counts only as accepted."""

    errors: int = 0
    warnings: int = 0
    infos: int = 0
    accepted: int = 0

    def __str__(self) -> str:
        """``2 errors, 3 warnings, 1 accepted``."""
        words = [
            _counted(self.errors, "error", "errors"),
            _counted(self.warnings, "warning", "warnings"),
            _counted(self.infos, "note", "notes"),
            _counted(self.accepted, "accepted", "accepted"),
        ]
        return ", ".join(filter(None, words)) or "no findings"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}" if number else ""


def counted(findings: Iterable[Finding]) -> Counts:
    """Count ``findings``, each once."""
    tally = {Severity.ERROR: 0, Severity.WARNING: 0, Severity.INFO: 0}
    accepted = 0
    for finding in dict.fromkeys(findings):
        if finding.acknowledged:
            accepted += 1
        else:
            tally[finding.severity] += 1
    return Counts(tally[Severity.ERROR], tally[Severity.WARNING], tally[Severity.INFO], accepted)
