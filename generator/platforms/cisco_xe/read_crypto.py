"""``crypto …`` → the objects of :class:`CryptoText`, each as it stands; :mod:`read_tunnels` follows their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from generator.model.address import Prefix, parse_address, parse_masked, parse_prefix
from generator.platforms.cisco_xe import read_isakmp
from generator.platforms.cisco_xe.found import Found
from generator.platforms.cisco_xe.key_words import secret
from generator.platforms.cisco_xe.records import (
    CryptoText,
    IkePolicy,
    IkeProfile,
    IpsecProfile,
    KeyPeer,
    Proposal,
    TransformSet,
)
from generator.platforms.tree import Node

_IKE_ENCRYPTION: Final = {
    "aes-gcm-256": "GCMAES256",
    "aes-gcm-128": "GCMAES128",
    "aes-cbc-256": "AES256",
    "aes-cbc-192": "AES192",
    "aes-cbc-128": "AES128",
    "3des": "DES3",
    "des": "DES",
}
_IKE_GROUPS: Final = {
    "20": "ECP384",
    "19": "ECP256",
    "24": "DHGroup24",
    "14": "DHGroup14",
    "2": "DHGroup2",
    "1": "DHGroup1",
}
_PFS_GROUPS: Final = {"20": "ECP384", "19": "ECP256", "24": "PFS24", "14": "PFS2048", "2": "PFS2", "1": "PFS1"}
_ESP_ENCRYPTION: Final = {"esp-3des": "DES3", "esp-des": "DES", "esp-null": "None"}
_ESP_INTEGRITY: Final = {"esp-sha-hmac": "SHA1", "esp-md5-hmac": "MD5"}

Lines = Iterator[tuple[list[str], Node]]


def lines_of(node: Node) -> Lines:
    """The lines under a line, without those that say nothing."""
    for child in node.children:
        words = child.text.split()
        if words[0] not in ("description", "exit"):
            yield words, child


def ikev2_proposal(found: Found, name: str, node: Node) -> None:
    one = found.crypto.proposals[name] = Proposal()
    for words, child in lines_of(node):
        match words[0]:
            case "encryption":
                one.encryption += [_IKE_ENCRYPTION.get(word, word) for word in words[1:]]
            case "integrity":
                one.integrity += [word.upper() for word in words[1:]]
            case "prf":
                one.prf += [word.upper() for word in words[1:]]
            case "group":
                one.groups += [_IKE_GROUPS.get(word, f"group{word}") for word in words[1:]]
            case _:
                found.reject(child)


def ikev2_policy(found: Found, name: str, node: Node) -> None:
    one = found.crypto.policies[name] = IkePolicy()
    for words, child in lines_of(node):
        match words:
            case ["match", "fvrf", vrf]:
                one.vrf = vrf
            case ["match", "address", "local", text]:
                try:
                    one.addresses.append(parse_address(text))
                except ValueError:
                    found.reject(child)
            case ["proposal", *names] if names:
                one.proposals += names
            case _:
                found.reject(child)


def ikev2_keyring(found: Found, name: str, node: Node) -> None:
    peers = found.crypto.keyrings[name] = []
    for words, child in lines_of(node):
        if words[0] != "peer":
            found.reject(child, secret=True)
            continue
        peer = KeyPeer()
        peers.append(peer)
        for line, inner in lines_of(child):
            try:
                known = _peer_line(peer, line)
            except (IndexError, ValueError):
                known = False
            if not known:
                found.reject(inner, secret=True)


def _peer_line(peer: KeyPeer, words: list[str]) -> bool:
    if words[0] == "address":
        peer.networks.append(_network(words[1:]))
    elif words[0] == "pre-shared-key":
        rest = words[1:]
        remote = rest[:1] == ["remote"] and len(rest) > 1
        if rest[:1] in (["local"], ["remote"]) and len(rest) > 1:
            rest = rest[1:]
        if not remote or peer.key is None:
            peer.key = secret(rest)
    else:
        return words[0] in ("hostname", "identity", "ppk")
    return True


def _network(words: list[str]) -> Prefix:
    """An address, alone, with a mask, or with a length (IPv6)."""
    if len(words) == 2:
        return parse_masked(words[0], words[1])
    return parse_prefix(words[0].lower())


def ikev2_profile(found: Found, name: str, node: Node) -> None:
    one = found.crypto.profiles[name] = IkeProfile()
    for words, child in lines_of(node):
        try:
            known = _profile_line(one, words)
        except (IndexError, ValueError):
            known = False
        if not known:
            found.reject(child, secret=words[0] == "authentication")


_PROFILE_PASSED: Final = frozenset(
    ("aaa", "anyconnect", "config-exchange", "initial-contact", "ivrf", "nat", "no", "pki", "reconnect", "redirect",
     "virtual-template")
)  # fmt: skip


def _profile_line(one: IkeProfile, words: list[str]) -> bool:
    match words:
        case ["match", "fvrf", vrf]:
            one.front_vrf = vrf
        case ["match", "address", "local", *where] if where:
            one.addresses.append(where[-1].lower() if where[0] != "interface" else "".join(where[1:]))
        case ["match", "identity", "remote", *rest] if rest:
            one.remote_identities.append(_remote_identity(rest))
        case ["match", "certificate", *_]:
            pass
        case ["identity", "local", _, *value]:
            one.local_identity = _canonical(value[0]) if value else words[2]
        case ["authentication", ("local" | "remote") as end, method, *rest]:
            _authentication(one, end, method, rest)
        case ["keyring", "local", name]:
            one.keyring = name
        case ["keyring", "aaa", *_]:
            pass
        case ["lifetime", seconds]:
            one.lifetime = int(seconds)
        case ["dpd", interval, retries, *_]:
            one.dpd = (int(interval), int(retries))
        case _:
            return words[0] in _PROFILE_PASSED
    return True


def _remote_identity(words: list[str]) -> str:
    """An address with the mask of one host is that address; anything wider is kept as written."""
    if words[0] != "address":
        return words[-1]
    if len(words) == 1:
        raise ValueError("no address")
    network = _network(words[1:])
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)


def _canonical(text: str) -> str:
    try:
        return str(parse_address(text.lower()))
    except ValueError:
        return text


def _authentication(one: IkeProfile, end: str, method: str, rest: list[str]) -> None:
    if method == "pre-share":
        one.pre_shared.add(end)
        if rest[:1] == ["key"] and (end == "local" or one.key is None):
            one.key = secret(rest[1:])


def transform_set(found: Found, name: str, words: list[str], node: Node) -> None:
    """``crypto ipsec transform-set NAME esp-aes 256 esp-sha256-hmac`` with its ``mode``."""
    one = found.crypto.transform_sets[name] = TransformSet()
    for place, word in enumerate(words):
        bits = words[place + 1] if place + 1 < len(words) and words[place + 1].isdigit() else "128"
        if word in ("esp-aes", "esp-gcm"):
            one.encryption = f"AES{bits}" if word == "esp-aes" else f"GCMAES{bits}"
        elif word in _ESP_ENCRYPTION:
            one.encryption = _ESP_ENCRYPTION[word]
        elif word.endswith("-hmac"):
            plain = word.removeprefix("esp-").removesuffix("-hmac")
            one.integrity = _ESP_INTEGRITY.get(word, plain.upper() if word.startswith("esp-") else plain)
        elif not word.isdigit():
            found.reject(node, f"transform {word}")
    for line, child in lines_of(node):
        if line[0] == "mode" and len(line) > 1:
            one.mode = line[1]
        else:
            found.reject(child)


_IPSEC_SET: Final = frozenset(("identity", "isakmp-profile", "mixed-mode", "reverse-route", "security-policy"))


def ipsec_profile(found: Found, name: str, node: Node) -> None:
    one = found.crypto.ipsec_profiles[name] = IpsecProfile()
    for words, child in lines_of(node):
        match words:
            case ["set", "transform-set", *names] if names:
                one.transform_sets = names
            case ["set", "pfs", *group]:
                number = group[0].removeprefix("group") if group else "1"
                one.pfs = _PFS_GROUPS.get(number, f"group{number}")
            case ["set", "security-association", "lifetime", ("seconds" | "kilobytes") as unit, value]:
                if not _lifetime(one, unit, value):
                    found.reject(child)
            case ["set", "security-association", *_]:
                pass
            case ["set", "ikev2-profile", profile]:
                one.ike_profile = profile
            case ["responder-only"]:
                one.responder_only = True
            case _:
                if words[0] != "no" and not (words[0] == "set" and len(words) > 1 and words[1] in _IPSEC_SET):
                    found.reject(child)


def _lifetime(one: IpsecProfile | CryptoText, unit: str, value: str) -> bool:
    if value == "disable" and unit == "kilobytes":
        value = "0"
    if not value.isdigit():
        return False
    if unit == "seconds":
        one.seconds = int(value)
    else:
        one.kilobytes = int(value)
    return True


def crypto(found: Found, words: list[str], node: Node) -> None:
    """``crypto ikev2 …``, ``crypto ipsec …``; certificates, crypto maps and the rest are none of our business."""
    kind = " ".join(words[1:3])
    handler = _BY_NAME.get(kind)
    if handler is not None and len(words) == 4:
        handler(found, words[3], node)
    elif kind == "ipsec transform-set" and len(words) > 4:
        transform_set(found, words[3], words[4:], node)
    elif kind == "ipsec security-association" and words[3:4] == ["lifetime"] and len(words) == 6:
        _lifetime(found.crypto, words[4], words[5])
    elif words[1:2] == ["isakmp"]:
        read_isakmp.isakmp(found, words, node)
    elif words[1:2] == ["keyring"]:
        read_isakmp.keyring(found, words, node)


_BY_NAME: Final[dict[str, Callable[[Found, str, Node], None]]] = {
    "ikev2 proposal": ikev2_proposal,
    "ikev2 policy": ikev2_policy,
    "ikev2 keyring": ikev2_keyring,
    "ikev2 profile": ikev2_profile,
    "ipsec profile": ipsec_profile,
}
