"""Everything that is needed for a change window, as data."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from generator.change.command_file import OneLine
from generator.change.compared import Comparison, RouterDiff
from generator.model.change import ChangeSet
from generator.model.finding import Finding
from generator.model.watch import Check


class Turn(msgspec.Struct, frozen=True):
    """When a router's turn is, and why then."""

    device: str
    why: str


class RouterRisk(msgspec.Struct, frozen=True):
    """What could go wrong for traffic on one router, and why we think so."""

    device: str
    text: str
    why: str


class RouterPack(msgspec.Struct, frozen=True, kw_only=True):
    """One router's part of the window."""

    diff: RouterDiff
    title: str
    """The platform in its maker's words."""
    change: ChangeSet | None = None
    """None: no commands were worked out."""
    one_line: OneLine | None = None
    files: Mapping[str, str] = {}
    """Names of files that the platform takes as a whole, where its config is several files, and their places."""
    there: dict[str, str] = {}
    """Those that the commands put into place, with keys."""
    back: dict[str, str] = {}
    """Those that the way back puts into place, with keys."""
    checks: tuple[Check, ...] = ()
    command_hash: str = ""
    """SHA-256 of the command file, keys masked."""
    rollback_hash: str = ""


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """The change pack."""

    comparison: Comparison
    routers: tuple[RouterPack, ...]
    """Those that change, in the order of their turns."""
    order: tuple[Turn, ...]
    risks: tuple[RouterRisk, ...]
    findings: tuple[Finding, ...]
    """What the rules find in the inventory as it will be."""
