"""``$9$`` texts: Junos' reversible scrambling of keys (PLT-JUN-10).

Each character of the key is a number written in the weights of its position's row; each digit is the
distance, in a fixed alphabet, from the character before it.  The first character is a salt that also
tells how many random characters follow it.
"""

from __future__ import annotations

from typing import Final

MAGIC: Final = "$9$"
_FAMILIES: Final = ("QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T")
_PADDING: Final = {character: 3 - row for row, family in enumerate(_FAMILIES) for character in family}
_POSITION: Final = {character: index for index, character in enumerate("".join(_FAMILIES))}
_WEIGHTS: Final = ((1, 4, 32), (1, 16, 32), (1, 8, 32), (1, 64), (1, 32), (1, 4, 16, 128), (1, 32, 64))


def decode(text: str) -> str:
    """The key in a ``$9$`` text.  `ValueError`, without the text in it, if it is not one."""
    body = text.removeprefix(MAGIC)
    if body == text or not body or not set(body) <= _POSITION.keys():
        raise ValueError("not a $9$ text")
    previous = body[0]
    at = 1 + _PADDING[previous]
    key: list[str] = []
    while at < len(body):
        weights = _WEIGHTS[len(key) % len(_WEIGHTS)]
        digits = body[at : at + len(weights)]
        if len(digits) < len(weights):
            raise ValueError("$9$ text is cut off")
        number = 0
        for weight, character in zip(weights, digits, strict=True):
            number += weight * ((_POSITION[character] - _POSITION[previous]) % len(_POSITION) - 1)
            previous = character
        key.append(chr(number % 256))
        at += len(weights)
    return "".join(key)
