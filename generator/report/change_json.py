"""A comparison as JSON, for programs.  Within a version fields are added, never renamed or removed.

version    number of this format
tool       name and version of the program
inventory, against, different
changes    device, customer ("" for what all share), subject, circuit, domain, kind (added, removed, changed),
           sentence, text, effect, detail (a consequence of another change), resets, starts, ends (sessions:
           vrf, neighbour, family), path (place in the inventory)
routers    device, platform, compared, before_hash, after_hash (SHA-256 of the configs, keys masked),
           blocks (file, lines: mark, depth, text, note, line), foreign (text, why, file, line)
absences   customer, device, objects, names, lines, left
findings   as `check --format json` has them
"""

from __future__ import annotations

import msgspec

from generator.change.compared import Comparison, RouterDiff
from generator.change.meaning import Change
from generator.model.facts import NeighborKey
from generator.model.finding import path_text
from generator.report.json import dumped, findings_data

VERSION = 1


def comparison_data(found: Comparison) -> dict[str, object]:
    """The comparison as it stands in the document."""
    return {
        "inventory": found.inventory,
        "against": found.against,
        "different": found.different,
        "changes": [change_data(one) for one in found.changes],
        "routers": [_router(one) for one in found.routers],
        "absences": msgspec.to_builtins(found.absences),
        "findings": findings_data(found.findings),
    }


def comparison_json(found: Comparison, *, tool_version: str) -> str:
    """The comparison as a JSON text that ends with a line end."""
    tool = {"name": "peerwright", "version": tool_version}
    return dumped({"version": VERSION, "tool": tool, "verb": "diff", **comparison_data(found)})


def change_data(one: Change) -> dict[str, object]:
    """One sentence and what it is about."""
    return {
        "device": one.device,
        "customer": one.customer,
        "subject": one.subject,
        "circuit": one.circuit,
        "domain": one.domain,
        "kind": one.kind,
        "sentence": one.sentence,
        "text": one.text,
        "effect": one.effect,
        "detail": one.detail,
        "resets": _sessions(one.resets),
        "starts": _sessions(one.starts),
        "ends": _sessions(one.ends),
        "path": path_text(one.path),
    }


def _sessions(keys: tuple[NeighborKey, ...]) -> list[dict[str, object]]:
    return [{"vrf": vrf, "neighbour": str(address), "family": family} for vrf, address, family in keys]


def _router(one: RouterDiff) -> dict[str, object]:
    return {
        "device": one.device,
        "platform": one.platform,
        "compared": one.compared,
        "before_hash": one.before_hash,
        "after_hash": one.after_hash,
        "blocks": msgspec.to_builtins(one.blocks),
        "foreign": [{"text": each.text, "why": each.why, "file": each.file, "line": each.line} for each in one.foreign],
    }
