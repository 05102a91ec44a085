"""Tunnels, filters, zones, NAT and QoS of a text against the plan: in a person's words, and never a key."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from generator.model.address import parse_address, parse_prefix
from generator.model.facts import (
    FACT_TABLES,
    ControlPlane,
    Facts,
    Filter,
    FilterRule,
    IcmpType,
    Macsec,
    NatRule,
    Ports,
    ReadResult,
    Remark,
    Selector,
    Shaper,
    Zone,
    ZonePolicy,
)
from generator.model.filters import ICMP, TCP
from generator.model.secret import Secret
from generator.readback.compare import Difference, compare
from generator.readback.words import WORDS, filter_rule
from tests.evidence import Change, add, drop, edit
from tests.security_evidence import AZURE, LINK, ONPREM, PAPER, VNET, ahead, flow, plan

PLAN = plan()
IN = ("CORP-TUN-IN", 4)
PASS = "other packets pass than planned (PAIR-021, PAIR-022)"


def differences(change: Change, *, strict: bool = True) -> list[Difference]:
    return compare(PLAN, ReadResult(change(PLAN.facts), {}), PAPER, strict=strict)


def messages(change: Change, **more: Any) -> list[str]:
    return [one.message for one in differences(change, **more)]


@pytest.mark.parametrize(
    ("table", "key", "title"),
    [
        ("tunnels", "Tu308", "tunnel Tu308"),
        ("zones", "CORP-TUN", "zone CORP-TUN"),
        ("zone_policies", ("CORP-TUN", "self"), "policy from zone CORP-TUN to zone self"),
        ("filters", IN, "filter CORP-TUN-IN (IPv4)"),
        ("control_plane", "CONTROL-PLANE", "control plane filter CONTROL-PLANE"),
        ("nat_rules", "HOLLINS-MS", "NAT rule HOLLINS-MS"),
        ("shapers", "HOLLINS-LON", "shaper HOLLINS-LON"),
        ("remarks", "MS-DSCP", "DSCP policy MS-DSCP"),
        ("macsec", AZURE, f"MACsec on port {AZURE}"),
    ],
)
def test_an_object_that_is_missing_has_a_name(table: str, key: object, title: str) -> None:
    (one,) = differences(drop(table, key))
    assert (one.rule, one.message) == ("RB-001", f"{title} is missing")
    assert one.fact == (table, key)


def test_every_table_has_a_word() -> None:
    assert WORDS.keys() == set(FACT_TABLES)


def test_rules_of_a_filter_are_said_as_a_person_would() -> None:
    rules = PLAN.facts.filters[IN].rules
    assert messages(edit("filters", IN, rules=(replace(rules[0], log=True, protocol=17), *rules[1:]))) == [
        f"filter CORP-TUN-IN (IPv4): rule 10: protocol is udp, the plan says tcp; {PASS}",
        f"filter CORP-TUN-IN (IPv4): rule 10: log is on, the plan says off; {PASS}",
    ]
    assert messages(edit("filters", IN, rules=(*rules[1:],))) == [
        f"filter CORP-TUN-IN (IPv4): rule 10 is missing: permit tcp from 10.60.0.0/16 to 10.20.0.0/16 port 1433; {PASS}"
    ]
    extra = FilterRule("5", True, ICMP, (VNET,), icmp=(IcmpType(3, 4), IcmpType(8)), log=True)
    assert messages(edit("filters", IN, rules=(extra, *rules))) == [
        f"filter CORP-TUN-IN (IPv4): rule 5 is not in the plan: permit icmp type 3/4, 8 from 10.60.0.0/16, logged; {PASS}"
    ]
    assert (
        f"rules are in the order 20, 10, 30, 40, 50, 60, the plan says 10, 20, 30, 40, 50, 60; {PASS}"
        in (messages(edit("filters", IN, rules=(rules[1], rules[0], *rules[2:])))[0])
    )


def test_a_rule_in_words() -> None:
    web = FilterRule("1", False, TCP, source_ports=(Ports(80, 80), Ports(8000, 8099)), established=True)
    assert filter_rule(web) == "deny tcp from anywhere port 80, 8000-8099 answers only"
    assert filter_rule(FilterRule("1", True)) == "permit any"
    assert filter_rule(FilterRule("1", True, 103, destinations=(ONPREM,))) == "permit 103 to 10.20.0.0/16"
    odd = FilterRule("1", True, TCP, unknown=("time-range NIGHT",))
    assert filter_rule(odd) == "permit tcp under conditions that are not understood"


def test_cryptography_is_compared_field_by_field() -> None:
    crypto = PLAN.facts.tunnels["Tu308"].crypto
    assert crypto is not None
    assert messages(edit("tunnels", "Tu308", crypto=replace(crypto, pfs_group="None", mode="transport"))) == [
        "tunnel Tu308: pfs group is None, the plan says ECP384; both ends and both routers must agree (PAIR-029)",
        "tunnel Tu308: mode is transport, the plan says tunnel; both ends and both routers must agree (PAIR-029)",
    ]
    (gone,) = messages(edit("tunnels", "Tu308", crypto=None))
    assert "crypto is not set, the plan says IKEv2 GCMAES256/SHA384/ECP384, ESP GCMAES256/GCMAES256, PFS ECP384" in gone


def test_selectors_in_words() -> None:
    (said,) = messages(edit("tunnels", "Tu308", selectors=(Selector(ONPREM, VNET),)))
    assert said == "tunnel Tu308: selectors have 10.20.0.0/16 with 10.60.0.0/16, which the plan does not"


def keyed(key: Secret | None) -> Change:
    def change(facts: Facts) -> Facts:
        return replace(facts, tunnels={**facts.tunnels, "Tu308": replace(facts.tunnels["Tu308"], key=key)})

    return change


MARK = "Marked.Key_99887766"


@pytest.mark.parametrize("change", [keyed(Secret(MARK)), edit("macsec", AZURE, cak=Secret(MARK))])
def test_a_key_that_differs_is_not_shown(change: Change) -> None:
    (one,) = differences(change)
    assert "differs from the plan" in one.message
    assert MARK not in repr(one)
    assert "Lab.Only" not in repr(one)


def test_a_key_that_is_missing() -> None:
    assert messages(keyed(None)) == [
        "tunnel Tu308: key is missing; the key is the one of the connection in Azure (PAIR-030)"
    ]


OURS = parse_address("172.20.0.1")
THEIRS = parse_address("198.51.100.1")
TUNNEL = PLAN.facts.tunnels["Tu308"]


@pytest.mark.parametrize(
    ("table", "key", "ours", "theirs"),
    [
        (
            "tunnels",
            "Tu9",
            replace(TUNNEL, name="Tu9", vrf="", front_vrf="", local=OURS),
            replace(TUNNEL, name="Tu9", vrf="X", front_vrf="", local=THEIRS),
        ),
        ("zones", "Z", Zone("Z", "", (LINK,)), Zone("Z", "", ("Te9",))),
        ("zone_policies", ("Z", "Y"), ZonePolicy("Z", "CORP-IN", "F"), ZonePolicy("Z", "Y", "F")),
        ("filters", ("F", 4), Filter("CORP-TUN-SELF", 6, ()), Filter("F", 4, ())),
        (
            "nat_rules",
            "N",
            NatRule("N", "source", "", (), parse_prefix("198.51.100.0/24"), (), (LINK,)),
            NatRule("N", "source", "", (), parse_prefix("198.51.100.0/24"), ("Te8",), ("Te9",)),
        ),
        ("shapers", "S", Shaper("S", 1, (LINK,)), Shaper("S", 1, ("Te9",))),
        ("remarks", "R", Remark("R", (), interfaces=(LINK,)), Remark("R", (), interfaces=("Te9",))),
        ("macsec", "M", Macsec("Te0/1/1", "GcmAes128", "00", None), Macsec("Te9", "GcmAes128", "00", None)),
    ],
)
def test_an_unexpected_object_of_a_foreign_text_counts_where_it_touches_ours(
    table: str, key: object, ours: object, theirs: object
) -> None:
    (found,) = differences(add(table, key, ours), strict=False)
    assert found.rule == "RB-002"
    assert found.message.endswith("is not in the plan")
    (found,) = differences(add(table, key, theirs), strict=False)
    assert "1 more object" in found.message


def test_another_control_plane_filter_takes_the_place_of_ours() -> None:
    (found,) = differences(add("control_plane", "COPP", ControlPlane("COPP")), strict=False)
    assert found.message == "control plane filter COPP is not in the plan"


def test_a_rule_more_is_found_in_a_foreign_text_as_well() -> None:
    assert differences(ahead("CORP-TUN-IN", 4, flow(TCP)), strict=False) != []
