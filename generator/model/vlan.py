"""VLAN tags on the wire.  Both tags use ethertype 0x8100 (ER-VLAN-08)."""

from __future__ import annotations

import msgspec


class Untagged(msgspec.Struct, frozen=True, gc=False):
    """No tag: the port itself."""

    def __str__(self) -> str:
        return "untagged"


class Dot1q(msgspec.Struct, frozen=True, gc=False):
    """One tag."""

    vlan: int

    def __str__(self) -> str:
        return str(self.vlan)


class QinQ(msgspec.Struct, frozen=True, gc=False):
    """Two tags: the outer S-tag, the same for every peering of a circuit, and the inner C-tag (ER-VLAN-02)."""

    outer: int
    inner: int

    def __str__(self) -> str:
        return f"{self.outer}.{self.inner}"


Tags = Untagged | Dot1q | QinQ
UNTAGGED = Untagged()
