"""The driver against a real router: FRR, nftables, ifupdown2 and sshd in namespaces of their own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.push.device import Device, missing, started

pytest.importorskip("napalm", reason="napalm is not installed")

from napalm.base.exceptions import (
    CommitConfirmException,
    CommitError,
    ConnectionClosedException,
    ConnectionException,
    MergeConfigException,
    ReplaceConfigException,
)

from generator.push.napalm_linux_frr import LinuxFRRDriver
from generator.push.napalm_linux_frr.bundle import join

WHY = missing()
pytestmark = pytest.mark.skipif(bool(WHY), reason=WHY or "it can be started")

HEAD = "frr version 8.4\nfrr defaults traditional\nhostname r1\nservice integrated-vtysh-config\n!\n"
DAEMONS = 'bgpd=yes\nbfdd=yes\nvtysh_enable=yes\nzebra_options=" -A 127.0.0.1"\nbgpd_options=" -A 127.0.0.1"\n'
BGP = """\
router bgp 65001
 bgp router-id 192.0.2.1
 no bgp default ipv4-unicast
 neighbor 10.0.0.2 remote-as 12076
 neighbor 10.0.0.2 password Hidden.Key.1
 !
 address-family ipv4 unicast
  neighbor 10.0.0.2 activate
 exit-address-family
exit
!
"""
LINKS = "auto lo\niface lo inet loopback\n    address 192.0.2.1/32\n"
FILTER = "table inet ours\ndelete table inet ours\ntable inet ours {\n    chain input { type filter hook input priority 0; }\n}\n"
GOOD = {
    "frr.conf": HEAD + BGP,
    "daemons": DAEMONS,
    "interfaces": LINKS,
    "nftables.conf": FILTER,
    "sysctl.conf": "net.ipv4.ip_forward = 1\n",
}


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    files = {
        "etc/frr/frr.conf": HEAD,
        "etc/frr/daemons": DAEMONS,
        "etc/network/interfaces": "auto lo\niface lo inet loopback\n",
    }
    with started(tmp_path_factory.mktemp("router"), files) as found:
        yield found


@pytest.fixture
def router(device: Device) -> Iterator[LinuxFRRDriver]:
    driver = LinuxFRRDriver("r1", "", "", 20, device.options())
    driver.open()
    yield driver
    driver.close()


@pytest.fixture
def clean(device: Device) -> Iterator[None]:
    """Whatever a test leaves is taken away, so that each begins with an empty router."""
    yield
    driver = LinuxFRRDriver("r1", "", "", 20, device.options())
    driver.open()
    if driver.has_pending_commit():
        driver.rollback()
    driver.load_replace_candidate(
        config=join({"frr.conf": HEAD, "daemons": DAEMONS, "interfaces": "auto lo\niface lo inet loopback\n"})
    )
    driver.commit_config()
    driver.close()


def running(device: Device) -> str:
    return device.inside("vtysh", "-c", "show running-config")


def wait_until(good: object, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not good():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.2)


def test_what_is_committed_runs_and_compares_equal_then(device: Device, router: LinuxFRRDriver, clean: None) -> None:
    router.load_replace_candidate(config=join(GOOD))
    diff = router.compare_config()
    assert "+ neighbor 10.0.0.2 remote-as 12076" in diff
    assert "+    address 192.0.2.1/32" in diff
    assert "Hidden" not in diff
    assert "+ neighbor 10.0.0.2 password ••••" in diff
    router.commit_config(message="first")
    assert "neighbor 10.0.0.2 password Hidden.Key.1" in running(device)
    assert "chain input" in device.inside("nft", "list", "table", "inet", "ours")
    assert "192.0.2.1/32" in device.inside("ip", "address", "show", "lo")
    assert device.inside("cat", "/proc/sys/net/ipv4/ip_forward").strip() == "1"
    router.load_replace_candidate(config=join(GOOD))
    assert router.compare_config() == ""
    router.rollback()
    assert "12076" not in running(device)
    assert "192.0.2.1" not in device.inside("ip", "address", "show", "lo")
    assert "ours" not in device.inside("nft", "list", "ruleset")


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("frr.conf", HEAD + "router bgp 65001\n neighbour 10.0.0.2 remote-as 1\n", "frr.conf:7: "),
        ("nftables.conf", "table inet x {\n    chain y {\n        tcp dport nonsense\n    }\n}\n", "nftables.conf:3: "),
        ("swanctl.conf", "connections {\n    a { version = 2\n}\n", "swanctl.conf: a closing brace is missing"),
        ("interfaces", "auto eth1\niface eth1\n    address 10.0.0.300/30\n", "interfaces: "),
    ],
)
def test_a_bad_line_is_refused_at_load_with_its_number(
    router: LinuxFRRDriver, name: str, text: str, place: str
) -> None:
    with pytest.raises(MergeConfigException, match=place):
        router.load_merge_candidate(config=join({name: text}))
    assert router.compare_config() == ""


def test_what_is_no_bundle_is_refused(router: LinuxFRRDriver) -> None:
    with pytest.raises(ReplaceConfigException, match="text before the first line"):
        router.load_replace_candidate(config=HEAD)
    with pytest.raises(ReplaceConfigException, match=r"without frr\.conf"):
        router.load_replace_candidate(config=join({"interfaces": LINKS}))


def test_a_commit_that_nobody_confirms_is_undone_though_the_connection_is_gone(
    device: Device, router: LinuxFRRDriver, clean: None
) -> None:
    router.load_replace_candidate(config=join(GOOD))
    router.commit_config(revert_in=5)
    assert "12076" in running(device)
    assert "chain input" in device.inside("nft", "list", "table", "inet", "ours")
    assert "chain input" in router.get_config(retrieve="running")["running"]
    for file in ("/etc/frr/frr.conf", "/etc/network/interfaces", "/etc/nftables.conf"):
        found = device.inside("cat", file)
        assert not any(word in found for word in ("12076", "192.0.2.1", "chain input")), "a reboot would keep it"
    device.cut()
    with pytest.raises(ConnectionClosedException):
        router.get_facts()
    wait_until(lambda: "12076" not in running(device))
    router.open()
    assert not router.has_pending_commit()
    with pytest.raises(CommitConfirmException, match="no commit waits"):
        router.confirm_commit()


def test_a_confirmed_commit_stays(device: Device, router: LinuxFRRDriver, clean: None) -> None:
    router.load_replace_candidate(config=join(GOOD))
    router.commit_config(revert_in=8)
    end = time.monotonic() + 9
    assert router.has_pending_commit()
    router.confirm_commit()
    assert not router.has_pending_commit()
    time.sleep(max(0, end - time.monotonic()))
    assert "12076" in running(device)
    assert "12076" in device.inside("cat", "/etc/frr/frr.conf")
    assert "192.0.2.1/32" in device.inside("cat", "/etc/network/interfaces")


def test_a_second_commit_waits_for_the_first_to_be_confirmed(
    device: Device, router: LinuxFRRDriver, clean: None
) -> None:
    router.load_replace_candidate(config=join(GOOD))
    router.commit_config(revert_in=30)
    with LinuxFRRDriver("r1", "", "", 20, device.options()) as second:
        second.load_replace_candidate(config=join({"frr.conf": HEAD}))
        with pytest.raises(CommitConfirmException, match="waits for its confirmation"):
            second.commit_config()
    router.rollback()


def test_what_changed_between_load_and_commit_is_noticed(device: Device, router: LinuxFRRDriver, clean: None) -> None:
    router.load_replace_candidate(config=join(GOOD))
    device.inside("vtysh", "-c", "configure terminal", "-c", "ip prefix-list BY-HAND permit any")
    with pytest.raises(CommitError, match="changed since it was compared"):
        router.commit_config()
    assert "BY-HAND" in running(device)


def test_a_failure_in_the_middle_takes_everything_back(device: Device, router: LinuxFRRDriver, clean: None) -> None:
    """The links and the filter load, the kernel's settings do not."""
    router.load_replace_candidate(config=join({**GOOD, "sysctl.conf": "net.ipv4.no_such_thing = 1\n"}))
    with pytest.raises(CommitError, match=r"sysctl\.conf: sysctl ended with .*; the old config is back"):
        router.commit_config()
    assert "12076" not in running(device)
    assert not router.has_pending_commit()


def test_the_address_that_the_login_came_by_may_not_be_taken_away(
    device: Device, router: LinuxFRRDriver, clean: None
) -> None:
    """By the console it may: the same candidate is taken there."""
    without = join({**GOOD, "interfaces": "auto lo\niface lo inet loopback\n"})
    router.load_replace_candidate(config=join(GOOD))
    router.commit_config()
    driver = LinuxFRRDriver("r1", "", "", 20, device.options("192.0.2.1"))
    driver.open()
    with pytest.raises(ReplaceConfigException, match=r"it would take 192.0.2.1 off lo, over which you are connected"):
        driver.load_replace_candidate(config=without)
    driver.load_replace_candidate(config=join(GOOD))
    driver.close()
    router.load_replace_candidate(config=without)


def test_an_unknown_host_key_is_refused(device: Device, tmp_path: Path) -> None:
    text = Path(str(device.options()["ssh_config_file"])).read_text().replace("known_hosts", "nobody")
    (tmp_path / "config").write_text(text)
    stranger = LinuxFRRDriver("r1", "", "", 20, {"ssh_config_file": str(tmp_path / "config")})
    with pytest.raises(ConnectionException, match="known_hosts"):
        stranger.open()


def test_a_key_that_is_not_that_of_the_router_is_refused(device: Device, tmp_path: Path) -> None:
    kind, key = (device.folder / "client.pub").read_text().split()[:2]
    (tmp_path / "known_hosts").write_text(f"r1 {kind} {key}\n")
    text = (
        Path(str(device.options()["ssh_config_file"]))
        .read_text()
        .replace(f"{device.folder}/known_hosts", f"{tmp_path}/known_hosts")
    )
    (tmp_path / "config").write_text(text)
    stranger = LinuxFRRDriver("r1", "", "", 20, {"ssh_config_file": str(tmp_path / "config")})
    with pytest.raises(ConnectionException, match="not the one in known_hosts"):
        stranger.open()


def test_getters(router: LinuxFRRDriver, clean: None) -> None:
    router.load_replace_candidate(config=join(GOOD))
    router.commit_config()
    facts = router.get_facts()
    assert facts["hostname"] == "r1"
    assert facts["os_version"].startswith("FRRouting 8")
    assert router.get_interfaces()["lo"]["is_up"]
    peer = router.get_bgp_neighbors()["global"]["peers"]["10.0.0.2"]
    assert (peer["remote_as"], peer["local_as"], peer["is_up"], peer["is_enabled"]) == (12076, 65001, False, True)
    detail = router.get_bgp_neighbors_detail("10.0.0.2")["global"][12076][0]
    assert detail["connection_state"] in ("Active", "Idle", "Connect")
    config = router.get_config()
    assert "neighbor 10.0.0.2 password Hidden.Key.1" in config["running"]
    assert "Hidden" not in router.get_config(sanitized=True)["running"]
    assert "# file: nftables.conf\n" in config["startup"]
