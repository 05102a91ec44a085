"""What happens to the packets of a peering beside routing: translation, DSCP, the rate of the circuit, MACsec."""

from __future__ import annotations

from generator.inventory.intent import AttachmentIntent, CircuitIntent, CustomerIntent, EndIntent, PeeringIntent
from generator.inventory.security import QosSettings
from generator.model.address import RFC1918, Prefix, prefix_key
from generator.model.filters import NatRule, Remark, Shaper
from generator.model.macsec import Macsec
from generator.model.naming import object_name
from generator.model.plan import Domain, Role, Side
from generator.plan.device import DeviceDraft
from generator.plan.peerings import usable, which_end
from generator.platforms.base import Feature


def plan_traffic(peering: PeeringIntent, device: DeviceDraft, end: EndIntent) -> None:
    """NAT and DSCP of one peering on one router."""
    link = device.links[peering.path, end.role]
    if peering.nat_at == "router":
        translate_at(peering, device, end.role, link)
    qos = peering.spec.qos or QosSettings()
    if peering.domain is Domain.MICROSOFT and qos.enabled and Feature.REMARK in device.can:
        name = object_name(peering.circuit.name, *which_end(peering, end.role), "DSCP")
        voice = tuple([one for one in qos.kept if one == 46])
        device.remarks[name] = Remark(name, tuple(qos.kept), voice, qos.voice_percent, (link,))
        device.origins["remarks", name] = peering.path


def translate_at(peering: PeeringIntent, device: DeviceDraft, role: Role, link: str) -> None:
    """Source NAT into the pool of a link, and static entries of it, for what leaves by ``link`` (ER-NAT-02, ER-NAT-05)."""
    nat = peering.spec.nat
    if nat is None or Feature.NAT not in device.can:
        return
    inside = tuple(sorted(nat.inside or private_space(peering.customer), key=prefix_key))
    near = device.on_side(Side.INSIDE, peering.vrf)
    if not inside or not near:
        return
    which = which_end(peering, role)
    base = object_name(peering.circuit.name, peering.domain.value, *which, "nat")
    pool = nat.pool.primary if role is Role.PRIMARY else nat.pool.secondary
    rules = [NatRule(base, "source", peering.vrf, inside, pool, near, (link,))]
    for place, one in enumerate(nat.static, 1):
        name = object_name(peering.circuit.name, peering.domain.value, *which, f"nat{place}")
        rules.append(NatRule(name, "static", peering.vrf, (one.inside,), one.outside, near, (link,), overload=False))
    for rule in rules:
        device.nat_rules[rule.name] = rule
        device.origins["nat_rules", rule.name] = (*peering.path, "nat")


def private_space(customer: CustomerIntent) -> list[Prefix]:
    """What is at home and private: it cannot go to Microsoft as it is."""
    return [
        prefix
        for prefix in customer.spec.onprem
        if prefix.version == 4 and any(prefix.subnet_of(space) for space in RFC1918)
    ]


def plan_shared_services(
    customer: CustomerIntent, attachment: AttachmentIntent, device: DeviceDraft, role: Role
) -> None:
    """1:1 NAT towards shared services of the provider, between the customer's edge and that link (ER-MT-03)."""
    nat, link = attachment.spec.nat, device.links.get((attachment.path, role))
    if nat is None or link is None or Feature.NAT not in device.can:
        return
    vrf = device.interfaces[link].vrf
    near = tuple(name for name in device.on_side(Side.INSIDE, vrf) if name != link)
    name = object_name(customer.name, attachment.name, "nat")
    if near:
        device.nat_rules[name] = NatRule(name, "static", vrf, (nat.inside,), nat.outside, near, (link,), overload=False)
        device.origins["nat_rules", name] = (*attachment.path, "nat")


def plan_rate(circuit: CircuitIntent, drafts: dict[str, DeviceDraft]) -> None:
    """Shape what leaves to the circuit's rate on each link where the port is faster (ER-CKT-09, ER-CKT-10)."""
    for role, (router, port) in circuit.links.items():
        device = drafts.get(router)
        links = (
            []
            if device is None
            else [(one, device.links[one.path, role]) for one in circuit.peerings if (one.path, role) in device.links]
        )
        rate = circuit.bandwidth_mbps
        if device is None or not links or not rate or Feature.SHAPER not in device.can:
            continue
        known = device.router.ports.get(port)
        if known is not None and known.speed_mbps is not None and known.speed_mbps <= rate:
            continue
        if Feature.SHARED_SHAPER in device.can or len(links) == 1:
            name = object_name(circuit.name, *which_end(links[0][0], role))
            _shape(device, name, links[0][0].spec.shape_mbps or rate if len(links) == 1 else rate, circuit, links)
            continue
        for peering, link in links:
            part = peering.spec.shape_mbps or max(rate // len(links), 1)
            name = object_name(circuit.name, peering.domain.value, *which_end(peering, role))
            _shape(device, name, part, circuit, [(peering, link)])


def _shape(
    device: DeviceDraft, name: str, rate: int, circuit: CircuitIntent, links: list[tuple[PeeringIntent, str]]
) -> None:
    device.shapers[name] = Shaper(name, rate, tuple(sorted(link for _, link in links)))
    device.origins["shapers", name] = circuit.path


def plan_macsec(circuit: CircuitIntent, drafts: dict[str, DeviceDraft]) -> None:
    """Encrypt the ports of a Direct circuit; circuits of one port have one key (ER-MACS-01)."""
    spec = circuit.spec.macsec
    if spec is None:
        return
    for router, port in circuit.links.values():
        device = drafts.get(router)
        if device is None or Feature.MACSEC not in device.can or port not in device.ports:
            continue
        device.macsec.setdefault(
            port, Macsec(port, spec.cipher, (spec.ckn or "").lower(), usable(circuit.cak), spec.sci)
        )
        device.origins.setdefault(("macsec", port), (*circuit.path, "macsec"))
