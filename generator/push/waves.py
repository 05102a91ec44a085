"""Many pairs: a canary first, then as many at once as was asked for, none more after the first failure."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from generator.push.outcome import PairResult

if TYPE_CHECKING:
    from nornir.core import Nornir
    from nornir.core.task import Result, Task

Work = Callable[[str], PairResult]
"""Carries one pair through."""


def carry_out(
    pairs: Sequence[str],
    work: Work,
    *,
    at_once: int,
    stop: threading.Event,
    done: Callable[[PairResult], None] = lambda _: None,
    canary: bool = True,
) -> list[PairResult]:
    """The results, in the order of ``pairs``.  ``stop`` is set by the first failure, or by whoever wants to leave."""
    results: dict[str, PairResult] = {}

    def one(task: Task) -> Result:
        from nornir.core.task import Result

        name = task.host.name
        if stop.is_set():
            result = PairResult(name, "skipped", why="another pair failed before, or the push was interrupted")
        else:
            result = work(name)
            if not result.good:
                stop.set()
        results[name] = result
        done(result)
        return Result(host=task.host, failed=False)

    waves: Iterable[Sequence[str]] = (pairs[:1], pairs[1:]) if canary and len(pairs) > 1 else (pairs,)
    for wave in waves:
        if wave:
            _nornir(wave, at_once).run(task=one, name="push")
    missing = [name for name in pairs if name not in results]
    for name in missing:
        results[name] = PairResult(name, "failed", why="it ended without a result: a bug in peerwright")
    return [results[name] for name in pairs]


def _nornir(pairs: Sequence[str], at_once: int) -> Nornir:
    """Nornir with one host a pair: what is sequential inside of a pair is one task."""
    from nornir.core import Nornir
    from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
    from nornir.plugins.runners import ThreadedRunner

    defaults = Defaults()
    hosts = Hosts({name: Host(name=name, defaults=defaults) for name in pairs})
    return Nornir(
        Inventory(hosts=hosts, groups=Groups(), defaults=defaults), runner=ThreadedRunner(num_workers=at_once)
    )
