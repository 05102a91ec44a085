"""The commented inventory that ``peerwright init`` starts a user with: ``inventories/starter``."""

from __future__ import annotations

import os
from pathlib import Path

from generator.model.outcome import Refused


def starter_root() -> Path:
    """Where it is: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "_inventories"
    return (installed if installed.is_dir() else package.parent / "inventories") / "starter"


def copy_starter(directory: Path) -> list[Path]:
    """Copy it into ``directory``, which must be new or empty.  Raises `Refused` otherwise."""
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise Refused(f"{directory} is there already and not empty", "name a new folder")
        written = []
        for source in sorted(starter_root().rglob("*")):
            if source.is_dir():
                continue
            target = directory / source.relative_to(starter_root())
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(
                target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if "secrets" in target.parts else 0o644
            )
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(source.read_bytes())
            written.append(target)
    except OSError as error:
        raise Refused(
            f"cannot write {error.filename or directory}: {error.strerror}", "choose another folder"
        ) from None
    return written
