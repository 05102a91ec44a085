"""``bfd-template``: timers that interfaces refer to."""

from __future__ import annotations

from msgspec.structs import replace

from generator.model.facts import Bfd
from generator.platforms.cisco_xe.found import Found
from generator.platforms.tree import Node


def bfd_template(found: Found, words: list[str], node: Node) -> None:
    """``bfd-template single-hop NAME``: timers that interfaces refer to."""
    if len(words) != 3:
        found.reject(node)
        return
    echo = False
    timers: Bfd | None = None
    for child in node.children:
        line = child.text.split()
        if line[0] == "interval":
            timers = _template_timers(line)
        elif line[0] == "echo":
            echo = True
    if timers is not None:
        found.bfd_templates[words[2]] = replace(timers, echo=echo)


def _template_timers(words: list[str]) -> Bfd | None:
    values = dict(zip(words[1::2], words[2::2], strict=False))
    scale = 1
    if words[1:2] == ["microseconds"]:
        values, scale = dict(zip(words[2::2], words[3::2], strict=False)), 1000
    both = values.get("both", "")
    try:
        transmit, receive = values.get("min-tx", both), values.get("min-rx", both)
        return Bfd(int(transmit) // scale, int(receive) // scale, int(values.get("multiplier", "3")))
    except ValueError:
        return None
