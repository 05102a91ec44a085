"""What a router's config says, in words no vendor owns.

The same classes hold what a router *should* say (in the plan) and what a text *does* say (read back),
so that comparing the two is ``==`` on dictionaries.  Names of objects are part of the facts: one
function makes them for every platform.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from generator.model.address import Address, LinkAddress, Prefix
from generator.model.crypto import CryptoPolicy, Selector, Tunnel
from generator.model.filters import (
    ControlPlane,
    Filter,
    FilterRule,
    IcmpType,
    NatRule,
    Ports,
    Remark,
    Shaper,
    StateSync,
    Zone,
    ZonePolicy,
)
from generator.model.macsec import Macsec
from generator.model.secret import Secret
from generator.model.vlan import UNTAGGED, Tags

__all__ = [
    "FACT_TABLES",
    "AsPathEntry",
    "AsPathList",
    "AsPathPattern",
    "Bfd",
    "BgpVrf",
    "CommunityList",
    "ControlPlane",
    "CryptoPolicy",
    "FactKey",
    "Facts",
    "Family",
    "Filter",
    "FilterRule",
    "IcmpType",
    "Interface",
    "Macsec",
    "MaxPrefix",
    "NatRule",
    "Neighbor",
    "NeighborKey",
    "Policy",
    "PolicyRule",
    "Ports",
    "PrefixEntry",
    "PrefixList",
    "ReadResult",
    "Remark",
    "Selector",
    "Shaper",
    "StateSync",
    "StaticRoute",
    "Tunnel",
    "UnrecognisedLine",
    "Vrf",
    "Zone",
    "ZonePolicy",
]

Family = Literal[4, 6]


class Bfd(msgspec.Struct, frozen=True, gc=False):
    """BFD timers of a session (ER-BGP-05): milliseconds, and how many missed packets bring it down."""

    transmit_ms: int = 300
    receive_ms: int = 300
    multiplier: int = 3
    echo: bool = False
    strict: bool = False


class Vrf(msgspec.Struct, frozen=True):
    """A VRF.  The global table is the empty name and has no entry."""

    name: str
    rd: str = ""
    families: tuple[Family, ...] = ()
    imports: tuple[str, ...] = ()
    """Route targets (or the VRFs) routes are taken from.  peerwright renders none (ER-MT-02)."""
    exports: tuple[str, ...] = ()
    description: str = ""


class Interface(msgspec.Struct, frozen=True):
    """A port, a subinterface or a loopback, by the name it has on the device."""

    name: str
    vrf: str = ""
    description: str = ""
    tags: Tags = UNTAGGED
    addresses: tuple[LinkAddress, ...] = ()
    """IPv4 first, each family in the order of the config."""
    mtu: int = 1500
    """IP MTU in bytes (ER-MTU-01)."""
    bfd: Bfd | None = None
    """Timers where the platform keeps them on the interface (IOS-XE), else None."""
    enabled: bool = True
    fhrp: tuple[str, ...] = ()
    """HSRP, VRRP or GLBP groups on it, as written.  peerwright renders none (ER-CKT-21)."""
    urpf: Literal["", "strict", "loose"] = ""
    outer_tpid: int = 0x8100
    unnumbered: str = ""
    """The interface whose address it borrows (tunnels)."""
    mss: int = 0
    """TCP maximum segment size that passing connections are clamped to, 0: not clamped (IPS-TUN-03)."""
    filter_in: str = ""
    filter_out: str = ""
    """Names of filters on the interface itself, in each family in which they exist."""


class PrefixEntry(msgspec.Struct, frozen=True, gc=False):
    """One line of a prefix list: routes inside ``prefix`` whose length is between ``low`` and ``high``."""

    prefix: Prefix
    low: int
    high: int
    permit: bool = True


class PrefixList(msgspec.Struct, frozen=True):
    """Ordered; the first entry that matches decides; nothing matched is deny."""

    name: str
    family: Family
    entries: tuple[PrefixEntry, ...]


class AsPathPattern(msgspec.Struct, frozen=True, gc=False):
    """A pattern on an AS path.

    ``starts`` and ``contains`` are the two that peerwright writes; a reader turns the vendor's text
    for them into these, and keeps any other text as ``regex`` with its dialect.
    """

    kind: Literal["starts", "contains", "any", "empty", "regex"]
    asn: int = 0
    text: str = ""
    dialect: Literal["", "posix", "junos"] = ""


class AsPathEntry(msgspec.Struct, frozen=True, gc=False):
    pattern: AsPathPattern
    permit: bool = True


class AsPathList(msgspec.Struct, frozen=True):
    """Ordered; the first entry that matches decides; nothing matched is deny."""

    name: str
    entries: tuple[AsPathEntry, ...]


class CommunityList(msgspec.Struct, frozen=True):
    """Matches a route that carries at least one of ``communities`` (``aa:nn`` text, sorted)."""

    name: str
    communities: tuple[str, ...]


class PolicyRule(msgspec.Struct, frozen=True):
    """One step of a routing policy.  All conditions that are given must hold; a condition with several names holds if one does.

    A condition the reader did not understand is kept in ``unknown``: such a rule cannot be evaluated.
    """

    label: str
    """Sequence number or term name."""
    permit: bool
    prefix_lists: tuple[str, ...] = ()
    prefixes: tuple[PrefixEntry, ...] = ()
    """Prefixes written into the rule itself (Junos ``route-filter``)."""
    as_path_lists: tuple[str, ...] = ()
    community_lists: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    """Source protocols (Junos ``from protocol``)."""
    local_preference: int | None = None
    prepend: tuple[int, ...] = ()
    med: int | None = None
    set_communities: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Policy(msgspec.Struct, frozen=True):
    """A route-map or policy-statement.  ``default_permit`` is what happens to a route that no rule decides."""

    name: str
    rules: tuple[PolicyRule, ...]
    default_permit: bool = False


class MaxPrefix(msgspec.Struct, frozen=True, gc=False):
    """How many prefixes a session may bring (ER-BGP-11)."""

    limit: int
    warn_percent: int = 80
    restart_minutes: int | None = None
    """None: stays down until a person clears it."""
    warning_only: bool = False


class Neighbor(msgspec.Struct, frozen=True):
    """One BGP neighbour in one address family.  Keyed by :attr:`key`."""

    vrf: str
    address: Address
    family: Family
    remote_as: int
    local_as: int
    """The AS of the BGP instance it is in."""
    description: str = ""
    activated: bool = True
    enabled: bool = True
    password: Secret | None = None
    keepalive: int = 60
    hold: int = 180
    bfd: Bfd | None = None
    """Present where BFD is bound to the session; timers are those that apply to it on this platform."""
    import_policy: str = ""
    export_policy: str = ""
    max_prefix: MaxPrefix | None = None
    next_hop_self: bool = False
    multihop: int = 0
    """0: directly connected."""
    update_source: str = ""
    send_community: bool = False
    default_originate: bool = False
    allowas_in: bool = False
    as_override: bool = False
    remove_private: bool = False
    extra: tuple[str, ...] = ()
    """Options the reader knows but that peerwright never writes, as written."""

    @property
    def key(self) -> NeighborKey:
        return (self.vrf, self.address, self.family)


NeighborKey = tuple[str, Address, Family]


class BgpVrf(msgspec.Struct, frozen=True):
    """BGP in one VRF."""

    vrf: str
    asn: int
    router_id: str = ""
    networks: tuple[Prefix, ...] = ()
    """Prefixes that this router originates, sorted (ER-RTE-18)."""
    redistribute: tuple[str, ...] = ()
    maximum_paths: int = 1
    """Equal-cost paths installed, eBGP (ER-PATH-11)."""
    maximum_paths_ibgp: int = 1
    as_path_ignore: bool = False
    """``bestpath as-path ignore`` (ER-PATH-06)."""
    max_as_limit: int = 0
    """Longest AS path accepted, 0: no limit (ER-PATH-06)."""


class StaticRoute(msgspec.Struct, frozen=True, gc=False):
    """A static route.  ``next_hop`` is ``discard``, an address, or an interface name."""

    vrf: str
    prefix: Prefix
    next_hop: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything peerwright decides for one router, or everything a reader found in its text."""

    hostname: str
    vrfs: dict[str, Vrf] = {}
    interfaces: dict[str, Interface] = {}
    prefix_lists: dict[tuple[str, Family], PrefixList] = {}
    as_path_lists: dict[str, AsPathList] = {}
    community_lists: dict[str, CommunityList] = {}
    policies: dict[str, Policy] = {}
    bgp: dict[str, BgpVrf] = {}
    """By VRF name; the global table is the empty name."""
    neighbors: dict[NeighborKey, Neighbor] = {}
    static_routes: dict[tuple[str, Prefix, str], StaticRoute] = {}
    """By VRF, prefix and next hop."""
    tunnels: dict[str, Tunnel] = {}
    """By interface name."""
    zones: dict[str, Zone] = {}
    zone_policies: dict[tuple[str, str], ZonePolicy] = {}
    """By source and destination zone."""
    filters: dict[tuple[str, Family], Filter] = {}
    control_plane: dict[str, ControlPlane] = {}
    """By filter name; at most one."""
    nat_rules: dict[str, NatRule] = {}
    shapers: dict[str, Shaper] = {}
    remarks: dict[str, Remark] = {}
    macsec: dict[str, Macsec] = {}
    """By port."""
    state_sync: dict[str, StateSync] = {}
    """By interface; at most one."""
    switches: frozenset[str] = frozenset()
    """Device-wide settings that the rest depends on, each under the platform's own word (``bfdd``, ``new-format``)."""


FACT_TABLES: tuple[str, ...] = (
    "vrfs",
    "interfaces",
    "prefix_lists",
    "as_path_lists",
    "community_lists",
    "policies",
    "bgp",
    "neighbors",
    "static_routes",
    "tunnels",
    "zones",
    "zone_policies",
    "filters",
    "control_plane",
    "nat_rules",
    "shapers",
    "remarks",
    "macsec",
    "state_sync",
)
"""The tables of :class:`Facts`, in the order a reader of a report expects them."""

FactKey = tuple[str, object]
"""One object of a :class:`Facts`: the table's name and the object's key in it."""


class ReadResult(msgspec.Struct, frozen=True):
    """What a reader found: the facts, where each stands, and what it could not understand."""

    facts: Facts
    places: dict[FactKey, tuple[str, int]]
    """File and line of each object's first line."""
    unrecognised: tuple[UnrecognisedLine, ...] = ()
    header: str = ""
    """The comment that names device and role, as written (PAIR-048)."""


class UnrecognisedLine(msgspec.Struct, frozen=True, gc=False):
    """A line the reader did not understand.  In text that we rendered, each is an error (PAIR-001)."""

    file: str
    line: int
    text: str
    reason: str = ""
    """Empty: unknown; else why it cannot be taken, e.g. ``address before vrf forwarding wipes the address``."""
