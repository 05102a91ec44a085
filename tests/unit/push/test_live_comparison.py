"""``diff --live`` against a real router that runs what we rendered: nothing to tell, until somebody types a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import pytest

from generator import api
from generator.change.compared import Comparison
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.platforms.linux_frr.boot import PATHS
from generator.push.access import Access
from generator.push.candidate import bundle
from generator.push.push import napalm_session
from tests.edited import SHIPPED
from tests.unit.push.device import Device, missing, started
from tests.unit.push.test_fetch import FakeSession

pytest.importorskip("napalm", reason="napalm is not installed")
WHY = missing()
pytestmark = pytest.mark.skipif(bool(WHY), reason=WHY or "it can be started")
INVENTORY = SHIPPED / "fjellmark-linux"

Texts = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    folder = tmp_path_factory.mktemp("rendered")
    api.render(INVENTORY, folder, native=False)
    return {one.name: {path.name: path.read_text() for path in one.iterdir()} for one in folder.iterdir()}


@pytest.fixture(scope="module")
def device(texts: Texts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    """Its links are not made, for this kernel may have no VRFs: FRR keeps what it is told about them all the same."""
    files = {PATHS[name].lstrip("/"): text for name, text in texts["r1"].items()}
    with started(tmp_path_factory.mktemp("router"), files) as found:
        yield found


def looked_at(device: Device, texts: Texts) -> Comparison:
    def make(plan: DevicePlan, reach: Access, secrets: Sequence[Secret]) -> Any:
        if plan.name != "r1":
            return FakeSession(bundle(texts[plan.name]))
        return napalm_session(
            plan,
            msgspec.structs.replace(reach, host="r1", ssh_config=str(device.options()["ssh_config_file"])),
            secrets,
        )

    found, _ = api.compare(INVENTORY, live=api.fetcher(INVENTORY, make_session=make))
    assert found is not None
    return found


def test_what_runs_is_what_was_rendered_until_somebody_types_a_line(device: Device, texts: Texts) -> None:
    found = looked_at(device, texts)
    assert not found.different, [one.sentence for one in found.changes]
    assert [one.blocks for one in found.routers] == [(), ()]
    assert [one.foreign for one in found.routers] == [(), ()]
    line = "ip prefix-list FJELLMARK-OSL-PRIVATE-OUT seq 99 permit 10.99.0.0/16"
    assert "ip prefix-list FJELLMARK-OSL-PRIVATE-OUT " in texts["r1"]["frr.conf"]
    device.inside("vtysh", "-c", "configure terminal", "-c", line)
    changed = looked_at(device, texts)
    assert [one.text for one in changed.changes] == ["no longer announces 10.99.0.0/16"]
    lines = [one.text for router in changed.routers for block in router.blocks for one in block.changed]
    assert lines == [line]
    device.inside("vtysh", "-c", "configure terminal", "-c", f"no {line}")
    assert not looked_at(device, texts).different


def test_a_file_that_somebody_edited_is_told(device: Device, texts: Texts) -> None:
    text = texts["r1"]["nftables.conf"]
    assert "size set 1350" in text
    device.inside("tee", PATHS["nftables.conf"], text=text.replace("size set 1350", "size set 1400"))
    try:
        assert looked_at(device, texts).different
    finally:
        device.inside("tee", PATHS["nftables.conf"], text=text)
    assert not looked_at(device, texts).different
