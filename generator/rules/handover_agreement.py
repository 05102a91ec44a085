"""Both ends: what a router's text says against what the handover sheet tells the other end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.handover import DeviceTerms, LinkTerms, TunnelTerms
from generator.handover.text import key_reference
from generator.model.asn import MICROSOFT
from generator.model.crypto import Tunnel
from generator.model.facts import FactKey, Interface, Neighbor
from generator.model.finding import Severity
from generator.model.secret import Secret
from generator.model.vlan import Dot1q, QinQ, Tags
from generator.readback.evidence import DeviceEvidence
from generator.readback.other_end import HandoverEvidence
from generator.rules.base import Problem, rule

_POLICY: Final = (
    ("ike_version", "IKE version"),
    ("ike_encryption", "IKE encryption"),
    ("ike_integrity", "IKE integrity/PRF"),
    ("dh_group", "DH group"),
    ("ike_seconds", "IKE SA lifetime in seconds"),
    ("ipsec_encryption", "IPsec encryption"),
    ("ipsec_integrity", "IPsec integrity"),
    ("pfs_group", "PFS group"),
    ("sa_seconds", "IPsec SA lifetime in seconds"),
    ("sa_kilobytes", "IPsec SA lifetime in kilobytes"),
    ("mode", "ESP mode"),
)
"""The policy, field by field (IPS-POL-01 to IPS-POL-08)."""


@rule("HND-001", Severity.ERROR, source="ER-ADDR-03, ER-VLAN-05, ER-ASN-09, ER-BGP-02")
def both_ends_of_a_peering(evidence: HandoverEvidence) -> Iterator[Problem]:
    """Each session with Microsoft has the addresses, VLAN, AS numbers and key that Azure is told.

    Why:
        Azure's end is typed in from the handover sheet, the router's is this text.  Where they differ the session
        stays down, or a link comes up in another peering.
    Fix:
        Correct the router, or, where the router is right, the inventory, and then enter the new sheet in Azure.
    Bad:
        ! handover sheet: VLAN ID 100, shared key file:secrets/alpha
        encapsulation dot1Q 101 second-dot1q 110
        neighbor 172.31.0.2 password AnotherKey
    Good:
        ! handover sheet: VLAN ID 100, shared key file:secrets/alpha
        encapsulation dot1Q 101 second-dot1q 100
        neighbor 172.31.0.2 password TheKeyOfThatFile
    """
    device, terms = evidence.device, evidence.terms
    for neighbor in device.facts.neighbors.values():
        link = terms.links.get((neighbor.vrf, neighbor.address))
        if link is not None:
            for text in _link(device, link, neighbor):
                message = f"{link.circuit} {link.domain} IPv{link.family}: {text}"
                yield Problem(message=message, path=link.path, device=device.name, fact=("neighbors", neighbor.key))
        elif neighbor.remote_as == MICROSOFT and neighbor.vrf in terms.vrfs:
            yield _unknown_session(device, terms, neighbor)


def _unknown_session(device: DeviceEvidence, terms: DeviceTerms, neighbor: Neighbor) -> Problem:
    known = [one for one in terms.links.values() if one.vrf == neighbor.vrf and one.family == neighbor.family]
    listed = ", ".join(str(one.msee) for one in known) or "none of this family"
    return Problem(
        message=f"a session with AS {MICROSOFT} goes to {neighbor.address} in VRF {neighbor.vrf}, "
        f"the handover sheet has {listed} there",
        device=device.name,
        fact=("neighbors", neighbor.key),
    )


def _link(device: DeviceEvidence, link: LinkTerms, neighbor: Neighbor) -> Iterator[str]:
    """Everything in which a session and its interface differ from the sheet."""
    if neighbor.remote_as != link.microsoft_asn:
        yield _differs(f"remote AS of {neighbor.address}", neighbor.remote_as, link.microsoft_asn)
    if neighbor.local_as != link.asn:
        yield _differs(f"own AS towards {neighbor.address}", neighbor.local_as, link.asn)
    if neighbor.password != link.key:
        planned = device.plan.facts.neighbors.get(neighbor.key)
        shown = device.wanted.neighbors.get(neighbor.key)
        excused = planned is not None and shown is not None and shown.password is None and planned.password == link.key
        yield from _key("MD5 key", neighbor.password, link.key, excused=excused)
    found = device.reach(neighbor.vrf, neighbor.address)
    if found is None:
        return
    interface, own = found
    if own != link.own:
        yield _differs(f"own address on {interface.name}", own, link.own)
    if interface.tags != link.tags and not _same_as_planned(device, interface, link.tags):
        yield _differs(f"tagging of {interface.name}", _tags(interface.tags), _tags(link.tags))


def _same_as_planned(device: DeviceEvidence, interface: Interface, tags: Tags) -> bool:
    """The plan agrees with the sheet, and the text shows as much of it as the platform's text can."""
    planned = device.plan.facts.interfaces.get(interface.name)
    shown = device.wanted.interfaces.get(interface.name)
    return planned is not None and shown is not None and planned.tags == tags and shown.tags == interface.tags


def _tags(tags: Tags) -> str:
    if isinstance(tags, QinQ):
        return f"S-tag {tags.outer} and VLAN {tags.inner}"
    return f"VLAN {tags.vlan}" if isinstance(tags, Dot1q) else "no tag"


def _differs(what: str, said: object, agreed: object) -> str:
    return f"the {what} is {said}, the handover sheet has {agreed}"


def _key(what: str, said: Secret | None, agreed: Secret | None, *, excused: bool = False) -> Iterator[str]:
    """A key that differs; one that cannot be known (an encrypted one, a missing file) is not judged."""
    if agreed is None:
        if said is not None:
            yield f"the router has a {what}, the handover sheet has none"
    elif said is None:
        if agreed.known and not excused:
            yield f"the router has no {what}, the handover sheet has one"
    elif said.known and agreed.known and said != agreed:
        yield f"the {what} on the router is not that of {key_reference(agreed)}, which the handover sheet names"


@rule("HND-002", Severity.ERROR, source="IPS-POL-01, IPS-POL-13, IPS-PSK-05, IPS-BGP-01")
def both_ends_of_a_tunnel(evidence: HandoverEvidence) -> Iterator[Problem]:
    """Each tunnel has the addresses, policy, selectors, identities and key that Azure is told.

    Why:
        The connection in Azure is typed in from the handover sheet.  A policy that differs keeps the tunnel down, a
        PFS group that differs lets it come up and breaks it at the first rekey.
    Fix:
        Correct the router, or, where the router is right, the inventory, and then enter the new sheet in Azure.
    Bad:
        ! handover sheet: PFS Group ECP384
        crypto ipsec profile HUB
         set pfs group14
    Good:
        ! handover sheet: PFS Group ECP384
        crypto ipsec profile HUB
         set pfs group20
    """
    device, terms = evidence.device, evidence.terms
    for tunnel in device.facts.tunnels.values():
        fact: FactKey = ("tunnels", tunnel.name)
        agreed = terms.tunnel(tunnel.front_vrf, tunnel.local, tunnel.remote)
        if agreed is not None:
            for text in (*_tunnel(device, agreed, tunnel), *_session(device, agreed, tunnel)):
                yield Problem(message=f"{tunnel.name}: {text}", path=agreed.path, device=device.name, fact=fact)
        elif device.own_render or tunnel.front_vrf in terms.vrfs or tunnel.name in device.plan.facts.tunnels:
            message = (
                f"{tunnel.name} goes from {tunnel.local} to {tunnel.remote}, the handover sheet has no such tunnel"
            )
            yield Problem(message=message, device=device.name, fact=fact)


def _tunnel(device: DeviceEvidence, agreed: TunnelTerms, tunnel: Tunnel) -> Iterator[str]:
    """Everything in which a tunnel itself differs from the sheet."""
    planned = device.plan.facts.tunnels.get(tunnel.name)
    shown = device.wanted.tunnels.get(tunnel.name)
    yield from _policy(agreed, tunnel, planned, shown)
    if frozenset(tunnel.selectors) != frozenset(agreed.selectors):
        yield _differs("set of traffic selectors", _selectors(tunnel), _selectors(agreed))
    identities = (
        ("own identity", tunnel.local_identity, agreed.local),
        ("identity of Azure", tunnel.remote_identity, agreed.remote),
    )
    for what, said, wanted in identities:
        if said not in ("", str(wanted)):  # none written: the outer address
            yield _differs(what, said, wanted)
    excused = planned is not None and shown is not None and shown.key is None and planned.key == agreed.key
    yield from _key("pre-shared key", tunnel.key, agreed.key, excused=excused)


def _policy(agreed: TunnelTerms, tunnel: Tunnel, planned: Tunnel | None, shown: Tunnel | None) -> Iterator[str]:
    if tunnel.crypto == agreed.crypto:
        return
    if tunnel.crypto is None:
        yield "there is no complete IPsec/IKE policy, the handover sheet has a custom one"
        return
    intended = None if planned is None else planned.crypto
    visible = None if shown is None else shown.crypto
    for field, what in _POLICY:
        said, wanted = getattr(tunnel.crypto, field), getattr(agreed.crypto, field)
        # What the platform's text cannot show is the plan's to answer for.
        excused = getattr(intended, field, None) == wanted and getattr(visible, field, None) == said
        if said != wanted and not excused:
            yield _differs(what, said, wanted)


def _selectors(thing: Tunnel | TunnelTerms) -> str:
    """``10.0.0.0/16 to 10.1.0.0/16``, sorted, or ``any to any``."""
    return ", ".join(sorted(f"{one.local} to {one.remote}" for one in thing.selectors)) or "any to any"


def _session(device: DeviceEvidence, agreed: TunnelTerms, tunnel: Tunnel) -> Iterator[str]:
    """Everything in which the BGP session inside the tunnel differs from the sheet."""
    peer = agreed.bgp_remote
    if peer is None:
        return
    neighbor = device.facts.neighbors.get((tunnel.vrf, peer, 4 if peer.version == 4 else 6))
    if neighbor is None:
        yield f"there is no BGP session with {peer} in VRF {tunnel.vrf}, the handover sheet has one"
        return
    if neighbor.remote_as != agreed.gateway_asn:
        yield _differs(f"remote AS of {peer}", neighbor.remote_as, agreed.gateway_asn)
    if neighbor.local_as != agreed.asn:
        yield _differs(f"own AS towards {peer}", neighbor.local_as, agreed.asn)
    source = device.facts.interfaces.get(neighbor.update_source)
    said = [str(one.ip) for one in source.addresses] if source is not None else [neighbor.update_source]
    if any(said) and str(agreed.bgp_local) not in said:
        yield _differs(f"own BGP address towards {peer}", ", ".join(said), agreed.bgp_local)
