"""Services by name and by port: what a flow may carry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from generator.model.filters import AH, ANY, ESP, GRE, ICMP, OSPF, TCP, UDP, IcmpType, Ports

_FORM: Final = re.compile(r"(tcp|udp|protocol)/(\d{1,5})(?:-(\d{1,5}))?")
ECHO: Final = (IcmpType(8),)


class Service(msgspec.Struct, frozen=True):
    """One protocol of a service.  ``ports`` are destination ports; ``icmp`` are IPv4 types (the IPv6 ones follow)."""

    protocol: int
    ports: tuple[Ports, ...] = ()
    icmp: tuple[IcmpType, ...] = ()


def _ports(*numbers: int) -> tuple[Ports, ...]:
    return tuple([Ports(number, number) for number in numbers])


def _tcp(*numbers: int) -> Service:
    return Service(TCP, _ports(*numbers))


def _udp(*numbers: int) -> Service:
    return Service(UDP, _ports(*numbers))


KNOWN: Final[dict[str, tuple[Service, ...]]] = {
    "any": (Service(ANY),),
    "tcp": (Service(TCP),),
    "udp": (Service(UDP),),
    "icmp": (Service(ICMP, icmp=ECHO),),
    "ping": (Service(ICMP, icmp=ECHO),),
    "esp": (Service(ESP),),
    "ah": (Service(AH),),
    "gre": (Service(GRE),),
    "ospf": (Service(OSPF),),
    "bgp": (_tcp(179),),
    "dns": (_udp(53), _tcp(53)),
    "ftp": (_tcp(21),),
    "http": (_tcp(80),),
    "https": (_tcp(443),),
    "ike": (_udp(500, 4500),),
    "imaps": (_tcp(993),),
    "iscsi": (_tcp(3260),),
    "kerberos": (_tcp(88), _udp(88)),
    "kms": (_tcp(1688),),
    "ldap": (_tcp(389), _udp(389)),
    "ldaps": (_tcp(636),),
    "ldp": (_tcp(646), _udp(646)),
    "mssql": (_tcp(1433),),
    "mysql": (_tcp(3306),),
    "netconf": (_tcp(830),),
    "nfs": (_tcp(2049),),
    "ntp": (_udp(123),),
    "oracle": (_tcp(1521),),
    "postgresql": (_tcp(5432),),
    "quic": (_udp(443),),
    "radius": (_udp(1812, 1813),),
    "rdp": (_tcp(3389), _udp(3389)),
    "rpc": (_tcp(135),),
    "sftp": (_tcp(22),),
    "sip": (_tcp(5060, 5061), _udp(5060)),
    "smb": (_tcp(445),),
    "smtp": (_tcp(25),),
    "snmp": (_udp(161),),
    "snmp-trap": (_udp(162),),
    "ssh": (_tcp(22),),
    "submission": (_tcp(587),),
    "syslog": (_udp(514), _tcp(514)),
    "tacacs": (_tcp(49),),
    "telnet": (_tcp(23),),
    "winrm": (_tcp(5985, 5986),),
}
"""Names that every inventory can use."""


def parse(text: str) -> Service | None:
    """``tcp/8443``, ``udp/5000-5010``, ``protocol/47``; None if it has none of these forms or a number is out of range."""
    form = _FORM.fullmatch(text.strip().lower())
    if form is None:
        return None
    kind, first, last = form[1], int(form[2]), int(form[3] or form[2])
    if kind == "protocol":
        return Service(first) if first == last and first <= 255 else None
    if not 0 < first <= last <= 65535:
        return None
    return Service(TCP if kind == "tcp" else UDP, (Ports(first, last),))


def resolve(names: list[str], own: Mapping[str, list[str]]) -> tuple[tuple[Service, ...], tuple[tuple[int, str], ...]]:
    """Services of a flow, ports of one protocol together, and what is not known: its index and text.

    An own name may stand for forms and for names of the table, not for other own names.
    """
    found: list[Service] = []
    unknown: list[tuple[int, str]] = []
    for index, name in enumerate(names):
        forms = own.get(name, [name])
        for form in forms:
            known = KNOWN.get(form.strip().lower())
            parsed = parse(form)
            if known is not None:
                found += known
            elif parsed is not None:
                found.append(parsed)
            else:
                unknown.append((index, form))
    return _merged(found), tuple(unknown)


def _merged(found: list[Service]) -> tuple[Service, ...]:
    """One entry a protocol, ports sorted and joined where they touch; a protocol as a whole takes its ports in."""
    by_protocol: dict[int, list[Service]] = {}
    for one in found:
        by_protocol.setdefault(one.protocol, []).append(one)
    if ANY in by_protocol:
        return (Service(ANY),)
    out = []
    for protocol, services in by_protocol.items():
        if any(not one.ports and not one.icmp for one in services):
            out.append(Service(protocol))
            continue
        ports = joined([port for one in services for port in one.ports])
        out.append(Service(protocol, ports, tuple(sorted({kind for one in services for kind in one.icmp}))))
    return tuple(out)


def joined(ports: list[Ports]) -> tuple[Ports, ...]:
    """Port ranges sorted, and joined where they overlap or touch."""
    out: list[Ports] = []
    for one in sorted(ports):
        if out and one.low <= out[-1].high + 1:
            out[-1] = Ports(out[-1].low, max(out[-1].high, one.high))
        else:
            out.append(one)
    return tuple(out)
