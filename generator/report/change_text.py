"""A comparison as people read it in a terminal: sentences by customer, then lines by router."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.change.block_diff import Block, DiffLine
from generator.change.compared import Absence, Comparison, RouterDiff
from generator.change.meaning import Change
from generator.report.terminal import Painter, printable

_STYLES = {"+": "good", "-": "error", " ": "label"}


def comparison_text(found: Comparison, *, color: bool = False, lines: bool = True) -> str:
    """The whole comparison; ``lines``: with what changes in the configs."""
    paint = Painter(color)
    blocks = ["\n".join(_customer(name, changes, paint)) + "\n" for name, changes in by_customer(found.changes)]
    blocks += ["\n".join(_absence(one, paint)) + "\n" for one in found.absences]
    if lines:
        blocks += [text for router in found.routers if (text := _router(router, paint))]
    return "\n".join([*blocks, f"{_summary(found, paint)}\n"])


def by_customer(changes: Iterable[Change]) -> list[tuple[str, list[Change]]]:
    """Customers in the order of the inventory, each with its changes; what all share last, under an empty name."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.customer, []).append(change)
    return sorted(groups.items(), key=lambda group: not group[0])


def _customer(name: str, changes: list[Change], paint: Painter) -> Iterator[str]:
    yield paint("place", printable(name or "all customers"))
    for change in changes:
        if not change.detail:
            yield f"  {printable(change.sentence)}"
    details = [change for change in changes if change.detail]
    if details:
        yield paint("label", "  what goes with it")
        yield from (paint("label", f"    {printable(f'{one.device} {one.text}')}") for one in details)


def _absence(one: Absence, paint: Painter) -> Iterator[str]:
    word = paint("error", "left") if one.left else paint("good", "proven")
    yield f"{word}  {printable(proof_text(one))}"
    yield from (f"  {printable(line)}" for line in one.left)


def proof_text(one: Absence) -> str:
    """The proof in a sentence."""
    head = f"{one.customer}: {one.objects} objects leave {one.device}"
    if one.left:
        return f"{head}, but {len(one.left)} of its lines still bear their names"
    return f"{head}, and none of their {len(one.names)} names and addresses is left in the {one.lines:,} lines it will have"


def _router(router: RouterDiff, paint: Painter) -> str:
    if not (router.blocks or router.foreign):
        return ""
    lines = [paint("place", f"{printable(router.device)} ({router.platform})")]
    for block in router.blocks:
        lines.append(paint("label", f"  @@ {printable(block.file)}{_at(block)} @@"))
        lines += [f"  {paint(_STYLES[line.mark], _line(line))}" for line in block.lines]
    if router.foreign:
        lines.append("  left alone, because no inventory asks for it:")
        for one in router.foreign:
            place = f"{one.file}:{one.line}: " if one.line else ""
            lines.append(f"    {printable(f'{place}{one.text}')}  ({printable(one.why)})")
    return "\n".join(lines) + "\n"


def _at(block: Block) -> str:
    number = next((line.line for line in block.lines if line.line), 0)
    return f":{number}" if number else ""


def _line(line: DiffLine) -> str:
    note = f"   ({line.note})" if line.note else ""
    return f"{line.mark} {' ' * line.depth}{printable(line.text)}{note}"


def comparison_summary(found: Comparison) -> str:
    """One line: how much changes, and what it does to sessions."""
    unread = [router.device for router in found.routers if not router.compared]
    missing = f"; not compared: {', '.join(unread)}" if unread else ""
    if len(unread) == len(found.routers):
        return f"nothing was compared with {found.against}{missing}"
    if not found.different:
        return f"no difference from {found.against}{missing}"
    changes = [one for one in found.changes if not one.detail]
    routers = sum(bool(router.changes or router.blocks) for router in found.routers)
    effects = [
        f"{number or 'no'} session{words[number != 1]}"
        for number, words in (
            (len({(one.device, key) for one in changes for key in one.starts}), (" comes up", "s come up")),
            (len({(one.device, key) for one in changes for key in one.resets}), (" resets", "s reset")),
            (len({(one.device, key) for one in changes for key in one.ends}), (" ends", "s end")),
        )
        if number or words[0] == " resets"
    ]
    return (
        f"{_counted(len(changes), 'change')} on {_counted(routers, 'router')} from {found.against}; "
        f"{', '.join(effects)}{missing}"
    )


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _summary(found: Comparison, paint: Painter) -> str:
    text = printable(comparison_summary(found))
    head, rest = text[:13], text[13:]
    return f"{paint('good', head)}{rest}" if head == "no difference" else text
