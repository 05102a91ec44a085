"""Text of a Linux router → facts.

Shares nothing with the view and the templates.  It takes FRR's running-config as well as what we
write: lines of kinds that are none of our business are passed over, but inside the kinds that we own
every line that is not understood is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from generator.model.address import Prefix, parse_prefix
from generator.model.facts import Facts, ReadResult, StaticRoute, UnrecognisedLine
from generator.platforms.linux_frr import read_bgp, read_links, read_policies
from generator.platforms.linux_frr.found import Found
from generator.platforms.linux_frr.read_nft import read_nft
from generator.platforms.linux_frr.read_swanctl import read_swanctl
from generator.platforms.tree import Node


def read(trees: Mapping[str, list[Node]]) -> ReadResult:
    """Trees by file name → facts, places and lines that were not understood."""
    found = Found()
    for file, reader in _FILES.items():
        nodes = trees.get(file)
        if nodes:
            found.file = file
            if nodes[0].text[0] in "!#":
                found.header = found.header or nodes[0].text.lstrip("!# ")
                nodes = nodes[1:]
            reader(found, nodes)
    vrfs, interfaces = read_links.finish(found)
    bgp, neighbors = read_bgp.finish(found)
    facts = Facts(
        hostname=found.hostname,
        vrfs=vrfs,
        interfaces=interfaces,
        prefix_lists=read_policies.prefix_lists(found),
        as_path_lists=read_policies.as_path_lists(found),
        community_lists=read_policies.community_lists(found),
        policies=read_policies.policies(found),
        bgp=bgp,
        neighbors=neighbors,
        static_routes=_static_routes(found),
        tunnels=found.tunnels,
        zones=found.zones,
        zone_policies=found.zone_policies,
        filters=found.filters,
        control_plane=found.control_plane,
        nat_rules=found.nat_rules,
        shapers=found.shapers,
        remarks=found.remarks,
        switches=frozenset(found.switches),
    )
    for vrf, (imports, exports) in _leaks(found).items():
        if vrf in vrfs:
            vrfs[vrf] = replace(vrfs[vrf], imports=imports, exports=exports)
    return ReadResult(facts, found.places, tuple(sorted(found.unrecognised, key=_order)), found.header)


def _order(line: UnrecognisedLine) -> tuple[str, int]:
    return (line.file, line.line)


def _static_routes(found: Found) -> dict[tuple[str, Prefix, str], StaticRoute]:
    routes = {}
    for one, place in found.statics:
        vrf = found.link_vrf(one.vrf)
        key = (vrf, one.prefix, one.next_hop)
        routes[key] = one if vrf == one.vrf else replace(one, vrf=vrf)
        found.places.setdefault(("static_routes", key), place)
    return routes


def _leaks(found: Found) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """By VRF: the VRFs or route targets that routes come from and go to."""
    return {
        found.link_vrf(one.device): (tuple([found.link_vrf(name) for name in one.imports]), tuple(one.exports))
        for one in found.instances
        if one.imports or one.exports
    }


def _frr(found: Found, nodes: list[Node]) -> None:
    for node in nodes:
        words = node.text.split()
        handler = _TOP.get(words[0])
        if handler is not None and (len(words) > 1 or words[0] == "bfd"):
            handler(found, words, node)


def _hostname(found: Found, words: list[str], _node: Node) -> None:
    found.hostname = words[1]


def _defaults(found: Found, words: list[str], _node: Node) -> None:
    if words[1] == "defaults":
        found.switches.add(" ".join(words))


def _ip(found: Found, words: list[str], node: Node) -> None:
    if words[1] == "prefix-list":
        read_policies.read_prefix_list(found, words, node)
    elif words[1] == "route":
        _route(found, "", words, node)


def _vrf(found: Found, words: list[str], node: Node) -> None:
    found.vrf_blocks.setdefault(words[1], (found.file, node.line))
    for line in node.children:
        part = line.text.split()
        if part[0] in ("ip", "ipv6") and part[1:2] == ["route"]:
            _route(found, words[1], part, line)
        elif part[0] != "exit-vrf":
            found.reject(line)


def _route(found: Found, device: str, words: list[str], node: Node) -> None:
    """``ip route PREFIX NEXTHOP``; more words (a distance, another VRF) would mean another route."""
    if device == "" and len(words) == 6 and words[4] == "vrf":
        device, words = words[5], words[:4]
    try:
        prefix = parse_prefix(words[2])
        next_hop = words[3]
    except (ValueError, LookupError):
        found.reject(node)
        return
    if len(words) > 4:
        found.reject(node, "a static route with options")
    if next_hop in ("blackhole", "Null0", "null0"):
        next_hop = "discard"
    found.statics.append((StaticRoute(device, prefix, next_hop), (found.file, node.line)))


_Handler = Callable[[Found, list[str], Node], None]

_TOP: Final[dict[str, _Handler]] = {
    "hostname": _hostname,
    "frr": _defaults,
    "ip": _ip,
    "ipv6": _ip,
    "vrf": _vrf,
    "bgp": read_policies.read_bgp_list,
    "route-map": read_policies.read_route_map,
    "router": read_bgp.read_router,
    "bfd": read_bgp.read_bfd,
    "interface": read_links.read_frr_interface,
}

_FILES: Final[dict[str, Callable[[Found, list[Node]], None]]] = {
    "interfaces": read_links.read_interfaces,
    "swanctl.conf": read_swanctl,
    "nftables.conf": read_nft,
    "sysctl.conf": read_links.read_sysctl,
    "daemons": read_links.read_daemons,
    "frr.conf": _frr,
}
"""The links first: they give the VRFs' full names, and the interfaces of tunnels."""


def is_known(node: Node) -> bool:
    """Whether a line at the top of ``frr.conf``, with what is under it, is of a kind that is read."""
    words = node.text.split()
    if not words or words[0] not in _TOP:
        return False
    if words[0] in ("ip", "ipv6"):
        return words[1:2] in (["prefix-list"], ["route"])
    return words[0] != "router" or words[1:2] == ["bgp"]
