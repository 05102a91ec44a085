"""Names that Junos prints for protocols, ports, ICMP types and DSCP values."""

from __future__ import annotations

from typing import Final

from generator.model.filters import ICMP6, Ports

_PROTOCOLS: Final = {
    "icmp": 1,
    "igmp": 2,
    "ipip": 4,
    "tcp": 6,
    "egp": 8,
    "udp": 17,
    "ipv6": 41,
    "rsvp": 46,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "icmp6": 58,
    "icmpv6": 58,
    "ospf": 89,
    "pim": 103,
    "vrrp": 112,
    "sctp": 132,
}
_PORTS: Final = {
    "ftp-data": 20,
    "ftp": 21,
    "ssh": 22,
    "telnet": 23,
    "smtp": 25,
    "tacacs": 49,
    "domain": 53,
    "dhcp": 67,
    "bootps": 67,
    "bootpc": 68,
    "tftp": 69,
    "http": 80,
    "ntp": 123,
    "snmp": 161,
    "snmptrap": 162,
    "bgp": 179,
    "ldp": 646,
    "https": 443,
    "syslog": 514,
    "radius": 1812,
    "radacct": 1813,
}
_ICMP: Final = {
    "echo-reply": 0,
    "unreachable": 3,
    "source-quench": 4,
    "redirect": 5,
    "echo-request": 8,
    "router-advertisement": 9,
    "router-solicit": 10,
    "time-exceeded": 11,
    "parameter-problem": 12,
    "timestamp": 13,
    "timestamp-reply": 14,
}
_ICMP6: Final = {
    "destination-unreachable": 1,
    "packet-too-big": 2,
    "time-exceeded": 3,
    "parameter-problem": 4,
    "echo-request": 128,
    "echo-reply": 129,
    "membership-query": 130,
    "membership-report": 131,
    "membership-termination": 132,
    "router-solicit": 133,
    "router-advertisement": 134,
    "neighbor-solicit": 135,
    "neighbor-advertisement": 136,
    "neighbor-advertise": 136,
    "redirect": 137,
}
_CODES: Final = {
    "network-unreachable": 0,
    "host-unreachable": 1,
    "protocol-unreachable": 2,
    "port-unreachable": 3,
    "fragmentation-needed": 4,
    "source-route-failed": 5,
    "ttl-eq-zero-during-transit": 0,
    "ttl-eq-zero-during-reassembly": 1,
}
_CLASSES: Final = {"be": 0, "ef": 46, **{f"cs{number}": number * 8 for number in range(8)}} | {
    f"af{group}{drop}": group * 8 + drop * 2 for group in range(1, 5) for drop in range(1, 4)
}
_UNITS: Final = {"k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


def protocol_number(text: str) -> int:
    """``tcp`` or ``6``."""
    return _number(text, _PROTOCOLS, 255)


def ports(text: str) -> Ports:
    """``bgp``, ``179`` or ``1024-65535``."""
    low, dash, high = text.partition("-")
    if dash and low.isdigit() and high.isdigit():
        found = Ports(_number(low, {}, 65535), _number(high, {}, 65535))
        if found.low > found.high:
            raise ValueError("range out of order")
        return found
    number = _number(text, _PORTS, 65535)
    return Ports(number, number)


def icmp_type(text: str, protocol: int) -> int:
    return _number(text, _ICMP6 if protocol == ICMP6 else _ICMP, 255)


def icmp_code(text: str) -> int:
    return _number(text, _CODES, 255)


def dscp(text: str) -> int:
    """``ef``, ``46``, ``0x2e`` or ``101110``."""
    if len(text) == 6 and set(text) <= set("01"):
        return int(text, 2)
    if text.startswith("0x"):
        return int(text, 16)
    return _number(text, _CLASSES, 63)


def bits_per_second(text: str) -> int:
    """``512k``, ``600m``, ``1g`` or the plain number."""
    factor = _UNITS.get(text[-1:].lower(), 1)
    digits = text if factor == 1 else text[:-1]
    if not digits.isdigit():
        raise ValueError("a rate in bits per second expected")
    return int(digits) * factor


def _number(text: str, names: dict[str, int], highest: int) -> int:
    if text in names:
        return names[text]
    if not (text.isascii() and text.isdigit()) or int(text) > highest:
        raise ValueError("a number or a known name expected")
    return int(text)
