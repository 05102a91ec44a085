"""Is anything left of a customer who was taken off a router?  Searched for in the text, not concluded from the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from generator.change.compared import Absence
from generator.change.masking import Masker
from generator.change.units import Side
from generator.model.facts import FACT_TABLES, FactKey, Facts

_TOKEN: Final = re.compile(r"[\w.:/-]*[A-Za-z0-9][\w.:/-]*")
_UNSPECIFIC: Final = 4
"""A word of fewer letters stands in too many lines to prove anything."""


def absence(
    customer: str, device: str, before: Side, after: Facts, texts: Mapping[str, str], mask: Masker
) -> Absence | None:
    """The proof for one customer on one router; None where nothing of the customer was on it."""
    objects = [fact for fact, unit in before.units.items() if unit.customer == customer]
    if not objects:
        return None
    kept = set(_words(after, None))
    names = tuple(sorted(word for word in set(_words(before.own or before.facts, objects)) if word not in kept))
    wanted = {*names, customer}
    left = [
        mask(line.strip())
        for text in texts.values()
        for line in text.splitlines()
        if not wanted.isdisjoint(_TOKEN.findall(line)) or customer in re.split(r"[\s\"]+", line)
    ]
    lines = sum(text.count("\n") for text in texts.values())
    return Absence(customer=customer, device=device, objects=len(objects), names=names, lines=lines, left=tuple(left))


def _words(facts: Facts, only: list[FactKey] | None) -> Iterator[str]:
    """Names and addresses that objects are known by."""
    for table in FACT_TABLES:
        for key, thing in getattr(facts, table).items():
            if only is not None and (table, key) not in only:
                continue
            for field in ("name", "vrf", "address", "rd", "import_policy", "export_policy", "remote", "circuit"):
                word = str(getattr(thing, field, "") or "")
                if len(word) >= _UNSPECIFIC:
                    yield word
            yield from (str(one.ip) for one in getattr(thing, "addresses", ()))
