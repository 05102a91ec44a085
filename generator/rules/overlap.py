"""Overlaps in one VRF: within a customer, and between customers that share it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import CustomerIntent, Intent, PeeringIntent
from generator.model.finding import DataPath, Related, Severity
from generator.rules.base import Problem, rule
from generator.rules.vrf_space import Kind, Space, overlaps, spaces

_WITH_POOL: Final = frozenset({Kind.ONPREM, Kind.VNET, Kind.SOURCE})
_NETWORKS: Final = frozenset({Kind.ONPREM, Kind.VNET, Kind.POOL, Kind.LINK, Kind.SOURCE})


def _conflict(outer: Space, inner: Space) -> bool:
    """Whether two overlapping ranges of one customer are in each other's way."""
    kinds = (outer.kind, inner.kind)
    if Kind.LINK in kinds:
        if kinds == (Kind.LINK, Kind.LINK):
            # Within a peering it is INV-014, among public link blocks INV-016.
            return outer.owner != inner.owner and not (outer.public and inner.public)
        return True
    if Kind.SOURCE in kinds and Kind.VNET in kinds:
        return True
    if kinds == (Kind.VNET, Kind.VNET):
        return outer.owner != inner.owner
    if Kind.VNET in kinds and Kind.ONPREM in kinds:
        return outer.prefix.prefixlen != inner.prefix.prefixlen  # equal: INV-044
    return Kind.POOL in kinds and not _WITH_POOL.isdisjoint(kinds)


def _mark(item: Space) -> object:
    return (item.kind, item.owner)


@rule("INV-018", Severity.ERROR, source="ER-ADDR-06 ER-ADDR-11 ER-RTE-17")
def overlap_in_vrf(customer: CustomerIntent) -> Iterator[Problem]:
    """What lies in one VRF of a customer does not overlap.

    Why:
        Link blocks, on-premises prefixes, VNets and NAT pools in one VRF are one routing table: of two that overlap,
        traffic for the common part goes to one of them only.  An on-premises aggregate that covers a VNet is legal,
        because the VNet's route is more specific, and is a warning.
    Fix:
        Renumber one of them, or announce on-premises prefixes that leave the VNet out.
    Bad:
        onprem: [10.100.4.0/22]
        vnets: [10.100.0.0/16]
    Good:
        onprem: [10.0.0.0/16]
        vnets: [10.100.0.0/16]
    """
    said: set[tuple[DataPath, DataPath]] = set()
    for (_, vrf), items in spaces(customer).items():
        covered: dict[DataPath, tuple[Space, list[Space]]] = {}
        for outer, inner in overlaps(items, _conflict, _mark):
            if (outer.path, inner.path) in said:
                continue
            said.add((outer.path, inner.path))
            if outer.kind is Kind.ONPREM and inner.kind is Kind.VNET:
                covered.setdefault(outer.path, (outer, []))[1].append(inner)
            else:
                yield _overlap(outer, inner, vrf)
        for aggregate, vnets in covered.values():
            yield _covers(aggregate, vnets, vrf)


def _overlap(outer: Space, inner: Space, vrf: str) -> Problem:
    """Blames the tunnel source or the link block if there is one, else the on-premises prefix or the pool, else the one within."""
    blamed, other = inner, outer
    for kind in (Kind.SOURCE, Kind.LINK, Kind.POOL, Kind.ONPREM):
        if kind in (outer.kind, inner.kind):
            blamed, other = (inner, outer) if inner.kind is kind else (outer, inner)
            break
    relation = "equals" if outer.prefix == inner.prefix else "lies in" if blamed is inner else "covers"
    return Problem(
        message=f"{blamed} {relation} {other} in VRF {vrf}, expected no overlap",
        path=blamed.path,
        fix=f"take another range for the {blamed.kind.value}, or for the {other.kind.value}",
        related=(Related(other.path),),
    )


def _covers(aggregate: Space, vnets: list[Space], vrf: str) -> Problem:
    more = f" and {len(vnets) - 1} more" if len(vnets) > 1 else ""
    return Problem(
        message=f"{aggregate} covers {vnets[0]}{more} in VRF {vrf}, expected prefixes that leave Azure's out",
        path=aggregate.path,
        fix="split the aggregate around the VNet, or acknowledge this if the rest of it really is on premises",
        related=tuple(Related(vnet.path) for vnet in vnets[:8]),
        severity=Severity.WARNING,
    )


@rule("INV-019", Severity.ERROR, source="ER-MT-03")
def overlap_between_customers(intent: Intent) -> Iterator[Problem]:
    """Customers that share a VRF do not overlap.

    Why:
        Customers may use the same private addresses as long as each has a VRF of its own.  In a common one, one of
        the two loses its traffic to the other.
    Fix:
        Give each customer a VRF of its own, which is the default.
    Bad:
        customers:
          alpha: {vrf: SHARED, onprem: [10.0.0.0/16]}
          bravo: {vrf: SHARED, onprem: [10.0.0.0/16]}
    Good:
        customers:
          alpha: {vrf: ALPHA, onprem: [10.0.0.0/16]}
          bravo: {vrf: BRAVO, onprem: [10.0.0.0/16]}
    """
    said: set[DataPath] = set()
    known: dict[str, list[tuple[str, str, Space]]] = {}
    for (_, vrf), pairs_of in _shared_vrfs(intent).items():
        owners: dict[DataPath, str] = {}
        items: list[Space] = []
        for customer, pairs in pairs_of.values():
            if customer.name not in known:
                known[customer.name] = [(*key, item) for key, held in spaces(customer).items() for item in held]
            for pair, held_vrf, item in known[customer.name]:
                if held_vrf == vrf and pair in pairs and item.kind in _NETWORKS:
                    owners[item.path] = customer.name
                    items.append(item)
        yield from _between(items, owners, vrf, said)


def _shared_vrfs(intent: Intent) -> dict[tuple[str, str], dict[str, tuple[CustomerIntent, set[str]]]]:
    """(router, VRF) → the customers in it by name, with the pairs they are there through; where there are several."""
    first: dict[tuple[str, str], str] = {}
    several: set[tuple[str, str]] = set()
    for customer in intent.customers:
        for peering in customer.peerings():
            for key in _in_vrfs(peering):
                if first.setdefault(key, customer.name) != customer.name:
                    several.add(key)
    found: dict[tuple[str, str], dict[str, tuple[CustomerIntent, set[str]]]] = {}
    for customer in intent.customers if several else ():
        for peering in customer.peerings():
            for key in _in_vrfs(peering):
                if key in several:
                    inside = found.setdefault(key, {})
                    inside.setdefault(customer.name, (customer, set()))[1].add(peering.circuit.pair_name)
    return found


def _in_vrfs(peering: PeeringIntent) -> list[tuple[str, str]]:
    """Routers and VRFs that a peering is in; with tunnels, on both sides of them."""
    names = (peering.vrf,) if peering.ipsec is None else (peering.vrf, peering.ipsec.inner_vrf)
    return [(router, vrf) for vrf in names for router, _ in peering.circuit.links.values()]


def _between(items: list[Space], owners: dict[DataPath, str], vrf: str, said: set[DataPath]) -> Iterator[Problem]:
    def conflict(outer: Space, inner: Space) -> bool:
        return owners[outer.path] != owners[inner.path] and not (outer.public and inner.public)

    for outer, inner in overlaps(items, conflict, lambda item: (item.kind, owners[item.path])):
        if inner.path in said:
            continue
        said.add(inner.path)
        relation = "equals" if outer.prefix == inner.prefix else "lies in"
        yield Problem(
            message=(
                f"{inner} of customer {owners[inner.path]} {relation} {outer} of customer {owners[outer.path]} "
                f"in VRF {vrf}, expected a VRF for each customer"
            ),
            path=inner.path,
            related=(Related(outer.path),),
        )
