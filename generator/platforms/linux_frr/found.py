"""What the reader has found so far, still under the kernel's names for VRFs."""

from __future__ import annotations

from generator.model.address import LinkAddress, Prefix
from generator.model.facts import (
    AsPathEntry,
    Bfd,
    FactKey,
    Family,
    PolicyRule,
    PrefixEntry,
    StaticRoute,
    UnrecognisedLine,
)
from generator.platforms.tree import Node

Place = tuple[str, int]
"""File and line."""


class Link:
    """One device, from all the places that speak of it."""

    __slots__ = (
        "addresses",
        "alias",
        "auto",
        "down",
        "fhrp",
        "mtu",
        "name",
        "parent",
        "place",
        "protocol",
        "table",
        "vlan",
        "vrf",
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
        self.places: dict[FactKey, Place] = {}
        self.unrecognised: list[UnrecognisedLine] = []

    def reject(self, node: Node, reason: str = "") -> None:
        """Remember a line that was not understood, without the key that may be in it."""
        text, word, _ = node.text.partition(" password ")
        self.unrecognised.append(UnrecognisedLine(self.file, node.line, f"{text}{word}••••" if word else text, reason))

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
