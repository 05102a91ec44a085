"""What proofs understand of what programs print: recorded outputs."""

from __future__ import annotations

import json

from generator.lab.proofs.birds import bfd_rows, prefixes, states
from generator.lab.proofs.maintenance import carried
from generator.lab.proofs.prefixes import difference
from generator.lab.proofs.sessions import segments
from generator.lab.proofs.traffic import arrived
from generator.lab.proofs.tunnels import installed
from generator.lab.proofs.wire import frames, seen_as
from generator.model.address import parse_prefix
from generator.model.vlan import Dot1q, QinQ

ROUTES = """BIRD 2.0.12 ready.
Table rib_private4:
172.20.0.2/32        unicast [private4 10:38:41.662] * (100) [AS64610i]
    via 172.19.254.1 on wan0.77.410
    BGP.as_path: 64610
172.20.0.1/32        unicast [private4 10:38:41.662] * (100) [AS64610i]
    via 172.19.254.1 on wan0.77.410

Table rib_private6:
fd00:a::/48          unicast [private6 10:38:41.662] * (100) [AS64610i]
"""
BFD = """BIRD 2.0.12 ready.
bfd1:
IP address                Interface  State      Since         Interval  Timeout
198.18.0.1                vnet0      Up         10:38:22.306    0.300    0.900
2001:2::1                 vnet0      Down       10:38:22.244    1.000    0.000
172.19.254.1              wan0.77.410 Up         10:38:40.686    0.300    0.900
"""
PROTOCOLS = """BIRD 2.0.12 ready.
Name       Proto      Table      State  Since         Info
device1    Device     ---        up     10:36:20.670
private4   BGP        ---        up     10:36:39.465  Established
vnet1_4    BGP        ---        start  11:00:14.430  Idle          Automatic shutdown: Route limit exceeded
"""
FRAMES = """10:40:27.292923 4e:85:e2:e5:37:6f > 2a:28:d5:8c:50:fa, ethertype 802.1Q (0x8100), length 74: vlan 77, p 0, ethertype 802.1Q (0x8100), vlan 410, p 0, ethertype IPv4 (0x0800), 172.19.254.2.53150 > 172.19.254.1.3784: BFDv1, Control
10:40:27.355009 2a:28:d5:8c:50:fa > 4e:85:e2:e5:37:6f, ethertype 802.1Q (0x8100), length 130: vlan 77, p 0, ethertype 802.1Q (0x8100), vlan 410, p 0, ethertype IPv4 (0x0800), 172.20.0.1 > 10.60.255.14: ESP(spi=0xc4ddb8a6,seq=0x3), length 88
10:40:27.355010 2a:28:d5:8c:50:fa > 4e:85:e2:e5:37:6f, ethertype 802.1Q (0x8100), length 130: vlan 30, p 6, ethertype IPv4 (0x0800), 10.0.0.1 > 10.0.0.2: ICMP echo request
"""
TCP = """10:47:35.963516 IP (tos 0xc0, ttl 1, id 17549, offset 0, flags [DF], proto TCP (6), length 83)
    172.19.254.2.179 > 172.19.254.1.41632: Flags [P.], cksum 0x5471 (incorrect -> 0x021c), seq 1:24, ack 1, win 501, options [nop,nop,md5 valid], length 23: BGP
    Update Message (2), length: 46
      Origin (1), length: 1, Flags [T]: IGP
10:47:35.963620 IP (tos 0xc0, ttl 1, id 62556, offset 0, flags [DF], proto TCP (6), length 60)
    172.19.254.1.41632 > 172.19.254.2.179: Flags [.], cksum 0x545a (incorrect -> 0x78ad), ack 23, win 502, length 0
"""
SAS = (
    "list-sa event {tun1 {uniqueid=4 version=2 state=ESTABLISHED local-host=10.60.255.14 child-sas {tun1-19 "
    "{name=tun1 uniqueid=19 reqid=1 state=INSTALLED mode=TUNNEL protocol=ESP spi-in=c95ad6fb}}}}\n"
    "list-sa event {tun2 {uniqueid=5 version=2 state=CONNECTING local-host=10.60.255.14 child-sas {}}}\n"
    "list-sa event {tun3 {uniqueid=6 version=2 state=ESTABLISHED local-host=10.60.255.14 child-sas {tun3-19 "
    "{name=tun3 uniqueid=20 reqid=3 state=DELETED mode=TUNNEL protocol=ESP spi-in=c95ad6fb}}}}\n"
)


def test_routes_of_every_table_are_read() -> None:
    assert prefixes(ROUTES) == {parse_prefix(one) for one in ("172.20.0.1/32", "172.20.0.2/32", "fd00:a::/48")}
    assert prefixes("BIRD 2.0.12 ready.\nTable master4:\n") == frozenset()


def test_bfd_sessions_with_their_times() -> None:
    rows = bfd_rows(BFD)
    assert [(str(one.peer), one.up, one.timeout) for one in rows] == [
        ("198.18.0.1", True, 900),
        ("2001:2::1", False, 0),
        ("172.19.254.1", True, 900),
    ]


def test_states_of_bgp_and_nothing_else() -> None:
    assert states(PROTOCOLS) == {
        "private4": "Established",
        "vnet1_4": "Idle Automatic shutdown: Route limit exceeded",
    }


def test_tags_are_told_apart_with_their_ethertypes() -> None:
    assert frames(FRAMES) == {("0x8100", 77, "0x8100", 410), ("0x8100", 30, "", 0)}
    assert frames(FRAMES) == {seen_as(QinQ(77, 410)), seen_as(Dot1q(30))}
    wrong = FRAMES.replace("ethertype 802.1Q (0x8100), length 74", "ethertype 802.1Q-QinQ (0x88a8), length 74")
    assert ("0x88a8", 77, "0x8100", 410) in frames(wrong)
    bare = "10:40:27.29 4e:85:e2:e5:37:6f > 2a:28:d5:8c:50:fa, ethertype IPv4 (0x0800), length 74: 10.0.0.1 > 10.0.0.2: ICMP\n"
    assert frames(bare) == {seen_as(None)}


def test_a_segment_without_a_valid_digest_is_counted() -> None:
    """The flags of BGP's own attributes are no segments."""
    assert segments(TCP) == (1, 1)
    assert segments(TCP.replace("md5 valid", "md5 invalid")) == (0, 2)


def test_a_tunnel_is_up_when_both_of_its_associations_are() -> None:
    assert installed(SAS) == {"tun1"}


def test_customers_packets_are_told_from_routing() -> None:
    assert carried(FRAMES) == 2  # ESP and the ping; not BFD
    assert carried("10:47:35 IP 172.19.254.1.41632 > 172.19.254.2.179: Flags [.]\n") == 0


def test_the_silence_at_the_end_counts() -> None:
    """The flow broke off at 40 of 100: 600 ms, and 60 packets lost."""
    (flow,) = arrived(json.dumps({"10.0.0.1 40000": [0, 40, 41, 0.012, 5.0]}), 100)
    assert (flow.gap_ms, flow.lost) == (600, 60)


def test_a_hole_in_the_middle_is_the_longest_silence() -> None:
    (flow,) = arrived(json.dumps({"10.0.0.1 40000": [2, 100, 60, 0.41, 5.0]}), 100)
    assert (flow.gap_ms, flow.lost) == (410, 39)


def test_differences_in_words() -> None:
    one, two = parse_prefix("10.0.0.0/16"), parse_prefix("10.1.0.0/16")
    assert list(difference(frozenset({one}), frozenset({two}))) == ["without 10.0.0.0/16", "also 10.1.0.0/16"]
