"""What a rollout is given: patience, a clock, and the wish to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from generator.push.candidate import Candidate
from generator.push.outcome import Event


@dataclass(frozen=True, slots=True)
class Options:
    """How patient, and what to do where there is no timer."""

    revert_in: int = 300
    """Seconds after which a router goes back by itself."""
    gate_timeout: float = 180.0
    """Seconds until all gates must be open."""
    poll: float = 2.0
    """Seconds between two looks."""
    settle: float = 5.0
    """Seconds that a drained path gets to run empty."""
    reach: float = 60.0
    """Seconds beyond the timer in which a lost router is looked for."""


@dataclass(slots=True)
class World:
    """What a rollout cannot make itself."""

    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep
    stopping: Callable[[], bool] = lambda: False
    tell: Callable[[Event], None] = lambda _: None
    keep: Callable[[str, str, Candidate], list[Path]] = lambda *_: []
    """Router, what it runs, what is to be committed → the files that lead back, kept before anything is changed."""
