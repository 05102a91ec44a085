"""Link blocks, public space, and overlaps in a VRF (INV-011, INV-012, INV-014 to INV-019)."""

from __future__ import annotations

from typing import Any

import pytest

from generator.model.address import parse_prefix
from generator.rules.vrf_space import Kind, Space, overlaps
from tests.inventories import BASE, with_values
from tests.unit.rules.fleet import BRAVO, CIRCUIT, MICROSOFT, PRIVATE, TWO_CUSTOMERS, WITH_MICROSOFT, found

HALVES = {"primary": "192.168.1.0/30", "secondary": "192.168.1.4/30"}
OF_THE_PEERING = "private peering of circuit alpha-ams"


# INV-011


@pytest.mark.parametrize(
    ("field", "block", "message"),
    [
        ("v4", "192.168.1.0/28", "v4 192.168.1.0/28 is a /28, expected a /29, or a /30 for each link"),
        ("v4", "192.168.1.0/30", "v4 192.168.1.0/30 is a /30, expected a /29, or a /30 for each link"),
        ("v4", "fd12:76::/125", "v4 fd12:76::/125 is an IPv6 block, expected IPv4"),
        ("v6", "fd12:76::/64", "v6 fd12:76::/64 is a /64, expected a /125, or a /126 for each link"),
    ],
)
def test_a_link_block_of_another_size(field: str, block: str, message: str) -> None:
    assert found("INV-011", **{f"P__{field}": block}) == [("INV-011", "error", f"{PRIVATE}.{field}", message)]


def test_halves_of_another_size_missing_and_too_many() -> None:
    assert found("INV-011", P__v4=HALVES | {"secondary": "192.168.1.4/31"}) == [
        (
            "INV-011",
            "error",
            f"{PRIVATE}.v4.secondary",
            "v4 192.168.1.4/31 of the secondary link is a /31, expected a /30",
        )
    ]
    assert found("INV-011", P__v4={"primary": "192.168.1.0/30"}) == [
        ("INV-011", "error", f"{PRIVATE}.v4", "v4 has no block for the secondary link, expected a /30")
    ]
    [one] = found("INV-011", P__v4={"both": "192.168.1.0/29", "primary": "192.168.1.0/30"})
    assert one[2] == f"{PRIVATE}.v4.primary"


def test_a_peering_or_session_without_any_block() -> None:
    [one, two] = found("INV-011", P__v4=None, A__ce={"asn": 64701, "vlan": 701})
    assert one[2:] == ("customers.alpha.ce", "session ce has no link block, expected v4, v6 or both")
    assert two[2:] == (PRIVATE, f"{OF_THE_PEERING} has no link block, expected v4, v6 or both")


def test_blocks_of_the_right_size() -> None:
    assert found("INV-011", P__v4=HALVES, P__v6={"primary": "fd12:76::/126", "secondary": "fd12:76::4/126"}) == []


def test_the_block_of_a_session_beside_azures() -> None:
    message = "v4 192.168.255.0/28 is a /28, expected a /29, or a /30 for each link"
    assert found("INV-011", A__ce__v4="192.168.255.0/28") == [("INV-011", "error", "customers.alpha.ce.v4", message)]
    for block in ({"primary": "192.168.255.0/31"}, {"secondary": "192.168.255.0/30"}, HALVES):
        assert found("INV-011", A__ce__v4=block) == [], "one router, or a /31 for a link, is enough here"


# INV-012, INV-014


def test_host_bits() -> None:
    message = "v4 192.168.1.4/29 has host bits set, expected the network 192.168.1.0/29"
    assert found("INV-012", P__v4="192.168.1.4/29") == [("INV-012", "error", f"{PRIVATE}.v4", message)]
    [one] = found("INV-012", A__ce__v4=HALVES | {"secondary": "192.168.1.5/30"})
    assert one[2] == "customers.alpha.ce.v4.secondary"
    assert found("INV-012", P__v4=HALVES) == []


@pytest.mark.parametrize("where", ["P", "A__ce"])
def test_the_same_block_on_both_links(where: str) -> None:
    path = {"P": PRIVATE, "A__ce": "customers.alpha.ce"}[where]
    message = "v4 192.168.1.0/30 of the secondary link overlaps 192.168.1.0/30 of the primary, expected another network"
    values: dict[str, Any] = {f"{where}__v4": HALVES | {"secondary": "192.168.1.0/30"}}
    assert found("INV-014", **values) == [("INV-014", "error", f"{path}.v4.secondary", message)]
    assert found("INV-014", **{f"{where}__v4": HALVES}) == []
    assert len(found("INV-014", **{f"{where}__v4": HALVES | {"primary": "192.168.0.0/16"}})) == 1
    last = "255.255.255.252/30"
    assert len(found("INV-014", **{f"{where}__v4": {"primary": last, "secondary": last}})) == 1


# INV-015, INV-016


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        ("172.16.0.0/29", "private (RFC 1918)"),
        ("100.64.0.0/29", "reserved space"),
        ("203.0.113.0/29", "documentation space"),
    ],
)
def test_a_link_block_that_is_not_public(block: str, kind: str) -> None:
    message = (
        f"v4 {block} of the microsoft peering of circuit alpha-ams is {kind}, expected public addresses of your own"
    )
    assert found("INV-015", WITH_MICROSOFT, M__v4=block) == [("INV-015", "error", f"{MICROSOFT}.v4", message)]
    lab = found("INV-015", WITH_MICROSOFT, M__v4=block, meta__lab=True)
    assert lab[0][1] == ("warning" if "documentation" in kind else "error")


def test_a_public_link_block_and_a_private_one_on_private_peering() -> None:
    assert found("INV-015", WITH_MICROSOFT) == []
    [one] = found("INV-015", WITH_MICROSOFT, M__v6={"primary": "fd00::/126", "secondary": "2a00:1::/126"})
    assert one[2] == f"{MICROSOFT}.v6.primary"


def test_a_public_link_block_used_twice() -> None:
    public = {"azure_vlan": 300, "v4": "20.30.40.0/29"}
    assert found("INV-016", WITH_MICROSOFT, C__peerings__public=public, meta__legacy=True) == [
        (
            "INV-016",
            "error",
            f"{CIRCUIT}.peerings.public.v4",
            "20.30.40.0/29 of the public peering of circuit alpha-ams is already used by the microsoft peering of "
            "circuit alpha-ams, expected another block",
        )
    ]
    public["v4"] = "20.30.40.8/29"
    assert found("INV-016", WITH_MICROSOFT, C__peerings__public=public, meta__legacy=True) == []


def test_a_public_link_block_inside_another() -> None:
    text = with_values(TWO_CUSTOMERS, {MICROSOFT: {"azure_vlan": 200, "v4": "20.30.40.0/24"}})
    for number, block in enumerate(("20.30.40.8/29", "20.30.40.64/29")):
        name = f"customers.bravo.circuits.bravo-{number}.peerings.microsoft"
        text = with_values(text, {name: {"azure_vlan": 200, "v4": block}})
    assert [one[2] for one in found("INV-016", text)] == [
        f"customers.bravo.circuits.bravo-{number}.peerings.microsoft.v4" for number in (0, 1)
    ]


# INV-017


def test_ipv6_that_looks_like_a_unique_local_address() -> None:
    assert found("INV-017", A__onprem=["10.0.0.0/16", "fd:2:1::/48"]) == [
        (
            "INV-017",
            "error",
            "customers.alpha.onprem[1]",
            "fd:2:1::/48 is not a unique local address, expected a first group of four digits such as fd00",
        )
    ]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"P__v6": "fd:2::/125"}, f"{PRIVATE}.v6"),
        ({"A__ce__v6": {"primary": "fc:2::/126"}}, "customers.alpha.ce.v6.primary"),
        ({"A__vnets": [{"prefixes": ["fc0:1::/48"]}]}, "customers.alpha.vnets[0].prefixes[0]"),
        ({"P__advertise": ["fdf:1::/48"]}, f"{PRIVATE}.advertise[0]"),
        ({"P__global_reach": [{"prefixes": ["fd:1::/48"]}]}, f"{PRIVATE}.global_reach[0].prefixes[0]"),
        ({"A__internet": {"pool": "fd:1::/48"}}, "customers.alpha.internet.pool[0]"),
        ({"M__advertised_public_prefixes": ["fd:1::/48"]}, f"{MICROSOFT}.advertised_public_prefixes[0]"),
    ],
)
def test_wherever_a_prefix_stands(changes: dict[str, Any], path: str) -> None:
    assert [one[2] for one in found("INV-017", WITH_MICROSOFT, **changes)] == [path]


@pytest.mark.parametrize("prefix", ["fd00:2:1::/48", "fdab:2:1::/48", "2a00:fd::/48", "fe0::/48"])
def test_ipv6_that_is_what_it_looks_like(prefix: str) -> None:
    assert found("INV-017", A__onprem=[prefix]) == []


# INV-018; there are no loopback addresses in an inventory, so that none can overlap.


def test_an_on_premises_prefix_inside_a_vnet() -> None:
    assert found("INV-018", A__onprem=["10.100.4.0/22"], A__vrf="ALPHA") == [
        (
            "INV-018",
            "error",
            "customers.alpha.onprem[0]",
            "on-premises prefix 10.100.4.0/22 lies in VNet prefix 10.100.0.0/16 in VRF ALPHA, expected no overlap",
        )
    ]


def test_an_on_premises_aggregate_that_covers_vnets_is_a_warning_once() -> None:
    message = (
        "on-premises prefix 10.0.0.0/8 covers VNet prefix 10.9.0.0/16 and 1 more in VRF A, "
        "expected prefixes that leave Azure's out"
    )
    vnets = ["10.100.0.0/16", "10.9.0.0/16"]
    assert found("INV-018", A__onprem=["10.0.0.0/8"], A__vnets=vnets, A__vrf="A") == [
        ("INV-018", "warning", "customers.alpha.onprem[0]", message)
    ]


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"P__v4": "10.0.3.0/29"}, f"{PRIVATE}.v4", "link block 10.0.3.0/29 lies in on-premises prefix 10.0.0.0/16"),
        ({"P__v4": "10.100.3.0/29"}, f"{PRIVATE}.v4", "link block 10.100.3.0/29 lies in VNet prefix 10.100.0.0/16"),
        (
            {"A__ce__v4": "172.31.0.0/29"},
            "customers.alpha.ce.v4",
            "link block 172.31.0.0/29 equals link block 172.31.0.0/29",
        ),
        (
            {"A__onprem": ["172.31.0.4/32"]},
            f"{PRIVATE}.v4",
            "link block 172.31.0.0/29 covers on-premises prefix 172.31.0.4/32",
        ),
        (
            {"P__advertise": ["10.100.1.0/24"]},
            f"{PRIVATE}.advertise[0]",
            "on-premises prefix 10.100.1.0/24 lies in VNet prefix",
        ),
        (
            {"A__ce__accept": ["10.100.1.0/24"]},
            "customers.alpha.ce.accept[0]",
            "on-premises prefix 10.100.1.0/24 lies in VNet",
        ),
        (
            {"P__global_reach": [{"prefixes": ["172.31.0.0/16"]}]},
            f"{PRIVATE}.v4",
            "link block 172.31.0.0/29 lies in accepted prefix 172.31.0.0/16",
        ),
        (
            {"A__vnets": ["10.100.0.0/16", "10.100.8.0/24"]},
            "customers.alpha.vnets[1].prefixes[0]",
            "VNet prefix 10.100.8.0/24 lies in VNet prefix 10.100.0.0/16",
        ),
        (
            {"M__advertised_public_prefixes": ["20.30.40.0/24"]},
            f"{MICROSOFT}.v4",
            "link block 20.30.40.0/29 lies in advertised prefix 20.30.40.0/24",
        ),
        (
            {"M__nat": {"pool": "10.0.7.0/28"}, "M__vrf": "ALPHA", "P__vrf": "ALPHA"},
            f"{MICROSOFT}.nat.pool",
            "NAT pool 10.0.7.0/28 lies in on-premises prefix 10.0.0.0/16",
        ),
    ],
)
def test_what_must_not_overlap_in_a_vrf(changes: dict[str, Any], path: str, words: str) -> None:
    [one] = found("INV-018", WITH_MICROSOFT, **changes)
    assert one[1:3] == ("error", path)
    assert one[3].startswith(words)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"A__onprem": ["10.100.0.0/16"]},  # INV-044
        {"P__v4": {"primary": "192.168.1.0/30", "secondary": "192.168.1.0/30"}},  # INV-014
        {"M__v4": "10.0.0.0/29"},  # another VRF (INV-015 is another matter)
        {"A__onprem": ["10.0.0.0/16", "10.0.3.0/24", "10.0.0.0/16"]},
        {"P__advertise": ["0.0.0.0/0"], "P__accept": ["0.0.0.0/0"]},
        {"P__v4": "10.0.0.0/24"},  # INV-011
        {"P__v4": {"both": "192.168.1.0/29", "primary": "192.168.1.0/30"}},  # INV-011 too
    ],
)
def test_what_may_overlap(changes: dict[str, Any]) -> None:
    assert found("INV-018", WITH_MICROSOFT, **changes) == []


def test_link_blocks_of_two_pairs_of_routers_are_not_in_one_vrf() -> None:
    routers = {"routers__pe3": {"platform": "cisco_xe", "azure_port": "TenGigabitEthernet0/1/0"}}
    london = {"pair": "lon", "s_tag": 1, "peerings": {"private": {"azure_vlan": 100, "v4": "172.31.0.0/29"}}}
    text = with_values(BASE, {CIRCUIT.replace("alpha-ams", "alpha-lon"): london})
    there = routers | {"pairs__lon": {"routers": ["pe3", "pe2"]}, "C__pair": "ams"}
    assert found("INV-018", text, **there) == []
    text = text.replace("pair: lon", "pair: ams")
    assert [one[2] for one in found("INV-018", text, **there)] == [
        "customers.alpha.circuits.alpha-lon.peerings.private.v4"
    ]


# INV-019


def test_two_customers_in_one_vrf() -> None:
    of_alpha = "of customer alpha in VRF ALPHA, expected a VRF for each customer"
    assert found("INV-019", TWO_CUSTOMERS, A__vrf="ALPHA", customers__bravo__vrf="ALPHA") == [
        (
            "INV-019",
            "error",
            "customers.bravo.onprem[0]",
            f"on-premises prefix 10.0.0.0/16 of customer bravo equals on-premises prefix 10.0.0.0/16 {of_alpha}",
        ),
        (
            "INV-019",
            "error",
            "customers.bravo.vnets[0].prefixes[0]",
            f"VNet prefix 10.100.0.0/16 of customer bravo equals VNet prefix 10.100.0.0/16 {of_alpha}",
        ),
        (
            "INV-019",
            "error",
            "customers.bravo.ce.v4",
            f"link block 192.168.255.0/29 of customer bravo equals link block 192.168.255.0/29 {of_alpha}",
        ),
    ]


def test_two_customers_in_one_vrf_with_addresses_of_their_own_or_in_two() -> None:
    assert found("INV-019", TWO_CUSTOMERS) == []
    apart = BRAVO | {"vrf": "S", "onprem": ["10.1.0.0/16"], "vnets": ["10.101.0.0/16"]}
    apart["ce"] = {"asn": 64702, "vlan": 702, "v4": "192.168.254.0/29"}
    assert found("INV-019", customers__bravo=apart, A__vrf="S") == []
    # What alpha has in a VRF of its own is in nobody's way.
    assert found("INV-019", WITH_MICROSOFT, customers__bravo=apart, A__vrf="S", M__v4="10.1.5.0/29") == []
    [one] = found("INV-019", WITH_MICROSOFT, customers__bravo=apart, A__vrf="S", M__v4="10.1.5.0/29", M__vrf="S")
    assert one[2] == f"{MICROSOFT}.v4"


def test_a_sweep_meets_the_nearest_of_those_that_cover() -> None:
    items = [
        Space(Kind.VNET, parse_prefix(text), (text,), (text,))
        for text in (
            "10.0.0.0/8",
            "10.1.0.0/16",
            "10.1.2.0/24",
            "10.2.0.0/16",
            "11.0.0.0/8",
            "11.255.255.255/32",
            "::/8",
        )
    ]
    pairs = overlaps(items, lambda _outer, _inner: True, lambda item: item.path)
    assert [(str(outer.prefix), str(inner.prefix)) for outer, inner in pairs] == [
        ("10.0.0.0/8", "10.1.0.0/16"),
        ("10.1.0.0/16", "10.1.2.0/24"),
        ("10.0.0.0/8", "10.2.0.0/16"),
        ("11.0.0.0/8", "11.255.255.255/32"),
    ]
