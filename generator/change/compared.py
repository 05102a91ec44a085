"""What a comparison of a whole inventory found: router by router, and what it proves."""

from __future__ import annotations

import msgspec

from generator.change.block_diff import Block
from generator.change.meaning import Change, Foreign
from generator.change.meaning_objects import ObjectDiff
from generator.model.finding import Finding


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """The proof that nothing of a customer who left is on a router any more."""

    customer: str
    device: str
    objects: int
    """How many objects of the customer the router had."""
    names: tuple[str, ...]
    """Words that only the customer's objects had: searched for in the whole text that the router will have."""
    lines: int
    """Lines of that text."""
    left: tuple[str, ...] = ()
    """Lines in which one of the words stands, keys masked; empty: proven."""


class RouterDiff(msgspec.Struct, frozen=True, kw_only=True):
    """One router: in words, and in lines."""

    device: str
    platform: str
    changes: tuple[Change, ...] = ()
    objects: tuple[ObjectDiff, ...] = ()
    """The objects that differ."""
    blocks: tuple[Block, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    before_hash: str = ""
    """SHA-256 of the text before, keys masked: a hash over a key would let it be guessed."""
    after_hash: str = ""
    compared: bool = True
    """False where its running config could not be read."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Everything between two states of an inventory's routers."""

    inventory: str
    """Its name, or its folder."""
    against: str
    """The other state: ``the running configs in backups/``, ``revision 1a2b3c4``."""
    routers: tuple[RouterDiff, ...] = ()
    findings: tuple[Finding, ...] = ()
    """What stands against the change itself: a bandwidth that goes down, a config that cannot be read."""
    absences: tuple[Absence, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for router in self.routers for change in router.changes)

    @property
    def different(self) -> bool:
        """Whether anything would change; what is foreign is left, so it is no difference."""
        return any(router.changes or router.blocks for router in self.routers)
