"""Routing policies as such: bound, defined, used, closed at the end, and not shared."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.asn import MICROSOFT
from generator.model.facts import FactKey, Facts, Policy
from generator.model.finding import Severity
from generator.readback.evidence import DeviceEvidence, Link
from generator.rules.base import Problem, rule
from generator.rules.pair_sessions import about


@rule("PAIR-007", Severity.ERROR, source="PLT-XE-01, PLT-LNX-02")
def names_defined_and_used(device: DeviceEvidence) -> Iterator[Problem]:
    """Every name that is referenced is defined, and every name that is defined is used.

    Why:
        A route-map that does not exist denies all on IOS-XE, a prefix list that does not exist permits
        all on FRR, and Junos refuses the commit.  A list that nobody uses filters nothing.
    Fix:
        Define the name before it is used, or bind what is defined.
    Bad:
        neighbor 203.0.113.2 route-map MS-OUT out
        ! no route-map MS-OUT
    Good:
        route-map MS-OUT permit 10
         match ip address prefix-list MS-OUT
        neighbor 203.0.113.2 route-map MS-OUT out
    """
    facts = device.facts
    used: set[str] = set()
    for key, neighbor in facts.neighbors.items():
        for name in (neighbor.import_policy, neighbor.export_policy):
            if not name:
                continue
            used.add(name)
            if name not in facts.policies and (device.own_render or key in device.plan.facts.neighbors):
                message = f"neighbor {neighbor.address} uses policy {name}, which is not defined"
                yield _problem(device, ("neighbors", key), f"{message}; expected a definition")
    lists: set[str] = set()
    paths: set[str] = set()
    communities: set[str] = set()
    planned = device.plan.facts
    for policy in facts.policies.values():
        if not device.own_render and policy.name not in used and policy.name not in planned.policies:
            continue
        for step in policy.rules:
            if step.prefix_lists:
                lists.update(step.prefix_lists)
            if step.as_path_lists:
                paths.update(step.as_path_lists)
            if step.community_lists:
                communities.update(step.community_lists)
    defined = {name for name, _ in facts.prefix_lists}
    complete = lists <= defined and paths <= facts.as_path_lists.keys() and communities <= facts.community_lists.keys()
    if not complete:
        yield from _undefined(device, defined)
    # An unused object that the plan does not have is an unexpected one (RB-002), or none of ours.
    for policy_name in facts.policies:
        if policy_name not in used and policy_name in planned.policies:
            yield _unused(device, ("policies", policy_name), f"policy {policy_name}")
    for entry in facts.prefix_lists:
        if entry[0] not in lists and entry in planned.prefix_lists:
            yield _unused(device, ("prefix_lists", entry), f"prefix list {entry[0]}")
    for name in facts.as_path_lists:
        if name not in paths and name in planned.as_path_lists:
            yield _unused(device, ("as_path_lists", name), f"AS path list {name}")
    for name in facts.community_lists:
        if name not in communities and name in planned.community_lists:
            yield _unused(device, ("community_lists", name), f"community list {name}")


def _undefined(device: DeviceEvidence, defined: set[str]) -> Iterator[Problem]:
    facts = device.facts
    for policy in facts.policies.values():
        for step in policy.rules:
            missing = [f"prefix list {name}" for name in step.prefix_lists if name not in defined]
            missing += [f"AS path list {name}" for name in step.as_path_lists if name not in facts.as_path_lists]
            missing += [f"community list {name}" for name in step.community_lists if name not in facts.community_lists]
            for what in missing:
                message = f"policy {policy.name}, rule {step.label}, uses {what}, which is not defined"
                yield _problem(device, ("policies", policy.name), f"{message}; expected a definition")


def _unused(device: DeviceEvidence, fact: FactKey, what: str) -> Problem:
    return _problem(device, fact, f"{what} is defined and not used, expected it to be bound", Severity.WARNING)


def _problem(device: DeviceEvidence, fact: FactKey, message: str, severity: Severity | None = None) -> Problem:
    return Problem(
        message=message, path=device.plan.origins.get(fact, ()), device=device.name, fact=fact, severity=severity
    )


@rule("PAIR-008", Severity.ERROR, source="ER-RTE-14, PLT-XR-01")
def policy_in_each_direction(device: DeviceEvidence) -> Iterator[Problem]:
    """Every neighbour with AS 12076 has a policy in each direction, in each address family.

    Why:
        Without an outbound policy a router announces all it has, and becomes a transit network between
        Microsoft and everybody else.  Without an inbound one it takes whatever comes.
    Fix:
        Bind both policies to the neighbour.
    Bad:
        neighbor 172.31.0.18 route-map CHARLIE-IN in
    Good:
        neighbor 172.31.0.18 route-map CHARLIE-IN in
        neighbor 172.31.0.18 route-map CHARLIE-OUT out
    """
    for key, neighbor in device.facts.neighbors.items():
        if neighbor.remote_as != MICROSOFT or (neighbor.import_policy and neighbor.export_policy):
            continue
        missing = (
            "inbound" if neighbor.export_policy else "outbound" if neighbor.import_policy else "inbound and outbound"
        )
        vrf = f" in VRF {neighbor.vrf}" if neighbor.vrf else ""
        message = f"neighbor {neighbor.address}{vrf} (AS {MICROSOFT}, IPv{neighbor.family}) has no {missing} policy"
        link = device.link_by_neighbor.get(key)
        yield Problem(
            message=f"{message}, expected one in each direction",
            path=link.session.origin if link else (),
            device=device.name,
            fact=("neighbors", key),
        )


@rule("PAIR-041", Severity.ERROR, source="PLT-JUN-03, PLT-JUN-09")
def policies_end_with_reject(device: DeviceEvidence) -> Iterator[Problem]:
    """Policies towards Microsoft reject what no rule took, and no two peerings share one.

    Why:
        Junos accepts by default: a policy whose last term does not reject filters nothing.  And a
        policy that two peerings share lets private prefixes out on Microsoft peering.
    Fix:
        End each policy with a rule without conditions that rejects; give each peering its own.
    Bad:
        term last { then accept; }
    Good:
        term last { then reject; }
    """
    policies = device.facts.policies
    users: dict[str, Link] = {}
    for link, neighbor in device.live:
        for name in (neighbor.import_policy, neighbor.export_policy):
            policy = policies.get(name)
            if policy is None:
                continue
            other = users.setdefault(name, link)
            if other is link:
                complaint = _open_end(policy)
                if complaint:
                    message = f"policy {name} of {link.title} {complaint}, expected a last rule that rejects all"
                    yield _problem(device, ("policies", name), message)
            elif (other.session.customer, other.session.domain) != (link.session.customer, link.session.domain):
                message = f"{other.title} and {link.title} share policy {name}, expected one for each peering"
                yield about(device, link.session, message)


def _open_end(policy: Policy) -> str:
    last = policy.rules[-1] if policy.rules else None
    if last is not None and not (
        last.prefix_lists
        or last.prefixes
        or last.as_path_lists
        or last.community_lists
        or last.protocols
        or last.unknown
    ):
        return f"ends with rule {last.label}, which accepts everything" if last.permit else ""
    return "has no rule at the end that rejects the rest, which is accepted by default" if policy.default_permit else ""


def defined_names(facts: Facts) -> Iterator[tuple[FactKey, str, str]]:
    """Every name in the text that the platform may limit: its object, what it is, and the name."""
    for vrf in facts.vrfs:
        yield ("vrfs", vrf), "VRF", vrf
    for key in facts.prefix_lists:
        yield ("prefix_lists", key), "prefix list", key[0]
    for name in facts.as_path_lists:
        yield ("as_path_lists", name), "AS path list", name
    for name in facts.community_lists:
        yield ("community_lists", name), "community list", name
    for name in facts.policies:
        yield ("policies", name), "policy", name
    for entry in facts.filters:
        yield ("filters", entry), "filter", entry[0]
    for name in facts.zones:
        yield ("zones", name), "zone", name
    for name in facts.nat_rules:
        yield ("nat_rules", name), "NAT rule", name
    for name in facts.shapers:
        yield ("shapers", name), "shaper", name
    for name in facts.remarks:
        yield ("remarks", name), "DSCP policy", name


@rule("PAIR-044", Severity.ERROR, source="PLT-NX-07, PLT-NAME-01")
def name_lengths(device: DeviceEvidence) -> Iterator[Problem]:
    """No name is longer than the platform takes.

    Why:
        A name that is too long is refused, or cut off and then equal to another one.
    Fix:
        Choose a shorter name for the customer, the circuit or the VRF.
    Bad:
        vrf context CUSTOMER-WITH-A-VERY-LONG-NAME-IN-AMSTERDAM
    Good:
        vrf context CUSTOMER-AMSTERDAM
    """
    limit = device.platform.limits.name_length
    for fact, what, name in defined_names(device.facts):
        if len(name) > limit and " " not in name:  # with blanks it is a description: the text has no name for it
            message = f"{what} {name} has {len(name)} characters, expected at most {limit} on {device.platform.title}"
            yield _problem(device, fact, message)
