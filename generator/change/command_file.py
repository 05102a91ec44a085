"""The commands of a router as a plain file: as typed, with keys, or as shown, without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.model.change import ChangeSet, Command, Step


def command_text(change: ChangeSet, *, rollback: bool, comment: str = "!", shown: bool = False) -> str:
    """The file, one step after the other; a comment line says what each step is for.

    Each step begins at the top level.
    """
    steps = change.rollback if rollback else change.steps
    what = "the way back" if rollback else "the change"
    head = [f"{comment} {change.device}: {what}, {len(steps)} step{'' if len(steps) == 1 else 's'}"]
    return "\n".join([*head, *_lines(steps, comment, shown)]) + "\n"


def _lines(steps: tuple[Step, ...], comment: str, shown: bool) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        yield f"{comment} {number}. {step.why}"
        yield from typed(step.commands, shown=shown)


def typed(commands: Iterable[Command], *, shown: bool) -> Iterator[str]:
    """The lines as they are typed, one after the other, indented as the device keeps them.

    A command is typed where the one before has led to, or after its whole context from the top: from inside of a
    block a device takes any line of the top level, but not every line of the block around it.
    """
    here: tuple[str, ...] | None = None
    inside: tuple[str, ...] | None = None
    for command in commands:
        if command.context and command.context not in (here, inside):
            yield from (f"{' ' * depth}{line}" for depth, line in enumerate(command.context))
        here, inside = command.context, (*command.context, command.text)
        yield f"{' ' * len(command.context)}{command.shown if shown else command.text}"
