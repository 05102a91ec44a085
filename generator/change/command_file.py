"""The commands of a router as plain files: as typed, with keys, or as shown, without.

Some platforms take a whole file instead of lines: then the command's context is the file's name, and the
file is written beside the commands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from generator.model.change import ChangeSet, Command, Step

OneLine = Callable[[tuple[str, ...], str], str]
"""Context and command → one line, on platforms whose commands bear their whole path."""
NO_FILES: Final[Mapping[str, str]] = MappingProxyType({})


def command_text(
    change: ChangeSet,
    *,
    rollback: bool,
    files: Mapping[str, str] = NO_FILES,
    one_line: OneLine | None = None,
    shown: bool = False,
) -> str:
    """The file, one step after the other, each from the top level; a comment line says what it is for.

    ``files``: names of files that the platform takes as a whole, and where they are on the router.
    """
    steps = change.rollback if rollback else change.steps
    what = "the way back" if rollback else "the change"
    comment = "!" if one_line is None else "#"
    head = [f"{comment} {change.device}: {what}, {len(steps)} step{'' if len(steps) == 1 else 's'}"]
    return "\n".join([*head, *_lines(steps, files, one_line, comment, shown)]) + "\n"


def _lines(
    steps: tuple[Step, ...], files: Mapping[str, str], one_line: OneLine | None, comment: str, shown: bool
) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        yield f"{comment} {number}. {step.why}"
        yield from typed(step.commands, files=files, one_line=one_line, shown=shown)


def typed(
    commands: Iterable[Command], *, files: Mapping[str, str] = NO_FILES, one_line: OneLine | None = None, shown: bool
) -> Iterator[str]:
    """The lines as they are typed, one after the other, indented as the device keeps them.

    A command is typed where the one before has led to, or after its whole context from the top: from inside of a
    block a device takes any line of the top level, but not every line of the block around it.
    """
    here: tuple[str, ...] | None = None
    inside: tuple[str, ...] | None = None
    for command in commands:
        text = command.shown if shown else command.text
        if one_line is not None:
            yield one_line(command.context, text)
            continue
        if command.context[:1] and command.context[0] in files:
            if command.context != here:
                yield f"! put {command.context[0]}, which lies beside this file, at {files[command.context[0]]}"
            here = inside = command.context
            continue
        if command.context and command.context not in (here, inside):
            yield from (f"{' ' * depth}{line}" for depth, line in enumerate(command.context))
        here, inside = command.context, (*command.context, command.text)
        yield f"{' ' * len(command.context)}{text}"


def placed(steps: Iterable[Step], files: Collection[str]) -> tuple[str, ...]:
    """Names of the files that steps put into place, in their order."""
    contexts = (command.context for step in steps for command in step.commands)
    return tuple(dict.fromkeys(one[0] for one in contexts if one and one[0] in files))
