"""The numbers of the worked examples G.1 and G.2 of the domain rules, as the planner makes them.

G.1  pe1/pe2 (IOS-XE), three customers with the same space at home, S-tags 101 to 103
G.2  ce1/ce2 (Junos), one customer, private and Microsoft peering, IPv4 and IPv6
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from generator.inventory.load import validate
from generator.inventory.resolve import resolve
from generator.inventory.secrets import SecretStore
from generator.model.filters import ANY
from generator.model.plan import DevicePlan, Peer, Plan
from generator.plan import plan
from generator.plan.filter_rules import host
from generator.source import load

INVENTORIES = Path(__file__).parents[3] / "inventories"


@cache
def planned(name: str, in_clear: bool = False) -> Plan:
    """The plan of a shipped inventory; ``in_clear``: without the option of encryption that alpha took."""
    source = load(INVENTORIES / name)
    if in_clear:
        circuit = source.data["customers"]["alpha"]["circuits"]["alpha-ams"]  # type: ignore[index]
        del circuit["peerings"]["private"]["ipsec"]
    inventory, wrong = validate(source.data)
    assert inventory is not None, wrong
    intent, dangling = resolve(inventory, SecretStore(INVENTORIES / name))
    part = plan(intent)
    assert not dangling
    assert not part.findings
    return part.plan


def msee(device: DevicePlan, circuit: str, domain: str, family: int = 4):  # type: ignore[no-untyped-def]
    (found,) = [
        one
        for one in device.sessions
        if one.peer is Peer.MSEE and (one.circuit, one.domain, one.family) == (circuit, domain, family)
    ]
    return found, device.facts.neighbors[found.neighbor]


def texts(prefixes) -> list[str]:  # type: ignore[no-untyped-def]
    return [str(prefix) for prefix in prefixes]


NORTHLAKE = [
    # router, circuit, domain, subinterface, tags, own, MSEE, VRF, announce, accept, local preference, prepended
    ("pe1", "alpha-ams", "private", 1010100, "101.100", "172.31.0.1/30", "172.31.0.2", "ALPHA", ["10.0.0.0/16"], ["10.100.0.0/16"], 200, 0),
    ("pe2", "alpha-ams", "private", 1010100, "101.100", "172.31.0.5/30", "172.31.0.6", "ALPHA", ["10.0.0.0/16"], ["10.100.0.0/16"], 200, 0),
    ("pe1", "bravo-ams", "private", 1020100, "102.100", "172.31.0.9/30", "172.31.0.10", "BRAVO", ["10.0.0.0/16"], ["10.100.0.0/16"], 200, 0),
    ("pe2", "bravo-ams", "private", 1020100, "102.100", "172.31.0.13/30", "172.31.0.14", "BRAVO", ["10.0.0.0/16"], ["10.100.0.0/16"], 150, 3),
    ("pe1", "charlie-ams", "private", 1030100, "103.100", "172.31.0.17/30", "172.31.0.18", "CHARLIE", ["10.0.0.0/16"], ["10.101.0.0/16"], 200, 0),
    ("pe2", "charlie-ams", "private", 1030100, "103.100", "172.31.0.21/30", "172.31.0.22", "CHARLIE", ["10.0.0.0/16"], ["10.101.0.0/16"], 200, 0),
    ("pe1", "charlie-ams", "microsoft", 1030200, "103.200", "203.0.113.1/30", "203.0.113.2", "CHARLIE-MS", ["203.0.113.64/28"], [], 200, 0),
    ("pe2", "charlie-ams", "microsoft", 1030200, "103.200", "203.0.113.5/30", "203.0.113.6", "CHARLIE-MS", ["203.0.113.80/28"], [], 200, 0),
]  # fmt: skip


@pytest.mark.parametrize("row", NORTHLAKE, ids=lambda row: f"{row[0]}-{row[1]}-{row[2]}")
def test_northlake_has_the_numbers_of_the_table(row: tuple) -> None:  # type: ignore[type-arg]
    router, circuit, domain, unit, tags, own, peer, vrf, announce, accept, preference, prepended = row
    device = planned("northlake", in_clear=True).devices[router]
    interface = device.facts.interfaces[f"TenGigabitEthernet0/1/0.{unit}"]
    session, neighbor = msee(device, circuit, domain)
    assert str(interface.tags) == tags
    assert [str(one) for one in interface.addresses] == [own]
    assert (str(neighbor.address), interface.vrf, neighbor.vrf) == (peer, vrf, vrf)
    assert (neighbor.remote_as, neighbor.local_as) == (12076, 64600)
    assert texts(session.announce) == announce
    assert texts(session.accept) == accept
    permits = [rule for rule in device.facts.policies[neighbor.import_policy].rules if rule.permit]
    assert [rule.local_preference for rule in permits] == [preference]
    exports = [rule for rule in device.facts.policies[neighbor.export_policy].rules if rule.permit]
    assert [rule.prepend for rule in exports] == [(64600,) * prepended]


def test_northlake_limits_bfd_and_anchors() -> None:
    plan = planned("northlake")
    for name, pool in (("pe1", "203.0.113.64/28"), ("pe2", "203.0.113.80/28")):
        device = plan.devices[name]
        assert sum(one.peer is Peer.MSEE for one in device.sessions) == 4
        anchors = [
            (one.vrf, str(one.prefix)) for one in device.facts.static_routes.values() if one.next_hop == "discard"
        ]
        assert ("CHARLIE-MS", pool) in anchors
        # The customers' spaces as the provider's shared services know them.
        assert set(anchors) - {("CHARLIE-MS", pool)} == {
            ("ALPHA", "100.64.16.0/20"),
            ("BRAVO", "100.64.32.0/20"),
            ("CHARLIE", "100.64.48.0/20"),
        }
        shapers = {name: one.rate_mbps for name, one in device.facts.shapers.items()}
        assert (shapers["ALPHA-AMS"], shapers["BRAVO-AMS"]) == (200, 500)
        assert sum(rate for name, rate in shapers.items() if name.startswith("CHARLIE")) == 1000
        _, private = msee(device, "charlie-ams", "private")
        _, microsoft = msee(device, "charlie-ams", "microsoft")
        assert (private.bfd.transmit_ms, private.bfd.receive_ms, private.bfd.multiplier, private.bfd.echo) == (
            300,
            300,
            3,
            False,
        )
        assert microsoft.bfd is None
        assert (private.max_prefix.limit, private.max_prefix.warn_percent) == (1100, 80)
        assert (microsoft.max_prefix.limit, microsoft.max_prefix.restart_minutes is not None) == (2000, True)
        assert session_communities(device) == ("12076:5060", "12076:51002", "12076:52002")


def session_communities(device: DevicePlan) -> tuple[str, ...]:
    return msee(device, "charlie-ams", "microsoft")[0].accept_communities


def test_northlake_customer_edges_overlap_on_purpose() -> None:
    for name, own, peer in (("pe1", "192.168.255.1/30", "192.168.255.2"), ("pe2", "192.168.255.5/30", "192.168.255.6")):
        device = planned("northlake").devices[name]
        edges = [
            one
            for one in device.sessions
            if one.peer is Peer.CUSTOMER
            and one.domain == "private"
            and device.facts.neighbors[one.neighbor].remote_as != 64650
        ]
        assert [(one.customer, str(one.neighbor[1])) for one in edges] == [
            ("alpha", peer),
            ("bravo", peer),
            ("charlie", peer),
        ]
        assert [device.facts.neighbors[one.neighbor].remote_as for one in edges] == [64701, 64702, 64703]
        shared = "172.30.0.0/24"
        assert [texts(one.announce) for one in edges] == [
            ["10.100.0.0/16", shared],
            ["10.100.0.0/16", shared],
            ["10.101.0.0/16", shared],
        ]
        held = {one.vrf for one in device.facts.interfaces.values() if own in [str(a) for a in one.addresses]}
        assert held == {"ALPHA", "BRAVO", "CHARLIE"}


HOLLINS = [
    # router, family, domain, unit, own, MSEE, VRF, announce, accept
    ("ce1", 4, "private", 310, "172.16.255.241/30", "172.16.255.242", "CORE-AZ", ["10.8.0.0/14", "192.168.32.0/19"], ["10.128.0.0/16", "10.129.0.0/16"]),
    ("ce2", 4, "private", 310, "172.16.255.245/30", "172.16.255.246", "CORE-AZ", ["10.8.0.0/14", "192.168.32.0/19"], ["10.128.0.0/16", "10.129.0.0/16"]),
    ("ce1", 6, "private", 310, "fd12:76::1/126", "fd12:76::2", "CORE-AZ", ["fd12:1000:1::/48"], ["fd12:2000:1::/48"]),
    ("ce2", 6, "private", 310, "fd12:76::5/126", "fd12:76::6", "CORE-AZ", ["fd12:1000:1::/48"], ["fd12:2000:1::/48"]),
    ("ce1", 4, "microsoft", 320, "198.51.100.1/30", "198.51.100.2", "DMZ-MS", ["198.51.100.64/26"], []),
    ("ce2", 4, "microsoft", 320, "198.51.100.5/30", "198.51.100.6", "DMZ-MS", ["198.51.100.64/26"], []),
    ("ce1", 6, "microsoft", 320, "2001:db8:100:ff::1/126", "2001:db8:100:ff::2", "DMZ-MS", ["2001:db8:100:100::/56"], []),
    ("ce2", 6, "microsoft", 320, "2001:db8:100:ff::5/126", "2001:db8:100:ff::6", "DMZ-MS", ["2001:db8:100:100::/56"], []),
]  # fmt: skip


@pytest.mark.parametrize("row", HOLLINS, ids=lambda row: f"{row[0]}-{row[2]}-v{row[1]}")
def test_hollins_has_the_numbers_of_the_table(row: tuple) -> None:  # type: ignore[type-arg]
    router, family, domain, unit, own, peer, vrf, announce, accept = row
    device = planned("hollins").devices[router]
    interface = device.facts.interfaces[f"xe-0/1/0.{unit}"]
    session, neighbor = msee(device, "hollins-lon", domain, family)
    assert str(interface.tags) == ("45.310" if domain == "private" else "45.320")
    assert own in [str(one) for one in interface.addresses]
    assert (str(neighbor.address), neighbor.vrf, neighbor.local_as) == (peer, vrf, 64496)
    assert texts(session.announce) == announce
    assert texts(session.accept) == accept
    assert (neighbor.keepalive, neighbor.hold) == (60, 180)
    assert neighbor.bfd is not None
    (permit,) = [rule for rule in device.facts.policies[neighbor.import_policy].rules if rule.permit]
    assert permit.local_preference == 200
    limits = {("private", 4): 1100, ("private", 6): 110, ("microsoft", 4): 2000, ("microsoft", 6): 500}
    assert neighbor.max_prefix is not None
    assert neighbor.max_prefix.limit == limits[domain, family]


def test_hollins_has_eight_sessions_with_microsoft_and_the_route_filter_of_the_table() -> None:
    devices = planned("hollins").devices
    sessions = [one for device in devices.values() for one in device.sessions if one.peer is Peer.MSEE]
    assert len(sessions) == 8
    asked = {one.accept_communities for one in sessions if one.domain == "microsoft"}
    assert asked == {("12076:5060", "12076:5070", "12076:51002", "12076:51003")}


def test_every_object_of_a_plan_knows_where_in_the_inventory_it_comes_from() -> None:
    for name in ("northlake", "hollins", "saltmarsh"):
        for device in planned(name).devices.values():
            for key in device.facts.neighbors:
                assert device.origins["neighbors", key][0] == "customers"
            for interface in set(device.facts.interfaces) - set(device.ports):
                shared = interface in device.facts.state_sync
                assert device.origins["interfaces", interface][0] == ("pairs" if shared else "customers")


def test_the_firewalls_of_hollins_translate_and_share_their_sessions() -> None:
    devices = planned("hollins").devices
    assert {name for name, one in devices.items() if one.facts.nat_rules} == {"fw1", "fw2"}
    first, second = (devices[name].facts.state_sync["xe-0/0/18.0"] for name in ("fw1", "fw2"))
    assert (first.local_id, second.local_id) == (1, 2)
    assert (first.local, first.peer) == (second.peer, second.local)
    for name, one in (("fw1", first), ("fw2", second)):
        rules = devices[name].facts.filters["CONTROL-PLANE", 4].rules
        heard = [rule for rule in rules if rule.sources == (host(one.peer),)]
        assert [(rule.permit, rule.protocol, rule.destinations) for rule in heard] == [(True, ANY, (host(one.local),))]
    assert not any(devices[name].facts.state_sync for name in ("ce1", "ce2"))
