"""Filters, zones and the control plane → the words of IOS-XE.

The control plane's policy drops only packets for addresses of this plan.  Not ``class-default``: it also has
ARP and keepalives.  Not ``permit ip any any`` either: that would also drop transit packets that are punted
(the first one towards a neighbour whose MAC address is not known yet), and, because the file is merged into
a router that may do more than this plan says, every session on its other interfaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from generator.model.address import Prefix
from generator.model.facts import ControlPlane, Facts, Family, Filter, FilterRule, Interface, Ports, ZonePolicy
from generator.model.filters import AH, ANY, ESP, GRE, ICMP, ICMP6, OSPF, TCP, UDP, IcmpType
from generator.model.naming import object_name
from generator.platforms.cisco_xe.access_lists import (
    UNINSPECTED,
    list_name,
    not_inspected,
    observable_filters,
    own_addresses,
)

FAMILIES: Final[tuple[Family, Family]] = (4, 6)

_PROTOCOL: Final[dict[Family, dict[int, str]]] = {
    4: {ANY: "ip", ICMP: "icmp", TCP: "tcp", UDP: "udp", GRE: "gre", ESP: "esp", AH: "ahp", OSPF: "ospf"},
    6: {ANY: "ipv6", ICMP6: "icmp", TCP: "tcp", UDP: "udp", ESP: "esp", AH: "ahp"},
}
_ICMP: Final[dict[Family, dict[IcmpType, str]]] = {
    4: {
        IcmpType(0): "echo-reply",
        IcmpType(3): "unreachable",
        IcmpType(3, 4): "packet-too-big",
        IcmpType(8): "echo",
        IcmpType(11): "time-exceeded",
        IcmpType(12): "parameter-problem",
    },
    6: {
        IcmpType(1): "unreachable",
        IcmpType(2): "packet-too-big",
        IcmpType(3): "time-exceeded",
        IcmpType(4): "parameter-problem",
        IcmpType(128): "echo-request",
        IcmpType(129): "echo-reply",
        IcmpType(133): "router-solicitation",
        IcmpType(134): "router-advertisement",
        IcmpType(135): "nd-ns",
        IcmpType(136): "nd-na",
    },
}
"""The words that say what the numbers say; other types are written as numbers."""


class AceView(msgspec.Struct, frozen=True, gc=False):
    """One entry of an access list; ``source`` and ``destination`` with their ports."""

    sequence: str
    action: str
    protocol: str
    source: str
    destination: str
    icmp: str
    established: bool
    log: bool


class ListView(msgspec.Struct, frozen=True):
    name: str
    entries: tuple[AceView, ...]


class ClassView(msgspec.Struct, frozen=True):
    name: str
    lists: tuple[str, ...]
    """Access lists it matches."""


class PairView(msgspec.Struct, frozen=True):
    name: str
    policy: str
    source: str
    destination: str
    passed: str
    """Class whose packets pass one by one ahead of the inspected ones, empty: none."""
    matched: str
    stateful: bool


class ControlPlaneView(msgspec.Struct, frozen=True):
    icmp: tuple[ClassView, ...]
    rate: int
    """Of ICMP, in bit/s."""
    permitted: ClassView
    rest: ClassView


def filter_view(facts: Facts) -> Mapping[str, object]:
    """The part of the context that is about filters, zones and the control plane."""
    filters = observable_filters(facts)
    own = tuple([(family, own_addresses(facts, family)) for family in FAMILIES])
    plane = next(iter(facts.control_plane.values()), None)
    helpers = [*_passed(facts), *(_guarded(own) if plane else ()), *(_icmp(plane, filters) if plane else ())]
    everything = [(list_name(one.name, one.family), one) for one in (*filters.values(), *helpers)]
    return {
        "ipv4_lists": tuple(_list(name, one) for name, one in everything if one.family == 4),
        "ipv6_lists": tuple(_list(name, one) for name, one in everything if one.family == 6),
        "zones": tuple(facts.zones.values()),
        "zone_classes": tuple(_zone_classes(facts)),
        "zone_pairs": tuple(_pair(one, facts) for one in facts.zone_policies.values()),
        "control_plane": _control_plane(plane, facts, own) if plane else None,
    }


def interface_filters(one: Interface, facts: Facts) -> tuple[tuple[str, str, str], ...]:
    """Command, list and direction of the filters on an interface, in each family in which they exist."""
    if not (one.filter_in or one.filter_out):
        return ()
    found = []
    for name, direction in ((one.filter_in, "in"), (one.filter_out, "out")):
        families = [family for family in FAMILIES if (name, family) in facts.filters] or [4]
        found += [
            ("ip access-group" if family == 4 else "ipv6 traffic-filter", list_name(name, family), direction)
            for family in families
            if name
        ]
    return tuple(found)


# Access lists


def _list(name: str, one: Filter) -> ListView:
    return ListView(name, _entries(one.rules, one.family))


@lru_cache(maxsize=1 << 10)
def _entries(rules: tuple[FilterRule, ...], family: Family) -> tuple[AceView, ...]:
    return tuple([_entry(rule, family) for rule in rules])


def _entry(rule: FilterRule, family: Family) -> AceView:
    return AceView(
        sequence=rule.label,
        action="permit" if rule.permit else "deny",
        protocol=_PROTOCOL[family].get(rule.protocol, str(rule.protocol)),
        source=_address(rule.sources) + _ports(rule.source_ports),
        destination=_address(rule.destinations) + _ports(rule.destination_ports),
        icmp=" ".join([_icmp_word(one, family) for one in rule.icmp]) if rule.icmp else "",
        established=rule.established,
        log=rule.log,
    )


@lru_cache(maxsize=1 << 14)
def _address(prefixes: tuple[Prefix, ...]) -> str:
    if not prefixes:
        return "any"
    (prefix,) = prefixes
    if prefix.prefixlen == 0:
        return "any"
    if prefix.prefixlen == prefix.max_prefixlen:
        return f"host {str(prefix.network_address).upper()}"
    if prefix.version == 6:
        return str(prefix).upper()
    return f"{prefix.network_address} {prefix.hostmask}"


def _ports(ports: tuple[Ports, ...]) -> str:
    if not ports:
        return ""
    (one,) = ports
    return f" eq {one.low}" if one.low == one.high else f" range {one.low} {one.high}"


def _icmp_word(one: IcmpType, family: Family) -> str:
    word = _ICMP[family].get(one)
    if word is not None:
        return word
    return str(one.type) if one.code < 0 else f"{one.type} {one.code}"


# Zones


def _families(name: str, facts: Facts) -> list[Family]:
    return [family for family in FAMILIES if (name, family) in facts.filters]


def _passed(facts: Facts) -> Iterator[Filter]:
    """The lists of what stateful policies must not inspect."""
    for name in dict.fromkeys(one.filter for one in facts.zone_policies.values() if one.stateful):
        for family in _families(name, facts):
            rules = not_inspected(facts.filters[name, family])
            if rules:
                yield Filter(f"{name}{UNINSPECTED}", family, rules)


def _zone_classes(facts: Facts) -> Iterator[ClassView]:
    passed: dict[str, list[str]] = {}
    for one in _passed(facts):
        passed.setdefault(one.name, []).append(list_name(one.name, one.family))
    for name, lists in passed.items():
        yield ClassView(f"FW_{name}", tuple(lists))
    for name in dict.fromkeys(one.filter for one in facts.zone_policies.values()):
        found = tuple(list_name(name, family) for family in _families(name, facts))
        yield ClassView(f"FW_{name}", found or (name,))


def _pair(one: ZonePolicy, facts: Facts) -> PairView:
    name = object_name(one.source, one.destination)
    passed = one.stateful and any(
        not_inspected(facts.filters[one.filter, family]) for family in _families(one.filter, facts)
    )
    return PairView(
        name=name,
        policy=f"FW_{name}",
        source=one.source,
        destination=one.destination,
        passed=f"FW_{one.filter}{UNINSPECTED}" if passed else "",
        matched=f"FW_{one.filter}",
        stateful=one.stateful,
    )


# Control plane

_GUARDED: Final = "COPP_OWN"
_ICMP_LIST: Final = "COPP_ICMP"


def _guarded(own: tuple[tuple[Family, tuple[Prefix, ...]], ...]) -> Iterator[Filter]:
    """Everything that is for an address of the plan's interfaces."""
    for family, addresses in own:
        if addresses:
            rules = [FilterRule(str(number * 10), True, destinations=(one,)) for number, one in enumerate(addresses, 1)]
            yield Filter(_GUARDED, family, tuple(rules))


def _icmp(plane: ControlPlane, filters: Mapping[tuple[str, Family], Filter]) -> Iterator[Filter]:
    for family in FAMILIES:
        if plane.icmp_kbps and (plane.filter, family) in filters:
            yield Filter(_ICMP_LIST, family, (FilterRule("10", True, ICMP if family == 4 else ICMP6),))


def _control_plane(
    plane: ControlPlane, facts: Facts, own: tuple[tuple[Family, tuple[Prefix, ...]], ...]
) -> ControlPlaneView:
    """ICMP that the filter permits at its rate, the rest that it permits, and the end of all that is for us.

    IPv4 and IPv6 have a class and a rate of their own: a flood of pings must not stop neighbour discovery.
    """
    families = _families(plane.filter, facts)
    icmp = [
        ClassView(list_name(_ICMP_LIST, family), (list_name(plane.filter, family), list_name(_ICMP_LIST, family)))
        for family in families
        if plane.icmp_kbps
    ]
    return ControlPlaneView(
        icmp=tuple(icmp),
        rate=plane.icmp_kbps * 1000,
        permitted=ClassView("COPP_PERMIT", tuple(list_name(plane.filter, family) for family in families)),
        rest=ClassView("COPP_REST", tuple(list_name(_GUARDED, family) for family, addresses in own if addresses)),
    )
