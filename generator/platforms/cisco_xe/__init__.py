"""Cisco IOS-XE 17: ASR 1000, Catalyst 8000."""

from __future__ import annotations

from generator.platforms.base import ConfigFile, Feature, Limits, Napalm, Platform
from generator.platforms.cisco_xe.names import is_port, subinterface
from generator.platforms.cisco_xe.observable import observable
from generator.platforms.cisco_xe.reader import read
from generator.platforms.cisco_xe.view import view

PLATFORM = Platform(
    id="cisco_xe",
    title="Cisco IOS-XE",
    versions="17.x",
    documents=(
        "Cisco IOS XE 17 configuration guides: IP Routing BGP, IP Routing BFD, Ethernet QinQ (IEEE 802.1Q-in-Q VLAN Tag Termination)",
        "Cisco IOS IP Routing: BGP Command Reference",
        "domain rules E.2 (PLT-XE-01 to PLT-XE-20)",
    ),
    files=(
        ConfigFile(
            "running.cfg",
            (
                "header",
                "system",
                "vrfs",
                "filters",
                "macsec",
                "crypto",
                "zones",
                "qos",
                "interfaces",
                "lists",
                "policies",
                "routes",
                "nat",
                "bgp",
                "control_plane",
                "end",
            ),
            "indent",
            "!",
        ),
    ),
    features=frozenset(Feature) - {Feature.VRF_ASN, Feature.SHARED_SHAPER},
    limits=Limits(reserved_vlans=dict.fromkeys(range(1002, 1006), "reserved on images with layer 2 (PLT-XE-10)")),
    napalm=Napalm("ios", replace=True, merge=True, commit_confirm=True),
    port_example="TenGigabitEthernet0/1/0",
    is_port=is_port,
    subinterface=subinterface,
    view=view,
    observable=observable,
    read=read,
    loopback="Loopback{}".format,
    tunnel="Tunnel{}".format,
    notes=(
        "AS-path lists have numbers on IOS-XE: they are numbered from 401 on, in the order of their names.",
        "A router has one BGP process: every VRF must have the same AS number.",
        "An empty prefix list is written as one that denies everything, because a list that does not exist matches everything.",
        "The file is a part of a config: merge it, do not replace a running-config with it.",
    ),
)
