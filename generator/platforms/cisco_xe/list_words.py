"""Words that IOS-XE prints in access lists in the place of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from generator.model.facts import Family, IcmpType
from generator.model.filters import ANY

PROTOCOLS: Final[Mapping[Family, Mapping[str, int]]] = {
    4: {
        "ip": ANY,
        "icmp": 1,
        "igmp": 2,
        "ipinip": 4,
        "tcp": 6,
        "udp": 17,
        "gre": 47,
        "esp": 50,
        "ahp": 51,
        "eigrp": 88,
        "ospf": 89,
        "nos": 94,
        "pim": 103,
        "pcp": 108,
        "sctp": 132,
    },
    6: {
        "ipv6": ANY,
        "hbh": 0,
        "tcp": 6,
        "udp": 17,
        "esp": 50,
        "ahp": 51,
        "icmp": 58,
        "pcp": 108,
        "sctp": 132,
    },
}

# fmt: off
_TCP: Final = {
    "bgp": 179, "chargen": 19, "cmd": 514, "daytime": 13, "discard": 9, "domain": 53, "drip": 3949, "echo": 7,
    "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20, "gopher": 70, "hostname": 101, "ident": 113, "irc": 194,
    "klogin": 543, "kshell": 544, "login": 513, "lpd": 515, "msrpc": 135, "nntp": 119, "onep-plain": 15001,
    "onep-tls": 15002, "pim-auto-rp": 496, "pop2": 109, "pop3": 110, "smtp": 25, "sunrpc": 111, "syslog": 514,
    "tacacs": 49, "talk": 517, "telnet": 23, "time": 37, "uucp": 540, "whois": 43, "www": 80,
}
_UDP: Final = {
    "biff": 512, "bootpc": 68, "bootps": 67, "discard": 9, "dnsix": 195, "domain": 53, "echo": 7, "isakmp": 500,
    "mobile-ip": 434, "nameserver": 42, "netbios-dgm": 138, "netbios-ns": 137, "netbios-ss": 139,
    "non500-isakmp": 4500, "ntp": 123, "pim-auto-rp": 496, "rip": 520, "ripv6": 521, "snmp": 161, "snmptrap": 162,
    "sunrpc": 111, "syslog": 514, "tacacs": 49, "talk": 517, "tftp": 69, "time": 37, "who": 513, "xdmcp": 177,
}
# fmt: on
PORTS: Final[Mapping[int, Mapping[str, int]]] = {6: _TCP, 17: _UDP, 132: {}}
"""By protocol."""

# fmt: off
ICMP_TYPES: Final[Mapping[Family, Mapping[str, IcmpType]]] = {
    4: {
        "administratively-prohibited": IcmpType(3, 13), "alternate-address": IcmpType(6),
        "conversion-error": IcmpType(31), "dod-host-prohibited": IcmpType(3, 10),
        "dod-net-prohibited": IcmpType(3, 9), "echo": IcmpType(8), "echo-reply": IcmpType(0),
        "general-parameter-problem": IcmpType(12, 0), "host-isolated": IcmpType(3, 8),
        "host-precedence-unreachable": IcmpType(3, 14), "host-redirect": IcmpType(5, 1),
        "host-tos-redirect": IcmpType(5, 3), "host-tos-unreachable": IcmpType(3, 12),
        "host-unknown": IcmpType(3, 7), "host-unreachable": IcmpType(3, 1), "information-reply": IcmpType(16),
        "information-request": IcmpType(15), "mask-reply": IcmpType(18), "mask-request": IcmpType(17),
        "mobile-redirect": IcmpType(32), "net-redirect": IcmpType(5, 0), "net-tos-redirect": IcmpType(5, 2),
        "net-tos-unreachable": IcmpType(3, 11), "net-unreachable": IcmpType(3, 0),
        "network-unknown": IcmpType(3, 6), "no-room-for-option": IcmpType(12, 2),
        "option-missing": IcmpType(12, 1), "packet-too-big": IcmpType(3, 4), "parameter-problem": IcmpType(12),
        "port-unreachable": IcmpType(3, 3), "precedence-unreachable": IcmpType(3, 15),
        "protocol-unreachable": IcmpType(3, 2), "reassembly-timeout": IcmpType(11, 1), "redirect": IcmpType(5),
        "router-advertisement": IcmpType(9), "router-solicitation": IcmpType(10), "source-quench": IcmpType(4),
        "source-route-failed": IcmpType(3, 5), "time-exceeded": IcmpType(11), "timestamp-reply": IcmpType(14),
        "timestamp-request": IcmpType(13), "traceroute": IcmpType(30), "ttl-exceeded": IcmpType(11, 0),
        "unreachable": IcmpType(3),
    },
    6: {
        "beyond-scope": IcmpType(1, 2), "destination-unreachable": IcmpType(1, 3), "echo-reply": IcmpType(129),
        "echo-request": IcmpType(128), "header": IcmpType(4, 0), "hop-limit": IcmpType(3, 0),
        "mld-query": IcmpType(130), "mld-reduction": IcmpType(132), "mld-report": IcmpType(131),
        "mldv2-report": IcmpType(143), "nd-na": IcmpType(136), "nd-ns": IcmpType(135),
        "next-header": IcmpType(4, 1), "no-admin": IcmpType(1, 1), "no-route": IcmpType(1, 0),
        "packet-too-big": IcmpType(2), "parameter-option": IcmpType(4, 2), "parameter-problem": IcmpType(4),
        "port-unreachable": IcmpType(1, 4), "reassembly-timeout": IcmpType(3, 1), "redirect": IcmpType(137),
        "router-advertisement": IcmpType(134), "router-renumbering": IcmpType(138),
        "router-solicitation": IcmpType(133), "time-exceeded": IcmpType(3), "unreachable": IcmpType(1),
    },
}
# fmt: on
