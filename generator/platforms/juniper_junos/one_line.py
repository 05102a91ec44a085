"""A command of a candidate as it is typed at the top of configuration mode."""

from __future__ import annotations

from collections.abc import Iterable

from generator.model.change import Command


def one_line(context: tuple[str, ...], text: str) -> str:
    """The verb, the path, and the rest.

    >>> one_line(("policy-options", "policy-statement P"), "insert term 10 before term 20")
    'insert policy-options policy-statement P term 10 before term 20'
    """
    verb, _, rest = text.partition(" ")
    return " ".join((verb, *context, rest)).rstrip()


def merge_text(commands: Iterable[Command]) -> str:
    """One command a line, nothing before the first: NAPALM tells the format by the first word (NAP-10)."""
    return "".join(f"{one_line(one.context, one.text)}\n" for one in commands)
