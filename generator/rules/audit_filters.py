"""Audit: filters on sessions with Microsoft, and the names that they are made of."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.finding import Severity
from generator.readback.audited import AuditedRouter
from generator.rules.base import Problem, rule


@rule("AUD-004", Severity.ERROR, source="ER-RTE-14, SMP-E04, SMP-E21, SMP-E25")
def filtered_both_ways(router: AuditedRouter) -> Iterator[Problem]:
    """A session with Microsoft has a filter in both directions.

    Why:
        ExpressRoute is no transit network.  Without an outbound filter the router announces whatever it knows,
        routes of other customers and of Microsoft itself too; without an inbound one it takes whatever comes.
    Fix:
        Give the neighbour a policy in each direction, for each address family: own prefixes out, known prefixes in.
    Bad:
        neighbor 172.31.0.18 route-map AZURE-IN in
    Good:
        neighbor 172.31.0.18 route-map AZURE-IN in
        neighbor 172.31.0.18 route-map AZURE-OUT out
    """
    for edge in router.edges:
        one = edge.neighbor
        lacking = [
            word
            for word, way, policy in (("inbound", "in", one.import_policy), ("outbound", "out", one.export_policy))
            if not policy and not router.lists(one, way)
        ]
        if lacking:
            yield Problem(
                message=f"{edge.name} (AS {one.remote_as}, IPv{one.family}) has no {' and no '.join(lacking)} filter, "
                "expected one in each direction",
                device=router.name,
                fact=("neighbors", one.key),
            )
