"""Shapers and priority queues: HTB classes on a device, and the marks that lead packets into them.

Two halves that need each other.  The classes stand in the stanza of the device that carries everything
of a shaper (one subinterface by itself, or the S-tag's device under all peerings of a circuit), because
they vanish with the device and ifupdown2 makes both together.  Which packets belong to a class is said
by nftables, which knows the subinterface, the DSCP and the shaper's name; a packet that it does not
lead into a class passes the device unshaped (``default 0``).  So when a shaper goes, loading the new
rules is enough to end it, although nothing takes its queue away.
"""

from __future__ import annotations

from msgspec import Struct

from generator.model.facts import Facts
from generator.model.filters import Remark, Shaper
from generator.model.vlan import Dot1q, QinQ
from generator.platforms.linux_frr.names import port_of, subinterface


class QueueClass(Struct, frozen=True):
    """One HTB class; rates are in kbit/s."""

    id: str
    parent: str
    rate: int
    ceiling: int
    priority: int


class Lead(Struct, frozen=True):
    """What goes into a class: all packets of some interfaces, or those with certain DSCP values."""

    interfaces: tuple[str, ...]
    dscp: tuple[int, ...]
    family: str
    """``ip`` or ``ip6`` where DSCP values are given, else empty."""
    id: str
    name: str


class Shaping(Struct, frozen=True):
    """Classes by device, and the leads into them."""

    classes: dict[str, tuple[QueueClass, ...]]
    leads: tuple[Lead, ...]


def shaping(facts: Facts, ports: tuple[str, ...]) -> Shaping:
    """Shaper n has the class 1:n, its ordinary packets 1:n0, its priority queues 1:n1 and up (all hexadecimal).

    Numbers are not used twice on a router: a packet keeps its mark from one device to the next.
    """
    classes: dict[str, list[QueueClass]] = {}
    leads: list[Lead] = []
    for number, one in enumerate(facts.shapers.values(), 1):
        urgent = [remark for remark in facts.remarks.values() if queued(remark, facts) is one]
        mine = _classes(number, one, urgent)
        for device in _carriers(one, facts, ports):
            classes.setdefault(device, []).extend(mine)
        leads.append(Lead(one.interfaces, (), "", f"1:{number:x}0", one.name))
        for place, remark in enumerate(urgent, 1):
            minor = f"1:{number:x}{place:x}"
            voice = tuple(sorted(remark.priority))
            leads.extend(Lead(remark.interfaces, voice, family, minor, remark.name) for family in ("ip", "ip6"))
    return Shaping({device: tuple(found) for device, found in classes.items()}, tuple(leads))


def queued(remark: Remark, facts: Facts) -> Shaper | None:
    """The shaper in which a remark's priority queue is: the one that has all of its interfaces."""
    if not remark.priority or not remark.priority_percent:
        return None
    for one in facts.shapers.values():
        if set(remark.interfaces) <= set(one.interfaces):
            return one
    return None


def _classes(number: int, one: Shaper, urgent: list[Remark]) -> list[QueueClass]:
    """Priority queues get their share and no more; the rest has what is left for sure, and all of it while it is free."""
    total, parent = one.rate_mbps * 1000, f"1:{number:x}"
    shares = [total * remark.priority_percent // 100 for remark in urgent]
    rest = max(total - sum(shares), 1)
    return [
        QueueClass(parent, "1:", total, total, 0),
        QueueClass(f"{parent}0", parent, rest, total, 1),
        *[QueueClass(f"{parent}{place:x}", parent, share, share, 0) for place, share in enumerate(shares, 1)],
    ]


def _carriers(one: Shaper, facts: Facts, ports: tuple[str, ...]) -> list[str]:
    """The one device under all interfaces of a shaper; on several ports there is one for each port."""
    if len(one.interfaces) == 1:
        return list(one.interfaces)
    tags: dict[str, set[str]] = {}
    for name in one.interfaces:
        at = facts.interfaces[name].tags
        port = port_of(name, at, ports)
        tags.setdefault(port, set()).add(subinterface(port, Dot1q(at.outer)) if isinstance(at, QinQ) else port)
    return [stags.pop() if len(stags) == 1 else port for port, stags in tags.items()]
