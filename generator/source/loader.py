"""Files → `Source`: read them all, report everything, go on wherever it is possible."""

# ruff: noqa: PTH100, PTH112, PTH114, PTH116, PTH118, PTH120
# Plain strings on purpose: a Path for each of 100,000 files costs more than reading them.

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import yaml

from generator.model.finding import Finding, Location, Related, Severity
from generator.source.accept import MARK, Acknowledgement, acknowledgements
from generator.source.build import Builder
from generator.source.discovery import Fence, Names, yaml_files
from generator.source.include import included, ring
from generator.source.merge import Merged
from generator.source.problems import MAX_FILES, GiveUpError, Problem, about_file
from generator.source.reading import not_text, read_bytes, unreadable
from generator.source.source import Source
from generator.source.syntax import syntax_problem
from generator.source.text import SourceText


def load(path: Path) -> Source:
    """Read an inventory: a directory (all ``*.yaml`` and ``*.yml`` below it) or one file, with what they include.

    Never raises for what it finds on disk: everything wrong is in `Source.findings`.
    """
    collecting = gc.isenabled()
    gc.disable()  # it would walk millions of new values again and again, and there are no cycles to find
    try:
        return _Loader(path).run()
    finally:
        if collecting:
            gc.enable()


class _Loader:
    def __init__(self, path: Path) -> None:
        self._root = path
        self._names = Names(path)
        self._findings: list[Finding] = []
        self._acknowledgements: list[Acknowledgement] = []
        self._texts: list[SourceText] = []
        self._merged = Merged()
        self._keys: dict[str, str] = {}
        self._seen: set[str] = set()
        self._real: dict[str, str] = {}
        """Directories, symbolic links followed."""
        self._fence = Fence(os.curdir)

    def run(self) -> Source:
        for path in self._start():
            self._load_with_includes(path)
        complete = not any(finding.rule in _INCOMPLETE for finding in self._findings)
        return Source(self._root, self._merged, self._texts, self._findings, self._acknowledgements, complete=complete)

    def _start(self) -> list[str]:
        """The files to begin with."""
        given = os.path.abspath(self._root)
        name = self._names.of(given)
        try:
            is_directory = os.path.isdir(given)
            if not is_directory:
                os.stat(given)
        except (OSError, ValueError) as error:
            self._findings.append(unreadable(error, name))
            return []
        self._fence = Fence(given)
        if not is_directory:
            self._fence = Fence(os.path.dirname(given))
            return [given]
        files = yaml_files(given, self._fence, self._names, self._findings)
        if not files and not self._findings:
            message = f"{name} holds no *.yaml or *.yml file"
            self._findings.append(
                about_file("SRC-003", name, message, "give the directory of an inventory; hidden files do not count")
            )
        return files

    def _load_with_includes(self, path: str) -> None:
        """A file, then depth first what it includes; the stack holds the files that are not finished."""
        if not self._first_time(path):
            return
        stack = [(path, self._load(path))]
        while stack:
            step = next(stack[-1][1], None)
            if step is None:
                stack.pop()
                continue
            target, source, number = step
            if self._first_time(target):
                stack.append((target, self._load(target)))
                continue
            real = os.path.realpath(target)
            chain = [open_path for open_path, _ in stack]
            at = next((at for at, open_path in enumerate(chain) if os.path.realpath(open_path) == real), None)
            if at is not None:
                ring(
                    source,
                    number,
                    [self._names.of(open_path) for open_path in [*chain[at:], chain[at]]],
                    self._findings,
                )

    def _first_time(self, path: str) -> bool:
        directory, name = os.path.split(path)
        if directory not in self._real:
            self._real[directory] = os.path.realpath(directory)
        real = os.path.realpath(path) if os.path.islink(path) else os.path.join(self._real[directory], name)
        if real in self._seen:
            return False
        self._seen.add(real)
        return True

    def _load(self, path: str) -> Iterator[tuple[str, SourceText, int]]:
        """Read one file and join its values; gives what it includes."""
        if len(self._texts) >= MAX_FILES:
            self._too_many()
            return
        name = self._names.of(path)
        data = read_bytes(path, name)
        wrong = data if isinstance(data, Finding) else not_text(data, name)
        if isinstance(data, Finding) or wrong is not None:
            self._findings += [wrong] if wrong else []
            return
        source = SourceText(name, path, data)
        self._texts.append(source)
        values = self._values(source)
        include = values.pop("include", None) if values else None
        if values:
            self._findings += self._merged.add(len(self._texts) - 1, values, self._texts)
        if MARK in data and not source.broken:
            self._acknowledgements += acknowledgements(source, self._findings)
        source.release()
        if include is not None:
            for target, number in included(source, include, self._fence, self._findings):
                yield target, source, number

    def _too_many(self) -> None:
        name = self._names.of(os.path.abspath(self._root))
        message = f"{name} and what it includes are more than {MAX_FILES:,} files"
        finding = about_file("SRC-006", name, message, "include less")
        if finding not in self._findings[-1:]:
            self._findings.append(finding)

    def _values(self, source: SourceText) -> dict[str, object] | None:
        """The mapping of one file; None where it has none."""
        builder = Builder(self._keys)
        stopped: Problem | None = None
        value: object = None
        try:
            value = builder.document(source.text)
        except yaml.YAMLError as error:
            stopped = syntax_problem(error, source.text)
        except GiveUpError as error:
            stopped = error.problem
        source.broken = stopped is not None
        problems = [*builder.problems, stopped] if stopped else builder.problems
        self._findings += [_finding(source, problem) for problem in problems]
        if stopped:
            return None
        if isinstance(value, dict):
            return value
        self._findings.append(self._no_mapping(source, value))
        return None

    def _no_mapping(self, source: SourceText, value: object) -> Finding:
        if value is None:
            alone = os.path.abspath(self._root) == source.path
            severity = Severity.ERROR if alone else Severity.WARNING
            return about_file(
                "SRC-007", source.name, f"{source.name} holds nothing", "fill it in, or delete it", severity
            )
        what = "a list" if isinstance(value, list) else "a single value"
        where = source.locate((), on_key=False) or Location(file=source.name)
        message = f"the file holds {what}, a mapping was expected"
        return Finding(
            rule="SRC-013",
            severity=Severity.ERROR,
            message=message,
            where=where,
            fix="begin it with a key, such as customers:",
        )


_INCOMPLETE = frozenset(f"SRC-{number:03}" for number in (*range(1, 7), *range(8, 14), 15, 17, 18, 19, 20, 22, 23, 25))
"""Problems that leave a part of the inventory unread."""


def _finding(source: SourceText, problem: Problem) -> Finding:
    path, secret = source.path_at(problem.start)
    related: tuple[Related, ...] = ()
    if problem.rule == "SRC-014":
        first = source.locate(path, on_key=True)
        related = (Related(path=path, where=first, note="stands here first"),)
    while problem.rule == "SRC-015" and path and path[-1] == "":  # it has no name: the path is that of the mapping
        path = path[:-1]
    hide = secret and bool(problem.hidden)
    return Finding(
        rule=problem.rule,
        severity=problem.severity,
        message=problem.hidden if hide else problem.message,
        path=path,
        where=source.place(problem.start, problem.end),
        fix="put it in quotes" if hide else problem.fix,
        related=related,
    )
