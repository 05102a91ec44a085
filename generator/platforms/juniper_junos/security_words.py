"""What of tunnels, filters, zones, translation and queues Junos text can show.

The reader does not import this.
"""

from __future__ import annotations

from msgspec.structs import replace

from generator.model.crypto import Tunnel
from generator.model.facts import Facts, Interface
from generator.model.filters import ICMP, ICMP6, ControlPlane, Filter, NatRule, Remark, Zone
from generator.platforms.juniper_junos.zoning import filters_of_policies

LOOPBACK, TUNNEL = "lo0", "st0"
"""The two interfaces that are nothing but a place for their units."""


def seen_security(facts: Facts) -> Facts:
    """The facts, as far as tunnels, filters, zones, translation and queues of Junos can show them.

    On an SRX a session is let through, not a packet: every policy is stateful, and a rule for answers
    (``established``) is not written, because answers pass by the session.  The MSS is one for all
    tunnels, the smallest (PLT-JUN-15).  A tunnel has no address of another interface.  Static
    translation names the outside interfaces only.
    """
    sessions = set(filters_of_policies(facts))
    return replace(
        facts,
        interfaces=_interfaces(facts),
        tunnels={name: _tunnel(one) for name, one in facts.tunnels.items()},
        zones={name: _zone(one) for name, one in facts.zones.items()},
        zone_policies={key: replace(one, stateful=True) for key, one in facts.zone_policies.items()},
        filters={key: seen_filter(one, sessions=one.name in sessions) for key, one in facts.filters.items()},
        control_plane={name: _control_plane(facts, one) for name, one in facts.control_plane.items()},
        nat_rules={name: _nat(one) for name, one in facts.nat_rules.items()},
        remarks={name: seen_remark(one) for name, one in facts.remarks.items()},
    )


def seen_filter(one: Filter, *, sessions: bool) -> Filter:
    """ICMP types in order; without the rules for answers where sessions bring them."""
    rules = tuple(
        replace(rule, icmp=tuple(sorted(rule.icmp)))
        for rule in one.rules
        if not (sessions and rule.established and rule.permit)
    )
    return replace(one, rules=rules)


def seen_remark(one: Remark) -> Remark:
    """Values in order.  What is rewritten has no place in the priority queue."""
    return replace(
        one, kept=tuple(sorted(one.kept)), priority=tuple(sorted(value for value in one.priority if value in one.kept))
    )


def dead_peer(one: Tunnel) -> tuple[int, int]:
    """Interval in seconds and number of checks, within what Junos takes: 2 to 60 and 1 to 5."""
    if not one.dpd_interval:
        return 0, 0
    return min(max(one.dpd_interval, 2), 60), min(max(one.dpd_retries, 1), 5)


def _tunnel(one: Tunnel) -> Tunnel:
    interval, retries = dead_peer(one)
    return replace(one, dpd_interval=interval, dpd_retries=retries)


def smallest_mss(facts: Facts) -> int:
    """The MSS of the box (PLT-JUN-15): the smallest of its tunnels, 0: none."""
    sizes = [facts.interfaces[name].mss for name in facts.tunnels if name in facts.interfaces]
    return min((size for size in sizes if size), default=0)


def rated(facts: Facts, one: ControlPlane) -> bool:
    """Whether there is a rule for ICMP that the rate limit can be put on."""
    return bool(one.icmp_kbps) and any(
        rule.permit and rule.protocol in (ICMP, ICMP6)
        for (name, _), found in facts.filters.items()
        if name == one.filter
        for rule in found.rules
    )


def _control_plane(facts: Facts, one: ControlPlane) -> ControlPlane:
    return one if rated(facts, one) else replace(one, icmp_kbps=0)


def _interfaces(facts: Facts) -> dict[str, Interface]:
    mss = smallest_mss(facts)
    found: dict[str, Interface] = {}
    for name, one in facts.interfaces.items():
        if name.startswith(f"{TUNNEL}."):
            found[name] = replace(one, unnumbered="", mss=mss)
        elif one != Interface(name) or name not in (LOOPBACK, TUNNEL):
            found[name] = one
    first = f"{LOOPBACK}.0"
    if facts.control_plane and first not in found:
        found[first] = Interface(first)
    return found


def _zone(one: Zone) -> Zone:
    """Loopbacks are the device itself: which zone they are in says nothing of what passes through."""
    return replace(one, interfaces=tuple(name for name in one.interfaces if not name.startswith(f"{LOOPBACK}.")))


def _nat(one: NatRule) -> NatRule:
    if one.kind == "static":
        return replace(one, inside_interfaces=(), overload=False)
    return one
