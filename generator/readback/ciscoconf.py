"""Text that a device printed → the same tree as our own parsers give, through ciscoconfparse2.

A device's text has things in it that ours has not: banners that look like config, certificates, tabs,
carriage returns, indentation that jumps, an end that is missing.  They are dealt with here, before
ciscoconfparse2 says which line is whose child.

ciscoconfparse2 grows faster than its lines do, so it gets a few hundred at a time: whole blocks, and of
a block that is too long for that its inner blocks.  Of brace text it gets one statement a line.  Left
alone it keeps several statements on one line together as one, takes ``/* */`` comments for statements,
numbers statements instead of lines, splits a statement at its quotes, and gives up at letters outside
ASCII and at a brace too many.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, Literal, NamedTuple

from generator.platforms.tree import DEEPEST, Node

CHUNK: Final = 250
"""Lines that ciscoconfparse2 gets at a time."""


class _Line(NamedTuple):
    indent: int
    """Columns; for brace text, open blocks."""
    text: str
    number: int
    whole: bool = False
    """Not to be looked at: the first line of a banner."""


def parse_device(text: str, syntax: Literal["indent", "braces"], comment: str) -> list[Node]:
    """The top-level lines of a device's text, each with the lines under it.

    Same form as :func:`generator.readback.indent.parse_indent` and :func:`generator.readback.braces.parse_braces`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if syntax == "braces":
        header, lines = _statements(text)
        return header + _tree(lines, _feed_braces)
    header, lines = _indented(text, comment)
    return header + _tree(lines, lambda chunk: _feed_indented(chunk, comment))


def device_tree(text: str, comment: str) -> list[Node]:
    """The same for indented text by indentation alone, without ciscoconfparse2: some twenty times as fast."""
    header, lines = _indented(text.replace("\r\n", "\n").replace("\r", "\n"), comment)
    open_blocks: list[tuple[int, list[Node]]] = [(-1, header)]
    for line in lines:
        while open_blocks[-1][0] >= line.indent:
            open_blocks.pop()
        node = Node(line.text, line.number)
        open_blocks[-1][1].append(node)
        open_blocks.append((line.indent, node.children))
    return header


def _tree(lines: list[_Line], feed: Callable[[list[_Line]], list[Node]]) -> list[Node]:
    nodes: list[Node] = []
    chunk: list[_Line] = []

    def flush() -> None:
        if chunk:
            nodes.extend(feed(chunk))
            chunk.clear()
            # Its objects point at each other and at their parser, and the collector is off while a run lasts:
            # 13 million of them, two gigabytes, for 110,000 lines of braces.  Only the young ones are looked at.
            gc.collect(0)

    for block in _blocks(lines):
        if len(block) + len(chunk) > CHUNK:
            flush()
        head = block[0]
        if len(block) > CHUNK or head.whole:
            flush()
            node = Node(head.text, head.number)
            node.children = _tree(block[1:], feed)
            nodes.append(node)
        else:
            chunk.extend(line._replace(indent=line.indent - head.indent) for line in block)
    flush()
    return nodes


def _blocks(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Each line that is under no other, with the lines under it."""
    block: list[_Line] = []
    for line in lines:
        if block and line.indent <= block[0].indent:
            yield block
            block = []
        block.append(line)
    if block:
        yield block


# Indented text

_BANNER: Final = re.compile(
    r"(?:banner\s+\S+|aaa authentication (?:banner|fail-message)|menu\s+\S+\s+title)(?:\s+(\^C|\S)(.*))?$"
)
_TAKEN: Final = ("banner ", "set banner ", "macro name ")
"""Lines that ciscoconfparse2 would take for the beginning of a text of its own."""
_LONG: Final = 2000
"""Characters of a line that it gets to see: it takes seconds for a very long one."""
_HEX: Final = re.compile(r"[0-9A-Fa-f ]+")


def _indented(text: str, comment: str) -> tuple[list[Node], list[_Line]]:
    """The header comment, and the lines that count."""
    header: list[Node] = []
    lines: list[_Line] = []
    numbered = iter(enumerate(text.expandtabs(8).split("\n"), 1))
    in_chain = False
    for number, raw in numbered:
        line = raw.strip()
        if not line:
            continue
        if line.startswith(comment):
            if not lines and not header and line != comment:
                header.append(Node(line, number))
            continue
        indent = raw.index(line[0])
        if indent == 0:
            in_chain = line.startswith(("crypto pki certificate", "crypto ca certificate"))
            banner = _BANNER.match(line)
            if banner is not None or line.startswith("macro name "):
                lines.append(_Line(indent, line, number, whole=True))
                _skip_text(numbered, banner)
                continue
        lines.append(_Line(indent, line, number))
        if in_chain and indent and line.startswith("certificate "):
            number, raw = _skip_certificate(numbered)
            line = raw.strip()
            if line and not line.startswith(comment):
                lines.append(_Line(raw.index(line[0]), line, number))
    return header, _shallow(lines) if any(one.indent > DEEPEST for one in lines) else lines


def _shallow(lines: list[_Line]) -> list[_Line]:
    """No line under more than so many others, however far it is indented."""
    open_lines: list[int] = []
    out = []
    for line in lines:
        while open_lines and open_lines[-1] >= line.indent:
            open_lines.pop()
        if len(open_lines) < DEEPEST:
            open_lines.append(line.indent)
        out.append(line._replace(indent=len(open_lines) - 1))
    return out


def _skip_text(numbered: Iterator[tuple[int, str]], banner: re.Match[str] | None) -> None:
    """Pass over a banner to its closing delimiter (EOS has none and ends with ``EOF``), or a macro to its ``@``."""
    if banner is None or banner[1] is None:
        last = "@" if banner is None else "EOF"
        for _, raw in numbered:
            if raw.strip() == last:
                return
    elif banner[1] not in banner[2]:
        for _, raw in numbered:
            if banner[1] in raw:
                return


def _skip_certificate(numbered: Iterator[tuple[int, str]]) -> tuple[int, str]:
    """Pass over a certificate's digits and its ``quit``; the line after them that is neither, where the end is missing."""
    for number, raw in numbered:
        line = raw.strip()
        if line == "quit":
            break
        if line and not _HEX.fullmatch(line):
            return number, raw
    return 0, ""


def _feed_indented(lines: list[_Line], comment: str) -> list[Node]:
    texts = [f"{' ' * line.indent}{'_' if line.text.startswith(_TAKEN) else ''}{line.text[:_LONG]}" for line in lines]
    return _nodes(_parser()(texts, syntax="ios", comment_delimiters=[comment]), lines)


# Brace text

_TOKEN: Final = re.compile(
    r'\s+|(?P<comment>/\*.*?\*/|\#[^\n]*)|(?P<open>/\*|"(?!(?:[^"\\]|\\.)*"))'
    r'|(?P<word>"(?:[^"\\]|\\.)*"|(?:[^\s{};"\#/]|/(?!\*))+)|(?P<mark>[{};])',
    re.DOTALL,
)


_PLAIN: Final = re.compile(r"[!#-&(-z|~]+(?: [!#-&(-z|~]+)*")
"""A statement that ciscoconfparse2 takes as it is; in the place of any other it gets a word."""


def _statements(text: str) -> tuple[list[Node], list[_Line]]:
    """The comments before the first statement, and every statement with the number of blocks it is in."""
    header: list[Node] = []
    lines: list[_Line] = []
    words: list[str] = []
    depth, number, start, counted = 0, 1, 1, 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind is None:
            continue
        number += text.count("\n", counted, token.start())
        counted = token.start()
        if kind == "word":
            start = start if words else number
            words.append(token.group())
        elif kind == "comment":
            if not lines and not words:
                header.append(Node(" ".join(token.group().split()), number))
        elif kind == "open":  # a comment or a string without an end: nobody knows what it swallowed
            words = []
            break
        else:
            mark = token.group()
            if words or mark == "{":
                lines.append(_Line(min(depth, DEEPEST), " ".join(words), start if words else number))
                words = []
            depth = max(0, depth + {"{": 1, "}": -1}.get(mark, 0))
    if words:
        lines.append(_Line(min(depth, DEEPEST), " ".join(words), start))
    return header, lines


def _feed_braces(lines: list[_Line]) -> list[Node]:
    texts: list[str] = []
    for place, line in enumerate(lines):
        after = lines[place + 1].indent if place + 1 < len(lines) else 0
        opens = after > line.indent
        text = line.text if len(line.text) < _LONG and _PLAIN.fullmatch(line.text) else f"line{line.number}"
        texts.append(f"{text}{' {' if opens else ';'}")
        texts.extend("}" for _ in range(line.indent - after))
    return _nodes(_parser()(texts, syntax="junos", comment_delimiters=["#"]), lines)


# ciscoconfparse2


@cache
def _parser() -> Callable[..., Any]:
    """ciscoconfparse2 takes a second or two to import, and logs to the terminal."""
    from loguru import logger

    logger.disable("ciscoconfparse2")
    from ciscoconfparse2 import CiscoConfParse

    parser: Callable[..., Any] = CiscoConfParse
    return parser


def _nodes(parsed: Any, lines: list[_Line]) -> list[Node]:
    """Its objects, in our form: it has the children, we have the numbers of the lines."""
    nodes = [Node(line.text, line.number) for line in lines]
    top: list[Node] = []
    objects = list(parsed.objs)
    if len(objects) != len(lines):
        raise ValueError(f"ciscoconfparse2 gave {len(objects)} lines for {len(lines)}")
    for node, found in zip(nodes, objects, strict=True):
        parent = found.parent.linenum
        siblings = top if parent == found.linenum else nodes[parent].children
        siblings.append(node)
    return top
