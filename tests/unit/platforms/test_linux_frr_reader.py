"""What a Linux router's own text means: changes are seen, foreign lines pass, unknown ones are named."""

from __future__ import annotations

from ipaddress import ip_interface, ip_network

import pytest

from generator.model.address import parse_address
from generator.model.facts import AsPathPattern, Bfd, Facts, MaxPrefix, Neighbor, ReadResult
from generator.model.vlan import Dot1q, QinQ
from generator.platforms import load
from generator.readback.read import read_device, read_rendered
from tests.plans import charlie
from tests.unit.platforms.test_linux_frr import PORTS, RENDERER

PLATFORM = load("linux_frr")
PLAN = charlie(PLATFORM, PORTS, "pe1")
TEXTS = {artifact.file.name: artifact.text for artifact in RENDERER.render(PLAN)}


def read(frr: str = "", **others: str) -> ReadResult:
    names = {"sysctl": "sysctl.conf"}
    return read_device(PLATFORM, {"frr.conf": frr} | {names.get(name, name): text for name, text in others.items()})


def neighbor(result: ReadResult, address: str, family: int = 4, vrf: str = "") -> Neighbor:
    return result.facts.neighbors[(vrf, parse_address(address), family)]  # type: ignore[index]


MUTATIONS = [
    ("frr.conf", "password CharlieKeyP1", "password CharlieKeyP2", "neighbors"),
    ("frr.conf", " neighbor 172.31.0.18 timers 60 180\n", " neighbor 172.31.0.18 timers 10 30\n", "neighbors"),
    ("frr.conf", "  neighbor 172.31.0.18 activate\n", "", "neighbors"),
    ("frr.conf", "  no neighbor 172.31.0.18 send-community all\n", "", "neighbors"),
    ("frr.conf", "maximum-prefix 1100 80", "maximum-prefix 1100", "neighbors"),
    ("frr.conf", "restart 30", "restart 31", "neighbors"),
    ("frr.conf", " neighbor 172.31.0.18 bfd\n neighbor 172.31.0.18 bfd profile BFD-300-300-3\n", "", "neighbors"),
    ("frr.conf", " profile BFD-300-300-3\n", " profile BFD-300-300-3\n  transmit-interval 750\n", "neighbors"),
    ("frr.conf", "  neighbor 172.31.0.18 route-map CHARLIE-AMS-PRIVATE-IN-V4 in\n", "", "neighbors"),
    ("frr.conf", "seq 5 permit 10.101.0.0/16", "seq 5 permit 10.101.0.0/16 le 32", "prefix_lists"),
    ("frr.conf", "permit ^12076_", "permit ^12076$", "as_path_lists"),
    ("frr.conf", "seq 5 permit 12076:5060", "seq 5 permit 12076:5061", "community_lists"),
    ("frr.conf", " match as-path FROM-MSEE\n", "", "policies"),
    ("frr.conf", "set local-preference 200", "set local-preference 100", "policies"),
    ("frr.conf", "route-map PARTNER-OUT deny 65535", "route-map PARTNER-OUT permit 65535", "policies"),
    ("frr.conf", "bgp router-id 172.31.0.17", "bgp router-id 172.31.0.18", "bgp"),
    ("frr.conf", "  network 203.0.113.64/28\n", "", "bgp"),
    ("frr.conf", "  maximum-paths 1\n", "", "bgp"),
    ("frr.conf", " ip route 203.0.113.64/28 blackhole\n", "", "static_routes"),
    ("frr.conf", "frr defaults traditional", "frr defaults datacenter", "switches"),
    ("frr.conf", "hostname pe1", "hostname pe2", "hostname"),
    ("interfaces", "vlan-id 100\n", "vlan-id 110\n", "interfaces"),
    ("interfaces", "    vrf CHARLIE\n", "", "interfaces"),
    ("interfaces", "address 172.31.0.17/30", "address 172.31.0.21/30", "interfaces"),
    ("interfaces", "auto eth1\n", "", "interfaces"),
    (
        "interfaces",
        "vlan-raw-device eth1\n    vlan-id 103\n    vlan-protocol 802.1q",
        "vlan-raw-device eth1\n    vlan-id 103\n    vlan-protocol 802.1ad",
        "interfaces",
    ),
    ("interfaces", "vlan-raw-device eth1\n    vlan-id 103", "vlan-raw-device eth1\n    vlan-id 104", "interfaces"),
    ("interfaces", "alias CHARLIE charlie private", "alias DELTA charlie private", "vrfs"),
    ("daemons", "bfdd=yes", "bfdd=no", "switches"),
    ("sysctl.conf", "net.ipv4.ip_forward = 1", "net.ipv4.ip_forward = 0", "switches"),
    ("sysctl.conf", "tcp_l3mdev_accept = 0", "tcp_l3mdev_accept = 1", "switches"),
    ("sysctl.conf", "all.rp_filter = 2", "all.rp_filter = 1", "interfaces"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "table"), MUTATIONS, ids=[f"{row[3]}-{row[1].strip()[:40]}" for row in MUTATIONS]
)
def test_a_change_in_the_text_is_a_change_in_the_facts(file: str, old: str, new: str, table: str) -> None:
    changed = TEXTS[file].replace(old, new, 1)
    if table == "interfaces" and "rp_filter" in old:
        changed = changed.replace("default.rp_filter = 2", "default.rp_filter = 1")
    assert changed != TEXTS[file]
    facts = read_rendered(PLATFORM, {**TEXTS, file: changed}).facts
    wanted = PLATFORM.observable(PLAN.facts)
    assert getattr(facts, table) != getattr(wanted, table)


def test_strict_reverse_path_filter_is_seen() -> None:
    """AUD-027.  The kernel takes the greater number of ``all`` and the interface; a key may have either separator."""
    links = "auto eth1\niface eth1\nauto eth1.5\niface eth1.5\n"
    facts = read(interfaces=links, sysctl="net.ipv4.conf.all.rp_filter=0\nnet/ipv4/conf/eth1.5/rp_filter = 1\n").facts
    assert facts.interfaces["eth1.5"].urpf == "strict"
    assert facts.interfaces["eth1"].urpf == ""
    facts = read(interfaces=links, sysctl="net.ipv4.conf.all.rp_filter = 2\nnet.ipv4.conf.eth1/5.rp_filter = 1\n").facts
    assert facts.interfaces["eth1.5"].urpf == "loose"


def test_policies_that_are_not_required_are_seen() -> None:
    """AUD-006, PLT-LNX-01."""
    result = read("frr defaults datacenter\nrouter bgp 65000\n no bgp ebgp-requires-policy\nexit\n")
    assert result.facts.switches == {"frr defaults datacenter", "no bgp ebgp-requires-policy"}
    assert result.unrecognised == ()


def test_a_peer_group_gives_its_members_what_it_says() -> None:
    result = read(
        """
router bgp 65000
 neighbor MSEE peer-group
 neighbor MSEE remote-as 12076
 neighbor MSEE password Shared1
 neighbor MSEE bfd
 neighbor 10.1.1.2 peer-group MSEE
 neighbor 10.1.1.2 description first
 neighbor 10.1.1.2 passive
 !
 address-family ipv4 unicast
  neighbor MSEE route-map IN in
  neighbor MSEE maximum-prefix 50 90 warning-only
  neighbor MSEE soft-reconfiguration inbound
  neighbor 10.1.1.2 route-map OWN out
 exit-address-family
exit
"""
    )
    one = neighbor(result, "10.1.1.2")
    assert len(result.facts.neighbors) == 1
    assert (one.remote_as, one.description, one.import_policy, one.export_policy) == (12076, "first", "IN", "OWN")
    assert one.password is not None
    assert one.password.reveal() == "Shared1"
    assert one.max_prefix == MaxPrefix(50, 90, warning_only=True)
    assert one.bfd == Bfd()
    assert one.activated, "IPv4 is on unless 'no bgp default ipv4-unicast' says otherwise"
    assert one.extra == ("passive", "soft-reconfiguration inbound")
    assert result.unrecognised == ()


def test_a_neighbour_that_nobody_activates() -> None:
    """PAIR-018."""
    text = "router bgp 65000\n no bgp default ipv4-unicast\n neighbor 10.1.1.2 remote-as external\nexit\n"
    one = neighbor(read(text), "10.1.1.2")
    assert not one.activated
    assert one.extra == ("remote-as external",)
    assert neighbor(read(text.replace("external", "internal")), "10.1.1.2").remote_as == 65000


def test_other_ways_to_say_the_same() -> None:
    result = read(
        """
ip prefix-list P permit any
ip prefix-list P deny 10.0.0.0/8 le 32 ge 9
bgp as-path access-list A permit ^12076(_|$)
bgp community-list 10 permit 12076:1
route-map R permit 7
 on-match next
exit
router bgp 1.10
 timers bgp 5 15
 neighbor 10.1.1.2 remote-as 12076
 neighbor 10.1.1.2 bfd 4 400 500
 neighbor 10.1.1.2 ebgp-multihop
 address-family ipv4 unicast
  no neighbor 10.1.1.2 send-community extended
 exit-address-family
exit
ip route 10.9.0.0/16 Null0
ip route 10.8.0.0/16 10.1.1.9 vrf RED
"""
    )
    facts = result.facts
    assert [(one.low, one.high, one.permit) for one in facts.prefix_lists[("P", 4)].entries] == [
        (0, 32, True),
        (9, 32, False),
    ]
    assert facts.as_path_lists["A"].entries[0].pattern == AsPathPattern("starts", 12076)
    assert facts.community_lists["10"].communities == ("12076:1",)
    assert facts.policies["R"].rules[0].unknown == ("on-match next",)
    one = neighbor(result, "10.1.1.2")
    assert one.local_as == 65546
    assert (one.keepalive, one.hold) == (5, 15)
    assert one.bfd == Bfd(500, 400, 4)
    assert one.multihop == 255
    assert one.send_community, "standard communities still go out"
    assert facts.bgp[""].maximum_paths == 256
    assert set(facts.static_routes) == {
        ("", ip_network("10.9.0.0/16"), "discard"),
        ("RED", ip_network("10.8.0.0/16"), "10.1.1.9"),
    }
    assert [line.text for line in result.unrecognised] == ["on-match next"]


def test_a_leak_between_vrfs_is_seen() -> None:
    """PAIR-027, under the full names although FRR only has the kernel's."""
    links = "auto RED\niface RED\n    vrf-table 1001\n    alias RED-CUSTOMER-PRIVATE x\n"
    links += "auto BLUE\niface BLUE\n    vrf-table 1002\n    alias BLUE-CUSTOMER-PRIVATE\n"
    frr = "router bgp 65000 vrf RED\n address-family ipv4 unicast\n  import vrf BLUE\n exit-address-family\nexit\n"
    result = read(frr, interfaces=links)
    assert result.facts.vrfs["RED-CUSTOMER-PRIVATE"].imports == ("BLUE-CUSTOMER-PRIVATE",)
    assert result.facts.vrfs["BLUE-CUSTOMER-PRIVATE"].imports == ()
    assert list(result.facts.bgp) == ["RED-CUSTOMER-PRIVATE"]
    assert result.unrecognised == ()


def test_without_the_links_a_vrf_goes_by_its_device() -> None:
    result = read(
        "vrf RED\n ip route 10.0.0.0/8 blackhole\nexit-vrf\nrouter bgp 65000 vrf RED\n bgp router-id 1.1.1.1\nexit\n"
    )
    assert list(result.facts.vrfs) == list(result.facts.bgp) == ["RED"]


def test_links_that_a_person_wrote() -> None:
    """Tags from the name alone, the loopback passed over, a device without ``auto`` down, FRR's own addresses."""
    links = """
auto lo eth1 eth1.7.8
iface lo inet loopback
iface eth1 inet manual
iface eth1.7.8
    address 10.0.0.1/30
iface eth1.7
iface eth2.9
    address 10.0.0.5/30
"""
    frr = "interface eth1.7.8 vrf RED\n description to azure\n ip address 10.0.0.9/30\n vrrp 5\nexit\n"
    facts = read(frr, interfaces=links).facts
    assert set(facts.interfaces) == {"eth1", "eth1.7.8", "eth2.9"}
    one = facts.interfaces["eth1.7.8"]
    assert one.tags == QinQ(7, 8)
    assert one.addresses == (ip_interface("10.0.0.1/30"), ip_interface("10.0.0.9/30"))
    assert (one.vrf, one.description, one.fhrp) == ("RED", "to azure", ("vrrp 5",))
    assert facts.interfaces["eth2.9"].tags == Dot1q(9)
    assert not facts.interfaces["eth2.9"].enabled
    assert one.enabled


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("router bgp 65000\n neighbor 10.0.0.1 frobnicate\nexit\n", "neighbor 10.0.0.1 frobnicate", ""),
        ("router bgp 65000\n bgp frobnicate\nexit\n", "bgp frobnicate", ""),
        (
            "router bgp 65000\n address-family ipv4 unicast\n  aggregate-address 10.0.0.0/8\n",
            "aggregate-address 10.0.0.0/8",
            "",
        ),
        ("router bgp many\nexit\n", "router bgp many", ""),
        ("bfd\n profile\n  detect-multiplier 3\n", "profile", ""),
        ("router bgp 65000\n neighbor eth1 remote-as external\n", "neighbor eth1", "a neighbour without an address"),
        (
            "router bgp 65000\n neighbor 10.0.0.1 bfd profile NONE\n",
            "neighbor 10.0.0.1 bfd profile NONE",
            "no such BFD profile",
        ),
        (
            "router bgp 65000\n neighbor 2001:DB8::1 bfd profile NONE\n",
            "neighbor 2001:db8::1 bfd profile NONE",
            "no such BFD profile",
        ),
        ("ip prefix-list P seq 5 permit 10.0.0.1/8\n", "ip prefix-list P seq 5 permit 10.0.0.1/8", ""),
        ("ip prefix-list P seq 5 permit 2001:db8::/32\n", "ip prefix-list P seq 5 permit 2001:db8::/32", ""),
        (
            "bgp community-list standard C permit 1:1 1:2\n",
            "bgp community-list standard C permit 1:1 1:2",
            "a route must have all communities of one line, not any of them",
        ),
        (
            "bgp community-list expanded C permit 1:.*\n",
            "bgp community-list expanded C permit 1:.*",
            "an expanded community list is a regular expression",
        ),
        ("route-map R permit 10\n set weight 5\nexit\n", "set weight 5", ""),
        ("route-map R perhaps 10\n", "route-map R perhaps 10", ""),
        ("vrf RED\n vni 5\nexit-vrf\n", "vni 5", ""),
        ("ip route 10.0.0.0/8 10.1.1.1 200\n", "ip route 10.0.0.0/8 10.1.1.1 200", "a static route with options"),
        ("bfd\n profile P\n  minimum-ttl 250\n exit\nexit\n", "minimum-ttl 250", ""),
    ],
)
def test_lines_that_are_not_understood_are_named(text: str, line: str, reason: str) -> None:
    result = read(text)
    assert [(one.text, one.reason) for one in result.unrecognised] == [(line, reason)]
    assert result.unrecognised[0].file == "frr.conf"


@pytest.mark.parametrize(
    "attribute", ["post-up ip route add 10.0.0.0/8 dev eth1", "address 10.0.0.300/24", "vlan-protocol 802.3", "mtu big"]
)
def test_link_lines_that_are_not_understood_are_named(attribute: str) -> None:
    result = read(interfaces=f"auto eth1\niface eth1\n    {attribute}\n")
    assert [one.text for one in result.unrecognised] == [attribute]


def test_a_password_is_never_repeated() -> None:
    result = read("router bgp 65000\n no neighbor 10.0.0.1 password Geheim1\n neighbor 10.0.0.1 remote-as 1\n")
    assert [one.text for one in result.unrecognised] == ["no neighbor 10.0.0.1 password ••••"]
    assert "Geheim1" not in repr(result)


def test_what_is_none_of_our_business_is_passed_over() -> None:
    result = read(
        "log syslog informational\nrouter ospf\n network 10.0.0.0/8 area 0\nexit\nline vty\n exec-timeout 0 0\nexit\n"
        "bgp large-community-list standard L permit 1:1:1\nrouter bgp 65000\n bgp log-neighbor-changes\n"
        " address-family l2vpn evpn\n  advertise-all-vni\n exit-address-family\nexit\nend\n"
    )
    assert result.unrecognised == ()
    assert result.facts.switches == frozenset()
    assert result.facts.neighbors == {}


def test_nothing_at_all() -> None:
    assert read().facts == Facts(hostname="")
