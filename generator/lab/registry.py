"""Scenarios by name."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from generator.lab.proof import Scenario
from generator.lab.scenarios import SCENARIOS
from generator.model.outcome import Refused


def chosen(names: Sequence[str]) -> list[Scenario]:
    """Those of ``names`` in that order, each once; none: the first there is; ``all``: every one."""
    if not names:
        return [SCENARIOS[0]]
    if "all" in names:
        return list(SCENARIOS)
    known = {one.name: one for one in SCENARIOS}
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            fix = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}, and all"
            raise Refused(f"there is no scenario {name!r}", fix)
    return [known[name] for name in dict.fromkeys(names)]
