"""Addresses and prefixes, parsed once.

`ipaddress` objects are used everywhere between the inventory and the view; `netaddr` sets where whole
sets are compared.  Parsing is cached, because one run meets the same prefix many times: in the
inventory, in the plan of both routers and in the text that is read back.  So equal ones are nearly
always the same object, and what is compared is decided by identity.

The classes here are those of `ipaddress` in every respect; only what a run asks for millions of times
(version, length, hash) is an attribute instead of a computation.  Measured: a tenth of a run.
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
from socket import AF_INET, AF_INET6, inet_ntop
from typing import Final, Literal

Address = IPv4Address | IPv6Address
Prefix = IPv4Network | IPv6Network
LinkAddress = IPv4Interface | IPv6Interface

_CACHE: Final = 1 << 17


class _Address4(IPv4Address):
    __slots__ = ("_hash", "_text")
    version = 4
    _text: str

    def __init__(self, address: object) -> None:
        super().__init__(address)
        self._hash = super().__hash__()

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        try:
            return self._text
        except AttributeError:
            self._text = super().__str__()
            return self._text

    def __format__(self, how: str) -> str:
        return super().__format__(how) if how else str(self)


class _Address6(IPv6Address):
    __slots__ = ("_hash", "_text")
    version = 6
    _text: str

    def __init__(self, address: object) -> None:
        super().__init__(address)
        self._hash = super().__hash__()

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        try:
            return self._text
        except AttributeError:
            self._text = super().__str__()
            return self._text

    def __format__(self, how: str) -> str:
        return super().__format__(how) if how else str(self)


class _Prefix4(IPv4Network):
    __slots__ = ("_hash", "_text", "prefixlen")
    version = 4
    max_prefixlen = 32

    def __init__(self, address: object, strict: bool = True) -> None:
        super().__init__(address, strict)
        self.prefixlen = super().prefixlen  # type: ignore[misc]
        self.network_address = _Address4(int(self.network_address))
        self._hash = super().__hash__()
        self._text = str(self)

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        try:
            return self._text
        except AttributeError:  # while it is being made
            return f"{self.network_address}/{super().prefixlen}"


class _Prefix6(IPv6Network):
    __slots__ = ("_hash", "_text", "prefixlen")
    version = 6
    max_prefixlen = 128

    def __init__(self, address: object, strict: bool = True) -> None:
        super().__init__(address, strict)
        self.prefixlen = super().prefixlen  # type: ignore[misc]
        self.network_address = _Address6(int(self.network_address))
        self._hash = super().__hash__()
        self._text = str(self)

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        try:
            return self._text
        except AttributeError:  # while it is being made
            return f"{self.network_address}/{super().prefixlen}"


class _Link4(IPv4Interface):
    __slots__ = ("_hash", "ip")
    version = 4

    def __init__(self, address: object, ip: Address | None = None) -> None:
        super().__init__(address)
        self.ip = super().ip if ip is None else ip  # type: ignore[misc, assignment]
        self._hash = super().__hash__()

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        return f"{self.ip}/{self.network.prefixlen}"


class _Link6(IPv6Interface):
    __slots__ = ("_hash", "ip")
    version = 6

    def __init__(self, address: object, ip: Address | None = None) -> None:
        super().__init__(address)
        self.ip = super().ip if ip is None else ip  # type: ignore[misc, assignment]
        self._hash = super().__hash__()

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        return f"{self.ip}/{self.network.prefixlen}"


@lru_cache(maxsize=_CACHE)
def parse_prefix(text: str) -> Prefix:
    """``10.0.0.0/16`` → network.  Host bits are an error (`ValueError`), as is a missing length's ambiguity: none is /32 or /128."""
    try:
        if "/" not in text:  # the same object as with its length
            return parse_prefix(f"{text}/{128 if ':' in text else 32}")
        return _Prefix6(text) if ":" in text else _Prefix4(text)
    except ValueError:
        return ip_network(text)  # says what is wrong with it


@lru_cache(maxsize=256)
def _length(mask: str) -> int:
    return IPv4Network(f"0.0.0.0/{mask}").prefixlen


def parse_masked(address: str, mask: str) -> Prefix:
    """``10.0.0.0``, ``255.255.0.0`` → IPv4 network, as IOS writes it."""
    return parse_prefix(f"{address}/{_length(mask)}")


@lru_cache(maxsize=_CACHE)
def parse_address(text: str) -> Address:
    try:
        return _Address6(text) if ":" in text else _Address4(text)
    except ValueError:
        return ip_address(text)


@lru_cache(maxsize=_CACHE)
def parse_link(text: str) -> LinkAddress:
    """``172.31.0.1/30`` → interface address with its network."""
    address, _, length = text.partition("/")
    kind = _Link6 if ":" in text else _Link4
    try:
        if length.isdecimal() and "%" not in address:
            own = parse_address(address)
            return kind((int(own), int(length)), own)
        return kind(text)
    except ValueError:
        return ip_interface(text)  # says what is wrong with it


def parse_masked_link(address: str, mask: str) -> LinkAddress:
    """``172.31.0.1``, ``255.255.255.252`` → interface address with its network, as IOS writes it."""
    return parse_link(f"{address}/{_length(mask)}")


def link_at(number: int, length: int, family: Literal[4, 6]) -> LinkAddress:
    """The interface address of a number, the same object that its text gives.  `ValueError` outside the family's space."""
    try:
        text = inet_ntop(AF_INET, number.to_bytes(4)) if family == 4 else inet_ntop(AF_INET6, number.to_bytes(16))
    except OverflowError as error:
        raise ValueError(str(error)) from error
    return parse_link(f"{text}/{length}")


def prefix_key(prefix: Prefix) -> tuple[int, int, int]:
    """Sort key that puts IPv4 before IPv6, then by address, then by length."""
    return (prefix.version, int(prefix.network_address), prefix.prefixlen)


RESERVED_V4: Final[tuple[Prefix, ...]] = tuple(
    parse_prefix(text)
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

RESERVED_V6: Final[tuple[Prefix, ...]] = tuple(
    parse_prefix(text)
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
