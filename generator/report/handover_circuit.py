"""The part of the handover about a circuit: the circuit's form, the order for the exchange provider, the peerings' forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.handover.circuit_sheets import CircuitSheet, MicrosoftSheet, NatSheet, PeeringSheet
from generator.report.markdown import bullets, fields, joined, plain, section, table

SHOWN: Final = 50
"""Routes in a table at most."""

_TITLES: Final = {"private": "private", "microsoft": "Microsoft", "public": "public"}
_BILLING: Final = {"MeteredData": "Metered", "UnlimitedData": "Unlimited"}


def circuit_text(circuit: CircuitSheet) -> str:
    """Everything about one circuit."""
    return section(
        f"Circuit {plain(circuit.name)}",
        section("Azure: ExpressRoute circuit", fields(_circuit(circuit)), level=3),
        section("Azure: MACsec of the port pair", *_macsec(circuit), level=3),
        section(_order_title(circuit), *_order(circuit), level=3),
        *(_peering(circuit, one) for one in circuit.peerings),
    )


def _circuit(circuit: CircuitSheet) -> Iterator[tuple[str, object]]:
    direct = circuit.port_type == "Direct"
    yield "Subscription, resource group", ""
    yield "Resiliency", "Standard: the form makes this circuit alone"
    yield "Region", ""
    yield "Circuit name", circuit.name
    yield "Port type", circuit.port_type
    yield ("ExpressRoute Direct resource" if direct else "Peering location"), "" if direct else circuit.location
    if not direct:
        yield "Provider", ""
    yield "Bandwidth", _bandwidth(circuit.bandwidth_mbps)
    yield "SKU", circuit.tier
    yield "Billing model", _BILLING.get(circuit.family, circuit.family)
    yield "SKU name (scripts)", circuit.sku
    yield "Service key (compare)", circuit.service_key or "Azure makes it"
    for role, tag in (("primary", circuit.s_tag_primary), ("secondary", circuit.s_tag_secondary)):
        if tag is not None:
            yield f"S-tag, {role} (compare)", tag


def _bandwidth(mbps: int | None) -> str:
    """As Azure's list has it: ``200 Mbps``, ``1 Gbps``."""
    if mbps is None:
        return ""
    return f"{mbps // 1000} Gbps" if mbps >= 1000 and not mbps % 1000 else f"{mbps} Mbps"


def _macsec(circuit: CircuitSheet) -> Iterator[str]:
    macsec = circuit.macsec
    if macsec is None:
        return
    yield fields(
        (
            ("Cipher", macsec.cipher),
            ("CKN (Key Vault secret)", macsec.ckn),
            ("CAK (Key Vault secret)", macsec.cak),
            ("SCI", "Enabled" if macsec.sci else "Disabled"),
        )
    )
    yield bullets(
        (
            "The same on both links of the port pair; it covers every circuit on it, BGP included, and there is no "
            "fallback to clear text (ER-MACS-01).",
            "A change of key is not atomic: one link at a time, after draining it (ER-MACS-04).",
        )
    )


def _order_title(circuit: CircuitSheet) -> str:
    return "Tags on the port pair" if circuit.port_type == "Direct" else "Order for the exchange provider"


def _order(circuit: CircuitSheet) -> Iterator[str]:
    if circuit.port_type != "Direct":
        yield fields(
            (
                ("Service key", circuit.service_key or "Azure makes it with the circuit"),
                ("Connections", "two: primary and secondary"),
                ("Bandwidth of each", _bandwidth(circuit.bandwidth_mbps)),
                ("Peering location", circuit.location),
                ("Hand-over", f"{circuit.handoff}, layer {circuit.layer.removeprefix('l')}"),
            )
        )
    heads = ("Link", "Router", "Port", "Peering", "Azure VLAN", "Outer tag", "Inner tag", "Ethertype")
    yield table(
        heads,
        [
            (
                one.link,
                one.router,
                one.port,
                one.peering,
                one.azure_vlan,
                "none" if one.outer is None else one.outer,
                one.inner,
                one.ethertype,
            )
            for one in circuit.order
        ],
    )
    translated = [one for one in circuit.order if one.inner != one.azure_vlan]
    if translated:
        yield bullets(("The exchange translates: the tag on the port differs from the Azure VLAN (ER-VLAN-11).",))


def _peering(circuit: CircuitSheet, peering: PeeringSheet) -> str:
    return section(
        f"Azure: {_TITLES[peering.domain]} peering of {plain(circuit.name)}",
        fields(_form(peering)),
        bullets(_remarks(peering)),
        _titled("Addresses of the links:", _addresses(peering)),
        _titled(
            "Advertised public prefixes:", "" if peering.microsoft is None else _public_prefixes(peering.microsoft)
        ),
        _titled(
            "Route filter, one rule, type Allow:", "" if peering.microsoft is None else _route_filter(peering.microsoft)
        ),
        _titled(_routes_title(peering), _routes(peering)),
        _titled("Prefix limits of a session; above one the session drops (ER-RTE-03):", _limits(peering)),
        _titled(
            "Global Reach, added on the page of this peering; it asks for a /29 that is not in the inventory:",
            _reach(peering),
        ),
        _titled("Translation towards Microsoft, for information:", _nat(peering.nat)),
        level=3,
    )


def _titled(title: str, text: str) -> str:
    return f"{title}\n\n{text}" if text else ""


def _form(peering: PeeringSheet) -> Iterator[tuple[str, object]]:
    """The portal's fields in the portal's order."""
    both = [(name, one) for name, one in (("IPv4", peering.v4), ("IPv6", peering.v6)) if one is not None]
    yield "Peer ASN", peering.peer_asn
    yield "Subnets", "Both" if len(both) == 2 else "".join(name for name, _ in both)
    for name, one in both:
        yield f"{name} Primary subnet", one.primary or "none: a single connection"
        yield f"{name} Secondary subnet", one.secondary or "none: a single connection"
        yield f"Enable {name} Peering", "Enabled"
        if peering.microsoft is not None:
            listed = [one.prefix for one in peering.microsoft.advertised_public_prefixes if _is(name, one.prefix)]
            yield f"{name} Advertised public prefixes", joined(listed)
    yield "VLAN ID", peering.vlan_id
    if peering.microsoft is not None:
        yield "Customer ASN", peering.microsoft.customer_asn or "leave empty: the prefixes are the peer ASN's"
        yield "Routing registry name", peering.microsoft.registry
    yield "Shared key", peering.shared_key or "leave empty: no MD5"


def _is(name: str, prefix: str) -> bool:
    return (":" in prefix) == (name == "IPv6")


def _remarks(peering: PeeringSheet) -> Iterator[str]:
    for name, one in (("IPv4", peering.v4), ("IPv6", peering.v6)):
        if one is not None and one.block is not None:
            yield f"The {name} subnets are the halves of {one.block} (ER-ADDR-13)."
    yield f"Microsoft's AS is {peering.microsoft_asn} on every peering (ER-ASN-01)."
    if peering.domain == "private":
        yield f"Our routers take {_some(peering.accepted)} from Azure, whole address spaces of VNets (ER-RTE-19)."
    if peering.preferred is not None:
        yield (
            f"Active-passive: the {peering.preferred} link is preferred, by AS path from Azure and by local preference "
            "towards it (ER-PATH-04)."
        )
    yield (
        f"Timers on our side {peering.keepalive}/{peering.hold} s, Microsoft's are 60/180 s, the lower ones hold "
        "(ER-BGP-04)."
    )
    yield _bfd(peering)
    if peering.microsoft is not None:
        yield (
            f"AdvertisedPublicPrefixesState must become {peering.microsoft.expected_state}: until then no session comes "
            "up (ER-PEER-08)."
        )
        if peering.microsoft.manual_validation:
            yield (
                "Expect ValidationNeeded first: with a private AS number, or prefixes under a Letter of Authorization, "
                "Microsoft's support validates by hand (ER-ASN-06, ER-RTE-11)."
            )
    if peering.domain == "public":
        yield "Public peering is retired and only kept for audits (ER-PEER-02)."


def _some(prefixes: tuple[str, ...]) -> str:
    if not prefixes:
        return "nothing"
    more = f" and {len(prefixes) - SHOWN:,} more" if len(prefixes) > SHOWN else ""
    return f"{joined(prefixes[:SHOWN])}{more}"


def _bfd(peering: PeeringSheet) -> str:
    bfd = peering.bfd
    if bfd is None:
        return "BFD is off on our routers: nothing is entered in Azure for it."
    ours = f"BFD {bfd.transmit_ms}/{bfd.receive_ms} ms x{bfd.multiplier} on our side, nothing is entered in Azure"
    if peering.domain == "private":
        return f"{ours}; a private peering that is older than the feature must be reset to get it (ER-BGP-06)."
    return f"{ours}; whether Microsoft runs it on this peering must be confirmed (ER-BGP-07)."


def _addresses(peering: PeeringSheet) -> str:
    return table(
        ("Link", "Router", "Family", "Ours", "Microsoft's"),
        [(one.link, one.router, f"IPv{one.family}", one.ours, one.microsofts) for one in peering.addresses],
    )


def _public_prefixes(microsoft: MicrosoftSheet) -> str:
    return table(
        ("Prefix", "Registry", "Letter of Authorization"),
        [(one.prefix, one.registry, one.loa) for one in microsoft.advertised_public_prefixes],
    )


def _route_filter(microsoft: MicrosoftSheet) -> str:
    return table(
        ("Community", "Service or region", "Authorisation"),
        [
            (
                one.value or "unknown, see Get-AzBgpServiceCommunity",
                one.name or "not in the table",
                "needed first (ER-RF-04)" if one.needs_authorisation else "not needed",
            )
            for one in microsoft.route_filter
        ],
    )


def _routes_title(peering: PeeringSheet) -> str:
    return f"Get-AzExpressRouteCircuitRouteTable -PeeringType {peering.azure_type} must show, by -DevicePath:"


def _routes(peering: PeeringSheet) -> str:
    text = table(
        ("DevicePath", "Network", "NextHop", "Path begins with"),
        [(one.link.capitalize(), one.prefix, one.next_hop, one.path) for one in peering.routes[:SHOWN]],
    )
    left_out = len(peering.routes) - SHOWN
    return f"{text}\n… and {left_out:,} more; --format json has all of them.\n" if left_out > 0 else text


def _limits(peering: PeeringSheet) -> str:
    return table(
        ("Family", "We announce", "Microsoft takes", "From Azure at most"),
        [
            (
                f"IPv{one.family}",
                one.announced,
                one.to_microsoft,
                "what the route filter lets through" if one.from_azure is None else one.from_azure,
            )
            for one in peering.limits
        ],
    )


def _reach(peering: PeeringSheet) -> str:
    return table(("Circuit", "Prefixes"), [(one.circuit, joined(one.prefixes)) for one in peering.global_reach])


def _nat(nat: NatSheet | None) -> str:
    if nat is None:
        return ""
    rows: list[tuple[str, object]] = [
        ("Done by", nat.at),
        ("Design", nat.design),
        ("Inside", joined(nat.inside) or "everything"),
        ("Pool, primary link", nat.pool_primary),
        ("Pool, secondary link", nat.pool_secondary),
    ]
    rows += [("Static, inside to outside", f"{one.inside} to {one.outside}") for one in nat.static]
    return fields(rows)
