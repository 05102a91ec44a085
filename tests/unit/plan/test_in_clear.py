"""What goes beside the tunnels on purpose is let through, and is a flow of the plan (IPS-TR-03)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator import api
from generator.model.filters import ANY
from generator.model.finding import Severity
from generator.model.plan import Side
from generator.pipeline import read_inventory
from generator.plan.build import plan
from tests.scenarios.test_scenarios import INVENTORIES, edit


@pytest.mark.parametrize("name", ["fjellmark", "fjellmark-linux"])
def test_a_prefix_in_clear_passes_the_front_vrf_in_both_directions(name: str, tmp_path: Path) -> None:
    root = tmp_path / name
    shutil.copytree(INVENTORIES / name, root)
    line = "              source: {primary"
    edit(root, [{"file": "fjellmark.yaml", "old": line, "new": f"              clear: [10.21.0.0/24]\n{line}"}])
    intent = read_inventory(root).intent
    assert intent is not None
    for device in plan(intent).plan.devices.values():
        here = [one for one in device.passages if one.vrf == "TRANSPORT"]
        assert [(one.source, one.destination, one.protocol) for one in here] == [
            (Side.AZURE, Side.INSIDE, ANY),
            (Side.INSIDE, Side.AZURE, ANY),
        ]
        assert [[str(one) for one in each.destinations] for each in here] == [["10.21.0.0/24"], ["10.60.0.0/16"]]


def test_tunnels_of_firewalls_pass_the_routers_and_nothing_complains(tmp_path: Path) -> None:
    """Where firewalls behind the routers encrypt, the routers let their ESP and IKE through (FW-PERM-06, -07)."""
    root = tmp_path / "fjellmark"
    shutil.copytree(INVENTORIES / "fjellmark", root)
    firewall = (
        "{platform: juniper_junos, model: SRX1500, outside_port: xe-0/0/16, inside_port: xe-0/0/17, "
        "sync_port: xe-0/0/18, management: {prefixes: [10.20.250.0/24]}}"
    )
    side = "firewall: {asn: 64630, vlan: 130, v4: 192.168.252.0/29}"
    source = "              source: {primary"
    changes = (
        ("  r2: *router\n", f"  r2: *router\n  fw1: {firewall}\n  fw2: {firewall}\n"),
        ("{routers: [r1, r2],", "{routers: [r1, r2], firewalls: [fw1, fw2], state_sync: true,"),
        ("v4: 192.168.254.0/29}", f"v4: 192.168.254.0/29, {side}}}"),
        (source, f"              at: firewall\n{source}"),
    )
    edit(root, [{"file": "fjellmark.yaml", "old": old, "new": new} for old, new in changes])
    result = api.check(root, native=False)
    assert [one.message for one in result.findings if one.severity is Severity.ERROR] == []
    assert {one.device for one in result.devices} == {"r1", "r2", "fw1", "fw2"}
