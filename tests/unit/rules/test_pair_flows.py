"""The flows of the inventory pass and others do not; sources are right.  The good case is in `test_pair_security_good`."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from generator.model.address import RESERVED_V4, parse_prefix
from generator.model.facts import Facts, FilterRule, IcmpType, Ports
from generator.model.filters import ANY, ESP, GRE, ICMP, TCP, UDP
from generator.model.finding import Severity
from generator.model.plan import Passage, Side
from generator.readback.flows import first_packets, holds
from tests.evidence import Change, both, drop, edit, read, say
from tests.security_evidence import (
    ANNOUNCED,
    DMZ,
    INSIDE,
    LINK,
    MS_LINK,
    ONPREM,
    TUNNELS,
    VNET,
    ahead,
    device,
    flow,
    pair,
    plan,
    replace_platform,
    steps,
    tunnels,
    without,
)

E, W = Severity.ERROR, Severity.WARNING
IN, OUT, MSIN, MSOUT = "CORP-TUN-IN", "CORP-IN-TUN", "DMZ-MS-AZ-IN", "DMZ-MS-IN-AZ"
SQL = "tcp from 10.60.0.0/16 to 10.20.0.0/16 port 1433"
WEB = "tcp from 10.20.0.0/16 to 10.60.0.0/16 port 443, 8000-8099"


def blocked(change: Change, **more: Any) -> list[str]:
    """The flows that do not pass."""
    found = [message for _, _, message in say("PAIR-021", device(change=change, **more))]
    return [one.removeprefix("the flow ").split(" in VRF ")[0] for one in found if one.startswith("the flow")]


@pytest.mark.parametrize(
    ("name", "label", "flows"),
    [
        (IN, "10", [SQL]),
        (IN, "20", [WEB]),  # its answers
        (OUT, "10", [WEB]),
        (OUT, "20", ["udp from 10.20.0.0/16 to 10.60.0.0/16 port 53"]),
        (OUT, "30", [SQL]),
        (OUT, "40", ["icmp type 8 from 10.20.0.0/16 to 10.60.0.0/16"]),
        (IN, "40", ["icmp type 8 from 10.20.0.0/16 to 10.60.0.0/16"]),
    ],
)
def test_a_flow_needs_its_first_packet_and_its_answer(name: str, label: str, flows: list[str]) -> None:
    assert blocked(without(name, 4, label)) == flows


def test_with_state_the_answers_need_no_rule() -> None:
    assert blocked(without(IN, 4, "10"), stateful=True) == [SQL]
    assert blocked(steps(OUT, 4), stateful=True)[0] == WEB
    assert SQL not in blocked(steps(OUT, 4), stateful=True)


def test_ipv6_has_flows_of_its_own() -> None:
    assert blocked(drop("filters", (IN, 6))) == ["tcp from fd00:20::/48 to fd00:60::/48 port 443, 8000-8099"]


def test_a_tunnel_that_is_in_no_zone_carries_nothing() -> None:
    change = edit("zones", "CORP-TUN", interfaces=TUNNELS[:1])
    assert len(blocked(change)) == 5
    (first, *_) = say("PAIR-021", device(change=change))
    assert first[2] == (
        f"the flow {WEB} in VRF CORP is dropped from {INSIDE} to Tu309 "
        "(tcp 10.20.0.1 port 50123 to 10.60.0.1 port 443; no policy from zone CORP-IN to an interface of no zone), "
        "expected it to pass"
    )


def test_a_condition_nobody_understands_is_no_pass() -> None:
    found = say("PAIR-021", device(change=ahead(IN, 4, FilterRule("", False, TCP, unknown=("time-range NIGHT",)))))
    assert f"the flow {SQL} in VRF CORP cannot be judged from Tu308 to {INSIDE}" in found[1][2]


def test_every_prefix_port_and_type_of_a_flow_is_asked_for() -> None:
    wide = Passage(
        vrf="CORP",
        family=4,
        source=Side.INSIDE,
        destination=Side.TUNNEL,
        protocol=TCP,
        sources=tuple(map(parse_prefix, ("10.20.0.0/16", "10.21.0.0/16", "10.22.0.1/32"))),
        destinations=(VNET,),
        ports=(Ports(80, 80), Ports(443, 443)),
    )
    packets = list(first_packets(wide))
    assert {str(one.source) for one in packets} == {"10.20.0.1", "10.21.0.1", "10.22.0.1"}
    assert {one.destination_port for one in packets} == {80, 443}
    assert all(holds(wide, one) for one in packets)
    assert {one.protocol for one in first_packets(replace(wide, protocol=ANY, ports=()))} == {TCP, UDP, ICMP}
    assert not holds(wide, replace(packets[0], destination_port=22))


def strays(change: Change) -> list[str]:
    """The packets that pass although no flow allows them."""
    found = [message for _, _, message in say("PAIR-021", device(change=change))]
    return [one.split(" (", 1)[1].split(";")[0] for one in found if "what no flow of the inventory allows" in one]


@pytest.mark.parametrize(
    ("rule", "packet"),
    [
        (flow(TCP, VNET, ()), "tcp 10.60.0.0 port 50123 to 10.20.0.0 port 50123"),
        (flow(TCP, VNET, ONPREM, destination_ports=(Ports(1433, 1434),)), "tcp 10.60.255.255 port 50123 to 10.20.255.255 port 1434"),
        (flow(TCP, VNET, parse_prefix("10.0.0.0/8"), destination_ports=(Ports(1433, 1433),)), "tcp 10.60.0.0 port 50123 to 10.0.0.0 port 1433"),
        (flow(TCP, parse_prefix("10.60.0.0/15"), ONPREM, destination_ports=(Ports(1433, 1433),)), "tcp 10.61.255.255 port 50123 to 10.20.255.255 port 1433"),
        (flow(GRE, VNET, ONPREM), "gre 10.60.0.0 to 10.20.0.0"),
        (flow(ESP, VNET, ONPREM), "esp 10.60.0.0 to 10.20.0.0"),
        (flow(ICMP, VNET, ONPREM, icmp=(IcmpType(8),)), "icmp type 8 10.60.0.0 to 10.20.0.0"),
        (flow(UDP, VNET, ONPREM, destination_ports=(Ports(53, 53),)), "udp 10.60.0.0 port 50123 to 10.20.0.0 port 53"),
        # Not an answer: the first packet of a connection, only from the port of a server.
        (flow(TCP, VNET, ONPREM, source_ports=(Ports(443, 443),)), "tcp 10.60.0.0 port 443 to 10.20.0.0 port 50123"),
    ],
)  # fmt: skip
def test_a_rule_that_is_wider_than_the_flows_is_found(rule: dict[str, Any], packet: str) -> None:
    assert strays(ahead(IN, 4, rule)) == [packet]


@pytest.mark.parametrize(
    "rule",
    [
        flow(TCP, parse_prefix("10.60.4.0/24"), ONPREM, destination_ports=(Ports(1433, 1433),)),
        flow(TCP, VNET, ONPREM, source_ports=(Ports(8001, 8002),), established=True),
        flow(UDP, VNET, ONPREM, source_ports=(Ports(53, 53),)),
        flow(ICMP, (), (), icmp=(IcmpType(3), IcmpType(11))),
        flow(ICMP, VNET, ONPREM, icmp=(IcmpType(0),)),
    ],
)  # fmt: skip
def test_a_rule_that_is_narrower_or_for_answers_and_errors_is_none(rule: dict[str, Any] | FilterRule) -> None:
    assert strays(ahead(IN, 4, rule)) == []


def test_a_wide_rule_behind_a_deny_is_judged_by_what_passes() -> None:
    deny = FilterRule("", False, TCP)
    # Whatever is not TCP may answer a flow of every protocol; a TCP connection may not begin here.
    everything = replace(plan(), passages=(replace(plan().passages[0], protocol=ANY, ports=()), *plan().passages[3:]))

    def said(change: Change) -> list[str]:
        found = say("PAIR-021", replace_platform(read(everything, change(everything.facts))))
        return [message for _, _, message in found if "what no flow" in message and "Tu308 to" in message]

    answers = flow(TCP, VNET, ONPREM, established=True)
    assert (
        said(
            steps(
                IN,
                4,
                flow(TCP, VNET, ONPREM, destination_ports=(Ports(1433, 1433),)),
                answers,
                deny,
                flow(ANY, VNET, ONPREM),
            )
        )
        == []
    )
    assert len(said(steps(IN, 4, flow(ANY, VNET, ONPREM)))) == 1


def test_without_a_policy_where_the_plan_has_one_everything_is_open() -> None:
    def unzoned(facts: Facts) -> Facts:
        return replace(facts, zones={}, zone_policies={})

    assert "tcp 10.60.0.0 port 50123 to 10.20.0.0 port 50123" in strays(unzoned)


def test_both_routers_let_the_same_flows_through() -> None:
    assert say("PAIR-004", tunnels(two=without(IN, 4, "10"))) == [
        (
            "PAIR-004",
            E,
            f"tunnels of fjell-lon private IPv4: the flow {SQL} passes on r1 and not on r2, expected the same on both",
        )
    ]
    found = say("PAIR-004", pair(one=steps(MSOUT, 4)))
    assert [message for _, _, message in found] == [
        "fjell-lon microsoft IPv4: the flow tcp from 10.20.0.0/16 to anywhere port 443 passes on r2 and not on r1, "
        "expected the same on both"
    ]
    assert say("PAIR-004", pair(one=steps(MSOUT, 4), two=steps(MSOUT, 4))) == []


def sources(change: Change) -> list[tuple[Severity, str]]:
    """Severity and subject of each false source that passes."""
    found = say("PAIR-022", device(change=change))
    return [(severity, message.split(" passes on ")[0]) for _, severity, message in found]


def without_source(text: str) -> Change:
    bogons = plan().facts.filters[MSIN, 4].rules
    left = tuple(one for one in bogons[0].sources if str(one) != text)
    return edit("filters", (MSIN, 4), rules=(replace(bogons[0], sources=left), *bogons[1:]))


LAB = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
TOWARDS = f"towards interface {DMZ}"


@pytest.mark.parametrize("space", [str(one) for one in RESERVED_V4 if str(one) not in LAB])
def test_no_reserved_source_comes_in_from_microsoft(space: str) -> None:
    host = parse_prefix(space).network_address + 1
    assert sources(without_source(space)) == [(E, f"fjell-lon microsoft IPv4: source {host} {TOWARDS}")]


def test_nor_our_own() -> None:
    own = ANNOUNCED.network_address + 1
    assert sources(without_source(str(ANNOUNCED))) == [(E, f"fjell-lon microsoft IPv4: source {own} {TOWARDS}")]


def test_a_deny_behind_the_permit_comes_too_late() -> None:
    bogons, answers, errors, last = plan().facts.filters[MSIN, 4].rules
    found = sources(edit("filters", (MSIN, 4), rules=(answers, bogons, errors, last)))
    assert found == [(E, f"fjell-lon microsoft IPv4: source 0.0.0.1 {TOWARDS}")]


def test_a_spoofed_source_that_the_last_rule_drops_is_no_problem() -> None:
    named = flow(TCP, (parse_prefix("13.107.6.0/24"),), ONPREM, source_ports=(Ports(443, 443),), established=True)
    assert sources(steps(MSIN, 4, named)) == []


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (flow(TCP, (), ONPREM, destination_ports=(Ports(1433, 1433),)), "10.20.0.1"),
        (flow(TCP, (VNET, parse_prefix("10.61.0.0/16")), ONPREM, destination_ports=(Ports(1433, 1433),)), "10.61.0.1"),
    ],
)  # fmt: skip
def test_on_private_peering_only_vnets_come_in(rule: dict[str, Any], source: str) -> None:
    found = sources(ahead(IN, 4, rule))
    assert found == [(W, f"VPN gateway 169.254.21.2: source {source} towards interface {INSIDE}")]


def test_the_router_itself_takes_packets_of_the_edge_the_gateways_and_vnets_only() -> None:
    ike = flow(UDP, (parse_prefix("10.61.255.14/32"),), (), destination_ports=(Ports(500, 500),))
    change = both(ahead("TRANSPORT-AZ-SELF", 4, ike), ahead("CONTROL-PLANE", 4, ike))
    assert sources(change) == [(W, "fjell-lon private IPv4: source 10.61.255.14 towards the router itself")]


@pytest.mark.parametrize(
    ("given", "source"),
    [((), "11.22.33.44"), ((parse_prefix("192.168.0.0/16"),), "192.168.0.1"), ((ONPREM, ANNOUNCED), None)],
)
def test_towards_microsoft_only_what_is_translated_or_announced_leaves(given: Any, source: str | None) -> None:
    rule = flow(TCP, given, (), destination_ports=(Ports(443, 443),))
    expected = [] if source is None else [(E, f"fjell-lon microsoft IPv4: source {source} towards interface {MS_LINK}")]
    assert sources(ahead(MSOUT, 4, rule)) == expected


def test_without_the_translation_nothing_private_may_leave() -> None:
    found = sources(both(drop("nat_rules", "HOLLINS-MS"), drop("nat_rules", "HOLLINS-MS-WEB")))
    assert found == [(E, f"fjell-lon microsoft IPv4: source 10.20.0.1 towards interface {MS_LINK}")]


def test_a_strict_check_drops_what_comes_over_the_other_link() -> None:
    strict = edit("interfaces", LINK, urpf="strict")
    message = f"interface {LINK} of fjell-lon private IPv4 checks sources strictly, the circuit is"
    rest = "expected the loose check"
    assert say("PAIR-023", device(change=strict)) == [("PAIR-023", E, f"{message} active-active; {rest}")]
    passive = replace(plan(), sessions=tuple(replace(one, mode="active_passive") for one in plan().sessions))
    assert say("PAIR-023", read(passive, strict(passive.facts))) == [
        ("PAIR-023", W, f"{message} active-passive; {rest}")
    ]
    both_families = edit("interfaces", MS_LINK, urpf="strict")
    assert len(say("PAIR-023", device(change=both_families))) == 1
    assert say("PAIR-023", device(change=edit("interfaces", LINK, urpf=""))) == []
