"""Whatever id a finding can carry, `peerwright explain` knows it."""

from __future__ import annotations

import re
from pathlib import Path

from generator.report.rulebook import rulebook

PACKAGE = Path(__file__).parents[3] / "generator"


def test_every_id_in_the_code_is_explained() -> None:
    code = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    made = set(re.findall(r'"((?:SRC|SCH|SEC|RB|ACK)-\d{3})"', code))
    assert {"SRC-001", "SRC-032", "SCH-005", "SEC-001", "RB-003", "RB-005", "ACK-001"} <= made
    book = rulebook()
    assert sorted(made - set(book)) == []
    assert all(entry.title and entry.fix for entries in book.values() for entry in entries)
