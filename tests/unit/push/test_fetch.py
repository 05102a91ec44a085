"""Running configs from the routers themselves: what comes back is compared, and nobody's login is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from generator import api
from generator.model.outcome import Refused
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.push.access import Access
from generator.push.candidate import bundle
from generator.push.session import Running, SessionLost
from tests.edited import SHIPPED


class FakeSession:
    """As much of a session as a look takes."""

    closed = 0

    def __init__(self, text: str, *, dead: bool = False) -> None:
        self.text = text
        self.dead = dead

    def open(self) -> None:
        if self.dead:
            raise SessionLost("login failed for •••• with ••••")

    def running(self) -> Running:
        return Running(self.text, "")

    def close(self) -> None:
        FakeSession.closed += 1


@pytest.mark.parametrize("name", ["northlake", "fjellmark-linux"])
def test_what_the_routers_run_is_compared_and_they_are_left(name: str, tmp_path: Path) -> None:
    api.render(SHIPPED / name, tmp_path, native=False)
    asked: list[str] = []

    def make(device: DevicePlan, access: Access, secrets: Sequence[Secret]) -> Any:
        asked.append(access.host)
        assert secrets, "every key is masked in what the router says"
        texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((tmp_path / device.name).iterdir())}
        return FakeSession(bundle(texts))

    FakeSession.closed = 0
    found, _ = api.compare(SHIPPED / name, live=api.fetcher(SHIPPED / name, make_session=make))
    assert found is not None
    assert not found.different
    assert found.against == "the routers"
    assert len(asked) == FakeSession.closed == 2


def test_a_router_that_does_not_answer_is_named() -> None:
    live = api.fetcher(SHIPPED / "northlake", make_session=lambda *_: FakeSession("", dead=True))  # type: ignore[arg-type, return-value]
    with pytest.raises(Refused, match=r"pe1 \(pe1\) gave no running config: login failed for •••• with ••••") as caught:
        api.compare(SHIPPED / "northlake", live=live)
    assert "--running DIR" in caught.value.fix
