"""Processes that are known again: by their number and by when they started, since numbers are used again."""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path

import msgspec


class Mark(msgspec.Struct, frozen=True):
    """A process.  ``started``: clock ticks after the machine's start, as in field 22 of ``/proc/PID/stat``."""

    pid: int
    started: int


def mark_of(pid: int) -> Mark | None:
    """Of a process that lives now; None if there is none (a dead one that nobody waited for counts as none)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *fields = text[text.rindex(")") + 2 :].split()
    return None if state in "ZX" else Mark(pid, int(fields[18]))


def alive(mark: Mark) -> bool:
    """Whether that very process still runs."""
    return mark_of(mark.pid) == mark


def end(mark: Mark, patience: float = 20.0) -> None:
    """Ask it to end, then make it; returns when it has gone.  A stranger under its number is left alone."""
    try:
        handle = os.pidfd_open(mark.pid)
    except ProcessLookupError:
        return
    try:
        for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, patience)):
            if not alive(mark):
                return
            signal.pidfd_send_signal(handle, number)
            if select.select([handle], [], [], seconds)[0]:
                return
    except ProcessLookupError:
        return
    finally:
        os.close(handle)
