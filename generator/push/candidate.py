"""What is sent to a router: the text of a plan, read back before anybody sends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from generator.model.finding import Severity
from generator.model.outcome import Refused
from generator.model.plan import DevicePlan
from generator.platforms import load
from generator.platforms.base import Platform
from generator.push.drain import Drain, azure_sessions, drained, drained_facts
from generator.readback.compare import compare
from generator.readback.read import read_device, read_rendered
from generator.render.engine import renderer_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text for the driver."""

    text: str
    replace: bool
    """It takes the place of the whole config; else it is merged into it (NAP-16)."""
    problems: Callable[[str], list[str]] = lambda _: []
    """What a running config lacks of it, or has beside it."""


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


def candidate(plan: DevicePlan) -> Candidate:
    """The text of a plan.  `Refused` where it does not read back as what was meant."""
    platform = load(plan.platform)
    texts = _texts(plan)
    different = compare(plan, read_rendered(platform, texts), platform)
    if different:
        raise Refused(f"{plan.name}: what would be sent does not read back: {different[0].message}", "nothing was sent")
    return Candidate(bundle(texts), not platform.napalm.merge, lambda running: differences(plan, running))


def differences(plan: DevicePlan, running: str) -> list[str]:
    """Where a running config differs in meaning from a plan, in words; what is somebody else's does not count."""
    platform = load(plan.platform)
    texts = unbundle(platform, running)
    found = compare(plan, read_device(platform, texts), platform, strict=False, texts=texts)
    return [one.message for one in found if one.severity is Severity.ERROR]


def drained_candidate(plan: DevicePlan, how: Drain) -> Candidate | None:
    """The text of a plan with its path drained; None where nothing is to be drained."""
    changed = drained(plan, how)
    if changed.facts == plan.facts:
        return None
    return candidate(changed)


def drained_running(plan: DevicePlan, running: str, how: Drain) -> Candidate | None:
    """What the router runs now, drained, so that traffic is gone before anything else changes.

    Only the files that the drain changes are rendered; the others stay as they are, to the letter.  None where it
    cannot be said in full: a line that no reader knows, a text that is merged only, nothing to drain, or a text that
    would not read back as the running config with its drain.
    """
    platform = load(plan.platform)
    if platform.napalm.merge or how == "none":
        return None
    now = unbundle(platform, running)
    read = read_device(platform, now)
    if read.unrecognised or not read.facts.neighbors:
        return None
    facts = drained_facts(read.facts, azure_sessions(read.facts, plan), how)
    if facts == read.facts:
        return None
    try:
        before, after = (_texts(msgspec.structs.replace(plan, facts=one)) for one in (read.facts, facts))
    except (KeyError, ValueError):
        return None
    mixed = {name: text if after[name] == before[name] else after[name] for name, text in now.items()}
    if read_device(platform, mixed).facts != facts:
        return None
    return Candidate(bundle(mixed), replace=True)


def _texts(plan: DevicePlan) -> dict[str, str]:
    return {one.file.name: one.text for one in renderer_of(plan.platform).render(plan)}
