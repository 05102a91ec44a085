"""Changes for the tests: two inventories in; running and intended texts, the plan of the change and its proof out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from generator.change.commands import change_set
from generator.change.simulate import Simulation, router, simulate
from generator.change.texts import trees_of
from generator.inventory.load import validate
from generator.inventory.resolve import resolve
from generator.inventory.secrets import SecretStore
from generator.model.change import ChangeSet, Step
from generator.model.facts import Facts
from generator.model.filters import Filter
from generator.model.plan import DevicePlan
from generator.plan import components, plan_component
from generator.platforms import load
from generator.platforms.base import Platform
from generator.platforms.linux_frr.change_items import LOADS
from generator.render.engine import renderer_of

Texts = dict[str, str]


def rendered(data: dict[str, Any], name: str = "r1") -> tuple[DevicePlan, Texts]:
    """One router of an inventory: its plan, and its files."""
    inventory, wrong = validate(data)
    assert inventory is not None, wrong
    intent = resolve(inventory, SecretStore(Path()))[0]
    for component in components(intent):
        if name in component.routers:
            device = plan_component(intent, component).plan.devices[name]
            files = renderer_of(device.platform).render(device)
            return device, {one.file.name: one.text for one in files}
    raise AssertionError(f"no {name} in the inventory")


@dataclass
class Proof:
    """A plan of a change, and what simulated routers make of it."""

    platform: Platform
    running: Texts
    change: ChangeSet
    there: Simulation
    back: Simulation
    end: Facts
    start: Facts

    def problems(self) -> list[str]:
        return [f"there: {one}" for one in self.there.problems] + [f"back: {one}" for one in self.back.problems]

    def comes_back(self) -> bool:
        """Whether the way back ends in the running config, byte for byte in the form in which the router prints it."""
        return self.back.text == router(self.platform, self.running).text()


def proven(device: DevicePlan, running: Texts, intended: Texts, **options: Any) -> Proof:
    """Plan a change, go there and back on simulated routers, and read what they have at the ends."""
    platform = load(device.platform)
    change = change_set(platform, device, running, intended, **options)
    there = simulate(platform, running, change.steps, resets=change.resets, atomic=change.atomic)
    at = router(platform, running)
    _apply(at, change.steps)
    end = platform.read(at.trees()).facts
    middle = printed(platform, at)
    back = simulate(platform, middle, change.rollback, resets=change.resets, atomic=change.atomic)
    _apply(at, change.rollback)
    return Proof(platform, running, change, there, back, end, platform.read(at.trees()).facts)


def _apply(device: Any, steps: tuple[Step, ...]) -> None:
    for step in steps:
        for command in step.commands:
            device.apply(command.context, command.text)


def printed(platform: Platform, device: Any) -> Texts:
    """What a simulated router prints, as texts that it can be started from."""
    return device.texts()


def whole_files(steps: tuple[Step, ...]) -> Texts:
    """What somebody has who types each command into the file that is its context (`linux_frr`)."""
    found: Texts = {}
    for step in steps:
        for command in step.commands:
            if command.context[:1] and command.context[0] in LOADS:
                found[command.context[0]] = found.get(command.context[0], "") + f"{command.text}\n"
    return found


def meaning(platform: Platform, texts: Texts) -> Facts:
    """The facts of some texts."""
    return platform.read(trees_of(platform, texts)).facts


def comparable(facts: Facts, other: Facts) -> Facts:
    """Facts without ports that nothing is on: hardware stays where it is, whatever is taken off it."""
    ports = {
        name: one for name, one in facts.interfaces.items() if name in other.interfaces or one.addresses or one.vrf
    }
    filters = {key: _sorted_sources(one) for key, one in facts.filters.items()}
    return msgspec.structs.replace(facts, interfaces=ports, filters=filters)


def _sorted_sources(one: Filter) -> Filter:
    """The addresses of a rule stand beside each other: their order means nothing."""
    rules = tuple(
        msgspec.structs.replace(
            rule, sources=tuple(sorted(rule.sources)), destinations=tuple(sorted(rule.destinations))
        )
        for rule in one.rules
    )
    return Filter(one.name, one.family, rules)
