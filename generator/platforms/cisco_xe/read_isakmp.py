"""IKEv1 (``crypto isakmp``), which peerwright never writes: enough to say that a tunnel has it (IPS-PROP-01)."""

from __future__ import annotations

from typing import Final

from generator.model.address import parse_masked, parse_prefix
from generator.platforms.cisco_xe.found import Found
from generator.platforms.cisco_xe.key_words import secret
from generator.platforms.cisco_xe.records import IsakmpPolicy, KeyPeer
from generator.platforms.tree import Node

_GROUPS: Final = {
    "20": "ECP384",
    "19": "ECP256",
    "24": "DHGroup24",
    "14": "DHGroup14",
    "2": "DHGroup2",
    "1": "DHGroup1",
}


def isakmp(found: Found, words: list[str], node: Node) -> None:
    """``crypto isakmp policy N`` with its lines, and ``crypto isakmp key KEY address A``."""
    if words[2:3] == ["policy"] and len(words) == 4 and words[3].isdigit():
        found.crypto.isakmp[int(words[3])] = _policy(node)
    elif words[2:3] == ["key"] and "address" in words:
        place = words.index("address")
        _key(found, words[3:place], words[place + 1 :], "", node)


def _policy(node: Node) -> IsakmpPolicy:
    one = IsakmpPolicy()
    for child in node.children:
        match child.text.split():
            case ["encryption" | "encr", "aes", *bits]:
                one.encryption = f"AES{bits[0]}" if bits else "AES128"
            case ["encryption" | "encr", word]:
                one.encryption = {"3des": "DES3", "des": "DES"}.get(word, word)
            case ["hash", word]:
                one.integrity = {"sha": "SHA1"}.get(word, word.upper())
            case ["group", number]:
                one.group = _GROUPS.get(number, f"group{number}")
            case ["lifetime", seconds] if seconds.isdigit():
                one.lifetime = int(seconds)
    return one


def keyring(found: Found, words: list[str], node: Node) -> None:
    """``crypto keyring NAME [vrf FRONT]`` with ``pre-shared-key address A [MASK] key KEY``."""
    vrf = words[4] if words[3:4] == ["vrf"] and len(words) > 4 else ""
    for child in node.children:
        line = child.text.split()
        if line[:2] == ["pre-shared-key", "address"] and "key" in line:
            place = line.index("key")
            _key(found, line[place + 1 :], line[2:place], vrf, child)


def _key(found: Found, key: list[str], address: list[str], vrf: str, node: Node) -> None:
    words = [word for word in address if word != "no-xauth"]
    try:
        network = parse_masked(words[0], words[1]) if len(words) > 1 else parse_prefix(words[0].lower())
        found.crypto.isakmp_keys.append(KeyPeer([network], secret(key), vrf))
    except (IndexError, ValueError):
        found.reject(node, secret=True)
