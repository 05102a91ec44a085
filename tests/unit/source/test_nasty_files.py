"""Files that nobody should write: each gives exactly these findings, at exactly these places, and no traceback."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from generator.source import load, loader
from generator.source.problems import MAX_BYTES

Expected = tuple[str, str, str]
"""Rule, line:column (empty: the whole file), message."""

_TAB = "a tab stands in the indentation, YAML wants spaces"
_MISFIT = "the indentation does not fit the lines above"
_NOT_A_KEY = "a mapping stands where a key should be"
_BOMB = (
    "a: &a ["
    + ",".join("1" * 10)
    + "]\n"
    + "".join(
        f"{name}: &{name} [" + ",".join([f"*{before}"] * 10) + "]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
)
_CHAIN = "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 60))

NASTY: dict[str, tuple[bytes, list[Expected]]] = {
    "tab at the start": (b"a:\n\tb: 1\n", [("SRC-010", "2:1", _TAB)]),
    "tab further down": (b"a:\n  b: 1\n  \tc: 2\n", [("SRC-010", "3:3", _TAB)]),
    "quote never closed": (
        b"b: 1\na: 'x\nc: 1\n",
        [("SRC-011", "2:4", "not YAML: a quoted text begins here and never ends")],
    ),
    "list never closed": (
        b"a: [1\nb: 2\n",
        [("SRC-011", "1:4", "not YAML: the list that begins here with [ is not closed")],
    ),
    "mapping never closed": (
        b"a: {b: 1\n",
        [("SRC-011", "1:4", "not YAML: the mapping that begins here with { is not closed")],
    ),
    "two colons": (b"a: b: c\n", [("SRC-011", "1:5", f"not YAML: a second `: ` stands in one line, or {_MISFIT}")]),
    "indented too far": (
        b"a: 1\n b: 2\n",
        [("SRC-011", "2:3", f"not YAML: a second `: ` stands in one line, or {_MISFIT}")],
    ),
    "indented too little": (
        b"a:\n  b: 1\n c: 2\n",
        [("SRC-011", "3:2", f"not YAML: a key was expected here: {_MISFIT}")],
    ),
    "key in a list": (
        b"- a\nb: 1\n",
        [("SRC-011", "2:1", f"not YAML: a line that is no item of the list above: {_MISFIT}")],
    ),
    "no colon": (
        b"a: 1\nfoo\nb: 1\n",
        [("SRC-011", "3:1", "not YAML: a key without a colon, or text that continues where a key is expected")],
    ),
    "bad escape": (
        b'a: "\\q"\n',
        [
            (
                "SRC-011",
                "1:5",
                "not YAML: a backslash in double quotes is followed by a character that has no meaning there",
            )
        ],
    ),
    "at sign": (b"a: @x\n", [("SRC-011", "1:4", "not YAML: a character that cannot begin a value without quotes")]),
    "lonely star": (
        b"a: * x\n",
        [("SRC-011", "1:5", "not YAML: & and * begin an anchor or alias, whose name is missing here")],
    ),
    "item beside a key": (b"a: - b\n", [("SRC-011", "1:4", "not YAML: a list item may not begin here")]),
    "text behind the end": (b"a: 1\n...\nfoo: 2\n", [("SRC-011", "3:1", "not YAML: text that belongs to no document")]),
    "control character": (b"a: 1\nb: \x01\n", [("SRC-009", "2:4", "control character U+0001, which YAML forbids")]),
    "control character behind an umlaut": (
        "ä: ü\x07\n".encode(),
        [("SRC-009", "1:5", "control character U+0007, which YAML forbids")],
    ),
    "NUL": (b"a: 1\nb: \0\n", [("SRC-008", "", "nasty.yaml is binary: a NUL byte at offset 8")]),
    "Latin-1": (
        b"a: 1\nb: M\xfcller\n",
        [("SRC-008", "", "nasty.yaml is not UTF-8: byte 0xFC at offset 9, in line 2")],
    ),
    "UTF-16 with mark": ("a: 1\n".encode("utf-16"), [("SRC-008", "", "nasty.yaml is UTF-16 text, UTF-8 was expected")]),
    "UTF-16 without mark": (
        "a: 1\n".encode("utf-16-le"),
        [("SRC-008", "", "nasty.yaml is UTF-16 text, UTF-8 was expected")],
    ),
    "empty": (b"", [("SRC-007", "", "nasty.yaml holds nothing")]),
    "only comments": (b"# nothing yet\n\n", [("SRC-007", "", "nasty.yaml holds nothing")]),
    "a list": (b"\n- a\n- b\n", [("SRC-013", "2:1", "the file holds a list, a mapping was expected")]),
    "a word": (b"hello\n", [("SRC-013", "1:1", "the file holds a single value, a mapping was expected")]),
    "two documents": (b"a: 1\n---\nb: 2\n", [("SRC-012", "2:1", "a second YAML document starts here, one is allowed")]),
    "key twice": (
        b"a:\n  b: 1\n  b: 2\n",
        [("SRC-014", "3:3", "key 'b' stands twice in this mapping, once was expected")],
    ),
    "template braces": (b"{{ x }}: 1\n", [("SRC-015", "1:1", _NOT_A_KEY), ("SRC-015", "1:2", _NOT_A_KEY)]),
    "list as a key": (b"? [a, b]\n: 1\nc: 2\n", [("SRC-015", "1:3", "a list stands where a key should be")]),
    "python tag": (
        b"a: !!python/object:os.system x\n",
        [
            (
                "SRC-016",
                "1:4",
                "tag !!python/object:os.system is not allowed, only !!str, !!int, !!float, !!bool, !!null, !!map and !!seq are",
            )
        ],
    ),
    "tag that does not fit": (b"a: !!int 010\n", [("SRC-016", "1:4", "!!int does not fit the text '010'")]),
    "unknown alias": (b"a: *x\n", [("SRC-017", "1:4", "alias *x has no anchor above it")]),
    "alias in itself": (
        b"a: &x [1, *x]\n",
        [("SRC-017", "1:11", "alias *x stands inside the value that it repeats, so it never ends")],
    ),
    "alias bomb": (_BOMB.encode(), [("SRC-018", "6:29", "aliases repeat more than 1,000,000 values")]),
    "deep": (b"a: " + b"[" * 60 + b"]" * 60, [("SRC-019", "1:53", "nested deeper than 50 levels")]),
    "deep through aliases": (_CHAIN.encode(), [("SRC-019", "50:12", "nested deeper than 50 levels")]),
    "merge of a number": (b"c: {<<: 5}\n", [("SRC-020", "1:5", "<< merges something that is not a mapping")]),
    "several at once": (
        b"a: 010\nb: *x\nb: 1\nc: '\n",
        [
            ("INV-073", "1:4", "010 without quotes is ambiguous: a YAML 1.1 reader takes it for the number 8"),
            ("SRC-017", "2:4", "alias *x has no anchor above it"),
            ("SRC-014", "3:1", "key 'b' stands twice in this mapping, once was expected"),
            ("SRC-011", "4:4", "not YAML: a quoted text begins here and never ends"),
        ],
    ),
    "include is a word": (b"include: x\n", [("SRC-022", "1:10", "include is not a list")]),
    "include without a path": (b"include:\n  - 5\n", [("SRC-022", "2:5", "include 5 is not a path")]),
}


def _found(path: Path) -> list[Expected]:
    return [
        (
            finding.rule,
            f"{finding.where.line}:{finding.where.column}" if finding.where and finding.where.line else "",
            finding.message,
        )
        for finding in load(path).findings
    ]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", NASTY)
def test_nasty_file(name: str) -> None:
    data, expected = NASTY[name]
    Path("nasty.yaml").write_bytes(data)
    assert _found(Path("nasty.yaml")) == expected


def test_every_finding_names_a_file_and_a_fix() -> None:
    for number, (data, _) in enumerate(NASTY.values()):
        Path(f"{number:03}.yaml").write_bytes(data)
    source = load(Path())
    assert {finding.where.file for finding in source.findings if finding.where} == {
        f"{n:03}.yaml" for n in range(len(NASTY))
    }
    assert all(finding.fix for finding in source.findings)
    assert not source.complete


def test_missing_path() -> None:
    assert _found(Path("nowhere")) == [("SRC-001", "", "nowhere does not exist")]


def test_a_path_that_no_file_can_have() -> None:
    assert _found(Path("a\0b")) == [("SRC-001", "", r"'a\\x00b' cannot be the name of a file")]


def test_directory_without_yaml() -> None:
    Path("README.md").write_text("hello")
    Path(".hidden.yaml").write_text("a: 1")
    assert _found(Path()) == [("SRC-003", "", ". holds no *.yaml or *.yml file")]


def test_no_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the refusal is played."""
    Path("a.yaml").write_text("a: 1")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert _found(Path("a.yaml")) == [("SRC-002", "", "no permission to read a.yaml")]


def test_fifo_is_not_opened() -> None:
    os.mkfifo("a.yaml")
    assert stat.S_ISFIFO(Path("a.yaml").stat().st_mode)
    assert _found(Path("a.yaml")) == [("SRC-004", "", "a.yaml is not an ordinary file")]
    assert _found(Path()) == [("SRC-004", "", "a.yaml is not an ordinary file")]


def test_device_is_not_read() -> None:
    assert _found(Path("/dev/zero")) == [("SRC-004", "", "/dev/zero is not an ordinary file")]


def test_huge_file_is_refused_unread() -> None:
    with Path("a.yaml").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)  # sparse: takes no room
    assert _found(Path("a.yaml")) == [("SRC-005", "", "a.yaml has 256 MB, at most 256 MB are read")]


def test_too_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.source.discovery.MAX_FILES", 2)
    for name in "abc":
        Path(f"{name}.yaml").write_text(f"{name}: 1")
    assert _found(Path()) == [("SRC-006", "", ". holds more than 2 YAML files")]


def test_too_many_included_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "MAX_FILES", 2)
    Path("a.yaml").write_text("include: [x/*.yaml]")
    Path("x").mkdir()
    for name in "bcd":
        Path(f"x/{name}.yaml").write_text(f"{name}: 1")
    assert _found(Path("a.yaml")) == [("SRC-006", "", "a.yaml and what it includes are more than 2 files")]


def test_an_empty_file_beside_others_is_only_a_warning() -> None:
    Path("a.yaml").write_text("a: 1")
    Path("b.yaml").write_text("# later")
    source = load(Path())
    assert [(finding.rule, finding.severity.word) for finding in source.findings] == [("SRC-007", "warning")]
    assert source.complete


def test_links_out_of_the_inventory_are_refused(tmp_path: Path) -> None:
    Path("outside.yaml").write_text("a: 1")
    Path("inside").mkdir()
    Path("inside/b.yaml").write_text("b: 1")
    Path("inside/link.yaml").symlink_to(tmp_path / "outside.yaml")
    Path("inside/dir").symlink_to(tmp_path)
    Path("inside/gone.yaml").symlink_to("nothing.yaml")
    assert sorted(_found(Path("inside"))) == [
        ("SRC-001", "", "inside/gone.yaml does not exist"),
        ("SRC-023", "", "symbolic link inside/dir leads outside the inventory"),
        ("SRC-023", "", "symbolic link inside/link.yaml leads outside the inventory"),
    ]


def test_a_name_that_is_no_text_is_escaped(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/\xff.yaml", "wb") as stream:  # noqa: PTH123
        stream.write(b"- a")
    finding = load(tmp_path).findings[0]
    assert str(finding.where) == r"\\xff.yaml:1:1"


def test_a_line_of_megabytes_is_cut_around_the_place() -> None:
    Path("a.yaml").write_text("a: [" + "1, " * 500_000 + "010, " + "1, " * 10 + "]\n")
    (finding,) = load(Path("a.yaml")).findings
    assert finding.where is not None
    assert finding.where.column == 1_500_005
    assert len(finding.where.text) < 500
    assert " 010, " in finding.where.text
