"""The change pack in Markdown, for a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.change.command_file import command_text
from generator.change.pack import Pack, RouterPack
from generator.model.watch import Check
from generator.report.change_markdown import diffs, sentences
from generator.report.change_text import comparison_summary
from generator.report.markdown import bullets, plain, section, table, wrapped
from generator.report.order import arranged
from generator.report.terminal import printable

MASKED = (
    "Keys are masked (••••); one that changes is shown as changed. The command files beside this one hold the keys "
    "themselves: only their owner can read them.\n"
)


def pack_markdown(pack: Pack) -> str:
    """The same as the page, in the same order."""
    found = pack.comparison
    blocks = [
        section(f"Change of {plain(found.inventory)}", f"{plain(comparison_summary(found))}.\n", MASKED, level=1),
        section("What changes, in words", sentences(found, 3)),
        section("Risks", bullets(_risks(pack)) or "None was found: no session resets, no key changes.\n"),
        section("Order of the routers", "".join(_order(pack))),
        *(_router(one) for one in pack.routers),
        section("Lines", *diffs(found, 3)),
        section("Findings", bullets(_findings(pack)) or "None.\n"),
        section("Hashes", "SHA-256 of the texts with their keys masked.\n", _hashes(pack)),
    ]
    return "\n".join(block for block in blocks if block)


def _risks(pack: Pack) -> Iterator[str]:
    for one in pack.risks:
        yield f"{plain(one.device)}: {plain(one.text)}. Why: {plain(one.why)}."


def _order(pack: Pack) -> Iterator[str]:
    for number, turn in enumerate(pack.order, 1):
        yield wrapped(f"{plain(turn.device)}: {plain(turn.why)}", f"{number}. ")


def _router(one: RouterPack) -> str:
    change = one.change
    unknown = "No commands were worked out for this router.\n"
    return section(
        f"{plain(one.diff.device)} ({plain(one.title)})",
        section("Before", _checks(one.checks, "before") or "Nothing that runs already is touched.\n", level=3),
        section(
            "Commands",
            unknown
            if change is None
            else _code(command_text(change, rollback=False, files=one.files, one_line=one.one_line, shown=True)),
            level=3,
        ),
        section("After", _checks(one.checks, "after"), level=3),
        section(
            "The way back",
            unknown
            if change is None
            else _code(command_text(change, rollback=True, files=one.files, one_line=one.one_line, shown=True)),
            level=3,
        ),
    )


def _code(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n" + "\n".join(map(printable, text.splitlines())) + f"\n{fence}\n"


def _checks(checks: Iterable[Check], when: str) -> str:
    lines = []
    for one in checks:
        if one.when == when:
            lines.append(wrapped(f"**{plain(one.what)}** {plain(one.expect)}", "- [ ] "))
            lines += [f"      `{printable(command)}`\n" for command in one.commands]
    return "".join(lines)


def _findings(pack: Pack) -> Iterator[str]:
    for one in arranged((*pack.comparison.findings, *pack.findings)):
        where = "" if one.where is None else f" ({plain(str(one.where))})"
        yield f"{one.severity.word} {one.rule}: {plain(one.message)}{where}"


def _hashes(pack: Pack) -> str:
    rows = [
        (one.diff.device, name, value)
        for one in pack.routers
        for name, value in (
            ("running", one.diff.before_hash),
            ("intended", one.diff.after_hash),
            ("commands", one.command_hash),
            ("rollback", one.rollback_hash),
        )
        if value
    ]
    return table(("Router", "Text", "SHA-256"), rows)
