"""A verb that checks before it does anything reads the inventory once: between two readings somebody may edit it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from generator import api, pipeline
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.push.access import Access
from generator.push.push import PushOptions
from generator.push.session import Session
from generator.source import Source
from generator.source import load as load_source
from tests.edited import SHIPPED
from tests.unit.push.fakes import Clock, FakeSession, Router

INVENTORY = SHIPPED / "fjellmark-linux"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every inventory that is read."""
    found: list[Path] = []

    def load(path: Path) -> Source:
        found.append(path)
        return load_source(path)

    monkeypatch.setattr(pipeline, "load_source", load)
    return found


def dead(plan: DevicePlan, reach: Access, secrets: Sequence[Secret]) -> Session:
    return FakeSession(Router(Clock(), dead=True))


def test_a_push_sends_what_was_checked(read: list[Path]) -> None:
    pytest.importorskip("napalm", reason="napalm is not installed")
    assert api.push(INVENTORY, PushOptions(), make_session=dead).pairs
    assert read == [INVENTORY]


def test_a_change_pack_and_its_explanation_are_of_what_was_checked(read: list[Path], tmp_path: Path) -> None:
    api.render(INVENTORY, tmp_path / "running", native=False)
    read.clear()
    assert api.change_pack(INVENTORY, tmp_path / "pack", running=tmp_path / "running")[0] is not None
    assert read == [INVENTORY]
    assert api.explain_change(INVENTORY, running=tmp_path / "running")[0] is not None
    assert read == [INVENTORY] * 2


def test_routers_are_reached_as_the_inventory_says_that_they_are_compared_with(read: list[Path]) -> None:
    live = api.fetcher(INVENTORY, make_session=dead)
    with pytest.raises(api.Refused, match="gave no running config"):
        api.compare(INVENTORY, live=live)
    assert read == [INVENTORY]
