"""What may reach a router itself, on whatever interface: its neighbours, its managers, and nothing else (FW-CP-01)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from generator.inventory import services
from generator.inventory.security import Management
from generator.inventory.services import Service
from generator.model.address import Address, Prefix, prefix_key
from generator.model.facts import Family
from generator.model.filters import ANY, ICMP6, TCP, UDP, ControlPlane, FilterRule
from generator.plan import filter_rules as rules
from generator.plan.device import DeviceDraft
from generator.plan.filter_rules import RuleList, host
from generator.platforms.base import Feature

NAME: Final = "CONTROL-PLANE"


def close_control_plane(device: DeviceDraft) -> None:
    """Close a router whose managers are known; without them it would lock out whoever has to configure it (FW-CP-03)."""
    management = device.router.management
    if management is None or Feature.CONTROL_PLANE not in device.can or not device.sessions:
        return
    for family in (4, 6):
        found = RuleList(family)
        found.add(_neighbors(device, family))
        found.add(_other_node(device, family))
        found.add(_managers(management, family))
        found.add((rules.permit(rules.icmp(family), (), ()),))
        device.filters[NAME, family] = found.finish(NAME)
        device.origins["filters", (NAME, family)] = ("routers", device.name, "management")
    device.control_plane[NAME] = ControlPlane(NAME, management.icmp_kbps)
    device.origins["control_plane", NAME] = ("routers", device.name, "management")


def _neighbors(device: DeviceDraft, family: Family) -> Iterator[FilterRule]:
    """BGP, BFD and IPsec with every neighbour that is configured."""
    peers = [one for one in device.neighbors.values() if one.address.version == family]
    sources = _hosts(one.address for one in peers)
    if sources:
        yield from rules.bgp(sources, ())
    watched = [one for one in peers if one.bfd is not None]
    if watched:
        echo = any(one.bfd is not None and one.bfd.echo for one in watched)
        ports = (*rules.BFD, *rules.BFD_ECHO) if echo else rules.BFD
        yield rules.permit(UDP, _hosts(one.address for one in watched), (), destination_ports=ports)
    gateways = _hosts(one.remote for one in device.tunnels.values() if one.remote.version == family)
    if gateways:
        yield from rules.ike(gateways, ())


def _other_node(device: DeviceDraft, family: Family) -> Iterator[FilterRule]:
    """Everything from the firewall that shares its sessions with this one: how they talk is the vendor's own affair."""
    for one in device.state_sync.values():
        if one.peer.version == family:
            yield rules.permit(ANY, (host(one.peer),), (host(one.local),))


def _hosts(addresses: Iterable[Address]) -> tuple[Prefix, ...]:
    return tuple(sorted({host(one) for one in addresses}, key=prefix_key))


def _managers(management: Management, family: Family) -> Iterator[FilterRule]:
    """Their services, answers to what the router asks of them, and protocols that anybody may speak."""
    prefixes = tuple(sorted((one for one in management.prefixes if one.version == family), key=prefix_key))
    if prefixes:
        for one in _services(management.services):
            yield rules.there(one, prefixes, (), family, log=False)
        for one in _services(management.replies):
            yield from (answer for answer in rules.back(one, (), prefixes, family) if answer.protocol in (TCP, UDP))
    for one in _services(management.protocols):
        if one.protocol != ICMP6:
            yield rules.there(one, (), (), family, log=False)


def _services(names: list[str]) -> tuple[Service, ...]:
    return services.resolve(names, {})[0]
