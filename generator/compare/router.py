"""What changes on one router: in words, then in lines."""

from __future__ import annotations

from collections.abc import Iterator

from generator.change.block_diff import Text, block_diff
from generator.change.compared import RouterDiff
from generator.change.masking import Masker
from generator.change.meaning import Change, Foreign
from generator.change.sentences import meaning
from generator.change.units import Side
from generator.compare.state import Case, Influences, State, masked_hash, masker
from generator.model.facts import Facts
from generator.readback.own_blocks import OwnBlocks


def router_diff(case: Case) -> RouterDiff:
    """Words first, then lines."""
    before, after = case.before, case.after
    if after is None:
        assert before is not None
        gone = Change(device=case.device, kind="removed", text="is no longer in the inventory, and its config is left")
        return RouterDiff(device=case.device, platform=before.platform.id, changes=(gone,))
    if before is not None and before.platform.id != after.platform.id:
        return _replaced(case.device, before, after)
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
        objects=found.diffs,
        blocks=blocks,
        foreign=foreign,
        before_hash="" if before is None else masked_hash(before.texts, mask),
        after_hash=masked_hash(after.texts, mask),
    )


def _replaced(device: str, before: State, after: State) -> RouterDiff:
    """Another kind of router: nothing of the old config can be compared with the new one line by line."""
    text = f"becomes {after.platform.title} instead of {before.platform.title}: its whole config is another one"
    sessions = dict.fromkeys((*before.side.facts.neighbors, *after.side.facts.neighbors))
    kept = tuple(key for key in sessions if key in before.side.facts.neighbors and key in after.side.facts.neighbors)
    change = Change(device=device, kind="changed", text=text, resets=kept)
    return RouterDiff(device=device, platform=after.platform.id, changes=(change,))


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
