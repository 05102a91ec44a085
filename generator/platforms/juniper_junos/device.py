"""What a Junos router makes of a candidate: the simulated one that proves plans of changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from generator.platforms.tree import Node


class Block(dict[str, "Block"]):
    """Statements of a block, each with those under it."""


_SEVERAL: Final = re.compile(
    r"(?:address|interface|unit|term|route|neighbor|group|policy|rule|application|source-address|destination-address"
    r"|forwarding-class|system-services|protocols|(?:source-|destination-)?prefix-list|prefix-list-filter|community|as-path|policy-statement|route-filter-list|filter|family|policer"
    r"|security-zone|from-zone|pool|rule-set|interface-set|scheduler|proposal|vpn|gateway) "
)
"""Statements of which a block may have more than one with the same first word."""
_LIST: Final = re.compile(
    r"(?:import|export|protocol|next-header|(?:source-|destination-)?port|icmp-type|icmp-code|dscp|traffic-class"
    r"|(?:in|out)put-list|output-chain|members|proposals) "
)
"""Statements that hold a list: what is set joins what is there."""
_REF: Final = (
    (re.compile(r"(?:import|export) \[? ?(.+?) ?\]?"), "policy-statement"),
    (re.compile(r"route-filter-list (\S+)"), "route-filter-list"),
    (re.compile(r"as-path (\S+)"), "as-path"),
    (re.compile(r"community (\S+)"), "community"),
)


class Router:
    """`generator.platforms.changing.Device` of Junos."""

    def __init__(self, trees: Mapping[str, list[Node]]) -> None:
        self.file = next(iter(trees), "junos.conf")
        nodes = trees.get(self.file, [])
        self.header = [node for node in nodes if node.text.startswith(("/*", "#"))]
        self.top = Block()
        _load(self.top, [node for node in nodes if node not in self.header])

    def apply(self, context: tuple[str, ...], text: str) -> str:
        verb, _, rest = text.partition(" ")
        blocks = [self.top]
        for name in context:
            part = _there(blocks[-1], name)
            if part not in blocks[-1]:
                if verb != "set":
                    return f"there is no {' '.join(context)}"
                blocks[-1][part] = Block()
            blocks.append(blocks[-1][part])
        if verb == "set":
            return _put(blocks[-1], rest)
        if verb == "insert":
            return _move(blocks[-1], rest)
        if verb in ("activate", "deactivate"):
            return _switch(blocks[-1], rest, on=verb == "activate")
        return _take(blocks, context, rest)

    def trees(self) -> dict[str, list[Node]]:
        return {self.file: [*self.header, *_nodes(self.top)]}

    def texts(self) -> dict[str, str]:
        header = "".join(f"{node.text}\n" for node in self.header)
        return {self.file: header + "\n".join(_printed(self.top, 0, sort=False)) + "\n"}

    def text(self) -> str:
        return "\n".join(_printed(self.top, 0, sort=True)) + "\n"

    def dangling(self) -> frozenset[str]:
        options = self.top.get("policy-options", Block())
        there = {" ".join(text.split(" ")[:2]) for text in options}
        found: set[str] = set()
        for text, path in _statements(self.top, ()):
            for pattern, kind in _REF:
                match = pattern.fullmatch(text)
                if (
                    match is not None
                    and (kind == "policy-statement") == ("bgp" in path)
                    and path[0] != "policy-options"
                ) or (
                    match is not None
                    and path[0] == "policy-options"
                    and path[-1] == "from"
                    and kind != "policy-statement"
                ):
                    found.update(f"{kind} {name}" for name in match[1].split(" "))
        return frozenset(name for name in found if name not in there)

    def points(self) -> dict[str, tuple[str, ...]]:
        return {}


def _load(block: Block, nodes: list[Node]) -> None:
    for node in nodes:
        words = node.text.split(" ")
        off = words[0] == "inactive:"
        head = 2 if words[off] == "route" else 1 if words[off] in ("from", "to", "then") else len(words)
        head += off
        if node.children or len(words) <= head:
            _load(block.setdefault(node.text, Block()), node.children)
        else:  # the same as a block with one statement
            block.setdefault(" ".join(words[:head]), Block()).setdefault(" ".join(words[head:]), Block())


def _there(block: Block, name: str) -> str:
    """A statement as the block has it: one that does not count is called as if it did."""
    off = f"inactive: {name}"
    return off if off in block else name


def _switch(block: Block, name: str, *, on: bool) -> str:
    old, new = (f"inactive: {name}", name) if on else (name, f"inactive: {name}")
    if old not in block:
        return f"there is no {old}"
    rest = [(new if text == old else text, below) for text, below in block.items()]
    block.clear()
    block.update(rest)
    return ""


def _put(block: Block, text: str) -> str:
    if _there(block, text) != text:
        return ""
    word = text.split(" ")[0]
    if _LIST.match(text):
        for other in [one for one in block if one.split(" ")[0] == word and one != text and not block[one]]:
            values = dict.fromkeys((*_values(other), *_values(text)))
            text = f"{word} [ {' '.join(values)} ]"
            block[text] = block.pop(other)
    elif " " in text and word.replace("-", "").isalpha() and not _SEVERAL.match(text):
        for other in [one for one in block if one.split(" ")[0] == word and one != text and not block[one]]:
            if "[" in other or "[" in text:
                return f"{other} would be joined with {text}"
            block[text] = block.pop(other)
    block.setdefault(text, Block())
    return ""


def _values(text: str) -> list[str]:
    """The values of a list, with or without brackets."""
    return [word for word in text.split(" ")[1:] if word not in ("[", "]")]


def _take(blocks: list[Block], context: tuple[str, ...], text: str) -> str:
    block = blocks[-1]
    text = _there(block, text)
    gone = [text] if text in block else [one for one in block if one.split(" ")[0] == text and not block[one]]
    if not gone and text.startswith(("community ", "as-path ")):
        gone = [one for one in block if one.startswith(f"{text} ")]
    if not gone:
        return f"there is no {text}"
    for one in gone:
        del block[one]
    for place in range(len(blocks) - 1, 0, -1):  # blocks without a content of their own vanish
        head = context[place - 1]
        if blocks[place] or (" " in head and not head.startswith("family ")):
            break
        del blocks[place - 1][context[place - 1]]
    return ""


def _move(block: Block, text: str) -> str:
    what, _, before = text.partition(" before ")
    if what not in block or before not in block:
        return f"there is no {what} or no {before}"
    body = block.pop(what)
    rest = list(block.items())
    block.clear()
    for one, below in rest:
        if one == before:
            block[what] = body
        block[one] = below
    return ""


def _nodes(block: Block) -> list[Node]:
    return [Node(text, 0, _nodes(below)) for text, below in block.items()]


def _statements(block: Block, path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for text, below in block.items():
        if path:
            yield text, path
        yield from _statements(below, (*path, text))


def _printed(block: Block, depth: int, *, sort: bool, head: str = "") -> Iterator[str]:
    kinds = ("term ", "rule ", "policy ") if head.startswith("from-zone ") else ("term ", "rule ")
    ordered = any(text.startswith(kinds) for text in block)
    for text in sorted(block) if sort and not ordered else block:
        if block[text]:
            yield f"{'    ' * depth}{text} {{"
            yield from _printed(block[text], depth + 1, sort=sort, head=text)
            yield f"{'    ' * depth}}}"
        else:
            yield f"{'    ' * depth}{text};"
