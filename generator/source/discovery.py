"""Which files make up an inventory: those below its directory, and those that ``include`` names."""

# ruff: noqa: PTH100, PTH109, PTH118, PTH206
# Plain strings on purpose: a Path for each of 100,000 files costs more than reading them.

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from generator.model.finding import Finding
from generator.source.problems import MAX_FILES, about_file
from generator.source.reading import unreadable

SUFFIXES = (".yaml", ".yml")


class Names:
    """How paths are shown: relative to the current directory where they are below it, else as they were given."""

    def __init__(self, root: Path) -> None:
        self._given = os.fspath(root)
        self._absolute = os.path.abspath(self._given)
        self._here = os.path.join(os.getcwd(), "")

    def of(self, path: str) -> str:
        """The name of an absolute path; bytes that are no text, and control characters, are escaped."""
        name = self._plain(path)
        return name if name.isprintable() else ascii(os.fsencode(name).decode("utf-8", "backslashreplace"))[1:-1]

    def _plain(self, path: str) -> str:
        if path.startswith(self._here):
            return path[len(self._here) :]
        if path == self._absolute:
            return self._given
        prefix = os.path.join(self._absolute, "")
        return os.path.join(self._given, path[len(prefix) :]) if path.startswith(prefix) else path


class Fence:
    """The directory that no file of an inventory may be outside of, symbolic links followed."""

    def __init__(self, directory: str) -> None:
        self._real = os.path.join(os.path.realpath(directory), "")

    def holds(self, path: str) -> bool:
        return os.path.join(os.path.realpath(path), "").startswith(self._real)


def yaml_files(directory: str, fence: Fence, names: Names, findings: list[Finding]) -> list[str]:
    """Absolute paths of the YAML files below a directory, in order; hidden ones are skipped."""
    found: list[str] = []
    for path in _walk(directory, fence, names, findings):
        found.append(path)
        if len(found) > MAX_FILES:
            message = f"{names.of(directory)} holds more than {MAX_FILES:,} YAML files"
            findings.append(
                about_file("SRC-006", names.of(directory), message, "give the directory of the inventory alone")
            )
            return []
    return sorted(found, key=lambda path: path.split(os.sep))


def _walk(directory: str, fence: Fence, names: Names, findings: list[Finding]) -> Iterator[str]:
    waiting = [directory]
    while waiting:
        current = waiting.pop()
        try:
            with os.scandir(current) as listing:
                items = [item for item in listing if not item.name.startswith(".")]
        except OSError as error:
            findings.append(unreadable(error, names.of(current)))
            continue
        for item in items:
            if item.is_symlink() and _outside(item, fence, names, findings):
                continue
            if item.is_dir(follow_symlinks=False):
                waiting.append(item.path)
            elif item.name.endswith(SUFFIXES) and not item.is_dir():
                yield item.path


def _outside(item: os.DirEntry[str], fence: Fence, names: Names, findings: list[Finding]) -> bool:
    """True, and a finding, for a symbolic link to a file or directory of somewhere else.

    One to a directory inside is not followed either, and needs no word: its files are found where they are.
    """
    if not (item.name.endswith(SUFFIXES) or item.is_dir()) or fence.holds(item.path):
        return False
    name = names.of(item.path)
    message = f"symbolic link {name} leads outside the inventory"
    findings.append(about_file("SRC-023", name, message, "move what it points to into the inventory's directory"))
    return True
