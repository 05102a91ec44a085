"""What the rollout needs of a router.  `napalm_session` has the real one, tests a fake."""

from __future__ import annotations

from typing import Protocol

import msgspec

from generator.push.candidate import Candidate
from generator.push.state import RouterState


class SessionLost(Exception):  # noqa: N818 - what happened, not a fault of ours
    """There is no connection any more, or none came about."""


class DeviceRefused(Exception):  # noqa: N818
    """The router, or its driver, says no."""


class Running(msgspec.Struct, frozen=True):
    """What a router runs, with keys: never for a report."""

    text: str
    digest: str


class Session(Protocol):
    """One router, one at a time.  Every method may raise `SessionLost` and `DeviceRefused`."""

    def open(self) -> None: ...
    def close(self) -> None: ...
    def running(self) -> Running: ...
    def load(self, candidate: Candidate) -> None: ...
    def diff(self) -> str:
        """With all keys masked."""
        ...

    def discard(self) -> None: ...
    def commit(self, revert_in: int | None) -> None: ...
    def confirm(self) -> None: ...
    def rollback(self) -> None: ...
    def pending(self) -> bool: ...
    def observe(self) -> RouterState: ...
