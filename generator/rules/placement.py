"""Where state is kept: firewalls and translations on two routers that share the load, and who may reach the routers."""

from __future__ import annotations

from collections.abc import Iterator

from generator.inventory.intent import Intent, PeeringIntent
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Domain
from generator.platforms.base import Feature
from generator.rules.base import Problem, rule
from generator.rules.places import title, written_firewall
from generator.rules.platform import platform_of


def _shared_load(peering: PeeringIntent) -> bool:
    """Whether both routers of a peering carry traffic at once."""
    return peering.mode == "active_active" and len({end.router for end in peering.ends.values()}) > 1


def _own_pools(peering: PeeringIntent) -> bool:
    """Whether answers come back by the router that translated, because the pool is its own (ER-NAT-05)."""
    nat = peering.spec.nat
    return nat is not None and nat.design == "per_router" and peering.domain is not Domain.PRIVATE


@rule("FW-PLACE-03", Severity.ERROR, source="FW-PLACE-03 ER-NAT-05")
def shared_pool(peering: PeeringIntent) -> Iterator[Problem]:
    """Two routers that share the load do not translate to one pool.

    Why:
        An answer comes back by either router, and only the one that translated the request knows whose it is: half of
        the answers are lost.
    Fix:
        Give each router a pool of its own (design: per_router), or translate before the load is shared: at firewalls
        with state_sync, or at: elsewhere.
    Bad:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, nat: {pool: 198.41.1.0/28}}
    Good:
        peerings:
          microsoft:
            azure_vlan: 200
            v4: 198.41.0.0/29
            nat: {design: per_router, pool: {primary: 198.41.1.0/28, secondary: 198.41.1.16/28}}
    """
    if peering.nat_at != "router" or peering.domain is Domain.PRIVATE:
        return
    if _shared_load(peering) and not _own_pools(peering):
        yield Problem(
            message=f"both routers of the {title(peering)} share the load and translate to one pool, "
            "a pool for each was expected",
            path=(*peering.path, "nat"),
            fix="write design: per_router with two pools, at: firewall or at: elsewhere, or mode: active_passive",
            on_key=True,
        )


@rule("FW-PLACE-03", Severity.ERROR, source="FW-PLACE-03 ER-PATH-01")
def shared_load(intent: Intent) -> Iterator[Problem]:
    """Firewalls on both paths that share the load know each other's sessions.

    Why:
        Microsoft sends the packets of a connection back by either link.  A firewall that did not see the first one
        drops the others.
    Fix:
        Let the firewalls share their sessions (state_sync), write state: stateless on routers, or use one path at a time
        (mode: active_passive).
    Bad:
        firewall: {state: stateful}
    Good:
        firewall: {state: stateless}
    """
    told: set[DataPath] = set()
    for customer in intent.customers:
        stateful = customer.firewall.enabled and customer.firewall.state == "stateful"
        if not stateful and not any(circuit.pair.firewalls for circuit in customer.circuits):
            continue
        for peering in customer.peerings():
            if not _shared_load(peering) or _own_pools(peering):
                continue
            path = (*written_firewall(intent, customer), "state") if stateful else _at_firewalls(peering)
            if path is not None and path not in told:
                told.add(path)
                yield _asymmetric(peering, path, routers=stateful)


def _asymmetric(peering: PeeringIntent, path: DataPath, *, routers: bool) -> Problem:
    pair = peering.circuit.pair_name
    who = "routers" if routers else f"firewalls of pair {pair}"
    return Problem(
        message=f"{who} keep sessions each for itself, and the {title(peering)} shares the load over both, "
        "one path or common sessions were expected",
        path=path,
        fix="write state: stateless, or mode: active_passive"
        if routers
        else f"write state_sync: true on pair {pair}, or mode: active_passive",
        related=(Related(peering.path, note="the load is shared"),),
    )


def _at_firewalls(peering: PeeringIntent) -> DataPath | None:
    """The pair, where flows of a peering pass two firewalls that do not share their sessions."""
    pair = peering.circuit.pair
    if len(pair.firewalls) < 2 or pair.state_sync:
        return None
    encrypts = peering.ipsec is not None and peering.ipsec.spec.at == "firewall"
    sessions = any(
        one.spec.firewall is not None and one.domain is peering.domain and one.pair_name == peering.circuit.pair_name
        for one in peering.customer.attachments
    )
    passes = encrypts or sessions or peering.nat_at == "firewall"
    return ("pairs", peering.circuit.pair_name, "firewalls") if passes else None


@rule("FW-SPOOF-04", Severity.ERROR, source="FW-SPOOF-04")
def strict_reverse_path(intent: Intent) -> Iterator[Problem]:
    """The reverse-path check towards Microsoft is loose.

    Why:
        With two links in use a packet may come in by the one that the route back does not take: strict checking drops it.
        With one path at a time it drops what comes by the other while the two sides switch over.
    Fix:
        Write urpf: loose, which is the default.
    Bad:
        firewall: {urpf: strict}
    Good:
        firewall: {urpf: loose}
    """
    told: set[tuple[DataPath, bool]] = set()
    for customer in intent.customers:
        if not customer.firewall.enabled or customer.firewall.urpf != "strict":
            continue
        path = (*written_firewall(intent, customer), "urpf")
        shared = next((one for one in customer.peerings() if _shared_load(one)), None)
        if (path, shared is not None) in told:
            continue
        told.add((path, shared is not None))
        where = (
            f"drops what comes back by the other link of the {title(shared)}"
            if shared is not None
            else f"drops packets of customer {customer.name} while paths change"
        )
        yield Problem(
            message=f"urpf strict {where}, loose was expected",
            path=path,
            fix="write urpf: loose, or remove it",
            severity=Severity.WARNING if shared is None else Severity.ERROR,
        )


@rule("FW-CP-01", Severity.WARNING, source="FW-CP-01 FW-PERM-11")
def open_control_plane(intent: Intent) -> Iterator[Problem]:
    """A router says who may reach it.

    Why:
        Without management no filter is written in front of the router itself: whoever has a route to one of its
        addresses reaches its login.
    Fix:
        Add management: the prefixes from which the router is managed, and the services that are used.
    Bad:
        routers:
          pe1: {azure_port: TenGigabitEthernet0/1/0}
    Good:
        routers:
          pe1: {management: {prefixes: [192.168.10.0/24]}}
          pe2: {management: {prefixes: [192.168.10.0/24]}}
    """
    for name, router in intent.routers.items():
        if router.management is not None:
            continue
        platform = platform_of(router.platform)
        cannot = platform is not None and Feature.CONTROL_PLANE not in platform.can(router.model or "")
        yield Problem(
            message=f"router {name} has no management, and its control plane is open",
            path=("routers", name),
            fix="close it by hand, peerwright has no words for it on this platform"
            if cannot
            else "add management: {prefixes: [...]}, from where it is managed",
            on_key=True,
        )
