"""Filters of a plan → ``firewall``: filters, the rate limit of the control plane, and filters that rewrite DSCP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from generator.model.facts import Facts, Family, Interface
from generator.model.filters import ANY, ICMP, ICMP6, PROTOCOL_WORD, Filter, FilterRule, IcmpType, Remark
from generator.platforms.juniper_junos.security_forms import FilterTerm, FirewallFamily, FirewallFilter, Policer
from generator.platforms.juniper_junos.security_words import LOOPBACK, TUNNEL, rated, seen_remark
from generator.platforms.juniper_junos.zoning import filters_of_policies

PRIORITY_CLASS = "expedited-forwarding"
_FAMILIES: tuple[tuple[Family, str], ...] = ((4, "inet"), (6, "inet6"))


class AppliedFilters:
    """Which filters a unit has: its own, the one of the control plane, and the one that rewrites DSCP."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.control_plane = next(iter(facts.control_plane), "")
        self.remarks = {name: one.name for one in facts.remarks.values() for name in one.interfaces}
        self.tunnels6 = {one.next_hop for one in facts.static_routes.values() if one.prefix.version == 6}
        self.tunnels6 |= {
            name for name, one in facts.tunnels.items() for pair in one.selectors if pair.local.version == 6
        }

    def families(self, one: Interface) -> set[Family]:
        """Families that a unit has without an address: a tunnel by what is sent through it, a loopback by its filter.

        A filter on ``lo0.0`` is not that of an instance with a loopback of its own, so every loopback has it.
        """
        found: set[Family] = {4} if one.unnumbered else set()
        if one.name.startswith(f"{TUNNEL}."):
            found |= {4, 6} if one.name in self.tunnels6 else {4}
        elif self._filtered(one):
            found |= {family for family, _ in _FAMILIES if (self.control_plane, family) in self.facts.filters}
        return found

    def _filtered(self, one: Interface) -> bool:
        return one.name.startswith(f"{LOOPBACK}.")

    def statements(self, one: Interface, family: Family) -> tuple[str, ...]:
        """``input`` and ``output``.  In a chain every filter decides for itself; the last one does not undo the first."""
        inward = one.filter_in if (one.filter_in, family) in self.facts.filters else ""
        if not inward and self._filtered(one) and (self.control_plane, family) in self.facts.filters:
            inward = self.control_plane
        outward = [one.filter_out] if (one.filter_out, family) in self.facts.filters else []
        if one.name in self.remarks:
            outward.append(self.remarks[one.name])
        found = [f"input {inward}"] if inward else []
        if outward:
            found.append(f"output-chain [ {' '.join(outward)} ]" if len(outward) > 1 else f"output {outward[0]}")
        return tuple(found)


def firewall(facts: Facts) -> tuple[list[FirewallFamily], list[Policer]]:
    """Families with their filters, and policers."""
    policies = set(filters_of_policies(facts))
    policers = _policers(facts)
    families = []
    for family, name in _FAMILIES:
        filters = [
            _filter(one, policers.get(one.name))
            for one in facts.filters.values()
            if one.family == family and one.name not in policies
        ]
        filters += [_remark(seen_remark(one), family) for one in facts.remarks.values()]
        if filters:
            families.append(FirewallFamily(name, tuple(filters)))
    return families, list(policers.values())


def _policers(facts: Facts) -> dict[str, Policer]:
    """Filter of the control plane → the rate limit of its ICMP terms."""
    return {
        name: Policer(f"ICMP-{one.icmp_kbps}K", f"{one.icmp_kbps}k")
        for name, one in facts.control_plane.items()
        if rated(facts, one)
    }


def _filter(one: Filter, policer: Policer | None) -> FirewallFilter:
    terms: list[FilterTerm] = []
    for rule in one.rules:
        parts = list(_icmp_parts(rule.icmp))
        for number, part in enumerate(parts, 1):
            label = rule.label if len(parts) == 1 else f"{rule.label}-{number}"
            terms.append(_term(one, rule, label, part, policer))
    return FirewallFilter(one.name, tuple(terms))


def _icmp_parts(icmp: Sequence[IcmpType]) -> Iterator[tuple[str, ...]]:
    """What one term each can say: types of any code, and each type that has codes; codes hold for all types of a term."""
    whole = sorted(one.type for one in icmp if one.code < 0)
    codes: dict[int, list[int]] = {}
    for one in sorted(icmp):
        if one.code >= 0:
            codes.setdefault(one.type, []).append(one.code)
    if whole or not codes:
        yield (f"icmp-type {_some(whole)}",) if whole else ()
    for kind, values in codes.items():
        yield (f"icmp-type {kind}", f"icmp-code {_some(values)}")


def _term(one: Filter, rule: FilterRule, label: str, icmp: tuple[str, ...], policer: Policer | None) -> FilterTerm:
    conditions = []
    if rule.protocol != ANY:
        word = "protocol" if one.family == 4 else "next-header"
        conditions.append(f"{word} {PROTOCOL_WORD.get(rule.protocol, str(rule.protocol))}")
    if rule.source_ports:
        conditions.append(f"source-port {_some(rule.source_ports)}")
    if rule.destination_ports:
        conditions.append(f"destination-port {_some(rule.destination_ports)}")
    conditions += icmp
    if rule.established:
        conditions.append("tcp-established")
    actions = ["syslog"] if rule.log else []
    if not rule.permit:
        actions.append(f"count {one.name}-{label}")
    if policer is not None and rule.permit and rule.protocol in (ICMP, ICMP6):
        actions.append(f"policer {policer.name}")
    actions.append("accept" if rule.permit else "discard")
    sources, destinations = tuple(map(str, rule.sources)), tuple(map(str, rule.destinations))
    return FilterTerm(
        label, sources, destinations, tuple(conditions), tuple(actions), bool(sources or destinations or conditions)
    )


def _remark(one: Remark, family: Family) -> FirewallFilter:
    """Values to keep first, the priority ones with their queue; all others become 0 (ER-QOS-03)."""
    word = "dscp" if family == 4 else "traffic-class"
    rest = [value for value in one.kept if value not in one.priority]
    terms = []
    if one.priority:
        actions = (f"forwarding-class {PRIORITY_CLASS}", "loss-priority low", "accept")
        terms.append(FilterTerm("priority", (), (), (f"{word} {_some(one.priority)}",), actions, True))
    if rest:
        terms.append(FilterTerm("kept", (), (), (f"{word} {_some(rest)}",), ("accept",), True))
    terms.append(FilterTerm("rest", (), (), (), (f"{word} 0", "accept"), False))
    return FirewallFilter(one.name, tuple(terms))


def _some(values: Iterable[object]) -> str:
    words = [str(one) for one in values]
    return words[0] if len(words) == 1 else f"[ {' '.join(words)} ]"
