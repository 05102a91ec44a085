"""One router on both sides of a change, as text, trees and facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import zip_longest
from typing import Any

import msgspec

from generator.change.block_diff import Text
from generator.change.masking import Masker
from generator.change.units import Side
from generator.model.facts import FACT_TABLES, Facts, ReadResult, UnrecognisedLine
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.platforms import load as load_platform
from generator.platforms.base import Platform
from generator.platforms.tree import Node
from generator.readback.device_tree import tree_of
from generator.readback.read import Trees, read_trees, rendered_trees
from generator.render.engine import renderer_of

Texts = Mapping[str, str]
"""The config files of one router by their names."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One router on one side, read."""

    platform: Platform
    texts: Texts
    trees: Trees
    result: ReadResult
    side: Side
    broken: tuple[UnrecognisedLine, ...] = ()
    """What keeps the text from being read as a whole: a block that is never closed, where an end is missing."""

    @property
    def text(self) -> Text:
        return Text(self.trees, self.result.places, Influences(self))


class Influences:
    """Which lines of a text have a part in its facts: found by reading it without them."""

    MOST = 24
    """Readings of one router's text; when they are used up, every line counts."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.found: dict[tuple[str, int], bool] = {}

    def __call__(self, file: str, line: int) -> bool:
        key = (file, line)
        if key not in self.found and len(self.found) < self.MOST:
            trees = {name: _without(nodes, line) if name == file else nodes for name, nodes in self.state.trees.items()}
            self.found[key] = self.state.platform.read(trees).facts != self.state.result.facts
        return self.found.get(key, True)

    @property
    def idle(self) -> list[tuple[str, int]]:
        """Lines that have none."""
        return [key for key, matters in self.found.items() if not matters]


def _without(nodes: list[Node], line: int) -> list[Node]:
    """The tree less one line; what does not change is shared."""
    out: list[Node] = []
    for node, after in zip_longest(nodes, nodes[1:]):
        if node.line == line:
            continue
        inside = node.line < line and (after is None or after.line > line)
        out.append(Node(node.text, node.line, _without(node.children, line)) if inside and node.children else node)
    return out


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One router on both sides; None where it is not there."""

    device: str
    before: State | None
    after: State | None
    rendered: bool
    """Both sides are texts of ours."""


def planned_state(device: DevicePlan) -> State:
    """What an inventory makes of a router: rendered and read back."""
    platform = load_platform(device.platform)
    texts = {artifact.file.name: artifact.text for artifact in renderer_of(device.platform).render(device)}
    trees, problems = rendered_trees(platform, texts)
    result = read_trees(platform, trees, problems)
    return State(
        platform=platform, texts=texts, trees=trees, result=result, side=Side(platform.observable(device.facts), device)
    )


def running_state(device: DevicePlan, texts: Texts, earlier: DevicePlan | None) -> State:
    """What a router runs.  ``earlier``: its plan in the inventory that made that config, where it is known."""
    platform = load_platform(device.platform)
    parsed = {file.name: tree_of(file, texts[file.name]) for file in platform.files if file.name in texts}
    trees = {name: nodes for name, (nodes, _) in parsed.items()}
    problems = [problem for _, found in parsed.values() for problem in found]
    result = read_trees(platform, trees, problems)
    own = None if earlier is None else platform.observable(earlier.facts)
    side = Side(result.facts, earlier, own)
    return State(platform=platform, texts=texts, trees=trees, result=result, side=side, broken=tuple(problems))


def masker(case: Case) -> Masker:
    """Hides every key that either side of a router has."""
    sides = [state.side.facts for state in (case.before, case.after) if state is not None]
    return Masker(secret for facts in sides for secret in secrets_of(facts))


def secrets_of(facts: Facts) -> Iterator[Secret]:
    """Every key in the facts of a router."""
    for table in FACT_TABLES:
        things: Mapping[object, Any] = getattr(facts, table)
        for thing in things.values():
            for name in ("password", "key", "cak"):
                value = getattr(thing, name, None)
                if isinstance(value, Secret):
                    yield value


def masked_hash(texts: Texts, mask: Masker) -> str:
    digest = sha256()
    for name in sorted(texts):
        digest.update(f"{name}\n".encode())
        digest.update("\n".join(map(mask, texts[name].splitlines())).encode())
    return digest.hexdigest()
