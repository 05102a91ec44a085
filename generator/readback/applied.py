"""What is applied to which interface: shapers, DSCP policies, translations."""

from __future__ import annotations

from generator.model.facts import Facts, NatRule, Remark, Shaper


class Applied:
    """By interface name.  Made once a router, for one may carry thousands of customers."""

    __slots__ = ("nat", "remarks", "shapers")

    def __init__(self, facts: Facts) -> None:
        self.shapers: dict[str, Shaper] = {name: one for one in facts.shapers.values() for name in one.interfaces}
        self.remarks: dict[str, Remark] = {name: one for one in facts.remarks.values() for name in one.interfaces}
        self.nat: dict[str, list[NatRule]] = {}
        """By the interface where translated packets leave."""
        for rule in facts.nat_rules.values():
            for name in rule.outside_interfaces:
                self.nat.setdefault(name, []).append(rule)
