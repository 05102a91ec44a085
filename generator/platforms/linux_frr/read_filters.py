"""Chains ``filter/NAME/FAMILY`` → filters, rule by rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import collapse_addresses, summarize_address_range
from typing import Any, Final

from generator.model.address import Prefix, parse_address, parse_prefix
from generator.model.facts import Family
from generator.model.filters import AH, ESP, GRE, ICMP, ICMP6, OSPF, TCP, UDP, Filter, FilterRule, IcmpType, Ports
from generator.platforms.linux_frr.found import Found
from generator.platforms.linux_frr.nft_statement import Match, Statement, parse
from generator.platforms.tree import Node

_PROTOCOLS: Final = {
    "icmp": ICMP,
    "tcp": TCP,
    "udp": UDP,
    "gre": GRE,
    "esp": ESP,
    "ah": AH,
    "icmpv6": ICMP6,
    "ipv6-icmp": ICMP6,
    "ospf": OSPF,
    "sctp": 132,
    "ipip": 94,
    "pim": 103,
    "vrrp": 112,
}
_TYPES: Final = {
    "icmp": {
        "echo-reply": 0,
        "destination-unreachable": 3,
        "source-quench": 4,
        "redirect": 5,
        "echo-request": 8,
        "router-advertisement": 9,
        "router-solicitation": 10,
        "time-exceeded": 11,
        "parameter-problem": 12,
        "timestamp-request": 13,
        "timestamp-reply": 14,
        "info-request": 15,
        "info-reply": 16,
        "address-mask-request": 17,
        "address-mask-reply": 18,
    },
    "icmpv6": {
        "destination-unreachable": 1,
        "packet-too-big": 2,
        "time-exceeded": 3,
        "parameter-problem": 4,
        "echo-request": 128,
        "echo-reply": 129,
        "mld-listener-query": 130,
        "mld-listener-report": 131,
        "mld-listener-done": 132,
        "mld-listener-reduction": 132,
        "nd-router-solicit": 133,
        "nd-router-advert": 134,
        "nd-neighbor-solicit": 135,
        "nd-neighbor-advert": 136,
        "nd-redirect": 137,
        "router-renumbering": 138,
        "ind-neighbor-solicit": 141,
        "ind-neighbor-advert": 142,
        "mld2-listener-report": 143,
    },
}
_CODES: Final = {
    "icmp": {
        "net-unreachable": 0,
        "host-unreachable": 1,
        "prot-unreachable": 2,
        "port-unreachable": 3,
        "frag-needed": 4,
        "net-prohibited": 9,
        "host-prohibited": 10,
        "admin-prohibited": 13,
    },
    "icmpv6": {
        "no-route": 0,
        "admin-prohibited": 1,
        "addr-unreachable": 3,
        "port-unreachable": 4,
        "policy-fail": 5,
        "reject-route": 6,
    },
}
"""The words of ``nft describe`` (1.0.6)."""


def read_filter(found: Found, name: str, family: Family, node: Node) -> None:
    """A filter.  Without comments its rules are numbered in tens."""
    rules: list[FilterRule] = []
    for number, line in enumerate(node.children, 1):
        try:
            statement = parse(line.text)
            rule = _rule(statement, family, str(number * 10))
        except (ValueError, LookupError):
            found.reject(line)
            continue
        if rule.unknown:
            found.reject(line, "a condition that no reader knows")
        rules.append(rule)
    found.filters[(name, family)] = Filter(name, family, tuple(rules))
    found.place("filters", (name, family), node.line)


def _rule(statement: Statement, family: Family, label: str) -> FilterRule:
    if statement.verdict not in ("accept", "drop") or statement.changes or statement.translation or statement.limit:
        raise ValueError(statement.verdict)
    fields: dict[str, Any] = {}
    unknown: list[str] = []
    for match in statement.matches:
        if match.key == "meta nfproto" and match.values == [f"ipv{family}"]:
            continue
        handler = _CONDITIONS.get(match.key)
        wanted = "flags" if match.key == "tcp flags" else "is"
        try:
            if handler is None or match.form != wanted or any(value.startswith("@") for value in match.values):
                raise ValueError(match.key)
            handler(fields, match)
        except (ValueError, LookupError):
            unknown.append(f"{match.key} {'!= ' if match.form == 'not' else ''}{', '.join(match.values)}")
    return FilterRule(
        statement.comment or label,
        statement.verdict == "accept",
        log=statement.log,
        unknown=tuple(unknown),
        **fields,
    )


def _set(fields: dict[str, Any], name: str, value: object) -> None:
    """`ValueError` where another condition has said something else of the same."""
    if fields.setdefault(name, value) != value:
        raise ValueError(name)


def _protocol(fields: dict[str, Any], match: Match) -> None:
    (word,) = match.values
    _set(fields, "protocol", _PROTOCOLS[word] if word in _PROTOCOLS else int(word))


def _sources(fields: dict[str, Any], match: Match) -> None:
    _set(fields, "sources", prefixes(match.values))


def _destinations(fields: dict[str, Any], match: Match) -> None:
    _set(fields, "destinations", prefixes(match.values))


def _ports(fields: dict[str, Any], match: Match) -> None:
    word, _, side = match.key.partition(" ")
    _set(fields, "protocol", _PROTOCOLS[word])
    _set(fields, "source_ports" if side == "sport" else "destination_ports", ports(match.values))


def _icmp(fields: dict[str, Any], match: Match) -> None:
    word = match.key.split(" ", 1)[0]
    _set(fields, "protocol", _PROTOCOLS[word])
    types = []
    for value in match.values:
        kind, _, code = value.partition(" . ")
        types.append(IcmpType(number(kind, _TYPES[word]), -1 if code in ("", "0-255") else number(code, _CODES[word])))
    _set(fields, "icmp", tuple(sorted(types)))


def _flags(fields: dict[str, Any], match: Match) -> None:
    if set(match.values) != {"ack", "rst"}:
        raise ValueError(match.values)
    _set(fields, "protocol", TCP)
    fields["established"] = True


_CONDITIONS: Final[dict[str, Callable[[dict[str, Any], Match], None]]] = {
    "meta l4proto": _protocol,
    "ip protocol": _protocol,
    "ip6 nexthdr": _protocol,
    "ip saddr": _sources,
    "ip6 saddr": _sources,
    "ip daddr": _destinations,
    "ip6 daddr": _destinations,
    "tcp sport": _ports,
    "tcp dport": _ports,
    "udp sport": _ports,
    "udp dport": _ports,
    "icmp type": _icmp,
    "icmpv6 type": _icmp,
    "icmp type . icmp code": _icmp,
    "icmpv6 type . icmpv6 code": _icmp,
    "tcp flags": _flags,
}


def number(word: str, known: dict[str, int]) -> int:
    """A word of nftables or a number, decimal or ``0x`` hexadecimal."""
    return known[word] if word in known else int(word, 0)


def prefixes(values: Iterable[str]) -> tuple[Prefix, ...]:
    """Prefixes, hosts and ranges of one family, joined as nftables joins them, sorted."""
    found: list[Any] = []
    for value in values:
        first, dash, last = value.partition("-")
        if dash:
            low, high = parse_address(first), parse_address(last)
            if low.version != high.version:
                raise ValueError(value)
            found += summarize_address_range(low, high)
        else:
            found.append(parse_prefix(value if "/" in value else f"{value}/{parse_address(value).max_prefixlen}"))
    if len({one.version for one in found}) != 1:
        raise ValueError("addresses of both families")
    return tuple(found) if len(found) == 1 else tuple(collapse_addresses(found))


def ports(values: Iterable[str]) -> tuple[Ports, ...]:
    """Ports and ranges, in the order of their numbers."""
    out = []
    for value in values:
        low, _, high = value.partition("-")
        out.append(Ports(int(low), int(high or low)))
    return tuple(sorted(out))
