"""Sessions and links of a pair.  The good case of each rule is in `test_pair_good`.

The faults of published samples (domain rules D.2) that facts can show, and the rule that finds each:

| fault | rule | test |
|---|---|---|
| SMP-E01, -E02, -E03, -E08 (lines a router refuses or that come too early) | PAIR-001 | readback/test_compare |
| SMP-E04 inbound filter only | PAIR-008 | test_pair_policies |
| SMP-E06 source protocol OSPF: nothing else is announced | PAIR-009 | test_pair_policies |
| SMP-E07 last term does not reject | PAIR-041 | test_pair_policies |
| SMP-E10 preference on one router for all routes | PAIR-013 | test_pair_paths |
| SMP-E14 only /32 leaves: the pool never does | PAIR-009 | test_pair_policies |
| SMP-E17 AS path list never defined | PAIR-007 | test_pair_policies |
| SMP-E21 no outbound filter; both peerings share policies | PAIR-008, PAIR-041 | test_pair_policies |
| SMP-E23 /29 split by text | PAIR-003 | here |
| SMP-E24 header of the wrong router; placeholders left | PAIR-048, PAIR-043 | test_pair_text |
| SMP-E25 no filters; tags per link differ | PAIR-008, PAIR-005 | test_pair_policies, here |

SMP-E22 (``fd:0::``) is the inventory's (INV-017).  The others need NAT or IPsec.
"""

from __future__ import annotations

from ipaddress import ip_interface, ip_network

from msgspec.structs import replace

from generator.model.address import parse_address
from generator.model.facts import Bfd, Facts, Neighbor, StaticRoute
from generator.model.finding import Severity
from generator.model.plan import Domain
from generator.model.secret import Secret
from generator.model.vlan import QinQ
from tests.evidence import PRIVATE, Change, add, device, drop, edit, pair, problems, say

E, W = Severity.ERROR, Severity.WARNING
ONE = ("CHARLIE", parse_address("172.31.0.18"), 4)
TWO = ("CHARLIE", parse_address("172.31.0.22"), 4)
MS6 = ("CHARLIE-MS", parse_address("2001:db8:1::2"), 6)
PORT = "Te0/1/0"
SUB = f"{PORT}.103.100"
NAME = "neighbor 172.31.0.18 in VRF CHARLIE"


def test_a_peering_that_is_missing_on_one_router() -> None:
    message = "charlie-ams private IPv4 is missing on pe2: neighbor 172.31.0.22 in VRF CHARLIE is not configured"
    ((severity, problem),) = problems("PAIR-002", pair(two=drop("neighbors", TWO)))
    assert (severity, problem.message) == (E, message)
    assert (problem.device, problem.fact, problem.path) == ("pe2", ("neighbors", TWO), PRIVATE)


def address(text: str, sub: str = SUB) -> Change:
    return edit("interfaces", sub, addresses=(ip_interface(text),))


def test_both_routers_in_the_primary_network() -> None:
    found = say("PAIR-003", pair(two=address("172.31.0.23/29")))
    assert found == [
        ("PAIR-003", E, f"interface {SUB} has 172.31.0.23/29, expected a /30 with neighbor 172.31.0.22 in VRF CHARLIE")
    ]


def test_our_address_is_the_second_one() -> None:
    found = say("PAIR-003", pair(one=address("172.31.0.19/30")))
    assert found == [
        (
            "PAIR-003",
            E,
            f"interface {SUB} has 172.31.0.19/30 with {NAME}, expected the network's first address here and its second there",
        )
    ]


def test_the_halves_are_swapped() -> None:
    swapped = pair()
    swapped = type(swapped)(
        pair=replace(swapped.pair, primary=("pe2", TWO), secondary=("pe1", ONE)),
        primary=swapped.secondary,  # type: ignore[arg-type]
        secondary=swapped.primary,
    )
    ((_, severity, message),) = say("PAIR-003", swapped)
    assert severity is E
    assert message == (
        "charlie-ams private IPv4: pe2 holds 172.31.0.20/30 and pe1 172.31.0.16/30, expected the first half on the primary router"
    )


def test_what_differs_between_the_two_links() -> None:
    def on_two(**changes: object) -> list[tuple[str, Severity, str]]:
        return say("PAIR-004", pair(two=edit("neighbors", TWO, **changes)))

    start, end = "charlie-ams private IPv4: ", ", expected the same on both"
    assert on_two(remote_as=12075) == [
        ("PAIR-004", E, "neighbor 172.31.0.22 in VRF CHARLIE has remote AS 12075, Microsoft's is 12076")
    ]
    assert on_two(local_as=64601) == [("PAIR-004", E, f"{start}the own AS is 64600 on pe1 and 64601 on pe2{end}")]
    assert on_two(password=Secret("abc2")) == [
        ("PAIR-004", E, f"{start}the MD5 key on pe2 differs from that on pe1{end}")
    ]
    assert on_two(password=None) == [("PAIR-004", E, f"{start}the MD5 key is set on pe1 only{end}")]
    assert on_two(hold=90) == [("PAIR-004", W, f"{start}the timers are 60/180 s on pe1 and 60/90 s on pe2{end}")]
    assert on_two(bfd=None) == [("PAIR-004", E, f"{start}BFD is 300/300 ms x3 on pe1 and off on pe2{end}")]
    assert on_two(bfd=Bfd(750, 750)) == [
        ("PAIR-004", E, f"{start}BFD is 300/300 ms x3 on pe1 and 750/750 ms x3 on pe2{end}")
    ]


def test_a_key_that_cannot_be_read_is_not_called_different() -> None:
    assert say("PAIR-004", pair(two=edit("neighbors", TWO, password=Secret(None, "type 6")))) == []


def test_tags_that_differ_between_the_links() -> None:
    found = say("PAIR-005", pair(Domain.MICROSOFT, two=edit("interfaces", f"{PORT}.103.200", tags=QinQ(103, 201))))
    assert found == [
        (
            "PAIR-005",
            E,
            f"interface {PORT}.103.200 has S-tag 103 and C-tag 201, the inventory says S-tag 103 and C-tag 200",
        ),
        (
            "PAIR-005",
            E,
            "charlie-ams microsoft IPv4: the C-tag is 200 on pe1 and 201 on pe2, expected the same on both",
        ),
    ]


def test_an_interface_outside_its_vrf() -> None:
    assert say("PAIR-006", device(change=edit("interfaces", SUB, vrf=""))) == [
        ("PAIR-006", E, f"interface {SUB} with 172.31.0.17/30 is in no VRF, expected VRF CHARLIE")
    ]
    assert say("PAIR-006", device(change=edit("interfaces", SUB, addresses=()))) == [
        ("PAIR-006", E, f"no interface in VRF CHARLIE has an address in the network of {NAME}, expected one")
    ]
    assert say("PAIR-006", device(change=drop("vrfs", "CHARLIE"))) == [
        ("PAIR-006", E, "VRF CHARLIE of charlie-ams private IPv4 is not defined, expected it on pe1")
    ]


def test_a_neighbor_that_is_not_activated() -> None:
    assert say("PAIR-018", device(change=edit("neighbors", ONE, activated=False))) == [
        ("PAIR-018", E, f"{NAME} is not activated for IPv4, expected it to be")
    ]


def test_ipv6_that_lacks_what_ipv4_has() -> None:
    start = "charlie-ams microsoft IPv6: neighbor 2001:db8:1::2 in VRF CHARLIE-MS lacks"

    def lacks(change: Change, words: str) -> None:
        assert say("PAIR-019", device(change=change)) == [("PAIR-019", E, f"{start} {words}, expected what IPv4 has")]

    lacks(edit("neighbors", MS6, import_policy=""), "a policy in each direction")
    lacks(edit("neighbors", MS6, activated=False), "the activation in the address family")
    lacks(drop("neighbors", MS6), "the neighbor itself")
    four = (ip_interface("203.0.113.1/30"),)
    lacks(edit("interfaces", f"{PORT}.103.200", addresses=four), "an address in its /126 on the interface")
    lacks(edit("neighbors", ("CHARLIE-MS", parse_address("203.0.113.2"), 4), bfd=Bfd()), "BFD")


def test_an_mtu_that_is_too_small() -> None:
    assert say("PAIR-024", device(change=edit("interfaces", SUB, mtu=1400))) == [
        ("PAIR-024", W, f"interface {SUB} of charlie-ams private IPv4 has IP MTU 1400, expected 1500")
    ]


def test_what_is_shut_down() -> None:
    assert say("PAIR-038", device(change=edit("interfaces", PORT, enabled=False))) == [
        ("PAIR-038", E, f"interface {PORT} is shut down, expected it up: it carries links of the plan")
    ]
    assert say("PAIR-038", device(change=edit("interfaces", SUB, enabled=False))) == [
        ("PAIR-038", E, f"interface {SUB} of charlie-ams private IPv4 is shut down, expected it up")
    ]
    assert say("PAIR-038", device(change=edit("neighbors", ONE, enabled=False))) == [
        ("PAIR-038", E, f"{NAME} is shut down, expected it up")
    ]


def test_a_redundancy_group_towards_microsoft() -> None:
    assert say("PAIR-039", device(change=edit("interfaces", SUB, fhrp=("standby 1 ip 172.31.0.19",)))) == [
        (
            "PAIR-039",
            E,
            f"interface {SUB} of charlie-ams private IPv4 has 'standby 1 ip 172.31.0.19', expected no such group",
        )
    ]


def test_a_static_default_route_towards_microsoft() -> None:
    for hop in ("172.31.0.18", SUB):
        route = StaticRoute("CHARLIE", ip_network("0.0.0.0/0"), hop)
        assert say("PAIR-040", device(change=add("static_routes", ("CHARLIE", route.prefix, hop), route))) == [
            (
                "PAIR-040",
                E,
                f"static route 0.0.0.0/0 to {hop} pins traffic to one link of charlie-ams private IPv4, expected BGP only",
            )
        ]


def test_a_neighbor_beside_the_plan_without_policies() -> None:
    stranger = Neighbor("", parse_address("172.31.9.2"), 4, 12076, 64600)

    def change(facts: Facts) -> Facts:
        return add("neighbors", stranger.key, stranger)(facts)

    assert say("PAIR-008", device(change=change)) == [
        (
            "PAIR-008",
            E,
            "neighbor 172.31.9.2 (AS 12076, IPv4) has no inbound and outbound policy, expected one in each direction",
        )
    ]
