"""What a router needs for itself passes, and what must not reach it does not.  The good case is in `test_pair_security_good`."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from generator.model.facts import Bfd, FilterRule, Ports, ZonePolicy
from generator.model.filters import ICMP, TCP, UDP
from generator.model.finding import Severity
from tests.evidence import Change, add, both, drop, edit, say
from tests.security_evidence import (
    DMZ,
    LINK,
    MANAGEMENT,
    MSEE,
    TUNNELS,
    VNET,
    ahead,
    device,
    flow,
    plan,
    steps,
    tunnels,
    without,
)

E, W = Severity.ERROR, Severity.WARNING
IN, OUT, CP, TUNNEL = "TRANSPORT-AZ-SELF", "TRANSPORT-SELF-AZ", "CONTROL-PLANE", "CORP-TUN-SELF"
PRIVATE, SIX = "fjell-lon private IPv4", "fjell-lon microsoft IPv6"


def lost(change: Change, **more: Any) -> list[tuple[Severity, str]]:
    """Severity and subject of each needed packet that does not pass."""
    found = say("PAIR-021", device(change=change, **more))
    assert all(message.endswith(", expected it to pass") for _, _, message in found)
    return [(severity, message.split(" is dropped on ")[0]) for _, severity, message in found]


@pytest.mark.parametrize(
    ("name", "label", "severity", "what"),
    [
        (IN, "10", E, [f"{PRIVATE}: BGP opened by the other end"]),
        (IN, "20", E, [f"{PRIVATE}: BGP opened by 172.19.254.1"]),
        (IN, "30", E, [f"{PRIVATE}: BFD from the other end"]),
        (IN, "40", W, [f"{PRIVATE}: ping"]),
        (IN, "50", W, [f"{PRIVATE}: ICMP fragmentation needed", f"{PRIVATE}: ICMP time exceeded"]),
        (IN, "70", E, ["tunnel Tu308: ESP", "tunnel Tu309: ESP"]),
        (OUT, "10", E, [f"{PRIVATE}: BGP opened by 172.19.254.1"]),
        (OUT, "20", E, [f"{PRIVATE}: BGP opened by the other end"]),
        (OUT, "30", E, [f"{PRIVATE}: BFD to the other end"]),
        (OUT, "70", E, ["tunnel Tu308: ESP", "tunnel Tu309: ESP"]),
        (CP, "30", E, [f"{PRIVATE}: BFD from the other end"]),
        (TUNNEL, "10", E, [f"VPN gateway 169.254.2{n}.2: BGP in the tunnel opened by the other end" for n in (1, 2)]),
        (TUNNEL, "20", E, [f"VPN gateway 169.254.2{n}.2: BGP in the tunnel opened by 169.254.100.1" for n in (1, 2)]),
    ],
)
def test_each_rule_that_is_missing_loses_its_packets(
    name: str, label: str, severity: Severity, what: list[str]
) -> None:
    assert lost(without(name, 4, label)) == [(severity, one) for one in what]


def test_ike_needs_both_ports_and_both_directions() -> None:
    each = [(E, f"tunnel {name}: IKE (udp/{port})") for name in TUNNELS for port in (500, 4500)]
    for name in (IN, OUT):
        assert lost(without(name, 4, "60")) == each
    at = plan().facts.filters[IN, 4].rules[5]
    only = edit("filters", (IN, 4), rules=tuple(
        replace(one, destination_ports=(Ports(500, 500),)) if one is at else one for one in plan().facts.filters[IN, 4].rules
    ))  # fmt: skip
    assert lost(only) == [each[1], each[3]]


def test_ipv6_needs_neighbour_discovery() -> None:
    assert lost(without("DMZ-MS-AZ-SELF", 6, "40")) == [
        (E, f"{SIX}: IPv6 neighbour solicitation from the other end"),
        (E, f"{SIX}: IPv6 neighbour advertisement from the other end"),
        (W, f"{SIX}: ICMPv6 packet too big"),
    ]


def test_the_message_says_which_packet_is_lost_where_and_why() -> None:
    assert say("PAIR-021", device(change=without(IN, 4, "30"))) == [
        (
            "PAIR-021",
            E,
            f"{PRIVATE}: BFD from the other end is dropped on interface {LINK} "
            "(udp 172.19.254.2 port 49152 to 172.19.254.1 port 3784; filter TRANSPORT-AZ-SELF (IPv4), rule 80), "
            "expected it to pass",
        )
    ]


def test_a_deny_ahead_of_the_permit_is_found() -> None:
    assert lost(ahead(IN, 4, FilterRule("", False, UDP))) != []


def test_a_rule_that_is_not_understood_is_no_pass() -> None:
    odd = FilterRule("", False, UDP, unknown=("time-range NIGHT",))
    found = say("PAIR-021", device(change=ahead(IN, 4, odd)))
    assert found[0][2].startswith(f"{PRIVATE}: BFD from the other end cannot be judged on interface {LINK} (")
    assert "rule 10, has a condition that is not understood" in found[0][2]


@pytest.mark.parametrize("name", ["TRANSPORT-AZ-IN", "TRANSPORT-IN-AZ"])
def test_the_tunnels_of_the_other_router_must_pass_too(name: str) -> None:
    found = say("PAIR-021", tunnels(one=without(name, 4, "20")))
    assert [message.split(" is dropped")[0] for _, _, message in found] == [
        "tunnel Tu308 of r2: ESP",
        "tunnel Tu309 of r2: ESP",
    ]


def opened(*given: dict[str, Any]) -> Change:
    """The link and the control plane let these through too."""
    return both(ahead(IN, 4, *given), ahead(CP, 4, *given))


@pytest.mark.parametrize(
    ("protocol", "port", "word"),
    [(TCP, 22, "ssh"), (TCP, 23, "telnet"), (TCP, 830, "NETCONF"), (TCP, 443, "https"), (UDP, 161, "SNMP")],
)
def test_management_must_not_be_reached_from_azure(protocol: int, port: int, word: str) -> None:
    change = opened(flow(protocol, destination_ports=(Ports(port, port),)))
    (found,) = say("PAIR-021", device(change=change))
    assert found[2].startswith(f"{PRIVATE}: {word} of the router passes on interface {LINK} (")
    assert found[2].endswith(f" to 172.19.254.1 port {port}; filter {CP} (IPv4), rule 10), expected it to be dropped")


def test_management_of_any_own_address_counts_and_the_edge_itself_is_no_friend() -> None:
    loopback = flow(TCP, MSEE, (plan().facts.tunnels["Tu308"].local,), destination_ports=(Ports(22, 22),))
    loopback["destinations"] = (next(one.network for one in plan().facts.interfaces["Lo309"].addresses),)
    (found,) = say("PAIR-021", device(change=opened(loopback)))
    assert "tcp 172.19.254.2 port 50123 to 172.20.0.1 port 22" in found[2]


def test_answers_are_no_way_in() -> None:
    assert say("PAIR-021", device(change=opened(flow(TCP, established=True)))) == []


def test_management_from_the_management_network_is_not_on_this_side() -> None:
    """The control plane knows no interface; the zone's own policy keeps it away from Azure."""
    assert say("PAIR-021", device(change=ahead(CP, 4, flow(TCP, MANAGEMENT)))) == []


def test_a_stranger_must_not_speak_bgp() -> None:
    bgp = flow(TCP, destination_ports=(Ports(179, 179),))
    (found,) = say("PAIR-021", device(change=opened(bgp)))
    assert found[2].startswith(f"{PRIVATE}: BGP with a stranger passes on interface {LINK} (tcp 11.22.33.44 port 50123")
    inside = flow(TCP, VNET, destination_ports=(Ports(179, 179),))
    (found,) = say("PAIR-021", device(change=opened(inside)))
    assert "tcp 10.60.0.1 port 50123" in found[2]


def test_bfd_that_is_not_used_is_only_a_warning() -> None:
    echo, multihop = (flow(UDP, MSEE, destination_ports=(Ports(port, port),)) for port in (3785, 4784))
    assert [(*one[1:2], one[2].split(" passes")[0]) for one in say("PAIR-021", device(change=opened(echo)))] == [
        (W, f"{PRIVATE}: BFD echo, which is off")
    ]
    assert [one[2].split(" passes")[0] for one in say("PAIR-021", device(change=opened(multihop)))] == [
        f"{PRIVATE}: BFD multihop"
    ]
    key = next(iter(plan().facts.neighbors))
    assert say("PAIR-021", device(change=both(opened(echo), edit("neighbors", key, bfd=Bfd(echo=True))))) == []


def test_tunnels_are_a_way_in_too() -> None:
    (found,) = say(
        "PAIR-021",
        device(
            change=both(
                ahead(CP, 4, flow(TCP, VNET)), ahead(TUNNEL, 4, flow(TCP, VNET, destination_ports=(Ports(22, 22),)))
            )
        ),
    )
    assert found[2].startswith("VPN gateway 169.254.21.2: ssh of the router passes on interface Tu308")


def test_without_any_filter_left_everything_is_open() -> None:
    found = [
        message
        for _, _, message in say(
            "PAIR-021", device(change=lambda facts: replace(facts, zones={}, zone_policies={}, control_plane={}))
        )
    ]
    assert any("ssh of the router passes on interface" in one and "nothing filters there" in one for one in found)


def test_every_filter_ends_with_deny() -> None:
    key = ("CORP-TUN-IN", 4)
    own = plan().facts.filters[key].rules
    subject = "filter CORP-TUN-IN (IPv4)"
    rest = "expected a last rule that denies everything"
    for left, what in (
        (own[:-1], f"ends with rule {own[-2].label}, which permits"),
        ((*own[:-1], FilterRule("99", False, ICMP)), "ends with rule 99, which denies some packets only"),
        ((), "is empty"),
    ):
        found = say("PAIR-021", device(change=edit("filters", key, rules=left)))
        assert ("PAIR-021", E, f"{subject} {what}, {rest}") in found


def test_zones_of_two_vrfs_stay_apart() -> None:
    across = ZonePolicy("CORP-TUN", "DMZ-MS-IN", "CORP-TUN-IN")
    assert say("PAIR-021", device(change=add("zone_policies", ("CORP-TUN", "DMZ-MS-IN"), across))) == [
        (
            "PAIR-021",
            E,
            "the policy from zone CORP-TUN to zone DMZ-MS-IN leads from VRF CORP to VRF DMZ-MS, expected nothing between VRFs",
        )
    ]
    mixed = say("PAIR-021", device(change=edit("zones", "CORP-TUN", interfaces=(*TUNNELS, DMZ))))
    assert ("PAIR-021", E, "zone CORP-TUN holds interfaces of VRFs CORP, DMZ-MS, expected those of one") in mixed


def test_a_missing_policy_closes_the_way_for_everything() -> None:
    gone = say("PAIR-021", device(change=steps(IN, 4)))
    assert len(gone) > 5
    assert say("PAIR-021", device(change=drop("zone_policies", ("self", "TRANSPORT-AZ")))) == []  # open outwards
