"""What an auditor wants to know of an IOS-XE config beside its facts, also of one that is not ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from generator.model.audit import AuditFacts, NameKind
from generator.model.facts import ReadResult
from generator.platforms.cisco_xe.reader import is_known
from generator.platforms.marking import Marking, walk
from generator.platforms.patterns import Table
from generator.platforms.tree import Node

SIGNS: Final = {
    "running.cfg": (
        r"^version 1[5-9]\.\d+",
        r"^(?:boot-start-marker|Building configuration|service timestamps )",
        r"^interface (?:(?:Ten|Five|TwoPointFive|TwentyFive|Forty|Hundred|App)?Gig(?:abit)?E\w*|FastEthernet|Loopback"
        r"|Tunnel|Port-channel|BDI|Vlan)",
        r"^vrf definition ",
        r"^\s+ip address \d+\.\d+\.\d+\.\d+ ?\d",
        r"^\s+(?:ip )?vrf forwarding ",
        r"^\s+encapsulation dot1[qQ] ",
        r"^\s+address-family ipv[46] (?:unicast )?vrf ",
        r"^ip (?:as-path access-list|bgp-community|community-list|route vrf) ",
        r"^line vty ",
    )
}
"""Lines by which a text is known for one of this platform."""

UNDEFINED: Final = {
    "policy": "denies all",
    "prefix list": "matches everything",
    "AS path list": "is not documented",
    "community list": "is not documented",
    "filter": "permits all",
}
"""PLT-XE-01; a prefix list or an access list that does not exist lets everything through."""

_DEFINITIONS: Final[Table[NameKind]] = Table(
    [
        ("prefix list", "ip|ipv6 prefix-list {} seq|permit|deny|description ..."),
        ("policy", "route-map {} permit|deny ..."),
        ("policy", "route-map {}"),
        ("AS path list", "ip as-path access-list {} permit|deny ..."),
        ("community list", "ip community-list standard|expanded {} ..."),
        ("community list", "ip community-list {} permit|deny ..."),
        ("filter", "ip access-list standard|extended {}"),
        ("filter", "ipv6 access-list {}"),
        ("filter", "access-list {} ..."),
    ]
)
_REFERENCES: Final[Table[NameKind]] = Table(
    [
        ("prefix list", "match ip|ipv6 address|next-hop prefix-list {+}"),
        ("prefix list", "neighbor * prefix-list {} in|out"),
        ("prefix list", "distribute-list prefix {} ..."),
        ("policy", "neighbor * route-map {} in|out"),
        ("policy", "neighbor * default-originate route-map {}"),
        ("policy", "neighbor * unsuppress-map|advertise-map {} ..."),
        ("policy", "redistribute ... route-map {} ..."),
        ("policy", "network ... route-map {} ..."),
        ("policy", "aggregate-address ... attribute-map|suppress-map|advertise-map {} ..."),
        ("policy", "route-map {} in|out"),
        ("policy", "ip|ipv6 policy route-map {}"),
        ("policy", "table-map {} ..."),
        ("policy", "import|export ... map {}"),
        ("AS path list", "match as-path {+}"),
        ("AS path list", "neighbor * filter-list {} in|out"),
        ("community list", "match community {+}"),
        ("filter", "ip access-group {} in|out"),
        ("filter", "ipv6 traffic-filter {} in|out"),
        ("filter", "match access-group name {}"),
        ("filter", "access-class {} in|out ..."),
    ]
)
_CLEAR: Final = re.compile(
    r"(?:.* )?(?:password|secret|key|pre-shared-key|key-string|md5|hex) 0 \S.*"
    r"|neighbor \S+ password [^\s]+|enable password (?:level \d+ )?[^\s]+|(?:username \S+ .*)password [^\s]+"
    r"|pre-shared-key (?:local |remote )?(?:hex )?[^\s]+|key-string [^\s]+|crypto isakmp key \S+ (?:address|hostname) .*"
    r"|pre-shared-key (?:address|hostname) .* key [^\s]+|password [^\s]+"
)
_ENCRYPTION: Final = {"3des": "3DES", "des": "DES", "esp-3des": "3DES", "esp-des": "DES", "esp-null": "no encryption"}
_HASH: Final = {"md5": "MD5", "sha": "SHA-1", "sha1": "SHA-1", "esp-md5-hmac": "MD5", "esp-sha-hmac": "SHA-1"}
_GROUPS: Final = frozenset(("1", "2", "5", "22", "24"))
_REFUSED: Final = (
    "misspelt",
    "glued together",
    "not a number",
    "not an address",
    "must stand before",
    "without a mask",
)


def audit(trees: Mapping[str, list[Node]], result: ReadResult) -> AuditFacts:
    """Walk over everything once."""
    marking = Marking(_DEFINITIONS, _REFERENCES)
    for file, nodes in trees.items():
        marking.file = file
        for node in nodes:
            if not is_known(node) and not node.text.startswith("!"):
                marking.foreign[file] = marking.foreign.get(file, 0) + 1
        walk(nodes, lambda node, above: _visit(marking, node, above))
    for line in result.unrecognised:
        if any(words in line.reason for words in _REFUSED):
            marking.file = line.file
            marking.mark("refused", Node("", line.line), line.reason)
    return marking.finish(UNDEFINED)


def _visit(marking: Marking, node: Node, above: tuple[str, ...]) -> None:
    text = node.text
    if above and not is_known(Node(above[0], 0)):
        marking.foreign[marking.file] = marking.foreign.get(marking.file, 0) + 1
    if not text.startswith(("!", "description ", "remark ")):
        marking.take(text.removesuffix(" exact-match"), node.line)
    words = text.split()
    if above:
        _inside(marking, node, words, above[0])
    elif words[:2] == ["line", "vty"] and not any(child.text.startswith(_CLASSES) for child in node.children):
        marking.mark("open-line", node, "any address may log in")
    elif words[:3] == ["crypto", "ipsec", "transform-set"]:
        _transform_set(marking, node, words)
    elif words[:3] == ["crypto", "isakmp", "policy"]:
        marking.mark("old-crypto", node, "IKEv1")
    if _CLEAR.fullmatch(text) and not _hidden(words):
        marking.mark("clear-key", node)


_CLASSES: Final = ("access-class ", "ipv6 access-class ", "transport input none")


def _hidden(words: list[str]) -> bool:
    """Whether the word before the last says that the key is hidden, or there is none to hide."""
    return words[0] == "no" or any(word in ("5", "6", "7", "8", "9") for word in words[:-1] if len(word) == 1)


def _inside(marking: Marking, node: Node, words: list[str], block: str) -> None:
    if block.startswith("interface "):
        if "trust" in words[:3] and words[0] in ("mls", "qos", "trust") and "device" not in words:
            marking.mark("dscp-trust", node, subject="".join(block.split()[1:2]))
    elif block.startswith(("crypto ikev2 proposal", "crypto isakmp policy")):
        _proposal(marking, node, words)
    elif block.startswith("crypto ipsec transform-set") and words[:2] == ["mode", "transport"]:
        marking.mark("transport-mode", node)
    elif words[:2] == ["set", "pfs"] and words[-1].removeprefix("group") in _GROUPS:
        marking.mark("weak-crypto", node, f"Diffie-Hellman group {words[-1].removeprefix('group')} for PFS")


def _proposal(marking: Marking, node: Node, words: list[str]) -> None:
    if words[0] == "group":
        weak = [f"Diffie-Hellman group {word}" for word in words[1:] if word in _GROUPS]
    elif words[0] in ("encryption", "encr"):
        weak = [_ENCRYPTION[word] for word in words[1:] if word in _ENCRYPTION]
    elif words[0] in ("integrity", "hash", "prf"):
        weak = [_HASH[word] for word in words[1:] if word in _HASH]
    else:
        weak = []
    for one in weak:
        marking.mark("weak-crypto", node, one)


def _transform_set(marking: Marking, node: Node, words: list[str]) -> None:
    for word in words[4:]:
        weak = _ENCRYPTION.get(word) or _HASH.get(word)
        if weak is not None:
            marking.mark("weak-crypto", node, f"{weak} for ESP")
