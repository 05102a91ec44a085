"""Lines of an interface that tie it to other objects: tunnels, zones, filters, translation, policies, MACsec."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from generator.platforms.cisco_xe.found import Found
from generator.platforms.cisco_xe.read_lists import forgotten, plain_name, use
from generator.platforms.cisco_xe.records import Extras

Line = Callable[[Extras, list[str]], bool]


def take(extras: Extras, words: list[str]) -> bool | None:
    """Take one line.  None: not one of these; False: one of these, but not understood."""
    handler = _BY_TWO.get(" ".join(words[:2])) or _BY_ONE.get(words[0])
    if handler is None:
        return None
    try:
        return handler(extras, words)
    except (IndexError, ValueError):
        return False


def _unnumbered(extras: Extras, words: list[str]) -> bool:
    extras.unnumbered = "".join(words[2:4] if len(words) > 3 and not words[2][-1].isdigit() else words[2:3])
    return bool(extras.unnumbered)


def _mss(extras: Extras, words: list[str]) -> bool:
    if words[2] != "adjust-mss":
        return True
    if words[0] == "ip":
        extras.mss = int(words[3])
    else:
        extras.mss_v6 = int(words[3])
    return True


def _filter(extras: Extras, words: list[str]) -> bool:
    """``ip access-group NAME in|out``, ``ipv6 traffic-filter NAME in|out``."""
    if len(words) != 4 or words[3] not in ("in", "out"):
        return words[-1] == "common" or "common" in words
    extras.filters[4 if words[0] == "ip" else 6, words[3]] = words[2]
    return True


def _nat(extras: Extras, words: list[str]) -> bool:
    if words[2] in ("inside", "outside"):
        extras.nat = words[2]
        return True
    return words[2] in ("enable", "allow-static-host")


def _zone(extras: Extras, words: list[str]) -> bool:
    extras.zone = words[2]
    return words[1] == "security"


def _policy(extras: Extras, words: list[str]) -> bool:
    if words[1] == "output" and len(words) == 3:
        extras.policy = words[2]
    return True


def _mka(extras: Extras, words: list[str]) -> bool:
    if words[1] == "policy":
        extras.mka_policy = words[2]
    elif words[1:3] == ["pre-shared-key", "key-chain"]:
        extras.key_chain = words[3]
    return True


def _macsec(extras: Extras, words: list[str]) -> bool:
    if len(words) == 1:
        extras.macsec = True
    elif words[1] == "disable-sci":
        extras.sci = False
    elif words[1] == "access-control":
        extras.must_secure = words[2] == "must-secure"
    else:
        return words[1] in ("network-link", "replay-protection")
    return True


def _tunnel(extras: Extras, words: list[str]) -> bool:
    """Others than these say nothing about IPsec."""
    match words[1:]:
        case ["source", *source] if source:
            extras.source = "".join(source)
        case ["destination", destination]:
            extras.destination = destination
        case ["mode", *mode] if mode:
            extras.mode = " ".join(mode)
        case ["vrf", vrf]:
            extras.front_vrf = vrf
        case ["protection", "ipsec", "profile", profile, *_]:
            extras.profile = profile
        case ["protection", "ipsec", "policy", "ipv4", name]:
            extras.selectors = name
        case ["protection", *_]:
            return False
    return True


_BY_TWO: Final[dict[str, Line]] = {
    "ip unnumbered": _unnumbered,
    "ip tcp": _mss,
    "ipv6 tcp": _mss,
    "ip access-group": _filter,
    "ipv6 traffic-filter": _filter,
    "ip nat": _nat,
}
_BY_ONE: Final[dict[str, Line]] = {
    "zone-member": _zone,
    "service-policy": _policy,
    "mka": _mka,
    "macsec": _macsec,
    "tunnel": _tunnel,
}


def is_one(words: list[str]) -> bool:
    """Whether a line is one of these."""
    return " ".join(words[:2]) in _BY_TWO or words[0] in _BY_ONE


def finish_filters(found: Found) -> None:
    """Filters on interfaces have one name in both families; where the families differ, both names are said."""
    for name, extras in found.extras.items():
        if extras.filters:
            for list_name in extras.filters.values():
                use(found, list_name, "filter")
            for direction in ("in", "out"):
                other = forgotten(found, [one for (_, where), one in extras.filters.items() if where == direction])
                if other and extras.node is not None:
                    found.reject(extras.node, f"{other} is the same filter, but is not on this interface")
            found.interfaces[name] = replace(
                found.interfaces[name],
                filter_in=_in_both(found, extras, "in"),
                filter_out=_in_both(found, extras, "out"),
            )


def _in_both(found: Found, extras: Extras, direction: str) -> str:
    names = [plain_name(found, name) for (_, where), name in sorted(extras.filters.items()) if where == direction]
    return " ".join(dict.fromkeys(names))
