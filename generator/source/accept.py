"""Acknowledgements: ``# peerwright: accept INV-028 the reason`` on a line, or alone above it."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

import msgspec

from generator.model.finding import DataPath, Finding, Location, Severity
from generator.source.positions import Node, entries
from generator.source.text import SourceText

MARK: Final = b"peerwright:"
_COMMENT: Final = re.compile(r"#[ \t]*peerwright:[ \t]*([^\r\n]*)")
_ACCEPT: Final = re.compile(r"accept[ \t]+([A-Z]+-[0-9]+(?:[ \t]*,[ \t]*[A-Z]+-[0-9]+)*)(?![\w-])[ \t:,]*(.*)")
_FORM: Final = "write # peerwright: accept INV-028 and the reason, several rules with commas between them"


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """A person's word that a finding on one line is all right, and why."""

    file: str
    line: int
    """The line of YAML that it is about, from 1."""
    rules: tuple[str, ...]
    reason: str
    where: Location
    """The comment itself."""
    paths: tuple[DataPath, ...] = ()
    """The keys and values that start on that line."""


def acknowledgements(source: SourceText, findings: list[Finding]) -> list[Acknowledgement]:
    """Those of one file; what is wrong with any is added to ``findings``."""
    found = []
    text, spans = source.text, _scalar_spans(source)
    starts = [start for start, _ in spans]
    for match in _COMMENT.finditer(text):
        at = match.start()
        if at and text[at - 1] not in " \t\r\n":
            continue
        before = bisect_right(starts, at) - 1
        if before >= 0 and at < spans[before][1]:
            continue
        entry = _one(source, match, findings)
        if entry is not None:
            found.append(entry)
    return found


def _one(source: SourceText, match: re.Match[str], findings: list[Finding]) -> Acknowledgement | None:
    where = source.place(match.start(), match.start() + len(match[0].rstrip()))

    def wrong(rule: str, message: str, fix: str) -> None:
        findings.append(Finding(rule=rule, severity=Severity.ERROR, message=message, where=where, fix=fix))

    said = _ACCEPT.match(match[1])
    if said is None:
        wrong("SRC-031", "acknowledgement is not understood: no rule id after the word accept", _FORM)
        return None
    rules, reason = tuple(part.strip() for part in said[1].split(",")), said[2].strip()
    if not any(character.isalnum() for character in reason):
        wrong(
            "SRC-030",
            f"acknowledgement of {', '.join(rules)} gives no reason",
            "say after the rule ids why it is right here",
        )
        return None
    line = _waived(source, where.line, where.column)
    if line == 0:
        wrong(
            "SRC-032",
            "acknowledgement has no YAML line to belong to",
            "put it at the end of the line, or right above it",
        )
        return None
    return Acknowledgement(
        file=source.name, line=line, rules=rules, reason=reason, where=where, paths=source.paths_on(line)
    )


def _waived(source: SourceText, line: int, column: int) -> int:
    """The line a comment belongs to: its own, or the next one below that is no comment; 0: none."""
    if source.line_text(line)[: column - 1].strip():
        return line
    for below in range(line + 1, source.lines + 1):
        text = source.line_text(below).strip()
        if not text.startswith("#"):
            return below if text else 0
    return 0


def _scalar_spans(source: SourceText) -> list[tuple[int, int]]:
    """Where scalars stand, in order: a ``#`` inside is no comment.  The first line of a block scalar is not inside."""
    spans = []
    tree = source.tree
    for _, entry in entries(tree) if tree is not None else ():
        spans.append((entry.key_start, entry.key_end))
        if entry.alias < 0 and entry.node.kind == "scalar":
            spans.append(_inside(source, entry.node))
    return sorted(span for span in spans if span[1] > span[0])


def _inside(source: SourceText, node: Node) -> tuple[int, int]:
    if node.style in ("|", ">"):
        head = len(source.line_text(source.line_of(node.token))) - (source.place(node.token, node.token).column - 1)
        return min(node.token + head, node.end), node.end
    return node.token, node.end
