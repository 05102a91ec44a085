"""Firewall facts: filters, zones, policies between zones, the control plane, and address translation.

One vocabulary for zone-based firewalls and for plain interface filters, so that a packet can be judged
on any of them by the same evaluation (`generator.readback.packet`).
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from generator.model.address import Address, Prefix

ANY: Final = -1
"""Every IP protocol."""
ICMP: Final = 1
TCP: Final = 6
UDP: Final = 17
GRE: Final = 47
ESP: Final = 50
AH: Final = 51
ICMP6: Final = 58
OSPF: Final = 89
SELF: Final = "self"
"""The router itself, as a zone: packets for its own addresses, and packets it sends."""

PROTOCOL_WORD: Final[dict[int, str]] = {
    ANY: "any",
    ICMP: "icmp",
    TCP: "tcp",
    UDP: "udp",
    GRE: "gre",
    ESP: "esp",
    AH: "ah",
    ICMP6: "icmp6",
    OSPF: "ospf",
}


class Ports(msgspec.Struct, frozen=True, gc=False, order=True):
    """A range of TCP or UDP ports, both ends included."""

    low: int
    high: int

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"


class IcmpType(msgspec.Struct, frozen=True, gc=False, order=True):
    """An ICMP or ICMPv6 type; ``code`` -1: every code."""

    type: int
    code: int = -1


class FilterRule(msgspec.Struct, frozen=True, cache_hash=True):
    """One rule.  All conditions must hold; a condition with several values holds if one does; an empty one always holds."""

    label: str
    """Sequence number, in the order of the rules."""
    permit: bool
    protocol: int = ANY
    sources: tuple[Prefix, ...] = ()
    destinations: tuple[Prefix, ...] = ()
    source_ports: tuple[Ports, ...] = ()
    destination_ports: tuple[Ports, ...] = ()
    icmp: tuple[IcmpType, ...] = ()
    established: bool = False
    """Only TCP segments with ACK or RST: answers, never the first packet of a connection."""
    log: bool = False
    unknown: tuple[str, ...] = ()
    """Conditions the reader did not understand, as written: such a rule cannot be evaluated."""


class Filter(msgspec.Struct, frozen=True, cache_hash=True):
    """Ordered rules of one address family; the first that matches decides; nothing matched is deny."""

    name: str
    family: Literal[4, 6]
    rules: tuple[FilterRule, ...]


class Zone(msgspec.Struct, frozen=True):
    """Interfaces that are treated alike.  Between interfaces of one zone everything passes."""

    name: str
    vrf: str
    interfaces: tuple[str, ...]
    """Sorted."""


class ZonePolicy(msgspec.Struct, frozen=True):
    """What may pass from one zone to another; keyed by ``(source, destination)``.

    A zone towards the router itself, or from it, is open until there is a policy for that direction.
    Between two zones, and between a zone and an interface of no zone, nothing passes without a policy.
    """

    source: str
    """Zone name or ``self``."""
    destination: str
    filter: str
    """Name of the filter, in each family in which it exists; a family without one passes nothing."""
    stateful: bool = False
    """Answers to what was let through pass by themselves; else the other direction must let them through."""


class ControlPlane(msgspec.Struct, frozen=True):
    """What reaches the router itself, on whatever interface (FW-CP-01)."""

    filter: str
    """Name of the filter in each family; what it denies is dropped."""
    icmp_kbps: int = 0
    """Rate limit for ICMP in kbit/s, 0: none."""


class NatRule(msgspec.Struct, frozen=True):
    """One translation, between interfaces of one VRF.

    ``source``: hosts inside leave with an address of the pool (ports translated too with ``overload``).
    ``static``: one prefix stands for another of the same length, address by address, in both directions.
    """

    name: str
    kind: Literal["source", "static"]
    vrf: str
    inside: tuple[Prefix, ...]
    """Sources that are translated (real addresses); for ``static`` exactly one."""
    outside: Prefix
    """The pool, or the prefix that stands for ``inside[0]``."""
    inside_interfaces: tuple[str, ...] = ()
    """Sorted."""
    outside_interfaces: tuple[str, ...] = ()
    """Sorted: where translated packets leave."""
    overload: bool = True
    """Many hosts share an address (PAT)."""


class StateSync(msgspec.Struct, frozen=True):
    """Two firewalls that know each other's sessions, over a link of their own (FW-PLACE-03); keyed by interface."""

    interface: str
    local_id: int
    """1 or 2: the place in the pair."""
    local: Address
    peer: Address


class Shaper(msgspec.Struct, frozen=True):
    """Egress rate of one or several subinterfaces together (ER-CKT-10)."""

    name: str
    rate_mbps: int
    interfaces: tuple[str, ...]
    """Sorted.  More than one only on platforms that can let them share."""


class Remark(msgspec.Struct, frozen=True):
    """DSCP on the way out: those of ``kept`` stay, every other becomes 0 (ER-QOS-02, ER-QOS-03)."""

    name: str
    kept: tuple[int, ...]
    priority: tuple[int, ...] = (46,)
    """Those that go into the priority queue (voice)."""
    priority_percent: int = 10
    """Share of the rate that the priority queue may use."""
    interfaces: tuple[str, ...] = ()
    """Sorted: where it is applied, outbound."""
