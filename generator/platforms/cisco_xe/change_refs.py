"""Which item of an IOS-XE config names which other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from generator.platforms.changing import Key, Typed

Pattern = tuple[re.Pattern[str], str]
"""A line, and the kind of thing that its group 1 names."""

_LINES: Final[dict[str, tuple[Pattern, ...]]] = {
    kind: tuple((re.compile(text), named) for text, named in found)
    for kind, found in {
        "interface": (
            (r"vrf forwarding (\S+)", "vrf"),
            (r"ip access-group (\S+) (?:in|out)", "acl"),
            (r"ipv6 traffic-filter (\S+) (?:in|out)", "acl"),
            (r"zone-member security (\S+)", "zone"),
            (r"service-policy (?:in|out)put (\S+)", "policy-map"),
            (r"mka policy (\S+)", "mka policy"),
            (r"mka pre-shared-key key-chain (\S+)", "key chain"),
            (r"tunnel vrf (\S+)", "vrf"),
            (r"tunnel protection ipsec profile (\S+)", "crypto ipsec profile"),
            (r"tunnel protection ipsec policy ipv[46] (\S+)", "acl"),
            (r"ip unnumbered (\S+)", "interface"),
        ),
        "neighbor": (
            (r"neighbor \S+ route-map (\S+) (?:in|out)", "route-map"),
            (r"neighbor \S+ default-originate route-map (\S+)", "route-map"),
            (r"neighbor \S+ update-source (\S+)", "interface"),
        ),
        "route-map": (
            (r"match as-path (\S+)", "as-path"),
            (r"match community (\S+)", "community-list"),
        ),
        "class-map": ((r"match access-group name (\S+)", "acl"),),
        "policy-map": (
            (r"class (?:type inspect )?(?!class-default)(\S+)", "class-map"),
            (r"service-policy (\S+)", "policy-map"),
        ),
        "zone-pair": ((r"service-policy type inspect (\S+)", "policy-map"),),
        "control-plane": ((r"service-policy input (\S+)", "policy-map"),),
        "crypto ikev2 policy": ((r"match fvrf (?!any)(\S+)", "vrf"), (r"proposal (\S+)", "crypto ikev2 proposal")),
        "crypto ikev2 profile": (
            (r"match fvrf (?!any)(\S+)", "vrf"),
            (r"keyring local (\S+)", "crypto ikev2 keyring"),
        ),
        "crypto ipsec profile": (
            (r"set transform-set (\S+)", "crypto ipsec transform-set"),
            (r"set ikev2-profile (\S+)", "crypto ikev2 profile"),
        ),
    }.items()
}
_PREFIX_LIST: Final = re.compile(r"(?:match (ip|ipv6) address|neighbor \S+) prefix-list (\S+)")
_ZONE_PAIR: Final = re.compile(r"zone-pair security \S+ source (\S+) destination (\S+)")
_VRF: Final = re.compile(r".*\bvrf (\S+)")
_ROUTE_OUT: Final = re.compile(r"(?:ip|ipv6) route (?:vrf \S+ )?[\d.]+(?: [\d.]+|) ([A-Z]\S+)|ipv6 route .* ([A-Z]\S+)")


def refs_of(key: Key, lines: tuple[Typed, ...]) -> frozenset[Key]:
    """Everything that an item names, or stands in."""
    found = set(_by_line(key[0], lines))
    found.update(_by_kind(key, lines))
    found.discard(key)
    return frozenset(found)


def _by_line(kind: str, lines: tuple[Typed, ...]) -> Iterator[Key]:
    patterns = _LINES.get(kind, ())
    for line in lines:
        for pattern, named in patterns:
            match = pattern.fullmatch(line.text)
            if match is not None:
                yield named, match[1]
        if kind == "route-map":
            match = _PREFIX_LIST.fullmatch(line.text)
            if match is not None and match[1]:
                yield "prefix-list", f"{match[1]} {match[2]}"


def _by_kind(key: Key, lines: tuple[Typed, ...]) -> Iterator[Key]:
    kind, name = key
    if kind == "interface" and "." in name:
        yield "interface", name.rpartition(".")[0]
    elif kind == "zone-pair":
        match = _ZONE_PAIR.fullmatch(lines[0].text)
        if match is not None:
            yield from (("zone", zone) for zone in match.groups() if zone != "self")
    elif kind == "bgp-af":
        asn, _, family = name.partition(" ")
        yield "bgp", asn
        if " vrf " in family:
            yield "vrf", family.rpartition(" ")[2]
    elif kind == "neighbor":
        asn = name.split("|")[0]
        yield "bgp", asn
        for context in {line.context for line in lines if len(line.context) > 1}:
            yield "bgp-af", f"{asn} {context[1].removeprefix('address-family ')}"
    elif kind == "route":
        yield from _of_route(lines[0].text)
    elif kind == "nat-rule":
        yield from _of_nat(lines[0].text)


def _of_route(text: str) -> Iterator[Key]:
    words = text.split()
    if words[2] == "vrf":
        yield "vrf", words[3]
    out = words[-1]
    if out[:1].isupper() and not out.startswith("Null"):
        yield "interface", out


def _of_nat(text: str) -> Iterator[Key]:
    words = text.split()
    for word, kind in (("list", "acl"), ("pool", "nat-pool"), ("vrf", "vrf")):
        if word in words:
            yield kind, words[words.index(word) + 1]
