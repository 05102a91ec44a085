"""``swanctl.conf`` → tunnels, each under the name of its XFRM interface."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Final, Literal

from generator.model.address import parse_address, parse_prefix
from generator.model.crypto import CryptoPolicy, Selector, Tunnel
from generator.model.secret import Secret
from generator.platforms.linux_frr.found import Found, Link
from generator.platforms.linux_frr.nest import nested_settings
from generator.platforms.linux_frr.proposals import esp_proposal, ike_proposal
from generator.platforms.tree import Node

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "": 1}
_ANY: Final = (("0.0.0.0/0",), ("0.0.0.0/0", "::/0"))
_IKE_HOURS: Final = 4 * 3600
_CHILD_HOURS: Final = 3600
"""How often strongSwan renews keys unless told otherwise (PLT-LNX-10)."""

_KNOWN: Final = {
    "connection": frozenset(
        [
            "version",
            "local_addrs",
            "remote_addrs",
            "local_port",
            "remote_port",
            "proposals",
            "rekey_time",
            "over_time",
            "reauth_time",
            "rand_time",
            "dpd_delay",
            "dpd_timeout",
            "mobike",
            "keyingtries",
            "encap",
            "fragmentation",
            "unique",
            "local",
            "remote",
            "children",
            "dscp",
        ]
    ),
    "end": frozenset(("auth", "id")),
    "child": frozenset(
        [
            "mode",
            "local_ts",
            "remote_ts",
            "esp_proposals",
            "life_time",
            "rekey_time",
            "rand_time",
            "life_bytes",
            "rekey_bytes",
            "rand_bytes",
            "if_id_in",
            "if_id_out",
            "dpd_action",
            "close_action",
            "start_action",
            "replay_window",
            "copy_df",
            "copy_ecn",
            "copy_dscp",
            "policies",
            "hw_offload",
        ]
    ),
    "secret": frozenset(("secret",)),
}


class _Section:
    """One section: its own lines by key, and the sections in it."""

    def __init__(self, found: Found, node: Node, kind: str = "") -> None:
        self.found = found
        self.node = node
        self.lines: dict[str, Node] = {}
        self.sections: dict[str, Node] = {}
        for child in node.children:
            key, equals, _ = child.text.partition("=")
            key = key.strip()
            known = not kind or key.partition("-")[0] in _KNOWN[kind] or (kind == "secret" and key.startswith("id"))
            if not known:
                found.reject(Node("••••", child.line) if kind == "secret" else child)
            elif equals and not child.children:
                self.lines[key] = child
            else:
                self.sections[key] = child

    def text(self, key: str, default: str = "") -> str:
        """The value of a key, without quotes."""
        line = self.lines.get(key)
        return default if line is None else unquoted(line.text.partition("=")[2].strip())

    def section(self, key: str, kind: str) -> _Section:
        return _Section(self.found, self.sections.get(key, Node(key, self.node.line)), kind)


def read_swanctl(found: Found, nodes: list[Node]) -> None:
    """Connections with pre-shared keys; certificates, pools and authorities are none of our business."""
    tops = {node.text.strip(): node for node in nested_settings(found, nodes)}
    secrets = _secrets(found, tops.get("secrets", Node("secrets", 0)))
    for node in tops.get("connections", Node("connections", 0)).children:
        _connection(found, node, secrets)


_Key = tuple[frozenset[str], Secret]
"""The identities that a secret is for, and the secret."""


def _secrets(found: Found, node: Node) -> list[_Key]:
    out: list[_Key] = []
    for child in node.children:
        if not child.text.startswith("ike"):
            continue
        section = _Section(found, child, "secret")
        owners = frozenset(section.text(key) for key in section.lines if key.startswith("id"))
        try:
            out.append((owners, Secret(_key(section.text("secret")))))
        except ValueError:
            found.reject(Node(child.text, section.lines["secret"].line), "the key is not as its prefix says")
    return out


def _key(text: str) -> str:
    """``0x`` and ``0s`` begin a key in hexadecimal and in Base64 (IPS-PSK-03)."""
    if text[:2].lower() == "0s":
        return base64.b64decode(text[2:], validate=True).decode("latin-1")
    if text[:2].lower() == "0x":
        return bytes.fromhex(text[2:]).decode("latin-1")
    return text


def _connection(found: Found, node: Node, secrets: list[_Key]) -> None:
    section = _Section(found, node, "connection")
    local, remote = section.section("local", "end"), section.section("remote", "end")
    try:
        ours, theirs = parse_address(section.text("local_addrs")), parse_address(section.text("remote_addrs"))
    except ValueError:
        found.reject(node, "a connection needs one local and one remote address")
        return
    children = [_Section(found, child, "child") for child in section.section("children", "").sections.values()]
    for end in (local, remote):
        if end.text("auth") != "psk":
            found.reject(end.node, "both ends identify themselves by the shared key")
    if section.text("mobike", "yes") != "no":
        found.reject(node, "mobike is on unless told otherwise")
    name, link = _interface(found, node, children)
    owners = {one for one in (local.text("id"), remote.text("id")) if one}
    tunnel = Tunnel(
        name=name,
        vrf=found.vrf_of(name),
        front_vrf=_front(found, link, str(ours)) if link is not None else "",
        local=ours,
        remote=theirs,
        crypto=_policy(found, section, children),
        key=_matching(secrets, owners),
        local_identity=local.text("id"),
        remote_identity=remote.text("id"),
        selectors=_selectors(found, children),
        dpd_interval=_number(found, section, "dpd_delay", seconds, 0),
        dpd_retries=0,
        initiate=_initiates(found, section, children),
    )
    found.tunnels[name] = tunnel
    found.place("tunnels", name, node.line)


def _initiates(found: Found, section: _Section, children: list[_Section]) -> bool:
    """Whether this end opens the tunnel, and opens it again whenever it is lost."""
    if {child.text("start_action", "none") for child in children} != {"start"}:
        return False
    again = {(child.text("dpd_action", "clear"), child.text("close_action", "none")) for child in children}
    if again != {("restart", "start")} or section.text("keyingtries", "1") != "0":
        found.reject(section.node, "once lost, nobody opens it again")
    return True


def _matching(secrets: list[_Key], owners: set[str]) -> Secret | None:
    """The secret for most of the identities, as strongSwan chooses; one for nobody is for everybody."""
    best: tuple[int, Secret | None] = (-1, None)
    for who, secret in secrets:
        score = len(who & owners)
        if (score or not who) and score > best[0]:
            best = (score, secret)
    return best[1]


def _interface(found: Found, node: Node, children: list[_Section]) -> tuple[str, Link | None]:
    """The XFRM interface that the child SAs go to; the connection's own name where there is none."""
    numbers = {child.text(key) for child in children for key in ("if_id_in", "if_id_out")}
    for link in found.links.values():
        if link.xfrm_id and numbers == {link.xfrm_id}:
            return link.name, link
    found.reject(node, "no XFRM interface has the number of its child SAs in both directions")
    return node.text.strip(), None


def _front(found: Found, link: Link, local: str) -> str:
    """The VRF of the outer packets: ESP follows the interface's device, IKE the rule for its source address."""
    under = found.links.get(link.physdev)
    if link.physdev == "lo" or (under is None and not link.physdev):
        return ""
    device = link.physdev if under is None or under.table else under.vrf
    vrf = found.links.get(device)
    if device and (vrf is None or (local, vrf.table) not in vrf.rules):
        found.file, file = link.place[0], found.file
        found.reject(Node(f"iface {link.name}", link.place[1]), f"no rule sends what comes from {local} into {device}")
        found.file = file
    return found.link_vrf(device) if device else ""


def _policy(found: Found, section: _Section, children: list[_Section]) -> CryptoPolicy | None:
    """None where children differ or a proposal is not one of one suite."""
    rekey = _number(found, section, "rekey_time", seconds, _IKE_HOURS)
    over = _number(found, section, "over_time", seconds, rekey // 10)
    suites: set[tuple[str, str, str, int, int, str]] = set()
    try:
        ike = ike_proposal(section.text("proposals"))
    except (ValueError, LookupError):
        found.reject(section.lines.get("proposals", section.node), "it is not exactly one suite that is known")
        return None
    for child in children:
        try:
            esp = esp_proposal(child.text("esp_proposals"))
        except (ValueError, LookupError):
            found.reject(child.lines.get("esp_proposals", child.node), "it is not exactly one suite that is known")
            return None
        renewed = _number(found, child, "rekey_time", seconds, _CHILD_HOURS)
        renewed_bytes = _number(found, child, "rekey_bytes", size, 0)
        life = _number(found, child, "life_time", seconds, renewed * 11 // 10)
        life_bytes = _number(found, child, "life_bytes", size, renewed_bytes * 11 // 10)
        suites.add((*esp, life, life_bytes // 1024, child.text("mode", "tunnel")))
    if len(suites) != 1:
        found.reject(section.node, "its children differ in more than their selectors")
        return None
    cipher, integrity, group, life, kilobytes, said = suites.pop()
    mode: Literal["tunnel", "transport"] = "tunnel" if said == "tunnel" else "transport"
    version = _number(found, section, "version", int, 0)
    return CryptoPolicy(*ike, cipher, integrity, group, life, kilobytes, rekey + over, version, mode)


def _selectors(found: Found, children: list[_Section]) -> tuple[Selector, ...]:
    """Each child's local with each of its remote prefixes; any to any is no selector."""
    out: list[Selector] = []
    for child in children:
        sides = [tuple([part.strip() for part in child.text(key).split(",")]) for key in ("local_ts", "remote_ts")]
        if len(children) == 1 and sides[0] in _ANY and sides[1] in _ANY:
            return ()
        try:
            out += [Selector(parse_prefix(a), parse_prefix(b)) for a in sides[0] for b in sides[1]]
        except ValueError:
            found.reject(child.node, "its traffic selectors are not prefixes")
    return tuple(out)


def _number(found: Found, section: _Section, key: str, read: Callable[[str], int], default: int) -> int:
    if key not in section.lines:
        return default
    try:
        return read(section.text(key))
    except (ValueError, LookupError):
        found.reject(section.lines[key])
        return default


def seconds(text: str) -> int:
    """``25920s``, ``4h``, ``60`` → seconds."""
    match = re.fullmatch(r"(\d+)\s*([smhd]?)", text)
    if match is None:
        raise ValueError(text)
    return int(match[1]) * _SECONDS[match[2]]


def size(text: str) -> int:
    """``100000``, ``1G`` → bytes."""
    match = re.fullmatch(r"(\d+)\s*([kKmMgG]?)", text)
    if match is None:
        raise ValueError(text)
    return int(match[1]) << 10 * " kmg".index(match[2].lower() or " ")


def unquoted(text: str) -> str:
    """A value without its quotes; in them a backslash takes the special meaning from what follows."""
    if not text.startswith('"'):
        return text
    words = {"n": "\n", "r": "\r", "t": "\t"}
    return re.sub(r"\\(.)", lambda found: words.get(found[1], found[1]), text[1:].removesuffix('"'))
