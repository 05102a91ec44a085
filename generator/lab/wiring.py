"""Ports, wires and addresses of the lab's own, given out in order: the same inventory, the same topology."""

from __future__ import annotations

import re
from typing import Final

from generator.lab.model import Device, DeviceRole, End, Interface, Link
from generator.lab.sites import Wire
from generator.model.address import Address, LinkAddress, link_at, parse_address
from generator.model.vlan import Dot1q, QinQ, Tags

STACKED_MTU: Final = 1504
"""Of what carries a second tag (ER-MTU-01)."""
WIDE_MTU: Final = 1600
"""Of ports of bridges, which pass whatever comes."""
_POOL4: Final = int(parse_address("198.18.0.0"))
_POOL6: Final = int(parse_address("2001:2::"))
"""Address space for tests of network devices (RFC 2544, RFC 5180): nobody's, so no inventory's."""
_ODD: Final = re.compile(r"[^A-Za-z0-9-]+")


def device_name(*words: str) -> str:
    """A name of letters, digits and ``-``.

    >>> device_name("edge", "alpha ams", "primary")
    'edge-alpha-ams-primary'
    """
    return "-".join(_ODD.sub("-", word).strip("-") for word in words if word)


class Draft:
    """A device on its way into the topology: ports and interfaces are added as wires are laid."""

    def __init__(self, name: str, role: DeviceRole, title: str) -> None:
        self.name = name
        self.role = role
        self.title = title
        self.interfaces: dict[str, Interface] = {}

    def port(self, name: str, mtu: int = 1500, *, master: str = "", addresses: tuple[str, ...] = ()) -> str:
        """A port; a name that exists is another one's, so the next number is taken."""
        self.add(Interface(name=name, mtu=mtu, master=master, addresses=addresses))
        return name

    def next_port(self, stem: str) -> str:
        """``stem0``, ``stem1``, …: the first that is free."""
        return next(name for name in (f"{stem}{number}" for number in range(1000)) if name not in self.interfaces)

    def add(self, interface: Interface) -> str:
        self.interfaces.setdefault(interface.name, interface)
        return interface.name

    def subinterface(self, port: str, tags: Tags | None, addresses: tuple[LinkAddress, ...], mtu: int) -> str:
        """What stands on a port: the port itself, a VLAN, or a VLAN on a VLAN; its name."""
        texts = tuple([str(one) for one in addresses])
        match tags:
            case QinQ(outer, inner):
                middle = f"{port}.{outer}"
                self.add(Interface(name=middle, kind="vlan", parent=port, vlan=outer, mtu=max(mtu + 4, STACKED_MTU)))
                name = f"{middle}.{inner}"
                self.add(Interface(name=name, kind="vlan", parent=middle, vlan=inner, mtu=mtu, addresses=texts))
                return name
            case Dot1q(vlan):
                name = f"{port}.{vlan}"
                return self.add(Interface(name=name, kind="vlan", parent=port, vlan=vlan, mtu=mtu, addresses=texts))
            case _:
                there = self.interfaces[port]
                self.interfaces[port] = Interface(name=port, mtu=there.mtu, addresses=(*there.addresses, *texts))
                return port

    def hosts(self, addresses: tuple[LinkAddress, ...], name: str = "host0") -> None:
        """Addresses that traffic comes from and goes to."""
        if addresses:
            texts = tuple([f"{one.ip}/{one.max_prefixlen}" for one in addresses])
            self.add(Interface(name=name, kind="dummy", addresses=texts))

    def finished(self) -> Device:
        return Device(name=self.name, role=self.role, title=self.title, interfaces=tuple(self.interfaces.values()))


class Wiring:
    """Lays wires between drafts."""

    def __init__(self) -> None:
        self.drafts: dict[str, Draft] = {}
        self.links: list[Link] = []
        self._numbered = 0

    def device(self, name: str, role: DeviceRole, title: str = "") -> Draft:
        """The draft of that name, made where it is not there."""
        return self.drafts.setdefault(name, Draft(name, role, title))

    def lay(self, a: Draft, a_port: str, b: Draft, b_port: str) -> None:
        self.links.append(Link(End(a.name, a_port), End(b.name, b_port)))

    def numbered(self, a: Draft, a_stem: str, b: Draft, b_stem: str) -> tuple[Wire, Wire]:
        """A wire with addresses of the lab's own; both ends as they are seen from their devices."""
        block = self._numbered
        self._numbered += 1
        four, six = _POOL4 + block * 4, _POOL6 + (block << 64)
        ends = [(link_at(four + side, 30, 4), link_at(six + side, 64, 6)) for side in (1, 2)]
        names = [a.next_port(a_stem), b.next_port(b_stem)]
        for draft, name, own in zip((a, b), names, ends, strict=True):
            draft.port(name, addresses=tuple([str(one) for one in own]))
        self.lay(a, names[0], b, names[1])
        return (
            Wire(interface=names[0], peer_device=b.name, own=ends[0], peer=_ips(ends[1])),
            Wire(interface=names[1], peer_device=a.name, own=ends[1], peer=_ips(ends[0])),
        )


def _ips(addresses: tuple[LinkAddress, ...]) -> tuple[Address, ...]:
    return tuple([one.ip for one in addresses])
