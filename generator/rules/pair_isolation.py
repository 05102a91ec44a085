"""Customers stay apart: nothing leads from one's VRF into another's."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.facts import StaticRoute
from generator.model.finding import Severity
from generator.readback.evidence import DeviceEvidence
from generator.readback.prefix_match import WIDTH, region_of
from generator.rules.base import Problem, rule

Owners = dict[tuple[int, int, int], set[str]]
"""The customers whose network a prefix is: by IP version, network and length."""


@rule("PAIR-027", Severity.ERROR, source="ER-MT-02")
def no_routes_between_vrfs(device: DeviceEvidence) -> Iterator[Problem]:
    """No VRF takes routes from another.

    Why:
        Customers overlap: with 10.0.0.0/16 of one in the VRF of another, the traffic of both goes to
        the wrong one.
    Fix:
        Remove the route targets, rib-groups and imports; what customers share goes through NAT.
    Bad:
        vrf definition ALPHA
         route-target export 64600:1
        vrf definition BRAVO
         route-target import 64600:1
    Good:
        vrf definition ALPHA
         rd 64600:1
        vrf definition BRAVO
         rd 64600:2
    """
    vrfs = device.facts.vrfs
    sources: dict[str, list[str]] | None = None
    for name, vrf in vrfs.items():
        if not vrf.imports and not vrf.exports:
            continue
        if sources is None:
            sources = {one: [one] for one in vrfs}
            for one in vrfs.values():
                for target in one.exports:
                    sources.setdefault(target, []).append(one.name)
        for target in vrf.imports or vrf.exports:
            others = [one for one in sources.get(target, ()) if one != name]
            if others and (name in device.plan.facts.vrfs or any(one in device.plan.facts.vrfs for one in others)):
                verb = "takes routes from" if vrf.imports else "exports to the same target as"
                yield Problem(
                    message=f"VRF {name} {verb} VRF {', '.join(others)} ({target}), expected no routes between VRFs",
                    path=device.plan.origins.get(("vrfs", name), ()),
                    device=device.name,
                    fact=("vrfs", name),
                )


@rule("PAIR-028", Severity.ERROR, source="ER-MT-02")
def no_way_into_another_vrf(device: DeviceEvidence) -> Iterator[Problem]:
    """No prefix of a customer can be reached in another customer's VRF.

    Why:
        A static route is enough for a leak: one line that points at another VRF's interface, or that
        carries another customer's prefix.
    Fix:
        Remove the route, or put it into the VRF of the customer whose prefix it is.
    Bad:
        ip route vrf BRAVO 10.101.0.0 255.255.0.0 TenGigabitEthernet0/1/0.1030100
    Good:
        ! the prefix is in VRF CHARLIE alone, by BGP
    """
    facts = device.facts
    owners: Owners | None = None
    tenants: dict[str, set[str]] = {}
    for key, route in facts.static_routes.items():
        if route.next_hop == "discard":
            continue
        if owners is None:
            owners, tenants = _owners(device), _tenants(device)
        complaint = _leak(device, route, owners, tenants)
        if complaint:
            yield Problem(
                message=f"static route {route.prefix} in VRF {route.vrf or '(none)'} {complaint}",
                path=device.plan.origins.get(("static_routes", key), ()),
                device=device.name,
                fact=("static_routes", key),
            )


def _tenants(device: DeviceEvidence) -> dict[str, set[str]]:
    """The customers in each VRF."""
    out: dict[str, set[str]] = {}
    for session in device.plan.sessions:
        out.setdefault(session.neighbor[0], set()).add(session.customer)
    return out


def _owners(device: DeviceEvidence) -> Owners:
    out: Owners = {}
    for session in device.plan.sessions:
        for prefix in (*session.announce, *session.accept):
            if prefix.prefixlen:
                key = (prefix.version, *region_of(prefix)[:2])
                out.setdefault(key, set()).add(session.customer)
    return out


def _leak(device: DeviceEvidence, route: StaticRoute, owners: Owners, tenants: dict[str, set[str]]) -> str:
    interface = device.facts.interfaces.get(route.next_hop)
    if interface is not None and interface.vrf != route.vrf:
        return f"leads to interface {interface.name} of VRF {interface.vrf or '(none)'}, expected none across VRFs"
    here = tenants.get(route.vrf)
    if not here:
        return ""
    address, length, _, _ = region_of(route.prefix)
    width = WIDTH[4 if route.prefix.version == 4 else 6]
    whose: set[str] = set()
    for size in range(length, 0, -1):
        shift = width - size
        whose |= owners.get((route.prefix.version, address >> shift << shift, size), set())
    if whose and whose.isdisjoint(here):
        return f"leads to a prefix of {', '.join(sorted(whose))}, expected none of another customer"
    return ""
