"""Policies of a pair: what leaves, what comes in.  The good case of each rule is in `test_pair_good`."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from msgspec.structs import replace

from generator.model.address import parse_address
from generator.model.facts import (
    AsPathEntry,
    AsPathList,
    AsPathPattern,
    MaxPrefix,
    Policy,
    PolicyRule,
    PrefixEntry,
    PrefixList,
    Vrf,
)
from generator.model.finding import Severity
from generator.model.plan import Domain, Peer, Role, Session
from tests.evidence import Change, add, both, device, drop, edit, pair, plan, read, say
from tests.plans import exact

E, W = Severity.ERROR, Severity.WARNING
ONE = ("CHARLIE", parse_address("172.31.0.18"), 4)
MS = ("CHARLIE-MS", parse_address("203.0.113.2"), 4)
NAME, MSNAME = "neighbor 172.31.0.18 in VRF CHARLIE", "neighbor 203.0.113.2 in VRF CHARLIE-MS"
OUT, IN = "CHARLIE-AMS-PRIVATE-OUT-V4", "CHARLIE-AMS-PRIVATE-IN-V4"
MSOUT, MSIN = "CHARLIE-AMS-MICROSOFT-OUT-V4", "CHARLIE-AMS-MICROSOFT-IN-V4"
FACTS = plan("pe1").facts


def entries(name: str, *wanted: PrefixEntry) -> Change:
    return edit("prefix_lists", (name, 4), entries=wanted)


def within(text: str, low: int, high: int) -> PrefixEntry:
    return PrefixEntry(ip_network(text), low, high)


def rules(name: str, *wanted: PolicyRule) -> Change:
    return edit("policies", name, rules=wanted)


def test_a_policy_and_a_list_that_are_not_defined() -> None:
    assert say("PAIR-007", device(change=drop("policies", MSOUT))) == [
        ("PAIR-007", E, f"neighbor 203.0.113.2 uses policy {MSOUT}, which is not defined; expected a definition")
    ]
    found = say("PAIR-007", device(change=drop("as_path_lists", "FROM-MSEE")))
    assert [message for _, _, message in found] == [
        f"policy {name}, rule {label}, uses AS path list FROM-MSEE, which is not defined; expected a definition"
        for name, label in ((IN, 10), (MSIN, 20), ("CHARLIE-AMS-MICROSOFT-IN-V6", 20))
    ]


def test_a_policy_that_nobody_uses() -> None:
    assert say("PAIR-007", device(change=edit("neighbors", MS, export_policy=""))) == [
        ("PAIR-007", W, f"policy {MSOUT} is defined and not used, expected it to be bound")
    ]


def test_undefined_names_of_strangers_are_not_our_business_in_a_foreign_text() -> None:
    odd = Policy("ODD", (PolicyRule("1", True, prefix_lists=("GONE",)),))
    planned = plan("pe1")
    said = add("policies", "ODD", odd)(planned.facts)
    assert say("PAIR-007", read(planned, said, own_render=False)) == []
    assert say("PAIR-007", read(planned, said)) != []


def test_only_an_inbound_policy() -> None:
    assert say("PAIR-008", device(change=edit("neighbors", ONE, export_policy=""))) == [
        ("PAIR-008", E, f"{NAME} (AS 12076, IPv4) has no outbound policy, expected one in each direction")
    ]


def test_an_outbound_list_that_permits_everything() -> None:
    everything = device(change=entries("CHARLIE-AMS-PRIVATE-OUT", within("0.0.0.0/0", 0, 32)))
    assert say("PAIR-009", everything) == [
        ("PAIR-009", E, f"{NAME}: policy {OUT} lets out 0.0.0.0/0 with lengths 0 to 32, expected only 10.0.0.0/16")
    ]
    assert say("PAIR-010", everything) == [
        ("PAIR-010", E, f"{NAME}: policy {OUT} lets out 0.0.0.0/0, expected it to be rejected")
    ]


def test_an_intended_prefix_that_does_not_leave() -> None:
    """A list for /32 only never announces the pool itself (SMP-E14), a policy for OSPF routes nothing (SMP-E06)."""
    message = f"{NAME}: policy {OUT} does not let out 10.0.0.0/16, expected it to"
    only_hosts = say("PAIR-009", device(change=entries("CHARLIE-AMS-PRIVATE-OUT", within("10.0.0.0/16", 32, 32))))
    assert only_hosts[1:] == [("PAIR-009", E, message)]
    ospf = PolicyRule("10", True, prefix_lists=("CHARLIE-AMS-PRIVATE-OUT",), protocols=("ospf",))
    assert say("PAIR-009", device(change=rules(OUT, ospf))) == [("PAIR-009", E, message)]


def test_the_set_that_leaves_is_proved_and_not_sampled() -> None:
    """One route among sixteen million, which no probe would meet."""
    stray = PrefixEntry(ip_network("10.77.123.44/30"), 30, 30)
    found = say("PAIR-009", device(change=entries("CHARLIE-AMS-PRIVATE-OUT", within("10.0.0.0/16", 16, 16), stray)))
    assert found == [("PAIR-009", E, f"{NAME}: policy {OUT} lets out 10.77.123.44/30, expected only 10.0.0.0/16")]


def test_routes_of_microsoft_that_leave_again() -> None:
    last = PolicyRule("20", True, prefix_lists=("CHARLIE-AMS-PRIVATE-OUT",))
    assert say("PAIR-010", device(change=rules(OUT, last))) == [
        (
            "PAIR-010",
            E,
            f"{NAME}: policy {OUT} lets out 10.0.0.0/16 with AS path 12076, expected it to be rejected",
        )
    ]
    behind = AsPathList("THROUGH-MSEE", (AsPathEntry(AsPathPattern("starts", 12076)),))
    found = say("PAIR-010", device(change=add("as_path_lists", "THROUGH-MSEE", behind)))
    assert found[0][2].endswith("with AS path 64512 12076, expected it to be rejected")


def test_private_space_on_microsoft_peering() -> None:
    change = both(
        entries("CHARLIE-AMS-MICROSOFT-OUT", within("203.0.113.64/27", 27, 27), within("10.0.0.0/8", 8, 32)),
        rules(
            MSOUT,
            PolicyRule("10", False, as_path_lists=("THROUGH-MSEE",)),
            PolicyRule("30", True, prefix_lists=("CHARLIE-AMS-MICROSOFT-OUT",)),
        ),
    )
    assert say("PAIR-010", device(change=change)) == [
        (
            "PAIR-010",
            E,
            f"{MSNAME}: policy {MSOUT} lets out 10.0.0.0/8 with lengths 8 to 32, expected it to be rejected",
        )
    ]


def test_the_prefix_of_another_customer() -> None:
    planned = plan("pe1")
    key = ("DELTA", parse_address("172.31.0.30"), 4)
    delta = Session(
        peer=Peer.MSEE,
        neighbor=key,
        family=4,
        customer="delta",
        role=Role.PRIMARY,
        announce=(ip_network("10.9.0.0/16"),),
    )  # type: ignore[arg-type]
    planned = replace(planned, sessions=(*planned.sessions, delta))
    change = entries("CHARLIE-AMS-PRIVATE-OUT", within("10.0.0.0/16", 16, 16), within("10.9.0.0/16", 16, 16))
    assert say("PAIR-010", read(planned, change(planned.facts))) == [
        ("PAIR-010", E, f"{NAME}: policy {OUT} lets out 10.9.0.0/16 of delta, expected it to be rejected")
    ]


def test_a_vnet_prefix_that_does_not_come_in() -> None:
    assert say("PAIR-011", device(change=entries("CHARLIE-AMS-PRIVATE-IN"))) == [
        ("PAIR-011", E, f"{NAME}: policy {IN} does not let in 10.101.0.0/16 with AS path 12076, expected it to")
    ]


def test_our_own_prefix_and_the_default_route_coming_back() -> None:
    everything = within("0.0.0.0/0", 0, 32)
    assert say("PAIR-011", device(change=entries("CHARLIE-AMS-PRIVATE-IN", everything))) == [
        ("PAIR-011", E, f"{NAME}: policy {IN} lets in 10.0.0.0/16, which is our own, expected it to be rejected"),
        ("PAIR-011", E, f"{NAME}: policy {IN} lets in the default route, expected it to be rejected"),
    ]


def test_more_specific_routes_of_a_vnet() -> None:
    change = entries("CHARLIE-AMS-PRIVATE-IN", within("10.101.0.0/16", 16, 24))
    assert say("PAIR-011", device(change=change)) == [
        (
            "PAIR-011",
            E,
            f"{NAME}: policy {IN} lets in 10.101.0.0/16 with lengths 16 to 24, expected only 10.101.0.0/16",
        )
    ]


def test_bogons_on_microsoft_peering() -> None:
    without = [one for one in FACTS.prefix_lists[("BOGONS", 4)].entries if str(one.prefix) != "100.64.0.0/10"]
    assert say("PAIR-011", device(change=entries("BOGONS", *without))) == [
        (
            "PAIR-011",
            E,
            f"{MSNAME}: policy {MSIN} lets in 100.64.0.0/10, which is reserved, with community 12076:5060; expected it to be rejected",
        )
    ]


def test_a_service_of_the_route_filter_that_does_not_come_in() -> None:
    change = edit("community_lists", "CHARLIE-AMS-MICROSOFT", communities=("12076:51002", "12076:52002"))
    found = say("PAIR-011", device(change=change))
    assert [message for _, _, message in found if MSNAME in message] == [
        f"{MSNAME}: policy {MSIN} does not let in routes with 12076:5060, expected it to: they are in the route filter"
    ]


@pytest.mark.parametrize(
    ("text", "words"), [("^12076$", "nine times 12076"), ("^(12076_)+$", "further AS numbers behind 12076")]
)
def test_a_filter_for_short_paths_loses_the_routes_in_maintenance(text: str, words: str) -> None:
    pattern = AsPathPattern("regex", text=text, dialect="posix")
    change = add("as_path_lists", "FROM-MSEE", AsPathList("FROM-MSEE", (AsPathEntry(pattern),)))
    found = say("PAIR-012", device(change=change))
    assert found[0] == (
        "PAIR-012",
        E,
        f"{NAME}: policy {IN} rejects 10.101.0.0/16 with {words} in its path, expected it to pass",
    )
    assert len(found) == 3


@pytest.mark.parametrize(("limit", "severity"), [(9, E), (19, W)])
def test_a_limit_on_the_length_of_paths(limit: int, severity: Severity) -> None:
    assert say("PAIR-012", device(change=edit("bgp", "CHARLIE", max_as_limit=limit))) == [
        ("PAIR-012", severity, f"{NAME}: AS paths longer than {limit} are refused, expected no limit below 20")
    ]
    assert say("PAIR-012", device(change=edit("bgp", "CHARLIE", max_as_limit=20))) == []


def test_pools_that_differ_between_the_links() -> None:
    change = entries("CHARLIE-AMS-MICROSOFT-OUT", within("203.0.113.80/28", 28, 28))
    message = (
        "charlie-ams microsoft IPv4: pe1 alone announces 203.0.113.64/27 and pe2 alone announces 203.0.113.80/28, "
        "expected the same on both links"
    )
    assert say("PAIR-015", pair(Domain.MICROSOFT, two=change)) == [("PAIR-015", W, message)]
    assert say("PAIR-015", pair(Domain.MICROSOFT, two=change, same_announcements=False)) == []


def test_the_same_addresses_cut_differently() -> None:
    """Longest match: the router with the halves gets everything, and the other link stands idle."""
    halves = (within("203.0.113.64/28", 28, 28), within("203.0.113.80/28", 28, 28))
    message = (
        "charlie-ams microsoft IPv4: pe1 alone announces 203.0.113.64/27 and pe2 alone announces 203.0.113.64/28, "
        "203.0.113.80/28; both mean the same addresses, and the longer prefixes take all the traffic, "
        "expected the same on both links"
    )
    change = entries("CHARLIE-AMS-MICROSOFT-OUT", *halves)
    assert say("PAIR-015", pair(Domain.MICROSOFT, two=change)) == [("PAIR-015", W, message)]


def test_a_pool_without_an_anchor() -> None:
    pool = ip_network("203.0.113.64/27")
    ((rule, severity, message),) = say(
        "PAIR-016", device(change=drop("static_routes", ("CHARLIE-MS", pool, "discard")))
    )
    assert (rule, severity) == ("PAIR-016", E)
    assert message == (
        "203.0.113.64/27 is originated in VRF CHARLIE-MS without a route of its own, expected a static route to nowhere"
    )


@pytest.mark.parametrize(
    ("maximum", "words"),
    [
        (None, "has no maximum of prefixes, expected one"),
        (MaxPrefix(1), "takes 1 prefixes at most, and 1 are expected; expected a higher maximum"),
        (MaxPrefix(1_000_000), "takes up to 1000000 prefixes, expected at most 20000"),
    ],
)
def test_the_maximum_of_prefixes(maximum: MaxPrefix | None, words: str) -> None:
    assert say("PAIR-017", device(change=edit("neighbors", ONE, max_prefix=maximum))) == [
        ("PAIR-017", W, f"{NAME} {words}")
    ]


def test_a_policy_that_ends_open() -> None:
    first = FACTS.policies[IN].rules[0]
    end = "expected a last rule that rejects all"
    assert say("PAIR-041", device(change=rules(IN, first, PolicyRule("last", True)))) == [
        ("PAIR-041", E, f"policy {IN} of charlie-ams private IPv4 ends with rule last, which accepts everything, {end}")
    ]
    assert say("PAIR-041", device(change=edit("policies", IN, rules=(first,), default_permit=True))) == [
        (
            "PAIR-041",
            E,
            f"policy {IN} of charlie-ams private IPv4 has no rule at the end that rejects the rest, which is accepted by default, {end}",
        )
    ]


def test_two_peerings_that_share_a_policy() -> None:
    assert say("PAIR-041", device(change=edit("neighbors", MS, export_policy=OUT))) == [
        (
            "PAIR-041",
            E,
            f"charlie-ams private IPv4 and charlie-ams microsoft IPv4 share policy {OUT}, expected one for each peering",
        )
    ]


def test_a_name_that_is_too_long() -> None:
    name = "CUSTOMER-WITH-A-VERY-LONG-NAME-IN-AMSTERDAM"
    change = both(add("vrfs", name, Vrf(name)), add("prefix_lists", (name, 4), exact(name, 4, "10.0.0.0/8")))
    assert say("PAIR-044", device(change=change)) == [
        ("PAIR-044", E, f"{what} {name} has 43 characters, expected at most 31 on Paper OS")
        for what in ("VRF", "prefix list")
    ]


def test_lists_of_one_family_do_not_answer_for_the_other() -> None:
    """The same name in IPv6 alone: nothing of IPv4 leaves any more."""
    six = PrefixList("CHARLIE-AMS-PRIVATE-OUT", 6, (PrefixEntry(ip_network("::/0"), 0, 128),))
    change = both(drop("prefix_lists", (six.name, 4)), add("prefix_lists", (six.name, 6), six))
    assert say("PAIR-009", device(change=change))[0][2].startswith(f"{NAME}: policy {OUT} does not let out 10.0.0.0/16")
