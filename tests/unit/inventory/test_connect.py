"""How a router is reached: from the inventory to what a driver is given, and nothing of a key in any text."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.inventory.connect import Connect
from generator.inventory.load import validate
from generator.model.outcome import Refused
from generator.push.access import Access, access
from generator.push.ssh_config import login, proxy_command, written
from generator.source import load
from tests.inventories import BASE, changed

KEY = "K3y-of-ours"


def problems(tmp_path: Path, connect: object) -> list[str]:
    """All that is said of an inventory whose pe1 is reached so."""
    (tmp_path / "inventory.yaml").write_text(changed(BASE, routers__pe1__connect=connect))
    source = load(tmp_path)
    _, findings = validate(source.data)
    return [f"{'.'.join(map(str, one.path))}: {one.message} {one.fix}" for one in [*source.findings, *findings]]


def test_nothing_is_needed_and_everything_may_be_said(tmp_path: Path) -> None:
    everything = {
        "host": "192.0.2.1",
        "port": 2222,
        "username": "peer",
        "password": "env:ROUTER_PASSWORD",
        "enable": "file:secrets/enable",
        "key_file": "keys/id",
        "ssh_config": "ssh_config",
        "known_hosts": "known_hosts",
        "jump": "me@bastion:2022",
        "timeout": 30,
        "options": {"sudo": True, "paths": {"interfaces": "/etc/network/interfaces.d/peerwright"}},
    }
    assert problems(tmp_path, {}) == problems(tmp_path, everything) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": 0},
        {"port": 65536},
        {"port": "ssh"},
        {"timeout": 0},
        {"timeout": 601},
        {"username": 7},
        {"password": [KEY]},
        {"password": {"clear": KEY}},
        {"pasword": KEY},
        {"options": {"deep": {"deeper": {"secret": KEY}}}},
        {"options": [KEY]},
    ],
)
def test_a_wrong_value_is_named_by_its_place_and_never_shows_a_key(tmp_path: Path, wrong: dict[str, object]) -> None:
    found = problems(tmp_path, wrong)
    assert len(found) >= 1
    assert all(one.startswith(f"routers.pe1.connect.{next(iter(wrong))}") for one in found)
    assert KEY not in "".join(found)


ENVIRONMENT = {
    "PEERWRIGHT_USERNAME": "of-the-shell",
    "PEERWRIGHT_PASSWORD": KEY,
    "PEERWRIGHT_ENABLE": f"{KEY}-2",
    "PEERWRIGHT_KEY_FILE": "shell-key",
    "PEERWRIGHT_SSH_CONFIG": "/etc/shell-config",
}


def test_the_inventory_comes_before_the_environment(tmp_path: Path) -> None:
    bare = access("r1", None, tmp_path, ENVIRONMENT)
    assert (bare.host, bare.username, bare.port) == ("r1", "of-the-shell", 0)
    assert (bare.password.reveal(), bare.enable.reveal()) == (KEY, f"{KEY}-2")
    assert (bare.key_file, bare.ssh_config) == (str(tmp_path / "shell-key"), "/etc/shell-config")
    (tmp_path / "enable").write_text("from a file\n")
    spec = Connect(username="own", password="clear", enable="file:enable", key_file="mine", ssh_config="conf")
    said = access("r1", spec, tmp_path, ENVIRONMENT)
    assert (said.username, said.password.reveal(), said.enable.reveal()) == ("own", "clear", "from a file")
    assert (said.key_file, said.ssh_config) == (str(tmp_path / "mine"), str(tmp_path / "conf"))


def test_files_are_found_beside_the_inventory_or_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    spec = Connect(key_file="~/.ssh/id", known_hosts="hosts")
    (tmp_path / "inventory.yaml").touch()
    found = access("r1", spec, tmp_path / "inventory.yaml", {})
    assert (found.key_file, found.known_hosts) == ("/home/somebody/.ssh/id", str(tmp_path / "hosts"))


@pytest.mark.parametrize("field", ["password", "enable"])
def test_a_key_that_cannot_be_had_is_named_not_shown(tmp_path: Path, field: str) -> None:
    (tmp_path / "two-lines").write_text(f"{KEY}\nmore\n")
    with pytest.raises(Refused) as caught:
        access("r1", Connect(**{field: "file:two-lines"}), tmp_path, {})
    assert "router r1: secret file:two-lines" in caught.value.message
    assert KEY not in caught.value.message + caught.value.fix


def test_no_key_is_in_what_is_printed_of_it(tmp_path: Path) -> None:
    found = access("r1", Connect(password=KEY, enable=KEY), tmp_path, {})
    assert KEY not in f"{found!r} {found} {found.place}"


def test_a_router_is_the_same_by_whatever_case_and_with_the_usual_port() -> None:
    assert Access("R1").place == Access("r1", port=22).place == "r1:22"


# ------------------------------------------------------------------------------- SSH config


def test_who_logs_in_is_known_by_name_before_a_driver_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """NAP-02: with no name, the IOS driver would not confirm its own commit."""
    config = tmp_path / "config"
    config.write_text("Host r1\n  User of-the-config\n")
    assert login(Access("r1", "own", ssh_config=str(config))) == "own"
    assert login(Access("r1", ssh_config=str(config))) == "of-the-config"
    monkeypatch.setattr("getpass.getuser", lambda: "of-the-machine")
    assert login(Access("r2", ssh_config=str(config))) == "of-the-machine"
    with pytest.raises(Refused, match="there is no SSH config"):
        login(Access("r1", ssh_config=str(tmp_path / "none")))


def test_a_jump_host_is_gone_through_by_every_driver(tmp_path: Path) -> None:
    """NAPALM's own drivers have no argument for it."""
    pytest.importorskip("napalm", reason="napalm is not installed")
    from tests.unit.push.test_napalm_traps import session_of

    config = tmp_path / "config"
    config.write_text("Host r1\n  ProxyCommand none\n  User peer\n")
    one = Access(
        "r1", jump="me@bastion:2022", ssh_config=str(config), known_hosts="/etc/hosts-of-ours", key_file="/keys/id"
    )
    for platform in ("cisco_xe", "juniper_junos"):
        session = session_of(platform)
        session.access = one
        import paramiko

        path = session.options()["ssh_config_file"]
        assert Path(path).stat().st_mode & 0o777 == 0o600
        found = paramiko.SSHConfig.from_path(path).lookup("r1")
        assert found["proxycommand"].startswith("ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -W r1:22 ")
        assert found["proxycommand"].endswith(f"-F {config} -p 2022 -i /keys/id me@bastion")
        assert (found["userknownhostsfile"], found["user"]) == ("/etc/hosts-of-ours", "peer")
        session.close()
        assert not Path(path).exists()
    ours = session_of("linux_frr")
    ours.access = one
    assert (ours.options()["ssh_config_file"], ours.options()["jump"]) == (str(config), "me@bastion:2022")


def test_without_a_jump_host_the_users_own_config_is_taken_as_it_is() -> None:
    assert written(Access("r1")) == ""
    assert proxy_command(Access("r1", jump="bastion")).endswith(" bastion")


def test_keys_agents_and_host_keys_reach_the_driver() -> None:
    pytest.importorskip("napalm", reason="napalm is not installed")
    from tests.unit.push.test_napalm_traps import session_of

    session = session_of("linux_frr")
    session.access = Access("r1", key_file="/keys/id", known_hosts="/hosts", options={"keepalive": 9})
    found = session.options()
    assert found["key_file"] == "/keys/id"
    assert (found["alt_host_keys"], found["alt_key_file"]) == (True, "/hosts")
    assert (found["allow_agent"], found["ssh_strict"], found["system_host_keys"]) == (True, True, True)
    assert found["keepalive"] == 9
