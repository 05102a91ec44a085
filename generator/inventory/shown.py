"""One line of ``peerwright show``: a value and where it comes from."""

from __future__ import annotations

import msgspec

from generator.model.finding import DataPath, path_text

Origin = tuple[str, DataPath | None, str]
"""Words, the path that was written if one was, and the rule behind a built-in value."""


class Value(msgspec.Struct):
    """One value: its path, its text, and where it comes from.  ``place`` is the path that was written, if one was."""

    path: str
    value: str
    origin: str
    place: DataPath | None = None
    note: str = ""


def words(value: object) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(words(one) for one in value) or "none"
    return "none" if value is None else str(value)


def default_of(where: DataPath) -> str:
    """``default of providers.northlake``, from the place where the default stands."""
    owner = where[: where.index("defaults")]
    return f"default of {path_text(owner) if owner else 'the inventory'}"
