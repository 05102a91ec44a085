"""Our addresses are those of `ipaddress`, only faster."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any

import pytest

from generator.model.address import link_at, parse_address, parse_link, parse_masked, parse_masked_link, parse_prefix

PREFIXES = [
    "10.0.0.0/16",
    "0.0.0.0/0",
    "10.0.0.1/32",
    "10.0.0.0/31",
    "10.0.0.1",
    "2001:db8::/32",
    "::/0",
    "fd00::1/128",
]
LINKS = ["172.31.0.1/30", "172.31.0.1/255.255.255.252", "10.0.0.1", "fd00::1/126", "FD00:0::1/64"]
ADDRESSES = ["10.0.0.1", "::1", "FD00::A"]
BROKEN = ["10.0.0.1/16", "x", "", "10.0.0.0/33", "::1/129", "1.2.3", "10.0.0.0/x", "fd00::1/64"]


@pytest.mark.parametrize(
    ("ours", "theirs", "text"),
    [
        *((parse_prefix, ip_network, text) for text in PREFIXES),
        *((parse_link, ip_interface, text) for text in LINKS),
        *((parse_address, ip_address, text) for text in ADDRESSES),
    ],
)
def test_equal_in_every_respect(ours: Callable[[str], Any], theirs: Callable[[str], Any], text: str) -> None:
    one, two = ours(text), theirs(text)
    assert one == two
    assert two == one
    assert hash(one) == hash(two)
    assert one in {two}
    assert two in {one}
    assert str(one) == str(two)
    assert f"{one}" == f"{two}"
    assert one.version == two.version
    assert one.max_prefixlen == two.max_prefixlen
    assert pickle.loads(pickle.dumps(one)) == two
    assert copy.deepcopy(one) == two


@pytest.mark.parametrize("text", PREFIXES)
def test_a_prefix_has_the_length_and_the_neighbours_of_its_class(text: str) -> None:
    one, two = parse_prefix(text), ip_network(text)
    assert one.prefixlen == two.prefixlen
    assert one.supernet() == two.supernet()
    assert next(one.subnets()) == next(two.subnets())
    assert one.subnet_of(two)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", LINKS)
def test_a_link_has_the_address_and_the_network_of_its_class(text: str) -> None:
    one, two = parse_link(text), ip_interface(text)
    assert (one.ip, one.network, one.netmask) == (two.ip, two.network, two.netmask)


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize(
    ("ours", "theirs"), [(parse_prefix, ip_network), (parse_link, ip_interface), (parse_address, ip_address)]
)
def test_what_is_no_address_is_refused_in_the_same_words(
    ours: Callable[[str], Any], theirs: Callable[[str], Any], text: str
) -> None:
    assert outcome(ours, text) == outcome(theirs, text)


def outcome(parse: Callable[[str], Any], text: str) -> Any:
    """What a parser makes of a text, or what it says against it."""
    try:
        return parse(text)
    except ValueError as error:
        return str(error)


def test_every_way_to_an_address_leads_to_the_same_object() -> None:
    link = parse_link("172.31.0.1/30")
    assert parse_masked_link("172.31.0.1", "255.255.255.252") is link
    assert link_at(int(ip_address("172.31.0.1")), 30, 4) is link
    assert link.ip is parse_address("172.31.0.1")
    assert parse_masked("10.0.0.0", "255.0.0.0") is parse_prefix("10.0.0.0/8")
    assert link_at(int(ip_address("fd00::1")), 126, 6) is parse_link("fd00::1/126")


@pytest.mark.parametrize("mask", ["255.0.255.0", "x", ""])
def test_a_mask_that_is_none_is_refused(mask: str) -> None:
    with pytest.raises(ValueError, match="netmask"):
        parse_masked("10.0.0.0", mask)


def test_a_number_outside_the_family_is_refused() -> None:
    with pytest.raises(ValueError, match="int"):
        link_at(1 << 32, 30, 4)
