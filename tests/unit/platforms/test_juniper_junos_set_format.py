"""``display set`` and blocks are two ways to print one config: the same facts, the same findings, no difference."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from generator import api
from generator.change.texts import trees_of
from generator.platforms import load
from generator.platforms.juniper_junos.set_format import is_set_format, parse_set
from generator.readback.read import read_device
from tests.audited import ENDS, FILES, Case, write
from tests.edited import SHIPPED
from tests.set_format import display_set
from tests.test_audit_rules import JUNOS

PLATFORM = load("juniper_junos")
ROUTERS = [("hollins", one) for one in ("ce1", "ce2", "fw1", "fw2")] + [
    ("saltmarsh", one) for one in ("dub-pe2", "ams-pe2")
]


@cache
def built(name: str) -> Path:
    folder = Path(mkdtemp(prefix="peerwright-test-"))
    api.render(SHIPPED / name, folder, native=False)
    return folder


@pytest.fixture(scope="module", autouse=True)
def _swept() -> object:
    yield
    for name in ("hollins", "saltmarsh"):
        shutil.rmtree(built(name), ignore_errors=True)


def junos_texts() -> dict[str, str]:
    return {
        f"{name} {path.parent.name}": path.read_text()
        for name in ("hollins", "saltmarsh")
        for path in sorted(built(name).glob("*/junos.conf"))
    }


def test_the_shipped_inventories_say_the_same_in_both_forms() -> None:
    texts = junos_texts()
    assert len(texts) >= 5
    for name, text in texts.items():
        commands = display_set(text)
        assert is_set_format(commands)
        assert not is_set_format(text)
        blocks, lines = read_device(PLATFORM, {"junos.conf": text}), read_device(PLATFORM, {"junos.conf": commands})
        assert [one.text for one in lines.unrecognised] == [one.text for one in blocks.unrecognised], name
        assert lines.facts == blocks.facts, name


def test_nothing_differs_from_an_archive_in_set_format(tmp_path: Path) -> None:
    shutil.copytree(built("hollins"), tmp_path / "in")
    for path in (tmp_path / "in").glob("*/junos.conf"):
        path.write_text(display_set(path.read_text()))
    found, _ = api.compare(SHIPPED / "hollins", running=tmp_path / "in")
    assert found is not None
    assert not found.different, [one.sentence for one in found.changes][:5]
    assert all(one.foreign == () for one in found.routers)
    verified = api.verify(SHIPPED / "hollins", tmp_path / "in")
    assert [one.message for one in verified.findings if one.device] == []


def test_a_difference_is_told_and_planned_from_it(tmp_path: Path) -> None:
    shutil.copytree(built("hollins"), tmp_path / "in")
    for path in (tmp_path / "in").glob("*/junos.conf"):
        path.write_text(display_set(path.read_text()))
    path = tmp_path / "in" / "ce1" / "junos.conf"
    line = "set policy-options route-filter-list HOLLINS-LON-PRIVATE-OUT 192.168.32.0/19 exact\n"
    text = path.read_text()
    assert line in text
    path.write_text(text.replace(line, ""))
    found, _ = api.compare(SHIPPED / "hollins", running=tmp_path / "in")
    assert found is not None
    assert "announces 192.168.32.0/19 in addition" in [one.text for one in found.changes]
    done, _ = api.change_pack(SHIPPED / "hollins", tmp_path / "out", running=tmp_path / "in")
    assert done is not None
    (router,) = [one for one in done.pack.routers if one.diff.device == "ce1"]
    assert router.change is not None
    assert [one.text for step in router.change.steps for one in step.commands] == ["set 192.168.32.0/19 exact"]
    explained, _ = api.explain_change(SHIPPED / "hollins", running=tmp_path / "in")
    assert explained is not None
    assert "UNSAFE" not in explained


@pytest.mark.parametrize("name", JUNOS)
def test_the_audit_finds_in_set_format_what_it_finds_in_blocks(name: str, tmp_path: Path) -> None:
    case = JUNOS[name]
    if case.rule == "PAIR-001":
        pytest.skip("the fault is one of braces, which this form has not")
    write("juniper_junos", tmp_path / "blocks", case)
    for path in (tmp_path / "blocks").glob("*/junos.conf"):
        (tmp_path / "lines" / path.parent.name).mkdir(parents=True)
        (tmp_path / "lines" / path.parent.name / "junos.conf").write_text(display_set(path.read_text()))
    blocks, lines = (
        sorted(f"{one.rule} {one.device} {one.message}" for one in api.audit(tmp_path / form).findings)
        for form in ("blocks", "lines")
    )
    assert lines == blocks


def test_a_finding_has_the_line_of_the_command(tmp_path: Path) -> None:
    write("juniper_junos", tmp_path / "in", Case("", "", (("                    import FROM-AZ;\n", ""),)))
    file = tmp_path / "in" / "edge1" / "junos.conf"
    file.write_text(display_set(file.read_text()))
    (found,) = [one for one in api.audit(tmp_path / "in").findings if one.rule == "AUD-004"]
    assert found.where is not None
    assert "neighbor 172.20.0.2" in file.read_text().splitlines()[found.where.line - 1]


def test_what_is_deactivated_does_not_count(tmp_path: Path) -> None:
    text = display_set(FILES["juniper_junos"]["junos.conf"].format(**ENDS["edge1"]))
    off = f"{text}deactivate routing-instances WAN-A protocols bgp group AZ neighbor 172.20.0.2\n"
    assert PLATFORM.read(trees_of(PLATFORM, {"junos.conf": text})).facts.neighbors
    assert not PLATFORM.read(trees_of(PLATFORM, {"junos.conf": off})).facts.neighbors
    scalar = f"{text}deactivate routing-instances WAN-A protocols bgp group AZ authentication-key\n"
    (one,) = PLATFORM.read(trees_of(PLATFORM, {"junos.conf": scalar})).facts.neighbors.values()
    assert one.password is None


@pytest.mark.parametrize(
    ("lines", "tree"),
    [
        ("set protocols bgp group A import P\nset protocols bgp group A import Q\n", "import [ P Q ]"),
        ("set interfaces xe-0/0/0 unit 1 vlan-tags outer 5\nset interfaces xe-0/0/0 unit 1 vlan-tags inner 6\n", "vlan-tags outer 5 inner 6"),
        ("set interfaces xe-0/0/0 unit 1 vlan-tags outer 5 inner 6\n", "vlan-tags outer 5 inner 6"),
        ("set policy-options community C members 1:1\nset policy-options community C members 2:2\n", "community C members [ 1:1 2:2 ]"),
        ('set interfaces xe-0/0/0 description "a b; { c"\n', 'description "a b; { c"'),
        ("set system services ssh root-login deny\n", "root-login deny"),
        ("set snmp community public authorization read-only\n", "snmp community public authorization read-only"),
        ("set routing-instances A interface xe-0/0/0.1\nset routing-instances A interface xe-0/0/0.2\n", "interface xe-0/0/0.2"),
    ],
)  # fmt: skip
def test_where_a_statement_begins_and_what_stands_on_one_line(lines: str, tree: str) -> None:
    parsed = parse_set(lines)
    assert parsed is not None
    nodes, problems = parsed
    assert problems == []
    while nodes[-1].children:
        nodes = nodes[-1].children
    assert nodes[-1].text == tree


@pytest.mark.parametrize("noise", ["\r\n", "tabs", "prompt", "cut"])
def test_noise_of_an_archive(noise: str) -> None:
    text = display_set(FILES["juniper_junos"]["junos.conf"].format(**ENDS["edge1"]))
    changed = {
        "\r\n": text.replace("\n", "\r\n"),
        "tabs": text.replace("set ", "set\t"),
        "prompt": f"## Last commit: 2026-01-05 by admin\n{text}\nadmin@edge1> \n",
        "cut": text + 'set routing-instances WAN-A protocols bgp group AZ description "no en',
    }[noise]
    plain = PLATFORM.read(trees_of(PLATFORM, {"junos.conf": text})).facts
    found = PLATFORM.read(trees_of(PLATFORM, {"junos.conf": changed})).facts
    assert found.neighbors.keys() == plain.neighbors.keys()
    assert found.policies == plain.policies
    if noise == "prompt":
        result = read_device(PLATFORM, {"junos.conf": changed})
        assert [one.reason for one in result.unrecognised] == ["no command of a config in set format"]
        assert not re.search("admin@", repr(result.unrecognised))
