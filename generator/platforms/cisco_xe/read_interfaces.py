"""``interface`` → facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from generator.model.address import LinkAddress, parse_link, parse_masked_link
from generator.model.facts import Bfd, Interface
from generator.model.vlan import UNTAGGED, Dot1q, QinQ, Tags
from generator.platforms.cisco_xe import read_extras
from generator.platforms.cisco_xe.found import Found
from generator.platforms.cisco_xe.passed_over import INTERFACE, INTERFACE_IP
from generator.platforms.cisco_xe.records import Extras
from generator.platforms.tree import Node

_KINDS: Final = frozenset(("point-to-point", "multipoint"))


class _Reading:
    """One interface while its lines are read."""

    __slots__ = (
        "addresses",
        "bfd",
        "echo",
        "enabled",
        "fhrp",
        "found",
        "mtu",
        "name",
        "port_mtu",
        "tags",
        "text",
        "tpid",
        "urpf",
        "vrf",
    )

    def __init__(self, found: Found, name: str) -> None:
        self.found = found
        self.name = name
        self.vrf = ""
        self.text = ""
        self.tags: Tags = UNTAGGED
        self.addresses: list[LinkAddress] = []
        self.mtu = 0
        self.port_mtu = 0
        self.bfd: Bfd | None = None
        self.echo = True
        self.enabled = True
        self.fhrp: dict[tuple[str, str], str] = {}
        self.urpf = ""
        self.tpid = 0x8100


def interface(found: Found, words: list[str], node: Node) -> None:
    """``interface NAME`` and all its lines."""
    if len(words) < 2:
        found.reject(node)
        return
    name = words[1] if len(words) == 2 or words[2] in _KINDS else "".join(words[1:])
    reading = _Reading(found, name)
    extras = found.extras[name] = Extras(node=node)
    for child in node.children:
        line = child.text.split()
        taken = read_extras.take(extras, line)
        if taken is not None:
            if not taken:
                found.reject(child)
            continue
        handler = _LINES.get(line[0])
        if handler is not None:
            handler(reading, line, child)
        elif line[0] not in INTERFACE:
            found.reject(child)
    addresses = reading.addresses
    if len(addresses) > 1:
        addresses = sorted(addresses, key=_version)
    bfd = reading.bfd
    found.interfaces[name] = Interface(
        name=name,
        vrf=reading.vrf,
        description=reading.text,
        tags=reading.tags,
        addresses=tuple(addresses),
        mtu=reading.mtu or reading.port_mtu or 1500,
        bfd=bfd if bfd is None or reading.echo == bfd.echo else replace(bfd, echo=reading.echo),
        enabled=reading.enabled,
        fhrp=tuple(reading.fhrp.values()),
        urpf=reading.urpf,  # type: ignore[arg-type]
        outer_tpid=reading.tpid,
        unnumbered=extras.unnumbered,
        mss=extras.mss or extras.mss_v6,
    )
    if not reading.mtu and not reading.port_mtu and "." in name:
        found.inherits_mtu.add(name)
    found.place("interfaces", name, node.line)


def _version(link: LinkAddress) -> int:
    return link.version


def _description(reading: _Reading, words: list[str], _node: Node) -> None:
    reading.text = " ".join(words[1:])


def _shutdown(reading: _Reading, _words: list[str], _node: Node) -> None:
    reading.enabled = False


def _no(reading: _Reading, words: list[str], node: Node) -> None:
    if words[1:] == ["bfd", "echo"]:
        reading.echo = False
    elif words[1:] == ["shutdown"]:
        reading.enabled = True
    elif words[1:] == ["ip", "address"]:
        reading.addresses = [link for link in reading.addresses if link.version == 6]
    elif len(words) < 2 or not (words[1] in INTERFACE or words[1] in _LINES or read_extras.is_one(words[1:])):
        reading.found.reject(node)


def _encapsulation(reading: _Reading, words: list[str], node: Node) -> None:
    if len(words) < 3 or words[1].lower() != "dot1q":
        reading.found.reject(node)
        return
    rest = words[2:]
    if "native" in rest:
        return
    tags = _tags(rest)
    if isinstance(tags, str):
        reading.found.reject(node, tags)
        return
    if reading.addresses:
        reading.found.reject(node, "the encapsulation must stand before the addresses")
    if reading.bfd is not None or not reading.echo:
        reading.found.reject(node, "BFD lines stand ahead of the encapsulation line")
    reading.tags = tags


def _tags(words: list[str]) -> Tags | str:
    """Tags, or why they cannot be told."""
    if not words[0].isdigit():
        return "the VLAN id is not a number"
    if len(words) == 1:
        return Dot1q(int(words[0]))
    if words[1].lower() != "second-dot1q":
        close = words[1].lower().replace("-", "") == "seconddot1q"
        return "misspelt: the keyword is second-dot1q" if close else "not understood after the first tag"
    if len(words) != 3 or not words[2].isdigit():
        return "the second tag is not one VLAN id"
    return QinQ(int(words[0]), int(words[2]))


def _forwarding(reading: _Reading, words: list[str], node: Node) -> None:
    if words[1:2] != ["forwarding"] or len(words) < 3:
        reading.found.reject(node)
        return
    _enter_vrf(reading, words[2], node)


def _enter_vrf(reading: _Reading, name: str, node: Node) -> None:
    if reading.addresses:
        reading.found.reject(node, 'address before "vrf forwarding" is wiped')
        reading.addresses = []
    reading.vrf = name


def _ip(reading: _Reading, words: list[str], node: Node) -> None:
    kind = words[1] if len(words) > 1 else ""
    if kind == "address":
        _ip_address(reading, words, node)
    elif kind == "vrf" and len(words) == 4 and words[2] == "forwarding":
        _enter_vrf(reading, words[3], node)
    elif kind == "mtu" and len(words) == 3 and words[2].isdigit():
        reading.mtu = int(words[2])
    elif kind == "verify":
        _verify(reading, words, node)
    elif kind not in INTERFACE_IP:
        reading.found.reject(node)


def _ip_address(reading: _Reading, words: list[str], node: Node) -> None:
    if len(words) < 4:
        if words[-1] not in ("dhcp", "negotiated", "pool"):
            glued = words[-1].count(".") > 3
            reading.found.reject(node, "address and mask are glued together" if glued else "an address without a mask")
        return
    if words[2] == "dhcp":
        return
    try:
        reading.addresses.append(parse_masked_link(words[2], words[3]))
    except ValueError:
        reading.found.reject(node, "not an address and a mask")


def _ipv6(reading: _Reading, words: list[str], node: Node) -> None:
    kind = words[1] if len(words) > 1 else ""
    if kind == "address" and len(words) > 2:
        _ipv6_address(reading, words, node)
    elif kind == "verify":
        _verify(reading, words, node)
    elif kind == "mtu" and len(words) == 3 and words[2].isdigit():
        reading.mtu = reading.mtu or int(words[2])
    elif kind not in INTERFACE_IP:
        reading.found.reject(node)


def _ipv6_address(reading: _Reading, words: list[str], node: Node) -> None:
    if words[-1] == "link-local" or words[2] in ("autoconfig", "dhcp"):
        return
    if words[-1] == "eui-64":
        reading.found.reject(node, "the address depends on the port's MAC address")
        return
    try:
        if "/" not in words[2]:
            raise ValueError(words[2])
        reading.addresses.append(parse_link(words[2]))
    except ValueError:
        reading.found.reject(node, "not an address with a prefix length")


def _verify(reading: _Reading, words: list[str], node: Node) -> None:
    if "reachable-via" in words:
        how = words[words.index("reachable-via") + 1 :]
        reading.urpf = "loose" if how[:1] == ["any"] else "strict"
    elif "reverse-path" in words:
        reading.urpf = "strict"
    else:
        reading.found.reject(node)


def _mtu(reading: _Reading, words: list[str], node: Node) -> None:
    if len(words) == 2 and words[1].isdigit():
        reading.port_mtu = reading.found.port_mtu[reading.name] = int(words[1])
    else:
        reading.found.reject(node)


def _bfd(reading: _Reading, words: list[str], node: Node) -> None:
    if words[1:2] == ["template"] and len(words) == 3:
        reading.found.uses_template[reading.name] = words[2]
    elif words[1:] == ["echo"]:
        reading.echo = True
    elif len(words) == 7 and words[1] == "interval" and words[3] == "min_rx" and words[5] == "multiplier":
        try:
            reading.bfd = Bfd(int(words[2]), int(words[4]), int(words[6]), echo=True)
        except ValueError:
            reading.found.reject(node)
    elif words[1:2] not in (["jitter"], ["neighbor"]):
        reading.found.reject(node)


def _fhrp(reading: _Reading, words: list[str], node: Node) -> None:
    if len(words) > 1 and words[1].isdigit():
        reading.fhrp.setdefault((words[0], words[1]), node.text)


def _dot1q(reading: _Reading, words: list[str], node: Node) -> None:
    if words[1:3] == ["tunneling", "ethertype"] and len(words) == 4:
        try:
            reading.tpid = int(words[3], 16)
        except ValueError:
            reading.found.reject(node)
    else:
        reading.found.reject(node)


_LINES: Final[dict[str, Callable[[_Reading, list[str], Node], None]]] = {
    "description": _description,
    "shutdown": _shutdown,
    "no": _no,
    "encapsulation": _encapsulation,
    "vrf": _forwarding,
    "ip": _ip,
    "ipv6": _ipv6,
    "mtu": _mtu,
    "bfd": _bfd,
    "standby": _fhrp,
    "vrrp": _fhrp,
    "glbp": _fhrp,
    "dot1q": _dot1q,
}


def finish(found: Found) -> dict[str, list[Interface]]:
    """Settle what depends on other objects, and give the interfaces of each VRF that have BFD timers."""
    read_extras.finish_filters(found)
    for name, template in found.uses_template.items():
        timers = found.bfd_templates.get(template)
        if timers is not None:
            found.interfaces[name] = replace(found.interfaces[name], bfd=timers)
    ports = {name: one for name, one in found.interfaces.items() if one.outer_tpid != 0x8100 or name in found.port_mtu}
    if ports:
        _inherit(found, ports)
    timed: dict[str, list[Interface]] = {}
    for one in found.interfaces.values():
        if one.bfd is not None:
            timed.setdefault(one.vrf, []).append(one)
    return timed


def _inherit(found: Found, ports: dict[str, Interface]) -> None:
    """A subinterface takes its MTU and its outer ethertype from its port."""
    for name, one in found.interfaces.items():
        port = ports.get(name.partition(".")[0])
        if port is None or port is one:
            continue
        mtu = port.mtu if name in found.inherits_mtu else one.mtu
        tpid = port.outer_tpid if isinstance(one.tags, QinQ) else one.outer_tpid
        found.interfaces[name] = replace(one, mtu=mtu, outer_tpid=tpid)
