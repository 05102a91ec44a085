"""Customer → sheet."""

from __future__ import annotations

from generator.handover.circuits import circuit_sheet
from generator.handover.document import VERSION, HandoverDocument
from generator.handover.steps import steps
from generator.handover.vnets import linked, vnet_sheet
from generator.handover.vpns import vpn_sheet
from generator.inventory.intent import CircuitIntent, CustomerIntent, Intent
from generator.inventory.models import VNet


def handover_of(intent: Intent, customer: CustomerIntent, circuit: str | None = None) -> HandoverDocument:
    """The sheet of a customer, or of one of its circuits with the VNets that are linked to it."""
    chosen = [one for one in customer.circuits if circuit is None or one.name == circuit]
    names = tuple([one.name for one in chosen])
    extra = intent.inventory.communities
    circuits = tuple([circuit_sheet(one, extra) for one in chosen])
    vpns = tuple(
        [
            vpn_sheet(peering, peering.ipsec)
            for one in chosen
            for peering in one.peerings
            if peering.ipsec is not None and peering.ipsec.gateway is not None
        ]
    )
    vnets = tuple([vnet_sheet(customer, one, names) for one in customer.vnets if _concerns(one, chosen)])
    return HandoverDocument(
        version=VERSION,
        inventory=intent.inventory.meta.name or "",
        lab=intent.lab,
        customer=customer.name,
        name=customer.spec.name or customer.name,
        model=customer.model,
        circuits=circuits,
        vnets=vnets,
        vpns=vpns,
        steps=tuple(steps(circuits, vnets, vpns)),
    )


def _concerns(vnet: VNet, circuits: list[CircuitIntent]) -> bool:
    """Whether a VNet is linked to one of the circuits, or has the gateway of their tunnels."""
    gateways = [
        peering.ipsec.gateway for one in circuits for peering in one.peerings if peering.ipsec and peering.ipsec.gateway
    ]
    return any(linked(vnet, one.name) for one in circuits) or any(
        one is gateway for one in vnet.gateways for gateway in gateways
    )
