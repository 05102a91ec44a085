"""Every rule of the audit that can apply on a platform: found in a bad config there, silent in the good one.

The good ones are those of `tests.audited`, as written; each case makes one thing wrong.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from generator import api
from generator.model.finding import Severity
from generator.rules import load
from tests.audited import FILES, Case, audited
from tests.changing import rendered
from tests.unit.change.test_risks import translating

INVENTORY = Path(__file__).parent.parent / "inventories" / "fjellmark-linux"

MS = (("circuit A, private", "circuit A, Microsoft"), ("circuit A private", "circuit A Microsoft"))
NAT_XE = """\
interface TenGigabitEthernet0/0/3
 vrf forwarding WAN-A
 ip address 10.8.9.1 255.255.255.0
 ip nat inside
!
interface TenGigabitEthernet0/0/4
 vrf forwarding WAN-A
 ip address 192.0.2.1 255.255.255.0
 ip nat outside
!
"""
XE = {
    "001 shut neighbour": Case("AUD-001", "is shut down", (("  neighbor {peer} fall", "  neighbor {peer} shutdown\n  neighbor {peer} fall"),)),
    "001 shut interface": Case("AUD-001", "which is shut down", ((" no bfd echo\n", " no bfd echo\n shutdown\n"),)),
    "003": Case("AUD-003", "described as public peering", (("description circuit A private", "description circuit A public peering"),)),
    "004 in": Case("AUD-004", "has no inbound filter", (("  neighbor {peer} route-map FROM-AZ in\n", ""),)),
    "004 out": Case("AUD-004", "has no outbound filter", (("  neighbor {peer} route-map TO-AZ out\n", ""),)),
    "005 policy": Case("AUD-005", "policy TO-AX is used here and defined nowhere; on Cisco IOS-XE that denies all", (("route-map TO-AZ out", "route-map TO-AX out"),)),
    "005 list": Case("AUD-005", "prefix list OUR is used here and defined nowhere; on Cisco IOS-XE that matches everything", (("address prefix-list OURS", "address prefix-list OUR"),)),
    "005 filter-list": Case("AUD-005", "AS path list 10 is used", (("  neighbor {peer} activate", "  neighbor {peer} filter-list 10 out\n  neighbor {peer} activate"),)),
    "007 ignore": Case("AUD-007", "ignores the length", ((" bgp log-neighbor-changes", " bgp bestpath as-path ignore"),)),
    "007 limit": Case("AUD-007", "more than 5 numbers", ((" bgp log-neighbor-changes", " bgp maxas-limit 5"),)),
    "007 exact": Case("AUD-007", "refuses it nine times", (("access-list 5 permit ^12076_", "access-list 5 permit ^12076$"),)),
    "008": Case("AUD-008", "has local preference 150, edge1 neighbor 172.20.0.2 in VRF WAN-A has 200", (("local-preference 150", "local-preference 200"),)),
    "009 Microsoft's": Case("AUD-009", "gets AS 12076 prepended, which is Microsoft's", ((" match ip address prefix-list OURS\n", " match ip address prefix-list OURS\n set as-path prepend 12076\n"),)),
    "009 foreign": Case("AUD-009", "gets AS 65099 prepended, but the router is in AS 65010", ((" match ip address prefix-list OURS\n", " match ip address prefix-list OURS\n set as-path prepend 65099\n"),)),
    "010": Case("AUD-010", "runs as AS 65515", (("router bgp 65010", "router bgp 65515"),), True),
    "011 originate": Case("AUD-011", "default-originate), taken for Microsoft peering", (("circuit A, private", "circuit A, Microsoft"), ("circuit A private", "circuit A Microsoft"), ("  neighbor {peer} activate", "  neighbor {peer} default-originate\n  neighbor {peer} activate"))),
    "011 policy": Case("AUD-011", "lets the default route through", (("circuit A, private", "circuit A, Microsoft"), ("circuit A private", "circuit A Microsoft"), ("route-map TO-AZ deny 5\n match as-path 6\n", ""), ("OURS seq 5 permit 10.8.0.0/16", "OURS seq 5 permit 0.0.0.0/0 le 32"))),
    "012": Case("AUD-012", "redistributes connected without a filter", (("  network 10.8.0.0", "  redistribute connected\n  network 10.8.0.0"),)),
    "013": Case("AUD-013", "such as 10.200.0.0/16", (("VNETS seq 5 permit 10.60.0.0/16 le 24", "VNETS seq 5 permit 10.0.0.0/8 le 24"), (" match ip address prefix-list OURS\n", ""), ("route-map TO-AZ deny 5\n match as-path 6\n", ""))),
    "014": Case("AUD-014", "VRF WAN-B takes routes of VRF WAN-A (by 65010:1)", ((" route-target import 65010:2", " route-target import 65010:1"),)),
    "015 timers": Case("AUD-015", "timers 2/6", (("  neighbor {peer} activate", "  neighbor {peer} timers 2 6\n  neighbor {peer} activate"),)),
    "015 neighbour only": Case("AUD-015", "its interface has no BFD timers", ((" bfd interval 300 min_rx 300 multiplier 3\n no bfd echo\n", ""),)),
    "015 interface only": Case("AUD-015", "is not bound to BFD", (("  neighbor {peer} fall-over bfd\n", ""),)),
    "015 too fast": Case("AUD-015", "50/50 ms x3", (("interval 300 min_rx 300", "interval 50 min_rx 50"),)),
    "016": Case("AUD-016", "BFD with echo", ((" no bfd echo\n", ""),)),
    "017 none": Case("AUD-017", "has no MD5 key", (("  neighbor {peer} password 7 0822455D0A16\n", ""),), True),
    "017 other": Case("AUD-017", "has another MD5 key than edge1", (("password 7 0822455D0A16", "password 7 0822455D0A17"),)),
    "018 none": Case("AUD-018", "has no limit of prefixes", (("  neighbor {peer} maximum-prefix 1000 80 restart 15\n", ""),)),
    "018 warns": Case("AUD-018", "only warns at 1000", (("1000 80 restart 15", "1000 80 warning-only"),)),
    "019 stale": Case("AUD-019", "matches 12076:51022, the value of 2016, expected 12076:51026", (("ip as-path access-list 5", "ip community-list standard W permit 12076:51022\nip as-path access-list 5"), (" match as-path 5", " match as-path 5\n match community W"))),
    "019 family": Case("AUD-019", "which is never set on private peering", (("ip as-path access-list 5", "ip community-list standard W permit 12076:51002\nip as-path access-list 5"), (" match as-path 5", " match as-path 5\n match community W"))),
    "020 group": Case("AUD-020", "Diffie-Hellman group 2 is weak", ((" group 20", " group 2"),)),
    "020 cipher": Case("AUD-020", "3DES is weak", ((" encryption aes-gcm-256\n prf sha384\n", " encryption 3des\n integrity sha1\n"),)),
    "020 transport": Case("AUD-020", "expected tunnel mode", ((" mode tunnel", " mode transport"),)),
    "020 version": Case("AUD-020", "IKEv1, expected IKEv2", (("crypto ikev2 proposal AZ\n", "crypto isakmp policy 10\n encr 3des\n group 2\n!\ncrypto ikev2 proposal AZ\n"),)),
    "020 chain": Case("AUD-020", "has no complete policy", ((" set ikev2-profile AZ\n", " set ikev2-profile GONE\n"),)),
    "021": Case("AUD-021", "pfs group is ECP384, on edge1 None", ((" set pfs group20\n", ""),)),
    "022 mesh": Case("AUD-022", "edge2 has no tunnel to 10.60.255.5 in VRF WAN-A, edge1 has one", ((" tunnel destination 10.60.255.4", " tunnel destination 10.60.255.5"),)),
    "022 shut": Case("AUD-022", "tunnel Tunnel7 to 10.60.255.4 is shut down", ((" ip tcp adjust-mss 1350\n", " ip tcp adjust-mss 1350\n shutdown\n"),)),
    "023 none": Case("AUD-023", "has no host route through a tunnel", (("ip route vrf WAN-A 10.60.255.30 255.255.255.255 Tunnel7\n", ""),)),
    "023 clear": Case("AUD-023", "which is no tunnel", (("255.255.255.255 Tunnel7", "255.255.255.255 {peer}"),)),
    "024 link": Case("AUD-024", "with an MTU of 1400", ((" no bfd echo\n", " no bfd echo\n ip mtu 1400\n"),)),
    "024 tunnel": Case("AUD-024", "an MTU of 1436 and no MSS clamp", ((" ip mtu 1400\n ip tcp adjust-mss 1350\n", " ip mtu 1436\n"),)),
    "025 open": Case("AUD-025", "lets SSH from behind", ((" ip access-group EDGE-IN in\n", ""), (" access-class MGMT in vrf-also\n", ""))),
    "025 line": Case("AUD-025", "without a list of addresses", ((" access-class MGMT in vrf-also\n", ""),)),
    "025 plane": Case("AUD-025", "no filter for its control plane", ((" ip access-group EDGE-IN in\n", ""),)),
    "026": Case("AUD-026", "which permits everything", ((" permit tcp {subnet} 0.0.0.7 any eq bgp\n", " permit ip any any\n"),)),
    "027": Case("AUD-027", "strictly", ((" no bfd echo\n", " no bfd echo\n ip verify unicast source reachable-via rx\n"),)),
    "028 private": Case("AUD-028", "which is private peering", ((" no bfd echo\n", " no bfd echo\n ip nat outside\n"), ("interface Tunnel7\n", "interface TenGigabitEthernet0/0/3\n vrf forwarding WAN-A\n ip address 10.8.9.1 255.255.255.0\n ip nat inside\n!\ninterface Tunnel7\n"), ("ip prefix-list VNETS", "ip nat pool P 203.0.113.8 203.0.113.15 prefix-length 29\nip nat inside source list MGMT pool P vrf WAN-A match-in-vrf overload\nip prefix-list VNETS"))),
    "028 shared": Case("AUD-028", "is used on interface TenGigabitEthernet0/0/0.200 towards Microsoft and on TenGigabitEthernet0/0/4, expected one each", (*MS, (" no bfd echo\n", " no bfd echo\n ip nat outside\n"), ("interface Tunnel7\n", NAT_XE + "interface Tunnel7\n"), ("ip prefix-list VNETS", "ip nat pool P 203.0.113.8 203.0.113.15 prefix-length 29\nip nat inside source list MGMT pool P vrf WAN-A match-in-vrf overload\nip prefix-list VNETS"))),
    "028 everybody": Case("AUD-028", "is for every source", (*MS, (" no bfd echo\n", " no bfd echo\n ip nat outside\n"), ("interface Tunnel7\n", NAT_XE + "interface Tunnel7\n"), (" permit 192.168.99.0 0.0.0.255\n", " permit any\n"), ("ip prefix-list VNETS", "ip nat pool P 203.0.113.8 203.0.113.15 prefix-length 29\nip nat inside source list MGMT pool P vrf WAN-A match-in-vrf overload\nip prefix-list VNETS"))),
    "029": Case("AUD-029", "HSRP", ((" no bfd echo\n", " no bfd echo\n standby 1 ip 172.20.0.3\n"),)),
    "030": Case("AUD-030", "0x88a8", ((" no ip address\n", " no ip address\n dot1q tunneling ethertype 0x88A8\n"),)),
    "031": Case("AUD-031", "trusts DSCP", ((" no bfd echo\n", " no bfd echo\n mls qos trust dscp\n"),)),
    "032": Case("AUD-032", "edge1's is not shaped", ((" service-policy output SHAPE\n", ""),)),
    "033": Case("AUD-033", "one key stands in clear", (("password 7 0822455D0A16", "password 0 letmein"),)),
    "034 list": Case("AUD-034", "prefix list OLD is used nowhere", (("ip prefix-list VNETS", "ip prefix-list OLD seq 5 permit 10.99.0.0/16\nip prefix-list VNETS"),)),
    "034 interface": Case("AUD-034", "0.201 has two tags on a port towards Microsoft, and no session", (("interface Tunnel7\n", "interface TenGigabitEthernet0/0/0.201\n encapsulation dot1Q 21 second-dot1q 201\n ip address 172.21.0.1 255.255.255.252\n!\ninterface Tunnel7\n"),)),
    "035": Case("AUD-035", "outbound filter has permit 10.9.0.0/16 on edge1 only", (("ip prefix-list OURS seq 5", "ip prefix-list OURS seq 3 permit 10.9.0.0/16\nip prefix-list OURS seq 5"),)),
    "035 tag": Case("AUD-035", "the customer's tag is 200 and 210", (("second-dot1q 200", "second-dot1q 210"),)),
    "parse": Case("PAIR-001", "glued together", ((" ip address {own} 255", " ip address {own}255"),)),
}  # fmt: skip

JUNOS = {
    "001 inactive": Case("AUD-001", "inactive statement 'neighbor {peer}", (("neighbor {peer};", "inactive: neighbor {peer};"),)),
    "001 group": Case("AUD-001", "group COMMON is not in this text", (("group AZ {{", "group AZ {{\n apply-groups COMMON;"),)),
    "001 shut": Case("AUD-001", "which is shut down", (("vlan-tags outer", "disable;\n            vlan-tags outer"),)),
    "003": Case("AUD-003", "described as public peering", (("circuit A private", "circuit A public peering"),)),
    "004 in": Case("AUD-004", "has no inbound filter", (("                    import FROM-AZ;\n", ""),)),
    "004 no reject": Case("AUD-004", "the inbound policy FROM-AZ, which accepts what no step decides", (("            then {{ local-preference 150; accept; }}\n        }}\n        term rest {{ then reject; }}\n", "            then {{ local-preference 150; accept; }}\n        }}\n"),)),
    "005": Case("AUD-005", "policy TO-AX is used here and defined nowhere; on Juniper MX and SRX, Junos OS that does not commit", (("export TO-AZ", "export TO-AX"),)),
    "005 list": Case("AUD-005", "prefix list OUR is used", (("protocol static; prefix-list OURS;", "protocol static; prefix-list OUR;"),)),
    "007 ignore": Case("AUD-007", "ignores the length", (("            bgp {{\n", "            bgp {{\n path-selection as-path-ignore;\n"),)),
    "007 exact": Case("AUD-007", "refuses it nine times", (('"12076 .*"', '"12076"'),)),
    "008": Case("AUD-008", "has local preference 150", (("local-preference 150", "local-preference 200"),)),
    "009": Case("AUD-009", "gets AS 12076 prepended", (("            then accept;\n", '            then {{ as-path-prepend "12076 12076"; accept; }}\n'),)),
    "010": Case("AUD-010", "AS 65515", (("autonomous-system 65010", "autonomous-system 65515"),), True),
    "011": Case("AUD-011", "lets the default route through", (("circuit A, private", "circuit A, Microsoft"), ("circuit A private", "circuit A Microsoft"), ("from {{ protocol static; prefix-list OURS; }}\n", ""))),
    "012": Case("AUD-012", "announces all routes of protocol direct", (("from {{ protocol static; prefix-list OURS; }}", "from {{ protocol direct; }}"),)),
    "013": Case("AUD-013", "such as 10.200.0.0/16", (("from {{ protocol static; prefix-list OURS; }}\n", ""), ("from {{ as-path MSFT; prefix-list VNETS; }}", "from as-path MSFT;"))),
    "014 target": Case("AUD-014", "VRF WAN-B takes routes of VRF WAN-A", (("    WAN-A {{\n        instance-type virtual-router;\n", "    WAN-A {{\n        instance-type vrf;\n route-distinguisher 65010:1;\n vrf-target target:65010:1;\n"), ("    WAN-B {{\n        instance-type virtual-router;\n", "    WAN-B {{\n        instance-type vrf;\n route-distinguisher 65010:2;\n vrf-target target:65010:1;\n"))),
    "014 table": Case("AUD-014", "routes cross between VRF WAN-A and another table", (("static {{ route 10.8.0.0/16 discard; }}", "static {{ route 10.8.0.0/16 discard; route 10.3.0.0/16 next-table inet.0; }}"),)),
    "015 timers": Case("AUD-015", "a hold time of 20 s", (("hold-time 180", "hold-time 20"),)),
    "015 too fast": Case("AUD-015", "50/50 ms x3", (("minimum-interval 300", "minimum-interval 50"),)),
    "016": Case("AUD-016", "BFD with echo", (("multiplier 3; }}", "multiplier 3; echo {{ minimum-interval 300; }} }}"),)),
    "017 none": Case("AUD-017", "has no MD5 key", (('authentication-key "$9$iHmT6/tBRS36pBIhKvYgo";', ""),), True),
    "017 other": Case("AUD-017", "has another MD5 key than edge1", (("$9$iHmT6/tBRS36pBIhKvYgo", "$9$i.5F9A0O1hqmOR"),)),
    "018 none": Case("AUD-018", "has no limit of prefixes", (("unicast {{ prefix-limit {{ maximum 1000; teardown 80 idle-timeout 15; }} }}", "unicast;"),)),
    "018 warns": Case("AUD-018", "only warns", ((" teardown 80 idle-timeout 15;", ""),)),
    "019": Case("AUD-019", "12076:51022, the value of 2016", (('    as-path MSFT "', '    community W members 12076:51022;\n    as-path MSFT "'),)),
    "020": Case("AUD-020", "Diffie-Hellman group 2 is weak", (("chassis {{", "security {{ ike {{ proposal OLD {{ authentication-method pre-shared-keys; dh-group group2; }} }} }}\nchassis {{"),)),
    "020 version": Case("AUD-020", "IKEv1, expected IKEv2", (("chassis {{", "security {{ ike {{ gateway OLD {{ version v1-only; }} }} }}\nchassis {{"),)),
    "024": Case("AUD-024", "with an MTU of 1400", (("filter {{ input EDGE-IN; }}", "filter {{ input EDGE-IN; }} mtu 1400;"),)),
    "025 open": Case("AUD-025", "ssh is on", (("filter {{ input EDGE-IN; }}", ""), ("filter {{ input PROTECT; }} ", ""))),
    "026": Case("AUD-026", "which permits everything", (("term ssh {{ from {{ protocol tcp; destination-port 22; }} then discard; }}", "term all {{ then accept; }}"),)),
    "027": Case("AUD-027", "strictly", (("filter {{ input EDGE-IN; }}", "filter {{ input EDGE-IN; }} rpf-check;"),)),
    "029": Case("AUD-029", "group", (("address {own}/30;", "address {own}/30 {{ vrrp-group 1 {{ virtual-address 172.20.0.3; }} }}"),)),
    "030 tags": Case("AUD-030", "0x88a8", (("vlan-tags outer 20 ", "vlan-tags outer 0x88a8.20 "),)),
    "030 port": Case("AUD-030", "port xe-0/0/1 takes outer tags with ethertype 0x88a8", (("        flexible-vlan-tagging;\n", "        flexible-vlan-tagging;\n        gigether-options {{ ethernet-switch-profile {{ tag-protocol-id 0x88a8; }} }}\n"),)),
    "031": Case("AUD-031", "xe-0/0/1.200 trusts DSCP", (("chassis {{", "class-of-service {{ interfaces {{ xe-0/0/1 {{ unit 200 {{ classifiers {{ dscp default; }} }} }} }} }}\nchassis {{"),)),
    "033": Case("AUD-033", "one key stands in clear", (("$9$iHmT6/tBRS36pBIhKvYgo", "letmein"),)),
    "034": Case("AUD-034", "prefix list OLD is used nowhere", (("    prefix-list VNETS", "    prefix-list OLD {{ 10.99.0.0/16; }}\n    prefix-list VNETS"),)),
    "035": Case("AUD-035", "permit 10.9.0.0/16 on edge1 only", (("prefix-list OURS {{ 10.8.0.0/16; }}", "prefix-list OURS {{ 10.8.0.0/16; 10.9.0.0/16; }}"),)),
    "parse brace": Case("PAIR-001", "broken here", (("policy-options {{", "}}\npolicy-options {{"),)),
    "parse tagging": Case("PAIR-001", "belongs on the physical port", (("interfaces {{\n    xe", "interfaces {{\n    flexible-vlan-tagging;\n    xe"),)),
}  # fmt: skip

FRR = {
    "001": Case("AUD-001", "is shut down", (("  neighbor AZ activate", "  neighbor AZ activate"), (" neighbor AZ bfd profile EDGE", " neighbor AZ bfd profile EDGE\n neighbor AZ shutdown"))),
    "003": Case("AUD-003", "described as public peering", (("circuit A private", "circuit A public peering"),)),
    "004": Case("AUD-004", "has no inbound and no outbound filter", (("  neighbor AZ route-map FROM-AZ in\n  neighbor AZ route-map TO-AZ out\n", ""),)),
    "005 policy": Case("AUD-005", "policy TO-AX is used here and defined nowhere; on Linux with FRRouting that denies all", (("route-map TO-AZ out", "route-map TO-AX out"),)),
    "005 list": Case("AUD-005", "prefix list OUR is used here and defined nowhere; on Linux with FRRouting that matches everything", (("address prefix-list OURS", "address prefix-list OUR"),)),
    "006 line": Case("AUD-006", "without a policy pass everything", ((" no bgp default ipv4-unicast", " no bgp ebgp-requires-policy\n no bgp default ipv4-unicast"),)),
    "006 profile": Case("AUD-006", "this profile", (("frr defaults traditional", "frr defaults datacenter"),)),
    "007 ignore": Case("AUD-007", "ignores the length", ((" no bgp default", " bgp bestpath as-path ignore\n no bgp default"),)),
    "007 limit": Case("AUD-007", "more than 12 numbers", ((" no bgp default", " bgp maxas-limit 12\n no bgp default"),)),
    "007 exact": Case("AUD-007", "refuses it nine times", (("MSFT seq 5 permit ^12076_", "MSFT seq 5 permit ^12076$"),)),
    "008": Case("AUD-008", "has local preference 150", (("local-preference 150", "local-preference 200"),)),
    "009": Case("AUD-009", "gets AS 12076 prepended", ((" match ip address prefix-list OURS\n", " match ip address prefix-list OURS\n set as-path prepend 12076\n"),)),
    "010": Case("AUD-010", "AS 65515", (("router bgp 65010", "router bgp 65515"),), True),
    "011": Case("AUD-011", "default-originate", (("circuit A, private", "circuit A, Microsoft"), ("circuit A private", "circuit A Microsoft"), ("  neighbor AZ activate", "  neighbor AZ activate\n  neighbor AZ default-originate"))),
    "012": Case("AUD-012", "redistributes connected", (("  network 10.8", "  redistribute connected\n  network 10.8"),)),
    "013": Case("AUD-013", "transit", (("VNETS seq 5 permit 10.60.0.0/16 le 24", "VNETS seq 5 permit 10.0.0.0/8 le 24"), (" match ip address prefix-list OURS\n", ""), ("route-map TO-AZ deny 5\n match as-path ANY-MSFT\nexit\n!\n", ""))),
    "014": Case("AUD-014", "between the global table and another table (import vrf WAN-B)", (("  network 10.8.0.0/16\n", "  network 10.8.0.0/16\n  import vrf WAN-B\n"), ("ip route 10.8", "vrf WAN-B\nexit-vrf\n!\nip route 10.8"))),
    "015 timers": Case("AUD-015", "timers 2/6", ((" neighbor AZ bfd profile EDGE", " neighbor AZ bfd profile EDGE\n neighbor AZ timers 2 6"),)),
    "015 too fast": Case("AUD-015", "50/300 ms", (("transmit-interval 300", "transmit-interval 50"),)),
    "016": Case("AUD-016", "BFD with echo", (("  transmit-interval 300\n", "  transmit-interval 300\n  echo-mode\n"),)),
    "017 none": Case("AUD-017", "has no MD5 key", ((" neighbor AZ password letmein\n", ""),), True),
    "017 other": Case("AUD-017", "has another MD5 key", (("password letmein", "password letmeout"),)),
    "018": Case("AUD-018", "has no limit", (("  neighbor AZ maximum-prefix 1000 80 restart 15\n", ""),)),
    "018 warns": Case("AUD-018", "only warns", (("1000 80 restart 15", "1000 80 warning-only"),)),
    "019": Case("AUD-019", "12076:51022, the value of 2016", (("route-map FROM-AZ permit 10\n", "bgp community-list standard W seq 5 permit 12076:51022\n!\nroute-map FROM-AZ permit 10\n match community W\n"),)),
    "024": Case("AUD-024", "with an MTU of 1400", (("    vlan-id 200\n", "    vlan-id 200\n    mtu 1400\n"),)),
    "025": Case("AUD-025", "no filter for its control plane", (("policy drop", "policy accept"),)),
    "029": Case("AUD-029", "VRRP", (("interface eth1.20.200\n", "interface eth1.20.200\n vrrp 1\n"),)),
    "030": Case("AUD-030", "0x88a8", (("vlan-protocol 802.1q", "vlan-protocol 802.1ad"),)),
    "034": Case("AUD-034", "prefix list OLD is used nowhere", (("ip prefix-list VNETS", "ip prefix-list OLD seq 5 permit 10.99.0.0/16\nip prefix-list VNETS"),)),
    "035": Case("AUD-035", "permit 10.9.0.0/16 on edge1 only", (("ip prefix-list OURS seq 5", "ip prefix-list OURS seq 3 permit 10.9.0.0/16\nip prefix-list OURS seq 5"),)),
}  # fmt: skip

SRX = (
    ("    lo0 {{", "    st0 {{ unit 7 {{ family inet {{ address 10.255.7.1/30; }} }} }}\n    lo0 {{"),
    ("        interface xe-0/0/1.200;\n", "        interface xe-0/0/1.200;\n        interface st0.7;\n        interface xe-0/0/2.0;\n"),
    ("    xe-0/0/1 {{", "    xe-0/0/2 {{ unit 0 {{ family inet {{ address 10.8.9.1/24; }} }} }}\n    xe-0/0/1 {{"),
    ("static {{ route 10.8.0.0/16 discard; }}", "static {{ route 10.8.0.0/16 discard; route 10.60.255.30/32 next-hop st0.7; }}"),
    ("                    neighbor {peer};\n                }}\n", """\
                    neighbor {peer};
                }}
                group GW {{
                    type external;
                    multihop {{ ttl 5; }}
                    peer-as 65515;
                    neighbor 10.60.255.30;
                }}
"""),
    ("chassis {{", """\
security {{
    ike {{
        proposal P1 {{
            authentication-method pre-shared-keys;
            dh-group group20;
            encryption-algorithm aes-256-gcm;
            lifetime-seconds 28800;
        }}
        policy P1 {{ proposals P1; pre-shared-key ascii-text "$9$iHmT6/tBRS36pBIhKvYgo"; }}
        gateway GW1 {{
            ike-policy P1;
            address 10.60.255.4;
            local-address {own};
            external-interface xe-0/0/1.200;
            version v2-only;
        }}
    }}
    ipsec {{
        proposal P2 {{ protocol esp; encryption-algorithm aes-256-gcm; lifetime-seconds 27000; }}
        policy P2 {{ perfect-forward-secrecy {{ keys group20; }} proposals P2; }}
        vpn GW1 {{ bind-interface st0.7; ike {{ gateway GW1; ipsec-policy P2; }} establish-tunnels immediately; }}
    }}
    flow {{ tcp-mss {{ ipsec-vpn {{ mss 1350; }} }} }}
    policies {{
        from-zone AZURE to-zone CORE {{
            policy SOME {{ match {{ source-address any; destination-address any; application junos-https; }} then {{ permit; }} }}
        }}
    }}
    zones {{
        security-zone AZURE {{
            host-inbound-traffic {{ system-services {{ ike; }} protocols {{ bgp; bfd; }} }}
            interfaces {{ xe-0/0/1.200; st0.7; }}
        }}
        security-zone CORE {{ interfaces {{ xe-0/0/2.0; }} }}
    }}
}}
class-of-service {{ interfaces {{ xe-0/0/1 {{ unit 200 {{ shaping-rate 500m; }} }} }} }}
chassis {{"""),
    ("        flexible-vlan-tagging;\n", "        flexible-vlan-tagging;\n        per-unit-scheduler;\n"),
)  # fmt: skip


def on_srx(rule: str, part: str, *edits: tuple[str, str]) -> Case:
    """The second router keeps the good text of an SRX; the first one is edited beyond that."""
    return Case(rule, part, (*SRX, *edits), shared=len(SRX))


NAT = """\
    nat {{
        source {{
            pool P {{ address {{ 203.0.113.8/29; }} }}
            rule-set R {{
                from interface xe-0/0/2.0;
                to interface xe-0/0/1.200;
                rule R {{ match {{ source-address 10.8.9.0/24; }} then {{ source-nat {{ pool {{ P; }} }} }} }}
            }}
        }}
    }}
"""
SHARED = NAT.replace(
    "            rule-set R {{",
    """\
            rule-set INTERNET {{
                from interface xe-0/0/2.0;
                to interface xe-0/0/3.0;
                rule I {{ match {{ source-address 10.8.9.0/24; }} then {{ source-nat {{ pool {{ P; }} }} }} }}
            }}
            rule-set R {{""",
)
"""The pool of the translation towards Microsoft is that of the way to the Internet too."""
SRX_CASES = {
    "020 by policy": on_srx("AUD-020", "has no complete policy", ("ike {{ gateway GW1; ipsec-policy P2; }}", "ike {{ gateway GONE; ipsec-policy P2; }}")),
    "020 cipher": on_srx("AUD-020", "3DES is weak", ("encryption-algorithm aes-256-gcm;\n            lifetime", "authentication-algorithm sha1;\n            encryption-algorithm 3des-cbc;\n            lifetime")),
    "021": on_srx("AUD-021", "pfs group is ECP384, on edge1 None", ("perfect-forward-secrecy {{ keys group20; }} ", "")),
    "022": on_srx("AUD-022", "edge2 has no tunnel to 10.60.255.5", ("address 10.60.255.4;", "address 10.60.255.5;")),
    "022 shut": on_srx("AUD-022", "is shut down", ("unit 7 {{ family", "unit 7 {{ disable; family")),
    "023": on_srx("AUD-023", "has no host route", (" route 10.60.255.30/32 next-hop st0.7;", "")),
    "024 tunnel": on_srx("AUD-024", "no MSS clamp", ("    flow {{ tcp-mss {{ ipsec-vpn {{ mss 1350; }} }} }}\n", "")),
    "026 zones": on_srx("AUD-026", "permits everything (IPv4)", ("application junos-https", "application any")),
    "028": on_srx("AUD-028", "which is private peering", ("    policies {{\n", NAT + "    policies {{\n")),
    "028 shared": on_srx("AUD-028", "pool 203.0.113.8/29 is used on interface xe-0/0/1.200 towards Microsoft and on xe-0/0/3.0, expected one each", *MS, ("    policies {{\n", SHARED + "    policies {{\n")),
    "028 everybody": on_srx("AUD-028", "translation R is for every source", *MS, ("    policies {{\n", NAT.replace("10.8.9.0/24", "0.0.0.0/0") + "    policies {{\n")),
    "032": on_srx("AUD-032", "edge1's is not shaped", (" shaping-rate 500m;", "")),
}  # fmt: skip
JUNOS |= SRX_CASES

CASES = [(p, name, case) for p, table in (("cisco_xe", XE), ("juniper_junos", JUNOS), ("linux_frr", FRR)) for name, case in table.items()]  # fmt: skip
KEYS_IN_CLEAR = {"linux_frr": {"AUD-033"}}
"""FRR has no way to hide a key: said, and true."""


@cache
def normally(platform: str) -> tuple[str, ...]:
    with TemporaryDirectory(prefix="peerwright-test-") as folder:
        found = audited(platform, Path(folder) / "in")
    return tuple(f"{one.rule} {one.message}" for one in found if one.severity > Severity.INFO)


@pytest.mark.parametrize("platform", FILES)
def test_nothing_is_said_of_the_good_pair(platform: str) -> None:
    said = [one for one in normally(platform) if one[:7] not in KEYS_IN_CLEAR.get(platform, ())]
    assert said == []


@pytest.mark.parametrize(("platform", "name", "case"), CASES, ids=[f"{one} {two}" for one, two, _ in CASES])
def test_the_fault_is_found(platform: str, name: str, case: Case, tmp_path: Path) -> None:
    part = case.part.replace("{peer}", "172.20.0.2")
    found = [
        one for one in audited(platform, tmp_path / "in", case) if f"{one.rule} {one.message}" not in normally(platform)
    ]
    hits = [one for one in found if one.rule == case.rule and part in one.message]
    assert hits, sorted(f"{one.rule} {one.message}" for one in found)
    for one in hits:
        assert one.where is not None
        assert one.where.line
        assert one.where.column
        assert one.fix
    assert "letme" not in "".join(f"{one.message}{one.fix}{one.where}" for one in found)


def test_nothing_is_said_of_the_good_firewalls(tmp_path: Path) -> None:
    found = audited("juniper_junos", tmp_path / "in", Case("", "", SRX, both=True))
    assert [f"{one.rule} {one.message}" for one in found if one.severity > Severity.INFO] == []


# Linux beside its routing: tunnels, shaping, the kernel's checks, in the files that ifupdown2, strongSwan and nft read

LINUX = {
    "020 group": ("AUD-020", "Diffie-Hellman group 2 is weak", "swanctl.conf", "proposals = aes256gcm16-prfsha384-ecp384", "proposals = aes256-sha256-modp1024"),
    "020 version": ("AUD-020", "IKEv1, expected IKEv2", "swanctl.conf", "version = 2", "version = 1"),
    "020 transport": ("AUD-020", "expected tunnel mode", "swanctl.conf", "mode = tunnel", "mode = transport"),
    "021": ("AUD-021", "pfs group is ECP384, on r1 None", "swanctl.conf", "esp_proposals = aes256gcm16-ecp384", "esp_proposals = aes256gcm16"),
    "022": ("AUD-022", "r2 has no tunnel to 10.60.255.17", "swanctl.conf", "remote_addrs = 10.60.255.15", "remote_addrs = 10.60.255.17"),
    "022 shut": ("AUD-022", "is shut down", "interfaces", "auto xfrm309\n", ""),
    "023": ("AUD-023", "has no host route", "frr.conf", " ip route 169.254.21.2/32 xfrm308\n", ""),
    "026 link": ("AUD-026", "from zone FJELLMARK-OSL-PRIVATE-AZ to zone TRANSPORT-IN permits everything (IPv4)", "nftables.conf", "chain filter/FJELLMARK-OSL-PRIVATE-AZ-IN/4 {\n", "chain filter/FJELLMARK-OSL-PRIVATE-AZ-IN/4 {\n        counter accept comment \"5\"\n"),
    "026 tunnel": ("AUD-026", "from zone FJELLMARK-OSL-PRIVATE-TUN to zone CORP-IN permits everything (IPv4)", "nftables.conf", "ip saddr 10.60.0.0/16 ip daddr 10.20.0.0/16 counter accept comment \"10\"", "counter accept comment \"10\""),
    "024 tunnel": ("AUD-024", "clamps the MSS to 1420", "nftables.conf", "size set 1350", "size set 1420"),
    "027": ("AUD-027", "strictly", "sysctl.conf", "rp_filter = 2", "rp_filter = 1"),
    "032": ("AUD-032", "r1's is not shaped", "interfaces", "htb rate", "sfq rate"),
}  # fmt: skip


@cache
def linux() -> dict[str, dict[str, str]]:
    with TemporaryDirectory(prefix="peerwright-test-") as folder:
        assert not api.render(INVENTORY, Path(folder) / "out", native=False).stopped
        return {
            router: {one.name: one.read_text() for one in (Path(folder) / "out" / router).iterdir()}
            for router in ("r1", "r2")
        }


@pytest.mark.parametrize("name", LINUX)
def test_the_fault_is_found_on_linux(name: str, tmp_path: Path) -> None:
    """The good texts are rendered ones, of which test_audit.py shows that nothing else is said."""
    rule, part, file, old, new = LINUX[name]
    for router, texts in linux().items():
        (tmp_path / router).mkdir()
        for each, text in texts.items():
            if (router, each) == ("r1", file):
                assert old in text
                text = text.replace(old, new)
            (tmp_path / router / each).write_text(text)
    found = api.audit(tmp_path).findings
    said = [f"{one.rule} {one.message}" for one in found]
    assert [line for line in said if line.startswith(rule) and part in line], sorted(said)


SOURCE = 'meta mark 0x1 oifname "eth1.101.200" ip saddr 10.0.0.0/16 counter snat ip to 20.1.1.0/28 comment "LINE-1-MICROSOFT-NAT"'
LINUX_NAT = {
    "028 shared": ("AUD-028", "pool 20.1.1.0/28 is used on interface eth1.101.200 towards Microsoft and on eth2.701, expected one each", SOURCE, f"{SOURCE}\n        {SOURCE.replace('eth1.101.200', 'eth2.701').replace('LINE-1-MICROSOFT', 'INTERNET')}"),
    "028 everybody": ("AUD-028", "translation LINE-1-MICROSOFT-NAT is for every source", "ip saddr 10.0.0.0/16", "ip saddr 0.0.0.0/0"),
    "028 not announced": ("AUD-028", "pool 20.1.9.0/28 is not announced", "snat ip to 20.1.1.0/28", "snat ip to 20.1.9.0/28"),
}  # fmt: skip


@pytest.mark.parametrize("name", ["", *LINUX_NAT])
def test_translation_is_judged_on_linux(name: str, tmp_path: Path) -> None:
    rule, part, old, new = LINUX_NAT.get(name, ("AUD-028", "", "", ""))
    _, texts = rendered(translating("linux_frr", {"primary": "20.1.1.0/28", "secondary": "20.1.1.16/28"}))
    assert old in texts["nftables.conf"]
    (tmp_path / "r1").mkdir()
    for each, text in texts.items():
        (tmp_path / "r1" / each).write_text(text.replace(old, new) if name and each == "nftables.conf" else text)
    said = [f"{one.rule} {one.message}" for one in api.audit(tmp_path).findings if one.rule == rule]
    assert [line for line in said if part in line] if name else said == []


# Every rule on every platform

WITH_AN_INVENTORY = frozenset(("AUD-002",))
"""Tested in test_audit_with_inventory.py."""
NOT_THERE = {
    ("AUD-006", "cisco_xe"): "without a filter a session of IOS-XE passes everything, whatever is configured: AUD-004",
    (
        "AUD-006",
        "juniper_junos",
    ): "without a filter a session of Junos passes everything, whatever is configured: AUD-004",
    ("AUD-031", "linux_frr"): "Linux has no word for trust: DSCP is kept where no rule rewrites it",
    ("AUD-033", "linux_frr"): "FRR and strongSwan keep every key in clear, so the rule speaks of the good pair too",
}
"""Rule and platform → why there is no bad example beside a good one."""


def test_every_rule_has_a_case_on_every_platform_or_a_reason() -> None:
    tested = {(case.rule, platform) for platform, _, case in CASES}
    tested |= {(rule, "linux_frr") for rule, *_ in (*LINUX.values(), *LINUX_NAT.values())}
    wanted = {(rule, platform) for rule in load() if rule.startswith("AUD-") for platform in FILES}
    wanted -= {(rule, platform) for rule, platform in wanted if rule in WITH_AN_INVENTORY}
    assert wanted - tested == NOT_THERE.keys()
    assert len({rule for rule, _ in wanted} | WITH_AN_INVENTORY) == 35


def test_every_key_of_the_linux_pair_is_named_as_one_in_clear() -> None:
    assert [one for one in normally("linux_frr") if one.startswith("AUD-033")] != []
