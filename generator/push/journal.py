"""What was done, a JSON line for each event, so that a push that was cut off can go on where it stopped."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

from generator.model.outcome import Refused

NAME: Final = "push.jsonl"


def state_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where journals and locks are: ``$PEERWRIGHT_STATE``, else ``$XDG_STATE_HOME/peerwright``."""
    if environment.get("PEERWRIGHT_STATE"):
        return Path(environment["PEERWRIGHT_STATE"])
    return Path(environment.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "peerwright"


class Journal:
    """Appends; every line is on disk before the next step begins."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._stream: TextIO = open(  # noqa: SIM115 - open as long as the run
                path, "a", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)
            )
        except OSError as error:
            raise Refused(f"cannot write the journal {path}: {error.strerror}", "name another with --journal") from None

    def write(self, **values: str) -> None:
        """One event."""
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **values}, ensure_ascii=False)
        with self._lock:
            self._stream.write(f"{line}\n")
            self._stream.flush()
            os.fsync(self._stream.fileno())

    def close(self) -> None:
        """The end of the run."""
        self._stream.close()


def finished(path: Path, wanted: Mapping[str, str]) -> set[str]:
    """Pairs whose last word in the journal is that exactly this was pushed.  ``wanted``: pair → digest of what it is to run."""
    last: dict[str, tuple[str, str]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Refused(f"cannot read the journal {path}: {error.strerror}", "leave --resume out to begin anew") from None
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # the last line of a run that was killed
        if event.get("step") == "pair":
            last[event.get("pair", "")] = (event.get("outcome", ""), event.get("wanted", ""))
    return {pair for pair, digest in wanted.items() if last.get(pair) in (("done", digest), ("unchanged", digest))}
