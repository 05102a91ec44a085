"""Runs the rules that look at a thing, and makes findings of what they yield."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from generator.inventory.intent import Intent
from generator.model.finding import Finding, Severity
from generator.rules import load
from generator.rules.base import Problem, Rule
from generator.rules.tunnelled import TunnelledPeering

EXPLAIN: dict[str, tuple[str, str]] = {
    "ACK-001": (
        "a comment accepts a finding that is not there",
        "remove the comment, or correct its rule id or its line",
    ),
}
"""Ids of findings made outside the rules: title and advice."""


@cache
def rules_for(scope: str) -> tuple[Rule, ...]:
    """The rules whose first parameter is of the type of that name, in order of id."""
    found = [one for entries in load().values() for one in entries if one.scope == scope]
    return tuple(sorted(found, key=lambda one: one.id))


def finding(rule: Rule, problem: Problem, *, lab: bool) -> Finding:
    """A problem with its rule's id and the severity that holds here."""
    severity = rule.severity if problem.severity is None else problem.severity
    if problem.lab and lab and severity is Severity.ERROR:
        severity = Severity.WARNING
    return Finding(
        rule=rule.id,
        severity=severity,
        message=problem.message,
        path=problem.path,
        fix=problem.fix or " ".join(rule.part("Fix").replace("``", "`").split()),
        related=problem.related,
        device=problem.device,
        on_key=problem.on_key,
        fact=problem.fact,
        place=problem.place,
    )


def run(things: Iterable[object], *, lab: bool) -> Iterator[Finding]:
    """Run every rule on every thing that it looks at."""
    for thing in things:
        for rule in rules_for(type(thing).__name__):
            for problem in rule.check(thing):
                yield finding(rule, problem, lab=lab)


def things_of(intent: Intent) -> Iterator[object]:
    """Everything in an inventory that a rule can look at."""
    yield intent
    for customer in intent.customers:
        yield customer
        yield from customer.attachments
        for circuit in customer.circuits:
            yield circuit
            for peering in circuit.peerings:
                yield peering
                if peering.ipsec is not None:
                    yield TunnelledPeering(peering, peering.ipsec)


def count_of(prefix: str) -> int:
    """How many rules there are whose id begins with ``prefix``."""
    return sum(1 for rule_id in load() if rule_id.startswith(prefix))
