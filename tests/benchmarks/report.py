"""The figures as one Markdown document."""

from __future__ import annotations

import math
import platform
import statistics
from collections.abc import Iterator

from tests.benchmarks.runs import Bench, Comparison


def markdown(bench: Bench) -> str:
    """Everything that was measured."""
    lines = [
        f"CPU seconds of whole processes, medians of {bench.pairs} turns; peak memory in MB. "
        f"Python {platform.python_version()}, {platform.machine()}.",
        "",
        *_processes(bench),
        "",
        *_stages(bench),
        *_rest(bench),
    ]
    return "\n".join(lines) + "\n"


def _processes(bench: Bench) -> Iterator[str]:
    yield "| fleet | routers | peerwright | ordinary loop | best loop | ÷ ordinary | ÷ best |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for one in bench.comparisons:
        cells = [
            f"{one.shape.upper()} {one.customers:,}",
            f"{2 * one.customers if one.shape == 'wide' else 2:,}",
            *(
                f"{one.seconds(program):.2f} s, {one.megabytes(program):,.0f} MB"
                for program in ("ours", "ordinary", "best")
            ),
            f"{one.ratio('ordinary'):.2f}",
            f"{one.ratio('best'):.2f}",
        ]
        yield f"| {' | '.join(cells)} |"


def _stages(bench: Bench) -> Iterator[str]:
    for (shape, customers), figures in bench.stage_tables.items():
        total = sum(one["seconds"] for one in figures.values())
        yield f"| {shape.upper()} {customers:,} | seconds | share | lines/s | peak MB so far |"
        yield "|---|---:|---:|---:|---:|"
        for name, one in figures.items():
            speed = one["lines"] / max(one["seconds"], 1e-6)
            yield (
                f"| {name} | {one['seconds']:.2f} | {one['seconds'] / total:.0%} | {speed:,.0f} "
                f"| {one['megabytes']:.0f} |"
            )
        yield f"| all | {total:.2f} | | | |"
        yield ""


def _rest(bench: Bench) -> Iterator[str]:
    yield "| | |"
    yield "|---|---:|"
    for shape in dict.fromkeys(one.shape for one in bench.comparisons):
        sizes = {one.customers: one for one in bench.comparisons if one.shape == shape}
        for small, large in ((100, 1000), (1000, 10000)):
            if small in sizes and large in sizes:
                exponent = growth(sizes[small], sizes[large])
                yield f"| growth {shape.upper()} {small:,} to {large:,}: customers to the power of | {exponent:.2f} |"
    for shape, count in bench.rewritten.items():
        yield f"| files written by a second run, {shape.upper()} | {count} |"
    helped, nothing = bench.starts["help"], bench.starts["pass"]
    ratio = statistics.median(one.seconds / two.seconds for one, two in zip(helped, nothing, strict=True))
    yield f"| `peerwright --help` ÷ `python -c pass` | {ratio:.1f} |"
    yield "| `--jobs 2` writes the same bytes | yes |"


def growth(small: Comparison, large: Comparison) -> float:
    """The exponent by which the time of a run grows with its customers."""
    return math.log(large.seconds("ours") / small.seconds("ours")) / math.log(large.customers / small.customers)
