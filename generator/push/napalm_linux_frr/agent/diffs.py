"""What a commit would change: of FRR the lines to delete and to add, of the others a unified diff."""

from __future__ import annotations

import difflib
import os
import re
import sys
import tempfile

from .files import ORDER, RELOAD, Box, Files, Refused, run


def compare(box: Box, files: Files) -> str:
    """What a commit would change: of FRR the lines to delete and to add, of the others a unified diff."""
    parts = []
    for name in ORDER:
        if name in files:
            part = compare_frr(files[name]) if name == "frr.conf" else unified(name, box.text(name), files[name])
            if part:
                parts.append(part)
    return "\n".join(parts)


def unified(name: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"{name} (now)", f"{name} (candidate)", lineterm=""
    )
    return "".join(f"{line}\n" for line in lines)


def compare_frr(text: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "frr.conf")
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(text)
        status, said = run([sys.executable, RELOAD, "--test", "--stdout", "--log-level", "error", path])
        if status:
            raise Refused("compare", f"frr-reload.py --test: {said.strip()[-500:]}")
    lines = changed_lines(said)
    return f"--- frr.conf (now)\n+++ frr.conf (candidate)\n{''.join(lines)}" if lines else ""


def changed_lines(said: str) -> list[str]:
    """frr-reload repeats the lines that lead to each command; here they come once.

    The version line never compares equal: the file has 8.4, a running FRR 8.4.4.
    """
    sign = ""
    context: list[str] = []
    lines: list[str] = []
    for line in said.splitlines():
        if line.startswith(("Lines To Delete", "Lines To Add")):
            sign, context = ("-" if "Delete" in line else "+"), []
        elif sign and line.strip("=").strip() and not line.startswith("frr version "):
            depth = len(line) - len(line.lstrip())
            if depth < len(context) and context[depth] == line:
                continue
            context = [*context[:depth], line]
            # What is deleted is said as a command: `no set …`.
            shown = re.sub(r"^(\s*)no ", r"\1", line) if sign == "-" else line
            lines.append(f"{sign}{shown}\n")
    return lines
