"""What the reader has found so far, still under the kernel's names for VRFs."""

from __future__ import annotations

import re
from typing import Final

from generator.model.address import LinkAddress, Prefix
from generator.model.facts import (
    AsPathEntry,
    Bfd,
    ControlPlane,
    FactKey,
    Family,
    Filter,
    NatRule,
    PolicyRule,
    PrefixEntry,
    Remark,
    Shaper,
    StaticRoute,
    Tunnel,
    UnrecognisedLine,
    Zone,
    ZonePolicy,
)
from generator.platforms.tree import Node

Place = tuple[str, int]
"""File and line."""

_KEY: Final = re.compile(r"( password |=\s*).*", re.DOTALL)
"""What comes before a key, and the key."""


class Link:
    """One device, from all the places that speak of it."""

    __slots__ = (
        "addresses",
        "alias",
        "auto",
        "class_parents",
        "classes",
        "down",
        "dummy",
        "fhrp",
        "mtu",
        "name",
        "parent",
        "physdev",
        "place",
        "protocol",
        "rules",
        "table",
        "vlan",
        "vrf",
        "xfrm_id",
    )

    def __init__(self, name: str, place: Place) -> None:
        self.name = name
        self.place = place
        self.auto = True
        self.down = False
        self.mtu = 1500
        self.parent = ""
        self.vlan = 0
        self.protocol = "802.1q"
        self.vrf = ""
        self.table = ""
        self.alias = ""
        self.addresses: list[LinkAddress] = []
        self.fhrp: list[str] = []
        self.dummy = False
        self.xfrm_id = ""
        """Number of an XFRM interface, which its SAs carry."""
        self.physdev = ""
        """The device in whose VRF an XFRM interface's outer packets travel."""
        self.rules: set[tuple[str, str]] = set()
        """Source address and routing table of the rules that come up with it."""
        self.classes: dict[str, int] = {}
        """HTB class → the most it may use, in bit/s."""
        self.class_parents: dict[str, str] = {}


Options = dict[str, object]
"""Fields of a neighbour that a line has set."""


class Instance:
    """One ``router bgp``, as it is read."""

    def __init__(self, asn: int, device: str, node: Node) -> None:
        self.asn = asn
        self.device = device
        self.node = node
        self.router_id = ""
        self.ipv4_default = True
        self.as_path_ignore = False
        self.max_as_limit = 0
        self.timers = (60, 180)
        self.networks: list[Prefix] = []
        self.redistribute: list[str] = []
        self.imports: list[str] = []
        self.exports: list[str] = []
        self.paths: dict[Family, int] = {}
        self.paths_ibgp: dict[Family, int] = {}
        self.common: dict[str, Options] = {}
        """By neighbour address or peer-group name."""
        self.lines: dict[str, int] = {}
        """The first line of each of them."""
        self.families: dict[Family, dict[str, Options]] = {}
        self.groups: dict[str, str] = {}
        """Neighbour → its peer-group; a peer-group → the empty text."""


class Found:
    """Tables that fill while the lines are read."""

    def __init__(self) -> None:
        self.file = ""
        self.header = ""
        self.hostname = ""
        self.links: dict[str, Link] = {}
        self.rp_filter: dict[str, int] = {}
        self.vrf_blocks: dict[str, Place] = {}
        self.prefix_lists: dict[tuple[str, Family], dict[int, PrefixEntry]] = {}
        self.as_path_lists: dict[str, dict[int, AsPathEntry]] = {}
        self.community_lists: dict[str, set[str]] = {}
        self.policies: dict[str, dict[int, PolicyRule]] = {}
        self.bfd: dict[str, Bfd] = {}
        self.instances: list[Instance] = []
        self.statics: list[tuple[StaticRoute, Place]] = []
        self.switches: set[str] = set()
        self.tunnels: dict[str, Tunnel] = {}
        self.zones: dict[str, Zone] = {}
        self.zone_policies: dict[tuple[str, str], ZonePolicy] = {}
        self.filters: dict[tuple[str, Family], Filter] = {}
        self.control_plane: dict[str, ControlPlane] = {}
        self.nat_rules: dict[str, NatRule] = {}
        self.shapers: dict[str, Shaper] = {}
        self.remarks: dict[str, Remark] = {}
        self.mss: dict[str, int] = {}
        self.filter_in: dict[str, str] = {}
        self.filter_out: dict[str, str] = {}
        """All three by interface."""
        self.places: dict[FactKey, Place] = {}
        self.unrecognised: list[UnrecognisedLine] = []

    def reject(self, node: Node, reason: str = "") -> None:
        """Remember a line that was not understood, without the key that may be in it.

        In ``swanctl.conf`` no value is repeated: a key may stand behind a word that is misspelt.
        """
        masked = self.file == "swanctl.conf" or " password " in node.text
        text = _KEY.sub(r"\1••••", node.text) if masked else node.text
        self.unrecognised.append(UnrecognisedLine(self.file, node.line, text, reason))

    def place(self, table: str, key: object, line: int) -> None:
        """Where an object stands first."""
        self.places.setdefault((table, key), (self.file, line))

    def link(self, name: str, line: int) -> Link:
        """The device of that name, new or met before."""
        known = self.links.get(name)
        if known is None:
            known = self.links[name] = Link(name, (self.file, line))
        return known

    def link_vrf(self, device: str) -> str:
        """The VRF's full name: its device's alias begins with it, where there is one."""
        link = self.links.get(device)
        if link is None or not link.table or not link.alias:
            return device
        return link.alias.split(" ", 1)[0]

    def vrf_of(self, interface: str) -> str:
        """The full name of the VRF that an interface is in; empty for the global table."""
        link = self.links.get(interface)
        return self.link_vrf(link.vrf) if link is not None and link.vrf else ""
