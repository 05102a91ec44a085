"""``security nat`` → translations."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import summarize_address_range
from typing import Final

from generator.model.address import Prefix, parse_address, parse_prefix
from generator.model.facts import Interface
from generator.model.filters import NatRule
from generator.platforms.juniper_junos.reader_objects import Addresses
from generator.platforms.juniper_junos.reading import Reading, inactive, leaves, values
from generator.platforms.tree import Node

_ANYWHERE: Final = frozenset(("0.0.0.0/0", "::/0"))


class NatReader:
    """Pools, and the rules of source and static translation."""

    def __init__(
        self,
        reading: Reading,
        blocks: list[Node],
        members: Mapping[str, list[str]],
        interfaces: Mapping[str, Interface],
        addresses: Addresses,
    ) -> None:
        self.reading = reading
        self.members = members
        self.interfaces = interfaces
        self.addresses = addresses
        self.pools: dict[str, tuple[Prefix, bool]] = {}
        """Pool → its prefix, and whether ports are translated too."""
        self.rules: dict[str, NatRule] = {}
        hierarchies = [node for block in blocks if block.text == "nat" for node in block.children if not inactive(node)]
        for node in hierarchies:
            for child in node.children:
                if child.text.startswith("pool ") and node.text == "source":
                    self._pool(child)
        for node in hierarchies:
            if node.text in ("source", "static"):
                for child in node.children:
                    if child.text.startswith("rule-set ") and not inactive(child):
                        self._rule_set(node.text, child)
            elif node.text not in ("proxy-arp", "proxy-ndp", "traceoptions"):
                reading.unknown(node)

    def _pool(self, node: Node) -> None:
        name = node.text.partition(" ")[2]
        prefixes: list[Prefix] = []
        overload = True
        for text, leaf in leaves(node):
            words = text.split()
            try:
                if words[0] == "address" and len(words) == 2:
                    prefixes.append(parse_prefix(words[1]))
                elif words[0] == "address" and len(words) == 4 and words[2] == "to":
                    ends = [parse_address(word.partition("/")[0]) for word in (words[1], words[3])]
                    prefixes += [parse_prefix(str(one)) for one in summarize_address_range(*ends)]
                elif words[:2] == ["port", "no-translation"]:
                    overload = False
                elif words[0] not in (
                    "port",
                    "description",
                    "address-pooling",
                    "routing-instance",
                    "host-address-base",
                ):
                    self.reading.unknown(leaf)
            except ValueError as problem:
                self.reading.unknown(leaf, str(problem))
        if len(prefixes) == 1:
            self.pools[name] = (prefixes[0], overload)
        else:
            self.reading.unknown(node, "a pool of one prefix expected")

    def _rule_set(self, kind: str, node: Node) -> None:
        ends: dict[str, list[str]] = {"from": [], "to": []}
        for child in node.children:
            word, _, rest = child.text.partition(" ")
            if inactive(child):
                continue
            if word in ends:
                for text in [rest] if rest else [text for text, _ in leaves(child)]:
                    ends[word] += self._interfaces(child, text)
        for child in node.children:
            word, _, rest = child.text.partition(" ")
            if word == "rule" and not inactive(child):
                try:
                    self._rule(kind, rest, child, ends)
                except ValueError as problem:
                    self.reading.unknown(child, str(problem))
            elif word not in (*ends, "description"):
                self.reading.unknown(child)

    def _interfaces(self, node: Node, text: str) -> list[str]:
        """``interface X``, ``zone Z``, ``routing-instance R`` → interfaces."""
        kind, _, rest = text.partition(" ")
        found: list[str] = []
        try:
            names = values(rest)
        except ValueError as problem:
            self.reading.unknown(node, str(problem))
            return found
        for name in names:
            if kind == "interface":
                found.append(name)
            elif kind == "zone":
                found += [one for one in self.members.get(name, []) if not one.startswith("lo0.")]
            elif kind == "routing-instance":
                wanted = "" if name == "default" else name
                found += [one for one, port in self.interfaces.items() if "." in one and port.vrf == wanted]
            else:
                self.reading.unknown(node)
        return found

    def _rule(self, kind: str, name: str, node: Node, ends: dict[str, list[str]]) -> None:
        match: dict[str, list[str]] = {"source-address": [], "destination-address": []}
        target = ""
        for text, leaf in leaves(node):
            where, _, rest = text.partition(" ")
            word, _, value = rest.partition(" ")
            if where == "match" and word in match:
                match[word] += values(value)
            elif where == "match" and word.removesuffix("-name") in match:
                match[word.removesuffix("-name")] += [str(one) for one in self.addresses.find(value)]
            elif where == "then" and word == f"{kind}-nat":
                way, _, rest = value.partition(" ")
                if way not in ("pool", "prefix") or not rest:
                    raise ValueError("a translation that is not compared: neither to a pool nor to a prefix")
                target = target or rest
            elif where != "description":
                self.reading.unknown(leaf)
        self.rules[name] = (self._source if kind == "source" else self._static)(name, match, target, ends)
        self.reading.place("nat_rules", name, node)

    def _source(self, name: str, match: dict[str, list[str]], target: str, ends: dict[str, list[str]]) -> NatRule:
        if not set(match["destination-address"]) <= _ANYWHERE:
            raise ValueError("translation that depends on the destination is not compared")
        pool = target.split(" ")[0]
        if pool not in self.pools:
            raise ValueError(f"pool {pool} is not defined")
        prefix, overload = self.pools[pool]
        inside, outside = (tuple(sorted(set(ends[end]))) for end in ("from", "to"))
        sources = tuple(parse_prefix(one) for one in match["source-address"])
        return NatRule(name, "source", self._vrf(outside or inside), sources, prefix, inside, outside, overload)

    def _static(self, name: str, match: dict[str, list[str]], target: str, ends: dict[str, list[str]]) -> NatRule:
        if len(match["destination-address"]) != 1:
            raise ValueError("one destination-address expected")
        outside = tuple(sorted(set(ends["from"])))
        own, other = parse_prefix(target.split(" ")[0]), parse_prefix(match["destination-address"][0])
        return NatRule(name, "static", self._vrf(outside), (own,), other, (), outside, overload=False)

    def _vrf(self, interfaces: tuple[str, ...]) -> str:
        return next((self.interfaces[one].vrf for one in interfaces if one in self.interfaces), "")
