"""Plan → FRR's ``router bgp`` and ``bfd`` blocks, in the form of its running-config."""

from __future__ import annotations

from msgspec import Struct

from generator.model.facts import Bfd, BgpVrf, Facts, Family, MaxPrefix, Neighbor
from generator.platforms.linux_frr.names import vrf_device

_DEFAULT_WARNING = 75
"""Percent: what ``maximum-prefix N`` warns at, and therefore never prints."""
_DEFAULT_BFD = Bfd()


class BfdProfile(Struct, frozen=True):
    """A BFD profile; a value that is FRR's default is empty, because running-config never shows it."""

    name: str
    multiplier: str
    receive: str
    transmit: str
    echo: bool


class Peer(Struct, frozen=True):
    """What a neighbour says outside the address families."""

    address: str
    remote_as: int
    description: str
    shutdown: bool
    bfd_profile: str
    password: str
    multihop: str
    update_source: str
    timers: str


class FamilyPeer(Struct, frozen=True):
    """What a neighbour says inside an address family."""

    address: str
    activate: bool
    next_hop_self: bool
    remove_private: bool
    as_override: bool
    default_originate: bool
    silent: bool
    """FRR sends communities unless told not to."""
    maximum_prefix: str
    allowas_in: bool
    import_policy: str
    export_policy: str


class FamilyBlock(Struct, frozen=True):
    """One ``address-family``."""

    word: str
    networks: tuple[str, ...]
    redistribute: tuple[str, ...]
    peers: tuple[FamilyPeer, ...]
    maximum_paths: int
    maximum_paths_ibgp: int


class Bgp(Struct, frozen=True):
    """One ``router bgp`` block; ``device`` is the kernel's name of its VRF."""

    asn: int
    device: str
    router_id: str
    as_path_ignore: bool
    peers: tuple[Peer, ...]
    families: tuple[FamilyBlock, ...]


def bfd_profiles(facts: Facts) -> tuple[BfdProfile, ...]:
    """One profile for each set of timers that a neighbour has."""
    profiles = {profile_name(one.bfd): one.bfd for one in facts.neighbors.values() if one.bfd is not None}
    return tuple(
        [
            BfdProfile(
                name,
                "" if bfd.multiplier == _DEFAULT_BFD.multiplier else str(bfd.multiplier),
                "" if bfd.receive_ms == _DEFAULT_BFD.receive_ms else str(bfd.receive_ms),
                "" if bfd.transmit_ms == _DEFAULT_BFD.transmit_ms else str(bfd.transmit_ms),
                bfd.echo,
            )
            for name, bfd in sorted(profiles.items())
        ]
    )


def profile_name(bfd: Bfd) -> str:
    """``BFD-300-300-3``: transmit, receive, multiplier."""
    return f"BFD-{bfd.transmit_ms}-{bfd.receive_ms}-{bfd.multiplier}{'-ECHO' if bfd.echo else ''}"


def bgp_instances(facts: Facts) -> tuple[Bgp, ...]:
    """In the order of the VRF names, neighbours in the order of their addresses, as FRR prints them."""
    by_vrf: dict[str, list[Neighbor]] = {name: [] for name in sorted(facts.bgp)}
    for one in facts.neighbors.values():
        by_vrf.setdefault(one.vrf, []).append(one)
    return tuple([_instance(facts.bgp.get(vrf), sorted(peers, key=_order)) for vrf, peers in by_vrf.items()])


def _order(one: Neighbor) -> tuple[int, int]:
    return (one.address.version, int(one.address))


def _instance(bgp: BgpVrf | None, neighbors: list[Neighbor]) -> Bgp:
    if bgp is None:
        bgp = BgpVrf(neighbors[0].vrf, neighbors[0].local_as)
    peers = {one.address: one for one in neighbors}
    families: dict[Family, list[Neighbor]] = {4: [], 6: []}
    for one in neighbors:
        families[one.family].append(one)
    return Bgp(
        asn=bgp.asn,
        device=vrf_device(bgp.vrf),
        router_id=bgp.router_id,
        as_path_ignore=bgp.as_path_ignore,
        peers=tuple([_peer(one) for one in peers.values()]),
        families=tuple(
            [
                _family(family, bgp, members)
                for family, members in families.items()
                if members or any(net.version == family for net in bgp.networks) or (family == 4 and not neighbors)
            ]
        ),
    )


def _peer(one: Neighbor) -> Peer:
    return Peer(
        address=str(one.address),
        remote_as=one.remote_as,
        description=one.description,
        shutdown=not one.enabled,
        bfd_profile=profile_name(one.bfd) if one.bfd is not None else "",
        password=one.password.reveal() if one.password is not None else "",
        multihop=str(one.multihop) if one.multihop else "",
        update_source=one.update_source,
        timers=f"{one.keepalive} {one.hold}",
    )


def _family(family: Family, bgp: BgpVrf, neighbors: list[Neighbor]) -> FamilyBlock:
    return FamilyBlock(
        word="ipv4" if family == 4 else "ipv6",
        networks=tuple([str(net) for net in bgp.networks if net.version == family]),
        redistribute=bgp.redistribute,
        peers=tuple([_family_peer(one) for one in neighbors]),
        maximum_paths=bgp.maximum_paths,
        maximum_paths_ibgp=bgp.maximum_paths_ibgp,
    )


def _family_peer(one: Neighbor) -> FamilyPeer:
    return FamilyPeer(
        address=str(one.address),
        activate=one.activated,
        next_hop_self=one.next_hop_self,
        remove_private=one.remove_private,
        as_override=one.as_override,
        default_originate=one.default_originate,
        silent=not one.send_community,
        maximum_prefix=_maximum_prefix(one.max_prefix) if one.max_prefix is not None else "",
        allowas_in=one.allowas_in,
        import_policy=one.import_policy,
        export_policy=one.export_policy,
    )


def _maximum_prefix(limit: MaxPrefix) -> str:
    words = str(limit.limit)
    if limit.warn_percent != _DEFAULT_WARNING:
        words += f" {limit.warn_percent}"
    if limit.warning_only:
        words += " warning-only"
    elif limit.restart_minutes is not None:
        words += f" restart {limit.restart_minutes}"
    return words
