"""Which zone every interface of an SRX is in, and what that device cannot do without being told.

On an SRX an interface of no zone passes nothing at all (PLT-JUN-12), and packets for an address of
the device itself are looked at twice where that address is not on the interface they come in on: once
on their way to the zone of the address, once from there to the device (Juniper KB30997).  So interfaces
of no zone get one of their own, with nothing between it and any other zone, and a loopback is in the
zone that its packets arrive in.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.facts import Facts, Interface
from generator.model.filters import SELF

UNZONED = "UNZONED"
"""Begin of the name of the zone of interfaces that are in none; zones of a plan have other names."""
LINK = "NODE-LINK"
"""The zone of the link on which two nodes share their sessions."""


def is_srx(model: str) -> bool:
    """SRX, vSRX: flow mode, zones, IPsec and NAT without service cards (PLT-JUN-18)."""
    return "SRX" in model.upper()


def zones_of(facts: Facts) -> dict[str, list[str]]:
    """Zone → its interfaces, those of no zone and the loopbacks included."""
    found = {name: list(zone.interfaces) for name, zone in facts.zones.items()}
    placed = {interface for interfaces in found.values() for interface in interfaces}
    loopbacks = []
    for one in facts.interfaces.values():
        if "." not in one.name or one.name in placed:
            continue
        if one.name in facts.state_sync:
            found.setdefault(LINK, []).append(one.name)
        elif _is_loopback(one.name):
            loopbacks.append(one)
        else:
            found.setdefault(unzoned(one.vrf), []).append(one.name)
    for one in loopbacks:
        if one.addresses:
            found.setdefault(_zone_of_loopback(facts, one), []).append(one.name)
    return {name: sorted(interfaces) for name, interfaces in found.items()}


def unzoned(vrf: str) -> str:
    return f"{UNZONED}-{vrf}" if vrf else UNZONED


def _is_loopback(name: str) -> bool:
    return name.startswith("lo0.")


def _zone_of_loopback(facts: Facts, loopback: Interface) -> str:
    """The zone of the interfaces that borrow its address; else one whose packets for it are let in; else any of its VRF."""
    for zone in facts.zones.values():
        if any(
            name in facts.interfaces and facts.interfaces[name].unnumbered == loopback.name for name in zone.interfaces
        ):
            return zone.name
    same = [zone.name for zone in facts.zones.values() if zone.vrf == loopback.vrf]
    for name in same:
        if _lets_in(facts, name, loopback):
            return name
    return same[0] if same else unzoned(loopback.vrf)


def _lets_in(facts: Facts, zone: str, loopback: Interface) -> bool:
    policy = facts.zone_policies.get((zone, SELF))
    if policy is None:
        return False
    return any(
        rule.permit and any(address.ip in prefix for prefix in rule.destinations)
        for (name, _), one in facts.filters.items()
        if name == policy.filter
        for rule in one.rules
        for address in loopback.addresses
    )


def filters_of_policies(facts: Facts) -> Iterator[str]:
    """Names of the filters that are policies between zones here, and so not firewall filters."""
    for one in facts.zone_policies.values():
        yield one.filter
