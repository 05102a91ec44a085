"""What a running router says of its BGP sessions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from generator.model.address import parse_address
from generator.model.facts import Family, NeighborKey
from generator.model.plan import DevicePlan
from generator.platforms.linux_frr.names import vrf_device

SESSIONS: Final = ("vtysh", "-c", "show bgp vrf all summary json")
_FAMILIES: Final[Mapping[str, Family]] = {"ipv4Unicast": 4, "ipv6Unicast": 6}


def established(text: str, device: DevicePlan) -> Mapping[NeighborKey, str]:
    """State of every planned session of ``device`` in what `SESSIONS` printed.

    FRR names a session that is up ``Established``; one that is not there at all is ``absent``.
    """
    found: dict[tuple[str, str, Family], str] = {}
    try:
        said = json.loads(text or "{}")
    except ValueError:
        said = {}
    for vrf, families in said.items() if isinstance(said, dict) else ():
        for name, family in _FAMILIES.items():
            part = families.get(name) if isinstance(families, dict) else None
            for address, peer in (part or {}).get("peers", {}).items():
                found[vrf, str(parse_address(address)), family] = str(peer.get("state", ""))
    return {
        (vrf, address, family): found.get((vrf_device(vrf) if vrf else "default", str(address), family), "absent")
        for vrf, address, family in device.facts.neighbors
    }
