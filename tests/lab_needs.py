"""What the lab's tests need of a machine.  In CI a machine that lacks it is a failure, elsewhere a skip with the reason."""

from __future__ import annotations

import os
from functools import cache

import pytest

from generator.lab.engine import uml
from generator.lab.engine.probe import Engine, choose, probe, require_programs, require_root
from generator.model.outcome import Refused


def need(engine: Engine | None = None) -> None:
    """Root, the devices' software, and the engine; skip or fail where something is missing."""
    problem = _problem(engine)
    if not problem:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"the lab cannot run in CI: {problem}")
    pytest.skip(problem)


@cache
def _problem(engine: Engine | None) -> str:
    try:
        require_root()
        require_programs()
        if engine is not None:
            choose(engine, probe())
        if engine is Engine.UML and uml.cached() is None:
            return "the User-Mode-Linux kernel is not built: peerwright lab kernel"
    except Refused as refused:
        return f"{refused.message} ({refused.fix})"
    return ""
