"""Words without quotes: what they mean here, and what a YAML 1.1 reader says.  PyYAML, which is one, is the witness."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.source.traps import Trap, plain_value

VALUES = {
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    "0": 0,
    "12076": 12076,
    "-5": -5,
    "1.5": 1.5,
    "-0.25": -0.25,
    ".5": 0.5,
    "2.": 2.0,
    "1.5e+3": 1500.0,
    "9" * 40: int("9" * 40),
}
TEXTS = [
    *(
        "12076:5010",
        "65515:100",
        "fd12:76::1",
        "2001:db8::1",
        "::1",
        "00:11:22:33:44:55",
        "aa:bb:cc:dd:ee:ff",
        "10.0.0.0/30",
        "10.0.0.1",
    ),
    *(
        "truely",
        "nope",
        "Yesterday",
        "nO",
        "tRUE",
        "-",
        "--",
        "+",
        ".",
        "..",
        "1.2.3",
        "10.0.0.1:80",
        "²",
        "1²",
        "٣",
        "12:60",
        "0:61",
    ),
    *("Te0/0/0", "0/0/0", "ge-0/0/0", "1a", "env:KEY", "2026-01", "2026-1-1", "v1", "None", "nan", "inf", "e3"),
]
TRAPS = {
    "010": "a YAML 1.1 reader takes it for the number 8",
    "0123": "a YAML 1.1 reader takes it for the number 83",
    "00": "a YAML 1.1 reader takes it for the number 0",
    "-010": "a YAML 1.1 reader takes it for the number -8",
    "08": "a YAML 1.1 reader takes it for text, a YAML 1.2 reader for the number 8",
    "-0": "a YAML 1.1 reader takes it for the number -0",
    "0x1_F": "a YAML 1.1 reader takes it for the number 31",
    "0b1": "a YAML 1.1 reader takes it for the number 1",
    "0b_": "a YAML 1.1 reader takes it for a number, and fails",
    "0o10": "a YAML 1.1 reader takes it for text, a YAML 1.2 reader for the number 8",
    "1_000": "a YAML 1.1 reader takes it for the number 1000",
    "+1": "a YAML 1.1 reader takes it for the number 1",
    "12:30": "a YAML 1.1 reader takes it for the number 750",
    "65000:10": "a YAML 1.1 reader takes it for the number 3900010",
    "12:34:56:07:08:09": "a YAML 1.1 reader takes it for the number 9783961689",
    "1:30.5": "a YAML 1.1 reader takes it for the number 90.5",
    "2026-01-01": "a YAML 1.1 reader takes it for the date 2026-01-01",
    "2026-02-30": "a YAML 1.1 reader takes it for a date, which does not exist, and fails",
    "2026-01-01 10:00:00": "a YAML 1.1 reader takes it for the time 2026-01-01 10:00:00",
    "1e3": "a YAML 1.1 reader takes it for text, a YAML 1.2 reader for the number 1000.0",
    "1.5e3": "a YAML 1.1 reader takes it for text, a YAML 1.2 reader for the number 1500.0",
    ".inf": "a YAML 1.1 reader takes it for infinity",
    "-.INF": "a YAML 1.1 reader takes it for minus infinity",
    ".nan": "a YAML 1.1 reader takes it for not-a-number",
    "010.5": "a YAML 1.1 reader takes it for the number 10.5",
    "9" * 41: "a YAML 1.1 reader takes it for a number of 41 digits",
    **dict.fromkeys(["yes", "Yes", "YES", "on", "On", "ON", "y", "Y"], "a YAML 1.1 reader takes it for true"),
    **dict.fromkeys(["no", "No", "NO", "off", "Off", "OFF", "n", "N"], "a YAML 1.1 reader takes it for false"),
    **dict.fromkeys(["<<", "="], "a YAML 1.1 reader takes it for a merge or value mark and refuses it as text"),
}


@pytest.mark.parametrize(("text", "value"), VALUES.items())
def test_values(text: str, value: object) -> None:
    read = plain_value(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", TEXTS)
def test_texts(text: str) -> None:
    assert plain_value(text) == text


@pytest.mark.parametrize(("text", "reading"), TRAPS.items())
def test_traps(text: str, reading: str) -> None:
    assert plain_value(text) == Trap(text, reading)


_RESOLVER = yaml.resolver.Resolver()


@given(
    st.one_of(
        st.text("0123456789_:.+-xboeE", min_size=1, max_size=8),
        st.text("yYeEsSnNoOfFtTrRuUaAlL~=<", min_size=1, max_size=5),
    )
)
def test_pyyaml_agrees(text: str) -> None:
    """What stays text without a word is text for PyYAML; what becomes a value is the same value there."""
    read = plain_value(text)
    tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False)).rpartition(":")[2]
    if isinstance(read, str):
        assert tag == "str"
    elif not isinstance(read, Trap):
        assert yaml.safe_load(text) == read
    elif tag == "str":
        assert "YAML 1.2 reader" in read.reading or text in "yYnN"
