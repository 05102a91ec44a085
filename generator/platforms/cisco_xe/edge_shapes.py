"""Address translation and quality of service in the form in which IOS-XE can hold them.

Static translations have no names.  ``ip nat inside`` and ``ip nat outside`` are said of an interface, not of a
rule, so all rules of a VRF have the same interfaces.  A priority queue on a subinterface needs a shaper around
it: without one only the marking is left.
"""

from __future__ import annotations

from msgspec.structs import replace

from generator.model.facts import Facts, NatRule, Remark


def static_name(rule: NatRule) -> str:
    """What a static translation goes by: its two prefixes, and the VRF they are in."""
    name = f"static {rule.inside[0]} {rule.outside}"
    return f"{name} vrf {rule.vrf}" if rule.vrf else name


def nat_rules(facts: Facts) -> dict[str, NatRule]:
    """The plan's translations as the text shows them."""
    inside: dict[str, set[str]] = {}
    outside: dict[str, set[str]] = {}
    for rule in facts.nat_rules.values():
        inside.setdefault(rule.vrf, set()).update(rule.inside_interfaces)
        outside.setdefault(rule.vrf, set()).update(rule.outside_interfaces)
    found = {}
    for rule in facts.nat_rules.values():
        static = rule.kind == "static"
        one = replace(
            rule,
            name=static_name(rule) if static else rule.name,
            inside=() if any(prefix.prefixlen == 0 for prefix in rule.inside) else rule.inside,
            overload=rule.overload and not static,
            inside_interfaces=tuple(sorted(inside[rule.vrf])),
            outside_interfaces=tuple(sorted(outside[rule.vrf])),
        )
        found[one.name] = one
    return found


def shaped(facts: Facts) -> frozenset[str]:
    """The interfaces that have a rate of their own."""
    return frozenset([name for shaper in facts.shapers.values() for name in shaper.interfaces])


def queued_and_marked(remark: Remark, shaped: frozenset[str]) -> tuple[Remark, Remark]:
    """The part of a remark that has a priority queue, and the part that only marks; each may have no interfaces."""
    queued = tuple(sorted(name for name in remark.interfaces if name in shaped or "." not in name))
    marked = tuple(sorted(set(remark.interfaces) - set(queued)))
    priority = tuple(sorted(set(remark.priority), reverse=True))
    kept = tuple(sorted({*remark.kept, *remark.priority}, reverse=True))
    whole = replace(remark, kept=kept, priority=priority, interfaces=queued)
    if not priority:
        whole = replace(whole, priority_percent=0)
    return whole, replace(whole, priority=(), priority_percent=0, interfaces=marked)


def remarks(facts: Facts) -> dict[str, Remark]:
    """The plan's remarks as the text shows them: under a name of its own where one is both queued and only marked."""
    found = {}
    rated = shaped(facts)
    for remark in facts.remarks.values():
        queued, marked = queued_and_marked(remark, rated)
        if queued.interfaces or not marked.interfaces:
            found[remark.name] = queued
        if marked.interfaces:
            name = f"MARK_{remark.name}" if queued.interfaces else remark.name
            found[name] = replace(marked, name=name)
    return found
