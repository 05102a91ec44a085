"""Reading bytes from disk, and refusing what is no text, without ever waiting for a device or a FIFO."""

from __future__ import annotations

import os
import stat

from generator.model.finding import Finding
from generator.source.problems import MAX_BYTES, about_file

_AT_LEAST = 65536
"""Some file systems give no size."""


def read_bytes(path: str, name: str) -> bytes | Finding:
    """The content of an ordinary file, or what is wrong with it."""
    try:
        refused = _refused(os.stat(path), name)  # noqa: PTH116 - a Path a file costs more than reading it
        if refused is not None:
            return refused
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as stream:  # noqa: PTH123 - by descriptor, so that it is the file that was looked at
            status = os.fstat(handle)
            refused = _refused(status, name)
            return refused or stream.read(max(status.st_size, _AT_LEAST))  # bounded: it may grow while it is read
    except (OSError, ValueError) as error:
        return unreadable(error, name)


def _refused(status: os.stat_result, name: str) -> Finding | None:
    if not stat.S_ISREG(status.st_mode):
        return about_file("SRC-004", name, f"{name} is not an ordinary file", "give an ordinary file or a directory")
    if status.st_size > MAX_BYTES:
        message = f"{name} has {status.st_size / 2**20:,.0f} MB, at most {MAX_BYTES // 2**20} MB are read"
        return about_file("SRC-005", name, message, "split it, one file a customer for example")
    return None


def unreadable(error: OSError | ValueError, name: str) -> Finding:
    """The finding for what the operating system refused."""
    if isinstance(error, FileNotFoundError):
        return about_file("SRC-001", name, f"{name} does not exist", "check the spelling")
    if isinstance(error, PermissionError):
        return about_file("SRC-002", name, f"no permission to read {name}", "give the user the right to read it")
    if isinstance(error, ValueError):  # a NUL in the path
        return about_file("SRC-001", name, f"{name!r} cannot be the name of a file", "check the spelling")
    reason = error.strerror or type(error).__name__
    return about_file("SRC-002", name, f"{name} cannot be read: {reason}", "check the path and the disk")


def not_text(data: bytes, name: str) -> Finding | None:
    """What keeps ``data`` from being UTF-8 text, if anything."""
    fix = "save it as UTF-8 text"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_utf16(data):
        return about_file("SRC-008", name, f"{name} is UTF-16 text, UTF-8 was expected", fix)
    if b"\0" in data:
        return about_file(
            "SRC-008", name, f"{name} is binary: a NUL byte at offset {data.index(0)}", "give a YAML file"
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{name} is not UTF-8: byte 0x{data[error.start]:02X} at offset {error.start}, in line {line}"
        return about_file("SRC-008", name, message, fix)
    return None


def _looks_utf16(data: bytes) -> bool:
    """Text in UTF-16 without a byte order mark: every second byte of its beginning is NUL."""
    head = data[:64]
    return len(head) >= 4 and ((not any(head[1::2]) and all(head[::2])) or (not any(head[::2]) and all(head[1::2])))
