"""The audit beside an inventory: what is on the routers and not in it, and the reverse, on each platform."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from generator import api
from tests.edited import SHIPPED
from tests.test_ways_to_protect import PRIVATE, inventory, router

MOVED = {
    "cisco_xe": ("northlake", "pe1/running.cfg", "neighbor 172.31.0.18 ", "neighbor 172.31.0.14 ", "172.31.0.14 in VRF CHARLIE", "172.31.0.18 in VRF CHARLIE", "pe1"),
    "juniper_junos": ("hollins", "ce1/junos.conf", "neighbor 172.16.255.242 {", "neighbor 172.16.255.250 {", "172.16.255.250 in VRF CORE-AZ", "172.16.255.242 in VRF CORE-AZ", "ce1"),
    "linux_frr": ("fjellmark-linux", "r1/frr.conf", "neighbor 172.19.254.2 ", "neighbor 172.19.254.9 ", "172.19.254.9 in VRF TRANSPORT", "172.19.254.2 in VRF TRANSPORT", "r1"),
}  # fmt: skip
"""Inventory, file, what is there, what somebody made of it; the two neighbours; the router."""


@pytest.mark.parametrize("platform", MOVED)
def test_sessions_are_those_of_the_inventory(platform: str, tmp_path: Path) -> None:
    name, file, old, new, stranger, missing, device = MOVED[platform]
    api.render(SHIPPED / name, tmp_path, native=False)

    def said(known: bool) -> list[str]:
        found = api.audit(tmp_path, inventory=SHIPPED / name if known else None).findings
        return [one.message for one in found if one.rule == "AUD-002"]

    assert said(True) == []
    path = tmp_path / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    messages = said(True)
    assert f"neighbor {stranger} (AS 12076, IPv4) is not in the inventory" in messages
    assert any(f"neighbor {missing} (IPv4) is not on {device}" in one for one in messages), messages
    assert said(False) == []


MACSEC = {
    "cisco_xe": ("running.cfg", "gcm-aes-xpn-256", "gcm-aes-xpn-128"),
    "juniper_junos": ("junos.conf", "cipher-suite gcm-aes-xpn-256;", "cipher-suite gcm-aes-xpn-128;"),
}


@pytest.mark.parametrize("platform", MACSEC)
@pytest.mark.parametrize("fault", ["none", "cipher", "key name", "switched off"])
def test_the_cipher_of_a_port_is_that_of_the_inventory(platform: str, fault: str, tmp_path: Path) -> None:
    """SMP-E09: a sample has the 128-bit suite, the how-to of Azure another one."""
    data = inventory({"private": PRIVATE}, router(platform), router(platform))
    data["customers"]["acme"]["vnets"] = ["10.128.0.0/16"]
    circuit = data["customers"]["acme"]["circuits"]["acme-lon"]
    circuit |= {"kind": "direct", "macsec": {"cipher": "GcmAesXpn256", "ckn": "1000", "cak": "0123456789abcdef" * 4}}
    source = tmp_path / "inventory"
    source.mkdir()
    (source / "inventory.yaml").write_text(yaml.safe_dump(data))
    out = tmp_path / "out"
    assert not api.render(source, out, native=False).stopped
    file, old, new = MACSEC[platform]
    path = out / "r1" / file
    text = path.read_text()
    assert old in text
    edits = {
        "none": (old, old),
        "cipher": (old, new),
        "key name": ("1000", "1001"),
        "switched off": (" macsec", " no-macsec"),
    }
    path.write_text(text.replace(*edits[fault]))
    found = [one for one in api.audit(out, inventory=source).findings if "MACsec" in one.message]
    said = [f"{one.device} {one.rule} {one.message}" for one in found]
    if fault == "none":
        assert said == []
    elif fault == "cipher":
        assert any("has cipher GcmAesXpn128, expected GcmAesXpn256" in one for one in said), said
    elif fault == "key name":
        assert any("key name 1001, expected 1000" in one for one in said), said
    else:
        assert any("is not encrypted (MACsec), expected GcmAesXpn256" in one for one in said), said
    assert {one.device for one in found} <= {"r1"}
    assert all(one.where is not None for one in found)
    assert "0123456789abcdef" not in repr(found)
