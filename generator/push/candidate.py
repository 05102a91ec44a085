"""What is sent to a router: whole files, or commands; read back before anybody sends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from generator.change.texts import trees_of
from generator.model.facts import ReadResult
from generator.model.finding import Severity
from generator.model.outcome import Refused
from generator.model.plan import DevicePlan
from generator.platforms import load
from generator.platforms.base import Platform
from generator.push.drain import Drain, azure_sessions, drained_facts, is_drained
from generator.readback.compare import compare
from generator.readback.read import read_device, read_rendered, read_trees
from generator.render.engine import renderer_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text for the driver; without one there is nothing to do."""

    text: str
    replace: bool
    """It takes the place of the whole config; else it is commands, merged into it (NAP-16)."""
    problems: Callable[[str], list[str]] = lambda _: []
    """What a running config lacks of it, or has beside it."""
    shown: str = ""
    """Of commands: the same without keys."""
    back: str = ""
    """Of commands: those that undo it."""

    def undo(self, before: str) -> Candidate:
        """What leads back to ``before``, the config that ran before this was committed."""
        return Candidate(before, replace=True) if self.replace else Candidate(self.back, replace=False)


Making = Callable[[str], Candidate]
"""Running config → what leads from there to where it should be.  `Refused` where nothing does."""


def bundle(texts: Mapping[str, str]) -> str:
    """A single file as it is; several as one text, with a line ``# file: NAME`` before each."""
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "".join(
        f"# file: {name}\n{text if not text or text.endswith(chr(10)) else text + chr(10)}"
        for name, text in texts.items()
    )


def unbundle(platform: Platform, text: str) -> dict[str, str]:
    """The opposite, of what a driver says that it runs."""
    names = [file.name for file in platform.files]
    if len(names) == 1:
        return {names[0]: text}
    files: dict[str, list[str]] = {}
    here: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("# file: ") and line[8:].strip() in names:
            here = files.setdefault(line[8:].strip(), [])
        else:
            here.append(line)
    return {name: "".join(lines) for name, lines in files.items()}


def intended(plan: DevicePlan) -> dict[str, str]:
    """The files of a plan, by name.  `Refused` where they do not read back as what was meant."""
    platform = load(plan.platform)
    texts = rendered(plan)
    different = compare(plan, read_rendered(platform, texts), platform)
    if different:
        raise Refused(f"{plan.name}: what would be sent does not read back: {different[0].message}", "nothing was sent")
    return texts


def whole(plan: DevicePlan) -> Candidate:
    """The files of a plan, in place of all that there is."""
    return Candidate(bundle(intended(plan)), replace=True, problems=lambda running: differences(plan, running))


def differences(plan: DevicePlan, running: str) -> list[str]:
    """Where a running config differs in meaning from a plan, in words; what is somebody else's does not count."""
    platform = load(plan.platform)
    texts = unbundle(platform, running)
    return missing(plan, read_device(platform, texts), texts)


def missing(plan: DevicePlan, read: ReadResult, texts: Mapping[str, str]) -> list[str]:
    """The same of texts that were read already."""
    found = compare(plan, read, load(plan.platform), strict=False, texts=texts)
    return [one.message for one in found if one.severity is Severity.ERROR]


@dataclass(frozen=True, slots=True)
class DrainedRunning:
    """What a router runs now, and the same drained, as plans and as files."""

    plan: DevicePlan
    now: dict[str, str]
    before: dict[str, str]
    """What runs now, rendered again."""
    after: dict[str, str]


def drained_running(plan: DevicePlan, running: str, how: Drain) -> DrainedRunning | None:
    """What the router runs now, drained.  None where it cannot be said, or where it is drained already."""
    platform = load(plan.platform)
    now = unbundle(platform, running)
    found = read_trees(platform, trees_of(platform, now), []).facts
    azure = azure_sessions(found, plan)
    if how == "none" or not azure or is_drained(found, azure, how):
        return None
    meant = msgspec.structs.replace(plan, facts=drained_facts(found, azure, how))
    try:
        return DrainedRunning(meant, now, rendered(msgspec.structs.replace(plan, facts=found)), rendered(meant))
    except (KeyError, ValueError):
        return None


def whole_drain(plan: DevicePlan, running: str, how: Drain) -> Candidate | None:
    """Files that drain what runs now, so that traffic is gone before anything else changes.

    Only those that the drain changes are rendered; the others stay as they are, to the letter.  None where it cannot
    be said in full: a line that no reader knows, or a text that would not read back as the running config with its
    drain.
    """
    platform = load(plan.platform)
    found = drained_running(plan, running, how)
    if found is None or read_device(platform, found.now).unrecognised:
        return None
    before, after = found.before, found.after
    if any(after[name] != before[name] and _lost(text, before[name]) for name, text in found.now.items()):
        return None
    mixed = {name: text if after[name] == before[name] else after[name] for name, text in found.now.items()}
    if read_device(platform, mixed).facts != found.plan.facts:
        return None
    return Candidate(bundle(mixed), replace=True)


def _lost(running: str, rendered: str) -> list[str]:
    """Lines that rendering again would drop: what a reader passes over is not in the facts.

    A version may be longer in what runs (``8.4.4`` for ``8.4``).
    """
    kept = [line.strip() for line in rendered.splitlines() if line.strip(" !#")]
    known = set(kept)
    left = (line.strip() for line in running.splitlines())
    return [
        one
        for one in left
        if one and one not in known and one[0] not in "!#" and one not in ("end", "exit")
        if not any(one.startswith(f"{line}.") for line in kept)
    ]


def rendered(plan: DevicePlan) -> dict[str, str]:
    """The files of a plan, by name."""
    return {one.file.name: one.text for one in renderer_of(plan.platform).render(plan)}
