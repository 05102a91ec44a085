"""strongSwan's proposals → the words of Azure's policy (IPS-POL-11).

An algorithm that Azure does not have keeps its own word.
"""

from __future__ import annotations

from typing import Final

_CIPHERS: Final = {
    "aes256gcm16": "GCMAES256",
    "aes256gcm128": "GCMAES256",
    "aes256gcm": "GCMAES256",
    "aes192gcm16": "GCMAES192",
    "aes192gcm128": "GCMAES192",
    "aes192gcm": "GCMAES192",
    "aes128gcm16": "GCMAES128",
    "aes128gcm128": "GCMAES128",
    "aes128gcm": "GCMAES128",
    "aes256": "AES256",
    "aes192": "AES192",
    "aes128": "AES128",
    "aes": "AES128",
    "3des": "DES3",
    "des": "DES",
    "null": "None",
}
_INTEGRITY: Final = {
    "sha384": "SHA384",
    "sha2_384": "SHA384",
    "sha256": "SHA256",
    "sha2_256": "SHA256",
    "sha1": "SHA1",
    "sha": "SHA1",
    "md5": "MD5",
}
_GROUPS: Final = {
    "ecp384": ("ECP384", "ECP384"),
    "ecp256": ("ECP256", "ECP256"),
    "modp2048s256": ("DHGroup24", "PFS24"),
    "modp2048": ("DHGroup14", "PFS2048"),
    "modp1024": ("DHGroup2", "PFS2"),
    "modp768": ("DHGroup1", "PFS1"),
}
"""Azure's word for IKE and for ESP."""
_GROUP_WORDS: Final = ("modp", "ecp", "curve", "x25519", "x448")


def ike_proposal(text: str) -> tuple[str, str, str]:
    """Encryption, integrity (with GCM the pseudo-random function) and group.  `ValueError`: more or less than one each."""
    cipher, rest, group = _parts(text)
    prf = [word.removeprefix("prf") for word in rest if word.startswith("prf")]
    integrity = [word for word in rest if not word.startswith("prf")]
    if cipher.startswith("GCM"):
        (word,) = prf
        if integrity:
            raise ValueError(text)
    else:
        (word,) = integrity
        if prf not in ([], [word]):
            raise ValueError(text)
    return cipher, _INTEGRITY.get(word, word), _GROUPS.get(group, (group, group))[0] if group else "None"


def esp_proposal(text: str) -> tuple[str, str, str]:
    """Encryption, integrity (with GCM the same word) and the group for forward secrecy."""
    cipher, rest, group = _parts(text)
    group = _GROUPS.get(group, (group, group))[1] if group else "None"
    if cipher.startswith("GCM"):
        if rest:
            raise ValueError(text)
        return cipher, cipher, group
    (word,) = rest
    return cipher, _INTEGRITY.get(word, word), group


def _parts(text: str) -> tuple[str, list[str], str]:
    """The cipher, what is no group, and the group.  Several proposals are several suites."""
    if not text or "," in text:
        raise ValueError(text)
    first, *rest = text.strip().lower().split("-")
    groups = [word for word in rest if word.startswith(_GROUP_WORDS)]
    others = [word for word in rest if word not in groups and word not in ("noesn", "none")]
    if len(groups) > 1:
        raise ValueError(text)
    return _CIPHERS.get(first, first), others, groups[0] if groups else ""
