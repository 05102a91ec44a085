"""What we write for Junos is what we meant: the text where it matters, and read back as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import jinja2
import pytest
from msgspec.structs import replace

from generator.model.address import parse_address, parse_link, parse_prefix
from generator.model.facts import (
    FACT_TABLES,
    AsPathEntry,
    AsPathList,
    AsPathPattern,
    Bfd,
    BgpVrf,
    Facts,
    MaxPrefix,
    Neighbor,
    Policy,
    PolicyRule,
    PrefixEntry,
    PrefixList,
    ReadResult,
    StaticRoute,
    Vrf,
)
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.model.vlan import UNTAGGED, Dot1q, QinQ
from generator.platforms import load
from generator.platforms.juniper_junos.words import longest_match_entries
from generator.readback.braces import parse_braces
from tests.plans import charlie

PLATFORM = load("juniper_junos")
PORTS = ("xe-0/1/0", "xe-0/1/1", "xe-0/1/2")
ENVIRONMENT = jinja2.Environment(
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    undefined=jinja2.StrictUndefined,
    autoescape=False,
    loader=jinja2.FileSystemLoader(Path(__file__).parents[3] / "templates" / "juniper_junos"),
)
MSEE = ("CHARLIE", parse_address("172.31.0.18"), 4)
MSEE6 = ("CHARLIE-MS", parse_address("2001:db8:1::2"), 6)


def render(plan: DevicePlan) -> str:
    (file,) = PLATFORM.files
    view = PLATFORM.view(plan)
    return "".join(ENVIRONMENT.get_template(f"{section}.j2").render(view) for section in file.sections)


def read(text: str) -> ReadResult:
    tree, problems = parse_braces(text)
    assert problems == []
    return PLATFORM.read({"junos.conf": tree})


def plan_of(router: Literal["pe1", "pe2"] = "pe1") -> DevicePlan:
    return charlie(PLATFORM, PORTS, router)


def block(text: str, first: str) -> str:
    """A block with that first line, and all in it, without its margin."""
    lines = text.split("\n")
    start = next(index for index, line in enumerate(lines) if line.strip() == first)
    margin = len(lines[start]) - len(lines[start].lstrip())
    end = lines.index(" " * margin + "}", start)
    return "\n".join(line[margin:] for line in lines[start : end + 1]) + "\n"


def assert_back(facts: Facts) -> str:
    """Written and read back, the facts are what Junos can show of them.  Gives the text."""
    text = render(replace(plan_of(), facts=facts))
    result = read(text)
    wanted = PLATFORM.observable(facts)
    assert result.unrecognised == ()
    for table in FACT_TABLES:
        assert getattr(result.facts, table) == getattr(wanted, table), table
    assert result.facts == wanted
    return text


def with_neighbor(key: Any, **changes: Any) -> Facts:
    facts = plan_of().facts
    return replace(facts, neighbors={**facts.neighbors, key: replace(facts.neighbors[key], **changes)})


@pytest.mark.parametrize("router", ["pe1", "pe2"])
def test_both_routers_read_back_as_planned(router: Literal["pe1", "pe2"]) -> None:
    plan = plan_of(router)
    text = render(plan)
    result = read(text)
    assert result.unrecognised == ()
    assert result.facts == PLATFORM.observable(plan.facts)
    assert result.header == plan.title
    assert "None" not in text
    assert not text.endswith("\n\n")


def test_every_object_has_its_line() -> None:
    plan = plan_of()
    text = render(plan)
    result = read(text)
    lines = text.split("\n")
    for table in FACT_TABLES:
        for key in getattr(PLATFORM.observable(plan.facts), table):
            assert (table, key) in result.places, (table, key)
    _, line = result.places[("neighbors", MSEE)]
    assert lines[line - 1].strip() == "neighbor 172.31.0.18 {"


def test_napalm_takes_the_first_word_for_curly_text() -> None:
    """NAPALM guesses set format from a first word such as ``set`` or ``delete`` (PLT-JUN-20, NAP-10)."""
    assert render(plan_of()).split()[0] == "/*"


def test_port_and_unit_text() -> None:
    text = block(render(plan_of()), "xe-0/1/0 {")
    assert text.startswith(
        """\
xe-0/1/0 {
    description "Azure ExpressRoute";
    flexible-vlan-tagging;
    encapsulation flexible-ethernet-services;
    unit 100 {
        description "charlie charlie-ams private primary";
        vlan-tags outer 103 inner 100;
        family inet {
            address 172.31.0.17/30;
        }
    }
"""
    )


def test_neighbor_group_text() -> None:
    assert (
        block(render(plan_of()), "group AS12076-172-31-0-18 {")
        == """\
group AS12076-172-31-0-18 {
    type external;
    neighbor 172.31.0.18 {
        description "MSEE charlie-ams private";
        hold-time 180;
        import CHARLIE-AMS-PRIVATE-IN-V4;
        family inet {
            unicast {
                prefix-limit {
                    maximum 1100;
                    teardown 80 idle-timeout forever;
                }
            }
        }
        authentication-key "CharlieKeyP1";
        export CHARLIE-AMS-PRIVATE-OUT-V4;
        peer-as 12076;
        bfd-liveness-detection {
            minimum-interval 300;
            multiplier 3;
        }
    }
}
"""
    )


def test_policy_text() -> None:
    text = render(plan_of())
    assert (
        block(text, "policy-statement CHARLIE-AMS-MICROSOFT-IN-V6 {")
        == """\
policy-statement CHARLIE-AMS-MICROSOFT-IN-V6 {
    term 10 {
        from {
            route-filter-list BOGONS-v6;
        }
        then reject;
    }
    term 20 {
        from {
            as-path FROM-MSEE;
            community CHARLIE-AMS-MICROSOFT;
        }
        then {
            local-preference 200;
            accept;
        }
    }
    term 65535 {
        then reject;
    }
}
"""
    )
    assert '    as-path FROM-MSEE "12076 .*";\n    as-path THROUGH-MSEE ".* 12076 .*";\n' in text
    assert '    community CHARLIE-AMS-MICROSOFT members "^12076:(5060|51002|52002)$";\n' in text


def test_prepend_and_next_hop_self() -> None:
    text = render(plan_of("pe2"))
    assert 'as-path-prepend "64600 64600 64600";' in text
    assert "next-hop self;" in block(text, "policy-statement PARTNER-OUT {")
    assert text.count("next-hop self;") == 1


def test_unit_numbers() -> None:
    """Golden G.2: S-tag 45, C-tags 310 and 320 are units 310 and 320."""
    name = PLATFORM.subinterface
    assert [name("xe-0/0/0", QinQ(45, 310), None), name("xe-0/0/0", QinQ(45, 320), None)] == [
        "xe-0/0/0.310",
        "xe-0/0/0.320",
    ]
    assert name("ae0", QinQ(46, 310), 1310) == "ae0.1310"
    assert [name("ae0", Dot1q(7), None), name("ae0", UNTAGGED, None)] == ["ae0.7", "ae0.0"]


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("xe-0/1/0", True),
        ("et-0/0/0:1", True),
        ("ae0", True),
        ("ge-11/3/9", True),
        ("xe-0/1", False),
        ("xe-0/1/0.100", False),
        ("lo0", False),
        ("TenGigabitEthernet0/1/0", False),
    ],
)
def test_port_names(text: str, port: bool) -> None:
    assert PLATFORM.is_port(text) is port


@pytest.mark.parametrize(
    "changes",
    [
        {"password": Secret('a"b\\c;{}#')},
        {"password": None},
        {"bfd": Bfd(300, 500, 5)},
        {"bfd": None},
        {"max_prefix": MaxPrefix(10, 70, 5)},
        {"max_prefix": MaxPrefix(10, 80, None, warning_only=True)},
        {"max_prefix": None},
        {"hold": 30, "keepalive": 7},
        {"multihop": 2, "update_source": "xe-0/1/1.703"},
        {"local_as": 64999},
        {"remove_private": True, "as_override": True, "allowas_in": True},
        {"import_policy": "", "export_policy": ""},
        {"enabled": False},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_neighbor_variants_read_back(changes: dict[str, Any]) -> None:
    assert_back(with_neighbor(MSEE, **changes))


def test_a_disabled_neighbor_is_inactive() -> None:
    text = assert_back(with_neighbor(MSEE, enabled=False))
    assert "inactive: group AS12076-172-31-0-18 {" in text


def test_global_table_reads_back() -> None:
    facts = plan_of().facts
    peer = Neighbor(
        "", parse_address("192.0.2.2"), 4, 64999, 64600, import_policy="CHARLIE-CE-IN-V4", next_hop_self=False
    )
    peer6 = Neighbor("", parse_address("2001:db8::2"), 6, 64999, 64600)
    routes = [
        StaticRoute("", parse_prefix(p), h) for p, h in (("0.0.0.0/0", "192.0.2.2"), ("2001:db8:5::/48", "discard"))
    ]
    text = assert_back(
        replace(
            facts,
            bgp={**facts.bgp, "": BgpVrf("", 64600, "192.0.2.1")},
            neighbors={**facts.neighbors, peer.key: peer, peer6.key: peer6},
            static_routes={**facts.static_routes, **{(r.vrf, r.prefix, r.next_hop): r for r in routes}},
        )
    )
    assert "\n    rib inet6.0 {\n" in text
    assert "\nprotocols {\n    bgp {\n        group AS64999-192-0-2-2 {\n" in text


def test_interface_variants_read_back() -> None:
    facts = plan_of().facts
    private, ce = "xe-0/1/0.100", "xe-0/1/1.703"
    changed = {
        **facts.interfaces,
        "xe-0/1/0": replace(facts.interfaces["xe-0/1/0"], mtu=9100, enabled=False),
        "xe-0/1/0.200": replace(facts.interfaces["xe-0/1/0.200"], mtu=9100, urpf="loose"),
        private: replace(facts.interfaces[private], outer_tpid=0x88A8, urpf="strict"),
        ce: replace(facts.interfaces[ce], tags=UNTAGGED, mtu=1400, enabled=False),
        "xe-0/1/1": replace(facts.interfaces["xe-0/1/1"], mtu=1600),
    }
    text = assert_back(replace(facts, interfaces=changed))
    assert "mtu 9122;" in text  # two tags
    assert "mtu 1614;" in text  # none
    assert "vlan-tags outer 0x88a8.103 inner 100;" in text


def test_list_and_policy_variants_read_back() -> None:
    facts = plan_of().facts
    ranges = (("10.0.0.0/8", 8, 24), ("172.16.0.0/12", 16, 20), ("192.168.0.0/16", 17, 32))
    entries = tuple(PrefixEntry(parse_prefix(prefix), low, high) for prefix, low, high in ranges)
    paths = AsPathList("MANY", (AsPathEntry(AsPathPattern("empty")), AsPathEntry(AsPathPattern("any"))))
    rules = (
        PolicyRule("a", True, prefix_lists=("RANGES",), as_path_lists=("FROM-MSEE", "THROUGH-MSEE"), med=5),
        PolicyRule("b", False, prefixes=entries[:1], as_path_lists=("MANY",)),
    )
    text = assert_back(
        replace(
            facts,
            prefix_lists={
                **facts.prefix_lists,
                ("RANGES", 4): PrefixList("RANGES", 4, entries),
                ("EMPTY", 4): PrefixList("EMPTY", 4, ()),
                ("EMPTY", 6): PrefixList("EMPTY", 6, ()),
            },
            as_path_lists={**facts.as_path_lists, "MANY": paths},
            policies={
                **facts.policies,
                "ODD": Policy("ODD", rules, default_permit=True),
                "OPEN": Policy("OPEN", (PolicyRule("10", True),)),
                "SHUT": Policy("SHUT", rules),
            },
        )
    )
    assert "10.0.0.0/8 upto /24;" in text
    assert "172.16.0.0/12 prefix-length-range /16-/20;" in text
    assert block(text, "policy-statement ODD {").endswith("    then accept;\n}\n")
    assert block(text, "policy-statement SHUT {").endswith("    then reject;\n}\n")


def test_nested_ranges_are_completed_for_the_longest_match() -> None:
    """10.1.1.1/32 is looked up at 10.0.0.0/8 only, so what 0.0.0.0/0 takes must be said there again."""
    wide = PrefixEntry(parse_prefix("0.0.0.0/0"), 30, 32)
    inner = PrefixEntry(parse_prefix("10.0.0.0/8"), 8, 16)
    apart = PrefixEntry(parse_prefix("::/0"), 0, 0)
    assert longest_match_entries((inner, wide)) == (inner, wide, PrefixEntry(inner.prefix, 30, 32))
    assert longest_match_entries((inner, apart)) == (inner, apart)
    facts = plan_of().facts
    assert_back(replace(facts, prefix_lists={**facts.prefix_lists, ("N", 4): PrefixList("N", 4, (inner, wide))}))


def test_load_balance_only_where_several_paths_are_wanted() -> None:
    facts = plan_of().facts
    one_path = {name: replace(bgp, maximum_paths=1) for name, bgp in facts.bgp.items()}
    assert "load-balance" not in assert_back(replace(facts, bgp=one_path))
    assert "load-balance" in assert_back(facts)


@pytest.mark.parametrize(
    ("old", "new", "table"),
    [
        ("maximum 1100", "maximum 1101", "neighbors"),
        ("idle-timeout forever", "idle-timeout 30", "neighbors"),
        ("hold-time 180", "hold-time 90", "neighbors"),
        ('authentication-key "CharlieKeyP1"', 'authentication-key "CharlieKeyP2"', "neighbors"),
        ("multiplier 3", "multiplier 4", "neighbors"),
        ("next-hop self;", "", "neighbors"),
        ("peer-as 12076;", "peer-as 12077;", "neighbors"),
        ("import CHARLIE-CE-IN-V4;", "", "neighbors"),
        ("inner 100;", "inner 101;", "interfaces"),
        ("172.31.0.17/30", "172.31.0.17/29", "interfaces"),
        ("interface xe-0/1/0.100;", "", "interfaces"),
        ("10.0.0.0/8 orlonger", "10.0.0.0/8 exact", "prefix_lists"),
        ("\n        10.0.0.0/16 exact;", "\n        10.0.0.0/16 exact;\n        10.9.0.0/16 exact;", "prefix_lists"),
        ('FROM-MSEE "12076 .*"', 'FROM-MSEE "12076"', "as_path_lists"),
        ("(5060|", "(", "community_lists"),
        ("local-preference 200", "local-preference 150", "policies"),
        ("        term 65535 {\n            then reject;\n        }\n", "", "policies"),
        ("router-id 172.31.0.17;", "router-id 172.31.0.18;", "bgp"),
        ("autonomous-system 64600;", "autonomous-system 64601;", "bgp"),
        ("route 203.0.113.64/28 discard;", "route 203.0.113.64/27 discard;", "static_routes"),
        ('description "charlie private";', 'description "alpha private";', "vrfs"),
        ("        unit 703 {", "        inactive: unit 703 {", "interfaces"),
    ],
)
def test_a_changed_line_is_a_changed_fact(old: str, new: str, table: str) -> None:
    text = render(plan_of())
    assert old in text
    result = read(text.replace(old, new, 1))
    wanted = PLATFORM.observable(plan_of().facts)
    assert getattr(result.facts, table) != getattr(wanted, table)


def test_keys_are_in_the_file_and_nowhere_else() -> None:
    plan = plan_of()
    assert "CharlieKeyP1" in render(plan)
    broken = render(plan).replace('authentication-key "CharlieKeyP1";', 'authentication-key "CharlieKeyP1" x;')
    result = read(broken)
    assert len(result.unrecognised) == 1
    assert "CharlieKey" not in repr(result)


def test_vrf_without_anything_reads_back() -> None:
    facts = plan_of().facts
    assert_back(replace(facts, vrfs={**facts.vrfs, "EMPTY": Vrf("EMPTY")}))


def test_loopback_unit_reads_back() -> None:
    facts = plan_of().facts
    ports = {name: facts.interfaces["xe-0/1/1"].__class__(name) for name in ("lo0", "lo0.0")}
    ports["lo0.0"] = replace(ports["lo0.0"], addresses=(parse_link("192.0.2.1/32"),))
    assert_back(replace(facts, interfaces={**facts.interfaces, **ports}))
