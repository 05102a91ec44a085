"""HTB classes of the devices, and what nftables leads into them → shapers and remarks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from generator.model.filters import Remark, Shaper
from generator.platforms.linux_frr.found import Found, Link
from generator.platforms.linux_frr.nft_statement import Statement, parse
from generator.platforms.linux_frr.nft_table import Table
from generator.platforms.linux_frr.read_filters import number
from generator.platforms.tree import Node

_DSCP: Final = {f"cs{place}": place * 8 for place in range(8)} | {
    **{f"af{row}{column}": row * 8 + column * 2 for row in range(1, 5) for column in range(1, 4)},
    "ef": 46,
    "va": 44,
    "be": 0,
    "df": 0,
    "lephb": 1,
}
_UNITS: Final = {"bit": 1, "kbit": 1000, "mbit": 1000**2, "gbit": 1000**3}
_RATE: Final = re.compile(r"([0-9.]+)([kmg]?bit)", re.IGNORECASE)


class _Marking:
    """What the rules of one name say about DSCP, for both families."""

    def __init__(self, line: Node, interfaces: tuple[str, ...]) -> None:
        self.line = line
        self.interfaces = interfaces
        self.kept: dict[str, tuple[int, ...]] = {}
        self.urgent: dict[str, tuple[tuple[int, ...], str]] = {}
        """By family: the values, and the class they go to."""


def read_queues(found: Found, table: Table) -> None:
    """The chain ``qos``; rates come from the devices below the interfaces it names."""
    node = table.chains.get("qos")
    markings: dict[str, _Marking] = {}
    for line in node.children if node is not None else ():
        try:
            statement = parse(line.text)
            if statement.changes:
                _rule(found, markings, statement, line)
            elif statement.verdict != "accept" or [one.key for one in statement.matches] != ["udp dport"]:
                raise ValueError(statement.verdict)
        except (ValueError, LookupError):
            found.reject(line)
    for name, marking in markings.items():
        _remark(found, name, marking)


def _rule(found: Found, markings: dict[str, _Marking], statement: Statement, line: Node) -> None:
    name = statement.comment
    outside = statement.one("oifname")
    if outside is None or outside.form != "is" or not name or len(statement.changes) != 1:
        raise ValueError(name)
    interfaces = tuple(sorted(outside.values))
    (field, change), *_ = statement.changes.items()
    other = [match for match in statement.matches if match is not outside]
    if not other and field == "meta priority":
        _shaper(found, name, change.values[0], interfaces, line)
        return
    (dscp,) = other
    family = dscp.key.split()[0]
    values = () if dscp.key == "meta nfproto" else tuple([number(value, _DSCP) for value in dscp.values])
    marking = markings.setdefault(name, _Marking(line, interfaces))
    if marking.interfaces != interfaces or (values and dscp.key not in ("ip dscp", "ip6 dscp")):
        raise ValueError(name)
    if field == "meta priority" and dscp.form == "is":
        marking.urgent[family] = (values, change.values[0])
    elif field.split() in (["ip", "dscp"], ["ip6", "dscp"]) and number(change.values[0], _DSCP) == 0:
        if values and dscp.form != "not":
            raise ValueError(dscp.form)
        marking.kept[field.split()[0]] = values
    else:
        raise ValueError(field)


def _shaper(found: Found, name: str, minor: str, interfaces: tuple[str, ...], line: Node) -> None:
    """The rate is what the class may use at most, on every device that carries the interfaces."""
    ceilings = {_ceiling(found, interface, minor) for interface in interfaces}
    if len(ceilings) != 1 or 0 in ceilings:
        found.reject(line, f"no device under its interfaces has a class {minor}, or their rates differ")
        return
    found.shapers[name] = Shaper(name, ceilings.pop() // 1000**2, interfaces)
    found.place("shapers", name, line.line)


def _ceiling(found: Found, interface: str, minor: str) -> int:
    for link in _below(found, interface):
        if minor in link.classes:
            return link.classes[minor]
    return 0


def _below(found: Found, interface: str) -> Iterable[Link]:
    """The device and those that it stands on, down to the port."""
    for _ in range(4):
        link = found.links.get(interface)
        if link is None:
            return
        yield link
        interface = link.parent or interface.rpartition(".")[0]


def _remark(found: Found, name: str, marking: _Marking) -> None:
    if set(marking.kept) != {"ip", "ip6"} or len(set(marking.kept.values())) != 1:
        found.reject(marking.line, "both families need the same DSCP values")
        return
    priority: tuple[int, ...] = ()
    percent = 0
    if marking.urgent:
        if set(marking.urgent) != {"ip", "ip6"} or len(set(marking.urgent.values())) != 1:
            found.reject(marking.line, "both families need the same priority queue")
        priority, minor = next(iter(marking.urgent.values()))
        shares = {_share(found, interface, minor) for interface in marking.interfaces}
        if len(shares) != 1 or 0 in shares:
            found.reject(marking.line, f"no device under its interfaces has a class {minor}")
        percent = max(shares, default=0)
    kept = tuple(sorted(marking.kept["ip"]))
    found.remarks[name] = Remark(name, kept, tuple(sorted(priority)), percent, marking.interfaces)
    found.place("remarks", name, marking.line.line)


def _share(found: Found, interface: str, minor: str) -> int:
    """Percent of its parent class that a class may use."""
    for link in _below(found, interface):
        if minor in link.classes and link.class_parents[minor] in link.classes:
            return link.classes[minor] * 100 // link.classes[link.class_parents[minor]]
    return 0


def read_class(link: Link, words: list[str]) -> None:
    """``tc class add dev D parent P classid C htb rate R ceil R …``.  `ValueError`, `LookupError`: anything else."""
    if words[:2] != ["dev", link.name]:
        raise ValueError(words)
    head = words.index("htb")
    options = dict(zip(words[head + 1 :: 2], words[head + 2 :: 2], strict=True))
    minor, parent = words[words.index("classid") + 1], words[words.index("parent") + 1]
    if parent not in link.class_parents:
        raise ValueError(parent)
    link.classes[minor] = rate(options.get("ceil", options["rate"]))
    link.class_parents[minor] = parent


def rate(text: str) -> int:
    """``1000mbit``, ``1Gbit`` → bit/s."""
    match = _RATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return int(float(match[1]) * _UNITS[match[2].lower()])
