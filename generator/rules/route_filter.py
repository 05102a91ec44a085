"""The route filter of Microsoft peering and the communities the routers accept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from generator.inventory import communities
from generator.inventory.intent import CustomerIntent, Intent, PeeringIntent
from generator.inventory.models import ExtraCommunities
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Domain
from generator.rules.base import Problem, rule
from generator.rules.places import title
from generator.rules.tunnelled import carriers, gateways

Entry = tuple[int, str, str | None]
"""Index, text, and the value it stands for; None: it stands for nothing that is known."""

NO_EXTRA: Final = ExtraCommunities()


def entries(names: Sequence[str] | None, extra: ExtraCommunities) -> list[Entry]:
    """What the entries of a list of communities stand for."""
    found: list[Entry] = []
    for index, name in enumerate(names or ()):
        own = extra.regions.get(name) or extra.services.get(name)
        known = communities.BY_NAME.get(name.lower())
        value = own or (known.value if known else name if communities.is_value(name) else None)
        found.append((index, name, value))
    return found


def _lists(peering: PeeringIntent, extra: ExtraCommunities) -> Iterator[tuple[str, DataPath, str, str | None]]:
    """Every community of a peering: key of its list, place, text, value."""
    for key, names in (("route_filter", peering.spec.route_filter), ("router_accepts", peering.spec.router_accepts)):
        for index, name, value in entries(names, extra):
            yield key, (*peering.path, key, index), name, value


@rule("INV-048", Severity.WARNING, source="ER-RF-01 ER-RF-04 ER-COMM-01 ER-COMM-04 ER-CKT-14")
def route_filter(intent: Intent) -> Iterator[Problem]:
    """Microsoft peering has a route filter of communities that are known, fit it and are authorised.

    Why:
        Without a route filter Microsoft announces nothing on a circuit set up since August 2017.  Values of private
        peering (12076:50NNN) never match on Microsoft peering, nor the others on private peering.  Microsoft 365
        needs Microsoft's authorisation and a Premium circuit.
    Fix:
        List services and regions by name, or values that Get-AzBgpServiceCommunity prints; put names for new ones
        under communities.
    Bad:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, route_filter: ["12076:50002"]}
    Good:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, route_filter: [West Europe, Azure Resource Manager]}
    """
    extra = intent.inventory.communities or NO_EXTRA
    yield from _own_values(extra)
    own = {*extra.regions.values(), *extra.services.values()}
    for peering in intent.peerings():
        if peering.domain is not Domain.MICROSOFT and peering.spec.route_filter:
            yield Problem(
                message=f"route_filter is set on the {title(peering)}, only Microsoft peering has one",
                path=(*peering.path, "route_filter"),
                fix="remove it",
                severity=Severity.ERROR,
            )
        elif peering.domain is Domain.MICROSOFT and not peering.spec.route_filter:
            yield Problem(
                message=f"{title(peering)} has no route_filter, and Microsoft announces nothing without one",
                path=peering.path,
                fix="add route_filter: a list of services and regions, and attach the filter in Azure",
                on_key=True,
            )
        for key, path, name, value in _lists(peering, extra):
            yield from _entry(peering, path, name, value, own)
            if key == "route_filter" and value in communities.OFFICE_365:
                yield from _office_365(peering, path, name)


def _own_values(extra: ExtraCommunities) -> Iterator[Problem]:
    for key, names in (("regions", extra.regions), ("services", extra.services)):
        for name, value in names.items():
            if not communities.is_value(value) or not value.startswith("12076:"):
                yield Problem(
                    message=f"community {value!r} of {name} is not of the form 12076:NNNNN",
                    path=("communities", key, name),
                    fix="write the value that Get-AzBgpServiceCommunity prints, in quotes",
                    severity=Severity.ERROR,
                )


def _entry(peering: PeeringIntent, path: DataPath, name: str, value: str | None, own: set[str]) -> Iterator[Problem]:
    """One entry: whether it is known, and whether it can match on this peering."""
    if value is None:
        yield Problem(
            message=f"{name!r} is neither a known service or region nor of the form 12076:NNNNN",
            path=path,
            fix="correct the name, or add it with its value under communities",
            severity=Severity.ERROR,
        )
        return
    regional = value.startswith("12076:5") and len(value) == 11
    if regional and (value[7] == "0") != (peering.domain is Domain.PRIVATE):
        yield Problem(
            message=f"community {value} never matches on the {title(peering)}, "
            f"12076:5{'0' if peering.domain is Domain.PRIVATE else '1'}NNN was expected",
            path=path,
            fix="use the value for this kind of peering",
            severity=Severity.ERROR,
        )
    elif value not in communities.BY_VALUE and value not in own and value not in communities.STALE:
        custom = peering.domain is Domain.PRIVATE and (regional or value.startswith("12076:2"))
        if not custom:
            yield Problem(
                message=f"community {value} is not one that Microsoft is known to set",
                path=path,
                fix="compare with Get-AzBgpServiceCommunity, and add it under communities if it is new",
            )


def _office_365(peering: PeeringIntent, path: DataPath, name: str) -> Iterator[Problem]:
    if not peering.spec.office365_authorised:
        yield Problem(
            message=f"{name!r} is a part of Microsoft 365, and office365_authorised is not true",
            path=path,
            fix="get Microsoft's authorisation for the subscription, then say office365_authorised: true",
        )
    if peering.circuit.tier != "Premium":
        yield Problem(
            message=f"{name!r} is a part of Microsoft 365, which needs tier Premium instead of {peering.circuit.tier}",
            path=path,
            fix="move the circuit to Premium, or remove it from the filter",
        )


@rule("INV-049", Severity.WARNING, source="ER-COMM-02")
def stale_community(intent: Intent) -> Iterator[Problem]:
    """No community of 2016 is used that has another value since.

    Why:
        West US 2 and West Central US were 12076:51022 and 12076:51023; nothing carries these any more.
    Fix:
        Use the region's name, or 12076:51026 and 12076:51027.
    Bad:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, route_filter: ["12076:51022"]}
    Good:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, route_filter: [West US 2]}
    """
    extra = intent.inventory.communities or NO_EXTRA
    places: list[tuple[DataPath, str | None]] = [
        (("communities", key, name), value)
        for key, names in (("regions", extra.regions), ("services", extra.services))
        for name, value in names.items()
    ]
    for peering in intent.peerings():
        if peering.communities:
            places += [(path, value) for _, path, name, value in _lists(peering, extra) if name == value]
    for path, value in places:
        if value in communities.STALE:
            current = communities.STALE[value]
            yield Problem(
                message=f"community {value} is out of use since 2016, "
                f"expected {current} ({communities.BY_VALUE[current].name})",
                path=path,
                fix=f"write {communities.BY_VALUE[current].name}",
            )


@rule("INV-050", Severity.ERROR, source="ER-RF-05")
def region_of_the_vpn_gateway(intent: Intent) -> Iterator[Problem]:
    """The route filter lets the region of a VPN gateway through that is reached over Microsoft peering.

    Why:
        The gateway's public addresses are announced with the community of its region, and are otherwise unreachable.
    Fix:
        Add the region to the route filter of the Microsoft peering.
    Bad:
        vnets:
          - prefixes: [10.100.0.0/16]
            gateways: [{kind: vpn, transport: microsoft, region: West US 2}]
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, route_filter: [West US]}
    Good:
        vnets:
          - prefixes: [10.100.0.0/16]
            gateways: [{kind: vpn, transport: microsoft, region: West US 2}]
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, route_filter: [West US 2]}
    """
    extra = intent.inventory.communities or NO_EXTRA
    for customer in intent.customers:
        for region, place in _vpn_regions(customer):
            value = extra.regions.get(region) or communities.regional_value(region)
            filtered = [one for one in customer.peerings() if one.domain is Domain.MICROSOFT and one.route_filter]
            if value is None or not filtered or any(value in one.route_filter for one in filtered):
                continue
            yield Problem(
                message=f"route_filter lacks {region} ({value}), where a VPN gateway is that it must let through",
                path=(*filtered[0].path, "route_filter"),
                fix=f"add {region}",
                related=(Related(place, note="the VPN gateway's region"),),
            )


def _vpn_regions(customer: CustomerIntent) -> Iterator[tuple[str, DataPath]]:
    """Regions of the gateways that tunnels reach over Microsoft peering, and where they are written."""
    found = [one for one in gateways(customer) if one[2].kind != "expressroute"]
    carried = carriers(customer) if found else {}
    for path, vnet, gateway in found:
        carrier = carried.get(path)
        if (gateway.transport if carrier is None else carrier.peering.domain) == Domain.MICROSOFT:
            if gateway.region is not None:
                yield gateway.region, (*path, "region")
            elif vnet.region is not None:
                yield vnet.region, (*path[:-2], "region")


@rule("INV-072", Severity.WARNING, source="ER-CKT-13")
def local_reach(intent: Intent) -> Iterator[Problem]:
    """A Local circuit is not expected to bring routes of remote regions.

    Why:
        Tier Local reaches the one or two regions near the peering location, and has no Global Reach.
    Fix:
        Take remote regions out of the route filter, or move the circuit to Standard or Premium.
    Bad:
        tier: Local
        family: UnlimitedData
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, route_filter: [West Europe, East US]}
    Good:
        tier: Local
        family: UnlimitedData
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, route_filter: [West Europe, North Europe]}
    """
    extra = intent.inventory.communities or NO_EXTRA
    for circuit in intent.circuits():
        if circuit.tier != "Local":
            continue
        for peering in circuit.peerings:
            yield from _remote(peering, extra)
            for index in range(len(peering.spec.global_reach)):
                yield Problem(
                    message=f"circuit {circuit.name} is of tier Local, which has no Global Reach",
                    path=(*peering.path, "global_reach", index),
                    fix="remove it, or move the circuit to Standard or Premium",
                )


def _remote(peering: PeeringIntent, extra: ExtraCommunities) -> Iterator[Problem]:
    """Entries of the route filter that cannot all be near one peering location."""
    regions: dict[str, str] = {}
    for index, name, value in entries(peering.spec.route_filter, extra):
        known = communities.BY_VALUE.get(value or "")
        if known is None or not known.region or known.region in regions:
            continue
        regions[known.region] = known.area
        first = next(iter(regions.values()))
        if known.area != first or len(regions) > 2:
            near = f"which is in {known.area}, not in {first}" if known.area != first else "the third region of it"
            yield Problem(
                message=f"route_filter of a circuit of tier Local has {name!r}, {near}; one or two near regions are reached",
                path=(*peering.path, "route_filter", index),
                fix="remove it, or move the circuit to Standard or Premium",
            )
