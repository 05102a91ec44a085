"""iBGP between the two routers of a pair, in every VRF that both have (ER-PATH-12)."""

from __future__ import annotations

from typing import Final

from generator.inventory import defaults
from generator.inventory.intent import PeeringIntent
from generator.inventory.models import Interlink, Pair
from generator.model.address import LinkAddress, link_at, parse_prefix
from generator.model.facts import Family, Interface, Neighbor
from generator.model.naming import description, object_name
from generator.model.plan import Peer, Role, Session, Side
from generator.model.vlan import Dot1q, QinQ, Tags
from generator.plan import policies
from generator.plan.device import DeviceDraft
from generator.plan.peerings import DOMAIN_NUMBER, FAMILIES
from generator.plan.tunnels import INNER

FIRST_INNER_TAG: Final = 4000
"""Where the search for a tag for the VRF inside tunnels begins, downwards."""


def interlink_address(pair: Pair, family: Family, index: int) -> LinkAddress:
    """The address of the pair's first (0) or second (1) router on the interlink; the same in every VRF."""
    link = pair.interlink if isinstance(pair.interlink, Interlink) else None
    given = None if link is None else link.v4 if family == 4 else link.v6
    built_in = defaults.INTERLINK_V4 if family == 4 else defaults.INTERLINK_V6
    network = parse_prefix(built_in.value) if given is None else given.network
    pointed = network.prefixlen == (31 if family == 4 else 127)
    value = int(network.network_address) + index + (0 if pointed else 1)
    return link_at(value, network.prefixlen, family)


def interlink_tags(peering: PeeringIntent) -> Tags | None:
    """The tags of the VRF's first peering, unless the peering names a VLAN: unique on the interlink where S-tags are."""
    if peering.spec.interlink_vlan is not None:
        return Dot1q(peering.spec.interlink_vlan)
    end = peering.ends.get(Role.PRIMARY)
    return None if end is None else end.tags


def inner_tags(peering: PeeringIntent) -> Tags | None:
    """Tags on the interlink for the VRF inside the tunnels: an inner tag that no peering of the circuit has."""
    end = peering.ends.get(Role.PRIMARY)
    if end is None or end.tags is None:
        return None
    outer = end.tags.outer if isinstance(end.tags, QinQ) else getattr(end.tags, "vlan", 0)
    taken = {one.azure_vlan for one in peering.circuit.spec.peerings.values()}
    return QinQ(outer, next(tag for tag in range(FIRST_INNER_TAG, 0, -1) if tag not in taken))


def plan_partners(peering: PeeringIntent, drafts: dict[str, DeviceDraft], vrf: str) -> None:
    """Link a VRF of a peering on its two routers: the one of its links, or the one inside its tunnels."""
    pair = peering.circuit.pair
    ends = peering.ends
    if len(ends) < 2 or pair.interlink is False:
        return
    names = (ends[Role.PRIMARY].router, ends[Role.SECONDARY].router)
    tags = interlink_tags(peering) if vrf == peering.vrf else inner_tags(peering)
    devices = (drafts[names[0]], drafts[names[1]])
    ports = tuple(device.router.interlink_port for device in devices)
    if names[0] == names[1] or tags is None or None in ports:
        return
    both = [device.vrfs.get(vrf) for device in devices]
    if both[0] is None or both[1] is None:
        return
    families = both[0].families & both[1].families
    for index, role in enumerate((Role.PRIMARY, Role.SECONDARY)):
        port = ports[index]
        assert port is not None
        _end(peering, vrf, devices[index], devices[1 - index].name, port, tags, families, index, role)


def _end(
    peering: PeeringIntent,
    vrf: str,
    device: DeviceDraft,
    other: str,
    port: str,
    tags: Tags,
    families: set[Family],
    index: int,
    role: Role,
) -> None:
    pair = peering.circuit.pair
    addresses = {family: interlink_address(pair, family, index) for family in FAMILIES if family in families}
    device.port(port, f"to {other}")
    domain = DOMAIN_NUMBER[peering.domain] if vrf == peering.vrf else INNER
    shared = domain if peering.customer.model == "connect_through" else None
    words = description(f"to {other} {vrf}")
    interface = Interface("", vrf, words, addresses=tuple(addresses.values()))
    device.subinterface(port, tags, None, shared, interface, peering.path, Side.INSIDE)
    for family in addresses:
        neighbor = Neighbor(
            vrf,
            interlink_address(pair, family, 1 - index).ip,
            family,
            peering.asn,
            peering.asn,
            words,
            export_policy=_export(peering, vrf, device, family),
            next_hop_self=True,
            send_community=True,
        )
        session = Session(
            peer=Peer.PARTNER,
            neighbor=neighbor.key,
            family=family,
            customer=peering.customer.name,
            domain=peering.domain,
            role=role,
            origin=peering.path,
        )
        device.neighbor(neighbor, session, peering.path)


def _export(peering: PeeringIntent, vrf: str, device: DeviceDraft, family: Family) -> str:
    """The policy towards the other router; the sources of tunnels are connected networks, which it names."""
    policy = policies.PARTNER_OUT
    ipsec = peering.ipsec
    if ipsec is not None and ipsec.tunnels and vrf == peering.vrf and family == 4:
        sources = sorted({parse_prefix(f"{one.local}/32") for one in ipsec.tunnels if one.local.version == 4}, key=str)
        name = object_name(peering.circuit.name, peering.domain.value, "sources")
        device.prefix_lists[name, 4] = policies.exact_list(name, 4, tuple(sources))
        device.origins["prefix_lists", (name, 4)] = ipsec.path
        policy = policies.partner_out_with(object_name(peering.circuit.name, peering.domain.value, "partner"), name)
        device.origins["policies", policy.name] = ipsec.path
    device.policies[policy.name] = policy
    return policy.name
