"""A policy for one kind of route: what is left of its rules once the path and the communities are known."""

from __future__ import annotations

from typing import Final

from generator.model.facts import AsPathList, PolicyRule
from generator.readback.prefix_match import PrefixMatcher, Probe, Probes, Region, carve

_LOCAL: Final = frozenset(("static", "aggregate", "direct", "local", "connected", "network"))
"""Source protocols of a route that the router itself originates."""


class Step:
    """A compiled rule: its prefix condition as matchers, the others as tests of the route's attributes."""

    __slots__ = ("as_paths", "communities", "exact", "free", "matchers", "rule", "undefined")

    def __init__(self, rule: PolicyRule) -> None:
        self.rule = rule
        self.matchers: tuple[PrefixMatcher, ...] | None = None
        """None: any prefix."""
        self.exact: frozenset[tuple[int, int]] | None = None
        """The routes, where the prefix condition is nothing but single routes."""
        self.as_paths: tuple[AsPathList, ...] | None = None
        self.communities: tuple[frozenset[str], ...] | None = None
        self.undefined = ""
        self.free = not (rule.as_path_lists or rule.community_lists or rule.protocols or rule.unknown)
        """Whether there is no condition but that on the prefix."""

    def holds(self, local: bool, paths: dict[str, bool], communities: frozenset[str]) -> bool:
        """Whether everything but the prefix matches.

        ``local``: whether the route may be our own; ``paths``: for each AS path list whether it permits
        the path.  A condition that the reader did not understand
        counts as fulfilled in a rule that permits and as not fulfilled in one that denies: the reading
        that lets most through.
        """
        rule = self.rule
        if rule.unknown and not rule.permit:
            return False
        protocols = rule.protocols
        if protocols and "bgp" not in protocols and not (local and not _LOCAL.isdisjoint(protocols)):
            return False
        if self.as_paths is not None:
            for one in self.as_paths:
                if paths[one.name]:
                    break
            else:
                return False
        if self.communities is None:
            return True
        for names in self.communities:  # noqa: SIM110  a loop is faster here
            if not names.isdisjoint(communities):
                return True
        return False

    def matches(self, address: int, length: int) -> bool:
        if self.matchers is None:
            return True
        for matcher in self.matchers:  # noqa: SIM110  a loop is twice as fast as any() here
            if matcher.matches(address, length):
                return True
        return False

    def regions(self, width: int) -> list[Region]:
        if self.matchers is None:
            return [(0, 0, 0, width)]
        return [region for matcher in self.matchers for region in matcher.regions()]


class Filter:
    """A policy for routes of one family with one AS path and one set of communities."""

    __slots__ = ("_permitted", "default", "reason", "steps", "width")

    def __init__(self, steps: tuple[Step, ...], default: bool, reason: str, width: int) -> None:
        self.steps = steps
        self.default = default
        self.reason = reason
        """What decides where no rule does."""
        self.width = width
        self._permitted: tuple[Region, ...] | None = None

    def deciding(self, address: int, length: int) -> PolicyRule | None:
        """The rule that decides about a route; None: the default does."""
        for step in self.steps:
            if step.matches(address, length):
                return step.rule
        return None

    def permits(self, address: int, length: int) -> bool:
        """Whether the route passes."""
        for step in self.steps:
            exact = step.exact
            if (address, length) in exact if exact is not None else step.matches(address, length):
                return step.rule.permit
        return self.default

    def passing(self, probes: Probes) -> set[Probe]:
        """Those of a set of routes that pass."""
        left, out = probes, set[Probe]()
        for step in self.steps:
            for hit in [left] if step.matchers is None else [one.matching(probes) for one in step.matchers]:
                if not hit:
                    continue
                if step.rule.permit:
                    out |= hit & left
                if len(hit) == len(probes) or not (left := left - hit):
                    return out
        return out | left if self.default else out

    def permitted(self) -> tuple[Region, ...]:
        """Exactly the routes that pass, as regions."""
        if self._permitted is None:
            self._permitted = self._compute()
        return self._permitted

    def _compute(self) -> tuple[Region, ...]:
        out: dict[Region, None] = {}
        denied: list[Region] | None = None
        for number, step in enumerate(self.steps):
            if not step.rule.permit:
                denied = None
            elif step.exact is not None:
                for address, length in step.exact:
                    if self.permits(address, length):
                        out[(address, length, length, length)] = None
            else:
                denied = self._denied(number) if denied is None else denied
                out.update(dict.fromkeys(carve(step.regions(self.width), denied, self.width)))
        if self.default:
            out.update(dict.fromkeys(carve([(0, 0, 0, self.width)], self._denied(len(self.steps)), self.width)))
        return tuple(out)

    def _denied(self, number: int) -> list[Region]:
        """What the denying rules before one take away.

        What an earlier permitting rule lets through is in the result already, so taking more than that
        from a later rule changes nothing.
        """
        return [one for step in self.steps[:number] if not step.rule.permit for one in step.regions(self.width)]
