"""What an IOS-XE router makes of commands: the simulated one that proves plans of changes.

It knows nothing of the planner.  Where Cisco's documents are silent it does the worse thing: it refuses what a router
may refuse, and a neighbour in a VRF is active from its first line on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_interface
from typing import Final

from generator.platforms.cisco_xe.device_names import dangling, points
from generator.platforms.cisco_xe.type7 import decode
from generator.platforms.tree import Node


class Block(dict[str, "Block"]):
    """Lines of one block, each with the lines under it."""


_HIDDEN: Final = ("exit-address-family", "no shutdown", "mode tunnel", "exit", "end")
_TIMERS: Final = re.compile(r"neighbor \S+ timers 60 180")
"""What it does not show either."""
_ON: Final = ("ip redirects", "ip proxy-arp", "bfd echo", "bgp default ipv4-unicast", "ip address", "ip unreachables")
"""What is there unless a line says that it is not."""
_SINGLE: Final = tuple(
    re.compile(text)
    for text in (
        r"hostname ", r"description ", r"(?:ip |ipv6 )?mtu ", r"encapsulation ", r"vrf forwarding ", r"ip address (?!.* secondary)",
        r"bfd interval ", r"ip verify unicast ", r"ipv6 verify unicast ", r"(?:ip|ipv6) tcp adjust-mss ",
        r"ip access-group \S+ (?:in|out)$", r"ipv6 traffic-filter \S+ (?:in|out)$", r"ip unnumbered ", r"tunnel source ",
        r"tunnel destination ", r"tunnel vrf ", r"tunnel mode ", r"tunnel protection ipsec profile ", r"tunnel protection ipsec policy ",
        r"mka policy ", r"mka pre-shared-key ", r"macsec access-control ", r"neighbor \S+ remote-as ", r"neighbor \S+ description ",
        r"neighbor \S+ password ", r"neighbor \S+ ebgp-multihop ", r"neighbor \S+ update-source ", r"neighbor \S+ timers ",
        r"neighbor \S+ fall-over ", r"neighbor \S+ maximum-prefix ", r"neighbor \S+ route-map \S+ (?:in|out)$",
        r"neighbor \S+ send-community ", r"neighbor \S+ allowas-in", r"neighbor \S+ remove-private-as", r"bgp router-id ",
        r"bgp maxas-limit ", r"maximum-paths ibgp ", r"maximum-paths \d", r"lifetime ", r"dpd ", r"identity local ", r"keyring local ",
        r"pre-shared-key ", r"address \d", r"set security-association lifetime seconds ", r"set security-association lifetime kilobytes ",
        r"set transform-set ", r"set pfs ", r"set ikev2-profile ", r"police ", r"shape average ", r"priority ", r"set dscp ",
        r"set local-preference ", r"set metric ", r"set as-path prepend ", r"encryption ", r"integrity ", r"prf ", r"group ",
        r"match fvrf ", r"macsec-cipher-suite ", r"cryptographic-algorithm ", r"key-string ", r"crypto ipsec transform-set \S+ ",
    )
)  # fmt: skip
"""Lines of which a block has one: the next takes the place of the last."""
_EXCLUSIVE: Final = (
    "zone-member security ", "service-policy type inspect ", "service-policy output ", "service-policy input ", "service-policy ",
    "rd ",
)  # fmt: skip
"""The same, but a second is refused while the first is there."""
_MANY: Final = re.compile(r"(match (?:ip address prefix-list|ipv6 address prefix-list|as-path|community)) (\S+ .*)")
_ENTRY: Final = re.compile(r"(?:sequence )?(\d+) (.*)")
_PREFIX: Final = re.compile(r"((?:ip|ipv6) prefix-list \S+) seq (\d+) (.*)")


class Router:
    """`generator.platforms.changing.Device` of IOS-XE."""

    def __init__(self, trees: Mapping[str, list[Node]]) -> None:
        self.file = next(iter(trees), "running.cfg")
        self.header: list[Node] = []
        self.top = Block()
        for nodes in trees.values():
            self.header += [node for node in nodes if node.text.startswith("!")]
            self._load(self.top, [node for node in nodes if not node.text.startswith("!")])

    def _load(self, block: Block, nodes: list[Node]) -> None:
        for node in nodes:
            for text in _split(_plain(node.text)):
                if text not in _HIDDEN and not _TIMERS.fullmatch(text) and not text.startswith("banner "):
                    self._load(block.setdefault(text, Block()), node.children)

    def apply(self, context: tuple[str, ...], text: str) -> str:
        block = self.top
        for place, line in enumerate(context):
            found = block.get(line)
            if found is None:
                refused = self._set(block, context[:place], _plain(line))
                if refused:
                    return refused
                found = block[line]
            block = found
        line = _plain(text)
        if line.startswith("no ") and (bare := line.removeprefix("no ")) not in _ON and bare != "shutdown":
            return self._unset(block, context, bare)
        return self._set(block, context, line)

    def _set(self, block: Block, context: tuple[str, ...], line: str) -> str:
        if line == "no shutdown":
            block.pop("shutdown", None)
            return ""
        refused = self._check(block, context, line)
        if refused:
            return refused
        if line.startswith("no "):
            bare = line.removeprefix("no ")
            for other in [one for one in block if one == bare or one.startswith(f"{bare} ")]:
                del block[other]
        elif line in _ON:
            block.pop(f"no {line}", None)
            return ""
        if line.startswith("ip address "):
            block.pop("no ip address", None)
        for pattern in _SINGLE:
            if pattern.match(line):
                key = _key(line, pattern)
                for other in [one for one in block if one != line and pattern.match(one) and _key(one, pattern) == key]:
                    children = block.pop(other)
                    block.setdefault(line, Block()).update(children)
        if line in _HIDDEN or _TIMERS.fullmatch(line):
            block.pop(line, None)
            return ""
        block.setdefault(line, Block())
        self._effects(block, context, line)
        return ""

    def _check(self, block: Block, context: tuple[str, ...], line: str) -> str:
        """Why the router would not take a line."""
        for start in _EXCLUSIVE:
            if line.startswith(start) and not line.startswith("service-policy input") | (
                start == "service-policy " and line.split()[1] in ("type", "output", "input")
            ):
                there = [one for one in block if one.startswith(start) and one != line]
                if there:
                    return f"{there[0]} is there already"
        if line.startswith("rd ") and any(
            line in body for head, body in self.top.items() if head.startswith("vrf def") and body is not block
        ):
            return "this route distinguisher is in use"
        if line.startswith("neighbor ") and line.split()[2] != "remote-as":
            return self._known_neighbor(block, context, line.split()[1])
        entry = _PREFIX.fullmatch(line)
        if entry is not None:
            for other in block:
                one = _PREFIX.fullmatch(other)
                if (
                    one is not None
                    and one[1] == entry[1]
                    and other != line
                    and (one[2] == entry[2] or one[3] == entry[3])
                ):
                    return f"insertion failed: {other} is there"
        head = context[-1] if context else ""
        if head.startswith(("ip access-list extended", "ipv6 access-list")):
            return _access_entry(block, line)
        if head.startswith("interface "):
            return self._check_interface(block, head, line)
        if line.startswith("ip nat inside source list ") and any(
            one.split()[5] == line.split()[5] and one != line
            for one in block
            if one.startswith("ip nat inside source list ")
        ):
            return "this list is translated already"
        if line.startswith("ip nat pool ") and any(
            one.split()[3] == line.split()[3] and one != line for one in block if one.startswith("ip nat pool ")
        ):
            return "the pool is in use"
        return ""

    def _known_neighbor(self, block: Block, context: tuple[str, ...], address: str) -> str:
        places = [block] if " vrf " in (context[-1] if context else "") else [block, self.top.get(context[0], Block())]
        if any(f"neighbor {address} remote-as " in f"{one} " for place in places for one in place):
            return ""
        return "specify remote-as first"

    def _check_interface(self, block: Block, head: str, line: str) -> str:
        if line.startswith("vrf forwarding "):
            found = self.top.get(f"vrf definition {line.split()[-1]}")
            if found is None or not any(one.startswith("address-family") for one in found):
                return "the VRF is not there, or has no address family"
        if line.startswith("encapsulation "):
            port = head.rpartition(".")[0]
            for other, body in self.top.items():
                if other != head and other.rpartition(".")[0] == port and line in body:
                    return f"{other} has this encapsulation"
        network = _network(line)
        if network is None:
            return ""
        if "." in head.split()[-1] and not any(one.startswith("encapsulation ") for one in block):
            return "no encapsulation yet"
        vrf = _vrf(block)
        for other, body in self.top.items():
            if (
                other != head
                and other.startswith("interface ")
                and not other.startswith("interface Tunnel")
                and _vrf(body) == vrf
            ) and any(
                there.overlaps(network)
                for there in map(_network, body)
                if there is not None and there.version == network.version
            ):
                return f"{network} overlaps with {other}"
        return ""

    def _effects(self, block: Block, context: tuple[str, ...], line: str) -> None:
        """What a line does beside being there."""
        head = context[-1] if context else ""
        if line.startswith("vrf forwarding ") and head.startswith("interface "):
            self._wipe(block)
        if " vrf " in head and line.startswith("neighbor ") and " remote-as " in line:
            block.setdefault(f"neighbor {line.split()[1]} activate", Block())
        if line.startswith("ip access-group") and not context:
            raise AssertionError("an access group outside an interface")

    def _wipe(self, block: Block) -> None:
        for one in [one for one in block if one.startswith(("ip address ", "ipv6 address ", "ip unnumbered "))]:
            del block[one]

    def _unset(self, block: Block, context: tuple[str, ...], bare: str) -> str:
        words = bare.split()
        if words[:1] == ["neighbor"] and len(words) == 2:
            return self._remove_neighbor(block, words[1])
        if words[1:2] == ["prefix-list"] and not context:
            return _drop(
                block, lambda one: one == bare or (one.startswith(f"{' '.join(words[:3])} ") and len(words) == 3)
            )
        if words[0] == "route-map" and not context:
            return _drop(block, lambda one: one == bare or one.startswith(f"{bare} "))
        head = context[-1] if context else ""
        if ("access-list" in head and "access-list extended" in head) or head.startswith("ipv6 access-list"):
            number = bare.removeprefix("sequence ").split()[0]
            return _drop(block, lambda one: (found := _ENTRY.fullmatch(one)) is not None and found[1] == number)
        refused = self._in_use(bare, context)
        if refused:
            return refused
        matching = [one for one in block if one == bare or one.startswith(f"{bare} ")]
        if not matching:
            return f"there is no {bare}"
        for one in matching:
            del block[one]
        if bare.startswith("vrf forwarding"):
            self._wipe(block)
        if bare.startswith("encapsulation "):
            self._wipe(block)
        if bare.startswith("vrf definition "):
            self._remove_vrf(bare.split()[-1])
        return ""

    def _in_use(self, bare: str, context: tuple[str, ...]) -> str:
        words = bare.split()
        if context:
            return ""
        name = words[-1] if words[0] in ("class-map", "policy-map") else words[2] if len(words) > 2 else ""
        users: dict[str, Callable[[str], bool]] = {
            "class-map": lambda line: line.endswith(f" {name}") and line.startswith("class "),
            "policy-map": lambda line: line.endswith(f" {name}") and line.startswith("service-policy "),
            "zone security": lambda line: line == f"zone-member security {name}",
            "ip nat pool": lambda line: f" pool {words[3]} " in f"{line} ",
            "crypto ipsec profile": lambda line: line.endswith(f" ipsec profile {words[-1]}"),
        }
        for kind, uses in users.items():
            if bare.startswith(f"{kind} ") and any(uses(line) for line in _all(self.top) if line != bare):
                return f"{bare} is in use"
        if words[:2] == ["zone", "security"] and any(
            line.startswith("zone-pair ") and f" {name} " in f"{line} " for line in self.top
        ):
            return f"{bare} is in use"
        return ""

    def _remove_neighbor(self, block: Block, address: str) -> str:
        blocks = [
            block,
            *(body for head, body in block.items() if head.startswith("address-family") and " vrf " not in head),
        ]
        gone = 0
        for one in blocks:
            for line in [line for line in one if line.split()[:2] == ["neighbor", address]]:
                del one[line]
                gone += 1
        return "" if gone else f"there is no neighbor {address}"

    def _remove_vrf(self, name: str) -> None:
        """What goes with a VRF: the addresses of its interfaces, its routes, its part of BGP."""
        for head, body in list(self.top.items()):
            if head.startswith("interface ") and body.pop(f"vrf forwarding {name}", None) is not None:
                self._wipe(body)
            elif head.startswith(("ip route vrf ", "ipv6 route vrf ")) and head.split()[3] == name:
                del self.top[head]
            elif head.startswith("router bgp "):
                for family in [one for one in body if one.endswith(f" vrf {name}")]:
                    del body[family]

    def trees(self) -> dict[str, list[Node]]:
        return {self.file: [*self.header, *_nodes(self.top)]}

    def texts(self) -> dict[str, str]:
        header = "".join(f"{node.text}\n" for node in self.header)
        return {self.file: header + "\n".join(_printed(self.trees()[self.file][len(self.header) :], 0)) + "\n"}

    def text(self) -> str:
        shown = Block({head: body for head, body in self.top.items() if not _bare(head, body)})
        return "\n".join(_ordered(shown, 0)) + "\n"

    def dangling(self) -> frozenset[str]:
        return dangling(self.top)

    def points(self) -> dict[str, tuple[str, ...]]:
        return points(self.top)


def _plain(text: str) -> str:
    """A line as the router keeps it, with keys in clear."""
    text = " ".join(text.split())
    found = re.fullmatch(r"(neighbor \S+ password|pre-shared-key|key-string) (?:([07]) )?(\S+)", text)
    if found is None:
        return re.sub(r"address-family (ipv[46]) unicast", r"address-family \1", text)
    key = decode(found[3]) if found[2] == "7" else found[3]
    return f"{found[1]} {'0 ' if 'password' in found[1] else ''}{key}"


def _split(text: str) -> Iterator[str]:
    many = _MANY.fullmatch(text)
    if many is None or "exact-match" in text:
        yield text
    else:
        yield from (f"{many[1]} {name}" for name in many[2].split())


def _key(line: str, pattern: re.Pattern[str]) -> str:
    """What tells two lines of one pattern apart: the neighbour, the direction."""
    words = line.split()
    name = words[1] if words[0] == "neighbor" else words[3] if line.startswith("crypto ipsec transform-set") else ""
    return f"{name} {words[-1] if pattern.pattern.endswith('$') else ''}"


def _access_entry(block: Block, line: str) -> str:
    entry = _ENTRY.fullmatch(line)
    if entry is None:
        return "" if line.startswith("remark") else "no entry of an access list"
    for other in block:
        there = _ENTRY.fullmatch(other)
        if there is not None and other != line and (there[1] == entry[1] or there[2] == entry[2]):
            return f"entry {other} is there"
    return ""


def _network(line: str) -> IPv4Network | IPv6Network | None:
    words = line.split()
    try:
        if words[:2] == ["ip", "address"] and len(words) > 3:
            return ip_interface(f"{words[2]}/{words[3]}").network
        if words[:2] == ["ipv6", "address"] and len(words) > 2 and "/" in words[2]:
            return ip_interface(words[2]).network
    except ValueError:
        pass
    return None


def _vrf(block: Block) -> str:
    return next((line.split()[-1] for line in block if line.startswith("vrf forwarding ")), "")


def _drop(block: Block, matches: Callable[[str], object]) -> str:
    gone = [one for one in block if matches(one)]
    for one in gone:
        del block[one]
    return "" if gone else "there is nothing to take away"


def _all(block: Block) -> Iterator[str]:
    for line, body in block.items():
        yield line
        yield from _all(body)


def _number(text: str) -> tuple[int, str]:
    found = (
        re.search(r"(?:^| seq |^sequence |(?:permit|deny) )(\d+)(?:$| )", text)
        if re.match(r"\d|sequence|.* seq |route-map", text)
        else None
    )
    return (int(found[1]) if found else 0, text)


def _nodes(block: Block) -> list[Node]:
    ordered = sorted(block, key=_number) if _sequenced(block) else list(block)
    return [Node(line, 0, _nodes(block[line])) for line in sorted(_grouped(ordered), key=_is_rest)]


def _is_rest(line: str) -> bool:
    """The class of what no other class has is the last, whenever it came."""
    return line in ("class class-default", "class type inspect class-default")


def _sequenced(block: Block) -> bool:
    return any(re.match(r"(?:sequence )?\d+ ", line) for line in block)


def _grouped(lines: list[str]) -> list[str]:
    """Entries of prefix lists and route-maps in the order of their numbers, whatever the order in which they came."""
    numbered = sorted(
        (one for one in lines if re.match(r"(?:ip|ipv6) prefix-list .* seq |route-map ", one)), key=_number
    )
    places = dict.fromkeys(numbered, numbered)
    return [one for one in lines if one not in places] + numbered if numbered else lines


def _bare(head: str, body: Block) -> bool:
    """Whether it is there whatever is configured: a port that nothing is on, the control plane."""
    if head == "control-plane":
        return not body
    return head.startswith("interface ") and "." not in head and set(body) == {"no ip address", "shutdown"}


def _printed(nodes: list[Node], depth: int) -> Iterator[str]:
    for node in nodes:
        yield f"{' ' * depth}{node.text}"
        yield from _printed(node.children, depth + 1)


def _ordered(block: Block, depth: int) -> Iterator[str]:
    keep = any(line.startswith("class ") for line in block)
    for line in sorted(block, key=_is_rest) if keep else sorted(block, key=lambda one: (_number(one), one)):
        yield f"{' ' * depth}{line}"
        yield from _ordered(block[line], depth + 1)
