"""Texts of a router → trees, fast: a change of one line in a router of a thousand customers must not take a minute."""

from __future__ import annotations

from collections.abc import Mapping

from generator.platforms.base import Platform
from generator.platforms.tree import Node
from generator.readback.braces import parse_braces
from generator.readback.ciscoconf import device_tree


def trees_of(platform: Platform, texts: Mapping[str, str]) -> dict[str, list[Node]]:
    """Trees by file name of all files that are there."""
    return {
        file.name: parse_braces(texts[file.name])[0]
        if file.syntax == "braces"
        else device_tree(texts[file.name], file.comment)
        for file in platform.files
        if file.name in texts
    }
