"""Policies are evaluated: the symbolic set of permitted routes is what asking route by route gives."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, ip_network
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model.facts import (
    AsPathEntry,
    AsPathList,
    AsPathPattern,
    CommunityList,
    Facts,
    Policy,
    PolicyRule,
    PrefixEntry,
    PrefixList,
)
from generator.readback.as_path import path_test
from generator.readback.policy import Policies, Route, UndefinedSemantics, evaluate, permitted_prefixes
from generator.readback.prefix_match import PrefixMatcher, Region, carve

# A small world, 10.0.0.0/24 .. /28, so that random lists meet often and every route can be tried.
WORLD = [
    IPv4Network((0x0A000000 + (number << (32 - length)), length))
    for length in range(24, 29)
    for number in range(1 << (length - 24))
]


@st.composite
def entries(draw: st.DrawFn) -> PrefixEntry:
    prefix = draw(st.sampled_from(WORLD))
    low = draw(st.integers(prefix.prefixlen, 28))
    return PrefixEntry(prefix, low, draw(st.integers(low, 28)), draw(st.booleans()))


LISTS = st.lists(entries(), max_size=6).map(tuple)


@st.composite
def policies(draw: st.DrawFn) -> Facts:
    lists = {(f"L{n}", 4): PrefixList(f"L{n}", 4, draw(LISTS)) for n in range(3)}
    names = st.lists(st.sampled_from(["L0", "L1", "L2", "GONE"]), max_size=2, unique=True).map(tuple)
    rules = tuple(
        PolicyRule(str(n), draw(st.booleans()), prefix_lists=draw(names), prefixes=draw(LISTS))
        for n in range(draw(st.integers(0, 4)))
    )
    return Facts(hostname="r", prefix_lists=lists, policies={"P": Policy("P", rules, draw(st.booleans()))})  # type: ignore[arg-type]


def naive(facts: Facts, route: IPv4Network, undefined: bool) -> bool:
    """The definition, word for word."""

    def inside(entry: PrefixEntry) -> bool:
        return route.subnet_of(entry.prefix) and entry.low <= route.prefixlen <= entry.high  # type: ignore[arg-type]

    def by_list(name: str) -> bool:
        found = facts.prefix_lists.get((name, 4))
        return undefined if found is None else next((e.permit for e in found.entries if inside(e)), False)

    def by_filters(rule: PolicyRule) -> bool:
        around = [e for e in rule.prefixes if route.subnet_of(e.prefix)]  # type: ignore[arg-type]
        longest = max((e.prefix.prefixlen for e in around), default=0)
        closest = [e for e in around if e.prefix.prefixlen == longest]
        return next((e.permit for e in closest if inside(e)), False)

    for rule in facts.policies["P"].rules:
        free = not rule.prefix_lists and not rule.prefixes
        if free or any(map(by_list, rule.prefix_lists)) or by_filters(rule):
            return rule.permit
    return facts.policies["P"].default_permit


@settings(max_examples=150, deadline=None)
@given(policies(), st.booleans())
def test_a_policy_decides_as_its_definition_says(facts: Facts, lenient: bool) -> None:
    semantics = UndefinedSemantics(prefix_list="permit" if lenient else "deny")
    compiled = Policies(facts, semantics)
    for route in WORLD:
        assert compiled.evaluate("P", Route(route)).permit is naive(facts, route, lenient)


@settings(max_examples=150, deadline=None)
@given(policies())
def test_the_symbolic_set_is_what_asking_every_route_gives(facts: Facts) -> None:
    found = permitted_prefixes(facts, "P", 4)
    compiled = Policies(facts)
    for route in WORLD:
        member = any(route.subnet_of(p) and low <= route.prefixlen <= high for p, low, high in found)  # type: ignore[arg-type]
        assert member is compiled.evaluate("P", Route(route)).permit, route


@settings(max_examples=150, deadline=None)
@given(policies())
def test_many_probes_at_once_are_the_probes_one_by_one(facts: Facts) -> None:
    chosen = Policies(facts).filter("P", 4)
    probes = frozenset((int(one.network_address), one.prefixlen) for one in WORLD)
    assert chosen.passing(probes) == {one for one in probes if chosen.permits(*one)}


@settings(max_examples=100, deadline=None)
@given(LISTS, LISTS)
def test_carving_takes_away_exactly_what_it_should(one: tuple[PrefixEntry, ...], two: tuple[PrefixEntry, ...]) -> None:
    def regions(entries: tuple[PrefixEntry, ...]) -> list[Region]:
        return [(int(e.prefix.network_address), e.prefix.prefixlen, e.low, e.high) for e in entries]

    def holds(found: list[Region], route: IPv4Network) -> bool:
        return any(route.subnet_of(IPv4Network(r[:2])) and r[2] <= route.prefixlen <= r[3] for r in found)

    rest = carve(regions(one), regions(two), 32)
    for route in WORLD:
        assert holds(rest, route) is (holds(regions(one), route) and not holds(regions(two), route))


def test_a_route_filter_that_rejects_goes_before_a_later_one_for_the_same_prefix() -> None:
    home = ip_network("10.0.0.0/24")
    matcher = PrefixMatcher((PrefixEntry(home, 24, 26, False), PrefixEntry(home, 24, 28)), 32, longest=True)
    assert matcher.regions() == [(0x0A000000, 24, 27, 28)]
    assert not matcher.matches(0x0A000000, 25)


def test_an_ipv6_list_is_not_asked_about_ipv4() -> None:
    matcher = PrefixMatcher((PrefixEntry(ip_network("::/0"), 0, 128),), 32)
    assert not matcher.matches(0, 0)


def facts(**more: object) -> Facts:
    return Facts(hostname="r", **more)  # type: ignore[arg-type]


TEN = ip_network("10.0.0.0/8")


def test_the_attributes_of_the_deciding_rule_are_in_the_verdict() -> None:
    rule = PolicyRule("20", True, local_preference=150, prepend=(64600, 64600), med=7)
    verdict = evaluate(facts(policies={"P": Policy("P", (rule,))}), "P", Route(TEN))
    assert (verdict.permit, verdict.local_preference, verdict.prepend, verdict.med) == (True, 150, (64600, 64600), 7)
    assert verdict.decided_by == "20"


@pytest.mark.parametrize(
    ("semantics", "permit"), [(UndefinedSemantics(), False), (UndefinedSemantics(policy="permit"), True)]
)
def test_a_policy_that_is_not_defined(semantics: UndefinedSemantics, permit: bool) -> None:
    verdict = evaluate(facts(), "MS-OUT", Route(TEN), semantics)
    assert (verdict.permit, verdict.decided_by) == (permit, "undefined policy MS-OUT")


def test_a_prefix_list_that_is_not_defined_permits_on_frr_and_denies_elsewhere() -> None:
    said = facts(policies={"P": Policy("P", (PolicyRule("10", True, prefix_lists=("GONE",)),))})
    strict, lenient = (
        evaluate(said, "P", Route(TEN)),
        evaluate(said, "P", Route(TEN), UndefinedSemantics(prefix_list="permit")),
    )
    assert (strict.permit, strict.decided_by) == (False, "undefined prefix list GONE")
    assert (lenient.permit, lenient.decided_by) == (True, "undefined prefix list GONE")


def test_a_list_of_the_other_family_is_defined_and_matches_nothing() -> None:
    lists = {("L", 6): PrefixList("L", 6, (PrefixEntry(ip_network("::/0"), 0, 128),))}
    said = facts(prefix_lists=lists, policies={"P": Policy("P", (PolicyRule("10", True, prefix_lists=("L",)),))})
    verdict = evaluate(said, "P", Route(TEN), UndefinedSemantics(prefix_list="permit"))
    assert (verdict.permit, verdict.decided_by) == (False, "default")


def test_no_policy_lets_everything_through() -> None:
    assert evaluate(facts(), "", Route(TEN)).decided_by == "no policy"
    assert evaluate(facts(), "", Route(TEN)).permit


def test_communities_and_paths_both_have_to_match() -> None:
    rule = PolicyRule("20", True, as_path_lists=("FROM",), community_lists=("SERVICES",))
    said = facts(
        policies={"P": Policy("P", (rule,))},
        as_path_lists={"FROM": AsPathList("FROM", (AsPathEntry(AsPathPattern("starts", 12076)),))},
        community_lists={"SERVICES": CommunityList("SERVICES", ("12076:5060",))},
    )
    for path, carried in product([(12076,), (64512, 12076)], [{"12076:5060"}, {"12076:5070"}, set[str]()]):
        wanted = path == (12076,) and carried == {"12076:5060"}
        assert evaluate(said, "P", Route(TEN, path, frozenset(carried))).permit is wanted


def test_a_condition_nobody_understood_permits_and_does_not_deny() -> None:
    for permit in (True, False):
        rules = (PolicyRule("10", permit, unknown=("match tag 7",)), PolicyRule("20", not permit))
        verdict = evaluate(facts(policies={"P": Policy("P", rules)}), "P", Route(TEN))
        assert verdict.permit


def test_ospf_as_the_source_announces_nothing_that_bgp_brought() -> None:
    said = facts(policies={"P": Policy("P", (PolicyRule("10", True, protocols=("ospf",)),))})
    assert not evaluate(said, "P", Route(TEN, (64703,))).permit


PATHS = st.lists(st.sampled_from([12076, 1207, 2076, 64512, 7]), max_size=6).map(tuple)


def posix(text: str, path: tuple[int, ...]) -> bool:
    return path_test(AsPathPattern("regex", text=text, dialect="posix"))(path)


def junos(text: str, path: tuple[int, ...]) -> bool:
    return path_test(AsPathPattern("regex", text=text, dialect="junos"))(path)


@given(PATHS)
def test_expressions_agree_with_their_meaning(path: tuple[int, ...]) -> None:
    starts, contains = path[:1] == (12076,), 12076 in path
    assert posix("^12076_", path) is starts
    assert junos("12076 .*", path) is starts
    assert posix("_12076_", path) is contains
    assert junos(".* 12076 .*", path) is contains
    assert posix("^12076$", path) is (path == (12076,)) is junos("12076", path)
    assert posix("^$", path) is (path == ()) is junos("()", path)
    assert posix("^(12076_)+$", path) is junos("12076+", path) is (bool(path) and set(path) == {12076})
    assert junos("(12076 | 7){1,2}", path) is (1 <= len(path) <= 2 and set(path) <= {12076, 7})
    assert junos(".? 7", path) is (len(path) in (1, 2) and path[-1] == 7)


@given(
    st.lists(st.sampled_from(["7", "12076", ".", ".*", "7?", "12076+", "(7|12076)", "64512{1,2}"]), max_size=4), PATHS
)
def test_junos_expressions_agree_with_a_naive_matcher(atoms: list[str], path: tuple[int, ...]) -> None:
    """Each AS number becomes one letter, and the expression an ordinary one over letters."""
    letters = {12076: "a", 1207: "b", 2076: "c", 64512: "d", 7: "e"}
    ordinary = "".join(atoms).replace("12076", "a").replace("64512", "d").replace("7", "e")
    wanted = re.fullmatch(ordinary, "".join(letters[asn] for asn in path)) is not None
    assert junos(" ".join(atoms), path) is wanted


@pytest.mark.parametrize("text", ["12076 ]", "(12076"])
def test_an_expression_no_router_takes_matches_nothing(text: str) -> None:
    assert not junos(text, (12076,))
