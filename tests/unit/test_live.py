"""Running configs from the routers: asked for through NAPALM, and clear words where that cannot be."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from generator import api
from generator.live import napalm_fetcher
from generator.model.outcome import Refused
from generator.pipeline import read_inventory
from generator.plan import plan
from tests.edited import SHIPPED

napalm = pytest.importorskip("napalm", reason="NAPALM is not installed (pip install peerwright[push])")
LOGIN = {"PEERWRIGHT_USERNAME": "ops", "PEERWRIGHT_PASSWORD": "S3cretLogin", "PEERWRIGHT_HOST_PE2": "192.0.2.12"}
ASKED: list[tuple[str, ...]] = []


class FakeDriver:
    """As much of a NAPALM driver as is used."""

    configs: Path

    def __init__(self, host: str, user: str, password: str, timeout: int) -> None:
        self.host = host
        ASKED.append((host, user, password))

    def __enter__(self) -> FakeDriver:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def get_config(self, retrieve: str) -> dict[str, str]:
        assert retrieve == "running"
        router = "pe2" if self.host == "192.0.2.12" else self.host
        return {"running": (self.configs / router / "running.cfg").read_text(encoding="utf-8")}


class DeadDriver(FakeDriver):
    def __enter__(self) -> FakeDriver:
        raise ConnectionError(f"login failed for ops with {LOGIN['PEERWRIGHT_PASSWORD']}")


def with_driver(monkeypatch: pytest.MonkeyPatch, driver: type[FakeDriver]) -> None:
    ASKED.clear()
    monkeypatch.setattr(napalm, "get_network_driver", lambda name: driver if name == "ios" else None)


def test_what_the_routers_run_is_compared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    api.render(SHIPPED / "northlake", tmp_path, native=False)
    FakeDriver.configs = tmp_path
    with_driver(monkeypatch, FakeDriver)
    found, _ = api.compare(SHIPPED / "northlake", live=napalm_fetcher(LOGIN))
    assert found is not None
    assert not found.different
    assert found.against == "the routers"
    assert [host for host, _, _ in ASKED] == ["pe1", "192.0.2.12"]


def test_a_router_that_does_not_answer_is_named_and_no_login_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with_driver(monkeypatch, DeadDriver)
    with pytest.raises(Refused, match=r"pe1 \(pe1\) gave no running config: ConnectionError") as caught:
        api.compare(SHIPPED / "northlake", live=napalm_fetcher(LOGIN))
    assert "S3cretLogin" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_platform_of_several_files_is_not_fetched() -> None:
    intent: Any = read_inventory(SHIPPED / "fjellmark-linux").intent
    device = plan(intent).plan.devices["r1"]
    with pytest.raises(Refused, match="r1 keeps its config in 6 files"):
        napalm_fetcher(LOGIN)(device)
