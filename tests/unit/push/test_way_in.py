"""A router is not taken away from under the feet of who changes it."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest

from generator.push.napalm_linux_frr.agent import way_in as agent
from generator.push.napalm_linux_frr.agent.files import Box

MANAGED = "auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet static\n    address 192.0.2.10/24\n"
RENDERED = "auto lo\niface lo inet loopback\n\nauto eth1\niface eth1\n    mtu 1500\n"
ETH0 = {"at": {ip_address("192.0.2.10"): False, ip_address("2001:db8::10"): False}, "under": "", "master": ""}


@pytest.fixture
def main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The router's file of interfaces, and its links."""
    path = tmp_path / "interfaces"
    path.write_text(MANAGED)
    monkeypatch.setattr(agent, "LINKS_MAIN", str(path))
    monkeypatch.setattr(agent, "addresses", lambda: {"eth0": ETH0})
    return path


def refused(main: Path, text: str, *, server: str = "192.0.2.10", path: Path | None = None) -> str:
    box = Box({"paths": {"interfaces": {"path": str(path or main)}}})
    box.connection = f"198.51.100.7 50000 {server} 22" if server else ""
    return "\n".join(agent.way_in(box, text))


def test_the_interface_that_we_came_in_by_may_not_go(main: Path) -> None:
    said = refused(main, RENDERED)
    assert said.startswith("it would take eth0 away (192.0.2.10), over which you are connected")
    assert "interfaces: /etc/network/interfaces.d/peerwright" in said
    assert refused(main, "").startswith("it would take eth0 away")


def test_it_stays_with_its_address(main: Path) -> None:
    assert refused(main, MANAGED + RENDERED) == ""
    assert refused(main, RENDERED + "auto eth0\niface eth0 inet dhcp\n") == ""
    renumbered = RENDERED + "auto eth0\niface eth0\n    address 192.0.2.11/24\n"
    assert refused(main, renumbered).startswith("it would take 192.0.2.10 off eth0, over which")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("vrf CORP", "it would move eth0 (192.0.2.10) into the VRF CORP"),
        ("link-down yes", "it would shut eth0 down (192.0.2.10)"),
    ],
)
def test_it_may_not_be_moved_or_shut(main: Path, line: str, said: str) -> None:
    assert refused(main, f"{MANAGED}    {line}\n").startswith(said)


def test_what_carries_it_may_not_go_either(main: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent, "addresses", lambda: {"eth0.9": {**ETH0, "under": "eth0"}, "eth0": {**ETH0, "at": {}}})
    assert refused(main, RENDERED + "auto eth0.9\niface eth0.9\n    address 192.0.2.10/24\n").startswith(
        "it would take eth0 away"
    )


def test_a_file_beside_that_of_the_router_leaves_it_alone(main: Path) -> None:
    beside = main.parent / "interfaces.d" / "peerwright"
    main.write_text(f"{MANAGED}source {beside.parent}/*\n")
    assert refused(main, RENDERED, path=beside) == ""
    moving = "auto eth0\niface eth0\n    vrf CORP\n"
    assert "into the VRF CORP" in refused(main, moving, path=beside)


def test_an_interface_that_somebody_else_manages_is_not_touched(main: Path) -> None:
    """ifupdown2 leaves alone what stands neither in the old file nor in the new one."""
    main.write_text(RENDERED)
    assert refused(main, RENDERED) == ""


@pytest.mark.parametrize("server", ["", "127.0.0.1", "::1", "192.0.2.99"])
def test_without_an_interface_to_lose_nothing_is_refused(main: Path, server: str) -> None:
    """A console server, or an address that is on no interface."""
    assert refused(main, RENDERED, server=server) == ""


def test_addresses_of_ipv6_and_mapped_ones_are_found(main: Path) -> None:
    assert refused(main, RENDERED, server="2001:db8::10%eth0").startswith("it would take eth0 away (2001:db8::10)")
    assert refused(main, RENDERED, server="::ffff:192.0.2.10").startswith("it would take eth0 away (192.0.2.10)")
