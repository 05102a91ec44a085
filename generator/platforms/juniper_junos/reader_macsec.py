"""``security macsec`` → encryption of ports."""

from __future__ import annotations

from typing import Final

from generator.model.macsec import Macsec
from generator.model.secret import Secret
from generator.platforms.juniper_junos import secret9
from generator.platforms.juniper_junos.reading import Reading, inactive, leaves, unquote
from generator.platforms.tree import Node

_CIPHER: Final = {
    "gcm-aes-128": "GcmAes128",
    "gcm-aes-256": "GcmAes256",
    "gcm-aes-xpn-128": "GcmAesXpn128",
    "gcm-aes-xpn-256": "GcmAesXpn256",
}
_NO_MATTER: Final = frozenset(
    ("mka", "replay-protect", "no-encryption", "offset", "exclude-protocol", "traceoptions", "fallback-key")
)


def read_macsec(reading: Reading, blocks: list[Node]) -> dict[str, Macsec]:
    """By port.  An association that is on no port encrypts nothing."""
    associations: dict[str, Node] = {}
    ports: dict[str, tuple[str, Node]] = {}
    for block in blocks:
        for node in block.children if block.text == "macsec" else ():
            word, _, name = node.text.partition(" ")
            if inactive(node):
                continue
            if word == "connectivity-association":
                associations[name] = node
            elif word == "interfaces":
                ports.update(_ports(reading, node))
            elif word not in _NO_MATTER:
                reading.unknown(node)
    found: dict[str, Macsec] = {}
    for port, (name, node) in ports.items():
        if name not in associations:
            reading.unknown(node, f"connectivity-association {name} is not defined")
            continue
        found[port] = _association(reading, associations[name], port)
        reading.place("macsec", port, associations[name])
    return found


def _ports(reading: Reading, node: Node) -> dict[str, tuple[str, Node]]:
    found = {}
    for text, leaf in leaves(node):
        words = text.split()
        if len(words) == 3 and words[1] == "connectivity-association":
            found[words[0]] = (words[2], leaf)
        elif len(words) > 1:
            reading.unknown(leaf)
    return found


def _association(reading: Reading, node: Node, port: str) -> Macsec:
    """``must-secure`` counts only where it is said: without it, some models let clear text pass."""
    cipher, ckn, mode = "gcm-aes-128", "", ""
    cak: Secret | None = None
    sci = secure = False
    for text, leaf in leaves(node):
        word, _, rest = text.partition(" ")
        try:
            if word == "cipher-suite":
                cipher = rest
            elif word == "security-mode":
                mode = rest
            elif text.startswith("pre-shared-key ckn "):
                ckn = unquote(text[19:]).lower()
            elif text.startswith("pre-shared-key cak "):
                key = unquote(text[19:])
                cak = Secret(secret9.decode(key) if key.startswith(secret9.MAGIC) else key)
            elif word == "include-sci":
                sci = True
            elif text == "mka must-secure":
                secure = True
            elif word not in _NO_MATTER:
                reading.unknown(leaf)
        except ValueError as problem:
            reading.unknown(leaf, str(problem))
    if mode != "static-cak":
        reading.unknown(node, "security-mode static-cak expected: the only one Azure has (ER-MACS-02)")
    return Macsec(port, _CIPHER.get(cipher.lower(), cipher), ckn, cak, sci, secure)
