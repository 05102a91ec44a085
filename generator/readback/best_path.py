"""Which of a pair's two links does each router use for a route?  A small simulation of BGP's decision.

Each router has the route from its own Microsoft edge (eBGP) and, where the two speak iBGP in the
VRF, the one that the other router chose.  The order of decision: local preference, AS path length,
origin, MED, eBGP before iBGP, router id.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from generator.model.address import Prefix
from generator.model.facts import BgpVrf, Neighbor
from generator.model.plan import Role
from generator.readback.as_path import AsPath
from generator.readback.evidence import PairEvidence
from generator.readback.policy import DEFAULT_LOCAL_PREFERENCE, NO_COMMUNITIES, Policies, Route


class Offer(msgspec.Struct, frozen=True, gc=False):
    """A route as Microsoft offers it on one link."""

    as_path: AsPath
    med: int = 0
    origin: int = 0
    """0 IGP, 1 EGP, 2 incomplete: the lower wins."""


class Path(msgspec.Struct, frozen=True, gc=False):
    """A route in a router's BGP table."""

    link: Role
    """The link that packets take."""
    local_preference: int
    as_path: AsPath
    origin: int
    med: int
    external: bool
    router_id: int = 0
    """Of the router it was learned from."""


class Router(msgspec.Struct, frozen=True):
    """What of one router takes part in the decision."""

    role: Role
    policies: Policies
    microsoft: Neighbor
    partner: Neighbor | None
    bgp: BgpVrf
    partner_reachable: bool = True
    """Whether the next hop of the partner's routes can be reached without next-hop-self."""


def preference(path: Path, *, ignore_length: bool = False) -> tuple[int, int, int, int, int, int]:
    """Sort key of the decision: the smallest is the best."""
    length = 0 if ignore_length else len(path.as_path)
    return (-path.local_preference, length, path.origin, path.med, 0 if path.external else 1, path.router_id)


def routers(evidence: PairEvidence) -> tuple[Router, Router] | None:
    """Both routers of a pair, where both texts have the neighbour."""
    live = evidence.live
    if live is None or evidence.secondary is None:
        return None
    one = _router(evidence, Role.PRIMARY, live[2])
    two = _router(evidence, Role.SECONDARY, live[3])
    return one, two


def _router(evidence: PairEvidence, role: Role, neighbor: Neighbor) -> Router:
    device = evidence.device(role)
    there = evidence.link(role.other)
    assert device is not None
    assert there is not None
    bgp = device.facts.bgp.get(neighbor.vrf) or BgpVrf(neighbor.vrf, neighbor.local_as)
    reachable = device.reach(neighbor.vrf, there.session.neighbor[1]) is not None
    partner = device.partners.get((neighbor.vrf, neighbor.family))
    return Router(role, device.policies, neighbor, partner, bgp, reachable)


def choose(
    both: tuple[Router, Router],
    prefix: Prefix,
    offers: Mapping[Role, Offer],
    communities: frozenset[str] = NO_COMMUNITIES,
    *,
    assume_exchange: bool = False,
) -> dict[Role, Role | None]:
    """For each router the link it uses for a prefix; None: it has no route.

    ``assume_exchange``: the routers tell each other their routes even where their texts have no iBGP
    session, to judge preferences alone.
    """
    learned: dict[Role, Path | None] = {}
    for router in both:
        offer = offers.get(router.role)
        learned[router.role] = _learn(router, prefix, offer, communities) if offer else None
    out: dict[Role, Role | None] = {}
    for router, other in (both, both[::-1]):
        # A router tells its partner its own eBGP route only, and only while that is its best.
        told = _tell(other, router, prefix, learned[other.role], communities, assume_exchange)
        back = _tell(router, other, prefix, learned[router.role], communities, assume_exchange)
        mine, theirs = learned[router.role], learned[other.role]
        if told and theirs and back and _better(other, back, theirs):
            told = None
        known = [path for path in (mine, told) if path is not None]
        best = min(known, key=lambda path: preference(path, ignore_length=router.bgp.as_path_ignore), default=None)
        out[router.role] = best.link if best else None
    return out


def _better(router: Router, one: Path, two: Path) -> bool:
    ignore = router.bgp.as_path_ignore
    return preference(one, ignore_length=ignore) < preference(two, ignore_length=ignore)


def _learn(router: Router, prefix: Prefix, offer: Offer, communities: frozenset[str]) -> Path | None:
    """What comes in from Microsoft."""
    neighbor, limit = router.microsoft, router.bgp.max_as_limit
    if not (neighbor.enabled and neighbor.activated) or (limit and len(offer.as_path) > limit):
        return None
    verdict = router.policies.evaluate(neighbor.import_policy, Route(prefix, offer.as_path, communities))
    if not verdict.permit:
        return None
    med = offer.med if verdict.med is None else verdict.med
    return Path(router.role, _or_default(verdict.local_preference), offer.as_path, offer.origin, med, True)


def _tell(
    sender: Router, receiver: Router, prefix: Prefix, path: Path | None, communities: frozenset[str], assume: bool
) -> Path | None:
    """What one router's route becomes at the other, over iBGP."""
    if path is None:
        return None
    there, here = sender.partner, receiver.partner
    router_id = _number(sender.bgp.router_id)
    if there is None or here is None:
        return _internal(path, path.local_preference, path.med, router_id) if assume else None
    if not (there.enabled and here.enabled and there.activated and here.activated):
        return None
    if not there.next_hop_self and not receiver.partner_reachable:
        return None
    route = Route(prefix, path.as_path, communities)
    sent = sender.policies.evaluate(there.export_policy, route) if there.export_policy else None
    taken = receiver.policies.evaluate(here.import_policy, route) if here.import_policy else None
    level, med = path.local_preference, path.med
    for verdict in (sent, taken):
        if verdict is not None:
            if not verdict.permit:
                return None
            level = level if verdict.local_preference is None else verdict.local_preference
            med = med if verdict.med is None else verdict.med
    return _internal(path, level, med, router_id)


def _internal(path: Path, local_preference: int, med: int, router_id: int) -> Path:
    return Path(path.link, local_preference, path.as_path, path.origin, med, False, router_id)


def _or_default(local_preference: int | None) -> int:
    return DEFAULT_LOCAL_PREFERENCE if local_preference is None else local_preference


def _number(router_id: str) -> int:
    """A router id as a number; 0 where it is not set."""
    number = 0
    for part in router_id.split("."):
        number = (number << 8) + int(part) if part.isdigit() else 0
    return number
