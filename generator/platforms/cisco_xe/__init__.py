"""Cisco IOS-XE 17: ASR 1000, Catalyst 8000."""

from __future__ import annotations

from generator.platforms.base import ConfigFile, Feature, Limits, Napalm, Platform
from generator.platforms.cisco_xe.audit import SIGNS, audit
from generator.platforms.cisco_xe.change import GRAMMAR
from generator.platforms.cisco_xe.device import Router
from generator.platforms.cisco_xe.health import HEALTH
from generator.platforms.cisco_xe.merge_file import merge_file
from generator.platforms.cisco_xe.names import is_port, subinterface
from generator.platforms.cisco_xe.observable import observable
from generator.platforms.cisco_xe.reader import read
from generator.platforms.cisco_xe.shows import shows
from generator.platforms.cisco_xe.view import view

PLATFORM = Platform(
    id="cisco_xe",
    title="Cisco IOS-XE",
    versions="17.x",
    documents=(
        "Cisco IOS XE 17 configuration guides: IP Routing BGP, IP Routing BFD, Ethernet QinQ (IEEE 802.1Q-in-Q VLAN Tag Termination)",
        "Cisco IOS IP Routing: BGP Command Reference",
        "Cisco IOS XE 17 Security and VPN Configuration Guide: IPsec Virtual Tunnel Interfaces, Zone-Based Policy Firewalls",
        "Cisco: Configure Multi-SA Virtual Tunnel Interface on a Cisco IOS XE Router (document 214728)",
        "Cisco IOS XE configuration guides: Match-in-VRF Support for NAT; Zone-Based Policy Firewall IPv6 Support; Control Plane Policing; WAN MACsec and MKA Support Enhancements",
        "Cisco YANG models of IOS XE 17.9.1: Cisco-IOS-XE-tunnel, Cisco-IOS-XE-zone; Cisco pyATS for IOS XE: IKEv2, MACsec, NAT",
        "Microsoft: Configure MACsec on ExpressRoute Direct ports; Router configuration samples for ExpressRoute",
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
    features=frozenset(Feature) - {Feature.VRF_ASN, Feature.SHARED_SHAPER, Feature.STATE_SYNC},
    limits=Limits(reserved_vlans=dict.fromkeys(range(1002, 1006), "reserved on images with layer 2 (PLT-XE-10)")),
    napalm=Napalm("ios", replace=True, merge=True, commit_confirm=True),
    health=HEALTH,
    port_example="TenGigabitEthernet0/1/0",
    is_port=is_port,
    subinterface=subinterface,
    view=view,
    observable=observable,
    read=read,
    shows=shows,
    merge_text=merge_file,
    change=GRAMMAR,
    device=Router,
    signs=SIGNS,
    audit=audit,
    loopback="Loopback{}".format,
    tunnel="Tunnel{}".format,
    notes=(
        "AS-path lists have numbers on IOS-XE: they are numbered from 401 on, in the order of their names.",
        "A router has one BGP process: every VRF must have the same AS number.",
        "An empty prefix list is written as one that denies everything, because a list that does not exist matches everything.",
        "The file is a part of a config: merge it, do not replace a running-config with it.",
        "IPv4 and IPv6 access lists share one set of names: those of IPv6 end in _V6.",
        "Tunnels are virtual tunnel interfaces, never crypto maps; selectors other than any-any need 16.12 or later.",
        "All tunnels from one address of one front VRF have the same IKE algorithms: IOS-XE picks them by that address.",
        "A stateful policy passes ESP, AH and GRE one by one, because inspect drops them; the other direction must permit them too.",
        "The control plane's policy drops only packets for addresses of the plan's interfaces: ARP, punted transit packets and sessions on other interfaces are left alone.  Its lists do not log.",
        "ICMP and ICMPv6 to the router are limited each at the given rate.",
        "Without a shaper a subinterface cannot have a priority queue: DSCP values are rewritten there, and nothing more.",
        "MACsec encrypts the VLAN tags too, as Microsoft's edge does; XPN ciphers with an edge that is not Cisco's may need ssci-based-on-sci in the MKA policy.",
    ),
)
