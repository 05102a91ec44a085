"""The numbers of the worked example G.3 of the domain rules: tunnels from two routers to both instances of a gateway.

r1  172.19.254.1 ═ MSEE   172.20.0.1 ══ 10.60.255.14  169.254.100.1 ─ 169.254.21.2
                          172.20.0.1 ══ 10.60.255.15  169.254.100.1 ─ 169.254.22.2
r2  172.19.254.5 ═ MSEE   172.20.0.2 ══ 10.60.255.14  169.254.100.2 ─ 169.254.21.2
                          172.20.0.2 ══ 10.60.255.15  169.254.100.2 ─ 169.254.22.2
"""

from __future__ import annotations

import pytest

from generator.model.crypto import CryptoPolicy
from generator.model.facts import MaxPrefix
from generator.model.plan import DevicePlan, Peer, Side
from generator.model.secret import Secret
from generator.platforms import load
from tests.unit.plan.test_worked_examples import msee, planned, texts

KEYS = {"r1": "Lab.Only_7qT4mXz2Rk9s", "r2": "Lab.Only_Wb3eHn8uYc5d"}
SHIPPED = ("fjellmark", "fjellmark-linux")

ROWS = [
    ("r1", 0, "172.20.0.1", "10.60.255.14", "169.254.100.1", "169.254.21.2"),
    ("r1", 1, "172.20.0.1", "10.60.255.15", "169.254.100.1", "169.254.22.2"),
    ("r2", 0, "172.20.0.2", "10.60.255.14", "169.254.100.2", "169.254.21.2"),
    ("r2", 1, "172.20.0.2", "10.60.255.15", "169.254.100.2", "169.254.22.2"),
]


def device(name: str, router: str) -> DevicePlan:
    return planned(name).devices[router]


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_each_tunnel_has_the_ends_of_the_table(name: str, row: tuple) -> None:  # type: ignore[type-arg]
    router, instance, local, remote, bgp_local, bgp_remote = row
    plan = device(name, router)
    facts, platform = plan.facts, load(plan.platform)
    tunnel = facts.tunnels[platform.tunnel(77 * 4 + instance)]
    assert (str(tunnel.local), str(tunnel.remote)) == (local, remote)
    assert (tunnel.local_identity, tunnel.remote_identity) == (local, remote)
    assert (tunnel.front_vrf, tunnel.vrf) == ("TRANSPORT", "CORP")
    assert tunnel.crypto == CryptoPolicy(
        "GCMAES256", "SHA384", "ECP384", "GCMAES256", "GCMAES256", "ECP384", 27000, 102400000, 28800, 2, "tunnel"
    )
    assert tunnel.key == Secret(KEYS[router])
    assert tunnel.selectors == ()

    interface = facts.interfaces[tunnel.name]
    assert (interface.vrf, interface.mtu, interface.mss) == ("CORP", 1400, 1350)
    loopback = facts.interfaces[interface.unnumbered]
    assert (loopback.vrf, texts(loopback.addresses)) == ("CORP", [f"{bgp_local}/32"])

    (session,) = [one for one in plan.sessions if one.peer is Peer.GATEWAY and str(one.neighbor[1]) == bgp_remote]
    neighbor = facts.neighbors[session.neighbor]
    assert (neighbor.vrf, neighbor.remote_as, neighbor.local_as) == ("CORP", 65515, 64610)
    assert (neighbor.keepalive, neighbor.hold, neighbor.bfd, neighbor.multihop) == (60, 180, None, 5)
    assert (neighbor.update_source, neighbor.max_prefix) == (loopback.name, MaxPrefix(4000))
    assert (texts(session.announce), texts(session.accept)) == (["10.20.0.0/16"], ["10.60.0.0/16"])
    assert session.tunnel == tunnel.name
    (rule,) = [one for one in facts.policies[neighbor.import_policy].rules if one.permit]
    assert rule.local_preference == 200
    hosts = [(one.vrf, str(one.prefix)) for one in facts.static_routes.values() if one.next_hop == tunnel.name]
    assert hosts == [("CORP", f"{bgp_remote}/32")]


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(
    ("router", "own", "peer", "source"), [("r1", ".1/30", ".2", ".1"), ("r2", ".5/30", ".6", ".2")]
)
def test_the_circuit_carries_the_tunnels_and_nothing_else(
    name: str, router: str, own: str, peer: str, source: str
) -> None:
    plan = device(name, router)
    session, neighbor = msee(plan, "fjellmark-osl", "private")
    assert (neighbor.vrf, str(neighbor.address)) == ("TRANSPORT", f"172.19.254{peer}")
    (link,) = [one for one in plan.facts.interfaces.values() if str(one.tags) == "77.410" and one.bfd]
    assert (link.vrf, texts(link.addresses)) == ("TRANSPORT", [f"172.19.254{own}"])
    assert texts(session.announce) == ["172.20.0.1/32", "172.20.0.2/32"]
    assert texts(session.accept) == ["10.60.0.0/16"]
    assert texts(plan.facts.bgp["TRANSPORT"].networks) == [f"172.20.0{source}/32"]
    # The loopback is the route behind the announcement; a discard route would swallow the tunnels.
    assert not [one for one in plan.facts.static_routes.values() if one.next_hop == "discard"]
    assert {one.vrf for one in plan.facts.neighbors.values() if one.remote_as == 64610} == {"TRANSPORT", "CORP"}


def test_the_other_router_hears_of_the_source_over_the_interlink() -> None:
    facts = device("fjellmark", "r1").facts
    (partner,) = [one for one in facts.neighbors.values() if one.vrf == "TRANSPORT" and one.remote_as == 64610]
    first, *_ = facts.policies[partner.export_policy].rules
    listed = facts.prefix_lists[first.prefix_lists[0], 4]
    assert [str(entry.prefix) for entry in listed.entries] == ["172.20.0.1/32", "172.20.0.2/32"]


def test_the_filter_towards_microsoft_admits_bgp_bfd_ike_esp_and_errors() -> None:
    plan = device("fjellmark", "r1")
    facts = plan.facts
    (zone,) = [one for one in facts.zones.values() if any(plan.sides[name] is Side.AZURE for name in one.interfaces)]
    rules = facts.filters[facts.zone_policies[zone.name, "self"].filter, 4].rules
    said = [
        (
            rule.permit,
            rule.protocol,
            texts(rule.sources),
            texts(rule.destinations),
            [str(p) for p in rule.destination_ports],
        )
        for rule in rules
    ]
    gateways = ["10.60.255.14/32", "10.60.255.15/32"]
    assert (True, 6, ["172.19.254.2/32"], ["172.19.254.1/32"], ["179"]) in said
    assert (True, 17, ["172.19.254.2/32"], ["172.19.254.1/32"], ["3784"]) in said
    assert (True, 17, gateways, ["172.20.0.1/32"], ["500", "4500"]) in said
    assert (True, 50, gateways, ["172.20.0.1/32"], []) in said
    assert said[-1] == (False, -1, [], [], [])
    # In transit only the other router's tunnels: no clear data is expected.
    transit = facts.filters[facts.zone_policies[zone.name, "TRANSPORT-IN"].filter, 4].rules
    assert {rule.protocol for rule in transit if rule.permit} == {17, 50, 1}


def test_both_platforms_have_the_same_plan_but_for_names() -> None:
    one, two = device("fjellmark", "r1"), device("fjellmark-linux", "r1")
    assert [x.crypto for x in one.facts.tunnels.values()] == [x.crypto for x in two.facts.tunnels.values()]
    assert one.facts.filters == two.facts.filters
    assert one.facts.prefix_lists == two.facts.prefix_lists
    assert one.facts.bgp == two.facts.bgp
    assert list(one.facts.neighbors) == list(two.facts.neighbors)
