"""How a Junos router is changed: one candidate of ``set``, ``delete``, ``insert`` and ``deactivate``, committed as a whole.

A command's context is the path of statements to where it stands; typed on one line it is the verb, the path and the
rest.  A statement of one value takes the place of the last; names and prefixes stand beside each other; the terms of a
policy and of a filter, and the policies between zones, are tried in their order, so that a new one is put in its place
with ``insert``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from generator.model.change import Risk
from generator.platforms.changing import EMPTY, Item, Key, Typed
from generator.platforms.tree import Node

Path = tuple[str, ...]


class Tree(dict[str, "Tree"]):
    """Statements of a block, each with those under it."""


_BESIDE: Final = frozenset(
    ("address", "interface", "unit", "term", "route", "neighbor", "group", "policy", "rule", "application", "protocol-version",
     "source-address", "destination-address", "prefix-list-item", "forwarding-class", "import-rt", "system-services", "protocols",
     "route-filter-list", "prefix-list", "prefix-list-filter", "source-prefix-list", "destination-prefix-list")
)  # fmt: skip
"""First words of statements of which a block may have several."""
_JOINED: Final = frozenset(
    ("import", "export", "protocol", "next-header", "port", "source-port", "destination-port", "icmp-type", "icmp-code",
     "dscp", "traffic-class", "output-chain", "input-list", "output-list", "members", "proposals")
)  # fmt: skip
"""Statements with a list of values: ``set`` adds to it, so the old list goes first."""
_NAMED: Final = frozenset(("community", "as-path"))
"""Statements of a name and a value."""
_ORDERED: Final = frozenset(("term", "policy", "rule"))
_PARTS: Final = {
    "policy-options": 1,
    "routing-instances": 1,
    "applications": 1,
    "class-of-service": 2,
    "security": 2,
    "firewall": 2,
}
"""How deep below the top the items of a part are."""
_KEPT: Final = {
    "system": frozenset(("host-name",)),
    "interface": frozenset(("description", "flexible-vlan-tagging", "vlan-tagging", "encapsulation", "mtu", "hierarchical-scheduler", "gigether-options")),
    "routing-options": frozenset(("router-id", "autonomous-system")),
    "chassis": frozenset(("high-availability", "network-services")),
    "protocols": frozenset(),
}  # fmt: skip
"""Blocks that are not ours as a whole, and the first words of what is."""
_OFF: Final = "inactive: "
"""Before a statement that is there and does not count."""
_INACTIVE: Final = "#inactive"
"""The same as a line of its own, the last below the statement."""
_SHORT: Final = re.compile(r"(from|to|then|route \S+) (.+)")
_SECRET: Final = re.compile(r"((?:authentication-key|pre-shared-key ascii-text|pre-shared-key|cak|secret) ).+")


class JuniperJunos:
    """`generator.platforms.changing.Grammar` of Junos."""

    atomic = True

    def items(
        self, trees: Mapping[str, list[Node]], texts: Mapping[str, str], like: Mapping[Key, Item] = EMPTY
    ) -> dict[Key, Item]:
        lines: dict[Key, tuple[list[Typed], int]] = {}
        for nodes in trees.values():
            for node in nodes:
                if not node.text.startswith(("/*", "#")):
                    for key, path, one in _parts(node):
                        lines.setdefault(key, ([], one.line))[0].extend(_flat(path, one))
        names: dict[str, list[Key]] = {}
        for key in lines:
            names.setdefault(key[1].split(" ")[-1], []).append(key)
        return {
            key: Item(key, tuple(dict.fromkeys(found)), _refs(key, found, names), frozenset(), number)
            for key, (found, number) in lines.items()
        }

    def create(self, item: Item, live: bool) -> list[Typed]:
        return [_set(path, text) for path, text in _leaves(_tree(item), ())]

    def destroy(self, item: Item) -> list[Typed]:
        first = item.lines[0]
        if item.key[0] in _KEPT:
            path = (*first.context, first.text)
            below = _tree(item)
            for part in path:
                below = below[part]
            return list(_between(below, Tree(), path))
        return [Typed(first.context, f"delete {_bare(first.text)}")]

    def edit(self, old: Item, new: Item, used: bool) -> list[Typed] | None:
        commands = list(_between(_tree(old), _tree(new), ()))
        return sorted(commands, key=lambda one: _VERBS.index(one.text.split(" ")[0]))

    def same(self, old: Item, new: Item) -> bool:
        return not list(_between(_tree(old), _tree(new), ()))

    def release(self, item: Item, claims: Collection[str]) -> tuple[list[Typed], Item]:
        return [], item

    def twin(self, item: Item, taken: Collection[Key]) -> Item | None:
        return None

    def pointing(self, item: Item, old: Key, new: Key) -> Item:
        return item

    def merged(self, running: Item, intended: Item, prune: bool) -> Item:
        words = _KEPT.get(intended.key[0])
        if prune or words is None:
            return intended
        depth = len(intended.lines[0].context) + 1
        kept = [
            line
            for line in running.lines[1:]
            if (line.context[depth] if len(line.context) > depth else line.text).split(" ")[0] not in words
        ]
        return (
            Item(intended.key, (*intended.lines, *kept), intended.refs, frozenset(), intended.number)
            if kept
            else intended
        )

    def rank(self, key: Key) -> int:
        return 0

    def filters(self, key: Key) -> bool:
        return key[0] in ("policy-statement", "route-filter-list", "prefix-list", "community", "as-path", "filter")

    def ours(self, item: Item, intended: Mapping[Key, Item]) -> bool:
        texts = {line.text for line in item.lines}
        return "peer-as 12076" in texts and any(text.startswith('description "MSEE ') for text in texts)

    def space(self, item: Item) -> Key | None:
        return item.key if item.key[0] == "vrf" else None

    def reaches(self, item: Item, neighbor: Item) -> bool:
        return False

    def session(self, item: Item) -> tuple[str, str] | None:
        return None

    def risks(self, commands: Iterable[Typed]) -> Iterator[Risk]:
        return iter(())  # one commit: nothing is seen in between

    def mask(self, text: str) -> str:
        return _SECRET.sub(r"\1••••", text)


GRAMMAR: Final = JuniperJunos()
_VERBS: Final = ("delete", "set", "insert", "activate", "deactivate")


def _parts(node: Node) -> Iterator[tuple[Key, Path, Node]]:
    """Key, path and statement of each item in a top-level block."""
    if node.text == "interfaces":
        yield from _interfaces(node)
        return
    depth = _PARTS.get(node.text, 0)
    if not depth:
        yield (node.text, ""), (), node
    for child in node.children if depth else ():
        if depth == 1 or not child.children or child.text.startswith("policer "):
            kind, _, name = child.text.partition(" ")
            name = name.split(" ")[0] if kind in _NAMED else name
            yield ("vrf", child.text) if node.text == "routing-instances" else (kind, name), (node.text,), child
            continue
        for one in child.children:
            kind = one.text.split(" ")[0] if node.text == "firewall" else f"{node.text} {child.text}"
            yield (kind, f"{child.text} {one.text}".strip()), (node.text, child.text), one


def _interfaces(node: Node) -> Iterator[tuple[Key, Path, Node]]:
    for child in node.children:
        if child.text.startswith("interface-"):
            yield ("interface-set", child.text.split(" ")[-1]), ("interfaces",), child
            continue
        units = [one for one in child.children if one.text.startswith("unit ")]
        rest = [one for one in child.children if one not in units]
        yield ("interface", child.text), ("interfaces",), Node(child.text, child.line, rest)
        for unit in units:
            yield ("unit", f"{child.text}.{unit.text.split(' ')[1]}"), ("interfaces", child.text), unit


def _flat(path: Path, node: Node) -> Iterator[Typed]:
    text = node.text.removeprefix(_OFF)
    short = None if node.children else _SHORT.fullmatch(text)
    if short is not None:  # a router prints a block with one statement on one line
        text = short[1]
        yield from (Typed(path, text), Typed((*path, text), short[2]))
    else:
        yield Typed(path, text)
    for child in node.children:
        yield from _flat((*path, text), child)
    if node.text.startswith(_OFF):
        yield Typed((*path, text), _INACTIVE)


def _refs(key: Key, lines: list[Typed], names: Mapping[str, list[Key]]) -> frozenset[Key]:
    """Items whose names are words of this one."""
    words = {word.strip('"') for line in lines for word in line.text.split(" ")[1:]}
    found = {ref for word in words for ref in names.get(word, ())}
    if key[0] == "unit":
        found.add(("interface", key[1].rpartition(".")[0]))
    return frozenset(one for one in found if one != key)


def _tree(item: Item) -> Tree:
    root = Tree()
    for line in item.lines:
        here = root
        for part in line.context:
            here = here.setdefault(part, Tree())
        here.setdefault(line.text, Tree())
    return root


def _set(path: Path, text: str) -> Typed:
    return Typed(path[:-1], f"deactivate {path[-1]}") if text == _INACTIVE else Typed(path, f"set {text}")


def _leaves(tree: Tree, path: Path) -> Iterator[tuple[Path, str]]:
    for text, below in tree.items():
        if below:
            if below.keys() == {_INACTIVE}:
                yield path, text
            yield from _leaves(below, (*path, text))
        else:
            yield path, text


def _between(old: Tree, new: Tree, path: Path) -> Iterator[Typed]:
    added = [text for text in new if text not in old]
    scalars = {text.split(" ")[0] for text in added if not new[text] and _alone(text)}
    for text, below in old.items():
        if text in new:
            continue
        word = text.split(" ")[0]
        if text == _INACTIVE:
            yield Typed(path[:-1], f"activate {path[-1]}")
        elif not below and _alone(text):
            if word not in scalars or word in _JOINED or "[" in text:
                yield Typed(path, f"delete {word}")
        else:
            yield Typed(path, f"delete {_bare(text)}")
    for text in added:
        for inner, leaf in _leaves(Tree({text: new[text]}), path):
            yield _set(inner, leaf)
    for text, below in new.items():
        if text in old and (below or old[text]):
            if not below:  # its content goes, itself stays
                yield from (Typed((*path, text), f"delete {one}") for one in old[text])
            else:
                yield from _between(old[text], below, (*path, text))
    yield from _inserts([text for text in old if text in new] + added, list(new), path)


def _bare(text: str) -> str:
    """How a statement is called where it is taken away: without its value."""
    words = text.split(" ")
    return " ".join(words[:2]) if words[0] in _NAMED else text


def _alone(text: str) -> bool:
    """Whether a statement is of a kind of which a block has one: a word and its value."""
    words = text.split(" ")
    return words[0].replace("-", "").isalpha() and words[0] not in _BESIDE and words[0] not in _NAMED and len(words) > 1


def _inserts(there: list[str], wanted: list[str], path: Path) -> Iterator[Typed]:
    """What must be moved so that ordered statements come in the wanted order."""
    kinds = _ORDERED if path and path[-1].startswith("from-zone ") else _ORDERED - {"policy"}
    order = [text for text in there if text.split(" ")[0] in kinds]
    goal = [text for text in wanted if text.split(" ")[0] in kinds]
    for place, text in enumerate(goal):
        if order[place] != text:
            yield Typed(path, f"insert {text} before {order[place]}")
            order.remove(text)
            order.insert(place, text)
