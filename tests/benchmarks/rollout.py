"""``python -m tests.benchmarks.rollout [--pairs 200] [--at-once 50] [--latency 0.2]``

A rollout of many pairs against routers of words that take their time for every answer, and the ideal:
the calls that one pair makes one after the other, times the latency, times the rounds that so many
pairs need (the canary alone, then as many at once as allowed).
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from generator.model.facts import Facts
from generator.model.outcome import CheckResult
from generator.model.plan import DevicePlan
from generator.push.access import Access
from generator.push.push import Push, PushOptions
from generator.push.targets import PairTarget
from generator.push.world import Options, World
from tests.unit.push.fakes import Clock, FakeSession, Router, target


@dataclass(frozen=True)
class Figures:
    """What came out."""

    pairs: int
    calls: int
    """Of one pair, one after the other."""
    seconds: float
    ideal: float
    done: int

    @property
    def ratio(self) -> float:
        return self.seconds / self.ideal


def measure(pairs: int, at_once: int, latency: float, *, drain: bool = True) -> Figures:
    """Push all pairs; every call of a session takes ``latency`` seconds."""
    counts: dict[str, int] = {}
    lock = threading.Lock()
    routers: dict[str, Router] = {}

    def session(plan: DevicePlan, access: Access, _: object) -> FakeSession:
        def slow(what: str) -> None:
            with lock:
                counts[access.host] = counts.get(access.host, 0) + 1
            time.sleep(latency)

        routers[plan.name] = Router(Clock(), hurt=slow)
        return FakeSession(routers[plan.name])

    names = [f"p{number}" for number in range(pairs)]
    options = PushOptions(True, at_once, journal=Path(tempfile.mkdtemp()) / "j", rollout=Options(settle=0, poll=0))
    push = Push([_pair(name, drain) for name in names], options, session, world=World())
    started = time.perf_counter()
    result = push.run(CheckResult(()), lambda _: True)
    seconds = time.perf_counter() - started
    calls = counts["p0"]
    look = 12 * latency * math.ceil(pairs / at_once)
    change = (calls - 12) * latency * (1 + math.ceil((pairs - 1) / at_once))
    done = sum(one.state == "done" for one in result.pairs)
    return Figures(pairs, calls, seconds, look + change, done)


def _pair(name: str, drain: bool) -> PairTarget:
    plans = {
        f"{name}-{role}": DevicePlan(
            name=f"{name}-{role}", platform="linux_frr", title="", facts=Facts(hostname=""), sessions=(), origins={}
        )
        for role in ("r2", "r1")
    }
    first, second = plans
    targets = (target(first, second, drain=drain), target(second, first, drain=drain))
    # The pair's name for a host, so that the calls of both routers count together.
    access = {router: Access(name, port=number + 1) for number, router in enumerate(plans)}
    return PairTarget(name, targets, plans, access, ())


def main(words: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--latency", type=float, default=0.2)
    options = parser.parse_args(words)
    print("| drain | pairs | calls a pair | seconds | ideal | ratio |\n|---|---:|---:|---:|---:|---:|")
    for drain in (False, True):
        one = measure(options.pairs, options.at_once, options.latency, drain=drain)
        assert one.done == options.pairs
        print(
            f"| {'prepend' if drain else 'none'} | {one.pairs} | {one.calls} | {one.seconds:.1f} | {one.ideal:.1f} | {one.ratio:.3f} |"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
