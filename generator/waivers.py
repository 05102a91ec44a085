"""Findings that people have accepted, in a file of its own: for an audit without an inventory to write comments in.

::

    accept:
      - rule: AUD-017
        router: edge1            # may be left out: on every router
        about: 172.20.0.2        # may be left out: a text that the finding has
        reason: ticket 4711, Microsoft has no key yet
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from generator.inventory.load import validate_as
from generator.model.finding import Finding, Severity
from generator.source import Source, load


class Waiver(BaseModel):
    """A person's word that findings of one rule are all right, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    rule: str = Field(pattern=r"^[A-Z]+-[0-9]+$")
    router: str = ""
    about: str = ""
    reason: str = Field(pattern=r"\w")

    def accepts(self, finding: Finding) -> bool:
        """Whether it is about this finding."""
        return self.rule == finding.rule and self.router in ("", finding.device) and self.about in finding.message


class WaiverFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    accept: tuple[Waiver, ...] = Field(min_length=1, strict=False)


class Waivers(msgspec.Struct, frozen=True):
    """What a file accepts, and what is wrong with it."""

    source: Source
    entries: tuple[Waiver, ...]
    findings: tuple[Finding, ...]

    def settle(self, findings: Sequence[Finding], never: tuple[str, ...]) -> tuple[Finding, ...]:
        """The findings, accepted where an entry accepts them; and a warning for every entry that accepts none.

        ``never``: beginnings of rules that nobody can accept.
        """
        used: set[int] = set()
        settled = []
        for one in findings:
            found = [number for number, entry in enumerate(self.entries) if entry.accepts(one)]
            if found and not one.acknowledged and not one.rule.startswith(never):
                used.update(found)
                one = msgspec.structs.replace(one, acknowledged=self.entries[found[0]].reason)
            settled.append(one)
        return (*settled, *(self._idle(number) for number in range(len(self.entries)) if number not in used))

    def _idle(self, number: int) -> Finding:
        entry = self.entries[number]
        of = "".join((f" on {entry.router}" if entry.router else "", f" about {entry.about!r}" if entry.about else ""))
        return Finding(
            rule="ACK-001",
            severity=Severity.WARNING,
            message=f"this entry accepts {entry.rule}{of}, but there is no such finding that can be accepted",
            where=self.source.locate(("accept", number)),
            fix="remove the entry: what it waived is gone",
        )


def read_waivers(path: Path) -> Waivers:
    """The entries of a file.  It never raises for what it finds there."""
    source = load(path)
    wrong = list(source.findings)
    found = None
    if source.complete and not any(one.severity is Severity.ERROR for one in wrong):
        found, more = validate_as(WaiverFile, source.data)
        wrong += [msgspec.structs.replace(one, where=source.locate(one.path, on_key=one.on_key)) for one in more]
    return Waivers(source, found.accept if found is not None else (), tuple(wrong))
