"""What of a plan's facts the files of a Linux router can show, in the form in which they show it."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from generator.model.address import parse_prefix
from generator.model.facts import Facts, Filter, Interface, NatRule, PrefixEntry, PrefixList, Remark
from generator.platforms.linux_frr.route_maps import as_route_map, policy_families
from generator.platforms.linux_frr.sets import joined_ports, joined_prefixes
from generator.platforms.linux_frr.shaping import queued

SWITCHES: Final = frozenset(
    (
        "bgpd",
        "bfdd",
        "vtysh_enable",
        "frr defaults traditional",
        "net.ipv4.ip_forward",
        "net.ipv6.conf.all.forwarding",
        "net.ipv6.conf.all.keep_addr_on_down",
    )
)
"""What must be on for the rest to work: daemons (PLT-LNX-03), the profile (PLT-LNX-01), the kernel's forwarding (PLT-LNX-14)."""
ONE_SOCKET: Final = frozenset(("net.ipv4.udp_l3mdev_accept",))
"""What the IKE daemon needs where tunnels travel in a VRF."""


def observable(facts: Facts) -> Facts:
    """No route distinguisher and no families on a VRF, BFD timers at the neighbour only, rules split, ``rp_filter`` loose everywhere."""
    families = policy_families(facts)
    return replace(
        facts,
        vrfs={
            name: replace(one, rd="", families=()) if one.rd or one.families else one
            for name, one in facts.vrfs.items()
        },
        interfaces={name: _interface(one) for name, one in facts.interfaces.items()},
        prefix_lists={
            key: one if one.entries else replace(one, entries=(deny_all(one),))
            for key, one in facts.prefix_lists.items()
        },
        policies={name: as_route_map(one, families.get(name, ()), facts) for name, one in facts.policies.items()},
        tunnels={name: replace(one, dpd_retries=0) for name, one in facts.tunnels.items()},
        filters={key: _filter(one) for key, one in facts.filters.items()},
        nat_rules={name: _nat_rule(one) for name, one in facts.nat_rules.items()},
        remarks={name: _remark(one, facts) for name, one in facts.remarks.items()},
        switches=SWITCHES | ONE_SOCKET if any(one.front_vrf for one in facts.tunnels.values()) else SWITCHES,
    )


def _filter(one: Filter) -> Filter:
    """Values of one condition have no order, and neighbours are joined."""
    return replace(
        one,
        rules=tuple(
            [
                replace(
                    rule,
                    sources=joined_prefixes(rule.sources),
                    destinations=joined_prefixes(rule.destinations),
                    source_ports=joined_ports(rule.source_ports),
                    destination_ports=joined_ports(rule.destination_ports),
                    icmp=tuple(sorted(rule.icmp)),
                )
                for rule in one.rules
            ]
        ),
    )


def _nat_rule(one: NatRule) -> NatRule:
    """A pool always translates ports too where two hosts would collide."""
    return replace(one, inside=joined_prefixes(one.inside), overload=one.kind == "source")


def _remark(one: Remark, facts: Facts) -> Remark:
    """A priority queue is a class of a shaper; where there is none, nothing is queued by us."""
    if queued(one, facts) is None:
        one = replace(one, priority=(), priority_percent=0)
    return replace(one, kept=tuple(sorted(one.kept)), priority=tuple(sorted(one.priority)))


def deny_all(one: PrefixList) -> PrefixEntry:
    """What an empty prefix list is written as: FRR cannot hold an empty one, and one that is undefined matches all (PLT-LNX-02)."""
    return PrefixEntry(
        parse_prefix("0.0.0.0/0" if one.family == 4 else "::/0"), 0, 32 if one.family == 4 else 128, False
    )


def _interface(one: Interface) -> Interface:
    if one.bfd is None and one.urpf:
        return one
    return replace(one, bfd=None, urpf=one.urpf or "loose")
