"""Secrets by reference: ``env:NAME``, ``file:PATH``.  Clear text works, and is a warning (INV-068)."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from generator.model.finding import DataPath, Finding, Severity
from generator.model.secret import Secret

_MOST = 4096
"""Bytes; a key file that is longer is not a key file."""


def is_reference(text: str) -> bool:
    return text.startswith(("env:", "file:"))


class SecretStore:
    """Resolves references once each and remembers what could not be resolved."""

    def __init__(self, root: Path) -> None:
        self.root = root if root.is_dir() else root.parent
        self.findings: list[Finding] = []
        self._cache: dict[str, tuple[Secret, str]] = {}

    def get(self, text: str, path: DataPath) -> Secret:
        """The secret behind a field's text.  One that cannot be had is a finding and an unknown `Secret`."""
        if not is_reference(text):
            return Secret(text, "clear text")
        if text not in self._cache:
            self._cache[text] = self._resolve(text)
        secret, trouble = self._cache[text]
        if trouble:
            self.findings.append(
                Finding(
                    rule="SEC-001",
                    severity=Severity.ERROR,
                    message=f"secret {text} {trouble}",
                    path=path,
                    fix=_fix(text),
                )
            )
        return secret

    def _resolve(self, reference: str) -> tuple[Secret, str]:
        kind, _, name = reference.partition(":")
        if kind == "env":
            value = os.environ.get(name)
            if not value:
                return Secret(None, reference), "cannot be resolved: the environment variable is " + (
                    "not set" if value is None else "empty"
                )
            return Secret(value, reference), ""
        return self._read(reference, self.root / Path(name).expanduser())

    def _read(self, reference: str, path: Path) -> tuple[Secret, str]:
        try:
            if not path.is_file():
                return Secret(None, reference), "cannot be resolved: there is no such file"
            with path.open("rb") as stream:
                raw = stream.read(_MOST + 1)
        except OSError as error:
            return Secret(None, reference), f"cannot be resolved: {error.strerror}"
        try:
            value = raw.decode().strip()
        except UnicodeDecodeError:
            return Secret(None, reference), "cannot be resolved: the file is not text"
        if not value or len(raw) > _MOST or "\n" in value:
            return Secret(None, reference), "cannot be resolved: the file must hold one line, the key"
        return Secret(value, reference), ""


def _fix(reference: str) -> str:
    kind, _, name = reference.partition(":")
    if kind == "env":
        return f"export {name} in the shell that runs peerwright"
    return f"put the key, alone on one line, into {name} (paths count from the inventory's folder)"


class PastSecrets(SecretStore):
    """The secrets of an earlier state of an inventory: what is not kept with it is taken from where it is now.

    Keys are seldom in version control, so the same reference stands for the same key.  One that is
    nowhere stands for itself: it is only compared, and shown masked.
    """

    def __init__(self, root: Path, now: Path) -> None:
        super().__init__(root)
        self._now = SecretStore(now)

    def _resolve(self, reference: str) -> tuple[Secret, str]:
        for resolve in (super()._resolve, self._now._resolve):
            secret, trouble = resolve(reference)
            if not trouble:
                return secret, ""
        return Secret(sha256(reference.encode()).hexdigest(), reference), ""
