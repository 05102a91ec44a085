"""Which link the pair uses, and that customers stay apart.  The good cases are in `test_pair_good`."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from msgspec.structs import replace

from generator.model.address import parse_address
from generator.model.facts import Facts, PolicyRule, StaticRoute, Vrf
from generator.model.finding import Severity
from generator.model.plan import Domain, Peer, Role, Session
from generator.readback.best_path import Offer, choose, routers
from tests.evidence import VNET, Change, add, both, device, drop, edit, pair, plan, read, say

E, W = Severity.ERROR, Severity.WARNING
P, S = Role.PRIMARY, Role.SECONDARY
IN, OUT, MSIN = "CHARLIE-AMS-PRIVATE-IN-V4", "CHARLIE-AMS-PRIVATE-OUT-V4", "CHARLIE-AMS-MICROSOFT-IN-V4"
PARTNER = ("CHARLIE", parse_address("169.254.0.2"), 4)
SERVED = frozenset(("12076:5060",))
SERVICE = ip_network("13.107.0.0/18")


def preference(name: str, value: int | None) -> Change:
    """All permitting rules of a policy set this local preference."""

    def change(facts: Facts) -> Facts:
        rules = tuple(replace(one, local_preference=value) if one.permit else one for one in facts.policies[name].rules)
        return edit("policies", name, rules=rules)(facts)

    return change


def used(
    one: Change | None = None, two: Change | None = None, lengths: tuple[int, int] = (1, 1)
) -> dict[Role, Role | None]:
    """Which link each router uses for a route of Microsoft peering."""
    found = routers(pair(Domain.MICROSOFT, one=one, two=two))
    assert found is not None
    offers = {P: Offer((12076,) * lengths[0]), S: Offer((12076,) * lengths[1])}
    return choose(found, SERVICE, offers, SERVED)


def test_each_router_uses_its_own_link() -> None:
    assert used() == {P: P, S: S}


def test_both_move_away_from_the_longer_path() -> None:
    assert used(lengths=(9, 1)) == {P: S, S: S}
    assert used(lengths=(1, 9)) == {P: P, S: P}


def test_local_preference_goes_before_the_length() -> None:
    assert used(preference(MSIN, 300), lengths=(9, 1)) == {P: P, S: P}


def test_ignoring_the_length_prefers_ebgp() -> None:
    assert used(edit("bgp", "CHARLIE-MS", as_path_ignore=True), lengths=(9, 1)) == {P: P, S: S}


def test_without_the_partner_each_keeps_its_own() -> None:
    gone = drop("neighbors", ("CHARLIE-MS", parse_address("169.254.0.2"), 4))
    assert used(gone, lengths=(9, 1)) == {P: P, S: S}


def test_a_path_that_is_too_long_is_not_taken() -> None:
    gone = drop("neighbors", ("CHARLIE-MS", parse_address("169.254.0.2"), 4))
    limited = both(gone, edit("bgp", "CHARLIE-MS", max_as_limit=5))
    assert used(limited, lengths=(9, 1)) == {P: None, S: S}


def test_the_next_hop_of_the_partner_has_to_be_reachable() -> None:
    far = edit("neighbors", ("CHARLIE-MS", parse_address("169.254.0.1"), 4), next_hop_self=False)
    assert used(two=far, lengths=(9, 1)) == {P: P, S: S}


def test_the_med_decides_among_equals() -> None:
    found = routers(pair(Domain.MICROSOFT))
    assert found is not None
    offers = {P: Offer((12076,), med=10), S: Offer((12076,), med=5)}
    assert choose(found, SERVICE, offers, SERVED) == {P: S, S: S}


def test_a_preference_that_pins_traffic_to_the_drained_link() -> None:
    found = say("PAIR-013", pair(Domain.MICROSOFT, one=preference(MSIN, 250)))
    assert found == [
        (
            "PAIR-013",
            E,
            "charlie-ams microsoft IPv4: in maintenance of pe1's link pe1 and pe2 would stay on it for 13.107.0.0/18 "
            "(local preference 250 on pe1, 200 on pe2), expected the best path to move",
        )
    ]


def test_the_other_link_is_drained_too() -> None:
    ((_, _, message),) = say("PAIR-013", pair(Domain.MICROSOFT, two=preference(MSIN, 250)))
    assert "in maintenance of pe2's link" in message


def test_the_preference_is_pinned_even_if_the_routers_do_not_talk() -> None:
    """SMP-E10: a preference for all routes on one of the two."""
    gone = drop("neighbors", ("CHARLIE-MS", parse_address("169.254.0.2"), 4))
    assert say("PAIR-013", pair(Domain.MICROSOFT, one=both(gone, preference(MSIN, None)))) != []
    assert say("PAIR-013", pair(Domain.MICROSOFT, one=gone)) == []


def test_ignoring_the_length_of_paths_is_found() -> None:
    ((_, _, message),) = say("PAIR-013", pair(Domain.MICROSOFT, one=edit("bgp", "CHARLIE-MS", as_path_ignore=True)))
    assert "in maintenance of pe1's link pe1 would stay on it" in message


def test_prepend_without_a_lower_preference() -> None:
    assert say("PAIR-014", pair(two=preference(IN, 200))) == [
        (
            "PAIR-014",
            E,
            "charlie-ams private IPv4 is active-passive with pe1 preferred, but local preference is 200 on pe1 and 200 on pe2; "
            "expected it lower on pe2",
        )
    ]


def test_a_lower_preference_without_prepend() -> None:
    last = plan("pe1").facts.policies[OUT].rules
    assert say("PAIR-014", pair(two=edit("policies", OUT, rules=last))) == [
        (
            "PAIR-014",
            E,
            "charlie-ams private IPv4 is active-passive with pe1 preferred, but 10.0.0.0/16 leaves with 0 prepended on pe1 "
            "and 0 on pe2; expected more on pe2",
        )
    ]


def test_the_levers_are_on_different_routers() -> None:
    found = say("PAIR-014", pair(preferred=S))
    assert [message.split(", but ")[1] for _, _, message in found] == [
        "local preference is 150 on pe2 and 200 on pe1; expected it lower on pe1",
        "10.0.0.0/16 leaves with 3 prepended on pe2 and 0 on pe1; expected more on pe1",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop("neighbors", PARTNER), "has no iBGP neighbor in VRF CHARLIE for IPv4, expected pe2"),
        (
            edit("neighbors", PARTNER, enabled=False),
            "has iBGP neighbor 169.254.0.2 in VRF CHARLIE shut down or not activated, expected it in use",
        ),
        (
            edit("interfaces", "Te0/1/2.103.100", addresses=()),
            "has iBGP neighbor 169.254.0.2 in VRF CHARLIE on no network of its own, expected a link to it",
        ),
    ],
)
def test_routers_that_do_not_talk(change: Change, words: str) -> None:
    assert say("PAIR-020", pair(one=change)) == [("PAIR-020", W, f"charlie-ams private IPv4: pe1 {words}")]


def test_next_hops_that_cannot_be_reached() -> None:
    assert say("PAIR-020", pair(one=edit("neighbors", PARTNER, next_hop_self=False))) == [
        (
            "PAIR-020",
            W,
            "charlie-ams private IPv4: pe2 cannot reach the next hops of pe1 in VRF CHARLIE, expected next-hop-self there",
        )
    ]


def test_a_route_target_that_joins_two_customers() -> None:
    change = both(
        edit("vrfs", "CHARLIE", exports=("64600:1",)),
        add("vrfs", "DELTA", Vrf("DELTA", imports=("64600:1",))),
    )
    assert say("PAIR-027", device(change=change)) == [
        ("PAIR-027", E, "VRF DELTA takes routes from VRF CHARLIE (64600:1), expected no routes between VRFs")
    ]
    same = both(edit("vrfs", "CHARLIE", exports=("64600:1",)), edit("vrfs", "CHARLIE-MS", exports=("64600:1",)))
    assert say("PAIR-027", device(change=same))[0] == (
        "PAIR-027",
        E,
        "VRF CHARLIE exports to the same target as VRF CHARLIE-MS (64600:1), expected no routes between VRFs",
    )


def test_a_static_route_into_another_vrf() -> None:
    sub = "Te0/1/0.103.100"
    route = StaticRoute("CHARLIE-MS", VNET, sub)
    assert say("PAIR-028", device(change=add("static_routes", (route.vrf, VNET, sub), route))) == [
        (
            "PAIR-028",
            E,
            f"static route 10.101.0.0/16 in VRF CHARLIE-MS leads to interface {sub} of VRF CHARLIE, expected none across VRFs",
        )
    ]


def test_a_static_route_to_a_part_of_another_customers_prefix() -> None:
    planned = plan("pe1")
    key = ("DELTA", parse_address("172.31.0.30"), 4)
    delta = Session(peer=Peer.MSEE, neighbor=key, family=4, customer="delta", role=P)  # type: ignore[arg-type]
    planned = replace(planned, sessions=(*planned.sessions, delta))
    part = ip_network("10.101.7.0/24")
    route = StaticRoute("DELTA", part, "10.9.9.9")
    said = add("static_routes", ("DELTA", part, "10.9.9.9"), route)(planned.facts)
    assert say("PAIR-028", read(planned, said)) == [
        (
            "PAIR-028",
            E,
            "static route 10.101.7.0/24 in VRF DELTA leads to a prefix of charlie, expected none of another customer",
        )
    ]


def test_a_rule_with_its_own_preference_for_one_service_is_asked_too() -> None:
    """Only routes of one community are pinned: the first community alone would not show it."""

    def change(facts: Facts) -> Facts:
        more = add(
            "community_lists",
            "ONE",
            replace(facts.community_lists["CHARLIE-AMS-MICROSOFT"], communities=("12076:52002",)),
        )
        rules = facts.policies[MSIN].rules
        pinned = PolicyRule("15", True, as_path_lists=("FROM-MSEE",), community_lists=("ONE",), local_preference=300)
        return edit("policies", MSIN, rules=(*rules[:2], pinned, *rules[2:]))(more(facts))

    ((_, _, message),) = say("PAIR-013", pair(Domain.MICROSOFT, one=change))
    assert "local preference 300 on pe1, 200 on pe2" in message
