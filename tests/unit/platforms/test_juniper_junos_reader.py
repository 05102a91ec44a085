"""Junos as a device prints it, or as a person got it wrong: what the reader makes of it.

The messy router below has two peerings to AS 12076, one in a VRF and one in the global table, written
by several people: groups, inactive statements, one-line forms, old list types, a chain of policies.
"""

from __future__ import annotations

import pytest

from generator.model.address import parse_address, parse_link, parse_prefix
from generator.model.facts import AsPathPattern, Bfd, Facts, MaxPrefix, Neighbor, PolicyRule, PrefixEntry, ReadResult
from generator.model.secret import Secret
from generator.model.vlan import Dot1q, QinQ
from generator.platforms import load
from generator.platforms.juniper_junos import secret9
from generator.platforms.juniper_junos.reader_lists import as_path_pattern, parse_range
from generator.readback.braces import parse_braces

MESSY = """\
## Last commit: 2026-11-02 09:12:44 UTC by ops
version 22.4R3.25;
groups {
    re0 { system { host-name edge1-re0; } }
    PORTS {
        interfaces {
            <xe-*> {
                mtu 9122;
                unit <*> { family inet { mtu 1500; } }
            }
        }
    }
    PEERING {
        protocols {
            bgp {
                group <*> { hold-time 60; description "from the group"; log-updown; }
            }
        }
    }
    inactive: GONE { system { host-name wrong; } }
}
apply-groups [ re0 PORTS ];
system {
    root-authentication { encrypted-password "$6$abc"; ## SECRET-DATA
    }
}
chassis { fpc 0 { pic 0; } }
interfaces {
    xe-0/0/0 {
        description "to Microsoft";
        flexible-vlan-tagging;
        encapsulation flexible-ethernet-services;
        unit 310 {
            vlan-tags outer 0x8100.45 inner 0x8100.310;
            family inet {
                rpf-check { mode loose; }
                filter { input EDGE; }
                address 172.16.255.241/30 {
                    vrrp-group 1 { virtual-address 172.16.255.243; }
                }
            }
            family inet6 { rpf-check; address fd12:76::1/126; }
        }
        inactive: unit 320 { vlan-tags outer 45 inner 320; }
    }
    ge-0/0/1 { vlan-tagging; disable; unit 7 { vlan-id 7; } }
}
snmp { community "x;y" { authorization read-only; } }
routing-options {
    router-id 192.0.2.1;
    autonomous-system 64496;
    static { route 0.0.0.0/0 next-hop [ 192.0.2.9 192.0.2.10 ]; }
}
protocols {
    lldp { interface all; }
    bgp {
        apply-groups PEERING;
        advertise-inactive;
        group MSEE {
            type external;
            authentication-key "$9$LbHX-wg4Z"; ## SECRET-DATA
            import [ SANITY FROM-AZURE ];
            export TO-AZURE;
            peer-as 12076;
            family inet { unicast { prefix-limit { maximum 200; } } }
            bfd-liveness-detection { minimum-interval 300; }
            neighbor 172.16.255.242 {
                description "own words";
                multihop;
            }
            inactive: neighbor 172.16.255.246;
            neighbor fd12:76::2 {
                family inet6 { any; }
                shutdown;
            }
        }
        group CORE { type internal; local-address 192.0.2.1; neighbor 192.0.2.5; }
    }
}
policy-options {
    prefix-list OWN { 10.8.0.0/14; 192.168.32.0/19; fd12:1000:1::/48; }
    policy-statement FROM-AZURE {
        term vnets {
            from {
                protocol bgp;
                route-filter 10.128.0.0/16 exact;
                route-filter 10.129.0.0/16 upto /24;
                as-path AZURE;
                community REGION;
            }
            then { local-preference 200; accept; }
        }
        inactive: term leak { then accept; }
    }
    policy-statement TO-AZURE {
        term own { from { prefix-list-filter OWN orlonger; } then { community add MINE; next-hop self; accept; } }
        then reject;
    }
    policy-statement SANITY { term one { from prefix-list OWN; then reject; } }
    community MINE members 64496:10;
    community REGION members "^12076:(51002|51003)$";
    as-path AZURE "^12076 .*$";
}
"""
MSEE = ("", parse_address("172.16.255.242"), 4)
PLATFORM = load("juniper_junos")


def read(text: str) -> ReadResult:
    tree, problems = parse_braces(text)
    assert problems == []
    return PLATFORM.read({"running": tree})


@pytest.fixture(scope="module")
def messy() -> ReadResult:
    return read(MESSY)


@pytest.fixture(scope="module")
def facts(messy: ReadResult) -> Facts:
    return messy.facts


def test_everything_is_understood(messy: ReadResult) -> None:
    assert messy.unrecognised == ()
    assert messy.facts.hostname == "edge1-re0"


def test_units_with_what_groups_bring(facts: Facts) -> None:
    unit = facts.interfaces["xe-0/0/0.310"]
    assert unit.tags == QinQ(45, 310)
    assert unit.addresses == (parse_link("172.16.255.241/30"), parse_link("fd12:76::1/126"))
    assert (unit.mtu, unit.fhrp) == (1500, ("vrrp-group 1",))
    assert facts.interfaces["xe-0/0/0"].mtu == 9100
    assert "xe-0/0/0.320" not in facts.interfaces
    assert facts.interfaces["ge-0/0/1.7"].tags == Dot1q(7)
    assert not facts.interfaces["ge-0/0/1"].enabled


def test_a_neighbor_has_what_bgp_and_its_group_say(facts: Facts) -> None:
    assert facts.neighbors[MSEE] == Neighbor(
        "",
        MSEE[1],
        4,
        12076,
        64496,
        "own words",
        password=Secret("lc"),
        keepalive=20,
        hold=60,
        bfd=Bfd(300, 300, 3),
        import_policy="SANITY FROM-AZURE",
        export_policy="TO-AZURE",
        max_prefix=MaxPrefix(200, 100, None, warning_only=True),
        next_hop_self=True,
        multihop=64,
        extra=("advertise-inactive",),
    )


def test_other_neighbors(facts: Facts) -> None:
    assert set(facts.neighbors) == {MSEE, ("", parse_address("192.0.2.5"), 4), ("", parse_address("fd12:76::2"), 6)}
    inside = facts.neighbors[("", parse_address("192.0.2.5"), 4)]
    assert (inside.remote_as, inside.update_source, inside.hold) == (64496, "192.0.2.1", 60)
    assert not facts.neighbors[("", parse_address("fd12:76::2"), 6)].enabled


def test_policies(facts: Facts) -> None:
    vnets = (parse_range("10.128.0.0/16 exact"), parse_range("10.129.0.0/16 upto /24"))
    assert facts.policies["FROM-AZURE"].rules == (
        PolicyRule(
            "vnets",
            True,
            prefixes=vnets,
            as_path_lists=("AZURE",),
            community_lists=("REGION",),
            protocols=("bgp",),
            local_preference=200,
        ),
    )
    own = facts.policies["TO-AZURE"].rules[0]
    assert own.prefixes == tuple(
        parse_range(f"{prefix} orlonger") for prefix in ("10.8.0.0/14", "192.168.32.0/19", "fd12:1000:1::/48")
    )
    assert own.set_communities == ("64496:10",)
    assert facts.community_lists["REGION"].communities == ("12076:51002", "12076:51003")
    assert facts.as_path_lists["AZURE"].entries[0].pattern == AsPathPattern("starts", 12076)
    assert {family for name, family in facts.prefix_lists if name == "OWN"} == {4, 6}


def test_a_policy_without_final_reject_accepts_the_rest(facts: Facts) -> None:
    """SMP-E07: BGP accepts what no term decides."""
    defaults = {name: policy.default_permit for name, policy in facts.policies.items()}
    assert defaults == {"FROM-AZURE": True, "TO-AZURE": False, "SANITY": True}


def test_static_routes_have_all_their_next_hops(facts: Facts) -> None:
    default = parse_prefix("0.0.0.0/0")
    assert set(facts.static_routes) == {("", default, "192.0.2.9"), ("", default, "192.0.2.10")}


def test_the_last_policy_word_counts_without_a_term() -> None:
    text = "policy-options { policy-statement P { from protocol static; then { metric 3; accept; } } }"
    policy = read(text).facts.policies["P"]
    assert policy.rules == (PolicyRule("", True, protocols=("static",), med=3),)
    assert policy.default_permit


IN_POLICY = "policy-options { policy-statement P { term 1 { %s } } }"
IN_BGP = (
    "routing-options { autonomous-system 64496; } protocols { bgp { group G { peer-as 1; %s neighbor 192.0.2.1; } } }"
)


@pytest.mark.parametrize(
    ("text", "statement", "reason"),
    [
        ("interfaces { flexible-vlan-tagging; }", "flexible-vlan-tagging", "belongs on the physical port"),  # SMP-E05
        (
            "interfaces { xe-0/0/0 { unit 1 { vlan-tags outer 1 inner 2; } } }",
            "unit 1",
            "two tags need flexible-vlan-tagging",
        ),
        ("interfaces { xe-0/0/0 { unit 1 { vlan-id 2; } } }", "unit 1", "a tag needs vlan-tagging"),
        (
            "interfaces { xe-0/0/0 { vlan-tagging; unit 1 { vlan-tags outer 1; } } }",
            "vlan-tags outer 1",
            "outer and inner",
        ),
        (
            "interfaces { xe-0/0/0 { unit 1 { family inet { address 10.0.0.1/30 mtu 3; } } } }",
            "family inet",
            "does not appear",
        ),
        ("interfaces { xe-0/0/0 { unit 1 { vlan-idd 2; } } }", "vlan-idd 2", ""),
        ("interfaces { interface-range X { member xe-0/0/0; } }", "interface-range X", "not resolved"),
        (IN_POLICY % "exact; from protocol static; then accept;", "exact", "condition outside of from"),  # SMP-E06
        (
            IN_POLICY % "from { route-filter 10.0.0.0/8; } then accept;",
            "route-filter 10.0.0.0/8",
            "match type expected",
        ),
        (IN_POLICY % "from { route-filter exact; } then accept;", "route-filter exact", "prefix expected"),
        (IN_POLICY % "from { rib inet.0; } then accept;", "rib inet.0", ""),
        (IN_POLICY % "from protocol bgp; then { next term; }", "next term", ""),
        (
            IN_POLICY % "from { route-filter 0.0.0.0/0 orlonger; route-filter 10.0.0.0/8 exact; } then accept;",
            "route-filter 10.0.0.0/8 exact",
            "longest prefix",
        ),
        (
            "policy-options { route-filter-list L { 0.0.0.0/0 orlonger; 10.0.0.0/8 exact; } }",
            "0.0.0.0/0 orlonger",
            "longest prefix",
        ),
        ("policy-options { route-filter-list L { 10.0.0.0/8 exact reject; } }", "10.0.0.0/8 exact reject", "action"),
        ("policy-options { route-filter-list L { 10.0.0.0/8 upto /4; } }", "10.0.0.0/8 upto /4", "out of order"),
        ("policy-options { route-filter-list L { 10.0.0.0/8 exact; ::/0 exact; } }", "10.0.0.0/8 exact", "in one list"),
        ("policy-options { prefix-list L { apply-path x; } }", "apply-path x", "prefix expected"),
        (
            "policy-options { community C members [ 1:1 1:2 ]; }",
            "community C members [ 1:1 1:2 ]",
            "all members must be on a route",
        ),
        ('policy-options { community C members "1:.*"; }', 'community C members "1:.*"', "cannot be listed"),
        (IN_BGP % "hold-time 60 family;", "hold-time 60 family", "invalid literal"),  # SMP-E08: a lost semicolon
        (IN_BGP % "import A export B;", "import A export B", "one value expected"),
        (IN_BGP % "family inet { flow; }", "flow", ""),
        (IN_BGP % "family inet-vpn { unicast; }", "family inet-vpn", "not IPv4 or IPv6 unicast"),
        (IN_BGP % 'authentication-key "$9$x!";', "authentication-key ••••", "not a $9$ text"),
        ("protocols { bgp { group G { neighbor 192.0.2.1; } } }", "neighbor 192.0.2.1", "without peer-as"),
        ("routing-options { rib-groups { X { import-rib A; } } }", "rib-groups", ""),
        ("routing-options { static { route 10.0.0.0/8; } }", "route 10.0.0.0/8", "without next hop"),
        ("routing-instances { A { instance-type vrf; } }", "A", "does not commit"),  # PLT-JUN-08
        ("routing-instances { A { instance-type forwarding; } }", "A", "no routes of its own"),
        ("unit 100 { vlan-id 1; }", "unit 100", ""),  # SMP-E08: what a surplus brace leaves at the top
        ("groups { A { x; } } apply-groups [ A B ];", "apply-groups [ A B ]", "group B is not defined"),
    ],
)
def test_what_is_not_understood_is_told(text: str, statement: str, reason: str) -> None:
    found = [(one.text, one.reason) for one in read(text).unrecognised]
    assert any(text == statement and reason in why for text, why in found), found


def test_leaks_between_instances_are_facts() -> None:
    result = read(
        "routing-instances { A { instance-type vrf; route-distinguisher 1:1; vrf-target { import target:1:2; export target:1:3; } } }"
    )
    assert result.unrecognised == ()
    vrf = result.facts.vrfs["A"]
    assert (vrf.rd, vrf.imports, vrf.exports) == ("1:1", ("1:2",), ("1:3",))


def test_an_ipv6_neighbor_without_its_family_is_seen() -> None:
    """PAIR-019: with another family named it is a session for that one; with none named it is not activated."""
    bgp = "routing-options {{ autonomous-system 1; }} protocols {{ bgp {{ group G {{ peer-as 2; {} neighbor fd00::1; }} }} }}"
    (other,) = read(bgp.format("family inet { unicast; }")).facts.neighbors.values()
    (none,) = read(bgp.format("")).facts.neighbors.values()
    assert other.family == 4
    assert (none.family, none.activated) == (6, False)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("10.0.0.0/8 exact", (8, 8)),
        ("10.0.0.0/8 orlonger", (8, 32)),
        ("10.0.0.0/8 longer", (9, 32)),
        ("10.0.0.0/8 upto /16", (8, 16)),
        ("10.0.0.0/8 prefix-length-range /10-/12", (10, 12)),
    ],
)
def test_match_types(text: str, entry: tuple[int, int]) -> None:
    assert parse_range(text) == PrefixEntry(parse_prefix("10.0.0.0/8"), *entry)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("12076 .*", AsPathPattern("starts", 12076)),
        (".* 12076 .*", AsPathPattern("contains", 12076)),
        (".*", AsPathPattern("any")),
        ("()", AsPathPattern("empty")),
        ("12076", AsPathPattern("regex", text="12076", dialect="junos")),
        ("^12076_", AsPathPattern("regex", text="^12076_", dialect="junos")),
    ],
)
def test_as_path_expressions(text: str, pattern: AsPathPattern) -> None:
    assert as_path_pattern(text) == pattern


def test_secret9() -> None:
    """The example of the Crypt::Juniper manual page."""
    assert secret9.decode("$9$LbHX-wg4Z") == "lc"


@pytest.mark.parametrize("text", ["", "lc", "$9$", "$9$L!", "$9$LbHX-wg4"])
def test_what_is_no_secret9_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"\$9\$ text"):
        secret9.decode(text)
