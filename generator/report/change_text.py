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
    head = f"{one.customer}: {one.objects} objects leave {one.device}"
    searched = f"none of their {len(one.names)} names and addresses is left in the {one.lines:,} lines it will have"
    if not one.left:
        yield f"{paint('good', 'proven')}  {printable(head)}, and {searched}"
        return
    yield f"{paint('error', 'left')}  {printable(head)}, but {len(one.left)} lines still bear their names:"
    yield from (f"  {printable(line)}" for line in one.left)


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


def _summary(found: Comparison, paint: Painter) -> str:
    against = printable(found.against)
    unread = [router.device for router in found.routers if not router.compared]
    missing = f"; not compared: {', '.join(map(printable, unread))}" if unread else ""
    if not found.different:
        return f"{paint('good', 'no difference')} from {against}{missing}"
    changes = [one for one in found.changes if not one.detail]
    routers = sum(bool(router.changes or router.blocks) for router in found.routers)
    resets = {(one.device, key) for one in changes for key in one.resets}
    told = f"{len(changes)} change{'s' if len(changes) != 1 else ''} on {routers} router{'s' if routers != 1 else ''}"
    return (
        f"{told} from {against}; {len(resets) or 'no'} session{'s reset' if len(resets) != 1 else ' resets'}{missing}"
    )
