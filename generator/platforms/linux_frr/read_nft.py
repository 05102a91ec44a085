"""``nftables.conf``, or what ``nft list`` prints → filters, zones, control plane, translations, queues."""

from __future__ import annotations

from typing import Final

from generator.model.facts import Family
from generator.model.filters import ControlPlane
from generator.platforms.linux_frr.found import Found
from generator.platforms.linux_frr.nest import nested_nft
from generator.platforms.linux_frr.nft_statement import Statement, parse
from generator.platforms.linux_frr.nft_table import Table, read_table
from generator.platforms.linux_frr.read_filters import read_filter
from generator.platforms.linux_frr.read_nat import read_connection_zones, read_nat
from generator.platforms.linux_frr.read_shaping import read_queues
from generator.platforms.linux_frr.read_zones import filter_of, jump, read_interface_filters, read_zones
from generator.platforms.tree import Node

_BITS: Final = 8
_DISCOVERY: Final = ["133-137"]
"""ICMPv6 types of neighbour discovery, which no limit may stop."""


def read_nft(found: Found, nodes: list[Node]) -> None:
    """Everything in our table."""
    table = read_table(found, nested_nft(found, nodes))
    for (name, family), node in table.filters.items():
        number: Family = 4 if family == "4" else 6
        read_filter(found, name, number, node)
    read_zones(found, table)
    read_interface_filters(found, table)
    _control_plane(found, table)
    _mss(found, table)
    read_connection_zones(found, table)
    read_nat(found, table)
    read_queues(found, table)


def _control_plane(found: Found, table: Table) -> None:
    """Limits for ICMP, then the filter.  The chain's own policy drops."""
    node = table.chains.get("control-plane")
    if node is None:
        return
    jumps: list[tuple[str, str]] = []
    alone = False
    limits: dict[str, int] = {}
    for line in node.children:
        try:
            statement = parse(line.text)
            if statement.verdict == "jump":
                jumps.append(jump(statement))
            elif statement.limit and statement.verdict == "drop":
                limits[_limited(statement)] = statement.limit
            elif _itself(statement):
                alone = True
            elif statement.verdict != "drop" or statement.matches:
                raise ValueError(statement.verdict)
        except (ValueError, LookupError):
            found.reject(line)
    if len(set(limits.values())) > 1 or len(limits) == 1:
        found.reject(node, "both families need the same limit for ICMP")
    if not alone:
        found.reject(node, "the router cannot talk to itself")
    name = filter_of(found, table, node, jumps)
    rate = max(limits.values(), default=0)
    found.control_plane[name] = ControlPlane(name, rate * _BITS // 1000)
    found.place("control_plane", name, node.line)


def _limited(statement: Statement) -> str:
    """Which ICMP a limit is for."""
    (match,) = statement.matches
    if match.key in ("meta l4proto", "ip protocol") and match.values == ["icmp"]:
        return "icmp"
    if match.key == "icmpv6 type" and match.form == "not" and match.values == _DISCOVERY:
        return "icmpv6"
    raise ValueError(match.key)


def _itself(statement: Statement) -> bool:
    """``iifname "lo" accept``."""
    if statement.verdict != "accept":
        return False
    (match,) = statement.matches
    return match.key == "iifname" and match.form == "is" and match.values == ["lo"]


def _mss(found: Found, table: Table) -> None:
    """Clamped is a connection only in both directions: what goes out over an interface and what comes in."""
    node = table.chains.get("mss")
    seen: dict[str, dict[str, int]] = {}
    for line in node.children if node is not None else ():
        try:
            statement = parse(line.text)
            (size,) = statement.changes["tcp option maxseg size"].values
            interfaces, flags = statement.matches
            if flags.key != "tcp flags" or flags.values != ["syn"] or interfaces.form != "is":
                raise ValueError(flags.key)
            for name in interfaces.values:
                seen.setdefault(name, {})[interfaces.key] = int(size)
        except (ValueError, LookupError):
            found.reject(line)
    for name, sizes in seen.items():
        if len(sizes) != 3 or len(set(sizes.values())) != 1:
            found.reject(node or Node("chain mss", 0), f"{name} is not clamped alike in both directions")
        else:
            found.mss[name] = min(sizes.values())
