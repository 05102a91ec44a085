"""A comparison in Markdown, for a ticket or a review."""

from __future__ import annotations

from collections.abc import Iterator

from generator.change.block_diff import Block
from generator.change.compared import Comparison, RouterDiff
from generator.report.change_text import by_customer, proof_text
from generator.report.markdown import bullets, plain, section
from generator.report.terminal import printable


def comparison_markdown(found: Comparison, *, level: int = 1) -> str:
    """Sentences by customer, then lines by router."""
    head = f"Changes of {plain(found.inventory)}"
    against = f"Compared with {plain(found.against)}.\n"
    return section(head, against, sentences(found, level + 1), *diffs(found, level + 1), level=level)


def sentences(found: Comparison, level: int) -> str:
    """What changes, customer by customer; details after the news that imply them."""
    parts = []
    for name, changes in by_customer(found.changes):
        news = bullets(plain(one.sentence) for one in changes if not one.detail)
        details = bullets(f"{plain(one.device)} {plain(one.text)}" for one in changes if one.detail)
        with_it = f"What goes with it:\n\n{details}" if details else ""
        parts.append(section(plain(name or "all customers"), news, with_it, level=level))
    proofs = bullets(plain(proof_text(one)) for one in found.absences)
    parts.append(section("Proof of absence", proofs, level=level))
    return "\n".join(part for part in parts if part) or "Nothing changes.\n"


def diffs(found: Comparison, level: int) -> Iterator[str]:
    """What changes in the configs, router by router."""
    for router in found.routers:
        lines = list(diff_lines(router))
        foreign = bullets(f"{_code(one.text)} ({plain(one.why)})" for one in router.foreign)
        left = f"Left alone, because no inventory asks for it:\n\n{foreign}" if foreign else ""
        fence = "`" * max(3, 1 + max((_ticks(line) for line in lines), default=0))
        block = f"{fence}diff\n" + "\n".join(lines) + f"\n{fence}\n" if lines else ""
        unread = "" if router.compared else "Its running config could not be read: it was not compared.\n"
        if block or left or unread:
            yield section(f"{plain(router.device)} {router.platform}".rstrip(), unread, block, left, level=level)


def diff_lines(router: RouterDiff) -> Iterator[str]:
    """A unified diff of the router's changed blocks."""
    files = dict.fromkeys(block.file for block in router.blocks)
    for file in files:
        yield f"--- {printable(router.device)}/{printable(file)} before"
        yield f"+++ {printable(router.device)}/{printable(file)} after"
        for block in router.blocks:
            if block.file == file:
                yield from _hunk(block)


def _hunk(block: Block) -> Iterator[str]:
    if block.lines:
        first = next((line.line for line in block.lines if line.line), 0)
        yield f"@@ block at line {first} @@"
        for line in block.lines:
            note = f"   ({line.note})" if line.note else ""
            yield f"{line.mark}{' ' * line.depth}{printable(line.text)}{note}"


def _code(text: str) -> str:
    fence = "`" * (1 + _ticks(text))
    return f"{fence}{printable(text)}{fence}"


def _ticks(text: str) -> int:
    """The longest run of backticks in ``text``."""
    longest = run = 0
    for one in text:
        run = run + 1 if one == "`" else 0
        longest = max(longest, run)
    return longest
