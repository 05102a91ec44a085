"""A push for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from generator.push.outcome import PairResult
from generator.push.push import PushResult
from generator.report.terminal import Painter, printable

_STYLE = {"done": "good", "unchanged": "good", "skipped": "warning", "stopped": "warning"}


def diffs_text(result: PushResult, *, color: bool) -> str:
    """Every router's diff under its name."""
    paint = Painter(color)
    lines = []
    for one in result.pairs:
        for router, diff in one.diffs.items():
            lines.append(paint("place", f"{printable(one.pair)}: {printable(router)}"))
            lines += [_diff_line(line, paint) for line in diff.splitlines()] or ["  no change"]
            lines.append("")
    return "".join(f"{line}\n" for line in lines)


def _diff_line(line: str, paint: Painter) -> str:
    text = f"  {printable(line)}"
    style = {"+": "good", "-": "error"}.get(line[:1])
    return paint(style, text) if style else text


def push_text(result: PushResult, *, color: bool, diffs: bool) -> str:
    """Diffs, what happened on each router, and how it ended."""
    paint = Painter(color)
    lines = [*_pairs(result, paint)]
    lines += [f"{paint('label', 'note')}     {printable(note)}" for note in result.notes]
    if result.journal is not None:
        lines.append(f"{paint('label', 'journal')}  {printable(str(result.journal))}")
    lines.append(_last(result))
    return (diffs_text(result, color=color) if diffs else "") + "".join(f"{line}\n" for line in lines)


def _pairs(result: PushResult, paint: Painter) -> Iterator[str]:
    for one in result.pairs:
        yield f"{paint('place', printable(one.pair))}  {paint(_STYLE.get(one.state, 'error'), _word(one, result))}  {one.seconds:.1f} s"
        if result.committed or not one.good:
            for event in one.events:
                detail = f": {printable(event.detail)}" if event.detail else ""
                yield f"  {printable(event.router):12} {event.step:15} {event.outcome}{detail}"
        if one.why:
            yield f"  {paint('label', 'why')}  {printable(one.why)}"
        for router, state in one.left.items():
            yield f"  {paint('label', 'left')}  {printable(router)}: {state}"
        for router, paths in one.back_out.items():
            yield f"  {paint('label', 'way back')}  {printable(router)}: {printable(', '.join(paths))}"
        if one.untouched and result.committed:
            yield f"  {paint('label', 'not touched')}  {printable(', '.join(one.untouched))}"


def _word(one: PairResult, result: PushResult) -> str:
    if one.state == "done" and not result.committed:
        return "would change"
    return one.state


def _last(result: PushResult) -> str:
    if result.declined:
        return "nothing was changed: not agreed to"
    if not result.committed:
        return "nothing was changed: a dry run" if result.good else "nothing was changed"
    done = sum(len(one.changed) for one in result.pairs)
    return f"{done} router{'' if done == 1 else 's'} changed"


def push_json(result: PushResult) -> str:
    """Everything, without colours and keys."""
    value = {
        "verb": "push",
        "committed": result.committed,
        "stopped": result.check.stopped,
        "errors": [
            f"{one.where or ''}: {one.rule}: {one.message}" for one in result.check.findings if one.severity == 2
        ],
        "notes": result.notes,
        "journal": str(result.journal) if result.journal is not None else "",
        "pairs": [
            {
                "pair": one.pair,
                "state": _word(one, result).replace(" ", "_"),
                "why": one.why,
                "seconds": round(one.seconds, 3),
                "changed": one.changed,
                "untouched": one.untouched,
                "left": one.left,
                "back_out": one.back_out,
                "diffs": one.diffs,
                "events": [
                    {"router": event.router, "step": event.step, "outcome": event.outcome, "detail": event.detail}
                    for event in one.events
                ],
            }
            for one in result.pairs
        ],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
