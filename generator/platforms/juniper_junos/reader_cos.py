"""``class-of-service`` → shapers, and the share of priority queues."""

from __future__ import annotations

from generator.model.filters import Shaper
from generator.platforms.juniper_junos.reader_interfaces import Interfaces
from generator.platforms.juniper_junos.reader_numbers import bits_per_second
from generator.platforms.juniper_junos.reading import Reading, inactive, leaves
from generator.platforms.tree import Node

_PRIORITY = "expedited-forwarding"


class Queues:
    """What ``class-of-service`` says of rates and queues; statements of other kinds are passed over."""

    def __init__(self, reading: Reading, blocks: list[Node], interfaces: Interfaces) -> None:
        self.reading = reading
        self.interfaces = interfaces
        self.profiles: dict[str, dict[str, str]] = {}
        self.maps: dict[str, dict[str, str]] = {}
        self.schedulers: dict[str, dict[str, str]] = {}
        self.units: dict[str, dict[str, str]] = {}
        """Unit → its statements."""
        self.sets: dict[str, dict[str, str]] = {}
        self.nodes: dict[str, Node] = {}
        for block in blocks:
            for node in block.children:
                self._hierarchy(node)

    def _hierarchy(self, node: Node) -> None:
        if node.text == "interfaces":
            for child in node.children:
                self._interface(child)
            return
        tables = {
            "traffic-control-profiles": self.profiles,
            "scheduler-maps": self.maps,
            "schedulers": self.schedulers,
        }
        if node.text in tables:
            for child in node.children:
                if not inactive(child):
                    tables[node.text][child.text] = dict(_words(text) for text, _ in leaves(child))

    def _interface(self, node: Node) -> None:
        if inactive(node):
            return
        if node.text.startswith("interface-set "):
            name = node.text.partition(" ")[2]
            self.sets[name] = dict(_words(text) for text, _ in leaves(node))
            self.nodes[name] = node
            return
        for child in node.children:
            if child.text.startswith("unit ") and not inactive(child):
                name = f"{node.text}.{child.text[5:]}"
                self.units[name] = dict(_words(text) for text, _ in leaves(child))
                self.nodes[name] = child

    def shapers(self) -> dict[str, Shaper]:
        """Rates of units, and of sets of units together."""
        found: dict[str, Shaper] = {}
        for name, said in self.sets.items():
            self._shaper(found, name, self._profile(said), self.interfaces.sets.get(name, []), self.nodes[name])
        users: dict[str, int] = {}
        for said in self.units.values():
            profile = said.get("output-traffic-control-profile", "")
            users[profile] = users.get(profile, 0) + 1
        for name, said in self.units.items():
            profile = said.get("output-traffic-control-profile", "")
            own = said.get("scheduler-map", name) if "shaping-rate" in said else profile
            if users[profile] > 1 and profile:
                own = f"{own} {name}"
            rate = said if "shaping-rate" in said else self._profile(said)
            self._shaper(found, own, rate, [name], self.nodes[name])
        return found

    def _profile(self, said: dict[str, str]) -> dict[str, str]:
        return self.profiles.get(said.get("output-traffic-control-profile", ""), {})

    def _shaper(
        self, found: dict[str, Shaper], name: str, said: dict[str, str], interfaces: list[str], node: Node
    ) -> None:
        rate = said.get("shaping-rate", "")
        if not rate:
            return
        try:
            found[name] = Shaper(name, bits_per_second(rate.split(" ")[0]) // 1_000_000, tuple(sorted(interfaces)))
        except ValueError as problem:
            self.reading.unknown(node, str(problem))
            return
        self.reading.place("shapers", name, node)
        wanted = (
            ("hierarchical-scheduler",) if len(interfaces) > 1 else ("per-unit-scheduler", "hierarchical-scheduler")
        )
        for port in sorted({one.partition(".")[0] for one in interfaces}):
            if self.interfaces.modes.get(port) not in wanted:
                self.reading.unknown(node, f"port {port} needs {wanted[0]}: this does not commit")

    def priority_percent(self, unit: str) -> int:
        """Share of the priority queue of a unit in percent; 0: it has none that goes first."""
        said = self.units.get(unit, {})
        name = said.get("scheduler-map") or self._profile(said).get("scheduler-map", "")
        scheduler = self.schedulers.get(self.maps.get(name, {}).get(f"forwarding-class {_PRIORITY} scheduler", ""), {})
        share = scheduler.get("transmit-rate percent", "").split(" ")[0]
        if scheduler.get("priority") not in ("strict-high", "high") or not share.isdigit():
            return 0
        return int(share)


def _words(text: str) -> tuple[str, str]:
    """A statement → its words, and the value at its end."""
    words = text.split(" ")
    if words[:2] == ["transmit-rate", "percent"] and len(words) > 2:
        return "transmit-rate percent", words[2]
    if words[0] in ("shaping-rate", "guaranteed-rate") and len(words) > 1:
        return words[0], words[1]
    return " ".join(words[:-1]), words[-1]
