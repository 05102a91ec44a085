"""Which YAML parser reads the text: libyaml where PyYAML was built with it, else PyYAML's own, which is slower."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

Event = Any
"""An event of PyYAML: ``start_mark`` and ``end_mark`` (their ``index`` counts characters from 0), ``anchor`` and
``tag`` (None: none); a scalar's ``value`` and ``style`` (its quote; empty or None: plain); ``flow_style`` (in
brackets) of a mapping or list.  PyYAML's stubs say "or None" of every attribute, hence Any."""

NextEvent = Callable[[], Event]
"""Gives one event after the other, ``StreamEndEvent`` last.  Raises ``yaml.YAMLError``."""


class _PurePython(Reader, Scanner, Parser):
    """PyYAML's parser without libyaml: characters, tokens and events, nothing above."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def pure_events(text: str) -> NextEvent:
    """Events of ``text``, read in pure Python."""
    return _PurePython(text).get_event


def libyaml_events(text: str) -> NextEvent:
    """Events of ``text``, read by libyaml."""
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # absent where libyaml is

    return CParser(text).get_event


events_of: Callable[[str], NextEvent] = libyaml_events if yaml.__with_libyaml__ else pure_events
"""Events of a text without a byte order mark; positions are indexes into it."""
