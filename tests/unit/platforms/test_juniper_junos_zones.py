"""Zones, policies between them, and address translation on an SRX."""

from __future__ import annotations

import pytest

from generator.model.address import parse_link, parse_prefix
from generator.model.filters import (
    ANY,
    GRE,
    ICMP,
    SELF,
    TCP,
    UDP,
    Filter,
    FilterRule,
    IcmpType,
    NatRule,
    Ports,
    Zone,
    ZonePolicy,
)
from generator.model.plan import DevicePlan
from tests.security_plans import ONPREM, VNET
from tests.unit.platforms.junos import (
    PLATFORM,
    PUBLIC,
    assert_back,
    block,
    mx,
    render,
    srx,
    with_facts,
    with_interface,
)


def test_zone_text() -> None:
    text = render(srx())
    assert (
        block(text, "security-zone TRANSPORT-AZ {")
        == """\
security-zone TRANSPORT-AZ {
    host-inbound-traffic {
        system-services {
            ike;
            ping;
        }
        protocols {
            bfd;
            bgp;
        }
    }
    interfaces {
        lo0.309;
        xe-0/1/0.410;
    }
}
"""
    )
    assert "system-services {\n            all;" in block(text, "security-zone CORP-IN {")  # no policy: open (FW)
    assert "lo0.310;" in block(text, "security-zone CORP-TUN {")  # the tunnels borrow its address


def test_policy_text() -> None:
    text = render(srx())
    context = block(text, "from-zone CORP-IN to-zone CORP-TUN {")
    assert (
        block(context, "policy CORP-IN-TUN-10 {")
        == """\
policy CORP-IN-TUN-10 {
    match {
        source-address NET-10-20-0-0-16;
        destination-address NET-10-60-0-0-16;
        application [ TCP-443 TCP-8000-8099 ];
    }
    then {
        permit;
    }
}
"""
    )
    assert (
        block(context, "policy CORP-IN-TUN-v6-20 {")
        == """\
policy CORP-IN-TUN-v6-20 {
    match {
        source-address any-ipv6;
        destination-address any-ipv6;
        application any;
    }
    then {
        deny;
        log {
            session-init;
        }
    }
}
"""
    )
    assert "address NET-fd00-20---48 fd00:20::/48;" in text
    assert "icmp-type 3;\n    icmp-code 4;" in block(text, "application ICMP-3-4 {")


def test_a_rule_for_answers_is_not_written_because_it_would_let_first_packets_in() -> None:
    """Without ``established`` it would open every port of the router to whoever sends from port 179."""
    plan = srx()
    assert any(rule.established for one in plan.facts.filters.values() for rule in one.rules)
    text = assert_back(plan)
    assert "source-port" not in text
    zoned = {one.filter for one in plan.facts.zone_policies.values()}
    shown = PLATFORM.observable(plan.facts)
    assert not any(rule.established for (name, _), one in shown.filters.items() if name in zoned for rule in one.rules)
    assert all(one.stateful for one in shown.zone_policies.values())


def test_what_is_within_a_zone_has_its_policy() -> None:
    text = render(srx())
    for zone in srx().facts.zones:
        assert "application any;" in block(text, f"from-zone {zone} to-zone {zone} {{")


def test_a_family_without_rules_is_closed_towards_the_device() -> None:
    """Self traffic that no policy speaks of would pass by a policy of the device's own."""
    text = render(srx())
    assert "policy CLOSED {" in block(text, "from-zone TRANSPORT-AZ to-zone junos-host {")
    assert "policy CLOSED {" in block(text, "from-zone junos-host to-zone TRANSPORT-AZ {")
    assert "policy CLOSED {" not in block(text, "from-zone DMZ-MS-AZ to-zone junos-host {")  # both families
    assert "policy CLOSED {" not in block(text, "from-zone CORP-TUN to-zone CORP-IN {")


def test_interfaces_of_no_zone_get_one_that_nothing_leads_to() -> None:
    plan = with_interface(srx(), "xe-0/1/1.40", vrf="CORP", addresses=(parse_link("192.168.40.1/30"),))
    plan = with_interface(plan, "xe-0/1/1.41", addresses=(parse_link("192.168.41.1/30"),))
    text = assert_back(plan)
    assert "xe-0/1/1.40;" in block(text, "security-zone UNZONED-CORP {")
    assert "xe-0/1/1.41;" in block(text, "security-zone UNZONED {")
    assert text.count("zone UNZONED-CORP") == 3  # the zone, and the policy from it to itself
    assert not any(name.startswith("UNZONED") for name in PLATFORM.observable(plan.facts).zones)


def test_an_srx_whose_plan_has_no_zones_still_passes_traffic() -> None:
    plan = with_facts(srx(), zones={}, zone_policies={}, nat_rules={}, tunnels={})
    text = assert_back(plan)
    zone = block(text, "security-zone UNZONED-TRANSPORT {")
    assert "xe-0/1/0.410;" in zone
    assert "lo0.309;" in zone


def test_ipv6_needs_flow_mode() -> None:
    assert "inet6 {\n                mode flow-based;" in render(srx())
    assert "flow-based" not in render(mx())


def rules_towards_self(*rules: FilterRule) -> DevicePlan:
    """CORP-IN gets a policy towards the device with these rules."""
    plan = srx()
    filters = {**plan.facts.filters, ("HERE", 4): Filter("HERE", 4, rules)}
    policies = {**plan.facts.zone_policies, ("CORP-IN", SELF): ZonePolicy("CORP-IN", SELF, "HERE", True)}
    return with_facts(plan, filters=filters, zone_policies=policies)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (FilterRule("10", True, TCP, destination_ports=(Ports(22, 22),)), {"ssh"}),
        (FilterRule("10", True, TCP, destination_ports=(Ports(830, 830), Ports(179, 179))), {"netconf", "bgp"}),
        (FilterRule("10", True, TCP, destination_ports=(Ports(7000, 7000),)), {"any-service"}),
        (FilterRule("10", True, TCP), {"any-service"}),
        (FilterRule("10", True, ANY), {"any-service", "all"}),
        (FilterRule("10", True, GRE), {"any-service"}),
        (FilterRule("10", True, 89), {"ospf", "ospf3"}),
        (FilterRule("10", True, 132), {"any-service"}),
        (FilterRule("10", True, ICMP), {"ping"}),
        (FilterRule("10", True, ICMP, icmp=(IcmpType(11), IcmpType(3, 4), IcmpType(3, 1))), set()),
        (FilterRule("10", True, UDP, source_ports=(Ports(53, 53), Ports(123, 123))), {"any-service"}),
        (FilterRule("10", False, TCP, destination_ports=(Ports(22, 22),)), set()),
    ],
    ids=lambda given: str(given) if isinstance(given, FilterRule) else " ".join(sorted(given)) or "nothing",
)
def test_host_inbound_is_as_wide_as_the_policies_need(rule: FilterRule, words: set[str]) -> None:
    """PLT-JUN-13: the policies are exact; the words of the zone must not be narrower than they are."""
    text = assert_back(rules_towards_self(rule, FilterRule("20", False, log=True)))
    zone = block(text, "security-zone CORP-IN {").partition("interfaces {")[0]
    found = {line.strip("; ") for line in zone.split("\n") if line.endswith(";")}
    assert words <= found
    assert not found - words - {"all", "bfd", "bgp", "dns", "https", "ike", "netconf", "ntp", "snmp", "ssh"}


def test_ports_on_both_sides_read_back_as_one_rule() -> None:
    two = (Ports(1000, 1999), Ports(53, 53))
    assert_back(rules_towards_self(FilterRule("10", True, UDP, (ONPREM,), (), two, two)))


def test_an_empty_policy_lets_nothing_pass() -> None:
    plan = srx()
    key = ("DMZ-MS-IN", "DMZ-MS-AZ")
    policies = {**plan.facts.zone_policies, key: ZonePolicy(*key, "NOTHING", True)}
    text = render(with_facts(plan, zone_policies=policies))
    assert "permit;" not in block(text, "from-zone DMZ-MS-IN to-zone DMZ-MS-AZ {")


def test_a_loopback_of_a_zone_reads_back() -> None:
    plan = srx()
    zone = Zone("CORP-IN", "CORP", ("lo0.310", "xe-0/1/1.20"))
    text = assert_back(with_facts(plan, zones={**plan.facts.zones, "CORP-IN": zone}))
    assert "lo0.310;" in block(text, "security-zone CORP-IN {")
    assert text.count("lo0.310;") == 2  # its zone and its instance


def test_nat_text() -> None:
    text = block(render(srx()), "nat {")
    assert "from interface xe-0/1/1.30;\n            to interface xe-0/1/0.420;" in text
    assert "source-address 10.20.0.0/16;" in text
    assert "no-translation" not in text
    static = block(text, "static {")
    assert "from interface xe-0/1/0.420;" in static
    assert "destination-address 203.0.113.80/32;" in static
    assert "10.20.5.10/32;" in static


def test_rules_between_the_same_interfaces_share_a_rule_set() -> None:
    """Junos takes one rule-set for each pair of places; a second one would not commit."""
    plan = srx()
    more = NatRule(
        "MORE", "source", "DMZ-MS", (VNET, ONPREM), parse_prefix("203.0.113.96/28"), ("xe-0/1/1.30",), (PUBLIC,), False
    )
    text = assert_back(with_facts(plan, nat_rules={**plan.facts.nat_rules, "MORE": more}))
    assert text.count("rule-set SOURCE-") == 1
    assert "no-translation;" in block(text, "pool MORE {")
