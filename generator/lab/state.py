"""What the machine knows of its labs: a folder each below ``/run/peerwright``, and a lock beside it.

A folder whose keeper does not live any more is what a crash (or a loss of power in an engine) left: it holds
nothing but files, and the next command on that lab clears it away.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from generator.lab.engine.keeper import Kept, Order, remove_cgroup
from generator.lab.engine.process import alive, end
from generator.model.outcome import Refused

ROOT: Final = Path("/run/peerwright")
_ODD: Final = re.compile(r"[^A-Za-z0-9]+")
LONGEST: Final = 40
"""Characters of a lab's name: a socket's path may have 107."""


def lab_name(inventory: Path) -> str:
    """``inventories/fjellmark-linux/`` → ``fjellmark-linux``; of a file its stem.  A name is taken as it is.

    >>> lab_name(Path("fjellmark-linux"))
    'fjellmark-linux'
    """
    resolved = inventory.resolve()
    stem = resolved.stem if resolved.is_file() else resolved.name
    return _ODD.sub("-", stem).strip("-").lower()[:LONGEST] or "lab"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The file ``lab.json``: what a command needs to go on with a lab that an earlier one started."""

    name: str
    inventory: str
    engine: str
    reason: str
    """Why this engine."""
    platform: str = ""
    """What ``--as`` said."""
    routers: tuple[str, ...] = ()
    started: float = 0.0
    """Seconds since 1970."""
    boot_seconds: float = 0.0
    ready_seconds: float = 0.0
    unproven: tuple[str, ...] = ()


class Folder:
    """The folder of one lab."""

    def __init__(self, name: str, root: Path = ROOT) -> None:
        self.name = name
        self.path = root / name

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else starts or ends this lab meanwhile.  `Refused` where somebody is at it."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.path.parent / f".{self.name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Refused(
                f"cannot write {self.path.parent}: {error.strerror}", "run it as root: sudo peerwright lab …"
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise Refused(
                f"another command is starting or ending the lab {self.name}", "wait for it; then look with: lab status"
            ) from None
        try:
            yield
        finally:
            if not self.path.exists():
                (self.path.parent / f".{self.name}.lock").unlink(missing_ok=True)
                with contextlib.suppress(OSError):
                    self.path.parent.rmdir()
            os.close(lock)

    def kept(self) -> Kept | None:
        """The processes of the lab, as its keeper wrote them down."""
        try:
            return msgspec.json.decode((self / "kept.json").read_bytes(), type=Kept)
        except (OSError, msgspec.DecodeError):
            return None

    def record(self) -> Record | None:
        """What is known of the lab; None before it is up."""
        try:
            return msgspec.json.decode((self / "lab.json").read_bytes(), type=Record)
        except (OSError, msgspec.DecodeError):
            return None

    def running(self) -> bool:
        kept = self.kept()
        return kept is not None and alive(kept.keeper)

    def create(self) -> None:
        """A folder that only root reads: it holds keys."""
        self.path.mkdir(mode=0o700, parents=True)

    def write(self, name: str, data: bytes) -> None:
        new = self / f".{name}.new"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - a descriptor
            stream.write(data)
        new.replace(self / name)

    def clear(self) -> bool:
        """End what runs, remove what is left; whether there was anything.  Only what the keeper wrote down is ended."""
        found = self.path.exists()
        kept = self.kept()
        if kept is not None:
            end(kept.keeper)
            if kept.box is not None:
                end(kept.box, patience=0.0)
        try:
            order = msgspec.json.decode((self / "order.json").read_bytes(), type=Order)
            remove_cgroup(order.cgroup)
        except (OSError, msgspec.DecodeError):
            pass
        shutil.rmtree(self.path, ignore_errors=True)
        return found


def labs(root: Path = ROOT) -> list[Folder]:
    """Every lab of this machine that there is a folder of."""
    try:
        return [Folder(one.name, root) for one in sorted(root.iterdir()) if one.is_dir()]
    except OSError:
        return []
