"""Where things stand: values, keys, aliases, merged keys, and what of a line may be shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.model.finding import DataPath
from generator.source import load

STORY = """\
# One customer, its defaults shared by an anchor.
base: &base
  bandwidth: 1000
  hold: 30
customers:
  alpha:
    "vrf": 'ALPHA'
    <<: *base
    hold: 10
    onprem: [10.0.0.0/24, &net fd12::/48]
    sites:
      - name: ams
      -
        name: fra
    nothing:
    same: *base
    again: *net
    tagged: !!str 010
    text: |
      one
      two
"""

PLACES: list[tuple[DataPath, bool, str, str]] = [
    (("customers", "alpha", "vrf"), False, "7:12", "'ALPHA'"),
    (("customers", "alpha", "vrf"), True, "7:5", '"vrf"'),
    (("customers", "alpha", "hold"), False, "9:11", "10"),
    (("customers", "alpha", "bandwidth"), False, "3:14", "1000"),
    (("customers", "alpha", "bandwidth"), True, "3:3", "bandwidth"),
    (("customers", "alpha", "onprem"), False, "10:13", "[10.0.0.0/24, &net fd12::/48]"),
    (("customers", "alpha", "onprem", 0), False, "10:14", "10.0.0.0/24"),
    (("customers", "alpha", "onprem", 1), False, "10:32", "fd12::/48"),
    (("customers", "alpha", "onprem", 7), False, "10:5", "onprem"),
    (("customers", "alpha", "sites"), False, "11:5", "sites"),
    (("customers", "alpha", "sites", 0), False, "12:9", "name"),
    (("customers", "alpha", "sites", 1, "name"), False, "14:15", "fra"),
    (("customers", "alpha", "nothing"), False, "15:5", "nothing"),
    (("customers", "alpha", "same"), False, "2:7", "&base"),
    (("customers", "alpha", "same"), True, "16:5", "same"),
    (("customers", "alpha", "same", "hold"), False, "4:9", "30"),
    (("customers", "alpha", "again"), False, "10:32", "fd12::/48"),
    (("customers", "alpha", "tagged"), False, "18:19", "010"),
    (("customers", "alpha", "text"), False, "19:11", "|"),
    (("customers", "alpha"), False, "6:3", "alpha"),
    (("customers", "alpha", "missing", "deeper"), False, "6:3", "alpha"),
    (("customers", "nobody"), False, "5:1", "customers"),
    (("nowhere",), False, "2:1", "base"),
    ((), False, "2:1", "base"),
]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("path", "on_key", "place", "token"), PLACES)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_places(path: DataPath, on_key: bool, place: str, token: str, ends: str) -> None:
    Path("a.yaml").write_bytes(STORY.replace("\n", ends).encode())
    source = load(Path("a.yaml"))
    assert source.findings == []
    where = source.locate(path, on_key=on_key)
    assert where is not None
    assert str(where) == f"a.yaml:{place}"
    assert where.text[where.column - 1 :][: where.length] == token


def test_values_of_the_story() -> None:
    Path("a.yaml").write_text(STORY)
    alpha = load(Path("a.yaml")).data["customers"]["alpha"]  # type: ignore[index]
    assert alpha == {
        "vrf": "ALPHA",
        "bandwidth": 1000,
        "hold": 10,
        "onprem": ["10.0.0.0/24", "fd12::/48"],
        "sites": [{"name": "ams"}, {"name": "fra"}],
        "nothing": None,
        "same": {"bandwidth": 1000, "hold": 30},
        "again": "fd12::/48",
        "tagged": "010",
        "text": "one\ntwo\n",
    }


def test_the_first_of_merged_mappings_wins_over_the_next() -> None:
    Path("a.yaml").write_text("a: &a {k: 1}\nb: &b {k: 2, m: 3}\nc:\n  <<: [*a, *b]\n")
    source = load(Path("a.yaml"))
    assert source.data["c"] == {"k": 1, "m": 3}
    assert str(source.locate(("c", "k"))) == "a.yaml:1:11"
    assert str(source.locate(("c", "m"))) == "a.yaml:2:17"


def test_a_key_that_was_quoted_before_is_still_a_trap_without_quotes() -> None:
    Path("a.yaml").write_text('a: {"010": 1}\nb: {010: 1}\nc: {010: 2}\n')
    assert [str(finding.where) for finding in load(Path("a.yaml")).findings] == ["a.yaml:2:5", "a.yaml:3:5"]


def test_columns_count_characters_and_odd_line_ends_do_not_count_as_lines() -> None:
    """YAML ends a line at U+2028, editors do not; a byte order mark is no column."""
    Path("a.yaml").write_text('\ufeff# ä\u2028"ä\U0001f600": {é: 1}\n')
    source = load(Path("a.yaml"))
    assert str(source.locate(("ä\U0001f600", "é"))) == "a.yaml:1:15"


def test_nothing_to_locate() -> None:
    Path("a.yaml").write_text("")
    assert load(Path("a.yaml")).locate(("a",)) is None


def test_names_are_relative_to_here_and_else_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("inv/sub").mkdir(parents=True)
    Path("inv/sub/a.yaml").write_text("a: 1")
    assert str(load(tmp_path / "inv").locate(("a",))) == "inv/sub/a.yaml:1:4"
    monkeypatch.chdir(tmp_path / "inv" / "sub")
    assert str(load(Path("..")).locate(("a",))) == "a.yaml:1:4"
    Path("../other").mkdir()
    monkeypatch.chdir(tmp_path / "inv" / "other")
    assert str(load(Path("../sub")).locate(("a",))) == "../sub/a.yaml:1:4"
    assert str(load(tmp_path / "inv/sub/a.yaml").locate(("a",))) == f"{tmp_path}/inv/sub/a.yaml:1:4"


SECRETS = [
    ("md5: hunter2\nx: 010\n", "md5: ••••"),
    ("md5: 'hunter2 # no comment'  # why\n", "md5: ••••  # why"),
    ("a: {key: hunter2, vlan: 010}\n", "a: {key: ••••, vlan: 010}"),
    ("psk: env:KEY\n", "psk: env:KEY"),
    ('secret: "file:/etc/key"\n', 'secret: "file:/etc/key"'),
    ("password: {primary: hunter2, secondary: env:B}\n", "password: {primary: ••••, secondary: env:B}"),
    ("cak: [hunter2, hunter3]\n", "cak: [••••, ••••]"),
    ("vlan: 1 # md5: hunter2\n", "vlan: 1 # md5: ••••"),
    ("psk: !t hunter2\n", "psk: ••••"),
    ("shared: &s hunter2\nmd5: *s\n", "shared: ••••"),
    ("x: 1\nmd5: 'hunter2\n", "md5: ••••"),
    ("x: 1\nmd5:\n  hunter2: a: b\n", "••••"),
    ("md5: hunter2\nmd5: hunter3\n", "md5: ••••"),
    ("md5: 0123\n", "md5: ••••"),
    ("md5: *hunter2\n", "md5: ••••"),
    ("k: &k 0123\nmd5: *k\n", "k: ••••"),
]


@pytest.mark.parametrize(("text", "shown"), SECRETS)
def test_secrets_are_masked_in_every_line_shown(text: str, shown: str) -> None:
    Path("a.yaml").write_text(text)
    source = load(Path("a.yaml"))
    places = [source.locate((key, part)) for key in source.data for part in (0, "key", "primary", "x")]
    places += [source.locate((key,)) for key in source.data]
    places += [finding.where for finding in source.findings]
    places += [related.where for finding in source.findings for related in finding.related]
    assert shown in [where.text for where in places if where]
    everything = f"{places} {source.findings} {source.acknowledgements}"
    assert not any(secret in everything for secret in ("hunter", "0123"))


def test_the_length_of_a_secret_does_not_show() -> None:
    Path("a.yaml").write_text("md5: hunter2hunter2hunter2\n")
    where = load(Path("a.yaml")).locate(("md5",))
    assert where is not None
    assert where.length == 4


def test_a_long_chain_of_merges() -> None:
    """Every mapping merges the one before twice: each is looked at once, however many ways lead to it."""
    chain = "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}\n" for n in range(1, 300))
    Path("a.yaml").write_text("a0: &a0 {first: 1}\n" + chain + "md5: {<<: *a299}\n")
    source = load(Path("a.yaml"))
    assert str(source.locate(("a299", "first"))) == "a.yaml:1:17"
    assert str(source.locate(("a299", "absent"))) == "a.yaml:300:1"
