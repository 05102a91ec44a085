"""``host-inbound-traffic``: the words for what may reach the device itself, and what they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.model.facts import Family
from generator.model.filters import ANY, ESP, ICMP, ICMP6, TCP, UDP, FilterRule, IcmpType, Ports
from generator.platforms.juniper_junos.reading import leaves
from generator.platforms.tree import Node

_EVERY: Final = frozenset(("all", "any-service"))
_WORDS: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "bgp": ((TCP, 179),),
    "bfd": ((UDP, 3784), (UDP, 3785), (UDP, 4784)),
    "ike": ((UDP, 500), (UDP, 4500)),
    "ssh": ((TCP, 22),),
    "netconf": ((TCP, 830),),
    "https": ((TCP, 443),),
    "http": ((TCP, 80),),
    "snmp": ((UDP, 161),),
    "ntp": ((UDP, 123),),
    "dns": ((UDP, 53), (TCP, 53)),
    "telnet": ((TCP, 23),),
}
"""Service or protocol → the ports it opens."""
_PROTOCOLS: Final = {"ospf": 89, "ospf3": 89, "pim": 103, "vrrp": 112, "igmp": 2, "rsvp": 46}
_KNOWN: Final = frozenset((*_EVERY, "ping", *_WORDS, *_PROTOCOLS))


class Inbound:
    """The words of a zone, and of the interfaces that have their own instead."""

    def __init__(self) -> None:
        self.said: dict[str, dict[str, set[str]]] = {}
        """Interface, or the empty name for the zone → hierarchy → words."""

    def add(self, interface: str, node: Node) -> None:
        words = self.said.setdefault(interface, {"system-services": set(), "protocols": set()})
        before = node.text.partition(" ")[2]
        for text, _ in leaves(node, f"{before} " if before else ""):
            kind, _, word = text.partition(" ")
            if kind in words and word:
                words[kind].add(word)

    def _of(self, interface: str) -> dict[str, set[str]]:
        return self.said.get(interface) or self.said.get("") or {}

    def words(self, interface: str) -> frozenset[str]:
        return frozenset(word for words in self._of(interface).values() for word in words)

    def everything(self, interface: str) -> bool:
        said = self._of(interface)
        if any(word.endswith(" except") for word in self.words(interface)):
            return False
        return bool(said.get("system-services", set()) & _EVERY) and "all" in said.get("protocols", set())


def needed(rule: FilterRule) -> frozenset[str]:
    """The words without which nothing of a rule reaches the device.  A rule that they do not know needs the widest."""
    if rule.protocol in (ICMP, ICMP6):
        pings = not rule.icmp or any(one.type in (8, 128) for one in rule.icmp)
        return frozenset(("ping",)) if pings else frozenset()
    if rule.protocol == ESP:
        return frozenset(("ike",))
    if rule.protocol in (TCP, UDP) and rule.destination_ports:
        found = {
            word
            for one in rule.destination_ports
            for word, opens in _WORDS.items()
            for protocol, port in opens
            if protocol == rule.protocol and one.low == one.high == port
        }
        return frozenset(found or {"any-service"})
    names = {name for name, number in _PROTOCOLS.items() if number == rule.protocol}
    if rule.protocol == 89:
        names = {"ospf"}
    return frozenset(names or {"any-service"}) if rule.protocol != ANY else frozenset(("any-service", "all"))


def rules_of(words: frozenset[str], family: Family) -> Iterator[FilterRule]:
    """What the words let in, as rules: from anywhere, to any address of the device.  Words not known here come first."""
    for word in sorted(words, key=lambda one: (one in _KNOWN, one)):
        if word in _EVERY:
            yield FilterRule(word, True)
        elif word == "ping":
            yield FilterRule(word, True, ICMP if family == 4 else ICMP6, icmp=(IcmpType(8 if family == 4 else 128),))
        elif word in _WORDS:
            for protocol in dict.fromkeys(protocol for protocol, _ in _WORDS[word]):
                ports = tuple(Ports(port, port) for own, port in _WORDS[word] if own == protocol)
                yield FilterRule(word, True, protocol, destination_ports=ports)
        elif word in _PROTOCOLS:
            yield FilterRule(word, True, _PROTOCOLS[word])
        else:
            yield FilterRule(word, True, unknown=(word,))
