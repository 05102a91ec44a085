"""Packets through a router: interface filters, zones, state, the control plane."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from generator.model.address import parse_address, parse_prefix
from generator.model.facts import (
    ControlPlane,
    Facts,
    Family,
    Filter,
    FilterRule,
    IcmpType,
    Interface,
    Ports,
    Zone,
    ZonePolicy,
)
from generator.model.filters import ANY, ESP, GRE, ICMP, ICMP6, SELF, TCP, UDP
from generator.readback.packet import OPEN, Firewall, Packet, PacketFilter, Verdict, compiled_rules
from tests.plans import named
from tests.security_plans import ONPREM, VNET, flow, rules

WEB = (Ports(443, 443),)


def packet(source: str = "10.20.1.1", destination: str = "10.60.1.1", protocol: int = TCP, **more: Any) -> Packet:
    if protocol in (TCP, UDP):
        more = {"source_port": 50000, "destination_port": 443, **more}
    return Packet(source=parse_address(source), destination=parse_address(destination), protocol=protocol, **more)


SYN = packet()


def facts(**more: Any) -> Facts:
    """in ── router ── out, and nothing filters."""
    return Facts(hostname="r", interfaces=named(Interface("in"), Interface("out"), Interface("third")), **more)


def filtered(name: str, *given: Any, family: Family = 4) -> dict[tuple[str, Family], Filter]:
    return {(name, family): Filter(name, family, rules(*given))}


def zoned(*policies: ZonePolicy, filters: dict[Any, Filter], **more: Any) -> Firewall:
    """in and third in zone A, out in zone B."""
    zones = named(Zone("A", "", ("in", "third")), Zone("B", "", ("out",)))
    return Firewall(
        facts(zones=zones, zone_policies={(p.source, p.destination): p for p in policies}, filters=filters, **more)
    )


def on_interface(direction: str, *given: Any, family: Family = 4) -> Firewall:
    said = facts(filters=filtered("F", *given, family=family))
    name = "in" if direction == "filter_in" else "out"
    changed = replace(said.interfaces[name], **{direction: "F"})
    return Firewall(replace(said, interfaces={**said.interfaces, name: changed}))


def test_without_any_filter_everything_passes() -> None:
    assert Firewall(facts()).verdict(SYN, "in", "out") == Verdict(True, OPEN)


@pytest.mark.parametrize("direction", ["filter_in", "filter_out"])
def test_a_filter_on_an_interface_judges_its_direction_only(direction: str) -> None:
    wall = on_interface(direction, flow(TCP, ONPREM, VNET, destination_ports=WEB))
    assert wall.verdict(SYN, "in", "out") == Verdict(True, "filter F (IPv4), rule 10")
    assert wall.verdict(packet(destination_port=22), "in", "out") == Verdict(False, "filter F (IPv4), rule 20")
    assert wall.verdict(packet(destination_port=22), "out", "in").permitted


def test_a_filter_of_the_other_family_or_of_no_family_filters_nothing() -> None:
    wall = on_interface("filter_in", family=6)
    assert wall.verdict(SYN, "in", "out").by == OPEN
    said = facts()
    undefined = {**said.interfaces, "in": replace(said.interfaces["in"], filter_in="GONE")}
    assert Firewall(replace(said, interfaces=undefined)).verdict(SYN, "in", "out").permitted


def test_within_a_zone_everything_passes_and_between_zones_only_what_a_policy_lets_through() -> None:
    wall = zoned(ZonePolicy("A", "B", "F"), filters=filtered("F", flow(TCP, ONPREM, VNET, destination_ports=WEB)))
    assert wall.verdict(SYN, "in", "third").by == OPEN
    assert wall.verdict(SYN, "in", "out").permitted
    assert wall.verdict(SYN, "out", "in") == Verdict(False, "no policy from zone B to zone A")
    assert not wall.verdict(packet(destination_port=80), "in", "out").permitted


def test_between_a_zone_and_an_interface_of_none_nothing_passes() -> None:
    wall = Firewall(facts(zones=named(Zone("A", "", ("in",)))))
    assert wall.verdict(SYN, "in", "out") == Verdict(False, "no policy from zone A to an interface of no zone")
    assert wall.verdict(SYN, "out", "in").permitted is False
    assert wall.verdict(SYN, "out", "third").permitted


def test_a_policy_without_a_filter_in_a_family_passes_nothing_of_it() -> None:
    wall = zoned(ZonePolicy("A", "B", "F"), filters=filtered("F", flow(ANY)))
    six = packet("fd00:20::1", "fd00:60::1")
    assert wall.verdict(six, "in", "out") == Verdict(False, "filter F does not exist for IPv6")


def test_the_router_itself_is_open_until_there_is_a_policy_for_that_direction() -> None:
    own = packet("10.60.1.1", "192.0.2.1", destination_port=179)
    wall = zoned(ZonePolicy("B", SELF, "F"), filters=filtered("F", flow(TCP, destination_ports=(Ports(179, 179),))))
    assert wall.verdict(own, "out", SELF).permitted
    assert not wall.verdict(replace(own, destination_port=22), "out", SELF).permitted
    assert wall.verdict(replace(own, destination_port=22), "in", SELF).by == OPEN
    assert wall.verdict(own, SELF, "out").by == OPEN


def test_the_control_plane_judges_what_is_for_the_router_on_every_interface_and_nothing_else() -> None:
    wall = Firewall(
        facts(
            filters=filtered("CP", flow(TCP, destination_ports=(Ports(179, 179),))),
            control_plane={"CP": ControlPlane("CP")},
        )
    )
    assert wall.verdict(packet(destination_port=179), "in", SELF).permitted
    assert wall.verdict(SYN, "out", SELF) == Verdict(False, "filter CP (IPv4), rule 20")
    assert wall.verdict(SYN, "in", "out").permitted
    assert wall.verdict(SYN, SELF, "out").permitted


def test_a_stateless_policy_needs_a_rule_for_the_answers() -> None:
    out = flow(TCP, ONPREM, VNET, destination_ports=WEB)
    back = flow(TCP, VNET, ONPREM, source_ports=WEB, established=True)
    filters = filtered("OUT", out) | filtered("BACK", back)
    wall = zoned(ZonePolicy("A", "B", "OUT"), ZonePolicy("B", "A", "BACK"), filters=filters)
    assert wall.passes(SYN, "in", "out").permitted
    # From the server's port, but the first packet of a connection: no answer.
    assert not wall.verdict(replace(SYN.answered(), answer=False), "out", "in").permitted
    alone = zoned(ZonePolicy("A", "B", "OUT"), filters=filters)
    assert alone.passes(SYN, "in", "out") == Verdict(False, "no policy from zone B to zone A (the answer)")


def test_a_stateful_policy_lets_answers_back_by_itself_and_only_answers() -> None:
    filters = filtered("OUT", flow(TCP, ONPREM, VNET, destination_ports=WEB)) | filtered("BACK")
    for others in ((), (ZonePolicy("B", "A", "BACK", stateful=True),)):
        wall = zoned(ZonePolicy("A", "B", "OUT", stateful=True), *others, filters=filters)
        assert wall.passes(SYN, "in", "out").permitted
        assert not wall.verdict(SYN.answered(), "out", "in").permitted
        never = packet(destination_port=80)
        assert not wall.verdict(never.answered(), "out", "in", answering=True).permitted


def test_a_ping_is_answered_by_the_other_type() -> None:
    ping = packet(protocol=ICMP, icmp_type=8)
    assert ping.answered() == packet("10.60.1.1", "10.20.1.1", ICMP, icmp_type=0)
    assert ping.answered().opening() == ping
    six = packet("fd00::1", "fd00::2", ICMP6, icmp_type=128)
    assert six.answered().icmp_type == 129
    wall = zoned(ZonePolicy("A", "B", "OUT", stateful=True), filters=filtered("OUT", flow(ICMP, icmp=(IcmpType(8),))))
    assert wall.passes(ping, "in", "out").permitted


@pytest.mark.parametrize(
    ("rule", "yes", "no"),
    [
        (flow(ANY), packet(protocol=GRE), None),
        (flow(ESP), packet(protocol=ESP), packet(protocol=GRE)),
        (
            flow(TCP, destination_ports=(Ports(8000, 8099),)),
            packet(destination_port=8099),
            packet(destination_port=8100),
        ),
        (flow(UDP, source_ports=(Ports(53, 53),)), packet(protocol=UDP, source_port=53), packet(protocol=UDP)),
        (flow(ANY, destination_ports=WEB), packet(protocol=UDP), packet(protocol=ESP)),
        (
            flow(ICMP, icmp=(IcmpType(3, 4),)),
            packet(protocol=ICMP, icmp_type=3, icmp_code=4),
            packet(protocol=ICMP, icmp_type=3),
        ),
        (
            flow(ICMP, icmp=(IcmpType(3),)),
            packet(protocol=ICMP, icmp_type=3, icmp_code=1),
            packet(protocol=ICMP, icmp_type=8),
        ),
        (flow(TCP, established=True), packet(answer=True), packet()),
        (flow(TCP, VNET), packet("10.60.255.255"), packet("10.61.0.0")),
    ],
)
def test_every_condition_of_a_rule_counts(rule: dict[str, Any], yes: Packet, no: Packet | None) -> None:
    wall = on_interface("filter_in", rule)
    assert wall.verdict(yes, "in", "out").permitted
    assert no is None or not wall.verdict(no, "in", "out").permitted


def test_the_first_rule_that_matches_decides() -> None:
    deny = FilterRule("", False, TCP, destinations=(VNET,))
    assert not on_interface("filter_in", deny, flow(ANY)).verdict(SYN, "in", "out").permitted
    assert on_interface("filter_in", flow(ANY), deny).verdict(SYN, "in", "out").permitted


def test_what_nothing_matches_is_denied() -> None:
    said = facts(filters={("F", 4): Filter("F", 4, ())})
    said = replace(said, interfaces={**said.interfaces, "in": replace(said.interfaces["in"], filter_in="F")})
    assert Firewall(said).verdict(SYN, "in", "out") == Verdict(False, "filter F (IPv4), which has no rule for it")


def odd(permit: bool) -> FilterRule:
    return FilterRule("", permit, TCP, unknown=("time-range NIGHT",))


def test_a_condition_that_is_not_understood_makes_it_unknown_only_where_it_matters() -> None:
    web = flow(TCP, ONPREM, VNET, destination_ports=WEB)
    doubtful = Verdict(None, "filter F (IPv4), rule 10, has a condition that is not understood")
    assert on_interface("filter_in", odd(False), web).verdict(SYN, "in", "out") == doubtful
    assert on_interface("filter_in", odd(True)).verdict(SYN, "in", "out") == doubtful
    # Either way it passes, or is dropped: then it does not matter whether the condition holds.
    assert on_interface("filter_in", odd(True), web).verdict(SYN, "in", "out").permitted is True
    assert on_interface("filter_in", odd(False)).verdict(SYN, "in", "out").permitted is False
    # A rule of another protocol cannot match, whatever its condition means.
    assert on_interface("filter_in", odd(False), flow(UDP)).verdict(packet(protocol=UDP), "in", "out").permitted
    assert on_interface("filter_in", odd(False), odd(True), web).verdict(SYN, "in", "out").permitted is None


def test_what_no_rule_can_let_through_is_known_without_a_probe() -> None:
    wall = on_interface("filter_in", flow(TCP, destination_ports=(Ports(20, 25),)), flow(TCP, established=True))
    (stage,) = wall.stages("in", "out", 4)
    assert stage.filter is not None
    assert stage.filter.reaches(TCP, 22)
    assert not stage.filter.reaches(TCP, 443)
    assert not stage.filter.reaches(UDP, 22)


def a_long_filter() -> Filter:
    """Rules for hosts, for networks and for anybody, that permit, deny, or cannot be told, by turns."""
    made = []
    for number in range(60):
        host = parse_prefix(f"10.20.0.{number % 7}/32")
        sources = ((host,), (host, parse_prefix("10.20.0.9/32")), (parse_prefix("10.20.0.4/30"),), ())[number % 4]
        made.append(
            FilterRule(
                "",
                number % 3 != 0,
                (TCP, UDP, ANY)[number % 3],
                sources,
                destination_ports=(Ports(number, number + 1),) if number % 3 != 2 else (),
                destinations=() if number % 5 else (VNET,),
                unknown=("odd",) if number % 11 == 0 else (),
            )
        )
    return Filter("LONG", 4, rules(*made))


def many_packets() -> list[Packet]:
    return [
        packet(f"10.20.0.{host}", protocol=protocol, destination_port=port)
        for host in range(12)
        for protocol in (TCP, UDP)
        for port in range(0, 62, 3)
    ]


def test_looking_rules_up_gives_what_looking_through_them_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    through = [PacketFilter(a_long_filter()).decide(one) for one in many_packets()]
    monkeypatch.setattr("generator.readback.packet._SHORT", 0)
    compiled_rules.cache_clear()
    assert [PacketFilter(a_long_filter()).decide(one) for one in many_packets()] == through
    assert {one.permitted for one in through} == {True, False, None}


def test_openings_that_another_filter_closes_in_any_case_are_left_out_and_no_others() -> None:
    long = PacketFilter(a_long_filter())
    host, other = parse_prefix("10.20.0.3/32"), parse_prefix("10.20.0.9/32")
    narrow = PacketFilter(Filter("N", 4, rules(flow(TCP, host), flow(UDP, other, destination_ports=WEB))))
    everything, left = long.openings(), long.openings([narrow, long])
    assert 0 < len(left) < len(everything)
    out = [rule for rule, _ in everything if rule not in [one for one, _ in left]]
    for rule in out:
        # Asked alone, a rule that was left out lets nothing through that the other filter lets through too.
        alone = PacketFilter(Filter("L", 4, (rule,)))
        assert not any(
            alone.decide(one).permitted is not False and narrow.decide(one).permitted is not False
            for one in many_packets()
        )
    wide = PacketFilter(Filter("W", 4, rules(flow(ANY))))
    assert long.openings([wide, long]) == everything


def test_equal_filters_of_two_routers_are_compiled_once_and_others_are_not() -> None:
    def compiled(*given: Any) -> PacketFilter | None:
        return on_interface("filter_in", *given).stages("in", "out", 4)[0].filter

    web, dns = flow(TCP, ONPREM, VNET, destination_ports=WEB), flow(UDP, ONPREM, VNET)
    assert compiled(web) is compiled(web)
    assert compiled(web) is not compiled(web, dns)


def test_a_packet_in_words() -> None:
    assert str(SYN) == "tcp 10.20.1.1 port 50000 to 10.60.1.1 port 443"
    assert str(SYN.answered()) == "tcp 10.60.1.1 port 443 to 10.20.1.1 port 50000 (answer)"
    assert str(packet(protocol=ICMP, icmp_type=3, icmp_code=4)) == "icmp type 3 code 4 10.20.1.1 to 10.60.1.1"
    assert str(packet(protocol=103)) == "protocol 103 10.20.1.1 to 10.60.1.1"
