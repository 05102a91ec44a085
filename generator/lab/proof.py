"""What a lab proves: one row a proof, with the figure that was measured."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum

import msgspec

from generator.inventory.models import Inventory
from generator.lab.channel import LabGone
from generator.lab.lab import CommandFailed, Lab
from generator.lab.topology import Built


class Verdict(StrEnum):
    """How a proof ended."""

    PROVEN = "proven"
    REFUTED = "refuted"
    NOT_RUN = "not run"
    """Nothing was tried: never counted as proven."""


class ProofRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table."""

    name: str
    """What is claimed: ``BGP Established, with MD5 and BFD``."""
    verdict: Verdict
    figure: str = ""
    """What was measured: ``12 of 12 sessions``, ``416 ms``."""
    detail: str = ""
    """What is wrong, or why it was not run."""
    seconds: float = 0.0
    """How long the proof took."""


Proof = Callable[[Lab], ProofRow | Iterable[ProofRow]]
"""A function that tries something in a lab.  Its docstring's first line says what it proves."""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A lab with something done to it, and what has to be seen then."""

    name: str
    title: str
    proofs: tuple[Proof, ...]
    rewrite: Callable[[Inventory], Inventory] | None = None
    """Changes the inventory before anything is planned."""
    alter: Callable[[Built], Built] | None = None
    """Changes what is booted: a wrong key on an edge, a config that is not what was planned."""
    ready: bool = True
    """Whether every planned session must be up before the proofs begin."""


def prove(lab: Lab, proofs: Sequence[Proof], told: Callable[[ProofRow], None] = lambda _: None) -> Iterator[ProofRow]:
    """Run them in order.  One that breaks off is refuted, and the others are tried all the same."""
    for proof in proofs:
        started = time.monotonic()
        try:
            found = proof(lab)
            rows = [found] if isinstance(found, ProofRow) else list(found)
        except (LabGone, CommandFailed) as error:
            rows = [ProofRow(name=title(proof), verdict=Verdict.REFUTED, detail=str(error))]
            lab.stop_all()
        share = (time.monotonic() - started) / max(len(rows), 1)
        for row in rows:
            timed = msgspec.structs.replace(row, seconds=row.seconds or share)
            told(timed)
            yield timed


def title(proof: Proof) -> str:
    """The first line of what it says about itself.

    >>> def one(lab): "Every session is Established."
    >>> title(one)
    'Every session is Established'
    """
    doc: str = proof.__doc__ or str(getattr(proof, "__name__", "proof"))
    return doc.strip().splitlines()[0].rstrip(".")
