"""Plan → the words of IOS-XE.

Everything is decided here; the templates print it.  The order of what is printed is the order in which
a router can take it: definitions before use (PLT-XE-01), address families in a VRF before interfaces
and BGP use it (PLT-XE-03).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from generator.model.address import LinkAddress, Prefix
from generator.model.facts import (
    AsPathPattern,
    Bfd,
    CommunityList,
    Facts,
    Interface,
    Policy,
    PolicyRule,
    PrefixEntry,
    StaticRoute,
    Vrf,
)
from generator.model.plan import DevicePlan
from generator.model.vlan import Dot1q, QinQ
from generator.platforms.cisco_xe.bgp_view import MASKS, BgpView, bgp_view
from generator.platforms.cisco_xe.crypto_view import TunnelView, crypto_view, tunnel_view
from generator.platforms.cisco_xe.edge_view import MacsecView, edge_view, macsec_view, nat_sides, output_policies
from generator.platforms.cisco_xe.filter_view import filter_view, interface_filters
from generator.platforms.cisco_xe.names import is_port
from generator.platforms.cisco_xe.observable import as_path_numbers, deny_all, switches


class InterfaceView(msgspec.Struct, frozen=True):
    name: str
    description: str
    outer: int
    """First tag, 0: none."""
    inner: int
    ethertype: str
    vrf: str
    ipv4: tuple[tuple[str, str, str], ...]
    """Address, mask, and `` secondary`` after the first."""
    ipv6: tuple[str, ...]
    no_ipv4: bool
    routed: bool
    """It has an IPv4 address or none but IPv6: redirects and proxy ARP are switched off."""
    port_mtu: int
    ip_mtu: int
    ipv6_mtu: int
    urpf_v4: str
    urpf_v6: str
    bfd: Bfd | None
    no_echo: bool
    unnumbered: str
    mss_v4: int
    mss_v6: int
    filters: tuple[tuple[str, str, str], ...]
    """Command, access list and direction."""
    zone: str
    nat: str
    policy: str
    """Policy map for what leaves."""
    macsec: MacsecView | None
    tunnel: TunnelView | None
    enabled: bool


class _Extras(msgspec.Struct, frozen=True):
    """What an interface has because other objects name it."""

    zones: Mapping[str, str]
    nat: Mapping[str, str]
    policies: Mapping[str, str]


class EntryView(msgspec.Struct, frozen=True, gc=False):
    keyword: str
    """``ip`` or ``ipv6``."""
    name: str
    sequence: int
    action: str
    prefix: str
    ge: int
    le: int


class AsPathView(msgspec.Struct, frozen=True, gc=False):
    number: str
    action: str
    regex: str


class RuleView(msgspec.Struct, frozen=True):
    policy: str
    sequence: str
    action: str
    keyword: str
    prefix_lists: tuple[str, ...]
    as_paths: tuple[str, ...]
    communities: tuple[str, ...]
    local_preference: str
    """Texts, because 0 is a value."""
    metric: str
    prepend: tuple[int, ...]
    set_communities: tuple[str, ...]


class RouteView(msgspec.Struct, frozen=True, gc=False):
    keyword: str
    vrf: str
    prefix: str
    mask: str
    """Empty for IPv6."""
    next_hop: str


def view(plan: DevicePlan) -> Mapping[str, object]:
    """The context of every section of ``running.cfg``.  `ValueError` where a secret is not known."""
    facts = plan.facts
    numbers = as_path_numbers(facts)
    needed = switches(facts)
    bgp: BgpView | None = bgp_view(facts)
    return {
        "title": plan.title,
        "hostname": facts.hostname,
        "new_format": "new-format" in needed,
        "ipv6_routing": "ipv6-routing" in needed,
        "vrfs": tuple(_vrf(one) for one in facts.vrfs.values()),
        "interfaces": tuple(_interfaces(facts)),
        "prefix_entries": tuple(_prefix_entries(facts)),
        "as_paths": tuple(_as_paths(facts, numbers)),
        "communities": tuple((one.name, value) for one in facts.community_lists.values() for value in _values(one)),
        "rules": tuple(_rules(facts, numbers)),
        "routes": tuple(_route(one) for one in facts.static_routes.values()),
        "bgp": bgp,
        **filter_view(facts),
        **crypto_view(facts),
        **edge_view(facts),
    }


def _vrf(vrf: Vrf) -> tuple[Vrf, tuple[str, ...]]:
    return vrf, tuple("ipv4" if family == 4 else "ipv6" for family in vrf.families)


def _interfaces(facts: Facts) -> Iterator[InterfaceView]:
    """Those that borrow an address last: the lender must be there."""
    zones = {name: zone.name for zone in facts.zones.values() for name in zone.interfaces}
    extras = _Extras(zones, nat_sides(facts), output_policies(facts))
    for one in sorted(facts.interfaces.values(), key=_borrows):
        yield _interface(one, facts, extras)


def _borrows(one: Interface) -> bool:
    return bool(one.unnumbered)


def _interface(one: Interface, facts: Facts, extras: _Extras) -> InterfaceView:
    ipv4, ipv6 = _ipv4(one.addresses), tuple(str(link).upper() for link in one.addresses if link.version == 6)
    tags = one.tags
    outer, inner = (
        (tags.outer, tags.inner) if isinstance(tags, QinQ) else (tags.vlan if isinstance(tags, Dot1q) else 0, 0)
    )
    port = facts.interfaces.get(one.name.partition(".")[0]) if outer else None
    own_mtu = 0 if one.mtu == (port.mtu if port else 1500) else one.mtu
    hardware = is_port(one.name)
    reach = {"strict": "rx", "loose": "any"}.get(one.urpf, "")
    return InterfaceView(
        name=one.name,
        description=one.description,
        outer=outer,
        inner=inner,
        ethertype="" if one.outer_tpid == 0x8100 or not hardware else f"0x{one.outer_tpid:X}",
        vrf=one.vrf,
        ipv4=ipv4,
        ipv6=ipv6,
        no_ipv4=not ipv4 and not one.unnumbered,
        routed=bool(ipv4 or ipv6),
        port_mtu=own_mtu if hardware else 0,
        ip_mtu=0 if hardware else own_mtu,
        ipv6_mtu=own_mtu if ipv6 and not hardware else 0,
        urpf_v4=reach if ipv4 else "",
        urpf_v6=reach if ipv6 else "",
        bfd=one.bfd,
        no_echo=one.bfd is not None and not one.bfd.echo,
        unnumbered=one.unnumbered,
        mss_v4=one.mss,
        mss_v6=one.mss if ipv6 else 0,
        filters=interface_filters(one, facts),
        zone=extras.zones.get(one.name, ""),
        nat=extras.nat.get(one.name, ""),
        policy=extras.policies.get(one.name, ""),
        macsec=macsec_view(facts.macsec[one.name]) if one.name in facts.macsec else None,
        tunnel=tunnel_view(facts.tunnels[one.name]) if one.name in facts.tunnels else None,
        enabled=one.enabled,
    )


def _ipv4(addresses: tuple[LinkAddress, ...]) -> tuple[tuple[str, str, str], ...]:
    links = [str(link).partition("/") for link in addresses if link.version == 4]
    return tuple((ip, MASKS[int(length)], " secondary" if place else "") for place, (ip, _, length) in enumerate(links))


def _prefix_entries(facts: Facts) -> Iterator[EntryView]:
    for one in facts.prefix_lists.values():
        keyword = "ip" if one.family == 4 else "ipv6"
        for place, entry in enumerate(one.entries or (deny_all(one.family),), 1):
            ge, le = _bounds(entry)
            action = "permit" if entry.permit else "deny"
            yield EntryView(keyword, one.name, place * 5, action, _prefix(entry.prefix), ge, le)


def _bounds(entry: PrefixEntry) -> tuple[int, int]:
    """``ge`` and ``le`` as IOS-XE wants them: none for an exact match, length < ge <= le."""
    length = entry.prefix.prefixlen
    if entry.low == entry.high == length:
        return 0, 0
    ge = entry.low if entry.low > length else 0
    return ge, 0 if ge and entry.high == entry.prefix.max_prefixlen else entry.high


@lru_cache(maxsize=1 << 14)
def _prefix(prefix: Prefix) -> str:
    return str(prefix).upper()


def _as_paths(facts: Facts, numbers: dict[str, str]) -> Iterator[AsPathView]:
    for name, number in numbers.items():
        for entry in facts.as_path_lists[name].entries:
            yield AsPathView(number, "permit" if entry.permit else "deny", _regex(entry.pattern))


def _regex(pattern: AsPathPattern) -> str:
    match pattern.kind:
        case "starts":
            return f"^{pattern.asn}_"
        case "contains":
            return f"_{pattern.asn}_"
        case "any":
            return ".*"
        case "empty":
            return "^$"
        case _:
            return pattern.text


def _values(one: CommunityList) -> tuple[str, ...]:
    return one.communities


def _policy_families(facts: Facts) -> dict[str, set[int]]:
    """The family of every policy, from the neighbours that use it; from its prefix lists where none does."""
    families: dict[str, set[int]] = {}
    for neighbor in facts.neighbors.values():
        for name in (neighbor.import_policy, neighbor.export_policy):
            if name:
                families.setdefault(name, set()).add(neighbor.family)
    return families


def _keyword(policy: Policy, used: set[int], facts: Facts) -> str:
    """``ip`` or ``ipv6``.  `ValueError` for a policy that would need both: it needs to be two."""
    names = [name for rule in policy.rules for name in rule.prefix_lists]
    if not used:
        used = {4} if all((name, 4) in facts.prefix_lists for name in names) else {6}
    if names and len(used) > 1:
        raise ValueError(
            f"policy {policy.name} matches prefixes but is used for IPv4 and for IPv6; IOS-XE needs one for each"
        )
    return "ip" if 4 in used else "ipv6"


def _rules(facts: Facts, numbers: dict[str, str]) -> Iterator[RuleView]:
    families = _policy_families(facts)
    for policy in facts.policies.values():
        keyword = _keyword(policy, families.get(policy.name, set()), facts)
        for rule in policy.rules:
            yield _rule(policy.name, rule, keyword, numbers)


def _rule(policy: str, rule: PolicyRule, keyword: str, numbers: dict[str, str]) -> RuleView:
    return RuleView(
        policy=policy,
        sequence=rule.label,
        action="permit" if rule.permit else "deny",
        keyword=keyword,
        prefix_lists=rule.prefix_lists,
        as_paths=tuple(numbers.get(name, name) for name in rule.as_path_lists),
        communities=rule.community_lists,
        local_preference=_text(rule.local_preference),
        metric=_text(rule.med),
        prepend=rule.prepend,
        set_communities=rule.set_communities,
    )


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _route(route: StaticRoute) -> RouteView:
    prefix: Prefix = route.prefix
    next_hop = "Null0" if route.next_hop == "discard" else route.next_hop
    if prefix.version == 4:
        return RouteView("ip", route.vrf, str(prefix.network_address), MASKS[prefix.prefixlen], next_hop)
    return RouteView("ipv6", route.vrf, str(prefix).upper(), "", next_hop)
