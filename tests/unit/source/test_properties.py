"""Whatever stands in a file, loading gives values and findings, never a traceback; and every place is the right one."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model.finding import DataPath
from generator.source import Source, build, events, load, positions

_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda n: "e" not in repr(n)),
    _WORDS,
)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_WORDS, inner, max_size=4), max_leaves=12
)
_MAPPINGS = st.dictionaries(_WORDS.filter(lambda key: key != "include"), _VALUES, min_size=1, max_size=5)
_PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "a: ",
                "b:",
                "- ",
                "\n",
                "\n  ",
                "\n\t",
                "[",
                "]",
                "{",
                "}",
                ", ",
                ": ",
                "? ",
                "&x ",
                "*x",
                "<<: ",
                "!!int ",
                "!t ",
            ),
            *(
                "'",
                '"',
                "|\n",
                ">-\n ",
                "# c\n",
                "# peerwright: accept INV-1 so\n",
                "---\n",
                "...\n",
                "%YAML 1.1\n",
                "010",
                "no",
            ),
            *(
                "md5: ",
                "include: ",
                "12:30",
                "\r\n",
                "\r",
                "\x85",
                "\u2028",
                "ä",
                "\U0001f600",
                "\ufeff",
                "\0",
                "\x07",
                "@",
                "`",
            ),
        ]
    ),
    max_size=25,
).map("".join)


def _load(data: bytes) -> Source:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "a.yaml"
        path.write_bytes(data)
        return load(path)


def _walk(source: Source) -> None:
    """Ask for everything that can be asked for."""
    for path, _ in _paths(source.data):
        for on_key in (False, True):
            where = source.locate(path, on_key=on_key)
            assert where is not None
            assert where.line >= 1
            assert where.column >= 1
        source.acknowledgement_for("INV-1", path)
    source.locate(("nowhere", 0, "to", "be", "found"))


def _paths(value: object, path: DataPath = ()) -> list[tuple[DataPath, object]]:
    children: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    found: list[tuple[DataPath, object]] = []
    for part, child in children:
        found += [((*path, part), child), *_paths(child, (*path, part))]
    return found


@pytest.fixture(params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers, one after the other."""
    chosen = events.libyaml_events if request.param == "libyaml" else events.pure_events
    monkeypatch.setattr(build, "events_of", chosen)
    monkeypatch.setattr(positions, "events_of", chosen)
    return str(request.param)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_source(data: bytes) -> None:
    _walk(_load(data))


@settings(max_examples=300)
@given(text=_PIECES)
def test_any_pieces_of_yaml_give_a_source(text: str) -> None:
    source = _load(text.encode())
    _walk(source)
    for finding in source.findings:
        assert finding.fix
        assert finding.where is not None


@pytest.mark.usefixtures("parser")
def test_any_pieces_of_yaml_give_a_source_with_both_parsers() -> None:
    @settings(max_examples=100, database=None)
    @given(text=_PIECES)
    def check(text: str) -> None:
        _walk(_load(text.encode()))

    check()


@given(values=_MAPPINGS, flow=st.booleans(), width=st.sampled_from([20, 10_000]))
def test_what_was_dumped_is_loaded_and_found_again(values: dict[str, object], flow: bool, width: int) -> None:
    """PyYAML writes it, we read it: the same values, and at every place the text of that very value."""
    text = yaml.safe_dump(
        values, default_flow_style=flow, width=width, allow_unicode=True, sort_keys=False, default_style='"'
    )
    source = _load(text.encode())
    assert source.findings == []
    assert source.data == values
    for path, value in _paths(values):
        where = source.locate(path)
        assert where is not None
        written = where.text[where.column - 1 :]
        if any(part in ("md5", "psk", "key", "password", "secret", "cak") for part in path):
            continue
        if isinstance(value, str) and written[0] == '"' and len(written) > 1 and "\n" not in value:
            assert yaml.safe_load(_quoted(text, where.line, where.column)) == value
        key = source.locate(path, on_key=True)
        assert key is not None
        if isinstance(path[-1], str) and len(path[-1]) < 8:
            assert yaml.safe_load(key.text[key.column - 1 : key.column - 1 + key.length]) == path[-1]


def _quoted(text: str, line: int, column: int) -> str:
    """The double-quoted text that starts at a place."""
    rest = "\n".join(text.split("\n")[line - 1 :])[column - 1 :]
    end = 1
    while rest[end] != '"':
        end += 2 if rest[end] == "\\" else 1
    return rest[: end + 1]


@given(values=_MAPPINGS)
def test_a_plain_dump_changes_no_value_silently(values: dict[str, object]) -> None:
    """Without forced quotes a value may stay text; then a finding stands on its line."""
    source = _load(yaml.safe_dump(values, allow_unicode=True, sort_keys=False).encode())
    trapped = {finding.path for finding in source.findings if finding.rule == "INV-073"}
    for path, value in _paths(values):
        read = _value(source.data, path)
        same = type(read) is type(value) and (
            read == value or (isinstance(value, float) and math.isclose(value, float(str(read))))
        )
        assert same or path in trapped


def _value(data: object, path: DataPath) -> object:
    for part in path:
        data = data[part]  # type: ignore[index]
    return data
