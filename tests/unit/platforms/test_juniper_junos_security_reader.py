"""``security``, ``firewall`` and ``class-of-service`` as a device prints them, or as a person got them wrong.

The messy SRX below was written by several people: groups, one-line forms, applications that every device
has, an address book of a zone, words of an interface in place of its zone's.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from generator.model.address import parse_address, parse_prefix
from generator.model.crypto import CryptoPolicy, Selector, Tunnel
from generator.model.facts import Facts, ReadResult
from generator.model.filters import (
    ANY,
    ESP,
    ICMP,
    SELF,
    TCP,
    UDP,
    ControlPlane,
    FilterRule,
    IcmpType,
    NatRule,
    Ports,
    Remark,
    Shaper,
    Zone,
    ZonePolicy,
)
from generator.model.macsec import Macsec
from generator.model.secret import Secret
from generator.platforms.juniper_junos.reader_numbers import bits_per_second, dscp, ports, protocol_number
from generator.readback.braces import parse_braces
from generator.readback.read import read_device
from tests.security_plans import CAK, KEY
from tests.unit.platforms.junos import PLATFORM, mx, render, srx

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


# Filters and queues of an MX

ROUTER = """\
interfaces {
    interface-set BOTH { interface xe-0/0/0 { unit 1; unit 2; } }
    xe-0/0/0 {
        flexible-vlan-tagging;
        hierarchical-scheduler;
        unit 1 { vlan-id 1; family inet { filter { input-list [ EDGE ]; output-chain [ MARK OUT ]; } address 192.0.2.1/30; } }
        unit 2 { vlan-id 2; family inet { filter { output MARK; } address 192.0.2.5/30; } family mpls; }
        unit 3 { vlan-id 3; family inet { address 192.0.2.9/30; } }
    }
    lo0 { unit 0 { family inet { filter input RE; address 192.0.2.255/32; } } }
}
policy-options { prefix-list OPS { 198.51.100.0/24; 2001:db8::/32; } }
class-of-service {
    classifiers { dscp X { forwarding-class best-effort { loss-priority low code-points 000000; } } }
    traffic-control-profiles { ONE { shaping-rate 1g; } TWO { shaping-rate 600m; scheduler-map M; } }
    interfaces {
        interface-set BOTH { output-traffic-control-profile ONE; }
        xe-0/0/0 {
            unit 1 { output-traffic-control-profile TWO; rewrite-rules { dscp X; } }
            unit 2 { output-traffic-control-profile TWO; }
            unit 3 { shaping-rate 50m; }
        }
    }
    scheduler-maps { M { forwarding-class expedited-forwarding scheduler VOICE; } }
    schedulers { VOICE { transmit-rate percent 20; buffer-size percent 5; priority high; } }
}
firewall {
    filter EDGE {
        interface-specific;
        term tcp { from { protocol [ tcp udp ]; source-address { 10.0.0.0/8; } destination-port [ bgp ssh 8000-8080 ]; } then { count x; accept; } }
        term logged { then { log; next term; } }
        term icmp-1 { from { protocol icmp; icmp-type [ echo-request echo-reply ]; } then accept; }
        inactive: term gone { then accept; }
        term odd { from { protocol tcp; port 22; } then accept; }
        term not { from { source-address { 0.0.0.0/0; 10.0.0.0/8 except; } } then accept; }
        term ops { from { source-prefix-list OPS; protocol esp; } then accept; }
        term flags { from { protocol tcp; tcp-flags "(ack | rst)"; } then accept; }
        term last { then { reject tcp-reset; } }
    }
    family inet {
        filter OUT { term any { then accept; } }
        filter MARK {
            term voice { from { dscp ef; } then { forwarding-class expedited-forwarding; accept; } }
            term keep { from { dscp [ af41 af21 0x0a ]; } then accept; }
            term rest { then dscp 0; }
        }
        filter RE {
            term icmp { from { protocol icmp; } then { policer LIMIT; accept; } }
            term bgp { from { protocol tcp; port 179; } then accept; }
        }
        service-filter X { term y { then skip; } }
    }
    policer LIMIT { if-exceeding { bandwidth-limit 1m; burst-size-limit 15k; } then discard; }
    three-color-policer Y { single-rate { color-blind; } }
}
"""


@pytest.fixture(scope="module")
def router() -> ReadResult:
    return read(ROUTER)


def test_a_router_is_understood(router: ReadResult) -> None:
    assert router.unrecognised == ()


def test_filter_rules(router: ReadResult) -> None:
    """What a term asks that no fact can say makes its rule one that cannot be evaluated."""
    rules = {one.label: one for one in router.facts.filters["EDGE", 4].rules}
    ours = (parse_prefix("10.0.0.0/8"),)
    wanted = (Ports(179, 179), Ports(22, 22), Ports(8000, 8080))
    assert list(rules) == ["tcp", "tcp/17", "icmp-1", "odd", "not", "ops", "flags", "last"]
    assert rules["tcp"] == FilterRule("tcp", True, TCP, ours, destination_ports=wanted)
    assert rules["tcp/17"] == FilterRule("tcp/17", True, UDP, ours, destination_ports=wanted)
    assert rules["icmp-1"] == FilterRule("icmp-1", True, ICMP, icmp=(IcmpType(0), IcmpType(8)))
    assert rules["odd"].unknown == ("port 22",)
    assert rules["not"].unknown == ("source-address 10.0.0.0/8 except",)
    assert rules["ops"] == FilterRule("ops", True, ESP, (parse_prefix("198.51.100.0/24"),))
    assert rules["flags"].established
    assert rules["last"] == FilterRule("last", False)


def test_filters_of_interfaces(router: ReadResult) -> None:
    interfaces = router.facts.interfaces
    one = interfaces["xe-0/0/0.1"]
    assert (one.filter_in, one.filter_out) == ("EDGE", "OUT")
    assert interfaces["xe-0/0/0.2"].filter_out == ""
    assert interfaces["lo0.0"].filter_in == ""
    assert router.facts.control_plane == {"RE": ControlPlane("RE", 1000)}


def test_queues(router: ReadResult) -> None:
    """Units that use one profile are each shaped to its rate; only a set shares one."""
    assert router.facts.shapers == {
        "BOTH": Shaper("BOTH", 1000, ("xe-0/0/0.1", "xe-0/0/0.2")),
        "TWO xe-0/0/0.1": Shaper("TWO xe-0/0/0.1", 600, ("xe-0/0/0.1",)),
        "TWO xe-0/0/0.2": Shaper("TWO xe-0/0/0.2", 600, ("xe-0/0/0.2",)),
        "xe-0/0/0.3": Shaper("xe-0/0/0.3", 50, ("xe-0/0/0.3",)),
    }
    on = ("xe-0/0/0.1", "xe-0/0/0.2")
    assert router.facts.remarks == {"MARK": Remark("MARK", (10, 18, 34, 46), (46,), 20, on)}


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


@pytest.mark.parametrize(
    ("text", "value"),
    [("1g", 10**9), ("600m", 600 * 10**6), ("512k", 512_000), ("9000", 9000)],
)
def test_rates(text: str, value: int) -> None:
    assert bits_per_second(text) == value


def test_names_and_numbers() -> None:
    assert [dscp(text) for text in ("ef", "af31", "cs6", "0x2e", "101110", "8")] == [46, 26, 48, 46, 46, 8]
    assert [protocol_number(text) for text in ("icmp6", "icmpv6", "47")] == [58, 58, 47]
    assert ports("1024-65535") == Ports(1024, 65535)


@pytest.mark.parametrize("text", ["", "-1", "70000", "9-1", "x", "²"])
def test_what_is_no_port(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|order"):
        ports(text)
