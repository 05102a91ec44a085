"""What comes in from Microsoft: the intended prefixes, also in maintenance, and nothing of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.model.address import DOCUMENTATION, RESERVED_V4, RESERVED_V6
from generator.model.asn import MICROSOFT
from generator.model.facts import Family, Neighbor
from generator.model.finding import Severity
from generator.readback.as_path import AsPath
from generator.readback.evidence import FROM_MICROSOFT, DeviceEvidence, Link
from generator.readback.policy import NO_COMMUNITIES
from generator.readback.policy_filter import Filter
from generator.readback.prefix_match import Probe, Probes, Region, beyond, region_of, region_text
from generator.rules.base import Problem, rule
from generator.rules.pair_announced import listed
from generator.rules.pair_sessions import about

MAINTENANCE: Final[AsPath] = (MICROSOFT,) * 9
"""Microsoft's own AS, and eight more in front during maintenance (ER-PATH-05)."""

FURTHER: Final[AsPath] = (*MAINTENANCE, 65010, 4200000010)
"""The same for a route of another circuit (Global Reach)."""

HARM: Final = 20_000
"""More routes than any peering brings: such a limit protects nothing (ER-BGP-11, ER-RTE-01)."""

DEFAULT: Final[Probes] = frozenset(((0, 0),))
HARMFUL: Final[dict[Family, Probes]] = {
    4: frozenset(((0, 0), *(region_of(one)[:2] for one in RESERVED_V4))),
    6: frozenset(((0, 0), *(region_of(one)[:2] for one in RESERVED_V6))),
}
"""What may not come in on Microsoft peering: the default route and reserved space.  There is no limit on length
there: Microsoft 365 lists single hosts among what it announces over ExpressRoute."""

SERVICE: Final[dict[Family, Probe]] = {4: (0x0D6B0000, 18), 6: (0x26031000 << 96, 36)}
"""A prefix of Microsoft's (13.107.0.0/18, 2603:1000::/36), for routes that come in by their community."""

_DOCUMENTATION: Final = frozenset((one.version, *region_of(one)[:2]) for one in DOCUMENTATION)


@rule("PAIR-011", Severity.ERROR, source="FW-SPOOF-01, ER-RTE-19")
def accepts_the_intended(device: DeviceEvidence) -> Iterator[Problem]:
    """The inbound policy takes each VNet prefix, and rejects our own prefixes, the default route, bogons and parts of VNet prefixes.

    Why:
        A VNet prefix that is not taken is unreachable.  Our own prefix coming back, or a default route,
        pulls our traffic into Azure.
    Fix:
        Permit the VNets' address spaces exactly, and reject the rest.
    Bad:
        ip prefix-list CHARLIE-IN permit 0.0.0.0/0 le 32
    Good:
        ip prefix-list CHARLIE-IN permit 10.101.0.0/16
    """
    for link, neighbor in device.live:
        name, session = neighbor.import_policy, link.session
        if not name:
            continue
        plain = device.policies.filter(name, session.family, FROM_MICROSOFT)
        if session.accept_any and not plain.permits(*SERVICE[session.family]):
            message = f"{link.name}: policy {name} does not let in {_service(session.family)}, a prefix of Microsoft's"
            yield about(device, session, f"{message}, expected it to")
        wanted = frozenset([region_of(one)[:2] for one in session.accept])
        permitted = plain.permitted()
        if len(permitted) != len(wanted) or {one[:2] for one in permitted} != wanted or not _single(permitted):
            yield from _plain_faults(device, link, plain, wanted)
        if session.accept_communities:
            yield from _community_faults(device, link, neighbor, wanted)


def _service(family: Family) -> str:
    address, length = SERVICE[family]
    return region_text((address, length, length, length), 32 if family == 4 else 128)


def _single(regions: tuple[Region, ...]) -> bool:
    return all(one[1] == one[3] for one in regions)


def _plain_faults(device: DeviceEvidence, link: Link, plain: Filter, wanted: Probes) -> Iterator[Problem]:
    """Routes without a community: exactly the accepted prefixes may come in."""
    session, neighbor = link.session, link.neighbor
    name = neighbor.import_policy if neighbor else ""
    lacking = [
        (address, length, length, length) for address, length in sorted(wanted) if not plain.permits(address, length)
    ]
    if lacking:
        message = f"{link.name}: policy {name} does not let in {listed(lacking, session.family)}"
        yield about(device, session, f"{message} with AS path {MICROSOFT}, expected it to")
    harmful = list(_harmful(link, plain, wanted))
    for what in harmful:
        yield about(device, session, f"{link.name}: policy {name} lets in {what}, expected it to be rejected")
    excess = () if session.accept_any else beyond(plain.permitted(), wanted, plain.width)
    if excess and not harmful:
        message = f"{link.name}: policy {name} lets in {listed(sorted(excess), session.family)}"
        only = listed(sorted((*one, one[1], one[1]) for one in wanted), session.family)
        yield about(device, session, f"{message}, expected {f'only {only}' if only else 'nothing'}")


def _harmful(link: Link, chosen: Filter, wanted: Probes) -> Iterator[str]:
    """What passes of the routes that must never come in, in words."""
    session, width = link.session, chosen.width
    for prefix in session.own:
        address, length, _, _ = region_of(prefix)
        if chosen.permits(address, length):
            yield f"{prefix}, which is our own"
    passing = chosen.passing(HARMFUL[session.family] if link.public else DEFAULT) - wanted
    for address, length in sorted(passing):
        if not length:
            yield "the default route"
        elif (session.family, address, length) not in _DOCUMENTATION or not _in_documentation(link):
            yield f"{region_text((address, length, length, length), width)}, which is reserved"


def _in_documentation(link: Link) -> bool:
    """Whether the peering itself lives in documentation space, as in a lab."""
    address = link.session.neighbor[1]
    return any(address in one for one in DOCUMENTATION)


def _community_faults(device: DeviceEvidence, link: Link, neighbor: Neighbor, wanted: Probes) -> Iterator[Problem]:
    """Routes that carry a community of the route filter come in, except harmful ones."""
    session, name = link.session, neighbor.import_policy
    policies, refused = device.policies, False
    for carried in policies.representatives(name, session.family, session.accept_communities):
        chosen = policies.filter(name, session.family, FROM_MICROSOFT, carried)
        refused = refused or not chosen.permits(*SERVICE[session.family])
        for what in _harmful(link, chosen, wanted):
            message = f"{link.name}: policy {name} lets in {what}, with community {', '.join(carried)}"
            yield about(device, session, f"{message}; expected it to be rejected")
    if refused:
        lost = [
            one
            for one in session.accept_communities
            if not policies.filter(name, session.family, FROM_MICROSOFT, frozenset((one,))).permits(
                *SERVICE[session.family]
            )
        ]
        message = f"{link.name}: policy {name} does not let in routes with {', '.join(lost)}"
        yield about(device, session, f"{message}, expected it to: they are in the route filter")


@rule("PAIR-012", Severity.ERROR, source="ER-PATH-06, ER-PATH-07")
def accepts_long_paths(device: DeviceEvidence) -> Iterator[Problem]:
    """The inbound policy takes paths of nine times 12076, and further AS numbers behind them.

    Why:
        During maintenance Microsoft prepends 12076 eight times, and routes of Global Reach have further
        AS numbers.  A filter for exactly one 12076 loses every route then.
    Fix:
        Match paths that start with 12076, and cap the length at 20 or more, or not at all.
    Bad:
        ip as-path access-list 10 permit ^12076$
    Good:
        ip as-path access-list 10 permit ^12076_
    """
    for link, neighbor in device.live:
        if neighbor.import_policy:
            yield from _path_faults(device, link, neighbor)
        bgp = device.facts.bgp.get(link.session.neighbor[0])
        limit = bgp.max_as_limit if bgp else 0
        if limit and limit < 20:
            message = f"{link.name}: AS paths longer than {limit} are refused, expected no limit below 20"
            yield about(device, link.session, message, None if limit < 10 else Severity.WARNING)


def _path_faults(device: DeviceEvidence, link: Link, neighbor: Neighbor) -> Iterator[Problem]:
    session, name, policies = link.session, neighbor.import_policy, device.policies
    sets = policies.representatives(name, session.family, session.accept_communities)
    if session.accept or not sets:
        sets = (*sets, NO_COMMUNITIES)
    probes = [region_of(one)[:2] for one in session.accept] or [SERVICE[session.family]]
    for communities in sets:
        usual = policies.filter(name, session.family, FROM_MICROSOFT, communities)
        for path in (MAINTENANCE, FURTHER):
            chosen = policies.filter(name, session.family, path, communities)
            if chosen is usual:
                continue
            lost = [(*one, one[1], one[1]) for one in probes if usual.permits(*one) and not chosen.permits(*one)]
            if lost:
                words = "nine times 12076" if path == MAINTENANCE else "further AS numbers behind 12076"
                message = f"{link.name}: policy {name} rejects {listed(lost, session.family)} with {words} in its path"
                yield about(device, session, f"{message}, expected it to pass")
                return


@rule("PAIR-017", Severity.WARNING, source="ER-BGP-11")
def maximum_prefixes(device: DeviceEvidence) -> Iterator[Problem]:
    """Each session with Microsoft has a maximum of prefixes, above what is expected and below what does harm.

    Why:
        A flood of routes from a fault elsewhere fills the router's memory.  A maximum that is too low
        drops the session in normal operation.
    Fix:
        Set max_prefix: about 1,100 on private peering, 2,000 on Microsoft peering.
    Bad:
        ! no maximum-prefix line
    Good:
        neighbor 172.31.0.18 maximum-prefix 1100 80
    """
    for link, neighbor in device.live:
        maximum, expected = neighbor.max_prefix, len(link.session.accept)
        if maximum is None:
            yield about(device, link.session, f"{link.name} has no maximum of prefixes, expected one")
        elif maximum.limit <= expected:
            message = f"{link.name} takes {maximum.limit} prefixes at most, and {expected} are expected"
            yield about(device, link.session, f"{message}; expected a higher maximum")
        elif maximum.limit > HARM:
            message = f"{link.name} takes up to {maximum.limit} prefixes, expected at most {HARM}"
            yield about(device, link.session, message)
