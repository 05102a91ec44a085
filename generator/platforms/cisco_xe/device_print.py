"""How a simulated IOS-XE router prints its config: entries by their numbers, the rest in the order in which it came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from generator.platforms.cisco_xe.device_lines import Block
from generator.platforms.tree import Node

_ENTRY_OF_A_BLOCK: Final = re.compile(r"(?:sequence )?\d+ ")
_ENTRY_AT_THE_TOP: Final = re.compile(r"(?:ip|ipv6) prefix-list .* seq |route-map ")
_LAST: Final = ("class class-default", "class type inspect class-default")
"""The class of what no other class has is the last, whenever it came."""


def nodes_of(block: Block) -> list[Node]:
    """The lines as a tree, in the order in which they are printed."""
    if not block:
        return []
    return [Node(line, 0, nodes_of(block[line])) for line in _in_order(block)]


def _in_order(block: Block) -> list[str]:
    lines = list(block)
    if len(lines) == 1:
        return lines
    if any(_is_entry(line) for line in lines):
        lines.sort(key=_number)
    numbered = [line for line in lines if _is_numbered(line)]
    if numbered:
        lines = [line for line in lines if not _is_numbered(line)] + sorted(numbered, key=_number)
    last = [line for line in _LAST if line in block]
    return [line for line in lines if line not in last] + last if last else lines


@lru_cache(maxsize=65536)
def _is_entry(line: str) -> bool:
    """Whether it is an entry of the block that it stands in."""
    return _ENTRY_OF_A_BLOCK.match(line) is not None


@lru_cache(maxsize=65536)
def _is_numbered(line: str) -> bool:
    """Whether it is a part of a list or map: they stand beside each other, whatever the order in which they came."""
    return _ENTRY_AT_THE_TOP.match(line) is not None


@lru_cache(maxsize=65536)
def _number(text: str) -> tuple[int, str]:
    found = (
        re.search(r"(?:^| seq |^sequence |(?:permit|deny) )(\d+)(?:$| )", text)
        if re.match(r"\d|sequence|.* seq |route-map", text)
        else None
    )
    return (int(found[1]) if found else 0, text)


def is_bare(head: str, body: Block) -> bool:
    """Whether it is there whatever is configured: a port that nothing is on, the control plane."""
    if head == "control-plane":
        return not body
    return head.startswith("interface ") and "." not in head and set(body) == {"no ip address", "shutdown"}


def printed(nodes: list[Node], depth: int) -> Iterator[str]:
    for node in nodes:
        yield f"{' ' * depth}{node.text}"
        yield from printed(node.children, depth + 1)


def ordered(block: Block, depth: int) -> Iterator[str]:
    keep = any(line.startswith("class ") for line in block)
    for line in _in_order(block) if keep else sorted(block, key=lambda one: (_number(one), one)):
        yield f"{' ' * depth}{line}"
        yield from ordered(block[line], depth + 1)
