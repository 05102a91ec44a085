"""Whose an object is: the customer, and what of the customer, by its place in the inventory."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Final, NamedTuple

import msgspec

from generator.change.passing import serves
from generator.model.facts import FactKey, Facts
from generator.model.finding import DataPath
from generator.model.plan import DevicePlan

DOMAIN_WORDS: Final = {"private": "private peering", "microsoft": "Microsoft peering", "public": "public peering"}


class Unit(NamedTuple):
    """A customer's peering, or another thing of it that comes and goes as a whole."""

    customer: str = ""
    circuit: str = ""
    domain: str = ""
    part: str = ""
    """A session that is no peering: ``CE``, ``session services``."""

    @property
    def subject(self) -> str:
        """As a sentence names it, where the customer has a single circuit."""
        if self.domain:
            return DOMAIN_WORDS.get(self.domain, self.domain)
        return self.part or (f"circuit {self.circuit}" if self.circuit else "")


SHARED: Final = Unit()


def unit_of(path: DataPath) -> Unit:
    """The unit of a place in the inventory."""
    match path:
        case ("customers", customer, "circuits", circuit, "peerings", domain, *_):
            return Unit(str(customer), str(circuit), str(domain))
        case ("customers", customer, "circuits", circuit, *_):
            return Unit(str(customer), str(circuit))
        case ("customers", customer, "ce", *_):
            return Unit(str(customer), part="CE")
        case ("customers", customer, "sessions", name, *_):
            return Unit(str(customer), part=f"session {name}")
        case ("customers", customer, *_):
            return Unit(str(customer))
        case _:
            return SHARED


class Side(msgspec.Struct, frozen=True, dict=True):
    """A router before or after the change."""

    facts: Facts
    plan: DevicePlan | None = None
    """What an inventory says about it, where there is one for this side."""
    own: Facts | None = None
    """What of that plan its platform's text can show, where ``facts`` are not just that."""

    def origin(self, fact: FactKey) -> DataPath:
        """Where the inventory of this side has the object; empty where it does not."""
        return () if self.plan is None else self.plan.origins.get(fact, ())

    def planned(self, fact: FactKey) -> bool:
        """Whether the inventory of this side asks for the object."""
        return self.plan is not None and fact[1] in getattr(self.own or self.facts, fact[0])

    @cached_property
    def units(self) -> dict[FactKey, Unit]:
        """Whose each object of the plan is.

        A list that no place in the inventory is known for belongs to what uses it, if one alone does; other
        such objects belong to their VRF.
        """
        if self.plan is None:
            return {}
        facts = self.own or self.facts
        found = {fact: unit_of(path) for fact, path in self.plan.origins.items() if self.planned(fact)}
        users: dict[FactKey, set[Unit]] = {}
        for neighbor in facts.neighbors.values():
            unit = found.get(("neighbors", neighbor.key), SHARED)
            for name in (neighbor.import_policy, neighbor.export_policy):
                for fact in serves(facts, name, neighbor.family):
                    users.setdefault(fact, set()).add(unit)
        for fact, units in users.items():
            if fact not in found and len(units) == 1:
                found[fact] = next(iter(units))
        for table in ("bgp", "nat_rules", "zones", "static_routes", "interfaces", "tunnels"):
            for key, thing in getattr(facts, table).items():
                found.setdefault((table, key), found.get(("vrfs", thing.vrf), SHARED))
        return found


def subjects(sides: Iterable[Side]) -> dict[Unit, str]:
    """Every unit and its name; peerings of a customer with several circuits say which one."""
    units = dict.fromkeys(unit for side in sides for unit in side.units.values())
    circuits: dict[str, set[str]] = {}
    for unit in units:
        if unit.circuit:
            circuits.setdefault(unit.customer, set()).add(unit.circuit)
    return {
        unit: f"{unit.subject} of {unit.circuit}" if unit.domain and len(circuits[unit.customer]) > 1 else unit.subject
        for unit in units
    }
