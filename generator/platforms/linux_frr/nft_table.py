"""The table ``inet peerwright``: its sets, maps and chains by name, and whether each chain is at its hook."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from generator.platforms.linux_frr.found import Found
from generator.platforms.linux_frr.nft_statement import elements
from generator.platforms.tree import Node

NAME: Final = "table inet peerwright"

_HOOKS: Final = {
    "conntrack-in": ("filter", "prerouting", -300, "accept"),
    "conntrack-out": ("filter", "output", -300, "accept"),
    "nat-destination": ("nat", "prerouting", -100, "accept"),
    "nat-source": ("nat", "postrouting", 100, "accept"),
    "nat-inside": ("filter", "forward", -150, "accept"),
    "mss": ("filter", "forward", -150, "accept"),
    "qos": ("filter", "postrouting", -150, "accept"),
    "interface-in": ("filter", "prerouting", 0, "accept"),
    "interface-out": ("filter", "postrouting", 0, "accept"),
    "zone-forward": ("filter", "forward", 0, "accept"),
    "zone-input": ("filter", "input", 0, "accept"),
    "zone-output": ("filter", "output", 0, "accept"),
    "control-plane": ("filter", "input", 10, "drop"),
}
"""Kind, hook, priority and policy of each chain that packets enter by themselves."""
_PRIORITIES: Final = {"raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50, "srcnat": 100}
_TYPE: Final = re.compile(r"type (\w+) hook (\w+) priority (-?\w+)(?: ([+-]) (\d+))?")
_COUNTER: Final = re.compile(r" ?\bcounter(?: packets \d+ bytes \d+)?\b")
_SETS: Final = frozenset(("zoned",))
_MAPS: Final = frozenset(("zone-from", "zone-to-self", "zone-from-self", "filtered-in", "filtered-out"))
_TYPES: Final = frozenset(("type ifname", "type ifname : verdict"))


class Table:
    """What stands in our table.  Chains at hooks are without the line that says so."""

    def __init__(self) -> None:
        self.there = False
        self.sets: dict[str, Node] = {}
        """The statement with its elements."""
        self.maps: dict[str, Node] = {}
        self.chains: dict[str, Node] = {}
        """Those at hooks."""
        self.filters: dict[tuple[str, str], Node] = {}
        self.pairs: dict[tuple[str, str], Node] = {}
        self.from_chains: dict[str, Node] = {}
        self.interface_chains: dict[str, Node] = {}

    def rules(self, chain: str) -> set[str]:
        """The rules of a chain at a hook, without their counters."""
        node = self.chains.get(chain)
        return {plain(line.text) for line in node.children} if node is not None else set()

    def verdicts(self, found: Found, name: str) -> list[tuple[str, str]]:
        """Interface and verdict of each element of a map."""
        node = self.maps.get(name)
        if node is None:
            return []
        out = []
        try:
            for element in elements(node.text):
                interface, colon, verdict = element.partition(" : ")
                if not colon:
                    raise ValueError(element)
                out.append((interface, verdict))
        except (ValueError, LookupError):
            found.reject(node, "its elements are not understood")
        return out


def plain(rule: str) -> str:
    """A rule without its counter, with single blanks."""
    return " ".join(_COUNTER.sub("", rule).split())


def read_table(found: Found, nodes: Iterable[Node]) -> Table:
    """Our table.  Tables of others are none of our business, unless they flush everything."""
    table = Table()
    for node in nodes:
        words = " ".join(node.text.split())
        if words == NAME:
            table.there = True
            for child in node.children:
                _item(found, table, child)
        elif words not in (f"delete {NAME}", f"destroy {NAME}") and not words.startswith(("table ", "#")):
            found.reject(node, "it is in no table of ours")
    return table


def _item(found: Found, table: Table, node: Node) -> None:
    kind, _, name = node.text.partition(" ")
    if kind == "chain":
        _chain(found, table, name, node)
    elif (kind == "set" and name in _SETS) or (kind == "map" and name in _MAPS):
        for line in node.children:
            if line.text.startswith("elements = {"):
                (table.sets if kind == "set" else table.maps)[name] = line
            elif " ".join(line.text.split()) not in _TYPES:
                found.reject(line)
    else:
        found.reject(node)


def _chain(found: Found, table: Table, name: str, node: Node) -> None:
    kind, _, rest = name.partition("/")
    first, _, last = rest.rpartition("/")
    if name in _HOOKS:
        if _hooked(found, name, node):
            table.chains[name] = node
    elif kind == "filter" and first and last in ("4", "6"):
        table.filters[(first, last)] = node
    elif kind == "zone" and first and last:
        table.pairs[(first, last)] = node
    elif kind == "from" and rest:
        table.from_chains[rest] = node
    elif kind == "interface" and rest:
        table.interface_chains[rest] = node
    else:
        found.reject(node, "it is no chain of ours")


def _hooked(found: Found, name: str, node: Node) -> bool:
    """Whether a chain is where it has to be.  Takes the lines that say so out of it."""
    kind, hook, priority, policy = _HOOKS[name]
    said = {"policy": "accept"}
    rules = []
    for line in node.children:
        match = _TYPE.fullmatch(" ".join(line.text.split()))
        if match is not None:
            number = _PRIORITIES.get(match[3], int(match[3]) if match[3].lstrip("-").isdigit() else 9999)
            offset = int(match[5] or 0) * (-1 if match[4] == "-" else 1)
            said |= {"type": match[1], "hook": match[2], "priority": str(number + offset)}
        elif line.text.startswith("policy "):
            said["policy"] = line.text.split()[1]
        else:
            rules.append(line)
    node.children = rules
    if said == {"type": kind, "hook": hook, "priority": str(priority), "policy": policy}:
        return True
    found.reject(node, f"it is not of type {kind} at hook {hook} with priority {priority} and policy {policy}")
    return False
