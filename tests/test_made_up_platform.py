"""A new kind of router is a package and a folder of templates: this one is made up here, and edits no file of ours.

Paper OS says one object a line, in Python's own notation.  Its package is found as one of ours would be,
or through an entry point, as one that somebody else ships.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import generator.platforms
from generator import api
from generator.cli import main
from generator.model.finding import Severity
from generator.platforms import known, load
from generator.render.engine import renderer_of

NORTHLAKE = Path(__file__).parent.parent / "inventories" / "northlake"

PACKAGE = '''
"""Paper OS: a router that takes its config on paper."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from generator.model import address, facts, vlan
from generator.model.facts import FACT_TABLES, Facts, ReadResult, UnrecognisedLine
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.platforms.base import ConfigFile, Feature, Limits, Napalm, Platform
from generator.platforms.tree import Node

NOTATION = {
    name: value for module in (address, facts, vlan) for name, value in vars(module).items() if isinstance(value, type)
} | {"nothing": None}


def view(plan: DevicePlan) -> Mapping[str, object]:
    return {"title": plan.title, "hostname": plan.facts.hostname, "lines": tuple(lines(plan.facts))}


def lines(plan: Facts) -> Iterator[str]:
    for table in FACT_TABLES:
        for key, one in getattr(plan, table).items():
            for field in ("password", "key", "cak"):
                secret = getattr(one, field, None)
                if isinstance(secret, Secret):
                    one = replace(one, **{field: None})
                    yield f"key {table} {key!r} {field} {secret.reveal()}"
            yield f"{table} {key!r} := {one!r}".replace("None", "nothing")


def read(trees: Mapping[str, list[Node]]) -> ReadResult:
    tables: dict[str, dict] = {table: {} for table in FACT_TABLES}
    places, strange, keys, hostname, header = {}, [], {}, "", ""
    for node in trees["paper.txt"]:
        word, _, rest = node.text.partition(" ")
        if word == "#":
            header = rest
        elif word == "hostname":
            hostname = rest
        elif word == "key":
            name, field, key = rest.rsplit(" ", 2)
            keys[name] = (field, Secret(key))
        elif word in tables and " := " in rest:
            name, _, text = rest.partition(" := ")
            one = eval(text, {"__builtins__": {}}, NOTATION)
            key = eval(name, {"__builtins__": {}}, NOTATION)
            field, secret = keys.get(f"{word} {name}", ("", None))
            tables[word][key] = replace(one, **{field: secret}) if field else one
            places[word, key] = ("paper.txt", node.line)
        else:
            strange.append(UnrecognisedLine("paper.txt", node.line, node.text))
    return ReadResult(Facts(hostname=hostname, **tables), places, tuple(strange), header)


PLATFORM = Platform(
    id="paper_os",
    title="Paper OS",
    versions="1.0",
    documents=("the back of an envelope",),
    files=(ConfigFile("paper.txt", ("sheet",), comment="#"),),
    features=frozenset(Feature),
    limits=Limits(reserved_vlans={}, name_length=63),
    napalm=Napalm("", replace=False, merge=False, commit_confirm=False),
    port_example="sheet1",
    is_port=lambda name: name.startswith("sheet"),
    subinterface=lambda port, tags, unit: f"{port}.{tags if unit is None else unit}",
    view=view,
    observable=lambda facts: facts,
    read=read,
    templates=Path(__file__).parent / "templates",
    notes=("It burns.",),
)
'''

TEMPLATE = """\
# {{ title }}
hostname {{ hostname }}
{% for line in lines %}
{{ line }}
{% endfor %}
"""


def shipped(folder: Path) -> None:
    """The package, with its template beside it."""
    (folder / "paper_os" / "templates").mkdir(parents=True)
    (folder / "paper_os" / "__init__.py").write_text(PACKAGE)
    (folder / "paper_os" / "templates" / "sheet.j2").write_text(TEMPLATE)


@pytest.fixture(params=["one of ours", "an entry point"])
def paper(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Paper OS is installed."""
    folder = tmp_path / "site"
    shipped(folder)
    if request.param == "one of ours":
        monkeypatch.setattr(generator.platforms, "__path__", [*generator.platforms.__path__, str(folder)])
    else:
        (folder / "paper_os-1.0.dist-info").mkdir()
        (folder / "paper_os-1.0.dist-info" / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: paper_os\nVersion: 1.0\n"
        )
        (folder / "paper_os-1.0.dist-info" / "entry_points.txt").write_text(
            "[peerwright.platforms]\npaper_os = paper_os:PLATFORM\n"
        )
        monkeypatch.syspath_prepend(str(folder))
    yield
    for module in ("generator.platforms.paper_os", "paper_os"):
        sys.modules.pop(module, None)
    vars(generator.platforms).pop("paper_os", None)
    load.cache_clear()
    renderer_of.cache_clear()


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """Northlake, whose second PE is of paper."""
    root = tmp_path / "northlake"
    shutil.copytree(NORTHLAKE, root)
    file = root / "provider.yaml"
    paper = "pe2: {platform: paper_os, provider: northlake, azure_port: sheet1, customer_port: sheet2, interlink_port: sheet3}"
    file.write_text(file.read_text().replace("pe2: *pe", paper))
    return root


def wrong(result: api.CheckResult) -> list[str]:
    return [f"{one.rule} {one.message}" for one in result.findings if one.severity is Severity.ERROR]


def test_without_it_the_inventory_is_refused(inventory: Path) -> None:
    assert "paper_os" not in known()
    assert any(line.startswith("INV-066 ") and "paper_os" in line for line in wrong(api.check(inventory, native=False)))


@pytest.mark.usefixtures("paper")
def test_it_renders_and_reads_back(inventory: Path, tmp_path: Path) -> None:
    build = tmp_path / "build"
    result = api.render(inventory, build, native=False)
    assert wrong(result) == []
    assert [(row.device, row.platform) for row in result.devices] == [("pe1", "cisco_xe"), ("pe2", "paper_os")]
    text = (build / "pe2" / "paper.txt").read_text()
    assert text.startswith("# pe2: secondary router of pair amsterdam\nhostname pe2\n")
    assert "'172.31.0.6'), 4) password AlphaKey2016\n" in text
    assert (build / "pe1" / "running.cfg").is_file()
    assert wrong(api.verify(inventory, build)) == []


@pytest.mark.usefixtures("paper")
def test_the_rules_see_what_is_wrong_in_its_text(inventory: Path, tmp_path: Path) -> None:
    build = tmp_path / "build"
    api.render(inventory, build, native=False)
    file = build / "pe2" / "paper.txt"
    text = file.read_text()
    assert text.count("export_policy='ALPHA-AMS-PRIVATE-OUT-V4'") == 1
    file.write_text(text.replace("export_policy='ALPHA-AMS-PRIVATE-OUT-V4'", "export_policy=''"))
    found = [one for one in api.verify(inventory, build).findings if one.rule == "PAIR-008"]
    assert [one.message for one in found] == [
        "neighbor 172.31.0.6 in VRF ALPHA-FRONT (AS 12076, IPv4) has no outbound policy, expected one in each direction"
    ]
    assert [str(one.where) for one in found if one.where and one.where.file == "pe2/paper.txt"]


@pytest.mark.usefixtures("paper")
def test_it_is_listed_with_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert known() == ("cisco_xe", "juniper_junos", "linux_frr", "paper_os")
    assert main(["platforms", "paper_os"]) == 0
    out = capsys.readouterr().out
    assert "paper_os  Paper OS, 1.0\n   files      paper.txt\n" in out
    assert "note       It burns.\n" in out
