"""What a text says against what the plan says: missing, unexpected, different, not understood.

Nothing here knows a vendor.  What of a plan a platform's text can show at all, the platform says
itself (``observable``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from generator.model.asn import MICROSOFT
from generator.model.facts import FACT_TABLES, FactKey, Facts, ReadResult
from generator.model.finding import DataPath, Severity
from generator.model.plan import DevicePlan
from generator.platforms.base import Platform
from generator.readback.own_blocks import OwnBlocks
from generator.readback.words import FROM_POLICY, explain, meaning_of, title

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
            if self.strict or touches(self.plan.facts, table, there):
                yield self.about(UNEXPECTED, table, key, there, "is not in the plan")
            else:
                self.foreign += 1

    def attributes(self, table: str, key: object, planned: Any, there: Any) -> Iterator[Difference]:
        for name in planned.__struct_fields__:
            want, have = getattr(planned, name), getattr(there, name)
            if want == have or (name in FROM_POLICY and there.crypto is None):
                continue  # with no policy there is nothing else to say of what would stand in it
            meaning = meaning_of(table, name, planned)
            for text in explain(name, want, have):
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


def touches(plan: Facts, table: str, there: Any) -> bool:
    """Whether an object that is not in the plan reaches into what the plan owns."""
    if table == "neighbors":
        return there.remote_as == MICROSOFT or (there.vrf != "" and there.vrf in plan.vrfs)
    if table in ("static_routes", "bgp", "interfaces"):
        return there.vrf != "" and there.vrf in plan.vrfs
    if table == "vrfs":
        ours = {word for one in plan.vrfs.values() for word in (one.name, one.rd, *one.exports)}
        return not ours.isdisjoint(there.imports)
    if table == "prefix_lists":
        return any(there.name == name for name, _ in plan.prefix_lists)
    return _reaches(plan, table, there)


def _reaches(plan: Facts, table: str, there: Any) -> bool:
    """The same for tunnels, filters, translation and QoS: they touch what is ours by an interface, a VRF or a name."""
    if table == "tunnels":
        ours = {one.local for one in plan.tunnels.values()}
        return there.local in ours or not {there.vrf, there.front_vrf}.isdisjoint(plan.vrfs)
    if table in ("zones", "shapers", "remarks"):
        return not plan.interfaces.keys().isdisjoint(there.interfaces)
    if table == "zone_policies":
        return not plan.zones.keys().isdisjoint((there.source, there.destination))
    if table == "filters":
        return any(there.name == name for name, _ in plan.filters)
    if table == "control_plane":
        return bool(plan.control_plane)
    if table == "nat_rules":
        return not plan.interfaces.keys().isdisjoint((*there.inside_interfaces, *there.outside_interfaces))
    if table == "state_sync":
        return bool(plan.state_sync)
    return table == "macsec" and there.port in plan.interfaces


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
