"""The one way to the standard output."""

from __future__ import annotations

import sys


class OutputError(Exception):
    """The standard output does not take what we print: the disk is full, the device is gone."""


def emit(text: str) -> None:
    """Write ``text`` to the standard output.  Raises ``OutputError``, or ``BrokenPipeError`` where the reader is gone."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(error.strerror or str(error)) from error


def abandon() -> None:
    """Point the standard output at nothing, so that the interpreter's last flush does not fail once more."""
    import os

    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError:  # not a real file: nothing will be flushed
        return
