"""Between which interfaces of a router packets cross, and where the plan wants them filtered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from generator.model.address import Address, Prefix, parse_address
from generator.model.facts import Facts, Family
from generator.model.filters import SELF
from generator.model.plan import Side
from generator.readback.packet import Firewall

STRANGER: Final[Mapping[Family, Address]] = {4: parse_address("11.22.33.44"), 6: parse_address("2a0b:1234::5")}
"""A public address that no inventory has a reason to name."""


@lru_cache(maxsize=1 << 14)
def host_in(prefix: Prefix) -> Address:
    """The first address of a prefix that can be a host's."""
    return prefix.network_address if prefix.prefixlen == prefix.max_prefixlen else prefix.network_address + 1


class Ways:
    """The interfaces of a router by VRF and side; of those that its filters treat alike only the first."""

    __slots__ = ("_at", "_firewall", "_own", "_wanted", "_zones_wanted", "facts")

    def __init__(self, facts: Facts, wanted: Facts, sides: Mapping[str, Side], firewall: Firewall) -> None:
        self.facts = facts
        self._firewall = firewall
        self._wanted = wanted
        self._zones_wanted = {name: zone.name for zone in wanted.zones.values() for name in zone.interfaces}
        self._own: dict[tuple[str, Family], list[Address]] | None = None
        self._at: dict[tuple[str, Side], dict[tuple[str, str, str], str]] = {}
        for name, side in sides.items():
            interface = facts.interfaces.get(name)
            if interface is not None:
                self._at.setdefault((interface.vrf, side), {}).setdefault(firewall.signature(name), name)

    def at(self, vrf: str, side: Side) -> tuple[str, ...]:
        """Interfaces of a VRF on one side."""
        return tuple(self._at.get((vrf, side), {}).values())

    def crossings(self, vrf: str, source: Side, destination: Side) -> Iterator[tuple[str, str]]:
        """Pairs of interfaces, where packets arrive and where they leave."""
        for arrives in self.at(vrf, source):
            for leaves in self.at(vrf, destination):
                if arrives != leaves:
                    yield arrives, leaves

    def own(self, vrf: str, family: Family) -> list[Address]:
        """The router's own addresses in a VRF."""
        if self._own is None:
            self._own = {}
            for interface in self.facts.interfaces.values():
                for address in interface.addresses:
                    self._own.setdefault((interface.vrf, 4 if address.version == 4 else 6), []).append(address.ip)
        return self._own.get((vrf, family), [])

    def guarded(self, name: str) -> bool:
        """Whether the plan filters what arrives on an interface and leaves by another."""
        interface = self._wanted.interfaces.get(name)
        return name in self._zones_wanted or (interface is not None and interface.filter_in != "")

    def guards_self(self, name: str) -> bool:
        """Whether the plan filters what arrives on an interface for the router itself."""
        interface = self._wanted.interfaces.get(name)
        return (
            (interface is not None and interface.filter_in != "")
            or bool(self._wanted.control_plane)
            or (self._zones_wanted.get(name, ""), SELF) in self._wanted.zone_policies
        )
