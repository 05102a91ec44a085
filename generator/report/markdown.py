"""Markdown that reads well unrendered, on a terminal, and rendered, in a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import fill
from typing import Final

from generator.report.terminal import cells, padded, printable

WIDTH: Final = 110
UNKNOWN: Final = "(not in the inventory)"
_ACTIVE: Final = str.maketrans({one: f"\\{one}" for one in "\\|`*<["})


def plain(text: str) -> str:
    """``text`` of an inventory, with nothing in it that a terminal or Markdown would obey.

    >>> plain("a|b\\n*c*")
    'a\\\\|b\\\\\\\\n\\\\*c\\\\*'
    """
    return printable(text).translate(_ACTIVE)


def value(text: object) -> str:
    """A cell: yes and no for true and false, a word where nothing is known."""
    if isinstance(text, bool):
        return "Yes" if text else "No"
    return UNKNOWN if text is None or text == "" else plain(str(text))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns aligned with spaces; "" without rows."""
    body = [[value(cell) for cell in row] for row in rows]
    if not body:
        return ""
    widths = [max(3, *map(cells, column)) for column in zip(heads, *body, strict=True)]

    def line(row: Sequence[str]) -> str:
        return "| " + " | ".join(padded(cell, width) for cell, width in zip(row, widths, strict=True)) + " |\n"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|\n"
    return line(list(heads)) + rule + "".join(map(line, body))


def fields(rows: Iterable[tuple[str, object]]) -> str:
    """A form: what is asked, and what is answered."""
    return table(("Field", "Value"), rows)


def bullets(lines: Iterable[str]) -> str:
    """A list of remarks, written by us; values in them must be `plain` already."""
    return "".join(wrapped(line, "- ") for line in lines)


def wrapped(text: str, mark: str) -> str:
    """An item of a list, no wider than a terminal."""
    indent = " " * len(mark)
    return f"{fill(f'{mark}{text}', WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)}\n"


def section(title: str, *blocks: str, level: int = 2) -> str:
    """A heading and what stands below it, blank lines between; "" where all of it is empty."""
    filled = [block for block in blocks if block]
    return "\n".join([f"{'#' * level} {title}\n", *filled]) if filled else ""


def joined(values: Iterable[str]) -> str:
    """``a, b`` for a cell that holds several."""
    return ", ".join(values)
