"""What depends on whether somebody watches: the progress bar, the width of source lines."""

from __future__ import annotations

from argparse import Namespace

import pytest

from generator.cli.output import columns, progress
from generator.report.progress import ProgressBar
from tests.unit.report.test_terminal import Terminal


def test_there_is_progress_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with progress(Namespace(quiet=False)) as bar:
        assert bar is None
    monkeypatch.setattr("sys.stderr", Terminal())
    with progress(Namespace(quiet=False)) as bar:
        assert isinstance(bar, ProgressBar)
    with progress(Namespace(quiet=True)) as bar:
        assert bar is None


def test_source_lines_are_as_wide_as_the_terminal_and_the_same_in_every_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "68")
    assert columns() == 100
    monkeypatch.setattr("sys.stdout", Terminal())
    assert columns() == 60
    monkeypatch.setenv("COLUMNS", "9")
    assert columns() == 40
