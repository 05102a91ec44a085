"""``groups`` and ``apply-groups``: put the inherited statements where they take effect (PLT-JUN-11).

Only texts with a ``groups`` block go through here.  Inactive statements are dropped on the way.
Wildcards (``<xe-*>``) are taken; ``apply-groups-except`` is not, and reported.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from generator.platforms.juniper_junos.reading import Reading, inactive, values
from generator.platforms.tree import Node

_ONE_VALUE: Final = frozenset(
    [
        "as-path-prepend",
        "authentication-algorithm",
        "authentication-key",
        "autonomous-system",
        "bind-interface",
        "cak",
        "cipher-suite",
        "ckn",
        "description",
        "dh-group",
        "encapsulation",
        "encryption-algorithm",
        "establish-tunnels",
        "export",
        "external-interface",
        "hold-time",
        "host-name",
        "ike-policy",
        "import",
        "instance-type",
        "interval",
        "ipsec-policy",
        "lifetime-kilobytes",
        "lifetime-seconds",
        "local-address",
        "local-as",
        "maximum",
        "minimum-interval",
        "mss",
        "mtu",
        "multiplier",
        "peer-as",
        "pre-shared-key",
        "proposals",
        "router-id",
        "security-mode",
        "shaping-rate",
        "teardown",
        "threshold",
        "type",
        "version",
        "vlan-id",
        "vlan-tags",
    ]
)
"""Statements of which a level has one: the nearer one wins over the inherited one."""


def resolve(roots: list[Node], reading: Reading) -> list[Node]:
    """The tree as the router takes it.  Groups that are applied but not defined are reported."""
    groups: dict[str, list[Node]] = {}
    for root in roots:
        if root.text == "groups":
            groups.update({group.text: group.children for group in root.children if not inactive(group)})
    kept = [one for one in roots if one.text != "groups"]
    return _level(kept, (), groups, reading)


def _level(nodes: list[Node], path: tuple[str, ...], groups: dict[str, list[Node]], reading: Reading) -> list[Node]:
    """One level: its own statements, then those that its groups have for this path.  Deeper levels first: nearer wins."""
    own: list[Node] = []
    applied: list[Node] = []
    for node in nodes:
        if inactive(node):
            continue
        text = node.text.removeprefix("protect: ")
        if text.startswith("apply-groups "):
            applied.append(node)
        elif text.startswith("apply-groups-except "):
            reading.unknown(node, "apply-groups-except is not resolved")
        else:
            copy = Node(text, node.line)
            copy.children = _level(node.children, (*path, text), groups, reading)
            own.append(copy)
    for node in applied:
        for name in _names(node, reading):
            if name in groups:
                _inherit(own, _below(groups[name], path))
            else:
                reading.unknown(node, f"group {name} is not defined")
    return own


def _names(node: Node, reading: Reading) -> tuple[str, ...]:
    try:
        return values(node.text.partition(" ")[2])
    except ValueError as problem:
        reading.unknown(node, str(problem))
        return ()


def _below(nodes: list[Node], path: tuple[str, ...]) -> list[Node]:
    """What a group has for a level: the statements under each of its blocks that match the path."""
    for word in path:
        nodes = [child for node in nodes if not inactive(node) and _matches(node.text, word) for child in node.children]
    return nodes


def _inherit(own: list[Node], inherited: list[Node]) -> None:
    for source in inherited:
        if inactive(source):
            continue
        if "<" in source.text:
            for node in own:
                if _matches(source.text, node.text):
                    _inherit(node.children, source.children)
            continue
        twin = next((node for node in own if _same(node, source)), None)
        if twin is None:
            twin = Node(source.text, source.line)
            own.append(twin)
            _inherit(twin.children, source.children)
        elif twin.text == source.text:
            _inherit(twin.children, source.children)


def _same(node: Node, source: Node) -> bool:
    if node.text == source.text:
        return True
    word = source.text.partition(" ")[0]
    return not source.children and word in _ONE_VALUE and node.text.partition(" ")[0] == word


def _matches(pattern: str, text: str) -> bool:
    if "<" not in pattern:
        return pattern == text
    return fnmatchcase(text, pattern.replace("<", "").replace(">", ""))
