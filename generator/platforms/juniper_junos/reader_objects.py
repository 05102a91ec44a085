"""Address books and ``applications`` → prefixes and protocols behind the names in policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from generator.model.address import Prefix, parse_prefix
from generator.model.filters import ANY, ICMP6, IcmpType, Ports
from generator.platforms.juniper_junos.reader_numbers import icmp_code, icmp_type, ports, protocol_number
from generator.platforms.juniper_junos.reading import Reading, inactive, leaves
from generator.platforms.tree import Node


class Service(msgspec.Struct, frozen=True):
    """One protocol with one range of ports on each side, or one ICMP type."""

    protocol: int = ANY
    source: Ports | None = None
    destination: Ports | None = None
    icmp: IcmpType | None = None


def _of(protocol: int, *numbers: int) -> tuple[Service, ...]:
    return tuple(Service(protocol, destination=Ports(number, number)) for number in numbers)


_PREDEFINED: Final[dict[str, tuple[Service, ...]]] = {
    "any": (Service(),),
    "junos-bgp": _of(6, 179),
    "junos-ssh": _of(6, 22),
    "junos-http": _of(6, 80),
    "junos-https": _of(6, 443),
    "junos-dns-udp": _of(17, 53),
    "junos-dns-tcp": _of(6, 53),
    "junos-ntp": _of(17, 123),
    "junos-ike": _of(17, 500),
    "junos-ike-nat": _of(17, 4500),
    "junos-netconf": _of(6, 830),
    "junos-snmp-agentx": _of(6, 705),
    "junos-tcp-any": (Service(6),),
    "junos-udp-any": (Service(17),),
    "junos-icmp-all": (Service(1),),
    "junos-icmp-ping": (Service(1, icmp=IcmpType(8)),),
    "junos-ping": (Service(1, icmp=IcmpType(8)),),
    "junos-icmp6-all": (Service(58),),
    "junos-pingv6": (Service(58, icmp=IcmpType(128)),),
    "junos-gre": (Service(47),),
    "junos-ospf": (Service(89),),
}
"""The applications that are there without being configured, as far as they matter here."""
_NO_MATTER: Final = frozenset(("inactivity-timeout", "description", "alg", "application-protocol", "ether-type"))


class Addresses:
    """All address books together: a name means the same in each, or it is told."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.prefixes: dict[str, tuple[Prefix, ...]] = {}
        self.sets: dict[str, list[str]] = {}

    def book(self, node: Node) -> None:
        """``address NAME 10.0.0.0/8``, ``address NAME { description …; 10.0.0.0/8; }``, ``address-set NAME { … }``."""
        for text, leaf in leaves(node):
            words = text.split()
            if len(words) < 3 or words[0] not in ("address", "address-set"):
                continue
            if words[0] == "address-set":
                if words[2] in ("address", "address-set") and len(words) == 4:
                    self.sets.setdefault(words[1], []).append(words[3])
            elif words[2] != "description":
                self._address(words[1], words[2:], leaf)

    def _address(self, name: str, words: list[str], leaf: Node) -> None:
        try:
            prefix = (parse_prefix(words[0]),) if len(words) == 1 else ()
        except ValueError:
            prefix = ()
        if self.prefixes.setdefault(name, prefix) != prefix:
            self.reading.unknown(leaf, f"address {name} means something else in another address book")

    def find(self, name: str, seen: frozenset[str] = frozenset()) -> tuple[Prefix, ...]:
        """Prefixes behind a name.  `ValueError` where it is not defined, or not an address that can be compared."""
        found = self.prefixes.get(name, ())
        for one in () if name in seen else self.sets.get(name, ()):
            found += self.find(one, seen | {name})
        if not found:
            raise ValueError(f"address {name} is not a prefix")
        return found


class Applications:
    """``applications``, beside those that every device has."""

    def __init__(self, reading: Reading, blocks: Iterable[Node]) -> None:
        self.services = dict(_PREDEFINED)
        self.sets: dict[str, list[str]] = {}
        for block in blocks:
            for node in block.children:
                word, _, name = node.text.partition(" ")
                if inactive(node):
                    continue
                if word == "application" and name:
                    self._application(reading, node, name)
                elif word == "application-set" and name:
                    self.sets[name] = [text.rpartition(" ")[2] for text, _ in leaves(node)]
                else:
                    reading.unknown(node)

    def _application(self, reading: Reading, node: Node, name: str) -> None:
        terms: dict[str, dict[str, str]] = {}
        for text, leaf in leaves(node):
            words = text.split()
            term = ""
            if words[0] == "term" and len(words) > 2:
                term, words = words[1], words[2:]
            if words[0] in _NO_MATTER:
                continue
            if len(words) % 2:
                reading.unknown(leaf)
            else:
                terms.setdefault(term, {}).update(zip(words[::2], words[1::2], strict=True))
        try:
            self.services[name] = tuple(_service(said) for said in terms.values())
        except ValueError as problem:
            reading.unknown(node, str(problem))

    def find(self, name: str, seen: frozenset[str] = frozenset()) -> tuple[Service, ...]:
        found = self.services.get(name, ())
        for one in () if name in seen else self.sets.get(name, ()):
            found += self.find(one, seen | {name})
        if not found:
            raise ValueError(f"application {name} is not known")
        return found


def _service(said: dict[str, str]) -> Service:
    kinds = {"protocol", "source-port", "destination-port", "icmp-type", "icmp-code", "icmp6-type", "icmp6-code"}
    unknown = sorted(set(said) - kinds - _NO_MATTER)
    if unknown or "protocol" not in said:
        raise ValueError(f"application with {', '.join(unknown) or 'no protocol'}")
    protocol = protocol_number(said["protocol"])
    word = "icmp6" if protocol == ICMP6 else "icmp"
    kind, code = said.get(f"{word}-type"), said.get(f"{word}-code")
    return Service(
        protocol,
        ports(said["source-port"]) if "source-port" in said else None,
        ports(said["destination-port"]) if "destination-port" in said else None,
        IcmpType(icmp_type(kind, protocol), icmp_code(code) if code else -1) if kind else None,
    )


def grouped(
    services: Iterable[Service],
) -> Iterator[tuple[int, tuple[Ports, ...], tuple[Ports, ...], tuple[IcmpType, ...]]]:
    """Services → protocol, source ports, destination ports and ICMP types, as few as say the same."""
    protocols: dict[int, list[Service]] = {}
    for one in services:
        protocols.setdefault(one.protocol, []).append(one)
    for protocol, ones in protocols.items():
        icmp = () if any(one.icmp is None for one in ones) else tuple(sorted({one.icmp for one in ones if one.icmp}))
        pairs = dict.fromkeys((one.source, one.destination) for one in ones)
        sources, destinations = (list(dict.fromkeys(pair[side] for pair in pairs)) for side in (0, 1))
        if len(pairs) == len(sources) * len(destinations):
            yield protocol, _given(sources), _given(destinations), icmp
        else:
            for source, destination in pairs:
                yield protocol, _given([source]), _given([destination]), icmp


def _given(found: list[Ports | None]) -> tuple[Ports, ...]:
    """Ports; none at all where one of the alternatives is every port."""
    return () if None in found else tuple(one for one in found if one is not None)
