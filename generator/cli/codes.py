"""Exit codes.  Without ``typing``, which costs more than the whole of ``--help``."""

from __future__ import annotations

CLEAN = 0
FINDINGS = 1
"""Findings at or above ``--fail-on``."""
USAGE = 2
"""Wrong usage, or an input that cannot be read."""
DEVICE = 3
"""A device refused, or was rolled back."""
BUG = 4
"""Our own fault."""
INTERRUPTED = 130
BROKEN_PIPE = 141
"""The reader of our output went away, as in ``peerwright check x | head``."""
