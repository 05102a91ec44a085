"""Values in the form in which nftables keeps a set: without order, neighbours and overlaps joined.

``nft`` prints ``{ 10.0.0.0/24, 10.0.1.0/24 }`` back as ``{ 10.0.0.0/23 }``.  What we write and what is
expected to be read is joined beforehand, so that a router's own words mean the plan too.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses

from generator.model.address import Prefix
from generator.model.filters import Ports


def joined_prefixes(given: Iterable[Prefix]) -> tuple[Prefix, ...]:
    """The same addresses in as few prefixes as possible, IPv4 first, sorted."""
    given = tuple(given)
    if len(given) < 2:
        return given
    four = collapse_addresses([one for one in given if isinstance(one, IPv4Network)])
    six = collapse_addresses([one for one in given if isinstance(one, IPv6Network)])
    return (*four, *six)


def joined_ports(given: Iterable[Ports]) -> tuple[Ports, ...]:
    """The same ports in as few ranges as possible, sorted."""
    out: list[Ports] = []
    for one in sorted(given):
        if out and one.low <= out[-1].high + 1:
            out[-1] = Ports(out[-1].low, max(out[-1].high, one.high))
        else:
            out.append(one)
    return tuple(out)
