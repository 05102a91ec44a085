"""What is told to ``ip``."""

from __future__ import annotations

from generator.lab.agent.network import interface_lines, port_mtus, wire_lines
from generator.lab.model import Device, DeviceRole, End, Interface, Link


def test_a_wire_is_made_right_between_two_namespaces_under_the_names_of_its_ends() -> None:
    devices = [
        Device(name=name, role=DeviceRole.EDGE, interfaces=(Interface(name=port, mtu=mtu),))
        for name, port, mtu in (("a", "eth1", 1500), ("b", "wan0", 1508))
    ]
    lines = wire_lines([Link(End("a", "eth1"), End("b", "wan0"))], port_mtus(devices), {"a": 11, "b": 12})
    assert lines == ["link add name eth1 mtu 1500 netns 11 type veth peer name wan0 mtu 1508 netns 12"]


def test_both_tags_are_8100_and_the_outer_device_is_the_wider_one() -> None:
    lines = interface_lines(
        [
            Interface(name="wan0", mtu=1508),
            Interface(name="wan0.77", kind="vlan", parent="wan0", vlan=77, mtu=1504),
            Interface(name="wan0.77.410", kind="vlan", parent="wan0.77", vlan=410, addresses=("192.0.2.2/30",)),
        ]
    )
    assert "link add link wan0 name wan0.77 mtu 1504 type vlan protocol 802.1Q id 77" in lines
    assert "link add link wan0.77 name wan0.77.410 mtu 1500 type vlan protocol 802.1Q id 410" in lines
    assert lines[-1] == "address add 192.0.2.2/30 dev wan0.77.410"


def test_ports_are_there_already_and_a_bridge_is_not_kept_waiting() -> None:
    lines = interface_lines(
        [Interface(name="br0", kind="bridge", mtu=1600), Interface(name="p0", mtu=1600, master="br0")]
    )
    assert lines == [
        "link set dev lo up",
        "link add name br0 type bridge stp_state 0 forward_delay 0",
        "link set dev br0 mtu 1600 up",
        "link set dev p0 master br0",
        "link set dev p0 mtu 1600 up",
    ]


def test_ipv6_addresses_are_there_at_once() -> None:
    assert (
        interface_lines([Interface(name="p0", addresses=("fd00::1/64",))])[-1] == "address add fd00::1/64 dev p0 nodad"
    )
