"""What is done in which order: each step needs those before it."""

from __future__ import annotations

from collections.abc import Iterator

from generator.handover.circuit_sheets import CircuitSheet, PeeringSheet
from generator.handover.document import Step
from generator.handover.vnet_sheets import VNetSheet, VpnSheet


def steps(circuits: tuple[CircuitSheet, ...], vnets: tuple[VNetSheet, ...], vpns: tuple[VpnSheet, ...]) -> list[Step]:
    """All steps of a customer, circuit by circuit, then what concerns its VNets."""
    out: list[Step] = []
    for circuit in circuits:
        out += [Step(do=do, circuit=circuit.name, rule=rule) for do, rule in _circuit(circuit, vnets)]
    for vpn in vpns:
        out += [Step(do=do, circuit=vpn.circuit, rule=rule) for do, rule in _vpn(vpn)]
    out += [Step(do=do, circuit="", rule=rule) for do, rule in _vnets(vnets)]
    return out


def _circuit(circuit: CircuitSheet, vnets: tuple[VNetSheet, ...]) -> Iterator[tuple[str, str]]:
    if circuit.port_type == "Direct":
        if circuit.macsec is not None:
            yield (
                "Put CKN and CAK into the Key Vault and enable MACsec, one link at a time after draining it.",
                "ER-MACS-04",
            )
        yield (
            "Create the circuit on the ExpressRoute Direct port pair; compare the S-tag that Azure assigns.",
            "ER-VLAN-03",
        )
        yield "Wait until the circuit status is Enabled (Direct has no provider status).", "ER-CKT-15"
    else:
        yield "Create the circuit in Azure and note its service key.", "ER-CKT-04"
        yield "Order both connections from the exchange provider: the service key and the tags below.", "ER-CKT-01"
        yield "Wait until the provider status is Provisioned and the circuit status is Enabled.", "ER-CKT-15"
    if circuit.layer == "l3":
        yield "The provider sets the peerings (layer 3): do not enter them in the portal as well.", "ER-CKT-17"
    for peering in circuit.peerings:
        yield from _peering(peering, portal=circuit.layer != "l3")
    if any(one.global_reach for one in circuit.peerings):
        yield "Add the Global Reach connections on the private peering.", "ER-RTE-15"
    linked = [one.name for one in vnets if circuit.name in one.vnet_links]
    if linked and any(one.domain == "private" for one in circuit.peerings):
        names = ", ".join(linked)
        yield f"Only now link the VNets: one ExpressRoute connection from the gateway of each ({names}).", "ER-PEER-09"
    yield "Check that both links are up, and that Azure shows the routes listed below on each.", "ER-CKT-22"


def _peering(peering: PeeringSheet, *, portal: bool) -> Iterator[tuple[str, str]]:
    if portal:
        yield f"Enter the {_title(peering)} peering.", "ER-CKT-15"
    if peering.microsoft is None:
        return
    if peering.microsoft.manual_validation:
        yield (
            "Open a support case for the advertised public prefixes: this peering needs manual validation.",
            "ER-ASN-06, ER-RTE-11",
        )
    yield "Wait until AdvertisedPublicPrefixesState is Configured: before that no session comes up.", "ER-PEER-08"
    if peering.domain == "microsoft":
        if any(one.needs_authorisation for one in peering.microsoft.route_filter):
            yield (
                "Get Microsoft's authorisation for the Office 365 communities before attaching the filter.",
                "ER-RF-04",
            )
        yield "Create the route filter and attach it to the circuit: without one nothing is received.", "ER-RF-01"


def _title(peering: PeeringSheet) -> str:
    return {"private": "Azure private", "microsoft": "Microsoft", "public": "Azure public"}[peering.domain]


def _vpn(vpn: VpnSheet) -> Iterator[tuple[str, str]]:
    gateway = vpn.gateway
    if gateway is None:
        return
    if gateway.kind == "appliance":
        yield (
            "Deploy the appliance: IP forwarding on its NICs, the same crypto, one tunnel a row of its table.",
            "FW-PLACE-05, FW-PLACE-06",
        )
        return
    yield "Create the VPN gateway and compare the addresses of its instances with those below.", "IPS-BGP-17"
    if gateway.private_ip:
        yield "Set Gateway Private IPs to Enabled in its configuration.", "IPS-TR-02"
    yield "Create the local network gateways, then the connections with their keys and the custom policy.", "IPS-BGP-01"
    yield f"Check that all {len(vpn.tunnels)} tunnels and their BGP sessions are up, on both instances.", "IPS-BGP-01"


def _vnets(vnets: tuple[VNetSheet, ...]) -> Iterator[tuple[str, str]]:
    if any(one.udrs for one in vnets):
        yield (
            "Create the route tables and associate them with the workload subnets, not with the GatewaySubnet.",
            "AZ-UDR-04",
        )
    if any(one.forced_tunnelling for one in vnets):
        yield "Add a user-defined route to Azure's KMS addresses, or Windows activation stops.", "ER-DEF-03"
    if any(one.custom_community for one in vnets):
        yield "Set the custom BGP community on the VNet.", "ER-COMM-03"
    yield "To take it away later: first VNet links and Global Reach, then peerings, then the circuit.", "ER-PEER-09"
