"""What an auditor wants to know of a Junos config beside its facts, also of one that is not ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from generator.model.audit import AuditFacts, NameKind
from generator.model.facts import ReadResult
from generator.platforms.juniper_junos.inheritance import resolve
from generator.platforms.juniper_junos.reader import is_known
from generator.platforms.juniper_junos.reading import Reading, inactive, masked
from generator.platforms.marking import Marking, walk
from generator.platforms.patterns import Table
from generator.platforms.tree import Node

SIGNS: Final = {
    "junos.conf": (
        r"^(?:system|interfaces|protocols|security|firewall|chassis|groups) \{",
        r"^(?:policy-options|routing-instances|routing-options) \{",
        r"^## Last c",
        r"^version \d\d\.\d",
        r"\bfamily inet6? \{",
        r"\bhost-name \S+;",
        r"\bpeer-as \d+;",
        r"\bpolicy-statement \S+ \{",
        r"\bunit \d+ \{",
        r"\bvlan-tags outer ",
        r"^set (?:version \d\d\.\d|system host-name )",
        r"^set (?:interfaces \S+ unit|policy-options policy-statement|routing-instances \S+ protocols bgp) ",
        r"^(?:set|deactivate) (?:protocols bgp group|security|firewall|chassis|routing-options|groups) ",
    )
}
"""Lines by which a text is known for one of this platform."""

_UNDEFINED: Final = dict.fromkeys(
    ("policy", "prefix list", "AS path list", "community list", "filter"), "does not commit"
)
_DEFINED: Final[dict[str, NameKind]] = {
    "policy-statement": "policy",
    "prefix-list": "prefix list",
    "route-filter-list": "prefix list",
    "as-path": "AS path list",
    "as-path-group": "AS path list",
    "community": "community list",
}
_USED: Final[dict[str, NameKind]] = {
    "prefix-list": "prefix list",
    "prefix-list-filter": "prefix list",
    "route-filter-list": "prefix list",
    "source-prefix-list": "prefix list",
    "destination-prefix-list": "prefix list",
    "as-path": "AS path list",
    "as-path-group": "AS path list",
    "community": "community list",
    "policy": "policy",
}
_POLICIES: Final = frozenset(("import", "export", "vrf-import", "vrf-export", "instance-import", "import-policy"))
_FILTERS: Final = frozenset(("input", "output", "input-list", "output-list"))
_KEY: Final = re.compile(
    r"(?:.* )?(?:authentication-key|pre-shared-key ascii-text|pre-shared-key hexadecimal|pre-shared-key cak|cak|secret"
    r"|plain-text-password-value|ascii-text|hexadecimal) (?!\"?\$\d+\$)\S.*"
)
_WEAK: Final = {
    "dh-group group1": "Diffie-Hellman group 1",
    "dh-group group2": "Diffie-Hellman group 2",
    "dh-group group5": "Diffie-Hellman group 5",
    "dh-group group24": "Diffie-Hellman group 24",
    "keys group1": "Diffie-Hellman group 1 for PFS",
    "keys group2": "Diffie-Hellman group 2 for PFS",
    "keys group5": "Diffie-Hellman group 5 for PFS",
    "keys group24": "Diffie-Hellman group 24 for PFS",
    "encryption-algorithm 3des-cbc": "3DES",
    "encryption-algorithm des-cbc": "DES",
    "authentication-algorithm md5": "MD5",
    "authentication-algorithm sha1": "SHA-1",
    "authentication-algorithm hmac-md5-96": "MD5 for ESP",
    "authentication-algorithm hmac-sha1-96": "SHA-1 for ESP",
}
_REFUSED: Final = (
    "belongs on", "condition outside of from", "does not commit", "one value expected", "tagging on the port",
    "need flexible-vlan-tagging", "prefix expected",
)  # fmt: skip
_LEAKS: Final = frozenset(("rib-group", "rib-groups", "next-table", "auto-export", "import-rib"))


def audit(trees: Mapping[str, list[Node]], result: ReadResult) -> AuditFacts:
    """Walk over what is there, then over what takes effect: groups resolved, inactive statements gone (PLT-JUN-11)."""
    marking = Marking(Table([]), Table([]))
    for file, roots in trees.items():
        marking.file = file
        groups = {one.text for root in roots if root.text == "groups" for one in root.children}
        walk(roots, lambda node, _above: _written(marking, node, groups))  # noqa: B023 - used at once
        active = resolve(roots, Reading(file)) if groups else roots
        walk(_without_inactive(active), lambda node, above: _acting(marking, node, above))
        for root in roots:
            if not is_known(root) and not root.text.startswith(("/*", "#", "inactive: ")):
                marking.pass_over(root)
    for line in result.unrecognised:
        number = "invalid literal" in line.reason
        if number or any(words in line.reason for words in _REFUSED):
            marking.file = line.file
            told = "not one number; perhaps a semicolon is missing" if number else line.reason
            marking.mark("refused", Node("", line.line), told)
    return marking.finish(_UNDEFINED)


def _without_inactive(nodes: list[Node]) -> list[Node]:
    out = []
    for node in nodes:
        if not inactive(node) and node.text != "groups":
            copy = Node(node.text, node.line)
            copy.children = _without_inactive(node.children)
            out.append(copy)
    return out


def _written(marking: Marking, node: Node, groups: set[str]) -> None:
    """What acts otherwise than it reads, and keys wherever they stand."""
    text = node.text
    if text.startswith("inactive: "):
        marking.mark("switched-off", node, " ".join(masked(text.removeprefix("inactive: ")).split()[:3]))
    elif text.startswith("apply-groups-except "):
        marking.mark("unresolved", node, "apply-groups-except is not resolved")
    elif text.startswith("apply-groups "):
        missing = [name for name in text.split()[1:] if name.strip("[]") and name not in groups]
        if missing:
            marking.mark("unresolved", node, f"group {missing[0]} is not in this text")
    if _KEY.fullmatch(text) and "encrypted-password" not in text:
        marking.mark("clear-key", node)


def _acting(marking: Marking, node: Node, above: tuple[str, ...]) -> None:
    words = node.text.split()
    if not words:
        return
    top = above[0] if above else words[0]
    if not _names(marking, node, words, above, top):
        marking.words.update(word.strip('"[];') for word in words)
    path = f"{' '.join(above)} {node.text}"
    if top == "security" and node.text in _WEAK and (" proposal " in path or "perfect-forward-secrecy" in path):
        marking.mark("weak-crypto", node, _WEAK[node.text])
    elif top == "security" and "perfect-forward-secrecy keys" in path and f"keys {words[-1]}" in _WEAK:
        marking.mark("weak-crypto", node, _WEAK[f"keys {words[-1]}"])
    elif top == "security" and node.text == "version v1-only":
        marking.mark("old-crypto", node, "IKEv1")
    elif top == "class-of-service" and (found := re.search(r"interfaces (\S+) unit (\d+) classifiers dscp", path)):
        if node.text.startswith(("dscp", "classifiers dscp")):
            marking.mark("dscp-trust", node, subject=f"{found[1]}.{found[2]}")
    elif top == "system" and above[-1:] == ("services",) and words[0] in ("ssh", "telnet", "netconf", "web-management"):
        marking.mark("open-line", node, f"{words[0]} is on")
    elif top == "interfaces" and "tag-protocol-id" in words and any("88a8" in w or "9100" in w for w in words):
        marking.mark("outer-ethertype", node, words[-1].strip("[]"), above[1] if len(above) > 1 else "")
    elif top == "routing-instances" and len(above) > 1 and not _LEAKS.isdisjoint(words):
        marking.mark("leak", node, " ".join(words[:2]), above[1])


def _names(marking: Marking, node: Node, words: list[str], above: tuple[str, ...], top: str) -> bool:
    """Names defined or used here.  True: the words define one and use none."""
    if above == ("policy-options",) and words[0] in _DEFINED and len(words) > 1:
        marking.define(_DEFINED[words[0]], words[1], node.line)
        return True
    if top == "firewall" and words[0] == "filter" and len(words) == 2 and len(above) in (1, 2):
        marking.define("filter", words[1], node.line)
        return True
    if top == "policy-options" or top == "firewall":
        start = 1 if words[0] in ("from", "then", "to") else 0
        kind = _USED.get(words[start]) if len(words) > start + 1 else None
        if kind is not None and (start or above[-1] in ("from", "to", "then")):
            names = words[start + 1 :]
            if kind == "community list" and names[0] in ("add", "set", "delete"):
                names = names[1:]
            marking.refer(kind, " ".join(names if names[0] == "[" else names[:1]), node.line)
    elif words[0] in _POLICIES and len(words) > 1 and top != "security":
        marking.refer("policy", " ".join(words[1:]), node.line)
    elif top == "interfaces":
        start = 1 if words[0] == "filter" else 0
        if words[start : start + 1] and words[start] in _FILTERS and (start or above[-1] == "filter"):
            marking.refer("filter", " ".join(words[start + 1 :]), node.line)
    return False
