"""What is looked at on a router before and after a change, and what it must say."""

from __future__ import annotations

from typing import Literal

import msgspec

from generator.model.address import Address
from generator.model.facts import Family


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """One thing whose state can be shown; each platform has its own commands for it."""

    kind: Literal["bgp", "bfd", "tunnel", "nat"]
    vrf: str = ""
    address: Address | None = None
    """The neighbour, or the tunnel's far end."""
    family: Family = 4
    name: str = ""
    """The interface of the tunnel, or the rule of the translation."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A look at one thing."""

    device: str
    when: Literal["before", "after"]
    watch: Watch
    what: str
    """``BGP session with 203.0.113.2 in VRF CHARLIE-MS``."""
    commands: tuple[str, ...]
    """The platform's own words; empty where it has none."""
    expect: str
