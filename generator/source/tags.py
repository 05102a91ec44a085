"""``!!str`` and the other tags of YAML's core schema; every other tag is refused."""

from __future__ import annotations

from typing import Final

from generator.source.events import Event
from generator.source.problems import Problem
from generator.source.traps import Plain, Trap, plain_value

_CORE: Final = "tag:yaml.org,2002:"
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "null": (type(None),),
}


def tagged_scalar(event: Event) -> tuple[Plain, Problem | None]:
    """The value of a scalar with a tag, and what is wrong with it; the text where it cannot be had."""
    text = str(event.value)
    tag = str(event.tag)
    name = tag.removeprefix(_CORE)
    if tag in ("!", f"{_CORE}str"):
        return text, None
    if name not in _TYPES or tag == name:
        return text, _refused(event, tag)
    value = plain_value(text)
    fits = isinstance(value, _TYPES[name]) and (name == "bool" or not isinstance(value, bool))
    if isinstance(value, Trap) or not fits:
        message = f"!!{name} does not fit the text {text!r}"
        return text, _problem(event, message, "delete the tag, or correct the text", f"!!{name} does not fit the value")
    return (float(value) if name == "float" and isinstance(value, int) else value), None


def tagged_mapping(event: Event) -> Problem | None:
    """What is wrong with the tag of a mapping, if it has one."""
    return None if event.tag in (None, "!", f"{_CORE}map") else _refused(event, str(event.tag))


def tagged_sequence(event: Event) -> Problem | None:
    """What is wrong with the tag of a list, if it has one."""
    return None if event.tag in (None, "!", f"{_CORE}seq") else _refused(event, str(event.tag))


def _refused(event: Event, tag: str) -> Problem:
    shown = f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag
    message = f"tag {shown} is not allowed, only !!str, !!int, !!float, !!bool, !!null, !!map and !!seq are"
    return _problem(event, message, "delete the tag; text that begins with ! needs quotes", "a tag is not allowed here")


def _problem(event: Event, message: str, fix: str, hidden: str) -> Problem:
    start, end = event.start_mark.index, event.end_mark.index
    return Problem(rule="SRC-016", start=start, end=end, message=message, hidden=hidden, fix=fix)
