"""Plan → Junos words.

Everything the templates print is decided here and in the modules beside it; the templates only know where
the words go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv6Network

from generator.model.facts import (
    AsPathPattern,
    CommunityList,
    Facts,
    Family,
    Neighbor,
    Policy,
    PolicyRule,
    PrefixEntry,
    PrefixList,
    StaticRoute,
)
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.platforms.juniper_junos.forms import (
    AsPath,
    Peer,
    PolicyStatement,
    RouteFilterList,
    Table,
    Term,
    quote,
)
from generator.platforms.juniper_junos.security_words import smallest_mss
from generator.platforms.juniper_junos.view_cos import Cos
from generator.platforms.juniper_junos.view_filters import firewall
from generator.platforms.juniper_junos.view_interfaces import ports
from generator.platforms.juniper_junos.view_nat import Nat
from generator.platforms.juniper_junos.view_security import Crypto, associations
from generator.platforms.juniper_junos.view_sync import nodes
from generator.platforms.juniper_junos.view_zones import Zoning
from generator.platforms.juniper_junos.words import (
    LOAD_BALANCE,
    families_of_policies,
    local_address,
    longest_match_entries,
)
from generator.platforms.juniper_junos.zoning import is_srx

V6_SUFFIX = "-v6"
"""One name space for both families: the IPv6 list of a name gets this.  Names of ours are upper case, so none ends in it."""
NOTHING: Mapping[Family, str] = {4: "255.255.255.255/32 exact", 6: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128 exact"}
"""What an empty list says: an empty route-filter-list does not hold back anything."""


def view(plan: DevicePlan) -> Mapping[str, object]:
    """The words of one router.  The only place that reveals its keys."""
    facts = plan.facts
    families = families_of_policies(facts)
    inside: dict[str, list[str]] = {name: [] for name in facts.vrfs}
    for one in facts.interfaces.values():
        if one.vrf:
            inside.setdefault(one.vrf, []).append(one.name)
    peers: dict[str, list[Peer]] = {}
    for neighbor in facts.neighbors.values():
        peers.setdefault(neighbor.vrf, []).append(_peer(facts, neighbor))
    statics: dict[str, list[StaticRoute]] = {}
    for route in facts.static_routes.values():
        statics.setdefault(route.vrf, []).append(route)
    tables = [_table(facts, name, names, peers.get(name, ()), statics.get(name, ())) for name, names in inside.items()]
    load_balance = LOAD_BALANCE if any(one.maximum_paths > 1 for one in facts.bgp.values()) else ""
    next_hop_self = {one.export_policy for one in facts.neighbors.values() if one.next_hop_self}
    cos = Cos(facts, profiles=not is_srx(plan.model))
    return {
        "title": plan.title,
        "hostname": facts.hostname,
        "nodes": nodes(facts),
        "ports": ports(facts, cos),
        "cos": cos,
        **_security(plan),
        "prefix_lists": [_prefix_list(one) for one in facts.prefix_lists.values()],
        "as_paths": [
            _as_path(name, tuple(_expression(entry.pattern) for entry in one.entries))
            for name, one in facts.as_path_lists.items()
        ],
        "communities": [(name, _members(one)) for name, one in facts.community_lists.items()],
        "policies": [
            _policy(facts, one, families.get(name), name in next_hop_self) for name, one in facts.policies.items()
        ],
        "instances": tables,
        "table": _table(facts, "", [], peers.get("", ()), statics.get("", ()), load_balance),
        "load_balance": load_balance,
    }


def _key(secret: Secret | None) -> str:
    return quote(secret.reveal()) if secret else ""


def _security(plan: DevicePlan) -> dict[str, object]:
    """``security``, ``firewall`` and ``applications``.  Zones are on every SRX: without one, nothing passes."""
    facts = plan.facts
    crypto, nat, macsec = Crypto(facts, _key), Nat(facts), associations(facts, _key)
    zoning = Zoning(facts, used=is_srx(plan.model) or bool(facts.zones))
    families, policers = firewall(facts)
    return {
        "security": bool(crypto.vpns or macsec or zoning.used or nat.used),
        "crypto": crypto,
        "mss": smallest_mss(facts),
        "flow6": zoning.used and any(one.version == 6 for port in facts.interfaces.values() for one in port.addresses),
        "nat": nat,
        "macsec": macsec,
        "zoning": zoning,
        "families": families,
        "policers": policers,
    }


def _list_name(name: str, family: Family) -> str:
    return name if family == 4 else name + V6_SUFFIX


def _prefix_list(one: PrefixList) -> RouteFilterList:
    entries = tuple(_range(entry) for entry in longest_match_entries(one.entries)) or (NOTHING[one.family],)
    return RouteFilterList(_list_name(one.name, one.family), entries)


def _range(entry: PrefixEntry) -> str:
    length, longest = entry.prefix.prefixlen, entry.prefix.max_prefixlen
    low, high = entry.low, entry.high
    if low == high == length:
        return f"{entry.prefix} exact"
    if low == length:
        return f"{entry.prefix} orlonger" if high == longest else f"{entry.prefix} upto /{high}"
    return f"{entry.prefix} prefix-length-range /{low}-/{high}"


def _as_path(name: str, expressions: tuple[str, ...]) -> AsPath:
    single = len(expressions) == 1
    return AsPath(name, expressions[0] if single else "", () if single else expressions)


def _expression(pattern: AsPathPattern) -> str:
    """AS numbers are the letters of a Junos AS-path expression, and it always matches the whole path (PLT-JUN-19)."""
    match pattern.kind:
        case "starts":
            return f'"{pattern.asn} .*"'
        case "contains":
            return f'".* {pattern.asn} .*"'
        case "any":
            return '".*"'
        case "empty":
            return '"()"'
    return quote(pattern.text)


def _members(one: CommunityList) -> str:
    """Several members would all have to be on the route; one expression takes any of them.

    Its form is that of the manual, an AS number and a group of values; values of several AS numbers
    (the inventory's own, never Microsoft's) need a group around the whole.
    """
    if len(one.communities) == 1:
        return one.communities[0]
    owners = {community.partition(":")[0] for community in one.communities}
    if len(owners) == 1:
        values = "|".join([community.partition(":")[2] for community in one.communities])
        return f'"^{owners.pop()}:({values})$"'
    return f'"^({"|".join(one.communities)})$"'


def _policy(facts: Facts, one: Policy, families: set[Family] | None, next_hop_self: bool) -> PolicyStatement:
    terms = tuple(_term(facts, rule, families, next_hop_self) for rule in one.rules)
    decided = bool(one.rules) and not terms[-1].conditions
    default = "" if decided else "accept" if one.default_permit else "reject"
    return PolicyStatement(one.name, terms, default)


def _term(facts: Facts, rule: PolicyRule, families: set[Family] | None, next_hop_self: bool) -> Term:
    verdict = "accept" if rule.permit else "reject"
    return Term(rule.label, tuple(_conditions(facts, rule, families)), tuple(_settings(rule, next_hop_self)), verdict)


def _conditions(facts: Facts, rule: PolicyRule, families: set[Family] | None) -> Iterator[str]:
    if rule.protocols:
        yield f"protocol {_some(rule.protocols)}"
    for name in rule.prefix_lists:
        wanted: Sequence[Family] = (
            sorted(families) if families else [f for f in (4, 6) if (name, f) in facts.prefix_lists]
        )
        for family in wanted:
            yield f"route-filter-list {_list_name(name, family)}"
    for entry in rule.prefixes:
        yield f"route-filter {_range(entry)}"
    single = [name for name in rule.as_path_lists if not _is_group(facts, name)]
    groups = [name for name in rule.as_path_lists if _is_group(facts, name)]
    if single:
        yield f"as-path {_some(single)}"
    if groups:
        yield f"as-path-group {_some(groups)}"
    if rule.community_lists:
        yield f"community {_some(rule.community_lists)}"


def _is_group(facts: Facts, name: str) -> bool:
    return name in facts.as_path_lists and len(facts.as_path_lists[name].entries) != 1


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"[ {' '.join(names)} ]"


def _settings(rule: PolicyRule, next_hop_self: bool) -> Iterator[str]:
    if not rule.permit:
        return
    if rule.med is not None:
        yield f"metric {rule.med}"
    if rule.local_preference is not None:
        yield f"local-preference {rule.local_preference}"
    if rule.prepend:
        yield f'as-path-prepend "{" ".join(map(str, rule.prepend))}"'
    if next_hop_self:
        yield "next-hop self"


def _peer(facts: Facts, one: Neighbor) -> Peer:
    """One group for each peering and family, so that no policy is shared by accident (PLT-JUN-09)."""
    internal = one.remote_as == one.local_as
    instance = facts.bgp.get(one.vrf)
    limit, bfd = one.max_prefix, one.bfd
    teardown = ""
    if limit and not limit.warning_only:
        wait = "forever" if limit.restart_minutes is None else str(limit.restart_minutes)
        teardown = f"{limit.warn_percent}" + (f" idle-timeout {wait}" if limit.restart_minutes != 0 else "")
    return Peer(
        group=f"AS{one.remote_as}-{str(one.address).replace('.', '-').replace(':', '-')}",
        mark="" if one.enabled else "inactive: ",
        type="internal" if internal else "external",
        address=str(one.address),
        description=one.description and quote(one.description),
        local_address=local_address(facts, one) if one.update_source else "",
        multihop=one.multihop,
        local_as=one.local_as if instance and instance.asn != one.local_as else None,
        peer_as=None if internal else one.remote_as,
        hold=one.hold,
        key=_key(one.password),
        import_policy=one.import_policy,
        export_policy=one.export_policy,
        remove_private=one.remove_private,
        as_override=one.as_override,
        family="inet" if one.family == 4 else "inet6",
        unicast=bool(limit or one.allowas_in),
        limit=limit.limit if limit else None,
        teardown=teardown,
        loops=2 if one.allowas_in else None,
        bfd=_bfd(bfd.transmit_ms, bfd.receive_ms, bfd.multiplier) if bfd else (),
        bfd_transmit=bfd.transmit_ms if bfd and bfd.transmit_ms != bfd.receive_ms else None,
        multipath=bool(instance and instance.maximum_paths > 1 and not internal),
    )


def _bfd(transmit: int, receive: int, multiplier: int) -> tuple[str, ...]:
    interval = f"minimum-interval {transmit}" if transmit == receive else f"minimum-receive-interval {receive}"
    return (interval, f"multiplier {multiplier}")


def _table(
    facts: Facts,
    name: str,
    interfaces: list[str],
    peers: Sequence[Peer],
    statics: Sequence[StaticRoute],
    load_balance: str = "",
) -> Table:
    bgp, vrf = facts.bgp.get(name), facts.vrfs.get(name)
    routes = [(isinstance(one.prefix, IPv6Network), _route(one)) for one in statics]
    return Table(
        name=name,
        description=quote(vrf.description) if vrf and vrf.description else "",
        interfaces=tuple(interfaces),
        router_id=bgp.router_id if bgp else "",
        asn=bgp.asn if bgp else None,
        statics=tuple(text for v6, text in routes if not v6),
        rib6=f"{name}.inet6.0" if name else "inet6.0",
        statics6=tuple(text for v6, text in routes if v6),
        peers=tuple(peers),
        options=bool(bgp or routes or load_balance),
        load_balance=load_balance,
    )


def _route(one: StaticRoute) -> str:
    return f"{one.prefix} discard" if one.next_hop == "discard" else f"{one.prefix} next-hop {one.next_hop}"
