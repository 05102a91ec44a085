"""Inventories on disk: those that come with peerwright, and texts of tests."""

from __future__ import annotations

import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def shipped(name: str) -> Path:
    """Folder of an inventory that comes with peerwright."""
    return ROOT / "inventories" / name


def written(text: str) -> Path:
    """A file with an inventory's text; the folder stays until the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="peerwright-test-"))
    (folder / "inventory.yaml").write_text(text)
    return folder / "inventory.yaml"
