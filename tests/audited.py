"""Pairs of routers that somebody else configured, on each platform, with nothing wrong; and the audit of an edited one.

Names, shapes and order are not peerwright's.  A case edits one router's text as a person would, and says what that
must lead to.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from generator import api
from generator.model.finding import Finding

XE = """\
Building configuration...

Current configuration : 4211 bytes
!
version 17.9
service timestamps debug datetime msec
hostname {host}
!
vrf definition WAN-A
 rd 65010:1
 route-target export 65010:1
 route-target import 65010:1
 !
 address-family ipv4
 exit-address-family
!
vrf definition WAN-B
 rd 65010:2
 route-target export 65010:2
 route-target import 65010:2
 !
 address-family ipv4
 exit-address-family
!
interface TenGigabitEthernet0/0/0
 description towards the exchange
 no ip address
!
interface TenGigabitEthernet0/0/0.200
 description circuit A, private
 encapsulation dot1Q 20 second-dot1q 200
 vrf forwarding WAN-A
 ip address {own} 255.255.255.252
 ip access-group EDGE-IN in
 bfd interval 300 min_rx 300 multiplier 3
 no bfd echo
 service-policy output SHAPE
!
interface Tunnel7
 vrf forwarding WAN-A
 ip address 10.255.7.1 255.255.255.252
 ip mtu 1400
 ip tcp adjust-mss 1350
 tunnel source {own}
 tunnel mode ipsec ipv4
 tunnel destination 10.60.255.4
 tunnel vrf WAN-A
 tunnel protection ipsec profile AZ
!
policy-map SHAPE
 class class-default
  shape average 500000000
!
crypto ikev2 proposal AZ
 encryption aes-gcm-256
 prf sha384
 group 20
!
crypto ikev2 policy AZ
 match fvrf any
 proposal AZ
!
crypto ikev2 keyring AZ
 peer GW
  address 10.60.255.4
  pre-shared-key 7 0822455D0A16
 !
!
crypto ikev2 profile AZ
 match fvrf any
 match identity remote address 10.60.255.4 255.255.255.255
 authentication remote pre-share
 authentication local pre-share
 keyring local AZ
!
crypto ipsec transform-set AZ esp-gcm 256
 mode tunnel
!
crypto ipsec profile AZ
 set transform-set AZ
 set pfs group20
 set ikev2-profile AZ
!
ip access-list extended EDGE-IN
 permit tcp {subnet} 0.0.0.7 any eq bgp
 permit tcp {subnet} 0.0.0.7 eq bgp any
 permit udp {subnet} 0.0.0.7 any eq 3784
 permit esp any any
 permit udp any any eq isakmp
 deny   tcp any any eq 22
 permit ip 10.60.0.0 0.0.255.255 any
 deny   ip any any
ip access-list standard MGMT
 permit 192.168.99.0 0.0.0.255
!
ip prefix-list VNETS seq 5 permit 10.60.0.0/16 le 24
ip prefix-list OURS seq 5 permit 10.8.0.0/16
!
ip as-path access-list 5 permit ^12076_
ip as-path access-list 6 permit _12076_
!
route-map FROM-AZ permit 10
 match ip address prefix-list VNETS
 match as-path 5
 set local-preference 150
route-map TO-AZ deny 5
 match as-path 6
route-map TO-AZ permit 10
 match ip address prefix-list OURS
!
router bgp 65010
 bgp log-neighbor-changes
 no bgp default ipv4-unicast
 !
 address-family ipv4 vrf WAN-A
  network 10.8.0.0 mask 255.255.0.0
  neighbor {peer} remote-as 12076
  neighbor {peer} description circuit A private
  neighbor {peer} password 7 0822455D0A16
  neighbor {peer} fall-over bfd
  neighbor {peer} activate
  neighbor {peer} send-community both
  neighbor {peer} route-map FROM-AZ in
  neighbor {peer} route-map TO-AZ out
  neighbor {peer} maximum-prefix 1000 80 restart 15
  neighbor 10.60.255.30 remote-as 65515
  neighbor 10.60.255.30 ebgp-multihop 5
  neighbor 10.60.255.30 activate
 exit-address-family
!
ip route vrf WAN-A 10.8.0.0 255.255.0.0 Null0
ip route vrf WAN-A 10.60.255.30 255.255.255.255 Tunnel7
!
event manager applet NOBODY-KNOWS
 event timer watchdog time 60
!
line con 0
line vty 0 4
 access-class MGMT in vrf-also
 transport input ssh
!
end
"""

JUNOS = """\
## Last commit: 2026-01-05 by admin
version 22.4R1.10;
system {{
    host-name {host};
    services {{
        ssh;
    }}
}}
chassis {{
    aggregated-devices {{ ethernet {{ device-count 4; }} }}
}}
interfaces {{
    xe-0/0/1 {{
        description "to the exchange";
        flexible-vlan-tagging;
        unit 200 {{
            description "circuit A, private";
            vlan-tags outer 20 inner 200;
            family inet {{
                filter {{ input EDGE-IN; }}
                address {own}/30;
            }}
        }}
    }}
    lo0 {{ unit 0 {{ family inet {{ filter {{ input PROTECT; }} address 10.255.0.1/32; }} }} }}
}}
forwarding-options {{ storm-control-profiles default {{ all; }} }}
policy-options {{
    prefix-list VNETS {{ 10.60.0.0/16; }}
    prefix-list OURS {{ 10.8.0.0/16; }}
    policy-statement FROM-AZ {{
        term known {{
            from {{ as-path MSFT; prefix-list VNETS; }}
            then {{ local-preference 150; accept; }}
        }}
        term rest {{ then reject; }}
    }}
    policy-statement TO-AZ {{
        term ours {{
            from {{ protocol static; prefix-list OURS; }}
            then accept;
        }}
        term rest {{ then reject; }}
    }}
    as-path MSFT "12076 .*";
}}
firewall {{
    family inet {{
        filter EDGE-IN {{
            term ssh {{ from {{ protocol tcp; destination-port 22; }} then discard; }}
            term rest {{ from {{ source-address {{ 10.60.0.0/16; {subnet}/29; }} }} then accept; }}
            term no {{ then discard; }}
        }}
        filter PROTECT {{
            term bgp {{ from {{ protocol tcp; port bgp; }} then accept; }}
            term mgmt {{ from {{ source-address {{ 192.168.99.0/24; }} }} then accept; }}
            term no {{ then discard; }}
        }}
    }}
}}
routing-instances {{
    WAN-A {{
        instance-type virtual-router;
        interface xe-0/0/1.200;
        routing-options {{
            static {{ route 10.8.0.0/16 discard; }}
            autonomous-system 65010;
        }}
        protocols {{
            bgp {{
                group AZ {{
                    type external;
                    description "circuit A private";
                    authentication-key "$9$iHmT6/tBRS36pBIhKvYgo";
                    hold-time 180;
                    import FROM-AZ;
                    export TO-AZ;
                    peer-as 12076;
                    family inet {{
                        unicast {{ prefix-limit {{ maximum 1000; teardown 80 idle-timeout 15; }} }}
                    }}
                    bfd-liveness-detection {{ minimum-interval 300; multiplier 3; }}
                    neighbor {peer};
                }}
            }}
        }}
    }}
    WAN-B {{
        instance-type virtual-router;
    }}
}}
routing-options {{ autonomous-system 65010; }}
"""

FRR = """\
Building configuration...

Current configuration:
!
frr version 8.4.4
frr defaults traditional
hostname {host}
log syslog informational
no ipv6 forwarding
service integrated-vtysh-config
!
ip route 10.8.0.0/16 blackhole
!
interface eth1.20.200
 description circuit A, private
exit
!
router bgp 65010
 bgp router-id 10.255.0.1
 no bgp default ipv4-unicast
 neighbor AZ peer-group
 neighbor AZ remote-as 12076
 neighbor AZ description circuit A private
 neighbor AZ password letmein
 neighbor AZ bfd profile EDGE
 neighbor {peer} peer-group AZ
 !
 address-family ipv4 unicast
  network 10.8.0.0/16
  neighbor AZ activate
  neighbor AZ route-map FROM-AZ in
  neighbor AZ route-map TO-AZ out
  neighbor AZ maximum-prefix 1000 80 restart 15
 exit-address-family
exit
!
ip prefix-list VNETS seq 5 permit 10.60.0.0/16 le 24
ip prefix-list OURS seq 5 permit 10.8.0.0/16
!
bgp as-path access-list MSFT seq 5 permit ^12076_
bgp as-path access-list ANY-MSFT seq 5 permit _12076_
!
route-map FROM-AZ permit 10
 match ip address prefix-list VNETS
 match as-path MSFT
 set local-preference 150
exit
!
route-map TO-AZ deny 5
 match as-path ANY-MSFT
exit
!
route-map TO-AZ permit 10
 match ip address prefix-list OURS
exit
!
bfd
 profile EDGE
  detect-multiplier 3
  transmit-interval 300
  receive-interval 300
 exit
exit
!
router ospf
 ospf router-id 10.255.0.1
exit
!
end
"""

INTERFACES = """\
auto lo
iface lo inet loopback

auto eth1
iface eth1

auto eth1.20
iface eth1.20
    vlan-raw-device eth1
    vlan-id 20
    vlan-protocol 802.1q

auto eth1.20.200
iface eth1.20.200
    vlan-raw-device eth1.20
    vlan-id 200
    address {own}/30
"""
DAEMONS = "zebra=yes\nbgpd=yes\nbfdd=yes\n"
NFT = """\
table inet edge {{
    chain input {{
        type filter hook input priority filter; policy drop;
        ip saddr {subnet}/29 tcp dport 179 accept
    }}
}}
"""

FILES = {
    "cisco_xe": {"running.cfg": XE},
    "juniper_junos": {"junos.conf": JUNOS},
    "linux_frr": {"frr.conf": FRR, "interfaces": INTERFACES, "daemons": DAEMONS, "nftables.conf": NFT},
}
ENDS = {
    "edge1": {"host": "edge1", "own": "172.20.0.1", "peer": "172.20.0.2", "subnet": "172.20.0.0"},
    "edge2": {"host": "edge2", "own": "172.20.0.5", "peer": "172.20.0.6", "subnet": "172.20.0.0"},
}


class Case(NamedTuple):
    """Texts replaced in the first router's files, the rule and a part of the message that this leads to."""

    rule: str
    part: str
    edits: tuple[tuple[str, str], ...]
    both: bool = False
    """The second router is edited likewise, so that nothing is found that is only a difference of the two."""
    shared: int = 0
    """So many of the edits make the text that both routers start from."""


def write(platform: str, folder: Path, case: Case | None = None) -> Path:
    """The pair's files below a folder."""
    for router, end in ENDS.items():
        edits = case.edits if case is not None else ()
        if case is not None and router != "edge1" and not case.both:
            edits = case.edits[: case.shared]
        found = [False for _ in edits]
        (folder / router).mkdir(parents=True)
        for name, text in FILES[platform].items():
            filled = text.format(**end)
            for place, (old, new) in enumerate(edits):
                found[place] |= old.format(**end) in filled
                filled = filled.replace(old.format(**end), new.format(**end))
            (folder / router / name).write_text(filled)
        assert all(found), (
            f"not in the text: {[old for (old, _), there in zip(edits, found, strict=True) if not there]}"
        )
    return folder


def audited(platform: str, folder: Path, case: Case | None = None) -> list[Finding]:
    return list(api.audit(write(platform, folder, case)).findings)
