"""The rules: one small documented function each, by topic, registered by id."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from generator.rules.base import REGISTRY, Problem, Rule, rule

__all__ = ["REGISTRY", "Problem", "Rule", "load", "rule"]


@cache
def load() -> dict[str, list[Rule]]:
    """Import every module of rules; the registry."""
    for _, name, _ in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{name}")
    return REGISTRY
