"""Addresses and prefixes, parsed once.

`ipaddress` objects are used everywhere between the inventory and the view; `netaddr` sets where whole
sets are compared.  Parsing is cached, because one run meets the same prefix many times: in the
inventory, in the plan of both routers and in the text that is read back.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_address,
    ip_interface,
    ip_network,
)
from typing import Final

Address = IPv4Address | IPv6Address
Prefix = IPv4Network | IPv6Network
LinkAddress = IPv4Interface | IPv6Interface

_CACHE: Final = 1 << 16


@lru_cache(maxsize=_CACHE)
def parse_prefix(text: str) -> Prefix:
    """``10.0.0.0/16`` → network.  Host bits are an error (`ValueError`), as is a missing length's ambiguity: none is /32 or /128."""
    return ip_network(text)


@lru_cache(maxsize=_CACHE)
def parse_masked(address: str, mask: str) -> IPv4Network:
    """``10.0.0.0``, ``255.255.0.0`` → network, as IOS writes it."""
    return IPv4Network((address, mask))


@lru_cache(maxsize=_CACHE)
def parse_address(text: str) -> Address:
    return ip_address(text)


@lru_cache(maxsize=_CACHE)
def parse_link(text: str) -> LinkAddress:
    """``172.31.0.1/30`` → interface address with its network."""
    return ip_interface(text)


def prefix_key(prefix: Prefix) -> tuple[int, int, int]:
    """Sort key that puts IPv4 before IPv6, then by address, then by length."""
    return (prefix.version, int(prefix.network_address), prefix.prefixlen)


RESERVED_V4: Final = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
"""IPv4 space that may not be used or announced on Microsoft peering (domain rules A.3, ER-ADDR-07)."""

RESERVED_V6: Final = tuple(
    IPv6Network(text)
    for text in (
        "::/127",
        "::ffff:0:0/96",
        "100::/64",
        "2001:db8::/32",
        "3fff::/20",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
)
"""IPv6 space that may not be used or announced on Microsoft peering (domain rules A.3, ER-ADDR-07)."""

DOCUMENTATION: Final[frozenset[Prefix]] = frozenset(
    (
        IPv4Network("192.0.2.0/24"),
        IPv4Network("198.51.100.0/24"),
        IPv4Network("203.0.113.0/24"),
        IPv6Network("2001:db8::/32"),
        IPv6Network("3fff::/20"),
    )
)
"""The reserved space that `meta.lab` turns from an error into a warning (domain rules 0)."""

RFC1918: Final = (IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16"))
"""Private IPv4 space (RFC 1918)."""
