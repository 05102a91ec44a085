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


_HINT: Final = re.compile(r"pass|secret|psk|key|cak|communi|ascii|hexa", re.IGNORECASE)
"""In every line that announces a key; most lines have none of them."""
_PARTS: Final = re.compile(r"[\s\"';={}]+")
_SHORTEST: Final = 4
"""Letters; a shorter key would hide half of the config."""


class Masker:
    """Hides keys in lines: those that are announced, and the known ones wherever they stand."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        known = {one.reveal() for one in secrets if one.known}
        known = {one for one in known if len(one) >= _SHORTEST}
        self._odd = sorted((one for one in known if _PARTS.search(one)), key=len, reverse=True)
        self._words = known.difference(self._odd)

    def __call__(self, line: str) -> str:
        """The line, `MASK` in place of its key."""
        shown = self._without_known(line)
        if _HINT.search(shown) is None:
            return shown
        found = _ANNOUNCED.match(shown) or _LEFT.match(shown)
        if found is None or _BLOCK.search(found["key"]):
            return shown
        return f"{found['before']}{MASK}"

    def _without_known(self, line: str) -> str:
        for one in self._odd:
            line = line.replace(one, MASK)
        parts = _PARTS.split(line)
        if self._words.isdisjoint(parts):
            return line
        for one in self._words.intersection(parts):
            line = line.replace(one, MASK)
        return line
