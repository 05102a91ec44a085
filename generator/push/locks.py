"""One push at a time on a router, whichever inventory it comes from."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from generator.model.outcome import Refused


@contextmanager
def held(places: Iterable[str], folder: Path) -> Iterator[None]:
    """Locks for these routers (``host:port``), as long as the block lasts.  `Refused` where another push has one.

    In the order of their names, so that two pushes never wait for each other; they go with the process.
    """
    with ExitStack() as stack:
        for place in sorted(set(places)):
            stack.enter_context(_one(place, folder))
        yield


@contextmanager
def _one(place: str, folder: Path) -> Iterator[None]:
    path = folder / "locks" / f"{hashlib.sha256(place.encode()).hexdigest()[:16]}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Refused(f"cannot lock {path}: {error.strerror}", "set PEERWRIGHT_STATE to a folder of yours") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(handle, 100, 0).decode(errors="replace").strip()
            raise Refused(
                f"another push is at work on {place} ({owner or 'unknown process'})", "wait for its end"
            ) from None
        os.truncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
