"""Plan → ``nftables.conf``: one table of ours.

The file begins with the table (made if it is not there), its removal, and the table anew.  ``nft -f``
takes a file as a whole or not at all, so there is no moment without rules, and nothing of other tables
is touched: ``flush ruleset`` would take the rules of containers, of fail2ban and of the operator too.

Chains at the hooks come in a fixed order, each with a task of its own, because ``accept`` only ends the
chain at that priority: a packet must pass all of them.

    prerouting   conntrack-in (raw)   nat-destination (dstnat)   interface-in (filter)
    input        zone-input (filter)   control-plane (filter + 10)
    forward      mss, nat-inside (mangle)   zone-forward (filter)
    output       conntrack-out (raw)   zone-output (filter)
    postrouting  qos (mangle)   interface-out (filter)   nat-source (srcnat)
"""

from __future__ import annotations

from msgspec import Struct

from generator.model.facts import Facts
from generator.model.filters import Remark
from generator.platforms.linux_frr.nft_nat import Nat, nat
from generator.platforms.linux_frr.nft_rules import FilterChain, filter_chains, names, one_or_set
from generator.platforms.linux_frr.nft_zones import (
    InterfaceChain,
    Jump,
    Zones,
    connection_zones,
    filter_jumps,
    filtered,
    interface_chains,
    zones,
)
from generator.platforms.linux_frr.shaping import Lead, Shaping

_BYTES_PER_KILOBIT = 125


class Control(Struct, frozen=True):
    """What may reach the router itself.  ``icmp`` is in bytes a second, empty: no limit."""

    jumps: tuple[Jump, ...]
    icmp: str


class Clamp(Struct, frozen=True):
    """Interfaces with the same TCP maximum segment size."""

    interfaces: str
    size: int


class Remarking(Struct, frozen=True):
    """DSCP values that stay on the way out over some interfaces, in one family."""

    matches: str
    family: str
    name: str


class QueueRule(Struct, frozen=True):
    """What goes into a class of a shaper."""

    matches: str
    id: str
    name: str


class Firewall(Struct, frozen=True):
    """Everything in the table."""

    filters: tuple[FilterChain, ...]
    zones: Zones
    interface_chains: tuple[InterfaceChain, ...]
    filtered_in: tuple[str, ...]
    filtered_out: tuple[str, ...]
    control: tuple[Control, ...]
    """At most one."""
    connection_zones: tuple[str, ...]
    clamps: tuple[Clamp, ...]
    nat: Nat
    quality: bool
    """Whether there is anything of the next two."""
    remarkings: tuple[Remarking, ...]
    queues: tuple[QueueRule, ...]


def firewall(facts: Facts, shaping: Shaping) -> Firewall:
    """The table of a router; parts that it does not need are empty."""
    return Firewall(
        filters=filter_chains(facts),
        zones=zones(facts),
        interface_chains=interface_chains(facts),
        filtered_in=filtered(facts, "filter_in"),
        filtered_out=filtered(facts, "filter_out"),
        control=tuple(
            [
                Control(
                    filter_jumps(facts, one.filter),
                    str(one.icmp_kbps * _BYTES_PER_KILOBIT) if one.icmp_kbps else "",
                )
                for one in facts.control_plane.values()
            ]
        ),
        connection_zones=connection_zones(facts),
        clamps=_clamps(facts),
        nat=nat(facts),
        quality=bool(shaping.leads or any(one.interfaces for one in facts.remarks.values())),
        remarkings=_remarkings(facts),
        queues=tuple([_queue(one) for one in shaping.leads]),
    )


def _clamps(facts: Facts) -> tuple[Clamp, ...]:
    sizes: dict[int, list[str]] = {}
    for one in facts.interfaces.values():
        if one.mss:
            sizes.setdefault(one.mss, []).append(one.name)
    return tuple([Clamp(names(interfaces), size) for size, interfaces in sorted(sizes.items())])


def _remarkings(facts: Facts) -> tuple[Remarking, ...]:
    return tuple(
        [
            Remarking(_others(one, family), family, one.name)
            for one in facts.remarks.values()
            if one.interfaces
            for family in ("ip", "ip6")
        ]
    )


def _others(one: Remark, family: str) -> str:
    """Packets whose DSCP does not stay."""
    words = f"oifname {names(one.interfaces)}"
    return f"{words} {family} dscp != {_dscp(one.kept)}" if one.kept else f"{words} meta nfproto ipv{family[2:] or 4}"


def _queue(lead: Lead) -> QueueRule:
    matches = f"oifname {names(lead.interfaces)}"
    if lead.family:
        matches += f" {lead.family} dscp {_dscp(lead.dscp)}"
    return QueueRule(matches, lead.id, lead.name)


def _dscp(values: tuple[int, ...]) -> str:
    return one_or_set([str(one) for one in sorted(values)])
