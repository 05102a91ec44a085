"""A Junos tree as ``show configuration | display set`` prints it, for tests: written without a look at the converter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.platforms.tree import Node
from generator.readback.braces import parse_braces

_ATTRIBUTE = re.compile(r"(vlan-tags|teardown) (.+)")
_LIST = re.compile(r"(.*?)\[ (.*) \]")


def display_set(text: str) -> str:
    """The commands for a config in blocks."""
    nodes, problems = parse_braces(text)
    assert problems == []
    lines: list[str] = []
    off: list[str] = []
    for node in nodes:
        if not node.text.startswith(("/*", "#")):
            _walk(node, "", lines, off)
    return "".join(f"{one}\n" for one in (*lines, *off))


def _walk(node: Node, path: str, lines: list[str], off: list[str]) -> None:
    text = node.text.removeprefix("inactive: ")
    if text != node.text:
        off.append(f"deactivate {path}{text}")
    if node.children:
        for child in node.children:
            _walk(child, f"{path}{text} ", lines, off)
    else:
        lines += [f"set {path}{one}" for one in _split(text)]


def _split(text: str) -> Iterator[str]:
    """A list has a line for each value, and a statement of attributes one for each of them."""
    found = _LIST.fullmatch(text)
    if found is not None:
        yield from (f"{found[1]}{value}" for value in found[2].split(" "))
        return
    match = _ATTRIBUTE.fullmatch(text)
    words = match[2].split(" ") if match is not None else []
    if match is not None and match[1] == "vlan-tags":
        yield from (f"vlan-tags {name} {value}" for name, value in zip(words[::2], words[1::2], strict=True))
    elif match is not None and len(words) == 3:
        yield from (f"teardown {words[0]}", f"teardown {words[1]} {words[2]}")
    else:
        yield text
