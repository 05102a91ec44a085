"""Several files → one mapping: their top-level mappings are joined by their second-level keys."""

from __future__ import annotations

from generator.model.finding import DataPath, Finding, Location, Related, Severity, path_text
from generator.source.text import SourceText


class Merged:
    """The values of all files, and which file each top-level and second-level key came from."""

    def __init__(self) -> None:
        self.data: dict[str, object] = {}
        self._origin: dict[str, int] = {}
        self._origin_below: dict[str, dict[str, int]] = {}
        """Only for top-level keys that stand in more than one file."""

    def file_of(self, path: DataPath) -> int | None:
        """The number of the file that holds a path or its nearest ancestor; None where there is no data at all."""
        if not path or path[0] not in self._origin:
            return next(iter(self._origin.values()), None)
        top = str(path[0])
        below = self._origin_below.get(top)
        if below is None or len(path) == 1:
            return self._origin[top]
        return below.get(str(path[1]), self._origin[top])

    def add(self, number: int, values: dict[str, object], texts: list[SourceText]) -> list[Finding]:
        """Join one file's values; what another file holds already is reported and left as it was."""
        findings: list[Finding] = []
        for key, value in values.items():
            if key not in self.data:
                self.data[key], self._origin[key] = value, number
            elif value is None:
                continue
            elif self.data[key] is None:
                self.data[key], self._origin[key] = value, number
            elif isinstance(value, dict) and isinstance(held := self.data[key], dict):
                self._join(key, held, value, number, texts, findings)
            else:
                findings.append(_twice((key,), texts[number], texts[self._origin[key]]))
        return findings

    def _join(
        self,
        top: str,
        held: dict[str, object],
        value: dict[str, object],
        number: int,
        texts: list[SourceText],
        findings: list[Finding],
    ) -> None:
        below = self._origin_below.get(top)
        if below is None:
            held = self.data[top] = dict(held)  # a copy: an alias may share it
            below = self._origin_below[top] = dict.fromkeys(held, self._origin[top])
        for key, item in value.items():
            if key in below:
                findings.append(_twice((top, key), texts[number], texts[below[key]]))
            else:
                held[key], below[key] = item, number


def _twice(path: DataPath, here: SourceText, there: SourceText) -> Finding:
    where = here.locate(path, on_key=True) or Location(file=here.name)
    other = there.locate(path, on_key=True) or Location(file=there.name)
    return Finding(
        rule="SRC-021",
        severity=Severity.ERROR,
        message=f"{path_text(path)} is defined in two files, once was expected",
        path=path,
        where=where,
        fix="keep one of the two, or rename one",
        related=(Related(path=path, where=other, note="defined here first"),),
    )
