"""What a BIRD of the far side says."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from generator.lab.edge.printing import BIRD_SOCKET
from generator.lab.lab import Lab
from generator.model.address import Address, Prefix, parse_address, parse_prefix

_ROUTE: Final = re.compile(r"^([0-9a-f.:]+/\d+)\s", re.M)
_BFD: Final = re.compile(r"^(\S+)\s+(\S+)\s+(Up|Down|Init|AdminDown)\s+\S+\s+([\d.]+)\s+([\d.]+)\s*$", re.M)
_PROTOCOL: Final = re.compile(r"^(\S+)\s+BGP\s+\S+\s+\S+\s+\S+\s*(.*?)\s*$", re.M)


class BfdRow(msgspec.Struct, frozen=True):
    """One BFD session; times in milliseconds."""

    peer: Address
    up: bool
    interval: int
    timeout: int


def ask(lab: Lab, device: str, *words: str) -> str:
    """The answer to one command."""
    return lab.run(device, ("birdc", "-s", BIRD_SOCKET, *words), check=True).stdout


def taken(lab: Lab, device: str, protocol: str, table: str) -> frozenset[Prefix]:
    """Routes that a session brought and that were taken."""
    return prefixes(ask(lab, device, "show", "route", "protocol", protocol, "table", table))


def refused(lab: Lab, device: str, protocol: str, table: str) -> frozenset[Prefix]:
    """Routes that a session brought and that were not taken."""
    return prefixes(ask(lab, device, "show", "route", "filtered", "protocol", protocol, "table", table))


def sent(lab: Lab, device: str, protocol: str, table: str) -> frozenset[Prefix]:
    """Routes that were announced on a session."""
    return prefixes(ask(lab, device, "show", "route", "export", protocol, "table", table))


def prefixes(text: str) -> frozenset[Prefix]:
    """Those of ``show route``."""
    return frozenset(parse_prefix(found) for found in _ROUTE.findall(text))


def states(text: str) -> dict[str, str]:
    """Protocol → state and, where it is not up, the reason, of ``show protocols``."""
    return {name: " ".join(info.split()) for name, info in _PROTOCOL.findall(text)}


def bfd_rows(text: str) -> list[BfdRow]:
    """Those of ``show bfd sessions``."""
    return [
        BfdRow(parse_address(peer), state == "Up", round(float(interval) * 1000), round(float(timeout) * 1000))
        for peer, _, state, interval, timeout in _BFD.findall(text)
    ]
