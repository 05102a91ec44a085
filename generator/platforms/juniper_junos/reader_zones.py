"""``security zones`` and ``security policies`` → zones, and filters between them.

Every policy of an SRX keeps sessions.  What reaches the device itself is decided twice: by the words of
``host-inbound-traffic``, of the interface where it has its own and else of the zone (PLT-JUN-13), and by
the policies to ``junos-host`` where there are any.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from generator.model.facts import Family, Interface
from generator.model.filters import SELF, Filter, FilterRule, Zone, ZonePolicy
from generator.platforms.juniper_junos.reader_inbound import Inbound, needed, rules_of
from generator.platforms.juniper_junos.reader_objects import Addresses, Applications
from generator.platforms.juniper_junos.reader_policies import PolicyReader
from generator.platforms.juniper_junos.reading import Reading, inactive, leaves
from generator.platforms.tree import Node

_DEVICE: Final = "junos-host"
_UNZONED: Final = "UNZONED"
"""Begin of the names of zones that stand for interfaces of no zone."""
_OUTSIDE: Final = ("fxp", "em", "vme", "me0", "dl0", "fab")
"""Begin of the names of management and internal interfaces, which are in no zone."""

_ON_LINK: Final = frozenset(("high-availability", "bfd", "ping", "ike", "ssh"))
"""Words that two nodes may need on the link between them."""


class ZoneReader:
    """Everything of ``security`` that is about zones."""

    def __init__(
        self,
        reading: Reading,
        blocks: list[Node],
        applications: Applications,
        interfaces: Mapping[str, Interface],
        links: frozenset[str] = frozenset(),
    ) -> None:
        self.reading = reading
        self.links = links
        """Interfaces over which two nodes share their sessions."""
        self.interfaces = interfaces
        self.addresses = Addresses(reading)
        self.reader = PolicyReader(reading, applications, self.addresses)
        self.members: dict[str, list[str]] = {}
        self.inbound: dict[str, Inbound] = {}
        self.nodes: dict[str, Node] = {}
        self.contexts: dict[tuple[str, str], list[Node]] = {}
        self.zones: dict[str, Zone] = {}
        self.policies: dict[tuple[str, str], ZonePolicy] = {}
        self.filters: dict[tuple[str, Family], Filter] = {}
        for block in blocks:
            self._hierarchy(block)
        if self.members:
            self._check_interfaces(blocks)
        for (source, destination), nodes in self.contexts.items():
            self._context(source, destination, nodes)
        self._intrazone()
        self._open_devices()
        self._facts()

    def _hierarchy(self, block: Node) -> None:
        if block.text.startswith("address-book"):
            self.addresses.book(block)
            for node in block.children:
                if not node.text.startswith(("address ", "address-set ")):
                    self.addresses.book(node)
        elif block.text == "zones":
            for node in block.children:
                word, _, name = node.text.partition(" ")
                if word == "security-zone" and name and not inactive(node):
                    self._zone(name, node)
                elif word != "functional-zone":
                    self.reading.unknown(node)
        elif block.text == "policies":
            for node in block.children:
                self._policies(node)

    def _policies(self, node: Node) -> None:
        words = node.text.split()
        if inactive(node) or not words:
            return
        if len(words) == 4 and words[0] == "from-zone" and words[2] == "to-zone":
            self.contexts.setdefault((words[1], words[3]), []).extend(node.children)
            self.nodes.setdefault(f"{words[1]} {words[3]}", node)
        elif words[0] == "default-policy":
            if any(text.endswith("permit-all") for text, _ in leaves(node)) or node.text.endswith("permit-all"):
                self.reading.unknown(node, "what no policy decides passes")
        elif words[0] == "global":
            self.reading.unknown(node, "policies for all zones are not compared")
        elif words[0] not in ("policy-rematch", "policy-stats", "traceoptions", "pre-id-default-policy"):
            self.reading.unknown(node)

    def _zone(self, name: str, node: Node) -> None:
        members = self.members.setdefault(name, [])
        inbound = self.inbound.setdefault(name, Inbound())
        self.nodes.setdefault(name, node)
        for child in node.children:
            word = child.text.split(" ")[0]
            if inactive(child):
                continue
            if word == "host-inbound-traffic":
                inbound.add("", child)
            elif word == "interfaces":
                for one in child.children:
                    if not inactive(one):
                        members.append(one.text.removesuffix(" host-inbound-traffic"))
                        for inner in one.children:
                            inbound.add(one.text, inner)
            elif word == "address-book":
                self.addresses.book(child)
            elif word not in ("screen", "tcp-rst", "description", "application-tracking", "source-identity-log"):
                self.reading.unknown(child)

    def _check_interfaces(self, blocks: list[Node]) -> None:
        """Each interface is in exactly one zone, or passes nothing (PLT-JUN-12)."""
        place = next(block for block in blocks if block.text == "zones")
        seen: set[str] = set()
        for zone, members in self.members.items():
            for name in members:
                if name in seen:
                    self.reading.unknown(self.nodes[zone], f"{name} is in another zone too: this does not commit")
                seen.add(name)
        for name, one in self.interfaces.items():
            usable = one.addresses or name.startswith("st0.")
            if "." in name and usable and name not in seen and not name.startswith(_OUTSIDE):
                self.reading.unknown(place, f"{name} is in no zone: nothing passes or reaches it (PLT-JUN-12)")

    # Policies

    def _context(self, source: str, destination: str, nodes: list[Node]) -> None:
        for zone in (source, destination):
            if zone not in self.members and zone != _DEVICE:
                self.reading.unknown(self.nodes[f"{source} {destination}"], f"zone {zone} is not defined")
        if source == destination:
            return
        ends = tuple(SELF if zone == _DEVICE else zone for zone in (source, destination))
        rules: dict[Family, list[tuple[str, FilterRule]]] = {4: [], 6: []}
        for node in self.reader.without_close(nodes):
            name = node.text.partition(" ")[2]
            for family, rule in self.reader.rules(node, name):
                rules[family].append((name, self._reachable(node, rule, source) if ends[1] == SELF else rule))
        self._named(ends, rules, self.nodes[f"{source} {destination}"])

    def _reachable(self, node: Node, rule: FilterRule, zone: str) -> FilterRule:
        """A rule towards the device, which also needs its word in ``host-inbound-traffic``."""
        if not rule.permit:
            return rule
        for interface in self.members.get(zone, []):
            missing = needed(rule) - self.inbound[zone].words(interface)
            if missing and not self.inbound[zone].everything(interface):
                reason = f"host-inbound-traffic of {interface} in zone {zone} lacks {', '.join(sorted(missing))}"
                self.reading.unknown(node, reason)
                return replace(rule, unknown=(*rule.unknown, reason))
        return rule

    def _named(self, ends: tuple[str, ...], rules: dict[Family, list[tuple[str, FilterRule]]], node: Node) -> None:
        """A filter for each family that has rules.  Our policies have the filter's name and the rule's label in theirs."""
        source, destination = ends
        names = [name for own in rules.values() for name, _ in own]
        filters = {_split(name)[0] for name in names}
        ours = len(filters) == 1 and all(_split(name)[1] for name in names)
        title = filters.pop() if ours else f"{source} to {destination}"
        for family, own in rules.items():
            if not own:
                continue
            labelled = tuple(
                replace(rule, label=_split(name)[1] + rule.label.removeprefix(name)) if ours else rule
                for name, rule in own
            )
            one = Filter(title, family, labelled)
            if self.filters.setdefault((title, family), one) != one:
                self.reading.unknown(node, f"filter {title} has other rules here than between other zones")
            self.reading.place("filters", (title, family), node)
        self.policies[source, destination] = ZonePolicy(source, destination, title, stateful=True)
        self.reading.place("zone_policies", (source, destination), node)

    # Zones

    def lacking(self, interface: str, words: frozenset[str]) -> str:
        """The words that the zone of an interface does not let in."""
        zone = next((name for name, members in self.members.items() if interface in members), None)
        if zone is None:
            return ", ".join(sorted(words))
        inbound = self.inbound[zone]
        return "" if inbound.everything(interface) else ", ".join(sorted(words - inbound.words(interface)))

    def _is_link(self, zone: str) -> bool:
        """A zone with nothing in it but the link between two nodes, and nothing let in but what these say."""
        members = self.members[zone]
        words = {word for name in members for word in self.inbound[zone].words(name)}
        return bool(members) and self.links.issuperset(members) and words <= _ON_LINK

    def _intrazone(self) -> None:
        """Within a zone everything passes, but on an SRX that has to be said."""
        for zone in self.members:
            nodes = self.contexts.get((zone, zone), [])
            first = next((node for node in nodes if not inactive(node)), None)
            if first is None or not self.reader.is_everything(first, "permit"):
                reason = f"no policy lets everything pass between the interfaces of zone {zone}"
                self.reading.unknown(first or self.nodes[zone], reason)

    def _open_devices(self) -> None:
        """A zone without policies to the device is open to it as far as ``host-inbound-traffic`` goes."""
        for zone, members in self.members.items():
            if (zone, SELF) in self.policies or self._is_link(zone):
                continue
            words = [self.inbound[zone].words(name) for name in members] or [self.inbound[zone].words("")]
            if all(self.inbound[zone].everything(name) for name in members or [""]):
                continue
            title = f"{zone} host-inbound-traffic"
            for family in (4, 6):
                rules = rules_of(frozenset.intersection(*words), family)
                self.filters[title, family] = Filter(title, family, tuple(rules))
                self.reading.place("filters", (title, family), self.nodes[zone])
            self.policies[zone, SELF] = ZonePolicy(zone, SELF, title, stateful=True)
            self.reading.place("zone_policies", (zone, SELF), self.nodes[zone])

    def _facts(self) -> None:
        """Zones by name.  A loopback is the device itself, and says nothing of what passes through a zone."""
        bound = {zone for pair in self.policies for zone in pair}
        for name, members in self.members.items():
            if (name.startswith(_UNZONED) or self._is_link(name)) and name not in bound:
                continue
            passing = tuple(sorted(one for one in members if not one.startswith("lo0.")))
            vrfs = {self.interfaces[one].vrf for one in members if one in self.interfaces}
            if len(vrfs) > 1:
                self.reading.unknown(self.nodes[name], "interfaces of several routing instances in one zone")
            self.zones[name] = Zone(name, min(vrfs, default=""), passing)
            self.reading.place("zones", name, self.nodes[name])


def _split(name: str) -> tuple[str, str]:
    """``CORP-IN-TUN-v6-10`` → filter and label; no label where it does not end in a number."""
    title, _, label = name.rpartition("-")
    return (title.removesuffix("-v6"), label) if title and label.isdigit() else (name, "")
