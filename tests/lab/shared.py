"""One lab for the tests of a module, also where several processes run them: booting is the dearest part."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else is in here meanwhile, in any process."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def common_folder(factory: pytest.TempPathFactory) -> Path:
    """The same for all processes of a test run."""
    base = factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


@contextmanager
def shared(folder: Path, name: str, up: Callable[[], None], down: Callable[[], None]) -> Iterator[Path]:
    """The first process to come takes it up, the last to go takes it down; the file is the lock for single tests."""
    count = folder / f"{name}.users"
    with alone(folder / f"{name}.lock"):
        users = int(count.read_text()) if count.exists() else 0
        if not users:
            try:
                up()
            except BaseException:
                down()
                raise
        count.write_text(str(users + 1))
    try:
        yield folder / f"{name}.test"
    finally:
        with alone(folder / f"{name}.lock"):
            users = int(count.read_text()) - 1
            count.write_text(str(users))
            if not users:
                down()
