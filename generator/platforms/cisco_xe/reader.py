"""Running text of IOS-XE → facts.

Shares nothing with the view and the templates.  It takes what devices print as well as what we print:
lines of kinds that are none of our business are passed over, but inside the kinds that we own every
line that is not understood is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from generator.model.facts import Facts, ReadResult, UnrecognisedLine
from generator.platforms.cisco_xe import (
    read_bfd,
    read_bgp,
    read_crypto,
    read_edge,
    read_interfaces,
    read_lists,
    read_maps,
    read_policies,
    read_tunnels,
    read_vrfs,
    read_zones,
)
from generator.platforms.cisco_xe.found import Found
from generator.platforms.tree import Node


def read(trees: Mapping[str, list[Node]]) -> ReadResult:
    """Trees by file name → facts, places and lines that were not understood."""
    found = Found()
    for file, nodes in trees.items():
        found.file = file
        for node in nodes:
            words = node.text.split()
            handler = _TOP.get(words[0])
            if handler is not None:
                handler(found, words, node)
            elif not found.header and node.text.startswith("!"):
                found.header = node.text.lstrip("! ")
    bfd = read_interfaces.finish(found)
    read_policies.finish(found)
    bgp, neighbors = read_bgp.finish(found, bfd)
    tunnels = read_tunnels.finish(found)
    zone_policies = read_zones.finish_policies(found)
    control_plane = read_zones.finish_control_plane(found)
    nat_rules = read_edge.finish_nat(found)
    facts = Facts(
        hostname=found.hostname,
        vrfs=found.vrfs,
        interfaces=found.interfaces,
        prefix_lists=found.prefix_lists,
        as_path_lists=found.as_path_lists,
        community_lists=found.community_lists,
        policies=found.policies,
        bgp=bgp,
        neighbors=neighbors,
        static_routes=found.static_routes,
        tunnels=tunnels,
        zones=read_zones.finish_zones(found),
        zone_policies=zone_policies,
        filters=read_lists.finish(found),
        control_plane=control_plane,
        nat_rules=nat_rules,
        shapers=read_edge.finish_shapers(found),
        remarks=read_edge.finish_remarks(found),
        macsec=read_edge.finish_macsec(found),
        switches=frozenset(found.switches),
    )
    return ReadResult(facts, found.places, tuple(sorted(found.unrecognised, key=_order)), found.header)


def _order(line: UnrecognisedLine) -> tuple[str, int]:
    return (line.file, line.line)


def _hostname(found: Found, words: list[str], _node: Node) -> None:
    found.hostname = words[-1]


def _ip(found: Found, words: list[str], node: Node) -> None:
    handler = _IP.get(words[1]) if len(words) > 1 else None
    if handler is not None:
        handler(found, words, node)


def _ipv6(found: Found, words: list[str], node: Node) -> None:
    kind = words[1] if len(words) > 1 else ""
    if kind == "prefix-list":
        read_policies.prefix_list(found, words, node)
    elif kind == "route":
        read_policies.static_route(found, words, node)
    elif kind == "unicast-routing":
        found.switches.add("ipv6-routing")
    elif kind == "access-list":
        read_lists.ipv6_access_list(found, words, node)


def _router(found: Found, words: list[str], node: Node) -> None:
    if len(words) > 1 and words[1] == "bgp":
        read_bgp.router(found, words, node)


def _vrf(found: Found, words: list[str], node: Node) -> None:
    if len(words) == 3 and words[1] == "definition":
        read_vrfs.vrf(found, words[2], node, families=())


def _ip_vrf(found: Found, words: list[str], node: Node) -> None:
    if len(words) == 3:
        read_vrfs.vrf(found, words[2], node, families=(4,))


def _new_format(found: Found, words: list[str], _node: Node) -> None:
    if words[2:] == ["new-format"]:
        found.switches.add("new-format")


Handler = Callable[[Found, list[str], Node], None]

_IP: Final[dict[str, Handler]] = {
    "prefix-list": read_policies.prefix_list,
    "as-path": read_policies.as_path,
    "community-list": read_policies.community_list,
    "route": read_policies.static_route,
    "vrf": _ip_vrf,
    "bgp-community": _new_format,
    "access-list": read_lists.ip_access_list,
    "nat": read_edge.nat,
}

_TOP: Final[dict[str, Handler]] = {
    "hostname": _hostname,
    "interface": read_interfaces.interface,
    "vrf": _vrf,
    "ip": _ip,
    "ipv6": _ipv6,
    "route-map": read_policies.route_map,
    "router": _router,
    "bfd-template": read_bfd.bfd_template,
    "access-list": read_lists.numbered,
    "class-map": read_maps.class_map,
    "policy-map": read_maps.policy_map,
    "zone": read_zones.zone,
    "zone-pair": read_zones.zone_pair,
    "control-plane": read_zones.control_plane,
    "crypto": read_crypto.crypto,
    "key": read_edge.key_chain,
    "mka": read_edge.mka_policy,
}


def is_known(node: Node) -> bool:
    """Whether a line at the top, with what is under it, is of a kind that is read."""
    words = node.text.split()
    first = words[0] if words else ""
    if first == "ip":
        return len(words) > 1 and words[1] in _IP
    if first == "ipv6":
        return len(words) > 1 and words[1] in ("prefix-list", "route", "unicast-routing", "access-list")
    if first == "router":
        return words[1:2] == ["bgp"]
    return first in _TOP
