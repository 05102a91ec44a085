"""Keys of the lab's own where the inventory's cannot be had, so that nobody needs a real one to try it."""

from __future__ import annotations

from base64 import b32encode
from hashlib import blake2b
from pathlib import Path

from generator.inventory.secrets import SecretStore
from generator.model.finding import DataPath
from generator.model.secret import Secret


class LabSecrets(SecretStore):
    """The key behind a reference where it can be resolved here; else one that only the lab knows.

    Of a lab's own: the same for the same text wherever it is written, so both ends have it, and a later
    command on a lab that is up has it too.  Letters and digits, as MD5 keys must be (ER-BGP-03) and
    pre-shared keys may be (IPS-PSK-04); of a MACsec key, hexadecimal digits (ER-MACS-03).
    Without a ``root`` nothing is resolved, and every key is the lab's own.
    """

    def __init__(self, root: Path | None = None, seed: bytes = b"lab") -> None:
        super().__init__(root or Path())
        self._resolves = root is not None
        self._seed = seed

    def get(self, text: str, path: DataPath) -> Secret:
        """The key for what is written at ``path``."""
        if self._resolves:
            found = super().get(text, path)
            if found.known:
                return found
            self.findings.clear()  # what cannot be had is not missed here
        digest = blake2b(text.encode(), key=self._seed, digest_size=32).digest()
        key = digest.hex() if path and path[-1] == "cak" else "K" + b32encode(digest).decode()[:23]
        return Secret(key, text)
