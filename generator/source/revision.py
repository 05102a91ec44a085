"""The inventory as it was at a revision of its git repository, laid out in a folder.

Blobs are read as they are (no filters, no hooks, no network), and only plain files inside of the
inventory's folder: a symbolic link could lead anywhere, so one is refused.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

MOST_FILES: Final = 20_000
MOST_BYTES: Final = 256 << 20


class RevisionError(Exception):
    """The revision cannot be had; the text says why, ``fix`` what to do."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


class Revision(NamedTuple):
    """An inventory of the past."""

    path: Path
    """Where it is laid out, as long as the context lasts."""
    commit: str
    """The full name of its commit."""


class _Blob(NamedTuple):
    name: str
    path: str


@contextmanager
def at_revision(inventory: Path, revision: str) -> Iterator[Revision]:
    """The inventory of ``revision`` in a temporary folder.  Raises `RevisionError`."""
    place = inventory.resolve()
    folder = place if place.is_dir() else place.parent
    top = Path(os.fsdecode(_top(folder, inventory)))
    commit = _commit(top, revision)
    below = place.relative_to(top).as_posix()
    blobs = list(_blobs(top, commit, below, inventory))
    if not blobs:
        raise RevisionError(
            f"there is no {inventory} in revision {revision}", "name a revision in which the inventory exists"
        )
    with TemporaryDirectory(prefix="peerwright-") as temporary:
        root = Path(temporary) / place.name
        _lay_out(top, blobs, root, below, single=not place.is_dir())
        yield Revision(root, commit)


def _top(folder: Path, inventory: Path) -> bytes:
    code, out, _ = _git(folder, "rev-parse", "--show-toplevel")
    if code:
        raise RevisionError(
            f"{inventory} is not in a git repository", "keep the inventory in git, or compare with --running"
        )
    return out.rstrip(b"\n")


def _commit(top: Path, revision: str) -> str:
    code, out, _ = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if code or not revision.strip():
        raise RevisionError(
            f"there is no revision {revision!r} in the repository", "name a commit, a tag or a branch: HEAD~1, main"
        )
    return out.decode().strip()


def _blobs(top: Path, commit: str, below: str, inventory: Path) -> Iterator[_Blob]:
    paths = [] if below == "." else ["--", below]
    code, out, said = _git(top, "ls-tree", "-r", "-z", "--full-tree", commit, *paths)
    if code:
        raise RevisionError(
            f"git cannot list {inventory} at {commit[:12]}: {said}", "see whether `git fsck` is content"
        )
    for number, entry in enumerate(out.split(b"\0")):
        if not entry:
            continue
        if number > MOST_FILES:
            raise RevisionError(
                f"{inventory} has more than {MOST_FILES:,} files at {commit[:12]}", "is it an inventory?"
            )
        head, _, raw = entry.partition(b"\t")
        mode, kind, name = head.decode().split()
        path = os.fsdecode(raw)
        if kind != "blob" or mode == "120000" or ".." in Path(path).parts:
            what = "a symbolic link" if mode == "120000" else "not a plain file"
            raise RevisionError(
                f"{path} is {what} at {commit[:12]}", "an inventory is plain files inside of its folder"
            )
        yield _Blob(name, path)


def _lay_out(top: Path, blobs: list[_Blob], root: Path, below: str, *, single: bool) -> None:
    wanted = "".join(f"{blob.name}\n" for blob in blobs).encode()
    code, out, said = _git(top, "cat-file", "--batch", stdin=wanted)
    if code or len(out) > MOST_BYTES:
        raise RevisionError(
            f"git cannot read the files: {said or 'they are too large'}", "see whether `git fsck` is content"
        )
    start = 0
    for blob in blobs:
        end = out.index(b"\n", start)
        header = out[start:end].split()
        if len(header) != 3:
            raise RevisionError(f"git has no content for {blob.path}", "fetch the whole repository")
        size = int(header[2])
        target = root if single else root / Path(blob.path).relative_to("" if below == "." else below)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(out[end + 1 : end + 1 + size])
        start = end + size + 2


def _git(folder: Path, *words: str, stdin: bytes = b"") -> tuple[int, bytes, str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "LC_ALL": "C",
    }
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and no word of the user's can be an option
            ["git", "-C", str(folder), *words],  # noqa: S607 - git of the user's path
            input=stdin,
            capture_output=True,
            check=False,
            env=environment,
        )
    except FileNotFoundError:
        raise RevisionError("git is not installed", "install git, or compare with --running") from None
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip()
