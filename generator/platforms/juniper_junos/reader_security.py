"""``security``: what of it is ours goes to its reader, the rest is passed over."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from generator.model.crypto import Tunnel
from generator.model.facts import Interface
from generator.model.macsec import Macsec
from generator.platforms.juniper_junos.reader_ipsec import TunnelReader
from generator.platforms.juniper_junos.reader_macsec import read_macsec
from generator.platforms.juniper_junos.reader_nat import NatReader
from generator.platforms.juniper_junos.reader_objects import Applications
from generator.platforms.juniper_junos.reader_zones import ZoneReader
from generator.platforms.juniper_junos.reading import Reading, inactive, leaves
from generator.platforms.tree import Node


class SecurityReader:
    """Facts of ``security``."""

    def __init__(
        self,
        reading: Reading,
        blocks: list[Node],
        applications: list[Node],
        interfaces: dict[str, Interface],
        links: frozenset[str] = frozenset(),
    ) -> None:
        self.reading = reading
        self.mss = 0
        children = [node for block in blocks for node in block.children if not inactive(node)]
        for node in children:
            word = node.text.split(" ")[0]
            if word == "flow":
                self._flow(node)
            elif word == "forwarding-options":
                self._mode(node)
        vrf_of = {name: one.vrf for name, one in interfaces.items()}
        self.interfaces = {name: self._clamped(one) for name, one in interfaces.items()}
        self.macsec: Mapping[str, Macsec] = read_macsec(reading, children)
        self.tunnels: Mapping[str, Tunnel] = TunnelReader(reading, children, interfaces, vrf_of).tunnels()
        self.zoning = ZoneReader(reading, children, Applications(reading, applications), interfaces, links)
        self.nat = NatReader(reading, children, self.zoning.members, interfaces, self.zoning.addresses)
        self._whole([node for node in children if node.text in ("ike", "ipsec", "nat", "policies")])

    def _whole(self, ours: list[Node]) -> None:
        """What commits but does nothing: anything at all without zones, a tunnel without its interface."""
        if ours and not self.zoning.members:
            self.reading.unknown(ours[0], "without zones nothing passes")
        for name, tunnel in self.tunnels.items():
            if name not in self.interfaces:
                reason = f"{name}, the interface of the tunnel to {tunnel.remote}, is not configured"
                self.reading.unknown(ours[0], reason)

    def _flow(self, node: Node) -> None:
        """The MSS of tunnels wins over that of everything (PLT-JUN-15)."""
        sizes: dict[str, int] = {}
        for text, leaf in leaves(node):
            words = text.split()
            if words[0] == "tcp-mss" and len(words) == 4 and words[2] == "mss":
                if words[3].isdigit():
                    sizes[words[1]] = int(words[3])
                else:
                    self.reading.unknown(leaf, "a number expected")
        self.mss = sizes.get("ipsec-vpn", sizes.get("all-tcp", 0))

    def _mode(self, node: Node) -> None:
        for text, leaf in leaves(node):
            words = text.split()
            if words[:1] == ["family"] and words[1:2] in (["inet"], ["inet6"]) and words[-1] != "flow-based":
                self.reading.unknown(leaf, "packets of this family do not go through sessions and policies")

    def _clamped(self, one: Interface) -> Interface:
        return replace(one, mss=self.mss) if self.mss and one.name.startswith("st0.") else one
