"""What our router and Microsoft's end must have alike: one record a link and family, one a tunnel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from generator.inventory.intent import CustomerIntent, EndIntent, IpsecIntent, LinkPair, PeeringIntent
from generator.model.address import Address, LinkAddress
from generator.model.crypto import CryptoPolicy, Selector
from generator.model.facts import Family
from generator.model.finding import DataPath
from generator.model.plan import Domain, Role
from generator.model.secret import Secret
from generator.model.vlan import Tags


class LinkTerms(msgspec.Struct, frozen=True, kw_only=True):
    """One link of a peering in one family, as the other end is told of it."""

    circuit: str
    domain: Domain
    role: Role
    family: Family
    router: str
    port: str
    vrf: str
    tags: Tags
    """On the port of the router."""
    own: LinkAddress
    """Ours, with the mask of the link."""
    msee: Address
    """Microsoft's."""
    asn: int
    """Ours: the peer ASN, seen from Azure."""
    microsoft_asn: int
    key: Secret | None
    """MD5."""
    path: DataPath
    """The peering in the inventory."""


class TunnelTerms(msgspec.Struct, frozen=True, kw_only=True):
    """One tunnel between one of our devices and one instance of a gateway, as the other end is told of it."""

    circuit: str
    domain: Domain
    role: Role
    instance: int
    device: str
    """Ours; empty where the appliance that should be there is not in the inventory."""
    front_vrf: str
    local: Address
    remote: Address
    """Outer addresses; they are the IKE identities as well (IPS-PSK-05)."""
    crypto: CryptoPolicy
    selectors: tuple[Selector, ...]
    """Seen from our device; empty: any to any."""
    key: Secret
    bgp_local: Address
    bgp_remote: Address | None
    """None: Azure assigns it, and nobody has read it yet."""
    asn: int
    gateway_asn: int
    path: DataPath
    """The IPsec of the peering in the inventory."""


class DeviceTerms(msgspec.Struct):
    """All terms that concern one device."""

    links: dict[tuple[str, Address], LinkTerms] = {}
    """By VRF and Microsoft's address."""
    tunnels: dict[tuple[Address, Address], list[TunnelTerms]] = {}
    """By outer source and destination; customers may use the same ones in front VRFs of their own."""
    vrfs: set[str] = set()
    """VRFs with a peering."""

    def tunnel(self, front_vrf: str, local: Address, remote: Address) -> TunnelTerms | None:
        """The terms of a tunnel, from the same front VRF where there are several."""
        found = self.tunnels.get((local, remote), [])
        same = [one for one in found if one.front_vrf == front_vrf] or found
        return same[0] if same else None


def terms_of(customers: Iterable[CustomerIntent]) -> dict[str, DeviceTerms]:
    """The terms of every device of some customers, by its name."""
    out: dict[str, DeviceTerms] = {}
    for customer in customers:
        for peering in customer.peerings():
            for link in link_terms(peering):
                device = out.setdefault(link.router, DeviceTerms())
                device.links.setdefault((link.vrf, link.msee), link)
                device.vrfs.add(link.vrf)
            if peering.ipsec is not None:
                for tunnel in tunnel_terms(peering, peering.ipsec):
                    device = out.setdefault(tunnel.device, DeviceTerms())
                    device.tunnels.setdefault((tunnel.local, tunnel.remote), []).append(tunnel)
    return out


def link_terms(peering: PeeringIntent) -> Iterator[LinkTerms]:
    """The links of a peering, by role and then by family; without what is an error already (no tags, no AS)."""
    for end in peering.ends.values():
        for family, link in families(end):
            if end.tags is not None and peering.asn:
                yield LinkTerms(
                    circuit=peering.circuit.name,
                    domain=peering.domain,
                    role=end.role,
                    family=family,
                    router=end.router,
                    port=end.port,
                    vrf=peering.vrf,
                    tags=end.tags,
                    own=link.own,
                    msee=link.peer.ip,
                    asn=peering.asn,
                    microsoft_asn=peering.spec.peer_asn,
                    key=peering.password,
                    path=peering.path,
                )


def families(end: EndIntent) -> Iterator[tuple[Family, LinkPair]]:
    """The families of an end and its addresses in each."""
    if end.v4 is not None:
        yield 4, end.v4
    if end.v6 is not None:
        yield 6, end.v6


def tunnel_terms(peering: PeeringIntent, ipsec: IpsecIntent) -> Iterator[TunnelTerms]:
    """The full mesh of a peering's tunnels (IPS-BGP-01)."""
    selectors = tuple([Selector(one.local, one.remote) for one in ipsec.spec.selectors])
    for one in ipsec.tunnels:
        yield TunnelTerms(
            circuit=peering.circuit.name,
            domain=peering.domain,
            role=one.role,
            instance=one.instance,
            device=encrypting_device(peering, ipsec, one.role),
            front_vrf=peering.vrf,
            local=one.local,
            remote=one.remote,
            crypto=ipsec.crypto,
            selectors=selectors,
            key=one.key,
            bgp_local=one.bgp_local,
            bgp_remote=one.bgp_remote,
            asn=ipsec.asn,
            gateway_asn=65515 if ipsec.gateway is None else ipsec.gateway.asn,
            path=ipsec.path,
        )


def encrypting_device(peering: PeeringIntent, ipsec: IpsecIntent, role: Role) -> str:
    """The device that ends the tunnels of a link: its router, or the appliance behind it; empty: there is none."""
    if ipsec.spec.at == "router":
        return peering.ends[role].router
    firewalls, index = peering.circuit.pair.firewalls, 0 if role is Role.PRIMARY else 1
    return firewalls[index] if index < len(firewalls) else ""
