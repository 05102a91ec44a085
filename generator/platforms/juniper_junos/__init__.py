"""Juniper MX and SRX with Junos OS: curly-brace text, dual-tagged units, ``virtual-router`` instances.

One language, two kinds of hardware, told apart by the router's model: an MX passes packets and filters
them one by one; an SRX (and vSRX) keeps sessions, and has zones, IPsec and NAT in it.
"""

from __future__ import annotations

import re
from typing import Final

from generator.model.vlan import Dot1q, QinQ, Tags
from generator.platforms.base import ConfigFile, Feature, Limits, Napalm, Platform
from generator.platforms.juniper_junos.audit import SIGNS, audit
from generator.platforms.juniper_junos.change import GRAMMAR
from generator.platforms.juniper_junos.device import Router
from generator.platforms.juniper_junos.health import HEALTH
from generator.platforms.juniper_junos.one_line import merge_text, one_line
from generator.platforms.juniper_junos.reader import read
from generator.platforms.juniper_junos.set_format import parse_set
from generator.platforms.juniper_junos.shows import shows
from generator.platforms.juniper_junos.view import view
from generator.platforms.juniper_junos.words import observable
from generator.platforms.juniper_junos.zoning import is_srx

_PORT: Final = re.compile(r"(?:ge|xe|et)-\d{1,3}/\d{1,2}/\d{1,3}(?::\d{1,2})?|(?:ae|reth)\d{1,4}")
_EVERY: Final = frozenset(
    (
        Feature.VRF,
        Feature.DOT1Q,
        Feature.QINQ,
        Feature.IPV6,
        Feature.MD5,
        Feature.BFD,
        Feature.MAX_PREFIX_RESTART,
        Feature.VRF_ASN,
        Feature.CONTROL_PLANE,
        Feature.SHAPER,
    )
)
_MX: Final = _EVERY | {Feature.STATELESS, Feature.SHARED_SHAPER, Feature.REMARK, Feature.MACSEC}
_SRX: Final = _EVERY | {
    Feature.IPSEC,
    Feature.SOURCE_PER_VRF,
    Feature.SELECTORS,
    Feature.ZONES,
    Feature.STATEFUL,
    Feature.NAT,
}
_SRX_WITH_MACSEC: Final = ("SRX380",)
"""Models whose ordinary ports encrypt; others have it on the ports of a cluster, or not at all."""
_SRX_BRANCH: Final = re.compile(r"SRX(?:[1-5]\d\d|650)(?!\d)")
"""SRX100 to SRX650, which only know clusters: Multinode High Availability is for SRX1500 and above, and vSRX."""


def is_port(text: str) -> bool:
    """``xe-0/1/0``, channelised ``et-0/0/0:1``, bundle ``ae0``."""
    return _PORT.fullmatch(text) is not None


def subinterface(port: str, tags: Tags, unit: int | None) -> str:
    """``port.unit``.  Without a number asked for, the inner (or only) tag is the unit.

    Two circuits with the same C-tag on one port need an asked-for number on the second.
    """
    if unit is None:
        match tags:
            case QinQ():
                unit = tags.inner
            case Dot1q():
                unit = tags.vlan
            case _:
                unit = 0
    return f"{port}.{unit}"


def unit_on_shared_port(tags: Tags, domain: int) -> int | None:
    """S-tag × 4 + number of the domain: every circuit has C-tag 100, and units end at 16385."""
    return tags.outer * 4 + domain if isinstance(tags, QinQ) else None


def features_of(model: str) -> frozenset[Feature]:
    """An SRX keeps sessions and has IPsec and NAT in it; an MX passes packets, and would need service cards (PLT-JUN-18)."""
    if not is_srx(model):
        return _MX
    found = _SRX | {Feature.MACSEC} if model.startswith(_SRX_WITH_MACSEC) else _SRX
    return found if _SRX_BRANCH.match(model) else found | {Feature.STATE_SYNC}


PLATFORM = Platform(
    id="juniper_junos",
    title="Juniper MX and SRX, Junos OS",
    versions="22.1 and later",
    documents=(
        "Junos CLI Reference: vlan-tags (Stacked VLAN Tags)",
        "Junos Routing Policies Guide: route-filter-list; How Route Filters Are Evaluated in Routing Policy Match Conditions",
        "Junos Policy Framework Configuration Guide: AS Path and Community Attribute Regular Expressions",
        "Junos BGP User Guide: prefix-limit; multipath; Load Balancing BGP Traffic",
        "Batfish FlatJuniper grammar (interfaces, routing instances, policy options, BGP, firewall, security, applications)",
        "Junos Routing Policies, Firewall Filters and Traffic Policers User Guide: filters for loopback units of routing"
        " instances; firewall filter chains (output-chain)",
        "Junos CLI Reference: proposal (Security IKE); prf-algorithm; dead-peer-detection; dscp (Multifield Classifier)",
        "Junos Security Zones: controlling inbound traffic by types and protocols; security policies for junos-host",
        "Juniper KB30997: policy look-ups for traffic that ends on a loopback interface",
        "Junos Class of Service User Guide: scheduling and shaping of VLANs; interface sets",
        "Junos MACsec: connectivity-association, cak, security-mode",
        "Junos High Availability User Guide: Multinode High Availability (services; preparation; asymmetric traffic flow)",
        "Junos CLI Reference: liveness-detection (high availability)",
        "Junos Routing Policies Guide: Multifield Classification Overview (packets entering or exiting an interface)",
    ),
    files=(
        ConfigFile(
            "junos.conf",
            other_form=parse_set,
            sections=(
                "system",
                "chassis",
                "security",
                "interfaces",
                "policy_options",
                "class_of_service",
                "firewall",
                "routing_instances",
                "applications",
                "routing_options",
                "protocols",
            ),
            syntax="braces",
            comment="/*",
        ),
    ),
    features=_MX,
    features_of=features_of,
    models=("SRX1500",),
    loopback="lo0.{}".format,
    tunnel="st0.{}".format,
    limits=Limits(reserved_vlans={}, outer_vlan_advised=511),
    napalm=Napalm("junos", replace=True, merge=True, commit_confirm=True),
    health=HEALTH,
    port_example="xe-0/1/0",
    is_port=is_port,
    subinterface=subinterface,
    unit_on_shared_port=unit_on_shared_port,
    view=view,
    observable=observable,
    read=read,
    shows=shows,
    one_line=one_line,
    merge_text=merge_text,
    change=GRAMMAR,
    device=Router,
    signs=SIGNS,
    audit=audit,
    notes=(
        "A running config is read in blocks and in set format (show configuration | display set).",
        "The keepalive interval is a third of the hold time; it cannot be set (PLT-JUN-06).",
        "On a provider's port a unit is S-tag × 4 + 0 (private), 1 (Microsoft) or 2 (public); else it is the C-tag.",
        "Each peering and family is a BGP group of its own, named after the peer (PLT-JUN-09).",
        "An IPv6 list has -v6 after its name: Junos has one name space for both families.",
        "A route filter only looks at the longest prefix that covers a route; lists are completed so that they mean the same.",
        "Equal-cost paths need the policy load-balance on the forwarding table; how many are used is a matter of the chassis.",
        "The file is curly text for load merge or load replace; keys are in clear and stored as $9$ by the router.",
        "A model with SRX in its name is a firewall: zones, IPsec, NAT; any other, or none, is an MX (PLT-JUN-18).",
        "MX: a shared shaper is an interface set, and needs ports with hierarchical queuing.",
        "MX: DSCP is rewritten by an output filter, which needs MPC line cards; with another filter it stands in an output-chain.",
        "MX: the same filter puts voice into its queue (a filter classifies what leaves, too); not tried on every line card.",
        "The MSS is clamped in tunnels only; a plan that clamps it on another interface does not read back as planned.",
        "The filter of the control plane is on lo0.0 and on every other unit of lo0, because none takes it over from lo0.0.",
        "SRX: every policy keeps sessions; rules for answers are not written, because answers pass by the session.",
        "SRX: interfaces of no zone are put into UNZONED-<VRF>, which nothing passes to or from; else they would pass nothing.",
        "SRX: a loopback is in the zone that its packets arrive in; from other zones it is reached only by a policy between the two.",
        "SRX: with GCM in IKE the PRF comes with the cipher (SHA-384 with AES-256); another one cannot be set.",
        "SRX: one MSS holds for all tunnels, the smallest one planned (PLT-JUN-15); st0 units borrow no address.",
        "SRX: shared sessions are Multinode High Availability with redundancy group 0 alone, so both nodes pass packets.",
        "SRX: both nodes are the same model (SRX1500 and above, or vSRX) with the same release, 22.3 or later (SRX1600 and SRX2300:"
        " 23.4, SRX4300: 24.2); they need a reboot to begin with.",
        "SRX: for answers that come in at the other node all the time, Junos 23.4 has an interchassis datapath: not written.",
        "SRX: the link between two nodes is not encrypted; it has to be a cable of its own.",
        "SRX: dead peers are looked for every 2 to 60 seconds, 1 to 5 times; other numbers become the nearest of these.",
    ),
)
