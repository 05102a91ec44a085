"""``interfaces`` → ports and their units, and what else their blocks tell: filters, sets, schedulers."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from generator.model.address import LinkAddress, parse_link
from generator.model.facts import Family, Interface
from generator.model.vlan import UNTAGGED, Dot1q, QinQ, Tags
from generator.platforms.juniper_junos.reading import Reading, inactive, leaves, statements, unquote, values
from generator.platforms.tree import Node

_HEADER: Final = {"": 14, "vlan-tagging": 18, "flexible-vlan-tagging": 22, "stacked-vlan-tagging": 22}
"""Bytes of Ethernet header in a port's ``mtu``, by how it is tagged."""
_OF_UNIT: Final = frozenset(("vlan-id", "vlan-tags", "family", "address"))
_UNIT_NO_MATTER: Final = frozenset(
    [
        "accounting-profile",
        "bandwidth",
        "encapsulation",
        "hold-time",
        "no-traps",
        "statistics",
        "traps",
        "arp-resp",
        "proxy-arp",
    ]
)
_FAMILY_NO_MATTER: Final = frozenset(
    [
        "accounting",
        "dad-disable",
        "no-neighbor-learn",
        "no-redirects",
        "policer",
        "sampling",
        "targeted-broadcast",
    ]
)
_ADDRESS_NO_MATTER: Final = frozenset(("primary", "preferred", "arp", "broadcast", "ndp"))
_CONTAINERS: Final = frozenset(("lo0", "st0"))
"""Ports that are nothing but a place for their units."""
_TUNNEL_MTU: Final = 9192
"""IP MTU of a tunnel that says nothing of it."""


class Applied(msgspec.Struct):
    """The filters that a unit has in one family."""

    unit: str
    family: Family
    node: Node
    inward: tuple[str, ...] = ()
    outward: tuple[str, ...] = ()
    chained: bool = True
    """Each filter decides for itself; in a list, the first that decides is the last one."""


class Interfaces:
    """Ports and units by name, and what else is said of them."""

    def __init__(self) -> None:
        self.found: dict[str, Interface] = {}
        self.applied: list[Applied] = []
        """One for each family of each unit, with or without filters."""
        self.sets: dict[str, list[str]] = {}
        """Interface set → its units."""
        self.modes: dict[str, str] = {}
        """Port → the statement by which its units have queues of their own."""
        self.nodes: dict[str, Node] = {}


def read_interfaces(reading: Reading, blocks: list[Node], vrf_of: dict[str, str]) -> Interfaces:
    """Ports and units by name."""
    found = Interfaces()
    for block in blocks:
        for node in block.children:
            name = node.text
            if name.startswith("interface-set "):
                _set(node, name.partition(" ")[2], found)
            elif name in _HEADER or name == "encapsulation":
                reading.unknown(node, "belongs on the physical port")
            elif " " in name or not (node.children or name[-1].isdigit()):
                reading.unknown(node, "interface-range is not resolved" if name.startswith("interface-range ") else "")
            else:
                _port(reading, node, found, vrf_of)
    return found


def _set(node: Node, name: str, found: Interfaces) -> None:
    """``interface xe-0/1/0 { unit 410; }`` → ``xe-0/1/0.410``."""
    members = found.sets.setdefault(name, [])
    for text, _ in leaves(node):
        words = text.split()
        if len(words) == 4 and words[0] == "interface" and words[2] == "unit":
            members.append(f"{words[1]}.{words[3]}")
        elif len(words) == 2 and words[0] == "interface":
            members.append(words[1])


def _port(reading: Reading, node: Node, found: Interfaces, vrf_of: dict[str, str]) -> None:
    name = node.text
    tagging, size = "", 0
    more: dict[str, Any] = {"name": name, "vrf": vrf_of.get(name, "")}
    units: list[Node] = []
    for child in node.children:
        word, _, rest = child.text.partition(" ")
        if word == "unit" and rest:
            units.append(child)
        elif word in _HEADER:
            tagging = word
        elif word in ("per-unit-scheduler", "hierarchical-scheduler", "shared-scheduler"):
            found.modes[name] = word
        elif word == "disable":
            more["enabled"] = False
        elif word in _OF_UNIT:
            reading.unknown(child, "belongs on a unit")
        else:
            try:
                if word == "description":
                    more["description"] = unquote(rest)
                elif word == "mtu":
                    size = int(rest)
            except ValueError as problem:
                reading.unknown(child, str(problem))
    if size:
        more["mtu"] = size - _HEADER[tagging]
    port = Interface(**more)
    found.nodes[name] = node
    if name not in _CONTAINERS or port != Interface(name):
        found.found[name] = port
        reading.place("interfaces", name, node)
    for unit in units:
        one = _unit(reading, unit, port, tagging, vrf_of, found.applied)
        found.found[one.name] = one
        found.nodes[one.name] = unit
        reading.place("interfaces", one.name, unit)


def _unit(
    reading: Reading, node: Node, port: Interface, tagging: str, vrf_of: dict[str, str], applied: list[Applied]
) -> Interface:
    name = f"{port.name}.{node.text[5:]}"
    mtu = _TUNNEL_MTU if port.name == "st0" and port.mtu == 1500 else port.mtu
    more: dict[str, Any] = {"name": name, "vrf": vrf_of.get(name, ""), "mtu": mtu}
    addresses: list[LinkAddress] = []
    for child in node.children:
        word, _, rest = child.text.partition(" ")
        try:
            if word == "family":
                _family(reading, child, rest, more, addresses, applied)
            elif word == "description":
                more["description"] = unquote(rest)
            elif word == "vlan-tags":
                more["tags"], more["outer_tpid"] = _vlan_tags(rest)
            elif word == "vlan-id":
                more["tags"] = Dot1q(int(rest))
            elif word == "disable":
                more["enabled"] = False
            elif word not in _UNIT_NO_MATTER:
                reading.unknown(child)
        except ValueError as problem:
            reading.unknown(child, str(problem))
    if len(addresses) > 1:
        addresses.sort(key=lambda one: one.version)
    _check_tagging(reading, node, more.get("tags", UNTAGGED), tagging)
    return Interface(addresses=tuple(addresses), **more)


def _check_tagging(reading: Reading, node: Node, tags: Tags, tagging: str) -> None:
    """A unit with tags needs the tagging on its port (PLT-JUN-01)."""
    if isinstance(tags, QinQ) and tagging not in ("flexible-vlan-tagging", "stacked-vlan-tagging"):
        reading.unknown(node, "two tags need flexible-vlan-tagging on the port")
    elif isinstance(tags, Dot1q) and tagging not in ("flexible-vlan-tagging", "vlan-tagging"):
        reading.unknown(node, "a tag needs vlan-tagging or flexible-vlan-tagging on the port")


def _vlan_tags(rest: str) -> tuple[QinQ, int]:
    """``outer 0x8100.103 inner 100`` → tags and outer ethertype."""
    words = rest.split()
    if len(words) != 4 or {words[0], words[2]} != {"outer", "inner"}:
        raise ValueError("outer and inner tag expected")
    pairs = {words[0]: words[1], words[2]: words[3]}
    tpid, _, outer = pairs["outer"].rpartition(".")
    _, _, inner = pairs["inner"].rpartition(".")
    return QinQ(int(outer), int(inner)), int(tpid, 16) if tpid else 0x8100


def _family(
    reading: Reading,
    node: Node,
    name: str,
    more: dict[str, Any],
    addresses: list[LinkAddress],
    applied: list[Applied],
) -> None:
    if name not in ("inet", "inet6"):
        return
    filters = Applied(more["name"], 4 if name == "inet" else 6, node)
    applied.append(filters)
    for child in node.children:
        word, _, rest = child.text.partition(" ")
        if word == "address" and rest:
            link = parse_link(rest)
            if link.version != (4 if name == "inet" else 6):
                raise ValueError("address of the other family")
            addresses.append(link)
            _address(reading, child, more)
        elif word == "mtu":
            more["mtu"] = int(rest)
        elif word == "rpf-check":
            modes = [one.text for one in statements(child, rest) if not one.text.startswith("fail-filter ")]
            strict = modes != ["mode loose"] or more.get("urpf") == "strict"
            more["urpf"] = "strict" if strict else "loose"
        elif word == "filter":
            for one in statements(child, rest):
                _filters(reading, one, filters)
        elif word == "unnumbered-address":
            more["unnumbered"] = rest.split(" ")[0]
        elif word not in _FAMILY_NO_MATTER:
            reading.unknown(child)


def _filters(reading: Reading, node: Node, filters: Applied) -> None:
    """``input X``, ``output-chain [ X Y ]``."""
    word, _, rest = node.text.partition(" ")
    way, _, kind = word.partition("-")
    if way not in ("input", "output") or kind not in ("", "list", "chain"):
        reading.unknown(node)
        return
    names = values(rest.removesuffix(" precedence"))
    if len(names) > 1:
        filters.chained = kind == "chain"
    if way == "input":
        filters.inward = names
    else:
        filters.outward = names


def _address(reading: Reading, node: Node, more: dict[str, Any]) -> None:
    for child in node.children:
        word = child.text.partition(" ")[0]
        if word in ("vrrp-group", "vrrp-inet6-group"):
            more["fhrp"] = (*more.get("fhrp", ()), child.text)
        elif word not in _ADDRESS_NO_MATTER and not inactive(child):
            reading.unknown(child)
