"""Two hand-written device plans, small enough to read: what the planner makes of G.1's charlie and of a dual-stack pair.

Platform tests use them so that they need neither an inventory nor the planner.

    charlie  pe1 ═ 103.100 ═ MSEE primary (private, VRF CHARLIE)      pe1 ── 703 ── CE (AS 64703)
             pe1 ═ 103.200 ═ MSEE primary (Microsoft, VRF CHARLIE-MS) pe1 ── interlink ── pe2 (iBGP)
"""

from __future__ import annotations

from ipaddress import ip_interface, ip_network
from typing import Literal

from generator.model.address import Prefix, parse_address
from generator.model.facts import (
    AsPathEntry,
    AsPathList,
    AsPathPattern,
    Bfd,
    BgpVrf,
    CommunityList,
    Facts,
    Family,
    Interface,
    MaxPrefix,
    Neighbor,
    Policy,
    PolicyRule,
    PrefixEntry,
    PrefixList,
    StaticRoute,
    Vrf,
)
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.model.vlan import Dot1q, QinQ, Tags
from generator.platforms.base import Platform

AS_PATHS = {
    "FROM-MSEE": AsPathList("FROM-MSEE", (AsPathEntry(AsPathPattern("starts", 12076)),)),
    "THROUGH-MSEE": AsPathList("THROUGH-MSEE", (AsPathEntry(AsPathPattern("contains", 12076)),)),
}


def exact(name: str, family: Family, *prefixes: str) -> PrefixList:
    entries = tuple(PrefixEntry(net, net.prefixlen, net.prefixlen) for net in map(ip_network, prefixes))
    return PrefixList(name, family, entries)


def within(prefix: str, low: int, high: int, permit: bool = True) -> PrefixEntry:
    return PrefixEntry(ip_network(prefix), low, high, permit)


def keyed_lists(*lists: PrefixList) -> dict[tuple[str, Family], PrefixList]:
    return {(one.name, one.family): one for one in lists}


def named(*objects):  # type: ignore[no-untyped-def]
    return {one.name: one for one in objects}


def deny(label: str, **match: tuple[str, ...]) -> PolicyRule:
    return PolicyRule(label, False, **match)  # type: ignore[arg-type]


LAST = PolicyRule("65535", False)


def charlie(platform: Platform, ports: tuple[str, str, str], router: Literal["pe1", "pe2"]) -> DevicePlan:
    """One PE with one customer: private peering with MD5 and BFD, Microsoft peering with an anchored pool, a CE, and the partner.

    ``ports``: towards Azure, towards the CE, towards the partner.
    """
    first = router == "pe1"
    azure, ce, link = ports

    def sub(port: str, tags: Tags) -> str:
        return platform.subinterface(port, tags, None)

    def pick(one: str, two: str) -> str:
        return one if first else two

    private, microsoft = sub(azure, QinQ(103, 100)), sub(azure, QinQ(103, 200))
    pool: Prefix = ip_network(pick("203.0.113.64/28", "203.0.113.80/28"))
    bfd = Bfd()
    interfaces = named(
        Interface(azure, description="Azure ExpressRoute"),
        Interface(ce, description="customers"),
        Interface(link, description="to the other router of the pair"),
        Interface(
            private,
            "CHARLIE",
            "charlie charlie-ams private primary" if first else "charlie charlie-ams private secondary",
            QinQ(103, 100),
            (ip_interface(pick("172.31.0.17/30", "172.31.0.21/30")),),
            bfd=bfd,
        ),
        Interface(
            microsoft,
            "CHARLIE-MS",
            "charlie charlie-ams microsoft",
            QinQ(103, 200),
            (
                ip_interface(pick("203.0.113.1/30", "203.0.113.5/30")),
                ip_interface(pick("2001:db8:1::1/126", "2001:db8:1::5/126")),
            ),
        ),
        Interface(
            sub(ce, Dot1q(703)),
            "CHARLIE",
            "charlie CE",
            Dot1q(703),
            (ip_interface(pick("192.168.255.1/30", "192.168.255.5/30")),),
        ),
        Interface(
            sub(link, QinQ(103, 100)),
            "CHARLIE",
            "pair",
            QinQ(103, 100),
            (ip_interface(pick("169.254.0.1/30", "169.254.0.2/30")),),
        ),
    )
    rfc1918 = PrefixList(
        "BOGONS",
        4,
        (
            within("0.0.0.0/0", 0, 0),
            within("10.0.0.0/8", 8, 32),
            within("172.16.0.0/12", 12, 32),
            within("0.0.0.0/0", 30, 32),
        ),
    )
    lists = keyed_lists(
        exact("CHARLIE-AMS-PRIVATE-IN", 4, "10.101.0.0/16"),
        exact("CHARLIE-AMS-PRIVATE-OUT", 4, "10.0.0.0/16"),
        exact("CHARLIE-AMS-MICROSOFT-OUT", 4, str(pool)),
        exact("CHARLIE-AMS-MICROSOFT-OUT", 6, "2001:db8:100:100::/56"),
        rfc1918,
        PrefixList("BOGONS", 6, (within("::/0", 0, 0), within("fc00::/7", 7, 128), within("::/0", 65, 128))),
    )
    prepend = () if first else (64600, 64600, 64600)

    def inbound(family: int) -> Policy:
        rules = (
            deny("10", prefix_lists=("BOGONS",)),
            PolicyRule(
                "20",
                True,
                as_path_lists=("FROM-MSEE",),
                community_lists=("CHARLIE-AMS-MICROSOFT",),
                local_preference=200,
            ),
            LAST,
        )
        return Policy(f"CHARLIE-AMS-MICROSOFT-IN-V{family}", rules)

    def outbound(family: int) -> Policy:
        rules = (
            deny("10", as_path_lists=("THROUGH-MSEE",)),
            deny("20", prefix_lists=("BOGONS",)),
            PolicyRule("30", True, prefix_lists=("CHARLIE-AMS-MICROSOFT-OUT",)),
            LAST,
        )
        return Policy(f"CHARLIE-AMS-MICROSOFT-OUT-V{family}", rules)

    policies = named(
        Policy(
            "CHARLIE-AMS-PRIVATE-IN-V4",
            (
                PolicyRule(
                    "10",
                    True,
                    prefix_lists=("CHARLIE-AMS-PRIVATE-IN",),
                    as_path_lists=("FROM-MSEE",),
                    local_preference=200 if first else 150,
                ),
                LAST,
            ),
        ),
        Policy(
            "CHARLIE-AMS-PRIVATE-OUT-V4",
            (
                deny("10", as_path_lists=("THROUGH-MSEE",)),
                PolicyRule("20", True, prefix_lists=("CHARLIE-AMS-PRIVATE-OUT",), prepend=prepend),
                LAST,
            ),
        ),
        inbound(4),
        inbound(6),
        outbound(4),
        outbound(6),
        Policy("CHARLIE-CE-IN-V4", (PolicyRule("10", True, prefix_lists=("CHARLIE-AMS-PRIVATE-OUT",)), LAST)),
        Policy("CHARLIE-CE-OUT-V4", (PolicyRule("10", True, prefix_lists=("CHARLIE-AMS-PRIVATE-IN",)), LAST)),
        Policy("PARTNER-OUT", (PolicyRule("10", True, protocols=("bgp", "static")), LAST)),
    )
    neighbors = {
        one.key: one
        for one in (
            Neighbor(
                "CHARLIE",
                parse_address(pick("172.31.0.18", "172.31.0.22")),
                4,
                12076,
                64600,
                "MSEE charlie-ams private",
                password=Secret("CharlieKeyP1", "env:CHARLIE_P"),
                bfd=bfd,
                import_policy="CHARLIE-AMS-PRIVATE-IN-V4",
                export_policy="CHARLIE-AMS-PRIVATE-OUT-V4",
                max_prefix=MaxPrefix(1100),
            ),
            Neighbor(
                "CHARLIE-MS",
                parse_address(pick("203.0.113.2", "203.0.113.6")),
                4,
                12076,
                64600,
                "MSEE charlie-ams microsoft",
                password=Secret("CharlieKeyM1", "env:CHARLIE_M"),
                import_policy="CHARLIE-AMS-MICROSOFT-IN-V4",
                export_policy="CHARLIE-AMS-MICROSOFT-OUT-V4",
                max_prefix=MaxPrefix(2000, restart_minutes=30),
            ),
            Neighbor(
                "CHARLIE-MS",
                parse_address(pick("2001:db8:1::2", "2001:db8:1::6")),
                6,
                12076,
                64600,
                "MSEE charlie-ams microsoft",
                password=Secret("CharlieKeyM1", "env:CHARLIE_M"),
                keepalive=20,
                hold=60,
                import_policy="CHARLIE-AMS-MICROSOFT-IN-V6",
                export_policy="CHARLIE-AMS-MICROSOFT-OUT-V6",
                max_prefix=MaxPrefix(500, 90, 30),
            ),
            Neighbor(
                "CHARLIE",
                parse_address(pick("192.168.255.2", "192.168.255.6")),
                4,
                64703,
                64600,
                "charlie CE",
                import_policy="CHARLIE-CE-IN-V4",
                export_policy="CHARLIE-CE-OUT-V4",
                max_prefix=MaxPrefix(100),
                send_community=True,
            ),
            Neighbor(
                "CHARLIE",
                parse_address(pick("169.254.0.2", "169.254.0.1")),
                4,
                64600,
                64600,
                "other router of the pair",
                export_policy="PARTNER-OUT",
                next_hop_self=True,
                send_community=True,
            ),
        )
    }
    v6_pool = ip_network("2001:db8:100:100::/56")
    facts = Facts(
        hostname=router,
        vrfs=named(
            Vrf("CHARLIE", "64600:412", (4,), description="charlie private"), Vrf("CHARLIE-MS", "64600:413", (4, 6))
        ),
        interfaces=interfaces,
        prefix_lists=lists,
        as_path_lists=AS_PATHS,
        community_lists=named(CommunityList("CHARLIE-AMS-MICROSOFT", ("12076:5060", "12076:51002", "12076:52002"))),
        policies=policies,
        bgp={
            "CHARLIE": BgpVrf("CHARLIE", 64600, pick("172.31.0.17", "172.31.0.21")),
            "CHARLIE-MS": BgpVrf(
                "CHARLIE-MS", 64600, pick("203.0.113.1", "203.0.113.5"), (pool, v6_pool), maximum_paths=2
            ),
        },
        neighbors=neighbors,
        static_routes={
            (one.vrf, one.prefix, one.next_hop): one
            for one in (StaticRoute("CHARLIE-MS", pool, "discard"), StaticRoute("CHARLIE-MS", v6_pool, "discard"))
        },
    )
    return DevicePlan(
        name=router,
        platform=platform.id,
        title=f"{router}: {pick('primary', 'secondary')} router of pair amsterdam",
        facts=facts,
        sessions=(),
        origins={},
        ports=tuple(sorted(ports)),
    )
