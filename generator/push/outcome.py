"""What a rollout of one pair tells: events on the way, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Event:
    """Something that happened, for journal and report."""

    router: str
    step: str
    outcome: str
    detail: str = ""


@dataclass(slots=True)
class PairResult:
    """How it ended for one pair."""

    pair: str
    state: str = "done"
    """``done``, ``unchanged``, ``failed``, ``refused``, ``stopped`` or ``skipped``."""
    changed: list[str] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    """What each router that was touched is left as: ``changed``, ``as before``, ``drained``, …"""
    back_out: dict[str, list[str]] = field(default_factory=dict)
    """Files that lead each router back by hand."""
    why: str = ""
    events: list[Event] = field(default_factory=list)
    diffs: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        return self.state in ("done", "unchanged")


class Stopped(Exception):  # noqa: N818
    """Somebody wants to leave."""


class Failed(Exception):  # noqa: N818
    """A step did not come to its end; the text says why, and what became of the router."""
