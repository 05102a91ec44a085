"""The VNets' gateways and routes, as far as they must fit the routers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import CircuitIntent, CustomerIntent
from generator.inventory.models import Gateway, VNet
from generator.model.address import parse_address
from generator.model.asn import is_documentation, is_forbidden
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Domain
from generator.rules.base import Problem, rule
from generator.rules.tunnelled import TunnelledPeering, carriers, gateway_title, gateways, inside

AZURE_RESERVED: Final = frozenset({8074, 8075, 12076, 65515, 65517, 65518, 65519, 65520})
"""AS numbers that Azure keeps on VPN gateways (ER-ASN-10); 65515 is the gateway's own default."""
NEVER: Final = frozenset({0, 23456, 65535, 4294967295})
PRIVATE_IP_SKUS: Final = tuple(f"VpnGw{number}AZ" for number in range(1, 6))
"""VPN gateway SKUs that have a private address for tunnels (IPS-TR-02)."""
_PRIVATE_IP: Final = frozenset(name.lower() for name in PRIVATE_IP_SKUS)
NEXT_HOPS: Final = ("VirtualAppliance", "VirtualNetworkGateway", "VnetLocal", "Internet", "None")
"""Next-hop types of Azure (AZ-UDR-01)."""
LARGEST_SUBNET: Final = 27
"""Length of the smallest GatewaySubnet in which both kinds of gateways fit (IPS-TR-07)."""


@rule("INV-064", Severity.ERROR, source="ER-ASN-10")
def vpn_asns(customer: CustomerIntent) -> Iterator[Problem]:
    """The AS numbers on both sides of a VPN gateway are usable and differ.

    Why:
        Azure refuses its own numbers (8074, 8075, 12076, 65515, 65517 to 65520) and documentation numbers on
        premises, and BGP between gateway and router is external.
    Fix:
        Take a private number of 64512 to 65514 or 65521 to 65534 on premises.
    Bad:
        vnets:
          - prefixes: [10.100.0.0/16]
            gateways: [{kind: vpn, onprem_asn: 65515}]
    Good:
        vnets:
          - prefixes: [10.100.0.0/16]
            gateways: [{kind: vpn, onprem_asn: 64610}]
    """
    found = [one for one in gateways(customer) if one[2].kind != "expressroute"]
    carried = carriers(customer) if found else {}
    for path, vnet, gateway in found:
        carrier = carried.get(path)
        onprem = gateway.onprem_asn
        if onprem is None:
            onprem = _peering_asn(customer, vnet) if carrier is None else carrier.ipsec.asn
        place = path if gateway.onprem_asn is None else (*path, "onprem_asn")
        if onprem == gateway.asn:
            yield Problem(
                message=f"on-premises AS {onprem} is also the {gateway_title(gateway)}'s, different ones were expected",
                path=place,
                fix="set another onprem_asn",
            )
        elif gateway.kind == "vpn":
            yield from _onprem_asn(onprem, place, tunnels=carrier is not None)
        if gateway.kind == "vpn" and (gateway.asn in NEVER or (gateway.asn in AZURE_RESERVED and gateway.asn != 65515)):
            yield Problem(
                message=f"asn {gateway.asn} is not one that a VPN gateway can have, 65515 is its default",
                path=(*path, "asn"),
                fix="remove asn, or write the number that Azure shows",
            )


def _onprem_asn(asn: int | None, path: DataPath, *, tunnels: bool) -> Iterator[Problem]:
    """Our AS number as a VPN gateway sees it; one that is the peering's too only where tunnels use it, and where
    INV-026 and INV-027 have not said it of the peering."""
    written = path[-1] == "onprem_asn"
    refused = asn in NEVER or asn in AZURE_RESERVED
    if asn is None or not (written or (tunnels and refused and not is_forbidden(asn))):
        return
    if refused or is_documentation(asn):
        yield Problem(
            message=f"onprem_asn {asn} is refused by a VPN gateway, expected 64512 to 65514, 65521 to 65534 or a "
            "public number of yours",
            path=path,
            fix="set another onprem_asn",
            lab=is_documentation(asn),
        )


def _peering_asn(customer: CustomerIntent, vnet: VNet) -> int | None:
    """Our AS number on the private peering that a VNet is linked to."""
    for peering in customer.peerings():
        linked = vnet.circuits is None or peering.circuit.name in vnet.circuits
        if peering.domain is Domain.PRIVATE and linked:
            return peering.asn
    return None


@rule("INV-065", Severity.ERROR, source="IPS-TR-02")
def private_ip_tunnels(customer: CustomerIntent) -> Iterator[Problem]:
    """A VPN gateway reached over private peering has a SKU with a private address.

    Why:
        Only VpnGw1AZ to VpnGw5AZ can end tunnels on their private address.
    Fix:
        Use one of these SKUs, or run the tunnels over Microsoft peering.
    Bad:
        vnets:
          - prefixes: [10.100.0.0/16]
            gateways: [{kind: vpn, transport: private, sku: VpnGw2, addresses: [10.100.255.4]}]
    Good:
        vnets:
          - prefixes: [10.100.0.0/16]
            gateways: [{kind: vpn, transport: private, sku: VpnGw2AZ, addresses: [10.100.255.4]}]
    """
    found = [one for one in gateways(customer) if one[2].kind == "vpn"]
    carried = carriers(customer) if found else {}
    for path, _, gateway in found:
        transport = _transport(gateway, carried.get(path))
        if gateway.transport is not None and gateway.transport != transport:
            yield Problem(
                message=f"transport {gateway.transport} is written, and the tunnels run over {transport} peering, "
                f"transport {transport} was expected",
                path=(*path, "transport"),
                fix=f"remove transport, it is {transport}",
                related=(Related(carried[path].path, note="the tunnels"),),
                severity=Severity.WARNING,
            )
        if transport == "private" and gateway.sku is not None and gateway.sku.lower() not in _PRIVATE_IP:
            yield Problem(
                message=f"sku {gateway.sku} has no private address for tunnels, expected {PRIVATE_IP_SKUS[0]} to "
                f"{PRIVATE_IP_SKUS[-1]}",
                path=(*path, "sku"),
                fix="use a SKU with AZ, or run the tunnels over Microsoft peering",
            )


def _transport(gateway: Gateway, carrier: TunnelledPeering | None) -> str | None:
    """The peering over which a gateway is reached: the one that carries the tunnels, else what is written."""
    return gateway.transport if carrier is None else carrier.peering.domain.value


@rule("IPS-TR-07", Severity.ERROR, source="IPS-TR-07 IPS-POL-01")
def coexistence(customer: CustomerIntent) -> Iterator[Problem]:
    """A VPN gateway beside an ExpressRoute gateway is not Basic, and their subnet holds both.

    Why:
        SKU Basic has neither BGP nor a custom policy nor a place beside an ExpressRoute gateway, and in a GatewaySubnet
        smaller than a /27 there is no room for two gateways.
    Fix:
        Use VpnGw1AZ or larger, and a GatewaySubnet of /27 or larger.
    Bad:
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{kind: vpn, sku: Basic, subnet: 10.60.255.0/28}]
    Good:
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{kind: vpn, sku: VpnGw2AZ, subnet: 10.60.255.0/27}]
    """
    for path, _, gateway in gateways(customer):
        if gateway.kind != "vpn":
            continue
        if gateway.sku is not None and gateway.sku.lower() == "basic":
            yield Problem(
                message=f"sku {gateway.sku} cannot stand beside ExpressRoute, {PRIVATE_IP_SKUS[0]} or larger was expected",
                path=(*path, "sku"),
            )
        subnet = gateway.subnet
        if subnet is not None and subnet.version == 4 and subnet.prefixlen > LARGEST_SUBNET:
            yield Problem(
                message=f"gateway subnet {subnet} is a /{subnet.prefixlen}, a /{LARGEST_SUBNET} or larger was expected",
                path=(*path, "subnet"),
            )


@rule("INV-069", Severity.ERROR, source="AZ-UDR-01 AZ-UDR-02")
def next_hops(customer: CustomerIntent) -> Iterator[Problem]:
    """A user-defined route does not point at an ExpressRoute gateway.

    Why:
        Next hop VirtualNetworkGateway means a VPN gateway; ExpressRoute is chosen by the routes that BGP brings.
    Fix:
        Remove the route and announce the prefix over private peering.
    Bad:
        vnets:
          - prefixes: [10.100.0.0/16]
            gateways: [{kind: expressroute}]
            udrs: [{prefix: 10.0.0.0/16, next_hop: VirtualNetworkGateway}]
    Good:
        vnets:
          - prefixes: [10.100.0.0/16]
            gateways: [{kind: expressroute}]
            udrs: [{prefix: 10.0.0.0/16, next_hop: 10.100.1.4}]
    """
    for index, vnet in enumerate(customer.vnets):
        vpn = not vnet.gateways or any(one.kind == "vpn" for one in vnet.gateways)
        for at, udr in enumerate(vnet.udrs):
            path = (*customer.path, "vnets", index, "udrs", at, "next_hop")
            if udr.next_hop == "VirtualNetworkGateway" and not vpn:
                yield Problem(
                    message="next_hop VirtualNetworkGateway means a VPN gateway, and the VNet has only ExpressRoute",
                    path=path,
                    fix=f"remove the route, and announce {udr.prefix} over private peering",
                )
            elif udr.next_hop not in NEXT_HOPS and not _is_address(udr.next_hop):
                yield Problem(
                    message=f"next_hop {udr.next_hop!r} is unknown to Azure, expected {', '.join(NEXT_HOPS)} or the "
                    "address of an appliance",
                    path=path,
                    fix="correct it",
                )


def _is_address(text: str) -> bool:
    try:
        parse_address(text)
    except ValueError:
        return False
    return True


@rule("INV-071", Severity.ERROR, source="IPS-BGP-17")
def gateway_addresses(customer: CustomerIntent) -> Iterator[Problem]:
    """The addresses of a gateway's instances are given where tunnels need them, and lie in its subnet.

    Why:
        They cannot be computed from the GatewaySubnet: they depend on what else is in it.
    Fix:
        Read them from Azure and write them under addresses.
    Bad:
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{subnet: 10.60.255.0/27, addresses: [10.60.254.4]}]
    Good:
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{subnet: 10.60.255.0/27, addresses: [10.60.255.4]}]
    """
    found = list(gateways(customer))
    carried = carriers(customer) if found else {}
    for path, vnet, gateway in found:
        carrier = carried.get(path)
        transport = _transport(gateway, carrier)
        if not gateway.addresses and (carrier is not None or (gateway.kind == "vpn" and transport == "private")):
            why = f"with transport {transport}" if carrier is None else f"of the {carrier.title}"
            yield Problem(
                message=f"{gateway_title(gateway)} {why} has no addresses, those of its instances were expected",
                path=path,
                fix="read them from Azure, and write addresses: [...]",
            )
        if transport != "microsoft":
            yield from _in_subnet(path, vnet, gateway, tunnels=carrier is not None)


def _in_subnet(path: DataPath, vnet: VNet, gateway: Gateway, *, tunnels: bool) -> Iterator[Problem]:
    """Private addresses outside the gateway's subnet; of one that ends tunnels also outside its VNet."""
    for at, address in enumerate(gateway.addresses):
        if gateway.subnet is not None and not inside(address, gateway.subnet):
            yield Problem(
                message=f"gateway address {address} is outside the subnet {gateway.subnet}",
                path=(*path, "addresses", at),
                fix="read the addresses from Azure again, or correct subnet",
                related=(Related((*path, "subnet"), note="the gateway's subnet"),),
            )
        elif tunnels and not any(inside(address, prefix) for prefix in vnet.prefixes):
            yield Problem(
                message=f"gateway address {address} is outside the VNet, {', '.join(map(str, vnet.prefixes))} was expected",
                path=(*path, "addresses", at),
                fix="read the private addresses from Azure, or correct the prefixes of the VNet",
            )


@rule("INV-071", Severity.ERROR, source="IPS-BGP-17")
def reported_addresses(circuit: CircuitIntent) -> Iterator[Problem]:
    """The addresses of gateways are those that Azure reports.

    Why:
        An address typed wrong, or changed since, makes a tunnel to nobody.
    Fix:
        Take over what Azure reports, or import it again where it is old.
    Bad:
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{subnet: 10.60.255.0/27, addresses: [10.60.255.4]}]
        azure: {gateway_addresses: [10.60.255.12]}
    Good:
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{subnet: 10.60.255.0/27, addresses: [10.60.255.12]}]
        azure: {gateway_addresses: [10.60.255.12]}
    """
    reported = () if circuit.spec.azure is None else circuit.spec.azure.gateway_addresses
    if not reported:
        return
    path = (*circuit.path, "azure", "gateway_addresses")
    carried = carriers(circuit.customer)
    linked = [
        (place, gateway)
        for place, vnet, gateway in gateways(circuit.customer)
        if (vnet.circuits is None or circuit.name in vnet.circuits)
        and _transport(gateway, carried.get(place)) != "microsoft"
    ]
    for place, gateway in linked:
        for at, address in enumerate(gateway.addresses):
            if address not in reported:
                yield Problem(
                    message=f"gateway address {address} is not among those that Azure reports, "
                    f"{', '.join(map(str, reported))}",
                    path=(*place, "addresses", at),
                    fix="take over what Azure reports",
                    related=(Related(path, note="reported by Azure"),),
                )
    subnets = [gateway.subnet for _, gateway in linked if gateway.subnet is not None]
    if subnets and len(subnets) == len(linked):
        for at, address in enumerate(reported):
            if not any(inside(address, subnet) for subnet in subnets):
                yield Problem(
                    message=f"gateway address {address}, which Azure reports, is in no gateway's subnet",
                    path=(*path, at),
                    fix="correct the subnet of the gateway",
                )
