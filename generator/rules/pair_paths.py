"""Which link the pair uses: in maintenance, in active-passive mode, and whether the two routers talk at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.model.address import Address, Prefix, parse_prefix
from generator.model.facts import Family, Neighbor
from generator.model.finding import Severity
from generator.model.plan import Role
from generator.readback.best_path import Offer, Router, choose, routers
from generator.readback.evidence import FROM_MICROSOFT, DeviceEvidence, Link, PairEvidence
from generator.readback.policy import DEFAULT_LOCAL_PREFERENCE, NO_COMMUNITIES, Policies
from generator.readback.prefix_match import region_of
from generator.rules.base import Problem, rule
from generator.rules.pair_accepted import MAINTENANCE
from generator.rules.pair_sessions import about

_SERVICE: Final[dict[Family, Prefix]] = {4: parse_prefix("13.107.0.0/18"), 6: parse_prefix("2603:1000::/36")}
"""A prefix of Microsoft's, for routes that come in by their community."""

Case = tuple[Prefix, frozenset[str]]


def _cases(device: DeviceEvidence, link: Link) -> dict[object, Case]:
    """Routes that come in, one for each way through the inbound policy."""
    session, policies = link.session, device.policies
    name = link.neighbor.import_policy if link.neighbor else ""
    out: dict[object, Case] = {}
    plain = policies.filter(name, session.family, FROM_MICROSOFT)
    for prefix in session.accept:
        step = plain.deciding(*region_of(prefix)[:2])
        if step is not None and step.permit:
            out.setdefault(step.label, (prefix, NO_COMMUNITIES))
    service = _SERVICE[session.family]
    for carried in policies.representatives(name, session.family, session.accept_communities):
        out[carried] = (service, carried)
    return out


@rule("PAIR-013", Severity.ERROR, source="ER-PATH-05, ER-PATH-06")
def maintenance_moves_the_path(pair: PairEvidence) -> Iterator[Problem]:
    """When Microsoft lengthens the paths on one link, both routers move to the other.

    Why:
        Before it works on an edge, Microsoft prepends 12076 eight times on that link.  A local
        preference that pins traffic to the link, or ignoring the path's length, loses it.
    Fix:
        Give both links of an active-active peering the same local preference, and let the length decide.
    Bad:
        ! pe1
        set local-preference 200
        ! pe2
        set local-preference 100
    Good:
        ! pe1 and pe2
        set local-preference 200
    """
    live = pair.live
    if pair.pair.mode != "active_active" or live is None or pair.secondary is None:
        return
    # The secondary's cases are asked too: a rule that only its policy has would be missed.
    cases = _cases(pair.primary, live[0])
    cases.update(_cases(pair.secondary, live[1]))
    if all([_length_decides(pair, *live, case) for case in cases.values()]):  # noqa: C419  faster than a generator
        return
    both = routers(pair)
    if both is None:
        return
    for drained in (Role.PRIMARY, Role.SECONDARY):
        for case in cases.values():
            stuck = _stuck(both, case, drained)
            if stuck:
                yield _pinned(pair, drained, stuck, case)
                break


def _length_decides(pair: PairEvidence, one: Link, two: Link, first: Neighbor, second: Neighbor, case: Case) -> bool:
    """Whether it is plain that the shorter path wins: nothing else differs, and nothing hides it.

    That is so for nearly every pair, and spares the simulation.
    """
    levels: list[int | None] = []
    for device, link, neighbor in ((pair.primary, one, first), (pair.secondary, two, second)):
        if device is None or not (neighbor.enabled and neighbor.activated):
            return False
        bgp = device.facts.bgp.get(neighbor.vrf)
        if bgp is not None and (bgp.as_path_ignore or bgp.max_as_limit):
            return False
        policies, name, family = device.policies, neighbor.import_policy, link.session.family
        usual = policies.filter(name, family, FROM_MICROSOFT, case[1])
        if policies.filter(name, family, MAINTENANCE, case[1]) is not usual:
            return False
        rule = usual.deciding(int(case[0].network_address), case[0].prefixlen)
        if rule is None or not rule.permit or rule.med is not None:
            return False
        levels.append(DEFAULT_LOCAL_PREFERENCE if rule.local_preference is None else rule.local_preference)
        partner = device.partners.get((neighbor.vrf, family))
        if partner is not None and not _tells_all(policies, partner, case[1]):
            return False
    return levels[0] == levels[1]


def _tells_all(policies: Policies, partner: Neighbor, communities: frozenset[str]) -> bool:
    """Whether iBGP passes Microsoft's routes on as they are."""
    if not (partner.enabled and partner.activated and partner.next_hop_self):
        return False
    return all(
        not name or policies.passes_all(name, partner.family, path, communities)
        for name in (partner.export_policy, partner.import_policy)
        for path in (FROM_MICROSOFT, MAINTENANCE)
    )


def _stuck(both: tuple[Router, Router], case: Case, drained: Role) -> list[Role]:
    """The routers that stay on a link in maintenance although the other has the route."""
    offers = {drained: Offer(MAINTENANCE), drained.other: Offer(FROM_MICROSOFT)}
    used = choose(both, case[0], offers, case[1], assume_exchange=True)
    return [router.role for router in both if used[router.role] is drained]


def _pinned(pair: PairEvidence, drained: Role, stuck: list[Role], case: Case) -> Problem:
    device, link = pair.device(drained), pair.link(drained)
    assert device is not None
    assert link is not None
    names = [one.name for role in stuck if (one := pair.device(role)) is not None]
    levels = []
    for here, side in pair.sides():
        chosen = here.policies.filter(
            side.neighbor.import_policy if side.neighbor else "", side.session.family, FROM_MICROSOFT, case[1]
        )
        step = chosen.deciding(*region_of(case[0])[:2])
        level = None if step is None else step.local_preference
        levels.append(f"{DEFAULT_LOCAL_PREFERENCE if level is None else level} on {here.name}")
    message = (
        f"{pair.title}: in maintenance of {device.name}'s link {' and '.join(names)} would stay on it for {case[0]} "
        f"(local preference {', '.join(levels)}), expected the best path to move"
    )
    return about(device, link.session, message)


@rule("PAIR-014", Severity.ERROR, source="ER-PATH-04")
def active_passive_in_both_directions(pair: PairEvidence) -> Iterator[Problem]:
    """Active-passive has both levers on the same router: prepend out, and a lower local preference in.

    Why:
        Prepending steers Azure's traffic, local preference ours.  With one of them alone, or on
        different routers, packets go out on one link and come back on the other.
    Fix:
        On the passive router prepend the own AS outbound and set the lower local preference inbound.
    Bad:
        ! pe2 prepends, but has the same local preference as pe1
        set local-preference 200
    Good:
        ! pe2
        set as-path prepend 64600 64600 64600
        set local-preference 150
    """
    live = pair.live
    if pair.pair.mode != "active_passive" or live is None or pair.secondary is None:
        return
    preferred = pair.pair.preferred or Role.PRIMARY
    active, passive = pair.device(preferred), pair.device(preferred.other)
    here, there = pair.link(preferred), pair.link(preferred.other)
    if active is None or passive is None or here is None or there is None:
        return
    subject = f"{pair.title} is active-passive with {active.name} preferred"
    for prefix, communities in _cases(active, here).values():
        one, two = _level(active, here, prefix, communities), _level(passive, there, prefix, communities)
        if one is not None and two is not None and one <= two:
            message = f"{subject}, but local preference is {one} on {active.name} and {two} on {passive.name}"
            yield about(passive, there.session, f"{message}; expected it lower on {passive.name}")
            break
    for prefix in here.session.announce:
        short, long = _prepended(active, here, prefix), _prepended(passive, there, prefix)
        if short is not None and long is not None and short >= long:
            message = (
                f"{subject}, but {prefix} leaves with {short} prepended on {active.name} and {long} on {passive.name}"
            )
            yield about(passive, there.session, f"{message}; expected more on {passive.name}")
            break


def _level(device: DeviceEvidence, link: Link, prefix: Prefix, communities: frozenset[str]) -> int | None:
    """The local preference of a route; None: it does not come in."""
    name = link.neighbor.import_policy if link.neighbor else ""
    chosen = device.policies.filter(name, link.session.family, FROM_MICROSOFT, communities)
    step = chosen.deciding(*region_of(prefix)[:2])
    if step is None:
        return DEFAULT_LOCAL_PREFERENCE if chosen.default else None
    if not step.permit:
        return None
    return DEFAULT_LOCAL_PREFERENCE if step.local_preference is None else step.local_preference


def _prepended(device: DeviceEvidence, link: Link, prefix: Prefix) -> int | None:
    """How many AS numbers a route has in front when it leaves; None: it does not leave (so a more specific one may)."""
    address, length, _, _ = region_of(prefix)
    for chosen in device.outbound(link):
        step = chosen.deciding(address, length)
        if step is not None and step.permit:
            return len(step.prepend)
    return None


@rule("PAIR-020", Severity.WARNING, source="ER-PATH-12")
def routers_talk_in_the_vrf(pair: PairEvidence) -> Iterator[Problem]:
    """The two routers speak iBGP in the peering's VRF, and can reach each other's next hops.

    Why:
        When one link fails, its router reaches Azure only through the other, and only if it has
        learned the routes there.
    Fix:
        Add an iBGP session between the two in the VRF, with next-hop-self on both sides.
    Bad:
        ! no neighbor with the own AS in address-family ipv4 vrf CHARLIE
    Good:
        neighbor 169.254.0.2 remote-as 64600
        neighbor 169.254.0.2 next-hop-self
    """
    if pair.live is None or pair.secondary is None:
        return
    for (device, link), other in zip(pair.sides(), (pair.secondary, pair.primary), strict=True):
        partner = device.partners.get((link.session.neighbor[0], link.session.family))
        complaint = _silent(device, other, link, partner)
        if complaint:
            yield about(device, link.session, f"{pair.title}: {device.name} {complaint}")


def _silent(device: DeviceEvidence, other: DeviceEvidence, link: Link, partner: Neighbor | None) -> str:
    vrf, _, family = link.session.neighbor
    where = f" in VRF {vrf}" if vrf else ""
    if partner is None:
        return f"has no iBGP neighbor{where} for IPv{family}, expected {other.name}"
    if not (partner.enabled and partner.activated):
        return f"has iBGP neighbor {partner.address}{where} shut down or not activated, expected it in use"
    back = other.partners.get((vrf, family))
    if not partner.update_source and device.reach(vrf, partner.address) is None:
        return f"has iBGP neighbor {partner.address}{where} on no network of its own, expected a link to it"
    theirs = back is not None and not back.next_hop_self
    if theirs and device.reach(vrf, _microsoft_of(other, link)) is None:
        return f"cannot reach the next hops of {other.name}{where}, expected next-hop-self there"
    return ""


def _microsoft_of(other: DeviceEvidence, link: Link) -> Address:
    """The next hop of the other router's routes: its own edge."""
    session = link.session
    for one in other.links:
        there = one.session
        if (there.circuit, there.domain, there.family) == (session.circuit, session.domain, session.family):
            return there.neighbor[1]
    return session.neighbor[1]
