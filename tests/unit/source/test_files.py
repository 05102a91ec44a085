"""Several files: joined by their keys, included by path or pattern, never from outside the inventory."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from generator.source import Source, load


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inv").mkdir()
    monkeypatch.chdir(tmp_path / "inv")


def _write(**files: str) -> None:
    for name, text in files.items():
        path = Path(name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _found(source: Source) -> list[tuple[str, str, str]]:
    return [(finding.rule, str(finding.where), finding.message) for finding in source.findings]


def test_a_customer_a_file() -> None:
    _write(
        main="meta: {name: lab}\ncustomers:\n",
        customers__b="customers:\n  bravo: {vrf: B}\n",
        customers__a="customers:\n  alpha: {vrf: A}\n",
        customers__z__c="customers: {}\ncircuits: {c1: {sku: x}}\n",
    )
    Path("customers/.hidden.yaml").write_text("x: 1")
    Path("customers/d.yml").write_text("circuits: {c2: {sku: z}}\n")
    source = load(Path())
    assert source.findings == []
    assert source.data == {
        "customers": {"alpha": {"vrf": "A"}, "bravo": {"vrf": "B"}},
        "circuits": {"c2": {"sku": "z"}, "c1": {"sku": "x"}},
        "meta": {"name": "lab"},
    }
    assert [path.name for path in source.files] == ["a.yaml", "b.yaml", "d.yml", "c.yaml", "main.yaml"]
    assert str(source.locate(("customers", "bravo", "vrf"))) == "customers/b.yaml:2:16"
    assert str(source.locate(("circuits", "c1"), on_key=True)) == "customers/z/c.yaml:2:12"
    assert str(source.locate(("circuits", "c2", "sku", "none"))) == "customers/d.yml:1:17"


def test_the_same_thing_in_two_files() -> None:
    _write(a="customers: {x: {vrf: A}}\nname: a\n", b="customers: {x: {vrf: B}, z: 1}\nname: b\n", c="customers: [1]\n")
    source = load(Path())
    assert _found(source) == [
        ("SRC-021", "b.yaml:1:13", "customers.x is defined in two files, once was expected"),
        ("SRC-021", "b.yaml:2:1", "name is defined in two files, once was expected"),
        ("SRC-021", "c.yaml:1:1", "customers is defined in two files, once was expected"),
    ]
    assert [str(finding.related[0].where) for finding in source.findings] == ["a.yaml:1:13", "a.yaml:2:1", "a.yaml:1:1"]
    assert source.data == {"customers": {"x": {"vrf": "A"}, "z": 1}, "name": "a"}


def test_joining_leaves_an_anchored_mapping_alone() -> None:
    _write(a="base: &b {x: 1}\ncopy: *b\n", b="copy: {y: 2}\n")
    assert load(Path()).data == {"base": {"x": 1}, "copy": {"x": 1, "y": 2}}


def test_include_by_path_and_pattern() -> None:
    _write(
        main="include: [parts/a.yaml, 'parts/*.yaml']\nm: 1\n",
        parts__a="a: 1\ninclude: [deep/c.yaml]\n",
        parts__b="b: 1\n",
    )
    _write(parts__deep__c="c: 1\n", unused="u: 1\n")
    source = load(Path("main.yaml"))
    assert source.findings == []
    assert source.data == {"m": 1, "a": 1, "c": 1, "b": 1}
    assert load(Path()).data == {**source.data, "u": 1}


def test_a_pattern_does_not_mean_the_file_itself() -> None:
    _write(a="include: ['*.yaml']\na: 1\n", b="b: 1\n")
    source = load(Path("a.yaml"))
    assert source.findings == []
    assert source.data == {"a": 1, "b": 1}


def test_rings() -> None:
    _write(
        a="a: 1\ninclude: [b.yaml]\n",
        b="b: 1\ninclude:\n  - c.yaml\n",
        c="c: 1\ninclude: [x/../a.yaml]\n",
        d="d: 1\ninclude: [d.yaml]\n",
    )
    Path("x").mkdir()
    source = load(Path())
    assert _found(source) == [
        ("SRC-024", "c.yaml:2:11", "these files include each other: a.yaml → b.yaml → c.yaml → a.yaml"),
        ("SRC-024", "d.yaml:2:11", "this file includes itself: d.yaml → d.yaml"),
    ]
    assert source.data == {"a": 1, "b": 1, "c": 1, "d": 1}


def test_a_file_included_twice_is_no_ring() -> None:
    _write(a="include: [b.yaml, c.yaml]\n", b="include: [d.yaml]\n", c="include: [d.yaml]\n", d="d: 1\n")
    assert load(Path("a.yaml")).findings == []


def test_a_thousand_files_that_include_the_next() -> None:
    for number in range(1200):
        _write(**{f"f{number}": f"k{number}: 1\ninclude: [f{number + 1}.yaml]\n"})
    _write(f1200="end: 1\n")
    source = load(Path("f0.yaml"))
    assert source.findings == []
    assert len(source.data) == 1201


def test_what_cannot_be_included(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("s: 1\n")
    Path("link.yaml").symlink_to(tmp_path / "secret.yaml")
    Path("up").symlink_to(tmp_path)
    Path("dir").mkdir()
    items = [
        "../secret.yaml",
        "../*.yaml",
        "/etc/passwd",
        "link.yaml",
        "up/secret.yaml",
        "gone.yaml",
        "x*.yaml",
        "dir",
        "[",
        "",
    ]
    _write(a="a: 1\ninclude:\n" + "".join(f'  - "{item}"\n' for item in items))
    leaves = "include {!r} leaves the directory of the inventory"
    assert _found(load(Path("a.yaml"))) == [
        ("SRC-023", "a.yaml:3:5", leaves.format("../secret.yaml")),
        ("SRC-023", "a.yaml:4:5", leaves.format("../*.yaml")),
        ("SRC-022", "a.yaml:5:5", "include '/etc/passwd' is an absolute path, a relative one was expected"),
        ("SRC-023", "a.yaml:6:5", leaves.format("link.yaml")),
        ("SRC-023", "a.yaml:7:5", leaves.format("up/secret.yaml")),
        ("SRC-025", "a.yaml:8:5", "include 'gone.yaml' finds no file"),
        ("SRC-025", "a.yaml:9:5", "include 'x*.yaml' finds no file"),
        ("SRC-025", "a.yaml:10:5", "include 'dir' is a directory, a file was expected"),
        ("SRC-025", "a.yaml:11:5", "include '[' finds no file"),
        ("SRC-022", "a.yaml:12:5", "include '' is not a path"),
    ]


def test_the_collector_is_as_it_was() -> None:
    _write(a="a: 1\n")
    load(Path())
    assert gc.isenabled()
    gc.disable()
    try:
        load(Path()).locate(("a",))
        assert not gc.isenabled()
    finally:
        gc.enable()
