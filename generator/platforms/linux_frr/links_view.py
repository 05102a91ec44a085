"""Plan → ifupdown2's stanzas: VRFs, ports, VLANs on VLANs, loopbacks, XFRM interfaces, and the queues of shapers.

**Into the front VRF.**  A tunnel's packets come from two places, and each finds its VRF by itself:

- ESP is made by the XFRM interface.  Its ``xfrm-physdev`` is the VRF device of the front VRF, so the
  kernel looks the way of the outer packets up in that VRF's table; ``lo`` stands for the global table.
  The interface itself is enslaved to the inner VRF, so what comes out of it is routed there.
- IKE is sent by one charon for all VRFs.  Its sockets take packets of every VRF
  (``net.ipv4.udp_l3mdev_accept``), and what it sends finds the table by its source address: a rule
  beside the VRF device, one for each outer address.  So two front VRFs cannot have the same outer
  address; for that, each would need a charon of its own (``ip vrf exec``) with its own part of the file.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from generator.model.address import LinkAddress
from generator.model.facts import Facts, Interface
from generator.model.vlan import Dot1q, QinQ
from generator.platforms.linux_frr.names import interface_id, port_of, subinterface, vrf_device, vrf_tables
from generator.platforms.linux_frr.shaping import QueueClass, Shaping

TPID: Final = {0x8100: "802.1q", 0x88A8: "802.1ad"}
INNER_TAG: Final = 4
"""Bytes of a second VLAN tag."""
RULE_PREFERENCE: Final = 1100
"""Behind the kernel's own rule for VRFs (1000), before those of the tables ``local`` and ``main``."""


class SourceRule(Struct, frozen=True):
    """Packets from one of our outer addresses use the table of their front VRF."""

    family: str
    address: str


class VrfDevice(Struct, frozen=True):
    """A VRF device.  Its alias begins with the VRF's full name, which may be longer than the kernel takes."""

    device: str
    table: int
    alias: str
    rules: tuple[SourceRule, ...] = ()
    preference: int = RULE_PREFERENCE


class Device(Struct, frozen=True):
    """A port, a VLAN device, a loopback or an XFRM interface; ``parent`` is empty for what stands on nothing."""

    name: str
    mtu: int
    parent: str = ""
    vlan: int = 0
    protocol: str = ""
    dummy: bool = False
    interface_id: int = 0
    """Of an XFRM interface, else 0."""
    front: str = ""
    """The device in whose VRF an XFRM interface's outer packets travel."""
    vrf: str = ""
    alias: str = ""
    down: bool = False
    addresses: tuple[str, ...] = ()
    classes: tuple[QueueClass, ...] = ()


def vrf_devices(facts: Facts) -> tuple[VrfDevice, ...]:
    """In the order of their names."""
    tables = vrf_tables(facts.vrfs)
    rules: dict[str, dict[str, SourceRule]] = {}
    for one in facts.tunnels.values():
        rule = SourceRule("-4" if one.local.version == 4 else "-6", str(one.local))
        rules.setdefault(one.front_vrf, {})[rule.address] = rule
    return tuple(
        [
            VrfDevice(
                vrf_device(name),
                tables[name],
                f"{name} {facts.vrfs[name].description}".rstrip(),
                tuple(rules.get(name, {}).values()),
            )
            for name in sorted(facts.vrfs)
        ]
    )


def devices(facts: Facts, ports: tuple[str, ...], shaping: Shaping) -> list[Device]:
    """Ports and loopbacks first, then the devices of S-tags that are no interface of their own, the VLANs on them, the tunnels.

    What carries a second tag has four bytes more of MTU than what stands on it: a device's MTU counts
    one tag in, but not two, and full packets would be lost (ER-MTU-01).
    """
    stacks = {port_of(name, one.tags, ports) for name, one in facts.interfaces.items() if isinstance(one.tags, QinQ)}
    upright: list[Device] = []
    between: dict[str, Device] = {}
    stacked: list[Device] = []
    tunnels: list[Device] = []
    for name, one in facts.interfaces.items():
        tags = one.tags
        bare = _device(one, facts, shaping)
        if isinstance(tags, QinQ):
            port = port_of(name, tags, ports)
            parent = subinterface(port, Dot1q(tags.outer))
            if parent not in facts.interfaces:
                known = between.get(parent)
                mtu = max(one.mtu + INNER_TAG, known.mtu if known else 0)
                classes = shaping.classes.get(parent, ())
                between[parent] = Device(parent, mtu, port, tags.outer, TPID[one.outer_tpid], classes=classes)
            stacked.append(replace(bare, parent=parent, vlan=tags.inner, protocol="802.1q"))
        elif isinstance(tags, Dot1q):
            port = port_of(name, tags, ports)
            upright.append(replace(bare, parent=port, vlan=tags.vlan, protocol=TPID[one.outer_tpid]))
        elif bare.interface_id:
            tunnels.append(bare)
        elif name in stacks:
            upright.append(replace(bare, mtu=one.mtu + INNER_TAG))
        else:
            upright.append(replace(bare, dummy=name not in ports and name != "lo"))
    return [*upright, *between.values(), *stacked, *tunnels]


def _device(one: Interface, facts: Facts, shaping: Shaping) -> Device:
    tunnel = facts.tunnels.get(one.name)
    return Device(
        name=one.name,
        mtu=one.mtu,
        interface_id=interface_id(one.name) if tunnel else 0,
        front=(vrf_device(tunnel.front_vrf) or "lo") if tunnel else "",
        vrf=vrf_device(one.vrf),
        alias=one.description,
        down=not one.enabled,
        addresses=tuple([str(address) for address in (*one.addresses, *_borrowed(one, facts))]),
        classes=shaping.classes.get(one.name, ()),
    )


def _borrowed(one: Interface, facts: Facts) -> tuple[LinkAddress, ...]:
    """The addresses of the interface it borrows from, without their networks: the kernel has no other word for it."""
    lender = facts.interfaces.get(one.unnumbered)
    if lender is None:
        return ()
    return tuple([type(address)((address.ip, address.max_prefixlen)) for address in lender.addresses])
