"""Texts of a router → trees, fast: a change of one line in a router of a thousand customers must not take a minute."""

from __future__ import annotations

from collections.abc import Mapping

from generator.platforms.base import Platform
from generator.platforms.tree import Node
from generator.readback.device_tree import tree_of


def trees_of(platform: Platform, texts: Mapping[str, str]) -> dict[str, list[Node]]:
    """Trees by file name of all files that are there."""
    return {file.name: tree_of(file, texts[file.name])[0] for file in platform.files if file.name in texts}
