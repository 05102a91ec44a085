"""Routing policies: what may come in and what may leave, as lists and rules no vendor owns."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from generator.model import asn
from generator.model.address import DOCUMENTATION, RESERVED_V4, RESERVED_V6, Prefix, parse_prefix
from generator.model.facts import (
    AsPathEntry,
    AsPathList,
    AsPathPattern,
    Family,
    Policy,
    PolicyRule,
    PrefixEntry,
    PrefixList,
)

FROM_MSEE: Final = AsPathList("FROM-MSEE", (AsPathEntry(AsPathPattern("starts", asn.MICROSOFT)),))
"""Microsoft's AS first, whatever follows: maintenance prepends it eight times, Global Reach adds more (ER-PATH-07)."""
THROUGH_MSEE: Final = AsPathList("THROUGH-MSEE", (AsPathEntry(AsPathPattern("contains", asn.MICROSOFT)),))
"""Learned from Microsoft somewhere: never announced to Microsoft again (ER-RTE-14)."""

LAST: Final = PolicyRule("65535", False)
"""Everything else is refused, in words, on every platform (PLT-JUN-03)."""
BOGONS: Final = "BOGONS"

_shared = lru_cache(maxsize=256)
"""The two routers of a pair are planned in succession, and most lists and policies of one are those of the other."""


@cache
def bogons(family: Family, lab: bool) -> PrefixList:
    """The default route and all space that is not public (ER-RTE-06, ER-RTE-07); in a lab, documentation space is let through."""
    default = parse_prefix("0.0.0.0/0" if family == 4 else "::/0")
    longest = 32 if family == 4 else 128
    reserved: tuple[Prefix, ...] = RESERVED_V4 if family == 4 else RESERVED_V6
    kept = [prefix for prefix in reserved if not (lab and prefix in DOCUMENTATION)]
    entries = [PrefixEntry(prefix, prefix.prefixlen, longest) for prefix in kept]
    return PrefixList(BOGONS, family, (PrefixEntry(default, 0, 0), *entries))


@_shared
def exact_list(name: str, family: Family, prefixes: tuple[Prefix, ...]) -> PrefixList:
    """These prefixes and no more specific ones."""
    return PrefixList(name, family, tuple([PrefixEntry(p, p.prefixlen, p.prefixlen) for p in prefixes]))


@_shared
def covering_list(name: str, family: Family, prefixes: tuple[Prefix, ...]) -> PrefixList:
    """These prefixes and everything inside them."""
    longest = 32 if family == 4 else 128
    return PrefixList(name, family, tuple([PrefixEntry(p, p.prefixlen, longest) for p in prefixes]))


@_shared
def private_in(name: str, accept: str, local_preference: int) -> Policy:
    """From Microsoft, private peering: the VNet prefixes and nothing else (FW-SPOOF-01)."""
    rules = []
    if accept:
        rules.append(
            PolicyRule(
                "10", True, prefix_lists=(accept,), as_path_lists=(FROM_MSEE.name,), local_preference=local_preference
            )
        )
    return Policy(name, (*rules, LAST))


@_shared
def public_in(name: str, own: str, communities: str, local_preference: int) -> Policy:
    """From Microsoft, Microsoft or public peering: public space that is not ours, with the communities that were asked for."""
    rules = [PolicyRule("10", False, prefix_lists=(BOGONS,))]
    if own:
        rules.append(PolicyRule("20", False, prefix_lists=(own,)))
    rules.append(
        PolicyRule(
            "30",
            True,
            as_path_lists=(FROM_MSEE.name,),
            community_lists=(communities,) if communities else (),
            local_preference=local_preference,
        )
    )
    return Policy(name, (*rules, LAST))


@_shared
def outbound(name: str, announce: str, prepend: tuple[int, ...], *, public: bool) -> Policy:
    """To Microsoft: no transit, on public domains no bogons, and then exactly the prefixes of ``announce`` (ER-RTE-14)."""
    rules = [PolicyRule("10", False, as_path_lists=(THROUGH_MSEE.name,))]
    if public:
        rules.append(PolicyRule("20", False, prefix_lists=(BOGONS,)))
    if announce:
        rules.append(PolicyRule("30", True, prefix_lists=(announce,), prepend=prepend))
    return Policy(name, (*rules, LAST))


@_shared
def to_gateway(name: str, announce: str, prepend: tuple[int, ...]) -> Policy:
    """To a VPN gateway, inside a tunnel: exactly the prefixes of ``announce``, so nothing that came from Azure."""
    rules = (PolicyRule("10", True, prefix_lists=(announce,), prepend=prepend),) if announce else ()
    return Policy(name, (*rules, LAST))


@_shared
def from_customer(name: str, accept: str, local_preference: int | None) -> Policy:
    """From the customer's CE or the network beside: exactly what was agreed."""
    rules = (PolicyRule("10", True, prefix_lists=(accept,), local_preference=local_preference),) if accept else ()
    return Policy(name, (*rules, LAST))


@_shared
def to_customer(name: str, prefixes: str, communities: str, *, by_path: bool) -> Policy:
    """To the customer's CE or the network beside: what came from Azure, or what was asked for."""
    if prefixes:
        return Policy(name, (PolicyRule("10", True, prefix_lists=(prefixes,)), LAST))
    if not by_path:
        return Policy(name, (LAST,))
    lists = (communities,) if communities else ()
    return Policy(name, (PolicyRule("10", True, as_path_lists=(FROM_MSEE.name,), community_lists=lists), LAST))


PARTNER_OUT: Final = Policy("PARTNER-OUT", (PolicyRule("10", True, protocols=("bgp", "static")), LAST))
"""To the other router of the pair: everything of this VRF (ER-PATH-12)."""


@_shared
def partner_out_with(name: str, sources: str) -> Policy:
    """To the other router of the pair, where loopbacks of ours have to be known too: the sources of tunnels."""
    return Policy(
        name,
        (
            PolicyRule("10", True, prefix_lists=(sources,)),
            PolicyRule("20", True, protocols=("bgp", "static")),
            LAST,
        ),
    )
