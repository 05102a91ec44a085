"""Tunnels of a pair, and BGP inside them.  The good case is in `test_pair_security_good`."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from generator.model.address import parse_address, parse_link, parse_prefix
from generator.model.facts import Bfd, FactKey, Facts, PolicyRule, StaticRoute
from generator.model.finding import Severity
from generator.model.plan import Peer
from generator.model.secret import Secret
from tests.evidence import Change, add, both, drop, edit, read, say
from tests.plans import exact
from tests.security_evidence import GATEWAYS, ONPREM, SOURCE, device, plan, tunnels

E, W = Severity.ERROR, Severity.WARNING
POLICY = plan().facts.tunnels["Tu308"].crypto
assert POLICY is not None
ONE, TWO = ("CORP", parse_address("169.254.21.2"), 4), ("CORP", parse_address("169.254.22.2"), 4)
NAME = "neighbor 169.254.21.2 in VRF CORP"


def crypto(**other: Any) -> Change:
    return edit("tunnels", "Tu308", crypto=replace(POLICY, **other))


def keyed(name: str, key: Secret | None) -> Change:
    def change(facts: Facts) -> Facts:
        return replace(facts, tunnels={**facts.tunnels, name: replace(facts.tunnels[name], key=key)})

    return change


@pytest.mark.parametrize(
    ("mtu", "mss", "said"),
    [
        (1500, 0, [(E, "tunnel Tu308 has IP MTU 1500 and does not clamp the MSS, expected an MSS of 1350 at most")]),
        (1500, 1380, [(W, "tunnel Tu308 clamps the MSS at 1380, expected 1350 at most")]),
        (1500, 1350, []),
        (1400, 0, []),
    ],
)
def test_size_of_a_tunnel(mtu: int, mss: int, said: list[tuple[Severity, str]]) -> None:
    found = say("PAIR-024", device(change=edit("interfaces", "Tu308", mtu=mtu, mss=mss)))
    assert [one[1:] for one in found] == said


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"pfs_group": "None"}, "PFS group is None, expected ECP384"),
        ({"pfs_group": ""}, "PFS group is not named, expected ECP384"),
        ({"ike_version": 1}, "IKE version is 1, expected 2"),
        ({"mode": "transport"}, "mode is transport, expected tunnel"),
        ({"dh_group": "DHGroup14"}, "dh group is DHGroup14, expected ECP384"),
        ({"ipsec_integrity": "SHA256"}, "ESP integrity is SHA256, expected GCMAES256"),
        ({"ike_seconds": 3600}, "IKE seconds is 3600, expected 28800"),
    ],
)
def test_cryptography_that_azure_does_not_have(other: dict[str, Any], said: str) -> None:
    assert say("PAIR-029", device("r2", crypto(**other))) == [
        ("PAIR-029", E, f"tunnel Tu308: {said} as in Azure's policy")
    ]


def test_a_tunnel_that_leads_to_no_policy() -> None:
    assert say("PAIR-029", device(change=edit("tunnels", "Tu308", crypto=None))) == [
        ("PAIR-029", E, "tunnel Tu308: the text does not lead to a complete policy, expected one")
    ]


def test_both_routers_are_planned_alike() -> None:
    """Each text says what its plan says, and the plans differ: only the pair shows it."""
    found = tunnels()
    assert found.secondary is not None
    other = crypto(pfs_group="PFS2048")(found.secondary.plan.facts)
    found.secondary = read(replace(found.secondary.plan, facts=other))
    assert say("PAIR-029", found.secondary) == []
    assert say("PAIR-029", found) == [
        (
            "PAIR-029",
            E,
            "tunnel Tu308 of r2 and Tu308 of r1 differ (PFS group PFS2048 and ECP384), expected one policy",
        )
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            edit("tunnels", "Tu309", remote=GATEWAYS[0].network_address),
            "tunnels Tu308 and Tu309 both lead to 10.60.255.14, expected one of them to lead to 10.60.255.15",
        ),
        (drop("tunnels", "Tu309"), "fjell-lon private: tunnel Tu309 is missing on r2, expected one to each instance"),
        (
            edit("tunnels", "Tu309", remote=parse_address("10.60.255.4")),
            "tunnel Tu309 leads to 10.60.255.4, which is no instance of the gateway, expected 10.60.255.14 or 10.60.255.15",
        ),
        (
            edit("tunnels", "Tu309", local=SOURCE.network_address),
            "r2 and r1 both have the tunnel source 172.20.0.1, expected one of its own for each",
        ),
    ],
)
def test_the_mesh_is_complete(change: Change, said: str) -> None:
    assert say("PAIR-030", tunnels(two=change)) == [("PAIR-030", E, said)]


def test_identities_and_keys() -> None:
    assert say("PAIR-030", device(change=edit("tunnels", "Tu309", local_identity="r1.example"))) == [
        ("PAIR-030", E, "tunnel Tu309: the own identity is r1.example, expected 172.20.0.1")
    ]
    assert say("PAIR-030", device(change=edit("tunnels", "Tu309", remote_identity=""))) == [
        ("PAIR-030", E, "tunnel Tu309: the other identity is not set, expected 10.60.255.15")
    ]
    other = "Lab.Only_Wb3eHn8uYc5d"
    found = say("PAIR-030", device(change=keyed("Tu309", Secret(other))))
    assert found == [
        ("PAIR-030", E, "the key of tunnel Tu309 differs from that of Tu308, expected the key of one connection")
    ]
    assert other not in repr(found)
    assert say("PAIR-030", device(change=keyed("Tu309", None))) == [
        ("PAIR-030", E, "tunnel Tu309 has no key, expected that of its connection")
    ]
    # A key that cannot be read (type 6) is neither right nor wrong.
    assert say("PAIR-030", device(change=keyed("Tu309", Secret(None)))) == []


def test_two_customers_do_not_share_a_key() -> None:
    planned = plan()
    sessions = tuple(replace(one, customer="bergen") if one.tunnel == "Tu309" else one for one in planned.sessions)
    found = say("PAIR-030", read(replace(planned, sessions=sessions)))
    assert found == [
        ("PAIR-030", E, "tunnel Tu309 of bergen has the key of fjell, expected a key of its own for each customer")
    ]


def test_the_source_is_in_the_front_vrf_and_announced() -> None:
    assert say("PAIR-031", device(change=edit("tunnels", "Tu308", front_vrf=""))) == [
        (
            "PAIR-031",
            E,
            "tunnel Tu308 has front VRF (none), its source 172.20.0.1 is in TRANSPORT; expected the same",
        )
    ]
    nobody = say("PAIR-031", device(change=drop("interfaces", "Lo309")))
    assert nobody[0][2] == "tunnel Tu308 has source 172.20.0.1, which no interface has, expected a loopback with it"
    lists = edit("prefix_lists", ("HOME", 4), entries=exact("HOME", 4, "172.20.0.2/32").entries)
    assert say("PAIR-031", device(change=lists))[0][2] == (
        "tunnel Tu308: source 172.20.0.1 is not announced to Microsoft in VRF TRANSPORT, expected it to be"
    )
    around = edit("prefix_lists", ("HOME", 4), entries=exact("HOME", 4, "172.20.0.0/24").entries)
    assert say("PAIR-031", device(change=around)) == []


def test_an_appliance_announces_its_source_to_the_router_before_it() -> None:
    planned = plan()
    sessions = tuple(
        replace(one, peer=Peer.FIREWALL) if one.neighbor[0] == "TRANSPORT" else one for one in planned.sessions
    )
    assert say("PAIR-031", read(replace(planned, sessions=sessions))) == []
    silent = tuple(replace(one, announce=()) if one.peer is Peer.FIREWALL else one for one in sessions)
    assert len(say("PAIR-031", read(replace(planned, sessions=silent)))) == 2


HOST = {name: ("CORP", parse_prefix(f"{peer[1]}/32"), name) for name, peer in (("Tu308", ONE), ("Tu309", TWO))}


def through(tunnel: str, prefix: str, vrf: str = "CORP") -> Change:
    route = StaticRoute(vrf, parse_prefix(prefix), tunnel)
    return add("static_routes", (route.vrf, route.prefix, tunnel), route)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (drop("static_routes", HOST["Tu309"]), "has no host route, expected a host route through Tu309 alone"),
        (
            both(drop("static_routes", HOST["Tu309"]), through("Tu308", "169.254.22.2/32")),
            "goes through Tu308, expected a host route through Tu309 alone",
        ),
        (
            through("Tu308", "169.254.22.2/32"),
            "has a route through Tu308 as well, expected a host route through Tu309 alone",
        ),
    ],
)
def test_each_instance_has_its_route(change: Change, said: str) -> None:
    assert say("PAIR-032", device(change=change)) == [("PAIR-032", E, f"neighbor 169.254.22.2 in VRF CORP {said}")]


def test_a_numbered_tunnel_needs_no_host_route() -> None:
    numbered = edit("interfaces", "Tu309", addresses=(parse_link("169.254.22.1/30"),), unnumbered="")
    assert say("PAIR-032", device(change=both(numbered, drop("static_routes", HOST["Tu309"])))) == []


def test_the_outer_address_does_not_go_through_a_tunnel() -> None:
    found = say("PAIR-032", device(change=through("Tu308", "10.60.255.14/31", "TRANSPORT")))
    assert [message for _, _, message in found] == [
        f"tunnel Tu30{n}: static route 10.60.255.14/31 leads its outer address 10.60.255.1{n - 4} into Tu308, "
        "expected the way over the peering"
        for n in (8, 9)
    ]
    # In the inner VRF it is an inner packet's way, and right.
    assert say("PAIR-032", device(change=through("Tu308", "10.60.0.0/16"))) == []


def test_without_a_front_vrf_the_vnet_prefix_swallows_the_tunnel() -> None:
    def flat(facts: Facts) -> Facts:
        inner = {name: replace(one, front_vrf="CORP") for name, one in facts.tunnels.items()}
        return replace(facts, tunnels=inner)

    found = say("PAIR-032", device(change=flat))
    assert found[0][2] == (
        f"tunnel Tu308: 10.60.0.0/16 comes in from {NAME} and covers 10.60.255.14, "
        "expected a front VRF of its own or longer prefixes"
    )
    longer = edit("prefix_lists", ("VNETS", 4), entries=exact("VNETS", 4, "10.60.0.0/17", "10.60.128.0/18").entries)
    assert say("PAIR-032", device(change=both(flat, longer))) == []


def clear(*prefixes: str) -> Change:
    entries = exact("HOME", 4, "172.20.0.1/32", "172.20.0.2/32", *prefixes).entries
    return edit("prefix_lists", ("HOME", 4), entries=entries)


@pytest.mark.parametrize(("prefix", "wrong"), [("10.20.0.0/16", True), ("10.20.5.0/24", True), ("10.0.0.0/8", False)])
def test_nothing_goes_both_in_clear_and_encrypted(prefix: str, wrong: bool) -> None:
    """Of r2 in clear, of r1 in the tunnel: Azure sees both.  A shorter prefix in clear loses to the tunnel."""
    said = (
        f"neighbor 172.19.254.6 in VRF TRANSPORT announces {prefix} in clear, and the tunnels {ONPREM}; "
        "expected each address in one of them only"
    )
    assert say("PAIR-033", tunnels(two=clear(prefix))) == ([("PAIR-033", E, said)] if wrong else [])


def test_what_the_inventory_wants_in_clear_is_left_alone() -> None:
    found = tunnels()
    planned = found.primary.plan
    more = parse_prefix("10.20.5.0/24")
    sessions = tuple(
        replace(one, announce=(*one.announce, more)) if one.neighbor[0] == "TRANSPORT" else one
        for one in planned.sessions
    )
    found.primary = read(replace(planned, sessions=sessions), clear(str(more))(planned.facts))
    assert say("PAIR-033", found) == []


@pytest.mark.parametrize(
    ("wrong", "severity", "said"),
    [
        ({"bfd": Bfd()}, E, "has BFD, which a VPN gateway does not speak; expected none"),
        ({"multihop": 0}, E, "has no multihop, expected it: the gateway is no direct neighbour"),
        ({"update_source": ""}, E, "has no update source, expected the BGP address of the tunnels"),
        ({"keepalive": 20, "hold": 60}, W, "has timers 20/60 s, the gateway has 60/180 s; expected the same"),
    ],
)
def test_settings_of_gateway_sessions(wrong: dict[str, Any], severity: Severity, said: str) -> None:
    assert say("PAIR-034", device(change=edit("neighbors", ONE, **wrong))) == [("PAIR-034", severity, f"{NAME} {said}")]


def test_policies_of_gateway_sessions() -> None:
    assert say("PAIR-008", device(change=edit("neighbors", ONE, import_policy="", export_policy=""))) == [
        ("PAIR-008", E, f"{NAME} (VPN gateway) has no inbound and outbound policy, expected one in each direction")
    ]
    wide = edit("policies", "VPN-IN-V4", rules=(PolicyRule("10", True),))
    assert say("PAIR-011", device(change=wide))[0][2] == (
        f"{NAME}: policy VPN-IN-V4 lets in 0.0.0.0/0 with lengths 0 to 32, expected only 10.60.0.0/16"
    )
    half = edit("prefix_lists", ("VPN-OUT", 4), entries=exact("VPN-OUT", 4, "10.20.0.0/17").entries)
    assert [message for _, _, message in say("PAIR-009", device(change=half))][:2] == [
        f"{NAME}: policy VPN-OUT-V4 lets out 10.20.0.0/17, expected only 10.20.0.0/16",
        f"{NAME}: policy VPN-OUT-V4 does not let out 10.20.0.0/16, expected it to",
    ]


def test_what_is_shut_down_is_found_in_tunnels_too() -> None:
    change = both(edit("interfaces", "Tu308", enabled=False), edit("neighbors", TWO, enabled=False))
    assert [message for _, _, message in say("PAIR-038", device(change=change))] == [
        "tunnel Tu308 is shut down, expected it up",
        "neighbor 169.254.22.2 in VRF CORP is shut down, expected it up",
    ]


def test_older_rules_take_tunnels_as_they_are() -> None:
    """A loopback anchors the source that is announced, and a host route through a tunnel of the VRF is no leak and pins nothing."""
    assert plan().facts.bgp["TRANSPORT"].networks == (SOURCE,)
    for rule_id in ("PAIR-016", "PAIR-028", "PAIR-040", "PAIR-008"):
        assert say(rule_id, device()) == [], rule_id
    gone: FactKey = ("interfaces", "Lo309")
    assert "172.20.0.1/32 is originated in VRF TRANSPORT" in say("PAIR-016", device(change=drop(*gone)))[0][2]
    leak = through("Tu308", "10.60.0.0/16", "DMZ-MS")
    assert "leads to interface Tu308 of VRF CORP" in say("PAIR-028", device(change=leak))[0][2]


def test_an_appliance_in_the_same_as_is_not_the_other_router() -> None:
    planned = plan()
    neighbor = replace(planned.facts.neighbors[ONE], remote_as=64610)
    facts = replace(planned.facts, neighbors={**planned.facts.neighbors, ONE: neighbor})
    sessions = tuple(replace(one, peer=Peer.FIREWALL) if one.neighbor == ONE else one for one in planned.sessions)
    assert read(replace(planned, facts=facts, sessions=sessions)).partners == {}
