"""What a circuit, a gateway or a peering can carry at most, and what it cannot do at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import CircuitIntent, CustomerIntent, Intent, PeeringIntent
from generator.inventory.models import PeeringDefaults
from generator.model.finding import DataPath, Related, Severity
from generator.model.limits import PRIVATE_V4, PRIVATE_V4_PREMIUM, PRIVATE_V6, PUBLIC_EACH
from generator.model.plan import Domain, Role
from generator.platforms import load
from generator.platforms.base import Feature
from generator.rules.base import Problem, rule
from generator.rules.places import announced_list, default_groups, title

GATEWAY_SMALL: Final = 4000
GATEWAY_OTHER: Final = 9500
SMALL_GATEWAYS: Final = frozenset({"standard", "ergw1az"})
"""Routes that a gateway learns, and the SKUs that learn fewer (ER-RTE-04)."""

VNETS: Final = 10
VNETS_PREMIUM: Final = ((50, 20), (100, 25), (200, 25), (500, 40), (1000, 50), (2000, 60), (5000, 75), (10000, 100))
"""VNets that a Premium circuit takes, by bandwidth in Mb/s (ER-LIM-05)."""

MODES: Final = ("active_active", "active_passive")


def _limit(peering: PeeringIntent, family: int) -> int:
    if peering.domain is not Domain.PRIVATE:
        return PUBLIC_EACH
    if family == 6:
        return PRIVATE_V6
    return PRIVATE_V4_PREMIUM if peering.circuit.tier == "Premium" else PRIVATE_V4


@rule("INV-035", Severity.ERROR, source="ER-RTE-01 ER-RTE-02")
def prefix_count(peering: PeeringIntent) -> Iterator[Problem]:
    """No more prefixes are announced than Microsoft takes.

    Why:
        Above the limit Microsoft's edge drops the BGP session, and with it everything.  Private peering takes 4,000
        IPv4 prefixes (10,000 with Premium) and 100 of IPv6, Microsoft peering 200 of each.
    Fix:
        Announce aggregates, or move the circuit to Premium.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, advertise: [10.0.0.0/24, 10.0.2.0/24]}  # and 3,999 more
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, advertise: [10.0.0.0/16]}
    """
    most = max((len(one) for one in peering.announce.values()), default=0)
    if most * 5 < PRIVATE_V6 * 4:  # the lowest of all thresholds
        return
    for family in (4, 6):
        count = max(sum(1 for prefix in one if prefix.version == family) for one in peering.announce.values())
        limit = _limit(peering, family)
        if count * 5 < limit * 4:
            continue
        tier = f" (tier {peering.circuit.tier})" if limit in (PRIVATE_V4, PRIVATE_V4_PREMIUM) else ""
        yield Problem(
            message=f"{title(peering)} announces {count} IPv{family} prefixes, Microsoft takes at most {limit}{tier}",
            path=announced_list(peering),
            fix="announce aggregates instead" + (", or use tier Premium" if limit == PRIVATE_V4 else ""),
            severity=Severity.ERROR if count > limit else Severity.WARNING,
        )


@rule("INV-036", Severity.WARNING, source="ER-RTE-04")
def gateway_routes(customer: CustomerIntent) -> Iterator[Problem]:
    """The VNet's gateway can learn as many routes as are announced.

    Why:
        A gateway of SKU Standard or ErGw1Az learns 4,000 routes, any other 9,500: a Premium circuit can bring more.
    Fix:
        Announce aggregates, or give the VNet a larger gateway.
    Bad:
        vnets:
          - prefixes: [10.100.0.0/16]
            gateways: [{sku: ErGw1Az}]
        onprem: [10.0.0.0/24, 10.0.2.0/24]  # and 4,998 more
    Good:
        vnets:
          - prefixes: [10.100.0.0/16]
            gateways: [{sku: ErGw1Az}]
    """
    private = [one for one in customer.peerings() if one.domain is Domain.PRIVATE]
    if sum(len(one) for peering in private for one in peering.announce.values()) <= GATEWAY_SMALL:
        return
    for index, vnet in enumerate(customer.vnets):
        gateways = [(at, one) for at, one in enumerate(vnet.gateways) if one.kind == "expressroute" and one.sku]
        if not gateways:
            continue
        linked = [one for one in private if vnet.circuits is None or one.circuit.name in vnet.circuits]
        count = len({prefix for peering in linked for one in peering.announce.values() for prefix in one})
        for at, gateway in gateways:
            limit = GATEWAY_SMALL if str(gateway.sku).lower() in SMALL_GATEWAYS else GATEWAY_OTHER
            if count > limit:
                yield Problem(
                    message=f"gateway of sku {gateway.sku} learns {limit} routes, and {count} are announced to it",
                    path=(*customer.path, "vnets", index, "gateways", at, "sku"),
                    fix="announce aggregates, or use a larger gateway",
                )


def _vnet_limit(circuit: CircuitIntent) -> int:
    if circuit.tier != "Premium":
        return VNETS
    if circuit.bandwidth_mbps is None:
        return VNETS_PREMIUM[-1][1]
    fitting = [count for speed, count in VNETS_PREMIUM if speed <= circuit.bandwidth_mbps]
    return fitting[-1] if fitting else VNETS_PREMIUM[0][1]


@rule("INV-051", Severity.ERROR, source="ER-LIM-05")
def vnet_links(circuit: CircuitIntent) -> Iterator[Problem]:
    """No more VNets are linked to a circuit than its SKU takes.

    Why:
        Local and Standard circuits take 10 links, Premium ones 20 to 100 by bandwidth; a Global Reach connection
        counts as a link.
    Fix:
        Move to Premium, or link some of the VNets to another circuit (vnets: circuits).
    Bad:
        vnets: [10.100.0.0/16, 10.101.0.0/16, 10.102.0.0/16, 10.103.0.0/16, 10.104.0.0/16, 10.105.0.0/16,
                10.106.0.0/16, 10.107.0.0/16, 10.108.0.0/16, 10.109.0.0/16, 10.110.0.0/16]
    Good:
        vnets: [10.100.0.0/16, 10.101.0.0/16]
    """
    vnets = circuit.customer.vnets
    reach = sum(len(one.global_reach) for one in circuit.spec.peerings.values())
    if len(vnets) + reach <= VNETS:
        return
    linked = [at for at, vnet in enumerate(vnets) if vnet.circuits is None or circuit.name in vnet.circuits]
    limit = _vnet_limit(circuit)
    if len(linked) + reach <= limit:
        return
    path: DataPath = (*circuit.customer.path, "vnets")
    counted = f"{len(linked)} VNets" + (f" and {reach} Global Reach connections" if reach else "")
    yield Problem(
        message=f"circuit {circuit.name} has {counted}, tier {circuit.tier} takes at most {limit}",
        path=(*path, linked[limit]) if len(linked) > limit else path,
        fix="link some to another circuit, or use tier Premium with more bandwidth",
    )


@rule("INV-052", Severity.ERROR, source="ER-V6-01")
def ipv6_on_public(peering: PeeringIntent) -> Iterator[Problem]:
    """There is no IPv6 on public peering.

    Why:
        Azure offers IPv6 on private and on Microsoft peering only.
    Fix:
        Remove v6 here; reach Microsoft's IPv6 services over Microsoft peering.
    Bad:
        meta: {legacy: true}
        peerings:
          public: {azure_vlan: 300, v4: 198.41.0.0/29, v6: "2600:1f18:100:ff::/125"}
    Good:
        meta: {legacy: true}
        peerings:
          public: {azure_vlan: 300, v4: 198.41.0.0/29}
    """
    if peering.domain is Domain.PUBLIC and peering.spec.v6 is not None:
        yield Problem(
            message=f"v6 is set on the {title(peering)}, which is IPv4 only",
            path=(*peering.path, "v6"),
            fix="remove v6",
        )


@rule("INV-054", Severity.ERROR, source="ER-CKT-21")
def first_hop_redundancy(peering: PeeringIntent) -> Iterator[Problem]:
    """There is no HSRP, VRRP or GLBP towards Microsoft's edge.

    Why:
        The pair of BGP sessions is the redundancy: each link has addresses of its own, and a shared one answers to
        nobody at the other end.
    Fix:
        Remove it; both sessions are up at once, and BGP chooses.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, vrrp: 10}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29}
    """
    spec = peering.spec
    for key, value in (("fhrp", spec.fhrp), ("hsrp", spec.hsrp), ("vrrp", spec.vrrp), ("glbp", spec.glbp)):
        if value is not None and value is not False:
            yield Problem(
                message=f"{key} is asked for on the {title(peering)}, two BGP sessions are the redundancy there",
                path=(*peering.path, key),
                fix=f"remove {key}",
            )


@rule("INV-055", Severity.ERROR, source="ER-PATH-04")
def active_passive(peering: PeeringIntent) -> Iterator[Problem]:
    """Active-passive steers both directions, and both to the same link.

    Why:
        Prepending on the passive link steers what comes from Azure, local preference on the routers what goes there.
        One without the other makes flows that go by one link and come back by the other.
    Fix:
        Leave prepend and local_pref out and both get a value; or write both, with the higher preference on the link
        that is not prepended.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, mode: active_passive, prepend: 3}
    Good:
        peerings:
          private:
            azure_vlan: 100
            v4: 172.31.0.0/29
            mode: active_passive
            prepend: 3
            local_pref: {primary: 200, secondary: 150}
    """
    spec = peering.spec
    if peering.mode != "active_passive":
        return
    if spec.local_pref is None:
        if spec.prepend is not None:
            yield Problem(
                message=f"prepend {spec.prepend} is set without local_pref, active_passive needs both",
                path=(*peering.path, "prepend"),
                fix="add local_pref: {primary: 200, secondary: 150}, or remove prepend to get both by default",
            )
        return
    pref, path = spec.local_pref, (*peering.path, "local_pref")
    said = f"local_pref {pref.primary} and {pref.secondary}"
    if spec.prepend is None:
        yield Problem(
            message=f"{said} are set without prepend, active_passive needs both",
            path=path,
            fix="add prepend: 3, or remove local_pref to get both by default",
        )
    if pref.primary == pref.secondary:
        yield Problem(
            message=f"{said} prefer both links, active_passive needs a lower value on the passive one",
            path=path,
            fix="give the passive link the lower value, for instance 150",
        )
    elif spec.preferred is not None and (pref.primary > pref.secondary) != (peering.preferred is Role.PRIMARY):
        yield Problem(
            message=f"{said} prefer the {peering.preferred.other} link, which is prepended because preferred is "
            f"{spec.preferred}",
            path=path,
            fix=f"give the {spec.preferred} link the higher value, or change preferred",
            related=(Related((*peering.path, "preferred"), note="the link to prefer"),),
        )


@rule("INV-055", Severity.ERROR, source="ER-PATH-01")
def mode(intent: Intent) -> Iterator[Problem]:
    """The mode of a peering is active_active or active_passive.

    Why:
        There are no other ways to use two links; active_active is the default, and the one Microsoft advises.
    Fix:
        Write active_active or active_passive, or leave mode out.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, mode: active_standby}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, mode: active_passive}
    """
    written = [(path, group.mode) for path, group in default_groups(intent) if isinstance(group, PeeringDefaults)]
    written += [(peering.path, peering.spec.mode) for peering in intent.peerings()]
    for path, name in written:
        if name is not None and name not in MODES:
            yield Problem(
                message=f"mode {name!r} is unknown, expected {' or '.join(MODES)}",
                path=(*path, "mode"),
                fix="write one of the two, or remove mode",
            )


@rule("INV-056", Severity.WARNING, source="ER-CKT-24")
def firewall_at_the_edge(intent: Intent) -> Iterator[Problem]:
    """No firewall speaks BGP with Microsoft's edge.

    Why:
        A stateful device there makes failover fragile: flows may come back by the other link, where their state is
        unknown.
    Fix:
        End the circuit on routers, and put the firewall behind them.
    Bad:
        routers:
          pe1: {platform: fortinet}  # or any other platform that declares itself a firewall
    Good:
        routers:
          pe1: {platform: cisco_xe}
    """
    kinds = {(one.platform, one.model or "") for one in intent.routers.values()}
    firewalls = {kind for kind in kinds if is_firewall(*kind)}
    if not firewalls:
        return
    facing = {router for circuit in intent.circuits() for router, _ in circuit.links.values()}
    for name, router in intent.routers.items():
        if name in facing and (router.platform, router.model or "") in firewalls:
            model = f", model {router.model}," if router.model else ""
            yield Problem(
                message=f"platform {router.platform}{model} of router {name} is a firewall, a router was expected",
                path=("routers", name, "model" if router.model else "platform"),
                fix="end the circuit on a router, with the firewall behind it",
            )


def is_firewall(name: str, model: str) -> bool:
    """Whether routers of a platform and model keep sessions and can do nothing else."""
    try:
        platform = load(name)
    except KeyError:
        return False
    can = platform.can(model)
    return platform.firewall_class or (Feature.STATEFUL in can and Feature.STATELESS not in can)
