"""What is left of an inventory on a kernel without VLAN, VRF and ESP: one customer, private peering in clear, no tags.

The routers are planned and rendered again from that, so what is booted is still exactly what is rendered;
it is only less.  What was left out is said.
"""

from __future__ import annotations

import msgspec

from generator.inventory.intent import CustomerIntent, EndIntent, Intent
from generator.inventory.models import Circuit, Customer, Inventory
from generator.inventory.resolve import resolve
from generator.inventory.secrets import SecretStore
from generator.lab.model import Device, Topology
from generator.model.outcome import Refused
from generator.model.plan import Domain, Role
from generator.model.vlan import UNTAGGED


def flattened(intent: Intent, secrets: SecretStore) -> tuple[Intent, list[str]]:
    """The first customer with private peering, its first circuit; and what was left out."""
    inventory = intent.inventory
    for name, customer in inventory.customers.items():
        for circuit_name, circuit in customer.circuits.items():
            if Domain.PRIVATE.value in circuit.peerings:
                small = _small(inventory, name, customer, circuit_name, circuit)
                flat, _ = resolve(small, secrets)
                for one in flat.customers:
                    _flatten(one)
                return flat, _left_out(inventory, name, customer, circuit)
    raise Refused("the flat engine has nothing to boot: no circuit has private peering", "--engine uml")


def _small(inventory: Inventory, name: str, customer: Customer, circuit_name: str, circuit: Circuit) -> Inventory:
    peering = circuit.peerings[Domain.PRIVATE.value].model_copy(update={"ipsec": None, "vrf": None, "qos": None})
    circuit = circuit.model_copy(update={"peerings": {Domain.PRIVATE.value: peering}, "macsec": None})
    sessions = {
        key: one
        for key, one in customer.sessions.items()
        if one.domain == Domain.PRIVATE.value and one.nat is None and one.firewall is None
    }
    sessions = {} if customer.ce is not None else dict(list(sessions.items())[:1])
    customer = customer.model_copy(update={"circuits": {circuit_name: circuit}, "sessions": sessions})
    pairs = {key: one.model_copy(update={"firewalls": [], "state_sync": False}) for key, one in inventory.pairs.items()}
    return inventory.model_copy(update={"customers": {name: customer}, "pairs": pairs})


def _flatten(customer: CustomerIntent) -> None:
    for peering in customer.peerings():
        peering.vrf = ""
        peering.ends = _untagged(peering.ends)
    customer.attachments = [msgspec.structs.replace(one, ends=_untagged(one.ends)) for one in customer.attachments]


def _untagged(ends: dict[Role, EndIntent]) -> dict[Role, EndIntent]:
    return {role: msgspec.structs.replace(end, tags=UNTAGGED, unit=None) for role, end in ends.items()}


def _left_out(inventory: Inventory, name: str, customer: Customer, circuit: Circuit) -> list[str]:
    told = ["tags on the wire, VRFs and IPsec: this kernel has none of them"]
    others = [one for one in inventory.customers if one != name]
    if others:
        told.append(f"customers {', '.join(others[:5])}{' …' if len(others) > 5 else ''}: without VRFs only {name}")
    if len(customer.circuits) > 1:
        told.append("the customer's other circuits")
    domains = [one for one in circuit.peerings if one != Domain.PRIVATE.value]
    if domains:
        told.append(f"{' and '.join(domains)} peering")
    if any(pair.firewalls for pair in inventory.pairs.values()):
        told.append("the firewalls of the pair")
    return told


def without_dummies(topology: Topology) -> Topology:
    """A bridge without ports holds addresses as well as a dummy does, on kernels that have none."""
    devices = {name: _bridged(device) for name, device in topology.devices.items()}
    return msgspec.structs.replace(topology, devices=devices)


def _bridged(device: Device) -> Device:
    interfaces = tuple(
        [msgspec.structs.replace(one, kind="bridge") if one.kind == "dummy" else one for one in device.interfaces]
    )
    return msgspec.structs.replace(device, interfaces=interfaces)
