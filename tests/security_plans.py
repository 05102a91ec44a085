"""A hand-written device plan with everything of tunnels, firewall, NAT and QoS in it: G.3's R1 with a Microsoft peering beside.

    r1  azure.77.410 ═ MSEE (front VRF TRANSPORT) ─ 172.20.0.1 ══ESP══ 10.60.255.14, 10.60.255.15
    r1  tunnels (inner VRF CORP, zone CORP-TUN)    r1 ── vlan 20 ── core (VRF CORP, zone CORP-IN)
    r1  azure.77.420 ═ MSEE (VRF DMZ-MS, zone DMZ-MS-AZ)  r1 ── vlan 30 ── dmz (VRF DMZ-MS, zone DMZ-MS-IN), NAT

Platform tests use it so that they need neither an inventory nor the planner.  What a platform cannot do
at all is left out of it.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from generator.model.address import Prefix, parse_address, parse_link, parse_prefix
from generator.model.crypto import CryptoPolicy, Selector, Tunnel
from generator.model.facts import (
    Bfd,
    BgpVrf,
    Facts,
    Interface,
    MaxPrefix,
    Neighbor,
    Policy,
    PolicyRule,
    StaticRoute,
    Vrf,
)
from generator.model.filters import (
    ANY,
    ESP,
    ICMP,
    ICMP6,
    SELF,
    TCP,
    UDP,
    ControlPlane,
    Filter,
    FilterRule,
    IcmpType,
    NatRule,
    Ports,
    Remark,
    Shaper,
    Zone,
    ZonePolicy,
)
from generator.model.macsec import Macsec
from generator.model.plan import DevicePlan, Side
from generator.model.secret import Secret
from generator.model.vlan import Dot1q, QinQ, Tags
from generator.platforms.base import Feature, Platform
from tests.plans import AS_PATHS, LAST, exact, keyed_lists, named

KEY = "Lab.Only_7qT4mXz2Rk9s"
CAK = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
COMPATIBLE = CryptoPolicy("AES256", "SHA256", "DHGroup14", "AES256", "SHA256", "PFS2048")

MSEE, OWN = parse_prefix("172.19.254.2/32"), parse_prefix("172.19.254.1/32")
SOURCE, OTHER = parse_prefix("172.20.0.1/32"), parse_prefix("172.20.0.2/32")
GATEWAYS = (parse_prefix("10.60.255.14/32"), parse_prefix("10.60.255.15/32"))
BGP_OWN = parse_prefix("169.254.100.1/32")
BGP_PEERS = (parse_prefix("169.254.21.2/32"), parse_prefix("169.254.22.2/32"))
ONPREM, VNET = parse_prefix("10.20.0.0/16"), parse_prefix("10.60.0.0/16")
ONPREM6, VNET6 = parse_prefix("fd00:20::/48"), parse_prefix("fd00:60::/48")
PUBLIC_OWN, PUBLIC_MSEE = parse_prefix("203.0.113.1/32"), parse_prefix("203.0.113.2/32")
PUBLIC_OWN6, PUBLIC_MSEE6 = parse_prefix("2001:db8:1::1/128"), parse_prefix("2001:db8:1::2/128")
POOL = parse_prefix("203.0.113.64/28")
HIGH = (Ports(1024, 65535),)
BGP = (Ports(179, 179),)


def rules(*given: dict[str, Any] | FilterRule) -> tuple[FilterRule, ...]:
    """Numbered in tens; the last one denies and logs."""
    out = []
    for number, one in enumerate(given, 1):
        label = str(number * 10)
        out.append(replace(one, label=label) if isinstance(one, FilterRule) else FilterRule(label, True, **one))
    return (*out, FilterRule(str((len(given) + 1) * 10), False, log=True))


def flow(protocol: int, sources: Any = (), destinations: Any = (), **more: Any) -> dict[str, Any]:
    def many(value: Any) -> tuple[Prefix, ...]:
        return value if isinstance(value, tuple) else (value,)

    return {"protocol": protocol, "sources": many(sources), "destinations": many(destinations), **more}


def control(own: Prefix, peer: Prefix, *, inbound: bool, bfd: bool = True) -> list[dict[str, Any]]:
    """BGP both ways, BFD and ICMP with the router at the other end of a link."""
    a, b = (peer, own) if inbound else (own, peer)
    found = [
        flow(TCP, a, b, destination_ports=BGP),
        flow(TCP, a, b, source_ports=BGP, established=True),
    ]
    if bfd:
        found.append(flow(UDP, a, b, destination_ports=(Ports(3784, 3784),)))
    if own.version == 4:
        found.append(flow(ICMP, a, b, icmp=(IcmpType(0), IcmpType(8))))
        found.append(flow(ICMP, (), b, icmp=(IcmpType(3, 4), IcmpType(11))))
    else:
        found.append(flow(ICMP6, a, b, icmp=(IcmpType(128), IcmpType(129))))
        found.append(
            flow(ICMP6, (), (), icmp=(IcmpType(2), IcmpType(133), IcmpType(134), IcmpType(135), IcmpType(136)))
        )
    return found


def filters(*, stateful: bool) -> dict[tuple[str, Any], Filter]:
    out: dict[tuple[str, Any], Filter] = {}

    def add(name: str, family: Any, *given: Any) -> None:
        out[name, family] = Filter(name, family, rules(*given))

    def ike(a: Any, b: Any) -> list[dict[str, Any]]:
        return [
            flow(UDP, a, b, destination_ports=(Ports(500, 500), Ports(4500, 4500))),
            flow(ESP, a, b),
        ]

    sources = (SOURCE, OTHER)
    add("TRANSPORT-AZ-SELF", 4, *control(OWN, MSEE, inbound=True), *ike(GATEWAYS, SOURCE))
    add("TRANSPORT-SELF-AZ", 4, *control(OWN, MSEE, inbound=False), *ike(SOURCE, GATEWAYS))
    add("TRANSPORT-AZ-IN", 4, *ike(GATEWAYS, sources))
    add("TRANSPORT-IN-AZ", 4, *ike(sources, GATEWAYS))
    web = (Ports(443, 443), Ports(8000, 8099))
    add(
        "CORP-IN-TUN",
        4,
        flow(TCP, ONPREM, VNET, destination_ports=web),
        flow(UDP, ONPREM, VNET, destination_ports=(Ports(53, 53),)),
        *([] if stateful else [flow(TCP, ONPREM, VNET, source_ports=(Ports(1433, 1433),), established=True)]),
        flow(ICMP, ONPREM, VNET, icmp=(IcmpType(8),)),
    )
    add(
        "CORP-TUN-IN",
        4,
        flow(TCP, VNET, ONPREM, destination_ports=(Ports(1433, 1433),)),
        *(
            []
            if stateful
            else [
                flow(TCP, VNET, ONPREM, source_ports=web, established=True),
                flow(UDP, VNET, ONPREM, source_ports=(Ports(53, 53),)),
                flow(ICMP, VNET, ONPREM, icmp=(IcmpType(0),)),
            ]
        ),
        flow(ICMP, (), ONPREM, icmp=(IcmpType(3, 4), IcmpType(11))),
    )
    add("CORP-IN-TUN", 6, flow(TCP, ONPREM6, VNET6, destination_ports=web))
    add("CORP-TUN-IN", 6, flow(TCP, VNET6, ONPREM6, source_ports=web, established=True))
    add(
        "CORP-TUN-SELF",
        4,
        flow(TCP, BGP_PEERS, BGP_OWN, destination_ports=BGP),
        flow(TCP, BGP_PEERS, BGP_OWN, source_ports=BGP, established=True),
        flow(ICMP, BGP_PEERS, BGP_OWN, icmp=(IcmpType(0), IcmpType(8))),
    )
    add("DMZ-MS-AZ-SELF", 4, *control(PUBLIC_OWN, PUBLIC_MSEE, inbound=True, bfd=False))
    add("DMZ-MS-AZ-SELF", 6, *control(PUBLIC_OWN6, PUBLIC_MSEE6, inbound=True, bfd=False))
    add(
        "DMZ-MS-AZ-IN",
        4,
        FilterRule("", False, sources=tuple(map(parse_prefix, ("10.0.0.0/8", "192.168.0.0/16"))), log=True),
        flow(TCP, (), ONPREM, source_ports=(Ports(443, 443),), established=True),
    )
    add("DMZ-MS-IN-AZ", 4, flow(TCP, ONPREM, (), destination_ports=(Ports(443, 443),)), flow(ANY, ONPREM, POOL))
    management = tuple(map(parse_prefix, ("192.0.2.0/26",)))
    add(
        "CONTROL-PLANE",
        4,
        flow(TCP, (MSEE, PUBLIC_MSEE, *BGP_PEERS), (), destination_ports=BGP),
        flow(UDP, MSEE, (), destination_ports=(Ports(3784, 3784),)),
        flow(TCP, management, (), destination_ports=(Ports(22, 22), Ports(830, 830))),
        flow(ICMP, (), ()),
    )
    add("CONTROL-PLANE", 6, flow(TCP, PUBLIC_MSEE6, (), destination_ports=BGP), flow(ICMP6, (), ()))
    return out


def r1(
    platform: Platform,
    ports: tuple[str, str, str],
    *,
    model: str = "",
    stateful: bool = False,
    crypto: CryptoPolicy | None = None,
    selectors: tuple[Selector, ...] = (),
) -> DevicePlan:
    """G.3's R1.  ``ports``: towards Azure, towards the core, towards the partner."""
    can = platform.can(model)
    azure, core, _ = ports
    front_source, inner_bgp = platform.loopback(309), platform.loopback(310)
    tunnels = (platform.tunnel(308), platform.tunnel(309))
    ipsec = Feature.IPSEC in can

    def sub(port: str, tags: Tags) -> str:
        return platform.subinterface(port, tags, None)

    link, public = sub(azure, QinQ(77, 410)), sub(azure, QinQ(77, 420))
    inside, dmz = sub(core, Dot1q(20)), sub(core, Dot1q(30))
    policy = crypto or CryptoPolicy()
    interfaces = [
        Interface(azure, description="Azure ExpressRoute"),
        Interface(core, description="own network"),
        Interface(link, "TRANSPORT", "MSEE", QinQ(77, 410), (parse_link("172.19.254.1/30"),), bfd=Bfd(), urpf="loose"),
        Interface(
            public,
            "DMZ-MS",
            "MSEE Microsoft",
            QinQ(77, 420),
            (parse_link("203.0.113.1/30"), parse_link("2001:db8:1::1/126")),
            urpf="loose",
        ),
        Interface(inside, "CORP", "core", Dot1q(20), (parse_link("192.168.20.1/30"), parse_link("fd00:c0::1/126"))),
        Interface(dmz, "DMZ-MS", "dmz", Dot1q(30), (parse_link("192.168.30.1/30"),)),
    ]
    sides = {link: Side.AZURE, public: Side.AZURE, inside: Side.INSIDE, dmz: Side.INSIDE}
    if ipsec:
        interfaces += [
            Interface(front_source, "TRANSPORT", "tunnel source", addresses=(parse_link("172.20.0.1/32"),)),
            Interface(inner_bgp, "CORP", "BGP of the tunnels", addresses=(parse_link("169.254.100.1/32"),)),
            *(
                Interface(name, "CORP", f"VPN gateway {place}", mtu=1400, unnumbered=inner_bgp, mss=1350)
                for place, name in enumerate(tunnels)
            ),
        ]
        sides |= dict.fromkeys(tunnels, Side.TUNNEL)
    neighbors = [
        Neighbor(
            "TRANSPORT",
            parse_address("172.19.254.2"),
            4,
            12076,
            64610,
            "MSEE",
            password=Secret("FjellPriv1", "env:FJELL"),
            bfd=Bfd(),
            import_policy="ACCEPT-V4",
            export_policy="ANNOUNCE-V4",
            max_prefix=MaxPrefix(1100),
        ),
    ]
    statics: list[StaticRoute] = []
    if ipsec:
        for peer, name in zip(("169.254.21.2", "169.254.22.2"), tunnels, strict=True):
            neighbors.append(
                Neighbor(
                    "CORP",
                    parse_address(peer),
                    4,
                    65515,
                    64610,
                    f"VPN gateway {peer}",
                    import_policy="ACCEPT-V4",
                    export_policy="ANNOUNCE-V4",
                    max_prefix=MaxPrefix(4000),
                    multihop=5,
                    update_source=inner_bgp,
                )
            )
            statics.append(StaticRoute("CORP", parse_prefix(f"{peer}/32"), name))
    zones, policies, nat = [], [], []
    if Feature.ZONES in can:
        zones = [
            Zone("TRANSPORT-AZ", "TRANSPORT", (link,)),
            Zone("CORP-IN", "CORP", (inside,)),
            Zone("DMZ-MS-AZ", "DMZ-MS", (public,)),
            Zone("DMZ-MS-IN", "DMZ-MS", (dmz,)),
        ]
        policies = [
            ZonePolicy("TRANSPORT-AZ", SELF, "TRANSPORT-AZ-SELF"),
            ZonePolicy(SELF, "TRANSPORT-AZ", "TRANSPORT-SELF-AZ"),
            ZonePolicy("DMZ-MS-AZ", SELF, "DMZ-MS-AZ-SELF"),
            ZonePolicy("DMZ-MS-AZ", "DMZ-MS-IN", "DMZ-MS-AZ-IN", stateful),
            ZonePolicy("DMZ-MS-IN", "DMZ-MS-AZ", "DMZ-MS-IN-AZ", stateful),
        ]
        if ipsec:
            zones.append(Zone("CORP-TUN", "CORP", tunnels))
            policies += [
                ZonePolicy("CORP-TUN", "CORP-IN", "CORP-TUN-IN", stateful),
                ZonePolicy("CORP-IN", "CORP-TUN", "CORP-IN-TUN", stateful),
                ZonePolicy("CORP-TUN", SELF, "CORP-TUN-SELF"),
            ]
    used = {one.filter for one in policies}
    if Feature.ZONES not in can:
        on_interface = {
            link: ("TRANSPORT-AZ-SELF", "TRANSPORT-SELF-AZ"),
            public: ("DMZ-MS-AZ-IN", "DMZ-MS-IN-AZ"),
        }
        interfaces = [
            replace(one, filter_in=on_interface[one.name][0], filter_out=on_interface[one.name][1])
            if one.name in on_interface
            else one
            for one in interfaces
        ]
        used.update(name for names in on_interface.values() for name in names)
    control_plane = {}
    if Feature.CONTROL_PLANE in can:
        control_plane = {"CONTROL-PLANE": ControlPlane("CONTROL-PLANE", 512)}
        used.add("CONTROL-PLANE")
    if Feature.NAT in can:
        nat = [
            NatRule("HOLLINS-MS", "source", "DMZ-MS", (ONPREM,), POOL, (dmz,), (public,)),
            NatRule(
                "HOLLINS-MS-WEB",
                "static",
                "DMZ-MS",
                (parse_prefix("10.20.5.10/32"),),
                parse_prefix("203.0.113.80/32"),
                (dmz,),
                (public,),
                overload=False,
            ),
        ]
    facts = Facts(
        hostname="r1",
        vrfs=named(
            Vrf("TRANSPORT", "64610:308", (4,)), Vrf("CORP", "64610:311", (4, 6)), Vrf("DMZ-MS", "64610:309", (4, 6))
        ),
        interfaces=named(*interfaces),
        prefix_lists=keyed_lists(exact("VNETS", 4, "10.60.0.0/16"), exact("HOME", 4, "172.20.0.1/32", "172.20.0.2/32")),
        as_path_lists={"FROM-MSEE": AS_PATHS["FROM-MSEE"]},
        policies=named(
            Policy("ACCEPT-V4", (PolicyRule("10", True, prefix_lists=("VNETS",), local_preference=200), LAST)),
            Policy("ANNOUNCE-V4", (PolicyRule("10", True, prefix_lists=("HOME",)), LAST)),
        ),
        bgp={
            "TRANSPORT": BgpVrf("TRANSPORT", 64610, "172.19.254.1", (SOURCE,)),
            **({"CORP": BgpVrf("CORP", 64610, "169.254.100.1", maximum_paths=2)} if ipsec else {}),
        },
        neighbors={one.key: one for one in neighbors},
        static_routes={(one.vrf, one.prefix, one.next_hop): one for one in statics},
        tunnels=named(
            *(
                Tunnel(
                    name,
                    "CORP",
                    "TRANSPORT",
                    parse_address("172.20.0.1"),
                    parse_address(str(gateway.network_address)),
                    policy,
                    Secret(KEY, "env:FJELL_PSK"),
                    "172.20.0.1",
                    str(gateway.network_address),
                    selectors,
                )
                for name, gateway in zip(tunnels, GATEWAYS, strict=True)
            )
        )
        if ipsec
        else {},
        zones=named(*zones),
        zone_policies={(one.source, one.destination): one for one in policies},
        filters={key: one for key, one in filters(stateful=stateful).items() if one.name in used},
        control_plane=control_plane,
        nat_rules=named(*nat),
        shapers=named(
            *(
                (Shaper("HOLLINS-LON", 1000, tuple(sorted((link, public)))),)
                if Feature.SHARED_SHAPER in can
                else (Shaper("HOLLINS-LON-PRIVATE", 600, (link,)), Shaper("HOLLINS-LON-MICROSOFT", 400, (public,)))
            )
        )
        if Feature.SHAPER in can
        else {},
        remarks=named(Remark("MS-DSCP", (46, 34, 18, 10), interfaces=(public,))) if Feature.REMARK in can else {},
        macsec={azure: Macsec(azure, "GcmAes256", "1000", Secret(CAK, "env:CAK"))} if Feature.MACSEC in can else {},
    )
    return DevicePlan(
        name="r1",
        platform=platform.id,
        title="r1: primary router of pair fjellmark",
        facts=facts,
        sessions=(),
        origins={},
        model=model,
        sides=sides,
        ports=tuple(sorted({azure, core})),
    )
