"""Exit codes."""

from __future__ import annotations

from typing import Final

CLEAN: Final = 0
FINDINGS: Final = 1
"""Findings at or above ``--fail-on``."""
USAGE: Final = 2
"""Wrong usage, or an input that cannot be read."""
DEVICE: Final = 3
"""A device refused, or was rolled back."""
BUG: Final = 4
"""Our own fault."""
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141
"""The reader of our output went away, as in ``peerwright check x | head``."""
