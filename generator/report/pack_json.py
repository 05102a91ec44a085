"""The change pack as JSON, for programs.  Within a version fields are added, never renamed or removed.

version, tool
comparison   as `diff --format json` has it
order        device, why
risks        device, text, why
routers      device, platform, atomic, steps and rollback (why, subjects, commands: context, shown; null where
             none were worked out), checks (when, kind, what, commands, expect), hashes (of the texts, keys masked)
findings     as `check --format json` has them
"""

from __future__ import annotations

import msgspec

from generator.change.pack import Pack, RouterPack
from generator.model.change import Step
from generator.report.change_json import comparison_data
from generator.report.json import dumped, findings_data

VERSION = 1


def pack_json(pack: Pack, *, tool_version: str) -> str:
    """The pack as a JSON text that ends with a line end; no key is in it."""
    return dumped(
        {
            "version": VERSION,
            "tool": {"name": "peerwright", "version": tool_version},
            "verb": "plan",
            "comparison": comparison_data(pack.comparison),
            "order": msgspec.to_builtins(pack.order),
            "risks": msgspec.to_builtins(pack.risks),
            "routers": [_router(one) for one in pack.routers],
            "findings": findings_data(pack.findings),
        }
    )


def _router(one: RouterPack) -> dict[str, object]:
    change = one.change
    return {
        "device": one.diff.device,
        "platform": one.diff.platform,
        "atomic": change is not None and change.atomic,
        "steps": None if change is None else _steps(change.steps),
        "rollback": None if change is None else _steps(change.rollback),
        "checks": [
            {
                "when": each.when,
                "kind": each.watch.kind,
                "what": each.what,
                "commands": list(each.commands),
                "expect": each.expect,
            }
            for each in one.checks
        ],
        "hashes": {
            "running": one.diff.before_hash,
            "intended": one.diff.after_hash,
            "commands": one.command_hash,
            "rollback": one.rollback_hash,
        },
    }


def _steps(steps: tuple[Step, ...]) -> list[dict[str, object]]:
    return [
        {
            "why": step.why,
            "subjects": list(step.subjects),
            "commands": [{"context": list(one.context), "shown": one.shown} for one in step.commands],
        }
        for step in steps
    ]
