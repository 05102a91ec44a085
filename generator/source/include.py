"""``include``: other files of the same inventory, by relative path or pattern."""

# ruff: noqa: PTH112, PTH117, PTH118, PTH120, PTH206, PTH207
# Plain strings on purpose: a Path for each of 100,000 files costs more than reading them.

from __future__ import annotations

import glob
import os
from collections.abc import Iterator

from generator.model.finding import Finding, Location, Severity
from generator.source.discovery import Fence
from generator.source.problems import MAX_FILES
from generator.source.text import SourceText

_LIST_FIX = "write a list of relative paths, such as include: [customers/*.yaml]"


def included(source: SourceText, value: object, fence: Fence, findings: list[Finding]) -> Iterator[tuple[str, int]]:
    """Absolute paths of the files that a file includes, each with the number of the item that names it."""
    if not isinstance(value, list):
        findings.append(_finding("SRC-022", source, -1, "include is not a list", _LIST_FIX))
        return
    for number, item in enumerate(value):
        if not isinstance(item, str) or not item.strip() or "\0" in item:
            findings.append(_finding("SRC-022", source, number, f"include {item!r} is not a path", _LIST_FIX))
            continue
        for path in _files(source, item, number, fence, findings):
            yield path, number


def _files(source: SourceText, item: str, number: int, fence: Fence, findings: list[Finding]) -> list[str]:
    if os.path.isabs(item):
        findings.append(
            _finding(
                "SRC-022",
                source,
                number,
                f"include {item!r} is an absolute path, a relative one was expected",
                _LIST_FIX,
            )
        )
        return []
    pattern = os.path.join(os.path.dirname(source.path), item)
    if not fence.holds(_fixed_part(pattern)):
        return _leaves(source, item, number, findings)
    if os.path.isdir(pattern):
        fix = f"name its files: {os.path.join(item, '*.yaml')}"
        findings.append(
            _finding("SRC-025", source, number, f"include {item!r} is a directory, a file was expected", fix)
        )
        return []
    if glob.has_magic(item):
        matches = sorted(glob.iglob(os.path.join(glob.escape(os.path.dirname(source.path)), item), recursive=True))
        paths = [os.path.normpath(path) for path in matches if not os.path.isdir(path)][: MAX_FILES + 1]
        paths = [path for path in paths if path != source.path]  # a pattern means the others
    else:
        paths = [os.path.normpath(pattern)] if os.path.lexists(pattern) else []
    if not paths:
        findings.append(
            _finding(
                "SRC-025",
                source,
                number,
                f"include {item!r} finds no file",
                "check the spelling; the path starts at this file's directory",
            )
        )
    inside = [path for path in paths if fence.holds(path)]
    if len(inside) < len(paths):
        _leaves(source, item, number, findings)
    return inside


def _fixed_part(pattern: str) -> str:
    """The directories of a pattern in front of its first wildcard, so that nothing outside is even listed."""
    parts = pattern.split(os.sep)
    fixed = next((at for at, part in enumerate(parts) if glob.has_magic(part) and at), len(parts))
    return os.sep.join(parts[:fixed]) or os.sep


def _leaves(source: SourceText, item: str, number: int, findings: list[Finding]) -> list[str]:
    message = f"include {item!r} leaves the directory of the inventory"
    findings.append(_finding("SRC-023", source, number, message, "keep every file of an inventory in its directory"))
    return []


def ring(source: SourceText, number: int, chain: list[str], findings: list[Finding]) -> None:
    """Report files that include each other; ``chain`` is their names, the first one also the last."""
    way = " → ".join(chain)
    what = "this file includes itself" if len(chain) == 2 else "these files include each other"
    findings.append(_finding("SRC-024", source, number, f"{what}: {way}", "delete this include"))


def _finding(rule: str, source: SourceText, number: int, message: str, fix: str) -> Finding:
    path: tuple[str | int, ...] = ("include", number) if number >= 0 else ("include",)
    where = source.locate(path, on_key=False) or Location(file=source.name)
    return Finding(rule=rule, severity=Severity.ERROR, message=message, path=path, where=where, fix=fix)
