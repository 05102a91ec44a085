"""Each verb: what it asks of the api and what it prints."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import generator.rules
from generator.model.finding import Severity
from generator.platforms.base import ConfigFile, Feature, Limits, Napalm, NativeCheck, Platform
from generator.rules.base import REGISTRY, Problem, rule
from tests.unit.cli import fake_api
from tests.unit.cli.conftest import Command

SUMMARY = """\
router  platform   role  sessions  files  lines  written  unchanged  errors  warnings
pe1     cisco_xe   pe           6      1  1,234        1          0       1         0
pe2     linux_frr  pe           6      2  1,234        0          2       0         0

3 customers, 4 circuits, 2 routers
checked  schema, rules (71)
not run  vtysh -C: vtysh is not installed (Debian package frr)
"""


def test_check_prints_findings_table_tiers_and_summary(peerwright: Command) -> None:
    ran = peerwright("check", "errors")
    findings, rest = ran.out.split("\nrouter  ", 1)
    assert findings.startswith("inventories/northlake/customers/charlie.yaml:14:21: error INV-021: ")
    assert "router  " + rest == SUMMARY + "1 error, 1 warning, 1 accepted\n"
    assert "\x1b" not in ran.out
    assert ran.err == ""


def test_check_of_a_clean_inventory(peerwright: Command) -> None:
    assert peerwright("check", "clean").out == SUMMARY + "no findings\n"


def test_what_stopped_the_run_is_said(peerwright: Command) -> None:
    assert peerwright("check", "stopped").out.endswith("stopped  rendering: there are errors\n1 error\n")


def test_quiet_prints_open_findings_only(peerwright: Command) -> None:
    assert peerwright("check", "clean", "-q").out == ""
    assert peerwright("check", "accepted", "-q").out == ""
    loud = peerwright("check", "errors", "-q").out
    assert loud.endswith("more  peerwright explain PAIR-013\n\n1 error, 1 warning\n")
    assert "router  platform" not in loud


def test_check_passes_its_options_on(peerwright: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 5}, raising=False)
    peerwright("check", "clean", "--jobs", "0", "--no-native")
    peerwright("check", "clean")
    calls = fake_api.CALLS
    assert calls == [
        ("check", Path("clean"), 3, False, None),
        ("check", Path("clean"), 1, True, None),
    ]


def test_render_passes_its_options_on_and_says_what_it_wrote(peerwright: Command) -> None:
    ran = peerwright("render", "clean", "-o", "build", "--only", "pe1", "--only", "pe2", "--jobs", "2")
    calls = fake_api.CALLS
    assert calls == [("render", Path("clean"), Path("build"), ("pe1", "pe2"), 2, True)]
    assert ran.out.endswith("\n1 file written to build, 2 unchanged\nno findings\n")
    assert ran.code == 0


def test_render_that_wrote_nothing_says_so(peerwright: Command) -> None:
    ran = peerwright("render", "stopped", "-o", "build")
    assert ran.out.endswith("stopped  rendering: there are errors\nnothing written to build\n1 error\n")
    assert ran.code == 1


def test_verify_passes_its_options_on(peerwright: Command) -> None:
    assert peerwright("verify", "errors", "backups", "--only", "pe1").code == 1
    calls = fake_api.CALLS
    assert calls == [("verify", Path("errors"), Path("backups"), ("pe1",))]


def test_show_says_where_values_come_from(peerwright: Command) -> None:
    ran = peerwright("show", "clean", "customers.charlie")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "customers.charlie.vrf = CHARLIE\n"
        "   from  inventory  inventories/northlake/customers/charlie.yaml:3:8\n"
        "customers.charlie.hold = 180\n"
        "   from  built-in default\n"
        "   note  Microsoft's edge is fixed at it\n"
    )


def test_show_as_json(peerwright: Command) -> None:
    values = json.loads(peerwright("show", "clean", "x", "--format", "json").out)["values"]
    assert values[1] == {
        "path": "customers.charlie.hold",
        "value": "180",
        "origin": "built-in default",
        "where": None,
        "note": "Microsoft's edge is fixed at it",
    }


def test_show_of_nothing_is_an_error(peerwright: Command) -> None:
    ran = peerwright("show", "clean", "nowhere")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "peerwright: error: the inventory has nothing at 'nowhere'\n"


def test_show_of_an_inventory_with_errors(peerwright: Command) -> None:
    ran = peerwright("show", "errors", "x")
    assert ran.code == 1
    assert "\n\ninventories/northlake/customers/charlie.yaml:14:21: error INV-021" in ran.out


def test_init_says_what_it_wrote_and_what_is_next(peerwright: Command) -> None:
    assert peerwright("init", "my net").out == (
        "wrote my net/inventory.yaml\n"
        "wrote my net/customers/example.yaml\n"
        "\n"
        "next:\n"
        "  peerwright check 'my net'\n"
        "  peerwright render 'my net' -o build/\n"
    )


def test_init_refuses_a_folder_with_something_in_it(peerwright: Command) -> None:
    ran = peerwright("init", "full")
    assert (ran.code, ran.err) == (2, "peerwright: error: full is not empty\n   fix   give a new folder\n")


def test_schema_is_json(peerwright: Command) -> None:
    assert json.loads(peerwright("schema").out) == {"title": "inventory", "type": "object"}


def test_colour_on_demand(peerwright: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[1;31merror INV-021" in peerwright("check", "errors", "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror INV-021" in peerwright("check", "errors").out
    assert "\x1b" not in peerwright("check", "errors", "--color", "never").out
    assert "\x1b" not in peerwright("check", "errors", "--format", "json").out


# The rule book.


def outside(inventory: object) -> Iterator[Problem]:
    """A port of the provider is outside the list.

    Why: it cannot be
        reached.
    Fix: use another.
    Bad:
        port: Te9/9
    Good:
        port: Te0/1
    """
    yield from ()


def unused(plan: object) -> Iterator[Problem]:
    """A port is not used.

    Why: waste.
    Fix: remove it.
    Bad: ports: [a]
    Good: ports: []
    """
    yield from ()


@pytest.fixture
def two_rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A rule book of one rule with two functions, and one finding that is not a rule's."""
    monkeypatch.setattr(generator.rules, "load", lambda: REGISTRY)
    monkeypatch.setattr("generator.report.rulebook._EXPLAINING", ("tests.unit.cli.explaining",))
    before = dict(REGISTRY)
    REGISTRY.clear()

    rule("INV-041", Severity.ERROR, source="ER-PORT-01, ER-PORT-02")(outside)
    rule("INV-041", Severity.WARNING, source="ER-PORT-03")(unused)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


OUTSIDE = """\
INV-041  A port of the provider is outside the list
error, from ER-PORT-01, ER-PORT-02

Why
  it cannot be
  reached.

Fix
  use another.

Bad
  port: Te9/9

Good
  port: Te0/1
"""


@pytest.mark.usefixtures("two_rules")
def test_explain_prints_all_parts_of_all_functions_of_a_rule(peerwright: Command) -> None:
    ran = peerwright("explain", "inv-041", "INV-041")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(OUTSIDE + "\nINV-041  A port is not used\nwarning, from ER-PORT-03\n")
    assert ran.out.count("Why") == 2


@pytest.mark.usefixtures("two_rules")
def test_explain_without_an_id_lists_all(peerwright: Command) -> None:
    assert peerwright("explain").out == (
        "INV-041  error    A port of the provider is outside the list\n"
        "INV-041  warning  A port is not used\n"
        "SRC-003  error    The file is not YAML\n"
    )


@pytest.mark.usefixtures("two_rules")
def test_explain_of_a_finding_that_is_no_rules(peerwright: Command) -> None:
    assert peerwright("explain", "src-003").out == "SRC-003  The file is not YAML\nerror\n\nFix\n  mend it\n"


@pytest.mark.usefixtures("two_rules")
def test_explain_of_an_unknown_rule_suggests_the_nearest(peerwright: Command) -> None:
    ran = peerwright("explain", "INV-401", "SRC-003")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "peerwright: error: there is no rule 'INV-401'; did you mean 'INV-041'?\n"


@pytest.mark.usefixtures("two_rules")
def test_explain_as_json(peerwright: Command) -> None:
    rules = json.loads(peerwright("explain", "--format", "json").out)["rules"]
    assert [one["id"] for one in rules] == ["INV-041", "INV-041", "SRC-003"]
    assert rules[0] == {
        "id": "INV-041",
        "title": "A port of the provider is outside the list",
        "severity": "error",
        "why": "it cannot be\nreached.",
        "fix": "use another.",
        "bad": "port: Te9/9",
        "good": "port: Te0/1",
        "sources": ["ER-PORT-01", "ER-PORT-02"],
    }


@pytest.mark.usefixtures("two_rules")
def test_sarif_brings_the_rule_book(peerwright: Command) -> None:
    run = json.loads(peerwright("check", "errors", "--format", "sarif").out)["runs"][0]
    rules = {one["id"]: one for one in run["tool"]["driver"]["rules"]}
    assert sorted(rules) == ["INV-021", "INV-034", "INV-041", "PAIR-013", "SRC-003"]
    assert rules["INV-041"]["fullDescription"]["text"] == "it cannot be\nreached.\n\nwaste."


# Platforms.


def made_up(platform_id: str, *features: Feature, driver: str = "") -> Platform:
    return Platform(
        id=platform_id,
        title=f"Made-up {platform_id}",
        versions="1 or later",
        documents=("the manual",),
        files=(ConfigFile("a.cfg", ("x",)), ConfigFile("b.cfg", ("y",))),
        features=frozenset(features),
        limits=Limits({}),
        napalm=Napalm(driver, replace=True, merge=True, commit_confirm=False),
        port_example="Port1",
        is_port=lambda text: text.startswith("Port"),
        subinterface=lambda port, tags, unit: f"{port}.{unit}",
        view=lambda plan: {},
        observable=lambda facts: facts,
        read=lambda trees: None,  # type: ignore[arg-type, return-value]
        checks=(NativeCheck("toaster -C", ("toaster", "-C", "{file}"), "a.cfg", "toaster-tools"),),
        notes=("toasts on one side only",),
    )


@pytest.fixture
def two_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kettle and a toaster."""
    both = {
        "kettle": made_up("kettle", *Feature, driver="boil"),
        "toaster": made_up("toaster", Feature.VRF, Feature.DOT1Q),
    }
    monkeypatch.setattr("generator.platforms.known", lambda: tuple(both))
    monkeypatch.setattr("generator.platforms.load", both.__getitem__)


@pytest.mark.usefixtures("two_platforms")
def test_platforms_shows_features_and_notes(peerwright: Command) -> None:
    ran = peerwright("platforms")
    table, kettle, toaster = ran.out.split("\n\n")
    assert table.splitlines()[:4] == [
        "feature             kettle  toaster",
        "vrf                 yes     yes",
        "dot1q               yes     yes",
        "qinq                yes     no",
    ]
    assert len(table.splitlines()) == 1 + len(Feature)
    assert "   napalm     driver boil: replace yes, merge yes, commit-confirm no" in kettle
    assert toaster == (
        "toaster  Made-up toaster, 1 or later\n"
        "   files      a.cfg, b.cfg\n"
        "   ports      Port1\n"
        "   napalm     no driver\n"
        "   check      toaster -C on a.cfg (Debian package toaster-tools)\n"
        "   note       toasts on one side only\n"
        "   document   the manual\n"
    )


@pytest.mark.usefixtures("two_platforms")
def test_platforms_as_json(peerwright: Command) -> None:
    (only,) = json.loads(peerwright("platforms", "toaster", "--format", "json").out)["platforms"]
    assert only["features"]["vrf"] is True
    assert only["features"]["qinq"] is False
    assert only["files"] == ["a.cfg", "b.cfg"]
    assert only["checks"] == [{"title": "toaster -C", "file": "a.cfg", "package": "toaster-tools"}]


def test_a_model_that_can_do_other_things_has_a_column_of_its_own(
    peerwright: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def features_of(model: str) -> frozenset[Feature]:
        return frozenset((Feature.VRF, Feature.NAT)) if model == "PRO" else frozenset((Feature.VRF,))

    grill = dataclasses.replace(made_up("grill", Feature.VRF), features_of=features_of, models=("PRO", "PLAIN"))
    monkeypatch.setattr("generator.platforms.known", lambda: ("grill",))
    monkeypatch.setattr("generator.platforms.load", lambda name: grill)
    lines = peerwright("platforms").out.splitlines()
    assert lines[0] == "feature             grill  grill PRO"
    assert "vrf                 yes    yes" in lines
    assert "nat                 no     yes" in lines
    (only,) = json.loads(peerwright("platforms", "--format", "json").out)["platforms"]
    assert only["features"]["nat"] is False
    assert {model: can["nat"] for model, can in only["models"].items()} == {"PRO": True}


@pytest.mark.usefixtures("two_platforms")
def test_an_unknown_platform_suggests_the_nearest(peerwright: Command) -> None:
    ran = peerwright("platforms", "toster")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "peerwright: error: there is no platform 'toster'; did you mean 'toaster'?\n"
