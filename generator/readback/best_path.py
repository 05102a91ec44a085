"""Which of a pair's two links does each router use for a route?  A small simulation of BGP's decision.

Each router has the route from its own Microsoft edge (eBGP) and, where the two speak iBGP in the
VRF, the one that the other router chose.  The order of decision: local preference, AS path length,
origin, MED, eBGP before iBGP, router id.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from generator.model.address import Prefix
from generator.model.facts import BgpVrf, Family, Neighbor
from generator.model.plan import Role
from generator.readback.as_path import AsPath
from generator.readback.evidence import PairEvidence
from generator.readback.policy import DEFAULT_LOCAL_PREFERENCE, NO_COMMUNITIES, Policies


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
    start = (DEFAULT_LOCAL_PREFERENCE, offer.med)
    levels = _through(router.policies, neighbor.import_policy, prefix, offer.as_path, communities, start)
    return None if levels is None else Path(router.role, levels[0], offer.as_path, offer.origin, levels[1], True)


def _through(
    policies: Policies,
    name: str,
    prefix: Prefix,
    path: AsPath,
    communities: frozenset[str],
    levels: tuple[int, int],
) -> tuple[int, int] | None:
    """Local preference and MED after a policy; None: the route does not pass."""
    family: Family = 4 if prefix.version == 4 else 6
    chosen = policies.filter(name, family, path, communities)
    rule = chosen.deciding(int(prefix.network_address), prefix.prefixlen)
    if rule is None:
        return levels if chosen.default else None
    if not rule.permit:
        return None
    level, med = levels
    return (
        level if rule.local_preference is None else rule.local_preference,
        med if rule.med is None else rule.med,
    )


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
    levels: tuple[int, int] | None = (path.local_preference, path.med)
    for policies, name in ((sender.policies, there.export_policy), (receiver.policies, here.import_policy)):
        # Between the two routers no policy means that everything passes, on every platform.
        if name and levels is not None:
            levels = _through(policies, name, prefix, path.as_path, communities, levels)
    return None if levels is None else _internal(path, *levels, router_id)


def _internal(path: Path, local_preference: int, med: int, router_id: int) -> Path:
    return Path(path.link, local_preference, path.as_path, path.origin, med, False, router_id)


@lru_cache(maxsize=4096)
def _number(router_id: str) -> int:
    """A router id as a number; 0 where it is not set."""
    if not router_id:
        return 0
    number = 0
    for part in router_id.split("."):
        number = (number << 8) + int(part) if part.isdigit() else 0
    return number
