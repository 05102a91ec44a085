"""Junos text → facts.  Shares no code with the view and the templates.

What a device prints is taken as well as what we write: inactive statements are not there, groups are
resolved, keys are decoded, group and BGP settings come down to the neighbours, and the forms that Junos
puts on one line (``then accept``) are read like those in a block.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

from generator.model.address import parse_prefix
from generator.model.asn import parse_asn
from generator.model.facts import BgpVrf, Facts, Neighbor, NeighborKey, ReadResult, StaticRoute, UnrecognisedLine, Vrf
from generator.platforms.juniper_junos.inheritance import resolve
from generator.platforms.juniper_junos.reader_applied import AppliedReader
from generator.platforms.juniper_junos.reader_bgp import Instance, read_bgp
from generator.platforms.juniper_junos.reader_cos import Queues
from generator.platforms.juniper_junos.reader_firewall import read_firewall
from generator.platforms.juniper_junos.reader_interfaces import read_interfaces
from generator.platforms.juniper_junos.reader_lists import PolicyTables
from generator.platforms.juniper_junos.reader_policy import read_policy_options
from generator.platforms.juniper_junos.reader_security import SecurityReader
from generator.platforms.juniper_junos.reader_sync import SyncReader
from generator.platforms.juniper_junos.reading import Reading, inactive, statements, unquote, values
from generator.platforms.tree import Node

LOAD_BALANCE: Final = "load-balance"
"""The switch: several equal paths get into the forwarding table."""

_NOT_OURS: Final = frozenset(
    [
        "access",
        "access-profile",
        "accounting-options",
        "bridge-domains",
        "dynamic-profiles",
        "event-options",
        "fabric",
        "forwarding-options",
        "multi-chassis",
        "multicast-snooping-options",
        "poe",
        "services",
        "snmp",
        "switch-options",
        "version",
        "virtual-chassis",
        "vlans",
        "vmhost",
    ]
)
"""Top-level hierarchies that have no say in peerings."""
_OPTIONS_NO_MATTER: Final = frozenset(
    [
        "bmp",
        "graceful-restart",
        "nonstop-routing",
        "options",
        "ppm",
        "resolution",
        "route-record",
        "validation",
        "warm-standby",
    ]
)
_ROUTE_NO_MATTER: Final = frozenset(
    ["preference", "metric", "tag", "retain", "no-retain", "install", "active", "passive", "no-resolve", "resolve"]
)


def read(trees: Mapping[str, list[Node]]) -> ReadResult:
    """Facts of a router from the trees of its files."""
    places: dict[Any, tuple[str, int]] = {}
    unrecognised: list[UnrecognisedLine] = []
    header, facts = "", Facts(hostname="")
    for file, roots in trees.items():
        reading = Reading(file)
        header = header or _header(roots)
        facts = _File(reading).read(roots)
        places.update(reading.places)
        unrecognised += reading.problems
    return ReadResult(facts, places, tuple(unrecognised), header)


def _header(roots: list[Node]) -> str:
    """The comment before the first statement, without its signs."""
    first = roots[0].text if roots else ""
    return first.strip("#/* ") if first.startswith(("/*", "#")) else ""


class _File:
    """One config: the tables of its facts while they grow."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.hostname = ""
        self.vrfs: dict[str, Vrf] = {}
        self.vrf_of: dict[str, str] = {}
        self.bgp: dict[str, BgpVrf] = {}
        self.neighbors: dict[NeighborKey, Neighbor] = {}
        self.statics: dict[Any, StaticRoute] = {}
        self.switches: set[str] = set()
        self.policy = PolicyTables()
        self.asn = 0
        """AS number of the router as a whole."""

    def read(self, roots: list[Node]) -> Facts:
        if any(root.text == "groups" for root in roots):
            roots = resolve(roots, self.reading)
        tops: dict[str, list[Node]] = {}
        for root in roots:
            if root.text in _OWNED:
                tops.setdefault(root.text, []).append(root)
            elif root.text.partition(" ")[0] not in _NOT_OURS and not root.text.startswith(("/*", "#")):
                self.reading.unknown(root)
        self._system(tops.get("system", []))
        self.policy = read_policy_options(self.reading, tops.get("policy-options", []))
        options = [child for top in tops.get("routing-options", []) for child in top.children]
        self.asn = self._asn(options)
        protocols = [child for top in tops.get("protocols", []) for child in top.children]
        self._table("", options, protocols)
        for top in tops.get("routing-instances", []):
            for node in top.children:
                self._instance(node)
        return self._facts(tops)

    def _facts(self, tops: Mapping[str, list[Node]]) -> Facts:
        """Everything that stands on interfaces comes last: it needs to know which instance each is in."""
        interfaces = read_interfaces(self.reading, tops.get("interfaces", []), self.vrf_of)
        firewall = read_firewall(self.reading, tops.get("firewall", []), self.policy.prefix_lists)
        queues = Queues(self.reading, tops.get("class-of-service", []), interfaces)
        applied = AppliedReader(self.reading, interfaces, firewall, queues)
        units = {name: applied.interface(one) for name, one in interfaces.found.items()}
        sync = SyncReader(self.reading, tops.get("chassis", []))
        applications = tops.get("applications", [])
        security = SecurityReader(self.reading, tops.get("security", []), applications, units, sync.interfaces)
        return Facts(
            hostname=self.hostname,
            vrfs=self.vrfs,
            interfaces=security.interfaces,
            prefix_lists=self.policy.prefix_lists,
            as_path_lists=self.policy.as_path_lists,
            community_lists=self.policy.community_lists,
            policies=self.policy.policies,
            bgp=self.bgp,
            neighbors=self.neighbors,
            static_routes=self.statics,
            tunnels=dict(security.tunnels),
            zones=security.zoning.zones,
            zone_policies=security.zoning.policies,
            filters={**firewall.filters, **security.zoning.filters},
            control_plane=applied.control_plane,
            nat_rules=security.nat.rules,
            shapers=queues.shapers(),
            remarks=applied.remarks(),
            macsec=dict(security.macsec),
            state_sync=sync.facts(units, security.zoning.lacking),
            switches=frozenset(self.switches),
        )

    def _system(self, blocks: list[Node]) -> None:
        for block in blocks:
            for node in block.children:
                word, _, rest = node.text.partition(" ")
                if word == "host-name":
                    self.hostname = rest

    def _instance(self, node: Node) -> None:
        name = node.text
        if inactive(node):
            return
        kind, more = "", {"name": name}  # type: tuple[str, dict[str, Any]]
        options: list[Node] = []
        protocols: list[Node] = []
        for child in node.children:
            word, _, rest = child.text.partition(" ")
            if word == "interface" and rest:
                self.vrf_of[rest.split(" ")[0]] = name
            elif word == "instance-type":
                kind = rest
            elif word == "routing-options":
                options += child.children
            elif word == "protocols":
                protocols += child.children
            else:
                self._setting(child, word, rest, more)
        if kind not in ("virtual-router", "vrf"):
            self.reading.unknown(node, f"instance-type {kind or 'missing'} keeps no routes of its own")
        if kind == "vrf" and not ("rd" in more and ("imports" in more or "exports" in more)):
            self.reading.unknown(node, "instance-type vrf without route-distinguisher and target does not commit")
        self.vrfs[name] = Vrf(**more)
        self.reading.place("vrfs", name, node)
        self._table(name, options, protocols)

    def _setting(self, node: Node, word: str, rest: str, more: dict[str, Any]) -> None:
        try:
            if word == "description":
                more["description"] = unquote(rest)
            elif word == "route-distinguisher":
                more["rd"] = rest
            elif not _targets(node, word, rest, more):
                self.reading.unknown(node)
        except ValueError as problem:
            self.reading.unknown(node, str(problem))

    def _table(self, vrf: str, options: list[Node], protocols: list[Node]) -> None:
        """Routing options and BGP of the global table or of an instance."""
        router_id = ""
        for node in options:
            word, _, rest = node.text.partition(" ")
            if word == "router-id":
                router_id = rest
            elif word == "static":
                self._static(vrf, node)
            elif word == "rib" and rest in ("inet6.0", "inet.0", f"{vrf}.inet6.0", f"{vrf}.inet.0"):
                self._rib(vrf, node)
            elif word == "forwarding-table":
                self._forwarding(node, rest)
            elif word != "autonomous-system" and word not in _OPTIONS_NO_MATTER:
                self.reading.unknown(node)
        instance = Instance(vrf, self._asn(options) or self.asn, self.neighbors, self.policy.next_hop_self)
        found = None
        for node in protocols:
            if node.text == "bgp":
                found = node
                read_bgp(self.reading, node, instance)
        if found is not None:
            paths = 2 if instance.multipath else 1
            self.bgp[vrf] = BgpVrf(
                vrf, instance.asn, router_id, maximum_paths=paths, as_path_ignore=instance.as_path_ignore
            )
            self.reading.place("bgp", vrf, found)

    def _asn(self, options: list[Node]) -> int:
        for node in options:
            word, _, rest = node.text.partition(" ")
            if word == "autonomous-system":
                try:
                    return parse_asn(rest.split(" ")[0])
                except ValueError as problem:
                    self.reading.unknown(node, str(problem))
        return 0

    def _forwarding(self, node: Node, rest: str) -> None:
        for one in statements(node, rest):
            word, _, names = one.text.partition(" ")
            if word == "export":
                try:
                    self.switches.update(LOAD_BALANCE for name in values(names) if name in self.policy.load_balance)
                except ValueError as problem:
                    self.reading.unknown(one, str(problem))

    def _rib(self, vrf: str, node: Node) -> None:
        for child in node.children:
            if child.text == "static":
                self._static(vrf, child)
            else:
                self.reading.unknown(child)

    def _static(self, vrf: str, node: Node) -> None:
        for child in node.children:
            words = child.text.split(" ", 2)
            if words[0] != "route" or len(words) < 2:
                self.reading.unknown(child)
                continue
            try:
                self._route(vrf, child, words[1], words[2] if len(words) > 2 else "")
            except ValueError as problem:
                self.reading.unknown(child, str(problem))

    def _route(self, vrf: str, node: Node, text: str, rest: str) -> None:
        prefix = parse_prefix(text)
        hops: list[str] = []
        for one in statements(node, rest):
            word, _, value = one.text.partition(" ")
            if word in ("discard", "reject", "receive") and not value:
                hops.append(word)
            elif word == "next-hop":
                hops += [str(ip_address(hop)) if _is_address(hop) else hop for hop in values(value)]
            elif word == "next-table":
                hops.append(f"table {value}")
            elif word not in _ROUTE_NO_MATTER:
                self.reading.unknown(one)
        if not hops:
            raise ValueError("static route without next hop")
        for hop in hops:
            self.statics[(vrf, prefix, hop)] = StaticRoute(vrf, prefix, hop)
            self.reading.place("static_routes", (vrf, prefix, hop), node)


_OWNED: Final = frozenset(
    [
        "applications",
        "chassis",
        "class-of-service",
        "firewall",
        "interfaces",
        "policy-options",
        "protocols",
        "routing-instances",
        "routing-options",
        "security",
        "system",
    ]
)


def _is_address(text: str) -> bool:
    return text[:1].isdigit() or ":" in text


def _targets(node: Node, word: str, rest: str, more: dict[str, Any]) -> bool:
    """Route targets and policies that bring routes in from elsewhere or give them away."""
    if word == "vrf-target":
        for one in statements(node, rest):
            way, _, target = one.text.partition(" ")
            for field, name in (("imports", "import"), ("exports", "export")):
                if way in (name, one.text):
                    more[field] = (*more.get(field, ()), (target or way).removeprefix("target:"))
    elif word in ("vrf-import", "vrf-export"):
        field = f"{word[4:]}s"
        more[field] = (*more.get(field, ()), *values(rest))
    elif word != "vrf-table-label":
        return False
    return True


def is_known(root: Node) -> bool:
    """Whether a hierarchy at the top is one that is read."""
    return root.text in _OWNED or root.text == "groups" or root.text.startswith("apply-groups ")
