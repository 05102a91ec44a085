"""``security``, ``firewall`` and ``class-of-service`` as a device prints them, or as a person got them wrong.

The messy SRX below was written by several people: groups, one-line forms, applications that every device
has, an address book of a zone, words of an interface in place of its zone's.
"""

from __future__ import annotations

import random
import re

import pytest
from msgspec.structs import replace

from generator.model.address import parse_address, parse_prefix
from generator.model.crypto import CryptoPolicy, Selector, Tunnel
from generator.model.facts import Facts, ReadResult
from generator.model.filters import (
    ANY,
    ICMP,
    SELF,
    TCP,
    UDP,
    FilterRule,
    IcmpType,
    NatRule,
    Ports,
    Zone,
    ZonePolicy,
)
from generator.model.macsec import Macsec
from generator.model.secret import Secret
from generator.readback.braces import parse_braces
from generator.readback.read import read_device
from tests.security_plans import CAK, KEY
from tests.unit.platforms.junos import PAIRS, PLATFORM, mx, render, srx

MESSY = """\
groups {
    VPN { security { ike { gateway <*> { dead-peer-detection interval 20; version v2-only; } } } }
}
apply-groups VPN;
system { host-name fw1; }
security {
    log { mode stream; }
    alg { dns disable; }
    utm { feature-profile { x; } }
    macsec {
        connectivity-association CA {
            security-mode static-cak;
            cipher-suite gcm-aes-xpn-256;
            pre-shared-key { ckn AB12; cak "$9$LbHX-wg4Z"; } ## SECRET-DATA
            include-sci;
            replay-protect { replay-window-size 5; }
        }
        interfaces { ge-0/0/0 connectivity-association CA; }
    }
    ike {
        traceoptions { flag all; }
        proposal P1 { authentication-method pre-shared-keys; dh-group group14; authentication-algorithm sha-256; encryption-algorithm aes-256-cbc; }
        policy POL { mode main; proposals [ P1 ]; pre-shared-key ascii-text "$9$LbHX-wg4Z"; ## SECRET-DATA
        }
        gateway GW {
            ike-policy POL;
            address 198.51.100.9;
            nat-keepalive 5;
            local-identity hostname fw1.example;
            external-interface ge-0/0/0.0;
        }
    }
    ipsec {
        proposal P2 { protocol esp; encryption-algorithm aes-256-gcm; }
        policy POL2 { perfect-forward-secrecy keys group19; proposals P2; }
        vpn AZURE {
            bind-interface st0.1;
            df-bit clear;
            ike { gateway GW; ipsec-policy POL2; proxy-identity { local 10.1.0.0/16; remote 10.2.0.0/16; } }
        }
        inactive: vpn OLD { bind-interface st0.9; }
    }
    address-book {
        global {
            address WEB { description "the web"; 10.1.5.5/32; }
            address DB 10.1.6.0/24;
            address OUT 2001:db8:7::/48;
            address-set SERVERS { address WEB; address-set MORE; }
            address-set MORE { address DB; }
            address NAME { dns-name www.example; }
        }
    }
    flow { tcp-mss { all-tcp mss 1300; ipsec-vpn mss 1340; } tcp-session { no-syn-check; } }
    nat {
        source {
            pool OUT { address 203.0.113.8/32 to 203.0.113.15/32; }
            rule-set SNAT {
                from zone LAN;
                to zone [ WAN VPN ];
                rule ALL { match { source-address [ 10.1.0.0/16 10.3.0.0/16 ]; destination-address 0.0.0.0/0; } then { source-nat pool OUT; } }
            }
        }
        static {
            rule-set DNAT { from routing-instance CORP; rule WEB { match { destination-address 203.0.113.80/32; } then { static-nat prefix 10.1.5.5/32; } } }
        }
    }
    policies {
        from-zone LAN to-zone LAN { policy trust { match { source-address any; destination-address any; application any; } then { permit; } } }
        from-zone WAN to-zone WAN { policy x { match { source-address any; destination-address any; application any; } then permit; } }
        from-zone VPN to-zone VPN { policy x { match { source-address any; destination-address any; application any; } then permit; } }
        from-zone LAN to-zone WAN {
            policy web {
                match { source-address SERVERS; destination-address any; application [ junos-https junos-dns-udp PING MAIL ]; }
                then { permit; log { session-close; } count; }
            }
            inactive: policy all { match { source-address any; destination-address any; application any; } then permit; }
            policy v6 { match { source-address any-ipv6; destination-address OUT; application junos-ssh; } then permit; }
            policy rest { match { source-address any; destination-address any; application any; } then { deny; } }
        }
        from-zone WAN to-zone junos-host {
            policy vpn { match { source-address any; destination-address any; application junos-ike; } then permit; }
        }
        default-policy deny-all;
    }
    screen { ids-option x { icmp { ping-death; } } }
    zones {
        security-zone LAN {
            interfaces { ge-0/0/1.0 { host-inbound-traffic { system-services { ping; ssh; } } } }
            host-inbound-traffic { system-services { all; } protocols { all; } }
        }
        security-zone WAN { screen x; host-inbound-traffic { system-services { ike; } } interfaces { ge-0/0/0.0; } }
        security-zone VPN { host-inbound-traffic { system-services all; protocols all; } interfaces { st0.1; lo0.1; } }
        functional-zone management { interfaces { fxp0.0; } }
    }
}
interfaces {
    ge-0/0/0 { unit 0 { family inet { address 198.51.100.1/30; } } }
    ge-0/0/1 { unit 0 { family inet { address 10.1.0.1/24; } } }
    fxp0 { unit 0 { family inet { address 192.0.2.9/24; } } }
    st0 { unit 1 { family inet; } }
    lo0 { unit 1 { family inet { address 10.9.9.9/32; } } }
}
routing-instances { CORP { instance-type virtual-router; interface ge-0/0/0.0; interface ge-0/0/1.0; interface st0.1; interface lo0.1; } }
applications {
    application PING { protocol icmp; icmp-type echo-request; }
    application MAIL { term a protocol tcp source-port 1024-65535 destination-port 25; term b protocol tcp source-port 1024-65535 destination-port 587; }
}
"""


def read(text: str) -> ReadResult:
    tree, problems = parse_braces(text)
    assert problems == []
    return PLATFORM.read({"running": tree})


@pytest.fixture(scope="module")
def messy() -> ReadResult:
    return read(MESSY)


@pytest.fixture(scope="module")
def facts(messy: ReadResult) -> Facts:
    return messy.facts


def test_everything_is_understood(messy: ReadResult) -> None:
    assert messy.unrecognised == ()


def test_both_parsers_say_the_same_of_it(messy: ReadResult) -> None:
    assert read_device(PLATFORM, {"junos.conf": MESSY}).facts == messy.facts


def test_a_tunnel_with_what_groups_and_defaults_bring(facts: Facts) -> None:
    assert facts.tunnels == {
        "st0.1": Tunnel(
            "st0.1",
            "CORP",
            "CORP",
            parse_address("198.51.100.1"),
            parse_address("198.51.100.9"),
            CryptoPolicy("AES256", "SHA256", "DHGroup14", "GCMAES256", "GCMAES256", "ECP256", 3600, 0, 28800),
            Secret("lc"),
            "fw1.example",
            "",
            (Selector(parse_prefix("10.1.0.0/16"), parse_prefix("10.2.0.0/16")),),
            20,
            5,
            initiate=False,
        )
    }
    unit = facts.interfaces["st0.1"]
    assert (unit.mss, unit.mtu, unit.vrf) == (1340, 9192, "CORP")
    assert "st0" not in facts.interfaces


def test_macsec(facts: Facts) -> None:
    assert facts.macsec == {"ge-0/0/0": Macsec("ge-0/0/0", "GcmAesXpn256", "ab12", Secret("lc"), True, False)}


def test_zones_without_loopbacks(facts: Facts) -> None:
    assert facts.zones == {
        "LAN": Zone("LAN", "CORP", ("ge-0/0/1.0",)),
        "WAN": Zone("WAN", "CORP", ("ge-0/0/0.0",)),
        "VPN": Zone("VPN", "CORP", ("st0.1",)),
    }


def test_a_policy_of_many_applications_is_a_rule_for_each_protocol(facts: Facts) -> None:
    """Addresses by their books, applications by name; the silent last denial says nothing new."""
    assert facts.zone_policies["LAN", "WAN"] == ZonePolicy("LAN", "WAN", "LAN to WAN", stateful=True)
    servers = (parse_prefix("10.1.5.5/32"), parse_prefix("10.1.6.0/24"))
    web = FilterRule("web", True, TCP, servers, log=True)
    high = (Ports(1024, 65535),)
    assert facts.filters["LAN to WAN", 4].rules == (
        replace(web, destination_ports=(Ports(443, 443),)),
        replace(web, label="web/2", source_ports=high, destination_ports=(Ports(25, 25),)),
        replace(web, label="web/3", source_ports=high, destination_ports=(Ports(587, 587),)),
        replace(web, label="web/4", protocol=UDP, destination_ports=(Ports(53, 53),)),
        replace(web, label="web/5", protocol=ICMP, icmp=(IcmpType(8),)),
    )
    out = (parse_prefix("2001:db8:7::/48"),)
    assert facts.filters["LAN to WAN", 6].rules == (
        FilterRule("v6", True, TCP, (), out, destination_ports=(Ports(22, 22),)),
    )


def test_words_of_an_interface_replace_those_of_its_zone(facts: Facts) -> None:
    """PLT-JUN-13: the zone is open to the device, its only interface is not."""
    assert facts.zone_policies["LAN", SELF].filter == "LAN host-inbound-traffic"
    assert facts.filters["LAN host-inbound-traffic", 4].rules == (
        FilterRule("ping", True, ICMP, icmp=(IcmpType(8),)),
        FilterRule("ssh", True, TCP, destination_ports=(Ports(22, 22),)),
    )
    assert ("VPN", SELF) not in facts.zone_policies
    assert facts.filters["WAN to self", 4].rules == (
        FilterRule("vpn", True, UDP, destination_ports=(Ports(500, 500),)),
    )


def test_translation_between_zones_and_instances(facts: Facts) -> None:
    assert facts.nat_rules == {
        "ALL": NatRule(
            "ALL",
            "source",
            "CORP",
            (parse_prefix("10.1.0.0/16"), parse_prefix("10.3.0.0/16")),
            parse_prefix("203.0.113.8/29"),
            ("ge-0/0/1.0",),
            ("ge-0/0/0.0", "st0.1"),
        ),
        "WEB": NatRule(
            "WEB",
            "static",
            "CORP",
            (parse_prefix("10.1.5.5/32"),),
            parse_prefix("203.0.113.80/32"),
            (),
            ("ge-0/0/0.0", "ge-0/0/1.0", "lo0.1", "st0.1"),
            overload=False,
        ),
    }


# What is told

TERM = "firewall { family inet { filter F { term 1 { %s } } } }"
UNIT = "firewall { filter A { term 1 { then accept; } } filter B { term 1 { then accept; } } family inet6 { filter A { term 1 { then accept; } } } } interfaces { xe-0/0/0 { unit 0 { %s } } }"
POLICIES = "security { zones { security-zone A { interfaces { st0.1; } } security-zone B; } policies { %s } }"
EVERY = "match { source-address any; destination-address any; application any; }"
INSIDE = "".join(f"from-zone {zone} to-zone {zone} {{ policy 1 {{ {EVERY} then permit; }} }} " for zone in "AB")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (TERM % "then routing-instance X;", ""),
        (TERM % "from protocol tcp; then bandwidth;", ""),
        (
            UNIT % "family inet { filter { input A; } } family inet6 { address fd00::1/64; }",
            "not applied to this family",
        ),
        (UNIT % "family inet { filter { input A; } } family inet6 { filter { input B; } }", "another filter"),
        (UNIT % "family inet { filter { input-list [ A B ]; } }", "several filters"),
        (UNIT % "family inet { filter { group 3; } }", ""),
        (
            "firewall { filter M { term 1 { then dscp 8; } } } interfaces { ge-0/0/0 { unit 0 { family inet { filter output M; } } } }",
            "sets all others to 0",
        ),
        ("firewall { filter M { term 1 { from dscp 46; then { dscp 0; } } } }", "sets all others to 0"),
        (
            "class-of-service { interfaces { ge-0/0/0 { unit 0 { shaping-rate 5m; } } } } interfaces { ge-0/0/0 { unit 0; } }",
            "needs per-unit-scheduler",
        ),
        (
            "class-of-service { interfaces { ge-0/0/0 { unit 0 { shaping-rate percent 5; } } } }",
            "bits per second expected",
        ),
        ("security { policies { default-policy { permit-all; } } }", "no policy decides passes"),
        ("security { policies { default-policy permit-all; } }", "no policy decides passes"),
        ("security { policies { global { policy 1 { then permit; } } } }", "all zones"),
        (POLICIES % "", "no policy lets everything pass between the interfaces of zone A"),
        (POLICIES % INSIDE.replace("permit", "deny"), "no policy lets everything pass"),
        (POLICIES % (INSIDE + "from-zone A to-zone C { policy 1 { then deny; } }"), "zone C is not defined"),
        (POLICIES % (INSIDE + "from-zone A to-zone B { policy 1 { then permit; } }"), "does not commit"),
        (
            POLICIES
            % (
                INSIDE
                + f"from-zone A to-zone B {{ policy 1 {{ {EVERY} then {{ permit {{ tunnel ipsec-vpn X; }} }} }} }}"
            ),
            "goes through more",
        ),
        (
            POLICIES
            % (
                INSIDE
                + f"from-zone A to-zone junos-host {{ policy 1 {{ {EVERY.replace('application any', 'application junos-bgp')} then permit; }} }}"
            ),
            "lacks bgp",
        ),
        (
            "security { zones { security-zone A { interfaces { ge-0/0/1.0; } } } } interfaces { ge-0/0/0 { unit 0 { family inet { address 192.0.2.1/30; } } } }",
            "ge-0/0/0.0 is in no zone",
        ),
        (
            "security { zones { security-zone A { interfaces { ge-0/0/1.0; } } security-zone B { interfaces { ge-0/0/1.0; } } } }",
            "is in another zone too",
        ),
        (
            "security { zones { security-zone A { interfaces { ge-0/0/1.0; ge-0/0/2.0; } } } } interfaces { ge-0/0/1 { unit 0; } ge-0/0/2 { unit 0; } } routing-instances { X { instance-type virtual-router; interface ge-0/0/1.0; } }",
            "several routing instances",
        ),
        ("security { forwarding-options { family { inet6 { mode drop; } } } }", "sessions and policies"),
        ("security { ipsec { vpn V { ike { gateway G; } } } }", "is no tunnel"),
        ("security { ike { gateway G { dynamic hostname x; } } }", ""),
        ("security { macsec { interfaces { ge-0/0/0 { connectivity-association X; } } } }", "X is not defined"),
        (
            "security { macsec { connectivity-association X { security-mode dynamic; } interfaces { ge-0/0/0 { connectivity-association X; } } } }",
            "static-cak expected",
        ),
        ("security { nat { source { pool P { address { 10.0.0.0/30; 10.0.1.0/30; } } } } }", "one prefix expected"),
        (
            "security { nat { source { rule-set S { from zone A; rule R { match { source-address 10.0.0.0/8; } then { source-nat interface; } } } } } }",
            "not compared",
        ),
        ("security { nat { destination { pool P; } } }", ""),
        (
            "security { nat { source { rule-set S { rule R { then { source-nat pool NONE; } } } } } }",
            "pool NONE is not defined",
        ),
        ("applications { application A { source-port 5; } }", "no protocol"),
        ("applications { application A { protocol tcp; uuid 4; } }", "uuid"),
        (
            "security { ipsec { vpn V { bind-interface st0.1; traffic-selector T { local-ip 10.0.0.0/8; } } } }",
            "needs both ends",
        ),
    ],
)
def test_what_is_not_understood_is_told(text: str, reason: str) -> None:
    found = [one.reason for one in read(text).unrecognised]
    assert any(reason in why for why in found) if reason else "" in found, found


@pytest.mark.parametrize(
    "lost",
    [
        "ike-policy TUNNEL-308;",
        "proposals AZURE-1;",
        "gateway TUNNEL-308;",
        "ipsec-policy AZURE-1;",
        "address 10.60.255.14;",
        "external-interface lo0.309;",
        "pre-shared-key ascii-text",
    ],
)
def test_a_broken_chain_is_a_tunnel_without_algorithms_or_key(lost: str) -> None:
    """PLT-XE-11 on Junos: what commits, or once was whole, and does not lead to a policy."""
    lines = render(srx()).split("\n")
    first = next(number for number, line in enumerate(lines) if line.strip().startswith(lost))
    result = read("\n".join([*lines[:first], *lines[first + 1 :]]))
    tunnel = result.facts.tunnels["st0.308"]
    whole = PLATFORM.observable(srx().facts).tunnels["st0.308"]
    assert tunnel != whole
    if lost.startswith(("ike-policy", "proposals", "gateway", "ipsec-policy")):
        assert tunnel.crypto is None
        assert any("st0" in one.text or "vpn" in one.text for one in result.unrecognised)


@pytest.mark.parametrize(
    "name", ["proposal AZURE-1 {", "policy TUNNEL-308 {", "gateway TUNNEL-308 {", "policy AZURE-1 {"]
)
def test_an_object_that_is_not_there_breaks_the_chain(name: str) -> None:
    result = read(render(srx()).replace(name, name.replace(" ", " X", 1), 1))
    assert result.facts.tunnels["st0.308"].crypto is None
    assert any("is not defined" in one.reason for one in result.unrecognised)


def test_several_proposals_of_our_own_leave_the_choice_to_the_peer() -> None:
    result = read(render(srx()).replace("proposals AZURE-1;", "proposals [ AZURE-1 WEAK ];", 1))
    assert result.facts.tunnels["st0.308"].crypto is None
    assert any("2 ike proposals" in one.reason for one in result.unrecognised)


def test_a_hexadecimal_key_is_there_but_not_known() -> None:
    result = read(render(srx()).replace(f'ascii-text "{KEY}"', 'hexadecimal "0aff"', 1))
    key = result.facts.tunnels["st0.308"].key
    assert key is not None
    assert not key.known
    assert "0aff" not in repr(result)


def test_a_tunnel_without_its_interface_is_told() -> None:
    text = render(srx()).replace("        unit 308 {", "        inactive: unit 308 {")
    assert any("is not configured" in one.reason for one in read(text).unrecognised)


def test_nothing_passes_without_zones() -> None:
    result = read("security { policies { from-zone A to-zone B { policy 1 { then permit; } } } }")
    assert any("without zones nothing passes" in one.reason for one in result.unrecognised)


def test_an_isolated_zone_of_another_name_is_a_zone() -> None:
    text = "security { zones { security-zone %s { host-inbound-traffic { system-services all; protocols all; } interfaces { st0.1; } } } }"
    assert read(text % "UNZONED-X").facts.zones == {}
    assert set(read(text % "ALONE").facts.zones) == {"ALONE"}


def test_a_policy_makes_a_zone_of_the_unzoned() -> None:
    text = POLICIES.replace(" A ", " UNZONED ") % INSIDE.replace("zone A", "zone UNZONED").replace(
        "zone A", "zone UNZONED"
    )
    text = text.replace(
        "policies {", f"policies {{ from-zone UNZONED to-zone B {{ policy 1 {{ {EVERY} then permit; }} }} "
    )
    result = read(text)
    assert "UNZONED" in result.facts.zones
    assert result.facts.filters["UNZONED to B", 4].rules == (FilterRule("1", True, ANY),)


def test_an_exception_of_host_inbound_is_kept_as_what_it_is() -> None:
    text = "security { zones { security-zone A { host-inbound-traffic { system-services { all; ssh except; } protocols { all; } } interfaces { st0.1; } } } }"
    rules = read(text).facts.filters["A host-inbound-traffic", 4].rules
    assert rules[0].unknown == ("ssh except",)


def test_the_filter_of_lo0_0_is_not_that_of_other_loopbacks() -> None:
    text = render(srx())
    unit = text.index("        unit 310 {")
    result = read(text[:unit] + text[unit:].replace("                    input CONTROL-PLANE;\n", "", 1))
    assert [one.reason for one in result.unrecognised] == [
        "lo0.310 is without the filter CONTROL-PLANE of lo0.0, which is not its own"
    ]


def test_keys_are_in_no_message() -> None:
    """Whatever is wrong with the statement that holds it, or with the one before or behind."""
    for text, key in ((render(srx()), KEY), (render(mx()), CAK)):
        lines = text.split("\n")
        places = [number for number, line in enumerate(lines) if key in line]
        assert places
        for place in places:
            for changed in (
                {place: lines[place].replace(";", " x;")},
                {place: lines[place].replace(";", "")},
                {place - 1: lines[place - 1].replace(";", "")},
                {place: lines[place].replace('"', "", 1)},
                {place: lines[place].replace("ascii-text", "text").replace("cak", "cak x")},
                {place: f"x {lines[place].strip()}"},
            ):
                broken = "\n".join(changed.get(number, line) for number, line in enumerate(lines))
                result = read_device(PLATFORM, {"junos.conf": broken})
                assert key not in repr(result.unrecognised)


PIECES = re.compile(r'"[^"]*"|[{};]|[^\s{};"]+')
ODD = ("x", "-1", "[", "]", "[ ]", "0.0.0.0/99", "²", '"', "any", "inactive:", "99999999999", "::1", "{", "}", ";")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("text", [MESSY, render(srx(selectors=PAIRS)), render(mx())], ids=["messy", "srx", "mx"])
def test_no_text_is_too_odd(text: str, seed: int) -> None:
    """Words lost, doubled, swapped or replaced: something is read, and nothing falls over."""
    chance = random.Random(seed)
    pieces = PIECES.findall(text)
    for _ in range(60):
        broken = list(pieces)
        for place in chance.sample(range(len(broken)), 3):
            broken[place] = chance.choice(
                ("", f"{broken[place]} {broken[place]}", chance.choice(pieces), chance.choice(ODD))
            )
        tree, _ = parse_braces(" ".join(broken))
        assert PLATFORM.read({"running": tree}).facts.hostname is not None
