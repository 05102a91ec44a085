"""The change pack as the page's template prints it: texts and classes, nothing to decide."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from generator.change.block_diff import Block, DiffLine
from generator.change.command_file import typed
from generator.change.meaning import Foreign
from generator.change.pack import Pack, RouterPack
from generator.model.change import Step
from generator.model.finding import Finding
from generator.model.watch import Check
from generator.report.change_text import by_customer, comparison_summary, proof_text
from generator.report.circuit_picture import Picture
from generator.report.order import arranged
from generator.report.terminal import printable

_CLASSES = {"+": "add", "-": "del", " ": "ctx"}


class CustomerView(msgspec.Struct, frozen=True):
    name: str
    news: tuple[str, ...]
    details: tuple[str, ...]


class LineView(msgspec.Struct, frozen=True):
    """A line of a unified diff."""

    style: str
    mark: str
    text: str
    note: str = ""


class RowView(msgspec.Struct, frozen=True):
    """A line of a diff side by side."""

    left_style: str
    left: str
    right_style: str
    right: str


class BlockView(msgspec.Struct, frozen=True):
    file: str
    lines: tuple[LineView, ...]
    rows: tuple[RowView, ...]


class StepView(msgspec.Struct, frozen=True):
    number: int
    why: str
    subjects: str
    text: str


class CheckView(msgspec.Struct, frozen=True):
    id: str
    what: str
    expect: str
    commands: tuple[str, ...]


class RouterView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    platform: str
    turn: str
    why: str
    news: tuple[str, ...]
    steps: tuple[StepView, ...]
    rollback: tuple[StepView, ...]
    has_commands: bool
    atomic: bool
    before: tuple[CheckView, ...]
    after: tuple[CheckView, ...]
    blocks: tuple[BlockView, ...]
    foreign: tuple[str, ...]
    hashes: tuple[tuple[str, str], ...]


class RiskView(msgspec.Struct, frozen=True):
    device: str
    text: str
    why: str


class FindingView(msgspec.Struct, frozen=True):
    severity: str
    rule: str
    where: str
    message: str
    note: str


class PackView(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    against: str
    summary: str
    customers: tuple[CustomerView, ...]
    proofs: tuple[str, ...]
    pictures: tuple[Picture, ...]
    risks: tuple[RiskView, ...]
    routers: tuple[RouterView, ...]
    findings: tuple[FindingView, ...]


def pack_view(pack: Pack, pictures: tuple[Picture, ...]) -> PackView:
    """Everything on the page, in the page's order."""
    found = pack.comparison
    return PackView(
        title=printable(found.inventory),
        against=printable(found.against),
        summary=printable(comparison_summary(found)),
        customers=tuple(
            CustomerView(
                printable(name or "all customers"),
                tuple(printable(one.sentence) for one in changes if not one.detail),
                tuple(printable(f"{one.device} {one.text}") for one in changes if one.detail),
            )
            for name, changes in by_customer(found.changes)
        ),
        proofs=tuple(printable(proof_text(one)) for one in found.absences),
        pictures=pictures,
        risks=tuple(RiskView(printable(one.device), printable(one.text), printable(one.why)) for one in pack.risks),
        routers=tuple(_router(number, one, pack) for number, one in enumerate(pack.routers, 1)),
        findings=tuple(_finding(one) for one in arranged((*found.findings, *pack.findings))),
    )


def _router(number: int, one: RouterPack, pack: Pack) -> RouterView:
    change = one.change
    why = next((turn.why for turn in pack.order if turn.device == one.diff.device), "")
    hashes = (
        ("running", one.diff.before_hash),
        ("intended", one.diff.after_hash),
        ("commands", one.command_hash),
        ("rollback", one.rollback_hash),
    )
    return RouterView(
        id=f"router-{number}",
        name=printable(one.diff.device),
        platform=printable(one.title),
        turn=str(number),
        why=printable(why),
        news=tuple(
            printable(f"{each.where}: {each.text}; {each.effect}") for each in one.diff.changes if not each.detail
        ),
        steps=() if change is None else _steps(change.steps, one),
        rollback=() if change is None else _steps(change.rollback, one),
        has_commands=change is not None,
        atomic=change is not None and change.atomic,
        before=tuple(_checks(number, one, "before")),
        after=tuple(_checks(number, one, "after")),
        blocks=tuple(_block(block) for block in one.diff.blocks),
        foreign=tuple(_foreign(each) for each in one.diff.foreign),
        hashes=tuple((name, value) for name, value in hashes if value),
    )


def _steps(steps: tuple[Step, ...], one: RouterPack) -> tuple[StepView, ...]:
    return tuple(
        StepView(
            number,
            printable(step.why),
            printable(", ".join(step.subjects)),
            "\n".join(map(printable, typed(step.commands, files=one.files, one_line=one.one_line, shown=True))),
        )
        for number, step in enumerate(steps, 1)
    )


def _checks(number: int, router: RouterPack, when: str) -> Iterator[CheckView]:
    mine: list[Check] = [one for one in router.checks if one.when == when]
    for place, one in enumerate(mine, 1):
        yield CheckView(
            f"check-{number}-{when}-{place}",
            printable(one.what),
            printable(one.expect),
            tuple(map(printable, one.commands)),
        )


def _block(block: Block) -> BlockView:
    lines = tuple(LineView(_CLASSES[one.mark], one.mark, _text(one), one.note) for one in block.lines)
    return BlockView(printable(block.file), lines, tuple(_rows(block)))


def _text(line: DiffLine) -> str:
    return f"{' ' * line.depth}{printable(line.text)}"


def _rows(block: Block) -> Iterator[RowView]:
    """What goes beside what comes, as far as they stand together."""
    going: list[str] = []
    coming: list[str] = []

    def flush() -> Iterator[RowView]:
        for place in range(max(len(going), len(coming))):
            left = going[place] if place < len(going) else None
            right = coming[place] if place < len(coming) else None
            yield RowView(
                "none" if left is None else "del", left or "", "none" if right is None else "add", right or ""
            )
        going.clear()
        coming.clear()

    for line in block.lines:
        if line.mark == " ":
            yield from flush()
            yield RowView("ctx", _text(line), "ctx", _text(line))
            continue
        if line.mark == "-" and coming:
            yield from flush()
        (going if line.mark == "-" else coming).append(_text(line) + (f"   ({line.note})" if line.note else ""))
    yield from flush()


def _foreign(one: Foreign) -> str:
    place = f"{one.file}:{one.line}: " if one.line else ""
    return printable(f"{place}{one.text} ({one.why})")


def _finding(one: Finding) -> FindingView:
    where = "" if one.where is None else str(one.where)
    note = f"accepted: {one.acknowledged}" if one.acknowledged else one.fix
    return FindingView(one.severity.word, one.rule, printable(where), printable(one.message), printable(note))
