"""What an auditor wants to know of a Linux router's files beside their facts, also of ones that are not ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from generator.model.audit import AuditFacts, NameKind
from generator.model.facts import ReadResult
from generator.platforms.linux_frr.reader import is_known
from generator.platforms.marking import Marking, walk
from generator.platforms.patterns import Table
from generator.platforms.tree import Node

SIGNS: Final = {
    "frr.conf": (
        r"^frr (?:version|defaults) ",
        r"^service integrated-vtysh-config",
        r"^router bgp \d+(?: vrf \S+)?$",
        r"^\s*neighbor \S+ bfd profile ",
        r"^bgp (?:as-path access-list|community-list) ",
        r"^\s+address-family ipv[46] unicast$",
        r"^(?:exit-vrf|end)$",
        r"^log (?:syslog|file) ",
        r"^ip prefix-list \S+ seq \d+ (?:permit|deny) ",
    ),
    "interfaces": (r"^auto \S", r"^iface \S+", r"^\s+vlan-raw-device ", r"^\s+vrf-table "),
    "swanctl.conf": (r"^connections *\{", r"^secrets *\{", r"^\s+remote_addrs *=", r"^\s+esp_proposals *="),
    "nftables.conf": (r"^table (?:inet|ip6?|netdev) \S+", r"^\s+chain \S+ *\{", r"\btype (?:filter|nat) hook "),
    "daemons": (r"^bgpd=(?:yes|no)", r"^zebra=", r"^vtysh_enable="),
    "sysctl.conf": (r"^-?net[./]ipv[46][./]",),
}
"""Lines by which a text is known for one of this platform."""

_UNDEFINED: Final = {
    "policy": "denies all",
    "prefix list": "matches everything",
    "AS path list": "matches nothing",
    "community list": "matches nothing",
}
"""PLT-LNX-02: the reverse of what many expect."""

_DEFINITIONS: Final[Table[NameKind]] = Table(
    [
        ("prefix list", "ip|ipv6 prefix-list {} seq|permit|deny|description ..."),
        ("policy", "route-map {} permit|deny ..."),
        ("AS path list", "bgp|ip as-path access-list {} ..."),
        ("community list", "bgp|ip community-list standard|expanded {} ..."),
        ("community list", "bgp|ip community-list {} seq|permit|deny ..."),
    ]
)
_REFERENCES: Final[Table[NameKind]] = Table(
    [
        ("prefix list", "match ip|ipv6 address|next-hop prefix-list {}"),
        ("prefix list", "neighbor * prefix-list {} in|out"),
        ("policy", "neighbor * route-map {} in|out"),
        ("policy", "neighbor * default-originate route-map {}"),
        ("policy", "neighbor * unsuppress-map|advertise-map {} ..."),
        ("policy", "redistribute ... route-map {}"),
        ("policy", "network ... route-map {}"),
        ("policy", "aggregate-address ... route-map|suppress-map {} ..."),
        ("policy", "import vrf route-map {}"),
        ("policy", "ip|ipv6 protocol * route-map {}"),
        ("policy", "table-map {}"),
        ("policy", "call {}"),
        ("AS path list", "match as-path {}"),
        ("AS path list", "neighbor * filter-list {} in|out"),
        ("community list", "match community {} ..."),
    ]
)
_WEAK: Final = (
    ("modp768", "Diffie-Hellman group 1"),
    ("modp1024", "Diffie-Hellman group 2"),
    ("modp1536", "Diffie-Hellman group 5"),
    ("modp2048s256", "Diffie-Hellman group 24"),
    ("3des", "3DES"),
    ("des", "DES"),
    ("md5", "MD5"),
    ("sha1", "SHA-1"),
    ("sha", "SHA-1"),
    ("null", "no encryption"),
)
_PASSWORD: Final = re.compile(r"neighbor \S+ password \S.*|(?:enable )?password (?!8 )\S.*|secret *= *\S.*")


def audit(trees: Mapping[str, list[Node]], _result: ReadResult) -> AuditFacts:
    """Walk over everything once."""
    marking = Marking(_DEFINITIONS, _REFERENCES)
    for file, nodes in trees.items():
        marking.file = file
        if file == "frr.conf":
            for node in nodes:
                if not is_known(node) and not node.text.startswith("!"):
                    marking.foreign[file] = marking.foreign.get(file, 0) + 1
            walk(nodes, lambda node, above: _routing(marking, node, above))
        else:
            walk(nodes, lambda node, _above: _other(marking, node))
    return marking.finish(_UNDEFINED)


def _routing(marking: Marking, node: Node, above: tuple[str, ...]) -> None:
    text = node.text
    if above and not is_known(Node(above[0], 0)):
        marking.foreign[marking.file] = marking.foreign.get(marking.file, 0) + 1
    if not text.startswith(("!", "description ")):
        marking.take(text, node.line)
    if text == "no bgp ebgp-requires-policy":
        marking.mark("policy-not-needed", node, "eBGP sessions without a policy pass everything")
    elif text == "frr defaults datacenter":
        marking.mark("policy-not-needed", node, "this profile does not ask for policies on eBGP sessions")
    elif text == "line vty" and _open(node):
        marking.mark("open-line", node, "any address may log in")
    elif text.startswith("import vrf ") and not text.startswith("import vrf route-map ") and " vrf " not in above[0]:
        # In a VRF the facts have it; the global table is none.
        marking.mark("leak", node, text)
    if _PASSWORD.fullmatch(text):
        marking.mark("clear-key", node)


def _other(marking: Marking, node: Node) -> None:
    text = node.text
    if marking.file == "nftables.conf" and " hook input " in text and "policy drop" in text:
        marking.mark("guarded", node)
    if marking.file != "swanctl.conf":
        return
    key, _, value = (part.strip() for part in text.partition("="))
    if key in ("proposals", "esp_proposals"):
        algorithms = {word for one in value.split(",") for word in one.strip().split("-")}
        for word, what in _WEAK:
            if word in algorithms:
                marking.mark("weak-crypto", node, what + (" for ESP" if key[0] == "e" else ""))
    elif key == "version" and value in ("0", "1"):
        marking.mark("old-crypto", node, "IKEv1")
    elif key == "mode" and value == "transport":
        marking.mark("transport-mode", node)
    if key == "secret" and value:
        marking.mark("clear-key", node)


def _open(node: Node) -> bool:
    """FRR's own ports ask for a password only where a login is configured."""
    first = {child.text.split()[0] for child in node.children}
    return "login" in first and "access-class" not in first
