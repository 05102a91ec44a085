"""The audit: files that routers printed, also of configs that nobody here wrote, with or without an inventory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import msgspec

from generator.inventory.intent import Intent
from generator.model.facts import FactKey
from generator.model.finding import Finding, Location, Severity
from generator.model.outcome import DeviceRow, FileRow, Refused, Tier
from generator.model.plan import Plan
from generator.pipeline import role_of
from generator.plan import plan as make_plan
from generator.platforms import known
from generator.platforms import load as load_platform
from generator.platforms.base import Platform
from generator.readback.audited import AuditedRouter, couples_of, pairs_of, read_audited
from generator.rules import engine

LARGEST: Final = 64 << 20
"""Bytes of one config file; a larger one is not a config."""
_LOOKED_AT: Final = 1 << 18
"""Characters of a text in which its platform must show."""


class Audited(msgspec.Struct):
    """What an audit found."""

    findings: list[Finding]
    devices: list[DeviceRow]
    files: list[FileRow]
    tiers: list[Tier]


class Texts(msgspec.Struct):
    """The files of one router: their texts by the platform's names for them, and where each came from."""

    router: str
    platform: Platform
    texts: dict[str, str]
    paths: dict[str, Path]


def audit_configs(configs: Path, intent: Intent | None, *, platform: str = "", only: Sequence[str] = ()) -> Audited:
    """Read every router below ``configs`` and run the rules of the audit."""
    found = Audited([], [], [], [])
    planned = make_plan(intent).plan if intent is not None else None
    sources = list(_routers(configs, platform, only, found.findings))
    routers: dict[str, AuditedRouter] = {}
    read: dict[str, Texts] = {}
    for source in sources:
        router = _read(source, planned)
        if router.name in routers:
            source.router = f"{router.name} ({next(iter(source.paths.values()))})"
            router.name = source.router
        routers[router.name] = router
        read[router.name] = source
        found.files += _file_rows(router, source)
        found.devices.append(_device_row(router, source))
    pairs = pairs_of(routers, planned.pairs if planned is not None else ())
    things = (*routers.values(), *pairs, *couples_of(pairs))
    lab = intent.lab if intent is not None else False
    found.findings += [_placed(one, routers, read) for one in engine.run(things, lab=lab)]
    found.tiers += _tiers(routers, pairs, found.files)
    return found


def _tiers(routers: Mapping[str, AuditedRouter], pairs: Sequence[object], files: Sequence[FileRow]) -> list[Tier]:
    ways: dict[str, int] = {}
    for pair in pairs:
        how = str(getattr(pair, "how", ""))
        ways[how] = ways.get(how, 0) + 1
    told = ", ".join(f"{count} {how}" for how, count in ways.items())
    known_lines = sum(one.understood for one in files)
    over = sum(one.passed_over for one in files)
    return [
        Tier(
            "audit rules", bool(routers), f"{engine.count_of('AUD')} rules" if routers else "not run: nothing to read"
        ),
        Tier("statements", bool(routers), f"{known_lines:,} understood, {over:,} passed over"),
        Tier("pairs of sessions", bool(pairs), told or "not run: no two sessions belong together"),
    ]


# Files


def _routers(configs: Path, platform: str, only: Sequence[str], findings: list[Finding]) -> Iterator[Texts]:
    """Each router's files: ``DIR/<router>.<ext>``, or the files in ``DIR/<router>/``."""
    try:
        entries = sorted(one for one in configs.iterdir() if not one.name.startswith("."))
    except OSError as error:
        raise Refused(f"{configs} cannot be read: {error.strerror}", "give the folder with the config files") from None
    if platform and platform not in known():
        raise Refused(f"there is no platform {platform!r}", f"there are: {', '.join(known())}")
    for entry in entries:
        name = entry.name if entry.is_dir() else entry.stem
        if only and name not in only:
            continue
        paths = sorted(one for one in entry.iterdir() if one.is_file()) if entry.is_dir() else [entry]
        texts = [(path, text) for path in paths if (text := _text(path, findings)) is not None]
        source = _recognised(name, texts, platform, findings)
        if source is not None:
            yield source


def _text(path: Path, findings: list[Finding]) -> str | None:
    """The text of a file; None, and a finding, where it has none."""
    try:
        if path.stat().st_size > LARGEST:
            findings.append(_unread(path, "is too large to be a router's config"))
            return None
        raw = path.read_bytes()
    except OSError as error:
        findings.append(_unread(path, f"cannot be read: {error.strerror}"))
        return None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16", "replace")
    elif b"\0" in raw:
        findings.append(_unread(path, "is not text"))
        return None
    else:
        text = raw.decode("utf-8-sig", "replace")
    if not text.strip():
        findings.append(_unread(path, "is empty"))
        return None
    return text


def _recognised(name: str, texts: Sequence[tuple[Path, str]], platform: str, findings: list[Finding]) -> Texts | None:
    """The platform of a router, by the signs in its texts, and which of its files each text is."""
    if not texts:
        return None
    choices = [load_platform(one) for one in ([platform] if platform else known())]
    scores: dict[str, int] = {}
    shares: dict[str, dict[str, tuple[int, Path, str]]] = {}
    for one in choices:
        share = shares[one.id] = {}
        for path, text in texts:
            file, score = _file_of(one, path, text, forced=bool(platform))
            if file and (file not in share or score > share[file][0]):
                share[file] = (score, path, text)
        scores[one.id] = sum(score for score, _, _ in share.values())
    best = max(choices, key=lambda one: scores[one.id])
    tied = [one.id for one in choices if scores[one.id] == scores[best.id]]
    if not shares[best.id] or (len(tied) > 1 and not platform):
        why = "is no config of a platform that is known here" if not scores[best.id] else f"may be {' or '.join(tied)}"
        findings.extend(_unread(path, why, "say which platform it is with --platform") for path, _ in texts)
        return None
    chosen = shares[best.id]
    for path, text in texts:
        # A file with nothing but comments has no signs, and is one of the router's all the same.
        if path.name in {file.name for file in best.files}:
            chosen.setdefault(path.name, (0, path, text))
    used = {path for _, path, _ in chosen.values()}
    findings.extend(
        _unread(path, f"is no file of a {best.title} router", "move it elsewhere", Severity.WARNING)
        for path, _ in texts
        if path not in used
    )
    return Texts(name, best, {f: one[2] for f, one in chosen.items()}, {f: one[1] for f, one in chosen.items()})


def _file_of(platform: Platform, path: Path, text: str, *, forced: bool) -> tuple[str, int]:
    """Which of a platform's files a text is, and how many of its signs it has."""
    scores = {file.name: _signs(platform.signs.get(file.name, ()), text) for file in platform.files}
    if scores.get(path.name):
        return path.name, scores[path.name]
    best = max(scores, key=lambda name: scores[name])
    if scores[best]:
        return best, scores[best]
    if forced:
        return (path.name if path.name in scores else platform.files[0].name), 0
    return "", 0


def _signs(expressions: Sequence[str], text: str) -> int:
    head = text[:_LOOKED_AT]
    return sum(1 for one in expressions if re.search(one, head, re.MULTILINE) is not None)


def _unread(path: Path, why: str, fix: str = "", severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        rule="RB-006",
        severity=severity,
        message=f"{path.name} {why}",
        where=Location(str(path)),
        fix=fix or "save the running config of the router as text",
    )


# Routers


def _read(source: Texts, planned: Plan | None) -> AuditedRouter:
    """The router, under the inventory's name for it where that has one: by the file's name, or by its hostname."""
    devices = planned.devices if planned is not None else {}
    router = read_audited(source.router, source.platform, source.texts, devices.get(source.router))
    if router.plan is None and router.facts.hostname in devices:
        router.name = source.router = router.facts.hostname
        router.plan = devices[router.name]
    return router


def _file_rows(router: AuditedRouter, source: Texts) -> Iterator[FileRow]:
    for name, text in source.texts.items():
        strange = {one.line for one in (*router.result.unrecognised, *router.broken) if one.file in (name, "")}
        lines = sum(1 for line in text.splitlines() if line.strip(" \t!#"))
        over = min(lines, router.audit.foreign.get(name, 0) + len(strange))
        yield FileRow(
            device=router.name,
            file=str(source.paths[name]),
            platform=source.platform.id,
            lines=text.count("\n") + (not text.endswith("\n")),
            understood=lines - over,
            passed_over=over,
        )


def _device_row(router: AuditedRouter, source: Texts) -> DeviceRow:
    return DeviceRow(
        device=router.name,
        platform=source.platform.id,
        role=role_of(router.plan) if router.plan is not None and router.plan.sessions else "",
        sessions=len(router.facts.neighbors),
        files=len(source.texts),
        lines=sum(text.count("\n") for text in source.texts.values()),
    )


def _placed(finding: Finding, routers: Mapping[str, AuditedRouter], read: Mapping[str, Texts]) -> Finding:
    """The finding with its line in the file that was read, and with its place in the inventory where that has one."""
    router, source = routers.get(finding.device), read.get(finding.device)
    if router is None or source is None:
        return finding
    fact = cast(FactKey, finding.fact)
    place = finding.place or (None if fact is None else router.result.places.get(fact))
    path = finding.path or (router.plan.origins.get(fact, ()) if router.plan is not None else ())
    where = finding.where
    if place is not None:
        where = _location(source, *place)
    elif where is None:
        where = Location(str(next(iter(source.paths.values()))))
    return msgspec.structs.replace(finding, where=where, path=path)


def _location(source: Texts, file: str, number: int) -> Location:
    """File, line and column.  The line itself is not shown: it may hold a key."""
    path = source.paths.get(file) or next(iter(source.paths.values()))
    lines = source.texts.get(file, "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    column = len(line) - len(line.lstrip()) + 1
    return Location(str(path), number, column, max(1, len(line.strip())))
