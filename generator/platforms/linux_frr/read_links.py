"""ifupdown2's ``interfaces``, ``sysctl.conf`` and FRR's ``daemons`` → devices, VRFs and switches."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal

from generator.model.address import parse_link
from generator.model.facts import Interface, Vrf
from generator.model.vlan import UNTAGGED, Dot1q, QinQ, Tags
from generator.platforms.linux_frr.found import Found, Link
from generator.platforms.linux_frr.read_shaping import read_class
from generator.platforms.tree import Node

_TPID: Final = {"802.1q": 0x8100, "802.1ad": 0x88A8}
_URPF: Final[dict[int, Literal["", "strict", "loose"]]] = {1: "strict", 2: "loose"}
_LOOPBACK: Final = re.compile(r"lo\d+")
_DAEMONS: Final = frozenset(("bgpd=yes", "bfdd=yes", "vtysh_enable=yes"))
_SYSCTLS: Final = frozenset(
    (
        "net.ipv4.ip_forward",
        "net.ipv6.conf.all.forwarding",
        "net.ipv6.conf.all.keep_addr_on_down",
        "net.ipv4.tcp_l3mdev_accept",
        "net.ipv4.udp_l3mdev_accept",
    )
)


def read_daemons(found: Found, nodes: list[Node]) -> None:
    """The daemons that are on, each a switch."""
    for node in nodes:
        if node.text in _DAEMONS:
            found.switches.add(node.text[:-4])


def read_sysctl(found: Found, nodes: list[Node]) -> None:
    """The kernel's settings that routing depends on.  In keys, ``/`` and ``.`` may stand for each other."""
    for node in nodes:
        key, equals, value = node.text.partition("=")
        key, value = key.strip().lstrip("-"), value.strip()
        if not equals:
            continue
        if key in _SYSCTLS:
            if value != "0":
                found.switches.add(key)
        elif key.endswith("rp_filter") and value.isdigit():
            found.rp_filter[_device_of(key)] = int(value)


def _device_of(key: str) -> str:
    """``net.ipv4.conf.eth1/101.rp_filter`` and ``net/ipv4/conf/eth1.101/rp_filter`` → ``eth1.101``."""
    first = next((sign for sign in key if sign in "./"), ".")
    device = key[len("net.ipv4.conf.") : -len(".rp_filter")]
    return device.replace("/", ".") if first == "." else device


def read_interfaces(found: Found, nodes: list[Node]) -> None:
    """Stanzas of ifupdown2.  A device without ``auto`` stays down at boot."""
    auto: set[str] = set()
    for node in nodes:
        words = node.text.split()
        if words[0] == "iface" and len(words) > 1:
            link = found.link(words[1], node.line)
            for line in node.children:
                _attribute(found, link, line)
        elif words[0] in ("auto", "allow-auto", "allow-hotplug"):
            auto.update(words[1:])
        elif words[0] not in ("#", "source", "source-directory") and not node.text.startswith("#"):
            found.reject(node)
    for link in found.links.values():
        link.auto = link.name in auto
        if _LOOPBACK.fullmatch(link.name) and not link.dummy:
            found.reject(Node(f"iface {link.name}", link.place[1]), "no such device is there unless it is a dummy")


def _attribute(found: Found, link: Link, line: Node) -> None:
    word, _, value = line.text.partition(" ")
    if word in ("post-up", "pre-down"):
        _command(found, link, word, line)
        return
    handler = _ATTRIBUTES.get(word)
    if handler is None:
        found.reject(line)
        return
    try:
        handler(link, value.strip())
    except ValueError:
        found.reject(line, f"{word} has a value that it cannot have")


def _command(found: Found, link: Link, word: str, line: Node) -> None:
    """Rules for sources and HTB classes; other commands may do anything."""
    words = line.text.split()[1:]
    try:
        match words:
            case ["ip", "-4" | "-6", "rule", ("add" | "del") as action, "from", source, "table" | "lookup", table, *_]:
                if (word, action) == ("post-up", "add"):
                    link.rules.add((source, table))
            case ["tc", "qdisc", "del", "dev", link.name, "root", *_]:
                link.classes.clear()
                link.class_parents.clear()
            case ["tc", "qdisc", "add", "dev", link.name, "root", "handle", "1:", "htb", "default", "0"]:
                link.class_parents["1:"] = ""
            case ["tc", "class", "add", *rest]:
                read_class(link, rest)
            case _:
                raise ValueError(words)
    except (ValueError, LookupError):
        found.reject(line)


def _raw_device(link: Link, value: str) -> None:
    link.parent = value


def _vlan_id(link: Link, value: str) -> None:
    link.vlan = int(value)


def _protocol(link: Link, value: str) -> None:
    if value.lower() not in _TPID:
        raise ValueError(value)
    link.protocol = value.lower()


def _vrf(link: Link, value: str) -> None:
    link.vrf = value


def _table(link: Link, value: str) -> None:
    link.table = value


def _alias(link: Link, value: str) -> None:
    link.alias = value


def _mtu(link: Link, value: str) -> None:
    link.mtu = int(value)


def _down(link: Link, value: str) -> None:
    link.down = value == "yes"


def _type(link: Link, value: str) -> None:
    if value != "dummy":
        raise ValueError(value)
    link.dummy = True


def _xfrm_id(link: Link, value: str) -> None:
    link.xfrm_id = str(int(value))


def _physdev(link: Link, value: str) -> None:
    link.physdev = value


def _address(link: Link, value: str) -> None:
    link.addresses.append(parse_link(value))


_ATTRIBUTES: Final[dict[str, Callable[[Link, str], None]]] = {
    "vlan-raw-device": _raw_device,
    "vlan-id": _vlan_id,
    "vlan-protocol": _protocol,
    "vrf": _vrf,
    "vrf-table": _table,
    "alias": _alias,
    "mtu": _mtu,
    "link-down": _down,
    "address": _address,
    "link-type": _type,
    "xfrm-id": _xfrm_id,
    "xfrm-physdev": _physdev,
}


def read_frr_interface(found: Found, words: list[str], node: Node) -> None:
    """FRR's own ``interface`` block, where a person has set an address or a description in it."""
    link = found.link(words[1], node.line)
    if words[2:3] == ["vrf"]:
        link.vrf = words[3]
    for line in node.children:
        part = line.text.split()
        if part[0] in ("ip", "ipv6") and part[1:2] == ["address"]:
            try:
                link.addresses.append(parse_link(part[2]))
            except (ValueError, IndexError):
                found.reject(line)
        elif part[0] == "description":
            link.alias = line.text.partition(" ")[2]
        elif part[0] == "shutdown":
            link.down = True
        elif part[0] == "vrrp":
            link.fhrp.append(line.text)


def finish(found: Found) -> tuple[dict[str, Vrf], dict[str, Interface]]:
    """VRFs and interfaces.  A device that only carries a tag for others is folded into them."""
    for link in found.links.values():
        if not link.parent and "." in link.name and not link.table:
            link.parent, _, vlan = link.name.rpartition(".")
            link.vlan = link.vlan or (int(vlan) if vlan.isdigit() else 0)
    parents = {link.parent for link in found.links.values() if link.parent}
    _without_inner_tag(found.links)
    vrfs: dict[str, Vrf] = {}
    interfaces: dict[str, Interface] = {}
    for name, link in found.links.items():
        if link.table:
            vrf = found.link_vrf(name)
            vrfs[vrf] = Vrf(vrf, description=link.alias.partition(" ")[2])
            found.places[("vrfs", vrf)] = link.place
        elif not _carrier(link, parents):
            interfaces[name] = _interface(found, link)
            found.places[("interfaces", name)] = link.place
    for device, place in found.vrf_blocks.items():
        vrf = found.link_vrf(device)
        if vrf not in vrfs:
            vrfs[vrf] = Vrf(vrf)
            found.places[("vrfs", vrf)] = place
    return vrfs, interfaces


def _without_inner_tag(links: dict[str, Link]) -> None:
    """A port under two tags carries packets of four bytes less than its MTU (ER-MTU-01)."""
    stacked = [links[link.parent] for link in links.values() if link.vlan and link.parent in links]
    for port in {links[link.parent].name for link in stacked if link.vlan and link.parent in links}:
        links[port].mtu -= 4


def _carrier(link: Link, parents: set[str]) -> bool:
    """The loopback that ``lo`` is by itself, or an S-tag's device under subinterfaces."""
    bare = not link.addresses and not link.alias and not link.vrf
    return bare and (link.name == "lo" or (link.vlan > 0 and link.name in parents))


def _interface(found: Found, link: Link) -> Interface:
    tags, outer = _tags(found, link)
    addresses = link.addresses
    if len(addresses) > 1:
        addresses = sorted(addresses, key=lambda one: one.version)
    rp_filter = max(found.rp_filter.get("all", 0), found.rp_filter.get(link.name, found.rp_filter.get("default", 0)))
    lender = _lender(found, link)
    return Interface(
        name=link.name,
        vrf=found.link_vrf(link.vrf) if link.vrf else "",
        description=link.alias,
        tags=tags,
        addresses=() if lender else tuple(addresses),
        mtu=link.mtu,
        enabled=link.auto and not link.down,
        fhrp=tuple(link.fhrp),
        urpf=_URPF.get(rp_filter, ""),
        outer_tpid=outer,
        unnumbered=lender,
        mss=found.mss.get(link.name, 0),
        filter_in=found.filter_in.get(link.name, ""),
        filter_out=found.filter_out.get(link.name, ""),
    )


def _lender(found: Found, link: Link) -> str:
    """The interface of the same VRF whose addresses an XFRM interface has too, as hosts."""
    if not link.xfrm_id or not link.addresses:
        return ""
    own = [one.ip for one in link.addresses]
    if any(one.network.prefixlen != one.max_prefixlen for one in link.addresses):
        return ""
    for other in found.links.values():
        if not other.xfrm_id and other.vrf == link.vrf and [one.ip for one in other.addresses] == own:
            return other.name
    return ""


def _tags(found: Found, link: Link) -> tuple[Tags, int]:
    """The tags on the wire, and the ethertype of the outer one."""
    if not link.vlan:
        return UNTAGGED, 0x8100
    parent = found.links.get(link.parent)
    if parent is None or not parent.vlan:
        return Dot1q(link.vlan), _TPID[link.protocol]
    if link.protocol != "802.1q":
        found.file = link.place[0]
        found.reject(Node(f"iface {link.name}", link.place[1]), f"its inner tag is of {link.protocol}")
    return QinQ(parent.vlan, link.vlan), _TPID[parent.protocol]
