"""What ``peerwright show`` says of tunnels, firewall, flows, translation and QoS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from generator.inventory import overhead
from generator.inventory.flows import End, FlowIntent
from generator.inventory.intent import CustomerIntent, Intent, IpsecIntent, PeeringIntent
from generator.inventory.security import FirewallSettings
from generator.inventory.services import Service
from generator.inventory.shown import Origin, Value, default_of, words
from generator.model.crypto import CryptoPolicy
from generator.model.filters import PROTOCOL_WORD
from generator.model.finding import DataPath, path_text

BUILT_IN: Final = "built-in default"


def tunnels(peering: PeeringIntent) -> Iterator[Value]:
    """IPsec of a peering: VRFs, policy, sizes, what passes, and each tunnel of the mesh."""
    ipsec = peering.ipsec
    if ipsec is None:
        return
    base, spec = path_text(ipsec.path), ipsec.spec
    yield Value(f"{base}.at", spec.at, BUILT_IN, None, "IPS-TUN-02")
    yield Value(f"{base}.profile", spec.profile, BUILT_IN, None, "IPS-POL-12")
    yield Value(f"{base}.vrf", ipsec.inner_vrf, *_inner_vrf(peering))
    yield Value(f"{base}.front_vrf", peering.vrf, *_front_vrf(peering))
    if ipsec.gateway_path is not None and ipsec.gateway is not None:
        named = ipsec.gateway.name or path_text(ipsec.gateway_path)
        yield Value(f"{base}.gateway", named, "the only gateway that is no ExpressRoute gateway", ipsec.gateway_path)
    yield Value(f"{base}.asn", str(ipsec.asn), *_asn(ipsec))
    yield from _policy(ipsec, base)
    yield from _sizes(ipsec, base)
    yield from _passing(peering, ipsec, base)
    yield from _mesh(ipsec, base)


def _inner_vrf(peering: PeeringIntent) -> Origin:
    customer = peering.customer
    if customer.spec.vrf is not None:
        return "vrf of the customer", (*customer.path, "vrf"), ""
    return "made of the customer's name", customer.path, "PLT-NAME-01"


def _front_vrf(peering: PeeringIntent) -> Origin:
    if peering.spec.vrf is not None:
        return "vrf of the peering", (*peering.path, "vrf"), ""
    if peering.domain.value == "private":
        return "made of the customer's VRF", None, "IPS-TR-04"
    return "VRF of the peering", None, ""


def _asn(ipsec: IpsecIntent) -> Origin:
    if ipsec.gateway is not None and ipsec.gateway.onprem_asn and ipsec.gateway_path is not None:
        return "onprem_asn of the gateway", (*ipsec.gateway_path, "onprem_asn"), ""
    return "AS of the peering", None, ""


def _policy(ipsec: IpsecIntent, base: str) -> Iterator[Value]:
    """The crypto policy; each word is the profile's unless somebody wrote it."""
    crypto: CryptoPolicy = ipsec.crypto
    profile = f"profile {ipsec.spec.profile}"
    for name, value in (
        ("ike.encryption", crypto.ike_encryption),
        ("ike.integrity", crypto.ike_integrity),
        ("ike.dh_group", crypto.dh_group),
        ("esp.encryption", crypto.ipsec_encryption),
        ("esp.integrity", crypto.ipsec_integrity),
        ("esp.pfs_group", crypto.pfs_group),
    ):
        yield Value(f"{base}.{name}", value, profile, None, "IPS-POL-12")
    yield Value(f"{base}.ike.version", str(crypto.ike_version), BUILT_IN, None, "IPS-PROP-01")
    yield Value(f"{base}.ike.lifetime_seconds", str(crypto.ike_seconds), BUILT_IN, None, "IPS-PROP-03")
    yield Value(f"{base}.esp.lifetime_seconds", str(crypto.sa_seconds), BUILT_IN, None, "IPS-POL-08")
    yield Value(f"{base}.esp.lifetime_kilobytes", str(crypto.sa_kilobytes), BUILT_IN, None, "IPS-POL-08")
    yield Value(f"{base}.dpd_seconds", str(ipsec.dpd_seconds), BUILT_IN, None, "IPS-POL-09")


def _sizes(ipsec: IpsecIntent, base: str) -> Iterator[Value]:
    outer = overhead.outer_size(ipsec.mtu, ipsec.crypto, nat_traversal=ipsec.spec.nat_traversal)
    yield Value(f"{base}.path_mtu", str(ipsec.path_mtu), "MTU of the peering", None, "IPS-TUN-05")
    yield Value(f"{base}.mtu", str(ipsec.mtu), "what fits path_mtu, at most Microsoft's advice", None, "IPS-TUN-03")
    yield Value(f"{base}.mss", str(ipsec.mss), "what fits mtu, at most Microsoft's advice", None, "IPS-TUN-03")
    yield Value(f"{base}.outer_size", str(outer), f"ESP around a full packet of {ipsec.mtu} bytes", None, "IPS-TUN-04")


def _passing(peering: PeeringIntent, ipsec: IpsecIntent, base: str) -> Iterator[Value]:
    """What is announced and accepted inside the tunnels, and how it is preferred."""
    if ipsec.spec.advertise is None:
        origin: Origin = "onprem of the customer", (*peering.customer.path, "onprem"), ""
    else:
        origin = "written", (*ipsec.path, "advertise"), ""
    yield Value(f"{base}.announce", words(ipsec.announce), *origin)
    yield Value(f"{base}.accept", words(ipsec.accept), "the VNets behind the gateway", None, "IPS-BGP-11")
    if not ipsec.spec.selectors:
        yield Value(f"{base}.selectors", "any to any", BUILT_IN, None, "IPS-TUN-02")
    for role in peering.ends:
        yield Value(f"{base}.local_pref.{role.value}", str(ipsec.local_preference[role]), *_preference(ipsec))


def _preference(ipsec: IpsecIntent) -> Origin:
    if ipsec.spec.local_pref is not None:
        return "written", (*ipsec.path, "local_pref"), ""
    return "local_pref of the peering", None, "ER-PATH-03"


def _mesh(ipsec: IpsecIntent, base: str) -> Iterator[Value]:
    """Outer and BGP addresses of each tunnel."""
    spec = ipsec.spec
    for tunnel in ipsec.tunnels:
        path = f"{base}.tunnels.{tunnel.role.value}[{tunnel.instance}]"
        yield Value(
            f"{path}.outer",
            f"{tunnel.local} - {tunnel.remote}",
            "source, and address of the gateway's instance",
            (*ipsec.path, "source", tunnel.role.value),
        )
        ours = BUILT_IN if spec.bgp is None else "bgp of ipsec"
        yield Value(
            f"{path}.bgp",
            f"{tunnel.bgp_local} - {words(tunnel.bgp_remote)}",
            f"{ours}, and BGP address of the instance",
            None if spec.bgp is None else (*ipsec.path, "bgp", tunnel.role.value),
            "IPS-BGP-04" if spec.bgp is None else "",
        )


def services(peering: PeeringIntent) -> Iterator[Value]:
    """Who translates, and QoS where somebody asked for it."""
    base, spec = path_text(peering.path), peering.spec
    if spec.nat is not None:
        origin = BUILT_IN if peering.nat_at == "router" else "where the session of this domain ends"
        yield Value(f"{base}.nat.at", peering.nat_at, origin, None, "ER-NAT-05")
        yield Value(f"{base}.nat.design", spec.nat.design, BUILT_IN, None, "ER-NAT-05")
    if spec.qos is not None:
        yield Value(f"{base}.qos.enabled", words(spec.qos.enabled), "written", (*peering.path, "qos"))
        if spec.qos.enabled:
            if "kept" not in spec.qos.model_fields_set:
                yield Value(f"{base}.qos.kept", words(spec.qos.kept), BUILT_IN, None, "ER-QOS-02")
            yield Value(f"{base}.qos.voice_percent", str(spec.qos.voice_percent), BUILT_IN, None, "ER-QOS-02")


def firewall(intent: Intent, customer: CustomerIntent, provider: str) -> Iterator[Value]:
    """Whether the routers filter, how, and what may pass."""
    base, spec = path_text(customer.path), customer.firewall
    for field, value, source in (
        ("enabled", words(spec.enabled), "FW-PLACE-07"),
        ("state", spec.state or "what fits the circuit and the router", "FW-PLACE-03"),
        ("urpf", spec.urpf, "FW-SPOOF-04"),
    ):
        yield Value(f"{base}.firewall.{field}", value, *_firewall_origin(intent, customer, provider, field, source))
    written = customer.spec.flows is not None
    counts: dict[DataPath, int] = {}
    for flow in customer.flows:
        at = counts[flow.path] = counts.get(flow.path, -1) + 1
        path = f"{path_text(flow.path)}.resolved[{at}]" if written else f"{base}.flows.default[{at}]"
        origin: Origin = ("the flow", flow.path, "") if written else (BUILT_IN, None, "FW-PLACE-07")
        yield Value(path, _flow(flow), *origin)


def _firewall_origin(intent: Intent, customer: CustomerIntent, provider: str, field: str, source: str) -> Origin:
    """The nearest level that says anything of the firewall holds as a whole."""
    owner = intent.inventory.providers.get(provider)
    levels: tuple[tuple[DataPath, FirewallSettings | None], ...] = (
        ((*customer.path, "firewall"), customer.spec.firewall),
        (("providers", provider, "defaults", "firewall"), _default(owner)),
        (("defaults", "firewall"), _default(intent.inventory)),
    )
    for path, settings in levels:
        if settings is not None:
            if field in settings.model_fields_set and getattr(settings, field) is not None:
                origin = "written" if path[:-1] == customer.path else default_of(path)
                return origin, (*path, field), ""
            break
    return BUILT_IN, None, source


def _default(owner: Any) -> FirewallSettings | None:
    found: FirewallSettings | None = getattr(getattr(owner, "defaults", None), "firewall", None)
    return found


def _flow(flow: FlowIntent) -> str:
    """``private: 10.0.0.0/16 to 10.60.0.0/16: tcp 443, udp 53``."""
    services = ", ".join(map(_service, flow.services))
    log = ", logged" if flow.log else ""
    return f"{flow.domain.value}: {_end(flow.source)} to {_end(flow.destination)}: {services}{log}"


def _end(end: End) -> str:
    return "anywhere" if end.anywhere else words(end.prefixes)


def _service(service: Service) -> str:
    word = PROTOCOL_WORD.get(service.protocol, f"protocol {service.protocol}")
    ports = " ".join(map(str, service.ports))
    return f"{word} {ports}" if ports else word
