"""A progress bar on a terminal, for runs that last."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE: Final = 1.0
"""Seconds a run may last before a bar appears."""

INTERVAL: Final = 0.1
"""Seconds between two drawings."""


class ProgressBar:
    """Shows stages on ``stream``; use it in a ``with`` block, which removes the bar at the end.

    It draws from the calling thread only: a drawing thread would not survive the forks of ``--jobs``.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._name = ""
        self._total = 0
        self._done = 0
        self._next = time.monotonic() + PATIENCE
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def stage(self, name: str, total: int) -> None:
        """A new stage begins, of ``total`` steps."""
        self._name, self._total, self._done = name, total, 0
        if self._bar is not None and self._task is not None:
            self._bar.reset(self._task, total=total, description=name)
        self._draw_if_due()

    def advance(self, count: int = 1) -> None:
        """``count`` more steps of the stage are done."""
        self._done += count
        self._draw_if_due()

    def _draw_if_due(self) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + INTERVAL
        if self._bar is None:
            self._start()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done)
            self._bar.refresh()

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._bar = Progress(*columns, console=Console(file=self._stream), transient=True, auto_refresh=False)
        self._task = self._bar.add_task(self._name, total=self._total)
        self._bar.start()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
