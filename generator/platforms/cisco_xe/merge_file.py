"""Commands as a file that ``copy FILE running-config`` takes: each in its mode, and out of it again by ``exit``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from generator.model.change import Command

_OPENS: Final = re.compile(r"(?:address-family|class|key|peer) ")
"""Lines of a block that lead into a block of their own.  A line after them must not be taken for one of theirs."""


def merge_file(commands: Iterable[Command]) -> str:
    """The file; empty where there are no commands.  Without ``end`` the router cannot say what would change."""
    lines = list(_lines(commands))
    return "".join(f"{line}\n" for line in (*lines, "end")) if lines else ""


def _lines(commands: Iterable[Command]) -> Iterator[str]:
    """The mode is left one level at a time, and only where it is known that it was entered: an ``exit`` too many would
    end the file.  From a mode of the first level a line of the top level needs no way out."""
    mode: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    for command in commands:
        if last and command.context[: len(last)] == last:
            mode = last
        while command.context[: len(mode)] != mode:
            mode = mode[:-1]
            yield f"{' ' * len(mode)} exit"
        for line in command.context[len(mode) :]:
            yield f"{' ' * len(mode)}{line}"
            mode = (*mode, line)
        yield f"{' ' * len(mode)}{command.text}"
        last = (*mode, command.text)
        if mode and _OPENS.match(command.text):
            mode = last
