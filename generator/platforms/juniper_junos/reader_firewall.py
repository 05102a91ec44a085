"""``firewall`` → filters, rate limits, and filters that rewrite DSCP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from generator.model.address import Prefix, parse_prefix
from generator.model.facts import Family, PrefixList
from generator.model.filters import ANY, ICMP, ICMP6, Filter, FilterRule, IcmpType, Ports
from generator.platforms.juniper_junos.reader_numbers import (
    bits_per_second,
    dscp,
    icmp_code,
    icmp_type,
    ports,
    protocol_number,
)
from generator.platforms.juniper_junos.reading import Reading, leaves, values
from generator.platforms.tree import Node

_FAMILIES: Final[dict[str, Family]] = {"family inet": 4, "family inet6": 6}
_NO_MATTER: Final = frozenset(("sample", "port-mirror", "next-interface", "loss-priority", "forwarding-class"))
_PART: Final = re.compile(r"(.+)-\d+")
"""Label of one of the terms that a rule needs where one term cannot say it."""


class Firewall:
    """Filters by name and family, and what is in them beside rules."""

    def __init__(self) -> None:
        self.filters: dict[tuple[str, Family], Filter] = {}
        self.remarks: dict[tuple[str, Family], tuple[tuple[int, ...], tuple[int, ...]]] = {}
        """Values that stay, and those of them that go into the priority queue."""
        self.policers: dict[str, int] = {}
        """Rate in kbit/s."""
        self.limited: dict[tuple[str, Family], set[str]] = {}
        """Filter → the policers on the terms that accept ICMP, the empty name for a term without one."""


def read_firewall(reading: Reading, blocks: list[Node], prefix_lists: dict[tuple[str, Family], PrefixList]) -> Firewall:
    found = Firewall()
    for block in blocks:
        for node in block.children:
            if node.text in _FAMILIES:
                for child in node.children:
                    _filter(reading, child, _FAMILIES[node.text], prefix_lists, found)
            elif node.text.startswith("policer "):
                _policer(reading, node, found)
            else:
                _filter(reading, node, 4, prefix_lists, found)
    return found


def _policer(reading: Reading, node: Node, found: Firewall) -> None:
    said = list(leaves(node))
    if not any(text == "then discard" for text, _ in said):
        return
    for text, leaf in said:
        if text.startswith("if-exceeding bandwidth-limit "):
            try:
                found.policers[node.text.partition(" ")[2]] = bits_per_second(text.rpartition(" ")[2]) // 1000
            except ValueError as problem:
                reading.unknown(leaf, str(problem))


def _filter(
    reading: Reading,
    node: Node,
    family: Family,
    prefix_lists: dict[tuple[str, Family], PrefixList],
    found: Firewall,
) -> None:
    word, _, name = node.text.partition(" ")
    if word != "filter" or not name:
        return
    terms = []
    for child in node.children:
        if child.text.startswith("term "):
            terms.append(_Term(reading, child, family, prefix_lists))
        elif child.text.split(" ")[0] not in (
            "interface-specific",
            "apply-flags",
            "enhanced-mode",
            "accounting-profile",
        ):
            reading.unknown(child)
    key = (name, family)
    if any(term.rewrites is not None for term in terms):
        found.remarks[key] = _remark(reading, terms)
    else:
        found.filters[key] = Filter(name, family, tuple(_merged([rule for term in terms for rule in term.rules()])))
        reading.place("filters", key, node)
        found.limited[key] = {term.policer for term in terms if term.verdict and set(term.protocols) & {ICMP, ICMP6}}


class _Term:
    """One term, as it is read."""

    def __init__(
        self, reading: Reading, node: Node, family: Family, prefix_lists: dict[tuple[str, Family], PrefixList]
    ) -> None:
        self.reading = reading
        self.node = node
        self.family = family
        self.prefix_lists = prefix_lists
        self.label = node.text.partition(" ")[2]
        self.protocols: list[int] = []
        self.addresses: dict[str, list[Prefix]] = {"source": [], "destination": []}
        self.ports: dict[str, list[Ports]] = {"source": [], "destination": []}
        self.types: list[str] = []
        self.codes: list[int] = []
        self.dscp: tuple[int, ...] = ()
        self.established = self.log = False
        self.unknown: list[str] = []
        self.verdict = True
        """Accepted; a term without a word about it accepts too."""
        self.goes_on = False
        self.policer = ""
        self.rewrites: int | None = None
        self.queue = ""
        for text, leaf in leaves(node):
            self._statement(text, leaf)

    def _statement(self, text: str, leaf: Node) -> None:
        where, _, rest = text.partition(" ")
        word, _, value = rest.partition(" ")
        try:
            if where == "from" and rest:
                self._condition(word, value)
            elif where != "then" or not self._action(word, value):
                self.reading.unknown(leaf)
        except ValueError:
            self.unknown.append(rest)

    def _condition(self, word: str, value: str) -> None:
        end, _, kind = word.partition("-")
        if word in ("protocol", "next-header", "payload-protocol"):
            self.protocols += map(protocol_number, values(value))
        elif kind == "address" and end in self.addresses:
            prefix = parse_prefix(value)
            if prefix.version != self.family:
                raise ValueError("prefix of the other family")
            self.addresses[end].append(prefix)
        elif kind == "prefix-list" and end in self.addresses:
            listed = self.prefix_lists.get((value, self.family))
            if listed is None:
                raise ValueError("no such list")
            self.addresses[end] += [entry.prefix for entry in listed.entries]
        elif kind == "port" and end in self.ports:
            self.ports[end] += map(ports, values(value))
        elif word == "icmp-type":
            self.types += values(value)
        elif word == "icmp-code":
            self.codes += map(icmp_code, values(value))
        elif word in ("dscp", "traffic-class"):
            self.dscp += tuple(map(dscp, values(value)))
        elif word == "tcp-established" or (word == "tcp-flags" and value.strip('"() ') in ("ack|rst", "ack | rst")):
            self.established = True
        else:
            raise ValueError("unknown condition")

    def _action(self, word: str, value: str) -> bool:
        if word in ("accept", "discard", "reject"):
            self.verdict = word == "accept"
        elif word == "next" and value == "term":
            self.goes_on = True
        elif word in ("log", "syslog"):
            self.log = True
        elif word == "policer":
            self.policer = value
        elif word in ("dscp", "traffic-class"):
            self.rewrites = dscp(value)
        elif word == "forwarding-class":
            self.queue = value
        elif word != "count" and word not in _NO_MATTER:
            return False
        return True

    def rules(self) -> Iterator[FilterRule]:
        """A rule for each protocol.  A term that only goes on to the next one decides nothing."""
        if self.goes_on:
            return
        protocols = list(dict.fromkeys(self.protocols)) or [ANY]
        for number, protocol in enumerate(protocols):
            unknown = list(self.unknown)
            if protocol == ANY and (self.ports["source"] or self.ports["destination"] or self.types):
                unknown.append("ports or types without a protocol")
            if self.dscp:
                unknown.append("dscp")
            icmp = self._icmp(protocol, unknown)
            yield FilterRule(
                self.label if number == 0 else f"{self.label}/{protocol}",
                self.verdict,
                protocol,
                tuple(self.addresses["source"]),
                tuple(self.addresses["destination"]),
                tuple(self.ports["source"]),
                tuple(self.ports["destination"]),
                icmp,
                self.established,
                self.log,
                tuple(unknown),
            )

    def _icmp(self, protocol: int, unknown: list[str]) -> tuple[IcmpType, ...]:
        """Every code of a term holds with every type of it."""
        try:
            types = [icmp_type(text, protocol) for text in self.types]
        except ValueError:
            unknown.append("icmp-type")
            return ()
        if self.codes and not types:
            unknown.append("icmp-code without icmp-type")
        return tuple(sorted(IcmpType(kind, code) for kind in types for code in self.codes or (-1,)))


def _merged(rules: Iterable[FilterRule]) -> list[FilterRule]:
    """Rules, with those together again that stand in several terms (``50-1``, ``50-2``) because of their ICMP codes."""
    found: list[FilterRule] = []
    for rule in rules:
        part = _PART.fullmatch(rule.label)
        last = found[-1] if found else None
        if part and rule.icmp and last and last.icmp and last.label in (part[1], f"{part[1]}-1"):
            whole = replace(last, label=part[1], icmp=tuple(sorted({*last.icmp, *rule.icmp})))
            if replace(whole, icmp=rule.icmp, label=rule.label) == rule:
                found[-1] = whole
                continue
        found.append(rule)
    return found


def _remark(reading: Reading, terms: list[_Term]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Values that pass as they are, and those of them with a queue of their own; everything else has to become 0."""
    kept: list[int] = []
    priority: list[int] = []
    closed = False
    for term in terms:
        plain = not (term.protocols or any(term.addresses.values()) or any(term.ports.values()) or term.unknown)
        if plain and term.verdict and term.rewrites is None and term.dscp and not closed:
            kept += term.dscp
            priority += term.dscp if term.queue not in ("", "best-effort") else ()
        elif plain and term.verdict and term.rewrites == 0 and not term.dscp:
            closed = True
        else:
            reading.unknown(term.node, "not a filter that keeps some DSCP values and sets all others to 0")
    if not closed:
        reading.unknown(terms[-1].node, "DSCP values that no term names are not set to 0 (ER-QOS-03)")
    return tuple(sorted(kept)), tuple(sorted(priority))
