"""The part of the handover about a VNet."""

from __future__ import annotations

from collections.abc import Iterator

from generator.handover.vnet_sheets import VNetSheet
from generator.report.markdown import bullets, fields, joined, plain, section, table


def vnet_text(vnet: VNetSheet) -> str:
    """Everything about one VNet."""
    return section(
        f"VNet {plain(vnet.name)}",
        section("Azure: virtual network", fields(_form(vnet)), _gateways(vnet), level=3),
        *(
            section(f"Azure: connection to circuit {plain(one)}", fields(_link(vnet, one)), level=3)
            for one in _links(vnet)
        ),
        section("Azure: route table of the workload subnets", _udrs(vnet), level=3),
        section("Where the default route leads", _defaults(vnet), bullets(_routing(vnet)), level=3),
        section("Network security groups", bullets(_security()), level=3),
    )


def _form(vnet: VNetSheet) -> Iterator[tuple[str, object]]:
    yield "Address space", joined(vnet.prefixes)
    yield "Region", vnet.region
    if vnet.custom_community is not None:
        yield "BGP community (virtual network)", vnet.custom_community
    yield "Linked circuits", joined(vnet.vnet_links) or "none"


def _gateways(vnet: VNetSheet) -> str:
    return table(
        ("Gateway", "Type", "SKU", "GatewaySubnet"),
        [(one.name, one.kind, one.sku, one.subnet) for one in vnet.gateways],
    )


def _links(vnet: VNetSheet) -> tuple[str, ...]:
    return vnet.vnet_links


def _link(vnet: VNetSheet, circuit: str) -> Iterator[tuple[str, object]]:
    names = [one.name for one in vnet.gateways if one.kind == "expressroute"]
    yield "Connection type", "ExpressRoute"
    yield "Region", vnet.region
    yield "Virtual network gateway", joined(filter(None, names))
    yield "ExpressRoute circuit", circuit
    yield "Routing weight", "0 (default)"


def _udrs(vnet: VNetSheet) -> str:
    return table(
        ("Address prefix", "Next hop type", "Next hop address"),
        [(one.prefix, one.next_hop_type, one.next_hop_address or "leave empty") for one in vnet.udrs],
    )


def _defaults(vnet: VNetSheet) -> str:
    return table(
        ("Subnets", "Family", "Leads to", "Because of"),
        [(one.subnets, f"IPv{one.family}", one.next_hop, one.because) for one in vnet.default_routes],
    )


def _routing(vnet: VNetSheet) -> Iterator[str]:
    if vnet.gateways or vnet.udrs:
        yield "Leave gateway route propagation on, and give the GatewaySubnet no route table with a default (AZ-UDR-04)."
    if not vnet.forced_tunnelling:
        return
    by_bgp = any(one.next_hop in ("ExpressRoute", "VPN") for one in vnet.default_routes if one.subnets == "workload")
    yield (
        "Forced tunnelling: no workload reaches the Internet by Azure any more, nor public endpoints of Azure services, "
        "except by service endpoints (ER-DEF-01)."
    )
    if by_bgp:
        yield (
            "When the default is withdrawn, Azure's own route to the Internet comes back: to rule that out, deny Internet "
            "outbound in the network security group of every subnet (ER-DEF-04)."
        )
    noted = "the inventory says it is done" if vnet.kms_noted else "the inventory does not say it is done"
    yield (
        "Windows activation (KMS, tcp/1688) breaks: add user-defined routes to Azure's KMS addresses with next hop "
        f"Internet; {noted} (ER-DEF-03, AZ-NSG-08)."
    )


def _security() -> Iterator[str]:
    yield (
        "The tag VirtualNetwork covers on-premises prefixes that a gateway has learned: the default rules "
        "AllowVnetInBound and AllowVnetOutBound (65000) let all of them in and out (AZ-NSG-03)."
    )
    yield "Where default-deny is wanted, write own rules with priorities 100 to 4096 (AZ-NSG-04)."
