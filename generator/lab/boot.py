"""From an inventory to a lab that is up, and back: what the verbs ``lab up``, ``run``, ``status`` and ``down`` share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from generator.inventory.intent import Intent
from generator.inventory.models import Inventory
from generator.inventory.resolve import resolve
from generator.lab.access import Access, new_access
from generator.lab.agent.protocol import Request
from generator.lab.channel import Channel, LabGone
from generator.lab.edge.secrets import LabSecrets
from generator.lab.engine.probe import Choice, Engine, choose, probe, require_programs, require_root
from generator.lab.engine.start import channel_of, fill, start_keeper
from generator.lab.flatten import flattened, without_dummies
from generator.lab.lab import Lab
from generator.lab.recast import lab_support, recast
from generator.lab.state import Folder, Record, lab_name
from generator.lab.topology import Built, Fit, build
from generator.model.finding import Severity, path_text
from generator.model.outcome import Progress, Refused
from generator.model.plan import Plan
from generator.pipeline import read_inventory
from generator.plan import plan as make_plan

BOOT: Final = 300.0
"""Seconds until every device is up, User-Mode Linux on a busy machine included."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    inventory: Path
    platform: str = ""
    engine: Engine | None = None


Rewrite = Callable[[Inventory], Inventory]


def planned(wish: Wish, engine: Engine, rewrite: Rewrite | None = None) -> tuple[Intent, Plan, list[str]]:
    """The inventory read, on the platform that was asked for, and what of it the engine cannot have.

    ``rewrite``: what a scenario wants of it.  `Refused` where it cannot be planned.
    """
    loaded = read_inventory(wish.inventory)
    intent = loaded.intent
    if intent is None:
        raise Refused(f"{wish.inventory} cannot be read", f"peerwright check {wish.inventory} says why")
    secrets = LabSecrets(loaded.source.root)
    inventory = recast(intent.inventory, wish.platform) if wish.platform else intent.inventory
    inventory = inventory if rewrite is None else rewrite(inventory)
    intent, _ = resolve(inventory, secrets)
    left_out: list[str] = []
    if engine is Engine.FLAT:
        intent, left_out = flattened(intent, secrets)
    part = make_plan(intent)
    for device in part.plan.devices.values():
        lab_support(device.platform)
    broken = [one for one in part.findings if one.severity is Severity.ERROR]
    if broken:
        where = path_text(broken[0].path)
        raise Refused(f"{where}: {broken[0].message}", f"peerwright check {wish.inventory} says more")
    if not part.plan.devices:
        raise Refused(f"{wish.inventory} has no router to boot", f"peerwright check {wish.inventory} says why")
    return intent, part.plan, left_out


def refuse_running(folder: Folder) -> None:
    """One lab of a name at a time; what a crash left is cleared away."""
    record = folder.record()
    if folder.running():
        since = "" if record is None else f" since {time.strftime('%H:%M', time.localtime(record.started))}"
        raise Refused(f"the lab {folder.name} is up{since}", f"peerwright lab down {folder.name}, or work with it")
    folder.clear()


@contextmanager
def up(
    wish: Wish,
    fit: Fit,
    *,
    progress: Progress | None = None,
    told: Callable[[str], None] = lambda _: None,
    rewritten: Rewrite | None = None,
    altered: Callable[[Built], Built] | None = None,
) -> Iterator[tuple[Lab, Callable[[], None]]]:
    """A lab for the length of the block.  The second value, called, makes it outlive the block.

    Whatever ends the block before that (an exception, Ctrl-C, kill -9) ends the lab too.
    ``rewritten`` may change the inventory, ``altered`` what is booted: scenarios do.
    """
    require_root()
    require_programs()
    folder = Folder(lab_name(wish.inventory))
    with folder.locked():
        refuse_running(folder)
        choice = choose(wish.engine, probe())
        intent, plan, left_out = planned(wish, choice.engine, rewritten)
        told(f"engine {choice.engine.value}: {choice.reason}")
        lab, lifeline = None, None
        try:
            folder.create()
            access = new_access()
            built = _built(folder.name, choice.engine, intent, plan, fit, access)
            built = msgspec.structs.replace(
                built, topology=msgspec.structs.replace(built.topology, unproven=(*built.topology.unproven, *left_out))
            )
            if altered is not None:
                built = altered(built)
            fill(folder, built.topology, choice.engine, progress)
            access.write_client(folder.path, folder.name, list(plan.devices))
            started = time.time()
            lifeline = start_keeper(folder)
            channel, seconds = boot_of(folder, choice.engine, len(built.topology.devices), progress)
            lab = Lab(
                channel,
                built.topology,
                built.intent,
                built.plan,
                built.sites,
                folder=folder.path,
                engine=choice.engine.value,
            )
            _write_record(folder, wish, choice, built, started, seconds)
            yield lab, lifeline.release
        finally:
            if lifeline is None or not lifeline.released:
                if lifeline is not None:
                    lifeline.cut()
                folder.clear()


def _built(name: str, engine: Engine, intent: Intent, plan: Plan, fit: Fit, access: Access) -> Built:
    built = build(name, intent, plan, fit=fit, access=access)
    if engine is Engine.FLAT:
        built = msgspec.structs.replace(built, topology=without_dummies(built.topology))
    return built


def _write_record(folder: Folder, wish: Wish, choice: Choice, built: Built, started: float, seconds: float) -> None:
    record = Record(
        name=folder.name,
        inventory=str(wish.inventory.resolve()),
        engine=choice.engine.value,
        reason=choice.reason,
        platform=wish.platform,
        routers=tuple(built.plan.devices),
        started=started,
        boot_seconds=seconds,
        unproven=built.topology.unproven,
    )
    folder.write("lab.json", msgspec.json.encode(record))


def boot_of(folder: Folder, engine: Engine, devices: int, progress: Progress | None) -> tuple[Channel, float]:
    """Wait for the agent, then for every device; all that went wrong is told."""
    started = time.monotonic()
    if progress is not None:
        progress.stage("booting", devices)
    channel = _agent(folder, engine)
    wrong: list[str] = []
    try:
        for answer in channel.answers(Request(verb="boot"), BOOT):
            if not answer.device:
                if answer.error:
                    raise Refused(f"the lab did not boot: {answer.error}", "; ".join(wrong) or _last_words(folder))
                return channel, time.monotonic() - started
            if answer.error:
                wrong.append(answer.error)
            if progress is not None:
                progress.advance()
    except LabGone as error:
        raise Refused(f"the lab did not boot: {error}", _last_words(folder)) from None
    raise Refused("the lab ended while it booted", _last_words(folder))


def _agent(folder: Folder, engine: Engine) -> Channel:
    deadline = time.monotonic() + BOOT
    while True:
        kept = folder.kept()
        if kept is not None and kept.box is not None:
            channel = channel_of(folder, engine.value)
            try:
                channel.greet()
                return channel
            except LabGone:
                pass
            if not folder.running():
                raise Refused("the lab's engine ended at its start", _last_words(folder))
        if time.monotonic() > deadline:
            raise Refused("the lab's engine did not start", _last_words(folder))
        time.sleep(0.05)


def _last_words(folder: Folder) -> str:
    """The end of what the engine printed."""
    said = []
    for name in ("keeper.log", "console.log"):
        try:
            said += (folder / name).read_text(errors="replace").splitlines()[-6:]
        except OSError:
            continue
    return " | ".join(line.strip() for line in said if line.strip()) or "it said nothing"


def running_lab(wish: Wish, fit: Fit) -> tuple[Lab, Record]:
    """A lab that an earlier command started.  `Refused` where there is none."""
    require_root()
    folder = Folder(lab_name(wish.inventory))
    record = folder.record()
    if record is None or not folder.running():
        raise Refused(f"the lab {folder.name} is not up", f"peerwright lab up {wish.inventory}")
    again = Wish(inventory=Path(record.inventory), platform=record.platform)
    intent, plan, _ = planned(again, Engine(record.engine))
    built = _built(folder.name, Engine(record.engine), intent, plan, fit, new_access())
    channel = channel_of(folder, record.engine)
    lab = Lab(channel, built.topology, intent, plan, built.sites, folder=folder.path, engine=record.engine)
    return lab, record


def note_ready(lab: Lab, seconds: float) -> Record:
    """Write down when the sessions were up, counted from the command's start of the engine."""
    folder = Folder(lab.folder.name, lab.folder.parent)
    record = folder.record()
    assert record is not None
    record = msgspec.structs.replace(record, ready_seconds=record.boot_seconds + seconds)
    folder.write("lab.json", msgspec.json.encode(record))
    return record


def down(inventory: Path) -> bool:
    """End the lab; whether there was one, or what a crash had left of one."""
    require_root()
    folder = Folder(lab_name(inventory))
    with folder.locked():
        return folder.clear()
