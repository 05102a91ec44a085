"""What is said between `generator.lab` and the agent: one request a connection, a line of JSON each way, then maybe raw bytes."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

PORT: Final = 4321
"""Of the agent, where it is inside a kernel of its own."""

Verb = Literal["boot", "exec", "attach", "connect", "start", "stop", "kill", "link", "shutdown"]


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request."""

    verb: Verb
    device: str = ""
    argv: tuple[str, ...] = ()
    input: bytes = b""
    timeout: float = 60.0
    """Seconds; then everything that was started is killed."""
    terminal: tuple[int, int] | None = None
    """``attach`` in a terminal of that many rows and columns."""
    port: int = 0
    """``connect``: TCP port on the device's loopback address."""
    job: int = 0
    """``stop``: which one."""
    interface: str = ""
    up: bool = True


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer.  ``boot`` sends one for each device, as it comes up, and a last one without a device."""

    error: str = ""
    """Not empty: nothing was done, and why."""
    status: int = 0
    """Exit status; negative: the signal that ended it; see ``timed_out``."""
    stdout: bytes = b""
    stderr: bytes = b""
    timed_out: bool = False
    job: int = 0
    device: str = ""
    seconds: float = 0.0
