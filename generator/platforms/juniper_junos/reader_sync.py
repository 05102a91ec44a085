"""``chassis high-availability`` → two nodes that know each other's sessions (Multinode High Availability).

What the two need beside it is looked at here too: the address on the link, its routing instance, and a
zone that lets them talk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from typing import Final

from generator.model.facts import Interface
from generator.model.filters import StateSync
from generator.platforms.juniper_junos.reading import Reading, inactive, leaves
from generator.platforms.tree import Node

_NO_MATTER: Final = ("traceoptions", "local-forwarding-ip", "peer-forwarding-ip", "vpn-profile", "version")
"""Encryption of the link, and a second path for packets that come in at the other node."""
_BFD: Final = ("minimum-interval", "multiplier")
_WORDS: Final = frozenset(("high-availability", "bfd"))
"""What ``host-inbound-traffic`` must have on the link."""

Missing = Callable[[str, frozenset[str]], str]
"""Interface and words → which of them its zone lacks; empty: none."""


class SyncReader:
    """The statements about this node and the other one."""

    def __init__(self, reading: Reading, blocks: list[Node]) -> None:
        self.reading = reading
        self.node: Node | None = None
        self.local: dict[str, str] = {}
        self.peers: dict[str, dict[str, str]] = {}
        self.grouped: list[str] = []
        for block in blocks:
            for node in block.children:
                if node.text == "high-availability" and not inactive(node):
                    self.node = self.node or node
                    for text, leaf in leaves(node):
                        self._statement(text.split(), leaf)

    @property
    def interfaces(self) -> frozenset[str]:
        """Over which the nodes talk."""
        return frozenset(said["interface"] for said in self.peers.values() if "interface" in said)

    def _statement(self, words: list[str], leaf: Node) -> None:
        match words:
            case ["local-id", number]:
                self.local["number"] = number
            case ["local-id", "local-ip", address]:
                self.local["address"] = address
            case ["local-id", number, "local-ip", address]:
                self.local |= {"number": number, "address": address}
            case ["peer-id", number, ("peer-ip" | "interface" | "routing-instance") as word, value]:
                self.peers.setdefault(number, {})[word] = value
            case ["peer-id", number, "liveness-detection", ("minimum-interval" | "multiplier") as word, value]:
                self.peers.setdefault(number, {})[word] = value
            case ["services-redundancy-group", "0", "peer-id", number]:
                self.grouped.append(number)
            case ["services-redundancy-group", number, *_] if number != "0":
                self.reading.unknown(leaf, f"redundancy group {number} is not compared: one node of it stands by")
            case _ if not any(word in _NO_MATTER or word == "liveness-detection" for word in words):
                self.reading.unknown(leaf)

    def facts(self, units: Mapping[str, Interface], missing: Missing) -> dict[str, StateSync]:
        """The link, if it can work; else what is wrong with it is reported."""
        if self.node is None:
            return {}
        problems = list(self._wrong())
        found = None
        if not problems:
            ((_, said),) = self.peers.items()
            try:
                found = StateSync(
                    said["interface"],
                    int(self.local["number"]),
                    ip_address(self.local["address"]),
                    ip_address(said["peer-ip"]),
                )
                problems += self._beside(found, said.get("routing-instance", ""), units, missing)
            except ValueError as problem:
                problems.append(str(problem))
        for reason in problems:
            self.reading.unknown(self.node, reason)
        if found is None or problems:
            return {}
        self.reading.place("state_sync", found.interface, self.node)
        return {found.interface: found}

    def _wrong(self) -> Iterator[str]:
        """What the statements lack."""
        number = self.local.get("number", "")
        if not number:
            yield "local-id is missing"
        if "address" not in self.local:
            yield "local-ip is missing"
        if len(self.peers) != 1:
            yield f"{len(self.peers) or 'no'} other nodes: one is expected"
            return
        ((other, said),) = self.peers.items()
        for word in ("peer-ip", "interface", *_BFD):
            if word not in said:
                yield f"{word} of peer-id {other} is missing"
        if number and {number, other} != {"1", "2"}:
            yield f"local-id {number} and peer-id {other}: 1 and 2 are expected"
        if self.grouped != [other]:
            yield f"services-redundancy-group 0 does not have peer-id {other}: sessions are not shared"

    def _beside(
        self, found: StateSync, instance: str, units: Mapping[str, Interface], missing: Missing
    ) -> Iterator[str]:
        """What the rest of the config must have for it."""
        unit = units.get(found.interface)
        if unit is None or all(one.ip != found.local for one in unit.addresses):
            yield f"{found.interface} does not have the address {found.local}"
            return
        if unit.vrf != instance:
            yield f"{found.interface} is in {unit.vrf or 'no routing instance'}, not in {instance or 'none'}"
        if not found.interface.startswith("lo0.") and all(found.peer not in one.network for one in unit.addresses):
            yield f"{found.peer} is not on {found.interface}"
        lacking = missing(found.interface, _WORDS)
        if lacking:
            yield f"host-inbound-traffic of {found.interface} lacks {lacking}: the nodes do not hear each other"
