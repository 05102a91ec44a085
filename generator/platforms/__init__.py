"""Platforms, found by discovery: every package here that has a ``PLATFORM``, and entry points ``peerwright.platforms``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points

from generator.platforms.base import Platform


@cache
def load(platform_id: str) -> Platform:
    """The platform of that id.  `KeyError` if there is none."""
    for _, found, is_package in pkgutil.iter_modules(__path__):
        if is_package and found == platform_id:
            platform: Platform = importlib.import_module(f"{__name__}.{found}").PLATFORM
            return platform
    for entry in entry_points(group="peerwright.platforms"):
        if entry.name == platform_id:
            external: Platform = entry.load()
            return external
    raise KeyError(platform_id)


def known() -> tuple[str, ...]:
    """The ids of all platforms there are, sorted, without importing any."""
    ours = {name for _, name, is_package in pkgutil.iter_modules(__path__) if is_package}
    return tuple(sorted(ours | {entry.name for entry in entry_points(group="peerwright.platforms")}))
