"""The router's own way back: a process that waits for the deadline and needs neither us nor the connection."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import Any

from .applying import restore
from .files import Box, boot


def start_timer(box: Box, token: str, seconds: float) -> int:
    """A process of its own that restores the checkpoint after ``seconds``, unless it is called off."""
    ready, told = os.pipe()
    first = os.fork()
    if first:
        os.close(told)
        os.waitpid(first, 0)
        with os.fdopen(ready) as stream:
            return int(stream.read() or 0)
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if os.fork():
        os._exit(0)
    os.write(told, str(os.getpid()).encode())
    os.closerange(0, 1024)
    for _ in range(3):
        os.open(os.devnull, os.O_RDWR)
    with contextlib.suppress(BaseException):
        wait_and_restore(box, token, time.monotonic() + seconds)
    os._exit(0)


def wait_and_restore(box: Box, token: str, end: float) -> None:
    while time.monotonic() < end:
        time.sleep(min(0.5, max(0.05, end - time.monotonic())))
        pending = box.load("pending")
        if not pending or pending["token"] != token:
            return
    with box.lock(wait=120):
        pending = box.load("pending")
        if pending and pending["token"] == token:
            go_back(box, "not confirmed in time")


def go_back(box: Box, why: str) -> list[str]:
    checkpoint = box.load("checkpoint")
    troubles = restore(box, checkpoint) if checkpoint else ["there is no checkpoint"]
    box.forget("pending")
    box.keep("last", {"event": "reverted", "why": why, "troubles": troubles, "at": time.time()})
    return troubles


def alive(pending: dict[str, Any]) -> bool:
    """Whether the timer of a pending commit still runs; a reboot ends it."""
    if pending.get("boot") != boot():
        return False
    try:
        os.kill(pending["pid"], 0)
    except (ProcessLookupError, TypeError):
        return False
    return bool(pending["pid"] > 0)
