"""What we write for IOS-XE is what we meant: the text, line by line where it matters, and read back as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import jinja2
import pytest
from msgspec.structs import replace

from generator.model.facts import FACT_TABLES, BgpVrf, Facts, Neighbor, PrefixList, ReadResult, UnrecognisedLine
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
        " match as-path 1\n match community CHARLIE-AMS-MICROSOFT\n set local-preference 200\n"
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
