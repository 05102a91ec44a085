"""Labs with something done to them, and what has to be seen then."""

from __future__ import annotations

from generator.lab.proof import Scenario

SCENARIOS: tuple[Scenario, ...] = (Scenario(name="planned", title="everything as the inventory says", proofs=()),)
"""The first is run where none is asked for."""
