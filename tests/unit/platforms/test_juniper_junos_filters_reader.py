"""``firewall`` and ``class-of-service`` of an MX as a device prints them."""

from __future__ import annotations

import pytest

from generator.model.address import parse_prefix
from generator.model.facts import ReadResult
from generator.model.filters import (
    ESP,
    ICMP,
    TCP,
    UDP,
    ControlPlane,
    FilterRule,
    IcmpType,
    Ports,
    Remark,
    Shaper,
)
from generator.platforms.juniper_junos.reader_numbers import bits_per_second, dscp, ports, protocol_number
from generator.readback.braces import parse_braces
from tests.unit.platforms.junos import PLATFORM


def read(text: str) -> ReadResult:
    tree, problems = parse_braces(text)
    assert problems == []
    return PLATFORM.read({"running": tree})


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
