"""The text itself: residue, headers, prerequisites, the same bytes every time."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from generator.model.finding import Severity
from generator.readback.evidence import DeviceEvidence
from generator.rules.pair_text import Renderings
from tests.evidence import device, plan, problems, read, say

E, W = Severity.ERROR, Severity.WARNING


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (" description {{ customer }}", "'{{'"),
        (" neighbor 172.31.0.18 route-map None in", "'None'"),
        (" ip address Undefined 255.255.255.252", "'Undefined'"),
        (" password <key>", "a placeholder in angle brackets"),
        ("{% if x %}", "'{%'"),
    ],
)
def test_residue_of_a_template(line: str, what: str) -> None:
    found = problems("PAIR-043", device(texts={"pe1.cfg": f"hostname pe1\n{line}\n"}))
    severity, problem = found[0]
    assert (severity, problem.message) == (E, f"line 2 of pe1.cfg has {what}, expected the value")
    assert problem.place == ("pe1.cfg", 2)
    assert "key" not in problem.message


@pytest.mark.parametrize(
    "line", [" description NoneSuch", " ip route x Null0 name none", " a < b", "unit 0 { a; }", "x-None-y"]
)
def test_what_only_looks_like_residue(line: str) -> None:
    assert say("PAIR-043", device(texts={"pe1.cfg": line})) == []


def titled(header: str, own_render: bool = True) -> DeviceEvidence:
    found = read(plan("pe2"), own_render=own_render)
    return DeviceEvidence(
        plan=found.plan, platform=found.platform, result=replace(found.result, header=header), own_render=own_render
    )


def test_the_header_of_the_other_router() -> None:
    wanted = "'pe2: secondary router of pair amsterdam'"
    assert say("PAIR-048", titled("! pe2: primary router of pair amsterdam")) == [
        ("PAIR-048", W, f"the header says '! pe2: primary router of pair amsterdam', expected {wanted}")
    ]
    assert say("PAIR-048", titled("")) == [("PAIR-048", W, f"the header is missing, expected {wanted}")]


def test_a_device_does_not_print_headers() -> None:
    assert say("PAIR-048", titled("", own_render=False)) == []


def test_a_daemon_that_is_not_switched_on() -> None:
    assert say("PAIR-037", device(change=lambda facts: replace(facts, switches=frozenset()))) == [
        ("PAIR-037", E, "pe1 does not have bfdd, expected it: other settings depend on it")
    ]


def test_two_renderings_that_differ() -> None:
    one = {"a.cfg": "x\ny\n", "b.cfg": "z\n"}
    assert say("PAIR-042", Renderings("pe1", one, dict(one))) == []
    assert say("PAIR-042", Renderings("pe1", one, {"a.cfg": "x\nw\n"})) == [
        ("PAIR-042", E, "file a.cfg differs between two renderings, first in line 2, expected the same bytes"),
        ("PAIR-042", E, "file b.cfg is there in one rendering only, expected it in both"),
    ]
