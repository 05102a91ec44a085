"""A Linux router's files say what its plan means, in the form in which FRR prints them.

tests/plans.py: pe1 and pe2 of charlie ── view ── templates ── text ── tree ── reader ── facts == the plan's
"""

from __future__ import annotations

from ipaddress import ip_interface, ip_network
from typing import Literal

import pytest
from msgspec.structs import replace

from generator.model.address import parse_address
from generator.model.facts import (
    AsPathEntry,
    AsPathList,
    AsPathPattern,
    Bfd,
    BgpVrf,
    CommunityList,
    Facts,
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
from generator.model.vlan import Dot1q, QinQ
from generator.platforms import load
from generator.platforms.linux_frr.names import FIRST_TABLE, LAST_TABLE, is_port, subinterface, vrf_device, vrf_tables
from generator.readback.ciscoconf import parse_device
from generator.readback.indent import parse_indent
from generator.readback.read import read_rendered
from generator.render.engine import Renderer
from tests.plans import charlie

PLATFORM = load("linux_frr")
RENDERER = Renderer(PLATFORM)
PORTS = ("eth1", "eth2", "eth3")
LONG = "NORTHLAKE-CUSTOMER-PRIVATE"


def files(plan: DevicePlan) -> dict[str, str]:
    return {artifact.file.name: artifact.text for artifact in RENDERER.render(plan)}


def assert_round_trip(plan: DevicePlan) -> None:
    result = read_rendered(PLATFORM, files(plan))
    assert result.unrecognised == ()
    assert result.header == plan.title
    wanted = PLATFORM.observable(plan.facts)
    for table in Facts.__struct_fields__:
        assert getattr(result.facts, table) == getattr(wanted, table), table


def block(text: str, first: str, last: str) -> str:
    """From the line ``first`` to the next line ``last``, both included."""
    lines = text.splitlines()
    start = lines.index(first)
    return "\n".join(lines[start : lines.index(last, start) + 1])


def plan_of(**tables: object) -> DevicePlan:
    facts = Facts(hostname="r1", **tables)  # type: ignore[arg-type]
    return DevicePlan(
        name="r1", platform="linux_frr", title="r1: primary", facts=facts, sessions=(), origins={}, ports=PORTS
    )


@pytest.mark.parametrize("router", ["pe1", "pe2"])
def test_what_was_written_reads_back_as_what_was_meant(router: Literal["pe1", "pe2"]) -> None:
    assert_round_trip(charlie(PLATFORM, PORTS, router))


@pytest.mark.parametrize("router", ["pe1", "pe2"])
def test_both_parsers_give_the_same_trees(router: Literal["pe1", "pe2"]) -> None:
    texts = files(charlie(PLATFORM, PORTS, router))
    for file in PLATFORM.files:
        assert parse_device(texts[file.name], file.syntax, file.comment) == parse_indent(texts[file.name], file.comment)


def test_every_object_has_a_place_in_the_text() -> None:
    plan = charlie(PLATFORM, PORTS, "pe1")
    texts = files(plan)
    places = read_rendered(PLATFORM, texts).places
    for table in (
        "vrfs",
        "interfaces",
        "prefix_lists",
        "as_path_lists",
        "community_lists",
        "policies",
        "bgp",
        "neighbors",
    ):
        for key in getattr(plan.facts, table):
            file, line = places[(table, key)]
            assert 0 < line <= texts[file].count("\n")
    file, line = places[("interfaces", "eth1.103.100")]
    assert texts[file].splitlines()[line - 1] == "iface eth1.103.100"


def test_the_private_session_of_pe1() -> None:
    text = files(charlie(PLATFORM, PORTS, "pe1"))["frr.conf"]
    assert [line for line in text.splitlines() if "172.31.0.18" in line] == [
        " neighbor 172.31.0.18 remote-as 12076",
        " neighbor 172.31.0.18 description MSEE charlie-ams private",
        " neighbor 172.31.0.18 bfd",
        " neighbor 172.31.0.18 bfd profile BFD-300-300-3",
        " neighbor 172.31.0.18 password CharlieKeyP1",
        " neighbor 172.31.0.18 timers 60 180",
        "  neighbor 172.31.0.18 activate",
        "  no neighbor 172.31.0.18 send-community all",
        "  neighbor 172.31.0.18 maximum-prefix 1100 80",
        "  neighbor 172.31.0.18 route-map CHARLIE-AMS-PRIVATE-IN-V4 in",
        "  neighbor 172.31.0.18 route-map CHARLIE-AMS-PRIVATE-OUT-V4 out",
    ]


def test_a_route_map_prepends_on_the_secondary() -> None:
    text = files(charlie(PLATFORM, PORTS, "pe2"))["frr.conf"]
    assert block(text, "route-map CHARLIE-AMS-PRIVATE-OUT-V4 permit 20", "exit") == (
        "route-map CHARLIE-AMS-PRIVATE-OUT-V4 permit 20\n"
        " match ip address prefix-list CHARLIE-AMS-PRIVATE-OUT\n"
        " set as-path prepend 64600 64600 64600\n"
        "exit"
    )


def test_two_tags_are_two_devices_both_of_8021q() -> None:
    """PLT-LNX-06: Linux would take 802.1ad for the outer tag only if told so."""
    text = files(charlie(PLATFORM, PORTS, "pe1"))["interfaces"]
    assert block(text, "auto eth1.103", "") == (
        "auto eth1.103\n"
        "iface eth1.103\n"
        "    vlan-raw-device eth1\n"
        "    vlan-id 103\n"
        "    vlan-protocol 802.1q\n"
        "    mtu 1504\n"
    )
    assert block(text, "auto eth1.103.200", "") == (
        "auto eth1.103.200\n"
        "iface eth1.103.200\n"
        "    vlan-raw-device eth1.103\n"
        "    vlan-id 200\n"
        "    vlan-protocol 802.1q\n"
        "    vrf CHARLIE-MS\n"
        "    alias charlie charlie-ams microsoft\n"
        "    mtu 1500\n"
        "    address 203.0.113.1/30\n"
        "    address 2001:db8:1::1/126\n"
    )
    assert text.count("iface eth1.103\n") == 1, "one device for the S-tag, whatever stands on it"


def test_the_daemons_and_the_kernel_are_ready() -> None:
    """PLT-LNX-03, PLT-LNX-14; MD5 in a VRF needs tcp_l3mdev_accept off."""
    texts = files(charlie(PLATFORM, PORTS, "pe1"))
    assert {"bgpd=yes", "bfdd=yes", "vtysh_enable=yes"} <= set(texts["daemons"].splitlines())
    sysctl = texts["sysctl.conf"].splitlines()
    for line in (
        "net.ipv4.ip_forward = 1",
        "net.ipv6.conf.all.forwarding = 1",
        "net.ipv4.conf.all.rp_filter = 2",
        "net.ipv4.tcp_l3mdev_accept = 0",
    ):
        assert line in sysctl


def test_definitions_stand_before_their_use() -> None:
    """PLT-LNX-02: a prefix list that is not there yet lets everything through."""
    text = files(charlie(PLATFORM, PORTS, "pe1"))["frr.conf"]
    order = ["ip prefix-list", "bgp as-path", "bgp community-list", "route-map ", "vrf ", "bfd\n", "router bgp"]
    positions = [text.index(f"\n{word}") for word in order]
    assert positions == sorted(positions)


def test_a_vrf_with_a_long_name_has_a_short_device_and_is_found_again() -> None:
    device = vrf_device(LONG)
    assert len(device) <= 15
    address = parse_address("172.31.0.2")
    plan = plan_of(
        vrfs={LONG: Vrf(LONG, "64600:7", (4,), description="northlake private")},
        interfaces={"eth1.5": Interface("eth1.5", LONG, tags=Dot1q(5), addresses=(ip_interface("172.31.0.1/30"),))},
        bgp={LONG: BgpVrf(LONG, 64600, "172.31.0.1")},
        neighbors={(LONG, address, 4): Neighbor(LONG, address, 4, 12076, 64600)},
        static_routes={
            (LONG, ip_network("10.0.0.0/8"), "discard"): StaticRoute(LONG, ip_network("10.0.0.0/8"), "discard")
        },
    )
    texts = files(plan)
    assert f"router bgp 64600 vrf {device}\n" in texts["frr.conf"]
    assert f"    alias {LONG} northlake private\n" in texts["interfaces"]
    assert LONG not in texts["frr.conf"]
    assert_round_trip(plan)


def test_everything_a_plan_can_say_comes_back() -> None:
    """Everything that G.1 does not use: the global table, multihop, all flags, odd ranges, negated and other patterns."""
    v4, v6 = parse_address("198.51.100.2"), parse_address("2001:db8:9::2")
    full = Neighbor(
        "",
        v4,
        4,
        65001,
        4200000001,
        "all at once",
        enabled=False,
        password=Secret("k1"),
        keepalive=3,
        hold=10,
        bfd=Bfd(750, 500, 5, echo=True),
        import_policy="P",
        export_policy="P",
        max_prefix=MaxPrefix(10, 75, warning_only=True),
        next_hop_self=True,
        multihop=5,
        update_source="198.51.100.1",
        send_community=True,
        default_originate=True,
        allowas_in=True,
        as_override=True,
        remove_private=True,
    )
    entries = (
        PrefixEntry(ip_network("10.0.0.0/8"), 8, 24, False),
        PrefixEntry(ip_network("10.0.0.0/8"), 16, 24),
        PrefixEntry(ip_network("10.0.0.0/8"), 24, 24),
        PrefixEntry(ip_network("10.1.0.0/16"), 32, 32),
    )
    patterns = (
        AsPathEntry(AsPathPattern("regex", 0, "^65001 (65002|65003)$", "posix"), False),
        AsPathEntry(AsPathPattern("empty")),
        AsPathEntry(AsPathPattern("any")),
    )
    rule = PolicyRule("10", True, ("L",), (), ("A",), ("C",), (), 0, (65001, 65001), 0, ("64600:1", "64600:2"))
    plan = plan_of(
        interfaces={
            "eth1": Interface("eth1", mtu=9000, enabled=False),
            "eth2": Interface("eth2", addresses=(ip_interface("198.51.100.1/30"), ip_interface("2001:db8:9::1/126"))),
            "eth3.7.8": Interface("eth3.7.8", tags=QinQ(7, 8), outer_tpid=0x88A8),
        },
        prefix_lists={("L", 4): PrefixList("L", 4, entries)},
        as_path_lists={"A": AsPathList("A", patterns)},
        community_lists={"C": CommunityList("C", ("64600:1", "64600:2"))},
        policies={"P": Policy("P", (rule,), default_permit=True)},
        bgp={"": BgpVrf("", 4200000001, "", (), ("connected",), 4, 2, as_path_ignore=True)},
        neighbors={
            full.key: full,
            ("", v6, 6): Neighbor("", v6, 6, 65001, 4200000001, activated=False, max_prefix=MaxPrefix(5, 75, 15)),
        },
        static_routes={
            ("", net, hop): StaticRoute("", net, hop)
            for net, hop in ((ip_network("10.9.0.0/16"), "198.51.100.2"), (ip_network("2001:db8:8::/48"), "eth2"))
        },
    )
    assert_round_trip(plan)


def test_a_rule_with_several_lists_becomes_several_entries() -> None:
    """FRR's ``match`` takes one list of each kind, and one family a list; the entries do the same together."""
    v4, v6 = parse_address("198.51.100.2"), parse_address("2001:db8:9::2")
    one = PrefixEntry(ip_network("10.0.0.0/8"), 8, 8)
    rules = (
        PolicyRule("10", False, ("A", "B"), community_lists=("C", "D")),
        PolicyRule("11", True, ("A",)),
        PolicyRule("65535", False),
    )
    plan = plan_of(
        prefix_lists={
            ("A", 4): PrefixList("A", 4, (one,)),
            ("B", 4): PrefixList("B", 4, (one,)),
            ("A", 6): PrefixList("A", 6, (PrefixEntry(ip_network("::/0"), 0, 0),)),
        },
        community_lists={name: CommunityList(name, ("64600:1",)) for name in "CD"},
        policies={"P": Policy("P", rules)},
        neighbors={
            ("", v4, 4): Neighbor("", v4, 4, 65001, 64600, import_policy="P", send_community=True),
            ("", v6, 6): Neighbor("", v6, 6, 65001, 64600, import_policy="P", send_community=True),
        },
        bgp={"": BgpVrf("", 64600)},
    )
    lines = [line for line in files(plan)["frr.conf"].splitlines() if line.startswith(("route-map", " match ip"))]
    assert lines == [
        *(
            "route-map P deny 10",
            " match ip address prefix-list A",
            "route-map P deny 11",
            " match ip address prefix-list A",
        ),
        *(
            "route-map P deny 12",
            " match ipv6 address prefix-list A",
            "route-map P deny 13",
            " match ipv6 address prefix-list A",
        ),
        *(
            "route-map P deny 14",
            " match ip address prefix-list B",
            "route-map P deny 15",
            " match ip address prefix-list B",
        ),
        *(
            "route-map P permit 16",
            " match ip address prefix-list A",
            "route-map P permit 17",
            " match ipv6 address prefix-list A",
        ),
        "route-map P deny 65535",
    ]
    assert_round_trip(plan)


def test_an_empty_prefix_list_denies_everything() -> None:
    """FRR drops an empty list, and a list that is not there would let everything through."""
    plan = plan_of(prefix_lists={("EMPTY", 4): PrefixList("EMPTY", 4, ()), ("EMPTY", 6): PrefixList("EMPTY", 6, ())})
    text = files(plan)["frr.conf"]
    assert "ip prefix-list EMPTY seq 5 deny 0.0.0.0/0 le 32\n" in text
    assert "ipv6 prefix-list EMPTY seq 5 deny ::/0 le 128\n" in text
    assert_round_trip(plan)


def test_source_protocols_that_bgp_cannot_see() -> None:
    """A deny of what never comes is left out; a bare permit of it must not become a permit of everything."""
    rules = (
        PolicyRule("10", False, protocols=("connected",)),
        PolicyRule("20", True, protocols=("static",)),
        PolicyRule("30", True, protocols=("bgp",)),
    )
    observed = PLATFORM.observable(Facts(hostname="r1", policies={"P": Policy("P", rules)})).policies["P"]
    assert observed.rules == (PolicyRule("30", True),)


def test_subinterface_names_fit_the_kernel() -> None:
    assert subinterface("eth1", Dot1q(101), 7) == "eth1.101"
    assert subinterface("eth1", QinQ(101, 100), None) == "eth1.101.100"
    assert subinterface("enp3s0", QinQ(101, 100)) == "enp3s0.101.100"
    short = {subinterface(port, QinQ(4001, 4002)) for port in ("enp130s0f0np0", "enp130s0f1np1")}
    assert len(short) == 2
    for name in short:
        assert len(name) == 15
        assert name.startswith("v4001-4002-")


def test_a_port_with_a_long_name_carries_tags_too() -> None:
    port = "enp130s0f0np0"
    name = subinterface(port, QinQ(4001, 4002))
    plan = replace(
        plan_of(interfaces={port: Interface(port), name: Interface(name, tags=QinQ(4001, 4002))}), ports=(port,)
    )
    assert_round_trip(plan)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("eth1", True),
        ("bond0", True),
        ("enp3s0f0np0", True),
        ("eth1.5", False),
        ("lo", False),
        ("lo309", False),
        ("xfrm308", False),
        ("Eth1", False),
        ("e" * 16, False),
    ],
)
def test_port_names(text: str, good: bool) -> None:
    assert is_port(text) is good


def test_vrf_tables_do_not_move_when_customers_come() -> None:
    vrfs = {name: Vrf(name, f"64600:{number}") for name, number in (("ALPHA", 410), ("CHARLIE", 412))}
    before = vrf_tables(vrfs)
    after = vrf_tables({**vrfs, "BRAVO": Vrf("BRAVO", "64600:411"), "AAA": Vrf("AAA")})
    assert {name: after[name] for name in vrfs} == before == {"ALPHA": 1411, "CHARLIE": 1413}


def test_vrf_tables_are_never_shared() -> None:
    """4,000 VRFs fill ifupdown2's range exactly, whatever their numbers are; more go on above it."""
    many = {f"V{number}": Vrf(f"V{number}", "64600:9" if number % 2 else "") for number in range(4000)}
    assert sorted(vrf_tables(many).values()) == list(range(FIRST_TABLE, LAST_TABLE + 1))
    more = {**many, "ONE-MORE": Vrf("ONE-MORE")}
    assert len(set(vrf_tables(more).values())) == 4001


def test_long_vrf_names_do_not_collide() -> None:
    devices = {vrf_device(f"NORTHLAKE-CUSTOMER-{number}") for number in range(500)}
    assert len(devices) == 500
    assert max(map(len, devices)) <= 15
