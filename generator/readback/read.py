"""Text → tree → facts.  Two parsers on purpose: our own for text that we rendered, ciscoconfparse2 for a device's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from generator.model.facts import ReadResult, UnrecognisedLine
from generator.platforms.base import ConfigFile, Platform
from generator.platforms.tree import Node, Parsed
from generator.readback.braces import parse_braces
from generator.readback.device_tree import other_tree_of
from generator.readback.indent import parse_indent

Trees = dict[str, list[Node]]
"""By file name."""


def read_rendered(platform: Platform, texts: Mapping[str, str]) -> ReadResult:
    """Read files that we rendered, by the one-pass trees."""
    return _read(platform, texts, _parse_rendered)


def read_device(platform: Platform, texts: Mapping[str, str]) -> ReadResult:
    """Read files that came from elsewhere: a device's own text, or one that a person edited."""
    return _read(platform, texts, other_tree_of)


def _parse_rendered(file: ConfigFile, text: str) -> Parsed:
    return parse_braces(text) if file.syntax == "braces" else (parse_indent(text, file.comment), [])


def _read(platform: Platform, texts: Mapping[str, str], parse: Callable[[ConfigFile, str], Parsed]) -> ReadResult:
    return read_trees(platform, *_trees(platform, texts, parse))


def rendered_trees(platform: Platform, texts: Mapping[str, str]) -> tuple[Trees, list[UnrecognisedLine]]:
    """The trees of files that we rendered."""
    return _trees(platform, texts, _parse_rendered)


def read_trees(platform: Platform, trees: Trees, problems: list[UnrecognisedLine]) -> ReadResult:
    """Trees to facts."""
    result = platform.read(trees)
    if problems:
        return msgspec.structs.replace(result, unrecognised=(*problems, *result.unrecognised))
    return result


def _trees(
    platform: Platform, texts: Mapping[str, str], parse: Callable[[ConfigFile, str], Parsed]
) -> tuple[Trees, list[UnrecognisedLine]]:
    trees: Trees = {}
    problems: list[UnrecognisedLine] = []
    for file in platform.files:
        text = texts.get(file.name)
        if text is not None:
            trees[file.name], found = parse(file, text)
            problems += found
    return trees, problems
