"""Keys of the lab's own, so that nobody needs a real one to try an inventory, and none is ever on a lab's disk."""

from __future__ import annotations

import secrets
from base64 import b32encode
from hashlib import blake2b
from pathlib import Path

from generator.inventory.secrets import SecretStore
from generator.model.finding import DataPath
from generator.model.secret import Secret


class LabSecrets(SecretStore):
    """A key for each reference, the same one wherever it is written; another lab has others.

    Letters and digits, as MD5 keys must be (ER-BGP-03) and pre-shared keys may be (IPS-PSK-04); of a
    MACsec key, hexadecimal digits (ER-MACS-03).  Clear text in the inventory is not used either.
    """

    def __init__(self, seed: bytes | None = None) -> None:
        super().__init__(Path())
        self._seed = secrets.token_bytes(32) if seed is None else seed

    def get(self, text: str, path: DataPath) -> Secret:
        """The lab's key for what is written at ``path``."""
        digest = blake2b(text.encode(), key=self._seed, digest_size=32).digest()
        key = digest.hex() if path and path[-1] == "cak" else "K" + b32encode(digest).decode()[:23]
        return Secret(key, text)
