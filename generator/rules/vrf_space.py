"""What lies in one VRF of a customer, as ranges of numbers in order of address.

Prefixes either nest or are disjoint.  So one sweep in order of address, with a stack of those that are
still open, meets every pair that overlaps without comparing all with all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Final

import msgspec

from generator.inventory.intent import AttachmentIntent, CustomerIntent, IpsecIntent, PeeringIntent
from generator.model.address import Address, Prefix, parse_prefix
from generator.model.finding import DataPath
from generator.model.plan import Domain
from generator.rules.addressing import WHOLE, written_blocks
from generator.rules.places import announced, listed, pools

_HOST_BITS: Final = {
    version: [(1 << (bits - length)) - 1 for length in range(bits + 1)] for version, bits in ((4, 32), (6, 128))
}

VrfKey = tuple[str, str]
"""Name of the pair of routers and of the VRF."""


class Kind(Enum):
    """What a range is; the value is what people call it."""

    LINK = "link block"
    ONPREM = "on-premises prefix"
    VNET = "VNet prefix"
    POOL = "NAT pool"
    ADVERTISED = "advertised prefix"
    """Public, on Microsoft or public peering."""
    ACCEPTED = "accepted prefix"
    SOURCE = "tunnel source"


class Space(msgspec.Struct, frozen=True, gc=False):
    """One range, and who wrote it where."""

    kind: Kind
    prefix: Prefix
    path: DataPath
    owner: DataPath
    """The peering or session of a link block, the VNet of a VNet prefix: within one of them others look."""
    public: bool = False
    """A link block of Microsoft or public peering."""

    def __str__(self) -> str:
        return f"{self.kind.value} {self.prefix}"


def spaces(customer: CustomerIntent) -> dict[VrfKey, list[Space]]:
    """What lies in each VRF of a customer.  The default route is in nobody's way and left out."""
    found: dict[VrfKey, list[Space]] = {}
    vrf_of: dict[tuple[str, Domain], VrfKey] = {}
    shared = None
    for peering in customer.peerings():
        pair, ipsec = peering.circuit.pair_name, peering.ipsec
        key = (pair, peering.vrf)
        home = key if ipsec is None else (pair, ipsec.inner_vrf)
        vrf_of.setdefault((pair, peering.domain), home)
        inside = found.setdefault(key, [])
        inside += _links(peering)
        if peering.domain is Domain.PRIVATE or ipsec is not None:
            if shared is None:
                shared = _behind(customer)
            held = found.setdefault(home, [])
            held += shared
        if ipsec is not None:
            inside += _front(peering, ipsec)
            vrf_of.setdefault((pair, Domain.PRIVATE), home)
        if peering.domain is Domain.PRIVATE:
            inside += _private(peering)
        else:
            inside += _public(peering)
    for attachment in customer.attachments:
        key_of_session = vrf_of.get((attachment.pair_name, attachment.domain))
        if key_of_session is not None:
            found[key_of_session] += _links(attachment)
            kind = Kind.ONPREM if attachment.domain is Domain.PRIVATE else Kind.ACCEPTED
            found[key_of_session] += _of_list(kind, (*attachment.path, "accept"), attachment.spec.accept or ())
    return found


def _of_list(kind: Kind, path: DataPath, prefixes: Iterable[Prefix], owner: DataPath = ()) -> list[Space]:
    return [Space(kind, prefix, place, owner) for place, prefix in listed(path, list(prefixes)) if prefix.prefixlen]


def _links(holder: PeeringIntent | AttachmentIntent) -> list[Space]:
    """Link blocks of a size that is possible; one of another size is INV-011's business."""
    public = isinstance(holder, PeeringIntent) and holder.domain is not Domain.PRIVATE
    return [
        Space(Kind.LINK, link.network, path, holder.path, public)
        for path, _, _, link in written_blocks(holder.path, holder.spec)
        if link.network.prefixlen >= WHOLE[link.version]
    ]


def _behind(customer: CustomerIntent) -> list[Space]:
    """The customer's networks at home and in Azure."""
    found = _of_list(Kind.ONPREM, (*customer.path, "onprem"), customer.spec.onprem)
    for number, vnet in enumerate(customer.vnets):
        owner = (*customer.path, "vnets", number)
        found += _of_list(Kind.VNET, (*owner, "prefixes"), vnet.prefixes, owner)
    return found


def _front(peering: PeeringIntent, ipsec: IpsecIntent) -> list[Space]:
    """Beside the tunnels: their sources, and on private peering the VNets, which come in there too."""
    found: list[Space] = []
    for role in peering.ends:
        source: Address = getattr(ipsec.spec.source, role.value)
        host = parse_prefix(f"{source}/{source.max_prefixlen}")
        found.append(Space(Kind.SOURCE, host, (*ipsec.path, "source", role.value), ipsec.path))
    if peering.domain is Domain.PRIVATE:
        found += [space for space in _behind(peering.customer) if space.kind is Kind.VNET]
    return found


def _private(peering: PeeringIntent) -> list[Space]:
    spec = peering.spec
    found = [] if spec.advertise is None else _of_list(Kind.ONPREM, (*peering.path, "advertise"), spec.advertise)
    if spec.accept:
        found += _of_list(Kind.ACCEPTED, (*peering.path, "accept"), spec.accept)
    for number, reach in enumerate(spec.global_reach):
        found += _of_list(Kind.ACCEPTED, (*peering.path, "global_reach", number, "prefixes"), reach.prefixes)
    return found


def _public(peering: PeeringIntent) -> list[Space]:
    found = [Space(Kind.POOL, pool, path, ()) for _, path, pool in pools(peering) if pool.prefixlen]
    known = {space.path for space in found}
    found += [
        Space(Kind.ADVERTISED, prefix, path, ())
        for path, prefix in announced(peering)
        if prefix.prefixlen and path not in known
    ]
    return found


def overlaps(
    items: Iterable[Space], conflict: Callable[[Space, Space], bool], same: Callable[[Space], object]
) -> Iterator[tuple[Space, Space]]:
    """Pairs of which the first covers or equals the second and that ``conflict``; each second once, with the nearest.

    Of items with the same range and the same ``same`` only the first counts.
    """
    ordered: list[tuple[int, int, int, int, Space]] = [
        (item.prefix.version, int(item.prefix.network_address), item.prefix.prefixlen, number, item)
        for number, item in enumerate(items)
    ]
    ordered.sort()
    if not _any_overlap(ordered):
        return
    still_open: list[tuple[int, int, Space]] = []
    seen: set[object] = set()
    here: tuple[int, int, int] = (0, 0, 0)
    for version, first, length, _, item in ordered:
        if here != (version, first, length):
            here = (version, first, length)
            seen.clear()
        if (mark := same(item)) in seen:
            continue
        seen.add(mark)
        while still_open and (still_open[-1][0] != version or still_open[-1][1] < first):
            still_open.pop()
        for _, _, outer in reversed(still_open):
            if conflict(outer, item):
                yield outer, item
                break
        still_open.append((version, first | _HOST_BITS[version][length], item))


def _any_overlap(ordered: list[tuple[int, int, int, int, Space]]) -> bool:
    """Whether any two overlap at all: then two neighbours do.  With most customers none do."""
    before, last = 0, -1
    for version, first, length, _, _ in ordered:
        if version == before and first <= last:
            return True
        before, last = version, first | _HOST_BITS[version][length]
    return False
