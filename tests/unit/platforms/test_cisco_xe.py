"""What we write for IOS-XE is what we meant: the text, line by line where it matters, and read back as a whole."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Literal

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from generator.model.facts import FACT_TABLES, Bfd, BgpVrf, MaxPrefix, PrefixEntry, PrefixList, ReadResult
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.model.vlan import UNTAGGED, Dot1q, QinQ
from generator.platforms import load
from generator.readback.indent import parse_indent
from tests.plans import charlie

PLATFORM = load("cisco_xe")
PORTS = ("TenGigabitEthernet0/1/0", "GigabitEthernet0/0/1", "TenGigabitEthernet0/1/1")
TEMPLATES = Path(__file__).parents[3] / "templates" / "cisco_xe"
ENVIRONMENT = jinja2.Environment(
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    undefined=jinja2.StrictUndefined,
    autoescape=False,
    loader=jinja2.FileSystemLoader(TEMPLATES),
)
ROUTERS: tuple[Literal["pe1", "pe2"], ...] = ("pe1", "pe2")


def render(plan: DevicePlan) -> str:
    (file,) = PLATFORM.files
    view = PLATFORM.view(plan)
    return "".join(ENVIRONMENT.get_template(f"{section}.j2").render(view) for section in file.sections)


def read(text: str) -> ReadResult:
    return PLATFORM.read({"running.cfg": parse_indent(text, "!")})


@pytest.fixture(scope="module")
def pe1() -> DevicePlan:
    return charlie(PLATFORM, PORTS, "pe1")


@pytest.fixture(scope="module")
def text(pe1: DevicePlan) -> str:
    return render(pe1)


def block(text: str, first: str) -> str:
    """From that line to the next ``!`` at the margin, or to the end of the address family."""
    start = text.index(first)
    return text[start : text.index("\n!", start) + 1]


def with_facts(plan: DevicePlan, **changes: object) -> DevicePlan:
    return replace(plan, facts=replace(plan.facts, **changes))


def assert_reads_back(plan: DevicePlan) -> str:
    text = render(plan)
    result = read(text)
    wanted = PLATFORM.observable(plan.facts)
    for table in FACT_TABLES:
        assert getattr(result.facts, table) == getattr(wanted, table), table
    assert result.facts == wanted
    assert result.unrecognised == ()
    return text


# What is written


def test_a_subinterface_stands_in_the_order_the_router_needs(text: str) -> None:
    assert block(text, "interface TenGigabitEthernet0/1/0.1030100\n") == (
        "interface TenGigabitEthernet0/1/0.1030100\n"
        " description charlie charlie-ams private primary\n"
        " encapsulation dot1Q 103 second-dot1q 100\n"
        " vrf forwarding CHARLIE\n"
        " ip address 172.31.0.17 255.255.255.252\n"
        " no ip redirects\n"
        " no ip proxy-arp\n"
        " bfd interval 300 min_rx 300 multiplier 3\n"
        " no bfd echo\n"
        " no shutdown\n"
    )


def test_a_port_has_no_address_and_is_up(text: str) -> None:
    assert block(text, "interface TenGigabitEthernet0/1/0\n") == (
        "interface TenGigabitEthernet0/1/0\n description Azure ExpressRoute\n no ip address\n no shutdown\n"
    )


def test_an_ipv6_neighbour_is_declared_in_the_family_of_its_vrf(text: str) -> None:
    family = text[text.index(" address-family ipv6 vrf CHARLIE-MS") :]
    assert family == (
        " address-family ipv6 vrf CHARLIE-MS\n"
        "  bgp router-id 203.0.113.1\n"
        "  network 2001:DB8:100:100::/56\n"
        "  neighbor 2001:DB8:1::2 remote-as 12076\n"
        "  neighbor 2001:DB8:1::2 description MSEE charlie-ams microsoft\n"
        "  neighbor 2001:DB8:1::2 password 0 CharlieKeyM1\n"
        "  neighbor 2001:DB8:1::2 timers 20 60\n"
        "  neighbor 2001:DB8:1::2 activate\n"
        "  neighbor 2001:DB8:1::2 route-map CHARLIE-AMS-MICROSOFT-IN-V6 in\n"
        "  neighbor 2001:DB8:1::2 route-map CHARLIE-AMS-MICROSOFT-OUT-V6 out\n"
        "  neighbor 2001:DB8:1::2 maximum-prefix 500 90 restart 30\n"
        "  maximum-paths 2\n"
        " exit-address-family\n"
        "!\n"
        "end\n"
    )


def test_a_route_map_matches_prefixes_of_its_own_family(text: str) -> None:
    assert block(text, "route-map CHARLIE-AMS-MICROSOFT-IN-V6 deny 10") == (
        "route-map CHARLIE-AMS-MICROSOFT-IN-V6 deny 10\n match ipv6 address prefix-list BOGONS\n"
    )
    assert block(text, "route-map CHARLIE-AMS-MICROSOFT-IN-V6 permit 20") == (
        "route-map CHARLIE-AMS-MICROSOFT-IN-V6 permit 20\n"
        " match as-path 401\n match community CHARLIE-AMS-MICROSOFT\n set local-preference 200\n"
    )


def test_a_prefix_list_says_no_more_than_it_must(text: str) -> None:
    assert [line for line in text.splitlines() if " BOGONS seq" in line and line.startswith("ip ")] == [
        "ip prefix-list BOGONS seq 5 permit 0.0.0.0/0",
        "ip prefix-list BOGONS seq 10 permit 10.0.0.0/8 le 32",
        "ip prefix-list BOGONS seq 15 permit 172.16.0.0/12 le 32",
        "ip prefix-list BOGONS seq 20 permit 0.0.0.0/0 ge 30",
    ]


def test_names_are_defined_before_a_neighbour_uses_them(text: str) -> None:
    """PLT-XE-01, PLT-XE-03: a route-map that does not exist denies all; a VRF without families takes no address."""
    order = [
        "ip bgp-community new-format",
        "vrf definition",
        "interface ",
        "ip prefix-list",
        "route-map ",
        "ip route",
        "router bgp",
    ]
    places = [text.index(f"\n{first}") for first in order]
    assert places == sorted(places)


# What is read back


@pytest.mark.parametrize("router", ROUTERS)
def test_what_was_written_reads_back_as_what_was_meant(router: Literal["pe1", "pe2"]) -> None:
    plan = charlie(PLATFORM, PORTS, router)
    assert_reads_back(plan)
    assert read(render(plan)).header == plan.title


def test_every_option_of_a_neighbour_reads_back(pe1: DevicePlan) -> None:
    key = next(iter(pe1.facts.neighbors))
    changed = replace(
        pe1.facts.neighbors[key],
        activated=False,
        enabled=False,
        multihop=4,
        update_source="TenGigabitEthernet0/1/0.1030100",
        bfd=Bfd(strict=True),
        default_originate=True,
        allowas_in=True,
        as_override=True,
        remove_private=True,
        max_prefix=MaxPrefix(10, 50, warning_only=True),
    )
    text = assert_reads_back(with_facts(pe1, neighbors={**pe1.facts.neighbors, key: changed}))
    assert "  neighbor 172.31.0.18 maximum-prefix 10 50 warning-only\n" in text


def test_everything_works_in_the_global_table(pe1: DevicePlan) -> None:
    """Connect-to without VRFs: the session stands above the address families, its routes inside."""
    facts = pe1.facts
    neighbors = [replace(one, vrf="") for one in facts.neighbors.values()]
    networks = tuple(network for one in facts.bgp.values() for network in one.networks)
    plan = with_facts(
        pe1,
        vrfs={},
        interfaces={name: replace(one, vrf="") for name, one in facts.interfaces.items()},
        neighbors={one.key: one for one in neighbors},
        bgp={"": BgpVrf("", 64600, "10.0.0.1", networks, ("static",), 4, 2, True, 30)},
        static_routes={("", *key[1:]): replace(one, vrf="") for key, one in facts.static_routes.items()},
    )
    text = assert_reads_back(plan)
    assert " vrf " not in text
    assert (
        "router bgp 64600\n bgp router-id 10.0.0.1\n bgp log-neighbor-changes\n no bgp default ipv4-unicast\n"
        " bgp maxas-limit 30\n neighbor 172.31.0.18 remote-as 12076\n"
    ) in text
    assert " address-family ipv4\n  bgp bestpath as-path ignore\n  network 203.0.113.64 mask 255.255.255.240\n" in text
    assert "  neighbor 172.31.0.18 activate\n" in text


def test_a_jumbo_port_and_its_subinterfaces(pe1: DevicePlan) -> None:
    """The subinterface says its MTU where it is not the port's, because it would take the port's."""
    port, ordinary, large = PORTS[0], f"{PORTS[0]}.1030100", f"{PORTS[0]}.1030200"
    interfaces = dict(pe1.facts.interfaces)
    interfaces[port] = replace(interfaces[port], mtu=9000, outer_tpid=0x88A8)
    interfaces[ordinary] = replace(interfaces[ordinary], urpf="loose", outer_tpid=0x88A8)
    interfaces[large] = replace(interfaces[large], mtu=1400, urpf="strict", outer_tpid=0x88A8, enabled=False)
    text = assert_reads_back(with_facts(pe1, interfaces=interfaces))
    assert " mtu 9000\n dot1q tunneling ethertype 0x88A8\n no ip address\n" in block(text, f"interface {port}\n")
    assert " ip mtu 1500\n" in block(text, f"interface {ordinary}\n")
    assert " ip mtu 1400\n" in block(text, f"interface {large}\n")
    assert " ipv6 mtu 1400\n" in block(text, f"interface {large}\n")


def test_an_empty_prefix_list_denies_all_because_a_missing_one_would_permit_all(pe1: DevicePlan) -> None:
    lists = {**pe1.facts.prefix_lists, ("OWN", 4): PrefixList("OWN", 4, ()), ("OWN", 6): PrefixList("OWN", 6, ())}
    text = assert_reads_back(with_facts(pe1, prefix_lists=lists))
    assert "ip prefix-list OWN seq 5 deny 0.0.0.0/0 le 32\nipv6 prefix-list OWN seq 5 deny ::/0 le 128\n" in text


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_bounds_of_a_prefix_list_read_back(data: st.DataObject) -> None:
    family: Literal[4, 6] = data.draw(st.sampled_from([4, 6]))
    network = data.draw(st.ip_addresses(v=family).map(ip_network))
    prefix = network.supernet(new_prefix=data.draw(st.integers(0, network.max_prefixlen)))
    low = data.draw(st.integers(prefix.prefixlen, prefix.max_prefixlen))
    high = data.draw(st.integers(low, prefix.max_prefixlen))
    one = PrefixList("P", family, (PrefixEntry(prefix, low, high, data.draw(st.booleans())),))
    plan = with_facts(charlie(PLATFORM, PORTS, "pe1"), prefix_lists={("P", family): one})
    assert read(render(plan)).facts.prefix_lists == {("P", family): one}


def test_a_policy_for_both_families_cannot_match_prefixes(pe1: DevicePlan) -> None:
    key = next(key for key, one in pe1.facts.neighbors.items() if one.family == 6)
    wrong = replace(pe1.facts.neighbors[key], export_policy="CHARLIE-CE-IN-V4")
    with pytest.raises(ValueError, match="CHARLIE-CE-IN-V4 matches prefixes but is used for IPv4 and for IPv6"):
        PLATFORM.view(with_facts(pe1, neighbors={**pe1.facts.neighbors, key: wrong}))


def test_an_unresolved_key_is_refused_without_saying_it(pe1: DevicePlan) -> None:
    key = next(iter(pe1.facts.neighbors))
    unknown = replace(pe1.facts.neighbors[key], password=Secret(None, "env:MISSING"))
    with pytest.raises(ValueError, match="env:MISSING"):
        PLATFORM.view(with_facts(pe1, neighbors={**pe1.facts.neighbors, key: unknown}))


def test_names_of_ports_and_subinterfaces() -> None:
    assert all(
        map(PLATFORM.is_port, (PLATFORM.port_example, "GigabitEthernet0/0/1", "HundredGigE0/0/0", "Port-channel7"))
    )
    assert not any(
        map(PLATFORM.is_port, ("Gi0/0/1", "GigabitEthernet0/0/1.5", "Loopback0", "xe-0/0/0", "Ethernet", ""))
    )
    assert PLATFORM.subinterface("Port-channel1", QinQ(103, 100), None) == "Port-channel1.1030100"
    assert PLATFORM.subinterface("Port-channel1", Dot1q(703), None) == "Port-channel1.703"
    assert PLATFORM.subinterface("Port-channel1", Dot1q(703), 5) == "Port-channel1.5"
    assert PLATFORM.subinterface("Port-channel1", UNTAGGED, None) == "Port-channel1"


# A config that says something else reads back as something else

CHANGES = {
    "another address": (" ip address 172.31.0.17 255", " ip address 172.31.0.18 255", "interfaces"),
    "another mask": ("172.31.0.17 255.255.255.252", "172.31.0.17 255.255.255.248", "interfaces"),
    "another inner tag": ("second-dot1q 100\n vrf forwarding CHARLIE\n ip address 172", "second-dot1q 101\n vrf forwarding CHARLIE\n ip address 172", "interfaces"),
    "another outer tag": ("dot1Q 703", "dot1Q 704", "interfaces"),
    "another VRF": (" vrf forwarding CHARLIE-MS", " vrf forwarding CHARLIE", "interfaces"),
    "BFD echo": (" no bfd echo\n", "", "interfaces"),
    "slower BFD": ("min_rx 300", "min_rx 900", "neighbors"),
    "no BFD on the interface": (" bfd interval 300 min_rx 300 multiplier 3\n", "", "neighbors"),
    "a port that is shut": (" description Azure ExpressRoute\n no ip address\n no shutdown\n", " description Azure ExpressRoute\n no ip address\n shutdown\n", "interfaces"),
    "another route distinguisher": ("rd 64600:412", "rd 64600:414", "vrfs"),
    "a leak": (" rd 64600:412\n", " rd 64600:412\n route-target import 64600:413\n", "vrfs"),
    "no IPv6 in the VRF": (" !\n address-family ipv6\n exit-address-family\n", "", "vrfs"),
    "another AS": ("router bgp 64600", "router bgp 64601", "bgp"),
    "no network": ("  network 203.0.113.64 mask 255.255.255.240\n", "", "bgp"),
    "another router id": ("router-id 172.31.0.17", "router-id 172.31.0.99", "bgp"),
    "one path in IPv6 only": ("restart 30\n  maximum-paths 2\n exit-address-family\n!", "restart 30\n exit-address-family\n!", "bgp"),
    "no inbound filter": ("  neighbor 172.31.0.18 route-map CHARLIE-AMS-PRIVATE-IN-V4 in\n", "", "neighbors"),
    "filters swapped": ("CHARLIE-AMS-PRIVATE-IN-V4 in", "CHARLIE-AMS-PRIVATE-OUT-V4 in", "neighbors"),
    "another key": ("CharlieKeyP1", "CharlieKeyP2", "neighbors"),
    "not activated": ("  neighbor 172.31.0.18 activate\n", "", "neighbors"),
    "a session that is shut": ("  neighbor 172.31.0.18 activate\n", "  neighbor 172.31.0.18 activate\n  neighbor 172.31.0.18 shutdown\n", "neighbors"),
    "other timers": ("172.31.0.18 timers 60 180", "172.31.0.18 timers 10 30", "neighbors"),
    "warning only": ("maximum-prefix 1100 80", "maximum-prefix 1100 80 warning-only", "neighbors"),
    "no next-hop-self": ("  neighbor 169.254.0.2 next-hop-self\n", "", "neighbors"),
    "a wider list": ("seq 5 permit 10.0.0.0/16", "seq 5 permit 10.0.0.0/16 le 24", "prefix_lists"),
    "a list that denies": ("seq 5 permit 10.0.0.0/16", "seq 5 deny 10.0.0.0/16", "prefix_lists"),
    "an exact AS path": ("permit ^12076_", "permit ^12076$", "as_path_lists"),
    "one community less": ("ip community-list standard CHARLIE-AMS-MICROSOFT permit 12076:5060\n", "", "community_lists"),
    "another preference": ("set local-preference 200", "set local-preference 100", "policies"),
    "no final deny": ("route-map CHARLIE-CE-IN-V4 deny 65535\n!\n", "", "policies"),
    "permit for deny": ("route-map CHARLIE-AMS-MICROSOFT-IN-V4 deny 10", "route-map CHARLIE-AMS-MICROSOFT-IN-V4 permit 10", "policies"),
    "no anchor": ("ip route vrf CHARLIE-MS 203.0.113.64 255.255.255.240 Null0\n", "", "static_routes"),
    "communities as one number": ("ip bgp-community new-format\n", "", "switches"),
    "IPv4 without asking": (" no bgp default ipv4-unicast\n", "", "switches"),
    "no IPv6 routing": ("ipv6 unicast-routing\n", "", "switches"),
    "another router": ("hostname pe1", "hostname pe2", "hostname"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_in_the_text_is_a_change_in_the_facts(text: str, pe1: DevicePlan, change: str) -> None:
    old, new, table = CHANGES[change]
    assert old in text
    result, wanted = read(text.replace(old, new, 1)), PLATFORM.observable(pe1.facts)
    assert getattr(result.facts, table) != getattr(wanted, table)
    assert result.unrecognised == ()


def test_a_type_7_key_is_the_same_key(text: str, pe1: DevicePlan) -> None:
    """The router writes the key its own way; the facts do not change (PLT-XE-08)."""
    hidden = text.replace("password 0 CharlieKeyP1", "password 7 00271B07165702032424557E58")
    assert hidden != text
    assert read(hidden).facts == PLATFORM.observable(pe1.facts)
