"""Names in tunnels, filters, zones, NAT and QoS: what is referenced is defined, and what is defined is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.model.facts import FactKey, Facts
from generator.model.filters import SELF
from generator.model.finding import Severity
from generator.readback.evidence import DeviceEvidence
from generator.readback.words import title
from generator.rules.base import Problem, rule

Reference = tuple[FactKey, object, str, str]
"""The object that refers, by key and itself; what kind of thing it means, and its name."""


@rule("PAIR-007", Severity.ERROR, source="PLT-XE-01, PLT-XE-11, PLT-XE-17, PLT-JUN-12")
def filters_and_zones_defined_and_used(device: DeviceEvidence) -> Iterator[Problem]:
    """Every filter, zone and interface that is referenced is defined, and every filter is used.

    Why:
        An access list that does not exist permits everything on IOS; Junos refuses the commit.  A zone
        that does not exist drops what should pass, and a filter that nobody uses stops nothing.
    Fix:
        Define the name, or bind what is defined.
    Bad:
        interface TenGigabitEthernet0/1/0.1030100
         ip access-group CHARLIE-AZ-IN in
        ! no access list CHARLIE-AZ-IN
    Good:
        ip access-list extended CHARLIE-AZ-IN
         deny ip any any log
    """
    facts, planned = device.facts, device.plan.facts
    filters = {name for name, _ in facts.filters}
    used: set[str] = set()
    for fact, thing, kind, name in _references(facts):
        if kind == "filter":
            used.add(name)
            defined = name in filters
        elif kind == "zone":
            defined = name == SELF or name in facts.zones
        else:
            defined = name in facts.interfaces
        if not defined and (device.own_render or fact[1] in getattr(planned, fact[0])):
            yield Problem(
                message=f"{title(*fact, thing)} uses {kind} {name}, which is not defined; expected a definition",
                path=device.plan.origins.get(fact, ()),
                device=device.name,
                fact=fact,
            )
    for key, one in facts.filters.items():
        if key[0] not in used and key in planned.filters:
            yield Problem(
                message=f"{title('filters', key, one)} is defined and not used, expected it to be bound",
                path=device.plan.origins.get(("filters", key), ()),
                device=device.name,
                fact=("filters", key),
                severity=Severity.WARNING,
            )


def _references(facts: Facts) -> Iterator[Reference]:
    for name, interface in facts.interfaces.items():
        for used in (interface.filter_in, interface.filter_out):
            if used:
                yield ("interfaces", name), interface, "filter", used
        if interface.unnumbered:
            yield ("interfaces", name), interface, "interface", interface.unnumbered
    for key, policy in facts.zone_policies.items():
        yield ("zone_policies", key), policy, "filter", policy.filter
        yield ("zone_policies", key), policy, "zone", policy.source
        yield ("zone_policies", key), policy, "zone", policy.destination
    for name, plane in facts.control_plane.items():
        yield ("control_plane", name), plane, "filter", plane.filter
    for name, tunnel in facts.tunnels.items():
        yield ("tunnels", name), tunnel, "interface", tunnel.name
    for neighbor_key, neighbor in facts.neighbors.items():
        # One written as an address is no name.
        if neighbor.update_source and not set(neighbor.update_source) <= set("0123456789abcdef.:"):
            yield ("neighbors", neighbor_key), neighbor, "interface", neighbor.update_source
    yield from _interfaces(facts)


def _interfaces(facts: Facts) -> Iterator[Reference]:
    """What names interfaces in lists."""
    lists: list[tuple[FactKey, object, Iterable[str]]] = []
    lists += [(("zones", name), one, one.interfaces) for name, one in facts.zones.items()]
    lists += [
        (("nat_rules", name), one, (*one.inside_interfaces, *one.outside_interfaces))
        for name, one in facts.nat_rules.items()
    ]
    lists += [(("shapers", name), one, one.interfaces) for name, one in facts.shapers.items()]
    lists += [(("remarks", name), one, one.interfaces) for name, one in facts.remarks.items()]
    lists += [(("macsec", name), one, (one.port,)) for name, one in facts.macsec.items()]
    for fact, thing, names in lists:
        for name in names:
            yield fact, thing, "interface", name
