"""Peerings that carry IPsec, and the gateways their tunnels end on."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from generator.inventory.intent import CustomerIntent, Intent, IpsecIntent, PeeringIntent
from generator.inventory.models import Gateway, VNet
from generator.model.address import Address, Prefix
from generator.model.finding import DataPath
from generator.model.plan import Role
from generator.rules.places import title


class TunnelledPeering(msgspec.Struct, frozen=True):
    """A peering with IPsec: what the rules about tunnels look at, so that they cost nothing where there is none."""

    peering: PeeringIntent
    ipsec: IpsecIntent

    @property
    def path(self) -> DataPath:
        return self.ipsec.path

    @property
    def title(self) -> str:
        """``ipsec of the private peering of circuit alpha-ams``."""
        return f"ipsec of the {title(self.peering)}"

    def sources(self) -> list[tuple[Role, DataPath, Address]]:
        """The outer address of each of our devices that there is, and where it is written."""
        spec = self.ipsec.spec.source
        return [
            (role, (*self.path, "source", role.value), getattr(spec, role.value)) for role in Role if role in self.ends
        ]

    @property
    def ends(self) -> frozenset[Role]:
        return frozenset(self.peering.ends)


def tunnelled(customer: CustomerIntent) -> Iterator[TunnelledPeering]:
    """The peerings of a customer that carry IPsec."""
    for peering in customer.peerings():
        if peering.ipsec is not None:
            yield TunnelledPeering(peering, peering.ipsec)


def all_tunnelled(intent: Intent) -> Iterator[TunnelledPeering]:
    """The peerings of all customers that carry IPsec."""
    for customer in intent.customers:
        yield from tunnelled(customer)


def gateways(customer: CustomerIntent) -> Iterator[tuple[DataPath, VNet, Gateway]]:
    """Every gateway in a customer's VNets, with its place and its VNet."""
    for index, vnet in enumerate(customer.vnets):
        for at, gateway in enumerate(vnet.gateways):
            yield (*customer.path, "vnets", index, "gateways", at), vnet, gateway


def carriers(customer: CustomerIntent) -> dict[DataPath, TunnelledPeering]:
    """Gateway → the first peering whose tunnels end on it."""
    found: dict[DataPath, TunnelledPeering] = {}
    for one in tunnelled(customer):
        if one.ipsec.gateway_path is not None:
            found.setdefault(one.ipsec.gateway_path, one)
    return found


def gateway_title(gateway: Gateway) -> str:
    """``gateway hub`` or ``VPN gateway``, for messages."""
    kind = {"vpn": "VPN gateway", "appliance": "appliance"}.get(gateway.kind, "ExpressRoute gateway")
    return f"{kind} {gateway.name}" if gateway.name else kind


def inside(address: Address, prefix: Prefix) -> bool:
    """Whether an address lies in a prefix; never, where the families differ."""
    return address.version == prefix.version and address in prefix
