"""Text → tree → facts.  Two parsers on purpose: our own for text that we rendered, ciscoconfparse2 for a device's."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from generator.model.facts import ReadResult, UnrecognisedLine
from generator.platforms.base import Platform
from generator.platforms.tree import Node
from generator.readback.braces import parse_braces
from generator.readback.indent import parse_indent


def read_rendered(platform: Platform, texts: Mapping[str, str]) -> ReadResult:
    """Read files that we rendered, by the one-pass tree."""
    trees: dict[str, list[Node]] = {}
    problems: list[UnrecognisedLine] = []
    for file in platform.files:
        text = texts.get(file.name)
        if text is None:
            continue
        if file.syntax == "braces":
            trees[file.name], found = parse_braces(text)
            problems.extend(found)
        else:
            trees[file.name] = parse_indent(text, file.comment)
    return _read(platform, trees, problems)


def read_device(platform: Platform, texts: Mapping[str, str]) -> ReadResult:
    """Read files that came from elsewhere: a device's own text, or one that a person edited."""
    from generator.readback.ciscoconf import parse_device

    trees: dict[str, list[Node]] = {}
    problems: list[UnrecognisedLine] = []
    for file in platform.files:
        text = texts.get(file.name)
        if text is None:
            continue
        if file.syntax == "braces":
            problems.extend(parse_braces(text)[1])
        trees[file.name] = parse_device(text, file.syntax, file.comment)
    return _read(platform, trees, problems)


def _read(platform: Platform, trees: Mapping[str, list[Node]], problems: list[UnrecognisedLine]) -> ReadResult:
    result = platform.read(trees)
    if problems:
        return msgspec.structs.replace(result, unrecognised=(*problems, *result.unrecognised))
    return result
