"""A rollout costs what its routers cost, and little more."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("nornir", reason="nornir is not installed")

from tests.benchmarks.rollout import measure


@pytest.fixture(autouse=True)
def _state(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERWRIGHT_STATE", str(tmp_path))


def test_many_pairs_of_slow_routers_cost_little_of_our_own_time() -> None:
    """By our CPU time, which a busy machine does not change; the benchmark has the wall clock (1.15 at most)."""
    before = time.process_time()
    found = measure(60, 30, 0.02, drain=False)
    assert found.done == 60
    assert time.process_time() - before < 60 * found.calls * 0.004
    assert found.seconds < 60 * found.calls * 0.02
