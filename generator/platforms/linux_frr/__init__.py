"""A Linux router: FRRouting 8.4 or later, strongSwan, nftables, with the devices of Debian 12.

The links are ifupdown2's ``interfaces`` file, not a batch for ``ip``, because ifupdown2

- makes everything that is needed: VRF devices with a table number, VLANs on VLANs with the ethertype
  chosen for each, dummies for loopbacks, XFRM interfaces, addresses of both families, MTU and alias; it
  needs Python and iproute2, no systemd;
- reconciles: ``ifreload -a`` changes what differs and takes away what is gone, where a batch for
  ``ip`` fails on the first device that exists and never removes one;
- checks a file before it is used (``ifup -a -s -i FILE``): syntax, addresses, table numbers.

What it asks for in return: VRF tables between 1001 and 5000 (:func:`.names.vrf_tables`), device names
of at most 15 characters, and a package that replaces ``ifupdown``.  The check wants root and
``/run/network``, so it is run by the tests and not offered as a native check.

FRR knows a VRF by the name of its kernel device, which is shorter than a VRF's name may be.  The
device's alias begins with the full name, so text alone is enough to find it again, for the reader and
for a person who types ``ip -d link``.

The stories of the rest are where they are written: how a tunnel finds its two VRFs in
:mod:`.links_view`, why nftables gets a table of ours and in which order its chains come in
:mod:`.nft_view`, why a shaper is half ``tc`` and half nftables in :mod:`.shaping`, what is seen of a
packet in a VRF in :mod:`.nft_zones` and :mod:`.nft_nat`.
"""

from __future__ import annotations

from generator.platforms.base import ConfigFile, Feature, LabSupport, Limits, Napalm, NativeCheck, Platform
from generator.platforms.linux_frr.audit import SIGNS, audit
from generator.platforms.linux_frr.boot import PATHS, boot
from generator.platforms.linux_frr.change import GRAMMAR
from generator.platforms.linux_frr.device import Router
from generator.platforms.linux_frr.health import HEALTH
from generator.platforms.linux_frr.names import is_port, subinterface
from generator.platforms.linux_frr.native import check_nftables, check_swanctl
from generator.platforms.linux_frr.observable import observable
from generator.platforms.linux_frr.reader import read
from generator.platforms.linux_frr.running import DROPS, ROUTES, SESSIONS, accepted, dropped, established
from generator.platforms.linux_frr.shows import shows
from generator.platforms.linux_frr.view import view

PLATFORM = Platform(
    id="linux_frr",
    title="Linux with FRRouting",
    versions="FRRouting 8.4 or later, ifupdown2 3.0, strongSwan 5.9, nftables 1.0.6, Linux 6.1",
    documents=(
        "FRRouting user guide: Basic Setup, BGP, BFD, Filtering, Route Maps, Static, Zebra (VRF)",
        "Linux kernel documentation: networking/vrf, networking/ip-sysctl",
        "ifupdown2: interfaces(5), addons vlan, vrf, address, link, xfrm and usercmds",
        "strongSwan: swanctl.conf(5), IKEv2 cipher suites, route-based VPN with XFRM interfaces, expiry and rekeying",
        "nftables: nft(8); iproute2: tc-htb(8), ip-rule(8)",
        "domain rules E.8 (PLT-LNX-01 to PLT-LNX-14)",
    ),
    files=(
        ConfigFile("frr.conf", ("head", "lists", "route_maps", "statics", "bfd", "bgp"), path=PATHS["frr.conf"]),
        ConfigFile("interfaces", ("interfaces",), comment="#", path=PATHS["interfaces"]),
        ConfigFile("swanctl.conf", ("swanctl",), comment="#", path=PATHS["swanctl.conf"]),
        ConfigFile(
            "nftables.conf",
            ("nft_head", "nft_filters", "nft_zones", "nft_edges", "nft_nat", "nft_qos", "nft_end"),
            comment="#",
            path=PATHS["nftables.conf"],
        ),
        ConfigFile("daemons", ("daemons",), comment="#", path=PATHS["daemons"]),
        ConfigFile("sysctl.conf", ("sysctl",), comment="#", path=PATHS["sysctl.conf"]),
    ),
    features=frozenset(
        (
            Feature.VRF,
            Feature.DOT1Q,
            Feature.QINQ,
            Feature.IPV6,
            Feature.MD5,
            Feature.BFD,
            Feature.MAX_PREFIX_RESTART,
            Feature.KEEPALIVE,
            Feature.VRF_ASN,
            Feature.IPSEC,
            Feature.SELECTORS,
            Feature.ZONES,
            Feature.STATELESS,
            Feature.STATEFUL,
            Feature.NAT,
            Feature.SHAPER,
            Feature.SHARED_SHAPER,
            Feature.REMARK,
            Feature.CONTROL_PLANE,
        )
    ),
    limits=Limits(reserved_vlans={}),
    napalm=Napalm("linux_frr", replace=True, merge=False, commit_confirm=True),
    health=HEALTH,
    port_example="eth1",
    is_port=is_port,
    subinterface=subinterface,
    view=view,
    observable=observable,
    read=read,
    shows=shows,
    change=GRAMMAR,
    device=Router,
    signs=SIGNS,
    audit=audit,
    tunnel="xfrm{}".format,
    checks=(
        NativeCheck("vtysh -C", ("vtysh", "-C", "-f", "{file}"), "frr.conf", "frr"),
        NativeCheck("nft -c", ("nft", "-c", "-f", "{file}"), "nftables.conf", "nftables", check_nftables),
        NativeCheck(
            "swanctl --load-all",
            ("swanctl", "--load-all", "--file", "{file}"),
            "swanctl.conf",
            "strongswan-swanctl, strongswan-charon",
            check_swanctl,
        ),
    ),
    lab=LabSupport(
        port="eth{}".format,
        boot=boot,
        sessions=SESSIONS,
        established=established,
        routes=ROUTES,
        accepted=accepted,
        drops=DROPS,
        dropped=dropped,
    ),
    notes=(
        "vtysh -C refuses unknown and incomplete lines; it does not see names that are not defined.",
        "A VRF whose name is longer than 15 characters gets a device with a shorter one; the alias has the full name.",
        "VRF tables are 1001 to 5000: more than 4,000 VRFs need vrf-table-id-end in a policy file of ifupdown2.",
        "tcp_l3mdev_accept stays 0: with 1, sessions with MD5 keys in a VRF fail to come up.",
        "rp_filter is loose on every interface; strict cannot be set for one of them.",
        "charon runs once, outside of all VRFs; tunnels of two front VRFs need different outer addresses.",
        "nftables.conf is one table of its own, loaded as a whole; tables of others stay as they are.",
        "A remark's priority queue needs a shaper that has all of its interfaces.",
        "A pool for NAT always translates ports too where two hosts would collide.",
    ),
)
