"""Interface names of IOS-XE."""

from __future__ import annotations

import re
from typing import Final

from generator.model.vlan import Dot1q, QinQ, Tags

PORT_KINDS: Final = (
    "GigabitEthernet",
    "TwoGigabitEthernet",
    "FiveGigabitEthernet",
    "TenGigabitEthernet",
    "TwentyFiveGigE",
    "FortyGigabitEthernet",
    "HundredGigE",
    "FourHundredGigE",
    "Port-channel",
)
"""How IOS-XE begins the names of its Ethernet ports and bundles."""

_PORT: Final = re.compile(rf"(?:{'|'.join(PORT_KINDS)})\d+(?:/\d+){{0,3}}")


def is_port(name: str) -> bool:
    """Whether it is a full name of a port or bundle, without a subinterface number."""
    return _PORT.fullmatch(name) is not None


def subinterface(port: str, tags: Tags, unit: int | None) -> str:
    """``port.number``.

    Without a number from a person: the VLAN id for one tag, and both ids in four digits each for two
    (103, 100 → ``.1030100``), so that no two circuits on one port can meet.  IOS-XE allows 1..4294967295.
    """
    if unit is not None:
        return f"{port}.{unit}"
    match tags:
        case QinQ(outer=outer, inner=inner):
            return f"{port}.{outer * 10000 + inner}"
        case Dot1q(vlan=vlan):
            return f"{port}.{vlan}"
        case _:
            return port
