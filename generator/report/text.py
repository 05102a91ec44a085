"""Findings as people read them: place, source line with a caret, what is related, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from generator.model.finding import Finding, Location, Related, path_text
from generator.report.order import arranged
from generator.report.terminal import Painter, cells, printable

TAB: Final = 4
"""Columns between tab stops in a shown source line."""


def findings_text(findings: Iterable[Finding], *, color: bool = False, width: int = 100) -> str:
    """All findings, sorted, each once, with a blank line between them; "" for none.

    ``width`` is the number of columns for a source line; a longer one is cut around the caret.
    """
    paint = Painter(color)
    return "\n".join("\n".join(_lines(one, paint, width)) + "\n" for one in arranged(findings))


def _lines(finding: Finding, paint: Painter, width: int) -> Iterator[str]:
    style = "accepted" if finding.acknowledged else finding.severity.word
    yield _header(finding, paint, style)
    if finding.where is not None and finding.where.line and finding.where.text:
        line, underline = excerpt(finding.where, width)
        yield f"{paint('label', f'{finding.where.line:5} |')} {line}"
        if underline:
            yield f"{paint('label', '      |')} {paint(style, underline)}"
    if finding.path:
        yield _labelled("at", printable(path_text(finding.path)), paint)
    if finding.device:
        yield _labelled("on", printable(finding.device), paint)
    for related in finding.related:
        yield _labelled("also", _related(related), paint)
    if finding.acknowledged:
        yield _labelled("why", printable(finding.acknowledged), paint)
        return
    first, *more = finding.fix.strip().splitlines() or [""]
    if first:
        yield _labelled("fix", printable(first), paint)
        yield from (f"         {printable(line)}".rstrip() for line in more)
    yield _labelled("more", f"peerwright explain {printable(finding.rule)}", paint)


def _header(finding: Finding, paint: Painter, style: str) -> str:
    place = f"{paint('place', printable(str(finding.where)))}: " if finding.where is not None else ""
    word = f"accepted {finding.severity.word}" if finding.acknowledged else finding.severity.word
    return f"{place}{paint(style, f'{word} {printable(finding.rule)}')}: {printable(finding.message)}"


def _labelled(label: str, text: str, paint: Painter) -> str:
    return f"   {paint('label', f'{label:5}')} {text}"


def _related(related: Related) -> str:
    words = [
        str(related.where) if related.where is not None else "",
        path_text(related.path),
        f"({related.note})" if related.note else "",
    ]
    return "  ".join(printable(word) for word in words if word)


def excerpt(where: Location, width: int = 100) -> tuple[str, str]:
    """The source line as it is shown, and under it spaces and carets; none for a line as a whole (column 0).

    Tabs become spaces, wide characters take two columns, control characters are escaped, and a line
    of more than ``width`` columns is cut on both sides of the caret.
    """
    start = min(max(where.column - 1, 0), len(where.text))
    # However long the line is, only this much of it can be shown.
    first, last = max(0, start - width), min(len(where.text), start + width)
    parts = _parts(where.text[first:last])
    sizes = [cells(part) for part in parts]
    caret, low, high = start - first, 0, len(parts)
    if first or last < len(where.text) or sum(sizes) > width:
        low, high = _window(sizes, caret, width)
    before = "…" if first + low else ""
    after = "…" if first + high < len(where.text) else ""
    lead = len(before) + sum(sizes[low:caret])
    underlined = sum(sizes[caret : min(caret + where.length, high)])
    underline = " " * lead + "^" * max(1, underlined) if where.column else ""
    return f"{before}{''.join(parts[low:high])}{after}", underline


def _parts(text: str) -> list[str]:
    """What is shown for each character of ``text``."""
    if text.isascii() and text.isprintable():
        return list(text)
    parts: list[str] = []
    column = 0
    for character in text:
        part = " " * (TAB - column % TAB) if character == "\t" else printable(character)
        parts.append(part)
        column += cells(part)
    return parts


def _window(sizes: list[int], caret: int, width: int) -> tuple[int, int]:
    """First and last + 1 of the parts to show: a third of ``width`` before the caret at most, the rest behind it."""
    low = high = caret
    room = width // 3
    while low and sizes[low - 1] <= room:
        low -= 1
        room -= sizes[low]
    room += width - width // 3
    while high < len(sizes) and sizes[high] <= room:
        room -= sizes[high]
        high += 1
    return low, high
