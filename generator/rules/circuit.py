"""Circuits: their two connections, whose they are, what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import CircuitIntent, CustomerIntent, Intent
from generator.inventory.models import Circuit
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Role
from generator.rules.base import Problem, rule

GUID_PARTS: Final = [8, 4, 4, 4, 12]
_HEX: Final = frozenset("0123456789abcdefABCDEF")

Held = tuple[str, str, Circuit, DataPath]
"""Customer, name, circuit and its place, also of a circuit that could not be resolved."""


def written_circuits(intent: Intent) -> Iterator[Held]:
    """All circuits as they are written."""
    for customer in intent.customers:
        for name, spec in customer.spec.circuits.items():
            yield customer.name, name, spec, (*customer.path, "circuits", name)


@rule("INV-001", Severity.ERROR, source="ER-CKT-01 ER-CKT-22")
def two_links(customer: CustomerIntent) -> Iterator[Problem]:
    """A circuit has a primary and a secondary link.

    Why:
        Every ExpressRoute circuit has two connections, on two of Microsoft's edge routers.  Microsoft's SLA holds only
        where BGP runs on both, and its maintenance takes one of them down at a time.
    Fix:
        Name both links, or two routers in the pair.  Where one connection is enough, say why in ``sla_waiver``.
    Bad:
        links:
          primary: {router: pe1}
    Good:
        links:
          primary: {router: pe1}
          secondary: {router: pe2}
    """
    resolved = {circuit.name: circuit for circuit in customer.circuits}
    for name, spec in customer.spec.circuits.items():
        circuit = resolved.get(name)
        if circuit is not None and len(circuit.links) == 2:
            continue
        missing = [role for role in Role if _not_written(spec, circuit, role)]
        if not missing or (spec.sla_waiver and len(missing) == 1):
            continue
        path: DataPath = (*customer.path, "circuits", name)
        what = "neither link" if len(missing) == 2 else f"no {missing[0].value} link"
        in_pair = spec.links is None and circuit is not None
        yield Problem(
            message=f"circuit {name} has {what}, expected a primary and a secondary one",
            path=(*path, "links") if spec.links is not None else path,
            fix=(
                f"add the {missing[0].value} link"
                + (f", or a second router to pair {circuit.pair_name}" if in_pair and circuit is not None else "")
                + (", or say in sla_waiver why one connection is enough" if len(missing) == 1 else "")
            ),
            related=(Related(("pairs", circuit.pair_name, "routers")),) if in_pair and circuit is not None else (),
        )


def _not_written(spec: Circuit, circuit: CircuitIntent | None, role: Role) -> bool:
    """Whether nobody named a router for a link.  One that is named and cannot be found is SCH-004's business."""
    link = None
    if spec.links is not None:
        link = spec.links.primary if role is Role.PRIMARY else spec.links.secondary
        if link is None:
            return True
    if circuit is None or (link is not None and link.router):
        return False
    return role is Role.SECONDARY and len(circuit.pair.routers) < 2


@rule("INV-002", Severity.WARNING, source="ER-CKT-02")
def two_routers(intent: Intent) -> Iterator[Problem]:
    """The two links of a circuit end on two routers.

    Why:
        With both connections on one router, that router's failure or upgrade cuts the circuit off, and the second
        connection is of no use.  ``meta.require_dual_router`` makes it an error.
    Fix:
        Put the secondary link on a second router.
    Bad:
        links:
          primary: {router: pe1, port: TenGigabitEthernet0/1/0}
          secondary: {router: pe1, port: TenGigabitEthernet0/1/1}
    Good:
        links:
          primary: {router: pe1}
          secondary: {router: pe2}
    """
    severity = Severity.ERROR if intent.inventory.meta.require_dual_router else Severity.WARNING
    for name, pair in intent.inventory.pairs.items():
        if len(pair.routers) == 2 and pair.routers[0] == pair.routers[1]:
            yield Problem(
                message=f"pair {name} has router {pair.routers[0]} twice, expected two routers",
                path=("pairs", name, "routers", 1),
                severity=severity,
            )
    for circuit in intent.circuits():
        written = circuit.spec.links
        if written is None or len(circuit.links) < 2:
            continue
        (router, port), (second, second_port) = circuit.links[Role.PRIMARY], circuit.links[Role.SECONDARY]
        if router != second:
            continue
        named = written.secondary is not None and written.secondary.router
        where = f"port {port} of router {router}" if port == second_port else f"router {router}"
        yield Problem(
            message=f"both links of circuit {circuit.name} end on {where}, expected two routers",
            path=(*circuit.path, "links", *(("secondary", "router") if named else ())),
            severity=severity,
        )


@rule("INV-003", Severity.ERROR, source="ER-CKT-03")
def one_owner(intent: Intent) -> Iterator[Problem]:
    """A circuit belongs to one customer, and no other customer refers to it.

    Why:
        Everything on a circuit is one routing domain: two customers on it would reach each other.
    Fix:
        Give each customer circuits of its own; if they are two circuits, give them different names, or their
        service keys.
    Bad:
        vnets:
          - {prefixes: [10.100.0.0/16], circuits: [bravo-ams]}
    Good:
        vnets:
          - {prefixes: [10.100.0.0/16], circuits: [alpha-ams]}
    """
    owners: dict[str, list[Held]] = {}
    for held in written_circuits(intent):
        owners.setdefault(held[1], []).append(held)
    for name, several in owners.items():
        for owner, _, spec, path in several[1:]:
            first = several[0]
            if spec.service_key and first[2].service_key and spec.service_key != first[2].service_key:
                continue
            yield Problem(
                message=f"circuit {name} of customer {owner} is already customer {first[0]}'s, expected one owner",
                path=path,
                related=(Related(first[3]),),
                on_key=True,
            )
    for customer in intent.customers:
        yield from _foreign_circuits(customer, owners)


def _foreign_circuits(customer: CustomerIntent, owners: dict[str, list[Held]]) -> Iterator[Problem]:
    for number, vnet in enumerate(customer.vnets):
        for index, name in enumerate(vnet.circuits or ()):
            if name in customer.spec.circuits:
                continue
            held = owners.get(name)
            whose = f"is customer {held[0][0]}'s" if held else "is not defined"
            yield Problem(
                message=f"circuit {name!r} of a VNet {whose}, expected a circuit of customer {customer.name}",
                path=(*customer.path, "vnets", number, "circuits", index),
                fix=f"name circuits of {customer.name}: {', '.join(list(customer.spec.circuits)[:8])}",
                related=(Related(held[0][3]),) if held else (),
            )


@rule("INV-004", Severity.ERROR, source="ER-CKT-04")
def service_keys(intent: Intent) -> Iterator[Problem]:
    """A service key is a GUID, and one circuit's only.

    Why:
        The provider connects whatever circuit the key stands for: a mistyped one is refused, a copied one
        connects another circuit.
    Fix:
        Copy the key from the circuit's page in the Azure portal.
    Bad:
        service_key: 1234-ABCD
    Good:
        service_key: 11111111-1111-4111-8111-111111111111
    """
    seen: dict[str, Held] = {}
    for held in written_circuits(intent):
        _, name, spec, path = held
        if spec.service_key is None:
            continue
        place = (*path, "service_key")
        if not is_guid(spec.service_key):
            message = (
                f"service_key {spec.service_key!r} of circuit {name} is not a GUID of 8-4-4-4-12 hexadecimal digits"
            )
            yield Problem(message=message, path=place)
            continue
        first = seen.setdefault(spec.service_key.lower(), held)
        if first is not held:
            yield Problem(
                message=f"service_key {spec.service_key} of circuit {name} is already used by circuit {first[1]}",
                path=place,
                related=(Related((*first[3], "service_key")),),
            )


def is_guid(text: str) -> bool:
    """Whether a text has the form of RFC 4122."""
    parts = text.split("-")
    return [len(part) for part in parts] == GUID_PARTS and _HEX.issuperset("".join(parts))


@rule("INV-010", Severity.ERROR, source="ER-PEER-05")
def isolation(customer: CustomerIntent) -> Iterator[Problem]:
    """A customer who wants public and private traffic apart has them on separate circuits.

    Why:
        ``isolation: separate_circuits`` is the customer's security policy.  Two peerings of one circuit share the
        provider's link, the bandwidth and the router ports.
    Fix:
        Order a second circuit for the Microsoft peering, or agree on ``isolation: shared_circuit``.
    Bad:
        isolation: separate_circuits
        circuits:
          alpha-ams:
            peerings:
              private: {azure_vlan: 100, v4: 172.31.0.0/29}
              microsoft: {azure_vlan: 200, v4: 203.0.113.0/29}
    Good:
        isolation: shared_circuit
        circuits:
          alpha-ams:
            peerings:
              private: {azure_vlan: 100, v4: 172.31.0.0/29}
              microsoft: {azure_vlan: 200, v4: 203.0.113.0/29}
    """
    if customer.spec.isolation != "separate_circuits":
        return
    for name, spec in customer.spec.circuits.items():
        if "private" not in spec.peerings:
            continue
        for domain in ("microsoft", "public"):
            if domain in spec.peerings:
                yield Problem(
                    message=(
                        f"{domain} peering is on circuit {name} beside the private one, "
                        f"expected a circuit of its own: customer {customer.name} has isolation separate_circuits"
                    ),
                    path=(*customer.path, "circuits", name, "peerings", domain),
                    related=(Related((*customer.path, "isolation")),),
                    on_key=True,
                )
