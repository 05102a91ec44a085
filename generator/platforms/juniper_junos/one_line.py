"""A command of a candidate as it is typed at the top of configuration mode."""

from __future__ import annotations


def one_line(context: tuple[str, ...], text: str) -> str:
    """The verb, the path, and the rest.

    >>> one_line(("policy-options", "policy-statement P"), "insert term 10 before term 20")
    'insert policy-options policy-statement P term 10 before term 20'
    """
    verb, _, rest = text.partition(" ")
    return " ".join((verb, *context, rest)).rstrip()
