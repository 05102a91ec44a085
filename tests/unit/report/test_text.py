"""What a person sees."""

from __future__ import annotations

import pytest

from generator.model.finding import Finding, Location, Severity
from generator.report.order import arranged, counted
from generator.report.terminal import cells
from generator.report.text import excerpt, findings_text
from tests.unit.report.samples import ACCEPTED, FILE, KEY, NO_PLACE, NOTE, VLAN


def at(text: str, column: int, length: int = 1) -> Location:
    return Location("x.yaml", 1, column, length, text)


def test_a_finding_shows_place_line_caret_path_related_fix_and_where_to_read_more() -> None:
    assert findings_text([VLAN]) == (
        "inventories/northlake/customers/charlie.yaml:14:21: error INV-021: "
        "azure_vlan 100 is already used by another peering of circuit charlie-ams\n"
        "   14 |         azure_vlan: 100\n"
        "      |                     ^^^\n"
        "   at    circuits.charlie-ams.peerings.microsoft.azure_vlan\n"
        "   also  inventories/northlake/customers/charlie.yaml:9:21  circuits.charlie-ams.peerings.private.azure_vlan\n"
        "   also  circuits.charlie-ams.handoff  (which is why it matters)\n"
        "   fix   give each peering of a circuit its own VLAN id, the one entered in Azure\n"
        "   more  peerwright explain INV-021\n"
    )


def test_a_finding_without_a_place_names_the_router() -> None:
    assert findings_text([NO_PLACE]) == (
        "warning PAIR-013: the best path does not move while Microsoft maintains the primary link\n"
        "   on    pe1\n"
        "   more  peerwright explain PAIR-013\n"
    )


def test_a_finding_about_a_whole_file_has_no_excerpt() -> None:
    assert findings_text([NOTE]) == (
        "inventories/northlake/empty.yaml: info INV-070: nothing is read from the empty file\n"
        "   more  peerwright explain INV-070\n"
    )


def test_an_accepted_finding_says_why_instead_of_how_to_fix_it() -> None:
    assert findings_text([ACCEPTED]) == (
        "inventories/northlake/routers.yaml:3:9: accepted error INV-034: "
        "hold time 9 s is below the lowest accepted one, 10 s\n"
        "    3 |   hold: 9\n"
        "      |         ^\n"
        "   at    routers.pe1.hold\n"
        "   why   lab link, agreed with the customer\n"
    )


def test_a_secret_in_a_message_is_masked() -> None:
    text = findings_text([KEY])
    assert "the key •••• stands in clear text" in text
    assert "hunter2" not in text


def test_a_fix_of_several_lines_stays_aligned() -> None:
    finding = Finding(rule="X-1", severity=Severity.ERROR, message="m", fix="write\n  vlan: 5\n")
    assert "   fix   write\n           vlan: 5\n   more " in findings_text([finding])


def test_findings_are_sorted_and_each_is_shown_once() -> None:
    findings = [NO_PLACE, ACCEPTED, VLAN, KEY, VLAN]
    assert arranged(findings) == [KEY, VLAN, ACCEPTED, NO_PLACE]
    text = findings_text(findings)
    assert text.count("INV-021:") == 1
    assert text.split("\n\n")[0].startswith(f"{FILE}:7:3: warning INV-068")


def test_same_place_is_sorted_by_rule_then_message() -> None:
    first, second, third = (
        Finding(rule=rule, severity=Severity.ERROR, message=message, where=at("a", 1))
        for rule, message in (("A-1", "x"), ("A-1", "y"), ("B-1", "a"))
    )
    assert arranged([third, second, first]) == [first, second, third]


def test_line_numbers_sort_as_numbers() -> None:
    lines = [
        Finding(rule="A-1", severity=Severity.ERROR, message="m", where=Location("x", line, 1)) for line in (100, 9)
    ]
    assert [one.where.line for one in arranged(lines) if one.where] == [9, 100]


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        ([], "no findings"),
        ([VLAN, VLAN], "1 error"),
        ([VLAN, NO_PLACE, KEY, ACCEPTED], "1 error, 2 warnings, 1 accepted"),
        ([NOTE], "1 note"),
    ],
)
def test_the_summary_counts_each_finding_once_and_accepted_ones_apart(findings: list[Finding], words: str) -> None:
    assert str(counted(findings)) == words


def test_the_caret_stands_under_the_right_column_behind_wide_characters() -> None:
    line, under = excerpt(at("名前: zürich", 5, 6))
    assert line == "名前: zürich"
    assert under == "      ^^^^^^"  # two wide characters, a colon and a space: six columns


def test_carets_are_as_wide_as_the_wide_characters_above_them() -> None:
    assert excerpt(at("a: 名前", 4, 2)) == ("a: 名前", "   ^^^^")


def test_a_combining_character_takes_no_column() -> None:
    assert excerpt(at("e\u0301: x", 5))[1] == "   ^"


def test_tabs_become_spaces_and_the_caret_follows() -> None:
    assert excerpt(at("\ta\tb: 1", 4)) == ("    a   b: 1", "        ^")


def test_a_caret_behind_the_end_of_the_line_stands_behind_it() -> None:
    assert excerpt(at("vlan:", 99)) == ("vlan:", "     ^")


def test_a_caret_never_underlines_more_than_the_line() -> None:
    assert excerpt(at("vlan: 5", 7, 400)) == ("vlan: 5", "      ^")


def test_a_line_as_a_whole_has_no_caret() -> None:
    finding = Finding(
        rule="RB-1", severity=Severity.ERROR, message="m", where=Location("pe1.cfg", 7, 0, 1, " shutdown")
    )
    assert findings_text([finding]).splitlines()[1:3] == ["    7 |  shutdown", "   more  peerwright explain RB-1"]


@pytest.mark.parametrize("column", [1, 40, 5000, 9_998])
def test_a_long_line_is_cut_around_the_caret(column: int) -> None:
    text = "x" * (column - 1) + "HERE" + "y" * (10_000 - column - 4)
    line, under = excerpt(at(text, column, 4), 80)
    assert cells(line) <= 82
    caret = under.index("^")
    assert line[caret : caret + 4] == "HERE"[: len(under) - caret]
    assert line.startswith("…") == (column > 27)
    assert line.endswith("…") == (column < 9_900)


def test_a_long_line_of_wide_characters_keeps_its_caret_in_the_width() -> None:
    line, under = excerpt(at("名" * 300 + "X" + "前" * 300, 301), 80)
    assert cells(line) <= 82
    assert cells(line[: line.index("X")]) == len(under) - 1


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("a\rb", "a\\rb"),
        ("a\nfake.yaml:1:1: error", "a\\nfake.yaml:1:1: error"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\x9b2J", "\\x9b2J"),
        ("\U000e0041", "\\U000e0041"),
        ("\udc80", "\\udc80"),
    ],
)
def test_control_characters_are_shown_and_not_obeyed(hostile: str, shown: str) -> None:
    finding = Finding(
        rule="INV-001",
        severity=Severity.ERROR,
        message=f"name '{hostile}' is not allowed",
        path=("customers", hostile),
        where=Location(f"{hostile}.yaml", 2, 9, len(hostile), f"  name: {hostile}".replace("\n", " ")),
        fix=hostile.replace("\n", " ").replace("\r", " "),
        device=hostile,
    )
    text = findings_text([finding])
    assert all(one == "\n" or one.isprintable() for one in text)
    assert f"{shown}.yaml:2:9: error INV-001: name '{shown}' is not allowed" in text
    assert f"   at    customers.{shown}\n   on    {shown}\n" in text


def test_the_reason_of_an_accepted_finding_drives_nothing_either() -> None:
    finding = Finding(rule="X-1", severity=Severity.ERROR, message="m", acknowledged="fine\x1b[8m")
    assert findings_text([finding]) == "accepted error X-1: m\n   why   fine\\x1b[8m\n"


def test_the_caret_underlines_the_whole_of_an_escaped_character() -> None:
    assert excerpt(at("a\x1bb", 2)) == ("a\\x1bb", " ^^^^")


def test_colours_change_nothing_but_colours() -> None:
    plain, colored = findings_text([VLAN, ACCEPTED, NO_PLACE]), findings_text([VLAN, ACCEPTED, NO_PLACE], color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31merror INV-021\x1b[0m: azure_vlan 100" in colored
    assert "\x1b[1;31m                    ^^^\x1b[0m" in colored
    without = "".join(part.split("m", 1)[-1] if n else part for n, part in enumerate(colored.split("\x1b[")))
    assert without == plain
