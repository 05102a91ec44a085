"""What a router shows whose world is as its plan says."""

from __future__ import annotations

from generator.model.plan import DevicePlan
from generator.push.state import RouterState, SessionState, expectation


def as_planned(plan: DevicePlan, *, good: bool = True) -> RouterState:
    """Every session up for long, with exactly the planned prefixes; none of them where it is not ``good``."""
    sessions = {
        key: SessionState(
            good,
            5000,
            accepted_prefixes=frozenset(one.accept or ()),
            announced_prefixes=frozenset(one.announce or ()),
            bfd=one.bfd,
        )
        for key, one in expectation(plan).sessions.items()
    }
    return RouterState(0.0, sessions, dict.fromkeys(plan.facts.tunnels, True))
