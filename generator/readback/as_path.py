"""Whether an AS path matches a pattern, in the regular expressions of each family of routers.

IOS and FRR search a POSIX expression in the path as text, where ``_`` stands for a boundary.  Junos
matches the *whole* path with an expression whose atoms are AS numbers, not characters (PLT-JUN-19).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from generator.model.facts import AsPathList, AsPathPattern

AsPath = tuple[int, ...]
PathTest = Callable[[AsPath], bool]

_BOUNDARY: Final = r"(?:^|$|[ ,{}()])"
_JUNOS_TOKEN: Final = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|(\{\d+(?:,\d*)?\})|([.*+?|()^$]))")


@lru_cache(maxsize=4096)
def path_test(pattern: AsPathPattern) -> PathTest:
    """The pattern as a function of an AS path.  An expression that no router would take matches nothing."""
    asn = pattern.asn
    match pattern.kind:
        case "starts":
            return lambda path: bool(path) and path[0] == asn
        case "contains":
            return lambda path: asn in path
        case "any":
            return lambda _path: True
        case "empty":
            return lambda path: not path
    try:
        return _junos(pattern.text) if pattern.dialect == "junos" else _posix(pattern.text)
    except (ValueError, re.error):
        return lambda _path: False


def list_permits(entries: AsPathList, path: AsPath) -> bool:
    """The first entry that matches decides; nothing matched is deny."""
    for entry in entries.entries:
        pattern = entry.pattern
        # The two that peerwright writes, without the detour over the cache.
        if pattern.kind == "starts":
            found = bool(path) and path[0] == pattern.asn
        elif pattern.kind == "contains":
            found = pattern.asn in path
        else:
            found = path_test(pattern)(path)
        if found:
            return entry.permit
    return False


def _posix(text: str) -> PathTest:
    """``_`` is the start, the end, a blank, a comma or a bracket; inside ``[…]`` it is itself."""
    parts = re.split(r"(\[\^?\]?[^\]]*\]|\\.)", text)
    parts[::2] = [part.replace("_", _BOUNDARY) for part in parts[::2]]
    search = re.compile("".join(parts)).search
    return lambda path: search(" ".join(map(str, path))) is not None


def _junos(text: str) -> PathTest:
    """Each AS number becomes one token ``12076;``, so that operators act on whole numbers."""
    out, position = "", 0
    body = text.strip().strip('"').strip()
    while position < len(body):
        token = _JUNOS_TOKEN.match(body, position)
        if token is None:
            raise ValueError(f"{text!r} is not a Junos AS path expression")
        position = token.end()
        number, count, sign = token.groups()
        if number:
            high, _, low = number.partition(".")
            out += f"(?:{(int(high) << 16) + int(low) if low else int(high)};)"
        elif count:
            out += count
        elif sign == "(":
            out += "(?:"
        elif sign not in "^$":
            out += r"(?:\d+;)" if sign == "." else sign
    whole = re.compile(out).fullmatch
    return lambda path: whole("".join(f"{asn};" for asn in path)) is not None
