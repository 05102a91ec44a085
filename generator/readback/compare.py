"""What a text says against what the plan says: missing, unexpected, different, not understood.

Nothing here knows a vendor.  What of a plan a platform's text can show at all, the platform says
itself (``observable``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import IPv4Interface, IPv6Interface
from typing import Any, Final

import msgspec

from generator.model.asn import MICROSOFT
from generator.model.facts import (
    FACT_TABLES,
    AsPathEntry,
    AsPathPattern,
    Bfd,
    FactKey,
    Facts,
    MaxPrefix,
    Neighbor,
    PolicyRule,
    PrefixEntry,
    ReadResult,
)
from generator.model.finding import DataPath, Severity
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.platforms.base import Platform
from generator.readback.own_blocks import OwnBlocks

UNRECOGNISED: Final = "PAIR-001"
MISSING: Final = "RB-001"
UNEXPECTED: Final = "RB-002"
DIFFERENT: Final = "RB-003"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between a text and its plan.  The rules of the same ids make findings of them."""

    rule: str
    message: str
    device: str
    path: DataPath = ()
    """The place in the inventory that the object comes from."""
    fact: FactKey | None = None
    place: tuple[str, int] | None = None
    """File and line in the config; None where it is not in there at all."""
    fix: str = ""
    severity: Severity = Severity.ERROR


_WORDS: Final[dict[str, str]] = {
    "vrfs": "VRF",
    "interfaces": "interface",
    "prefix_lists": "prefix list",
    "as_path_lists": "AS path list",
    "community_lists": "community list",
    "policies": "policy",
    "bgp": "BGP in VRF",
    "neighbors": "neighbor",
    "static_routes": "static route",
}

_MEANING: Final[dict[tuple[str, str], str]] = {
    ("interfaces", "tags"): "Microsoft's edge drops frames with other tags (PAIR-005)",
    ("interfaces", "vrf"): "the address belongs into the customer's VRF (PAIR-006)",
    ("interfaces", "addresses"): "the first address of the link's /30 or /126 is ours (PAIR-003)",
    ("interfaces", "mtu"): "the IP MTU towards Microsoft is 1500 (PAIR-024)",
    ("interfaces", "enabled"): "traffic only passes while the interface is up (PAIR-038)",
    ("interfaces", "fhrp"): "a first-hop redundancy group does not belong here (PAIR-039)",
    ("neighbors", "remote_as"): "Microsoft is AS 12076 on every peering (PAIR-004)",
    ("neighbors", "local_as"): "both routers speak for the same AS (PAIR-004)",
    ("neighbors", "password"): "the key is the one entered in Azure, on both links (PAIR-004)",
    ("neighbors", "hold"): "both links have the same timers (PAIR-004)",
    ("neighbors", "keepalive"): "both links have the same timers (PAIR-004)",
    ("neighbors", "bfd"): "both links detect failures alike (PAIR-004)",
    ("neighbors", "import_policy"): "without it everything comes in (PAIR-008)",
    ("neighbors", "export_policy"): "without it everything leaves (PAIR-008)",
    ("neighbors", "activated"): "the session carries no routes of this family (PAIR-018)",
    ("neighbors", "enabled"): "the session stays down (PAIR-038)",
    ("neighbors", "max_prefix"): "it guards against a flood of routes (PAIR-017)",
    ("vrfs", "imports"): "routes leak from another VRF (PAIR-027)",
    ("vrfs", "exports"): "routes may leak to another VRF (PAIR-027)",
    ("bgp", "as_path_ignore"): "maintenance then moves nothing (PAIR-013)",
    ("bgp", "networks"): "other prefixes are originated than planned (PAIR-009, PAIR-016)",
    ("policies", "rules"): "other routes pass than planned (PAIR-009 to PAIR-012)",
    ("policies", "default_permit"): "what no rule decides passes (PAIR-041)",
    ("prefix_lists", "entries"): "other routes pass than planned (PAIR-009 to PAIR-012)",
}
"""What a wrong attribute means, and the rule that knows more about it."""


def compare(
    plan: DevicePlan,
    result: ReadResult,
    platform: Platform,
    *,
    strict: bool = True,
    texts: Mapping[str, str] | None = None,
    wanted: Facts | None = None,
) -> list[Difference]:
    """Every difference in meaning.

    ``strict``: the text is our own render, and whatever is in it and not in the plan is an error.
    Else it came from elsewhere, and unexpected objects count only where they touch what is ours; the
    others are counted in one finding.  So are lines that no reader knows, unless ``texts`` (the files)
    show that they stand inside an object of ours.
    """
    found = result.facts
    if wanted is None:
        wanted = platform.observable(plan.facts)
    if wanted == found and not result.unrecognised:
        return []
    return list(_Comparison(plan, result, wanted, strict, texts or {}).run())


class _Comparison:
    def __init__(
        self, plan: DevicePlan, result: ReadResult, wanted: Facts, strict: bool, texts: Mapping[str, str]
    ) -> None:
        self.plan = plan
        self.result = result
        self.wanted = wanted
        self.strict = strict
        self.blocks = None if strict else OwnBlocks(plan.facts, result, texts)
        self.foreign = 0
        self.foreign_lines = 0

    def run(self) -> Iterator[Difference]:
        yield from self.unrecognised()
        yield from self.whole()
        for table in FACT_TABLES:
            yield from self.table(table)
        if self.foreign or self.foreign_lines:
            message = (
                f"{self.plan.name} has {_count(self.foreign, 'more object')} and {_count(self.foreign_lines, 'more line')}"
                " that touch nothing of the plan"
            )
            yield Difference(rule=UNEXPECTED, device=self.plan.name, message=message, severity=Severity.INFO)

    def unrecognised(self) -> Iterator[Difference]:
        for line in self.result.unrecognised:
            if self.blocks is not None and not line.reason and not self.blocks.holds(line.file, line.line):
                self.foreign_lines += 1
                continue
            # The line itself is not quoted: it may hold a key.
            reason = line.reason or "no reader knows it"
            yield Difference(
                rule=UNRECOGNISED,
                device=self.plan.name,
                message=f"line {line.line} of {line.file} cannot be taken: {reason}",
                place=(line.file, line.line),
            )

    def whole(self) -> Iterator[Difference]:
        """What belongs to the device as a whole: its name and its switches."""
        wanted, found = self.wanted, self.result.facts
        if wanted.hostname != found.hostname:
            message = f"hostname is {found.hostname or 'not set'}, the plan says {wanted.hostname}"
            yield Difference(rule=DIFFERENT, device=self.plan.name, path=self.plan.inventory_path, message=message)
        for switch in sorted(wanted.switches - found.switches):
            yield Difference(rule=MISSING, device=self.plan.name, message=f"the setting {switch} is missing (PAIR-037)")
        for switch in sorted(found.switches - wanted.switches) if self.strict else ():
            yield Difference(rule=UNEXPECTED, device=self.plan.name, message=f"the setting {switch} is not in the plan")

    def table(self, table: str) -> Iterator[Difference]:
        wanted: dict[object, Any] = getattr(self.wanted, table)
        found: dict[object, Any] = getattr(self.result.facts, table)
        if wanted == found:
            return
        for key, planned in wanted.items():
            there = found.get(key)
            if there is None:
                yield self.about(MISSING, table, key, planned, "is missing", place=False)
            elif there != planned:
                yield from self.attributes(table, key, planned, there)
        for key, there in found.items():
            if key in wanted:
                continue
            if self.strict or self.touches(table, there):
                yield self.about(UNEXPECTED, table, key, there, "is not in the plan")
            else:
                self.foreign += 1

    def attributes(self, table: str, key: object, planned: Any, there: Any) -> Iterator[Difference]:
        for name in planned.__struct_fields__:
            want, have = getattr(planned, name), getattr(there, name)
            if want == have:
                continue
            meaning = _MEANING.get((table, name), "")
            for text in _explain(name, want, have):
                yield self.about(DIFFERENT, table, key, planned, text, meaning=meaning, joint=": ")

    def about(
        self,
        rule: str,
        table: str,
        key: object,
        thing: Any,
        text: str,
        *,
        place: bool = True,
        meaning: str = "",
        joint: str = " ",
    ) -> Difference:
        fact: FactKey = (table, key)
        return Difference(
            rule=rule,
            device=self.plan.name,
            message=f"{title(table, key, thing)}{joint}{text}" + (f"; {meaning}" if meaning else ""),
            path=self.plan.origins.get(fact, ()),
            fact=fact,
            place=self.result.places.get(fact) if place else None,
        )

    def touches(self, table: str, there: Any) -> bool:
        """Whether an object that is not in the plan reaches into what the plan owns."""
        plan = self.plan.facts
        if table == "neighbors":
            return there.remote_as == MICROSOFT or (there.vrf != "" and there.vrf in plan.vrfs)
        if table in ("static_routes", "bgp", "interfaces"):
            return there.vrf != "" and there.vrf in plan.vrfs
        if table == "vrfs":
            ours = {word for one in plan.vrfs.values() for word in (one.name, one.rd, *one.exports)}
            return not ours.isdisjoint(there.imports)
        if table == "prefix_lists":
            return any(there.name == name for name, _ in plan.prefix_lists)
        return False


def title(table: str, key: object, thing: Any) -> str:
    """An object in plain words: ``neighbor 172.31.0.2 in VRF ALPHA``."""
    word = _WORDS[table]
    if isinstance(thing, Neighbor):
        return f"{word} {thing.address}{_in_vrf(thing.vrf)}"
    if table == "static_routes":
        return f"{word} {thing.prefix} to {thing.next_hop}{_in_vrf(thing.vrf)}"
    if table == "prefix_lists":
        return f"{word} {thing.name} (IPv{thing.family})"
    if table == "bgp":
        return f"{word} {thing.vrf}" if thing.vrf else "BGP in the global table"
    return f"{word} {key}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _in_vrf(vrf: str) -> str:
    return f" in VRF {vrf}" if vrf else ""


def _explain(name: str, want: Any, have: Any) -> Iterator[str]:
    """One attribute's difference in words; ordered things entry by entry."""
    if isinstance(want, Secret) or isinstance(have, Secret):
        # A key is never shown, not even whether it is like the other one.
        words = "differs from the plan" if want is not None and have is not None else ""
        yield f"{name} {words or ('is missing' if have is None else 'is set, the plan has none')}"
    elif name == "rules":
        yield from _rules(want, have)
    elif isinstance(want, tuple) and isinstance(have, tuple):
        yield from _entries(name, want, have)
    else:
        yield f"{name.replace('_', ' ')} is {_value(have)}, the plan says {_value(want)}"


def _rules(want: tuple[PolicyRule, ...], have: tuple[PolicyRule, ...]) -> Iterator[str]:
    planned, there = {one.label: one for one in want}, {one.label: one for one in have}
    for label in sorted(planned.keys() - there.keys()):
        yield f"rule {label} is missing"
    for label in sorted(there.keys() - planned.keys()):
        yield f"rule {label} is not in the plan"
    for label, one in planned.items():
        other = there.get(label)
        for name in one.__struct_fields__ if other is not None and other != one else ():
            wanted, found = getattr(one, name), getattr(other, name)
            if wanted != found:
                yield f"rule {label}: {name.replace('_', ' ')} is {_value(found)}, the plan says {_value(wanted)}"
    if planned == there:
        yield f"rules are in the order {', '.join(there)}, the plan says {', '.join(planned)}"


def _entries(name: str, want: tuple[Any, ...], have: tuple[Any, ...]) -> Iterator[str]:
    less = [one for one in want if one not in have]
    more = [one for one in have if one not in want]
    word = name.replace("_", " ")
    if not less and not more:
        yield f"{word} are in another order than in the plan"
    if less:
        yield f"{word} lack {_list(less)}"
    if more:
        yield f"{word} have {_list(more)}, which the plan does not"


def _list(things: Iterable[Any], limit: int = 5) -> str:
    texts = [_value(one) for one in things]
    rest = len(texts) - limit
    return ", ".join(texts[:limit]) + (f" and {rest} more" if rest > 0 else "")


def _entry(entry: PrefixEntry) -> str:
    words = f"{'permit' if entry.permit else 'deny'} {entry.prefix}"
    if entry.low == entry.high == entry.prefix.prefixlen:
        return words
    return f"{words} with lengths {entry.low} to {entry.high}"


def _pattern(pattern: AsPathPattern) -> str:
    return f"{pattern.kind} {pattern.text or pattern.asn or ''}".rstrip()


_VALUES: Final[dict[type, Callable[[Any], str]]] = {
    PrefixEntry: _entry,
    AsPathPattern: _pattern,
    AsPathEntry: lambda one: f"{'permit' if one.permit else 'deny'} paths: {_pattern(one.pattern)}",
    Bfd: lambda one: (
        f"{one.transmit_ms}/{one.receive_ms} ms x{one.multiplier}"
        + (", echo" if one.echo else "")
        + (", strict" if one.strict else "")
    ),
    MaxPrefix: lambda one: (
        f"{one.limit} at {one.warn_percent} %"
        + (f", restart after {one.restart_minutes} min" if one.restart_minutes else "")
        + (", warning only" if one.warning_only else "")
    ),
    IPv4Interface: str,
    IPv6Interface: str,
    bool: lambda one: "on" if one else "off",
    type(None): lambda _: "not set",
}


def _value(value: Any) -> str:
    """A value as a person reads it."""
    if isinstance(value, tuple):
        return _list(value) if value else "empty"
    words = _VALUES.get(type(value))
    if words is not None:
        return words(value)
    return str(value) if value != "" else "empty"
