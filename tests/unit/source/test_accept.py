"""A person's word beside the line it is about: found, understood, matched; and refused where it says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.source import load

STORY = """\
# peerwright: accept INV-068 the lab has no vault
md5: hunter
circuits:  # peerwright: accept INV-001, INV-002: only one for now
  ams:
    vlan: 100 # peerwright:accept INV-021 agreed with Microsoft
    # peerwright: accept INV-030 first
    # peerwright: accept INV-031 second
    tags: [1, 2]
    note: 'x # peerwright: accept INV-099 not a comment'
    more: "two
      # peerwright: accept INV-099 lines"
    plain: a#peerwright:accept INV-099 no comment either
    text: |  # peerwright: accept INV-040 on the head
      # peerwright: accept INV-099 inside a block
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_is_found() -> None:
    Path("a.yaml").write_text(STORY)
    source = load(Path("a.yaml"))
    assert source.findings == []
    found = [(entry.line, entry.where.line, entry.rules, entry.reason) for entry in source.acknowledgements]
    assert found == [
        (2, 1, ("INV-068",), "the lab has no vault"),
        (3, 3, ("INV-001", "INV-002"), "only one for now"),
        (5, 5, ("INV-021",), "agreed with Microsoft"),
        (8, 6, ("INV-030",), "first"),
        (8, 7, ("INV-031",), "second"),
        (13, 13, ("INV-040",), "on the head"),
    ]
    assert source.acknowledgements[1].paths == (("circuits",),)
    assert source.acknowledgements[3].paths == (
        ("circuits", "ams", "tags"),
        ("circuits", "ams", "tags", 0),
        ("circuits", "ams", "tags", 1),
    )


def test_which_finding_it_is_for() -> None:
    Path("a.yaml").write_text(STORY)
    source = load(Path("a.yaml"))

    def reason(rule: str, *path: str | int) -> str:
        entry = source.acknowledgement_for(rule, path)
        return entry.reason if entry else ""

    assert reason("INV-068", "md5") == "the lab has no vault"
    assert reason("INV-002", "circuits") == "only one for now"
    assert reason("INV-002", "circuits", "rotterdam") == "only one for now"
    assert reason("INV-002", "circuits", "ams") == ""
    assert reason("INV-021", "circuits", "ams", "vlan") == "agreed with Microsoft"
    assert reason("INV-022", "circuits", "ams", "vlan") == ""
    assert reason("INV-031", "circuits", "ams", "tags", 1) == "second"
    assert reason("INV-099", "circuits", "ams", "note") == ""


def test_it_works_in_the_file_that_it_stands_in_only() -> None:
    Path("a.yaml").write_text("a: {x: 1} # peerwright: accept INV-001 fine\n")
    Path("b.yaml").write_text("b: {x: 1}\n")
    source = load(Path())
    assert source.acknowledgement_for("INV-001", ("a", "x")) is not None
    assert source.acknowledgement_for("INV-001", ("b", "x")) is None


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("a: 1 # peerwright: accept INV-004", "SRC-030", "acknowledgement of INV-004 gives no reason"),
        (
            "a: 1 # peerwright: accept INV-004, INV-005 -",
            "SRC-030",
            "acknowledgement of INV-004, INV-005 gives no reason",
        ),
        (
            "a: 1 # peerwright: ignore INV-004 x",
            "SRC-031",
            "acknowledgement is not understood: no rule id after the word accept",
        ),
        (
            "a: 1 # peerwright: accept everything",
            "SRC-031",
            "acknowledgement is not understood: no rule id after the word accept",
        ),
        (
            "a: 1 # peerwright: accept INV-004b x",
            "SRC-031",
            "acknowledgement is not understood: no rule id after the word accept",
        ),
        ("a: 1\n     # peerwright: accept INV-004 x", "SRC-032", "acknowledgement has no YAML line to belong to"),
        ("     # peerwright: accept INV-004 x\n\na: 1", "SRC-032", "acknowledgement has no YAML line to belong to"),
    ],
)
def test_what_is_refused(text: str, rule: str, message: str) -> None:
    Path("a.yaml").write_text(text)
    source = load(Path("a.yaml"))
    assert [(finding.rule, finding.message) for finding in source.findings] == [(rule, message)]
    assert source.findings[0].where is not None
    assert source.findings[0].where.column == 6
    assert source.acknowledgements == []
