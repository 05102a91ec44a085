"""The planner's front: groups of routers that belong together, and the plan of each."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from generator.inventory.intent import CustomerIntent, Intent, PeeringIntent
from generator.model.facts import Family
from generator.model.finding import Finding
from generator.model.plan import DevicePlan, Domain, PairPlan, Plan, Role, TunnelPlan
from generator.plan.appliances import plan_appliances
from generator.plan.attachments import AttachmentPlanner
from generator.plan.control_plane import close_control_plane
from generator.plan.device import DeviceDraft
from generator.plan.partners import plan_partners
from generator.plan.peerings import FAMILIES, PeeringPlanner
from generator.plan.security import plan_security
from generator.plan.traffic import plan_macsec, plan_rate, plan_shared_services
from generator.plan.tunnels import TunnelPlanner, tunnel_plans, tunnels_by_path
from generator.platforms import load


class Component(msgspec.Struct):
    """Routers that share a customer or a pair, and their customers: planned, rendered and forgotten together."""

    routers: list[str]
    customers: list[CustomerIntent]


class PlanPart(msgspec.Struct):
    """The plan of one component, and what could not be planned."""

    plan: Plan
    findings: list[Finding]


def components(intent: Intent) -> list[Component]:
    """Split the inventory where nothing is shared, in the inventory's order, so that a large one need not be in memory at once."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        root = leader.setdefault(name, name)
        while root != leader[root]:
            leader[root] = root = leader[leader[root]]
        return root

    for customer in intent.customers:
        names = [router for circuit in customer.circuits for router, _ in circuit.links.values()]
        for name in names[1:]:
            leader[find(name)] = find(names[0])
    for pair in intent.inventory.pairs.values():
        known = [name for name in (*pair.routers, *pair.firewalls) if name in intent.routers]
        for name in known[1:]:
            leader[find(name)] = find(known[0])
    groups: dict[str, Component] = {}
    for customer in intent.customers:
        names = [router for circuit in customer.circuits for router, _ in circuit.links.values()]
        if names:
            groups.setdefault(find(names[0]), Component([], [])).customers.append(customer)
    for name in intent.routers:
        group = groups.get(find(name))
        if group is not None:
            group.routers.append(name)
    return list(groups.values())


def plan(intent: Intent) -> PlanPart:
    """The plan of the whole inventory."""
    devices: dict[str, DevicePlan] = {}
    pairs: list[PairPlan] = []
    tunnels: list[TunnelPlan] = []
    findings: list[Finding] = []
    for component in components(intent):
        part = plan_component(intent, component)
        devices.update(part.plan.devices)
        pairs.extend(part.plan.pairs)
        tunnels.extend(part.plan.tunnels)
        findings.extend(part.findings)
    return PlanPart(Plan(devices, tuple(pairs), tuple(tunnels)), findings)


def plan_component(intent: Intent, component: Component) -> PlanPart:
    """The plan of the routers of one component."""
    drafts, findings = _drafts(intent, component)
    linked: set[tuple[str, str]] = set()
    for customer in component.customers:
        peerings = [peering for peering in customer.peerings() if _plannable(peering, drafts)]
        for peering in peerings:
            planner = PeeringPlanner(peering, intent.lab)
            for end in peering.ends.values():
                planner.plan(drafts[end.router], end)
        for peering in peerings:
            if peering.ipsec is not None and peering.ipsec.spec.at == "router":
                mesh = TunnelPlanner(peering, peering.ipsec)
                for end in peering.ends.values():
                    mesh.plan(drafts[end.router], end)
        _attachments(customer, peerings, drafts)
        for peering in peerings:
            for vrf in dict.fromkeys((peering.vrf, peering.home_vrf)):
                if (peering.circuit.pair_name, vrf) not in linked:
                    linked.add((peering.circuit.pair_name, vrf))
                    plan_partners(peering, drafts, vrf)
        for peering in peerings:
            plan_security(peering, drafts, lab=intent.lab)
        for attachment in customer.attachments:
            for end in attachment.ends.values():
                if end.router in drafts:
                    plan_shared_services(customer, attachment, drafts[end.router], end.role)
        plan_appliances(customer, peerings, drafts, lab=intent.lab)
        for circuit in customer.circuits:
            plan_rate(circuit, drafts)
            plan_macsec(circuit, drafts)
    for draft in drafts.values():
        close_control_plane(draft)
    devices = {name: draft.finish() for name, draft in drafts.items() if draft.sessions}
    for draft in drafts.values():
        findings.extend(draft.findings)
    pairs = tuple(pair for customer in component.customers for pair in _pairs(customer, devices))
    by_path = tunnels_by_path(devices)
    meshes = tuple(one for customer in component.customers for one in tunnel_plans(customer, devices, by_path))
    return PlanPart(Plan(devices, pairs, meshes), findings)


def _drafts(intent: Intent, component: Component) -> tuple[dict[str, DeviceDraft], list[Finding]]:
    titles: dict[str, str] = {}
    for customer in component.customers:
        for circuit in customer.circuits:
            for name, place in zip(circuit.pair.routers, ("primary", "secondary"), strict=False):
                titles.setdefault(name, f"{place} router of pair {circuit.pair_name}")
            for name, before in zip(circuit.pair.firewalls, circuit.pair.routers, strict=False):
                titles.setdefault(name, f"firewall behind {before} of pair {circuit.pair_name}")
    drafts: dict[str, DeviceDraft] = {}
    findings: list[Finding] = []
    for name in component.routers:
        router = intent.routers[name]
        try:
            platform = load(router.platform)
        except KeyError:
            continue  # INV-066 names it
        hostname = router.hostname or name
        drafts[name] = DeviceDraft(name, router, platform, f"{hostname}: {titles.get(name, 'router')}")
    return drafts, findings


def _plannable(peering: PeeringIntent, drafts: dict[str, DeviceDraft]) -> bool:
    return bool(peering.asn) and all(end.router in drafts for end in peering.ends.values())


def _attachments(customer: CustomerIntent, peerings: list[PeeringIntent], drafts: dict[str, DeviceDraft]) -> None:
    for attachment in customer.attachments:
        same = [
            peering
            for peering in peerings
            if peering.circuit.pair_name == attachment.pair_name
            and (peering.domain is attachment.domain or (attachment.domain is Domain.PRIVATE and peering.ipsec))
        ]
        if not same:
            continue
        same.sort(key=lambda one: one.domain is not attachment.domain)
        planner = AttachmentPlanner(customer, attachment, same)
        for end in attachment.ends.values():
            if end.router in drafts:
                planner.plan(drafts[end.router], end)


def _pairs(customer: CustomerIntent, devices: dict[str, DevicePlan]) -> Iterator[PairPlan]:
    for peering in customer.peerings():
        for family in FAMILIES:
            found = _pair(peering, family, devices)
            if found is not None:
                yield found


def _pair(peering: PeeringIntent, family: Family, devices: dict[str, DevicePlan]) -> PairPlan | None:
    sides = {}
    for role, end in peering.ends.items():
        link = end.v4 if family == 4 else end.v6
        device = devices.get(end.router)
        if link is not None and device is not None:
            key = (peering.vrf, link.peer.ip, family)
            if key in device.facts.neighbors:
                sides[role] = (end.router, key)
    if Role.PRIMARY not in sides:
        return None
    return PairPlan(
        customer=peering.customer.name,
        circuit=peering.circuit.name,
        domain=peering.domain,
        family=family,
        primary=sides[Role.PRIMARY],
        secondary=sides.get(Role.SECONDARY),
        mode="active_passive" if peering.mode == "active_passive" else "active_active",
        preferred=peering.preferred if peering.mode == "active_passive" else None,
        same_announcements=peering.spec.different_announcements is None,
        origin=peering.path,
    )


__all__ = ["Component", "PlanPart", "components", "plan", "plan_component"]
