"""``security policies``: what one policy matches and does → rules of each family."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.model.address import Prefix
from generator.model.facts import Family
from generator.model.filters import FilterRule
from generator.platforms.juniper_junos.reader_objects import Addresses, Applications, Service, grouped
from generator.platforms.juniper_junos.reading import Reading, leaves, values
from generator.platforms.tree import Node

_ANY: Final[dict[str, tuple[Family, ...]]] = {"any": (4, 6), "any-ipv4": (4,), "any-ipv6": (6,)}
_FAMILY_OF_ICMP: Final[dict[int, Family]] = {1: 4, 58: 6}
_NAMES: Final = ("source-address", "destination-address", "application")
_EVERYTHING: Final = frozenset(f"match {word} any" for word in _NAMES)


class _Policy:
    """One policy, as it is read."""

    def __init__(self, reading: Reading, node: Node) -> None:
        self.said: dict[str, list[str]] = {word: [] for word in _NAMES}
        self.unknown: list[str] = []
        self.permit = self.log = decided = False
        for text, leaf in leaves(node):
            where, _, rest = text.partition(" ")
            word, _, value = rest.partition(" ")
            if where == "match":
                self._condition(word, value, rest)
            elif where == "then" and word in ("permit", "deny", "reject"):
                self.permit, decided = word == "permit", True
                if value:
                    reading.unknown(leaf, "what is permitted goes through more than the policy")
            elif where == "then" and word in ("log", "count"):
                self.log = self.log or value.startswith("session-")
            elif where != "description":
                reading.unknown(leaf)
        if not decided or not all(self.said.values()):
            reading.unknown(node, "addresses, an application and a decision expected: this does not commit")

    def _condition(self, word: str, value: str, rest: str) -> None:
        if word in self.said:
            try:
                self.said[word] += values(value)
            except ValueError:
                self.unknown.append(rest)
        elif value != "any":
            self.unknown.append(rest)


class PolicyReader:
    """Policies → rules, with the names of addresses and applications resolved."""

    def __init__(self, reading: Reading, applications: Applications, addresses: Addresses) -> None:
        self.reading = reading
        self.applications = applications
        self.addresses = addresses

    def is_everything(self, node: Node, *verdicts: str) -> bool:
        """Whether a policy matches every packet, and does nothing but one of these."""
        said = {text for text, _ in leaves(node) if not text.startswith("description ")}
        return said >= _EVERYTHING and any(said - _EVERYTHING == {f"then {verdict}"} for verdict in verdicts)

    def without_close(self, nodes: list[Node]) -> list[Node]:
        """The policies, without a last one that denies everything quietly: that is what happens anyway."""
        found = []
        for node in nodes:
            if not node.text.startswith("policy "):
                self.reading.unknown(node)
            else:
                found.append(node)
        return found[:-1] if found and self.is_everything(found[-1], "deny", "reject") else found

    def rules(self, node: Node, name: str) -> Iterator[tuple[Family, FilterRule]]:
        """Rules of each family, one for each protocol."""
        policy = _Policy(self.reading, node)
        try:
            services = [one for app in policy.said["application"] for one in self.applications.find(app)]
        except ValueError as problem:
            services = [Service()]
            policy.unknown.append(str(problem))
        for family in (4, 6):
            sources = self._prefixes(policy, "source-address", family)
            destinations = self._prefixes(policy, "destination-address", family)
            if sources is None or destinations is None:
                continue
            many = [one for one in grouped(services) if _FAMILY_OF_ICMP.get(one[0], family) == family]
            for number, (protocol, source_ports, destination_ports, icmp) in enumerate(many, 1):
                yield (
                    family,
                    FilterRule(
                        name if number == 1 else f"{name}/{number}",
                        policy.permit,
                        protocol,
                        sources,
                        destinations,
                        source_ports,
                        destination_ports,
                        icmp,
                        log=policy.log,
                        unknown=tuple(policy.unknown),
                    ),
                )

    def _prefixes(self, policy: _Policy, word: str, family: Family) -> tuple[Prefix, ...] | None:
        """Prefixes of that family; empty for any; None where the names are all of the other family."""
        found: list[Prefix] = []
        for name in policy.said[word]:
            if name in _ANY:
                if family in _ANY[name]:
                    return ()
                continue
            try:
                found += [prefix for prefix in self.addresses.find(name) if prefix.version == family]
            except ValueError as problem:
                if str(problem) not in policy.unknown:
                    policy.unknown.append(str(problem))
                return ()
        return tuple(found) or None
