"""``router bgp`` and ``bfd`` → BGP instances and neighbours."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from generator.model.address import Address, parse_address, parse_prefix
from generator.model.asn import parse_asn
from generator.model.facts import Bfd, BgpVrf, Family, Neighbor, NeighborKey
from generator.platforms.linux_frr.found import Found, Instance, Options
from generator.platforms.linux_frr.neighbor_options import read_neighbor
from generator.platforms.tree import Node

_ALL_PATHS: Final = 256
"""``maximum-paths`` where none is given: as many as Debian's FRR was built for."""

_HARMLESS: Final = frozenset(
    [
        "log-neighbor-changes",
        "graceful-restart",
        "graceful-shutdown",
        "always-compare-med",
        "deterministic-med",
        "cluster-id",
        "fast-external-failover",
        "suppress-fib-pending",
        "route-reflector",
        "bestpath",
        "listen-port",
        "update-delay",
        "coalesce-time",
    ]
)
"""Words after ``bgp`` that change nothing of what we read."""


def read_router(found: Found, words: list[str], node: Node) -> None:
    """``router bgp AS [vrf X]``; other routing protocols are none of our business."""
    if words[1] != "bgp":
        return
    try:
        instance = Instance(parse_asn(words[2]), words[4] if words[3:4] == ["vrf"] else "", node)
    except (ValueError, LookupError):
        found.reject(node)
        return
    found.instances.append(instance)
    for line in node.children:
        _line(found, instance, line)


def _line(found: Found, instance: Instance, line: Node) -> None:
    words = line.text.split()
    on = words[0] != "no"
    if not on:
        words = words[1:]
    try:
        if words[0] == "neighbor":
            known = read_neighbor(instance, instance.common, words, on, line)
        elif words[0] == "address-family":
            known = _address_family(found, instance, words, line)
        elif words[0] == "bgp":
            known = _bgp(found, instance, words, on)
        elif words[0] == "timers":
            instance.timers = (int(words[2]), int(words[3]))
            known = True
        else:
            known = words[0] in ("exit", "exit-address-family")
    except (ValueError, LookupError):
        known = False
    if not known:
        found.reject(line)


def _bgp(found: Found, instance: Instance, words: list[str], on: bool) -> bool:
    match words[1:]:
        case ["router-id", router_id]:
            instance.router_id = router_id
        case ["default", "ipv4-unicast"]:
            instance.ipv4_default = on
        case ["ebgp-requires-policy"]:
            if not on:
                found.switches.add("no bgp ebgp-requires-policy")
        case ["bestpath", "as-path", "ignore"]:
            instance.as_path_ignore = on
        case ["maxas-limit", limit]:
            instance.max_as_limit = int(limit)
        case [word, *_]:
            return word in _HARMLESS
    return True


def _address_family(found: Found, instance: Instance, words: list[str], node: Node) -> bool:
    """IPv4 and IPv6 unicast; other families are none of our business."""
    if words[1] not in ("ipv4", "ipv6") or words[2:] not in (["unicast"], []):
        return True
    family: Family = 4 if words[1] == "ipv4" else 6
    table = instance.families.setdefault(family, {})
    for line in node.children:
        part = line.text.split()
        on = part[0] != "no"
        if not on:
            part = part[1:]
        try:
            if part[0] == "neighbor":
                known = read_neighbor(instance, table, part, on, line)
            else:
                known = _family_line(instance, family, part, on)
        except (ValueError, LookupError):
            known = False
        if not known:
            found.reject(line)
    return True


def _family_line(instance: Instance, family: Family, words: list[str], on: bool) -> bool:
    match words:
        case ["network", prefix]:
            instance.networks.append(parse_prefix(prefix))
        case ["maximum-paths", "ibgp", number]:
            instance.paths_ibgp[family] = int(number)
        case ["maximum-paths", number]:
            instance.paths[family] = int(number)
        case ["redistribute", *source]:
            if (text := " ".join(source)) not in instance.redistribute:
                instance.redistribute.append(text)
        case ["import", "vrf", name] | ["rt", "vpn", "import", name] if name != "route-map":
            instance.imports.append(name)
        case ["rt", "vpn", "export", name]:
            instance.exports.append(name)
        case [word, *_]:
            return word in ("exit", "exit-address-family")
    return on


def read_bfd(found: Found, _words: list[str], node: Node) -> None:
    """Profiles.  Sessions that a person wrote by hand (``peer``) are none of our business."""
    for block in node.children:
        words = block.text.split()
        if words[0] != "profile":
            continue
        if len(words) < 2:
            found.reject(block)
            continue
        fields: Options = {}
        for line in block.children:
            word, _, value = line.text.partition(" ")
            if word in _BFD_FIELDS and value.isdigit():
                fields[_BFD_FIELDS[word]] = int(value)
            elif word == "echo-mode":
                fields["echo"] = True
            elif line.text not in ("exit", "no echo-mode", "no shutdown"):
                found.reject(line)
        found.bfd[words[1]] = Bfd(**fields)  # type: ignore[arg-type]


_BFD_FIELDS: Final = {
    "transmit-interval": "transmit_ms",
    "receive-interval": "receive_ms",
    "detect-multiplier": "multiplier",
}


def finish(found: Found) -> tuple[dict[str, BgpVrf], dict[NeighborKey, Neighbor]]:
    """All instances with their neighbours, under the VRFs' full names."""
    instances: dict[str, BgpVrf] = {}
    neighbors: dict[NeighborKey, Neighbor] = {}
    for one in found.instances:
        vrf = found.link_vrf(one.device)
        found.file = "frr.conf"
        instances[vrf] = _instance(found, one, vrf)
        found.place("bgp", vrf, one.node.line)
        for neighbor, line in _neighbors(found, one, vrf):
            neighbors[neighbor.key] = neighbor
            found.place("neighbors", neighbor.key, line)
    return instances, neighbors


def _instance(found: Found, one: Instance, vrf: str) -> BgpVrf:
    families: list[Family] = sorted(one.families) or [4]
    paths = {one.paths.get(family, _ALL_PATHS) for family in families}
    paths_ibgp = {one.paths_ibgp.get(family, _ALL_PATHS) for family in families}
    if len(paths) > 1 or len(paths_ibgp) > 1:
        found.reject(one.node, "maximum-paths differs between its address families")
    networks = sorted(one.networks, key=lambda net: (net.version, int(net.network_address), net.prefixlen))
    return BgpVrf(
        vrf,
        one.asn,
        one.router_id,
        tuple(networks),
        tuple(one.redistribute),
        max(paths),
        max(paths_ibgp),
        one.as_path_ignore,
        one.max_as_limit,
    )


def _neighbors(found: Found, one: Instance, vrf: str) -> list[tuple[Neighbor, int]]:
    out: list[tuple[Neighbor, int]] = []
    for name, line in one.lines.items():
        group = one.groups.get(name)
        if group == "":
            continue
        try:
            address = parse_address(name)
        except ValueError:
            found.reject(Node(f"neighbor {name}", line), "a neighbour without an address")
            continue
        common = _merged(one.common, name, group)
        for family, options in _families_of(one, name, group, address).items():
            merged = {**common, **options}
            if "extra" in common and "extra" in options:
                merged["extra"] = (*common["extra"], *options["extra"])  # type: ignore[misc]
            out.append((_built(found, one, Neighbor(vrf, address, family, 0, one.asn), merged, line), line))
    return out


def _merged(table: dict[str, Options], name: str, group: str | None) -> Options:
    """A neighbour's own options over those of its peer-group."""
    own = table.get(name, {})
    if group is None:
        return own
    inherited = table.get(group, {})
    merged = {**inherited, **own}
    if "extra" in inherited and "extra" in own:
        merged["extra"] = (*inherited["extra"], *own["extra"])  # type: ignore[misc]
    return merged


def _families_of(one: Instance, name: str, group: str | None, address: Address) -> dict[Family, Options]:
    """The families a neighbour is mentioned in, by itself or by its group; else IPv4 where that is the default."""
    out: dict[Family, Options] = {}
    for family, table in one.families.items():
        if name in table or (group is not None and group in table):
            out[family] = {"activated": family == 4 and one.ipv4_default, **_merged(table, name, group)}
    if one.ipv4_default and 4 not in out:
        out[4] = {}
    return out or {(4 if address.version == 4 else 6): {"activated": False}}


def _built(found: Found, one: Instance, bare: Neighbor, options: Options, line: int) -> Neighbor:
    """The neighbour (first mentioned on ``line``) with all that was said about it; FRR's defaults for the rest."""
    fields: Options = {"keepalive": one.timers[0], "hold": one.timers[1], "send_community": True, **options}
    remote = fields.get("remote_as", 0)
    if isinstance(remote, str):
        fields["remote_as"] = one.asn if remote == "internal" else 0
        fields["extra"] = (*fields.get("extra", ()), f"remote-as {remote}")  # type: ignore[misc]
    strict, bfd = bool(fields.pop("strict", False)), fields.get("bfd")
    if isinstance(bfd, str):
        if bfd and bfd not in found.bfd:
            found.reject(Node(f"neighbor {bare.address} bfd profile {bfd}", line), "no such BFD profile")
        bfd = found.bfd.get(bfd, Bfd())
    if isinstance(bfd, Bfd):
        fields["bfd"] = replace(bfd, strict=True) if strict else bfd
    return replace(bare, **fields)
