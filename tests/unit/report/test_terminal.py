"""Colour and width."""

from __future__ import annotations

import io

import pytest

from generator.report.progress import ProgressBar
from generator.report.terminal import cells, padded, printable, wants_color


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("mode", "stream", "environment", "expected"),
    [
        ("auto", Terminal(), {}, True),
        ("auto", io.StringIO(), {}, False),
        ("auto", Terminal(), {"NO_COLOR": "1"}, False),
        ("auto", Terminal(), {"NO_COLOR": ""}, True),
        ("auto", Terminal(), {"TERM": "dumb"}, False),
        ("auto", io.StringIO(), {"FORCE_COLOR": "1"}, True),
        ("auto", io.StringIO(), {"FORCE_COLOR": "0"}, False),
        ("auto", io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("always", io.StringIO(), {"NO_COLOR": "1"}, True),
        ("never", Terminal(), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_when_there_is_colour(mode: str, stream: io.StringIO, environment: dict[str, str], expected: bool) -> None:
    assert wants_color(mode, stream, environment) is expected


def test_width_is_counted_in_columns() -> None:
    assert (cells("abc"), cells("名前"), cells("e\u0301"), cells("•")) == (3, 4, 1, 1)
    assert padded("名", 4) + "|" == "名  |"
    assert padded("7", 3, right=True) == "  7"


def test_printable_text_is_left_alone() -> None:
    assert printable("Zürich • 名前 ═") == "Zürich • 名前 ═"


def test_an_invisible_space_is_shown() -> None:
    assert printable("a\u00a0b\u200bc") == "a\\xa0b\\u200bc"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_short_run_shows_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, stream = Clock(), Terminal()
    monkeypatch.setattr("generator.report.progress.time.monotonic", clock)
    with ProgressBar(stream) as bar:
        bar.stage("render", 10)
        clock.now = 0.9
        bar.advance(10)
    assert stream.getvalue() == ""


def test_a_long_run_shows_its_stage_and_cleans_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, stream = Clock(), Terminal()
    monkeypatch.setattr("generator.report.progress.time.monotonic", clock)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with ProgressBar(stream) as bar:
        bar.stage("rules [red]", 10)
        bar.advance(4)
        clock.now = 1.5
        bar.advance(1)
        assert "rules [red]" in stream.getvalue()
        assert "5/10" in stream.getvalue()
        bar.stage("render", 20)
        clock.now = 2.0
        bar.advance(3)
        assert "3/20" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[2K")
