"""What nobody should give peerwright: it says what is wrong and where, and never shows a traceback.

Each case goes through the command line, as a user would meet it.
"""

from __future__ import annotations

import copy
import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator import api, pipeline
from generator.cli import main
from generator.model.finding import Finding, Severity, path_text
from tests.inventories import BASE, changed, with_values

INVENTORIES = Path(__file__).parent.parent / "inventories"
PEERING = "customers.alpha.circuits.alpha-ams.peerings.private"
Ran = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ran(capsys: pytest.CaptureFixture[str]) -> Ran:
    """Run a command: exit code, output, errors; it must not be a bug of ours, whatever it is."""

    def run(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert code != 4, err
        assert "Traceback" not in out + err
        return code, out, err

    return run


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERWRIGHT_TEST_KEY", "AlphaKey2016")


def written(folder: Path, text: str) -> Path:
    path = folder / "inventory.yaml"
    path.write_text(text)
    return path


def errors(path: Path) -> list[str]:
    return [f"{one.rule} {path_text(one.path)}" for one in api.check(path, native=False).findings if is_error(one)]


def is_error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR


# what cannot be read ----------------------------------------------------------------------------

BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

UNREADABLE: dict[str, tuple[dict[str, bytes], str]] = {
    "an empty folder": ({}, "SRC-"),
    "an empty file": ({"a.yaml": b""}, "SRC-"),
    "only comments": ({"a.yaml": b"# nothing yet\n"}, "SRC-"),
    "a picture": ({"a.yaml": bytes(range(256)) * 20}, "SRC-"),
    "text of another encoding": ({"a.yaml": "customers: {müller: 1}".encode("latin-1")}, "SRC-"),
    "a bomb": ({"a.yaml": BOMB.encode()}, "SRC-"),
    "a file that includes itself": ({"a.yaml": b"customers: !include a.yaml\n"}, "SRC-"),
    "two files that include each other": (
        {"a.yaml": b"customers: !include b.inc\n", "b.inc": b"alpha: !include a.yaml\n"},
        "SRC-",
    ),
    "a name outside of the inventory": ({"a.yaml": b"customers: !include ../../etc/passwd\n"}, "SRC-"),
    "a text that holds itself": ({"a.yaml": b"a: &x [*x]\n"}, "SRC-"),
    "not YAML": ({"a.yaml": b"customers: [\n"}, "SRC-"),
    "brackets without end": ({"a.yaml": b"[" * 5000}, "SRC-"),
    "a list at the top": ({"a.yaml": b"- a\n- b\n"}, "S"),
    "a word at the top": ({"a.yaml": b"hello\n"}, "S"),
    "an object of Python": ({"a.yaml": b"customers: !!python/object/apply:os.system ['true']\n"}, "SRC-"),
}


@pytest.mark.parametrize("verb", ["check", "render", "verify", "show"])
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_says_so(name: str, verb: str, tmp_path: Path, ran: Ran) -> None:
    files, rules = UNREADABLE[name]
    root = tmp_path / "inventory"
    root.mkdir()
    for file, content in files.items():
        (root / file).write_bytes(content)
    extra = {"render": ["-o", tmp_path / "build"], "verify": [root], "show": ["customers"]}.get(verb, [])
    code, out, err = ran(verb, root, *extra)
    assert code in (1, 2)
    assert f" {rules}" in out + err
    assert not (tmp_path / "build").exists()


def test_a_path_that_is_not_there(tmp_path: Path, ran: Ran) -> None:
    code, out, err = ran("check", tmp_path / "nowhere")
    assert code == 2
    assert "nowhere" in out + err


def test_a_socket_is_not_waited_for(tmp_path: Path, ran: Ran) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    assert ran("check", tmp_path / "a.yaml")[0] == 2


# what is no inventory ---------------------------------------------------------------------------


def test_five_thousand_customers_of_the_wrong_type_are_all_reported(tmp_path: Path) -> None:
    head = {key: value for key, value in _data().items() if key != "customers"}
    wrong = head | {"customers": {f"c{number}": number for number in range(5000)}}
    found = errors(written(tmp_path, json.dumps(wrong, indent=0)))
    assert len(found) == 5000
    assert found[4999] == "SCH-003 customers.c4999"


def _data() -> dict[str, Any]:
    import yaml

    data: dict[str, Any] = yaml.safe_load(BASE)
    return copy.deepcopy(data)


WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a customer without circuits": (
        {"customers.alpha.circuits": None},
        ["SCH-002 customers.alpha.circuits"],
    ),
    "a customer with an empty circuits": (
        {"customers.alpha.circuits": {}},
        ["SCH-003 customers.alpha.circuits"],
    ),
    "a circuit without peerings": (
        {"customers.alpha.circuits.alpha-ams.peerings": None},
        ["SCH-002 customers.alpha.circuits.alpha-ams.peerings"],
    ),
    "two pairs, and the circuit names none": (
        {"pairs.other": {"routers": ["pe1", "pe2"]}},
        ["SCH-005 customers.alpha.circuits.alpha-ams"],
    ),
    "a pair that is not there": (
        {"customers.alpha.pair": "rotterdam"},
        ["SCH-004 customers.alpha.pair"],
    ),
    "no S-tag": (
        {"customers.alpha.circuits.alpha-ams.s_tag": None},
        ["SCH-005 customers.alpha.circuits.alpha-ams"],
    ),
    "a secret that is not set": (
        {f"{PEERING}.md5": "env:PEERWRIGHT_NOT_SET"},
        [f"SEC-001 {PEERING}.md5"],
    ),
    "a secret file that is not there": (
        {f"{PEERING}.md5": "file:secrets/none"},
        [f"SEC-001 {PEERING}.md5"],
    ),
    "a router that is not there": (
        {"pairs.ams.routers": ["pe1", "pe9"]},
        ["SCH-004 pairs.ams.routers[1]"],
    ),
    "a router without a port to Azure": (
        {"routers.pe1.azure_port": None},
        ["SCH-005 routers.pe1"],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_inventory(name: str, tmp_path: Path, ran: Ran) -> None:
    values, expected = WRONG[name]
    path = written(tmp_path, with_values(BASE, values))
    assert set(expected) <= set(errors(path))
    code, out, _ = ran("render", path, "-o", tmp_path / "build", "--no-native")
    assert code == 1
    assert "nothing written" in out
    assert not [one for one in tmp_path.rglob("build/**/*") if one.is_file()]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a pair of one router twice": ({"pairs.ams.routers": ["pe1", "pe1"]}, "INV-022"),
    "an unknown platform": ({"routers.pe1.platform": "cisco_ios_of_1996"}, "INV-066"),
    "a link block of 16 addresses": ({f"{PEERING}.v4": "172.31.0.0/28"}, "INV-011"),
    "a link block with one address": ({f"{PEERING}.v4": "172.31.0.0/32"}, "INV-011"),
    "IPv6 where an IPv4 block goes": ({f"{PEERING}.v4": "fd00::/125"}, "INV-011"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_rule_refuses_is_not_written(name: str, tmp_path: Path, ran: Ran) -> None:
    values, rule = REFUSED[name]
    path = written(tmp_path, with_values(BASE, values))
    assert rule in {one.split()[0] for one in errors(path)}
    assert ran("render", path, "-o", tmp_path / "build", "--no-native")[0] == 1
    assert not [one for one in tmp_path.rglob("build/**/*") if one.is_file()]


def test_both_links_on_one_router_render_to_one_config(tmp_path: Path, ran: Ran) -> None:
    links = {
        "primary": {"router": "pe1"},
        "secondary": {"router": "pe1", "port": "TenGigabitEthernet0/1/1"},
    }
    vlans = {"primary": 701, "secondary": 801}
    values = {"customers.alpha.circuits.alpha-ams.links": links, "customers.alpha.ce.vlan": vlans}
    path = written(tmp_path, with_values(BASE, values))
    code, out, _ = ran("render", path, "-o", tmp_path / "build", "--no-native")
    text = (tmp_path / "build" / "pe1" / "running.cfg").read_text()
    assert "neighbor 172.31.0.2 remote-as 12076" in text
    assert "neighbor 172.31.0.6 remote-as 12076" in text
    assert not (tmp_path / "build" / "pe2").exists()
    assert "INV-002" in out
    assert code == 0


def test_one_leg_renders_with_a_waiver_only(tmp_path: Path, ran: Ran) -> None:
    circuit = "customers.alpha.circuits.alpha-ams"
    one_leg = {f"{circuit}.links": {"primary": {"router": "pe1"}}}
    path = written(tmp_path, with_values(BASE, one_leg))
    code, out, _ = ran("check", path, "--no-native")
    assert (code, "INV-001" in out) == (1, True)
    path.write_text(with_values(BASE, one_leg | {f"{circuit}.sla_waiver": "a lab of one cable"}))
    code, out, _ = ran("render", path, "-o", tmp_path / "build", "--no-native")
    assert (code, "error" in out.replace("errors", "")) == (0, False)
    assert "neighbor 172.31.0.2 remote-as 12076" in (tmp_path / "build" / "pe1" / "running.cfg").read_text()


def test_a_peering_of_ipv6_alone_says_what_it_lacks(tmp_path: Path, ran: Ran) -> None:
    values = {f"{PEERING}.v4": None, f"{PEERING}.v6": "fd00:31::/125", "customers.alpha.ce": None}
    path = written(tmp_path, with_values(BASE, values))
    found = [f"{one.rule} {one.message}" for one in api.check(path, native=False).findings if is_error(one)]
    assert "SCH-005 VRF ALPHA of pe1 has no IPv4 address to take as BGP router id" in found


@pytest.mark.parametrize(
    "name", ["Müller & Söhne", "日本", "a" * 300, "🚀", "x\u200bx", "../../etc", "a\nb", "-", "{{ x }}", "!"]
)
def test_names_of_any_script_render_to_ascii(name: str, tmp_path: Path, ran: Ran) -> None:
    data = _data()
    data["customers"] = {name: data["customers"]["alpha"] | {"name": name}}
    path = written(tmp_path, json.dumps(data, ensure_ascii=False))
    code, out, _ = ran("render", path, "-o", tmp_path / "build", "--no-native")
    files = [one for one in (tmp_path / "build").rglob("*") if one.is_file()]
    assert (code, len(files)) in ((0, 2), (1, 0)), out
    assert all(one.read_bytes().isascii() for one in files)
    assert all("{{" not in one.read_text() for one in files)


@pytest.mark.parametrize("name", ["..", "../x", "a/b", "/etc", "", ".", "con:", "pe 1", "日本", "-o"])
def test_a_router_s_name_never_leads_out_of_the_folder(name: str, tmp_path: Path, ran: Ran) -> None:
    data = _data()
    data["routers"] = {name: data["routers"]["pe1"], "pe2": data["routers"]["pe2"]}
    data["pairs"]["ams"]["routers"] = [name, "pe2"]
    path = written(tmp_path / "in", json.dumps(data)) if (tmp_path / "in").mkdir() is None else tmp_path
    code, _, _ = ran("render", path, "-o", tmp_path / "in" / "build", "--no-native")
    outside = [one for one in tmp_path.rglob("*") if one.is_file() and "build" not in one.parts and one != path]
    assert outside == []
    assert not Path("/etc/running.cfg").exists()
    assert code in (0, 1, 2)


# what cannot be written -------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder that holds the configs of yesterday."""
    folder = tmp_path / "build"
    for router in ("pe1", "pe2"):
        (folder / router).mkdir(parents=True)
        (folder / router / "running.cfg").write_text("yesterday\n")
    return folder


def state(folder: Path) -> dict[str, str]:
    return {str(one.relative_to(folder)): one.read_text() for one in sorted(folder.rglob("*")) if one.is_file()}


YESTERDAY = {"pe1/running.cfg": "yesterday\n", "pe2/running.cfg": "yesterday\n"}


def test_a_file_where_the_folder_should_be(tmp_path: Path, ran: Ran) -> None:
    (tmp_path / "build").write_text("mine\n")
    code, out, err = ran("render", written(tmp_path, BASE), "-o", tmp_path / "build", "--no-native")
    assert (code, out) == (2, "")
    assert "Not a directory" in err
    assert "nothing was changed" in err
    assert (tmp_path / "build").read_text() == "mine\n"


def test_a_file_where_a_router_s_folder_should_be(tmp_path: Path, ran: Ran) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "pe2").write_text("mine\n")
    code, _, err = ran("render", written(tmp_path, BASE), "-o", tmp_path / "build", "--no-native")
    assert code == 2
    assert "pe2" in err
    assert state(tmp_path / "build") == {"pe2": "mine\n"}


def test_a_folder_where_a_config_should_be(tmp_path: Path, ran: Ran) -> None:
    (tmp_path / "build" / "pe2" / "running.cfg").mkdir(parents=True)
    code, _, err = ran("render", written(tmp_path, BASE), "-o", tmp_path / "build", "--no-native")
    assert code == 2
    assert "running.cfg" in err
    assert state(tmp_path / "build") == {}


def test_a_link_that_leads_elsewhere_is_replaced_and_not_followed(tmp_path: Path, ran: Ran, old: Path) -> None:
    (tmp_path / "precious").write_text("mine\n")
    (old / "pe1" / "running.cfg").unlink()
    (old / "pe1" / "running.cfg").symlink_to(tmp_path / "precious")
    (old / "pe2" / ".running.cfg.new").symlink_to(tmp_path / "precious")
    code, _, _ = ran("render", written(tmp_path, BASE), "-o", old, "--no-native")
    assert (tmp_path / "precious").read_text() == "mine\n"
    assert code in (0, 2)


@pytest.mark.parametrize("trouble", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_disk_that_takes_no_more(
    trouble: int, tmp_path: Path, ran: Ran, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    written_bytes = 0

    def full(descriptor: int, data: Any) -> int:
        nonlocal written_bytes
        if written_bytes > 4000:
            raise OSError(trouble, os.strerror(trouble))
        done = real(descriptor, data[:1000])
        written_bytes += done
        return done

    path = written(tmp_path, BASE)
    monkeypatch.setattr(os, "write", full)
    code, _, err = ran("render", path, "-o", old, "--no-native")
    monkeypatch.undo()
    assert code == 2
    assert os.strerror(trouble) in err
    assert "nothing was changed" in err
    assert state(old) == YESTERDAY


def test_ctrl_c_in_the_third_router_leaves_the_old_files_whole(
    tmp_path: Path, ran: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = tmp_path / "build"
    assert ran("render", INVENTORIES / "saltmarsh", "-o", build, "--no-native")[0] == 0
    for file in build.rglob("*.*"):
        file.write_text("yesterday\n")
    before = state(build)
    seen = []
    real = pipeline.Worker._device

    def interrupted(self: pipeline.Worker, device: Any, part: Any) -> Any:
        seen.append(device.name)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return real(self, device, part)

    monkeypatch.setattr(pipeline.Worker, "_device", interrupted)
    code, _, err = ran("render", INVENTORIES / "saltmarsh", "-o", build, "--no-native")
    assert (code, err) == (130, "peerwright: interrupted\n")
    assert len(seen) == 3
    assert state(build) == before


def test_ctrl_c_in_the_middle_of_a_write_leaves_the_old_files_whole(
    tmp_path: Path, ran: Ran, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(descriptor: int, data: Any) -> int:
        raise KeyboardInterrupt

    path = written(tmp_path, BASE)
    monkeypatch.setattr(os, "write", interrupted)
    code, _, _ = ran("render", path, "-o", old, "--no-native")
    monkeypatch.undo()
    assert code == 130
    assert state(old) == YESTERDAY


def test_nothing_old_is_touched_where_there_is_an_error(tmp_path: Path, ran: Ran, old: Path) -> None:
    path = written(tmp_path, changed(BASE, customers__alpha__asn="x"))
    assert ran("render", path, "-o", old, "--no-native")[0] == 1
    assert state(old) == YESTERDAY
