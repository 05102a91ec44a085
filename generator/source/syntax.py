"""What a YAML parser says about broken text, in plain words."""

from __future__ import annotations

from typing import Final

import yaml

from generator.source.problems import Problem

_INDENT: Final = "the indentation does not fit the lines above"
_WORDS: Final = (
    # what the parser says (libyaml, then PyYAML), what it means, what to do
    (("mapping values are not allowed",), "a second `: ` stands in one line, or " + _INDENT, "quote text that holds `: `; indent the keys of a mapping alike"),
    (("unexpected end of stream",), "a quoted text begins here and never ends", "close the quote"),
    (("unknown escape character",), "a backslash in double quotes is followed by a character that has no meaning there", "use single quotes, or write \\\\"),
    (("expected ',' or ']'",), "the list that begins here with [ is not closed", "put ] at its end and commas between its items"),
    (("expected ',' or '}'",), "the mapping that begins here with { is not closed", "put } at its end and commas between its entries"),
    (("could not find expected ':'",), "a key without a colon, or text that continues where a key is expected", "write `key: value`"),
    (("did not find expected '-'",), "a line that is no item of the list above: " + _INDENT, "begin it with - or indent it as the list's owner"),
    (("did not find expected key",), "a key was expected here: " + _INDENT, "indent the keys of a mapping alike"),
    (("<block end>",), "a line that does not belong to what stands above: " + _INDENT, "indent keys and items alike"),
    (("block sequence entries are not allowed", "sequence entries are not allowed"), "a list item may not begin here", "put - on a line of its own"),
    (("cannot start any token",), "a character that cannot begin a value without quotes", "put the value in quotes"),
    (("block mapping", "mapping keys are not allowed"), "a key may not begin here", "put it on a line of its own"),
    (("undefined tag handle",), "a word that begins with ! is a tag, and this one is unknown", "put the value in quotes"),
    (("alphabetic or numeric",), "& and * begin an anchor or alias, whose name is missing here", "put the value in quotes"),
    (("incompatible YAML document", "%YAML"), "the %YAML line names an unknown version", "delete the line"),
    (("document start", "document head", "end of the document"), "text that belongs to no document", "delete lines that begin with % and ..."),
    (("expected the node content", "did not find expected node content"), "a value was expected here", "write a value, in quotes if it begins with , ] } or %"),
)  # fmt: skip
_AT_CONTEXT: Final = ("unexpected end of stream", "expected ',' or")
"""Problems whose cause is where the thing began, not where the parser gave up."""


def syntax_problem(error: yaml.YAMLError, text: str) -> Problem:
    """The finding for an error of the parser; a tab in the indentation and control characters have ids of their own."""
    if isinstance(error, yaml.reader.ReaderError):
        return _character(error, text)
    said = str(getattr(error, "problem", None) or error)
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if context is not None and said.find(_AT_CONTEXT[0]) + said.find(_AT_CONTEXT[1]) > -2:
        mark = context
    index = min(mark.index, len(text)) if mark is not None else 0
    tab = _tab(text, index)
    if tab >= 0:
        message, fix = "a tab stands in the indentation, YAML wants spaces", "replace it with spaces"
        return Problem(rule="SRC-010", start=tab, end=tab + 1, message=message, fix=fix)
    for phrases, meaning, fix in _WORDS:
        if any(phrase in said for phrase in phrases):
            return Problem(rule="SRC-011", start=index, end=index + 1, message=f"not YAML: {meaning}", fix=fix)
    message = f"not YAML: {getattr(error, 'context', None) or 'the text'}: {said}"
    return Problem(rule="SRC-011", start=index, end=index + 1, message=message, fix="correct the line")


def _character(error: yaml.reader.ReaderError, text: str) -> Problem:
    """A character that YAML forbids; libyaml counts bytes, so the place is looked up here."""
    for index, character in enumerate(text):
        if not _allowed(character):
            message = f"control character U+{ord(character):04X}, which YAML forbids"
            return Problem(rule="SRC-009", start=index, end=index + 1, message=message, fix="delete it")
    reason = getattr(error, "reason", "not readable")
    return Problem(rule="SRC-009", start=0, end=1, message=f"characters that YAML forbids: {reason}", fix="delete them")


def _allowed(character: str) -> bool:
    """YAML's set of printable characters."""
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return character in "\t\n\r\x85"
    return not 0xD800 <= code <= 0xDFFF and code not in (0xFFFE, 0xFFFF)


def _tab(text: str, index: int) -> int:
    """The index of a tab in the indentation of the line of ``index`` or of the line after it; -1: none."""
    start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    line = text[start : index + 1]
    blank = line[: len(line) - len(line.lstrip(" \t"))]
    return start + blank.index("\t") if "\t" in blank else -1
