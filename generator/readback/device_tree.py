"""One file of a router that came from elsewhere → tree, in whatever form its platform prints it.

Two ways on purpose: a fast one of our own, and ciscoconfparse2's.
"""

from __future__ import annotations

from collections.abc import Callable

from generator.platforms.base import ConfigFile
from generator.platforms.tree import Node, Parsed
from generator.readback.braces import TOO_DEEP, parse_braces
from generator.readback.ciscoconf import device_tree, parse_device


def tree_of(file: ConfigFile, text: str) -> Parsed:
    """The tree, fast."""
    return _in_its_form(file, text, lambda: device_tree(text, file.comment))


def other_tree_of(file: ConfigFile, text: str) -> Parsed:
    """The tree as ciscoconfparse2 has it; what is broken in braces only our own parser says."""
    return _in_its_form(file, text, lambda: parse_device(text, file.syntax, file.comment), always=True)


def _in_its_form(file: ConfigFile, text: str, parse: Callable[[], list[Node]], *, always: bool = False) -> Parsed:
    other = file.other_form(text, file.name) if file.other_form is not None else None
    if other is not None:
        return other
    if file.syntax != "braces":
        return parse(), []
    nodes, problems = parse_braces(text, file.name)
    given_up = any(one.reason == TOO_DEEP for one in problems)
    return (parse() if always and not given_up else nodes), problems
