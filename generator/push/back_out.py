"""What leads back by hand, on disk before anything is changed (NAP-14): a file for each router and push."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from generator.model.outcome import Refused
from generator.push.candidate import Candidate

FOLDER: Final = "back-out"


class BackOut:
    """The files of one push: ``back-out/<time>-<process>/<router>.before`` and ``.commands``, for their owner only.

    ``root``: the journal's folder.  No file is ever written over, as a driver's own copy may be (NAP-12).
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"

    def keep(self, router: str, running: str, change: Candidate) -> list[Path]:
        """The config that runs, and, where commands are sent, those that undo them.  `Refused` where they cannot be kept."""
        texts = {f"{router}.before": running}
        if change.back:
            texts[f"{router}.commands"] = change.back
        paths = [self.folder / name for name in texts]
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for path, text in zip(paths, texts.values(), strict=True):
                _write(path, text)
        except OSError as error:
            raise Refused(
                f"cannot keep the way back in {self.folder}: {error.strerror}; nothing was sent",
                "make room, or name another --journal",
            ) from None
        return paths


def _write(path: Path, text: str) -> None:
    """With its keys, so readable by nobody else; on disk before the router is touched."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
