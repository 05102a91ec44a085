"""What a scenario wants of the inventory itself: everything is planned and rendered anew from it."""

from __future__ import annotations

from typing import Final

from generator.inventory.models import Attachment, Circuit, Customer, Inventory
from generator.inventory.security import Flow
from generator.model.plan import Domain

_TO_INTERNET: Final = Flow.model_validate({"from": ["vnets"], "to": ["internet"]})


def forced_tunnelling(inventory: Inventory) -> Inventory:
    """What leaves the VNets for the Internet comes home, wherever private peering is not encrypted (ER-DEF-01)."""
    return inventory.model_copy(update={"customers": {key: _forced(one) for key, one in inventory.customers.items()}})


def _forced(customer: Customer) -> Customer:
    """The way out is at home, so the default route comes from there on every session of private peering."""
    circuits = {name: _circuit(one) for name, one in customer.circuits.items()}
    if circuits == customer.circuits:
        return customer
    changed: dict[str, object] = {
        "circuits": circuits,
        "sessions": {name: _with_default(one) for name, one in customer.sessions.items()},
        "flows": None if customer.flows is None else [*customer.flows, _TO_INTERNET],
    }
    if customer.ce is not None:
        changed["ce"] = _with_default(customer.ce)
    return customer.model_copy(update=changed)


def _circuit(circuit: Circuit) -> Circuit:
    private = circuit.peerings.get(Domain.PRIVATE.value)
    if private is None or private.ipsec is not None:
        return circuit
    wanted = private.model_copy(update={"forced_tunnelling": True, "internet_exit": True, "kms_noted": True})
    return circuit.model_copy(update={"peerings": {**circuit.peerings, Domain.PRIVATE.value: wanted}})


def _with_default(session: Attachment) -> Attachment:
    if session.domain != Domain.PRIVATE.value or session.nat is not None:
        return session
    return session.model_copy(update={"default_route": True})
