"""What of a plan's facts IOS-XE text can show, in the form in which it shows it."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from generator.model.address import parse_prefix
from generator.model.facts import AsPathList, Facts, Policy, PolicyRule, PrefixEntry, PrefixList, Tunnel
from generator.platforms.cisco_xe.access_lists import observable_filters
from generator.platforms.cisco_xe.edge_shapes import nat_rules, remarks

FIRST_AS_PATH_LIST: Final = 401
"""AS-path lists have numbers from 1 to 500; people begin at 1, and a merge must not add to a list of theirs."""


def as_path_numbers(facts: Facts) -> dict[str, str]:
    """IOS-XE numbers its AS-path lists (1 to 500): the name's place in sorted order."""
    return {name: str(number) for number, name in enumerate(sorted(facts.as_path_lists), FIRST_AS_PATH_LIST)}


def switches(facts: Facts) -> frozenset[str]:
    """The device-wide lines that the rest depends on (PLT-XE-05, PLT-XE-06)."""
    needed = set()
    if facts.bgp or facts.neighbors:
        needed = {"new-format", "explicit-activation"}
    if any(link.version == 6 for one in facts.interfaces.values() for link in one.addresses):
        needed.add("ipv6-routing")
    return frozenset(needed)


def deny_all(family: int) -> PrefixEntry:
    """What an empty prefix list is written as.

    IOS-XE has no empty list, and a list that is not there matches every route.
    """
    return (
        PrefixEntry(parse_prefix("0.0.0.0/0"), 0, 32, False)
        if family == 4
        else PrefixEntry(parse_prefix("::/0"), 0, 128, False)
    )


def observable(facts: Facts) -> Facts:
    """AS-path lists go by number, a rule's source protocols are lost, an empty prefix list denies all.

    A zone has its VRF from its interfaces, and a tunnel without liveness checks says nothing of how often to retry.
    """
    numbers = as_path_numbers(facts)
    return replace(
        facts,
        prefix_lists={key: one if one.entries else _filled(one) for key, one in facts.prefix_lists.items()},
        as_path_lists={
            numbers[name]: AsPathList(numbers[name], one.entries) for name, one in facts.as_path_lists.items()
        },
        policies={name: _policy(one, numbers) for name, one in facts.policies.items()},
        tunnels={name: _tunnel(one) for name, one in facts.tunnels.items()},
        zones={name: one if one.interfaces else replace(one, vrf="") for name, one in facts.zones.items()},
        filters=observable_filters(facts),
        nat_rules=nat_rules(facts),
        remarks=remarks(facts),
        switches=switches(facts),
    )


def _tunnel(one: Tunnel) -> Tunnel:
    return replace(
        one,
        local_identity=one.local_identity or str(one.local),
        remote_identity=one.remote_identity or str(one.remote),
        dpd_retries=one.dpd_retries if one.dpd_interval else 0,
    )


def _filled(one: PrefixList) -> PrefixList:
    return replace(one, entries=(deny_all(one.family),))


def _policy(policy: Policy, numbers: dict[str, str]) -> Policy:
    if not any(rule.protocols or rule.as_path_lists for rule in policy.rules):
        return policy
    return replace(policy, rules=tuple(_rule(rule, numbers) for rule in policy.rules))


def _rule(rule: PolicyRule, numbers: dict[str, str]) -> PolicyRule:
    if not rule.protocols and not rule.as_path_lists:
        return rule
    return replace(rule, protocols=(), as_path_lists=tuple(numbers.get(name, name) for name in rule.as_path_lists))
