"""What a program reads."""

from __future__ import annotations

import json

from generator.report.json import result_json
from tests.unit.report.samples import ACCEPTED, FILE, KEY, NO_PLACE, RUN, VLAN, Run


def test_the_whole_document() -> None:
    run = Run((VLAN,), RUN.tiers[2:], RUN.devices[:1], stopped="1 error")
    assert json.loads(result_json(run, verb="check", tool_version="0.1.0")) == {
        "version": 1,
        "tool": {"name": "peerwright", "version": "0.1.0"},
        "verb": "check",
        "stopped": "1 error",
        "counts": {
            "errors": 1,
            "warnings": 0,
            "infos": 0,
            "accepted": 0,
            "customers": 3,
            "circuits": 4,
            "devices": 1,
        },
        "findings": [
            {
                "rule": "INV-021",
                "severity": "error",
                "message": "azure_vlan 100 is already used by another peering of circuit charlie-ams",
                "path": "circuits.charlie-ams.peerings.microsoft.azure_vlan",
                "keys": ["circuits", "charlie-ams", "peerings", "microsoft", "azure_vlan"],
                "where": {"file": FILE, "line": 14, "column": 21, "length": 3, "text": "        azure_vlan: 100"},
                "fix": "give each peering of a circuit its own VLAN id, the one entered in Azure",
                "related": [
                    {
                        "path": "circuits.charlie-ams.peerings.private.azure_vlan",
                        "keys": ["circuits", "charlie-ams", "peerings", "private", "azure_vlan"],
                        "where": {"file": FILE, "line": 9, "column": 21, "length": 3, "text": ""},
                        "note": "",
                    },
                    {
                        "path": "circuits.charlie-ams.handoff",
                        "keys": ["circuits", "charlie-ams", "handoff"],
                        "where": None,
                        "note": "which is why it matters",
                    },
                ],
                "device": "",
                "acknowledged": "",
            }
        ],
        "tiers": [{"name": "vtysh -C", "ran": False, "detail": "not run: vtysh is not installed (Debian package frr)"}],
        "devices": [
            {
                "device": "pe1",
                "platform": "cisco_xe",
                "role": "pe",
                "sessions": 6,
                "files": 1,
                "lines": 1234,
                "written": 1,
                "unchanged": 0,
                "errors": 1,
                "warnings": 0,
            }
        ],
    }


def test_the_order_in_which_findings_were_found_does_not_matter() -> None:
    one = result_json(Run((KEY, ACCEPTED, NO_PLACE, VLAN)), verb="check", tool_version="1")
    other = result_json(Run((VLAN, NO_PLACE, VLAN, ACCEPTED, KEY)), verb="check", tool_version="1")
    assert one == other
    assert [found["rule"] for found in json.loads(one)["findings"]] == ["INV-068", "INV-021", "INV-034", "PAIR-013"]


def test_it_is_ascii_and_holds_no_key() -> None:
    text = result_json(Run((KEY,)), verb="check", tool_version="1")
    assert text.isascii()
    assert "hunter2" not in text
    assert "the key •••• stands" in json.loads(text)["findings"][0]["message"]
