"""The cyclic collector, and when it only costs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without the cyclic collector: a run makes millions of objects and hardly a cycle.

    Measured with 1,000 customers: .87 of the CPU time for as many pairs of routers, .49 for one pair.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
