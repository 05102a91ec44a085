"""What has no meaning is no difference: numbers, and the order of entries that commute."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from msgspec.structs import replace

from generator.change.meaning_objects import canonical, object_diffs
from generator.model.address import parse_address
from generator.model.facts import Facts, Neighbor, Policy, PolicyRule, PrefixEntry, PrefixList
from generator.model.filters import Filter, FilterRule
from generator.model.secret import Secret


def entry(prefix: str, permit: bool = True) -> PrefixEntry:
    net = ip_network(prefix)
    return PrefixEntry(net, net.prefixlen, net.prefixlen, permit)


ONE, TWO, NOT = entry("10.1.0.0/16"), entry("10.2.0.0/16"), entry("10.0.0.0/8", permit=False)
WEB = FilterRule("10", True, 6, sources=(ip_network("10.0.0.0/8"),))
DNS = FilterRule("20", True, 17)
REST = FilterRule("30", False, log=True)
ROUTES = (
    PolicyRule("10", False, prefix_lists=("A",)),
    PolicyRule("20", False, as_path_lists=("B",)),
    PolicyRule("30", True),
)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (PrefixList("L", 4, (ONE, TWO)), PrefixList("L", 4, (TWO, ONE)), True),
        (PrefixList("L", 4, (ONE, NOT)), PrefixList("L", 4, (NOT, ONE)), False),
        (PrefixList("L", 4, (ONE, ONE)), PrefixList("L", 4, (ONE,)), True),
        (Filter("F", 4, (WEB, DNS, REST)), Filter("F", 4, (replace(DNS, label="5"), WEB, REST)), True),
        (Filter("F", 4, (WEB, REST)), Filter("F", 4, (REST, WEB)), False),
        (Filter("F", 4, (WEB, REST)), Filter("F", 4, (WEB, replace(REST, log=False))), False),
        (Policy("P", ROUTES), Policy("P", (ROUTES[1], ROUTES[0], replace(ROUTES[2], label="99"))), True),
        (Policy("P", ROUTES), Policy("P", (ROUTES[0], ROUTES[2], ROUTES[1])), False),
    ],
)
def test_only_what_decides_otherwise_differs(one: object, two: object, same: bool) -> None:
    assert (canonical(one) == canonical(two)) is same


def test_permitting_steps_of_a_policy_keep_their_order() -> None:
    first, second = PolicyRule("10", True, local_preference=200), PolicyRule("20", True, local_preference=100)
    assert canonical(Policy("P", (first, second))) != canonical(Policy("P", (second, first)))


def test_a_changed_key_is_a_difference_that_names_no_key() -> None:
    address = parse_address("192.0.2.1")
    old = Neighbor("A", address, 4, 12076, 64600, password=Secret("hunter2"))
    new = replace(old, password=Secret("hunter3"))
    (diff,) = object_diffs(Facts(hostname="r", neighbors={old.key: old}), Facts(hostname="r", neighbors={new.key: new}))
    assert (diff.fields, diff.new_key) == (("password",), True)
    assert "hunter" not in repr(diff)
