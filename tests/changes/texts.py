"""Two small routers, with lines on them that are not ours."""

XE = """\
hostname pe1
!
banner motd ^C
no ip prefix-list ALPHA-OUT
^C
ip bgp-community new-format
!
vrf definition ALPHA
 rd 64600:1
 !
 address-family ipv4
 exit-address-family
!
vrf definition MGMT
 rd 1:1
 !
 address-family ipv4
 exit-address-family
!
ip access-list extended ALPHA-PACKETS
 10 permit ip 10.0.0.0 0.0.255.255 any
 20 permit ip 10.2.0.0 0.0.1.255 any
 30 deny ip any any log
!
crypto ikev2 proposal IKE-1
 encryption aes-gcm-256
 prf sha384
 group 20
!
crypto ikev2 keyring IKE-1
 peer AZURE
  address 10.100.255.14
  pre-shared-key Key.Of.The.Tunnel
 !
!
crypto ipsec transform-set ESP-1 esp-gcm 256
 mode tunnel
!
interface GigabitEthernet0
 vrf forwarding MGMT
 ip address 192.0.2.10 255.255.255.0
 no shutdown
!
interface TenGigabitEthernet0/1/0
 description Azure ExpressRoute
 no ip address
 no shutdown
!
interface TenGigabitEthernet0/1/0.1010100
 description Azure alpha private
 encapsulation dot1Q 101 second-dot1q 100
 vrf forwarding ALPHA
 ip address 172.31.0.1 255.255.255.252
 no ip redirects
 no ip proxy-arp
 bfd interval 300 min_rx 300 multiplier 3
 no bfd echo
 ip access-group ALPHA-PACKETS in
 load-interval 30
 no shutdown
!
ip as-path access-list 401 permit ^12076_
!
ip prefix-list ALPHA-IN seq 5 permit 10.100.0.0/16
ip prefix-list ALPHA-OUT seq 5 permit 10.0.0.0/16
!
route-map ALPHA-IN permit 10
 match ip address prefix-list ALPHA-IN
 match as-path 401
!
route-map ALPHA-IN deny 65535
!
route-map ALPHA-OUT permit 10
 match ip address prefix-list ALPHA-OUT
!
route-map ALPHA-OUT deny 65535
!
ip route vrf MGMT 0.0.0.0 0.0.0.0 192.0.2.1
!
router bgp 64600
 bgp log-neighbor-changes
 no bgp default ipv4-unicast
 !
 address-family ipv4 vrf ALPHA
  neighbor 172.31.0.2 remote-as 12076
  neighbor 172.31.0.2 description MSEE alpha private
  neighbor 172.31.0.2 password 0 Key.Of.Alpha
  neighbor 172.31.0.2 fall-over bfd
  neighbor 172.31.0.2 activate
  neighbor 172.31.0.2 soft-reconfiguration inbound
  neighbor 172.31.0.2 route-map ALPHA-IN in
  neighbor 172.31.0.2 route-map ALPHA-OUT out
  neighbor 172.31.0.2 maximum-prefix 1100 80
 exit-address-family
!
snmp-server location rack 4
end
"""

JUNOS = """\
system {
    host-name pe1;
    services {
        ssh;
    }
}
interfaces {
    fxp0 {
        unit 0 {
            family inet {
                address 192.0.2.10/24;
            }
        }
    }
    xe-0/1/0 {
        flexible-vlan-tagging;
        unit 100 {
            vlan-tags outer 101 inner 100;
            family inet {
                address 172.31.0.1/30;
            }
        }
    }
}
policy-options {
    route-filter-list BOGONS {
        10.0.0.0/8 orlonger;
    }
    route-filter-list ALPHA-IN {
        10.100.0.0/16 exact;
    }
    policy-statement ALPHA-IN {
        term 20 {
            from {
                route-filter-list ALPHA-IN;
            }
            then accept;
        }
        term 65535 {
            then reject;
        }
    }
}
routing-instances {
    ALPHA {
        instance-type virtual-router;
        interface xe-0/1/0.100;
        protocols {
            bgp {
                group AS12076 {
                    type external;
                    neighbor 172.31.0.2 {
                        description "MSEE alpha private";
                        import ALPHA-IN;
                        authentication-key "Key.Of.Alpha";
                        export ALPHA-IN;
                        peer-as 12076;
                    }
                }
            }
        }
    }
}
"""
