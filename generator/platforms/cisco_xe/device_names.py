"""Names in the config of a simulated IOS-XE router: which are not defined, and which lists filter packets where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

Lines = Mapping[str, Any]

_DEFINES: Final = (
    (r"ip access-list (?:extended|standard) (\S+)|ipv6 access-list (\S+)", "access list"),
    (r"ip prefix-list (\S+) .*", "ip prefix list"),
    (r"ipv6 prefix-list (\S+) .*", "ipv6 prefix list"),
    (r"route-map (\S+) .*", "route-map"),
    (r"ip as-path access-list (\S+) .*", "as-path list"),
    (r"ip community-list (?:standard|expanded)? ?(\S+) (?:permit|deny) .*", "community list"),
    (r"class-map (?:type inspect )?(?:match-any |match-all )?(\S+)", "class-map"),
    (r"policy-map (?:type inspect )?(\S+)", "policy-map"),
    (r"zone security (\S+)", "zone"),
    (r"vrf definition (\S+)", "vrf"),
    (r"interface (\S+)", "interface"),
    (r"ip nat pool (\S+) .*", "nat pool"),
    (r"crypto ipsec profile (\S+)", "ipsec profile"),
    (r"crypto ikev2 profile (\S+)", "ikev2 profile"),
    (r"crypto ikev2 proposal (\S+)", "ikev2 proposal"),
    (r"crypto ikev2 keyring (\S+)", "keyring"),
    (r"crypto ipsec transform-set (\S+) .*", "transform set"),
    (r"key chain (\S+) macsec", "key chain"),
    (r"mka policy (\S+)", "mka policy"),
)
_NAMES: Final = (
    (r"match ip address prefix-list (\S+)", "ip prefix list"),
    (r"match ipv6 address prefix-list (\S+)", "ipv6 prefix list"),
    (r"match as-path (\S+)", "as-path list"),
    (r"match community (\S+)", "community list"),
    (r"neighbor \S+ route-map (\S+) (?:in|out)", "route-map"),
    (r"neighbor \S+ update-source (\S+)", "interface"),
    (r"match access-group name (\S+)", "access list"),
    (r"ip access-group (\S+) (?:in|out)|ipv6 traffic-filter (\S+) (?:in|out)", "access list"),
    (r"class (?:type inspect )?(?!class-default)(\S+)", "class-map"),
    (r"service-policy (?:type inspect |input |output )?(\S+)", "policy-map"),
    (r"zone-member security (\S+)", "zone"),
    (r"zone-pair security \S+ source (?!self )(\S+) destination .*", "zone"),
    (r"zone-pair security \S+ source \S+ destination (?!self)(\S+)", "zone"),
    (r"vrf forwarding (\S+)|tunnel vrf (\S+)|match fvrf (?!any)(\S+)|address-family ipv[46] vrf (\S+)", "vrf"),
    (r"(?:ip|ipv6) route vrf (\S+) .*", "vrf"),
    (r"(?:ip|ipv6) route .* ((?!Null)[A-Z]\S+)", "interface"),
    (r"ip nat inside source list (\S+) .*", "access list"),
    (r"ip nat inside source list \S+ pool (\S+) .*", "nat pool"),
    (r"tunnel protection ipsec profile (\S+)", "ipsec profile"),
    (r"tunnel protection ipsec policy ipv[46] (\S+)", "access list"),
    (r"ip unnumbered (\S+)", "interface"),
    (r"set ikev2-profile (\S+)", "ikev2 profile"),
    (r"set transform-set (\S+)", "transform set"),
    (r"proposal (\S+)", "ikev2 proposal"),
    (r"keyring local (\S+)", "keyring"),
    (r"mka pre-shared-key key-chain (\S+)", "key chain"),
)


def _compiled(table: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(text), kind) for text, kind in table)


_DEFINING: Final = _compiled(_DEFINES)
_NAMING: Final = _compiled(_NAMES)


def dangling(top: Lines) -> frozenset[str]:
    """``kind name`` of everything that a line names and no line defines."""
    there = {found for line in top for found in _defined(line)}
    return frozenset(f"{one[0]} {one[1]}" for line in _all(top) for one in _named(line) if one not in there)


@lru_cache(maxsize=65536)
def _defined(line: str) -> tuple[tuple[str, str], ...]:
    return tuple(_found(line, _DEFINING))


@lru_cache(maxsize=65536)
def _named(line: str) -> tuple[tuple[str, str], ...]:
    """Remembered, because the same lines are looked at after every command."""
    return tuple(_found(line, _NAMING))


def _found(line: str, table: tuple[tuple[re.Pattern[str], str], ...]) -> Iterator[tuple[str, str]]:
    for pattern, kind in table:
        match = pattern.fullmatch(line)
        if match is not None:
            yield from ((kind, name) for name in match.groups() if name)


def _all(block: Lines) -> Iterator[str]:
    for line, body in block.items():
        yield line
        if body:
            yield from _all(body)


def points(top: Lines) -> dict[str, tuple[str, ...]]:
    """Interfaces with access groups, and classes that pass between zones: the lists of which one must permit a packet.

    Between zones of which one has no interface there are no packets.
    """
    classes = {head.split()[-1]: body for head, body in top.items() if head.startswith("class-map ")}
    policies = {head.split()[-1]: body for head, body in top.items() if head.startswith("policy-map ")}
    found: dict[str, tuple[str, ...]] = {}
    live = {
        line.split()[-1]
        for head, body in top.items()
        if head.startswith("interface ")
        for line in body
        if line.startswith("zone-member security ")
    } | {"self"}
    for head, body in top.items():
        if head.startswith("interface "):
            for line in body:
                match = re.fullmatch(r"(ip|ipv6) (?:access-group|traffic-filter) (\S+) (in|out)", line)
                if match is not None:
                    found[f"{head} {match[1]} {match[3]}"] = (match[2],)
        elif head.startswith("zone-pair ") and {head.split()[4], head.split()[6]} <= live:
            for line in body:
                for kind, actions in policies.get(line.split()[-1], {}).items():
                    if "pass" in actions or "inspect" in actions:
                        found[kind] = tuple(one.split()[-1] for one in classes.get(kind.split()[-1], {}))
    return found
