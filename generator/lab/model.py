"""What the lab program builds: devices, their interfaces, and the wires between them.

In words of Linux and of nobody else, and nothing but plain values, so that a topology can be written to a
file and read by the lab program, wherever that runs.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec


class DeviceRole(StrEnum):
    """What a device of the lab stands for."""

    ROUTER = "router"
    """One of the inventory's routers (or firewalls), from exactly the rendered files."""
    EXCHANGE = "exchange"
    """The exchange provider: bridges between a router's port and the edges of its circuits."""
    SWITCH = "switch"
    """A switch in front of a port that several neighbours share."""
    EDGE = "edge"
    """One Microsoft edge: one connection of one circuit."""
    VNET = "vnet"
    """A virtual network: its ExpressRoute gateway and a host, in one device."""
    GATEWAY = "gateway"
    """One instance of a VPN gateway."""
    SERVICES = "services"
    """Microsoft's public services, behind Microsoft (or public) peering."""
    ONPREM = "onprem"
    """The customer's own router or core, and a host behind it."""


InterfaceKind = Literal["port", "vlan", "dummy", "bridge", "vrf", "xfrm"]


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    """One network device.  Those of a router are made by the router itself, from its own files: only its ports are here."""

    name: str
    """At most 15 characters."""
    kind: InterfaceKind = "port"
    """``port``: one end of a `Link`."""
    parent: str = ""
    """Of a VLAN: what it stands on (a port, or a VLAN for the inner tag)."""
    vlan: int = 0
    """Always ethertype 0x8100, also for the outer of two tags (ER-VLAN-08)."""
    master: str = ""
    """The bridge or VRF that it is enslaved to."""
    table: int = 0
    """Of a VRF."""
    xfrm_id: int = 0
    """Of an XFRM interface; ``parent`` is the device that its outer packets leave by."""
    mtu: int = 1500
    """IP MTU in bytes.  What carries a second tag needs 1504."""
    addresses: tuple[str, ...] = ()
    """``10.0.0.1/30`` and ``fd00::1/126``."""


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A command that the device runs at its start, in order, from its own root."""

    argv: tuple[str, ...]
    title: str = ""
    """Shown while it boots, and where it fails; empty: the command itself."""
    wait: bool = True
    """Wait for its end and take any exit status but 0 as a failed boot.  False: a daemon in the foreground."""
    needs: str = ""
    """A path (of a socket or a pid file) that must exist before it is started: where an earlier daemon listens."""
    vrf: str = ""
    """Run it in this VRF (``ip vrf exec``)."""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One device: own network, file system, processes and host name."""

    name: str
    """Unique in the lab; letters, digits and ``-``."""
    role: DeviceRole
    interfaces: tuple[Interface, ...] = ()
    """In the order in which they can be made."""
    files: dict[str, str] = {}
    """Absolute path → text.  Readable by root only, unless ``public`` names it."""
    public: tuple[str, ...] = ()
    """Files that everybody in the device may read (daemons that are not root)."""
    owned: dict[str, str] = {}
    """File → ``user:group`` that it belongs to."""
    empty: tuple[str, ...] = ()
    """Folders of the host's that the device must not see: empty before ``files`` are put in."""
    programs: tuple[Program, ...] = ()
    """What to start, in order."""
    sysctls: dict[str, str] = {}
    """``net.ipv4.ip_forward`` → ``1``."""
    title: str = ""
    """For the table of devices: ``Microsoft edge, primary, alpha-ams``."""


class End(msgspec.Struct, frozen=True):
    """One end of a wire."""

    device: str
    port: str

    def __str__(self) -> str:
        return f"{self.device}:{self.port}"


class Link(msgspec.Struct, frozen=True):
    """A wire.  Both ends are ports of their devices, whose MTU they have."""

    a: End
    b: End


class Topology(msgspec.Struct, frozen=True, kw_only=True):
    """The whole lab."""

    name: str
    """Of the lab, and so of its folder below ``/run/peerwright``."""
    devices: dict[str, Device]
    links: tuple[Link, ...]
    unproven: tuple[str, ...] = ()
    """What of the inventory this lab leaves out, a sentence each."""

    def of_role(self, role: DeviceRole) -> list[Device]:
        """The devices of one role, in the topology's order."""
        return [one for one in self.devices.values() if one.role is role]

    def links_of(self, device: str, port: str = "") -> list[Link]:
        """The wires at a device, or at one of its ports."""
        return [
            one for one in self.links if any(end.device == device and port in ("", end.port) for end in (one.a, one.b))
        ]
