"""What a run did, router by router, and which tiers of checking it went through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from generator.report.result import DeviceLine, Result, TierRow
from generator.report.terminal import Painter, cells, padded, printable

SHOWN: Final = 40
"""Routers in a table at most; of a larger fleet, those with findings come first."""

_LEFT: Final = 3
"""Columns that hold words; the others hold numbers."""

_HEADS: Final = (
    "router",
    "platform",
    "role",
    "sessions",
    "files",
    "lines",
    "written",
    "unchanged",
    "errors",
    "warnings",
)


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]], *, left: int, paint: Painter) -> str:
    """Aligned columns, the first ``left`` to the left and the others to the right, under their heads."""
    body = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(heads, *body, strict=True)]

    def line(row: Sequence[str]) -> str:
        padding = (
            padded(cell, width, right=n >= left) for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(padding).rstrip()

    return "".join(f"{text}\n" for text in (paint("place", line(heads)), *map(line, body)))


def devices_text(devices: Sequence[DeviceLine], *, color: bool = False) -> str:
    """The table of routers; "" for none."""
    if not devices:
        return ""
    shown = _most_telling(devices)
    text = grid(_HEADS, map(_row, shown), left=_LEFT, paint=Painter(color))
    left_out = len(devices) - len(shown)
    return f"{text}… and {left_out:,} more\n" if left_out else text


def _most_telling(devices: Sequence[DeviceLine]) -> list[DeviceLine]:
    """All routers, or of many those with the most errors, then warnings; in the order they came."""
    places = range(len(devices))
    worst = sorted(places, key=lambda n: (-devices[n].errors, -devices[n].warnings, n))[:SHOWN]
    return [devices[n] for n in sorted(worst)]


def _row(row: DeviceLine) -> tuple[str, ...]:
    numbers = (row.sessions, row.files, row.lines, row.written, row.unchanged, row.errors, row.warnings)
    return (row.device, row.platform, row.role, *(f"{number:,}" for number in numbers))


def tiers_text(tiers: Sequence[TierRow], *, color: bool = False) -> str:
    """``checked  schema, 71 rules`` and a line for every tier that did not run; "" for none."""
    paint = Painter(color)
    ran = ", ".join(_tier(one) for one in tiers if one.ran)
    lines = [f"{paint('good', 'checked')}  {ran}\n"] if ran else []
    for one in tiers:
        if not one.ran:
            why = printable(one.detail.removeprefix("not run: "))
            lines.append(f"{paint('warning', 'not run')}  {printable(one.name)}{': ' if why else ''}{why}\n")
    return "".join(lines)


def _tier(tier: TierRow) -> str:
    name = printable(tier.name)
    return f"{name} ({printable(tier.detail)})" if tier.detail else name


def scope_text(result: Result) -> str:
    """``3 customers, 4 circuits, 2 routers``; "" where nothing was read."""
    if not result.devices and not result.customers:
        return ""
    numbers = ((result.customers, "customer"), (result.circuits, "circuit"), (len(result.devices), "router"))
    return ", ".join(f"{number:,} {word}{'' if number == 1 else 's'}" for number, word in numbers) + "\n"
