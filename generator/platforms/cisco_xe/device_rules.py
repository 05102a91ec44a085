"""Why a simulated IOS-XE router refuses a line.

Where Cisco's documents are silent it does the worse thing: it refuses what a router may refuse.
"""

from __future__ import annotations

from collections.abc import Callable

from generator.platforms.cisco_xe.device_lines import (
    ENTRY,
    EXCLUSIVE,
    PREFIX,
    Block,
    all_lines,
    network_of,
    vrf_of,
)


def refusal(top: Block, block: Block, context: tuple[str, ...], line: str) -> str:
    """Why the router would not take a line."""
    for start in EXCLUSIVE:
        if line.startswith(start) and not line.startswith("service-policy input") | (
            start == "service-policy " and line.split()[1] in ("type", "output", "input")
        ):
            there = [one for one in block if one.startswith(start) and one != line]
            if there:
                return f"{there[0]} is there already"
    if line.startswith("rd ") and any(
        line in body for head, body in top.items() if head.startswith("vrf def") and body is not block
    ):
        return "this route distinguisher is in use"
    if line.startswith("neighbor ") and line.split()[2] != "remote-as":
        return _known_neighbor(top, block, context, line.split()[1])
    entry = PREFIX.fullmatch(line)
    if entry is not None:
        for other in block:
            one = PREFIX.fullmatch(other)
            if one is not None and one[1] == entry[1] and other != line and (one[2] == entry[2] or one[3] == entry[3]):
                return f"insertion failed: {other} is there"
    head = context[-1] if context else ""
    if head.startswith(("ip access-list extended", "ipv6 access-list")):
        return _access_entry(block, line)
    if head.startswith("interface "):
        return _check_interface(top, block, head, line)
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


def _known_neighbor(top: Block, block: Block, context: tuple[str, ...], address: str) -> str:
    places = [block] if " vrf " in (context[-1] if context else "") else [block, top.get(context[0], Block())]
    if any(f"neighbor {address} remote-as " in f"{one} " for place in places for one in place):
        return ""
    return "specify remote-as first"


def _check_interface(top: Block, block: Block, head: str, line: str) -> str:
    if line.startswith("vrf forwarding "):
        found = top.get(f"vrf definition {line.split()[-1]}")
        if found is None or not any(one.startswith("address-family") for one in found):
            return "the VRF is not there, or has no address family"
    if line.startswith("encapsulation "):
        port = head.rpartition(".")[0]
        for other, body in top.items():
            if other != head and other.rpartition(".")[0] == port and line in body:
                return f"{other} has this encapsulation"
    network = network_of(line)
    if network is None:
        return ""
    if "." in head.split()[-1] and not any(one.startswith("encapsulation ") for one in block):
        return "no encapsulation yet"
    vrf = vrf_of(block)
    for other, body in top.items():
        if (
            other != head
            and other.startswith("interface ")
            and not other.startswith("interface Tunnel")
            and vrf_of(body) == vrf
        ) and any(
            there.overlaps(network)
            for there in map(network_of, body)
            if there is not None and there.version == network.version
        ):
            return f"{network} overlaps with {other}"
    return ""


def _access_entry(block: Block, line: str) -> str:
    entry = ENTRY.fullmatch(line)
    if entry is None:
        return "" if line.startswith("remark") else "no entry of an access list"
    for other in block:
        there = ENTRY.fullmatch(other)
        if there is not None and other != line and (there[1] == entry[1] or there[2] == entry[2]):
            return f"entry {other} is there"
    return ""


def in_use(top: Block, bare: str, context: tuple[str, ...]) -> str:
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
        if bare.startswith(f"{kind} ") and any(uses(line) for line in all_lines(top) if line != bare):
            return f"{bare} is in use"
    if words[:2] == ["zone", "security"] and any(
        line.startswith("zone-pair ") and f" {name} " in f"{line} " for line in top
    ):
        return f"{bare} is in use"
    return ""
