"""IOS-XE config → items: what is made, changed and removed as one, in the form in which the router keeps it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from ipaddress import ip_interface
from typing import Final

from generator.platforms.changing import Item, Key, Typed
from generator.platforms.cisco_xe import type7
from generator.platforms.cisco_xe.change_refs import refs_of
from generator.platforms.tree import Node

_DEFAULTS: Final = frozenset(("no shutdown", "exit-address-family", "mode tunnel", "exit", "exit-peer-session"))
"""Lines that a running-config does not show, or that only close a block."""
_DEFAULT_TIMERS: Final = re.compile(r"neighbor \S+ timers 60 180( 0)?")
_TYPE_7: Final = re.compile(r"(.*\b(?:password|pre-shared-key(?: local| remote)?|key-string)) ([07]) (\S+)")
_MANY: Final = re.compile(
    r"(match (?:ip address prefix-list|ipv6 address prefix-list|as-path|community)) (\S+(?: \S+)+)"
)
_NUMBERED_PERMIT: Final = re.compile(r"\d+ (permit .*)")
_AF: Final = re.compile(r"address-family (ipv[46])(?: unicast)?(?: vrf (\S+))?")


def canonical(text: str) -> str:
    """A line as the router keeps it: single blanks, keys in clear where they can be read."""
    text = " ".join(text.split())
    found = _TYPE_7.fullmatch(text)
    if found is None:
        return text
    try:
        key = found[3] if found[2] == "0" else type7.decode(found[3])
    except ValueError:
        return text
    return f"{found[1]} {key}" if "password" not in found[1] else f"{found[1]} 0 {key}"


def items(trees: Mapping[str, list[Node]], like: Mapping[Key, Item]) -> dict[Key, Item]:
    """All items of the running-config, in its order.  ``like``: items of another config, to take those that are equal."""
    lines: dict[Key, list[Typed]] = {}
    numbers: dict[Key, int] = {}
    for nodes in trees.values():
        for node in nodes:
            for key, line in _top(node):
                if key not in lines:
                    lines[key] = []
                    numbers[key] = node.line
                lines[key].append(line)
    made: dict[Key, Item] = {}
    for key, found in lines.items():
        there, texts = like.get(key), tuple(found)
        made[key] = there if there is not None and there.lines == texts else finished(key, texts, numbers[key])
    return made


def finished(key: Key, lines: tuple[Typed, ...], number: int = 0) -> Item:
    """An item of these lines, with what it refers to and what it claims."""
    return Item(key, lines, refs_of(key, lines), _claims(key, lines), number)


def _top(node: Node) -> Iterator[tuple[Key, Typed]]:
    words = node.text.split()
    for length in (3, 2, 1):
        rule = _KINDS.get(" ".join(words[:length]))
        if rule is not None and len(words) > length:
            yield from rule(node, words)
            return
    if node.text in ("ipv6 unicast-routing", "ip bgp-community new-format", "control-plane"):
        kind = "control-plane" if node.text == "control-plane" else "switch"
        yield from _block(node, (kind, node.text))


def _block(node: Node, key: Key) -> Iterator[tuple[Key, Typed]]:
    header = canonical(node.text)
    yield key, Typed((), header)
    for line in _flat(node, (header,)):
        yield key, line


def _flat(node: Node, context: tuple[str, ...]) -> Iterator[Typed]:
    standard = context[0].startswith("ip access-list standard")
    for child in node.children:
        kept = _kept(child.text)
        if len(kept) != 1:
            yield from (Typed(context, text) for text in kept)
            continue
        text = _NUMBERED_PERMIT.sub(r"\1", kept[0]) if standard else kept[0]
        yield Typed(context, text)
        if child.children:
            yield from _flat(child, (*context, text))


@lru_cache(maxsize=1 << 16)
def _kept(text: str) -> tuple[str, ...]:
    """A line of a block as the router keeps it: none for a default, several for several names that are alternatives."""
    text = canonical(text)
    if text in _DEFAULTS or _DEFAULT_TIMERS.fullmatch(text):
        return ()
    many = _MANY.fullmatch(text)
    if many is not None and "exact-match" not in text:
        return tuple(f"{many[1]} {name}" for name in many[2].split())
    return (text,)


Rule = Callable[[Node, list[str]], Iterator[tuple[Key, Typed]]]


def _named(kind: str, place: int = -1) -> Rule:
    def rule(node: Node, words: list[str]) -> Iterator[tuple[Key, Typed]]:
        return _block(node, (kind, words[place]))

    return rule


def _one_line(kind: str, place: int = -1) -> Rule:
    def rule(node: Node, words: list[str]) -> Iterator[tuple[Key, Typed]]:
        yield (kind, words[place]), Typed((), canonical(node.text))

    return rule


def _prefix_list(node: Node, words: list[str]) -> Iterator[tuple[Key, Typed]]:
    if len(words) > 4:
        yield ("prefix-list", f"{words[0]} {words[2]}"), Typed((), canonical(node.text))


def _community_list(_node: Node, words: list[str]) -> Iterator[tuple[Key, Typed]]:
    place = 3 if words[2] in ("standard", "expanded") else 2
    head = " ".join(words[: place + 2])
    # Several values in one line are one condition together: never taken apart.
    yield ("community-list", words[place]), Typed((), f"{head} {' '.join(words[place + 2 :])}")


def _route_map(node: Node, words: list[str]) -> Iterator[tuple[Key, Typed]]:
    action, sequence = (words[2] if len(words) > 2 else "permit"), (words[3] if len(words) > 3 else "10")
    header = f"route-map {words[1]} {action} {sequence}"
    key = ("route-map", words[1])
    yield key, Typed((), header)
    for line in _flat(node, (header,)):
        yield key, line


def _route(node: Node, _words: list[str]) -> Iterator[tuple[Key, Typed]]:
    text = canonical(node.text)
    yield ("route", text), Typed((), text)


def _nat(node: Node, words: list[str]) -> Iterator[tuple[Key, Typed]]:
    text = canonical(node.text)
    if words[2] == "pool" and len(words) > 3:
        yield ("nat-pool", words[3]), Typed((), text)
    elif words[2] == "inside":
        name = f"list {words[words.index('list') + 1]}" if "list" in words else text
        yield ("nat-rule", name), Typed((), text)


def _zone_pair(node: Node, words: list[str]) -> Iterator[tuple[Key, Typed]]:
    return _block(node, ("zone-pair", words[2]))


def _bgp(node: Node, words: list[str]) -> Iterator[tuple[Key, Typed]]:
    header, asn = canonical(node.text), words[2]
    process: Key = ("bgp", asn)
    yield process, Typed((), header)
    for child in node.children:
        text = canonical(child.text)
        family = _AF.fullmatch(text)
        if family is not None:
            yield from _family(child, header, asn, f"{family[1]}{f' vrf {family[2]}' if family[2] else ''}")
        elif text in _DEFAULTS or _DEFAULT_TIMERS.fullmatch(text):
            continue
        elif text.startswith("neighbor "):
            yield ("neighbor", f"{asn}||{text.split()[1]}"), Typed((header,), text)
        else:
            yield process, Typed((header,), text)
            for line in _flat(child, (header, text)):
                yield process, line


def _family(node: Node, header: str, asn: str, name: str) -> Iterator[tuple[Key, Typed]]:
    context = (header, f"address-family {name}")
    key: Key = ("bgp-af", f"{asn} {name}")
    yield key, Typed((header,), context[1])
    for line in _flat(node, context):
        if line.text.startswith("neighbor ") and line.context == context:
            place = name if " vrf " in name else ""
            yield ("neighbor", f"{asn}|{place}|{line.text.split()[1]}"), line
        elif line.text.startswith("no neighbor "):
            place = name if " vrf " in name else ""
            yield ("neighbor", f"{asn}|{place}|{line.text.split()[2]}"), line
        else:
            yield key, line


_KINDS: Final[dict[str, Rule]] = {
    "hostname": _one_line("hostname", 0),
    "vrf definition": _named("vrf"),
    "ip access-list extended": _named("acl"),
    "ip access-list standard": _named("acl"),
    "ipv6 access-list": _named("acl"),
    "crypto ikev2 proposal": _named("crypto ikev2 proposal"),
    "crypto ikev2 policy": _named("crypto ikev2 policy"),
    "crypto ikev2 keyring": _named("crypto ikev2 keyring"),
    "crypto ikev2 profile": _named("crypto ikev2 profile"),
    "crypto ipsec transform-set": _named("crypto ipsec transform-set", 3),
    "crypto ipsec profile": _named("crypto ipsec profile"),
    "zone security": _named("zone"),
    "class-map": _named("class-map"),
    "policy-map": _named("policy-map"),
    "zone-pair security": _zone_pair,
    "interface": _named("interface"),
    "ip prefix-list": _prefix_list,
    "ipv6 prefix-list": _prefix_list,
    "ip as-path access-list": _one_line("as-path", 3),
    "ip community-list": _community_list,
    "route-map": _route_map,
    "ip route": _route,
    "ipv6 route": _route,
    "ip nat": _nat,
    "router bgp": _bgp,
    "key chain": _named("key chain", 2),
    "mka policy": _named("mka policy", 2),
}


def _claims(key: Key, lines: tuple[Typed, ...]) -> frozenset[str]:
    kind = key[0]
    if kind == "bgp":
        return frozenset(("router bgp",))
    if kind == "vrf":
        return frozenset(line.text for line in lines if line.text.startswith("rd "))
    if kind == "interface":
        return frozenset(_interface_claims(key[1], lines))
    return frozenset()


def _interface_claims(name: str, lines: tuple[Typed, ...]) -> Iterator[str]:
    vrf = next((line.text.split()[-1] for line in lines if line.text.startswith("vrf forwarding ")), "")
    for line in lines:
        network = network_of(line.text)
        if network:
            yield f"net {vrf} {network}"
        elif line.text.startswith("encapsulation "):
            yield f"tag {name.rpartition('.')[0]} {line.text}"


def network_of(text: str) -> str:
    """The subnet of an address line of an interface; empty for every other line."""
    words = text.split()
    try:
        if words[:2] == ["ip", "address"] and len(words) > 3:
            return str(ip_interface(f"{words[2]}/{words[3]}").network)
        if words[:2] == ["ipv6", "address"] and "/" in words[2]:
            return str(ip_interface(words[2]).network)
    except ValueError:
        pass
    return ""
