"""Files, all or none: written beside their places first, moved there when everything is in order."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

MODE = 0o600
"""Configs hold keys: nobody but the owner reads them."""


class StageError(Exception):
    """A file or folder cannot be written; the text says which and why."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path}: {error.strerror or error}")
        self.path = path
        self.reason = error.strerror or str(error)

    def __reduce__(self) -> tuple[type[StageError], tuple[Path, OSError]]:
        return (StageError, (self.path, OSError(0, self.reason)))


def _make(folder: str) -> bool:
    """A folder and what it lies in; one that exists is left as it is.  True: it is new, and so empty."""
    try:
        os.mkdir(folder, 0o700)  # noqa: PTH102 - hot: 20,000 folders
    except FileNotFoundError:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
    except FileExistsError:
        if not os.path.isdir(folder):  # noqa: PTH112
            raise
        return False
    return True


class Stage:
    """Collects the new texts of files below one folder.

    ``put`` compares with what is there and writes a changed text to a temporary file in the same
    folder; ``commit`` moves all of them into place; ``abort`` removes them.  Until ``commit`` every
    old file is whole, and each single move is atomic.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.moves: list[tuple[str, str]] = []
        self.unchanged = 0
        self.moved = 0
        """Files that ``commit`` has put into place so far."""
        self._folders: set[str] = set()

    def put(self, device: str, name: str, text: str) -> bool:
        """Stage a file; False where the one on disk says the same already (its mode is put right anyway)."""
        folder = f"{self.root}{os.sep}{device}"
        target = f"{folder}{os.sep}{name}"
        data = text.encode()
        try:
            new = False
            if folder not in self._folders:
                new = _make(folder)
                self._folders.add(folder)
            if not new and self._same(target, data):
                self.unchanged += 1
                return False
            temporary = f"{folder}{os.sep}.{name}.new"
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, MODE)
            self.moves.append((temporary, target))
            try:
                os.fchmod(descriptor, MODE)
                view = memoryview(data)
                while view:
                    view = view[os.write(descriptor, view) :]
            finally:
                os.close(descriptor)
        except OSError as error:
            raise StageError(Path(target), error) from error
        return True

    @staticmethod
    def _same(target: str, data: bytes) -> bool:
        try:
            descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            return False
        try:
            status = os.fstat(descriptor)
            if status.st_size != len(data) or os.read(descriptor, len(data) + 1) != data:
                return False
            if status.st_mode & 0o777 != MODE:
                os.fchmod(descriptor, MODE)
            return True
        finally:
            os.close(descriptor)

    def commit(self) -> int:
        """Move everything into place; the number of files that changed."""
        try:
            while self.moves:
                temporary, target = self.moves[-1]
                os.replace(temporary, target)  # noqa: PTH105 - hot
                self.moves.pop()
                self.moved += 1
        except OSError as error:
            raise StageError(Path(target), error) from error
        return self.moved

    def abort(self) -> None:
        """Remove what was staged; the old files were never touched."""
        for temporary, _ in self.moves:
            try:
                os.unlink(temporary)  # noqa: PTH108 - hot
            except OSError:
                continue
        self.moves.clear()

    def sweep(self, devices: Iterable[str]) -> None:
        """Remove every temporary file below the folders of ``devices``, also those another process staged."""
        for device in devices:
            for left in (self.root / device).glob(".*.new"):
                left.unlink(missing_ok=True)
        self.moves.clear()
