"""Two states of an inventory's routers: running and intended, or before and after an edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any

import msgspec

from generator.change.absence import absence
from generator.change.block_diff import Text, block_diff
from generator.change.compared import Absence, Comparison, RouterDiff
from generator.change.lifecycle import refused
from generator.change.masking import Masker
from generator.change.meaning import Change, Foreign
from generator.change.sentences import meaning
from generator.change.units import Side
from generator.inventory.intent import Intent
from generator.inventory.secrets import PastSecrets
from generator.model.facts import FACT_TABLES, Facts, ReadResult
from generator.model.finding import Finding
from generator.model.outcome import Refused
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.pipeline import read_inventory
from generator.plan import plan
from generator.platforms import load as load_platform
from generator.platforms.base import Platform
from generator.platforms.tree import Node
from generator.readback.device_files import read_files
from generator.readback.own_blocks import OwnBlocks
from generator.readback.read import Trees, device_trees, read_trees, rendered_trees
from generator.render.engine import renderer_of
from generator.source.revision import RevisionError, at_revision

Texts = Mapping[str, str]
"""The config files of one router by their names."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One router on one side, read."""

    platform: Platform
    texts: Texts
    trees: Trees
    result: ReadResult
    side: Side

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
    trees, problems = device_trees(platform, texts)
    result = read_trees(platform, trees, problems)
    own = None if earlier is None else platform.observable(earlier.facts)
    return State(platform=platform, texts=texts, trees=trees, result=result, side=Side(result.facts, earlier, own))


def router_diff(case: Case) -> RouterDiff:
    """Words first, then lines."""
    before, after = case.before, case.after
    if after is None:
        assert before is not None
        gone = Change(device=case.device, kind="removed", text="is no longer in the inventory, and its config is left")
        return RouterDiff(device=case.device, platform=before.platform.id, changes=(gone,))
    nothing = Side(Facts(hostname=after.side.facts.hostname))
    found = meaning(case.device, nothing if before is None else before.side, after.side)
    mask = masker(case)
    empty = Text({}, {})
    old, new = empty if before is None else before.text, after.text
    same = case.rendered and before is not None and before.texts == after.texts
    blocks = () if same else block_diff(old, new, found.diffs, mask, exact=case.rendered)
    foreign = (*found.foreign, *(() if before is None or case.rendered else _strangers(case, before, after, old, mask)))
    return RouterDiff(
        device=case.device,
        platform=after.platform.id,
        changes=found.changes,
        blocks=blocks,
        foreign=foreign,
        before_hash="" if before is None else _hash(before.texts, mask),
        after_hash=_hash(after.texts, mask),
    )


def masker(case: Case) -> Masker:
    """Hides every key that either side of a router has."""
    sides = [state.side.facts for state in (case.before, case.after) if state is not None]
    return Masker(secret for facts in sides for secret in _secrets(facts))


def _secrets(facts: Facts) -> Iterator[Secret]:
    for table in FACT_TABLES:
        things: Mapping[object, Any] = getattr(facts, table)
        for thing in things.values():
            for name in ("password", "key", "cak"):
                value = getattr(thing, name, None)
                if isinstance(value, Secret):
                    yield value


def _strangers(case: Case, before: State, after: State, old: Text, mask: Masker) -> Iterator[Foreign]:
    """Lines that stand inside of an object of ours and that no reader makes anything of."""
    blocks = OwnBlocks(after.side.facts, before.result, before.texts)
    lines = {name: text.splitlines() for name, text in before.texts.items()}
    idle = old.matters.idle if isinstance(old.matters, Influences) else []
    places = {
        (one.file, one.line): one.reason
        for one in before.result.unrecognised
        if one.reason or blocks.holds(one.file, one.line)
    }
    for (file, line), reason in sorted({**dict.fromkeys(idle, ""), **places}.items()):
        there = lines.get(file, [])
        yield Foreign(
            device=case.device,
            text=mask(there[line - 1].strip()) if 0 < line <= len(there) else "",
            why=reason or "it stands inside of an object of ours, and says nothing that we ask for",
            file=file,
            line=line,
        )


def _hash(texts: Texts, mask: Masker) -> str:
    digest = sha256()
    for name in sorted(texts):
        digest.update(f"{name}\n".encode())
        digest.update("\n".join(map(mask, texts[name].splitlines())).encode())
    return digest.hexdigest()


def edited(before: Intent, after: Intent) -> list[Case]:
    """The routers of both states of an inventory."""
    old, new = plan(before).plan.devices, plan(after).plan.devices
    return [
        Case(
            device=name,
            before=planned_state(old[name]) if name in old else None,
            after=planned_state(new[name]) if name in new else None,
            rendered=True,
        )
        for name in dict.fromkeys((*new, *old))
    ]


def running_cases(after: Intent, texts: Mapping[str, Texts], earlier: Intent | None = None) -> list[Case]:
    """The routers whose running configs are there."""
    old = {} if earlier is None else plan(earlier).plan.devices
    return [
        Case(
            device=name,
            before=running_state(device, texts[name], old.get(name)),
            after=planned_state(device),
            rendered=False,
        )
        for name, device in plan(after).plan.devices.items()
        if name in texts
    ]


def absences(before: Intent, after: Intent, cases: list[Case]) -> Iterator[Absence]:
    """The proof for every customer who is in the one inventory and not in the other."""
    gone = [one.name for one in before.customers if one.name not in {other.name for other in after.customers}]
    for case in cases:
        if case.before is None or case.after is None:
            continue
        for customer in gone:
            found = absence(
                customer, case.device, case.before.side, case.after.side.facts, case.after.texts, masker(case)
            )
            if found is not None:
                yield found


def compared(
    intent: Intent,
    inventory: Path,
    *,
    running: Path | None,
    live: Callable[[DevicePlan], Texts] | None,
    earlier: Intent | None,
    commit: str,
) -> Comparison:
    """The whole comparison.  ``earlier`` and ``commit``: an earlier inventory and the revision that it is of."""
    cases, findings = cases_of(intent, running=running, live=live, earlier=earlier)
    routers = [router_diff(case) for case in cases]
    known = {case.device for case in cases}
    unread = {one.device for one in findings if one.rule == "RB-005"} - known
    routers += [RouterDiff(device=name, platform="", compared=False) for name in sorted(unread)]
    against = f"revision {commit[:12]}"
    if running is not None or live is not None:
        source = f"the running configs in {running}" if running is not None else "the routers"
        against = f"{source}, made from revision {commit[:12]}" if commit else source
    return Comparison(
        inventory=intent.inventory.meta.name or inventory.name,
        against=against,
        routers=tuple(routers),
        findings=tuple(findings),
        absences=() if earlier is None else tuple(absences(earlier, intent, cases)),
    )


def cases_of(
    intent: Intent,
    *,
    running: Path | None,
    live: Callable[[DevicePlan], Texts] | None,
    earlier: Intent | None,
) -> tuple[list[Case], list[Finding]]:
    """Every router on both sides, and what stands against the change."""
    against = [] if earlier is None else refused(earlier, intent)
    if running is None and live is None:
        assert earlier is not None
        return edited(earlier, intent), against
    texts: dict[str, Texts] = {}
    for name, device in plan(intent).plan.devices.items():
        if live is not None:
            texts[name] = live(device)
        elif running is not None:
            found, trouble = read_files(device, load_platform(device.platform), running)
            against += trouble
            if found and not trouble:
                texts[name] = found
    return running_cases(intent, texts, earlier), against


@contextmanager
def earlier_intent(inventory: Path, since: str | None) -> Iterator[tuple[Intent | None, str]]:
    """The intent of a git revision of the inventory, and the revision's full name; None without one."""
    if since is None:
        yield None, ""
        return
    try:
        with at_revision(inventory, since) as past:
            now = inventory if inventory.is_dir() else inventory.parent
            loaded = read_inventory(past.path, secrets=PastSecrets(past.path, now))
            if loaded.intent is None:
                raise Refused(
                    f"the inventory of revision {since} cannot be read: {loaded.stopped}",
                    "name a revision whose inventory is valid",
                )
            yield loaded.intent, past.commit
    except RevisionError as error:
        raise Refused(error.message, error.fix) from None
