"""What a verb tells its caller: progress while it works, and its result at the end."""

from __future__ import annotations

from typing import Protocol

import msgspec

from generator.model.finding import Finding, Location


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The verb cannot go on, and it is nobody's bug: a folder that cannot be written, a disk that is full."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


class Progress(Protocol):
    """Told how far the work is.  ``total`` 0: not known."""

    def stage(self, name: str, total: int) -> None: ...
    def advance(self, count: int = 1) -> None: ...


class Tier(msgspec.Struct):
    """One kind of check, and whether it ran.  One that did not is never counted as passed."""

    name: str
    ran: bool
    detail: str


class DeviceRow(msgspec.Struct, kw_only=True):
    """One router in the table at the end of a run."""

    device: str
    platform: str
    role: str
    sessions: int
    files: int
    lines: int
    written: int = 0
    unchanged: int = 0
    errors: int = 0
    warnings: int = 0


class FileRow(msgspec.Struct, kw_only=True):
    """One file that was audited: how much of it is of kinds that rules look at."""

    device: str
    file: str
    platform: str
    lines: int
    understood: int
    """Statements, not lines: comments and blank lines are neither."""
    passed_over: int


class CheckResult(msgspec.Struct):
    """What a verb found."""

    findings: tuple[Finding, ...]
    tiers: tuple[Tier, ...] = ()
    devices: tuple[DeviceRow, ...] = ()
    customers: int = 0
    circuits: int = 0
    stopped: str = ""
    """Empty, or why the later steps did not happen; begins with ``unreadable`` where the input could not be read."""


class AuditResult(CheckResult):
    """What an audit found, and how much of each file it understood."""

    files: tuple[FileRow, ...] = ()


class Shown(msgspec.Struct):
    """One value of the inventory, and where it comes from."""

    path: str
    value: str
    origin: str
    where: Location | None = None
    note: str = ""
