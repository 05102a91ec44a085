"""Words without quotes: what they mean, and which of them YAML 1.1 and YAML 1.2 read differently.

A value means what the core schema of YAML 1.2 says, as far as it is beyond doubt: ``true``, ``false``,
``null``, ``~``, whole numbers without leading zero, ethertypes and the like in hexadecimal (``0x8100``), and plain
decimals.  A word that only one of the two
versions takes for something else than text, or both in a way people do not expect (``+1``), stays text and is a trap: INV-073.
"""

from __future__ import annotations

import re
from datetime import date
from math import isfinite
from typing import Final

import msgspec


class Trap(msgspec.Struct, frozen=True):
    """A word that is kept as text, because readers differ about it."""

    text: str
    reading: str
    """Who reads it as what: ``a YAML 1.1 reader takes it for the number 8``."""


Plain = str | int | float | bool | None

_CORE_WORDS: Final[dict[str, Plain]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TRUE_1_1: Final = frozenset(["yes", "Yes", "YES", "on", "On", "ON", "y", "Y"])
_FALSE_1_1: Final = frozenset(["no", "No", "NO", "off", "Off", "OFF", "n", "N"])
_SPECIAL: Final = frozenset("+-.0123456789")
"""First characters of everything that any version may take for a number or a date."""
_MAX_DIGITS: Final = 40

# YAML 1.1, character by character as PyYAML 6 resolves it.
_INT_1_1: Final = re.compile(
    r"[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+"
)
_FLOAT_1_1: Final = re.compile(
    r"[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?"
    r"|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*"
    r"|[-+]?\.(?:inf|Inf|INF)"
    r"|\.(?:nan|NaN|NAN)"
)
_TIMESTAMP_1_1: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \t]+)[0-9][0-9]?:[0-9][0-9]:[0-9][0-9](?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9][0-9])?))?"
)
# YAML 1.2.2, chapter 10.3.2.
_INT_1_2: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT_1_2: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_HEX_OF_BOTH: Final = re.compile(r"0x[0-9a-fA-F]{1,8}")
_FLOAT_OF_BOTH: Final = re.compile(r"(?:-?(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?")


def plain_value(text: str) -> Plain | Trap:
    """What an unquoted word means, or the trap that it is.

    >>> plain_value("12076"), plain_value("12076:5010"), plain_value("true")
    (12076, '12076:5010', True)
    >>> plain_value("010").reading
    'a YAML 1.1 reader takes it for the number 8'
    """
    if text[:1] in _SPECIAL:
        return _number(text)
    if len(text) > 5:  # longer than "false", the longest of the words
        return text
    if text in _CORE_WORDS:
        return _CORE_WORDS[text]
    if text in _TRUE_1_1 or text in _FALSE_1_1:
        return Trap(text, f"a YAML 1.1 reader takes it for {'true' if text in _TRUE_1_1 else 'false'}")
    if text in ("<<", "="):
        return Trap(text, "a YAML 1.1 reader takes it for a merge or value mark and refuses it as text")
    return text


def _number(text: str) -> Plain | Trap:
    """A word that starts like a number or a date."""
    if text.isdigit() and text.isascii() and (text[0] != "0" or text == "0") and len(text) <= _MAX_DIGITS:
        return int(text)
    if "/" in text or text.count(".") > 1:  # prefixes and IPv4 addresses: no number or date has these
        return text
    return _odd(text)


def _odd(text: str) -> Plain | Trap:
    """The rare forms."""
    if text[0] == "-" and text[1:].isdigit() and text.isascii() and text[1] != "0" and len(text) <= _MAX_DIGITS:
        return int(text)
    if _HEX_OF_BOTH.fullmatch(text):
        return int(text, 16)
    if _FLOAT_OF_BOTH.fullmatch(text) and isfinite(float(text)):
        return float(text)
    old = _read_1_1(text)
    if old:
        return Trap(text, f"a YAML 1.1 reader takes it for {old}")
    if _INT_1_2.fullmatch(text) or _FLOAT_1_2.fullmatch(text):
        return Trap(text, f"a YAML 1.1 reader takes it for text, a YAML 1.2 reader for the number {_number_1_2(text)}")
    return text


def _read_1_1(text: str) -> str:
    """What YAML 1.1 makes of it; empty: text."""
    if _TIMESTAMP_1_1.fullmatch(text):
        return _moment(text)
    if _INT_1_1.fullmatch(text):
        return _int_1_1(text)
    if _FLOAT_1_1.fullmatch(text):
        return _float_1_1(text)
    return ""


def _moment(text: str) -> str:
    """A date or a time; one that the calendar lacks makes the reader fail."""
    words = text.replace("T", " ").replace("t", " ").split()
    year, month, day = words[0].split("-")
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return "a date, which does not exist, and fails"
    return f"the date {words[0]}" if len(words) == 1 else f"the time {text}"


def _int_1_1(text: str) -> str:
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text.lstrip("+"))
    digits = digits.replace("_", "")
    if len(digits) > _MAX_DIGITS:
        return f"a number of {len(digits)} digits"
    try:
        return f"the number {sign}{_whole(digits)}"
    except ValueError:  # "0b_", "0x_", "0_": match, and cannot be converted
        return "a number, and fails"


def _whole(digits: str) -> int:
    """A whole number of YAML 1.1 without sign and underscores.  Raises ``ValueError``."""
    if digits.startswith("0b"):
        return int(digits[2:], 2)
    if digits.startswith("0x"):
        return int(digits[2:], 16)
    if ":" in digits:
        return int(_sixty(digits))
    return int(digits, 8) if digits[0] == "0" and len(digits) > 1 else int(digits)


def _sixty(digits: str) -> float:
    """Minutes and seconds: to the base of 60."""
    total = 0.0
    for part in digits.split(":"):
        total = total * 60 + float(part)
    return total


def _float_1_1(text: str) -> str:
    digits = text.replace("_", "").lower()
    if digits.endswith("inf"):
        return "minus infinity" if digits[0] == "-" else "infinity"
    if digits.endswith("nan"):
        return "not-a-number"
    if ":" in digits:
        sign = "-" if digits[0] == "-" else ""
        return f"the number {sign}{_sixty(digits.lstrip('+-'))}"
    return f"the number {float(digits)}"


def _number_1_2(text: str) -> str:
    if text.startswith("0o"):
        return str(int(text[2:][:_MAX_DIGITS], 8))
    digits = text.lstrip("+-")
    if digits.isdigit():
        return f"{'-' * (text[0] == '-')}{digits.lstrip('0') or '0'}"
    return str(float(text))
