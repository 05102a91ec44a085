"""What a device prints is not what we print: templates, type 7, secondary addresses, old forms, noise."""

from __future__ import annotations

from ipaddress import ip_address, ip_interface, ip_network

import pytest

from generator.model.facts import AsPathPattern, Bfd, MaxPrefix, Neighbor, PrefixEntry, ReadResult
from generator.model.secret import Secret
from generator.model.vlan import UNTAGGED, Dot1q, QinQ
from generator.platforms import load
from generator.platforms.cisco_xe import type7
from generator.readback.ciscoconf import parse_device

MESSY = """Building configuration...

Current configuration : 9120 bytes
!
! Last configuration change at 10:00:00 UTC Mon Nov 2 2026 by admin
!
version 17.9
service timestamps log datetime msec
hostname edge1
!
vrf definition RED
 description red customer
 rd 65010:1
 route-target export 65010:1
 !
 address-family ipv4
  route-target import 65010:2
 exit-address-family
 !
 address-family ipv6
 exit-address-family
!
ip vrf OLD
 rd 65010:9
!
aaa new-model
aaa session-id common
bfd-template single-hop FAST
 interval min-tx 400 min-rx 450 multiplier 4
!
crypto pki certificate chain SLA-TrustPoint
 certificate ca 01
  30820321 30820209 A0030201 02020101 300D0609 2A864886 F70D0101 0B050030
  \tquit
!
interface Loopback0
 ip address 10.255.0.1 255.255.255.255
!
interface TenGigabitEthernet0/0/0
 description towards Azure
 mtu 9000
 dot1q tunneling ethertype 0x88A8
 no ip address
 negotiation auto
 cdp enable
!
interface TenGigabitEthernet0/0/0.100
 encapsulation dot1Q 200 second-dot1q 300
 vrf forwarding RED
 ip address 172.31.0.1 255.255.255.252
 ip address 172.31.9.1 255.255.255.0 secondary
 ip mtu 1400
 ip verify unicast source reachable-via rx
 ip nat inside
 ipv6 address 2001:DB8:5::1/126
 ipv6 address FE80::1 link-local
 standby version 2
 standby 1 ip 172.31.0.3
 standby 1 priority 110
 service-policy output SHAPE
 bfd template FAST
!
interface TenGigabitEthernet0/0/0.200
 encapsulation dot1Q 77
 ip vrf forwarding OLD
 ip address 10.7.0.1 255.255.255.0
 bfd interval 500 min_rx 600 multiplier 5
 shutdown
!
interface GigabitEthernet0
 vrf forwarding Mgmt-intf
 ip address dhcp
!
router ospf 1
 network 10.0.0.0 0.255.255.255 area 0
!
router bgp 1.10
 template peer-policy FILTERS
  route-map RED-IN in
  maximum-prefix 500
 exit-peer-policy
 !
 template peer-session BASE
  timers 10 30
  fall-over bfd
 exit-peer-session
 !
 bgp router-id 10.255.0.1
 bgp log-neighbor-changes
 bgp bestpath as-path ignore
 bgp maxas-limit 20
 neighbor CORE peer-group
 neighbor CORE remote-as 1.10
 neighbor CORE update-source Loopback0
 neighbor CORE password 7 0822455D0A16
 neighbor 10.255.0.2 peer-group CORE
 neighbor 10.255.0.2 description core two
 neighbor 2001:DB8::2 remote-as 65001
 neighbor 2001:DB8::2 ebgp-multihop 3
 !
 address-family ipv4
  redistribute connected route-map CONNECTED
  neighbor CORE send-community
  neighbor CORE next-hop-self
  neighbor 10.255.0.2 activate
  no neighbor 2001:DB8::2 activate
 exit-address-family
 !
 address-family ipv6
  network 2001:DB8:77::/48
  neighbor 2001:DB8::2 activate
  neighbor 2001:DB8::2 default-originate
 exit-address-family
 !
 address-family vpnv4
  neighbor 10.255.0.2 activate
 exit-address-family
 !
 address-family ipv4 vrf RED
  bgp router-id 172.31.0.1
  network 10.50.0.0 mask 255.255.0.0
  network 10.0.0.0
  aggregate-address 10.48.0.0 255.248.0.0 summary-only
  neighbor 172.31.0.2 remote-as 12076
  neighbor 172.31.0.2 inherit peer-session BASE
  neighbor 172.31.0.2 password 6 ABCDEFabc
  neighbor 172.31.0.2 timers 20 60
  neighbor 172.31.0.2 activate
  neighbor 172.31.0.2 send-community extended
  neighbor 172.31.0.2 soft-reconfiguration inbound
  neighbor 172.31.0.2 allowas-in 2
  neighbor 172.31.0.2 local-as 65333 no-prepend
  neighbor 172.31.0.2 inherit peer-policy FILTERS
  neighbor 172.31.0.2 route-map RED-OUT out
  neighbor 172.31.0.2 maximum-prefix 900 90 warning-only
  maximum-paths ibgp 3
 exit-address-family
!
ip bgp-community new-format
ip community-list standard AZURE permit 12076:51004
ip community-list standard AZURE permit 791417796
ip as-path access-list 7 permit ^12076(_|$)
ip as-path access-list 7 deny ^$
ip as-path access-list 7 permit _(64[0-9]+)_
ip route vrf RED 10.50.0.0 255.255.0.0 Null0 250 name anchor
ip route 0.0.0.0 0.0.0.0 GigabitEthernet0/0/7 192.0.2.1 track 1
ip route 10.9.0.0 255.255.0.0 Tunnel7
ipv6 route vrf RED 2001:DB8:50::/48 2001:DB8:5::2
ip http server
ip ssh version 2
!
ip prefix-list P description what we announce
ip prefix-list P seq 20 deny 0.0.0.0/0 le 32
ip prefix-list P seq 5 permit 10.50.0.0/16 ge 20 le 24
ip prefix-list P permit 10.60.0.0/16
ipv6 prefix-list P seq 5 permit 2001:DB8::/32 ge 48
!
route-map RED-IN permit 20
 description anything else
 match tag 5
 set weight 10
!
route-map RED-IN deny 10
 match ip address prefix-list P Q
 match as-path 7
!
route-map RED-OUT permit 10
 match ip address 101
 set as-path prepend 1.10 65546
 set metric 50
 set community 65010:1 additive
!
snmp-server community public RO
banner motd ^C
interface TenGigabitEthernet0/0/0.100
 shutdown
router bgp 666
^C
!
line vty 0 4
 transport input ssh
ntp server 192.0.2.123
end
"""


def read(text: str) -> ReadResult:
    return load("cisco_xe").read({"running.cfg": parse_device(text, "indent", "!")})


@pytest.fixture(scope="module")
def messy() -> ReadResult:
    return read(MESSY)


def test_lines_of_other_kinds_are_passed_over(messy: ReadResult) -> None:
    assert [(line.text, line.reason) for line in messy.unrecognised] == []
    assert messy.facts.hostname == "edge1"
    assert messy.facts.switches == {"new-format"}


def test_vrfs_with_their_targets_and_in_the_old_form(messy: ReadResult) -> None:
    red, old = messy.facts.vrfs["RED"], messy.facts.vrfs["OLD"]
    assert (red.rd, red.families, red.imports, red.exports) == ("65010:1", (4, 6), ("65010:2",), ("65010:1",))
    assert (old.rd, old.families) == ("65010:9", (4,))


def test_a_subinterface_takes_mtu_and_ethertype_from_its_port(messy: ReadResult) -> None:
    faces = messy.facts.interfaces
    port, first, second = (faces[f"TenGigabitEthernet0/0/0{end}"] for end in ("", ".100", ".200"))
    assert (port.mtu, first.mtu, second.mtu) == (9000, 1400, 9000)
    assert (port.outer_tpid, first.outer_tpid, second.outer_tpid) == (0x88A8, 0x88A8, 0x8100)
    assert (port.tags, first.tags, second.tags) == (UNTAGGED, QinQ(200, 300), Dot1q(77))


def test_addresses_bfd_and_the_rest_of_an_interface(messy: ReadResult) -> None:
    first = messy.facts.interfaces["TenGigabitEthernet0/0/0.100"]
    second = messy.facts.interfaces["TenGigabitEthernet0/0/0.200"]
    assert first.addresses == tuple(map(ip_interface, ("172.31.0.1/30", "172.31.9.1/24", "2001:db8:5::1/126")))
    assert (first.vrf, first.urpf, first.fhrp, first.enabled) == ("RED", "strict", ("standby 1 ip 172.31.0.3",), True)
    assert first.bfd == Bfd(400, 450, 4, echo=False)
    assert (second.vrf, second.bfd, second.enabled) == ("OLD", Bfd(500, 600, 5, echo=True), False)
    assert messy.facts.interfaces["GigabitEthernet0"].addresses == ()


def test_a_neighbour_is_the_sum_of_its_templates_and_its_own_lines(messy: ReadResult) -> None:
    assert messy.facts.neighbors["RED", ip_address("172.31.0.2"), 4] == Neighbor(
        "RED",
        ip_address("172.31.0.2"),
        4,
        12076,
        65546,
        keepalive=20,
        hold=60,
        password=Secret(None),
        bfd=Bfd(400, 450, 4),
        import_policy="RED-IN",
        export_policy="RED-OUT",
        max_prefix=MaxPrefix(900, 90, warning_only=True),
        allowas_in=True,
        extra=("send-community extended", "allowas-in 2", "local-as 65333 no-prepend"),
    )


def test_neighbours_in_the_global_table_get_what_their_group_and_the_process_say(messy: ReadResult) -> None:
    world = {key[1:]: one for key, one in messy.facts.neighbors.items() if not key[0]}
    assert world == {
        (ip_address("10.255.0.2"), 4): Neighbor(
            "",
            ip_address("10.255.0.2"),
            4,
            65546,
            65546,
            "core two",
            password=Secret("cisco"),
            update_source="Loopback0",
            send_community=True,
            next_hop_self=True,
        ),
        (ip_address("2001:db8::2"), 6): Neighbor(
            "", ip_address("2001:db8::2"), 6, 65001, 65546, multihop=3, default_originate=True
        ),
    }


def test_the_instances_of_bgp(messy: ReadResult) -> None:
    world, red = messy.facts.bgp[""], messy.facts.bgp["RED"]
    assert (world.asn, world.router_id, world.redistribute) == (65546, "10.255.0.1", ("connected route-map CONNECTED",))
    assert red.redistribute == ("aggregate-address 10.48.0.0 255.248.0.0 summary-only",)
    assert red.networks == (ip_network("10.0.0.0/8"), ip_network("10.50.0.0/16"))
    assert (red.maximum_paths, red.maximum_paths_ibgp, red.as_path_ignore, red.max_as_limit) == (1, 3, True, 20)


def test_lists_are_in_the_order_of_their_numbers(messy: ReadResult) -> None:
    assert messy.facts.prefix_lists["P", 4].entries == (
        PrefixEntry(ip_network("10.50.0.0/16"), 20, 24),
        PrefixEntry(ip_network("0.0.0.0/0"), 0, 32, permit=False),
        PrefixEntry(ip_network("10.60.0.0/16"), 16, 16),
    )
    assert messy.facts.prefix_lists["P", 6].entries == (PrefixEntry(ip_network("2001:db8::/32"), 48, 128),)
    assert messy.facts.community_lists["AZURE"].communities == ("12076:5060", "12076:51004")
    assert [(entry.pattern, entry.permit) for entry in messy.facts.as_path_lists["7"].entries] == [
        (AsPathPattern("starts", 12076), True),
        (AsPathPattern("empty"), False),
        (AsPathPattern("regex", 0, "_(64[0-9]+)_", "posix"), True),
    ]


def test_a_route_map_keeps_what_it_does_not_understand(messy: ReadResult) -> None:
    first, second = messy.facts.policies["RED-IN"].rules
    assert (first.label, first.permit, first.prefix_lists, first.as_path_lists) == ("10", False, ("P", "Q"), ("7",))
    assert (second.label, second.unknown) == ("20", ("match tag 5", "set weight 10"))
    (out,) = messy.facts.policies["RED-OUT"].rules
    assert (out.unknown, out.prepend, out.med) == (("match ip address 101",), (65546, 65546), 50)
    assert out.set_communities == ("65010:1", "additive")


def test_static_routes_with_every_kind_of_next_hop(messy: ReadResult) -> None:
    assert set(messy.facts.static_routes) == {
        ("RED", ip_network("10.50.0.0/16"), "discard"),
        ("", ip_network("0.0.0.0/0"), "192.0.2.1"),
        ("", ip_network("10.9.0.0/16"), "Tunnel7"),
        ("RED", ip_network("2001:db8:50::/48"), "2001:db8:5::2"),
    }


def test_places_are_lines_of_the_file(messy: ReadResult) -> None:
    file, line = messy.places["neighbors", ("RED", ip_address("172.31.0.2"), 4)]
    assert (file, MESSY.splitlines()[line - 1]) == ("running.cfg", "  neighbor 172.31.0.2 remote-as 12076")


# Lines that cannot be taken

FAULTS = {
    "interface A\n ip address 10.0.0.1 255.255.255.0\n vrf forwarding X\n": 'address before "vrf forwarding" is wiped',
    "interface A.1\n ip address 10.0.0.1 255.255.255.0\n encapsulation dot1Q 5\n": "the encapsulation must stand before the addresses",
    "interface A.1\n bfd interval 300 min_rx 300 multiplier 3\n encapsulation dot1Q 5\n": "BFD lines stand ahead of the encapsulation line",
    "interface A.1\n encapsulation dot1Q 5 seconddot1q 6\n": "misspelt: the keyword is second-dot1q",
    "interface A.1\n encapsulation dot1Q 5 second-dot1q any\n": "the second tag is not one VLAN id",
    "interface A\n ip address 10.0.0.1255.255.255.252\n": "address and mask are glued together",
    "interface A\n ip address 10.0.0.1 255.255.255.253\n": "not an address and a mask",
    "interface A\n frobnicate\n": "",
    "router bgp 1\n frobnicate\n": "",
    "router bgp 1\n bgp listen range 10.0.0.0/8 peer-group P\n": "",
    "router bgp 1\n address-family ipv4 vrf X\n  neighbor 10.0.0.1 frobnicate\n  neighbor 10.0.0.1 remote-as 2\n": "",
    "router bgp 1\n address-family ipv4 vrf X\n  neighbor 10.0.0.1 activate\n": "no line gives this neighbour's AS number",
    "ip prefix-list P seq 5 permit 10.0.0.1/24\n": "the prefix has bits behind its length",
    "ip prefix-list P seq 5 allow 10.0.0.0/24\n": "",
    "ip community-list standard C permit 1:1 2:2\n": "several communities on one line must all be present, which is not a plain choice of values",
    "ip community-list expanded C permit 1:.*\n": "an expanded community list is a regular expression, which is not evaluated",
    "ip as-path access-list 1 allow _1_\n": "",
    "ip route vrf X 10.0.0.0\n": "",
    "route-map\n": "",
    "vrf definition X\n frobnicate\n": "",
}  # fmt: skip


@pytest.mark.parametrize("text", FAULTS)
def test_a_line_that_cannot_be_taken_is_reported_with_the_reason(text: str) -> None:
    (line,) = read(text).unrecognised
    assert line.reason == FAULTS[text]
    assert text.splitlines()[line.line - 1].strip() == line.text


def test_an_address_that_is_wiped_is_gone() -> None:
    text = "interface A\n ip address 10.0.0.1 255.255.255.0\n vrf forwarding X\n"
    assert read(text).facts.interfaces["A"].addresses == ()


def test_a_route_map_of_the_other_family_is_reported() -> None:
    text = (
        "route-map M permit 10\n match ip address prefix-list P\n"
        "router bgp 1\n address-family ipv6 vrf X\n  neighbor 2001:DB8::1 remote-as 2\n  neighbor 2001:DB8::1 route-map M in\n"
    )
    (line,) = read(text).unrecognised
    assert (line.line, line.reason) == (2, "matches IPv4 prefixes, but neighbour 2001:db8::1 exchanges IPv6")


def test_a_key_is_not_repeated_in_a_report() -> None:
    text = "router bgp 1\n address-family ipv4 vrf X\n  neighbor 10.0.0.1 remote-as 2\n  neighbor 10.0.0.1 password 9 hunter2 x\n"
    (line,) = read(text).unrecognised
    assert line.text == "neighbor 10.0.0.1 password ••••"


def test_type_7_is_decoded() -> None:
    assert type7.decode("0822455D0A16") == "cisco"
    assert type7.decode("02050D480809") == "cisco"
    for wrong in ("", "08", "0822455D0A1", "99224455", "zz2244"):
        with pytest.raises(ValueError, match=r"type 7|invalid literal|hexadecimal"):
            type7.decode(wrong)
