"""The words for what a change means: for a customer, on a router, to the sessions."""

from __future__ import annotations

from typing import Literal

import msgspec

from generator.model.facts import FactKey, NeighborKey
from generator.model.finding import DataPath

Kind = Literal["added", "removed", "changed"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a router does differently afterwards, as a change board understands it."""

    device: str
    kind: Kind
    text: str
    """What the router does, without its name: ``announces 203.0.113.96/28 in addition``."""
    customer: str = ""
    """Empty: all share it."""
    subject: str = ""
    """What of the customer: ``Microsoft peering``, ``CE``, ``circuit charlie-ams``."""
    circuit: str = ""
    domain: str = ""
    resets: tuple[NeighborKey, ...] = ()
    """Sessions that go down and come up again because of it."""
    starts: tuple[NeighborKey, ...] = ()
    """Sessions that are new."""
    ends: tuple[NeighborKey, ...] = ()
    """Sessions that are gone for good."""
    covers: tuple[FactKey, ...] = ()
    """The objects whose difference this sentence tells."""
    path: DataPath = ()
    """Where in the inventory it comes from."""
    detail: bool = False
    """A consequence that another sentence of the same device implies: a list, a filter, a route that goes with it."""

    @property
    def where(self) -> str:
        """``charlie, Microsoft peering``; ``all customers`` for what they share."""
        return ", ".join(word for word in (self.customer or "all customers", self.subject) if word)

    @property
    def effect(self) -> str:
        """What it does to sessions: ``no session resets``."""
        parts = [
            f"the session with {_addresses(keys)} {verb}"
            if len(keys) == 1
            else f"the sessions with {_addresses(keys)} {verbs}"
            for keys, verb, verbs in (
                (self.starts, "comes up", "come up"),
                (self.resets, "resets", "reset"),
                (self.ends, "ends", "end"),
            )
            if keys
        ]
        return " and ".join(parts) or "no session resets"

    @property
    def sentence(self) -> str:
        """``charlie, Microsoft peering: pe1 announces 203.0.113.96/28 in addition; no session resets``."""
        return f"{self.where}: {self.device} {self.text}; {self.effect}"


class Foreign(msgspec.Struct, frozen=True, kw_only=True):
    """Something on a router inside of what is ours that no inventory asked for; it is left where it is."""

    device: str
    text: str
    """The line as it stands there, keys masked, or the object in words."""
    why: str
    file: str = ""
    line: int = 0


def _addresses(keys: tuple[NeighborKey, ...]) -> str:
    return ", ".join(str(address) for _, address, _ in keys)
