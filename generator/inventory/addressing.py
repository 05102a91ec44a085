"""Who has which address on a link (ER-ADDR-01 to ER-ADDR-04)."""

from __future__ import annotations

from generator.inventory.intent import LinkPair
from generator.inventory.security import Blocks
from generator.model.address import Address, LinkAddress, link_at
from generator.model.facts import Family
from generator.model.plan import Role


def link_of(blocks: Blocks | None, role: Role, family: Family) -> LinkPair | None:
    """Our address and the peer's on one link: the first and the second usable address of its /30 or /126.

    A block for both links is a /29 or a /125: the primary link has its first half, the secondary the
    second.  None where the block is missing, of the other family or of another size: the rules say so
    (INV-011, INV-012).
    """
    if blocks is None:
        return None
    if blocks.both is not None:
        half = blocks.both
        wide = 29 if family == 4 else 125
        if half.version != family or half.network.prefixlen != wide:
            return None
        base = int(half.network.network_address) + (4 if role is Role.SECONDARY else 0)
    else:
        half = blocks.primary if role is Role.PRIMARY else blocks.secondary
        if half is None or half.version != family:
            return None
        length = half.network.prefixlen
        if length == (31 if family == 4 else 127):
            base = int(half.network.network_address) - 1
            return _pair(base, length, family)
        if length != (30 if family == 4 else 126):
            return None
        base = int(half.network.network_address)
    return _pair(base, 30 if family == 4 else 126, family)


def _pair(base: int, length: int, family: Family) -> LinkPair:
    return LinkPair(link_at(base + 1, length, family), link_at(base + 2, length, family))


def with_explicit(pair: LinkPair | None, own: Address | None, peer: Address | None) -> LinkPair | None:
    """Addresses a person typed replace the computed ones; whether they fit is a rule's business (INV-013)."""
    if pair is None or (own is None and peer is None):
        return pair
    length = pair.own.network.prefixlen

    def put(address: Address | None, computed: LinkAddress) -> LinkAddress:
        if address is None or address.version != computed.version:
            return computed
        return link_at(int(address), length, 4 if address.version == 4 else 6)

    return LinkPair(put(own, pair.own), put(peer, pair.peer))
