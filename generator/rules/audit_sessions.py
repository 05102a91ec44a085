"""Audit: AS paths, AS numbers, timers, BFD, keys and limits of sessions with Microsoft."""

from __future__ import annotations

from collections.abc import Iterator

from generator.inventory.communities import BY_VALUE, STALE
from generator.model.asn import MICROSOFT, is_documentation, is_forbidden, is_private
from generator.model.facts import Neighbor, PolicyRule
from generator.model.finding import Severity
from generator.model.plan import Domain
from generator.readback.audited import AuditedPair, AuditedRouter, Edge
from generator.rules.audit_filters import DRAINED, FROM_MICROSOFT, at_edge
from generator.rules.base import Problem, rule


@rule("AUD-007", Severity.ERROR, source="ER-PATH-06, ER-PATH-07")
def path_length_counts(router: AuditedRouter) -> Iterator[Problem]:
    """The AS path's length decides, and long paths come in.

    Why:
        While Microsoft maintains a link it prepends its AS eight times, so that traffic moves to the other one.  A
        router that ignores the length stays on the drained link; one that refuses long paths loses the routes.
    Fix:
        Remove ``as-path ignore``; allow 20 AS numbers or more; match paths that begin with 12076, not ``^12076$``.
    Bad:
        bgp bestpath as-path ignore
        ip as-path access-list 1 permit ^12076$
    Good:
        ip as-path access-list 1 permit ^12076_
    """
    vrfs = {edge.neighbor.vrf for edge in router.edges}
    for vrf in sorted(vrfs | {""}):
        bgp = router.facts.bgp.get(vrf)
        if bgp is None or not vrfs:
            continue
        where = f"BGP in VRF {vrf}" if vrf else "BGP"
        if bgp.as_path_ignore:
            yield Problem(message=f"{where} ignores the length of AS paths", device=router.name, fact=("bgp", vrf))
        if 0 < bgp.max_as_limit < 20:
            yield Problem(
                message=f"{where} refuses AS paths of more than {bgp.max_as_limit} numbers, expected 20 or more",
                device=router.name,
                fact=("bgp", vrf),
                severity=Severity.ERROR if bgp.max_as_limit < 10 else Severity.WARNING,
            )
    for edge in router.edges:
        one = edge.neighbor
        if one.import_policy in router.facts.policies:
            usual = router.policies.filter(one.import_policy, one.family, FROM_MICROSOFT)
            drained = router.policies.filter(one.import_policy, one.family, DRAINED)
            if usual.permitted() and not drained.permitted():
                yield at_edge(
                    router,
                    edge,
                    f"has the inbound policy {one.import_policy}, which takes the path 12076 and refuses it nine times in a row",
                )


@rule("AUD-009", Severity.ERROR, source="ER-PATH-09, PLT-JUN-05")
def prepends_own_number(router: AuditedRouter) -> Iterator[Problem]:
    """Only the own AS number is prepended towards Microsoft.

    Why:
        Microsoft drops a path with its own number in it, and one that does not begin with the number of the neighbour.
        A private number is not allowed on Microsoft peering.
    Fix:
        Prepend the AS number of this router.
    Bad:
        set as-path prepend 12076 12076
    Good:
        set as-path prepend 64600 64600
    """
    for edge in router.edges:
        one = edge.neighbor
        for step in _steps(router, one.export_policy):
            for asn in dict.fromkeys(step.prepend):
                why = ""
                severity = Severity.ERROR
                if asn == MICROSOFT:
                    why = "which is Microsoft's"
                elif asn != one.local_as:
                    why = f"but the router is in AS {one.local_as}"
                elif is_private(asn) and edge.domain is not Domain.PRIVATE:
                    why, severity = "a private number on Microsoft peering", Severity.WARNING
                if why:
                    problem = at_edge(router, edge, f"gets AS {asn} prepended, {why} (policy {one.export_policy})")
                    yield _with(problem, severity)


@rule("AUD-010", Severity.ERROR, source="ER-ASN-02, ER-ASN-04, SMP-E20")
def numbers_are_free(router: AuditedRouter) -> Iterator[Problem]:
    """The router's AS number is one that Azure accepts.

    Why:
        12076 and 65515 to 65520 are Microsoft's own; 0, 23456, 65535 and 4294967295 are reserved.
    Fix:
        Use a public number of your own, or a private one below 65515.
    Bad:
        router bgp 65515
    Good:
        router bgp 64600
    """
    for vrf, bgp in router.facts.bgp.items():
        if is_forbidden(bgp.asn):
            yield Problem(
                message=f"BGP{f' in VRF {vrf}' if vrf else ''} runs as AS {bgp.asn}, which is reserved",
                device=router.name,
                fact=("bgp", vrf),
            )
        elif is_documentation(bgp.asn):
            yield Problem(
                message=f"BGP{f' in VRF {vrf}' if vrf else ''} runs as AS {bgp.asn}, a number for documents that VPN "
                "gateways and Microsoft refuse",
                device=router.name,
                fact=("bgp", vrf),
                lab=True,
            )
    for edge in router.edges:
        process = router.facts.bgp.get(edge.neighbor.vrf)
        if is_forbidden(edge.neighbor.local_as) and (process is None or process.asn != edge.neighbor.local_as):
            yield at_edge(router, edge, f"is spoken to as AS {edge.neighbor.local_as}, which is reserved")


@rule("AUD-015", Severity.WARNING, source="ER-BGP-04, ER-BGP-05, ER-BGP-08, ER-BGP-10")
def timers_in_bounds(router: AuditedRouter) -> Iterator[Problem]:
    """Timers and BFD are in the bounds that Microsoft's edge has, and BFD is on both the session and its interface.

    Why:
        Below 3 and 10 seconds the session does not come up; BFD that is bound to the session but has no timers on
        the interface never does either, and BFD on the interface alone protects nothing.
    Fix:
        Leave 60 and 180 seconds; BFD 300 ms three times, on interface and neighbour.
    Bad:
        neighbor 172.31.0.18 fall-over bfd
    Good:
        bfd interval 300 min_rx 300 multiplier 3
        neighbor 172.31.0.18 fall-over bfd
    """
    for edge in router.edges:
        one = edge.neighbor
        for what, severity in _timers(one):
            yield _with(at_edge(router, edge, what), severity)
        bfd, interface = one.bfd, edge.interface
        if bfd is not None and not bfd.multiplier:
            yield _with(at_edge(router, edge, "is bound to BFD, but its interface has no BFD timers"), Severity.ERROR)
        elif bfd is not None:
            off = [ms for ms in (bfd.transmit_ms, bfd.receive_ms) if not 300 <= ms <= 1000]
            if off or not 3 <= bfd.multiplier <= 5:
                what = f"has BFD at {bfd.transmit_ms}/{bfd.receive_ms} ms x{bfd.multiplier}, expected 300 to 1000 ms x3 to x5"
                yield at_edge(router, edge, what)
            if bfd.strict:
                yield _with(
                    at_edge(router, edge, "waits for BFD (strict), which Microsoft may not have"), Severity.ERROR
                )
        elif interface is not None and interface.bfd is not None:
            yield at_edge(router, edge, f"is not bound to BFD, though interface {interface.name} has its timers")


def _timers(one: Neighbor) -> Iterator[tuple[str, Severity]]:
    if 0 < one.hold < 10 or 0 < one.keepalive < 3:
        yield f"has timers {one.keepalive}/{one.hold}, expected at least 3/10", Severity.ERROR
    elif one.hold and one.hold < 30:
        yield f"has a hold time of {one.hold} s, expected 30 or more: use BFD instead", Severity.WARNING
    if one.hold and one.hold < 3 * one.keepalive:
        yield f"has a hold time of {one.hold} s, less than three keepalives of {one.keepalive} s", Severity.WARNING


@rule("AUD-016", Severity.WARNING, source="ER-BGP-16")
def echo_is_off(router: AuditedRouter) -> Iterator[Problem]:
    """BFD towards Microsoft has no echo.

    Why:
        Microsoft's edge is not known to return echo packets; with redirects or uRPF on the way they are lost, and
        the session flaps.
    Fix:
        Switch the echo off on the interface.
    Bad:
        bfd interval 300 min_rx 300 multiplier 3
    Good:
        bfd interval 300 min_rx 300 multiplier 3
        no bfd echo
    """
    for edge in router.edges:
        if edge.neighbor.bfd is not None and edge.neighbor.bfd.echo:
            yield at_edge(router, edge, "has BFD with echo, expected it without")


@rule("AUD-017", Severity.WARNING, source="ER-BGP-02, PLT-XE-08, PLT-JUN-10")
def has_key(router: AuditedRouter) -> Iterator[Problem]:
    """A session with Microsoft has an MD5 key.

    Why:
        Without one, whoever gets onto the VLAN can open or break the session.
    Fix:
        Set the same key on both links and in Azure.
    Bad:
        neighbor 172.31.0.18 remote-as 12076
    Good:
        neighbor 172.31.0.18 password 7 ...
    """
    for edge in router.edges:
        one = edge.neighbor
        if one.password is None and not any("authentication-key-chain" in text for text in one.extra):
            yield at_edge(router, edge, "has no MD5 key")


@rule("AUD-017", Severity.ERROR, source="ER-BGP-02, PLT-XE-08, PLT-JUN-10")
def same_key(pair: AuditedPair) -> Iterator[Problem]:
    """Both links of a peering have the same MD5 key, compared decoded.

    Why:
        Azure has one key for both links.  Two texts of one key differ when the router hides it, and two keys can
        look alike; so they are compared as they are, and never shown.
    Fix:
        Set the key of Azure on both routers.
    Bad:
        ! pe1 and pe2 have different keys
    Good:
        ! pe1 and pe2 have the key of the peering
    """
    here, there = pair.first.neighbor.password, pair.second.neighbor.password
    if (here is None) != (there is None):
        router, edge = (pair.one, pair.first) if here is None else (pair.two, pair.second)
        yield at_edge(router, edge, f"has no MD5 key, its partner has one (a pair {pair.how})")
    elif here is not None and there is not None and here.known and there.known and here != there:
        yield at_edge(
            pair.two, pair.second, f"has another MD5 key than {pair.one.name} {pair.first.name} (a pair {pair.how})"
        )


@rule("AUD-018", Severity.WARNING, source="ER-BGP-11")
def prefixes_are_limited(router: AuditedRouter) -> Iterator[Problem]:
    """A session with Microsoft takes a limited number of prefixes.

    Why:
        A mistake in Azure or in a Global Reach partner's network fills the router's tables.
    Fix:
        Set a limit above what is expected, with a warning below it.
    Bad:
        neighbor 172.31.0.18 maximum-prefix 100 warning-only
    Good:
        neighbor 172.31.0.18 maximum-prefix 1100 80 restart 15
    """
    for edge in router.edges:
        limit = edge.neighbor.max_prefix
        if limit is None:
            yield at_edge(router, edge, "has no limit of prefixes")
        elif limit.warning_only:
            yield at_edge(router, edge, f"only warns at {limit.limit} prefixes")


@rule("AUD-019", Severity.WARNING, source="ER-COMM-01, ER-COMM-02, ER-COMM-04")
def communities_are_current(router: AuditedRouter) -> Iterator[Problem]:
    """Policies match communities that Microsoft sets, on the peering where it sets them.

    Why:
        51022 and 51023 were renumbered after 2016; 51NNN marks routes of Microsoft peering and 50NNN those of
        private peering.  A match of the wrong one never matches, and the routes are missing.
    Fix:
        Take the value of Microsoft's current table.
    Bad:
        ip community-list standard WEST permit 12076:51022
    Good:
        ip community-list standard WEST permit 12076:51026
    """
    for name, found in router.facts.community_lists.items():
        for value in found.communities:
            what = _stale(value)
            if what:
                yield Problem(
                    message=f"community list {name} matches {value}, {what}",
                    device=router.name,
                    fact=("community_lists", name),
                )
    for edge in router.edges:
        private = edge.domain is Domain.PRIVATE
        wrong = "12076:51" if private else "12076:50"
        for step in _steps(router, edge.neighbor.import_policy):
            for name in step.community_lists:
                listed = router.facts.community_lists.get(name)
                values = (
                    [one for one in listed.communities if len(one) == 11 and one.startswith(wrong)] if listed else []
                )
                if values:
                    peering = "private" if private else "Microsoft"
                    what = f"matches {values[0]} (list {name}), which is never set on {peering} peering"
                    yield _with(at_edge(router, edge, what), Severity.ERROR)


def _stale(value: str) -> str:
    if value in STALE:
        return f"the value of 2016, expected {STALE[value]}"
    private = value.startswith("12076:50") and len(value) == 11
    if value.startswith("12076:5") and value not in BY_VALUE and not private:
        return "which is not in Microsoft's table"
    return ""


@rule("AUD-008", Severity.ERROR, source="ER-PATH-04, ER-PATH-05, SMP-E10")
def preferences_are_equal(pair: AuditedPair) -> Iterator[Problem]:
    """Both links have the same preference, or one is passive in both directions.

    Why:
        A preference that pins traffic to one link holds it there while Microsoft drains that link.  A link that is
        meant to be passive has a lower preference inwards and a prepended path outwards, on the same router.
    Fix:
        Set the same preference on both, or prepend on the one with the lower preference too.
    Bad:
        ! pe1
        set local-preference 200
        ! pe2, without prepend
        set local-preference 100
    Good:
        ! pe1 and pe2
        set local-preference 100
    """
    (one, first), (two, second) = pair.both
    if pair.plan is not None and pair.plan.mode == "active_passive":
        return
    here, there = _preferences(one, first), _preferences(two, second)
    if here == there:
        return
    low, edge = (one, first) if min(here) < min(there) else (two, second)
    if any(step.prepend for step in _steps(low, edge.neighbor.export_policy)):
        return
    yield at_edge(
        two,
        second,
        f"has local preference {_said(there)}, {one.name} {first.name} has {_said(here)} (a pair {pair.how}), "
        "and the lower one does not prepend",
    )


def _preferences(router: AuditedRouter, edge: Edge) -> frozenset[int]:
    steps = [step for step in _steps(router, edge.neighbor.import_policy) if step.permit]
    return frozenset(100 if one.local_preference is None else one.local_preference for one in steps) or frozenset(
        (100,)
    )


def _said(values: frozenset[int]) -> str:
    return " and ".join(map(str, sorted(values)))


def _steps(router: AuditedRouter, names: str) -> Iterator[PolicyRule]:
    for name in names.split():
        policy = router.facts.policies.get(name)
        yield from policy.rules if policy is not None else ()


def _with(problem: Problem, severity: Severity) -> Problem:
    return Problem(message=problem.message, device=problem.device, fact=problem.fact, severity=severity)
