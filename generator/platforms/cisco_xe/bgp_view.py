"""The ``router bgp`` part of the view: one process, one address family per VRF and IP version."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from generator.model.address import Prefix, parse_prefix
from generator.model.facts import BgpVrf, Facts, MaxPrefix, Neighbor

MASKS: Final = tuple(str(parse_prefix(f"0.0.0.0/{length}").netmask) for length in range(33))
"""IPv4 masks by length: writing them anew for every line costs as much as the rest of the view."""


class NeighborView(msgspec.Struct, frozen=True):
    address: str
    remote_as: int
    description: str
    password: str
    keepalive: int
    hold: int
    bfd: bool
    bfd_strict: bool
    shutdown: bool
    update_source: str
    multihop: int
    activated: bool
    send_community: bool
    next_hop_self: bool
    default_originate: bool
    allowas_in: bool
    as_override: bool
    remove_private: bool
    import_policy: str
    export_policy: str
    max_prefix: MaxPrefix | None


class FamilyView(msgspec.Struct, frozen=True):
    family: str
    """``ipv4`` or ``ipv6``."""
    vrf: str
    router_id: str
    as_path_ignore: bool
    networks: tuple[tuple[str, str], ...]
    """Address and mask; for IPv6 the prefix and nothing."""
    redistribute: tuple[str, ...]
    neighbors: tuple[NeighborView, ...]
    maximum_paths: int
    maximum_paths_ibgp: int


class BgpView(msgspec.Struct, frozen=True):
    asn: int
    router_id: str
    max_as_limit: int
    sessions: tuple[NeighborView, ...]
    """Neighbours in the global table: there a session is declared above its address families."""
    families: tuple[FamilyView, ...]


def bgp_view(facts: Facts) -> BgpView | None:
    """None where the router has no BGP.

    IOS-XE has one process, so the AS number of the first VRF is the number of all; where the plan says
    otherwise the text reads back with another AS number, and the comparison says so.
    """
    if not facts.bgp:
        return None
    world = facts.bgp.get("")
    in_vrf: dict[str, list[Neighbor]] = {}
    for neighbor in facts.neighbors.values():
        in_vrf.setdefault(neighbor.vrf, []).append(neighbor)
    views = {neighbor.key: _neighbor(neighbor) for neighbor in facts.neighbors.values()}
    sessions = {one.address: views[one.key] for one in in_vrf.get("", ())}
    return BgpView(
        asn=next(iter(facts.bgp.values())).asn,
        router_id=world.router_id if world else "",
        max_as_limit=max(one.max_as_limit for one in facts.bgp.values()),
        sessions=tuple(sessions.values()),
        families=tuple(
            _family(one, version, [views[n.key] for n in in_vrf.get(one.vrf, ()) if n.family == version])
            for one in facts.bgp.values()
            for version in _versions(one, in_vrf.get(one.vrf, ()))
        ),
    )


def _versions(one: BgpVrf, neighbors: Iterable[Neighbor]) -> list[int]:
    used = {neighbor.family for neighbor in neighbors} | {prefix.version for prefix in one.networks}
    return sorted(used) or [4]


def _family(one: BgpVrf, version: int, neighbors: list[NeighborView]) -> FamilyView:
    return FamilyView(
        family="ipv4" if version == 4 else "ipv6",
        vrf=one.vrf,
        router_id=one.router_id if one.vrf else "",
        as_path_ignore=one.as_path_ignore,
        networks=tuple(_network(prefix) for prefix in one.networks if prefix.version == version),
        redistribute=one.redistribute,
        neighbors=tuple(neighbors),
        maximum_paths=one.maximum_paths if one.maximum_paths > 1 else 0,
        maximum_paths_ibgp=one.maximum_paths_ibgp if one.maximum_paths_ibgp > 1 else 0,
    )


def _network(prefix: Prefix) -> tuple[str, str]:
    if prefix.version == 4:
        return str(prefix.network_address), f" mask {MASKS[prefix.prefixlen]}"
    return str(prefix).upper(), ""


def _neighbor(one: Neighbor) -> NeighborView:
    return NeighborView(
        address=str(one.address).upper(),
        remote_as=one.remote_as,
        description=one.description,
        password=one.password.reveal() if one.password else "",
        keepalive=one.keepalive,
        hold=one.hold,
        bfd=one.bfd is not None,
        bfd_strict=one.bfd is not None and one.bfd.strict,
        shutdown=not one.enabled,
        update_source=one.update_source,
        multihop=one.multihop,
        activated=one.activated,
        send_community=one.send_community,
        next_hop_self=one.next_hop_self,
        default_originate=one.default_originate,
        allowas_in=one.allowas_in,
        as_override=one.as_override,
        remove_private=one.remove_private,
        import_policy=one.import_policy,
        export_policy=one.export_policy,
        max_prefix=one.max_prefix,
    )
