"""The commands of a router as a plain file: as typed, with keys, or as shown, without."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.change import ChangeSet, Step


def command_text(change: ChangeSet, *, rollback: bool, comment: str = "!", shown: bool = False) -> str:
    """The file, one step after the other; a comment line says what each step is for.

    A command's context is typed again wherever it is not that of the command before.
    """
    steps = change.rollback if rollback else change.steps
    what = "the way back" if rollback else "the change"
    head = [f"{comment} {change.device}: {what}, {len(steps)} step{'' if len(steps) == 1 else 's'}"]
    return "\n".join([*head, *_lines(steps, comment, shown)]) + "\n"


def _lines(steps: tuple[Step, ...], comment: str, shown: bool) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        yield f"{comment} {number}. {step.why}"
        context: tuple[str, ...] = ()
        for command in step.commands:
            for depth, line in enumerate(command.context):
                if command.context[: depth + 1] != context[: depth + 1]:
                    yield f"{' ' * depth}{line}"
            context = command.context
            yield f"{' ' * len(command.context)}{command.shown if shown else command.text}"
