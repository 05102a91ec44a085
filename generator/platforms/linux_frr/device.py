"""What a Linux router makes of commands: FRR's lines one by one, and every other file when it is loaded.

It knows nothing of the planner.  What FRR does was seen with 8.4: the tests compare this one with a real ``bgpd``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from generator.platforms.linux_frr.boot import PATHS
from generator.platforms.tree import Node


class Block(dict[str, "Block"]):
    """Lines of one block, each with the lines under it."""


_LOADS: Final = {
    f"nft -f {PATHS['nftables.conf']}": "nftables.conf",
    "ifreload -a": "interfaces",
    "swanctl --load-all": "swanctl.conf",
    "systemctl restart frr": "daemons",
    f"sysctl -p {PATHS['sysctl.conf']}": "sysctl.conf",
}
_HIDDEN: Final = frozenset(("exit", "exit-vrf", "exit-address-family", "!", "end"))
_SINGLE: Final = tuple(
    re.compile(text)
    for text in (
        r"hostname ", r"match (?:ip|ipv6) address prefix-list ", r"match as-path ", r"match community ", r"set as-path prepend ",
        r"set community ", r"set local-preference ", r"set metric ", r"bgp router-id ", r"maximum-paths \d", r"maximum-paths ibgp ",
        r"detect-multiplier ", r"transmit-interval ", r"receive-interval ", r"neighbor \S+ remote-as ", r"neighbor \S+ description ",
        r"neighbor \S+ bfd profile ", r"neighbor \S+ password ", r"neighbor \S+ ebgp-multihop ", r"neighbor \S+ update-source ",
        r"neighbor \S+ timers ", r"neighbor \S+ maximum-prefix ", r"neighbor \S+ route-map \S+ in$", r"neighbor \S+ route-map \S+ out$",
    )
)  # fmt: skip
_NUMBERED: Final = re.compile(r"(.*) seq (\d+) (.*)")


class Router:
    """`generator.platforms.changing.Device` of a Linux router."""

    def __init__(self, trees: Mapping[str, list[Node]]) -> None:
        self.files = {name: nodes for name, nodes in trees.items() if name != "frr.conf"}
        self.staged: dict[str, list[str]] = {}
        self.header = [node for node in trees.get("frr.conf", ()) if node.text[0] in "!#"]
        self.top = Block()
        self._load(self.top, [node for node in trees.get("frr.conf", ()) if node.text[0] not in "!#"])

    def _load(self, block: Block, nodes: list[Node]) -> None:
        for node in nodes:
            text = " ".join(node.text.split())
            if text not in _HIDDEN:
                self._load(block.setdefault(text, Block()), node.children)

    def apply(self, context: tuple[str, ...], text: str) -> str:
        if context and context[0] in _LOADS.values():
            self.staged.setdefault(context[0], []).append(text)
            return ""
        if text in _LOADS:
            file = _LOADS[text]
            if file not in self.staged:
                return f"there is no new {file}"
            self.files[file] = _nodes_of(self.staged.pop(file))
            return ""
        block = self.top
        for line in context:
            block = block.setdefault(line, Block())
        return self._unset(block, text[3:]) if self._takes_away(text) else self._set(block, context, text)

    def _takes_away(self, text: str) -> bool:
        return (
            text.startswith("no ")
            and text != "no bgp default ipv4-unicast"
            and not text.endswith(" send-community all")
        )

    def _set(self, block: Block, context: tuple[str, ...], line: str) -> str:
        entry = _NUMBERED.fullmatch(line)
        if entry is not None:
            for other in block:
                there = _NUMBERED.fullmatch(other)
                if (
                    there is not None
                    and there[1] == entry[1]
                    and other != line
                    and (there[2] == entry[2] or there[3] == entry[3])
                ):
                    return f"{other} is there"
        words = line.split()
        if words[0] == "neighbor" and words[2] != "remote-as" and not self._known(context, words[1]):
            return "specify remote-as first"
        if words[0] == "neighbor" and line.endswith(" send-community all"):
            block.pop(f"no {line}", None)
            return ""
        if line in ("bgp default ipv4-unicast",):
            block.pop(f"no {line}", None)
            return ""
        for pattern in _SINGLE:
            if pattern.match(line):
                for other in [one for one in block if one != line and pattern.match(one) and _who(one) == _who(line)]:
                    block[line] = block.pop(other)
        block.setdefault(line, Block())
        return ""

    def _known(self, context: tuple[str, ...], address: str) -> bool:
        return any(one.startswith(f"neighbor {address} remote-as ") for one in self.top.get(context[0], ()))

    def _unset(self, block: Block, bare: str) -> str:
        words = bare.split()
        if words[:3] == ["set", "as-path", "prepend"] and len(words) > 4:
            return f"unknown command: no {bare}"
        if words[0] == "neighbor" and len(words) == 2:
            blocks = [block, *(body for head, body in block.items() if head.startswith("address-family"))]
            gone = [
                (one, line)
                for one in blocks
                for line in one
                if words[1] in line.split() and "neighbor" in line.split()[:2]
            ]
        else:
            gone = [(block, line) for line in block if line == bare or line.startswith(f"{bare} ")]
        for where, line in gone:
            where.pop(line, None)
        return "" if gone else f"there is no {bare}"

    def trees(self) -> dict[str, list[Node]]:
        return {**self.files, "frr.conf": [*self.header, *_tree(self.top)]}

    def texts(self) -> dict[str, str]:
        return {file: "\n".join(_printed(nodes, 0)) + "\n" for file, nodes in self.trees().items()}

    def text(self) -> str:
        files = [f"=== {file}\n" + "\n".join(_printed(nodes, 0)) for file, nodes in sorted(self.files.items())]
        return "\n".join((*files, "=== frr.conf", *_ordered(self.top, 0))) + "\n"

    def dangling(self) -> frozenset[str]:
        there = {_defined(line) for line in self.top} | {
            f"bfd profile {line.split()[-1]}" for line in self.top.get("bfd", ())
        }
        return frozenset(name for line in _all(self.top) if (name := _named(line)) and name not in there)

    def points(self) -> dict[str, tuple[str, ...]]:
        return {}


def _who(line: str) -> str:
    return "".join(line.split()[1:2]) if line.startswith("neighbor ") else ""


def _defined(line: str) -> str:
    words = [*line.split(), "", "", "", ""]
    if words[1:2] == ["prefix-list"]:
        return f"{words[0]} prefix-list {words[2]}"
    if words[:2] == ["bgp", "as-path"]:
        return f"as-path {words[3]}"
    if words[:2] == ["bgp", "community-list"]:
        return f"community {words[3]}"
    return f"route-map {words[1]}" if words[0] == "route-map" else ""


def _named(line: str) -> str:
    words = [*line.split(), "", "", "", ""]
    if words[0] == "match":
        if "prefix-list" in words:
            return f"{words[1]} prefix-list {line.split()[-1]}"
        return f"{words[1]} {words[2]}"
    if words[0] == "neighbor" and words[2] == "route-map":
        return f"route-map {words[3]}"
    if words[0] == "neighbor" and words[2:4] == ["bfd", "profile"]:
        return f"bfd profile {words[4]}"
    return ""


def _all(block: Block) -> Iterator[str]:
    for line, body in block.items():
        yield line
        yield from _all(body)


def _number(line: str) -> tuple[str, int]:
    entry = _NUMBERED.fullmatch(line)
    if entry is not None:
        return entry[1], int(entry[2])
    words = line.split()
    return (f"route-map {words[1]}", int(words[3])) if words[0] == "route-map" and len(words) == 4 else (line, 0)


def _tree(block: Block) -> list[Node]:
    numbered = sorted((line for line in block if _number(line)[1]), key=_number)
    rest = [line for line in block if not _number(line)[1]]
    return [Node(line, 0, _tree(block[line])) for line in (*numbered, *rest) if not _empty(line, block[line])]


def _empty(line: str, body: Block) -> bool:
    """Blocks that FRR does not print while there is nothing in them."""
    return not body and (line.startswith(("vrf ", "address-family ")) or line == "bfd")


def _printed(nodes: list[Node], depth: int) -> Iterator[str]:
    for node in nodes:
        yield f"{'    ' * depth}{node.text}"
        yield from _printed(node.children, depth + 1)


def _ordered(block: Block, depth: int) -> Iterator[str]:
    for line in sorted(block, key=_number):
        if not _empty(line, block[line]):
            yield f"{'    ' * depth}{line}"
            yield from _ordered(block[line], depth + 1)


def _nodes_of(lines: list[str]) -> list[Node]:
    """The tree of a file: of its comments the first one only, as the readers have it."""
    top: list[Node] = []
    stack: list[tuple[int, list[Node]]] = [(-1, top)]
    for line in lines:
        text = line.expandtabs(8)
        bare = text.strip()
        if not bare or (bare.startswith("#") and (top or bare == "#")):
            continue
        indent = len(text) - len(text.lstrip())
        while stack[-1][0] >= indent:
            stack.pop()
        node = Node(bare, 0, [])
        stack[-1][1].append(node)
        if not bare.startswith("#"):
            stack.append((indent, node.children))
    return top
