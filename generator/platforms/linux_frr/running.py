"""What a running router says of its BGP sessions, its routes and its packet filters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from generator.model.address import Prefix, parse_address, parse_prefix
from generator.model.facts import Family, NeighborKey
from generator.model.plan import DevicePlan
from generator.platforms.linux_frr.names import vrf_device

SESSIONS: Final = ("vtysh", "-c", "show bgp vrf all summary json")
ROUTES: Final = ("vtysh", "-c", "show bgp vrf all ipv4 unicast json", "-c", "show bgp vrf all ipv6 unicast json")
DROPS: Final = ("nft", "-j", "list", "ruleset")
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


def accepted(text: str, device: DevicePlan) -> Mapping[NeighborKey, frozenset[Prefix]]:
    """The prefixes that came from each planned neighbour of ``device``, in what `ROUTES` printed."""
    found: dict[tuple[str, str, int], set[Prefix]] = {}
    for said in _documents(text):
        for vrf, table in said.items():
            for prefix, paths in table.get("routes", {}).items():
                net = parse_prefix(prefix)
                for path in paths:
                    if path.get("valid") and path.get("peerId", "(unspec)") != "(unspec)":
                        found.setdefault((vrf, str(parse_address(path["peerId"])), net.version), set()).add(net)
    return {
        (vrf, address, family): frozenset(
            found.get((vrf_device(vrf) if vrf else "default", str(address), family), set())
        )
        for vrf, address, family in device.facts.neighbors
    }


def _documents(text: str) -> Iterator[dict[str, dict[str, dict[str, list[dict[str, str]]]]]]:
    """One JSON document after the other, as several commands print them."""
    decoder, at = json.JSONDecoder(), text.find("{")
    while at >= 0:
        try:
            said, end = decoder.raw_decode(text, at)
        except ValueError:
            return
        yield said
        at = text.find("{", end)


def dropped(text: str) -> int:
    """Packets that met a rule with a counter and the verdict drop, in what `DROPS` printed."""
    total = 0
    for one in json.loads(text or "{}").get("nftables", []):
        statements = one.get("rule", {}).get("expr", [])
        if any("drop" in statement for statement in statements):
            total += sum(statement["counter"]["packets"] for statement in statements if "counter" in statement)
    return total
