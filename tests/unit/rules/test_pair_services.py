"""NAT and QoS of a pair, and the names in all of it.  The good case is in `test_pair_security_good`."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from generator.model.address import parse_prefix
from generator.model.facts import Facts
from generator.model.finding import Severity
from tests.evidence import Change, add, both, drop, edit, read, say
from tests.plans import exact
from tests.security_evidence import DMZ, LINK, MS_LINK, PAPER, Router, device, pair, plan

E, W = Severity.ERROR, Severity.WARNING
NAT, WEB = "HOLLINS-MS", "HOLLINS-MS-WEB"
PUBLIC = "fjell-lon microsoft IPv4"


def said(rule_id: str, change: Change) -> list[tuple[Severity, str]]:
    return [one[1:] for one in say(rule_id, device(change=change))]


@pytest.mark.parametrize(
    ("side", "interfaces"), [("outside", {"outside_interfaces": (LINK,)}), ("inside", {"inside_interfaces": (LINK,)})]
)
def test_nothing_is_translated_on_private_peering(side: str, interfaces: dict[str, tuple[str, ...]]) -> None:
    assert said("PAIR-035", edit("nat_rules", NAT, **interfaces)) == [
        (
            E,
            f"NAT rule {NAT} has interface {LINK} of fjell-lon private IPv4 as its {side}, "
            "expected no translation on private peering",
        )
    ]


def test_but_a_one_to_one_translation_as_planned_may_be() -> None:
    static = edit("nat_rules", WEB, outside_interfaces=(LINK,))
    assert said("PAIR-035", static) == []
    other = add("nat_rules", "ODD", replace(plan().facts.nat_rules[WEB], name="ODD", outside_interfaces=(LINK,)))
    assert said("PAIR-035", both(drop("nat_rules", WEB), other)) != []


def test_static_translations_do_not_overlap() -> None:
    assert said("PAIR-035", edit("nat_rules", WEB, outside=parse_prefix("203.0.113.70/32"))) == [
        (
            E,
            f"NAT rule {WEB} gives 203.0.113.70/32, which {NAT} gives too (203.0.113.64/28), expected addresses of its own",
        )
    ]
    twice = add("nat_rules", "AGAIN", replace(plan().facts.nat_rules[WEB], name="AGAIN"))
    assert [message for _, message in said("PAIR-035", twice)] == [
        f"NAT rule AGAIN gives 203.0.113.80/32, which {WEB} gives too (203.0.113.80/32), expected addresses of its own"
    ]


def test_the_pool_is_announced() -> None:
    assert said("PAIR-036", edit("nat_rules", NAT, outside=parse_prefix("203.0.113.128/28"))) == [
        (E, f"NAT rule {NAT} translates to 203.0.113.128/28, which is not announced on {PUBLIC}, expected it to be")
    ]
    half = edit("prefix_lists", ("MS-OUT", 4), entries=exact("MS-OUT", 4, "203.0.113.64/29").entries)
    assert [message.split(",")[0] for _, message in said("PAIR-036", half)] == [
        f"NAT rule {NAT} translates to 203.0.113.64/28",
        f"NAT rule {WEB} translates to 203.0.113.80/32",
    ]


def test_a_common_pool_is_common() -> None:
    found = say("PAIR-036", pair(two=edit("nat_rules", NAT, outside=parse_prefix("203.0.113.80/28"))))
    assert found == [
        (
            "PAIR-036",
            E,
            f"{PUBLIC}: r1 translates to 203.0.113.64/28 and r2 to 203.0.113.80/28, expected one common pool",
        )
    ]


def test_with_a_pool_for_each_router_the_other_does_not_announce_it() -> None:
    found = pair()
    assert found.secondary is not None
    planned = found.secondary.plan
    own = edit("nat_rules", NAT, outside=parse_prefix("203.0.113.80/28"))(planned.facts)
    found.secondary = read(replace(planned, facts=own))
    assert [message for _, _, message in say("PAIR-036", found)] == [
        f"{PUBLIC}: r2 announces 203.0.113.64/28, the pool of r1, expected r1 alone to announce it",
        f"{PUBLIC}: r1 announces 203.0.113.80/28, the pool of r2, expected r2 alone to announce it",
    ]

    def alone(router: Router, prefix: str, pool: str) -> Facts:
        lists = edit("prefix_lists", ("MS-OUT", 4), entries=exact("MS-OUT", 4, prefix).entries)
        return both(lists, edit("nat_rules", NAT, outside=parse_prefix(pool)))(plan(router).facts)

    one, two = plan("r1"), plan("r2")
    found = pair()
    found.primary = read(replace(one, facts=alone("r1", "203.0.113.64/28", "203.0.113.64/28")))
    found.secondary = read(replace(two, facts=alone("r2", "203.0.113.80/28", "203.0.113.80/28")))
    assert say("PAIR-036", found) == []


SHAPER = "HOLLINS-LON"


def test_the_rate_is_that_of_the_circuit() -> None:
    assert said("PAIR-025", edit("shapers", SHAPER, rate_mbps=500)) == [
        (W, f"interface {LINK} of fjell-lon private IPv4 is shaped to 500 Mbit/s, expected 1000 Mbit/s"),
        (W, f"interface {MS_LINK} of {PUBLIC} is shaped to 500 Mbit/s, expected 1000 Mbit/s"),
    ]
    assert said("PAIR-025", drop("shapers", SHAPER))[0] == (
        W,
        f"interface {LINK} of fjell-lon private IPv4 is not shaped, expected 1000 Mbit/s",
    )
    assert said("PAIR-025", edit("shapers", SHAPER, interfaces=(LINK,))) == [
        (W, f"shaper {SHAPER} of fjell-lon private IPv4 is shared by {LINK}, expected {LINK}, {MS_LINK}"),
        (W, f"interface {MS_LINK} of {PUBLIC} is not shaped, expected 1000 Mbit/s"),
    ]


def test_both_links_have_the_same_rate() -> None:
    slower = edit("shapers", SHAPER, rate_mbps=500)
    assert say("PAIR-025", pair(two=slower)) == [
        ("PAIR-025", W, f"{PUBLIC} is shaped to 1000 Mbit/s on r1 and 500 on r2, expected the same on both")
    ]
    # A platform that splits the rate was planned with a part: that is no difference.
    found = pair()
    assert found.secondary is not None
    found.secondary = read(replace(found.secondary.plan, facts=slower(found.secondary.plan.facts)))
    assert say("PAIR-025", found) == []


def test_the_planned_markings_stay() -> None:
    more = edit("remarks", "MS-DSCP", kept=(46, 34, 26, 18, 10))
    assert said("PAIR-026", more) == [
        (W, f"interface {MS_LINK} of {PUBLIC} keeps DSCP 46, 34, 26, 18, 10, expected 46, 34, 18, 10")
    ]
    assert said("PAIR-026", edit("remarks", "MS-DSCP", kept=(10, 18, 34, 46))) == []
    assert said("PAIR-026", edit("remarks", "MS-DSCP", interfaces=(DMZ,))) == [
        (
            W,
            f"interface {MS_LINK} of {PUBLIC} has no DSCP policy, expected 46, 34, 18, 10 to stay and the rest to become 0",
        )
    ]
    assert say("PAIR-026", pair(two=more)) == [
        (
            "PAIR-026",
            W,
            f"{PUBLIC} keeps DSCP 46, 34, 18, 10 on r1 and 46, 34, 26, 18, 10 on r2, expected the same on both",
        )
    ]


IN = "CORP-TUN-IN"
DEFINED = "which is not defined; expected a definition"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            both(drop("filters", (IN, 4)), drop("filters", (IN, 6))),
            [(E, f"policy from zone CORP-TUN to zone CORP-IN uses filter {IN}, {DEFINED}")],
        ),
        (edit("interfaces", LINK, filter_in="GONE"), [(E, f"interface {LINK} uses filter GONE, {DEFINED}")]),
        (
            both(drop("filters", ("CONTROL-PLANE", 4)), drop("filters", ("CONTROL-PLANE", 6))),
            [(E, f"control plane filter CONTROL-PLANE uses filter CONTROL-PLANE, {DEFINED}")],
        ),
        (
            drop("zones", "TRANSPORT-IN"),
            [
                (E, f"policy from zone TRANSPORT-AZ to zone TRANSPORT-IN uses zone TRANSPORT-IN, {DEFINED}"),
                (E, f"policy from zone TRANSPORT-IN to zone TRANSPORT-AZ uses zone TRANSPORT-IN, {DEFINED}"),
            ],
        ),
        (
            edit("zones", "CORP-TUN", interfaces=("Tu308", "Tu309", "Tu310")),
            [(E, f"zone CORP-TUN uses interface Tu310, {DEFINED}")],
        ),
        (
            edit("interfaces", "Tu308", unnumbered="Lo999"),
            [(E, f"interface Tu308 uses interface Lo999, {DEFINED}")],
        ),
        (
            edit("nat_rules", NAT, inside_interfaces=("Te9",)),
            [(E, f"NAT rule {NAT} uses interface Te9, {DEFINED}")],
        ),
        (
            drop("zone_policies", ("CORP-TUN", "self")),
            [(W, "filter CORP-TUN-SELF (IPv4) is defined and not used, expected it to be bound")],
        ),
    ],
)
def test_every_name_is_defined_and_every_filter_is_used(change: Change, expected: list[tuple[Severity, str]]) -> None:
    assert said("PAIR-007", change) == expected


def test_names_of_strangers_are_not_our_business_in_a_foreign_text() -> None:
    port = replace(plan().facts.interfaces[DMZ], name="Te9", filter_in="THEIRS")
    planned = plan()
    foreign = add("interfaces", "Te9", port)(planned.facts)
    assert say("PAIR-007", read(planned, foreign, own_render=False)) == []
    assert say("PAIR-007", read(planned, foreign)) != []


def test_names_of_filters_and_zones_have_a_length_too() -> None:
    long = "A-NAME-THAT-IS-LONGER-THAN-ANY-ROUTER-TAKES"
    zone = replace(plan().facts.zones["CORP-IN"], name=long)
    found = said("PAIR-044", add("zones", long, zone))
    assert found == [(E, f"zone {long} has {len(long)} characters, expected at most 31 on {PAPER.title}")]
