"""Filters → rules of nftables, one for one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from generator.model.address import Prefix
from generator.model.facts import Facts
from generator.model.filters import AH, ANY, ESP, GRE, ICMP, ICMP6, OSPF, TCP, UDP, Filter, FilterRule, IcmpType, Ports
from generator.platforms.linux_frr.sets import joined_ports, joined_prefixes

_PROTOCOL: Final = {
    ICMP: "icmp",
    TCP: "tcp",
    UDP: "udp",
    GRE: "gre",
    ESP: "esp",
    AH: "ah",
    ICMP6: "ipv6-icmp",
    OSPF: "ospf",
}
_ICMP: Final = {ICMP: "icmp", ICMP6: "icmpv6"}


class Rule(Struct, frozen=True):
    """One rule: what it matches, what is written into the log before it, and what happens."""

    matches: str
    log: str
    verdict: str
    label: str


class FilterChain(Struct, frozen=True):
    """A filter in one family.  It ends without a verdict: whoever jumps into it drops what comes back."""

    name: str
    rules: tuple[Rule, ...]


def filter_chains(facts: Facts) -> tuple[FilterChain, ...]:
    """In the order of the plan."""
    return tuple([FilterChain(filter_chain(*key), _rules(one)) for key, one in facts.filters.items()])


def filter_chain(name: str, family: int) -> str:
    """``filter/CORP-IN-TUN/4``: no word of nftables, and it never begins with a digit."""
    return f"filter/{name}/{family}"


def _rules(one: Filter) -> tuple[Rule, ...]:
    return tuple(
        [
            Rule(
                matches=" ".join(_matches(rule, one.family)),
                log=f"{one.name} {rule.label} " if rule.log else "",
                verdict="accept" if rule.permit else "drop",
                label=rule.label,
            )
            for rule in one.rules
        ]
    )


def _matches(rule: FilterRule, family: int) -> list[str]:
    """Conditions, the cheap ones first.  A protocol is only named where no other condition names it."""
    ip = "ip" if family == 4 else "ip6"
    words: list[str] = []
    ported = rule.protocol in (TCP, UDP) and (rule.source_ports or rule.destination_ports)
    if rule.protocol != ANY and not ported and not rule.icmp and not rule.established:
        words.append(f"meta l4proto {_PROTOCOL.get(rule.protocol, rule.protocol)}")
    if rule.sources:
        words.append(f"{ip} saddr {one_or_set(addresses(rule.sources))}")
    if rule.destinations:
        words.append(f"{ip} daddr {one_or_set(addresses(rule.destinations))}")
    protocol = _PROTOCOL.get(rule.protocol, "")
    if rule.source_ports:
        words.append(f"{protocol} sport {one_or_set(_ports(rule.source_ports))}")
    if rule.destination_ports:
        words.append(f"{protocol} dport {one_or_set(_ports(rule.destination_ports))}")
    if rule.icmp:
        words.append(_icmp(_ICMP[rule.protocol], rule.icmp))
    if rule.established:
        words.append("tcp flags rst,ack")
    return words


def _icmp(word: str, types: tuple[IcmpType, ...]) -> str:
    types = tuple(sorted(types))
    if all(one.code == -1 for one in types):
        return f"{word} type {one_or_set([str(one.type) for one in types])}"
    pairs = [f"{one.type} . {'0-255' if one.code == -1 else one.code}" for one in types]
    return f"{word} type . {word} code {{ {', '.join(pairs)} }}"


def addresses(prefixes: Iterable[Prefix]) -> list[str]:
    """A host without its length, as ``nft`` prints it."""
    return [
        str(one.network_address if one.prefixlen == one.max_prefixlen else one) for one in joined_prefixes(prefixes)
    ]


def _ports(ports: Iterable[Ports]) -> list[str]:
    return [str(one) for one in joined_ports(ports)]


def names(interfaces: Iterable[str]) -> str:
    """Interfaces, each in quotes."""
    return one_or_set([f'"{one}"' for one in interfaces])


def one_or_set(values: list[str]) -> str:
    """A single value as it is, several as a set."""
    return values[0] if len(values) == 1 else f"{{ {', '.join(values)} }}"
