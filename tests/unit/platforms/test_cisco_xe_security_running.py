"""Tunnels, filters, zones and the rest as devices print them: names for numbers, default lines, old forms, noise."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from generator.model.address import parse_prefix
from generator.model.crypto import CryptoPolicy, Selector, Tunnel
from generator.model.facts import (
    ControlPlane,
    FilterRule,
    IcmpType,
    Macsec,
    NatRule,
    Ports,
    ReadResult,
    Remark,
    Shaper,
    Zone,
    ZonePolicy,
)
from generator.model.secret import Secret
from generator.platforms.cisco_xe import type7
from tests.unit.platforms.test_cisco_xe_running import read

CAK = "00112233445566778899aabbccddeeff"


def hidden(text: str, start: int = 3) -> str:
    """A type 7 password."""
    coded = (byte ^ type7.KEY[(start + place) % len(type7.KEY)] for place, byte in enumerate(text.encode()))
    return f"{start:02}" + "".join(f"{byte:02X}" for byte in coded)


MESSY = f"""version 17.9
service password-encryption
hostname edge1
!
vrf definition FRONT
 address-family ipv4
 exit-address-family
!
vrf definition INNER
 address-family ipv4
 exit-address-family
!
key chain OSPF
 key 1
  key-string 7 0822455D0A16
key chain AZ macsec
 description Direct port
 key 0A10
  cryptographic-algorithm aes-128-cmac
  key-string 7 {hidden(CAK)}
  lifetime local 00:00:00 Jan 1 2026 infinite
 key 0A11
  cryptographic-algorithm aes-128-cmac
  key-string 7 {hidden(CAK[::-1])}
mka policy AZ
 key-server priority 10
 macsec-cipher-suite gcm-aes-xpn-128
 ssci-based-on-sci
!
crypto pki trustpoint TP
 enrollment selfsigned
crypto ikev2 proposal WEAK
 encryption aes-cbc-256 aes-cbc-128 3des
 integrity sha256 sha1
 group 14 21
crypto ikev2 proposal STRONG
 encryption aes-gcm-256
 prf sha384
 group 20
!
crypto ikev2 policy CATCH-ALL
 match fvrf any
 proposal WEAK
crypto ikev2 policy AZURE
 match fvrf FRONT
 match address local 172.20.0.1
 proposal STRONG
!
crypto ikev2 keyring AZURE
 peer EVERYONE
  description who else
  address 0.0.0.0 0.0.0.0
  pre-shared-key fallback-Key.1234567890
 !
 peer GW0
  address 10.60.255.14
  identity address 10.60.255.14
  pre-shared-key local 7 {hidden("Gateway.Zero_1234567")}
  pre-shared-key remote 7 {hidden("Gateway.Zero_1234567")}
 !
 peer GW1
  address 10.60.255.15 255.255.255.255
  pre-shared-key 6 JDYkQHZTSUNAXmdfVE9FQUFB
 !
!
crypto ikev2 profile GW0
 description first instance
 match fvrf FRONT
 match identity remote address 10.60.255.14 255.255.255.255
 identity local address 172.20.0.1
 authentication remote pre-share
 authentication local pre-share
 keyring local AZURE
 lifetime 28800
 dpd 10 2 on-demand
 nat keepalive 20
 no config-exchange request
crypto ikev2 profile GW1
 match fvrf any
 match address local interface Loopback309
 match identity remote address 10.60.255.15
 match identity remote fqdn gw1.example.net
 identity local fqdn edge1.example.net
 authentication remote pre-share key 0 inline.Key_1234567890
 authentication local pre-share key 0 inline.Key_1234567890
!
no crypto ikev2 http-url cert
crypto ikev2 dpd 30 5 on-demand
crypto isakmp policy 20
 encr 3des
 authentication pre-share
 group 2
crypto isakmp policy 10
 encr aes 256
 hash sha256
 authentication pre-share
 group 14
 lifetime 28800
crypto isakmp key 0 old.Key_123 address 192.0.2.9
crypto keyring OLD vrf FRONT
  pre-shared-key address 10.60.255.99 key 6 XYZabc
!
crypto ipsec security-association lifetime seconds 7200
crypto ipsec transform-set GCM esp-gcm 256
 mode tunnel
crypto ipsec transform-set CBC esp-aes esp-sha256-hmac
 mode tunnel
crypto ipsec transform-set OLD esp-3des esp-md5-hmac
!
crypto ipsec profile GW0
 set security-association lifetime kilobytes disable
 set security-association replay window-size 128
 set transform-set GCM
 set pfs group20
 set ikev2-profile GW0
crypto ipsec profile GW1
 set security-association lifetime seconds 27000
 set transform-set GCM CBC
 set pfs group21
 set ikev2-profile GW1
 responder-only
crypto ipsec profile OLD
 set transform-set OLD
 set pfs group2
!
crypto map LEGACY 10 ipsec-isakmp
 set peer 192.0.2.1
 match address 150
!
zone security AZ
 description towards Azure
zone security LAN
!
class-map type inspect match-all FROM-AZ
 match access-group name AZ-IN
class-map match-all VOICE
 match dscp ef
class-map match-any OTHERS
 match ip dscp af41 af21
 match dscp cs1  10
class-map match-all CP-ICMP
 match access-group name CP
 match access-group 111
class-map match-any CP
 match access-group name CP
class-map match-any WEB
 match protocol http
!
policy-map type inspect FROM-AZ
 class type inspect FROM-AZ
  pass log
 class class-default
  drop
policy-map CP
 class CP-ICMP
  police cir 256000 bc 8000
   conform-action transmit
   exceed-action drop
 class CP
 class class-default
  drop
policy-map CHILD
 class VOICE
  priority percent 15
 class OTHERS
 class class-default
  set ip dscp 0
policy-map PARENT
 class class-default
  shape average 200000000 800000 0
  service-policy CHILD
policy-map TEN
 class class-default
  shape average 10000000
policy-map RICH
 class WEB
  bandwidth percent 30
 class class-default
  fair-queue
!
zone-pair security AZ-LAN source AZ destination LAN
 description in
 service-policy type inspect FROM-AZ
zone-pair security LAN-AZ source LAN destination AZ
!
interface Loopback309
 vrf forwarding FRONT
 ip address 172.20.0.1 255.255.255.255
!
interface TenGigabitEthernet0/0/0
 no ip address
 mka policy AZ
 mka pre-shared-key key-chain AZ
 macsec
 macsec replay-protection window-size 64
!
interface TenGigabitEthernet0/0/0.410
 encapsulation dot1Q 77 second-dot1q 410
 vrf forwarding FRONT
 ip address 172.19.254.1 255.255.255.252
 ip access-group 101 in
 ip nat outside
 ip tcp adjust-mss 1360
 ipv6 traffic-filter SIX out
 service-policy input CLASSIFY
 service-policy output PARENT
!
interface TenGigabitEthernet0/0/1
 vrf forwarding INNER
 ip address 192.168.20.1 255.255.255.0
 zone-member security LAN
 ip nat inside
 service-policy output TEN
 crypto map LEGACY
!
interface TenGigabitEthernet0/0/2
 vrf forwarding INNER
 ip address 192.168.30.1 255.255.255.0
 zone-member security LAN
 ip nat outside
 service-policy output TEN
!
interface TenGigabitEthernet0/0/3
 ip address 198.51.100.1 255.255.255.0
 ip nat outside
 service-policy output RICH
!
interface Tunnel1
 vrf forwarding INNER
 ip unnumbered TenGigabitEthernet0/0/1
 zone-member security AZ
 tunnel source Loopback309
 tunnel mode ipsec ipv4
 tunnel destination 10.60.255.14
 tunnel path-mtu-discovery
 tunnel vrf FRONT
 tunnel protection ipsec policy ipv4 SELECT
 tunnel protection ipsec profile GW0 shared
!
interface Tunnel2
 vrf forwarding INNER
 ip address 10.255.2.1 255.255.255.252
 tunnel source 172.20.0.1
 tunnel mode ipsec ipv4
 tunnel destination 10.60.255.15
 tunnel vrf FRONT
 tunnel protection ipsec profile GW1
!
interface Tunnel3
 ip address 10.255.3.1 255.255.255.252
 tunnel source TenGigabitEthernet0/0/3
 tunnel mode ipsec ipv4
 tunnel destination 192.0.2.9
 tunnel protection ipsec profile OLD
!
interface Tunnel4
 ip address 10.255.4.1 255.255.255.0
 ip nhrp network-id 1
 tunnel source TenGigabitEthernet0/0/3
 tunnel mode gre multipoint
 tunnel key 7
!
ip nat translation timeout 300
ip nat pool OUT 203.0.113.65 203.0.113.78 netmask 255.255.255.240
ip nat inside source list 10 pool OUT vrf INNER match-in-vrf overload
ip nat inside source list DIA interface TenGigabitEthernet0/0/3 vrf INNER overload
ip nat inside source static 192.168.20.5 203.0.113.5 vrf INNER match-in-vrf extendable
ip nat inside source static network 192.168.20.64 203.0.113.96 255.255.255.240
!
ip access-list standard 10
 10 permit 192.168.20.0 0.0.0.255
 20 permit 192.168.99.9
ip access-list standard MGMT
 10 permit 192.0.2.0, wildcard bits 0.0.0.63 log
ip access-list extended DIA
 10 permit ip 192.168.30.0 0.0.0.255 any
ip access-list extended SELECT
 10 permit ip 192.168.20.0 0.0.0.255 10.60.0.0 0.0.255.255
 20 permit ip any host 10.61.0.4
ip access-list extended AZ-IN
 remark from Azure
 5 remark numbered remark
 30 deny   ip any any log-input
 10 permit tcp 10.60.0.0 0.0.255.255 host 192.168.20.5 eq www 443 8080
 20 permit udp any eq domain any gt 1023
 21 permit udp any any neq isakmp
 22 permit tcp any range ftp-data ftp any established
 23 permit icmp any any ttl-exceeded
 24 permit icmp any any 3 1
 25 permit esp any any
 26 permit 112 any any
 27 permit tcp any any lt telnet syn time-range NIGHT
 28 permit object-group SERVICES any any
 29 permit ip 10.0.0.1 0.255.255.0 any
ip access-list extended CP
 10 permit tcp any any eq bgp
access-list 101 remark old
access-list 101 permit tcp host 172.19.254.2 host 172.19.254.1 eq bgp
access-list 101 deny   ip any any
access-list 111 permit icmp any any
ipv6 access-list SIX
 sequence 10 permit tcp any host 2001:DB8::1 eq bgp
 permit icmp any any nd-ns sequence 30
 permit icmp any any nd-na
 remark the rest
 deny ipv6 2001:DB8::/32 any log sequence 60
!
control-plane
 service-policy input CP
line vty 0 4
 access-class MGMT in
end
"""


@pytest.fixture(scope="module")
def messy() -> ReadResult:
    return read(MESSY)


def test_nothing_of_it_is_strange(messy: ReadResult) -> None:
    assert [(line.text, line.reason) for line in messy.unrecognised] == []


def test_a_tunnel_by_an_interface_with_selectors_and_the_devices_defaults(messy: ReadResult) -> None:
    """Of two policies the one that names the address counts, of two peers the one that is more exact."""
    assert messy.facts.tunnels["Tunnel1"] == Tunnel(
        "Tunnel1",
        "INNER",
        "FRONT",
        ip_address("172.20.0.1"),
        ip_address("10.60.255.14"),
        CryptoPolicy(sa_seconds=7200, sa_kilobytes=0),
        Secret("Gateway.Zero_1234567"),
        "172.20.0.1",
        "10.60.255.14",
        (
            Selector(parse_prefix("192.168.20.0/24"), parse_prefix("10.60.0.0/16")),
            Selector(parse_prefix("0.0.0.0/0"), parse_prefix("10.61.0.4/32")),
        ),
        10,
        2,
    )
    assert messy.facts.interfaces["Tunnel1"].unnumbered == "TenGigabitEthernet0/0/1"


def test_a_tunnel_that_offers_a_choice_and_waits(messy: ReadResult) -> None:
    """A key in the profile goes before the keyring; what is no word of Azure's stays the device's."""
    tunnel = messy.facts.tunnels["Tunnel2"]
    assert tunnel.crypto is not None
    assert (tunnel.crypto.ipsec_encryption, tunnel.crypto.ipsec_integrity) == ("GCMAES256,AES128", "GCMAES256,SHA256")
    assert (tunnel.crypto.pfs_group, tunnel.crypto.ike_seconds, tunnel.initiate) == ("group21", 86400, False)
    assert (tunnel.local_identity, tunnel.remote_identity) == ("edge1.example.net", "10.60.255.15")
    assert (tunnel.key, tunnel.dpd_interval, tunnel.dpd_retries) == (Secret("inline.Key_1234567890"), 0, 0)


def test_a_tunnel_of_ikev1(messy: ReadResult) -> None:
    tunnel = messy.facts.tunnels["Tunnel3"]
    assert tunnel.crypto == CryptoPolicy(
        "AES256", "SHA256", "DHGroup14", "DES3", "MD5", "PFS2", 7200, 4608000, 28800, ike_version=1
    )
    assert (tunnel.front_vrf, str(tunnel.local), tunnel.key) == ("", "198.51.100.1", Secret("old.Key_123"))


def test_other_tunnels_are_not_ours(messy: ReadResult) -> None:
    assert set(messy.facts.tunnels) == {"Tunnel1", "Tunnel2", "Tunnel3"}


def test_a_policy_of_many_choices_is_not_one_of_azures() -> None:
    text = MESSY.replace(" match fvrf FRONT\n match address local 172.20.0.1\n proposal STRONG", " proposal STRONG")
    crypto = read(text).facts.tunnels["Tunnel1"].crypto
    assert crypto is not None
    assert (crypto.ike_encryption, crypto.ike_integrity, crypto.dh_group) == (
        "AES256,AES128,DES3",
        "SHA256,SHA1",
        "DHGroup14,group21",
    )


def test_a_type_6_key_is_there_but_not_known(messy: ReadResult) -> None:
    inline = " key 0 inline.Key_1234567890"
    key = read(MESSY.replace(inline, "").replace("GW1\n match fvrf any", "GW1\n match fvrf any\n keyring local AZURE"))
    assert key.facts.tunnels["Tunnel2"].key == Secret(None)


def test_entries_by_number_with_names_for_ports_and_types(messy: ReadResult) -> None:
    rules = messy.facts.filters["AZ-IN", 4].rules
    assert [rule.label for rule in rules] == ["10", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30"]
    vnet, web = parse_prefix("10.60.0.0/16"), parse_prefix("192.168.20.5/32")
    ports = (Ports(80, 80), Ports(443, 443), Ports(8080, 8080))
    assert rules[0] == FilterRule("10", True, 6, (vnet,), (web,), (), ports)
    assert rules[1] == FilterRule(
        "20", True, 17, source_ports=(Ports(53, 53),), destination_ports=(Ports(1024, 65535),)
    )
    assert rules[2].destination_ports == (Ports(0, 499), Ports(501, 65535))
    assert rules[3] == FilterRule("22", True, 6, source_ports=(Ports(20, 21),), established=True)
    assert [rule.icmp for rule in rules[4:6]] == [(IcmpType(11, 0),), (IcmpType(3, 1),)]
    assert [rule.protocol for rule in rules[6:8]] == [50, 112]
    assert rules[11] == FilterRule("30", False, log=True)


def test_an_entry_that_is_not_understood_cannot_be_evaluated(messy: ReadResult) -> None:
    rules = messy.facts.filters["AZ-IN", 4].rules
    assert (rules[8].destination_ports, rules[8].unknown) == ((Ports(0, 22),), ("syn time-range NIGHT",))
    assert rules[9].unknown == ("permit object-group SERVICES any any",)
    assert rules[10].unknown == ("permit ip 10.0.0.1 0.255.255.0 any",)


def test_ipv6_entries_with_the_number_in_front_or_behind(messy: ReadResult) -> None:
    assert [(rule.label, rule.permit, rule.icmp, rule.log) for rule in messy.facts.filters["SIX", 6].rules] == [
        ("10", True, (), False),
        ("30", True, (IcmpType(135),), False),
        ("40", True, (IcmpType(136),), False),
        ("60", False, (), True),
    ]


def test_only_lists_that_filter_are_filters(messy: ReadResult) -> None:
    """Not those of translation, selectors, classes of ICMP and lines."""
    assert set(messy.facts.filters) == {("AZ-IN", 4), ("CP", 4), ("101", 4), ("SIX", 6)}
    link = messy.facts.interfaces["TenGigabitEthernet0/0/0.410"]
    assert (link.filter_in, link.filter_out, link.mss) == ("101", "SIX", 1360)


def test_zones_and_their_policies(messy: ReadResult) -> None:
    ports = ("TenGigabitEthernet0/0/1", "TenGigabitEthernet0/0/2")
    assert messy.facts.zones == {"AZ": Zone("AZ", "INNER", ("Tunnel1",)), "LAN": Zone("LAN", "INNER", ports)}
    assert messy.facts.zone_policies == {("AZ", "LAN"): ZonePolicy("AZ", "LAN", "AZ-IN")}


def test_a_control_plane_that_drops_all_the_rest(messy: ReadResult) -> None:
    assert messy.facts.control_plane == {"CP": ControlPlane("CP", 256)}


def test_translations_of_every_form(messy: ReadResult) -> None:
    inside, third = ("TenGigabitEthernet0/0/1",), ("TenGigabitEthernet0/0/3",)
    sources = (parse_prefix("192.168.20.0/24"), parse_prefix("192.168.99.9/32"))
    static = "static 192.168.20.5/32 203.0.113.5/32 vrf INNER"
    network = "static 192.168.20.64/28 203.0.113.96/28"
    assert messy.facts.nat_rules == {
        "OUT": NatRule(
            "OUT",
            "source",
            "INNER",
            sources,
            parse_prefix("203.0.113.64/28"),
            inside,
            ("TenGigabitEthernet0/0/2",),
        ),
        "DIA": NatRule(
            "DIA", "source", "INNER", (parse_prefix("192.168.30.0/24"),), parse_prefix("198.51.100.1/32"), inside, third
        ),
        static: NatRule(
            static,
            "static",
            "INNER",
            (parse_prefix("192.168.20.5/32"),),
            parse_prefix("203.0.113.5/32"),
            inside,
            ("TenGigabitEthernet0/0/2",),
            overload=False,
        ),
        network: NatRule(
            network,
            "static",
            "",
            (parse_prefix("192.168.20.64/28"),),
            parse_prefix("203.0.113.96/28"),
            (),
            third,
            overload=False,
        ),
    }


def test_shapers_and_remarks_under_any_name(messy: ReadResult) -> None:
    """One policy on two interfaces gives each of them its own rate."""
    first, second = "TEN TenGigabitEthernet0/0/1", "TEN TenGigabitEthernet0/0/2"
    link = "TenGigabitEthernet0/0/0.410"
    assert messy.facts.shapers == {
        "PARENT": Shaper("PARENT", 200, (link,)),
        first: Shaper(first, 10, ("TenGigabitEthernet0/0/1",)),
        second: Shaper(second, 10, ("TenGigabitEthernet0/0/2",)),
    }
    assert messy.facts.remarks == {"CHILD": Remark("CHILD", (46, 34, 18, 10, 8), (46,), 15, (link,))}


def test_macsec_with_the_first_key_of_its_chain(messy: ReadResult) -> None:
    port = "TenGigabitEthernet0/0/0"
    assert messy.facts.macsec == {port: Macsec(port, "GcmAesXpn128", "0a10", Secret(CAK), sci=True)}


# Lines that cannot be taken

CLASS = (
    "class-map type inspect match-any C\n match access-group name L\nip access-list extended L\n 10 permit ip any any\n"
)
PAIR = "zone-pair security P source A destination B\n service-policy type inspect M\n"
MAP = "policy-map type inspect M\n class type inspect C\n"
PLANE = (
    "ip access-list extended F\n 10 permit tcp any any\nip access-list extended O\n 10 permit ip any host 10.0.0.1\n"
    "class-map match-any F\n match access-group name F\nclass-map match-any O\n match access-group name O\n"
    "interface A\n ip address 10.0.0.1 255.255.255.0\ncontrol-plane\n service-policy input CP\n"
)
DROP = "  police cir 8000 conform-action drop exceed-action drop\n"

FAULTS = {
    "crypto ikev2 proposal P\n frobnicate\n": "",
    "crypto ikev2 policy P\n match address local nowhere\n": "",
    "crypto ikev2 profile P\n lifetime long\n": "",
    "crypto ipsec transform-set T esp-aes esp-frob\n": "transform esp-frob",
    "crypto ipsec profile P\n set security-association lifetime seconds long\n": "",
    "ip access-list extended L\n 10 allow ip any any\n": "",
    "interface A\n ip access-group L sideways\n": "",
    "interface A\n ip nat sideways\n": "",
    "interface A\n tunnel protection psk\n": "",
    "interface A\n macsec frobnicate\n": "",
    "interface A\n ip address\n": "an address without a mask",
    "interface Tunnel1\n tunnel source Loopback9\n tunnel mode ipsec ipv4\n tunnel destination 10.0.0.1\n tunnel protection ipsec profile P\n": "source or destination of the tunnel is not an address",
    "zone-pair security P source A\n": "",
    "zone-pair security P source A destination B\n service-policy type inspect NONE\n": "policy-map type inspect NONE does not exist",
    f"{PAIR}{MAP}  pass\n": "class-map type inspect C does not exist",
    f"{PAIR}{MAP}  drop\n{CLASS}": "a class that neither inspects nor passes",
    f"{PAIR}{MAP}  pass\n class class-default\n  pass\n{CLASS}": "what no class matches passes",
    f"{PAIR}{MAP}  pass\n{CLASS.replace(' match access', ' match access-group name M' + chr(10) + ' match access', 1)}": "not one filter in one or both address families",
    f"{PAIR}{MAP}  pass\n{CLASS.replace(' match access', ' match protocol http' + chr(10) + ' match access', 1)}": "",
    "control-plane\n service-policy input NONE\n": "policy-map NONE does not exist",
    f"{PLANE}policy-map CP\n class F\n class O\n  police cir 8000 conform-action transmit exceed-action transmit\n": "the control plane has more than one filter",
    f"{PLANE}policy-map CP\n class F\n": "what the control plane's filter denies is not dropped",
    f"{PLANE}interface B\n ip address 10.0.1.1 255.255.255.0\npolicy-map CP\n class F\n class O\n{DROP}": "packets for 10.0.1.1 are not among those that the control plane drops",
    f"{PLANE}policy-map CP\n class F\n  police rate 100 pps conform-action transmit exceed-action drop\n class O\n{DROP}": "a limit that is not in bit/s",
    "ip nat inside source route-map R pool P\n": "",
    "ip nat inside source static tcp 10.0.0.1 80 203.0.113.1 80\n": "",
    "ip nat inside source list NONE pool P overload\nip nat pool P 203.0.113.1 203.0.113.1 prefix-length 30\n": "",
    "ip nat outside source static 10.0.0.1 10.0.0.2\n": "another kind of translation than of inside sources",
    "ip nat pool P 2001:DB8::1 2001:DB8::2 prefix-length 64\n": "",
    "ip nat\n": "another kind of translation than of inside sources",
    "policy-map P\n class C\n class class-default\n  set dscp default\n": "a class that is not a choice of code points",
    "class-map match-any C\n match dscp ef\npolicy-map P\n class C\n  set dscp af11\n class class-default\n  set dscp 0\n": "a class that sets something else than 0 is not kept",
}  # fmt: skip


@pytest.mark.parametrize("text", FAULTS)
def test_a_line_that_cannot_be_taken_is_reported_with_the_reason(text: str) -> None:
    (line,) = read(text).unrecognised
    assert line.reason == FAULTS[text]
    assert text.splitlines()[line.line - 1].strip() == line.text


def test_a_control_plane_that_is_open_is_none() -> None:
    assert read(f"{PLANE}policy-map CP\n class F\n").facts.control_plane == {}
    closed = read(f"{PLANE}policy-map CP\n class F\n class O\n{DROP}")
    assert closed.facts.control_plane == {"F": ControlPlane("F")}
    assert closed.unrecognised == ()


SECRETS = {
    "crypto ikev2 keyring K\n peer P\n  pre-shared-key 9 hunter2-hunter2 x\n": "pre-shared-key ••••",
    "crypto ikev2 keyring K\n peer P\n  pre-shared-kee hunter2-hunter2\n": "••••",
    "crypto ikev2 keyring K\n peer P\n  pre-shared-key 7 hunter2-hunter2\n": "pre-shared-key ••••",
    "crypto ikev2 keyring K\n hunter2-hunter2\n": "••••",
    "crypto ikev2 profile K\n authentication local pre-share key 9 hunter2-hunter2\n": "authentication ••••",
    "crypto isakmp key 5 hunter2-hunter2 address 10.0.0.1\n": "crypto ••••",
    "crypto keyring K\n pre-shared-key address 10.0.0.1 key 7 hunter2-hunter2\n": "pre-shared-key ••••",
    "key chain K macsec\n key 01\n  key-string 7 hunter2-hunter2\n": "key-string ••••",
    "key chain K macsec\n key 01\n  key-sting hunter2-hunter2\n": "••••",
    "key chain K macsec\n key-string hunter2-hunter2\n": "key-string ••••",
    "interface A\n frob authentication md5 key-string hunter2-hunter2\n": "frob authentication md5 key-string ••••",
    "router bgp 1\n frob 7 hunter2-hunter2\n": "frob ••••",
}  # fmt: skip


@pytest.mark.parametrize("text", SECRETS)
def test_a_key_is_not_repeated_in_a_report(text: str) -> None:
    lines = [line.text for line in read(text).unrecognised]
    assert lines == [SECRETS[text]]
