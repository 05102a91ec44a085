"""Several files as one text, as NAPALM's drivers take a candidate: before each file a line ``# file: NAME``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_HEAD: Final = re.compile(r"# file: (\S+)")


class BundleError(ValueError):
    """The text is not a bundle; the message says why."""


def join(files: Mapping[str, str]) -> str:
    """One text of several files, in the order given."""
    return "".join(
        [
            f"# file: {name}\n{text if text.endswith(chr(10)) or not text else text + chr(10)}"
            for name, text in files.items()
        ]
    )


def split(text: str, known: tuple[str, ...]) -> dict[str, str]:
    """The files of a bundle.  `BundleError` for text before the first head, an unknown or a repeated file."""
    files: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        head = _HEAD.fullmatch(line.rstrip("\n"))
        if head is not None:
            name = head[1]
            if name not in known:
                raise BundleError(f"line {number}: there is no file {name}; this driver writes {', '.join(known)}")
            if name in files:
                raise BundleError(f"line {number}: file {name} stands twice in the bundle")
            lines = files[name] = []
        elif lines is not None:
            lines.append(line)
        elif line.strip():
            raise BundleError(f"line {number}: text before the first line '# file: NAME'")
    if not files:
        raise BundleError("the candidate is empty: it needs a line '# file: NAME' before each file")
    return {name: "".join(found) for name, found in files.items()}
