"""A plan whose router carries no traffic of Azure's any more, as long as the other router of the pair does.

Drained is said in facts, so every platform renders it by its own templates, and it is read back like
every other plan.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec.structs import replace

from generator.model.asn import MICROSOFT
from generator.model.facts import Facts, Neighbor, NeighborKey, Policy, PolicyRule
from generator.model.plan import DevicePlan, Peer

Drain = Literal["none", "prepend", "local_preference", "shutdown"]

PREPENDED: Final = 5
"""How much longer paths become: more than any active-passive plan (3), within what every platform takes (ER-PATH-08)."""
LAST_CHOICE: Final = 50
"""Local preference of drained routes: below 100, which routes have that nobody spoke of (ER-PATH-03)."""

_TOWARDS_AZURE: Final = (Peer.MSEE, Peer.GATEWAY)


def drained_sessions(plan: DevicePlan) -> frozenset[NeighborKey]:
    """The sessions over which traffic to and from Azure flows."""
    return frozenset(one.neighbor for one in plan.sessions if one.peer in _TOWARDS_AZURE)


def drained(plan: DevicePlan, how: Drain) -> DevicePlan:
    """``plan`` with its path to Azure drained; the same plan where there is nothing to drain."""
    facts = drained_facts(plan.facts, drained_sessions(plan), how)
    return replace(plan, facts=facts)


def drained_facts(facts: Facts, sessions: frozenset[NeighborKey], how: Drain) -> Facts:
    """The same for facts, which may be those of a running config."""
    chosen = {key: one for key, one in facts.neighbors.items() if key in sessions}
    if how == "shutdown":
        closed = {key: replace(one, enabled=False) for key, one in chosen.items()}
        return replace(facts, neighbors={**facts.neighbors, **closed})
    policies = dict(facts.policies)
    for one in chosen.values() if how != "none" else ():
        if one.import_policy in policies:
            policies[one.import_policy] = _last_choice(facts.policies[one.import_policy])
        if how == "prepend" and one.export_policy in policies:
            policies[one.export_policy] = _longer(facts.policies[one.export_policy], one)
    return replace(facts, policies=policies)


def is_drained(facts: Facts, sessions: frozenset[NeighborKey], how: Drain) -> bool:
    """Whether the sessions are drained already: a push that failed may have left them so."""
    if how == "shutdown":
        return not any(facts.neighbors[key].enabled for key in sessions)
    return drained_facts(facts, sessions, "local_preference") == facts


def azure_sessions(facts: Facts, plan: DevicePlan) -> frozenset[NeighborKey]:
    """Of a running config: the sessions that the plan has with Azure, and whatever else speaks to Microsoft's AS."""
    ours = drained_sessions(plan)
    return frozenset(key for key, one in facts.neighbors.items() if key in ours or one.remote_as == MICROSOFT)


def _last_choice(policy: Policy) -> Policy:
    return replace(
        policy, rules=tuple([replace(r, local_preference=LAST_CHOICE) if r.permit else r for r in policy.rules])
    )


def _longer(policy: Policy, neighbor: Neighbor) -> Policy:
    return replace(
        policy, rules=tuple([_prepended(rule, neighbor.local_as) if rule.permit else rule for rule in policy.rules])
    )


def _prepended(rule: PolicyRule, asn: int) -> PolicyRule:
    """By the AS that the rule prepends already, else by our own (ER-PATH-09)."""
    own = rule.prepend[0] if rule.prepend else asn
    return replace(rule, prepend=(own,) * (len(rule.prepend) + PREPENDED))
