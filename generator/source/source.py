"""The result of loading: plain values, and where each of them stands."""

from __future__ import annotations

from pathlib import Path

from generator.model.finding import DataPath, Finding, Location
from generator.source.accept import Acknowledgement
from generator.source.merge import Merged
from generator.source.text import SourceText


class Source:
    """An inventory as it was written."""

    def __init__(
        self,
        root: Path,
        merged: Merged,
        texts: list[SourceText],
        findings: list[Finding],
        acknowledgements: list[Acknowledgement],
        *,
        complete: bool,
    ) -> None:
        self.root = root
        """What was asked for: a directory or a file."""
        self.data: dict[str, object] = merged.data
        """Plain values: dict, list, str, int, float, bool and None; every key a str.  Not to be changed: aliases share."""
        self.findings = findings
        """What is wrong with the files: ``SRC-…`` and ``INV-073``."""
        self.acknowledgements = acknowledgements
        self.files: tuple[Path, ...] = tuple(Path(text.path) for text in texts)
        """Absolute paths of the files that were read, in the order of reading."""
        self.complete = complete
        """False where a file, or a part of one, could not be read: what is missing from ``data`` may be in there."""
        self._texts = texts
        self._merged = merged
        self._by_line: dict[tuple[str, int], list[Acknowledgement]] = {}
        for entry in acknowledgements:
            self._by_line.setdefault((entry.file, entry.line), []).append(entry)

    def locate(self, path: DataPath, *, on_key: bool = False) -> Location | None:
        """Where a value, or its key, stands; the nearest existing ancestor if the path does not exist.

        A value that is a block of lines, or empty, is shown at its key; one that comes from an alias or a
        merge key, at the value that has the anchor.  None only where no file holds anything.
        """
        number = self._merged.file_of(path)
        return self._texts[number].locate(path, on_key=on_key) if number is not None else None

    def acknowledgement_for(self, rule: str, path: DataPath) -> Acknowledgement | None:
        """The acknowledgement of a rule on the line of the value or of the key at ``path``."""
        if not self._by_line:
            return None
        for on_key in (False, True):
            where = self.locate(path, on_key=on_key)
            for entry in self._by_line.get((where.file, where.line), ()) if where else ():
                if rule in entry.rules:
                    return entry
        return None
