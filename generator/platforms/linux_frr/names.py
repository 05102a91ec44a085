"""Names and numbers that only Linux has: ports, VLAN devices, VRF devices and their routing tables.

Every function here is pure: the same plan gives the same names on every run and on every machine.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from generator.model.facts import Vrf
from generator.model.vlan import Dot1q, QinQ, Tags

DEVICE_NAME_LENGTH: Final = 15
"""The kernel's IFNAMSIZ is 16, with the closing zero byte."""

FIRST_TABLE: Final = 1001
LAST_TABLE: Final = 5000
"""The routing tables that ifupdown2 takes for VRFs unless its policy says otherwise."""

_PORT: Final = re.compile(r"[a-z][a-z0-9_-]{0,14}")
_OWN: Final = re.compile(r"(lo|xfrm)\d+")
_NOT_PORTS: Final = frozenset(("lo", "all", "default", "main", "local", "unspec"))


def is_port(text: str) -> bool:
    """A kernel device name without a dot: ``eth1``, ``enp3s0f0``, ``bond0``.  A dot would make it a VLAN for ifupdown2.

    ``lo309`` and ``xfrm308`` are names of loopbacks and tunnels that we make ourselves.
    """
    return _PORT.fullmatch(text) is not None and text not in _NOT_PORTS and _OWN.fullmatch(text) is None


def subinterface(port: str, tags: Tags, unit: int | None = None) -> str:  # noqa: ARG001 - Linux has no unit numbers
    """``eth1.101`` and ``eth1.101.100``; where that is longer than 15 characters, ``v101-100-`` and a hash.

    The short form has no dot, because ifupdown2 reads tags out of names with dots.

    >>> subinterface("eth1", QinQ(101, 100))
    'eth1.101.100'
    """
    match tags:
        case Dot1q(vlan):
            return _device(f"{port}.{vlan}", f"v{vlan}")
        case QinQ(outer, inner):
            return _device(f"{port}.{outer}.{inner}", f"v{outer}-{inner}")
        case _:
            return port


def port_of(name: str, tags: Tags, ports: tuple[str, ...]) -> str:
    """The port that a subinterface stands on.  `ValueError` if none of ``ports`` gives it that name."""
    port = name.removesuffix(f".{tags}")
    if port != name:
        return port
    for port in ports:
        if subinterface(port, tags) == name:
            return port
    raise ValueError(f"interface {name} with tags {tags} stands on none of the ports {', '.join(ports)}")


def interface_id(tunnel: str) -> int:
    """Number of an XFRM interface: the one in its name, which is also what its SAs carry (PLT-LNX-09).

    >>> interface_id("xfrm308")
    308
    """
    digits = re.search(r"[0-9]+$", tunnel)
    return int(digits.group()) if digits else FIRST_TABLE + int(_digest(tunnel, 6), 16) % 60000


def vrf_device(vrf: str) -> str:
    """The kernel's name for a VRF: as it is up to 15 characters, else its beginning and a hash of the whole.

    >>> vrf_device("CHARLIE")
    'CHARLIE'
    """
    if len(vrf) <= DEVICE_NAME_LENGTH:
        return vrf
    return f"{vrf[:8].rstrip('-')}-{_digest(vrf, 6).upper()}"


def vrf_tables(vrfs: Mapping[str, Vrf]) -> dict[str, int]:
    """Routing table of each VRF: 1001 to 5000, one VRF a table.

    The number comes from the route distinguisher's own number, else from a hash of the name, so it
    stays what it is when other VRFs come and go: ifupdown2 refuses to renumber a VRF that is up.  Where
    two want the same, the one first by name has it and the other takes the next free one.  More than
    4,000 VRFs go on above 5000, which needs ``vrf-table-id-end`` in a policy file of ifupdown2.
    """
    size = max(LAST_TABLE - FIRST_TABLE + 1, len(vrfs))
    taken: set[int] = set()
    tables: dict[str, int] = {}
    for name in sorted(vrfs):
        slot = _wish(vrfs[name]) % size
        while slot in taken:
            slot = (slot + 1) % size
        taken.add(slot)
        tables[name] = FIRST_TABLE + slot
    return tables


def _wish(vrf: Vrf) -> int:
    number = vrf.rd.rpartition(":")[2]
    return int(number) if number.isdigit() else int(_digest(vrf.name, 8), 16)


def _device(plain: str, short: str) -> str:
    if len(plain) <= DEVICE_NAME_LENGTH:
        return plain
    return f"{short}-{_digest(plain, DEVICE_NAME_LENGTH - 1 - len(short))}"


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
