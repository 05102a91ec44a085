"""What is known about every finding id: the documentation of the rules, and of the checks that are not rules."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Final

import msgspec

from generator.rules.base import REGISTRY, Rule

_EXPLAINING: Final = (
    "generator.source",
    "generator.inventory",
    "generator.plan",
    "generator.render",
    "generator.readback",
    "generator.rules",
)
"""Packages whose modules may have an ``EXPLAIN``: finding id → (what it is, what to do)."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The documentation of one finding id; where several functions share an id, of one of them."""

    id: str
    title: str
    severity: str
    """``error``, ``warning`` or ``info``."""
    why: str = ""
    fix: str = ""
    bad: str = ""
    good: str = ""
    sources: tuple[str, ...] = ()
    """Ids of the domain rules behind it."""


def rulebook() -> dict[str, tuple[Entry, ...]]:
    """Every known finding id with its documentation, sorted by id.  Imports all rule modules."""
    from generator import rules

    rules.load()
    book = {rule_id: tuple(map(_entry, found)) for rule_id, found in REGISTRY.items()}
    for module in _explaining_modules():
        explain: dict[str, tuple[str, str]] = getattr(module, "EXPLAIN", {})
        for finding_id, (title, fix) in explain.items():
            book.setdefault(finding_id, (Entry(id=finding_id, title=title.rstrip("."), severity="error", fix=fix),))
    return dict(sorted(book.items()))


def _explaining_modules() -> Iterator[ModuleType]:
    for name in _EXPLAINING:
        package = importlib.import_module(name)
        yield package
        for _, module, _ in pkgutil.iter_modules(package.__path__):
            yield importlib.import_module(f"{name}.{module}")


def _entry(rule: Rule) -> Entry:
    return Entry(
        id=rule.id,
        title=rule.title,
        severity=rule.severity.word,
        why=rule.part("Why"),
        fix=rule.part("Fix"),
        bad=rule.part("Bad"),
        good=rule.part("Good"),
        sources=rule.source,
    )
