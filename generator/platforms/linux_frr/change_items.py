"""The files of a Linux router → items: FRR's config in parts, every other file as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from generator.platforms.changing import Item, Key, Typed
from generator.platforms.linux_frr.boot import PATHS
from generator.platforms.tree import Node

FRR: Final = "frr.conf"
LOADS: Final = {
    "daemons": "systemctl restart frr",
    "sysctl.conf": f"sysctl -p {PATHS['sysctl.conf']}",
    "nftables.conf": f"nft -f {PATHS['nftables.conf']}",
    "interfaces": "ifreload -a",
    "swanctl.conf": "swanctl --load-all",
}
"""How a file that is in place takes effect, as a whole."""
_CLOSING: Final = frozenset(("exit", "exit-vrf", "exit-address-family", "end"))
_LIST: Final = re.compile(
    r"(ip|ipv6) prefix-list (\S+) seq .*|bgp (as-path access-list|community-list (?:standard|expanded)) (\S+) seq .*"
)
_NEIGHBOR: Final = re.compile(r"(?:no )?neighbor (\S+) .*")


def items(trees: Mapping[str, list[Node]], written: Mapping[str, str], like: Mapping[Key, Item]) -> dict[Key, Item]:
    """All items of all files, in their order.  ``like``: items of other files, to take those that are equal."""
    lines: dict[Key, list[Typed]] = {}
    numbers: dict[Key, int] = {}
    for file, nodes in trees.items():
        found = _frr(nodes) if file == FRR else _whole(file, written[file])
        for key, line, number in found:
            lines.setdefault(key, []).append(line)
            numbers.setdefault(key, number)
    made: dict[Key, Item] = {}
    for key, texts in lines.items():
        there, own = like.get(key), tuple(texts)
        made[key] = there if there is not None and there.lines == own else finished(key, own, numbers[key])
    return made


def finished(key: Key, lines: tuple[Typed, ...], number: int = 0) -> Item:
    """An item of these lines, with what it refers to."""
    return Item(key, lines, frozenset(_refs(key, lines)), frozenset(), number)


Found = Iterator[tuple[Key, Typed, int]]


def _whole(file: str, text: str) -> Found:
    """Each line of a file, with its comments: joined they are the file again, byte for byte."""
    for line in text.removesuffix("\n").split("\n"):
        yield ("file", file), Typed((file,), line), 1


def _frr(nodes: list[Node]) -> Found:
    for node in nodes:
        text = " ".join(node.text.split())
        words = text.split()
        kind = words[0] if len(words) > 1 or text == "bfd" else ""  # a word on its own is no statement
        match = _LIST.fullmatch(text)
        if match is not None:
            key = ("prefix-list", f"{match[1]} {match[2]}") if match[1] else (match[3].split()[0], match[4])
            yield key, Typed((), text), node.line
        elif kind == "route-map":
            yield from _block(("route-map", words[1]), (), node)
        elif kind == "hostname":
            yield ("hostname", "hostname"), Typed((), text), node.line
        elif kind in ("ip", "ipv6") and words[1] == "route":
            yield ("route", f"|{text}"), Typed((), text), node.line
        elif kind == "vrf":
            for child in node.children:
                line = " ".join(child.text.split())
                if line.split()[1:2] == ["route"]:
                    yield ("route", f"{words[1]}|{line}"), Typed((text,), line), child.line
        elif kind == "bfd":
            for child in node.children:
                if child.text.startswith("profile ") and len(child.text.split()) > 1:
                    yield from _block(("bfd profile", child.text.split()[1]), ("bfd",), child)
        elif words[:2] == ["router", "bgp"]:
            yield from _bgp(node, text)


def _block(key: Key, context: tuple[str, ...], node: Node) -> Found:
    text = " ".join(node.text.split())
    yield key, Typed(context, text), node.line
    for child in node.children:
        if child.text not in _CLOSING and not child.text.startswith("!"):
            yield from _block(key, (*context, text), child)


def _bgp(node: Node, header: str) -> Found:
    yield ("bgp", header), Typed((), header), node.line
    for child in node.children:
        text = " ".join(child.text.split())
        match = _NEIGHBOR.fullmatch(text)
        if text.startswith("address-family "):
            key: Key = ("bgp-af", f"{header}|{text}")
            yield key, Typed((header,), text), child.line
            for one in child.children:
                line = " ".join(one.text.split())
                inner = _NEIGHBOR.fullmatch(line)
                if inner is not None:
                    yield ("neighbor", f"{header}|{inner[1]}"), Typed((header, text), line), one.line
                elif line not in _CLOSING and line != "!":
                    yield key, Typed((header, text), line), one.line
        elif match is not None:
            yield ("neighbor", f"{header}|{match[1]}"), Typed((header,), text), child.line
        elif text not in _CLOSING and text != "!":
            yield ("bgp", header), Typed((header,), text), child.line


_PATTERNS: Final = tuple(
    (re.compile(text), kind)
    for text, kind in (
        (r"match (ip|ipv6) address prefix-list (\S+)", "prefix-list"),
        (r"match as-path (\S+)", "as-path"),
        (r"match community (\S+)(?: exact-match)?", "community-list"),
        (r"neighbor \S+ route-map (\S+) (?:in|out)", "route-map"),
        (r"neighbor \S+ bfd profile (\S+)", "bfd profile"),
    )
)


def _refs(key: Key, lines: tuple[Typed, ...]) -> Iterator[Key]:
    kind, name = key
    if kind in ("bgp-af", "neighbor"):
        yield "bgp", name.partition("|")[0]
    for line in lines:
        if kind == "neighbor" and len(line.context) > 1:
            yield "bgp-af", "|".join(line.context)
        if kind in ("neighbor", "route-map"):
            for pattern, named in _PATTERNS:
                match = pattern.fullmatch(line.text)
                if match is not None:
                    yield named, " ".join(match.groups())
