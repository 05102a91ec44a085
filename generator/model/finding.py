"""A problem as data: what is wrong, where, how bad, and what to do about it."""

from __future__ import annotations

from enum import IntEnum

import msgspec

DataPath = tuple[str | int, ...]
"""Where a value stands in the inventory: keys and list indexes from the top, e.g. ``("customers", "alpha", "vrf")``."""


class Severity(IntEnum):
    """How bad a finding is.  The order is the order of `--fail-on`."""

    INFO = 0
    WARNING = 1
    ERROR = 2

    @property
    def word(self) -> str:
        return self.name.lower()


class Location(msgspec.Struct, frozen=True, gc=False):
    """A place in a text file.  ``line`` and ``column`` count from 1; 0 means "the file as a whole"."""

    file: str
    line: int = 0
    column: int = 0
    length: int = 1
    """How many characters the caret underlines."""
    text: str = ""
    """The source line, without its line end, secrets already masked."""

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


class Related(msgspec.Struct, frozen=True):
    """A second place that a finding is about: the other VLAN, the other circuit."""

    path: DataPath
    where: Location | None = None
    note: str = ""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One problem.

    A rule fills in ``rule``, ``severity``, ``message``, ``path`` and ``fix``; the engine that knows the
    source files adds ``where``.  Messages follow one grammar: subject, what is wrong with the actual
    value quoted, what was expected.
    """

    rule: str
    """The rule's id, e.g. ``INV-021``; ``SRC-…`` for reading, ``SCH-…`` for the shape of the data."""
    severity: Severity
    message: str
    path: DataPath = ()
    """The place in the inventory, also where the finding is about a config line that came from it."""
    where: Location | None = None
    """The place in a file: the inventory's, or the config's for read-back findings."""
    fix: str = ""
    related: tuple[Related, ...] = ()
    device: str = ""
    """The router whose config or plan the finding is about, if it is about one."""
    on_key: bool = False
    """Point at the key of ``path`` rather than at its value."""
    fact: object = None
    """The object in the device's facts (table and key) that it is about: the engine finds the config line."""
    place: tuple[str, int] | None = None
    """File and line in the device's config, where it is about a line that begins no object."""
    acknowledged: str = ""
    """The reason a person gave for accepting it; an acknowledged finding never fails a run."""


def path_text(path: DataPath) -> str:
    """``("customers", "alpha", "onprem", 0)`` → ``customers.alpha.onprem[0]``."""
    out = ""
    for part in path:
        if isinstance(part, int):
            out += f"[{part}]"
        else:
            out += f".{part}" if out else part
    return out
