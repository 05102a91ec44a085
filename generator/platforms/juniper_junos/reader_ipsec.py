"""``security ike`` and ``security ipsec`` → tunnels.

A tunnel is a chain: VPN → gateway → IKE policy → IKE proposal, and VPN → IPsec policy → IPsec proposal.
Where a link is missing the tunnel has no agreed algorithms (`crypto` is None), and the break is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import Any, Final

from generator.model.address import Address, parse_address, parse_prefix
from generator.model.crypto import CryptoPolicy, Selector, Tunnel
from generator.model.facts import Interface
from generator.model.secret import Secret
from generator.platforms.juniper_junos import secret9
from generator.platforms.juniper_junos.reading import Reading, inactive, leaves, unquote, values
from generator.platforms.tree import Node

_ENCRYPTION: Final = {
    "aes-256-gcm": "GCMAES256",
    "aes-192-gcm": "GCMAES192",
    "aes-128-gcm": "GCMAES128",
    "aes-256-cbc": "AES256",
    "aes-192-cbc": "AES192",
    "aes-128-cbc": "AES128",
    "3des-cbc": "DES3",
    "des-cbc": "DES",
    "": "None",
}
_HASH: Final = {
    "sha-384": "SHA384",
    "sha-256": "SHA256",
    "sha1": "SHA1",
    "md5": "MD5",
    "hmac-sha-256-128": "SHA256",
    "hmac-sha1-96": "SHA1",
    "hmac-md5-96": "MD5",
}
_PRF_OF: Final = {"aes-256-gcm": "SHA384", "aes-128-gcm": "SHA256"}
"""The PRF that comes with a cipher, where no hash is set beside it."""
_IKE_GROUP: Final = {"group20": "ECP384", "group19": "ECP256", "group24": "DHGroup24", "group14": "DHGroup14"}
_PFS_GROUP: Final = {"group20": "ECP384", "group19": "ECP256", "group24": "PFS24", "group14": "PFS2048"}
_WEAK: Final = {"group2": "2", "group1": "1"}
_NO_MATTER: Final = frozenset(
    [
        "description",
        "general-ikeid",
        "nat-keepalive",
        "no-nat-traversal",
        "fragmentation",
        "df-bit",
        "copy-outer-dscp",
        "vpn-monitor",
        "traceoptions",
        "respond-bad-spi",
        "certificate",
        "mode",
        "anti-replay-window-size",
        "multi-sa",
        "security-association",
        "internal",
        "reauth-frequency",
    ]
)
_OPEN: Final = IPv4Address("0.0.0.0")  # noqa: S104 - no address at all, nothing listens
_STATEMENTS: Final[Mapping[str, frozenset[str]]] = {
    "ike proposal": frozenset(
        [
            "authentication-method",
            "dh-group",
            "authentication-algorithm",
            "encryption-algorithm",
            "lifetime-seconds",
        ]
    ),
    "ike policy": frozenset(("proposals", "proposal-set", "pre-shared-key")),
    "ike gateway": frozenset(
        [
            "ike-policy",
            "address",
            "dead-peer-detection",
            "local-identity",
            "remote-identity",
            "external-interface",
            "local-address",
            "version",
        ]
    ),
    "ipsec proposal": frozenset(
        ("protocol", "authentication-algorithm", "encryption-algorithm", "lifetime-seconds", "lifetime-kilobytes")
    ),
    "ipsec policy": frozenset(("perfect-forward-secrecy", "proposals", "proposal-set")),
    "ipsec vpn": frozenset(("bind-interface", "ike", "traffic-selector", "establish-tunnels")),
}
"""What can stand in each kind of object; ``_NO_MATTER`` beside it."""

Said = dict[str, list[str]]
"""First word of a statement → the rest of it, for each time it stands there."""


class TunnelReader:
    """The objects of ``ike`` and ``ipsec`` by kind and name, and the tunnels that they make."""

    def __init__(
        self, reading: Reading, blocks: list[Node], interfaces: Mapping[str, Interface], vrf_of: Mapping[str, str]
    ) -> None:
        self.reading = reading
        self.interfaces = interfaces
        self.vrf_of = vrf_of
        self.objects: dict[tuple[str, str], Said] = {}
        self.nodes: dict[tuple[str, str], Node] = {}
        for block in blocks:
            if block.text in ("ike", "ipsec"):
                for node in block.children:
                    self._object(block.text, node)

    def _object(self, hierarchy: str, node: Node) -> None:
        word, _, name = node.text.partition(" ")
        kind = f"{hierarchy} {word}"
        if inactive(node) or kind not in _STATEMENTS:
            if word not in _NO_MATTER:
                self.reading.unknown(node)
            return
        said: Said = {}
        for text, leaf in leaves(node):
            first, _, rest = text.partition(" ")
            said.setdefault(first, []).append(rest)
            if first not in _STATEMENTS[kind] and first not in _NO_MATTER:
                self.reading.unknown(leaf)
        self.objects[kind, name] = said
        self.nodes[kind, name] = node

    def tunnels(self) -> dict[str, Tunnel]:
        found: dict[str, Tunnel] = {}
        for (kind, name), said in self.objects.items():
            if kind != "ipsec vpn":
                continue
            node = self.nodes[kind, name]
            try:
                one = self._tunnel(node, said)
            except ValueError as problem:
                self.reading.unknown(node, str(problem))
                continue
            found[one.name] = one
            self.reading.place("tunnels", one.name, node)
        return found

    def _tunnel(self, node: Node, said: Said) -> Tunnel:
        name = _one(said, "bind-interface")
        if not name:
            raise ValueError("a VPN without bind-interface is no tunnel: its traffic is chosen by policies")
        links = dict(text.partition(" ")[::2] for text in said.get("ike", []))
        gateway = self._follow(node, "ike gateway", links.get("gateway", ""))
        policy = self._follow(node, "ike policy", _one(gateway, "ike-policy")) if gateway else {}
        interface = _one(gateway, "external-interface")
        return Tunnel(
            name=name,
            vrf=self.vrf_of.get(name, ""),
            front_vrf=self.vrf_of.get(interface, ""),
            local=self._local(gateway, interface),
            remote=self._address(node, _one(gateway, "address")),
            crypto=self._crypto(node, gateway, policy, links.get("ipsec-policy", "")),
            key=self._key(policy),
            local_identity=_identity(gateway, "local-identity"),
            remote_identity=_identity(gateway, "remote-identity"),
            selectors=_selectors(said),
            initiate=_one(said, "establish-tunnels") == "immediately",
            **_dpd(gateway),
        )

    def _follow(self, node: Node, kind: str, name: str) -> Said:
        """The object of that kind and name.  A name that leads nowhere is told at the VPN."""
        found = self.objects.get((kind, name))
        if found is None:
            self.reading.unknown(node, f"{kind} {name or '(none given)'} is not defined")
        return found or {}

    def _local(self, gateway: Said, interface: str) -> Address:
        own = _one(gateway, "local-address")
        if own:
            return parse_address(own)
        addresses = self.interfaces[interface].addresses if interface in self.interfaces else ()
        return parse_address(str(addresses[0].ip)) if addresses else _OPEN

    def _address(self, node: Node, text: str) -> Address:
        """The one address of the other end.  Several (a list, in which the next stands in for the first) are told."""
        try:
            return parse_address(text)
        except ValueError:
            if text:
                self.reading.unknown(node, "one address of the other end expected")
            return _OPEN

    def _key(self, policy: Said) -> Secret | None:
        for text in policy.get("pre-shared-key", []):
            form, _, value = text.partition(" ")
            key = unquote(value)
            if form == "ascii-text":
                return Secret(secret9.decode(key) if key.startswith(secret9.MAGIC) else key)
            return Secret(None, "hexadecimal pre-shared key")
        return None

    def _crypto(self, node: Node, gateway: Said, policy: Said, ipsec_policy: str) -> CryptoPolicy | None:
        inner = self._follow(node, "ipsec policy", ipsec_policy)
        if not (gateway and policy and inner):
            return None
        ike, ipsec = self._proposal(node, "ike", policy), self._proposal(node, "ipsec", inner)
        if ike is None or ipsec is None:
            return None
        if _one(ike, "authentication-method") != "pre-shared-keys" or _one(ipsec, "protocol") != "esp":
            self.reading.unknown(node, "pre-shared-keys and ESP expected: the only ones Azure has (IPS-PROP-02)")
            return None
        cipher, esp = _one(ike, "encryption-algorithm"), _one(ipsec, "encryption-algorithm")
        group, hashed_ike = _one(ike, "dh-group"), _one(ike, "authentication-algorithm")
        pfs = _one(inner, "perfect-forward-secrecy").removeprefix("keys ")
        word = _ENCRYPTION.get(esp, esp)
        hashed = _one(ipsec, "authentication-algorithm")
        return CryptoPolicy(
            _ENCRYPTION.get(cipher, cipher),
            _word(_HASH, hashed_ike) if hashed_ike else _PRF_OF.get(cipher, "None"),
            f"DHGroup{_WEAK[group]}" if group in _WEAK else _word(_IKE_GROUP, group),
            word,
            word if esp.endswith("-gcm") else _word(_HASH, hashed),
            f"PFS{_WEAK[pfs]}" if pfs in _WEAK else _word(_PFS_GROUP, pfs),
            _number(ipsec, "lifetime-seconds", 3600),
            _number(ipsec, "lifetime-kilobytes", 0),
            _number(ike, "lifetime-seconds", 28800),
            2 if _one(gateway, "version") == "v2-only" else 1,
        )

    def _proposal(self, node: Node, hierarchy: str, policy: Said) -> Said | None:
        """The one proposal of a policy.  With several, the peer chooses, and nobody can tell which."""
        names = values(_one(policy, "proposals")) if policy.get("proposals") else ()
        if len(names) != 1:
            self.reading.unknown(node, f"{len(names)} {hierarchy} proposals of our own: one expected")
            return None
        return self._follow(node, f"{hierarchy} proposal", names[0]) or None


def _one(said: Said, word: str) -> str:
    found = said.get(word, [])
    return found[-1] if found else ""


def _word(words: Mapping[str, str], text: str) -> str:
    """Azure's word; the device's own where Azure has none."""
    return words.get(text, text) or "None"


def _number(said: Said, word: str, default: int) -> int:
    text = _one(said, word)
    if text and not text.isdigit():
        raise ValueError(f"{word}: a number expected")
    return int(text) if text else default


def _identity(gateway: Said, word: str) -> str:
    """``inet 172.20.0.1`` → the address."""
    text = _one(gateway, word)
    kind, _, value = text.partition(" ")
    return unquote(value) if kind in ("inet", "inet6", "hostname", "user-at-hostname") and value else text


def _dpd(gateway: Said) -> dict[str, Any]:
    """Without the statement nobody looks whether the peer lives; without numbers they are 10 seconds and 5 times."""
    said = gateway.get("dead-peer-detection")
    if said is None:
        return {"dpd_interval": 0, "dpd_retries": 0}
    numbers = dict(text.partition(" ")[::2] for text in said)
    return {
        "dpd_interval": _number({"interval": [numbers.get("interval", "10")]}, "interval", 10),
        "dpd_retries": _number({"threshold": [numbers.get("threshold", "5")]}, "threshold", 5),
    }


def _selectors(said: Said) -> tuple[Selector, ...]:
    """``traffic-selector TS-1 local-ip P`` and ``remote-ip P``, or the one pair of ``ike proxy-identity``."""
    pairs: dict[str, dict[str, str]] = {}
    for text in said.get("traffic-selector", []):
        words = text.split()
        for word, value in zip(words[1::2], words[2::2], strict=False):
            pairs.setdefault(words[0], {})[word.removesuffix("-ip")] = value
    for text in said.get("ike", []):
        words = text.split()
        if len(words) == 3 and words[0] == "proxy-identity" and words[1] in ("local", "remote"):
            pairs.setdefault("", {})[words[1]] = words[2]
    found = []
    for name, pair in pairs.items():
        if not {"local", "remote"} <= set(pair):
            raise ValueError(f"traffic selector {name} needs both ends")
        found.append(Selector(parse_prefix(pair["local"]), parse_prefix(pair["remote"])))
    return tuple(found)
