"""What a rule is: a documented generator function, registered by its id."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from generator.model.facts import FactKey
from generator.model.finding import DataPath, Related, Severity

PARTS: Final = ("Why:", "Fix:", "Bad:", "Good:")
"""The parts every rule's docstring has after its title, each at the start of a line."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule yields.  The engine makes a finding of it: it adds the rule's id and severity, and the place in the files."""

    message: str
    """Subject, what is wrong with the actual value quoted, what was expected."""
    path: DataPath = ()
    fix: str = ""
    """What to do here; empty: the rule's general advice."""
    related: tuple[Related, ...] = ()
    severity: Severity | None = None
    """Where it differs from the rule's own."""
    lab: bool = False
    """Documentation space or numbers: only a warning where ``meta.lab`` is set (domain rules 0)."""
    on_key: bool = False
    """Point at the key instead of at the value."""
    device: str = ""
    fact: FactKey | None = None
    """The object in the device's facts that it is about; the engine finds its config line."""
    place: tuple[str, int] | None = None
    """Config file and line, where it is about a line that is no object's."""


RuleFunction = Callable[..., Iterator[Problem]]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A registered rule."""

    id: str
    severity: Severity
    source: tuple[str, ...]
    """Ids of the domain rules behind it."""
    scope: str
    """Name of the type it looks at: the annotation of its first parameter."""
    check: RuleFunction
    title: str

    def part(self, name: str) -> str:
        """One part of the documentation, ``Why``, ``Fix``, ``Bad`` or ``Good``, dedented."""
        document = inspect.getdoc(self.check) or ""
        body = document.split(f"\n{name}:", 1)[1]
        for other in PARTS:
            body = body.split(f"\n{other}", 1)[0]
        return inspect.cleandoc(body)


REGISTRY: dict[str, list[Rule]] = {}
"""Rules by id.  One id may have several functions, where it looks at different things (INV-041: outside the list, unused)."""


def rule(rule_id: str, severity: Severity, *, source: str) -> Callable[[RuleFunction], RuleFunction]:
    """Register a rule.  Refuses, at import, one without title, why, fix, bad and good example, or scope."""

    def register(check: RuleFunction) -> RuleFunction:
        document = check.__doc__ or ""
        # Python 3.13 takes the indentation off docstrings; older ones leave it on.
        missing = [part for part in PARTS if f"\n    {part}" not in document and f"\n{part}" not in document]
        parameters: list[Any] = list(check.__annotations__.values())
        title = document.strip().split("\n", 1)[0]
        if not title or missing or len(parameters) < 2 or not source:
            raise TypeError(
                f"rule {rule_id} ({check.__name__}) lacks {', '.join(missing) or 'a title, a scope or a source'}"
            )
        entry = Rule(
            id=rule_id,
            severity=severity,
            source=tuple(source.replace(",", " ").split()),
            scope=str(parameters[0]),
            check=check,
            title=title.rstrip("."),
        )
        REGISTRY.setdefault(rule_id, []).append(entry)
        return check

    return register
