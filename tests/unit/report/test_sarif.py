"""What code scanning reads, against the part of the SARIF 2.1.0 schema that is used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from generator.model.finding import Location
from generator.report.rulebook import Entry
from generator.report.sarif import artifact, result_sarif
from tests.unit.report.samples import ACCEPTED, FILE, KEY, NO_PLACE, NOTE, RUN, VLAN, Run

BOOK = {
    "INV-021": (
        Entry(
            id="INV-021",
            title="Azure VLAN unique per circuit",
            severity="error",
            why="Two peerings share the S-tag.",
            fix="Use another VLAN.",
            bad="azure_vlan: 100",
            good="azure_vlan: 200",
            sources=("ER-VLAN-04",),
        ),
    ),
    "INV-099": (Entry(id="INV-099", title="Never found here", severity="warning"),),
}

TEXT: dict[str, Any] = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
LOCATION: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "minimum": 0},
        "message": TEXT,
        "physicalLocation": {
            "type": "object",
            "additionalProperties": False,
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "uri": {"type": "string", "pattern": r"^[A-Za-z0-9._~/%:-]+$"},
                        "uriBaseId": {"type": "string"},
                    },
                },
                "region": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "startLine": {"type": "integer", "minimum": 1},
                        "startColumn": {"type": "integer", "minimum": 1},
                        "endColumn": {"type": "integer", "minimum": 1},
                        "snippet": TEXT,
                    },
                },
            },
        },
        "logicalLocations": {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"fullyQualifiedName": {"type": "string"}, "kind": {"type": "string"}},
            },
        },
    },
}
RESULT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["message"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": TEXT,
        "locations": {"type": "array", "items": LOCATION},
        "relatedLocations": {"type": "array", "uniqueItems": True, "items": LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "suppressions": {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["kind"],
                "properties": {
                    "kind": {"enum": ["inSource", "external"]},
                    "status": {"enum": ["accepted", "underReview", "rejected"]},
                    "justification": {"type": "string"},
                },
            },
        },
        "properties": {"type": "object"},
    },
}
RULE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}, "additionalProperties": False},
        "properties": {"type": "object"},
    },
}
INVOCATION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["executionSuccessful"],
    "properties": {
        "executionSuccessful": {"type": "boolean"},
        "toolExecutionNotifications": {
            "type": "array",
            "items": {"type": "object", "required": ["message"], "properties": {"level": LEVEL, "message": TEXT}},
        },
    },
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["tool"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "rules": {"type": "array", "uniqueItems": True, "items": RULE},
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "invocations": {"type": "array", "items": INVOCATION},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}

BASE = Path("/work space/repo")


def sarif(run: Run) -> dict[str, Any]:
    """The one run of the document, after it was held against the schema."""
    document = json.loads(result_sarif(run, tool_version="0.1.0", book=BOOK, base=BASE))
    jsonschema.Draft7Validator(SCHEMA).validate(document)
    only: dict[str, Any] = document["runs"][0]
    return only


def test_a_run_with_every_kind_of_finding_fits_the_standard() -> None:
    run = sarif(Run((VLAN, NO_PLACE, KEY, ACCEPTED, NOTE), RUN.tiers))
    assert [one["ruleId"] for one in run["results"]] == ["INV-068", "INV-021", "INV-070", "INV-034", "PAIR-013"]
    assert [one["level"] for one in run["results"]] == ["warning", "error", "note", "error", "warning"]


def test_every_result_points_at_its_rule() -> None:
    run = sarif(Run((VLAN, NO_PLACE, KEY, ACCEPTED)))
    rules = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == ["INV-021", "INV-034", "INV-068", "INV-099", "PAIR-013"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_rule_brings_its_help() -> None:
    rule = sarif(Run())["tool"]["driver"]["rules"][0]
    assert rule == {
        "id": "INV-021",
        "shortDescription": {"text": "Azure VLAN unique per circuit"},
        "fullDescription": {"text": "Two peerings share the S-tag."},
        "help": {
            "text": "Fix: Use another VLAN.\n\nBad:\nazure_vlan: 100\n\nGood:\nazure_vlan: 200",
            "markdown": (
                "Fix: Use another VLAN.\n\nBad:\n\n```\nazure_vlan: 100\n```\n\nGood:\n\n```\nazure_vlan: 200\n```"
            ),
        },
        "defaultConfiguration": {"level": "error"},
        "properties": {"sources": ["ER-VLAN-04"]},
    }


def test_places_and_related_places() -> None:
    (result,) = sarif(Run((VLAN,)))["results"]
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": FILE, "uriBaseId": "%SRCROOT%"},
                "region": {
                    "startLine": 14,
                    "startColumn": 21,
                    "endColumn": 24,
                    "snippet": {"text": "        azure_vlan: 100"},
                },
            },
            "logicalLocations": [
                {"fullyQualifiedName": "circuits.charlie-ams.peerings.microsoft.azure_vlan", "kind": "member"}
            ],
        }
    ]
    first, second = result["relatedLocations"]
    assert first["physicalLocation"]["region"] == {"startLine": 9, "startColumn": 21, "endColumn": 24}
    assert "physicalLocation" not in second
    assert second["message"]["text"] == "which is why it matters"
    assert result["message"]["text"].endswith("\n\nFix: " + VLAN.fix)


def test_an_accepted_finding_is_suppressed_with_its_reason_and_all_results_say_whether_they_are() -> None:
    accepted, open_one = sarif(Run((ACCEPTED, NO_PLACE)))["results"]
    assert accepted["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": "lab link, agreed with the customer"}
    ]
    assert open_one["suppressions"] == []


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/ü#1.yaml", {"uri": "a%20b/%C3%BC%231.yaml", "uriBaseId": "%SRCROOT%"}),
        ("c:x.yaml", {"uri": "c%3Ax.yaml", "uriBaseId": "%SRCROOT%"}),
        ("../other/x.yaml", {"uri": "../other/x.yaml", "uriBaseId": "%SRCROOT%"}),
        ("/work space/repo/inv/x.yaml", {"uri": "inv/x.yaml", "uriBaseId": "%SRCROOT%"}),
        ("/else where/x.yaml", {"uri": "file:///else%20where/x.yaml"}),
        ("bad\udcff.yaml", {"uri": "bad%FF.yaml", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_paths_are_relative_and_percent_encoded(file: str, uri: dict[str, str]) -> None:
    assert artifact(file, BASE) == uri


def test_what_did_not_run_is_a_notification() -> None:
    (invocation,) = sarif(Run((), RUN.tiers, stopped="unreadable: no such folder"))["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [one["message"]["text"] for one in invocation["toolExecutionNotifications"]] == [
        "vtysh -C: not run: vtysh is not installed (Debian package frr)",
        "unreadable: no such folder",
    ]


def test_the_fingerprint_survives_lines_that_are_added_above() -> None:
    moved = msgspec.structs.replace(VLAN, where=Location(FILE, 99, 1))
    other = msgspec.structs.replace(VLAN, message="azure_vlan 200 is already used")
    prints = [sarif(Run((one,)))["results"][0]["partialFingerprints"] for one in (VLAN, moved, other)]
    assert prints[0] == prints[1] != prints[2]


def test_it_is_deterministic_ascii_and_holds_no_key() -> None:
    texts = {
        result_sarif(Run(order), tool_version="1", book=BOOK, base=BASE)
        for order in ((KEY, VLAN, NO_PLACE), (NO_PLACE, KEY, VLAN, KEY))
    }
    assert len(texts) == 1
    (text,) = texts
    assert text.isascii()
    assert "hunter2" not in text
