"""The part of the handover about IPsec: gateway or appliance, local network gateways, connections, tunnels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.handover.vnet_sheets import ConnectionRow, LocalGatewayRow, PolicySheet, VpnGatewaySheet, VpnSheet
from generator.report.markdown import bullets, fields, joined, plain, section, table

Form = Iterable[tuple[str, object]]


def vpn_text(vpn: VpnSheet) -> str:
    """Everything about the tunnels over one peering."""
    gateway = vpn.gateway
    if gateway is None:
        return ""
    domain = "Microsoft" if vpn.peering == "microsoft" else vpn.peering
    title = f"IPsec over the {domain} peering of {plain(vpn.circuit)}"
    if gateway.kind == "appliance":
        return section(title, section("The appliance in the VNet", *_appliance(vpn, gateway), level=3), _tunnels(vpn))
    ours = [plain(one.device) for one in vpn.local_network_gateways]
    return section(
        title,
        section(
            "Azure: virtual network gateway", fields(_gateway(gateway)), _instances(gateway), _read(gateway), level=3
        ),
        section("Azure: local network gateways", _side_by_side(ours, map(_local, vpn.local_network_gateways)), level=3),
        section(
            "Azure: connections",
            _side_by_side(ours, [_connection(one, gateway) for one in vpn.connections]),
            _selectors(vpn),
            bullets(_policy_remarks(vpn)),
            level=3,
        ),
        _tunnels(vpn),
    )


def _side_by_side(devices: list[str], forms: Iterable[Form]) -> str:
    """Forms with the same fields, a column for each of our devices."""
    columns = [list(form) for form in forms]
    return table(
        ("Field", *devices),
        [(row[0][0], *(answer for _, answer in row)) for row in zip(*columns, strict=True)],
    )


def _gateway(gateway: VpnGatewaySheet) -> Iterator[tuple[str, object]]:
    yield "Name", gateway.name
    yield "Region", gateway.region
    yield "Gateway type", "VPN"
    yield "VPN type", "Route-based"
    yield "SKU", gateway.sku
    yield "Virtual network", gateway.vnet
    yield "Gateway subnet address range", gateway.subnet
    yield "Public IP address SKU", "Standard"
    yield "Enable active-active mode", "Enabled" if gateway.active_active else "Disabled"
    yield "Configure BGP", "Enabled"
    yield "Autonomous system number (ASN)", gateway.asn
    if gateway.apipa:
        for name, one in zip(
            ("Custom Azure APIPA BGP IP address", "Second Custom Azure APIPA BGP IP address"),
            gateway.instances,
            strict=False,
        ):
            yield name, one.bgp_address
    yield "Gateway Private IPs (Configuration)", "Enabled" if gateway.private_ip else "Disabled"


def _instances(gateway: VpnGatewaySheet) -> str:
    kind = "Private IP address" if gateway.private_ip else "Public IP address"
    return table(
        ("Instance", kind, "BGP address"),
        [(one.instance, one.address, one.bgp_address or "read it from Azure") for one in gateway.instances],
    )


def _read(gateway: VpnGatewaySheet) -> str:
    lines = [
        "Azure chooses the addresses of the instances: compare them, they are in the routers' configs (IPS-BGP-17)."
    ]
    if gateway.subnet is None or gateway.private_ip:
        lines.append("The GatewaySubnet is a /27 or larger where it holds an ExpressRoute gateway as well (IPS-TR-07).")
    return bullets(lines)


def _local(one: LocalGatewayRow) -> Iterator[tuple[str, object]]:
    yield "For the link (information)", one.link
    yield "Name (proposed)", one.name
    yield "Endpoint", "IP address"
    yield "IP address", one.ip_address
    yield "Address Space(s)", joined(one.address_space) or "leave empty (CONF-03)"
    yield "Configure BGP settings", "Yes"
    yield "Autonomous system number (ASN)", one.asn
    yield "BGP peer IP address", one.bgp_peer_address


def _connection(one: ConnectionRow, gateway: VpnGatewaySheet) -> Iterator[tuple[str, object]]:
    """The portal's fields in the portal's order."""
    yield "Connection type", "Site-to-site (IPsec)"
    yield "Name (proposed)", one.name
    yield "Region", gateway.region
    yield "Virtual network gateway", gateway.name
    yield "Local network gateway", one.local_network_gateway
    yield "Authentication Method", "Shared Key (PSK)"
    yield "Shared key (PSK)", one.shared_key
    yield "IKE Protocol", f"IKEv{one.policy.ike_version}"
    yield "Use Azure Private IP Address", "Enabled" if one.use_azure_private_ip else "Disabled"
    yield "Enable BGP", "Enabled" if one.enable_bgp else "Disabled"
    custom = one.custom_bgp_primary is not None
    yield "Enable Custom BGP Addresses", "Enabled" if custom else "Disabled"
    yield "Primary Custom BGP Address", one.custom_bgp_primary or "leave empty"
    yield "Secondary Custom BGP Address", one.custom_bgp_secondary or "leave empty"
    yield "IPsec / IKE policy", "Custom"
    yield from _policy(one.policy)
    yield "Use policy based traffic selector", "Enable" if one.use_policy_based_traffic_selectors else "Disable"
    yield "DPD timeout in seconds", one.dpd_timeout_seconds
    yield "Connection Mode", one.connection_mode
    yield "NAT Rules Associations", "0 selected, Ingress and Egress"


def _policy(policy: PolicySheet) -> Iterator[tuple[str, object]]:
    yield "IKE Phase 1, Encryption", policy.ike_encryption
    yield "IKE Phase 1, Integrity/PRF", policy.ike_integrity
    yield "IKE Phase 1, DH Group", policy.dh_group
    yield "IKE Phase 2 (IPsec), IPsec Encryption", policy.ipsec_encryption
    yield "IKE Phase 2 (IPsec), IPsec Integrity", policy.ipsec_integrity
    yield "IKE Phase 2 (IPsec), PFS Group", policy.pfs_group
    yield "IPsec SA lifetime in KiloBytes", policy.sa_lifetime_kilobytes
    yield "IPsec SA lifetime in seconds", policy.sa_lifetime_seconds


def _selectors(vpn: VpnSheet) -> str:
    rows = dict.fromkeys((two.azure, two.on_premises) for one in vpn.connections for two in one.selectors)
    text = table(("Selector, Azure's side", "Selector, our side"), list(rows))
    return f"Traffic selectors, the same on every connection (IPS-POL-10):\n\n{text}" if text else ""


def _policy_remarks(vpn: VpnSheet) -> Iterator[str]:
    for policy in dict.fromkeys(one.policy for one in vpn.connections):
        yield (
            f"The lifetime of the IKE SA is fixed in Azure at {policy.ike_lifetime_seconds} s, ESP mode is {policy.mode} "
            "(IPS-PROP-03, IPS-TUN-01)."
        )
    yield "All fields of the policy or none: the gateway then offers and takes nothing else (IPS-POL-01)."
    yield "A wrong PFS group shows only at the first rekey, hours after the tunnel came up: compare it (IPS-POL-13)."


def _tunnels(vpn: VpnSheet) -> str:
    count = len(vpn.tunnels)
    rows = table(
        (
            *("Tunnel", "Our device", "Our outer address", "Azure's outer address", "Instance"),
            *("Our BGP address", "Azure's BGP address", "Key"),
        ),
        [
            (
                one.name,
                one.device,
                one.local,
                one.remote,
                one.instance,
                one.bgp_local,
                one.bgp_remote or "read it from Azure",
                one.shared_key,
            )
            for one in vpn.tunnels
        ],
    )
    title = (
        f"{count} tunnel{'' if count == 1 else 's'} that come{'s' if count == 1 else ''} up, with a BGP session in each"
    )
    return section(title, rows, bullets(_tunnel_remarks(vpn)), level=3)


def _tunnel_remarks(vpn: VpnSheet) -> Iterator[str]:
    yield "The outer addresses are the IKE identities of both ends."
    yield f"Inside the tunnels we announce {joined(vpn.announced) or 'nothing'}, and take {joined(vpn.accepted) or 'nothing'}."
    if vpn.peering == "private":
        yield "The same prefix must not be announced over the circuit itself: Azure would send it in clear (IPS-TR-03)."
    else:
        yield "The route filter lets the region of the gateway through, or its address is out of reach (ER-RF-05)."
    yield f"MTU {vpn.mtu} bytes, TCP MSS {vpn.mss} on our side."
    if vpn.gateway is not None and vpn.gateway.kind == "vpn":
        yield "The gateway's BGP timers are 60/180 s; there is no BFD in the tunnels (IPS-BGP-08)."


def _appliance(vpn: VpnSheet, gateway: VpnGatewaySheet) -> Iterator[str]:
    """What the virtual machine must have, in place of the forms of a VPN gateway."""
    addresses = [one.address for one in gateway.instances]
    yield fields(
        (
            ("Name", gateway.name),
            ("Region", gateway.region),
            ("Virtual network", gateway.vnet),
            ("Subnet", gateway.subnet),
            ("Addresses", joined(addresses)),
            ("BGP ASN", gateway.asn),
            ("IP forwarding on every NIC", "Enabled"),
        )
    )
    yield _instances(gateway)
    yield "IPsec on the appliance, the same for every tunnel but the key:\n"
    for one in vpn.connections[:1]:
        yield fields(
            (
                ("IKE version", f"IKEv{one.policy.ike_version}"),
                *_policy(one.policy),
                ("IKE SA lifetime in seconds", one.policy.ike_lifetime_seconds),
                ("ESP mode", one.policy.mode),
                ("DPD timeout in seconds", one.dpd_timeout_seconds),
                ("Traffic selectors", "see below" if one.selectors else "any to any"),
                ("Tunnel MTU in bytes", vpn.mtu),
                ("TCP MSS clamp in bytes", vpn.mss),
            )
        )
    yield _selectors(vpn)
    yield "Our ends:\n\n" + table(
        ("Our device", "Link", "IP address", "ASN", "BGP peer IP address"),
        [(one.device, one.link, one.ip_address, one.asn, one.bgp_peer_address) for one in vpn.local_network_gateways],
    )
    yield bullets(
        (
            "Enable IP forwarding on the NICs in Azure and in the guest, too (FW-PLACE-06).",
            "Route tables of the protected subnets: the networks at home, "
            f"{joined(vpn.announced) or 'none'}, next hop type VirtualAppliance, next hop one of the addresses above; "
            "the appliance is in another subnet (AZ-UDR-03).",
            "No such route on the GatewaySubnet towards the appliance itself (FW-PLACE-06).",
            "Its network security group lets udp/500, udp/4500 and ESP in from our ends (FW-PERM-06, FW-PERM-07).",
        )
    )
