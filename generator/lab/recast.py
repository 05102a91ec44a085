"""The same inventory with all its routers of one platform: what `--as` means.

Only what belongs to a platform changes: its name, the hardware's model, the names of ports (the same port
gets the same new name wherever it is used) and the numbers of subinterfaces.  Everything else is planned
again from what the user wrote.
"""

from __future__ import annotations

from generator.inventory.models import Attachment, Circuit, Customer, Inventory, Link, Router
from generator.model.outcome import Refused
from generator.platforms import known, load
from generator.platforms.base import LabSupport

PORT_FIELDS = ("azure_port", "customer_port", "interlink_port", "outside_port", "inside_port", "sync_port")

Names = dict[str, dict[str, str]]
"""Router → its port → the port's new name."""


def lab_support(platform_id: str) -> LabSupport:
    """What the lab needs of a platform; `Refused` where it has none to give."""
    try:
        support = load(platform_id).lab
    except KeyError:
        support = None
    if support is None:
        bootable = [one for one in known() if load(one).lab is not None]
        raise Refused(
            f"the lab has no software for routers of platform {platform_id}",
            f"add --as {bootable[0]}: the same plan on routers that it can boot" if bootable else "",
        )
    return support


def recast(inventory: Inventory, platform_id: str) -> Inventory:
    """The inventory on that platform."""
    support = lab_support(platform_id)
    names = {name: _port_names(inventory, router, support) for name, router in inventory.routers.items()}
    routers = {name: _router(router, platform_id, names[name]) for name, router in inventory.routers.items()}
    customers = {name: _customer(one, inventory, names) for name, one in inventory.customers.items()}
    return inventory.model_copy(update={"routers": routers, "customers": customers})


def _port_names(inventory: Inventory, router: Router, support: LabSupport) -> dict[str, str]:
    """In the order of the fields, then in the order in which circuits and sessions name others."""
    ports = [getattr(router, field) for field in PORT_FIELDS]
    ports += router.ports
    for customer in inventory.customers.values():
        for circuit in customer.circuits.values():
            for link in () if circuit.links is None else (circuit.links.primary, circuit.links.secondary):
                if link is not None and link.port:
                    ports.append(link.port)
        for session in _sessions(customer):
            ports += [] if session.port is None else [session.port.primary, session.port.secondary]
    wanted = dict.fromkeys(port for port in ports if port)
    return {port: support.port(number) for number, port in enumerate(wanted, 1)}


def _sessions(customer: Customer) -> list[Attachment]:
    return [*customer.sessions.values(), *((customer.ce,) if customer.ce is not None else ())]


def _router(router: Router, platform_id: str, names: dict[str, str]) -> Router:
    ports = {field: names.get(getattr(router, field) or "") for field in PORT_FIELDS}
    named = {names[name]: port for name, port in router.ports.items()}
    return router.model_copy(update={"platform": platform_id, "model": None, "ports": named, **ports})


def _customer(customer: Customer, inventory: Inventory, names: Names) -> Customer:
    circuits = {name: _circuit(one, customer, inventory, names) for name, one in customer.circuits.items()}
    changed: dict[str, object] = {"circuits": circuits}
    if customer.ce is not None:
        changed["ce"] = _session(customer.ce, customer, inventory, names)
    changed["sessions"] = {name: _session(one, customer, inventory, names) for name, one in customer.sessions.items()}
    return customer.model_copy(update=changed)


def _pair_routers(customer: Customer, circuit: Circuit | None, inventory: Inventory) -> list[str]:
    name = (circuit.pair if circuit is not None else None) or customer.pair or next(iter(inventory.pairs))
    pair = inventory.pairs.get(name)
    return [] if pair is None else pair.routers


def _circuit(circuit: Circuit, customer: Customer, inventory: Inventory, names: Names) -> Circuit:
    routers = _pair_routers(customer, circuit, inventory)
    changed: dict[str, object] = {}
    if circuit.links is not None:
        links = {
            role: _link(getattr(circuit.links, role), routers[index] if index < len(routers) else "", names)
            for index, role in enumerate(("primary", "secondary"))
        }
        changed["links"] = circuit.links.model_copy(update=links)
    peerings = {}
    for name, peering in circuit.peerings.items():
        if peering.links is not None:
            both = {
                role: None if one is None else one.model_copy(update={"unit": None})
                for role, one in (("primary", peering.links.primary), ("secondary", peering.links.secondary))
            }
            peering = peering.model_copy(update={"links": peering.links.model_copy(update=both)})
        peerings[name] = peering
    changed["peerings"] = peerings
    return circuit.model_copy(update=changed)


def _link(link: Link | None, router: str, names: Names) -> Link | None:
    if link is None or not link.port:
        return link
    return link.model_copy(update={"port": names.get(link.router or router, {}).get(link.port, link.port)})


def _session(session: Attachment, customer: Customer, inventory: Inventory, names: Names) -> Attachment:
    if session.port is None:
        return session
    circuit = customer.circuits.get(session.circuit or next(iter(customer.circuits)))
    routers = _pair_routers(customer, circuit, inventory)
    new = {
        role: names.get(routers[index] if index < len(routers) else "", {}).get(port, port)
        for index, (role, port) in enumerate((("primary", session.port.primary), ("secondary", session.port.secondary)))
    }
    return session.model_copy(update={"port": session.port.model_copy(update=new)})
