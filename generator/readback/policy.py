"""Routing policies, evaluated: which routes does this policy let through, and with what attributes?

Policies are compiled once per :class:`Facts`.  For a given AS path and set of communities only the
conditions on prefixes remain (a :class:`Filter`), so asking about one more prefix is a few lookups.
"""

from __future__ import annotations

from typing import Final, Literal, TypeVar

import msgspec

from generator.model.address import Prefix
from generator.model.facts import Facts, Family, Policy, PolicyRule
from generator.readback.as_path import AsPath, list_permits
from generator.readback.policy_filter import Filter, Step
from generator.readback.prefix_match import (
    WIDTH,
    PrefixMatcher,
    network_of,
    shared_matcher,
)

DEFAULT_LOCAL_PREFERENCE: Final = 100
NO_COMMUNITIES: Final[frozenset[str]] = frozenset()

Undefined = Literal["deny", "permit"]
T = TypeVar("T")


class UndefinedSemantics(msgspec.Struct, frozen=True):
    """What a platform does with a name that is not defined, and with no policy at all.

    ``deny`` for a list means that it matches nothing, ``permit`` that it matches everything (FRR's
    prefix lists, PLT-LNX-02).  A route-map of IOS-XE that does not exist denies all (PLT-XE-01).
    """

    policy: Undefined = "deny"
    prefix_list: Undefined = "deny"
    as_path_list: Undefined = "deny"
    community_list: Undefined = "deny"
    no_policy: Undefined = "permit"


class Route(msgspec.Struct, frozen=True):
    """A route as a neighbour offers it, or as this router would announce it."""

    prefix: Prefix
    as_path: AsPath = ()
    communities: frozenset[str] = NO_COMMUNITIES


class Verdict(msgspec.Struct, frozen=True):
    """What a policy does with a route."""

    permit: bool
    decided_by: str
    """The rule's label, ``default``, ``no policy`` or ``undefined …`` with the missing name."""
    local_preference: int | None = None
    prepend: AsPath = ()
    med: int | None = None


class Policies:
    """The policies of one router, compiled on first use."""

    __slots__ = (
        "_classes",
        "_filters",
        "_kinds",
        "_kinds_of_path",
        "_matchers",
        "_shapes",
        "_steps",
        "_truths",
        "facts",
        "undefined",
    )

    def __init__(self, facts: Facts, undefined: UndefinedSemantics | None = None) -> None:
        self.facts = facts
        self.undefined = undefined or UndefinedSemantics()
        self._matchers: dict[tuple[str, Family], PrefixMatcher] = {}
        self._steps: dict[tuple[str, Family], tuple[Step, ...]] = {}
        self._kinds: dict[tuple[str, Family, tuple[str, ...]], tuple[frozenset[str], ...]] = {}
        self._classes: dict[AsPath, AsPath] = {}
        self._kinds_of_path: dict[tuple[bool, ...], AsPath] = {}
        self._truths: dict[AsPath, dict[str, bool]] = {}
        self._shapes: dict[tuple[str, Family, tuple[Step, ...]], Filter] = {}
        self._filters: dict[tuple[str, Family, AsPath, frozenset[str]], Filter] = {}

    def evaluate(self, name: str, route: Route) -> Verdict:
        """What the policy does with a route."""
        prefix = route.prefix
        family: Family = 4 if prefix.version == 4 else 6
        chosen = self.filter(name, family, route.as_path, route.communities)
        rule = chosen.deciding(int(prefix.network_address), prefix.prefixlen)
        if rule is None:
            return Verdict(chosen.default, self._missing(name, family, None) or chosen.reason)
        blame = self._missing(name, family, rule) or rule.label
        return Verdict(rule.permit, blame, rule.local_preference, rule.prepend, rule.med)

    def representatives(self, name: str, family: Family, communities: tuple[str, ...]) -> tuple[frozenset[str], ...]:
        """One community of each kind that a policy tells apart, each as the set that a route carries."""
        key = (name, family, communities)
        found = self._kinds.get(key)
        if found is None:
            policy = self.facts.policies.get(name)
            sets = [one for step in (self.steps(policy, family) if policy else ()) for one in step.communities or ()]
            kinds: dict[tuple[bool, ...], frozenset[str]] = {}
            for community in communities:
                kind = tuple([community in one for one in sets])
                if kind not in kinds:
                    kinds[kind] = frozenset((community,))
            found = self._kinds[key] = tuple(kinds.values())
        return found

    def filter(
        self, name: str, family: Family, path: AsPath = (), communities: frozenset[str] = NO_COMMUNITIES
    ) -> Filter:
        """The policy for routes with this path and these communities."""
        key = (name, family, path, communities)
        found = self._filters.get(key)
        if found is None:
            like = self._like(path)
            if like == path:
                found = self._make(name, family, path, communities)
            else:
                found = self.filter(name, family, like, communities)
            self._filters[key] = found
        return found

    def _like(self, path: AsPath) -> AsPath:
        """The first path that no AS path list of this router tells from this one."""
        found = self._classes.get(path)
        if found is None:
            lists = self.facts.as_path_lists
            truths = {one: list_permits(lists[one], path) for one in lists}
            found = self._kinds_of_path.setdefault((not path, *truths.values()), path)
            self._classes[path] = found
            self._truths[path] = truths
        return found

    def _make(self, name: str, family: Family, path: AsPath, communities: frozenset[str]) -> Filter:
        width = WIDTH[family]
        if not name:
            return Filter((), self.undefined.no_policy == "permit", "no policy", width)
        policy = self.facts.policies.get(name)
        if policy is None:
            return Filter((), self.undefined.policy == "permit", f"undefined policy {name}", width)
        paths = self._truths[path]
        # A route without a path is our own, or the partner's, which came by BGP.
        local = not path
        compiled = self.steps(policy, family)
        steps = tuple([step for step in compiled if step.free or step.holds(local, paths, communities)])
        key = (name, family, steps)
        found = self._shapes.get(key)
        if found is None:
            found = self._shapes[key] = Filter(steps, policy.default_permit, "default", width)
        return found

    def _missing(self, name: str, family: Family, until: PolicyRule | None) -> str:
        """The undefined name that had its part in a decision: of the deciding rule, or of one passed over before it."""
        policy = self.facts.policies.get(name)
        for step in self.steps(policy, family) if policy else ():
            decides = step.rule is until
            if step.undefined and (decides or until is None or not until.permit):
                return f"undefined {step.undefined}"
            if decides:
                break
        return ""

    def steps(self, policy: Policy, family: Family) -> tuple[Step, ...]:
        """The rules of a policy, compiled."""
        key = (policy.name, family)
        found = self._steps.get(key)
        if found is None:
            found = self._steps[key] = tuple([self._compile(rule, family) for rule in policy.rules])
        return found

    def passes_all(self, name: str, family: Family, path: AsPath, communities: frozenset[str]) -> bool:
        """Whether every route with this path and these communities passes as it is, whatever its prefix."""
        if not name:
            return self.undefined.no_policy == "permit"
        steps = self.filter(name, family, path, communities).steps
        if not steps or steps[0].matchers is not None:
            return False
        rule = steps[0].rule
        return rule.permit and rule.local_preference is None and rule.med is None

    def _compile(self, rule: PolicyRule, family: Family) -> Step:
        step = Step(rule)
        if rule.prefix_lists or rule.prefixes:
            self._compile_prefixes(step, rule, family)
        if rule.as_path_lists:
            lists = self.facts.as_path_lists
            found = [lists.get(name) for name in rule.as_path_lists]
            step.as_paths = _defined(step, "AS path list", rule.as_path_lists, found, self.undefined.as_path_list)
        if rule.community_lists:
            known = self.facts.community_lists
            there = _defined(
                step,
                "community list",
                rule.community_lists,
                [known.get(name) for name in rule.community_lists],
                self.undefined.community_list,
            )
            step.communities = None if there is None else tuple([frozenset(one.communities) for one in there])
        return step

    def _compile_prefixes(self, step: Step, rule: PolicyRule, family: Family) -> None:
        """Prefix lists and the rule's own prefixes are one condition: either may match (Junos joins them with "or")."""
        matchers = _defined(
            step,
            "prefix list",
            rule.prefix_lists,
            [self._matcher(name, family) for name in rule.prefix_lists],
            self.undefined.prefix_list,
        )
        if matchers is None:
            return
        if rule.prefixes:
            matchers = (*matchers, PrefixMatcher(rule.prefixes, WIDTH[family], longest=True))
        step.matchers = matchers
        exact = [one.exact for one in matchers if one.exact is not None]
        if len(exact) == len(matchers):
            step.exact = exact[0] if len(exact) == 1 else frozenset().union(*exact)

    def _matcher(self, name: str, family: Family) -> PrefixMatcher | None:
        """A prefix list.  One that exists in the other family only is defined, and matches nothing here."""
        key = (name, family)
        found = self._matchers.get(key)
        if found is None:
            lists = self.facts.prefix_lists
            entries = lists.get(key)
            if entries is None and (name, 10 - family) not in lists:
                return None
            found = self._matchers[key] = shared_matcher(entries.entries if entries else (), WIDTH[family])
        return found


def _defined(
    step: Step, what: str, names: tuple[str, ...], found: list[T | None], undefined: Undefined
) -> tuple[T, ...] | None:
    """The objects that are defined, noting on the step one that is not.  None: the condition always holds."""
    there = tuple([one for one in found if one is not None])
    if len(there) == len(found):
        return there
    step.undefined = f"{what} {names[found.index(None)]}"
    return None if undefined == "permit" else there


def evaluate(facts: Facts, policy_name: str, route: Route, undefined: UndefinedSemantics | None = None) -> Verdict:
    """What one policy does with one route.  For many questions about the same facts keep a :class:`Policies`."""
    return Policies(facts, undefined).evaluate(policy_name, route)


def permitted_prefixes(
    facts: Facts,
    policy_name: str,
    family: Family,
    as_path: AsPath = (),
    communities: frozenset[str] = NO_COMMUNITIES,
    undefined: UndefinedSemantics | None = None,
) -> list[tuple[Prefix, int, int]]:
    """Exactly the routes a policy lets through: prefix, shortest and longest length.  Computed from the lists, not by trying routes."""
    chosen = Policies(facts, undefined).filter(policy_name, family, as_path, communities)
    return [(network_of(region, chosen.width), region[2], region[3]) for region in chosen.permitted()]
