"""What a User-Mode-Linux kernel that does not answer is doing: asked of the machine, of the kernel's own console and of its log.

A busy machine may have no time for it, its memory may be full, or it may have stopped for good: the same silence, seen
from outside.  So whoever gives up on it says what was to be seen.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import struct
import time
from pathlib import Path
from typing import Final

from generator.lab.engine.uml import cache_folder

CONSOLE: Final = "console.log"
"""In the lab's folder: what the kernel printed."""
_STATES: Final = {
    "R": "running",
    "S": "sleeping",
    "D": "waiting for the disk",
    "T": "stopped",
    "t": "stopped",
    "Z": "dead",
}
_MAGIC: Final = (0xCAFEBABE, 2)
"""First words of a request to the console, and its version."""
_HEAD: Final = struct.Struct("=III")
_LONGEST: Final = 512
_PATIENCE: Final = 3.0
"""Seconds for an answer of the console."""
_GRAVE: Final = re.compile(r"Out of memory|panic|BUG|blocked for more|stall|Segfault")
_FREE: Final = re.compile(r"MemTotal:\s+(\d+) kB.*?MemAvailable:\s+(\d+) kB", re.S)


def condition(folder: Path, box: int) -> str:
    """A phrase each: the process, the console's answers, the last words; and where all of what it printed was kept."""
    said = last_words(folder / CONSOLE)
    told = [_process(box), *_answers(folder / "uml" / "lab" / "mconsole"), *([f"it said: {said}"] if said else [])]
    kept = _kept(folder / CONSOLE)
    return "; ".join([*told, *([f"all of it: {kept}"] if kept else [])])


def _process(box: int) -> str:
    """Of the machine's view: the state, where it waits, and how much processor time it gets."""
    try:
        child = Path(f"/proc/{box}/task/{box}/children").read_text().split()[0]
        before = _ticks(child)
        time.sleep(1.0)
        state, ticks = _ticks(child)
        where = Path(f"/proc/{child}/wchan").read_text().strip("0") or "no call"
    except (OSError, IndexError, ValueError):
        return "its kernel has ended"
    share = (ticks - before[1]) / os.sysconf("SC_CLK_TCK")
    return f"its kernel is {_STATES.get(state, state)} in {where}, {share:.2f} s of processor time in the last second"


def _ticks(process: str) -> tuple[str, int]:
    text = Path(f"/proc/{process}/stat").read_text()
    fields = text[text.rindex(")") + 2 :].split()
    return fields[0], int(fields[11]) + int(fields[12])


def _answers(mconsole: Path) -> list[str]:
    """Its interrupts answer by themselves, its processes only where they still get their turn."""
    if asked(mconsole, "version") is None:
        return ["its interrupts do not answer"]
    memory = asked(mconsole, "proc meminfo")
    if memory is None:
        return ["its interrupts answer, its processes do not"]
    for request in ("sysrq 7", "sysrq m", "sysrq w"):  # memory, and who is blocked: printed into the log
        asked(mconsole, request)
    found = _FREE.search(memory)
    free = f", {int(found[2]) >> 10} of {int(found[1]) >> 10} MB free" if found else ""
    return [f"its interrupts and processes answer{free}"]


def asked(mconsole: Path, request: str) -> str | None:
    """The answer of a kernel's management console; None: there was none in time."""
    own = mconsole.with_name(f"ask-{os.getpid()}")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
        try:
            client.bind(str(own))
            client.settimeout(_PATIENCE)
            data = request.encode()
            client.sendto(_HEAD.pack(*_MAGIC, len(data)) + data.ljust(_LONGEST, b"\0"), str(mconsole))
            told, more = "", 1
            while more:
                answer = client.recv(_HEAD.size + _LONGEST)
                _, more, length = _HEAD.unpack_from(answer)
                told += answer[_HEAD.size : _HEAD.size + length].rstrip(b"\0").decode(errors="replace")
            return told
        except OSError:
            return None
        finally:
            with contextlib.suppress(OSError):
                own.unlink()


def last_words(console: Path, most: int = 3) -> str:
    """What it printed last, and before that what went badly wrong."""
    try:
        lines = [line.strip() for line in console.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        return ""
    grave = [line for line in lines[:-most] if _GRAVE.search(line)]
    return " | ".join(line[:160] for line in [*grave[-most:], *lines[-most:]])


def _kept(console: Path) -> str:
    """The log ends with the lab; a copy of the last one that mattered does not."""
    target = cache_folder() / CONSOLE
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(console, target)
    except OSError:
        return ""
    return str(target)
