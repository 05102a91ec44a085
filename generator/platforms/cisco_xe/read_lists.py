"""Access lists → filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from generator.model.address import Prefix, parse_prefix
from generator.model.facts import Family, Filter, FilterRule, IcmpType, Ports
from generator.platforms.cisco_xe.found import Found
from generator.platforms.cisco_xe.list_words import ICMP_TYPES, PORTS, PROTOCOLS
from generator.platforms.cisco_xe.records import AccessList
from generator.platforms.tree import Node

_ACTIONS: Final = {"permit": True, "deny": False}
_BEGINNINGS: Final = ("permit ", "deny ")
_WITH_PORTS: Final = frozenset((6, 17, 132))
_WITH_TYPES: Final = {4: 1, 6: 58}
_LAST_PORT: Final = 65535
_V6: Final = "_V6"


def ip_access_list(found: Found, words: list[str], node: Node) -> None:
    """``ip access-list extended|standard NAME`` with its entries."""
    if len(words) == 4 and words[2] in ("extended", "standard"):
        _read(found, _named(found, words[3], 4, node, standard=words[2] == "standard"), node)


def ipv6_access_list(found: Found, words: list[str], node: Node) -> None:
    """``ipv6 access-list NAME`` with its entries."""
    if len(words) == 3:
        _read(found, _named(found, words[2], 6, node), node)


def numbered(found: Found, words: list[str], node: Node) -> None:
    """``access-list NUMBER permit|deny …``, one line an entry."""
    if len(words) < 3 or not words[1].isdigit():
        return
    number = int(words[1])
    standard = 1 <= number <= 99 or 1300 <= number <= 1999
    if standard or 100 <= number <= 199 or 2000 <= number <= 2699:
        _entry(found, _named(found, words[1], 4, node, standard=standard), words[2:], node)


def _named(found: Found, name: str, family: Family, node: Node, *, standard: bool = False) -> AccessList:
    return found.access_lists.setdefault(name, AccessList(name, family, node, standard))


def _read(found: Found, one: AccessList, node: Node) -> None:
    if not one.rules:
        known = _entries(tuple([child.text for child in node.children]), one.family, one.standard)
        if known is not None:
            one.rules.update(known)
            return
    for child in node.children:
        _entry(found, one, child.text.split(), child)


@lru_cache(maxsize=1 << 9)
def _entries(texts: tuple[str, ...], family: Family, standard: bool) -> tuple[tuple[int, FilterRule], ...] | None:
    """The entries of a list of nothing but ``NUMBER permit|deny …``.  None: there is something else in it.

    Cached: the routers of a pair have many lists in common.
    """
    rules = []
    for text in texts:
        number, _, entry = (text.removeprefix("sequence ") if family == 6 else text).partition(" ")
        if not (number.isdecimal() and entry.startswith(_BEGINNINGS)) or "sequence" in entry:
            return None
        rules.append((int(number), _rule(int(number), entry, family, standard)))
    return tuple(rules)


def _entry(found: Found, one: AccessList, words: list[str], node: Node) -> None:
    """One line of a list: ``[NUMBER] permit|deny …``; IPv6 has ``sequence NUMBER`` in front or behind."""
    sequence = -1
    if words[0].isdigit() and len(words) > 1:
        sequence, words = int(words[0]), words[1:]
    elif words[0] == "sequence" and len(words) > 2 and words[1].isdigit():
        sequence, words = int(words[1]), words[2:]
    if len(words) > 2 and words[-2] == "sequence" and words[-1].isdigit():
        sequence, words = int(words[-1]), words[:-2]
    if words[0] in ("remark", "exit", "description"):
        return
    if words[0] not in _ACTIONS:
        found.reject(node)
        return
    if sequence < 0:
        sequence = max(one.rules, default=0) + 10
    one.rules[sequence] = _rule(sequence, " ".join(words), one.family, one.standard)


@lru_cache(maxsize=1 << 13)
def _rule(sequence: int, text: str, family: Family, standard: bool) -> FilterRule:
    """Cached: the routers of a pair share most of their entries."""
    words = text.split()
    label, permit = str(sequence), _ACTIONS[words[0]]
    try:
        return _standard(label, permit, words[1:]) if standard else _extended(label, permit, words[1:], family)
    except (IndexError, KeyError, ValueError):
        return FilterRule(label, permit, unknown=(text,))


class _Cursor:
    """The words of an entry, taken one by one."""

    __slots__ = ("place", "words")

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.place = 0

    def peek(self) -> str:
        return self.words[self.place] if self.place < len(self.words) else ""

    def take(self) -> str:
        word = self.words[self.place]
        self.place += 1
        return word

    def rest(self) -> list[str]:
        return self.words[self.place :]


def _standard(label: str, permit: bool, words: list[str]) -> FilterRule:
    """``any``, ``host A``, or an address with or without a wildcard; only the source counts."""
    words = [word.rstrip(",") for word in words if word not in ("wildcard", "bits")]
    log = words[-1] == "log"
    cursor = _Cursor(words[:-1] if log else words)
    sources = _source_of_standard(cursor)
    return FilterRule(label, permit, sources=sources, log=log, unknown=tuple(cursor.rest()))


def _source_of_standard(cursor: _Cursor) -> tuple[Prefix, ...]:
    if cursor.peek() in ("any", "host") or len(cursor.rest()) > 1:
        return _address(cursor, 4)
    return (parse_prefix(cursor.take()),)


def _extended(label: str, permit: bool, words: list[str], family: Family) -> FilterRule:
    cursor = _Cursor(words)
    protocol = _protocol(cursor.take(), family)
    ported = protocol in _WITH_PORTS
    sources = _address(cursor, family)
    source_ports = _ports(cursor, protocol) if ported else ()
    destinations = _address(cursor, family)
    ports = _ports(cursor, protocol) if ported else ()
    icmp = _icmp(cursor, family) if protocol == _WITH_TYPES[family] else ()
    established = log = False
    unknown: list[str] = []
    for word in cursor.rest():
        if word == "established":
            established = True
        elif word in ("log", "log-input"):
            log = True
        else:
            unknown.append(word)
    return FilterRule(
        label=label,
        permit=permit,
        protocol=protocol,
        sources=sources,
        destinations=destinations,
        source_ports=source_ports,
        destination_ports=ports,
        icmp=icmp,
        established=established,
        log=log,
        unknown=(" ".join(unknown),) if unknown else (),
    )


def _protocol(word: str, family: Family) -> int:
    if word.isdigit():
        if int(word) > 255:
            raise ValueError(f"{word} is not a protocol")
        return int(word)
    return PROTOCOLS[family][word]


def _address(cursor: _Cursor, family: Family) -> tuple[Prefix, ...]:
    word = cursor.take()
    if word in ("any", "any4", "any6"):
        return ()
    if word == "host":
        return (parse_prefix(cursor.take().lower()),)
    if family == 6:
        prefix = parse_prefix(word.lower())
        return (prefix,) if prefix.prefixlen else ()
    prefix = _wild(word, cursor.take())
    return (prefix,) if prefix.prefixlen else ()


def _wild(address: str, wildcard: str) -> Prefix:
    """``10.0.0.0``, ``0.0.255.255`` → prefix.  `ValueError` where the ones of the wildcard are not all at its end."""
    bits = int(parse_prefix(wildcard).network_address)
    if bits & (bits + 1):
        raise ValueError(f"{wildcard} is not the wildcard of a prefix")
    base = int(parse_prefix(address).network_address) & ~bits
    octets = base.to_bytes(4, "big")
    return parse_prefix(f"{'.'.join(map(str, octets))}/{32 - bits.bit_length()}")


def _port(word: str, protocol: int) -> int:
    return int(word) if word.isdigit() else PORTS[protocol][word]


def _ports(cursor: _Cursor, protocol: int) -> tuple[Ports, ...]:
    operator = cursor.peek()
    reader = _OPERATORS.get(operator)
    if reader is None:
        return ()
    cursor.take()
    return reader(cursor, protocol)


def _equal(cursor: _Cursor, protocol: int) -> tuple[Ports, ...]:
    """``eq`` takes up to ten ports."""
    found = []
    while cursor.peek().isdigit() or cursor.peek() in PORTS[protocol]:
        number = _port(cursor.take(), protocol)
        found.append(Ports(number, number))
    if not found:
        raise ValueError("eq without a port")
    return tuple(found)


def _range(cursor: _Cursor, protocol: int) -> tuple[Ports, ...]:
    return (Ports(_port(cursor.take(), protocol), _port(cursor.take(), protocol)),)


def _greater(cursor: _Cursor, protocol: int) -> tuple[Ports, ...]:
    return (Ports(_port(cursor.take(), protocol) + 1, _LAST_PORT),)


def _less(cursor: _Cursor, protocol: int) -> tuple[Ports, ...]:
    return (Ports(0, _port(cursor.take(), protocol) - 1),)


def _unequal(cursor: _Cursor, protocol: int) -> tuple[Ports, ...]:
    number = _port(cursor.take(), protocol)
    return (Ports(0, number - 1), Ports(number + 1, _LAST_PORT))


_OPERATORS: Final[dict[str, Callable[[_Cursor, int], tuple[Ports, ...]]]] = {
    "eq": _equal,
    "range": _range,
    "gt": _greater,
    "lt": _less,
    "neq": _unequal,
}


def _icmp(cursor: _Cursor, family: Family) -> tuple[IcmpType, ...]:
    word = cursor.peek()
    if word in ICMP_TYPES[family]:
        cursor.take()
        return (ICMP_TYPES[family][word],)
    if not word.isdigit():
        return ()
    kind = int(cursor.take())
    return (IcmpType(kind, int(cursor.take())),) if cursor.peek().isdigit() else (IcmpType(kind),)


# What lists are used for


def plain_name(found: Found, name: str) -> str:
    """The name of the filter behind a list's name: that of IPv6 has an ending of its own.

    Not where the device has an IPv6 list of the plain name too: then they are two filters.
    """
    one, plain = found.access_lists.get(name), name.removesuffix(_V6)
    other = found.access_lists.get(plain) if plain != name else None
    if (one is not None and one.family == 4) or (other is not None and other.family == 6):
        return name
    return plain


def forgotten(found: Found, names: Iterable[str]) -> str:
    """The list of the other family of the same filter, where only one of the two is named; empty: none."""
    given = dict.fromkeys(names)
    for plain in dict.fromkeys(plain_name(found, name) for name in given):
        for name in (plain, f"{plain}{_V6}"):
            if name in found.access_lists and name not in given and plain_name(found, name) == plain:
                return name
    return ""


def use(found: Found, name: str, purpose: str) -> AccessList | None:
    """Remember what a list is for.  None: there is no such list."""
    one = found.access_lists.get(name)
    if one is not None:
        one.uses.add(purpose)
    return one


def finish(found: Found) -> dict[tuple[str, Family], Filter]:
    """The lists that filter, or that nothing uses; entries by sequence number."""
    filters: dict[tuple[str, Family], Filter] = {}
    for one in found.access_lists.values():
        if "filter" in one.uses or not (one.uses or one.standard):
            key = (plain_name(found, one.name), one.family)
            filters[key] = Filter(*key, tuple([one.rules[sequence] for sequence in sorted(one.rules)]))
            found.place("filters", key, one.node.line)
    return filters
