"""Which pairs are pushed, and what to each of their routers: from the inventory's plan."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.model.outcome import Refused
from generator.model.plan import DevicePlan, Role
from generator.model.secret import Secret
from generator.platforms import load
from generator.push.access import Access, access
from generator.push.candidate import Making, bundle, intended, whole, whole_drain
from generator.push.capability import capability
from generator.push.drain import Drain, drained
from generator.push.merging import can_merge, commands, drain
from generator.push.state import expectation
from generator.push.steps import Drained, Target

if TYPE_CHECKING:
    from generator.inventory.intent import Intent
    from generator.inventory.models import Pair
    from generator.model.plan import Plan


@dataclass(frozen=True, slots=True)
class PairTarget:
    """A pair of routers, in the order of change: the path that carries less first."""

    name: str
    targets: tuple[Target, ...]
    plans: dict[str, DevicePlan]
    access: dict[str, Access]
    secrets: tuple[Secret, ...]
    without_timer: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Of all that is sent."""
        return hashlib.sha256("\0".join(one.text for one in self.targets).encode()).hexdigest()


def pair_targets(intent: Intent, plan: Plan, only: Sequence[str], root: Path) -> list[PairTarget]:
    """Of the whole inventory, or of some customers and routers.  `Refused` for a name that is neither."""
    customers = {one.name: one for one in intent.customers}
    for name in only:
        if name not in customers and name not in intent.routers:
            raise Refused(f"the inventory has no customer and no router {name!r}", "see `customers:` and `routers:`")
    found = []
    for name, pair in intent.inventory.pairs.items():
        routers = [one for one in (*pair.routers, *pair.firewalls) if one in plan.devices]
        chosen = [one for one in routers if _chosen(one, only, plan.devices[one])]
        if chosen:
            found.append(_pair(name, pair, _in_order(pair.routers, chosen, plan), intent, plan, root))
    _once(found)
    return found


def _chosen(router: str, only: Sequence[str], plan: DevicePlan) -> bool:
    return not only or router in only or any(one.customer in only for one in plan.sessions)


def _in_order(routers: Sequence[str], chosen: Sequence[str], plan: Plan) -> list[str]:
    """Secondary first; where every circuit of the pair prefers the secondary, the primary carries less and is first."""
    preferred = {
        one.preferred
        for one in plan.pairs
        if one.primary[0] in chosen or (one.secondary and one.secondary[0] in chosen)
    }
    backwards = preferred != {Role.SECONDARY}
    main = [one for one in routers if one in chosen]
    others = [one for one in chosen if one not in main]
    ordered = [*(reversed(main) if backwards else main)]
    return [*ordered, *(reversed(others) if backwards else others)]


def _pair(name: str, pair: Pair, chosen: list[str], intent: Intent, plan: Plan, root: Path) -> PairTarget:
    """Of a pair whose other router is not pushed, that router is still watched."""
    routers = [one for one in (*pair.routers, *pair.firewalls) if one in plan.devices]
    plans = {one: plan.devices[one] for one in routers}
    reach = {one: access(one, intent.routers[one].connect, root) for one in routers}
    # A path without another one beside it cannot be drained: that would be an outage.
    how: Drain = pair.drain if len(pair.routers) == 2 else "none"
    targets = tuple(_target(plans[one], how, _other(one, pair)) for one in chosen)
    without = tuple(one.router for one in targets if not one.timer)
    return PairTarget(name, targets, plans, reach, tuple(_secrets(plans)), without)


def _other(router: str, pair: Pair) -> str:
    """The router of the path that this one is not on."""
    place = pair.routers.index(router) if router in pair.routers else pair.firewalls.index(router)
    return pair.routers[1 - place] if len(pair.routers) == 2 else ""


def _target(plan: DevicePlan, how: Drain, other: str) -> Target:
    napalm = load(plan.platform).napalm
    texts = intended(plan)
    drains = drained(plan, how)
    target = Target(
        plan.name,
        bundle(texts),
        _making(plan),
        expectation(plan),
        timer=napalm.commit_confirm and capability(napalm).timer,
        other=other,
    )
    return target if drains.facts == plan.facts else replace(target, drained=_drained(plan, drains, how))


def _making(plan: DevicePlan, known: Mapping[str, str] | None = None) -> Making:
    """Whole files, or commands.  ``known``: files that were put on the router just before."""
    if not load(plan.platform).napalm.merge:
        files = whole(plan)
        return lambda _: files
    can_merge(plan)
    return lambda running: commands(plan, running, known=known)


def _drained(plan: DevicePlan, drains: DevicePlan, how: Drain) -> Drained:
    first = drain if load(plan.platform).napalm.merge else whole_drain
    return Drained(
        lambda running: first(plan, running, how),
        _making(drains),
        _making(plan, known=intended(drains)),
        expectation(drains, how),
    )


def _secrets(plans: object) -> Iterator[Secret]:
    """Every key of these plans, to be masked in whatever a router says."""
    todo: list[object] = [plans]
    while todo:
        one = todo.pop()
        if isinstance(one, Secret):
            yield one
        elif isinstance(one, dict):
            todo += one.values()
        elif isinstance(one, DevicePlan):
            todo += [one.facts.neighbors, one.facts.tunnels, one.facts.macsec]
        elif hasattr(one, "__struct_fields__"):
            todo += [getattr(one, name) for name in one.__struct_fields__]
        elif isinstance(one, (tuple, list)):
            todo += one


def _once(found: Sequence[PairTarget]) -> None:
    """A router of two pairs would be changed twice, or by two at once."""
    seen: dict[str, str] = {}
    for pair in found:
        for router in pair.plans:
            if router in seen:
                raise Refused(
                    f"router {router} is in the pairs {seen[router]} and {pair.name}, which push cannot do in one run",
                    "push them one after the other, with --only and a router's name that is in one of them",
                )
            seen[router] = pair.name
