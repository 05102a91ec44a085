"""What a scenario does to a lab before it boots.  The plan that the proofs compare with stays what it was, unless it says otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from generator.lab.edge import AS_AZURE, Behaviour, fit
from generator.lab.model import Device
from generator.lab.recast import lab_support
from generator.lab.sites import EdgePeering, EdgeSite
from generator.lab.topology import Built, rendered
from generator.model.facts import Facts
from generator.model.plan import DevicePlan, Domain, Peer, Plan, Role
from generator.model.secret import Secret
from generator.model.vlan import Dot1q, QinQ, Tags
from generator.plan import plan as make_plan

WRONG: Final = Secret("NotTheKeyOfTheOtherEnd", "scenario")
_ADDRESS: Final = re.compile(r"(?<![\w.:])[0-9A-Fa-f]{1,4}(?:[.:]+[0-9A-Fa-f]+)+(?![\w.:])")


def with_texts(built: Built, texts: Mapping[str, Mapping[str, str]]) -> Built:
    """Other texts on some routers."""
    devices = dict(built.topology.devices)
    for name, files in texts.items():
        support = lab_support(built.plan.devices[name].platform)
        device = devices[name]
        devices[name] = replace(device, files={**device.files, **support.boot(files).files})
    return replace(built, topology=replace(built.topology, devices=devices))


def with_facts(built: Built, router: str, change: Callable[[DevicePlan, Facts], Facts]) -> Built:
    """A router whose config is that of other facts."""
    device = built.plan.devices[router]
    other = Plan({router: replace(device, facts=change(device, device.facts))}, ())
    return with_texts(built, rendered(other))


def with_edges(
    built: Built, change: Callable[[EdgePeering], EdgePeering] = lambda one: one, behaviour: Behaviour = AS_AZURE
) -> Built:
    """Edges for which something else was entered in Azure."""
    devices, sites = dict(built.topology.devices), dict(built.sites)
    for name, site in built.sites.items():
        if isinstance(site, EdgeSite):
            new = replace(site, peerings=tuple([change(one) for one in site.peerings]))
            sites[name] = new
            devices[name] = _refitted(devices[name], new, behaviour)
    return replace(built, topology=replace(built.topology, devices=devices), sites=sites)


def _refitted(device: Device, site: EdgeSite, behaviour: Behaviour) -> Device:
    return replace(device, files={**device.files, **fit(site, behaviour).files})


def replanned(built: Built) -> Built:
    """After a change of the intent: what is planned now, on the routers and for the proofs."""
    plan = make_plan(built.intent).plan
    return with_texts(replace(built, plan=plan), rendered(plan))


# what is done -------------------------------------------------------------------------------------


def active_passive(built: Built) -> Built:
    """Every private peering prefers its primary link, in both directions."""
    for peering in built.intent.peerings():
        if peering.domain is Domain.PRIVATE:
            peering.mode, peering.preferred, peering.prepend = "active_passive", Role.PRIMARY, 3
            peering.local_preference = {Role.PRIMARY: 200, Role.SECONDARY: 150}
    return replanned(built)


def one_prefix_too_many(built: Built) -> Built:
    """Microsoft takes one prefix less than is announced on a private session (at least one)."""
    counts = [
        sum(prefix.version == 4 for prefix in prefixes)
        for peering in built.intent.peerings()
        for prefixes in peering.announce.values()
    ]
    return with_edges(built, behaviour=Behaviour(prefix_limit=max(1, max(counts, default=1) - 1)))


def wrong_key(built: Built) -> Built:
    """The first router has another MD5 key for Microsoft's edge."""

    def change(device: DevicePlan, facts: Facts) -> Facts:
        keyed = [one.neighbor for one in device.sessions if one.peer is Peer.MSEE]
        neighbors = {
            key: replace(one, password=WRONG) if key == keyed[0] else one for key, one in facts.neighbors.items()
        }
        return replace(facts, neighbors=neighbors)

    return with_facts(built, _first_router(built), change)


def wrong_tag(built: Built) -> Built:
    """The routers have another tag for the first peering than was ordered; of two, the inner one."""
    peering = next(iter(built.intent.peerings()))
    ordered = peering.ends
    peering.ends = {role: replace(end, tags=_next(end.tags)) for role, end in ordered.items()}
    try:
        other = make_plan(built.intent).plan
    finally:
        peering.ends = ordered  # the edges, and the proofs, have the right one
    return with_texts(built, rendered(other))


def _next(tags: Tags | None) -> Tags | None:
    """The tag beside it."""
    match tags:
        case QinQ(outer, inner):
            return QinQ(outer, inner % 4094 + 1)
        case Dot1q(vlan):
            return Dot1q(vlan % 4094 + 1)
        case _:
            return tags


def swapped_links(built: Built) -> Built:
    """The routers took each other's half of the link block."""
    swap: dict[str, str] = {}
    for peering in built.intent.peerings():
        ends = [peering.ends[role] for role in Role if role in peering.ends]
        if peering.domain is Domain.PRIVATE and len(ends) == 2:
            for one, other in (ends, ends[::-1]):
                for mine, theirs in ((one.v4, other.v4), (one.v6, other.v6)):
                    if mine is not None and theirs is not None:
                        swap |= {str(mine.own.ip): str(theirs.own.ip), str(mine.peer.ip): str(theirs.peer.ip)}
    texts = {
        router: {name: substituted(text, swap) for name, text in files.items()}
        for router, files in rendered(built.plan).items()
    }
    return with_texts(built, texts)


def substituted(text: str, other: Mapping[str, str]) -> str:
    """``text`` with other addresses, each replaced once.

    >>> substituted("neighbor 10.0.0.2 10.0.0.21", {"10.0.0.2": "10.0.0.6", "10.0.0.6": "10.0.0.2"})
    'neighbor 10.0.0.6 10.0.0.21'
    """
    return _ADDRESS.sub(lambda found: other.get(found[0], found[0]), text)


def no_route_filter(built: Built) -> Built:
    """Nobody attached the route filter in Azure (ER-RF-01)."""
    return with_edges(built, lambda one: replace(one, peering=replace(one.peering, route_filter=())))


def _first_router(built: Built) -> str:
    return next(
        name for name, device in built.plan.devices.items() if any(one.peer is Peer.MSEE for one in device.sessions)
    )
