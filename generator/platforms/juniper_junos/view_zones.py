"""Zones and the policies between them → ``security zones``, ``security policies``, address book, ``applications``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.model.address import Prefix
from generator.model.facts import Facts, Family
from generator.model.filters import (
    ANY,
    ESP,
    ICMP,
    ICMP6,
    OSPF,
    PROTOCOL_WORD,
    SELF,
    TCP,
    UDP,
    FilterRule,
    Ports,
    ZonePolicy,
)
from generator.platforms.juniper_junos.security_forms import Application, Context, SecurityPolicy, SecurityZone
from generator.platforms.juniper_junos.security_words import seen_filter
from generator.platforms.juniper_junos.zoning import LINK, zones_of

DEVICE = "junos-host"
"""The device itself, as a zone of policies."""
_FAMILIES: tuple[Family, ...] = (4, 6)
_INSIDE = SecurityPolicy("INSIDE", "any", "any", "any", "permit", False)
"""Within a zone everything passes; on an SRX that has to be said."""
_CLOSED = SecurityPolicy("CLOSED", "any", "any", "any", "deny", False)
_SERVICES: tuple[tuple[int, int, str, str], ...] = (
    (TCP, 22, "system-services", "ssh"),
    (TCP, 161, "system-services", "snmp"),
    (TCP, 179, "protocols", "bgp"),
    (TCP, 443, "system-services", "https"),
    (TCP, 830, "system-services", "netconf"),
    (UDP, 53, "system-services", "dns"),
    (UDP, 123, "system-services", "ntp"),
    (UDP, 161, "system-services", "snmp"),
    (UDP, 500, "system-services", "ike"),
    (UDP, 4500, "system-services", "ike"),
    (UDP, 3784, "protocols", "bfd"),
    (UDP, 3785, "protocols", "bfd"),
    (UDP, 4784, "protocols", "bfd"),
)
"""Protocol, port and the word for it in ``host-inbound-traffic``."""


class Zoning:
    """Everything about zones that the templates print."""

    def __init__(self, facts: Facts, *, used: bool) -> None:
        self.facts = facts
        self.used = used
        self.addresses: dict[str, str] = {}
        self.applications: dict[str, Application] = {}
        members = zones_of(facts) if used else {}
        self.contexts = [Context(zone, zone, (_INSIDE,)) for zone in members]
        self.contexts += [self._context(one) for one in facts.zone_policies.values()]
        self.zones = [self._zone(name, interfaces) for name, interfaces in members.items()]

    def _zone(self, name: str, interfaces: Iterable[str]) -> SecurityZone:
        """What may reach the device, as wide as its policies need: those are exact, this only knows words."""
        if name == LINK:
            return SecurityZone(name, ("high-availability",), ("bfd",), tuple(interfaces), True)
        policy = self.facts.zone_policies.get((name, SELF))
        found: dict[str, set[str]] = {"system-services": set(), "protocols": set()}
        for kind, word in (
            _inbound(self._rules(policy)) if policy else (("system-services", "all"), ("protocols", "all"))
        ):
            found[kind].add(word)
        services, protocols = (tuple(sorted(found[kind])) for kind in ("system-services", "protocols"))
        return SecurityZone(name, services, protocols, tuple(interfaces), bool(services or protocols))

    def _rules(self, policy: ZonePolicy) -> Iterator[FilterRule]:
        for family in _FAMILIES:
            one = self.facts.filters.get((policy.filter, family))
            if one is not None:
                yield from seen_filter(one, sessions=True).rules

    def _context(self, policy: ZonePolicy) -> Context:
        """Policies of both families.  Towards and from the device, what no policy decides is told to be denied."""
        policies = []
        present = [family for family in _FAMILIES if (policy.filter, family) in self.facts.filters]
        for family in present:
            prefix = policy.filter if family == 4 else f"{policy.filter}-v6"
            rules = seen_filter(self.facts.filters[policy.filter, family], sessions=True).rules
            policies += [self._policy(f"{prefix}-{rule.label}", rule, family) for rule in rules]
        if SELF in (policy.source, policy.destination) and len(present) < len(_FAMILIES):
            policies.append(_CLOSED)
        source, destination = (DEVICE if zone == SELF else zone for zone in (policy.source, policy.destination))
        return Context(source, destination, tuple(policies) or (_CLOSED,))

    def _policy(self, name: str, rule: FilterRule, family: Family) -> SecurityPolicy:
        return SecurityPolicy(
            name,
            self._addresses(rule.sources, family),
            self._addresses(rule.destinations, family),
            _some([self._application(*words) for words in _matches(rule)] or ["any"]),
            "permit" if rule.permit else "deny",
            rule.log,
        )

    def _addresses(self, prefixes: Iterable[Prefix], family: Family) -> str:
        names = []
        for one in prefixes:
            name = "NET-" + str(one).replace(".", "-").replace(":", "-").replace("/", "-")
            self.addresses[name] = str(one)
            names.append(name)
        return _some(names or [f"any-ipv{family}"])

    def _application(self, name: str, *statements: str) -> str:
        self.applications.setdefault(name, Application(name, statements))
        return name


def _matches(rule: FilterRule) -> Iterator[tuple[str, ...]]:
    """Applications that together are the rule's protocol, ports and ICMP types: each a name and its statements."""
    if rule.protocol == ANY:
        return
    word = PROTOCOL_WORD.get(rule.protocol, str(rule.protocol))
    name, protocol = (word.upper() if word.isalnum() and not word.isdigit() else f"PROTOCOL-{word}"), f"protocol {word}"
    if rule.icmp:
        kind = "icmp6" if rule.protocol == ICMP6 else "icmp"
        for one in sorted(rule.icmp):
            if one.code < 0:
                yield (f"{name}-{one.type}", protocol, f"{kind}-type {one.type}")
            else:
                yield (f"{name}-{one.type}-{one.code}", protocol, f"{kind}-type {one.type}", f"{kind}-code {one.code}")
        return
    for source in rule.source_ports or (None,):
        for destination in rule.destination_ports or (None,):
            words = [name, protocol]
            if source:
                words[0] += f"-FROM-{source}"
                words.append(f"source-port {source}")
            if destination:
                words[0] += f"-{destination}"
                words.append(f"destination-port {destination}")
            yield tuple(words)


def _inbound(rules: Iterable[FilterRule]) -> Iterator[tuple[str, str]]:
    """The words of ``host-inbound-traffic`` that cover these rules (PLT-JUN-13)."""
    for rule in rules:
        if not rule.permit:
            continue
        if rule.protocol == ANY:
            yield "system-services", "any-service"
            yield "protocols", "all"
        elif rule.protocol in (TCP, UDP):
            yield from _of_ports(rule.protocol, rule.destination_ports)
        elif rule.protocol in (ICMP, ICMP6):
            if not rule.icmp or any(one.type in (8, 128) for one in rule.icmp):
                yield "system-services", "ping"
        elif rule.protocol == OSPF:
            yield "protocols", "ospf"
            yield "protocols", "ospf3"
        elif rule.protocol == ESP:
            yield "system-services", "ike"
        else:
            yield "system-services", "any-service"


def _of_ports(protocol: int, ports: Iterable[Ports]) -> Iterator[tuple[str, str]]:
    """A port of none of our words needs the widest one."""
    for one in tuple(ports) or (Ports(0, 65535),):
        words = [
            (kind, word) for wanted, port, kind, word in _SERVICES if wanted == protocol and one.low <= port <= one.high
        ]
        yield from words
        if not words or one.low != one.high:
            yield "system-services", "any-service"


def _some(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"[ {' '.join(names)} ]"
