"""What an auditor wants to know of a text and :class:`~generator.model.facts.Facts` have no place for.

Facts say what a config does, in the words of what peerwright plans.  A config that is not ours says more: things
switched off, keys in clear, names that lead nowhere.  A platform's auditor tells these apart, in words no vendor owns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

MarkKind = Literal[
    "switched-off",
    "unresolved",
    "policy-not-needed",
    "clear-key",
    "dscp-trust",
    "open-line",
    "weak-crypto",
    "old-crypto",
    "transport-mode",
    "leak",
    "outer-ethertype",
    "guarded",
    "refused",
]
"""switched-off: a statement that is there and does not act; unresolved: one that brings others along, which were not
found; policy-not-needed: sessions without a policy pass everything; clear-key: a key that everybody can read;
dscp-trust: packets keep the DSCP they came with; open-line: a way to log in that any address may use; leak: routes
cross from one VRF to another; guarded: what arrives for the router itself is dropped
unless a rule names it; refused: a line that the router itself would not take."""

NameKind = Literal["prefix list", "AS path list", "community list", "policy", "filter"]


class Mark(msgspec.Struct, frozen=True, gc=False):
    """One such thing, and where it stands."""

    kind: MarkKind
    file: str
    line: int
    detail: str = ""
    """In plain words; never with a key in it."""
    subject: str = ""
    """The interface or VRF that it is about, where it is about one."""


class Named(msgspec.Struct, frozen=True, gc=False):
    """A name where it is defined, or where it is used."""

    kind: NameKind
    name: str
    file: str
    line: int


class AuditFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform's auditor found in the files of one router."""

    marks: tuple[Mark, ...] = ()
    definitions: tuple[Named, ...] = ()
    """Each name once, at its first line."""
    references: tuple[Named, ...] = ()
    words: frozenset[str] = frozenset()
    """Every word of every statement that defines no name: a name that is not among them is used nowhere."""
    foreign: Mapping[str, int] = {}
    """By file: statements of kinds that no rule looks at."""
    undefined: Mapping[str, str] = {}
    """By kind of name: what the router does where the name is not defined (PLT-XE-01, PLT-LNX-02)."""
