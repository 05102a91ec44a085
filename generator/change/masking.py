"""Config lines without their keys, so that they can be shown and compared.

What hides a key must not depend on knowing the line: running configs are full of lines that are not
ours.  So everything behind a word that announces a key is hidden, whatever it is and however it is
encoded.  Too much hidden is a nuisance, too little a leak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from generator.model.secret import MASK, Secret

_ANNOUNCED: Final = re.compile(
    r"(?P<before>^.*?(?<![\w-])(?:"
    r"(?:\S+-)?passw(?:or)?d|passphrase|secret|(?:\S+-)?psk|authentication-key|message-digest-key\s+\S+\s+\S+|key-string"
    r"|pre-shared-key(?:\s+(?:local|remote|address\s+\S+(?:\s+\S+)?|hostname\s+\S+))?"
    r"|(?:isakmp|server|tacacs|tacacs-server|radius|radius-server)(?:\s+\S+)*?\s+key|cak|simple-password"
    r"|snmp-server\s+community|snmp\s+community|ascii-text|hexadecimal)"
    r"(?:\s*=\s*|\s+))(?P<key>\S.*)$",
    re.IGNORECASE,
)
_BLOCK: Final = re.compile(r"\{\s*$")
_LEFT: Final = re.compile(r"^(?P<before>key\s+(?:\d\s+)?)(?P<key>\S{6,}.*)$")


class Masker:
    """Hides keys in lines: those that are announced, and the known ones wherever they stand."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        known = {one.reveal() for one in secrets if one.known}
        self._known = sorted((one for one in known if len(one) > 3), key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, self._known))) if self._known else None

    def __call__(self, line: str) -> str:
        """The line, `MASK` in place of its key."""
        shown = line if self._any is None else self._any.sub(MASK, line)
        found = _ANNOUNCED.match(shown) or _LEFT.match(shown)
        if found is None or _BLOCK.search(found["key"]):
            return shown
        return f"{found['before'].rstrip() if found['before'].endswith('  ') else found['before']}{MASK}"
