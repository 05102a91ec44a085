"""Audit: filters on sessions with Microsoft, and the names that they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.model.address import Prefix, parse_prefix
from generator.model.asn import MICROSOFT
from generator.model.finding import Severity
from generator.model.plan import Domain
from generator.readback.audited import AuditedRouter, Edge
from generator.readback.policy_filter import Filter
from generator.rules.base import Problem, rule

FROM_MICROSOFT: Final = (MICROSOFT,)
DRAINED: Final = (MICROSOFT,) * 9
"""The path of a route while Microsoft maintains the link (ER-PATH-05)."""


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
            yield at_edge(router, edge, f"has no {' and no '.join(lacking)} filter, expected one in each direction")


@rule("AUD-004", Severity.ERROR, source="PLT-JUN-03, SMP-E07")
def inbound_filter_filters(router: AuditedRouter) -> Iterator[Problem]:
    """The inbound filter ends by rejecting what it does not name.

    Why:
        A policy whose last step does not reject hands on to the default of BGP, which on Junos is to accept: the
        filter filters nothing.
    Fix:
        End the policy with a step that rejects everything.
    Bad:
        term known { from prefix-list VNETS; then accept; }
    Good:
        term known { from prefix-list VNETS; then accept; }
        term rest { then reject; }
    """
    for edge in router.edges:
        for word, name in (("inbound", edge.neighbor.import_policy), ("outbound", edge.neighbor.export_policy)):
            last = router.facts.policies.get(name.split(" ")[-1]) if name else None
            if last is not None and last.default_permit:
                yield at_edge(router, edge, f"has the {word} policy {last.name}, which accepts what no step decides")


@rule("AUD-004", Severity.ERROR, source="ER-PEER-03, PLT-JUN-09, SMP-E21")
def filters_of_its_own(router: AuditedRouter) -> Iterator[Problem]:
    """Private and Microsoft peering do not share an outbound filter.

    Why:
        What may be announced differs: private space never goes to Microsoft peering.  One filter for both, as one
        BGP group for both has, lets everything of the one out on the other.
    Fix:
        Give each peering a policy of its own; on Junos a group of its own.
    Bad:
        group AZURE { export OUT; neighbor 172.31.0.18; neighbor 203.0.113.2; }
    Good:
        group PRIVATE { export PRIVATE-OUT; neighbor 172.31.0.18; }
        group MICROSOFT { export MICROSOFT-OUT; neighbor 203.0.113.2; }
    """
    first: dict[str, Edge] = {}
    for edge in router.edges:
        name = edge.neighbor.export_policy
        other = first.setdefault(name, edge) if name else edge
        if other.domain is not edge.domain:
            yield at_edge(
                router, edge, f"has the outbound policy {name} of {other.name}, which is another kind of peering"
            )


@rule("AUD-005", Severity.ERROR, source="PLT-XE-01, PLT-LNX-02, SMP-E17")
def names_are_defined(router: AuditedRouter) -> Iterator[Problem]:
    """Every name that is used is defined.

    Why:
        What a router does with a name that is not defined differs: a route-map that is not there denies all on
        IOS-XE, a prefix list that is not there lets everything through on FRR, and Junos refuses the commit.
    Fix:
        Define the name, or correct it where it is used.
    Bad:
        neighbor 172.31.0.18 route-map AZURE-IM in
    Good:
        route-map AZURE-IN permit 10
        neighbor 172.31.0.18 route-map AZURE-IN in
    """
    defined = {(one.kind, one.name) for one in router.audit.definitions}
    told: set[tuple[str, str]] = set()
    for one in router.audit.references:
        key = (one.kind, one.name)
        if key in defined or key in told or one.kind not in router.audit.undefined:
            continue
        told.add(key)
        effect = router.audit.undefined[one.kind]
        yield Problem(
            message=f"{one.kind} {one.name} is used here and defined nowhere; on {router.platform.title} that {effect}",
            device=router.name,
            place=(one.file, one.line),
        )


@rule("AUD-006", Severity.WARNING, source="PLT-LNX-01, PLT-XR-02, PLT-EOS-04")
def policy_is_needed(router: AuditedRouter) -> Iterator[Problem]:
    """A session without a policy passes nothing.

    Why:
        RFC 8212: an eBGP session without a policy neither takes nor announces routes.  With that switched off, a
        policy that is lost in an edit opens the session for everything.
    Fix:
        Leave the requirement on, and give every eBGP neighbour its policies.
    Bad:
        no bgp ebgp-requires-policy
    Good:
        frr defaults traditional
    """
    for mark in router.marks("policy-not-needed"):
        yield Problem(message=mark.detail, device=router.name, place=(mark.file, mark.line))


@rule("AUD-011", Severity.ERROR, source="ER-RTE-06")
def no_default_to_microsoft(router: AuditedRouter) -> Iterator[Problem]:
    """No default route is announced on Microsoft peering.

    Why:
        Microsoft does not take it there, and where it does, traffic for the Internet comes to the customer.
    Fix:
        Take ``default-originate`` away, and deny 0.0.0.0/0 and ::/0 in the outbound policy.
    Bad:
        neighbor 203.0.113.2 default-originate
    Good:
        ip prefix-list MS-OUT permit 203.0.113.64/28
    """
    for edge in router.edges:
        one = edge.neighbor
        if edge.domain is Domain.PRIVATE:
            continue
        why = "announces a default route (default-originate)" if one.default_originate else ""
        outbound = _filter(router, edge, "out")
        if not why and outbound is not None and outbound.permits(0, 0):
            why = f"has the outbound policy {one.export_policy}, which lets the default route through"
        if why:
            said = f", taken for Microsoft peering {edge.guessed}" if edge.guessed else ", on Microsoft peering"
            yield at_edge(router, edge, f"{why}{said}")


@rule("AUD-012", Severity.WARNING, source="ER-RTE-13")
def redistribution_is_filtered(router: AuditedRouter) -> Iterator[Problem]:
    """Routes of other protocols come into BGP through a filter only.

    Why:
        Link addresses, management networks and whatever is added later get announced.
    Fix:
        Originate what is meant with ``network`` and an anchor route, or redistribute through a policy that names it.
    Bad:
        redistribute connected
    Good:
        redistribute static route-map OWN
    """
    for vrf, bgp in router.facts.bgp.items():
        for text in bgp.redistribute:
            if not {"route-map", "attribute-map", "suppress-map", "summary-only"} & set(text.split()):
                yield Problem(
                    message=f"BGP{f' in VRF {vrf}' if vrf else ''} redistributes {text.split()[0]} without a filter",
                    device=router.name,
                    fact=("bgp", vrf),
                )
    for edge in router.edges:
        for name in edge.neighbor.export_policy.split():
            policy = router.facts.policies.get(name)
            for step in policy.rules if policy is not None else ():
                others = [word for word in step.protocols if word not in ("bgp", "static", "aggregate")]
                if step.permit and others and not (step.prefix_lists or step.prefixes):
                    yield at_edge(router, edge, f"announces all routes of protocol {', '.join(others)} (policy {name})")


_ELSEWHERE: Final = {
    4: ("10.200.0.0/16", "172.20.0.0/16", "192.168.128.0/24", "20.33.0.0/16", "52.96.0.0/14", "104.146.0.0/19"),
    6: ("fd12:3456:789a::/48", "2603:1000::/25", "2a01:111::/32"),
}
"""Routes as Microsoft announces them on private and on Microsoft peering."""


@rule("AUD-013", Severity.ERROR, source="ER-RTE-14")
def no_transit(router: AuditedRouter) -> Iterator[Problem]:
    """A route that came from Microsoft does not leave to Microsoft.

    Why:
        Between two sessions of one routing table the customer's routers become the way between two circuits or
        two peerings, and carry Microsoft's traffic.
    Fix:
        Deny paths with AS 12076 in the outbound policy, and permit own prefixes only.
    Bad:
        route-map AZURE-OUT permit 10
    Good:
        ip as-path access-list 10 permit _12076_
        route-map AZURE-OUT deny 5
         match as-path 10
    """
    for edge in router.edges:
        family = edge.neighbor.family
        outbound = _filter(router, edge, "out")
        if outbound is None:
            continue
        others = [
            one for one in router.edges if one.neighbor.vrf == edge.neighbor.vrf and one.neighbor.family == family
        ]
        for other in others:
            inbound = _filter(router, other, "in")
            passing = _crossing(outbound, inbound, family)
            if passing is not None:
                where = "itself" if other is edge else f"{other.name}"
                yield at_edge(
                    router, edge, f"announces routes of Microsoft's, such as {passing}, which {where} lets in: transit"
                )
                break


def _crossing(outbound: Filter, inbound: Filter | None, family: int) -> Prefix | None:
    """A route with Microsoft's path that passes both."""
    for text in _ELSEWHERE[family]:
        prefix = parse_prefix(text)
        route = (int(prefix.network_address), prefix.prefixlen)
        if outbound.permits(*route) and (inbound is None or inbound.permits(*route)):
            return prefix
    return None


def _filter(router: AuditedRouter, edge: Edge, way: str) -> Filter | None:
    """The policy of a session for routes with Microsoft's path; None: there is none that could be judged.

    Several policies in a row are judged by the last one alone only where the first ones cannot accept; else not.
    """
    one = edge.neighbor
    name = one.import_policy if way == "in" else one.export_policy
    if not name or " " in name or name not in router.facts.policies or router.lists(one, way):
        return None
    return router.policies.filter(name, one.family, FROM_MICROSOFT)


def at_edge(router: AuditedRouter, edge: Edge, what: str) -> Problem:
    """A problem of a session with Microsoft's edge, at its neighbour."""
    one = edge.neighbor
    return Problem(
        message=f"{edge.name} (AS {one.remote_as}, IPv{one.family}) {what}",
        device=router.name,
        fact=("neighbors", one.key),
    )
