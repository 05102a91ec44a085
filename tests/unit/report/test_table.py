"""The table at the end of a run."""

from __future__ import annotations

from generator.report.table import SHOWN, devices_text, scope_text, tiers_text
from tests.unit.report.samples import RUN, TIERS, Device, Run


def test_routers_are_aligned_words_left_and_numbers_right() -> None:
    assert devices_text(RUN.devices) == (
        "router  platform   role  sessions  files  lines  written  unchanged  errors  warnings\n"
        "pe1     cisco_xe   pe           6      1  1,234        1          0       1         0\n"
        "pe2     linux_frr  pe           6      2  1,234        0          2       0         0\n"
    )


def test_no_routers_no_table() -> None:
    assert devices_text(()) == ""


def test_of_a_large_fleet_the_routers_with_findings_are_shown() -> None:
    fleet = [Device(f"ce{n}", errors=int(n == 1_500), warnings=int(n == 1_900)) for n in range(2_000)]
    lines = devices_text(fleet).splitlines()
    assert len(lines) == 1 + SHOWN + 1
    assert [line.split()[0] for line in lines[-3:-1]] == ["ce1500", "ce1900"]
    assert lines[-1] == "… and 1,960 more"


def test_wide_names_keep_the_columns() -> None:
    rows = devices_text([Device("名前"), Device("pe12")]).splitlines()
    assert rows[1].startswith("名前    cisco_xe")
    assert rows[2].startswith("pe12    cisco_xe")


def test_tiers_that_did_not_run_are_said_to_be_not_run() -> None:
    assert tiers_text(TIERS) == (
        "checked  schema, rules (71)\nnot run  vtysh -C: vtysh is not installed (Debian package frr)\n"
    )


def test_scope() -> None:
    assert scope_text(RUN) == "3 customers, 4 circuits, 2 routers\n"
    assert scope_text(Run(devices=(Device("pe1"),), customers=1, circuits=1)) == "1 customer, 1 circuit, 1 router\n"
    assert scope_text(Run(customers=0, circuits=0)) == ""
