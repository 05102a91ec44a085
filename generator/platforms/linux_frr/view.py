"""Plan → the words of FRR and of ifupdown2, for the templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from generator.model.facts import AsPathPattern, Facts, Family, Policy, PrefixEntry, PrefixList
from generator.model.plan import DevicePlan
from generator.platforms.linux_frr.bgp_view import BfdProfile, Bgp, bfd_profiles, bgp_instances
from generator.platforms.linux_frr.crypto_view import Connection, connections
from generator.platforms.linux_frr.links_view import Device, VrfDevice, devices, vrf_devices
from generator.platforms.linux_frr.names import vrf_device
from generator.platforms.linux_frr.nft_view import Firewall, firewall
from generator.platforms.linux_frr.observable import deny_all
from generator.platforms.linux_frr.route_maps import Entry, entries, policy_families
from generator.platforms.linux_frr.shaping import shaping


class ListLine(Struct, frozen=True):
    """One line of a prefix list: ``words`` is the prefix with its ``ge`` and ``le``."""

    family: Literal["ip", "ipv6"]
    name: str
    seq: int
    action: str
    words: str


class NamedLine(Struct, frozen=True):
    """One line of an AS-path or community list."""

    name: str
    seq: int
    action: str
    value: str


class MapEntry(Struct, frozen=True):
    """One entry of a route-map.  Its settings are texts, so that 0 is printed and absence is not."""

    name: str
    seq: str
    action: str
    as_path: str
    community: str
    prefix_list: str
    family: Literal["ip", "ipv6"]
    prepend: str
    set_community: str
    local_preference: str
    metric: str


class Static(Struct, frozen=True):
    """A static route."""

    family: Literal["ip", "ipv6"]
    prefix: str
    next_hop: str


class StaticVrf(Struct, frozen=True):
    """The static routes of one VRF."""

    device: str
    routes: tuple[Static, ...]


class Words(Struct, frozen=True):
    """The names that the templates of this platform know."""

    title: str
    hostname: str
    vrfs: tuple[VrfDevice, ...]
    devices: tuple[Device, ...]
    front_vrfs: bool
    """Whether tunnels travel in a VRF."""
    connections: tuple[Connection, ...]
    firewall: Firewall
    prefix_lines: tuple[ListLine, ...]
    as_path_lines: tuple[NamedLine, ...]
    community_lines: tuple[NamedLine, ...]
    map_entries: tuple[MapEntry, ...]
    global_routes: tuple[Static, ...]
    vrf_routes: tuple[StaticVrf, ...]
    bfd_profiles: tuple[BfdProfile, ...]
    bgp: tuple[Bgp, ...]


def view(plan: DevicePlan) -> Mapping[str, object]:
    """The names of :class:`Words`."""
    facts = plan.facts
    statics = _statics(facts)
    queues = shaping(facts, plan.ports)
    words = Words(
        title=plan.title,
        hostname=facts.hostname,
        vrfs=vrf_devices(facts),
        devices=tuple(devices(facts, plan.ports, queues)),
        front_vrfs=any(one.front_vrf for one in facts.tunnels.values()),
        connections=connections(facts),
        firewall=firewall(facts, queues),
        prefix_lines=tuple(
            [line for _, one in sorted(facts.prefix_lists.items(), key=_list_order) for line in _prefix_lines(one)]
        ),
        as_path_lines=tuple(_as_path_lines(facts)),
        community_lines=tuple(_community_lines(facts)),
        map_entries=tuple(_map_entries(facts)),
        global_routes=statics.pop("", ()),
        vrf_routes=tuple([StaticVrf(vrf_device(name), routes) for name, routes in sorted(statics.items())]),
        bfd_profiles=bfd_profiles(facts),
        bgp=bgp_instances(facts),
    )
    return {name: getattr(words, name) for name in Words.__struct_fields__}


def _list_order(item: tuple[tuple[str, Family], PrefixList]) -> tuple[Family, str]:
    (name, family), _ = item
    return (family, name)


def _prefix_lines(one: PrefixList) -> list[ListLine]:
    family: Literal["ip", "ipv6"] = "ip" if one.family == 4 else "ipv6"
    return [
        ListLine(family, one.name, 5 * number, "permit" if entry.permit else "deny", _range(entry))
        for number, entry in enumerate(one.entries or (deny_all(one),), 1)
    ]


def _range(entry: PrefixEntry) -> str:
    """The prefix, and only those of ``ge`` and ``le`` that say something."""
    length, words = entry.prefix.prefixlen, str(entry.prefix)
    if entry.low != length:
        words += f" ge {entry.low}"
    if entry.high != (length if entry.low == length else entry.prefix.max_prefixlen):
        words += f" le {entry.high}"
    return words


def _as_path_lines(facts: Facts) -> list[NamedLine]:
    return [
        NamedLine(name, 5 * number, "permit" if entry.permit else "deny", _regex(entry.pattern))
        for name, one in sorted(facts.as_path_lists.items())
        for number, entry in enumerate(one.entries, 1)
    ]


def _regex(pattern: AsPathPattern) -> str:
    """``_`` is a boundary: begin, end, blank, comma or bracket."""
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


def _community_lines(facts: Facts) -> list[NamedLine]:
    """One line a community: several in one line would all have to be there."""
    return [
        NamedLine(name, 5 * number, "permit", community)
        for name, one in sorted(facts.community_lists.items())
        for number, community in enumerate(one.communities, 1)
    ]


def _map_entries(facts: Facts) -> list[MapEntry]:
    families = policy_families(facts)
    return [
        _map_entry(one, entry)
        for one in facts.policies.values()
        for entry in entries(one, families.get(one.name, ()), facts)
    ]


def _map_entry(policy: Policy, entry: Entry) -> MapEntry:
    rule, family = entry
    return MapEntry(
        name=policy.name,
        seq=rule.label,
        action="permit" if rule.permit else "deny",
        as_path="".join(rule.as_path_lists),
        community="".join(rule.community_lists),
        prefix_list="".join(rule.prefix_lists),
        family="ip" if family == 4 else "ipv6",
        prepend=" ".join(map(str, rule.prepend)),
        set_community=" ".join(rule.set_communities),
        local_preference="" if rule.local_preference is None else str(rule.local_preference),
        metric="" if rule.med is None else str(rule.med),
    )


def _statics(facts: Facts) -> dict[str, tuple[Static, ...]]:
    """By VRF, in the order of the plan."""
    found: dict[str, list[Static]] = {}
    for one in facts.static_routes.values():
        next_hop = "blackhole" if one.next_hop == "discard" else one.next_hop
        family: Literal["ip", "ipv6"] = "ip" if one.prefix.version == 4 else "ipv6"
        found.setdefault(one.vrf, []).append(Static(family, str(one.prefix), next_hop))
    return {vrf: tuple(routes) for vrf, routes in found.items()}
