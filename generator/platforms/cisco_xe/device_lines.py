"""Lines of a simulated IOS-XE router: how it keeps them, and which of them take the place of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_interface
from typing import Final

from generator.platforms.cisco_xe.type7 import decode


class Block(dict[str, "Block"]):
    """Lines of one block, each with the lines under it."""


HIDDEN: Final = ("exit-address-family", "no shutdown", "mode tunnel", "exit", "end")
TIMERS: Final = re.compile(r"neighbor \S+ timers 60 180")
"""What it does not show either."""
ON: Final = ("ip redirects", "ip proxy-arp", "bfd echo", "bgp default ipv4-unicast", "ip address", "ip unreachables")
"""What is there unless a line says that it is not."""
_SINGLE: Final = tuple(
    re.compile(text)
    for text in (
        r"hostname ", r"description ", r"(?:ip |ipv6 )?mtu ", r"encapsulation ", r"vrf forwarding ", r"ip address (?!.* secondary)",
        r"bfd interval ", r"ip verify unicast ", r"ipv6 verify unicast ", r"(?:ip|ipv6) tcp adjust-mss ",
        r"ip access-group \S+ (?:in|out)$", r"ipv6 traffic-filter \S+ (?:in|out)$", r"ip unnumbered ", r"tunnel source ",
        r"tunnel destination ", r"tunnel vrf ", r"tunnel mode ", r"tunnel protection ipsec profile ", r"tunnel protection ipsec policy ",
        r"mka policy ", r"mka pre-shared-key ", r"macsec access-control ", r"neighbor \S+ remote-as ", r"neighbor \S+ description ",
        r"neighbor \S+ password ", r"neighbor \S+ ebgp-multihop ", r"neighbor \S+ update-source ", r"neighbor \S+ timers ",
        r"neighbor \S+ fall-over ", r"neighbor \S+ maximum-prefix ", r"neighbor \S+ route-map \S+ (?:in|out)$",
        r"neighbor \S+ send-community ", r"neighbor \S+ allowas-in", r"neighbor \S+ remove-private-as", r"bgp router-id ",
        r"bgp maxas-limit ", r"maximum-paths ibgp ", r"maximum-paths \d", r"lifetime ", r"dpd ", r"identity local ", r"keyring local ",
        r"pre-shared-key ", r"address \d", r"set security-association lifetime seconds ", r"set security-association lifetime kilobytes ",
        r"set transform-set ", r"set pfs ", r"set ikev2-profile ", r"police ", r"shape average ", r"priority ", r"set dscp ",
        r"set local-preference ", r"set metric ", r"set as-path prepend ", r"encryption ", r"integrity ", r"prf ", r"group ",
        r"match fvrf ", r"macsec-cipher-suite ", r"cryptographic-algorithm ", r"key-string ", r"crypto ipsec transform-set \S+ ",
    )
)  # fmt: skip
"""Lines of which a block has one: the next takes the place of the last."""
EXCLUSIVE: Final = (
    "zone-member security ", "service-policy type inspect ", "service-policy output ", "service-policy input ", "service-policy ",
    "rd ",
)  # fmt: skip
"""The same, but a second is refused while the first is there."""
_MANY: Final = re.compile(r"(match (?:ip address prefix-list|ipv6 address prefix-list|as-path|community)) (\S+ .*)")
ENTRY: Final = re.compile(r"(?:sequence )?(\d+) (.*)")
PREFIX: Final = re.compile(r"((?:ip|ipv6) prefix-list \S+) seq (\d+) (.*)")


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """A line as the router keeps it, with keys in clear."""
    text = " ".join(text.split())
    found = re.fullmatch(r"(neighbor \S+ password|pre-shared-key|key-string) (?:([07]) )?(\S+)", text)
    if found is None:
        return re.sub(r"address-family (ipv[46]) unicast", r"address-family \1", text)
    key = decode(found[3]) if found[2] == "7" else found[3]
    return f"{found[1]} {'0 ' if 'password' in found[1] else ''}{key}"


def split(text: str) -> Iterator[str]:
    many = _MANY.fullmatch(text)
    if many is None or "exact-match" in text:
        yield text
    else:
        yield from (f"{many[1]} {name}" for name in many[2].split())


@lru_cache(maxsize=65536)
def replaces(line: str) -> tuple[re.Pattern[str], ...]:
    """The kinds of lines of which a block has one that this one is of."""
    return tuple(pattern for pattern in _SINGLE if pattern.match(line))


def key_of(line: str, pattern: re.Pattern[str]) -> str:
    """What tells two lines of one pattern apart: the neighbour, the direction."""
    words = line.split()
    name = words[1] if words[0] == "neighbor" else words[3] if line.startswith("crypto ipsec transform-set") else ""
    return f"{name} {words[-1] if pattern.pattern.endswith('$') else ''}"


@lru_cache(maxsize=65536)
def network_of(line: str) -> IPv4Network | IPv6Network | None:
    words = line.split()
    try:
        if words[:2] == ["ip", "address"] and len(words) > 3:
            return ip_interface(f"{words[2]}/{words[3]}").network
        if words[:2] == ["ipv6", "address"] and len(words) > 2 and "/" in words[2]:
            return ip_interface(words[2]).network
    except ValueError:
        pass
    return None


def vrf_of(block: Block) -> str:
    return next((line.split()[-1] for line in block if line.startswith("vrf forwarding ")), "")


def all_lines(block: Block) -> Iterator[str]:
    for line, body in block.items():
        yield line
        yield from all_lines(body)
