"""Tunnels, filters, zones, control plane, translation, QoS and MACsec: written for IOS-XE, and read back as meant."""

from __future__ import annotations

import random
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from generator.model.address import parse_address, parse_link, parse_prefix
from generator.model.crypto import CryptoPolicy, Selector
from generator.model.facts import (
    FACT_TABLES,
    ControlPlane,
    Facts,
    Filter,
    FilterRule,
    IcmpType,
    Interface,
    NatRule,
    Ports,
    Remark,
    Shaper,
    Zone,
    ZonePolicy,
)
from generator.model.filters import ANY, ESP, GRE, ICMP, ICMP6, TCP, UDP
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.platforms.base import Feature
from generator.readback.read import read_device, read_rendered
from tests.security_plans import CAK, COMPATIBLE, KEY, ONPREM, POOL, VNET, r1
from tests.unit.platforms.test_cisco_xe import PLATFORM, PORTS, block, read, render, with_facts

LINK, PUBLIC = f"{PORTS[0]}.770410", f"{PORTS[0]}.770420"
INSIDE, DMZ = f"{PORTS[1]}.20", f"{PORTS[1]}.30"
SELECTORS = (Selector(ONPREM, VNET), Selector(parse_prefix("10.21.5.9/32"), VNET))
PLANS: dict[str, dict[str, Any]] = {
    "stateless": {},
    "stateful": {"stateful": True},
    "compatible crypto": {"crypto": COMPATIBLE},
    "selectors": {"selectors": SELECTORS, "stateful": True},
}


@pytest.fixture(scope="module")
def plan() -> DevicePlan:
    return r1(PLATFORM, PORTS)


@pytest.fixture(scope="module")
def text(plan: DevicePlan) -> str:
    return render(plan)


def assert_reads_back(plan: DevicePlan) -> str:
    """By our own parser and by the one for devices."""
    text = render(plan)
    wanted = PLATFORM.observable(plan.facts)
    for result in (
        read_rendered(PLATFORM, {"running.cfg": text}),
        read_device(PLATFORM, {"running.cfg": text}),
    ):
        for table in FACT_TABLES:
            assert getattr(result.facts, table) == getattr(wanted, table), table
        assert result.facts == wanted
        assert result.unrecognised == ()
    return text


# The whole


def test_everything_but_a_shared_shaper_and_many_as_numbers_can_be_had() -> None:
    assert set(Feature) - PLATFORM.features == {Feature.VRF_ASN, Feature.SHARED_SHAPER, Feature.STATE_SYNC}
    assert (PLATFORM.loopback(309), PLATFORM.tunnel(308)) == ("Loopback309", "Tunnel308")


@pytest.mark.parametrize("name", PLANS)
def test_what_was_written_reads_back_as_what_was_meant(name: str) -> None:
    assert_reads_back(r1(PLATFORM, PORTS, **PLANS[name]))


def test_every_object_has_its_place_in_the_text(plan: DevicePlan, text: str) -> None:
    places = read(text).places
    wanted = PLATFORM.observable(plan.facts)
    missing = [(table, key) for table in FACT_TABLES for key in getattr(wanted, table) if (table, key) not in places]
    assert missing == []
    lines = text.splitlines()
    assert lines[places["tunnels", "Tunnel309"][1] - 1] == "interface Tunnel309"
    assert lines[places["filters", ("CORP-IN-TUN", 6)][1] - 1] == "ipv6 access-list CORP-IN-TUN_V6"
    assert lines[places["zone_policies", ("CORP-TUN", "self")][1] - 1].startswith("zone-pair security CORP-TUN-SELF ")
    assert lines[places["macsec", PORTS[0]][1] - 1] == f"interface {PORTS[0]}"


def test_a_router_can_take_it_from_top_to_bottom(text: str) -> None:
    """PLT-XE-01: nothing is named before it is there."""
    order = [
        "vrf definition ", "ip access-list extended ", "ipv6 access-list ", "key chain ", "mka policy ",
        "crypto ikev2 proposal ", "crypto ikev2 policy ", "crypto ikev2 keyring ", "crypto ikev2 profile ",
        "crypto ipsec transform-set ", "crypto ipsec profile ", "zone security ", "class-map type inspect ",
        "policy-map type inspect ", "zone-pair ", "policy-map QUEUE_", "policy-map SHAPE_", f"interface {PORTS[0]}\n",
        "interface Loopback310\n", "interface Tunnel308\n", "ip route ", "ip access-list standard ", "ip nat pool ",
        "ip nat inside source list ", "router bgp ", "class-map match-any COPP_", "policy-map COPP\n", "control-plane\n",
    ]  # fmt: skip
    places = [text.index(f"\n{first}") for first in order]
    assert places == sorted(places)


def test_the_lender_of_an_address_stands_before_the_borrower(plan: DevicePlan) -> None:
    backwards = dict(reversed(plan.facts.interfaces.items()))
    text = assert_reads_back(with_facts(plan, interfaces=backwards))
    assert text.index("interface Loopback310\n") < text.index("interface Tunnel308\n")


# Tunnels


def test_a_tunnel_interface_with_its_front_and_inner_vrf(text: str) -> None:
    """PLT-XE-12: the inner VRF on the interface, the front VRF for what is around."""
    assert block(text, "interface Tunnel308\n") == (
        "interface Tunnel308\n"
        " description VPN gateway 0\n"
        " vrf forwarding CORP\n"
        " ip unnumbered Loopback310\n"
        " ip mtu 1400\n"
        " ip tcp adjust-mss 1350\n"
        " zone-member security CORP-TUN\n"
        " tunnel source 172.20.0.1\n"
        " tunnel mode ipsec ipv4\n"
        " tunnel destination 10.60.255.14\n"
        " tunnel vrf TRANSPORT\n"
        " tunnel protection ipsec profile TUNNEL308\n"
        " no shutdown\n"
    )


def test_gcm_has_a_prf_and_no_integrity(text: str) -> None:
    """PLT-XE-16."""
    assert block(text, "crypto ikev2 proposal ") == (
        "crypto ikev2 proposal IKE-GCMAES256-SHA384-ECP384\n encryption aes-gcm-256\n prf sha384\n group 20\n"
    )
    assert block(text, "crypto ipsec transform-set ") == (
        "crypto ipsec transform-set ESP-GCMAES256 esp-gcm 256\n mode tunnel\n"
    )
    assert block(text, "crypto ipsec profile TUNNEL308\n") == (
        "crypto ipsec profile TUNNEL308\n"
        " set security-association lifetime kilobytes 102400000\n"
        " set security-association lifetime seconds 27000\n"
        " set transform-set ESP-GCMAES256\n"
        " set pfs group20\n"
        " set ikev2-profile TUNNEL308\n"
    )


def test_cbc_has_an_integrity_and_no_prf() -> None:
    text = render(r1(PLATFORM, PORTS, crypto=COMPATIBLE))
    assert block(text, "crypto ikev2 proposal ") == (
        "crypto ikev2 proposal IKE-AES256-SHA256-DHGROUP14\n encryption aes-cbc-256\n integrity sha256\n group 14\n"
    )
    assert "crypto ipsec transform-set ESP-AES256-SHA256 esp-aes 256 esp-sha256-hmac\n mode tunnel\n" in text
    assert " set pfs group14\n" in text


def test_the_chain_of_ikev2_is_bound_to_the_front_vrf(text: str) -> None:
    """PLT-XE-11, PLT-XE-14."""
    assert block(text, "crypto ikev2 policy ") == (
        "crypto ikev2 policy IKE-TRANSPORT-172-20-0-1\n"
        " match fvrf TRANSPORT\n"
        " match address local 172.20.0.1\n"
        " proposal IKE-GCMAES256-SHA384-ECP384\n"
    )
    assert block(text, "crypto ikev2 profile TUNNEL308\n") == (
        "crypto ikev2 profile TUNNEL308\n"
        " match fvrf TRANSPORT\n"
        " match address local 172.20.0.1\n"
        " match identity remote address 10.60.255.14 255.255.255.255\n"
        " identity local address 172.20.0.1\n"
        " authentication remote pre-share\n"
        " authentication local pre-share\n"
        " keyring local IKE-TRANSPORT-172-20-0-1\n"
        " lifetime 28800\n"
        " dpd 10 3 periodic\n"
    )
    assert f"  address 10.60.255.15\n  pre-shared-key {KEY}\n" in block(text, "crypto ikev2 keyring ")
    assert "crypto map" not in text
    assert "isakmp" not in text


def test_selectors_are_a_list_that_the_tunnels_share() -> None:
    """PLT-XE-15: more than any-any from 16.12 on, by a policy in front of the profile."""
    text = assert_reads_back(r1(PLATFORM, PORTS, selectors=SELECTORS))
    (line,) = {line for line in text.splitlines() if "ipsec policy" in line}
    name = line.removeprefix(" tunnel protection ipsec policy ipv4 ")
    assert block(text, f"ip access-list extended {name}\n") == (
        f"ip access-list extended {name}\n"
        " 10 permit ip 10.20.0.0 0.0.255.255 10.60.0.0 0.0.255.255\n"
        " 20 permit ip host 10.21.5.9 10.60.0.0 0.0.255.255\n"
    )
    assert text.count(line) == 2
    assert f"{line}\n tunnel protection ipsec profile " in text


@pytest.mark.parametrize(
    "changes",
    [
        {"initiate": False},
        {"dpd_interval": 0},
        {"front_vrf": ""},
        {"local_identity": "edge1.example.net", "remote_identity": "gw@example.net"},
        {"local_identity": "", "remote_identity": ""},
        {"crypto": CryptoPolicy("GCMAES128", "SHA256", "ECP256", "GCMAES128", "GCMAES128", "None")},
        {"crypto": CryptoPolicy("AES192", "SHA1", "DHGroup24", "AES192", "SHA1", "PFS24", 300, 1024, 600)},
        {"crypto": CryptoPolicy("AES128", "MD5", "DHGroup2", "AES128", "MD5", "PFS2")},
        {"crypto": CryptoPolicy("AES256", "SHA384", "DHGroup1", "DES3", "SHA1", "PFS1", mode="transport")},
        {"crypto": CryptoPolicy(ipsec_encryption="GCMAES192", ipsec_integrity="GCMAES192")},
        {"crypto": CryptoPolicy(ipsec_encryption="DES", ipsec_integrity="SHA256")},
        {"crypto": CryptoPolicy(ipsec_encryption="None", ipsec_integrity="SHA256")},
    ],
)
def test_every_choice_of_a_tunnel_reads_back(plan: DevicePlan, changes: dict[str, Any]) -> None:
    tunnels = {name: replace(one, **changes) for name, one in plan.facts.tunnels.items()}
    assert_reads_back(with_facts(plan, tunnels=tunnels))


def test_tunnels_of_two_addresses_may_differ_in_everything(plan: DevicePlan) -> None:
    first, second = plan.facts.tunnels.values()
    other = replace(second, local=parse_address("172.20.0.9"), crypto=COMPATIBLE, key=Secret("Another.Key_1234567890"))
    other = replace(other, local_identity="172.20.0.9")
    assert_reads_back(with_facts(plan, tunnels={first.name: first, other.name: other}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"crypto": None}, "tunnel Tunnel309 has no crypto policy"),
        ({"key": None}, "tunnel Tunnel309 has no key"),
        ({"remote": parse_address("2001:db8::1")}, "tunnel Tunnel309 from 172.20.0.1 to 2001:db8::1 is not over IPv4"),
        ({"key": Secret(None, "env:PSK")}, "env:PSK"),
        ({"crypto": COMPATIBLE}, "tunnels Tunnel308 and Tunnel309 from 172.20.0.1 need the same"),
        ({"crypto": CryptoPolicy(ike_encryption="SERPENT")}, "IKE encryption SERPENT of tunnel Tunnel309 is unknown"),
        ({"crypto": CryptoPolicy(dh_group="None")}, "no Diffie-Hellman group"),
        ({"selectors": (Selector(parse_prefix("fd00::/48"), parse_prefix("fd01::/48")),)}, "cannot select fd00::/48"),
    ],
)
def test_what_the_router_cannot_do_is_refused(plan: DevicePlan, changes: dict[str, Any], message: str) -> None:
    first, second = plan.facts.tunnels.values()
    with pytest.raises(ValueError, match=message):
        PLATFORM.view(with_facts(plan, tunnels={first.name: first, second.name: replace(second, **changes)}))


# Filters and zones


def test_a_rule_of_several_sources_and_ports_is_several_entries(text: str) -> None:
    assert block(text, "ip access-list extended TRANSPORT-AZ-SELF\n") == (
        "ip access-list extended TRANSPORT-AZ-SELF\n"
        " 10 permit tcp host 172.19.254.2 host 172.19.254.1 eq 179\n"
        " 20 permit tcp host 172.19.254.2 eq 179 host 172.19.254.1 established\n"
        " 30 permit udp host 172.19.254.2 host 172.19.254.1 eq 3784\n"
        " 40 permit icmp host 172.19.254.2 host 172.19.254.1 echo-reply\n"
        " 41 permit icmp host 172.19.254.2 host 172.19.254.1 echo\n"
        " 50 permit icmp any host 172.19.254.1 packet-too-big\n"
        " 51 permit icmp any host 172.19.254.1 time-exceeded\n"
        " 60 permit udp host 10.60.255.14 host 172.20.0.1 eq 500\n"
        " 61 permit udp host 10.60.255.14 host 172.20.0.1 eq 4500\n"
        " 62 permit udp host 10.60.255.15 host 172.20.0.1 eq 500\n"
        " 63 permit udp host 10.60.255.15 host 172.20.0.1 eq 4500\n"
        " 70 permit esp host 10.60.255.14 host 172.20.0.1\n"
        " 71 permit esp host 10.60.255.15 host 172.20.0.1\n"
        " 80 deny ip any any log\n"
    )


def test_neighbour_discovery_is_permitted_by_name(text: str) -> None:
    """FW-PERM-09: the entry that denies all takes away what IOS-XE would permit by itself."""
    assert block(text, "ipv6 access-list DMZ-MS-AZ-SELF_V6\n") == (
        "ipv6 access-list DMZ-MS-AZ-SELF_V6\n"
        " sequence 10 permit tcp host 2001:DB8:1::2 host 2001:DB8:1::1 eq 179\n"
        " sequence 20 permit tcp host 2001:DB8:1::2 eq 179 host 2001:DB8:1::1 established\n"
        " sequence 30 permit icmp host 2001:DB8:1::2 host 2001:DB8:1::1 echo-request\n"
        " sequence 31 permit icmp host 2001:DB8:1::2 host 2001:DB8:1::1 echo-reply\n"
        " sequence 40 permit icmp any any packet-too-big\n"
        " sequence 41 permit icmp any any router-solicitation\n"
        " sequence 42 permit icmp any any router-advertisement\n"
        " sequence 43 permit icmp any any nd-ns\n"
        " sequence 44 permit icmp any any nd-na\n"
        " sequence 50 deny ipv6 any any log\n"
    )


def test_a_zone_pair_passes_or_inspects() -> None:
    for stateful, word in ((False, "pass"), (True, "inspect")):
        text = render(r1(PLATFORM, PORTS, stateful=stateful))
        assert (
            "class-map type inspect match-any FW_CORP-IN-TUN\n"
            " match access-group name CORP-IN-TUN\n match access-group name CORP-IN-TUN_V6\n!\n"
        ) in text
        assert (
            "policy-map type inspect FW_CORP-IN-CORP-TUN\n class type inspect FW_CORP-IN-TUN\n"
            f"  {word}\n class class-default\n  drop log\n!\n"
            "zone-pair security CORP-IN-CORP-TUN source CORP-IN destination CORP-TUN\n"
            " service-policy type inspect FW_CORP-IN-CORP-TUN\n"
        ) in text
        assert "zone-pair security SELF-TRANSPORT-AZ source self destination TRANSPORT-AZ\n" in text
        assert "zone security self" not in text


def with_transit(plan: DevicePlan) -> DevicePlan:
    """ESP of the other router through this one, under a policy that keeps state."""
    transit = Interface(f"{PORTS[2]}.7", "TRANSPORT", addresses=(parse_link("172.20.9.1/30"),))
    esp = FilterRule("10", True, ESP, (parse_prefix("172.20.0.2/32"),), (VNET,))
    gre = FilterRule("30", True, GRE, (), (VNET,))
    bogus = FilterRule("20", False, sources=(parse_prefix("192.168.0.0/16"),), log=True)
    rules = (esp, bogus, gre, FilterRule("40", True, TCP, (ONPREM,)), FilterRule("50", False, log=True))
    facts = plan.facts
    return with_facts(
        plan,
        interfaces={**facts.interfaces, transit.name: transit},
        filters={**facts.filters, ("TRANSPORT-IN-AZ", 4): Filter("TRANSPORT-IN-AZ", 4, rules)},
        zones={**facts.zones, "TRANSPORT-IN": Zone("TRANSPORT-IN", "TRANSPORT", (transit.name,))},
        zone_policies={
            **facts.zone_policies,
            ("TRANSPORT-IN", "TRANSPORT-AZ"): ZonePolicy("TRANSPORT-IN", "TRANSPORT-AZ", "TRANSPORT-IN-AZ", True),
        },
    )


def test_what_inspection_would_drop_is_passed_ahead_of_it(plan: DevicePlan) -> None:
    text = assert_reads_back(with_transit(plan))
    assert block(text, "ip access-list extended TRANSPORT-IN-AZ_PASS\n") == (
        "ip access-list extended TRANSPORT-IN-AZ_PASS\n"
        " 10 permit esp host 172.20.0.2 10.60.0.0 0.0.255.255\n"
        " 20 deny ip 192.168.0.0 0.0.255.255 any log\n"
        " 30 permit gre any 10.60.0.0 0.0.255.255\n"
        " 50 deny ip any any log\n"
    )
    assert (
        " class type inspect FW_TRANSPORT-IN-AZ_PASS\n  pass\n class type inspect FW_TRANSPORT-IN-AZ\n  inspect\n"
    ) in text


def test_esp_that_is_inspected_is_reported(plan: DevicePlan) -> None:
    text = render(with_transit(plan)).replace(" class type inspect FW_TRANSPORT-IN-AZ_PASS\n  pass\n", "")
    assert {line.reason for line in read(text).unrecognised} == {
        "inspect drops IP protocol 50 of IPv4, which needs pass",
        "inspect drops IP protocol 47 of IPv4, which needs pass",
    }


def test_a_class_behind_the_inspection_comes_too_late(plan: DevicePlan) -> None:
    first, second = (f" class type inspect FW_TRANSPORT-IN-AZ{end}" for end in ("_PASS\n  pass\n", "\n  inspect\n"))
    text = render(with_transit(plan))
    assert first + second in text
    reasons = {line.reason for line in read(text.replace(first + second, second + first)).unrecognised}
    assert "inspect drops IP protocol 50 of IPv4, which needs pass" in reasons


def test_a_class_ahead_that_passes_more_is_reported(plan: DevicePlan) -> None:
    text = render(with_transit(plan)).replace(
        "_PASS\n 10 permit esp host 172.20.0.2 10.60", "_PASS\n 10 permit esp any 10.60"
    )
    assert "more than one class, which are not one filter" in {line.reason for line in read(text).unrecognised}


def test_filters_on_an_interface_in_the_families_in_which_they_exist(plan: DevicePlan) -> None:
    interfaces = dict(plan.facts.interfaces)
    interfaces[PUBLIC] = replace(interfaces[PUBLIC], filter_in="DMZ-MS-AZ-SELF", filter_out="DMZ-MS-IN-AZ", mss=1350)
    text = assert_reads_back(with_facts(plan, interfaces=interfaces))
    assert (
        " ip tcp adjust-mss 1350\n ipv6 tcp adjust-mss 1350\n"
        " ip access-group DMZ-MS-AZ-SELF in\n ipv6 traffic-filter DMZ-MS-AZ-SELF_V6 in\n"
        " ip access-group DMZ-MS-IN-AZ out\n ip nat outside\n"
    ) in block(text, f"interface {PUBLIC}\n")


def test_a_filter_that_is_forgotten_in_one_family_is_reported(plan: DevicePlan) -> None:
    """The names would be the same: IPv6 would pass an interface unfiltered, and no zone at all."""
    interfaces = dict(plan.facts.interfaces)
    interfaces[PUBLIC] = replace(interfaces[PUBLIC], filter_in="DMZ-MS-AZ-SELF")
    text = render(with_facts(plan, interfaces=interfaces))
    for line, where in (
        (" ipv6 traffic-filter DMZ-MS-AZ-SELF_V6 in\n", "but is not on this interface"),
        (" match access-group name DMZ-MS-AZ-SELF_V6\n", "but not in this class"),
    ):
        (found,) = read(text.replace(line, "")).unrecognised
        assert found.reason == f"DMZ-MS-AZ-SELF_V6 is the same filter, {where}"


def test_an_address_that_the_control_plane_does_not_guard_is_reported(text: str) -> None:
    (found,) = read(text.replace(" 20 permit ip any host 172.19.254.1\n", "")).unrecognised
    assert found.reason == "packets for 172.19.254.1 are not among those that the control plane drops"


def test_icmp_that_is_limited_in_one_family_only_is_reported(text: str) -> None:
    limit = " class COPP_ICMP_V6\n  police cir 512000 conform-action transmit exceed-action drop\n"
    for change in ("", limit.replace("512000", "64000")):
        (found,) = read(text.replace(limit, change)).unrecognised
        assert found.reason == "ICMP is not limited alike in both address families"


PORT = st.integers(0, 65535)


@st.composite
def filter_rules(draw: st.DrawFn, family: int) -> tuple[FilterRule, ...]:
    def prefixes() -> Any:
        network = draw(st.ip_addresses(v=family).map(ip_network))  # type: ignore[arg-type]
        return parse_prefix(str(network.supernet(new_prefix=draw(st.integers(1, network.max_prefixlen)))))

    def many(one: Any) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(one() for _ in range(draw(st.integers(0, 3)))))

    def ports() -> Ports:
        return Ports(*sorted((draw(PORT), draw(PORT))))

    def icmp() -> IcmpType:
        return IcmpType(draw(st.integers(0, 255)), draw(st.sampled_from([-1, 0, 4, 13])))

    rules = []
    for number in range(draw(st.integers(1, 4))):
        own_icmp = ICMP if family == 4 else ICMP6
        protocol = draw(st.sampled_from([ANY, own_icmp, TCP, UDP, GRE, ESP, 89, 112]))
        ported = protocol in (TCP, UDP)
        rules.append(
            FilterRule(
                str((number + 1) * draw(st.sampled_from([1, 10]))),
                draw(st.booleans()),
                protocol,
                many(prefixes),
                many(prefixes),
                many(ports) if ported else (),
                many(ports) if ported else (),
                many(icmp) if protocol == own_icmp else (),
                established=protocol == TCP and draw(st.booleans()),
                log=draw(st.booleans()),
            )
        )
    return tuple(rules)


@given(st.data(), st.sampled_from([4, 6]))
@settings(max_examples=80, deadline=None)
def test_any_filter_reads_back(data: st.DataObject, family: Any) -> None:
    one = Filter("ANY-FILTER", family, data.draw(filter_rules(family)))
    plan = with_facts(r1(PLATFORM, PORTS), filters={("ANY-FILTER", family): one}, zone_policies={}, control_plane={})
    result = read(render(plan))
    assert result.facts.filters == PLATFORM.observable(plan.facts).filters
    labels = [int(rule.label) for rule in result.facts.filters["ANY-FILTER", family].rules]
    assert labels == sorted(set(labels))


# The control plane


def test_the_control_plane_drops_only_packets_for_its_own_addresses(text: str) -> None:
    """Not class-default, which also has ARP; not any-any, which also has punted transit and other people's sessions."""
    assert text[text.index("class-map match-all COPP_ICMP\n") :] == (
        "class-map match-all COPP_ICMP\n match access-group name CONTROL-PLANE\n match access-group name COPP_ICMP\n!\n"
        "class-map match-all COPP_ICMP_V6\n"
        " match access-group name CONTROL-PLANE_V6\n match access-group name COPP_ICMP_V6\n!\n"
        "class-map match-any COPP_PERMIT\n"
        " match access-group name CONTROL-PLANE\n match access-group name CONTROL-PLANE_V6\n!\n"
        "class-map match-any COPP_REST\n match access-group name COPP_OWN\n match access-group name COPP_OWN_V6\n!\n"
        "policy-map COPP\n"
        " class COPP_ICMP\n  police cir 512000 conform-action transmit exceed-action drop\n"
        " class COPP_ICMP_V6\n  police cir 512000 conform-action transmit exceed-action drop\n"
        " class COPP_PERMIT\n"
        " class COPP_REST\n  police cir 8000 conform-action drop exceed-action drop\n"
        "!\ncontrol-plane\n service-policy input COPP\n!\nend\n"
    )
    assert block(text, "ip access-list extended COPP_OWN\n").count("\n") == 7
    assert " 20 permit ip any host 172.19.254.1\n" in block(text, "ip access-list extended COPP_OWN\n")


def test_no_entry_of_the_control_planes_filter_logs(text: str) -> None:
    """Cisco forbids the keyword in lists of such classes."""
    assert block(text, "ip access-list extended CONTROL-PLANE\n").endswith(" 50 deny ip any any\n")
    assert block(text, "ipv6 access-list CONTROL-PLANE_V6\n").endswith(" sequence 30 deny ipv6 any any\n")


def test_a_control_plane_without_a_limit_or_without_ipv6(plan: DevicePlan) -> None:
    filters = {key: one for key, one in plan.facts.filters.items() if key != ("CONTROL-PLANE", 6)}
    changed = {"CONTROL-PLANE": ControlPlane("CONTROL-PLANE")}
    text = assert_reads_back(with_facts(plan, control_plane=changed, filters=filters))
    assert "COPP_ICMP" not in text
    assert "match access-group name COPP_OWN_V6\n" in text
    assert assert_reads_back(with_facts(plan, control_plane={})).count("COPP") == 0


# Translation


def test_translation_within_a_vrf(text: str) -> None:
    """PLT-XE-18."""
    assert text[text.index("ip access-list standard") : text.index("\nrouter bgp")] == (
        "ip access-list standard HOLLINS-MS_NAT\n permit 10.20.0.0 0.0.255.255\n!\n"
        "ip nat pool HOLLINS-MS 203.0.113.64 203.0.113.79 prefix-length 28\n"
        "ip nat inside source list HOLLINS-MS_NAT pool HOLLINS-MS vrf DMZ-MS match-in-vrf overload\n!\n"
        "ip nat inside source static 10.20.5.10 203.0.113.80 vrf DMZ-MS match-in-vrf\n!"
    )
    assert " ip nat outside\n" in block(text, f"interface {PUBLIC}\n")
    assert " ip nat inside\n" in block(text, f"interface {DMZ}\n")
    assert text.count(" ip nat inside\n") == text.count(" ip nat outside\n") == 1


def test_all_forms_of_translation_read_back(plan: DevicePlan) -> None:
    single = parse_prefix("203.0.113.99/32")
    rules = (
        NatRule("ONE", "source", "DMZ-MS", (ONPREM, parse_prefix("10.9.9.9/32")), single, (DMZ,), (PUBLIC,), False),
        NatRule("ANYONE", "source", "DMZ-MS", (parse_prefix("0.0.0.0/0"),), POOL, (DMZ,), (PUBLIC,)),
        NatRule("NET", "static", "DMZ-MS", (parse_prefix("10.20.7.0/28"),), POOL, (DMZ,), (PUBLIC,)),
        NatRule("WORLD", "static", "", (parse_prefix("10.3.3.3/32"),), single, (), ()),
    )
    text = assert_reads_back(with_facts(plan, nat_rules={one.name: one for one in rules}))
    assert "ip nat pool ONE 203.0.113.99 203.0.113.99 prefix-length 30\n" in text
    assert "ip nat inside source list ONE_NAT pool ONE vrf DMZ-MS match-in-vrf\n" in text
    assert "ip nat inside source static network 10.20.7.0 203.0.113.64 /28 vrf DMZ-MS match-in-vrf\n" in text
    assert "ip nat inside source static 10.3.3.3 203.0.113.99\n" in text


def test_an_interface_is_inside_or_outside_not_both(plan: DevicePlan) -> None:
    one, two = plan.facts.nat_rules.values()
    turned = replace(two, inside_interfaces=(PUBLIC,), outside_interfaces=(DMZ,))
    with pytest.raises(ValueError, match=rf"interface {PUBLIC} is (in|out)side for one translation"):
        PLATFORM.view(with_facts(plan, nat_rules={one.name: one, two.name: turned}))


# Quality of service


def test_the_marking_is_inside_the_shaper(text: str) -> None:
    assert block(text, "class-map match-any MS-DSCP_PRIORITY\n").endswith(" match dscp 46\n")
    assert block(text, "class-map match-any MS-DSCP_KEPT\n").endswith(" match dscp 34 18 10\n")
    assert block(text, "policy-map QUEUE_MS-DSCP\n") == (
        "policy-map QUEUE_MS-DSCP\n class MS-DSCP_PRIORITY\n  priority percent 10\n class MS-DSCP_KEPT\n"
        " class class-default\n  set dscp default\n"
    )
    assert block(text, "policy-map SHAPE_HOLLINS-LON-MICROSOFT\n") == (
        "policy-map SHAPE_HOLLINS-LON-MICROSOFT\n class class-default\n"
        "  shape average 400000000\n  service-policy QUEUE_MS-DSCP\n"
    )
    assert " service-policy output SHAPE_HOLLINS-LON-MICROSOFT\n" in block(text, f"interface {PUBLIC}\n")
    assert block(text, "policy-map SHAPE_HOLLINS-LON-PRIVATE\n").endswith("  shape average 600000000\n")


def test_without_a_shaper_a_subinterface_only_marks(plan: DevicePlan) -> None:
    text = assert_reads_back(with_facts(plan, shapers={}))
    assert "priority percent" not in text
    assert " service-policy output MARK_MS-DSCP\n" in block(text, f"interface {PUBLIC}\n")
    (seen,) = PLATFORM.observable(with_facts(plan, shapers={}).facts).remarks.values()
    assert (seen.name, seen.kept, seen.priority, seen.priority_percent) == ("MS-DSCP", (46, 34, 18, 10), (), 0)


def test_one_remark_with_and_without_a_shaper(plan: DevicePlan) -> None:
    """Nine code points do not fit on one line; a port itself may have a queue."""
    remark = Remark("MS-DSCP", (10, 12, 14, 18, 20, 22, 26, 28, 30, 46), (46, 40), 20, (PUBLIC, INSIDE, PORTS[1]))
    facts = with_facts(plan, remarks={"MS-DSCP": remark}).facts
    text = assert_reads_back(with_facts(plan, remarks={"MS-DSCP": remark}))
    assert " match dscp 30 28 26 22 20 18 14 12\n match dscp 10\n" in text
    seen = PLATFORM.observable(facts).remarks
    assert seen["MS-DSCP"].interfaces == tuple(sorted((PORTS[1], PUBLIC)))
    assert seen["MARK_MS-DSCP"].interfaces == (INSIDE,)


def test_a_shared_shaper_is_refused(plan: DevicePlan) -> None:
    with pytest.raises(ValueError, match="shaper BOTH: subinterfaces cannot share a rate on IOS-XE"):
        PLATFORM.view(with_facts(plan, shapers={"BOTH": Shaper("BOTH", 1000, (LINK, PUBLIC))}))


# MACsec


def test_macsec_on_the_port(text: str) -> None:
    """ER-MACS-01: the whole port, its tags too, and no clear text instead."""
    name = "MACSEC-TENGIGABITETHERNET0-1-0"
    assert block(text, "key chain ") == (
        f"key chain {name} macsec\n key 1000\n  cryptographic-algorithm aes-256-cmac\n  key-string {CAK}\n"
    )
    assert block(text, "mka policy ") == f"mka policy {name}\n macsec-cipher-suite gcm-aes-256\n"
    assert block(text, f"interface {PORTS[0]}\n") == (
        f"interface {PORTS[0]}\n description Azure ExpressRoute\n no ip address\n"
        f" mka policy {name}\n mka pre-shared-key key-chain {name}\n macsec disable-sci\n"
        " macsec access-control must-secure\n macsec\n no shutdown\n"
    )
    assert "dot1q-in-clear" not in text


@pytest.mark.parametrize("cipher", ["GcmAes128", "GcmAesXpn128", "GcmAesXpn256"])
def test_every_cipher_of_macsec(plan: DevicePlan, cipher: str) -> None:
    one = replace(plan.facts.macsec[PORTS[0]], cipher=cipher, sci=True, must_secure=False)
    text = assert_reads_back(with_facts(plan, macsec={PORTS[0]: one}))
    assert f" cryptographic-algorithm aes-{cipher[-3:]}-cmac\n" in text
    assert "disable-sci" not in text


@pytest.mark.parametrize(
    ("changes", "message"), [({"cak": None}, "has no key"), ({"cipher": "Rot13"}, "MACsec cipher Rot13 is unknown")]
)
def test_macsec_that_cannot_be_written_is_refused(plan: DevicePlan, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PLATFORM.view(with_facts(plan, macsec={PORTS[0]: replace(plan.facts.macsec[PORTS[0]], **changes)}))


# A config that says something else reads back as something else

CHANGES = {
    "another PFS group": (" set pfs group20\n", " set pfs group14\n", "tunnels"),
    "no PFS": (" set pfs group20\n", "", "tunnels"),
    "another IKE group": (" group 20\n", " group 19\n", "tunnels"),
    "another PRF": (" prf sha384\n", " prf sha256\n", "tunnels"),
    "one more cipher": (" encryption aes-gcm-256\n", " encryption aes-gcm-256 aes-gcm-128\n", "tunnels"),
    "transport mode": (" mode tunnel\n", " mode transport\n", "tunnels"),
    "another lifetime": (" set security-association lifetime seconds 27000\n", "", "tunnels"),
    "another IKE lifetime": (" lifetime 28800\n", "", "tunnels"),
    "another key": (f"pre-shared-key {KEY}", f"pre-shared-key {KEY}x", "tunnels"),
    "another peer": (" tunnel destination 10.60.255.15\n", " tunnel destination 10.60.255.16\n", "tunnels"),
    "no front VRF": (" tunnel vrf TRANSPORT\n", "", "tunnels"),
    "no liveness checks": (" dpd 10 3 periodic\n", "", "tunnels"),
    "another identity": ("identity local address 172.20.0.1", "identity local address 172.20.0.3", "tunnels"),
    "a responder": (" set ikev2-profile TUNNEL308\n", " set ikev2-profile TUNNEL308\n responder-only\n", "tunnels"),
    "no clamp": (" ip tcp adjust-mss 1350\n", "", "interfaces"),
    "numbered": (" ip unnumbered Loopback310\n", "", "interfaces"),
    "a wider source": ("permit udp host 10.60.255.14 host", "permit udp any host", "filters"),
    "another port": ("range 8000 8099", "range 8000 8100", "filters"),
    "not only answers": (" host 172.19.254.1 established", " host 172.19.254.1", "filters"),
    "an entry fewer": (" 70 permit esp host 10.60.255.14 host 172.20.0.1\n", "", "filters"),
    "an IPv6 entry fewer": (" sequence 43 permit icmp any any nd-ns\n", "", "filters"),
    "a deny that permits": (" 30 deny ip any any log\n", " 30 permit ip any any log\n", "filters"),
    "not in the zone": (" zone-member security CORP-IN\n", "", "zones"),
    "inspected": ("FW_CORP-IN-TUN\n  pass", "FW_CORP-IN-TUN\n  inspect", "zone_policies"),
    "no policy": (" service-policy type inspect FW_CORP-TUN-SELF\n", "", "zone_policies"),
    "another filter": (" match access-group name CORP-TUN-SELF\n", " match access-group name CORP-TUN-IN\n", "zone_policies"),
    "another rate": ("police cir 512000", "police cir 64000", "control_plane"),
    "no control plane": (" service-policy input COPP\n", "", "control_plane"),
    "another pool": ("203.0.113.64 203.0.113.79", "203.0.113.64 203.0.113.71", "nat_rules"),
    "no overload": (" match-in-vrf overload\n", " match-in-vrf\n", "nat_rules"),
    "into the global table": (" match-in-vrf overload\n", " overload\n", "nat_rules"),
    "another real address": ("static 10.20.5.10", "static 10.20.5.11", "nat_rules"),
    "inside forgotten": (" ip nat inside\n", "", "nat_rules"),
    "more sources": (" permit 10.20.0.0 0.0.255.255\n", " permit 10.0.0.0 0.255.255.255\n", "nat_rules"),
    "another shaper": ("shape average 400000000", "shape average 500000000", "shapers"),
    "not shaped": (" service-policy output SHAPE_HOLLINS-LON-PRIVATE\n", "", "shapers"),
    "one more kept": (" match dscp 34 18 10\n", " match dscp 34 26 18 10\n", "remarks"),
    "nothing reset": ("  set dscp default\n", "", "remarks"),
    "not nested": ("  service-policy QUEUE_MS-DSCP\n", "", "remarks"),
    "another cipher suite": ("macsec-cipher-suite gcm-aes-256", "macsec-cipher-suite gcm-aes-128", "macsec"),
    "another CKN": (" key 1000\n", " key 1001\n", "macsec"),
    "another CAK": (CAK, CAK[:-1] + "0", "macsec"),
    "clear text allowed": ("access-control must-secure", "access-control should-secure", "macsec"),
    "no MACsec": (" macsec\n", "", "macsec"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_line_changes_the_facts(plan: DevicePlan, text: str, name: str) -> None:
    old, new, table = CHANGES[name]
    assert old in text
    facts = read(text.replace(old, new)).facts
    assert getattr(facts, table) != getattr(PLATFORM.observable(plan.facts), table)


BROKEN = {
    "no IPsec profile": ("crypto ipsec profile TUNNEL308\n", "crypto ipsec profile TUNNEL999\n", True, True),
    "no transform set": (" set transform-set ESP-GCMAES256\n", " set transform-set ESP-OTHER\n", True, False),
    "no IKEv2 profile": ("crypto ikev2 profile TUNNEL308\n", "crypto ikev2 profile TUNNEL999\n", True, True),
    "a profile for another VRF": ("profile TUNNEL308\n match fvrf TRANSPORT", "profile TUNNEL308\n match fvrf CORP", True, True),
    "a profile for the global table": ("profile TUNNEL308\n match fvrf TRANSPORT\n", "profile TUNNEL308\n", True, True),
    "a profile for another address": ("profile TUNNEL308\n match fvrf TRANSPORT\n match address local 172.20.0.1", "profile TUNNEL308\n match fvrf TRANSPORT\n match address local 172.20.0.2", True, True),
    "a profile for nobody": (" match identity remote address 10.60.255.14 255.255.255.255\n", "", True, True),
    "no policy": ("crypto ikev2 policy IKE-TRANSPORT-172-20-0-1\n match fvrf TRANSPORT", "crypto ikev2 policy IKE-TRANSPORT-172-20-0-1\n match fvrf CORP", True, False),
    "a policy for another address": ("IKE-TRANSPORT-172-20-0-1\n match fvrf TRANSPORT\n match address local 172.20.0.1", "IKE-TRANSPORT-172-20-0-1\n match fvrf TRANSPORT\n match address local 172.20.0.2", True, False),
    "no proposal": ("crypto ikev2 proposal IKE-", "crypto ikev2 proposal OTHER-", True, False),
    "GCM with an integrity": (" prf sha384\n", " prf sha384\n integrity sha384\n", True, False),
    "GCM without a PRF": (" prf sha384\n", "", True, False),
    "no IKE group": (" group 20\n", "", True, False),
    "no keyring": ("crypto ikev2 keyring IKE-", "crypto ikev2 keyring OTHER-", False, True),
    "no peer": ("  address 10.60.255.14\n", "  address 10.60.255.13\n", False, True),
    "no key": (f"  address 10.60.255.14\n  pre-shared-key {KEY}\n", "  address 10.60.255.14\n", False, True),
    "one end without a key": (" authentication local pre-share\n", " authentication local rsa-sig\n", False, True),
    "not IPsec": (" tunnel mode ipsec ipv4\n", "", True, False),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_missing_link_leaves_the_tunnel_without_policy_or_key(text: str, name: str) -> None:
    """PLT-XE-11: the router does not complain of it."""
    old, new, policy_gone, key_gone = BROKEN[name]
    assert old in text
    tunnel = read(text.replace(old, new)).facts.tunnels["Tunnel308"]
    assert (tunnel.crypto is None, tunnel.key is None) == (policy_gone, key_gone)


def test_keys_are_in_the_config_and_nowhere_else(plan: DevicePlan, text: str) -> None:
    assert text.count(KEY) == 2
    assert text.count(CAK) == 1
    seen = f"{plan.facts!r}{read(text).facts!r}"
    assert KEY not in seen
    assert CAK not in seen


# Odd text


def test_odd_text_never_stops_the_reader_and_never_shows_a_key(text: str) -> None:
    """Words of the config, shuffled, cut and doubled; the seed is fixed."""
    rng = random.Random(7)
    words = [word for word in set(text.split()) if word not in (KEY, CAK, "FjellPriv1")]
    words = [*sorted(words), "0", "7", "/", "host", "any", "99999999999", "-1", "::", "1.1.1", "match-all"]
    for _ in range(400):
        lines = text.split("\n")
        for _ in range(rng.randint(1, 6)):
            place = rng.randrange(len(lines))
            line = lines[place].split()
            kind = rng.randrange(4)
            if kind == 0 and line:
                line.pop(rng.randrange(len(line)))
            elif kind == 1:
                line.insert(rng.randint(0, len(line)), rng.choice(words))
            elif kind == 2:
                line = line[: rng.randint(0, len(line))]
            indent = rng.randint(0, 3) if kind == 3 else len(lines[place]) - len(lines[place].lstrip())
            lines[place] = " " * indent + " ".join(line)
        result = read("\n".join(lines))
        assert isinstance(result.facts, Facts)
        shown = "".join(f"{line.text}{line.reason}" for line in result.unrecognised)
        assert KEY not in shown
        assert CAK not in shown
