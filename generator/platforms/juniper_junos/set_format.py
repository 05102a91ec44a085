"""``show configuration | display set`` → the tree that the same config has in blocks.

A line is the path to one statement and the statement, without a sign where the one ends and the other begins: that
is in `_BLOCKS`, for the parts of a config that somebody here looks at.  What is not in there becomes one statement of
many words, which the readers pass over as they pass over its block.  Values of a list, and the attributes of a
one-line statement (``vlan-tags``), stand on lines of their own in this form and on one in the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from generator.model.facts import UnrecognisedLine
from generator.platforms.tree import Node, Parsed

Blocks = Mapping[str, "Blocks"]
"""First word of a statement, with a ``*`` for each name behind it → what may stand inside of it."""

_LEAVES: Final[Blocks] = {}
_MATCH: Final[Blocks] = dict.fromkeys(("from", "to", "then"), _LEAVES)
_FAMILY: Final[Blocks] = {
    "unicast": {"prefix-limit": _LEAVES, "accepted-prefix-limit": _LEAVES},
    "any": {"prefix-limit": _LEAVES},
}
_NEIGHBOR: Final[Blocks] = {
    "family *": _FAMILY,
    "bfd-liveness-detection": {"transmit-interval": _LEAVES, "detection-time": _LEAVES, "echo": _LEAVES},
    "multihop": _LEAVES,
    "multipath": _LEAVES,
    "path-selection": _LEAVES,
    "graceful-restart": _LEAVES,
    "metric-out": _LEAVES,
}
_GROUP: Final[Blocks] = {**_NEIGHBOR, "neighbor *": _NEIGHBOR}
_BGP: Final[Blocks] = {**_NEIGHBOR, "group *": _GROUP}
_PROTOCOLS: Final[Blocks] = {"bgp": _BGP, "lldp": {"interface *": _LEAVES}}
_STATIC: Final[Blocks] = {"static": {"route *": _LEAVES}, "aggregate": {"route *": _LEAVES}}
_OPTIONS: Final[Blocks] = {**_STATIC, "rib *": _STATIC, "forwarding-table": _LEAVES}
_ADDRESS: Final[Blocks] = {"vrrp-group *": _LEAVES, "vrrp-inet6-group *": _LEAVES}
_INET: Final[Blocks] = {
    "address *": _ADDRESS,
    "filter": _LEAVES,
    "rpf-check": _LEAVES,
}
_UNIT: Final[Blocks] = {"family *": _INET, "input-vlan-map": _LEAVES, "output-vlan-map": _LEAVES}
_PORT: Final[Blocks] = {
    "unit *": _UNIT,
    "gigether-options": {"ethernet-switch-profile": _LEAVES, "802.3ad": _LEAVES},
    "redundant-ether-options": _LEAVES,
    "aggregated-ether-options": {"lacp": _LEAVES},
}
_PREFIXES: Final[Blocks] = dict.fromkeys(("source-address", "destination-address", "address", "source-prefix-list", "destination-prefix-list", "prefix-list"), _LEAVES)  # fmt: skip
_FILTER: Final[Blocks] = {"term *": {"from": _PREFIXES, "then": _LEAVES}}
_POLICY: Final[Blocks] = {"policy *": {"match": _LEAVES, "then": {"permit": _LEAVES, "log": _LEAVES}}}
_INBOUND: Final[Blocks] = {"system-services": _LEAVES, "protocols": _LEAVES}
_RULES: Final[Blocks] = {
    "pool *": {"address": _LEAVES, "port": _LEAVES, "routing-instance": _LEAVES},
    "rule-set *": {
        "from": _LEAVES,
        "to": _LEAVES,
        "rule *": {
            "match": _LEAVES,
            "then": {
                "source-nat": {"pool": _LEAVES},
                "static-nat": {"prefix": _LEAVES},
                "destination-nat": {"pool": _LEAVES},
            },
        },
    },
}
_SECURITY: Final[Blocks] = {
    "ike": {
        "proposal *": _LEAVES,
        "policy *": {"pre-shared-key": _LEAVES},
        "gateway *": {"dead-peer-detection": _LEAVES, "local-identity": _LEAVES, "remote-identity": _LEAVES},
    },
    "ipsec": {
        "proposal *": _LEAVES,
        "policy *": {"perfect-forward-secrecy": _LEAVES},
        "vpn *": {"ike": _LEAVES, "traffic-selector *": _LEAVES, "vpn-monitor": _LEAVES, "df-bit": _LEAVES},
    },
    "nat": {"source": _RULES, "static": _RULES, "destination": _RULES},
    "policies": {"from-zone * to-zone *": _POLICY, "global": _POLICY, "default-policy": _LEAVES},
    "zones": {
        "security-zone *": {
            "host-inbound-traffic": _INBOUND,
            "interfaces": {"*": {"host-inbound-traffic": _INBOUND}},
        }
    },
    "flow": {"tcp-mss": {"ipsec-vpn": _LEAVES, "all-tcp": _LEAVES}, "tcp-session": _LEAVES},
    "forwarding-options": {"family": {"inet6": _LEAVES, "mpls": _LEAVES}},
    "address-book *": {"address-set *": _LEAVES, "attach": _LEAVES},
    "macsec": {
        "connectivity-association *": {"pre-shared-key": _LEAVES, "mka": _LEAVES},
        "interfaces": {"*": _LEAVES},
    },
}
_CLASS_OF_SERVICE: Final[Blocks] = {
    "interfaces": {
        "interface-set *": _LEAVES,
        "*": {"unit *": {"classifiers": _LEAVES, "rewrite-rules": _LEAVES}},
    },
    "traffic-control-profiles": {"*": _LEAVES},
    "scheduler-maps": {"*": _LEAVES},
    "schedulers": {"*": {"transmit-rate": _LEAVES, "shaping-rate": _LEAVES, "buffer-size": _LEAVES}},
}
_TOP: Final[Blocks] = {
    "system": {"services": {"ssh": _LEAVES, "netconf": {"ssh": _LEAVES}}, "login": {"user *": _LEAVES}},
    "interfaces": {"interface-set *": {"interface *": _LEAVES}, "*": _PORT},
    "protocols": _PROTOCOLS,
    "routing-options": _OPTIONS,
    "routing-instances": {"*": {"protocols": _PROTOCOLS, "routing-options": _OPTIONS, "vrf-target": _LEAVES}},
    "policy-options": {
        "prefix-list *": _LEAVES,
        "route-filter-list *": _LEAVES,
        "policy-statement *": {**_MATCH, "term *": _MATCH},
    },
    "firewall": {
        "family *": {"filter *": _FILTER},
        "filter *": _FILTER,
        "policer *": {"if-exceeding": _LEAVES, "then": _LEAVES},
    },
    "security": _SECURITY,
    "class-of-service": _CLASS_OF_SERVICE,
    "applications": {"application *": _LEAVES, "application-set *": _LEAVES},
    "chassis": {
        "high-availability": {
            "local-id": _LEAVES,
            "peer-id *": {"liveness-detection": _LEAVES},
            "services-redundancy-group *": _LEAVES,
        },
        "aggregated-devices": {"ethernet": _LEAVES},
    },
    "forwarding-options": {"storm-control-profiles *": _LEAVES},
}
_BLOCKS: Final[Blocks] = {**_TOP, "groups": {"*": _TOP}}

_JOINED: Final = re.compile(
    r"(import|export|protocol|next-header|(?:source-|destination-)?port|icmp-type|icmp-code|dscp|traffic-class|apply-groups"
    r"|(?:in|out)put-list|output-chain|members|proposals|source-address|destination-address|application|vrf-import"
    r"|vrf-export|instance-import|community \S+ members|interface) (\S+|\"[^\"]*\")"
)
"""A value of a list, and the words before it."""
_ATTRIBUTES: Final = frozenset(("vlan-tags", "teardown", "autonomous-system"))
"""Statements of one line whose attributes have a line each here."""
_VERB: Final = re.compile(r"(?:set|deactivate|activate|protect|annotate|delete)\s")
_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^]]*\]|[^\s"\[]+|\S')
_LOOKED_AT: Final = 1 << 14


def is_set_format(text: str) -> bool:
    """Whether most lines at the beginning of a text are commands."""
    lines = [
        line for line in text[:_LOOKED_AT].splitlines() if line.strip() and not line.lstrip().startswith(("#", "/*"))
    ]
    return bool(lines) and sum(_VERB.match(line) is not None for line in lines) * 2 > len(lines)


def parse_set(text: str, file: str = "") -> Parsed | None:
    """Tree of a text of commands, and the lines that are none; None where the text is of another form."""
    if not is_set_format(text):
        return None
    tree = _Tree(file)
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if words and not words.startswith(("#", "/*")):
            tree.take(words, number)
    for node in tree.routes:
        if len(node.children) == 1:  # a route with one attribute is one line in blocks
            (only,) = node.children
            node.text, node.children = f"{node.text} {only.text}", []
    return tree.roots, tree.problems


class _Tree:
    """The tree as it grows."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.roots: list[Node] = []
        self.problems: list[UnrecognisedLine] = []
        self.index: dict[int, dict[str, Node]] = {}
        """By block, its statements by their text."""
        self.lists: dict[tuple[int, str], Node] = {}
        self.routes: list[Node] = []

    def take(self, line: str, number: int) -> None:
        verb, *rest = line.split(None, 1)
        words = _WORD.findall(rest[0]) if rest else []
        if verb == "set" and words:
            self._set(words, number)
        elif verb == "deactivate" and words:
            self._deactivate(words, number)
        elif verb not in ("protect", "annotate", "activate"):
            self.problems.append(UnrecognisedLine(self.file, number, "…", "no command of a config in set format"))

    def _set(self, words: list[str], number: int) -> None:
        level, owner, blocks, path = self.roots, 0, _BLOCKS, ""
        while words:
            count, inside = _head(words, blocks)
            if inside is None:
                self._statement(level, owner, words, number, path)
                return
            text = " ".join(words[:count])
            node = self._child(level, owner, text, number)
            level, owner, blocks, path, words = node.children, id(node), inside, text, words[count:]

    def _child(self, level: list[Node], owner: int, text: str, number: int) -> Node:
        known = self.index.setdefault(owner, {})
        node = known.get(text)
        if node is None:
            node = known[text] = Node(text, number)
            level.append(node)
            if text.startswith("route "):
                self.routes.append(node)
        return node

    def _statement(self, level: list[Node], owner: int, words: list[str], number: int, block: str) -> None:
        text = " ".join(words)
        first = words[0]
        joined = _JOINED.fullmatch(text)
        if first in _ATTRIBUTES:
            node = self.lists.get((owner, first))
            if node is not None:
                node.text += text.removeprefix(first)
                return
            node = self.lists[owner, first] = self._child(level, owner, text, number)
        elif joined is not None and _is_list(first, block):
            self._value(level, owner, joined[1], joined[2], number)
        else:
            self._child(level, owner, text, number)

    def _value(self, level: list[Node], owner: int, words: str, value: str, number: int) -> None:
        node = self.lists.get((owner, words))
        if node is None:
            self.lists[owner, words] = self._child(level, owner, f"{words} {value}", number)
            return
        there = node.text.removeprefix(f"{words} ").strip("[] ")
        node.text = f"{words} [ {there} {value} ]"

    def _deactivate(self, words: list[str], number: int) -> None:
        owner, blocks = 0, _BLOCKS
        while words:
            count, inside = _head(words, blocks)
            text = " ".join(words if inside is None else words[:count])
            there = self.index.get(owner, {})
            node = there.get(text) or self.lists.get((owner, text)) or _first(there, text)
            if node is None:
                self.problems.append(UnrecognisedLine(self.file, number, "deactivate …", "there is no such statement"))
                return
            if inside is None or len(words) == count:
                node.text = f"inactive: {node.text}" if not node.text.startswith("inactive: ") else node.text
                return
            owner, blocks, words = id(node), inside, words[count:]


def _first(there: Mapping[str, Node], word: str) -> Node | None:
    """A statement that is called by its first word: one of which the block has no other."""
    return next((node for text, node in there.items() if text.startswith(f"{word} ")), None)


def _is_list(word: str, block: str) -> bool:
    """Whether the word has its values on one line in this block, in the other form."""
    if word == "interface":
        return block in ("from", "to")
    return not (word == "application" and block.startswith("application-set "))


def _head(words: list[str], blocks: Blocks) -> tuple[int, Blocks | None]:
    """How many words name the next block, and what is in it; None: they are a statement."""
    for pattern, inside in blocks.items():
        parts = pattern.split(" ")
        if len(parts) <= len(words) and all(part in ("*", word) for part, word in zip(parts, words, strict=False)):
            return len(parts), inside
    return 0, None
