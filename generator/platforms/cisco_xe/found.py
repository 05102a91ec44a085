"""What the reader has found so far."""

from __future__ import annotations

from generator.model.address import Prefix
from generator.model.facts import (
    AsPathEntry,
    AsPathList,
    Bfd,
    CommunityList,
    FactKey,
    Family,
    Interface,
    Policy,
    PolicyRule,
    PrefixEntry,
    PrefixList,
    StaticRoute,
    UnrecognisedLine,
    Vrf,
)
from generator.model.secret import Secret
from generator.platforms.cisco_xe.key_words import only_keyword, without_keys
from generator.platforms.cisco_xe.records import AccessList, ClassMap, CryptoText, Extras, PolicyMap, ZonePair
from generator.platforms.tree import Node

Option = tuple[list[str], Node]
"""One line about a neighbour: its words, and where it stands."""


class Scope:
    """One place in which neighbours are configured: the process itself, or an address family of a VRF."""

    __slots__ = ("family", "groups", "lines", "node", "settings", "vrf")

    def __init__(self, vrf: str, family: Family | None, node: Node) -> None:
        self.vrf = vrf
        self.family = family
        """None: the process itself, above its address families."""
        self.node = node
        self.lines: dict[str, list[Option]] = {}
        """By neighbour address or peer-group name."""
        self.groups: set[str] = set()
        self.settings: dict[str, object] = {}


class Found:
    """Tables that fill while the lines are read, in the words of :class:`Facts`."""

    def __init__(self) -> None:
        self.file = ""
        self.header = ""
        self.hostname = ""
        self.vrfs: dict[str, Vrf] = {}
        self.interfaces: dict[str, Interface] = {}
        self.prefix_entries: dict[tuple[str, Family], dict[int, PrefixEntry]] = {}
        self.prefix_lists: dict[tuple[str, Family], PrefixList] = {}
        self.as_path_entries: dict[str, list[AsPathEntry]] = {}
        self.as_path_lists: dict[str, AsPathList] = {}
        self.community_values: dict[str, set[str]] = {}
        self.community_lists: dict[str, CommunityList] = {}
        self.policy_rules: dict[str, dict[int, PolicyRule]] = {}
        self.policies: dict[str, Policy] = {}
        self.prefix_matches: dict[str, dict[int, Node]] = {}
        """By policy: the IP versions whose prefixes it matches, and where."""
        self.static_routes: dict[tuple[str, Prefix, str], StaticRoute] = {}
        self.switches: set[str] = set()
        self.places: dict[FactKey, tuple[str, int]] = {}
        self.unrecognised: list[UnrecognisedLine] = []
        self.port_mtu: dict[str, int] = {}
        self.inherits_mtu: set[str] = set()
        self.bfd_templates: dict[str, Bfd] = {}
        self.uses_template: dict[str, str] = {}
        self.asn = 0
        self.scopes: list[Scope] = []
        self.templates: dict[str, list[Option]] = {}
        self.extras: dict[str, Extras] = {}
        """By interface."""
        self.access_lists: dict[str, AccessList] = {}
        self.class_maps: dict[str, ClassMap] = {}
        self.policy_maps: dict[str, PolicyMap] = {}
        self.zones: dict[str, Node] = {}
        self.zone_pairs: list[ZonePair] = []
        self.plane_policy: tuple[str, Node] | None = None
        self.crypto = CryptoText()
        self.nat_lines: list[Option] = []
        self.nat_pools: dict[str, Prefix] = {}
        self.key_chains: dict[str, list[tuple[str, Secret | None]]] = {}
        """MACsec's: names and keys, in order."""
        self.mka_ciphers: dict[str, str] = {}

    def reject(self, node: Node, reason: str = "", *, secret: bool = False) -> None:
        """Remember a line that was not understood.

        Keys are not repeated: the line is cut off where one may begin.  ``secret``: it stands where keys stand.
        """
        text = only_keyword(node.text) if secret else without_keys(node.text)
        self.unrecognised.append(UnrecognisedLine(self.file, node.line, text, reason))

    def place(self, table: str, key: object, line: int) -> None:
        """Where an object stands first."""
        self.places.setdefault((table, key), (self.file, line))
