"""The sheet of one VNet: its gateways, its routes, and where everything else goes."""

from __future__ import annotations

from collections.abc import Iterator

from generator.handover.text import texts, vnet_name
from generator.handover.vnet_sheets import DefaultRow, GatewayRow, UdrRow, VNetSheet
from generator.inventory.intent import CustomerIntent, PeeringIntent
from generator.inventory.models import Udr, VNet
from generator.model.address import parse_prefix
from generator.model.facts import Family
from generator.model.plan import Domain

DEFAULT = {4: parse_prefix("0.0.0.0/0"), 6: parse_prefix("::/0")}
TYPES = ("VirtualAppliance", "VirtualNetworkGateway", "VnetLocal", "Internet", "None")
"""Next-hop types of a user-defined route (AZ-UDR-01); anything else is the address of an appliance."""
NAMES = {"VirtualAppliance": "appliance", "VirtualNetworkGateway": "VPN"}
"""Words of the effective default for them (AZ-DEF-01, AZ-UDR-02)."""


def linked(vnet: VNet, circuit: str) -> bool:
    """Whether a VNet is linked to a circuit."""
    return vnet.circuits is None or circuit in vnet.circuits


def vnet_sheet(customer: CustomerIntent, vnet: VNet, circuits: tuple[str, ...]) -> VNetSheet:
    """Everything about one VNet; ``circuits`` are those that the document is about."""
    defaults = tuple(_defaults(customer, vnet))
    workload = [one for one in defaults if one.subnets == "workload"]
    peerings = [one for one in _private(customer, vnet) if one.spec.forced_tunnelling]
    return VNetSheet(
        name=vnet_name(vnet),
        prefixes=texts(vnet.prefixes),
        region=vnet.region or "",
        custom_community=vnet.custom_community,
        vnet_links=tuple([name for name in circuits if linked(vnet, name)]),
        gateways=tuple(
            [
                GatewayRow(
                    kind=one.kind,
                    name=one.name or "",
                    sku=one.sku or "",
                    subnet=None if one.subnet is None else str(one.subnet),
                )
                for one in vnet.gateways
            ]
        ),
        udrs=tuple([_udr(one) for one in vnet.udrs]),
        default_routes=defaults,
        forced_tunnelling=any(one.next_hop != "Internet" for one in workload if one.family == 4),
        kms_noted=any(one.spec.kms_noted for one in peerings),
    )


def _udr(udr: Udr) -> UdrRow:
    if udr.next_hop in TYPES:
        return UdrRow(prefix=str(udr.prefix), next_hop_type=udr.next_hop, next_hop_address=None)
    return UdrRow(prefix=str(udr.prefix), next_hop_type="VirtualAppliance", next_hop_address=udr.next_hop)


def _private(customer: CustomerIntent, vnet: VNet) -> list[PeeringIntent]:
    """The private peerings of the circuits that the VNet is linked to."""
    return [one for one in customer.peerings() if one.domain is Domain.PRIVATE and linked(vnet, one.circuit.name)]


def _defaults(customer: CustomerIntent, vnet: VNet) -> Iterator[DefaultRow]:
    """The effective default of each kind of subnet, in each family the VNet has (AZ-DEF-01, AZ-SYS-04)."""
    has_v6 = any(prefix.version == 6 for prefix in vnet.prefixes)
    families: tuple[Family, ...] = (4, 6) if has_v6 else (4,)
    for family in families:
        learned = _learned(customer, vnet, family)
        system = ("Internet", f"system route of Azure: no {DEFAULT[family]} is announced")
        written = [one for one in vnet.udrs if one.prefix == DEFAULT[family]]
        next_hop, because = learned or system
        if written:
            row = _udr(written[0])
            next_hop = NAMES.get(row.next_hop_type, row.next_hop_type)
            because = f"user-defined route to {row.next_hop_address or row.next_hop_type}"
        yield DefaultRow(subnets="workload", family=family, next_hop=next_hop, because=because)
        if vnet.gateways:
            # A route table with a default is not for the GatewaySubnet (AZ-UDR-04).
            next_hop, because = learned or system
            yield DefaultRow(subnets="GatewaySubnet", family=family, next_hop=next_hop, because=because)


def _learned(customer: CustomerIntent, vnet: VNet, family: Family) -> tuple[str, str] | None:
    """A default that BGP brings; ExpressRoute's wins over an equal one of a VPN (ER-PATH-13)."""
    default = DEFAULT[family]
    peerings = _private(customer, vnet)
    for peering in peerings:
        if any(default in prefixes for prefixes in peering.announce.values()):
            return "ExpressRoute", f"{default} is announced on the private peering of {peering.circuit.name}"
    for peering in customer.peerings():
        ipsec = peering.ipsec
        if ipsec is None or ipsec.gateway is None or default not in ipsec.announce:
            continue
        if linked(vnet, peering.circuit.name) or any(one is ipsec.gateway for one in vnet.gateways):
            return "VPN", f"{default} is announced in the tunnels to {ipsec.gateway.name or 'the VPN gateway'}"
    return None
