"""A rollout costs what its routers cost, and little more."""

from __future__ import annotations

import pytest

pytest.importorskip("nornir", reason="nornir is not installed")

from tests.benchmarks.rollout import measure


@pytest.fixture(autouse=True)
def _state(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERWRIGHT_STATE", str(tmp_path))


def test_two_hundred_pairs_of_slow_routers_take_little_more_than_the_routers() -> None:
    """The benchmark proper has 0.2 s and a drain (1.15 at most); here fewer calls, so that the suite stays short."""
    found = measure(200, 100, 0.1, drain=False)
    assert found.done == 200
    assert found.ratio <= 1.5
