"""``interfaces`` → ports and their units."""

from __future__ import annotations

from typing import Any, Final

from generator.model.address import LinkAddress, parse_link
from generator.model.facts import Interface
from generator.model.vlan import UNTAGGED, Dot1q, QinQ, Tags
from generator.platforms.juniper_junos.reading import Reading, inactive, statements, unquote
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
        "filter",
        "no-neighbor-learn",
        "no-redirects",
        "policer",
        "sampling",
        "targeted-broadcast",
    ]
)
_ADDRESS_NO_MATTER: Final = frozenset(("primary", "preferred", "arp", "broadcast", "ndp"))


def read_interfaces(reading: Reading, blocks: list[Node], vrf_of: dict[str, str]) -> dict[str, Interface]:
    """Ports and units by name."""
    found: dict[str, Interface] = {}
    for block in blocks:
        for node in block.children:
            name = node.text
            if name in _HEADER or name == "encapsulation":
                reading.unknown(node, "belongs on the physical port")
            elif " " in name or not (node.children or name[-1].isdigit()):
                reading.unknown(node, "interface-range is not resolved" if name.startswith("interface-range ") else "")
            else:
                _port(reading, node, found, vrf_of)
    return found


def _port(reading: Reading, node: Node, found: dict[str, Interface], vrf_of: dict[str, str]) -> None:
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
    found[name] = Interface(**more)
    reading.place("interfaces", name, node)
    for unit in units:
        one = _unit(reading, unit, found[name], tagging, vrf_of)
        found[one.name] = one
        reading.place("interfaces", one.name, unit)


def _unit(reading: Reading, node: Node, port: Interface, tagging: str, vrf_of: dict[str, str]) -> Interface:
    name = f"{port.name}.{node.text[5:]}"
    more: dict[str, Any] = {"name": name, "vrf": vrf_of.get(name, ""), "mtu": port.mtu}
    addresses: list[LinkAddress] = []
    for child in node.children:
        word, _, rest = child.text.partition(" ")
        try:
            if word == "family":
                _family(reading, child, rest, more, addresses)
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


def _family(reading: Reading, node: Node, name: str, more: dict[str, Any], addresses: list[LinkAddress]) -> None:
    if name not in ("inet", "inet6"):
        return
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
            more["urpf"] = "loose" if modes == ["mode loose"] else "strict"
        elif word not in _FAMILY_NO_MATTER:
            reading.unknown(child)


def _address(reading: Reading, node: Node, more: dict[str, Any]) -> None:
    for child in node.children:
        word = child.text.partition(" ")[0]
        if word in ("vrrp-group", "vrrp-inet6-group"):
            more["fhrp"] = (*more.get("fhrp", ()), child.text)
        elif word not in _ADDRESS_NO_MATTER and not inactive(child):
            reading.unknown(child)
